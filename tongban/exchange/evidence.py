"""How does a node ask another for what a holder has there, and how is it answered?

The question goes out behind the act that asks; the answer behind the one that writes it down. What was found comes
before the answer, as certificates that the peer sends. What the peer says of the ground is checked here: the rule must
be known to this node, hold today, and let the peer's region count what this node's region issues.

Source: `domain/evidence.py`; `docs/exchange.md`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from tongban.catalogue import joint
from tongban.certificates import inquiring
from tongban.certificates.inquiring import ASKED, GIVEN, LONGEST_REASON, Inquiry
from tongban.domain import evidence
from tongban.domain.envelope import Message, Refusal
from tongban.domain.events import Answer
from tongban.domain.identifiers import DocumentType
from tongban.domain.recognition import CODE, Recognition
from tongban.domain.refused import Refused
from tongban.domain.regions import lies_in
from tongban.exchange import actions, certificates, inbox, outcomes, peers
from tongban.exchange.models import Peer
from tongban.journal import outbox
from tongban.journal.outbox import Errand
from tongban.people import queries as people

ASK = "cn.tongban.evidence.asked.v1"
ANSWER = "cn.tongban.evidence.answered.v1"
ASKING, ANSWERING = "evidence asked", "evidence given"
"""Subjects of the outbox."""
MOST_CERTIFICATES = 100
_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000003")
_QUESTION = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class NotAQuestion(Refused):
    """A message about evidence that is not in the form of the protocol."""

    code = "not_a_question"


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(errand: Errand, now: datetime) -> None:
    """Write the question to the node that is asked."""
    id = errand.stream.removeprefix(ASKED)
    question = inquiring.read(id)
    assert question is not None
    party = people.parties(ids=[question.holder])[question.holder]
    with transaction.atomic():
        actions.write(
            to=question.node,
            id=id,
            type=ASK,
            subject=f"evidence:{id}",
            body={
                "question": id,
                "document": party.document.value,
                "number": party.number,
                "name": party.name,
                "type": question.type,
                "rule": question.rule,
                "basis": question.basis,
                "purpose": question.purpose,
            },
            now=now,
        )


def hear_answer(message: Message, body: Any, now: datetime) -> None:
    """Take an answer. Raises NotAQuestion, NoSuchQuestion."""
    told = _read(body, {"question", "answer", "reason", "certificates"})
    named = told["certificates"]
    if not isinstance(named, list) or len(named) > MOST_CERTIFICATES:
        raise NotAQuestion("未接收：答复中的证照无法识别。请双方核对版本。")
    try:
        said = Answer(_text(told["answer"]))
    except ValueError:
        raise NotAQuestion("未接收：答复的结果无法识别。请双方核对版本。") from None
    inquiring.take(
        question=_id(told["question"]),
        node=message.source,
        said=said,
        reason=_short(told["reason"]),
        certificates=[_short(one) for one in named],
        now=now,
    )


def not_taken(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Take a refusal of the question itself as its answer."""
    if refused is None:
        return
    with transaction.atomic():
        inquiring.take(
            question=message.id,
            node=message.destination,
            said=Answer.REFUSED,
            reason=refused.words,
            certificates=(),
            now=now,
        )


# --- answering --------------------------------------------------------------------------------------------------------


def hear_question(message: Message, body: Any, now: datetime) -> None:
    """Write a question down, with what it is answered. Raises NotAQuestion, NotACertificate."""
    members = {"question", "document", "number", "name", "type", "rule", "basis", "purpose"}
    told = {name: _short(value) for name, value in _read(body, members).items()}
    id = _id(told["question"])
    if message.id != id:
        raise NotAQuestion("未接收：消息与其中的询问不是同一个。请对方核对。")
    try:
        document = DocumentType(told["document"])
    except ValueError:
        raise NotAQuestion("未接收：证件的种类无法识别。请双方核对版本。") from None
    if not certificates.TYPE.fullmatch(told["type"]):
        raise NotAQuestion("未接收：证照类型的编号无法识别。请双方核对版本。")
    one = joint.read_recognition(told["rule"]) if CODE.fullmatch(told["rule"]) else None
    permitted = _permits(one, told["type"], Peer.objects.get(pk=message.source), now)
    inquiring.give(
        Inquiry(
            id=id,
            node=message.source,
            holder=certificates.party(document, told["number"], now),
            name=told["name"],
            type=told["type"],
            rule=told["rule"][:60],
            basis=evidence.basis(one.rule) if one and permitted else told["basis"],
            purpose=told["purpose"],
            permitted=permitted,
        ),
        now=now,
    )


def _permits(one: Recognition | None, type: str, peer: Peer, now: datetime) -> bool:
    """Whether a rule holds by which what this node's regions issue counts in the peer's."""
    if one is None or not peers.speaks_for(peer, one.rule.counts_in):
        return False
    ours = any(lies_in(place, region) or lies_in(region, place) for place in one.rule.issued_in for region in _own())
    agreement = joint.read_agreement(one.rule.agreement)
    return ours and evidence.holds(one, agreement, type=type, today=localdate(now))


def _own() -> tuple[str, ...]:
    return tuple(settings.REGIONS)


def answer(errand: Errand, now: datetime) -> None:
    """Send what was found, and then the answer."""
    key = errand.stream.removeprefix(GIVEN)
    given = inquiring.given(key)
    assert given is not None
    for identifier in given.certificates:
        certificates.deliver(to=given.node, identifier=identifier, now=now)
    question = key.partition("/")[2]
    with transaction.atomic():
        actions.write(
            to=given.node,
            id=str(uuid.uuid5(_SPACE, f"{settings.NODE} {key}")),
            type=ANSWER,
            subject=f"evidence:{question}",
            body={
                "question": question,
                "answer": given.answer.value,
                "reason": given.reason,
                "certificates": list(given.certificates),
            },
            now=now,
        )


HANDLERS: Mapping[str, inbox.Handler] = {ASK: hear_question, ANSWER: hear_answer}
OUTCOMES: Mapping[str, outcomes.Outcome] = {ASK: not_taken}
RUNNERS: Mapping[str, outbox.Runner] = {ASKING: ask, ANSWERING: answer}


def _read(said: Any, members: set[str]) -> dict[str, Any]:
    if not isinstance(said, dict) or said.keys() != members:
        raise NotAQuestion("未接收：消息的内容不全或有多余。请双方核对版本。")
    return said


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotAQuestion("未接收：消息中应为文本的内容不是文本。请双方核对版本。")
    return value


def _short(value: Any) -> str:
    text = _text(value)
    if len(text) > LONGEST_REASON or not text.isprintable():
        raise NotAQuestion("未接收：消息中的文本过长，或有不能显示的字符。请双方核对版本。")
    return text


def _id(value: Any) -> str:
    text = _text(value)
    if not _QUESTION.fullmatch(text):
        raise NotAQuestion("未接收：询问的编号无法识别。请双方核对版本。")
    return text
