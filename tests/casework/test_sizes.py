"""Statements do not grow with the cases of an application: 1, 17 and 60 cost the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.casework import bundles
from tests.casework.conftest import DAY, read
from tests.casework.test_statements import ACTION, RELEASE, SUBMISSION, at_most
from tongban.casework import actions
from tongban.casework.actions import watch
from tongban.catalogue import queries as catalogue
from tongban.domain.application import CaseState
from tongban.domain.events import Outcome, Verdict
from tongban.domain.workdays import ONE_DAY
from tongban.project import walk
from tongban.project.walk import AGENT, CLERK, HOLDER, at, who

SIZES = (1, 17, 60)
LISTS = 2
"""Whom to wake, and how far each has come: once for all of a round."""
NODES = 1
"""Until when what other nodes have to say is here: once for all of a round."""


@pytest.fixture(params=SIZES)
def sized(request: pytest.FixtureRequest, db: None) -> Iterator[walk.Walk]:
    """A house that has served one application of this size before: keys, numbers and catalogue are remembered."""
    kinds, bundle, delegations = bundles.of_size(request.param)
    walk.prepare(kinds, bundle, delegations, now=at(DAY, 8))
    first = walk.Walk(kinds, bundle, DAY, "first", lambda sentence: None)
    application = first.submit()
    first.accept(application)
    first.opinions(application)
    for case in reversed(read(application).cases):
        first.conclude_one(application, case.index, day=DAY)
    assert read(application).closed_at is not None
    yield walk.Walk(kinds, bundle, DAY, "second", lambda sentence: None)
    catalogue.forget()


def test_the_whole_life_keeps_its_budgets(sized: walk.Walk) -> None:
    draft = sized.draft()
    agent, clerk = who(AGENT, acting_for=HOLDER, today=DAY), who(CLERK, today=DAY)
    with at_most(SUBMISSION):
        actions.submit(operation="submit", actor=agent, draft=draft.id, now=at(DAY, 9))
    with at_most(ACTION):
        actions.accept(operation="accept", actor=clerk, application=draft.id, now=at(DAY, 10))
    for case in read(draft.id).cases:
        for desk in case.missing_opinions:
            reviewer = sized._reviewer(case, desk)
            with at_most(ACTION):
                actions.give_opinion(
                    operation=f"opinion/{case.index}",
                    actor=reviewer,
                    application=draft.id,
                    case=case.index,
                    desk=desk,
                    verdict=Verdict.AGREE,
                    reason="",
                    now=at(DAY, 11),
                )
    for case in reversed(read(draft.id).cases):
        reviewer = sized._reviewer(case, case.deciding_desk)
        with at_most(ACTION + RELEASE):
            actions.conclude(
                operation=f"conclude/{case.index}",
                actor=reviewer,
                application=draft.id,
                case=case.index,
                desk=case.deciding_desk,
                outcome=Outcome.APPROVED,
                reason="",
                determined={},
                now=at(DAY, 16),
            )
    assert read(draft.id).closed_at is not None


def test_waking_costs_the_same_however_much_falls_due(sized: walk.Walk) -> None:
    application = sized.submit()
    answer_due_on = read(application).case(1).answer_due_on
    assert answer_due_on is not None

    with at_most(ACTION + LISTS + NODES):
        woken = watch.fall_due(now=at(answer_due_on + ONE_DAY, 1))

    assert woken == 1
    assert {case.state for case in read(application).cases} == {CaseState.ACCEPTED}
