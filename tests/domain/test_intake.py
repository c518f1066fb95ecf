"""Between receipt and acceptance: who waits for what, until when, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.applications import (
    CALENDAR,
    NINE,
    REASON,
    RULES,
    accept,
    conclude,
    confirm,
    handed_in,
    received,
    submitted,
    taken_in,
)
from tests.domain.strategies import Spec, acyclic
from tongban.catalogue import calendars
from tongban.domain import changes, consequences, forwarding, intake, watch
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes
from tongban.domain.application import Application, CaseState, NoSuchCase, fold
from tongban.domain.catalogue import MatterType, SubjectRole
from tongban.domain.clock import day_of
from tongban.domain.custody import Custody, Holding
from tongban.domain.events import (
    SYSTEM,
    CaseAccepted,
    CaseLapsed,
    CasesReceived,
    ConclusionReturned,
    CorrectionAsked,
    Demand,
    DemandKind,
    DemandsAnswered,
    Event,
    MaterialsSupplied,
    Outcome,
    Participant,
    RefusalGround,
    SupplyCause,
)
from tongban.domain.intake import Targets
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.offers import ReceiptCounts
from tongban.domain.sealed import Sealed
from tongban.domain.times import answer_due

PARTNER = SubjectRole.COUNTERPARTY
A_AND_B = (Spec("a", materials=("x", "y")), Spec("b", materials=("x",)))
CHAIN = (Spec("c", needs=("b",)), Spec("b", needs=("a",)), Spec("a", materials=("x",)))
"""Each waits for the next; the last one in the plan is the first that can be decided."""


def on(month: int, day: int, hour: int = 1) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def after(application: Application, *waves: tuple[Event, ...]) -> Application:
    for events in waves:
        application = fold(events, onto=application)
    return application


@pytest.mark.parametrize(
    ("counts", "arrived_at", "received_on"),
    [
        (ReceiptCounts.AT_INTAKE, on(3, 2), date(2026, 3, 2)),
        (ReceiptCounts.AT_INTAKE, on(3, 4), date(2026, 3, 2)),
        (ReceiptCounts.AT_ARRIVAL, on(3, 2), date(2026, 3, 2)),
        (ReceiptCounts.AT_ARRIVAL, on(3, 4), date(2026, 3, 4)),
    ],
)
def test_what_another_hall_took_in_is_received_from_the_day_its_offer_names(counts, arrived_at, received_on):
    before = fold([submitted(A_AND_B), taken_in(counts)])

    (counted,) = intake.receive(before, rules=RULES, calendar=CALENDAR, at=arrived_at)

    assert isinstance(counted, CasesReceived)
    assert (counted.received_on, counted.cases) == (received_on, (1, 2))
    assert counted.answer_due_on == answer_due(received_on=received_on, calendar=CALENDAR).day
    assert intake.receive(fold([counted], onto=before), rules=RULES, calendar=CALENDAR, at=on(3, 5)) == ()


def test_on_the_way_receipt_counts_only_where_the_offer_counts_from_intake():
    at_arrival = fold([submitted(A_AND_B), taken_in(ReceiptCounts.AT_ARRIVAL)])
    at_intake = fold([submitted(A_AND_B), taken_in(ReceiptCounts.AT_INTAKE)])

    found = [
        intake.receive(one, rules=RULES, calendar=CALENDAR, at=NINE, later=(1, 2)) for one in (at_arrival, at_intake)
    ]

    assert [[type(event) for event in events] for events in found] == [[], [CasesReceived]]


def test_who_took_it_in_does_not_decide_it():
    taken = fold([submitted(A_AND_B), taken_in(by="account:clerk")])
    application = fold(accept(received(taken), by="account:other"), onto=received(taken))

    assert [application.case(1).keeps_from_deciding(one) for one in ("account:clerk", "account:other", "", "x")] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(SameEyes, match="由您帮办收件，收件人不能作决定"):
        conclude(application, 1, Outcome.APPROVED, by="account:clerk")


def states(application: Application) -> list[CaseState]:
    return [case.state for case in application.cases]


def missing(material: str, *cases: int) -> list[Demand]:
    return [Demand(case, DemandKind.MATERIAL, material) for case in cases]


def ask(application: Application, demands: Sequence[Demand], *, at: datetime = NINE, **more: Any) -> tuple[Event, ...]:
    everything = Targets(frozenset("xyz"), frozenset({"name"}), 2)
    lacking: dict[int, list[str]] = {}
    for demand in demands:
        lacking.setdefault(demand.case, []).append(demand.target)
    return intake.ask_correction(
        application,
        demands,
        targets={case.index: everything for case in application.cases},
        **({"lacking": lacking} | more),
        by="clerk",
        rules=RULES,
        calendar=CALENDAR,
        at=at,
    )


def upload(material: str) -> Supply:
    return Supply(material, SubjectRole.HOLDER, SupplySource.UPLOAD, f"new {material}", Basis.GIVEN)


def answer(application: Application, *materials: str, at: datetime = NINE, **more: Any) -> tuple[Event, ...]:
    supplies = [upload(material) for material in materials]
    return intake.answer(application, supplies=supplies, by="applicant", calendar=CALENDAR, at=at, **more)


def refuse(application: Application, index: int, ground: RefusalGround, *, at: datetime = NINE, **more: Any) -> Any:
    given = {"reason": REASON} | more
    return intake.refuse(application, index, ground=ground, by="clerk", calendar=CALENDAR, at=at, **given)


def withdraw(application: Application, *chosen: int, at: datetime = NINE) -> tuple[Event, ...]:
    return intake.withdraw(application, chosen, reason=None, by="applicant", calendar=CALENDAR, at=at)


def wait(application: Application, wish: bool = True, *, at: datetime = NINE) -> tuple[Event, ...]:
    return intake.ask_to_wait(application, wait=wish, by="applicant", calendar=CALENDAR, at=at)


def fall_due(application: Application, *, at: datetime, heard: date | None = None) -> tuple[Event, ...]:
    return watch.fall_due(
        application, rules=RULES, calendar=CALENDAR, consents={}, today=day_of(at), at=at, heard=heard
    )


# --- receipt ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "last_day"),
    [
        (date(2026, 3, 2), date(2026, 3, 9)),  # Monday to Monday
        # Over Mid-Autumn (25 to 27 September) and the National Day (1 to 7 October): 28, 29, 30, then 8 and 9.
        (date(2026, 9, 24), date(2026, 10, 9)),
    ],
)
def test_an_application_is_answered_within_five_working_days(received_on: date, last_day: date) -> None:
    due = answer_due(received_on=received_on, calendar=calendars.load())

    assert (due.day, due.provisional) == (last_day, False)


def test_beyond_the_published_calendar_the_day_is_provisional() -> None:
    due = answer_due(received_on=date(2026, 12, 30), calendar=calendars.load())

    assert due.provisional


@pytest.mark.parametrize(
    ("at", "received_on", "answer_due_on"),
    [
        (on(3, 2), date(2026, 3, 2), date(2026, 3, 9)),
        (on(3, 6, 15), date(2026, 3, 6), date(2026, 3, 13)),  # Friday, eleven at night
        (on(3, 6, 17), date(2026, 3, 7), date(2026, 3, 13)),  # one o'clock of Saturday: received on Saturday
        # The day before Spring Festival (15 to 23 February, 28 February made up).
        (on(2, 14, 8), date(2026, 2, 14), date(2026, 2, 28)),
    ],
)
def test_whatever_is_handed_in_is_received_at_any_hour(at: datetime, received_on: date, answer_due_on: date) -> None:
    application = fold((submitted(A_AND_B, at=at),))

    received = intake.receive(application, rules=RULES, calendar=CALENDAR, at=at)

    assert received == (CasesReceived((1, 2), received_on, answer_due_on, False, CALENDAR.version, at),)


def test_what_co_applicants_have_not_signed_is_received_when_they_have() -> None:
    application = handed_in((Spec("a"), Spec("b", joint=(PARTNER,))))
    assert [case.received_on for case in application.cases] == [date(2026, 3, 2), None]

    application = after(application, confirm(application, 2, PARTNER, at=on(3, 4)))

    assert application.case(2).received_on == date(2026, 3, 4)
    assert application.case(2).answer_due_on == date(2026, 3, 11)


# --- acceptance -------------------------------------------------------------------------------------------------------


def accept_only(application: Application, *only: int, at: datetime = NINE, **more: Any) -> tuple[Event, ...]:
    return intake.accept(
        application, by="clerk", rules=RULES, calendar=CALENDAR, today=day_of(at), at=at, only=only, **more
    )


def test_only_the_chosen_cases_are_accepted() -> None:
    application = handed_in((Spec("a"), Spec("b"), Spec("c")))

    application = after(application, accept_only(application, 3, 1))

    assert states(application) == [CaseState.ACCEPTED, CaseState.SUBMITTED, CaseState.ACCEPTED]


def test_what_lacks_a_material_is_not_accepted_and_holds_up_only_who_waits_for_it() -> None:
    application = handed_in((Spec("a", materials=("x",)), Spec("b", needs=("a",)), Spec("c")))

    application = after(application, accept_only(application, lacking={1: ["x"]}))

    assert states(application) == [CaseState.SUBMITTED, CaseState.SUBMITTED, CaseState.ACCEPTED]


NOT_ACCEPTED: list[tuple[Any, tuple[int, ...], Mapping[int, Sequence[str]], type[Exception], str]] = [
    (lambda a: (), (1,), {1: ["x"]}, NotNow, "第 1 个办件缺少材料或填报内容"),
    (lambda a: (), (1, 2), {1: ["x"]}, NotNow, "第 1 个办件缺少材料"),
    (lambda a: (), (3,), {1: ["x"]}, NotNow, "第 3 个办件所等待的办件尚未齐备"),
    (lambda a: (), (4,), {}, NotNow, "第 4 个办件等待共同申请人确认"),
    (lambda a: (), (9,), {}, NoSuchCase, "没有第 9 个办件"),
    (lambda a: accept_only(a, 1), (1,), {}, NotNow, "第 1 个办件已经受理"),
    (lambda a: withdraw(a, 1), (1,), {}, NotNow, "第 1 个办件已由申请人撤回"),
    (lambda a: ask(a, missing("x", 1)), (1,), {}, NotNow, "第 1 个办件等待申请人补正"),
    (lambda a: wait(a), (1,), {}, NotNow, "申请人要求全部办件齐备后一并受理"),
]


@pytest.mark.parametrize(("first", "only", "lacking", "refusal", "words"), NOT_ACCEPTED)
def test_what_is_not_accepted_and_why(first, only, lacking, refusal, words) -> None:
    specs = (Spec("a", materials=("x",)), Spec("b"), Spec("c", needs=("a",)), Spec("d", joint=(PARTNER,)))
    application = handed_in(specs)
    application = after(application, first(application))

    with pytest.raises(refusal, match=words):
        accept_only(application, *only, lacking=lacking)


def test_a_licence_that_was_not_answered_in_time_is_accepted_since_its_receipt() -> None:
    application = handed_in((Spec("a"),))

    (accepted,) = accept_only(application, at=on(3, 12))

    assert isinstance(accepted, CaseAccepted)
    assert (accepted.by, after(application, (accepted,)).case(1).accepted_on) == (SYSTEM, date(2026, 3, 2))


def test_a_matter_that_is_no_licence_is_accepted_on_the_day_it_is() -> None:
    application = handed_in((Spec("a"),))
    application = replace(
        application, cases=tuple(replace(case, matter_type=MatterType.CONFIRMATION) for case in application.cases)
    )

    (accepted,) = accept_only(application, at=on(3, 12))

    assert (accepted.by, after(application, (accepted,)).case(1).accepted_on) == ("clerk", date(2026, 3, 12))


def test_cases_that_wait_for_each_other_are_received_anew_when_nothing_holds_them_back() -> None:
    application = handed_in(A_AND_B)
    application = after(application, ask(application, missing("y", 1)), wait(application))
    assert fall_due(application, at=on(3, 12)) == ()

    application = after(application, answer(application, "y", at=on(3, 12)))

    assert [case.received_on for case in application.cases] == [date(2026, 3, 12)] * 2
    assert states(after(application, accept(application, at=on(3, 12)))) == [CaseState.ACCEPTED] * 2


def test_the_wish_to_wait_is_taken_back_and_the_days_begin_anew() -> None:
    application = handed_in(A_AND_B)
    application = after(application, ask(application, missing("y", 1)), wait(application))

    application = after(application, wait(application, False, at=on(3, 11)))

    assert application.case(2).received_on == date(2026, 3, 11)
    with pytest.raises(AlreadyGiven, match="已经是这样办理的"):
        wait(application, False)


def test_nobody_waits_for_what_counts_as_accepted_or_when_nothing_is_left() -> None:
    application = handed_in(A_AND_B)
    with pytest.raises(NotNow, match="第 1、2 个办件的答复期限已过"):
        wait(application, at=on(3, 12))
    with pytest.raises(NotNow, match="都已受理或终止"):
        wait(after(application, accept(application)))


# --- the one-time notice ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "answer_due_on"),
    [
        (on(3, 2), date(2026, 3, 23)),
        (on(2, 12), date(2026, 3, 11)),  # over Spring Festival, with Saturdays 14 and 28 February made up
        (on(9, 23), date(2026, 10, 21)),  # over Mid-Autumn and the National Day, with 10 October made up
    ],
)
def test_the_applicant_answers_within_the_days_of_the_region(at: datetime, answer_due_on: date) -> None:
    application = fold((submitted(A_AND_B, at=at),))
    application = after(application, intake.receive(application, rules=RULES, calendar=CALENDAR, at=at))

    application = after(application, ask(application, missing("y", 1), at=at))

    (notice,) = application.notices
    assert (notice.first, notice.answer_due_on) == (1, answer_due_on)
    assert states(application) == [CaseState.CORRECTING, CaseState.SUBMITTED]


def test_one_notice_tells_all_and_names_who_waits_for_whom() -> None:
    application = handed_in((*CHAIN, Spec("d", needs=("a",), joint=(PARTNER,)), Spec("e")))

    application = after(application, ask(application, missing("x", 3)))

    assert [(demand.case, demand.kind, demand.target) for demand in application.demands.values()] == [
        (3, DemandKind.MATERIAL, "x"),
        (1, DemandKind.AWAITED, "3"),
        (2, DemandKind.AWAITED, "3"),
        (4, DemandKind.AWAITED, "3"),
        (4, DemandKind.CONFIRMATION, "counterparty"),
    ]
    assert states(application) == [CaseState.CORRECTING] * 4 + [CaseState.SUBMITTED]


@settings(deadline=None)
@given(specs=acyclic(least=2), data=st.data())
def test_who_is_told_is_the_branch_of_what_is_wanting_and_one_answer_receives_it(specs, data) -> None:
    application = handed_in(specs)
    wanting = data.draw(st.sets(st.sampled_from([case.index for case in application.cases]), min_size=1))
    told = {case.index for index in wanting for case in consequences.branch(application, index)}

    asked = after(application, ask(application, missing("x", *sorted(wanting))))
    answered = after(asked, answer(asked, "x", at=on(3, 4)))

    assert {case.index for case in asked.cases if case.state is CaseState.CORRECTING} == told
    assert states(answered) == [CaseState.SUBMITTED] * len(specs)
    assert {case.index for case in answered.cases if case.received_on == date(2026, 3, 4)} == told


def demanded(kind: DemandKind, target: str, *, case: int = 1, text: Sealed | None = REASON) -> Demand:
    return Demand(case, kind, target, text)


NO_NOTICE = [
    ([], "没有写明需要补正的内容"),
    ([demanded(DemandKind.MATERIAL, "unknown")], "现行标准中没有“unknown”"),
    ([demanded(DemandKind.ELEMENT, "x")], "现行标准中没有“x”"),
    ([demanded(DemandKind.CONDITION, "3")], "现行标准中没有“3”"),
    ([demanded(DemandKind.CONDITION, "01")], "现行标准中没有“01”"),
    ([demanded(DemandKind.AWAITED, "2")], "现行标准中没有“2”"),
    ([demanded(DemandKind.CONFIRMATION, "counterparty")], "现行标准中没有“counterparty”"),
    ([demanded(DemandKind.MATERIAL, "x")] * 2, "写了两次"),
    ([demanded(DemandKind.MATERIAL, "x", text=None)], "须写明哪里不符合要求"),
    ([demanded(DemandKind.CONDITION, "1", text=None)], "须写明哪里不符合要求"),
    ([demanded(DemandKind.MATERIAL, "x", case=3)], "没有第 3 个办件"),
]


@pytest.mark.parametrize(("demands", "words"), NO_NOTICE)
def test_a_demand_points_at_something_of_the_version_in_force_and_says_what_is_wrong(demands, words) -> None:
    with pytest.raises(Exception, match=words):
        ask(handed_in(A_AND_B), demands, lacking={})


def test_a_notice_leaves_out_nothing_that_is_missing_for_there_is_no_second_one() -> None:
    application = handed_in(A_AND_B)
    with pytest.raises(intake.NotAllTold, match="第 2 个办件还有缺少的材料"):
        ask(application, missing("y", 1), lacking={1: ["y"], 2: ["x"]})

    application = after(application, ask(application, missing("y", 1)))
    with pytest.raises(AlreadyGiven, match="已经一次性告知过"):
        ask(application, missing("x", 2))


def test_after_its_days_a_licence_is_accepted_and_nothing_is_demanded_any_more() -> None:
    application = handed_in(A_AND_B)
    assert ask(application, missing("y", 1), at=on(3, 9, 15))  # eleven at night of the last day

    with pytest.raises(NotNow, match="告知期限 2026-03-09 已过，自收到申请材料之日起即为受理"):
        ask(application, missing("y", 1), at=on(3, 9, 17))
    with pytest.raises(NotNow, match="答复期限 2026-03-09 已过"):
        refuse(application, 1, RefusalGround.NOT_NEEDED, at=on(3, 9, 17))


# --- the answer -------------------------------------------------------------------------------------------------------


def test_a_notice_is_answered_in_parts_and_each_case_is_received_when_its_last_demand_is_met() -> None:
    application = handed_in(A_AND_B)
    application = after(application, ask(application, [*missing("x", 1, 2), *missing("y", 1)]))

    part = after(application, answer(application, "x", at=on(3, 4)))
    whole = after(part, answer(part, "y", at=on(3, 5)))

    assert states(part) == [CaseState.CORRECTING, CaseState.SUBMITTED]
    assert part.open_demands(1) == (3,)
    assert states(whole) == [CaseState.SUBMITTED] * 2
    assert [case.answer_due_on for case in whole.cases] == [date(2026, 3, 12), date(2026, 3, 11)]
    assert [supply.reference for supply in whole.supplies] == ["new x", "new y"]


def test_words_answer_a_condition_and_are_kept() -> None:
    application = handed_in(A_AND_B)
    application = after(application, ask(application, [demanded(DemandKind.CONDITION, "1"), *missing("y", 1)]))
    said = Sealed("org:holder", "because")

    application = after(application, answer(application, explanations={1: said}))

    (notice,) = application.notices
    assert (notice.answered, notice.explanations) == ((1,), ((1, said),))


def test_two_nodes_may_take_down_answers_to_one_notice_in_either_order() -> None:
    """One of its cases has gone to another node since."""
    application = handed_in((Spec("a"), Spec("b")))
    demands = [demanded(DemandKind.CONDITION, "", case=case) for case in (1, 2)]
    application = fold((CorrectionAsked(1, tuple(demands), date(2026, 3, 30), "clerk", NINE),), onto=application)
    one, two = (DemandsAnswered((number,), ((number, REASON),), "applicant", NINE) for number in (1, 2))

    assert fold((one, two), onto=application) == fold((two, one), onto=application)


NO_ANSWER: list[tuple[dict[str, Any], str]] = [
    ({}, "没有回应补正告知中的任何一项"),
    ({"supplies": [upload("z")]}, "有材料不在待补正之列"),
    ({"explanations": {2: REASON}}, "有说明不针对待补正的内容"),  # a material is not explained away
    ({"explanations": {9: REASON}}, "有说明不针对待补正的内容"),
    ({"supplies": [upload("y")], "at": on(3, 23, 17)}, "补正期限 2026-03-23 已过"),
]


@pytest.mark.parametrize(("given", "words"), NO_ANSWER)
def test_what_is_no_answer(given: dict[str, Any], words: str) -> None:
    application = handed_in(A_AND_B)
    application = after(application, ask(application, [demanded(DemandKind.CONDITION, "1"), *missing("y", 1)]))

    with pytest.raises(NotNow, match=words):
        intake.answer(application, by="applicant", calendar=CALENDAR, **({"at": NINE} | given))


def test_without_a_notice_there_is_nothing_to_answer() -> None:
    with pytest.raises(NotNow, match="没有需要补正的内容"):
        answer(handed_in(A_AND_B), "x")


def test_a_signature_is_demanded_too_and_the_last_one_receives_the_case() -> None:
    application = handed_in((Spec("a", materials=("x",), joint=(PARTNER,)),))
    application = after(application, ask(application, missing("x", 1)))

    supplied = after(application, answer(application, "x"))
    signed = after(supplied, confirm(supplied, 1, PARTNER, at=on(3, 5)))

    assert states(supplied) == [CaseState.CORRECTING]
    assert (signed.case(1).state, signed.case(1).received_on) == (CaseState.SUBMITTED, date(2026, 3, 5))


def test_a_corrected_content_is_signed_anew_before_the_case_is_received() -> None:
    application = handed_in((Spec("a", elements=("name",), joint=(PARTNER,)), Spec("b", needs=("a",))))
    application = after(application, confirm(application, 1, PARTNER))
    application = after(application, ask(application, [demanded(DemandKind.ELEMENT, "name")]))
    changed = changes.change(
        application,
        ["name"],
        form=application.form,
        participants=application.participants,
        asks={1: ("name",), 2: ()},
        contents={1: "new", 2: application.case(2).content},
        cause=SupplyCause.CORRECTION,
        rules=RULES,
        calendar=CALENDAR,
        by="applicant",
        at=on(3, 4),
    )

    corrected = after(
        application, intake.answer(application, changes=changed, by="applicant", calendar=CALENDAR, at=on(3, 4))
    )
    signed = after(corrected, confirm(corrected, 1, PARTNER, at=on(3, 5)))

    assert states(corrected) == [CaseState.CORRECTING, CaseState.CORRECTING]
    assert states(signed) == [CaseState.SUBMITTED, CaseState.SUBMITTED]
    assert [case.received_on for case in signed.cases] == [date(2026, 3, 5), date(2026, 3, 5)]
    last = corrected.case(1).confirm_by_on
    assert last is not None and watch.wakes_on(corrected) == last + timedelta(days=1)
    assert fall_due(corrected, at=on(last.month, last.day)) == ()
    lapsed = after(corrected, fall_due(corrected, at=on(last.month, last.day) + timedelta(days=1)))
    assert states(lapsed) == [CaseState.LAPSED, CaseState.SUBMITTED]


def test_nothing_lapses_that_may_have_been_answered_where_he_applied() -> None:
    application = handed_in(CHAIN)
    application = after(application, ask(application, missing("x", 3)))
    last = application.notices[0].answer_due_on
    assert last == date(2026, 3, 23)

    for heard in (date.min, date(2026, 3, 22)):
        assert fall_due(application, at=on(4, 1), heard=heard) == ()

    lapsed = after(application, fall_due(application, at=on(4, 1), heard=last))
    assert states(lapsed) == [CaseState.SUBMITTED, CaseState.SUBMITTED, CaseState.LAPSED]


@pytest.mark.parametrize(
    ("counts", "received_on"),
    [
        (ReceiptCounts.AT_INTAKE, date(2026, 3, 23)),
        (ReceiptCounts.AT_ARRIVAL, date(2026, 4, 1)),
        (None, date(2026, 4, 1)),
    ],
)
def test_an_answer_given_elsewhere_is_in_time_and_received_as_the_offer_says(
    counts: ReceiptCounts | None, received_on: date
) -> None:
    application = handed_in(CHAIN)
    if counts is not None:
        application = after(application, (taken_in(counts),))
    application = after(application, ask(application, missing("x", 3)))

    answered = answer(application, "x", at=on(3, 23), arrived_on=date(2026, 4, 1))

    assert [case.received_on for case in after(application, answered).cases] == [received_on] * 3


def test_whatever_answers_or_frees_from_afar_is_received_on_the_day_it_is_here() -> None:
    """A department that could not be reached has not been silent, by whichever act of his it learns so late."""
    asked = after(handed_in(CHAIN), ask(handed_in(CHAIN), missing("x", 3)))
    given = (MaterialsSupplied((upload("x"),), SupplyCause.CHANGE, "applicant", on(3, 23)),)
    late = {"by": "applicant", "calendar": CALENDAR, "at": on(3, 23), "arrived_on": date(2026, 4, 1)}
    supplied = intake.with_answers(asked, given, **late)
    assert [case.received_on for case in after(asked, supplied).cases] == [date(2026, 4, 1)] * 3

    chain = (Spec("a", materials=("x",)), Spec("b", needs=("a",)))
    told = after(handed_in(chain), ask(handed_in(chain), missing("x", 1)))
    withdrawn = intake.withdraw(told, (1,), reason=None, **late)
    assert after(told, withdrawn).case(2).received_on == date(2026, 4, 1)


# --- several departments, each at its node ----------------------------------------------------------------------------


def at_two_nodes() -> tuple[Application, Application]:
    """An application of two cases as two nodes know it: each has one, and its own department decides it."""
    application = handed_in(A_AND_B)

    def known(here: int) -> Application:
        cases = (
            replace(case, body=f"body {case.index}", holding=Holding(custody, 1, "other"))
            for case in application.cases
            for custody in [Custody.HERE if case.index == here else Custody.ELSEWHERE]
        )
        return replace(application, cases=tuple(cases))

    return known(1), known(2)


def both_told() -> tuple[Application, Application, tuple[Event, ...], tuple[Event, ...]]:
    """What two nodes told at the same moment, each of what is wrong with `x` in its case; and what both know then."""
    one, two = at_two_nodes()
    of_one, of_two = ask(one, missing("x", 1)), ask(two, missing("x", 2), at=on(3, 4))
    return after(one, of_one, of_two), after(two, of_two, of_one), of_one, of_two


def alike(one: Application, two: Application) -> bool:
    """Whether both know the same, but for who has which case."""
    of_nobody = [
        replace(known, cases=tuple(replace(case, holding=None) for case in known.cases)) for known in (one, two)
    ]
    return of_nobody[0] == of_nobody[1]


def test_each_department_tells_once_and_it_makes_no_difference_who_is_heard_first() -> None:
    one, two, *_ = both_told()

    assert alike(one, two)
    assert list(one.demands) == [1001, 2001]
    assert [notice.cases() for notice in one.notices] == [(1,), (2,)]
    assert states(one) == [CaseState.CORRECTING] * 2
    with pytest.raises(AlreadyGiven, match="已经一次性告知过"):
        ask(one, missing("y", 1))


def test_a_node_is_not_heard_that_tells_a_case_twice_or_gives_a_number_that_is_given() -> None:
    one, _, of_one, (told,) = both_told()
    alone = after(at_two_nodes()[0], of_one)
    assert isinstance(told, CorrectionAsked)

    forwarding.demand_theirs(alone, (told,), sender="other")
    for known, again in ((one, replace(told, first=3001)), (alone, replace(told, first=1001))):
        with pytest.raises(forwarding.NotTheirs):
            forwarding.demand_theirs(known, (again,), sender="other")


def test_a_department_tells_of_what_it_has_whatever_another_one_told() -> None:
    one, two = at_two_nodes()
    heard = after(two, ask(one, missing("x", 1)))

    assert [case.index for case in intake.untold(heard)] == [2]
    with pytest.raises(intake.NotAllTold, match="第 2 个办件还有缺少的"):
        ask(heard, [demanded(DemandKind.CONDITION, "1", case=2)], lacking={1: ["y"], 2: ["x"]})
    (told,) = ask(heard, missing("x", 2), lacking={1: ["y"], 2: ["x"]})
    assert isinstance(told, CorrectionAsked)
    assert (told.first, [demand.case for demand in told.demands]) == (2001, [2])


def test_a_department_that_has_told_of_one_of_its_cases_tells_no_more() -> None:
    one, _ = at_two_nodes()
    same = replace(one, cases=tuple(replace(case, body="one", holding=Holding(peer="other")) for case in one.cases))
    told = after(same, ask(same, missing("x", 1)))

    assert list(told.demands) == [1]
    with pytest.raises(AlreadyGiven, match="已经一次性告知过"):
        ask(told, missing("x", 2))


def test_a_case_that_came_back_is_told_of_by_the_region_that_decides_it() -> None:
    application = handed_in(CHAIN)

    (told,) = ask(application, missing("x", 3), others={1})

    assert isinstance(told, CorrectionAsked)
    assert [demand.case for demand in told.demands] == [3, 2]


def test_one_answer_meets_what_both_departments_told_each_at_its_node() -> None:
    one, two, *_ = both_told()
    every = intake.answering(one, [1, 2], supplies=[upload("x")], at=on(3, 5))

    answers = answer(one, "x", at=on(3, 5)), answer(two, "x", at=on(3, 5))
    one, two = after(one, *answers), after(two, *reversed(answers))

    assert every == [1001, 2001]
    assert [event.numbers for given in answers for event in given if isinstance(event, DemandsAnswered)] == [
        (1001,),
        (2001,),
    ]
    assert alike(one, two)
    assert states(one) == [CaseState.SUBMITTED] * 2


def test_on_the_spot_only_what_is_here_is_answered() -> None:
    one, *_ = both_told()

    mended = after(
        one,
        intake.correct_on_the_spot(one, supplies=[upload("x")], cases=[1], by="clerk", calendar=CALENDAR, at=on(3, 5)),
    )

    assert states(mended) == [CaseState.SUBMITTED, CaseState.CORRECTING]


def test_each_notice_has_a_last_day_of_its_own() -> None:
    one, two, *_ = both_told()
    assert [notice.answer_due_on for notice in one.notices] == [date(2026, 3, 23), date(2026, 3, 25)]
    assert [watch.wakes_on(known) for known in (one, two)] == [date(2026, 3, 24), date(2026, 3, 26)]

    lapsed = fall_due(one, at=on(3, 24))
    assert fall_due(two, at=on(3, 24)) == ()
    with pytest.raises(NotNow, match="补正期限 2026-03-23 已过"):
        answer(one, "x", at=on(3, 24))
    two = after(two, lapsed, answer(two, "x", at=on(3, 24)))

    assert states(two) == [CaseState.LAPSED, CaseState.SUBMITTED]


def test_what_is_not_answered_counts_as_withdrawn_and_who_only_waited_goes_on() -> None:
    application = handed_in(CHAIN)
    application = after(application, ask(application, missing("x", 3)))
    assert fall_due(application, at=on(3, 23)) == ()
    assert watch.wakes_on(application) == date(2026, 3, 24)

    events = fall_due(application, at=on(3, 24))
    application = after(application, events)

    assert [event.case for event in events if isinstance(event, CaseLapsed)] == [3]
    assert [event.by for event in events if isinstance(event, DemandsAnswered)] == [SYSTEM]
    assert states(application) == [CaseState.SUBMITTED, CaseState.SUBMITTED, CaseState.LAPSED]
    assert application.case(1).received_on == date(2026, 3, 24)


def test_on_the_spot_no_clock_moves_and_what_was_demanded_is_answered() -> None:
    application = handed_in(A_AND_B)

    def mend(one: Application, *, cases: Sequence[int], supplies: Sequence[Supply]) -> tuple[Event, ...]:
        return intake.correct_on_the_spot(
            one, supplies=supplies, cases=cases, by="clerk", calendar=CALENDAR, at=on(3, 4)
        )

    mended = after(application, mend(application, cases=(1, 2), supplies=[upload("x")]))
    assert [case.received_on for case in mended.cases] == [date(2026, 3, 2)] * 2
    assert mended.supplies[0].reference == "new x"

    asked = after(application, ask(application, missing("y", 1)))
    assert states(after(asked, mend(asked, cases=(1,), supplies=[upload("y")]))) == [CaseState.SUBMITTED] * 2

    with pytest.raises(NotNow, match="没有改动任何内容"):
        mend(application, cases=(1,), supplies=[])
    taken = after(application, accept_only(application, 2))
    with pytest.raises(NotNow, match="第 2 个办件已经受理"):
        mend(taken, cases=(1, 2), supplies=[upload("x")])


# --- refusal, withdrawal, urging --------------------------------------------------------------------------------------

REFUSALS: list[tuple[Any, RefusalGround, dict[str, Any], type[Exception] | None, str]] = [
    (lambda a: (), RefusalGround.NOT_NEEDED, {}, None, ""),
    (lambda a: (), RefusalGround.NOT_NEEDED, {"reason": None}, ReasonMissing, "必须写明理由"),
    (lambda a: (), RefusalGround.NOT_COMPETENT, {}, intake.RightBodyMissing, "必须告知申请人向哪个机关申请"),
    (lambda a: (), RefusalGround.NOT_COMPETENT, {"right_body": " "}, intake.RightBodyMissing, "请填写有权机关"),
    (lambda a: (), RefusalGround.NOT_COMPETENT, {"right_body": "天津海事局"}, None, ""),
    (lambda a: (), RefusalGround.INCOMPLETE, {}, NotNow, "还没有一次性告知补正"),
    (lambda a: ask(a, missing("y", 1)), RefusalGround.INCOMPLETE, {}, NotNow, "补正期限还没有届满"),
    (lambda a: ask(a, missing("x", 2)), RefusalGround.INCOMPLETE, {}, NotNow, "第 1 个办件还没有一次性告知补正"),
    (lambda a: ask(a, missing("y", 1)), RefusalGround.NOT_NEEDED, {}, None, ""),
    (lambda a: accept(a), RefusalGround.NOT_NEEDED, {}, NotNow, "第 1 个办件已经受理"),
    (lambda a: withdraw(a, 1), RefusalGround.NOT_NEEDED, {}, NotNow, "已由申请人撤回"),
]


@pytest.mark.parametrize(("first", "ground", "given", "refusal", "words"), REFUSALS)
def test_when_a_case_may_be_refused_and_when_not(first, ground, given, refusal, words) -> None:
    application = handed_in(A_AND_B)
    application = after(application, first(application))

    if refusal is None:
        assert states(after(application, refuse(application, 1, ground, **given)))[0] is CaseState.REFUSED
        return
    with pytest.raises(refusal, match=words):
        refuse(application, 1, ground, **given)


def test_an_answer_that_does_not_meet_the_notice_may_be_refused() -> None:
    application = handed_in(A_AND_B)
    application = after(application, ask(application, missing("y", 1)))
    application = after(application, answer(application, "y"))

    application = after(application, refuse(application, 1, RefusalGround.INCOMPLETE))

    assert states(application) == [CaseState.REFUSED, CaseState.SUBMITTED]


def test_whoever_waits_for_a_withdrawn_case_waits_no_longer() -> None:
    application = handed_in(CHAIN)
    application = after(application, ask(application, missing("x", 3)))
    assert [case.index for case in intake.bereft(application, [3])] == [1, 2]

    application = after(application, withdraw(application, 3, at=on(3, 4)))

    assert states(application) == [CaseState.SUBMITTED, CaseState.SUBMITTED, CaseState.WITHDRAWN]
    assert [case.received_on for case in application.cases] == [date(2026, 3, 4), date(2026, 3, 4), None]


def test_whoever_hands_in_the_certificate_himself_waits_for_nobody() -> None:
    chain = (Spec("a", materials=("x",)), Spec("b", needs=("a",)), Spec("c", needs=("b",)))
    application = handed_in(chain)
    application = fold(ask(application, missing("x", 1)), onto=application)
    application = fold(withdraw(application, 2), onto=application)
    assert application.case(3).state is CaseState.CORRECTING  # the first, which it awaited afar, is to be corrected

    given = changes.in_place(application, [upload("C-b")], by="applicant", at=NINE)
    events = intake.with_answers(application, given, by="applicant", calendar=CALENDAR, at=NINE)

    after = fold(events, onto=application)
    assert [case.state for case in after.cases] == [CaseState.CORRECTING, CaseState.WITHDRAWN, CaseState.SUBMITTED]
    assert after.case(3).received_on == day_of(NINE)


def test_withdrawing_sends_back_the_approvals_that_waited_and_no_others() -> None:
    application = handed_in((Spec("a"), Spec("b", needs=("a",)), Spec("c", needs=("b",)), Spec("d")))
    application = after(application, accept(application))
    for index in (2, 3):
        application = after(application, conclude(application, index, Outcome.APPROVED))

    events = withdraw(application, 1)

    assert [event.case for event in events if isinstance(event, ConclusionReturned)] == [2]
    assert states(after(application, events)) == [
        CaseState.WITHDRAWN,
        CaseState.ACCEPTED,
        CaseState.CONCLUDED,
        CaseState.ACCEPTED,
    ]


def test_several_are_withdrawn_at_once_and_none_of_them_goes_back_first() -> None:
    application = handed_in((Spec("a"), Spec("b", needs=("a",))))
    application = after(application, accept(application))
    application = after(application, conclude(application, 2, Outcome.APPROVED))

    events = withdraw(application, 1, 2, 1)

    assert [type(event).__name__ for event in events] == ["CaseWithdrawn", "CaseWithdrawn"]


def test_what_is_decided_is_not_withdrawn() -> None:
    application = handed_in((Spec("a"), Spec("b")))
    application = after(application, accept(application))
    application = after(application, conclude(application, 1, Outcome.APPROVED))

    with pytest.raises(NotNow, match="第 1 个办件已经作出决定"):
        withdraw(application, 2, 1)
    with pytest.raises(NotNow, match="没有选择办件"):
        withdraw(application)


def test_a_case_may_be_urged_every_few_days_while_the_department_holds_it() -> None:
    application = handed_in((Spec("a", materials=("x",)), Spec("b", joint=(PARTNER,))))

    def urge(one: Application, index: int, at: datetime) -> tuple[Event, ...]:
        return intake.urge(one, index, rules=RULES, by="applicant", at=at)

    application = after(application, urge(application, 1, NINE))
    with pytest.raises(intake.UrgedAlready, match="3 天内无需重复催办"):
        urge(application, 1, on(3, 4))
    application = after(application, urge(application, 1, on(3, 5)))
    assert application.case(1).proceedings.urges == 2

    with pytest.raises(NotNow, match="正等待共同申请人确认"):
        urge(application, 2, NINE)
    correcting = after(application, ask(application, missing("x", 1)))
    with pytest.raises(NotNow, match="正等待您补正"):
        urge(correcting, 1, on(3, 20))
    with pytest.raises(NotNow, match="已由申请人撤回"):
        urge(after(application, withdraw(application, 1)), 1, on(3, 20))


# --- data changed after submission ------------------------------------------------------------------------------------


def test_a_changed_element_answers_the_demand_about_it() -> None:
    application = handed_in((Spec("a", elements=("name",)),))
    application = after(application, ask(application, [demanded(DemandKind.ELEMENT, "name")]))
    changed = changes.change(
        application,
        ["name"],
        form=Sealed("org:holder", "new"),
        participants=tuple(Participant(role, f"party:{role}") for role in SubjectRole),
        asks={1: ["name"]},
        contents={1: "other"},
        cause=SupplyCause.CORRECTION,
        rules=RULES,
        calendar=CALENDAR,
        by="applicant",
        at=NINE,
    )

    application = after(application, answer(application, changes=changed))

    assert (application.case(1).state, application.case(1).content) == (CaseState.SUBMITTED, "other")
