"""What are other nodes told of an application, and when does a case go along?

The worker tells after the act, up to where the stream has come; how far each peer was told stands in a row, so that
nothing is told twice or left out. What was heard from a peer is not told back to it, but told on to the others.

Entries name files by their digests; `files` tells of each what it takes to fetch it. A certificate that this node has
issued goes along with the entry that tells of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.casework import storage as casework
from tongban.casework.actions.forwarding import entries_of, written_at
from tongban.catalogue import actions as catalogue
from tongban.crypto import base64url, canonical
from tongban.domain import events as kernel
from tongban.domain.application import Application
from tongban.domain.events import (
    AT,
    TRAVEL,
    ActAsked,
    ApplicationSubmitted,
    CasesHandedOver,
    CasesTakenOver,
    CertificateIssued,
    DocumentIssued,
    HandOverRefused,
    RecallAsked,
)
from tongban.domain.sealed import Sealed
from tongban.domain.trust import written
from tongban.exchange import actions, attachments, certificates
from tongban.exchange.attachments import Wish
from tongban.exchange.cases.types import ASKED, HANDED_OVER, RECALLED, TOLD, files_of, is_seal, replaced
from tongban.exchange.models import Telling
from tongban.files import actions as files
from tongban.journal import queries as journal
from tongban.journal.outbox import Errand
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys

_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000003")


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
                self._write(HANDED_OVER, event.turn, {**self._handed(event), **self._told()}, entry)
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
        digests = {digest: name for entry in waiting for digest, name in files_of(entry.event)}
        entries = _opened([replace(entry, event=self._counted(entry)) for entry in waiting])
        return {"entries": entries, "files": self._offered(digests)}

    def _counted(self, entry: Recorded) -> kernel.Event:
        """Return a document with the act it tells of by its place among what its node wrote: numbers differ."""
        if not isinstance(entry.event, DocumentIssued):
            return entry.event
        written = entries_of(journal.entries(entry.stream), written_at(entry.actor))
        return replace(entry.event, act=sum(seq <= entry.event.act for seq in written))

    def _asked(self, event: ActAsked) -> dict[str, Any]:
        return {
            "act": event.act.value,
            "cases": list(event.cases),
            "said": canonical.decode(keys.unseal(event.said)),
            "by": event.by,
            "at": written(event.at),
            "places": dict(event.files),
            "files": self._offered({digest: digest[:12] for _, digest in event.files}),
        }

    def _handed(self, event: CasesHandedOver) -> dict[str, Any]:
        reason = keys.unseal(event.reason).decode() if event.reason else None
        return {"cases": list(event.cases), "turn": event.turn, "reason": reason, "bundle": self._bundle()}

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


def _opened(entries: Sequence[Recorded]) -> list[dict[str, Any]]:
    """Return entries as they travel: what is sealed for this node stands open in them."""
    plains = [(entry, *kernel.encode(entry.event)) for entry in entries]
    sealed = [seal for *_, body in plains for seal in _seals(body)]
    texts = iter(keys.unseal_many([Sealed(one["person"], one["ciphertext"]) for one in sealed]))
    return [
        {"actor": entry.actor, "type": kind, "version": version, "event": replaced(body, is_seal, _open(texts))}
        for entry, kind, version, body in plains
    ]


def _open(texts: Iterator[bytes]) -> Callable[[Mapping[str, str]], Any]:
    return lambda seal: {"person": seal["person"], "opened": base64url.encode(next(texts))}


def _seals(plain: Any) -> Iterator[Mapping[str, str]]:
    found: list[Mapping[str, str]] = []
    replaced(plain, is_seal, found.append)
    return iter(found)
