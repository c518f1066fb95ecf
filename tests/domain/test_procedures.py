"""What may happen while a case is reviewed: tables of dated examples, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.domain.applications import (
    CALENDAR,
    NINE,
    REASON,
    RULES,
    accept,
    accepted,
    conclude,
    handed_in,
    received,
    submitted,
)
from tests.domain.strategies import Spec
from tongban.domain import procedures, watch
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing
from tongban.domain.application import Application, fold
from tongban.domain.clock import Unit
from tongban.domain.departments import Department
from tongban.domain.events import (
    Event,
    HearingHeld,
    HearingRequested,
    LimitExtended,
    Outcome,
    Procedure,
    ProcedureBegun,
    ProcedureEnded,
    Side,
    SupervisionOpened,
    SupervisionRule,
)
from tongban.domain.procedures import ExtensionRefused, TimeNotTold, TooFewOfficers

CASE = (Spec("a", days=10, statutory=20),)
ALL_KINDS = [kind for kind in Procedure if kind is not Procedure.HEARING]
JOINTLY = (Department("one", "130000"), Department("two", "130000"))


def on(day: date, hour: int = 1) -> datetime:
    """Nine o'clock in Beijing on that day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def accepted_on(day: date, specs: tuple[Spec, ...] = CASE) -> Application:
    application = received(fold((submitted(specs, at=on(day)),)), at=on(day))
    return fold(accept(application, at=on(day)), onto=application)


def begun(application: Application, day: date, *, kind: Procedure = Procedure.APPRAISAL, days: int = 5) -> Application:
    events = procedures.begin(application, 1, kind=kind, expected_days=days, by="first", calendar=CALENDAR, at=on(day))
    return fold(events, onto=application)


def ended(application: Application, day: date, *, kind: Procedure = Procedure.APPRAISAL) -> Application:
    events = procedures.end(application, 1, kind=kind, result=REASON, by="first", calendar=CALENDAR, at=on(day))
    return fold(events, onto=application)


def extend(application: Application, day: date, **changes: object) -> tuple[object, ...]:
    asked: dict[str, object] = {"days": 10, "approver": "张局长", "reason": REASON}
    return procedures.extend(application, 1, by="first", calendar=CALENDAR, at=on(day), **(asked | changes))  # type: ignore[arg-type]


# --- time that does not count -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted_at", "began", "resumed", "promised", "statutory"),
    [
        # an ordinary week: Monday to Thursday, four working days
        (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 13), date(2026, 3, 20), date(2026, 4, 3)),
        # over on the day it began: nothing is left out
        (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 30)),
        # 国办发明电〔2025〕7号: 15 to 23 February 2026 off, Saturdays 14 and 28 February worked.
        # From Tuesday the 10th to Friday the 27th: 10 to 14 are five, 24 to 26 three, the Saturday worked among them
        (date(2026, 2, 9), date(2026, 2, 10), date(2026, 2, 27), date(2026, 3, 11), date(2026, 3, 25)),
        # begun on the make-up Saturday before the festival, over on the one after: one and four
        (date(2026, 2, 9), date(2026, 2, 14), date(2026, 2, 28), date(2026, 3, 6), date(2026, 3, 20)),
        # wholly within the festival: no counted day is left out
        (date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 24), date(2026, 2, 28), date(2026, 3, 13)),
    ],
)
def test_a_procedure_moves_both_limits_by_the_working_days_it_takes(
    accepted_at: date, began: date, resumed: date, promised: date, statutory: date
) -> None:
    application = ended(begun(accepted_on(accepted_at), began), resumed)

    case = application.case(1)
    assert (case.promised_due_on, case.statutory_due_on) == (promised, statutory)


def test_no_limit_runs_while_it_lasts_and_the_notice_tells_the_time_it_needs() -> None:
    application = accepted_on(date(2026, 3, 2))
    (event,) = procedures.begin(
        application,
        1,
        kind=Procedure.APPRAISAL,
        expected_days=7,
        by="first",
        calendar=CALENDAR,
        at=on(date(2026, 3, 9)),
    )

    assert isinstance(event, ProcedureBegun)
    told = (event.name, event.article, event.expected_days, event.began_on)
    assert told == ("鉴定", "行政许可法第四十五条", 7, date(2026, 3, 9))
    case = fold((event,), onto=application).case(1)
    assert (case.paused, case.promised_due_on, case.statutory_due_on) == (True, None, None)


def test_two_procedures_side_by_side_are_left_out_once() -> None:
    application = begun(accepted_on(date(2026, 3, 2)), date(2026, 3, 9), kind=Procedure.TEST)
    application = begun(application, date(2026, 3, 10), kind=Procedure.APPRAISAL)
    application = ended(application, date(2026, 3, 12), kind=Procedure.TEST)
    assert application.case(1).promised_due_on is None

    application = ended(application, date(2026, 3, 13), kind=Procedure.APPRAISAL)

    assert application.case(1).promised_due_on == date(2026, 3, 20)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_of_the_closed_list_stops_the_limits(kind: Procedure) -> None:
    assert begun(accepted(CASE), date(2026, 3, 3), kind=kind).case(1).promised_due_on is None


def test_beyond_the_published_calendar_the_days_are_provisional() -> None:
    application = ended(begun(accepted_on(date(2026, 12, 21)), date(2026, 12, 24)), date(2026, 12, 30))

    case = application.case(1)
    assert case.provisional
    assert case.promised_due_on == date(2027, 1, 11)


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_procedure_whose_time_is_not_told_does_not_begin(days: int) -> None:
    with pytest.raises(TimeNotTold, match="须书面告知所需时间"):
        begun(accepted(CASE), date(2026, 3, 3), days=days)


def test_what_is_no_time_for_a_procedure() -> None:
    application = accepted(CASE)
    with pytest.raises(NotNow, match="尚未受理"):
        begun(handed_in(CASE), date(2026, 3, 3))
    with pytest.raises(NotNow, match="听证须先告知"):
        begun(application, date(2026, 3, 3), kind=Procedure.HEARING)
    with pytest.raises(NotNow, match="没有正在进行的鉴定"):
        ended(application, date(2026, 3, 3))
    with pytest.raises(AlreadyGiven, match="正在进行"):
        begun(begun(application, date(2026, 3, 3)), date(2026, 3, 4))


def test_a_signed_conclusion_that_waits_for_a_certificate_is_no_ground_to_stop_the_clock() -> None:
    application = accepted((Spec("a"), Spec("b", needs=("a",))))
    application = fold(conclude(application, 2, Outcome.APPROVED), onto=application)

    with pytest.raises(NotNow, match="结论已经签署"):
        procedures.begin(application, 2, kind=Procedure.TEST, expected_days=3, by="first", calendar=CALENDAR, at=NINE)


def test_no_conclusion_while_a_procedure_lasts() -> None:
    with pytest.raises(NotNow, match="鉴定尚未结束"):
        conclude(begun(accepted(CASE), date(2026, 3, 2)), 1, Outcome.APPROVED)


# --- the one extension ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted_at", "approved", "days", "promised", "statutory"),
    [
        (date(2026, 3, 2), date(2026, 3, 10), 10, date(2026, 3, 30), date(2026, 4, 14)),  # over Qingming
        (date(2026, 3, 2), date(2026, 3, 16), 1, date(2026, 3, 17), date(2026, 3, 31)),  # on the promise's last day
        (date(2026, 3, 2), date(2026, 3, 17), 5, date(2026, 3, 16), date(2026, 4, 7)),  # a broken promise stays broken
        (date(2026, 3, 2), date(2026, 3, 30), 10, date(2026, 3, 16), date(2026, 4, 14)),  # on the last day of all
        (date(2026, 1, 26), date(2026, 2, 5), 10, date(2026, 2, 28), date(2026, 3, 13)),  # over the Spring Festival
    ],
)
def test_an_extension_lengthens_what_had_not_yet_expired(
    accepted_at: date, approved: date, days: int, promised: date, statutory: date
) -> None:
    application = accepted_on(accepted_at)
    (event,) = extend(application, approved, days=days)
    assert isinstance(event, LimitExtended)
    case = fold((event,), onto=application).case(1)

    assert (case.promised_due_on, case.statutory_due_on) == (promised, statutory)
    assert (event.approver, event.article) == ("张局长", "行政许可法第四十二条")


@pytest.mark.parametrize(
    ("statutory", "departments", "days", "longest"),
    [
        (45, JOINTLY, 15, 15),
        (20, JOINTLY, 15, 10),  # never lengthens a shorter limit
        (45, (Department("maritime"), Department("maritime too")), 15, 10),  # offices of a vertical authority
        (45, (Department("one", "130000"), Department("two", "120000")), 15, 10),
        (45, JOINTLY, 16, 15),
        (20, (), 11, 10),
        (20, (), 0, 10),
    ],
)
def test_by_how_much_a_limit_is_lengthened(
    statutory: int, departments: tuple[Department, ...], days: int, longest: int
) -> None:
    application = accepted((Spec("a", days=10, statutory=statutory),))
    if days == longest:
        assert extend(application, date(2026, 3, 3), days=days, departments=departments)
        return
    with pytest.raises(ExtensionRefused, match=f"最多可以延长 {longest} 日"):
        extend(application, date(2026, 3, 3), days=days, departments=departments)


def test_what_extends_nothing() -> None:
    application = accepted(CASE)
    first = fold(extend(application, date(2026, 3, 3)), onto=application)  # type: ignore[arg-type]
    natural = accepted((Spec("a", days=5, statutory=7, unit=Unit.NATURAL, statutory_unit=Unit.NATURAL),))
    with pytest.raises(ExtensionRefused, match="只能延长一次"):
        extend(first, date(2026, 3, 4))
    with pytest.raises(ExtensionRefused, match="已于 2026-03-30 届满"):
        extend(application, date(2026, 3, 31))
    with pytest.raises(ExtensionRefused, match="特别法规定"):
        extend(natural, date(2026, 3, 3))
    with pytest.raises(ExtensionRefused, match="须经本机关负责人批准"):
        extend(application, date(2026, 3, 3), approver="  ")
    with pytest.raises(ExtensionRefused, match="须经本级人民政府负责人批准"):
        extend(accepted((Spec("a", statutory=45),)), date(2026, 3, 3), days=15, departments=JOINTLY, approver="")
    with pytest.raises(ReasonMissing, match="理由告知申请人"):
        extend(application, date(2026, 3, 3), reason=None)
    with pytest.raises(NotNow, match="尚未受理"):
        extend(handed_in(CASE), date(2026, 3, 3))


# --- looking ----------------------------------------------------------------------------------------------------------


def check(application: Application, cases: tuple[int, ...], *officers: str, passed: bool = True) -> Application:
    events = procedures.check_site(
        application, cases, officers=officers, passed=passed, record=REASON, by="first", at=NINE
    )
    return fold(events, onto=application)


def test_one_visit_of_two_officers_serves_several_cases() -> None:
    application = check(accepted((Spec("a"), Spec("b"), Spec("c"))), (1, 3), "first", "second")

    checked = [len(case.proceedings.site_checks) for case in application.cases]
    assert checked == [1, 0, 1]
    assert application.case(1).proceedings.site_checks[0].officers == ("first", "second")


def test_a_visit_by_one_officer_or_of_no_case_is_refused() -> None:
    application = accepted(CASE)
    with pytest.raises(TooFewOfficers, match="两名以上工作人员"):
        check(application, (1,), "first")
    with pytest.raises(TooFewOfficers):
        check(application, (1,), "first", "first", "")
    with pytest.raises(NotNow, match="没有选择办件"):
        check(application, (), "first", "second")
    with pytest.raises(NotNow, match="尚未受理"):
        check(handed_in(CASE), (1,), "first", "second")


def test_an_approval_against_a_failed_visit_says_why() -> None:
    application = check(accepted(CASE), (1,), "first", "second", passed=False)

    with pytest.raises(ReasonMissing, match="现场核查不合格"):
        conclude(application, 1, Outcome.APPROVED, reason=None)
    assert conclude(application, 1, Outcome.APPROVED)


# --- listening --------------------------------------------------------------------------------------------------------


def tell(application: Application, day: date) -> Application:
    events = procedures.tell_interested(
        application, 1, party=REASON, rules=RULES, calendar=CALENDAR, by="first", at=on(day)
    )
    return fold(events, onto=application)


def state(application: Application, day: date, side: Side = Side.INTERESTED) -> Application:
    return fold(procedures.state(application, 1, side=side, text=REASON, by="first", at=on(day)), onto=application)


def test_third_parties_are_waited_for_until_each_has_spoken_or_their_time_is_over() -> None:
    application = tell(tell(accepted(CASE), date(2026, 3, 2)), date(2026, 3, 3))
    last = max(one.statement_due_on for one in application.case(1).proceedings.interested)

    with pytest.raises(NotNow, match="利害关系人可在"):
        conclude(application, 1, Outcome.APPROVED, at=on(last))
    one_spoke = state(application, date(2026, 3, 4))
    with pytest.raises(NotNow, match="利害关系人可在"):
        conclude(one_spoke, 1, Outcome.APPROVED, at=on(last))
    both_spoke = state(one_spoke, date(2026, 3, 4))
    assert conclude(both_spoke, 1, Outcome.APPROVED, at=on(date(2026, 3, 4)))
    later = date.fromordinal(last.toordinal() + 1)
    assert conclude(application, 1, Outcome.APPROVED, at=on(later))


def test_a_third_party_that_nobody_told_states_nothing_and_asks_for_nothing() -> None:
    application = offered(accepted(CASE), date(2026, 3, 2))
    with pytest.raises(NotNow, match="没有告知过利害关系人"):
        state(application, date(2026, 3, 3))
    with pytest.raises(NotNow, match="没有告知过利害关系人"):
        request(application, date(2026, 3, 3), side=Side.INTERESTED)


def test_each_side_states_its_case_so_often_and_no_more() -> None:
    application = tell(accepted(CASE), date(2026, 3, 2))
    for _ in range(procedures.MOST_STATEMENTS):
        application = state(application, date(2026, 3, 3), Side.APPLICANT)

    with pytest.raises(NotNow, match="已经记录了 20 次陈述"):
        state(application, date(2026, 3, 3), Side.APPLICANT)
    assert len(state(application, date(2026, 3, 3)).case(1).proceedings.statements) == procedures.MOST_STATEMENTS + 1


def test_after_the_decision_nothing_is_stated_any_more() -> None:
    application = accepted(CASE)
    application = fold(conclude(application, 1, Outcome.DENIED), onto=application)
    with pytest.raises(NotNow, match="可以申请行政复议"):
        state(application, date(2026, 3, 3), Side.APPLICANT)


# --- the hearing ------------------------------------------------------------------------------------------------------


def offered(application: Application, day: date) -> Application:
    events = procedures.offer_hearing(application, 1, calendar=CALENDAR, by="first", at=on(day))
    return fold(events, onto=application)


def request(application: Application, day: date, *, side: Side = Side.APPLICANT) -> Application:
    events = procedures.request_hearing(application, 1, side=side, calendar=CALENDAR, by="someone", at=on(day))
    return fold(events, onto=application)


def hold(application: Application, day: date) -> Application:
    events = procedures.hold_hearing(application, 1, record=REASON, by="first", calendar=CALENDAR, at=on(day))
    return fold(events, onto=application)


@pytest.mark.parametrize(
    ("told", "request_by", "asked", "hold_by", "held", "promised"),
    [
        # told on a Monday: five working days
        (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 9), date(2026, 4, 7), date(2026, 3, 20), date(2026, 3, 27)),
        # over the Spring Festival of 2026, with both its make-up Saturdays
        (
            date(2026, 2, 12),
            date(2026, 2, 26),
            date(2026, 2, 13),
            date(2026, 3, 19),
            date(2026, 3, 2),
            date(2026, 3, 13),
        ),
        # over the end of the published calendar
        (
            date(2026, 12, 28),
            date(2027, 1, 5),
            date(2026, 12, 29),
            date(2027, 1, 27),
            date(2027, 1, 5),
            date(2027, 1, 18),
        ),
    ],
)
def test_the_days_of_a_hearing(
    told: date, request_by: date, asked: date, hold_by: date, held: date, promised: date
) -> None:
    application = offered(accepted_on(told), told)
    hearing = application.case(1).proceedings.hearing
    assert hearing is not None
    assert hearing.request_due_on == request_by

    application = request(application, asked)
    hearing = application.case(1).proceedings.hearing
    assert hearing is not None
    assert (hearing.hold_by_on, application.case(1).promised_due_on) == (hold_by, None)

    application = hold(application, held)
    assert application.case(1).promised_due_on == promised


def test_a_request_that_was_on_its_way_leaves_the_department_its_days() -> None:
    application = offered(accepted(CASE), date(2026, 3, 2))
    one = {"side": Side.APPLICANT, "calendar": CALENDAR, "by": "applicant", "at": on(date(2026, 3, 9))}

    (asked, begun), (late, later) = (
        procedures.request_hearing(application, 1, **one, arrived_on=day) for day in (None, date(2026, 3, 16))
    )

    assert isinstance(asked, HearingRequested)
    assert isinstance(late, HearingRequested)
    assert isinstance(begun, ProcedureBegun)
    assert isinstance(later, ProcedureBegun)
    assert (asked.hold_by_on, late.hold_by_on) == (date(2026, 4, 7), date(2026, 4, 14))
    # No limit runs from the day on which he asked.
    assert (later.began_on, later.until_on) == (begun.began_on, late.hold_by_on)


def test_asking_for_a_hearing_begins_the_procedure_and_its_record_ends_it() -> None:
    application = offered(accepted(CASE), date(2026, 3, 2))
    asked = procedures.request_hearing(
        application, 1, side=Side.APPLICANT, calendar=CALENDAR, by="applicant", at=on(date(2026, 3, 3))
    )
    assert [type(event) for event in asked] == [HearingRequested, ProcedureBegun]

    application = fold(asked, onto=application)
    with pytest.raises(NotNow, match="以听证笔录结束"):
        ended(application, date(2026, 3, 4), kind=Procedure.HEARING)
    with pytest.raises(NotNow, match="听证尚未结束"):
        conclude(application, 1, Outcome.APPROVED, at=on(date(2026, 3, 4)))
    held = procedures.hold_hearing(
        application, 1, record=REASON, by="first", calendar=CALENDAR, at=on(date(2026, 3, 5))
    )
    assert [type(event) for event in held] == [HearingHeld, ProcedureEnded]


def test_no_conclusion_before_the_time_to_ask_for_a_hearing_is_over() -> None:
    application = offered(accepted(CASE), date(2026, 3, 2))

    with pytest.raises(NotNow, match="2026-03-09 还没有届满"):
        conclude(application, 1, Outcome.DENIED, at=on(date(2026, 3, 9)))
    assert conclude(application, 1, Outcome.DENIED, at=on(date(2026, 3, 10)))


def test_no_conclusion_while_a_request_may_be_on_its_way_from_where_he_applied() -> None:
    told, late = offered(accepted(CASE), date(2026, 3, 2)), on(date(2026, 3, 10))

    for heard_until in (date.min, date(2026, 3, 8)):
        with pytest.raises(NotNow, match="可能已经在那里按时提出"):
            conclude(told, 1, Outcome.APPROVED, at=late, heard_until=heard_until)
    assert conclude(told, 1, Outcome.APPROVED, at=late, heard_until=date(2026, 3, 9))
    asked = request(told, date(2026, 3, 3))
    held = hold(asked, date(2026, 3, 4))
    assert conclude(held, 1, Outcome.APPROVED, at=late, heard_until=date.min)


def test_what_is_no_hearing() -> None:
    application = accepted(CASE)
    told = offered(application, date(2026, 3, 2))
    asked = request(told, date(2026, 3, 3))
    held = hold(asked, date(2026, 3, 4))
    with pytest.raises(NotNow, match="没有告知听证权利"):
        request(application, date(2026, 3, 3))
    with pytest.raises(NotNow, match="2026-03-09 已过"):
        request(told, date(2026, 3, 10))
    with pytest.raises(AlreadyGiven, match="已经告知听证权利"):
        offered(told, date(2026, 3, 3))
    with pytest.raises(AlreadyGiven, match="已经申请过"):
        request(asked, date(2026, 3, 4))
    with pytest.raises(NotNow, match="没有人申请听证"):
        hold(told, date(2026, 3, 3))
    with pytest.raises(AlreadyGiven, match="已经记录"):
        hold(held, date(2026, 3, 5))


def test_a_hearing_that_is_not_held_in_time_is_supervised() -> None:
    application = request(offered(accepted(CASE), date(2026, 3, 2)), date(2026, 3, 3))
    events = fall_due(application, date(2026, 4, 1))

    opened = [event for event in events if isinstance(event, SupervisionOpened)]
    assert [(one.rule.value, one.desk) for one in opened] == [("hearing_overdue", "决定岗")]


def test_a_procedure_that_takes_longer_than_was_told_is_supervised_once() -> None:
    application = begun(accepted_on(date(2026, 3, 2)), date(2026, 3, 9), days=5)
    assert watch.wakes_on(application) == date(2026, 3, 17)
    assert fall_due(application, date(2026, 3, 16)) == ()

    events = fall_due(application, date(2026, 3, 17))

    article = "行政许可法第四十五条"
    rule = SupervisionRule.PROCEDURE_OVERDUE
    assert events == (SupervisionOpened(1, rule, "决定岗", article, on(date(2026, 3, 17))),)
    application = fold(events, onto=application)
    assert watch.wakes_on(application) is None
    assert fall_due(application, date(2026, 3, 18)) == ()


def test_a_procedure_that_ended_in_time_is_not_supervised() -> None:
    application = ended(begun(accepted_on(date(2026, 3, 2)), date(2026, 3, 9), days=5), date(2026, 3, 16))

    assert fall_due(application, date(2026, 3, 17)) == ()


def fall_due(application: Application, day: date) -> tuple[Event, ...]:
    return watch.fall_due(application, rules=RULES, calendar=CALENDAR, consents={}, today=day, at=on(day))
