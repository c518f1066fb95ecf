"""Somebody asks for pre-review of a draft, and a clerk answers."""

from __future__ import annotations

from typing import Any

from tests.casework.conftest import DAY
from tongban.casework.models import Draft
from tongban.casework.prereview import actions, storage
from tongban.domain.events import Readiness, Target, TargetKind
from tongban.domain.prereview import PreReview
from tongban.journal.actions import Answer
from tongban.people.actor import Actor
from tongban.project.walk import AGENT, CLERK, HOLDER, at, who

NAME = Target(TargetKind.ELEMENT, "ship_name_cn")
PROOF = Target(TargetKind.MATERIAL, "M_ACQ")
CONDITION = Target(TargetKind.CONDITION, "1", "HS-01")
REMARKS = ((NAME, "船名与已登记船舶同音，请另取。"), (CONDITION, "请说明船舶来源。"))


def agent() -> Actor:
    return who(AGENT, acting_for=HOLDER, today=DAY)


def clerk(username: str = CLERK) -> Actor:
    return who(username, today=DAY)


def request(draft: Draft, *, actor: Actor | None = None, **changes: Any) -> Answer:
    asked: dict[str, Any] = {"operation": f"ask/{draft.id}", "now": at(DAY, 10)}
    return actions.request(draft=draft.id, actor=actor or agent(), **(asked | changes))


def answer(draft: Draft, number: int = 1, *, actor: Actor | None = None, **changes: Any) -> Answer:
    said: dict[str, Any] = {
        "operation": f"answer/{draft.id}/{number}",
        "readiness": Readiness.MEND,
        "remarks": REMARKS,
        "now": at(DAY, 14),
    }
    return actions.answer(draft=draft.id, number=number, actor=actor or clerk(), **(said | changes))


def withdraw(draft: Draft, number: int = 1, *, actor: Actor | None = None, **changes: Any) -> Answer:
    said: dict[str, Any] = {"operation": f"withdraw/{draft.id}/{number}", "now": at(DAY, 11)}
    return actions.withdraw(draft=draft.id, number=number, actor=actor or agent(), **(said | changes))


def read(draft: Draft) -> PreReview:
    found = storage.read(draft.id)
    assert found is not None
    return found
