"""One application through the hot actions of the house, as pages and the JSON door call them.

What is measured are submission, acceptance and the conclusions; co-applicant's confirmation and the desks' opinions
happen in between, unmeasured. Who acts is looked up beforehand: that is the request's cost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial

from tongban.casework import actions, storage
from tongban.catalogue import files
from tongban.crypto.profiles import Algorithm
from tongban.domain.application import Application, Case
from tongban.domain.events import Outcome
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.models import Duty
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import AGENT, CLERK, COUNTERPARTY_AGENT, HOLDER, at, who

DAY = date(2026, 3, 2)
MEASURED = ("submit", "accept", "conclude")

Perform = Callable[[str, Callable[[], object]], None]
"""Does one act, given its name; `others` is what is not measured."""


def prepare() -> walk.Walk:
    """Fill the empty house: people, catalogue, registry, and a key for everybody who signs."""
    catalogue, bundle, delegations = files.read_set("maritime")
    walk.prepare(catalogue, bundle, delegations, now=at(DAY, 8))
    for desk in Duty.objects.filter(role=Role.REVIEWER).values_list("department__uscc", "desk__code").distinct():
        signer = reviewer(*desk)
        keys.ensure_key(
            owner=signer.id, purpose=Purpose.CONCLUSION, algorithm=Algorithm.SM2SM3, now=at(DAY, 8), name=signer.name
        )
    counterparty = who(COUNTERPARTY_AGENT, today=DAY)
    keys.ensure_key(owner=counterparty.id, purpose=Purpose.CONFIRMATION, algorithm=Algorithm.SM2SM3, now=at(DAY, 8))
    return walk.Walk(catalogue, bundle, DAY, "bench", lambda sentence: None)


def drafts(house: walk.Walk, count: int) -> list[str]:
    """Return filled drafts, one made by hand and the others copied from it."""
    first = house.draft()
    ids = [first.id, *(f"{first.id[:-6]}{number:06x}" for number in range(1, count))]
    for draft in ids[1:]:
        first.pk = draft
        first.save(force_insert=True)
    return ids


def run(house: walk.Walk, draft: str, perform: Perform) -> None:
    agent = who(AGENT, acting_for=HOLDER, today=DAY)
    clerk = who(CLERK, today=DAY)
    perform(
        "submit",
        partial(actions.submit, operation=f"submit/{draft}", actor=agent, draft=draft, now=at(DAY, 9, 30)),
    )
    perform("others", partial(house.confirm, draft))
    perform(
        "accept",
        partial(actions.accept, operation=f"accept/{draft}", actor=clerk, application=draft, now=at(DAY, 10)),
    )
    perform("others", partial(house.opinions, draft))
    for case in sorted(_read(draft).cases, key=_due):
        perform("conclude", _conclusion(draft, case))


def _conclusion(draft: str, case: Case) -> Callable[[], object]:
    assert case.promised_due_on is not None
    return partial(
        actions.conclude,
        operation=f"conclude/{case.index}/{draft}",
        actor=reviewer(case.body, case.deciding_desk),
        application=draft,
        case=case.index,
        desk=case.deciding_desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(case.promised_due_on, 15),
    )


def _due(case: Case) -> tuple[date, int]:
    """The first due first, the last matter first within a day: so some conclusions wait and others release them."""
    assert case.promised_due_on is not None
    return case.promised_due_on, -case.index


@cache
def reviewer(department: str, desk: str) -> Actor:
    duties = Duty.objects.filter(role=Role.REVIEWER, department__uscc=department, desk__code=desk)
    return who(duties.order_by("account__username").values_list("account__username", flat=True)[0], today=DAY)


def _read(application: str) -> Application:
    found = storage.read(application)
    assert found is not None
    return found
