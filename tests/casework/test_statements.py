"""How many statements does a hot action cost? Counted without BEGIN, COMMIT and savepoints, keys and catalogue warm.

The budgets stand in design.md §5: an action at most 8, a decision that releases others 6 more whatever their number,
submitting 17 cases with 33 materials 15; what costs more, and why, is told in docs/bench.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.casework import asking
from tests.casework import before_acceptance as before
from tests.casework.before_acceptance import MISSING, act, file, incomplete, lacking
from tests.casework.conftest import DAY, read
from tongban.casework import actions, numbers
from tongban.crypto.profiles import Algorithm
from tongban.domain.events import Outcome, Verdict
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.project import walk
from tongban.project.walk import HOLDER, at, who

ACTION = 8
RELEASE = 6
SUBMISSION = 15
ENDING = 5
"""Handing in a draft that is being pre-reviewed ends that: a second act, on a stream of its own."""
LOOKING_UP = 3
"""A request for pre-review looks up the draft, the registries and the wallet before it is an action."""
KEEPING = 6
"""Files are kept before the action: the application is read, the file's row and seal are written."""
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def at_most(statements: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    counted = [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]
    assert len(counted) <= statements, "\n".join(sql[:160] for sql in counted)


@pytest.fixture
def warm(house: walk.Walk, monkeypatch: pytest.MonkeyPatch) -> walk.Walk:
    """A process that has served one application before: keys, numbers and catalogue are remembered."""
    monkeypatch.setattr(numbers, "_reserved", {})  # a block of which tests before have left too little
    for username in ("zhaolei", "limei", "chenbin", "sunli"):
        for purpose in (Purpose.CONCLUSION, Purpose.CONFIRMATION):
            keys.ensure_key(
                owner=who(username, today=DAY).id, purpose=purpose, algorithm=Algorithm.SM2SM3, now=at(DAY, 8)
            )
    first = walk.Walk(house.catalogue, house.bundle, DAY, "first", lambda sentence: None)
    application = first.submit()
    first.confirm(application)
    first.accept(application)
    first.opinions(application)
    first.conclude(application)
    reviewer.cache_clear()
    for username in ("zhaolei", "limei", "chenbin"):
        reviewer(username)
    return house


def test_submitting_seventeen_cases(warm: walk.Walk) -> None:
    draft = warm.draft()
    agent = who("linxiao", acting_for=HOLDER, today=DAY)

    with at_most(SUBMISSION):
        actions.submit(operation="counted", actor=agent, draft=draft.id, now=at(DAY, 9))


def test_submitting_seventeen_cases_while_their_pre_review_is_open(warm: walk.Walk) -> None:
    draft = warm.draft()
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    asking.request(draft)

    with at_most(SUBMISSION + ENDING):
        actions.submit(operation="counted", actor=agent, draft=draft.id, now=at(DAY, 11))


def test_pre_review(warm: walk.Walk) -> None:
    draft, agent, clerk = warm.draft(), asking.agent(), asking.clerk()
    with at_most(ACTION + LOOKING_UP):
        asking.request(draft, actor=agent)
    with at_most(ACTION):
        asking.answer(draft, actor=clerk)
    with at_most(ACTION + LOOKING_UP):
        asking.request(draft, actor=agent, operation="again")
    with at_most(ACTION):
        asking.withdraw(draft, 2, actor=agent)


def test_every_other_action(warm: walk.Walk) -> None:
    application = warm.submit()
    bank = who("sunli", acting_for="org:91130200MA0TB2025C", today=DAY)
    with at_most(ACTION):
        actions.confirm(operation="c", actor=bank, application=application, case=4, now=at(DAY, 10))

    clerk = who("liufang", today=DAY)
    with at_most(ACTION):
        actions.accept(operation="a", actor=clerk, application=application, now=at(DAY, 10))

    supervision = who("chenbin", today=DAY)
    with at_most(ACTION):
        actions.give_opinion(
            operation="o",
            actor=supervision,
            application=application,
            case=3,
            desk="船舶监督岗",
            verdict=Verdict.AGREE,
            reason="无异议",
            now=at(DAY, 11),
        )

    with at_most(ACTION):
        decide(application, 2, "signed")
    with at_most(ACTION):
        decide(application, 6, "alone", by="limei", desk="危管防污岗")


def test_a_decision_that_releases_others_costs_the_same_for_one_and_for_ten(warm: walk.Walk) -> None:
    application = warm.submit()
    warm.confirm(application)
    warm.accept(application)
    warm.opinions(application)
    for case in (2, 3, 4):
        decide(application, case, "first")
    for case, by, desk in (
        (5, "chenbin", "船舶监督岗"),
        (8, "limei", "危管防污岗"),
        (9, "limei", "危管防污岗"),
        (10, "limei", "危管防污岗"),
        (11, "limei", "危管防污岗"),
        (17, "chenbin", "船舶监督岗"),
    ):
        decide(application, case, "first", by=by, desk=desk)

    with at_most(ACTION + RELEASE):
        released = decide(application, 1, "last")

    assert len(released["decided"]) == 10


def test_a_repeat_costs_two_statements(warm: walk.Walk) -> None:
    application = warm.submit()
    warm.confirm(application)
    warm.accept(application)
    decide(application, 2, "once")

    with at_most(2):
        decide(application, 2, "once")


def decide(application: str, case: int, tag: str, *, by: str = "zhaolei", desk: str = "船舶登记岗") -> Any:
    """Sign one conclusion; looking up the reviewer is the request's cost, not the action's."""
    return actions.conclude(
        operation=f"{tag}/{case}",
        actor=reviewer(by),
        application=application,
        case=case,
        desk=desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(DAY, 15),
    )


@cache
def reviewer(username: str) -> Actor:
    return who(username, today=DAY)


def test_between_receipt_and_acceptance(warm: walk.Walk) -> None:
    application = incomplete(warm)
    whole, agent, clerk = lacking(application), before.agent(), before.clerk()
    with at_most(ACTION):
        act("ask_correction", application, demands=whole, actor=clerk)
    with at_most(ACTION + KEEPING):
        act("answer_correction", application, files={MISSING: file()}, actor=agent)
    with at_most(ACTION):
        act("ask_to_wait", application, wait=True, actor=agent)
    with at_most(ACTION):
        act("urge", application, case=1, actor=agent)
    with at_most(ACTION):
        act("change", application, values={"ship_name_cn": "渤远九号"}, actor=agent)
    with at_most(ACTION + KEEPING):
        act("correct_on_the_spot", application, files={MISSING: file("better")}, actor=clerk)
    with at_most(ACTION):
        act("refuse", application, case=6, actor=clerk)
    with at_most(ACTION):
        act("withdraw", application, cases=(1,), actor=agent)
    kind = read(application).case(1).yields
    with at_most(ACTION + KEEPING):
        act("supply_in_place", application, files={kind: file()}, actor=agent)
