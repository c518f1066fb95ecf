"""What follows here once another node has receipted what it was told of cases?"""

from __future__ import annotations

from datetime import datetime

from tongban.casework import storage as casework
from tongban.casework.actions import asked as forwarded
from tongban.casework.actions import forwarding
from tongban.domain import events as kernel
from tongban.domain.envelope import Message, Refusal
from tongban.domain.events import CasesTakenOver, HandOverReceipted
from tongban.exchange.cases.types import ASKED, HANDED_OVER, RECALLED
from tongban.exchange.models import Telling
from tongban.journal import queries as journal
from tongban.people.actor import node


def handed_over(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Learn from the receipt whose the cases are. Who refused the first hand-over knows nothing of the application."""
    application, turn = _about(message)
    peer, stream = message.destination, casework.stream_of(application)
    forwarding.handed_over(
        operation=f"receipt/{message.id}",
        actor=node(peer),
        application=application,
        to=peer,
        turn=turn,
        refused=(refused.code, refused.words) if refused else None,
        now=now,
    )
    if refused and not any(_has_it(peer, entry.event) for entry in journal.entries(stream)):
        Telling.objects.filter(peer_id=peer, stream=stream).update(seq=0)


def _has_it(peer: str, event: kernel.Event) -> bool:
    match event:
        case HandOverReceipted(to=who) | CasesTakenOver(sender=who):
            return who == peer
    return False


def recalled(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Learn from the receipt that the cases are not given back; if they are, they come by a message of their own."""
    if refused is None:
        return
    application, turn = _about(message)
    forwarding.not_given_back(
        operation=f"receipt/{message.id}",
        actor=node(message.destination),
        application=application,
        peer=message.destination,
        turn=turn,
        words=refused.words,
        now=now,
    )


def asked(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Learn from the receipt that the applicant's act was not done; if it was, it is told like everything else."""
    if refused is None:
        return
    application, entry = _about(message)
    forwarded.not_done(
        operation=f"receipt/{message.id}",
        actor=node(message.destination),
        application=application,
        entry=entry,
        words=refused.words,
        now=now,
    )


def _about(message: Message) -> tuple[str, int]:
    _, application, turn = message.subject.split(":")
    return application, int(turn)


OUTCOMES = {HANDED_OVER: handed_over, RECALLED: recalled, ASKED: asked}
