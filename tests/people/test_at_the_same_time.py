"""Many at the same time: one effect for one operation, and no more guesses than allowed."""

from __future__ import annotations

from functools import partial

from tests.own_database import OwnDatabase
from tests.people.conftest import COMPANY, NOW, TODAY
from tongban.domain.refused import Refused
from tongban.people import actions, demo, queries, throttle
from tongban.people.models import Account, Mandate, SignInAttempt


def test_a_double_click_grants_one_mandate(own_database: OwnDatabase) -> None:
    demo.load(now=NOW)
    representative, agent = (
        queries.actor(Account.objects.get(username=username), today=TODAY)
        for username in ("chenhaisheng", "wangjianguo")
    )
    click = partial(
        actions.grant_mandate,
        operation="one",
        actor=representative,
        organisation=COMPANY,
        agent=agent.person,
        matters=[],
        valid_from=TODAY,
        valid_until=TODAY.replace(year=2027),
        now=NOW,
    )

    answers = own_database.together(*[click] * 6)

    assert Mandate.objects.filter(person=agent.person.removeprefix("person:")).count() == 1
    assert all(answer == answers[0] for answer in answers)


def test_guesses_at_the_same_time_do_not_slip_through(own_database: OwnDatabase) -> None:
    guess = partial(throttle.note, username="tester", address="192.0.2.1", now=NOW)

    answers = own_database.together(*[guess] * 12)

    let_through = [answer for answer in answers if not isinstance(answer, Refused)]
    assert let_through == [None] * len(let_through)
    assert len(let_through) <= throttle.ATTEMPTS
    assert SignInAttempt.objects.count() == len(let_through)
