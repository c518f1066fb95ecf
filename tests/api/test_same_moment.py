"""The same act sent many times in one instant: one effect, one answer for all."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from tests.api.conftest import JsonClient, Program
from tests.own_database import OwnDatabase
from tongban.api import actions
from tongban.journal import queries as journal
from tongban.web import clock

TWINS = 6


def test_twins_of_one_act_get_one_answer_and_have_one_effect(demo_database: OwnDatabase) -> None:
    secret = actions.issue(username="liufang", name="test", days=1, now=clock.now()).secret
    clerk = Program(JsonClient(), secret)
    number = clerk.get("tasks")["tasks"][0]["number"]
    before = journal.soundness().entries
    address, key = f"applications/{number}/acceptance", "operation-of-all"

    answers = demo_database.together(
        *[partial(replace(clerk, client=JsonClient()).post, address, key=key) for _ in range(TWINS)]
    )

    assert [json.dumps(answer) for answer in answers] == [json.dumps(answers[0])] * TWINS
    accepted = clerk.post(address, key=key)["accepted"]
    sound = journal.soundness()
    assert sound.entries - before == len(accepted) > 0
    assert (sound.journal_ok, sound.replay_ok) == (True, True)
