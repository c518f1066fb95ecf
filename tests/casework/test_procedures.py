"""What happens while a case is reviewed, by the actions: who may, what is stored, what is refused, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casework.conftest import DAY, conclude, read
from tongban.casework import actions, storage
from tongban.casework.actions.procedures import desks_of
from tongban.catalogue import queries as catalogue
from tongban.domain.application import fold
from tongban.domain.events import Outcome, Procedure, ProcedureBegun, Side, Verdict
from tongban.domain.procedures import ExtensionRefused, TooFewOfficers
from tongban.journal import queries as journal
from tongban.journal.actions import OperationReused
from tongban.keys import actions as keys
from tongban.paper.wording import Unwritable
from tongban.people import actions as people_actions
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account, Department
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, who

REGISTRAR, SUPERVISION, POLLUTION = "zhaolei", "chenbin", "limei"
LATER = date(2026, 3, 3)
ACTION = 8


def desk(username: str = REGISTRAR) -> Actor:
    return who(username, today=DAY)


def agent() -> Actor:
    return who(AGENT, acting_for=HOLDER, today=DAY)


def do(act: Callable[..., Any], application: str, **changes: Any) -> Any:
    """Do something with the third case on the morning after, unless it is said otherwise."""
    asked: dict[str, Any] = {
        "operation": act.__name__,
        "actor": changes.get("actor") or desk(),
        "application": application,
        "case": 3,
        "now": at(LATER, 10),
    }
    return act(**(asked | changes))


def begin(application: str, **changes: Any) -> Any:
    return do(actions.begin_procedure, application, **({"kind": Procedure.APPRAISAL, "expected_days": 5} | changes))


def said(sealed: Any) -> str:
    return keys.unseal(sealed).decode()


def replayed(application: str) -> bool:
    """Whether the rows are what the journal adds up to (design, invariant 1)."""
    return fold(entry.event for entry in journal.entries(storage.stream_of(application))) == read(application)


# --- time -------------------------------------------------------------------------------------------------------------


def test_a_procedure_stops_both_limits_and_its_end_lets_them_run(accepted: str) -> None:
    before = read(accepted).case(3)

    answer = begin(accepted)
    assert answer == {"case": 3, "promised_due_on": None, "statutory_due_on": None}
    assert read(accepted).case(3).paused
    ended = do(actions.end_procedure, accepted, kind=Procedure.APPRAISAL, result="合格", now=at(date(2026, 3, 6), 10))

    case = read(accepted).case(3)
    assert before.promised_due_on == date(2026, 3, 5)
    assert ended["promised_due_on"] == case.promised_due_on.isoformat() == "2026-03-10"  # type: ignore[union-attr]
    assert said(case.ledger.procedures[0].result) == "合格"
    assert replayed(accepted)


def test_sending_it_twice_has_one_effect_and_other_content_is_refused(accepted: str) -> None:
    first = begin(accepted)

    assert begin(accepted, now=at(LATER, 12)) == first
    with pytest.raises(OperationReused):
        begin(accepted, expected_days=6)
    entries = journal.entries(storage.stream_of(accepted))
    assert sum(isinstance(entry.event, ProcedureBegun) for entry in entries) == 1


def test_a_vertical_authority_extends_by_ten_days_and_no_more(accepted: str) -> None:
    extension = {"days": 11, "approver": "海事局局长", "reason": "案情复杂"}
    with pytest.raises(ExtensionRefused, match="最多可以延长 10 日"):
        do(actions.extend_limit, accepted, **extension)

    answer = do(actions.extend_limit, accepted, **(extension | {"days": 10}))

    extended = read(accepted).case(3).ledger.extension
    assert extended is not None
    assert (extended.approver, said(extended.reason)) == ("海事局局长", "案情复杂")
    assert answer["promised_due_on"] == "2026-03-19"
    assert replayed(accepted)


def test_departments_of_the_demo_know_their_government(house: walk.Walk) -> None:
    governments = dict(Department.objects.values_list("code", "government"))

    assert governments["cfd-msa"] == governments["bj-tax"] == governments["he-tax"] == ""
    assert governments["bj-housing"] == governments["bj-transport"] == "110000"
    assert governments["sanhe-approval"] == "131082"


# --- sending back -----------------------------------------------------------------------------------------------------


def test_an_opinion_is_sent_back_and_given_anew(opined: str) -> None:
    others = [case for case in read(opined).cases if case.index != 3]

    answer = do(actions.send_back, opined, desks=["船舶监督岗"], reason="请补充核查意见")

    assert answer == {"case": 3, "desks": ["船舶监督岗"]}
    found = read(opined)
    assert found.case(3).missing_opinions == ("船舶监督岗",)
    assert [case for case in found.cases if case.index != 3] == others
    do(
        actions.give_opinion,
        opined,
        actor=desk(SUPERVISION),
        desk="船舶监督岗",
        verdict=Verdict.AGREE,
        reason="已核查",
    )
    assert read(opined).case(3).missing_opinions == ()
    assert replayed(opined)


def test_a_conclusion_that_was_taken_back_is_signed_anew_and_issued(opined: str) -> None:
    conclude(opined, 3)
    do(actions.send_back, opined, desks=[], reason="材料需再核")
    assert read(opined).case(3).conclusion is None

    conclude(opined, 3, operation="again")
    conclude(opined, 1)
    answer = conclude(opined, 2)

    assert answer["decided"] == [2, 3]
    assert replayed(opined)


# --- looking ----------------------------------------------------------------------------------------------------------


def check(application: str, *officers: str, **changes: Any) -> Any:
    asked = {
        "operation": "check",
        "actor": changes.get("actor") or desk(),
        "application": application,
        "cases": [1, 3],
        "officers": [desk(one).id for one in officers],
        "passed": True,
        "record": "船舶在港，铭牌与申请一致",
        "now": at(LATER, 10),
    }
    return actions.check_site(**(asked | changes))


def test_two_officers_look_once_for_two_cases(accepted: str) -> None:
    assert check(accepted, REGISTRAR, SUPERVISION) == {"cases": [1, 3]}

    first, third = (read(accepted).case(index).proceedings.site_checks for index in (1, 3))
    assert first == third
    assert first[0].officers == (desk().id, desk(SUPERVISION).id)
    assert said(first[0].record) == "船舶在港，铭牌与申请一致"
    assert replayed(accepted)


def test_who_does_not_look_at_a_place(accepted: str) -> None:
    with pytest.raises(TooFewOfficers):
        check(accepted, REGISTRAR)
    with pytest.raises(actions.NotAnOfficer, match="不是办理部门的审查人员"):
        check(accepted, REGISTRAR, "hanlei")
    with pytest.raises(actions.NotAnOfficer):
        check(accepted, officers=["account:nobody", ""])
    with pytest.raises(actions.WordsMissing, match="没有写明核查情况"):
        check(accepted, REGISTRAR, SUPERVISION, record=" \n ")
    with pytest.raises(NotAllowed, match="不在所核查办件的岗位上"):
        check(accepted, REGISTRAR, SUPERVISION, cases=[1, 5])
    with pytest.raises(NotAllowed):
        check(accepted, REGISTRAR, SUPERVISION, actor=agent())


def test_an_officer_with_a_stake_does_not_look(accepted: str) -> None:
    account = f"account:{Account.objects.get(username=AGENT).pk}"
    people_actions.appoint(
        operation="appoint",
        actor=SYSTEM,
        account=account,
        role=Role.REVIEWER,
        region="130209",
        department="cfd-msa",
        desk="船舶登记岗",
        valid_from=date(2026, 1, 1),
        now=at(DAY, 8),
    )

    with pytest.raises(actions.NotAnOfficer, match="应当回避"):
        check(accepted, REGISTRAR, officers=[desk().id, account])
    with pytest.raises(NotAllowed, match="您应当回避"):
        begin(accepted, actor=who(AGENT, today=DAY))


# --- listening --------------------------------------------------------------------------------------------------------


def test_a_third_party_is_told_and_heard(accepted: str) -> None:
    do(actions.tell_interested, accepted, party="渤海湾养殖户李某")
    do(actions.record_statement, accepted, text="航线经过养殖区")

    proceedings = read(accepted).case(3).proceedings
    assert said(proceedings.interested[0].party) == "渤海湾养殖户李某"
    assert [(one.side, said(one.text)) for one in proceedings.statements] == [(Side.INTERESTED, "航线经过养殖区")]
    assert replayed(accepted)


def test_the_applicant_states_his_case_and_nobody_else_for_him(accepted: str) -> None:
    do(actions.make_statement, accepted, actor=agent(), text="船舶已于上月改装")

    (statement,) = read(accepted).case(3).proceedings.statements
    assert (statement.side, said(statement.text)) == (Side.APPLICANT, "船舶已于上月改装")
    with pytest.raises(NotAllowed):
        do(actions.make_statement, accepted, operation="other", text="我替他说")
    with pytest.raises(actions.WordsMissing, match="没有写明陈述的内容"):
        do(actions.make_statement, accepted, operation="none", actor=agent(), text="")


def test_words_that_no_document_can_show_are_refused_before_they_are_sealed(accepted: str) -> None:
    with pytest.raises(Unwritable, match=r"“😀”（U\+1F600）不能印在文书上"):
        do(actions.make_statement, accepted, actor=agent(), text="船舶已改装😀")
    assert read(accepted).case(3).proceedings.statements == ()

    do(actions.make_statement, accepted, actor=agent(), text="\ufeff船舶\u200b已改装\r\n\t请核对")

    (statement,) = read(accepted).case(3).proceedings.statements
    assert said(statement.text) == "船舶已改装\r\n\t请核对"


def test_a_hearing_from_its_offer_to_its_record(accepted: str) -> None:
    do(actions.offer_hearing, accepted)
    asked = do(actions.request_hearing, accepted, actor=agent(), now=at(date(2026, 3, 4), 10))
    assert asked["promised_due_on"] is None
    held = do(actions.hold_hearing, accepted, record="双方到场，陈述完毕", now=at(date(2026, 3, 6), 10))

    hearing = read(accepted).case(3).proceedings.hearing
    assert hearing is not None
    assert (hearing.requested_by, said(hearing.record)) == (Side.APPLICANT, "双方到场，陈述完毕")
    assert held["promised_due_on"] == "2026-03-09"
    assert replayed(accepted)


def test_a_third_party_asks_for_the_hearing_at_the_desk(accepted: str) -> None:
    do(actions.tell_interested, accepted, party="养殖户")
    do(actions.offer_hearing, accepted)
    do(actions.record_hearing_request, accepted)

    hearing = read(accepted).case(3).proceedings.hearing
    assert hearing is not None
    assert hearing.requested_by is Side.INTERESTED


# --- whose it is, and what it costs -----------------------------------------------------------------------------------

ACTS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (actions.begin_procedure, {"kind": Procedure.TEST, "expected_days": 3}),
    (actions.end_procedure, {"kind": Procedure.TEST, "result": ""}),
    (actions.extend_limit, {"days": 5, "approver": "局长", "reason": "复杂"}),
    (actions.tell_interested, {"party": "养殖户"}),
    (actions.record_statement, {"text": "反对"}),
    (actions.offer_hearing, {}),
    (actions.record_hearing_request, {}),
    (actions.hold_hearing, {"record": "笔录"}),
    (actions.send_back, {"desks": ["船舶监督岗"], "reason": "再核"}),
]


@pytest.mark.parametrize(("act", "given"), ACTS, ids=[act.__name__ for act, _ in ACTS])
def test_only_the_deciding_desk_conducts(accepted: str, act: Callable[..., Any], given: dict[str, Any]) -> None:
    before = read(accepted)

    for stranger in (desk(SUPERVISION), desk(POLLUTION), desk("liufang"), desk("hanlei"), agent()):
        with pytest.raises(NotAllowed, match="您不在“船舶登记岗”岗位上"):
            do(act, accepted, actor=stranger, **given)
    assert read(accepted) == before


def test_every_act_stays_within_eight_statements(opined: str) -> None:
    catalogue.latest("maritime")
    begin(opined, operation="warm", kind=Procedure.INSPECTION)
    do(actions.end_procedure, opined, operation="warm too", kind=Procedure.INSPECTION, result="")
    actor, own = desk(), agent()
    steps = [
        *[(act, {"actor": actor, **given}) for act, given in ACTS],
        (actions.make_statement, {"actor": own, "text": "说明"}),
    ]
    order = [actions.tell_interested, actions.record_statement]
    for act, given in sorted(steps, key=lambda step: step[0] not in order):
        with CaptureQueriesContext(connection) as captured:
            do(act, opined, **given)
        counted = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
        assert len(counted) <= ACTION, "\n".join(sql[:120] for sql in counted)
    officers = [desk().id, desk(SUPERVISION).id]
    with CaptureQueriesContext(connection) as captured:
        check(opined, actor=actor, officers=officers)
    assert len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]) <= ACTION


def test_no_word_stands_in_the_clear(accepted: str) -> None:
    do(actions.tell_interested, accepted, party="养殖户李某某")
    do(actions.record_statement, accepted, text="养殖户李某某反对")
    check(accepted, REGISTRAR, SUPERVISION, record="养殖户李某某在场")

    with connection.cursor() as cursor:
        for table, column in (("journal_entry", "body"), ("casework_case", "proceedings")):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} LIKE %s", ["%李某某%"])
            assert cursor.fetchone() == (0,)


def test_the_desks_of_a_case(accepted: str) -> None:
    assert desks_of(read(accepted).case(3)) == {"船舶登记岗", "船舶监督岗"}


def test_nothing_is_concluded_while_a_procedure_lasts(opined: str) -> None:
    begin(opined)

    with pytest.raises(Exception, match="鉴定尚未结束"):
        conclude(opined, 3, outcome=Outcome.DENIED, reason="不行", now=at(LATER, 11))
