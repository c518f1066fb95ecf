"""What falls due by itself happens once, whoever watches, and one application that fails holds up no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from tests import worlds
from tests.casework.conftest import DAY, read
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.casework import actions, models, storage
from tongban.casework.actions import watch
from tongban.domain.application import Application, CaseState
from tongban.domain.events import (
    SYSTEM,
    CaseAccepted,
    DaysProjected,
    Event,
    SupervisionOpened,
    SupervisionRule,
)
from tongban.journal import queries as journal
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import at, who

LAST = date(2026, 3, 9)
"""Five working days after Monday 2 March."""
LATE = date(2026, 3, 10)


def events(application: str) -> list[tuple[str, Event]]:
    return [(entry.actor, entry.event) for entry in journal.entries(storage.stream_of(application))]


def accepted_by_silence(application: str) -> list[int]:
    return [event.case for actor, event in events(application) if isinstance(event, CaseAccepted) and actor == SYSTEM]


def test_a_silent_desk_has_accepted_from_the_day_of_receipt(confirmed: str) -> None:
    licences = [case.index for case in read(confirmed).cases if case.matter_type == "licence"]

    on_time = watch.fall_due(now=at(LAST, 23))
    woken = watch.fall_due(now=at(LATE, 1))
    again = watch.fall_due(now=at(LATE, 2))

    found = read(confirmed)
    assert (on_time, woken, again) == (0, 1, 0)
    assert accepted_by_silence(confirmed) == licences
    assert {found.case(index).accepted_on for index in licences} == {DAY}
    others = [event for _, event in events(confirmed) if isinstance(event, SupervisionOpened)]
    assert sorted(event.case for event in others) == [case.index for case in found.cases if case.index not in licences]
    assert {event.rule for event in others} <= {SupervisionRule.ANSWER_OVERDUE}
    demand_sound()


def test_what_waits_for_a_partner_lapses_and_closes_what_is_left(submitted: str) -> None:
    watch.fall_due(now=at(date(2026, 4, 2), 1))

    waiting = [case for case in read(submitted).cases if case.confirmations]
    assert waiting and {case.state for case in waiting} == {CaseState.LAPSED}
    demand_sound()


def test_a_missed_limit_is_supervised_until_the_supervisor_says_what_he_found(opined: str) -> None:
    overdue = max(case.statutory_due_on for case in read(opined).cases if case.statutory_due_on)
    later = date(2026, 12, 1)
    assert overdue < later

    watch.fall_due(now=at(later, 1))

    found = read(opined)
    assert models.Case.objects.filter(supervised__gt=0).count() == 17
    supervisor = who("hanlei", today=later)
    with pytest.raises(NotAllowed):
        close(opined, who("zhaolei", today=later), at(later, 9))
    close(opined, supervisor, at(later, 10))
    assert models.Case.objects.filter(supervised__gt=0).count() == 16
    assert [one.closed_at is None for one in read(opined).case(1).proceedings.supervision] == [False]
    assert found.case(1).proceedings.supervision[0].desk == found.case(1).deciding_desk
    demand_sound()


def close(application: str, actor: object, now: datetime) -> None:
    actions.close_supervision(
        operation=f"close/{now}",
        actor=actor,
        application=application,
        case=1,
        rule=SupervisionRule.DECISION_OVERDUE,
        finding="人手不足，已增派人员。",
        now=now,
    )


def test_one_that_fails_is_told_and_holds_up_no_other(
    house: walk.Walk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = (
        walk.Walk(house.catalogue, house.bundle, DAY, tag, lambda sentence: None).submit() for tag in ("one", "two")
    )
    rules_of = watch.rules_of

    def fail_once(application: Application) -> object:
        if application.id == first:
            raise RuntimeError("broken")
        return rules_of(application)

    monkeypatch.setattr(watch, "rules_of", fail_once)
    monkeypatch.setattr(watch, "AT_ONCE", 1)
    done = watch.fall_due(now=at(LATE, 1))

    assert done == 1
    assert (accepted_by_silence(first), bool(accepted_by_silence(second))) == ([], True)
    assert f"申请 {first} 到期事项这一次没有办理" in caplog.text
    monkeypatch.setattr(watch, "rules_of", rules_of)
    assert watch.fall_due(now=at(LATE, 2)) == 1


def test_a_notice_that_comes_late_moves_provisional_days_once(house: walk.Walk, published: Callable[[], None]) -> None:
    december = date(2026, 12, 21)
    one = walk.Walk(house.catalogue, house.bundle, december, "december", lambda sentence: None)
    application = one.submit()
    one.confirm(application)
    one.accept(application)
    before = read(application)
    assert any(case.provisional for case in before.cases)
    published()

    moved = watch.project_days(now=at(december, 12))
    again = watch.project_days(now=at(december, 13))

    after = read(application)
    assert (moved, again) == (1, 0)
    assert not any(case.provisional for case in after.cases)
    projected = {event.case: event.due for actor, event in events(application) if isinstance(event, DaysProjected)}
    assert set(projected) == {case.index for case in before.cases if case.provisional}
    assert {index: due.statutory_due_on for index, due in projected.items()} == {
        index: after.case(index).statutory_due_on for index in projected
    }
    demand_sound()


@pytest.fixture
def own_house(maritime_database: OwnDatabase) -> walk.Walk:
    return worlds.maritime_walk("own")


def test_many_watchers_at_once_do_each_thing_once(own_house: walk.Walk, maritime_database: OwnDatabase) -> None:
    house = own_house
    applications = [
        walk.Walk(house.catalogue, house.bundle, DAY, f"w{number}", lambda sentence: None).submit()
        for number in range(4)
    ]

    answers = maritime_database.together(*(lambda: watch.fall_due(now=at(LATE, 1)) for _ in range(4)))

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    for application in applications:
        accepted = accepted_by_silence(application)
        assert accepted and len(accepted) == len(set(accepted))
    demand_sound()
