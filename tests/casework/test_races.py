"""What happens when everybody acts in the same instant, or a process dies in the middle of an action?

Threads on SQLite, processes on both databases: nothing is lost, nothing happens twice, and rows still equal replay.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pytest

from tests import forks
from tests.casework import asking, reviewer, seventeen
from tests.casework.conftest import DAY
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.casework import actions as casework
from tongban.casework import drafts, storage
from tongban.casework.models import Draft
from tongban.casework.prereview import actions
from tongban.casework.prereview import storage as prereview
from tongban.domain.application import Application, CaseState
from tongban.domain.events import ApplicationClosed, CaseDecided, CertificateIssued, DecisionSigned
from tongban.domain.prereview import AlreadyOpen, NotOpen, State
from tongban.journal import queries as journal
from tongban.journal.actions import Answer
from tongban.people.actor import Actor
from tongban.project import walk
from tongban.project.walk import HOLDER, at, who

CASES = range(1, 18)
KILLS = 12
ATTEMPTS = 6


@pytest.fixture
def house(maritime_database: OwnDatabase) -> walk.Walk:
    return seventeen.seated()


def closed_once(application: str) -> None:
    """Every case was concluded, decided and certified exactly once, and the application closed exactly once."""
    found = read(application)
    assert [case.state for case in found.cases] == [CaseState.DECIDED] * 17
    events = [entry.event for entry in journal.entries(storage.stream_of(application))]
    for kind in (DecisionSigned, CaseDecided, CertificateIssued):
        assert sorted(event.case for event in events if isinstance(event, kind)) == list(CASES)
    assert sum(isinstance(event, ApplicationClosed) for event in events) == 1
    demand_sound()


def read(application: str) -> Application:
    found = storage.read(application)
    assert found is not None
    return found


def test_seventeen_reviewers_in_the_same_instant(house: walk.Walk, maritime_database: OwnDatabase) -> None:
    application = seventeen.under_review(house, "threads")
    reviewers = {case: seventeen.reviewer_of(case) for case in CASES}

    answers = maritime_database.together(
        *(lambda case=case: seventeen.conclude(application, case, reviewers[case]) for case in CASES)
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(answer["closed"] for answer in answers) == 1
    closed_once(application)


def test_seventeen_processes_in_the_same_instant(house: walk.Walk, maritime_database: OwnDatabase) -> None:
    application = seventeen.under_review(house, "processes")
    reviewers = [start(maritime_database, application, case) for case in CASES]

    assert [one.line.recv() for one in reviewers] == ["ready"] * 17
    for one in reviewers:
        one.line.send("go")
    answers = [one.line.recv() for one in reviewers]

    assert [one.line.recv() for one in reviewers] == ["done"] * 17
    assert [one.end() for one in reviewers] == [0] * 17
    assert sum(answer["closed"] for answer in answers) == 1
    closed_once(application)


def test_the_same_conclusion_eight_times_at_once_has_one_effect(
    house: walk.Walk, maritime_database: OwnDatabase
) -> None:
    application = seventeen.under_review(house, "twins")
    reviewer = seventeen.reviewer_of(1)

    answers = maritime_database.together(*[lambda: seventeen.conclude(application, 1, reviewer)] * 8)

    assert answers == [{"case": 1, "decided": [1], "returned": [], "closed": False}] * 8
    events = [entry.event for entry in journal.entries(storage.stream_of(application))]
    assert sum(isinstance(event, DecisionSigned) for event in events) == 1
    demand_sound()


def test_handing_in_while_the_clerk_answers_loses_neither(house: walk.Walk, maritime_database: OwnDatabase) -> None:
    agent, clerk = asking.agent(), asking.clerk()
    for _ in range(ATTEMPTS):
        draft = house.draft()
        asking.request(draft, actor=agent)

        submitted, answered = maritime_database.together(
            lambda draft=draft: submit(draft, agent),
            lambda draft=draft: asking.answer(draft, actor=clerk),
        )

        assert isinstance(submitted, dict), submitted
        last = asking.read(draft).last
        assert last.state is (State.ANSWERED if isinstance(answered, dict) else State.ENDED)
        assert isinstance(answered, dict | NotOpen), answered
        assert read(draft.id).number == submitted["number"]
    demand_sound()


def test_asking_while_somebody_hands_in_leaves_nothing_open(house: walk.Walk, maritime_database: OwnDatabase) -> None:
    agent, owner = asking.agent(), who("chenhaisheng", acting_for=HOLDER, today=DAY)
    for _ in range(ATTEMPTS):
        draft = house.draft()

        asked, submitted = maritime_database.together(
            lambda draft=draft: asking.request(draft, actor=agent), lambda draft=draft: submit(draft, owner)
        )

        found = prereview.read(draft.id)
        if isinstance(submitted, dict):
            assert found is None or found.open is None
        else:  # asked between look-up and lock: said so, and handed in the second time
            assert isinstance(submitted, drafts.Overtaken) and isinstance(asked, dict)
            assert submit(draft, owner, f"again/{draft.id}")["number"]
            assert asking.read(draft).open is None
    demand_sound()


def test_many_ask_and_many_answer_at_once_and_one_of_each_counts(
    house: walk.Walk, maritime_database: OwnDatabase
) -> None:
    draft, agent, clerks = house.draft(), asking.agent(), [asking.clerk("liufang"), asking.clerk("heping")] * 4

    asked = maritime_database.together(
        *(lambda place=place: asking.request(draft, actor=agent, operation=f"ask/{place}") for place in range(8))
    )
    answered = maritime_database.together(
        *(
            lambda place=place, clerk=clerk: asking.answer(draft, actor=clerk, operation=f"answer/{place}")
            for place, clerk in enumerate(clerks)
        )
    )

    assert [type(one) for one in asked if not isinstance(one, dict)] == [AlreadyOpen] * 7
    assert [type(one) for one in answered if not isinstance(one, dict)] == [NotOpen] * 7
    assert [one.state for one in asking.read(draft).rounds] == [State.ANSWERED]
    demand_sound()


def test_a_draft_discarded_while_it_is_asked_for_leaves_nothing_open(
    house: walk.Walk, maritime_database: OwnDatabase
) -> None:
    agent, owner = asking.agent(), who("chenhaisheng", acting_for=HOLDER, today=DAY)
    for _ in range(ATTEMPTS):
        draft = house.draft()

        maritime_database.together(
            lambda draft=draft: asking.request(draft, actor=agent),
            lambda draft=draft: actions.discard(drafts.open_draft(draft.id, actor=owner), actor=owner, now=at(DAY, 10)),
        )

        found = prereview.read(draft.id)
        if not Draft.objects.filter(pk=draft.id).exists():
            assert found is None or found.open is None
    demand_sound()


def submit(draft: Draft, actor: Actor, operation: str = "") -> Answer:
    return casework.submit(operation=operation or f"submit/{draft.id}", actor=actor, draft=draft.id, now=at(DAY, 14))


def test_kill_at_a_random_point_leaves_all_or_nothing(house: walk.Walk, maritime_database: OwnDatabase) -> None:
    chance = random.Random(20260302)
    killed_midway = 0
    for attempt in range(KILLS):
        application = seventeen.under_review(house, f"kill{attempt}")
        one = start(maritime_database, application, *CASES)
        assert one.line.recv() == "ready"
        one.line.send("go")
        for _ in range(chance.randrange(17)):
            assert one.line.recv()
        time.sleep(chance.uniform(0, 0.02))
        one.process.kill()
        one.end()

        demand_sound()
        signed = sum(case.conclusion is not None for case in read(application).cases)
        killed_midway += 0 < signed < 17
        for case in CASES:
            seventeen.conclude(application, case, seventeen.reviewer_of(case))
        closed_once(application)
    assert killed_midway, "no kill hit between the first and the last conclusion"


@dataclass(frozen=True)
class Reviewer:
    process: forks.Fork
    line: Connection

    def end(self) -> int:
        code = self.process.wait(timeout=60)
        self.line.close()
        return code


def start(database: OwnDatabase, application: str, *cases: int) -> Reviewer:
    here, there = forks.FORKS.Pipe()
    process = forks.fork(reviewer.work, there, application, cases, environment=database.environment)
    there.close()
    return Reviewer(process, here)
