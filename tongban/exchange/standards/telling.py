"""What does a node tell a peer of its catalogue, and how does it know what the peer was told?

Everything that this node's own people did and that is its regions' to say: what it publishes, what it records and puts
to the regions, what its regions sign. Each thing is one message; its subject names the thing and the digest of what is
said of it. So the messages themselves are the record: a thing is told when the last message about it says the same and
was not refused, or when the peer has said the same to this node. Telling everything again therefore writes nothing.

An act of the catalogue asks for an errand of the outbox, which tells every peer what the act did. `tell` tells a peer
everything, for the first time or after messages were refused. What came from another node is not told on: it says so
itself.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.catalogue import copies, here, joint, storage
from tongban.catalogue.actions.calendar import STREAM as CALENDAR
from tongban.catalogue.copies import DESCRIPTIONS, KINDS, Copy
from tongban.crypto import canonical, sm3
from tongban.domain import agreements, meetings
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Signature
from tongban.domain.catalogue import Implementation, Standard
from tongban.domain.codec import to_plain
from tongban.domain.events import (
    AgreementEnded,
    AgreementRecorded,
    BatchProposed,
    BatchSigned,
    BatchSignedOff,
    CalendarPublished,
    DelegationRecorded,
    Event,
    ExtensionRecorded,
    ImplementationPutInForce,
    MeetingRecorded,
    ObservationTaken,
    OfferRecorded,
    ProposalRecalled,
    RecognitionEnded,
    RecognitionRecorded,
    ReformRecorded,
    StandardProposed,
    StandardPutInForce,
    UndertakingDone,
)
from tongban.domain.joint import Content, Party, RecognitionRule
from tongban.domain.meetings import Meeting
from tongban.domain.regions import province_of
from tongban.domain.workdays import Notice
from tongban.exchange import actions
from tongban.exchange.models import Peer, Stored, Written
from tongban.exchange.standards import types
from tongban.journal import queries as journal
from tongban.journal.outbox import Errand
from tongban.journal.queries import Recorded
from tongban.people import places
from tongban.people.actor import NODE
from tongban.people.places import PlainDepartment, PlainHall

SUBJECT = "catalogue elsewhere"
"""Of the outbox."""
EVENTS: tuple[type[Event], ...] = (
    StandardProposed,
    StandardPutInForce,
    ImplementationPutInForce,
    DelegationRecorded,
    OfferRecorded,
    ExtensionRecorded,
    ReformRecorded,
    ObservationTaken,
    CalendarPublished,
    AgreementRecorded,
    AgreementEnded,
    MeetingRecorded,
    UndertakingDone,
    BatchProposed,
    BatchSignedOff,
    BatchSigned,
    ProposalRecalled,
    RecognitionRecorded,
    RecognitionEnded,
)
"""After any of these there is something to tell."""

IN_ONE_TRANSACTION = 100
"""So long others wait who write to the same peer; alone each thing would cost a write to the disk."""

_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000003")
_VISIBLE = re.compile(r"[!-~]{1,80}")

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is told: what it is, by what it is known, and what is said of it."""

    what: str
    key: str
    body: Plain

    @property
    def type(self) -> str:
        return types.of(self.what)

    @property
    def subject(self) -> str:
        """`what:key:digest`, in visible ASCII."""
        key = self.key if _VISIBLE.fullmatch(self.key) else sm3.digest(self.key.encode()).hex()
        return f"{self.what}:{key}:{sm3.digest(canonical.encode(self.body)).hex()[:16]}"


# --- telling ----------------------------------------------------------------------------------------------------------


def tell_all(*, to: str, now: datetime) -> int:
    """Tell a peer everything that it was not told; return how many messages were written. Raises NoSuchPeer."""
    return _tell(to, _everything(), now)


def follow(errand: Errand, now: datetime) -> None:
    """Tell every peer what an act of the catalogue did."""
    peers = list(Peer.objects.order_by("name").values_list("name", flat=True))
    if not peers:
        return
    entries = journal.between(errand.stream, errand.seq, errand.last_seq)
    things = list(_things(errand.stream, entries))
    for peer in peers:
        _tell(peer, things, now)


def _tell(to: str, things: Iterable[Thing], now: datetime) -> int:
    told: dict[str, dict[str, _Last]] = {}
    remaining = iter(things)
    written = 0
    while some := list(islice(remaining, IN_ONE_TRANSACTION)):
        with transaction.atomic():
            written += sum(_tell_one(to, thing, told, now) for thing in some)
    return written


def _tell_one(to: str, thing: Thing, told: dict[str, dict[str, _Last]], now: datetime) -> bool:
    """Write a thing, unless `told`, by type and stem, has it; return whether it was written."""
    if thing.type not in told:
        told[thing.type] = _told(to, thing.type)
    stem, _, digest = thing.subject.rpartition(":")
    last = told[thing.type].get(stem, _NEVER)
    if last.digest == digest:
        return False
    cause = f"{settings.NODE} {to} {thing.type} {thing.subject} {last.sequence}"
    actions.write(
        to=to,
        id=str(uuid.uuid5(_SPACE, cause)),
        type=thing.type,
        subject=thing.subject,
        body=thing.body,
        now=now,
    )
    # What several things name is told before the first of them.
    told[thing.type][stem] = replace(last, digest=digest)
    return True


@dataclass(frozen=True, slots=True)
class _Last:
    """The last message about something; `digest` is empty where it was refused."""

    sequence: int
    digest: str


_NEVER = _Last(0, "")


def _told(to: str, kind: str) -> dict[str, _Last]:
    """Return the last that was told of each thing of a type, by its stem. Two statements."""
    last: dict[str, _Last] = {}
    heard = Stored.objects.filter(peer_id=to, type=kind, refused_code="").values_list("subject", flat=True)
    for subject in heard.order_by("sequence"):
        stem, _, digest = subject.rpartition(":")
        last[stem] = _Last(0, digest)
    rows = Written.objects.filter(peer_id=to, type=kind).order_by("sequence")
    for subject, sequence, refused in rows.values_list("subject", "sequence", "refused_code"):
        stem, _, digest = subject.rpartition(":")
        last[stem] = _Last(sequence, "" if refused else digest)
    return last


# --- what there is to tell --------------------------------------------------------------------------------------------


def _everything() -> Iterator[Thing]:
    """In an order in which each thing finds what it names."""
    for name in DESCRIPTIONS:
        yield from _descriptions(name, None)
    yield from _of_streams([CALENDAR])
    yield from _of_streams(_streams(joint.AGREEMENT))
    yield from _departments(None)
    yield from _halls(None)
    yield from _of_streams([storage.STREAM])
    for prefix in (joint.MEETING, joint.RECOGNITION, joint.BATCH):
        yield from _of_streams(_streams(prefix))


def _streams(prefix: str) -> list[str]:
    keys: Mapping[str, Callable[[], Collection[str]]] = {
        joint.AGREEMENT: lambda: list(joint.read_agreements()),
        joint.MEETING: lambda: [one.id for one in joint.read_meetings()],
        joint.RECOGNITION: lambda: [one.rule.code for one in joint.read_recognitions()],
        joint.BATCH: lambda: [one.code for one in joint.read_batches()],
    }
    return sorted(prefix + key for key in keys[prefix]())


def _of_streams(streams: Collection[str]) -> Iterator[Thing]:
    for stream, entries in journal.of_streams(streams):
        yield from _things(stream, entries)


def _things(stream: str, entries: Collection[Recorded]) -> Iterator[Thing]:
    """Yield what these entries of a stream give this node to say."""
    own = [entry.event for entry in entries if not entry.actor.startswith(NODE)]
    if stream == storage.STREAM:
        yield from _published(own)
        return
    key = stream.partition("/")[2]
    for event in own:
        yield from _thing(key, event)


# --- what is published ------------------------------------------------------------------------------------------------


def _published(events: Collection[Event]) -> Iterator[Thing]:
    for name in KINDS:
        found = list(copies.own(events, kind=name, here=here.speaks_for))
        yield from _named(name, [one.value for one in found])
        for one in found:
            yield _copy(name, one)


def _copy(name: str, one: Copy) -> Thing:
    kind = KINDS[name]
    says = kind.written(one.value)
    body: Plain = {"version": one.version, "digest": one.digest, "at": _at(one.at), "says": says}
    if isinstance(one.value, Implementation):
        body |= {"follows": one.follows, "departs_by": one.departs_by}
    return Thing(name, ":".join((*kind.key_of(one.value), str(one.version))), body)


def _named(name: str, values: Collection[Any]) -> Iterator[Thing]:
    """Yield what must be known before these: descriptions of what standards name, bodies of implementations, halls."""
    if not values:
        return
    if name == "standard":
        for kind, codes in _described(values).items():
            yield from _descriptions(kind, codes)
    elif name in ("implementation", "observation"):
        yield from _departments({one.body for one in values})
    elif name == "extension":
        yield from _halls({one.hall for one in values})


def _described(standards: Collection[Standard]) -> dict[str, set[str]]:
    return {
        "material": {each.material for one in standards for each in one.requirements},
        "certificate_type": {code for one in standards for code in (*one.needs, one.yields) if code},
        "element": {code for one in standards for code in copies.elements_of(one)},
    }


def _descriptions(name: str, codes: Collection[str] | None) -> Iterator[Thing]:
    for code, says in copies.descriptions(name, codes):
        yield Thing(name, code, {"says": says})


def _departments(bodies: Collection[str] | None) -> Iterator[Thing]:
    found = places.told_departments(usccs=None if bodies is None else tuple(bodies))
    for one in found:
        if here.speaks_for(one.region):
            yield Thing("department", one.code, {"department": to_plain(one, PlainDepartment)})


def _halls(codes: Collection[str] | None) -> Iterator[Thing]:
    for one in places.told_halls(codes=None if codes is None else tuple(codes)):
        if here.speaks_for(one.region):
            yield Thing("hall", one.code, {"hall": to_plain(one, PlainHall)})


# --- what regions put their names to ----------------------------------------------------------------------------------


def _thing(key: str, event: Event) -> Iterator[Thing]:
    """Yield what one event of an agreement, a meeting, a rule, a batch or the calendar gives this node to say."""
    match event:
        case AgreementRecorded():
            agreement = agreements.apply(None, event)
            yield Thing("agreement", key, {"agreement": to_plain(agreement, Agreement), "at": _at(event.at)})
        case AgreementEnded():
            said = {"agreement": key, "ended_on": str(event.ended_on), "reason": event.reason, "at": _at(event.at)}
            yield Thing("agreement_end", key, said)
        case MeetingRecorded():
            meeting = replace(meetings.apply(None, event), done=())
            yield Thing("meeting", key, {"meeting": to_plain(meeting, Meeting), "at": _at(event.at)})
        case UndertakingDone():
            done: Plain = {"meeting": key, "number": event.number, "outcome": event.outcome, "at": _at(event.at)}
            yield Thing("undertaking", f"{key}:{event.number}", done)
        case RecognitionRecorded():
            yield from _recognition(event)
        case RecognitionEnded():
            said = {"recognition": key, "ended_on": str(event.ended_on), "reason": event.reason, "at": _at(event.at)}
            yield Thing("recognition_end", key, said)
        case CalendarPublished():
            notice = Notice(year=event.year, rest=event.rest, make_up=event.make_up, sources=event.sources)
            yield Thing("calendar", f"{event.year}:{event.version}", {"notice": to_plain(notice, Notice)})
        case _:
            yield from _of_batch(key, event)


def _recognition(event: RecognitionRecorded) -> Iterator[Thing]:
    if here.speaks_for(event.rule.counts_in):
        signature = _signature(province_of(event.rule.counts_in), event)
        said = {"rule": to_plain(event.rule, RecognitionRule), "signature": to_plain(signature, Signature)}
        yield Thing("recognition", event.rule.code, said)


def _of_batch(key: str, event: Event) -> Iterator[Thing]:
    match event:
        case BatchProposed():
            said = {
                "content": to_plain(event.content, Content),
                "digest": event.digest,
                "departments": to_plain(event.departments, tuple[Party, ...]),
                "at": _at(event.at),
            }
            yield Thing("proposal", f"{key}:{event.content.serial}", said)
        case BatchSignedOff() if here.speaks_for(event.region):
            said = {
                "batch": key,
                "serial": event.serial,
                "region": event.region,
                "departments": list(event.departments),
                "digest": event.digest,
                "at": _at(event.at),
            }
            yield Thing("sign_off", f"{key}:{event.serial}:{_known_by(event.departments)}", said)
        case BatchSigned() if here.speaks_for(event.region):
            signature = to_plain(_signature(event.region, event), Signature)
            said = {"batch": key, "serial": event.serial, "signature": signature}
            yield Thing("signature", f"{key}:{event.serial}:{event.region}", said)
        case ProposalRecalled():
            said = {"batch": key, "serial": event.serial, "reason": event.reason, "at": _at(event.at)}
            yield Thing("recall", f"{key}:{event.serial}", said)


def _signature(region: str, event: BatchSigned | RecognitionRecorded) -> Signature:
    return Signature(
        region,
        event.body,
        event.digest,
        event.key,
        event.algorithm,
        event.public_key,
        event.signature,
        event.at,
    )


def _known_by(departments: Collection[str]) -> str:
    """Departments sign off in any number at once; each such act is a thing of its own."""
    return sm3.digest(" ".join(departments).encode()).hex()[:16]


def _at(at: datetime) -> str:
    written: str = to_plain(at, datetime)
    return written
