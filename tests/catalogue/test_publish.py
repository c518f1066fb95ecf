"""What a region keeps alone is in force at once; what regions keep together is only proposed until all have signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongban.catalogue import conformance, models, storage
from tongban.catalogue.actions import (
    BodyElsewhere,
    Content,
    DepartsFromStandard,
    DescriptionInUse,
    GivenTwice,
    Holdings,
    KeptByAnother,
    NoArticle,
    NoStandard,
    Observations,
    Observed,
    load,
    observe,
    publish,
)
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    Condition,
    DataElement,
    ElementKind,
    Implementation,
    Item,
    Material,
    MatterType,
    Regime,
    Requirement,
    Standard,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.conditions import BadExpression
from tongban.domain.consistency import Contradicts
from tongban.domain.offers import COMPOSED, Extension, HandlingMode, Offer, Reform, ReformMode
from tongban.journal import actions as journal_actions
from tongban.journal import queries as journal
from tongban.journal.actions import OperationReused
from tongban.people.actor import SYSTEM, Actor, DutyValue
from tongban.people.models import Department
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LIMIT = Limit(5, Unit.WORKING)
BODY = "11130200MA0TB0011Q"
NOTHING = {
    "standards": 0,
    "proposed": 0,
    "implementations": 0,
    "offers": 0,
    "extensions": 0,
    "reforms": 0,
    "departures": 0,
}
_numbers = count()


def standard(matter: str = "X-1", **about: object) -> Standard:
    given = {"matter": matter, "name": f"事项 {matter}", "matter_type": MatterType.LICENCE, "regime": Regime.LICENCE}
    return Standard(**(given | {"statutory": LIMIT, "owner": "130000"} | about))


def implementation(matter: str = "X-1", **about: object) -> Implementation:
    given = {"matter": matter, "region": "130000", "body": BODY, "promised": LIMIT, "deciding_desk": "审批岗"}
    return Implementation(**(given | about))


def steward(region: str) -> Actor:
    return Actor("account:1", "管理员", duties=(DutyValue(Role.STEWARD, region),))


def put(
    *, actor: Actor = SYSTEM, operation: str = "", now: datetime = NOW, change_of_law: str = "", **holdings: object
) -> dict[str, int]:
    answer: dict[str, int] = publish(
        operation=operation or f"publish-{next(_numbers)}",
        actor=actor,
        holdings=Holdings(**holdings),
        now=now,
        change_of_law=change_of_law,
    )
    return answer


def put_in_force(versions: list[tuple[str, int]], *, from_on: date, until_on: date | None = None) -> None:
    """What the last signature under a batch does."""

    @journal_actions.action
    def schedule(*, operation: journal_actions.Operation, actor: Actor, now: datetime) -> journal_actions.Answer:
        stream = journal_actions.lock(storage.STREAM, operation)
        events = storage.schedule(versions, batch="B-1", from_on=from_on, until_on=until_on, at=now)
        journal_actions.append(stream, events, at=now, answer={})
        return {}

    schedule(operation=f"schedule-{next(_numbers)}", actor=SYSTEM, now=NOW)


def in_force(matter: str, day: date) -> int | None:
    found = storage.standards_in_force([matter], today=day).get(matter)
    return None if found is None else found.version


def test_a_standard_that_a_region_keeps_alone_is_in_force_at_once() -> None:
    assert put(standards=(standard(),)) == NOTHING | {"standards": 1}

    assert in_force("X-1", TODAY) == 1
    assert in_force("X-1", date(2026, 3, 1)) is None


def test_a_joint_standard_is_only_proposed() -> None:
    assert put(standards=(standard(owner=""),)) == NOTHING | {"proposed": 1}

    assert in_force("X-1", TODAY) is None


def test_a_batch_puts_it_in_force_from_its_day_until_the_agreement_ends() -> None:
    put(standards=(standard(owner=""),))

    put_in_force([("X-1", 1)], from_on=date(2026, 4, 1), until_on=date(2027, 4, 1))

    days = [date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)]
    assert [in_force("X-1", day) for day in days] == [None, 1, 1, None]
    assert journal.soundness().replay_faults == ()


def test_an_amendment_in_force_later_leaves_the_old_version_until_then() -> None:
    put(standards=(standard(owner=""),))
    put_in_force([("X-1", 1)], from_on=date(2026, 3, 2))
    put(standards=(standard(owner="", name="事项 X-1（修订）"),))

    put_in_force([("X-1", 2)], from_on=date(2026, 5, 1))

    assert [in_force("X-1", day) for day in (date(2026, 4, 30), date(2026, 5, 1))] == [1, 2]
    assert journal.soundness().replay_faults == ()


def test_publishing_the_same_again_changes_nothing() -> None:
    everything = {
        "standards": (standard(), standard("X-2", owner="")),
        "implementations": (implementation(), implementation("X-2")),
        "offers": (Offer("X-1", "130000", ("110000",), HandlingMode.PROXY, "A-1", TODAY),),
        "extensions": (Extension("h", "大厅", "131000", "110000", (2, 4), "A-1", TODAY),),
        "reforms": (Reform("X-1", "130000", ReformMode.COMMITMENT, TODAY),),
    }
    first = put(**everything)

    assert first == {
        "standards": 1,
        "proposed": 1,
        "implementations": 2,
        "offers": 1,
        "extensions": 1,
        "reforms": 1,
        "departures": 0,
    }
    assert put(**everything) == NOTHING
    assert journal.soundness().replay_faults == ()


def test_a_repeat_gets_the_first_answer_and_other_content_under_its_number_is_refused() -> None:
    first = put(operation="one", standards=(standard(),))

    assert put(operation="one", standards=(standard(),)) == first
    with pytest.raises(OperationReused):
        put(operation="one", standards=(standard("X-2"),))


def test_an_implementation_follows_the_newest_version_of_its_standard() -> None:
    put(standards=(standard(),), implementations=(implementation(),))

    changed = put(standards=(standard(name="改"),), implementations=(implementation(),))

    assert changed == NOTHING | {"standards": 1, "implementations": 1}
    (found,) = storage.implementations_in_force(["X-1"])["X-1"]
    assert (found.version, found.standard_version) == (2, 2)


def test_an_offer_of_a_matter_without_a_standard_is_refused_and_nothing_is_kept() -> None:
    offers = (Offer("X-9", "130000", ("110000",), HandlingMode.PROXY, "A-1", TODAY),)

    with pytest.raises(NoStandard, match="事项 X-9 还没有标准"):
        put(standards=(standard(),), offers=offers)

    assert models.Matter.objects.count() == 0


def test_a_steward_publishes_for_his_own_region_only() -> None:
    put(standards=(standard(),))

    with pytest.raises(NotAllowed):
        put(actor=steward("120000"), implementations=(implementation(),))

    assert put(actor=steward("130000"), implementations=(implementation(),)) == NOTHING | {"implementations": 1}


def test_any_steward_may_propose_a_joint_standard_and_nobody_else() -> None:
    assert put(actor=steward("120000"), standards=(standard(owner=""),)) == NOTHING | {"proposed": 1}

    with pytest.raises(NotAllowed):
        put(
            actor=Actor("account:2", "窗口", duties=(DutyValue(Role.CLERK, "130000"),)), standards=(standard(owner=""),)
        )


def test_nobody_speaks_for_a_body_of_another_region_by_naming_his_own() -> None:
    seen = Observations((Observed("X-1", BODY, "130000", standard().terms),))
    put(standards=(standard(owner=""),), implementations=(implementation(),))
    observe(operation="see", actor=SYSTEM, observations=seen, now=NOW)
    taken = replace(seen.seen[0], region="120000", terms=replace(standard().terms, name="改"))

    with pytest.raises(NotAllowed):
        put(actor=steward("120000"), implementations=(implementation(region="120000"),))
    with pytest.raises(NotAllowed):
        observe(operation="take", actor=steward("120000"), observations=Observations((taken,)), now=NOW)


def test_only_a_steward_describes_materials() -> None:
    material = Material("M-1", "营业执照")

    with pytest.raises(NotAllowed):
        put(actor=Actor("account:2", "申请人"), materials=(material,))

    assert put(actor=steward("120000"), materials=(material,)) == NOTHING
    assert models.Material.objects.get().name == "营业执照"


AREA = DataElement("area", "面积", "Area", ElementKind.INTEGER)


def asking(expression: str) -> tuple[Condition, ...]:
    return (Condition("第一条", COMPOSED), Condition("面积不少于 50 平方米", COMPOSED, expression=expression))


@pytest.mark.parametrize("expression", ["area >", "area", "area >= 'x'", "volume > 1"])
def test_a_condition_that_cannot_be_judged_is_not_published(expression: str) -> None:
    asked = asking(expression)

    with pytest.raises(BadExpression, match="条件表达式未保存") as of_standard:
        put(standards=(standard(conditions=asked),), elements=(AREA,))
    put(standards=(standard(),), elements=(AREA,))
    stated = replace(standard().terms, conditions=asked)
    with pytest.raises(BadExpression) as of_implementation:
        put(implementations=(implementation(stated=stated),))

    assert of_standard.value.field == "X-1/conditions/1"
    assert of_implementation.value.field == f"X-1/{BODY}/conditions/1"


def test_expressions_that_together_take_long_to_judge_are_not_published() -> None:
    long = " || ".join(f"area == {number}" for number in range(90))
    many = tuple(Condition(f"第 {number} 条", COMPOSED, expression=long) for number in range(20_000 // len(long) + 1))

    with pytest.raises(BadExpression, match="请简化") as refused:
        put(standards=(standard(conditions=many),), elements=(AREA,))

    assert refused.value.field == "X-1/conditions"
    assert put(standards=(standard(conditions=many[1:]),), elements=(AREA,)) == NOTHING | {"standards": 1}


def test_a_condition_is_judged_by_data_elements_known_or_given_with_it() -> None:
    put(standards=(standard(conditions=asking("area >= 50")),), elements=(AREA,))

    put(standards=(standard("X-2", conditions=asking("area >= 60")),))

    assert models.Standard.objects.count() == 2


TWICE = {
    "standards": (standard(), standard(name="另一个")),
    "implementations": (implementation(), implementation(visits=1)),
    "materials": (Material("X-1", "甲"), Material("X-1", "乙")),
    "certificate_types": (CertificateType("X-1", "甲"), CertificateType("X-1", "乙")),
    "elements": (DataElement("X-1", "甲", "", ElementKind.TEXT), DataElement("X-1", "乙", "", ElementKind.TEXT)),
    "offers": (Offer("X-1", "130000", ("110000",), HandlingMode.PROXY, "A-1", TODAY),) * 2,
    "extensions": (Extension("X-1", "大厅", "131000", "110000", (2, 4), "A-1", TODAY),) * 2,
    "reforms": (Reform("X-1", "130000", ReformMode.COMMITMENT, TODAY),) * 2,
}


@pytest.mark.parametrize("kind", TWICE)
def test_what_is_given_twice_is_refused(kind: str) -> None:
    with pytest.raises(GivenTwice, match="X-1"):
        put(**{kind: TWICE[kind]})


def test_an_observation_of_nothing_and_one_given_twice_are_refused() -> None:
    seen = Observed("X-1", BODY, "130000", standard().terms)

    with pytest.raises(NoStandard):
        observe(operation="see", actor=SYSTEM, observations=Observations((seen,)), now=NOW)
    with pytest.raises(GivenTwice):
        observe(operation="see", actor=SYSTEM, observations=Observations((seen, seen)), now=NOW)


@pytest.mark.parametrize(("keeper", "taker"), [("", "130000"), ("130000", ""), ("130000", "120000")])
def test_nobody_takes_over_a_standard_that_others_keep(keeper: str, taker: str) -> None:
    put(standards=(standard(owner=keeper),))

    with pytest.raises(KeptByAnother):
        put(standards=(standard(owner=taker),))


def test_a_bundle_cannot_put_a_joint_standard_in_force() -> None:
    put(standards=(standard(owner=""),))
    catalogue = Catalogue({"X-1": standard()}, {"X-1": implementation()}, {}, {})

    with pytest.raises(KeptByAnother):
        load(
            operation="load",
            actor=SYSTEM,
            content=Content(catalogue, Bundle("b", "集成", (Item("X-1", "类"),))),
            now=NOW,
        )


def test_what_a_body_shows_is_kept_beside_what_it_published() -> None:
    put(standards=(standard(),), implementations=(implementation(),))
    shown = replace(standard().terms, name="另一个名称")
    seen = Observations((Observed("X-1", BODY, "130000", shown),))

    first = observe(operation="see", actor=SYSTEM, observations=seen, now=NOW)
    again = observe(operation="see again", actor=SYSTEM, observations=seen, now=NOW)

    assert (first, again) == ({"observations": 1}, {"observations": 0})
    assert storage.observations(["X-1"]) == list(seen.seen)
    assert journal.soundness().replay_faults == ()


@pytest.mark.parametrize("table", ["offer", "extension", "reform", "observation"])
def test_the_database_refuses_to_change_what_was_published(table: str) -> None:
    put(
        standards=(standard(),),
        offers=(Offer("X-1", "130000", ("110000",), HandlingMode.PROXY, "A-1", TODAY),),
        extensions=(Extension("h", "大厅", "131000", "110000", (2,), "A-1", TODAY),),
        reforms=(Reform("X-1", "130000", ReformMode.FILING, TODAY),),
    )
    seen = Observations((Observed("X-1", BODY, "130000", standard().terms),))
    observe(operation="see", actor=SYSTEM, observations=seen, now=NOW)

    for statement in (f"UPDATE catalogue_{table} SET digest = 'x'", f"DELETE FROM catalogue_{table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_number_of_statements_does_not_grow_with_what_is_published() -> None:
    counts = []
    for number in (3, 40):
        matters = [f"N{number}-{each}" for each in range(number)]
        with CaptureQueriesContext(connection) as captured:
            put(
                standards=tuple(standard(matter) for matter in matters),
                implementations=tuple(implementation(matter) for matter in matters),
            )
        counts.append(len([each for each in captured if "catalogue_search" not in each["sql"]]))

    assert counts[0] == counts[1]


SLOWER = Limit(9, Unit.WORKING)
LAW = "《行政许可法》第四十二条"


def stated(**about: object) -> Implementation:
    return implementation(stated=replace(standard(owner="").terms, **about))


def jointly_in_force() -> None:
    put(standards=(standard(owner=""),), implementations=(stated(),))
    put_in_force([("X-1", 1)], from_on=TODAY)


def test_a_body_cannot_publish_what_departs_from_a_joint_standard_in_force() -> None:
    jointly_in_force()

    with pytest.raises(DepartsFromStandard, match="事项 X-1“事项 X-1”与施行中的共同标准不符"):
        put(implementations=(stated(statutory=SLOWER),))

    assert [row.version for row in models.Implementation.objects.all()] == [1]


def test_a_change_of_law_overrides_with_its_article_and_opens_a_departure() -> None:
    jointly_in_force()

    answer = put(implementations=(stated(statutory=SLOWER),), change_of_law=LAW)

    assert answer == NOTHING | {"implementations": 1, "departures": 1}
    (found,) = conformance.compared(today=TODAY)
    assert (found.departure, [each.path for each in found.findings]) == (LAW, ["limits/statutory/days"])
    assert journal.soundness().replay_faults == ()


def test_the_departure_ends_when_the_body_conforms_again() -> None:
    jointly_in_force()
    put(implementations=(stated(statutory=SLOWER),), change_of_law=LAW)
    put(implementations=(stated(statutory=Limit(12, Unit.WORKING)),), change_of_law=LAW)

    put(implementations=(stated(),))

    assert conformance.open_departures() == {}
    assert [(row.version, row.closed_at) for row in models.Departure.objects.order_by("id")] == [(2, NOW), (3, NOW)]
    assert journal.soundness().replay_faults == ()


@pytest.mark.parametrize("article", ["法律变了", "《行政许可法》", "第四十二条"])
def test_a_change_of_law_without_an_article_is_refused(article: str) -> None:
    jointly_in_force()

    with pytest.raises(NoArticle):
        put(implementations=(stated(statutory=SLOWER),), change_of_law=article)


def test_before_the_batch_is_in_force_a_body_publishes_as_it_likes() -> None:
    put(standards=(standard(owner=""),), implementations=(stated(),))

    assert put(implementations=(stated(statutory=SLOWER),)) == NOTHING | {"implementations": 1}


def test_an_implementation_follows_the_version_in_force_and_not_one_only_proposed() -> None:
    jointly_in_force()
    put(standards=(standard(owner="", statutory=SLOWER),))

    put(implementations=(stated(document="批复"),), change_of_law=LAW)

    (found,) = storage.implementations_in_force(["X-1"])["X-1"]
    assert found.standard_version == 1


def test_what_contradicts_itself_is_refused_whichever_way_it_comes() -> None:
    with pytest.raises(Contradicts, match="承诺时限 5 日长于法定时限 3 日"):
        put(standards=(standard(statutory=Limit(3, Unit.WORKING)),), implementations=(implementation(),))

    assert models.Matter.objects.count() == 0


def test_a_known_body_publishes_where_it_is() -> None:
    Department.objects.create(code="hb", uscc=BODY, name="河北省某厅", region="130000")
    put(standards=(standard(),))

    with pytest.raises(BodyElsewhere, match="河北省某厅"):
        put(implementations=(implementation(region="120000"),))

    assert put(implementations=(implementation(),)) == NOTHING | {"implementations": 1}


def test_one_steward_cannot_reword_what_a_joint_standard_in_force_relies_on() -> None:
    paper = Material("M-1", "营业执照")
    put(standards=(standard(owner="", requirements=(Requirement("M-1"),)),), materials=(paper,))
    put_in_force([("X-1", 1)], from_on=TODAY)

    with pytest.raises(DescriptionInUse, match="营业执照"):
        put(actor=steward("130000"), materials=(replace(paper, name="身份证"),))

    assert models.Material.objects.get(code="M-1").name == "营业执照"
    put(actor=steward("130000"), materials=(paper, Material("M-2", "身份证")))
