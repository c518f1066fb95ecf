"""Seventeen reviewers, one for each case of the maritime bundle."""

from __future__ import annotations

from datetime import date

from tests import worlds
from tongban.casework import actions, storage
from tongban.domain.events import Outcome
from tongban.journal.actions import Answer
from tongban.people import actions as people
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account, Department
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import at, who

DAY = worlds.DAY


def seated() -> walk.Walk:
    """Give every case a reviewer of its own."""
    catalogue, bundle, _ = worlds.maritime_set()
    body = Department.objects.get(code="cfd-msa")
    for case, item in enumerate(bundle.items, start=1):
        account = people.open_account(
            actor=SYSTEM, username=username(case), password=None, person="", name=f"第{case}审查员", now=at(DAY, 8)
        )
        people.appoint(
            operation=f"seventeen/{case}",
            actor=SYSTEM,
            account=f"account:{account.pk}",
            role=Role.REVIEWER,
            region=body.region,
            department=body.code,
            desk=catalogue.implementations[item.matter].deciding_desk,
            valid_from=date(2026, 1, 1),
            now=at(DAY, 8),
        )
    return worlds.maritime_walk("seventeen")


def under_review(house: walk.Walk, tag: str) -> str:
    """Bring one application to where all that is left are the conclusions."""
    one = walk.Walk(house.catalogue, house.bundle, house.day, tag, house.tell)
    application = one.submit()
    one.confirm(application)
    one.accept(application)
    one.opinions(application)
    return application


def username(case: int) -> str:
    return f"seventeen{case}"


def reviewer_of(case: int) -> Actor:
    assert Account.objects.filter(username=username(case)).exists()
    return who(username(case), today=DAY)


def conclude(application: str, case: int, reviewer: Actor) -> Answer:
    found = storage.read(application)
    assert found is not None
    return actions.conclude(
        operation=f"{application}/{case}",
        actor=reviewer,
        application=application,
        case=case,
        desk=found.case(case).deciding_desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(DAY, 15),
    )
