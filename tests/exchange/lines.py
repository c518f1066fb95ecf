"""The line to another node: what goes out over it, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import transaction

from tests.exchange.others import ALGORITHM, NOW, Other
from tongban.crypto import http_signatures, letterbox
from tongban.crypto.http_signatures import Key, Request
from tongban.domain import envelope
from tongban.domain.envelope import Message, Refusal
from tongban.exchange import actions
from tongban.exchange.delivering import SENDER, Answer
from tongban.exchange.inbox import GREETING
from tongban.exchange.models import Written

Answers = Callable[[list[Message], list[Any]], Answer]
Deliver = Callable[..., int]


class Line:
    """The network: what was asked of the other node, and what it answers."""

    def __init__(self, other: Other, answers: Answers) -> None:
        self.other, self.answers = other, answers
        self.asked: list[list[Message]] = []
        self.bodies: list[Any] = []
        self.now = NOW

    def __call__(self, asked: Any) -> Answer:
        if asked.full_url.endswith("/trust.json"):
            return Answer(200, self.other.trust_list().encode())
        request = Request(asked.get_method(), asked.full_url, asked.data, dict(asked.header_items()))
        known = list_of_this_node()
        http_signatures.verify(request, key_of=known.get, also=[SENDER], now=self.now)
        messages = []
        for said in json.loads(asked.data)["messages"]:
            sealed = envelope.disclose(said)
            if sealed.key != self.other.receiving.id:
                return Answer(409, json.dumps({"code": "not_for_this_key", "retry": True}).encode())
            use = envelope.use_of(sealed.message)
            wrapped = letterbox.unseal(ALGORITHM, self.other.receiving.private, sealed.body, use=use)
            self.bodies.append(envelope.unwrap(wrapped, message=sealed.message))
            messages.append(sealed.message)
        self.asked.append(messages)
        return self.answers(messages, self.bodies)


def list_of_this_node() -> dict[str, Key]:
    signing = actions.keys.pen(owner="node:beijing", purpose=actions.Purpose.EXCHANGE, now=NOW)
    return {signing.key_id: Key(ALGORITHM, signing.public_key)}


def write(*bodies: dict[str, Any]) -> None:
    with transaction.atomic():
        for body in bodies:
            number = Written.objects.count() + 1
            id = f"00000000-0000-7000-8000-{number:012x}"
            actions.write(to="tianjin", id=id, type=GREETING, subject="node", body=body, now=NOW)


def ok(other: Other, *refused: Refusal) -> Answers:
    return lambda messages, bodies: Answer(200, json.dumps(other.receipt(messages, *refused)).encode())


def problem(status: int, **said: Any) -> Answers:
    return lambda messages, bodies: Answer(status, json.dumps(said).encode())
