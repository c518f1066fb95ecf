"""What are other nodes told of an application, and when does a case go along?

The worker tells after the act, up to where the stream has come; how far each peer was told stands in a row, so that
nothing is told twice or left out. What was heard from a peer is not told back to it, but told on to the others.

Entries name files by their digests; `files` tells of each what it takes to fetch it. A certificate that this node has
issued goes along with the entry that tells of it, and to whoever decides what waits for it.

Entries are told in parts; the message about a part names its last entry. So the messages themselves are the record: a
part is known to the peer unless the last message about it was refused. What was refused is written once more before
the next thing that is written of that application, and by `tell_again`; a refusal by itself writes nothing.
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
from tongban.exchange import actions, attachments, certificates, peers
from tongban.exchange.attachments import Wish
from tongban.exchange.cases.types import ASKED, HANDED_OVER, RECALLED, TOLD, files_of, is_seal, replaced
from tongban.exchange.models import Telling, Written
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


def tell_again(*, to: str, now: datetime) -> int:
    """Tell a peer once more what it refused of applications; return how many messages were written."""
    subjects = Written.objects.filter(peer_id=to, type__in=(TOLD, HANDED_OVER)).exclude(refused_code="")
    applications = {subject.split(":")[1] for subject in subjects.values_list("subject", flat=True)}
    return sum(_tell_again(to, one, now) for one in sorted(applications))


@transaction.atomic
def _tell_again(peer: str, application: str, now: datetime) -> int:
    _lock(peer, casework.stream_of(application))
    found = casework.read(application)
    assert found is not None  # it was told of
    return _Writer(peer, found, now, refused=(), knows=True).again()


def _lock(peer: str, stream: str) -> Telling:
    Telling.objects.bulk_create([Telling(peer_id=peer, stream=stream)], ignore_conflicts=True)
    return Telling.objects.select_for_update().get(peer_id=peer, stream=stream)


@transaction.atomic
def _tell(peer: str, application: Application, now: datetime) -> None:
    stream = casework.stream_of(application.id)
    told = _lock(peer, stream)
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
    written: bool = False

    def take(self, entry: Recorded) -> None:
        match entry.event:
            case CasesHandedOver(to=self.peer, turn=turn) as event if turn not in self.refused:
                # A peer that knows the application is told first: a hand-over that it refuses takes no entries along.
                self.close()
                self._write(HANDED_OVER, event.turn, {**self._handed(event), **self._told()}, entry)
                self.knows = True
            case CasesTakenOver(sender=self.peer):
                self.knows = True
            case RecallAsked(to=self.peer) as event:
                self._write(RECALLED, event.turn, {"cases": list(event.cases), "turn": event.turn}, entry)
            case ActAsked(to=self.peer) as event:
                # What was done before it may be what makes it possible.
                self.close()
                self._write(ASKED, entry.seq, self._asked(event), entry)
            case event if _is_told(entry, self.peer):
                self.waiting.append(entry)
                if isinstance(event, CertificateIssued) and AT not in entry.actor:
                    for to in sorted({self.peer} | _waiting_for(self.application, event.case)):
                        certificates.send(to=to, identifier=event.certificate, now=self.now)

    def close(self) -> bool:
        """Write what still waits; False where the peer does not know the application, and is told all of it later."""
        if self.knows and self.waiting:
            last = self.waiting[-1]
            self._write(TOLD, last.seq, self._told(), last)
        return self.knows

    def again(self) -> int:
        """Write once more every part that the peer has refused; return how many messages that makes."""
        written = 0
        for part in _refused(self.peer, self.application.id):
            try:
                body = self._spoken(part.entries)
            except keys.Erased:
                continue  # nobody can tell it any more, and the rest is told all the same
            cause = f"{part.entries[-1].stream} {part.number} {part.sequence}"
            self._put(TOLD, part.number, body, cause)
            written += 1
        return written

    def _told(self) -> dict[str, Any]:
        """Return what waits to be told, with the files it speaks of; nothing waits then."""
        waiting, self.waiting = self.waiting, []
        return self._spoken(waiting)

    def _spoken(self, told: Sequence[Recorded]) -> dict[str, Any]:
        digests = {digest: name for entry in told for digest, name in files_of(entry.event)}
        entries = _opened([replace(entry, event=self._counted(entry)) for entry in told])
        return {"entries": entries, "files": self._offered(digests)}

    def _counted(self, entry: Recorded) -> kernel.Event:
        """Return a document with the act it tells of by its place among what its node wrote: numbers differ. 0 where
        that is another node's, or an arrival, of which no other node knows.
        """
        if not isinstance(entry.event, DocumentIssued):
            return entry.event
        written = entries_of(journal.entries(entry.stream), written_at(entry.actor))
        act = written.index(entry.event.act) + 1 if entry.event.act in written else 0
        return replace(entry.event, act=act)

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
        """Write something new; what was refused goes before it."""
        if not self.written:
            self.again()
            self.written = True
        self._put(kind, about, body, f"{entry.stream} {entry.seq}")

    def _put(self, kind: str, about: int, body: Mapping[str, Any], cause: str) -> None:
        actions.write(
            to=self.peer,
            id=str(uuid.uuid5(_SPACE, f"{settings.NODE} {self.peer} {cause} {kind}")),
            type=kind,
            subject=f"application:{self.application.id}:{about}",
            body={"application": self.application.id, **body},
            now=self.now,
        )


def _waiting_for(application: Application, case: int) -> set[str]:
    """Return the peers that decide what waits for the certificate of a case.

    Where all was handed in at a third node, they are told of this one by that node alone; but a certificate comes from
    its issuer, and so does the word on what becomes of it.
    """
    waiting = [one.index for one in application.cases if case in one.awaits]
    return {peer.name for peer in peers.deciding(application, cases=waiting)}


@dataclass(frozen=True, slots=True)
class _Part:
    """Entries that were told together; `number`: of the last of them, or of the hand-over that they went with.

    `sequence` is that of the last message about them.
    """

    number: int
    entries: Sequence[Recorded]
    sequence: int


def _refused(peer: str, application: str) -> list[_Part]:
    """Return the parts of an application that a peer has refused, in order. One statement, mostly.

    Who does not know the application learns all of it with the hand-over that he takes.
    """
    about = Written.objects.filter(
        peer_id=peer, type__in=(TOLD, HANDED_OVER), subject__startswith=f"application:{application}:"
    )
    if not about.exclude(refused_code="").exists():
        return []
    entries = journal.entries(casework.stream_of(application))
    handed = [entry for entry in entries if isinstance(entry.event, CasesHandedOver) and entry.event.to == peer]
    turns = {entry.event.turn: entry.seq for entry in handed if isinstance(entry.event, CasesHandedOver)}
    knows = any(isinstance(entry.event, CasesTakenOver) and entry.event.sender == peer for entry in entries)
    after: dict[int, int] = {}
    last: dict[int, tuple[int, str]] = {}
    reached = 0
    rows = about.order_by("sequence").values_list("type", "subject", "sequence", "refused_code")
    for kind, subject, sequence, code in rows:
        number = int(subject.rpartition(":")[2])
        if kind == HANDED_OVER:
            number = turns[number]
            knows = knows or not code
        if not knows:
            continue
        if number not in after:
            after[number], reached = reached, number
        last[number] = (sequence, code)
    parts = [
        _Part(number, [one for one in entries if after[number] < one.seq <= number and _is_told(one, peer)], sequence)
        for number, (sequence, code) in last.items()
        if code
    ]
    return [part for part in parts if part.entries]


def _is_told(entry: Recorded, peer: str) -> bool:
    """Whether a peer is to be told an entry: nothing of custody, and nothing that it has told itself."""
    return not isinstance(entry.event, TRAVEL) and not entry.actor.startswith(f"{peer}{AT}")


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
