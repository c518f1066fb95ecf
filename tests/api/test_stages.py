"""What cannot be decided in time together is told in the plan, refused when handed in, and parted on request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.api.conftest import Program, filled
from tongban.catalogue import actions
from tongban.domain.clock import Limit, Unit
from tongban.people.actor import SYSTEM
from tongban.project import walk


@pytest.fixture
def late(house: walk.Walk) -> None:
    """A version of the bundle in which the ship's name takes longer than the registration that waits for it may."""
    offers = dict(house.catalogue.implementations)
    for matter, days in (("HS-01", 7), ("HS-02", 2)):
        offers[matter] = replace(offers[matter], promised=Limit(days, Unit.WORKING), version=2)
    content = actions.Content(replace(house.catalogue, implementations=offers), replace(house.bundle, version=2), ())
    actions.load(operation="late", actor=SYSTEM, content=content, now=walk.at(house.day, 8))


def told(plan: dict[str, Any]) -> list[dict[str, str]]:
    return [one for one in plan["late"] if one["matter"] == "HS-02"]


def test_a_late_plan_says_what_comes_too_late_and_is_parted_into_stages(
    late: None, agent: Program, stranger: Program
) -> None:
    plan = stranger.post("bundles/maritime/plan", {})
    assert (plan["feasible"], len(plan["stages"])) == (False, 2)
    assert told(plan) == [{"matter": "HS-02", "awaited": "HS-01", "last_day": "2026-03-04", "awaited_on": "2026-03-11"}]

    draft = filled(agent)
    refused = agent.ask("POST", f"applications/drafts/{draft}/submit", **{"Idempotency-Key": "operation-1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_time")

    stages = agent.post(f"applications/drafts/{draft}/stages")["drafts"]
    parted = [agent.get(f"applications/drafts/{stage['id']}") for stage in stages]
    assert [[chosen["matter"] for chosen in stage["matters"]] for stage in parted] == plan["stages"]
    assert [stage["late"] for stage in parted] == [False, False]
    agent.post(f"applications/drafts/{draft}/submit")
    cases = agent.get("applications")["applications"][0]["cases"]
    assert cases == len(plan["stages"][0])


def test_a_draft_in_time_stays_whole(agent: Program) -> None:
    draft = agent.post("applications/drafts", {"bundle": "maritime"})

    stages = agent.post(f"applications/drafts/{draft['id']}/stages")["drafts"]

    assert [stage["id"] for stage in stages] == [draft["id"]]
    assert len(agent.get(f"applications/drafts/{draft['id']}")["matters"]) == 17
