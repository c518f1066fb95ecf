"""What falls due by itself: consent by silence, and who wakes for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from tests.domain.applications import CALENDAR, RULES, accept, conclude, handed_in
from tests.domain.strategies import Spec
from tongban.domain import watch
from tongban.domain.application import Application, fold
from tongban.domain.catalogue import Regime
from tongban.domain.events import CaseDecided, ConsentDeemed, Event, Outcome, SupervisionOpened

ARTICLE = "《某条例》第五条"
LATE = date(2026, 3, 24)


def on(day: date) -> datetime:
    return datetime.combine(day, time(1), tzinfo=UTC)


def silent() -> Application:
    """Two cases, accepted on 2 March; the second is granted by silence after ten working days, and awaits the first."""
    application = handed_in((Spec("a"), Spec("b", needs=("a",), statutory=10)))
    first, second = application.cases
    application = replace(application, cases=(first, replace(second, regime=Regime.SILENT_CONSENT)))
    return fold(accept(application), onto=application)


def fall_due(application: Application, day: date) -> tuple[Event, ...]:
    return watch.fall_due(
        application, rules=RULES, calendar=CALENDAR, consents={1: "", 2: ARTICLE}, today=day, at=on(day)
    )


def test_silence_consents_to_what_waited_once_it_waits_no_longer() -> None:
    application = silent()
    assert application.case(2).statutory_due_on == date(2026, 3, 16)
    supervised = fall_due(application, date(2026, 3, 17))
    application = fold(supervised, onto=application)
    assert [event.case for event in supervised if isinstance(event, SupervisionOpened)] == [2]
    assert watch.wakes_on(application) == date(2026, 3, 31)  # nobody looks again for what cannot be granted

    application = fold(conclude(application, 1, Outcome.APPROVED, at=on(LATE)), onto=application)

    assert watch.wakes_on(application) == date(2026, 3, 17)
    granted = fall_due(application, LATE)
    assert [type(event) for event in granted] == [ConsentDeemed, CaseDecided]
    assert watch.wakes_on(fold(granted, onto=application)) is None
