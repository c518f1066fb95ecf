"""With whom does a case lie, and who answers for each day beyond its limit? Tables of dated examples."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from tests.domain.applications import CALENDAR, REASON, RULES, accept, conclude, give, submitted
from tests.domain.strategies import Spec
from tongban.domain import intake, overrun, procedures, review
from tongban.domain.application import Application, fold
from tongban.domain.clock import Unit
from tongban.domain.events import Event, Outcome, Procedure
from tongban.domain.overrun import Charge, Holder

BODY = "11130209MB0000001A"
MONDAY = date(2026, 3, 2)
DESKS = ("甲岗", "乙岗")


def on(day: date, hour: int = 1) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class Life:
    """One application with its events, accepted on a day."""

    def __init__(self, *specs: Spec, day: date = MONDAY) -> None:
        self.log: list[Event] = [submitted(specs, at=on(day))]
        self.add(intake.receive(self.now, rules=RULES, calendar=CALENDAR, at=on(day)))
        self.add(accept(self.now, at=on(day)))

    @property
    def now(self) -> Application:
        return fold(self.log)

    def add(self, events: Iterable[Event]) -> None:
        self.log += events

    def give(self, desk: str, day: date, index: int = 1) -> None:
        self.add(give(self.now, index, desk, at=on(day)))

    def conclude(self, day: date, index: int = 1, outcome: Outcome = Outcome.APPROVED) -> None:
        self.add(conclude(self.now, index, outcome, at=on(day)))

    def send_back(self, day: date, *desks: str) -> None:
        self.add(review.send_back(self.now, 1, desk="决定岗", desks=desks, reason=REASON, by="first", at=on(day)))

    def charged(self, today: date, index: int = 1) -> list[tuple[str, Fraction, Fraction]]:
        found = overrun.charges(self.log, index, calendar=CALENDAR, today=today)
        assert {one.body for one in found} <= {BODY}
        return [(one.desk, one.promised, one.statutory) for one in found]


def days(number: int | Fraction, beyond: int | Fraction = 0) -> tuple[Fraction, Fraction]:
    return Fraction(number), Fraction(beyond)


# promised five working days from Monday 2 March: Monday the 9th; statutory ten: the 16th
PLAIN = Spec("a", days=5, statutory=10, opinion_desks=("甲岗",))


@pytest.mark.parametrize(
    ("given", "today", "charged"),
    [
        (None, date(2026, 3, 9), []),  # the last day is on time
        (None, date(2026, 3, 10), [("甲岗", *days(1))]),
        (None, date(2026, 3, 15), [("甲岗", *days(4))]),  # a weekend is not counted
        (None, date(2026, 3, 18), [("甲岗", *days(7, 2))]),  # two of them beyond the statutory limit
        # given on the 11th: the 10th and 11th began with 甲岗, what follows with the deciding desk
        (date(2026, 3, 11), date(2026, 3, 13), [("决定岗", *days(2)), ("甲岗", *days(2))]),
        (date(2026, 3, 9), date(2026, 3, 11), [("决定岗", *days(2))]),
        (date(2026, 3, 3), date(2026, 3, 17), [("决定岗", *days(6, 1))]),
    ],
)
def test_a_day_is_charged_to_whoever_held_the_case_when_it_began(
    given: date | None, today: date, charged: list[tuple[str, Fraction, Fraction]]
) -> None:
    life = Life(PLAIN)
    if given is not None:
        life.give("甲岗", given)

    assert life.charged(today) == charged


def test_desks_side_by_side_share_a_day() -> None:
    life = Life(Spec("a", days=5, opinion_desks=DESKS))
    life.give("甲岗", date(2026, 3, 11))

    # the 10th and 11th with both, the 12th with 乙岗 alone
    assert life.charged(date(2026, 3, 12)) == [("乙岗", *days(2)), ("甲岗", *days(1))]


def test_a_desk_that_sent_back_is_not_charged_for_what_the_other_takes() -> None:
    life = Life(PLAIN)
    life.give("甲岗", date(2026, 3, 4))
    life.send_back(date(2026, 3, 10), "甲岗")
    life.give("甲岗", date(2026, 3, 12))

    # the 10th began with the deciding desk, the 11th and 12th with 甲岗, the 13th with the deciding desk
    assert life.charged(date(2026, 3, 13)) == [("决定岗", *days(2)), ("甲岗", *days(2))]


def test_a_signed_conclusion_that_waits_is_charged_to_who_holds_the_awaited_case() -> None:
    life = Life(Spec("a", days=10, opinion_desks=("甲岗",)), Spec("b", days=5, needs=("a",)))
    life.conclude(date(2026, 3, 4), 2)

    assert life.charged(date(2026, 3, 11), 2) == [("甲岗", *days(2))]
    life.give("甲岗", date(2026, 3, 11))
    assert life.charged(date(2026, 3, 12), 2) == [("甲岗", *days(2)), ("决定岗", *days(1))]


def test_two_awaited_cases_share_the_day() -> None:
    life = Life(
        Spec("a", days=10, opinion_desks=("甲岗",)),
        Spec("b", days=10, opinion_desks=("乙岗",)),
        Spec("c", days=5, needs=("a", "b")),
    )
    life.conclude(date(2026, 3, 4), 3)

    half = Fraction(1, 2)
    assert life.charged(date(2026, 3, 10), 3) == [("乙岗", *days(half)), ("甲岗", *days(half))]


def test_the_charge_stays_after_the_decision() -> None:
    life = Life(PLAIN)
    life.give("甲岗", date(2026, 3, 11))
    life.conclude(date(2026, 3, 12))

    assert life.charged(date(2026, 6, 1)) == [("甲岗", *days(2)), ("决定岗", *days(1))]


def test_what_ended_on_its_last_day_was_on_time() -> None:
    life = Life(Spec("a", days=5))
    life.conclude(date(2026, 3, 9))

    assert life.charged(date(2026, 6, 1)) == []


def test_days_that_a_procedure_takes_out_are_charged_to_nobody() -> None:
    life = Life(Spec("a", days=5))
    life.add(
        procedures.begin(
            life.now, 1, kind=Procedure.TEST, expected_days=5, by="first", calendar=CALENDAR, at=on(date(2026, 3, 9))
        )
    )
    assert life.charged(date(2026, 3, 20)) == []
    life.add(
        procedures.end(
            life.now, 1, kind=Procedure.TEST, result=None, by="first", calendar=CALENDAR, at=on(date(2026, 3, 16))
        )
    )

    assert life.charged(date(2026, 3, 17)) == [("决定岗", *days(1))]


@pytest.mark.parametrize(
    ("accepted_at", "today", "charged"),
    [
        # due on 13 February 2026: the make-up Saturday counts, the Spring Festival does not
        (date(2026, 2, 6), date(2026, 2, 13), 0),
        (date(2026, 2, 6), date(2026, 2, 14), 1),
        (date(2026, 2, 6), date(2026, 2, 23), 1),
        (date(2026, 2, 6), date(2026, 2, 24), 2),
        (date(2026, 2, 6), date(2026, 2, 28), 6),
        # beyond the published calendar: weekends and New Year's Day are provisional
        (date(2026, 12, 24), date(2026, 12, 31), 0),
        (date(2026, 12, 24), date(2027, 1, 4), 1),
    ],
)
def test_only_working_days_are_charged(accepted_at: date, today: date, charged: int) -> None:
    life = Life(Spec("a", days=5), day=accepted_at)

    assert sum(promised for _, promised, _ in life.charged(today)) == charged


def test_a_limit_in_natural_days_charges_every_day() -> None:
    life = Life(Spec("a", days=4, unit=Unit.NATURAL, statutory=7, statutory_unit=Unit.NATURAL))

    # promised until Friday the 6th, statutory until Monday the 9th
    assert life.charged(date(2026, 3, 10)) == [("决定岗", *days(4, 1))]


def test_what_waits_for_the_applicant_is_charged_to_no_desk() -> None:
    life = Life(Spec("a", days=5))
    case = life.now.case(1)

    assert overrun.holders(life.now, case) == (Holder(1, "决定岗"),)
    assert overrun.holder(life.now, case) == Holder(1, "决定岗")
    unreceived = fold((submitted((Spec("a"),)),))
    assert overrun.holders(unreceived, unreceived.case(1)) == (Holder(1, ""),)
    assert overrun.holder(unreceived, unreceived.case(1)) == Holder(1, "决定岗")


def test_who_holds_a_case_of_many_desks() -> None:
    life = Life(Spec("a", opinion_desks=DESKS))
    case = life.now.case(1)

    assert overrun.holders(life.now, case) == (Holder(1, "甲岗"), Holder(1, "乙岗"))
    assert overrun.holder(life.now, case) == Holder(1, "甲岗")
    life.give("甲岗", MONDAY)
    life.give("乙岗", MONDAY)
    life.conclude(MONDAY)
    assert overrun.holders(life.now, life.now.case(1)) == ()


def test_a_charge_is_told_with_its_body() -> None:
    life = Life(Spec("a", days=5))

    assert overrun.charges(life.log, 1, calendar=CALENDAR, today=date(2026, 3, 10)) == (
        Charge(BODY, "决定岗", Fraction(1), Fraction(0)),
    )
