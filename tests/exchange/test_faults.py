"""Whatever fails between three nodes, nothing is lost and nothing happens twice.

`make test-faults` runs it for longer (FAULTS_MESSAGES=, FAULTS_LEAST=, FAULTS_SEED=).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.exchange.federation import Install, federation
from tests.exchange.harness import applications, cases
from tests.exchange.harness.links import Fault
from tests.exchange.harness.running import Misfortune, Plan, Report, run
from tongban.exchange import actions
from tongban.exchange.models import Stored

MESSAGES = int(os.environ.get("FAULTS_MESSAGES", "1000"))
LEAST = int(os.environ.get("FAULTS_LEAST", "5"))
APPLICATIONS = int(os.environ.get("FAULTS_APPLICATIONS", "5"))
SEED = int(os.environ.get("FAULTS_SEED", "1"))


def suffer(request: pytest.FixtureRequest, folder: Path, plan: Plan, install: Install) -> Report:
    """Let nodes that lie in files suffer a plan: this needs no other database, so it runs once."""
    store, enter = request.getfixturevalue("store"), request.getfixturevalue("enter")
    enter(applications.WORLD)
    with federation(store, applications.WORLD, folder, seed=plan.seed, install=install) as nodes:
        return run(nodes, plan)


@pytest.mark.timeout(60 + MESSAGES)
def test_nothing_is_lost_and_nothing_happens_twice(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    patience = 100.0 + MESSAGES / 5
    plan = Plan(seed=SEED, messages=MESSAGES, least=LEAST, applications=APPLICATIONS, patience=patience)

    report = suffer(request, tmp_path, plan, cases.install)

    with capsys.disabled():
        print("", *report.lines(), sep="\n")  # noqa: T201 - the figures are for people to read
    assert (report.lost, report.doubled, report.problems) == (0, 0, [])
    assert report.messages >= plan.messages
    assert report.closed >= 3 * plan.applications * plan.closed_share
    assert min(report.faults[kind] for kind in (*Misfortune, *Fault)) >= plan.least


def careless() -> None:
    """Break the receiver: it takes what it has already as if it were new."""
    cases.install()
    actions._fresh = lambda row, batch, now: list(batch)
    keep = Stored.objects.bulk_create
    Stored.objects.bulk_create = lambda rows: keep(rows, ignore_conflicts=True)


def test_a_receiver_that_does_not_look_for_duplicates_is_found_out(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    again = (Fault.DUPLICATE, Fault.LOST_ANSWER)
    plan = Plan(seed=SEED, messages=300, least=20, misfortunes=(), kinds=again, share=0.7, settling=5.0)

    report = suffer(request, tmp_path, plan, careless)

    assert report.doubled > 0
