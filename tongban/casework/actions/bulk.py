"""How are several applications accepted at once? Each by itself: one that is refused holds up no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongban.casework.actions.intake import accept
from tongban.domain.refused import Refused
from tongban.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of one application: how many of its cases were accepted, or the sentence that refused it."""

    application: str
    cases: int = 0
    refused: str = ""


def accept_each(*, operation: str, actor: Actor, applications: Iterable[str], now: datetime) -> list[Accepted]:
    """Accept every complete case of each application, each in an operation of its own derived from `operation`.

    Asked again, those that were accepted get their first answer.
    """
    return [_accept(f"{operation}/{one}", actor, one, now) for one in dict.fromkeys(applications)]


def _accept(operation: str, actor: Actor, application: str, now: datetime) -> Accepted:
    try:
        answer = accept(operation=operation, actor=actor, application=application, now=now)
    except Refused as refused:
        return Accepted(application, refused=str(refused))
    return Accepted(application, cases=len(answer["accepted"]))
