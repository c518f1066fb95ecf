"""How does an application travel: what is told of it, what is handed over, and what is heard?

Each node tells every other one that has a part in an application what it appended to its stream, in order. The worker
does so after the act, up to where the stream has come; how far each peer was told stands in a row, so that nothing is
told twice or left out. What was heard from a peer is not told back to it, but told on to the others. What a node knows
of the custody of a case is its own: a hand-over is a message of its own kind, its receipt the other node's word.

Personal data stand sealed under this node's keys; they are opened for the message, which only the receiver opens, and
sealed anew there under his.

| type | what | body |
|---|---|---|
| `HANDED_OVER` | cases go to the receiver, with all before | `application cases turn bundle entries files` |
| `TOLD` | what happened | `application entries files` |
| `RECALLED` | cases that were handed over are asked back | `application cases turn` |
| `ASKED` | what the applicant does where he applied | `application act cases said by files` |

Entries name files by their digests; `files` tells of each what it takes to fetch it. A certificate that this node has
issued goes along with the entry that tells of it.

Source: design, invariant 11; `domain/forwarding.py`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.casework import storage as casework
from tongban.casework.actions import asked as forwarded
from tongban.casework.actions import forwarding
from tongban.casework.actions.asked import Asked
from tongban.casework.actions.forwarding import Arrived, Told
from tongban.catalogue import actions as catalogue
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.actions import StandardDiffers
from tongban.crypto import base64url, canonical
from tongban.domain import events as kernel
from tongban.domain.application import Application
from tongban.domain.envelope import Message, Refusal
from tongban.domain.events import (
    AT,
    TRAVEL,
    ActAsked,
    ApplicationSubmitted,
    AskedAct,
    CasesHandedOver,
    CasesTakenOver,
    CertificateIssued,
    DocumentIssued,
    HandOverReceipted,
    HandOverRefused,
    MaterialsSupplied,
    RecallAsked,
)
from tongban.domain.materials import SupplySource
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.exchange import actions, attachments, certificates, peers
from tongban.exchange.attachments import Wish
from tongban.exchange.models import Peer, Telling
from tongban.files import actions as files
from tongban.journal import queries as journal
from tongban.journal.outbox import Errand
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people.actor import Actor

HANDED_OVER = "cn.tongban.case.handover.v1"
TOLD = "cn.tongban.case.told.v1"
RECALLED = "cn.tongban.case.recall.v1"
ASKED = "cn.tongban.case.act.v1"

_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000003")
LONGEST_ACTOR = 79
"""With the name of its node it has room in the journal."""
PARTY = re.compile(r"(org|person):[0-9A-Za-z-]{1,50}")
"""Under whose data key something personal may stand."""


class NotReadable(Refused):
    """A message about a case that is not in its form."""

    code = "not_readable"


# --- telling ----------------------------------------------------------------------------------------------------------


def tell(errand: Errand, now: datetime) -> None:
    """Tell every node that has a part in an application what it does not know yet."""
    application = errand.stream.removeprefix(casework.stream_of(""))
    found = casework.read(application)
    assert found is not None  # the errand was asked for by an act on it
    for peer in found.peers:
        _tell(peer, found, now)


@transaction.atomic
def _tell(peer: str, application: Application, now: datetime) -> None:
    stream = casework.stream_of(application.id)
    Telling.objects.bulk_create([Telling(peer_id=peer, stream=stream)], ignore_conflicts=True)
    told = Telling.objects.select_for_update().get(peer_id=peer, stream=stream)
    entries = journal.entries(stream, after=told.seq)
    refused = {one.event.turn for one in entries if isinstance(one.event, HandOverRefused) and one.event.to == peer}
    writer = _Writer(peer, application, now, refused, knows=told.seq > 0)
    for entry in entries:
        writer.take(entry)
    if entries and writer.close():
        told.seq = entries[-1].seq
        told.save(update_fields=["seq"])


@dataclass
class _Writer:
    """Writes to a peer what an application's entries are to it, one after the other.

    `refused` are the turns of hand-overs that the peer refused; it `knows` the application once it has taken cases
    over, and before that is told nothing but with a hand-over.
    """

    peer: str
    application: Application
    now: datetime
    refused: Collection[int]
    knows: bool
    waiting: list[Recorded] = field(default_factory=list)

    def take(self, entry: Recorded) -> None:
        match entry.event:
            case CasesHandedOver(to=self.peer, turn=turn) as event if turn not in self.refused:
                body = {"cases": list(event.cases), "turn": event.turn, "bundle": self._bundle()}
                self._write(HANDED_OVER, event.turn, {**body, **self._told()}, entry)
                self.knows = True
            case CasesTakenOver(sender=self.peer):
                self.knows = True
            case RecallAsked(to=self.peer) as event:
                self._write(RECALLED, event.turn, {"cases": list(event.cases), "turn": event.turn}, entry)
            case ActAsked(to=self.peer) as event:
                self._write(ASKED, entry.seq, self._asked(event), entry)
            case event if not isinstance(event, TRAVEL) and not entry.actor.startswith(f"{self.peer}{AT}"):
                self.waiting.append(entry)
                if isinstance(event, CertificateIssued) and AT not in entry.actor:
                    certificates.send(to=self.peer, identifier=event.certificate, now=self.now)

    def close(self) -> bool:
        """Write what still waits; False where the peer does not know the application, and is told all of it later."""
        if self.knows and self.waiting:
            last = self.waiting[-1]
            self._write(TOLD, last.seq, self._told(), last)
        return self.knows

    def _told(self) -> dict[str, Any]:
        """Return what waits to be told, with the files it speaks of; nothing waits then."""
        waiting, self.waiting = self.waiting, []
        digests = {digest: name for entry in waiting for digest, name in _files(entry.event)}
        entries = _opened([replace(entry, event=self._counted(entry.event)) for entry in waiting])
        return {"entries": entries, "files": self._offered(digests)}

    def _counted(self, event: kernel.Event) -> kernel.Event:
        """Return a document with the act it tells of by its place among what both nodes have: numbers differ."""
        if not isinstance(event, DocumentIssued):
            return event
        return replace(event, act=sum(seq <= event.act for seq in _common(self.application.id)))

    def _asked(self, event: ActAsked) -> dict[str, Any]:
        return {
            "act": event.act.value,
            "cases": list(event.cases),
            "said": canonical.decode(keys.unseal(event.said)),
            "by": event.by,
            "places": dict(event.files),
            "files": self._offered({digest: digest[:12] for _, digest in event.files}),
        }

    def _bundle(self) -> dict[str, Any] | None:
        """Return the bundle of an application that the peer hears of for the first time."""
        if any(isinstance(entry.event, ApplicationSubmitted) for entry in self.waiting):
            return catalogue.told_of(self.application.bundle, self.application.bundle_version)
        return None

    def _offered(self, named: Mapping[str, str]) -> list[dict[str, Any]]:
        kept = files.kept(party=self.application.holder, digests=named)
        attachments.offer(to=self.peer, digests=kept, now=self.now)
        return [
            attachments.as_plain(Wish(digest, blob.size, blob.media_type, named[digest], party=self.application.holder))
            for digest, blob in sorted(kept.items())
        ]

    def _write(self, kind: str, about: int, body: Mapping[str, Any], entry: Recorded) -> None:
        cause = f"{settings.NODE} {self.peer} {entry.stream} {entry.seq} {kind}"
        actions.write(
            to=self.peer,
            id=str(uuid.uuid5(_SPACE, cause)),
            type=kind,
            subject=f"application:{self.application.id}:{about}",
            body={"application": self.application.id, **body},
            now=self.now,
        )


def _files(event: kernel.Event) -> Iterator[tuple[str, str]]:
    """Yield the digests of the files that an event names, with a name for each."""
    match event:
        case ApplicationSubmitted() | MaterialsSupplied():
            yield from (
                (supply.reference, supply.material) for supply in event.supplies if supply.source is SupplySource.UPLOAD
            )
        case DocumentIssued():
            yield event.digest, event.number


def _common(application: str) -> list[int]:
    """Return the numbers of the entries that other nodes have too."""
    entries = journal.entries(casework.stream_of(application))
    return [entry.seq for entry in entries if not isinstance(entry.event, TRAVEL)]


def _opened(entries: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Return entries as they travel: what is sealed for this node stands open in them."""
    plains = [(entry, *kernel.encode(entry.event)) for entry in entries]
    sealed = [seal for *_, body in plains for seal in _seals(body)]
    texts = iter(keys.unseal_many([Sealed(one["person"], one["ciphertext"]) for one in sealed]))
    return [
        {"actor": entry.actor, "type": kind, "version": version, "event": _replaced(body, _is_seal, _open(texts))}
        for entry, kind, version, body in plains
    ]


def _open(texts: Iterator[bytes]) -> Callable[[Mapping[str, str]], Any]:
    return lambda seal: {"person": seal["person"], "opened": base64url.encode(next(texts))}


def _seals(plain: Any) -> Iterator[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    _replaced(plain, _is_seal, found.append)
    return iter(found)


def _is_seal(plain: Any) -> bool:
    return isinstance(plain, dict) and plain.keys() == {"person", "ciphertext"}


def _is_open(plain: Any) -> bool:
    return isinstance(plain, dict) and plain.keys() == {"person", "opened"}


def _replaced(plain: Any, chosen: Callable[[Any], bool], change: Callable[[Any], Any]) -> Any:
    """Return a plain value in which every chosen part is changed, in the order in which they stand."""
    if chosen(plain):
        return change(plain)
    if isinstance(plain, dict):
        return {name: _replaced(value, chosen, change) for name, value in plain.items()}
    if isinstance(plain, list):
        return [_replaced(value, chosen, change) for value in plain]
    return plain


# --- hearing ----------------------------------------------------------------------------------------------------------


def hear_of_case(message: Message, body: Any, now: datetime) -> None:
    """Append what a peer tells, and take over what it hands over. Raises Refused."""
    handed = message.type == HANDED_OVER
    members = {"application", "entries", "files", *(("cases", "turn", "bundle") if handed else ())}
    _demand(isinstance(body, dict) and body.keys() == members)
    application, entries = body["application"], body["entries"]
    _demand(_is_id(application) and isinstance(entries, list) and isinstance(body["files"], list))
    peer = Peer.objects.get(pk=message.source)
    bundle = None
    if handed:
        _demand_cases(body)
        bundle = catalogue.take_bundle(body["bundle"], now=now) if body["bundle"] is not None else None
    cases = tuple(body["cases"]) if handed else ()
    read = _numbered(application, _read(entries))
    told = tuple(Told(_here(one.event, bundle, cases), f"{peer.name}{AT}{one.actor}") for one in read)
    forwarding.receive(
        operation=f"told/{message.id}",
        actor=_node(peer.name),
        application=application,
        prepared=Arrived(
            sender=peer.name,
            regions=peers.regions(peer),
            told=told,
            cases=cases,
            turn=body["turn"] if handed else 0,
        ),
        now=now,
    )
    _want(peer.name, application, body["files"], now)


def _want(peer: str, application: str, named: list[Any], now: datetime) -> None:
    """Have the files fetched that a message speaks of. Raises BadWish."""
    if named:
        found = casework.read(application)
        assert found is not None  # what the message tells of it was stored
        wishes = [attachments.read(one, party=found.holder) for one in named]
        attachments.want(source=peer, files=wishes, now=now)


def hear_act(message: Message, body: Any, now: datetime) -> None:
    """Do what the applicant asked for where he applied, as of when he did. Raises Refused."""
    members = {"application", "act", "cases", "said", "by", "places", "files"}
    _demand(isinstance(body, dict) and body.keys() == members and _is_id(body["application"]))
    _demand(body["act"] in set(AskedAct) and isinstance(body["by"], str) and 0 < len(body["by"]) <= LONGEST_ACTOR)
    _demand(_are_cases(body["cases"]) and isinstance(body["said"], dict) and isinstance(body["files"], list))
    _demand(isinstance(body["places"], dict) and set(body["places"].values()) <= {str(d) for d in _named(body)})
    forwarded.do(
        operation=f"told/{message.id}",
        actor=forwarded.applicant_of(body["application"], by=body["by"], at=message.source),
        application=body["application"],
        asked=Asked(AskedAct(body["act"]), tuple(body["cases"]), body["said"], body["places"]),
        now=min(now, message.at),
    )
    _want(message.source, body["application"], body["files"], now)


def _named(body: Mapping[str, Any]) -> list[Any]:
    return [one.get("digest") if isinstance(one, dict) else None for one in body["files"]]


def hear_recall(message: Message, body: Any, now: datetime) -> None:
    """Give cases back that nobody here has acted on. Raises Refused."""
    _demand(isinstance(body, dict) and body.keys() == {"application", "cases", "turn"} and _is_id(body["application"]))
    _demand_cases(body)
    forwarding.give_back(
        operation=f"told/{message.id}",
        actor=_node(message.source),
        application=body["application"],
        cases=tuple(body["cases"]),
        peer=message.source,
        turn=body["turn"],
        now=now,
    )


def _numbered(application: str, told: list[Told]) -> list[Told]:
    """Return entries in which each document names the act it tells of by its number here; 0 where it is not here."""
    if not any(isinstance(one.event, DocumentIssued) for one in told):
        return told
    common = _common(application)
    after = journal.positions([casework.stream_of(application)]).get(casework.stream_of(application), 0)
    common += range(after + 1, after + 1 + len(told))

    def numbered(event: kernel.Event) -> kernel.Event:
        if not isinstance(event, DocumentIssued):
            return event
        return replace(event, act=common[event.act - 1] if 0 < event.act <= len(common) else 0)

    return [replace(one, event=numbered(one.event)) for one in told]


def _here(event: kernel.Event, bundle: tuple[str, int] | None, cases: Sequence[int]) -> kernel.Event:
    """Return an event as it is written here: the bundle has this node's number, and the hall is that of its cases."""
    if not isinstance(event, ApplicationSubmitted):
        return event
    if bundle is None or event.plan.bundle != bundle[0]:
        raise StandardDiffers("未接收：移交的申请没有带上所依据的事项目录。请双方核对程序版本。")
    kinds, _ = catalogue_queries.catalogue_of(*bundle)
    own = [case.matter for case in event.plan.cases if case.index in cases]
    _demand(bool(own) and set(own) <= kinds.implementations.keys())
    offered = kinds.implementations[own[0]]
    plan = replace(event.plan, bundle_version=bundle[1])
    return replace(event, plan=plan, region=offered.region, hall=offered.hall)


def _read(entries: Sequence[Any]) -> list[Told]:
    """Read entries strictly and seal what is personal under this node's keys. Raises NotReadable."""
    for one in entries:
        _demand(isinstance(one, dict) and one.keys() == {"actor", "type", "version", "event"})
        _demand(isinstance(one["actor"], str) and 0 < len(one["actor"]) <= LONGEST_ACTOR)
    open_parts: list[Any] = []
    for one in entries:
        _replaced(one["event"], _is_open, open_parts.append)
    try:
        texts = [(part["person"], base64url.decode(part["opened"])) for part in open_parts]
        _demand(all(PARTY.fullmatch(person) for person, _ in texts))
        sealed = iter(keys.seal_many(texts))
        return [_event(one, sealed) for one in entries]
    except (LookupError, TypeError, ValueError, AttributeError) as wrong:
        raise NotReadable(f"未接收：办件经过读不懂（{type(wrong).__name__}）。请双方核对程序版本。") from wrong


def _event(one: Mapping[str, Any], sealed: Iterator[Sealed]) -> Told:
    body = _replaced(one["event"], _is_open, lambda part: _plain(next(sealed)))
    event = kernel.decode(one["type"], one["version"], body)
    if kernel.encode(event) != (one["type"], one["version"], body):
        raise ValueError("not as this node writes it")
    return Told(event, one["actor"])


def _plain(sealed: Sealed) -> dict[str, str]:
    return {"person": sealed.person, "ciphertext": sealed.ciphertext}


def _demand(true: bool) -> None:
    if not true:
        raise NotReadable("未接收：办件消息的内容不全或有多余。请双方核对程序版本。")


def _demand_cases(body: Mapping[str, Any]) -> None:
    _demand(_are_cases(body["cases"]) and type(body["turn"]) is int and body["turn"] > 0)


def _are_cases(cases: Any) -> bool:
    listed = isinstance(cases, list) and bool(cases) and all(type(index) is int and index > 0 for index in cases)
    return listed and len(set(cases)) == len(cases)


def _is_id(text: Any) -> bool:
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _node(name: str) -> Actor:
    return Actor(id=peers.owner(name), name=name)


# --- what receipts say ------------------------------------------------------------------------------------------------


def handed_over(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Learn from the receipt whose the cases are. Who refused the first hand-over knows nothing of the application."""
    application, turn = _about(message)
    peer, stream = message.destination, casework.stream_of(application)
    forwarding.handed_over(
        operation=f"receipt/{message.id}",
        actor=_node(peer),
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
        case HandOverReceipted(to=node) | CasesTakenOver(sender=node):
            return node == peer
    return False


def recalled(message: Message, refused: Refusal | None, now: datetime) -> None:
    """Learn from the receipt that the cases are not given back; if they are, they come by a message of their own."""
    if refused is None:
        return
    application, turn = _about(message)
    forwarding.not_given_back(
        operation=f"receipt/{message.id}",
        actor=_node(message.destination),
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
        actor=_node(message.destination),
        application=application,
        entry=entry,
        words=refused.words,
        now=now,
    )


def _about(message: Message) -> tuple[str, int]:
    _, application, turn = message.subject.split(":")
    return application, int(turn)


HANDLERS = {HANDED_OVER: hear_of_case, TOLD: hear_of_case, RECALLED: hear_recall, ASKED: hear_act}
OUTCOMES = {HANDED_OVER: handed_over, RECALLED: recalled, ASKED: asked}
