"""How is another region's node asked for what a holder has there, and what does this node answer to others?

Asking and answering are journalled on streams of their own, on both sides; what comes is a certificate like any other
that another node sent. Of every question that this node answers the holder reads in his log of uses, and it stands in
the log of reads under the name of the node that asked.

Source: `domain/evidence.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tongban.certificates import adapters, permissions, queries
from tongban.certificates.models import Certificate, Disclosure
from tongban.certificates.models import Question as Row
from tongban.domain import evidence
from tongban.domain.clock import day_of
from tongban.domain.events import Answer as Said
from tongban.domain.events import EvidenceGiven
from tongban.domain.evidence import WAITS, Question
from tongban.domain.joint import RecognitionRule
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, Operation, Repeated, action, append, lock, record_reads
from tongban.people.actor import SYSTEM, Actor
from tongban.people.ids import uuid7

ASKED = "evidence:"
GIVEN = "given:"
NODE = "node:"
"""How the log of reads names a node."""
READ = "evidence "
"""How the log of reads names what a node asked for: with the type of certificate behind it."""
LONGEST_REASON = 200


class NoNode(Refused):
    """A region whose node is not known."""

    code = "no_node"


# --- asking -----------------------------------------------------------------------------------------------------------


@action
def ask(
    *, operation: Operation, actor: Actor, rule: RecognitionRule, region: str, purpose: str, now: datetime
) -> Answer:
    """Ask a region's node for the certificates that a rule lets count here; answers {"question", "node"}.

    Only for whom the actor acts himself. Raises NotAllowed, NoNode, AlreadyAsked, TooManyAsked.
    """
    party = actor.party
    if party is None or not permissions.is_holders(actor, holder=party.id):
        raise permissions.not_allowed()
    node = adapters.elsewhere().nodes.get(province_of(region))
    if node is None:
        raise NoNode("未询问：还没有与该地区的节点联通。请自己上传。")
    id = str(uuid7(now=now))
    stream = lock(f"{ASKED}{id}", operation, create=True)
    asked = evidence.ask(
        [one for _id, one in of_holder(holder=party.id, since=now - WAITS)],
        holder=party.id,
        node=node,
        rule=rule,
        purpose=purpose[:LONGEST_REASON],
        by=actor.id,
        at=now,
    )
    _write(id, evidence.apply(None, asked))
    answer = {"question": id, "node": node}
    append(stream, [asked], at=now, answer=answer)
    return answer


def take(
    *, question: str, node: str, said: Said, reason: str, certificates: Sequence[str], now: datetime
) -> Question | None:
    """Take the answer of a node, with those of the certificates that have come from there; None: it was taken before.

    Called inside the transaction that takes the message. Raises NoSuchQuestion.
    """
    _demand_transaction()
    try:
        stream = lock(f"{ASKED}{question}", Operation(f"answered/{question}", SYSTEM.id, ""), create=True)
    except Repeated:
        return None
    found = read(question)
    holder = found.holder if found else ""
    came = Certificate.objects.filter(identifier__in=list(certificates), origin=node, holder=holder)
    ids = sorted(came.values_list("identifier", flat=True))
    answered = evidence.answer(found, node=node, said=said, reason=reason[:LONGEST_REASON], certificates=ids, at=now)
    after = evidence.apply(found, answered)
    _write(question, after)
    append(stream, [answered], at=now, answer={"question": question})
    return after


def of_holder(*, holder: str, since: datetime) -> list[tuple[str, Question]]:
    """Return what was asked for a holder since an instant, the newest first. One statement."""
    rows = Row.objects.filter(holder=holder, at__gte=since).order_by("-at", "pk")
    return [(row.pk, _question(row)) for row in rows]


# --- answering --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What another node asks: about whom (as this node knows him, with the name it was given), what and why."""

    id: str
    node: str
    holder: str
    name: str
    type: str
    rule: str
    basis: str
    purpose: str
    permitted: bool


def give(inquiry: Inquiry, *, now: datetime) -> EvidenceGiven | None:
    """Answer a node and write the question down; None: it was answered before.

    Called inside the transaction that takes the message.
    """
    _demand_transaction()
    id = f"{inquiry.node}/{inquiry.id}"
    try:
        stream = lock(f"{GIVEN}{id}", Operation(f"given/{id}", SYSTEM.id, ""), create=True)
    except Repeated:
        return None
    before = Disclosure.objects.filter(holder=inquiry.holder, node=inquiry.node, at__gt=now - WAITS).count()
    given = evidence.give(
        holder=inquiry.holder,
        node=inquiry.node,
        type=inquiry.type,
        rule=inquiry.rule,
        basis=inquiry.basis,
        purpose=inquiry.purpose,
        permitted=inquiry.permitted,
        before=before,
        held=_held(inquiry, now),
        at=now,
    )
    _disclose(id, given)
    record_reads(actor=f"{NODE}{inquiry.node}", about=[inquiry.holder], what=f"{READ}{inquiry.type}", at=now)
    append(stream, [given], at=now, answer={"question": inquiry.id})
    return given


def _held(inquiry: Inquiry, now: datetime) -> list[str]:
    """Return what this node's authorities have issued to whom it names and counts today; another name gets nothing."""
    today = day_of(now)
    own = (one for one in queries.wallet(party=inquiry.holder, today=today) if not one.origin)
    counting = [one.identifier for one in own if one.type == inquiry.type and one.counts(today)]
    return [one for one in counting if queries.content(identifier=one).holder_name == inquiry.name]


def given(id: str) -> EvidenceGiven | None:
    """Return what was answered, by the node's name and its question's id."""
    row = Disclosure.objects.filter(pk=id).first()
    return None if row is None else _given(row)


# --- rows -------------------------------------------------------------------------------------------------------------


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("messages are taken inside the act that stores them")


def read(id: str) -> Question | None:
    row = Row.objects.filter(pk=id).first()
    return None if row is None else _question(row)


def _question(row: Row) -> Question:
    return Question(
        row.holder,
        row.node,
        row.type,
        row.rule,
        row.basis,
        row.purpose,
        row.by,
        row.at,
        Said(row.answer) if row.answer else None,
        row.reason,
        tuple(json.loads(row.certificates)),
        row.answered_at,
    )


def _write(id: str, question: Question) -> None:
    Row.objects.update_or_create(
        id=id,
        defaults={
            "holder": question.holder,
            "node": question.node,
            "type": question.type,
            "rule": question.rule,
            "basis": question.basis,
            "purpose": question.purpose,
            "by": question.by,
            "at": question.at,
            "answer": question.answer or "",
            "reason": question.reason,
            "certificates": json.dumps(question.certificates),
            "answered_at": question.answered_at,
        },
    )


def _disclose(id: str, one: EvidenceGiven) -> None:
    Disclosure.objects.create(
        id=id,
        node=one.node,
        holder=one.holder,
        type=one.type,
        rule=one.rule,
        basis=one.basis,
        purpose=one.purpose,
        answer=one.answer,
        reason=one.reason,
        certificates=json.dumps(one.certificates),
        at=one.at,
    )


def _given(row: Disclosure) -> EvidenceGiven:
    return EvidenceGiven(
        row.holder,
        row.node,
        row.type,
        row.rule,
        row.basis,
        row.purpose,
        Said(row.answer),
        row.reason,
        tuple(json.loads(row.certificates)),
        row.at,
    )


def _only(entries: Sequence[journal.Recorded]) -> object:
    (entry,) = entries
    return entry.event


def _named(prefix: str, ids: Iterator[str]) -> Iterator[str]:
    return (prefix + id for id in ids)


def register_folds() -> None:
    """Tell the journal how the streams of questions are folded and read."""
    journal.register(
        ASKED,
        fold=lambda entries: evidence.fold(one.event for one in entries),
        rows=lambda stream: read(stream.removeprefix(ASKED)),
        streams=lambda: _named(ASKED, Row.objects.values_list("pk", flat=True).iterator()),
    )
    journal.register(
        GIVEN,
        fold=_only,
        rows=lambda stream: given(stream.removeprefix(GIVEN)),
        streams=lambda: _named(GIVEN, Disclosure.objects.values_list("pk", flat=True).iterator()),
    )
