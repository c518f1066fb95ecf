"""Registering, mandates and duties: checked, journalled once, and nothing half-stored when refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.people.conftest import BANK, COMPANY, NOW, TODAY
from tongban.domain.identifiers import DocumentType, InvalidIdentifier
from tongban.domain.mandates import InvalidMandate
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream, OperationReused
from tongban.journal.models import Entry
from tongban.keys import actions as keys
from tongban.people import actions, demo, queries
from tongban.people.actor import SYSTEM, Actor, PartyKind
from tongban.people.models import Account, Duty, Mandate, Organisation, Person
from tongban.people.permissions import NotAllowed
from tongban.people.queries import CannotActFor
from tongban.people.roles import Role

Acting = Callable[..., Actor]
WANG = {"document_type": DocumentType.PASSPORT, "number": "EB7654321", "name": "王新", "phone": "13900000000"}


def register(operation: str = "1", **changes: object) -> str:
    person: str = actions.register_person(operation=operation, actor=SYSTEM, now=NOW, **(WANG | changes))["person"]
    return person


def grant(actor: Actor, agent: str, operation: str = "g", **changes: object) -> dict[str, str]:
    asked = {"organisation": COMPANY, "matters": ["HS-05"], "valid_from": TODAY, "valid_until": date(2026, 4, 1)}
    asked |= {"now": NOW + timedelta(minutes=1)} | changes
    answer: dict[str, str] = actions.grant_mandate(operation=operation, actor=actor, agent=agent, **asked)
    return answer


@pytest.mark.django_db
def test_a_registered_person_is_found_by_document_and_name() -> None:
    key = register()

    found = queries.person_by_document(document_type=DocumentType.PASSPORT, number="EB7654321", name="王新")
    assert found is not None
    assert found.key == key


@pytest.mark.django_db
def test_the_name_must_agree_with_the_document() -> None:
    register()

    assert queries.person_by_document(document_type=DocumentType.PASSPORT, number="EB7654321", name="王旧") is None


@pytest.mark.django_db
def test_neither_rows_nor_journal_show_a_person_in_the_clear() -> None:
    register()

    written = str(list(Person.objects.values())) + str(list(Entry.objects.values()))
    assert [secret for secret in ("EB7654321", "王新", "13900000000") if secret in written] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "refusal", "sentence"),
    [
        ({"document_type": DocumentType.RESIDENT_ID, "number": "130209197506123113"}, InvalidIdentifier, "请"),
        ({"number": "???"}, InvalidIdentifier, "请"),
        ({"name": "  "}, actions.NotRegistered, "姓名是空的。请按证件填写姓名。"),
    ],
)
def test_wrong_papers_register_nobody(changes: dict[str, object], refusal: type[Exception], sentence: str) -> None:
    with pytest.raises(refusal, match=sentence):
        register(**changes)

    assert (Person.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_one_document_registers_one_person() -> None:
    register("1")

    with pytest.raises(actions.AlreadyRegistered, match="已经登记过"):
        register("2", name="别名")

    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_the_same_operation_twice_has_one_effect() -> None:
    assert register("1") == register("1")
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_the_same_operation_with_another_request_is_refused() -> None:
    register("1")

    with pytest.raises(OperationReused):
        register("1", number="EB7654322")


@pytest.mark.django_db
def test_an_applicant_registers_nobody(acting: Acting) -> None:
    with pytest.raises(NotAllowed, match="未能登记"):
        actions.register_person(operation="1", actor=acting("linxiao"), now=NOW, **WANG)


@pytest.mark.django_db
def test_a_company_with_a_wrong_code_is_not_registered() -> None:
    person = register()

    with pytest.raises(InvalidIdentifier):
        actions.register_organisation(
            operation="2",
            actor=SYSTEM,
            uscc="91130209MA0TB10144",
            name="某公司",
            region="130209",
            legal_representative=person,
            now=NOW,
        )

    assert Organisation.objects.count() == 0


def test_the_legal_representative_acts_for_his_company_in_all_matters(acting: Acting) -> None:
    actor = acting("chenhaisheng", COMPANY)

    assert actor.party is not None
    assert (actor.party.kind, actor.party.name) == (PartyKind.ORGANISATION, "河北渤远航运有限公司")
    assert actor.mandate_matters is None


def test_an_agent_acts_within_his_mandate(acting: Acting) -> None:
    assert acting("linxiao", COMPANY).mandate_matters is None
    assert acting("zhoumin", COMPANY).mandate_matters == {"HS-01", "HS-02", "HS-03"}


def test_two_mandates_of_one_agent_add_up(acting: Acting) -> None:
    grant(acting("chenhaisheng"), acting("zhoumin").person)

    assert acting("zhoumin", COMPANY).mandate_matters == {"HS-01", "HS-02", "HS-03", "HS-05"}


@pytest.mark.parametrize(("username", "acting_for"), [("sunli", COMPANY), ("linxiao", BANK), ("linxiao", "org:none")])
def test_nobody_acts_for_whom_he_has_no_mandate_from(acting: Acting, username: str, acting_for: str) -> None:
    with pytest.raises(CannotActFor, match="您对它没有有效的授权"):
        acting(username, acting_for)


def test_nobody_acts_as_another_person(acting: Acting) -> None:
    other = acting("wangjianguo").person

    with pytest.raises(CannotActFor):
        acting("linxiao", other)


def test_acting_for_himself_everybody_is_his_own_party(acting: Acting) -> None:
    actor = acting("annalarsen")

    assert actor.party is not None
    assert (actor.party.id, actor.party.name, actor.party.number) == (actor.person, "Anna Larsen", "N30284716")


@pytest.mark.parametrize(
    ("day", "stands"),
    [(TODAY, True), (date(2026, 3, 31), True), (date(2026, 4, 1), False), (date(2026, 3, 1), False)],
)
def test_a_mandate_counts_from_its_first_day_and_no_longer_on_valid_until(
    acting: Acting, day: date, stands: bool
) -> None:
    grant(acting("chenhaisheng"), acting("wangjianguo").person)

    represented = queries.representations(person=acting("wangjianguo").person, today=day)

    assert [one.uscc for one in represented] == (["91130209MA0TB10143"] if stands else [])


def test_a_revoked_mandate_ends_at_once(acting: Acting) -> None:
    representative = acting("chenhaisheng")
    mandate = grant(representative, acting("wangjianguo").person)["mandate"]
    acting("wangjianguo", COMPANY)

    actions.revoke_mandate(
        operation="r", actor=representative, organisation=COMPANY, mandate=mandate, now=NOW + timedelta(hours=1)
    )

    with pytest.raises(CannotActFor):
        acting("wangjianguo", COMPANY)


def test_a_mandate_is_revoked_once(acting: Acting) -> None:
    representative = acting("chenhaisheng")
    mandate = grant(representative, acting("wangjianguo").person)["mandate"]
    actions.revoke_mandate(operation="r1", actor=representative, organisation=COMPANY, mandate=mandate, now=NOW)

    with pytest.raises(InvalidMandate, match="已经撤销过了"):
        actions.revoke_mandate(operation="r2", actor=representative, organisation=COMPANY, mandate=mandate, now=NOW)


def test_a_mandate_of_another_company_cannot_be_revoked(acting: Acting) -> None:
    mandate = Mandate.objects.get(organisation="91130200MA0TB2025C")

    with pytest.raises(InvalidMandate, match="这个单位没有这份授权"):
        actions.revoke_mandate(
            operation="r", actor=acting("chenhaisheng"), organisation=COMPANY, mandate=mandate.id, now=NOW
        )

    mandate.refresh_from_db()
    assert mandate.revoked_at is None


def test_only_the_legal_representative_himself_grants(acting: Acting) -> None:
    for username in ("linxiao", "sunli", "yangguang"):
        with pytest.raises(NotAllowed, match="只有法定代表人本人可以授权"):
            grant(acting(username), acting("wangjianguo").person, operation=username)

    assert Mandate.objects.count() == len(demo.read()["mandates"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"valid_until": TODAY}, "截止日早于开始日"),
        ({"valid_from": date(2026, 1, 1), "valid_until": TODAY}, "截止日已经过去"),
    ],
)
def test_a_mandate_must_last(acting: Acting, changes: dict[str, date], sentence: str) -> None:
    with pytest.raises(InvalidMandate, match=sentence):
        grant(acting("chenhaisheng"), acting("wangjianguo").person, **changes)


def test_the_representative_needs_no_mandate(acting: Acting) -> None:
    with pytest.raises(InvalidMandate, match="法定代表人本人不需要授权"):
        grant(acting("chenhaisheng"), acting("chenhaisheng").person)


def test_no_mandate_from_a_company_or_to_a_person_that_does_not_exist(acting: Acting) -> None:
    with pytest.raises(NoSuchStream):
        grant(acting("chenhaisheng"), acting("wangjianguo").person, organisation="org:unknown")
    with pytest.raises(actions.NotRegistered, match="没有这个人的登记"):
        grant(acting("chenhaisheng"), "person:unknown", operation="h")


def test_staff_hold_the_duties_they_were_given(acting: Acting) -> None:
    (duty,) = acting("zhaolei").duties

    assert (duty.role, duty.department, duty.desk, duty.region) == (
        Role.REVIEWER,
        "11130200MA0TB0011Q",
        "船舶登记岗",
        "130209",
    )
    assert acting("zhaolei").party is None


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ({"role": Role.CLERK}, "窗口人员要有所在的大厅或部门"),
        ({"role": Role.REVIEWER, "department": "cfd-msa"}, "审查人员要有部门和岗位"),
        ({"role": Role.REVIEWER, "department": "cfd-msa", "desk": "不存在岗"}, "不属于所选部门"),
        ({"role": Role.REVIEWER, "desk": "船舶登记岗"}, "不属于所选部门"),
    ],
)
def test_a_duty_without_its_place_is_refused(acting: Acting, places: dict[str, object], sentence: str) -> None:
    before = Duty.objects.count()

    with pytest.raises(actions.InvalidDuty, match=sentence):
        actions.appoint(
            operation="d",
            actor=SYSTEM,
            account=acting("heping").id,
            region="130209",
            valid_from=TODAY,
            now=NOW,
            **places,
        )

    assert Duty.objects.count() == before


def test_an_administrator_appoints_only_in_his_region(acting: Acting) -> None:
    def appoint(region: str) -> object:
        return actions.appoint(
            operation=region,
            actor=acting("yangguang"),
            account=acting("heping").id,
            role=Role.SUPERVISOR,
            region=region,
            valid_from=TODAY,
            now=NOW,
        )

    appoint("130209")
    with pytest.raises(NotAllowed):
        appoint("130200")

    assert [duty.role for duty in acting("heping").duties] == [Role.CLERK, Role.SUPERVISOR]


def test_a_duty_that_is_over_does_not_count(acting: Acting) -> None:
    Duty.objects.filter(account__username="heping").update(valid_until=TODAY)

    assert acting("heping").duties == ()


def test_an_account_needs_a_free_name_and_somebody_behind_it(people: None) -> None:
    with pytest.raises(actions.AlreadyRegistered, match="用户名“linxiao”已被使用"):
        actions.open_account(actor=SYSTEM, username="linxiao", password=None, name="林", now=NOW)
    with pytest.raises(actions.NotRegistered, match="工作人员姓名是空的"):
        actions.open_account(actor=SYSTEM, username="nobody", password=None, now=NOW)
    with pytest.raises(actions.AlreadyRegistered, match="一人一个账户"):
        person = Person.objects.filter(account__username="linxiao").get().key
        actions.open_account(actor=SYSTEM, username="linxiao2", password=None, person=person, now=NOW)


@pytest.mark.parametrize("password", ["", "kurz", "1234567890", "tester2026"])
def test_an_account_takes_no_password_that_is_easily_guessed(people: None, password: str) -> None:
    with pytest.raises(actions.WeakPassword, match=r"^账户未开立：.+请换一个密码。$"):
        actions.open_account(actor=SYSTEM, username="tester2026", password=password, name="甲", now=NOW)

    assert not Account.objects.filter(username="tester2026").exists()


def test_a_duty_that_nobody_gave_is_found(acting: Acting) -> None:
    account = Account.objects.get(username="linxiao")
    Duty.objects.create(account=account, role="supervisor", region="130000", valid_from=TODAY, given_at=NOW)

    (fault,) = journal.soundness().replay_faults

    assert (fault.stream, fault.seq) == (f"account:{account.pk}", 0)
    assert fault.sentence == "业务表中有，日志里却没有一条记录：不是办理出来的，或日志被删除。"


def test_rows_equal_replay(acting: Acting) -> None:
    representative = acting("chenhaisheng")
    mandate = grant(representative, acting("wangjianguo").person)["mandate"]
    actions.revoke_mandate(operation="r", actor=representative, organisation=COMPANY, mandate=mandate, now=NOW)

    soundness = journal.soundness()

    assert (soundness.chain_faults, soundness.replay_faults) == ((), ())
    assert soundness.streams == sum(len(demo.read()[kind]) for kind in ("persons", "organisations", "staff"))


def test_a_row_changed_behind_the_journal_is_noticed(people: None) -> None:
    Mandate.objects.filter(person__account__username="zhoumin").update(matters=[])

    (fault,) = journal.soundness().replay_faults

    assert fault.stream == COMPANY


def test_loading_the_demo_twice_changes_nothing(people: None) -> None:
    def everything() -> list[object]:
        return [list(model.objects.order_by("pk").values()) for model in (Person, Account, Mandate, Duty, Entry)]

    before = everything()

    demo.load(now=NOW + timedelta(days=40))

    assert everything() == before


def test_two_reviewers_stand_at_every_maritime_desk_and_one_at_each_of_a_province(people: None) -> None:
    maritime, sectors = demo.read(), demo.read_bodies()["desks"]
    duties = Duty.objects.filter(role=Role.REVIEWER)
    at_sea = duties.filter(department=maritime["department"]["code"]).values_list("desk__code", flat=True)
    in_beijing = duties.filter(department__region="110000").values_list("desk__code", flat=True)

    assert sorted(at_sea) == sorted(2 * [desk["code"] for desk in maritime["desks"]])
    assert sorted(in_beijing) == sorted(desk["code"] for sector, desk in sectors.items() if sector != "approval")


def test_names_are_found_for_accounts_persons_bodies_and_departments(acting: Acting) -> None:
    agent, clerk = acting("linxiao"), acting("liufang")

    names = queries.names_of(
        [agent.id, agent.person, clerk.id, COMPANY, "org:11130200MA0TB0011Q", "org:none", "ship:1"]
    )

    assert names == {
        agent.id: "林晓",
        agent.person: "林晓",
        clerk.id: "刘芳",
        COMPANY: "河北渤远航运有限公司",
        "org:11130200MA0TB0011Q": "曹妃甸海事局",
    }


def test_who_was_erased_hides_nobody_else(acting: Acting) -> None:
    gone, there = acting("wangjianguo"), acting("linxiao")
    grant(acting("chenhaisheng"), gone.person)
    keys.erase(person=gone.person, now=NOW)

    names = queries.names_of([gone.id, there.id, acting("liufang").id])
    agents = [one.agent for one in queries.mandates_granted(person=acting("chenhaisheng").person, today=TODAY)]

    assert names == {gone.id: "（已删除）", there.id: "林晓", acting("liufang").id: "刘芳"}
    assert (agents[0], sorted(agents[1:])) == ("（已删除）", ["周敏", "林晓"])
    with pytest.raises(keys.Erased):
        acting("wangjianguo")
