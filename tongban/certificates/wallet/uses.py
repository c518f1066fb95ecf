"""Who used a holder's certificates, when, and on what ground? One list of what several tables know, the newest first.

A page is the first lines of each source after the last line of the page before, merged: it costs a constant number of
statements, and turning all pages shows every line once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet

from tongban.certificates import adapters
from tongban.certificates.models import Asking, Certificate, Disclosure, Reliance, Share, ShareOpening
from tongban.certificates.reading import CERTIFICATE
from tongban.certificates.wallet import storage
from tongban.certificates.wallet.reading import ASKING
from tongban.domain.sealed import Sealed
from tongban.journal import queries as journal
from tongban.keys import actions as keys

PAGE = 20
_LONGEST_NUMBER = 18
"""So many digits every database counts with."""


class UseKind(StrEnum):
    """What happened, in the order in which it stands where two things happened in one instant."""

    READ = "read"
    SEEN = "seen"
    ALLOWED = "allowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    SHARED = "shared"
    USED = "used"
    DISCLOSED = "disclosed"


KINDS = tuple(UseKind)


@dataclass(frozen=True, slots=True)
class Use:
    """One line. `who` is an actor's id as the journal has it; empty: whoever had the link."""

    at: datetime
    kind: UseKind
    key: str
    """Which one, among those of its kind and instant."""
    who: str
    certificates: tuple[str, ...] = ()
    recipient: str = ""
    purpose: str = ""
    """Of a share: its words; of a request at a window: the need."""
    matter: str = ""
    hall: str = ""
    number: int = 0
    """Which opening of the share."""
    way: str = ""
    """How the holder allowed it at a window."""
    asker: str = ""
    """The clerk who asked for it."""
    asking: str = ""
    application: str = ""
    """The number of the application that took it in the place of a material."""
    basis: str = ""
    """On what ground it did; empty where it goes by something else now."""
    ground: str = ""
    """On what the rule rests by which another node asked."""
    answer: str = ""
    """What that node was answered."""


@dataclass(frozen=True, slots=True)
class Place:
    """After which line a page begins: the newest instant stands first, then it goes by kind, then by key."""

    at: datetime
    rank: int
    key: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.key}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Return the place that a page's address names; None where it names none."""
        try:
            at, rank, key = text.split("~")
            instant, place = datetime.fromisoformat(at), int(rank)
            if instant.tzinfo is None or not 0 <= place < len(KINDS) or not key.isprintable():
                return None
            return cls(instant.astimezone(UTC), place, key)
        except (ValueError, OverflowError):  # the first and the last day have no instant everywhere
            return None


@dataclass(frozen=True, slots=True)
class Page:
    uses: tuple[Use, ...]
    next: str
    """The place of the last line; empty where nothing follows."""


def page(*, holder: str, after: Place | None = None, size: int = PAGE) -> Page:
    """Return who used a holder's certificates after that line. A constant number of statements."""
    sources = (_reads, _askings, _shares, _openings, _withdrawals, _applications, _disclosures)
    found = sorted(
        (use for source in sources for use in source(holder, after, size + 1)),
        key=lambda use: (-use.at.timestamp(), _rank(use), use.key),
    )
    shown = _with_words(holder, found[:size])
    return Page(tuple(shown), str(_place(shown[-1])) if len(found) > size else "")


def _rank(use: Use) -> int:
    return KINDS.index(use.kind)


def _place(use: Use) -> Place:
    return Place(use.at, _rank(use), use.key)


def _reads(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    """What staff looked at: certificates as the issuer or who has the case in hand, and what a window was allowed."""
    for what, kind in ((CERTIFICATE, UseKind.READ), (ASKING, UseKind.SEEN)):
        rank = KINDS.index(kind)
        later = None if after is None else (after.at, _reach(after, rank))
        for read in journal.reads(about=holder, beginning=what, after=later, most=most):
            name = read.what.removeprefix(what)
            about: dict[str, Any] = {"certificates": (name,)} if kind is UseKind.READ else {"asking": name}
            yield Use(read.at, kind, f"{read.pk:019d}", read.actor, **about)


def _reach(after: Place, rank: int) -> int:
    """Return after which number of a read, among those of the same instant, the page goes on."""
    if rank < after.rank:
        return sys.maxsize
    return _number(after.key, else_=-1) if rank == after.rank else -1


def _number(text: str, *, else_: int) -> int:
    """Return the number that a key says; one that no row can have is none."""
    digits = text.lstrip("0") or "0"
    return int(digits) if text.isdecimal() and len(digits) <= _LONGEST_NUMBER else else_


def _askings(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    for kind, answered in (
        (UseKind.ALLOWED, Asking.objects.filter(shown_until__isnull=False)),
        (UseKind.REFUSED, Asking.objects.filter(shown_until=None)),
    ):
        rows = _from(answered.filter(holder=holder), "answered_at", kind, after, Q(pk__gt=after.key if after else ""))
        for row in rows.order_by("-answered_at", "pk")[:most]:
            assert row.answered_at is not None
            yield Use(
                row.answered_at,
                kind,
                row.pk,
                row.answered_by,
                certificates=tuple(one.certificate for one in storage.asking_of(row).selections),
                purpose=row.need,
                matter=row.matter,
                hall=row.hall,
                way=row.way,
                asker=row.by,
            )


def _shares(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    rows = Share.objects.filter(holder=holder)
    beyond = Q(pk__gt=after.key if after else "")
    for row in _from(rows, "at", UseKind.SHARED, after, beyond).order_by("-at", "pk")[:most]:
        yield _of_share(row, row.at, UseKind.SHARED, row.pk, row.by)


def _withdrawals(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    rows = Share.objects.filter(holder=holder, withdrawn_at__isnull=False)
    beyond = Q(pk__gt=after.key if after else "")
    for row in _from(rows, "withdrawn_at", UseKind.WITHDRAWN, after, beyond).order_by("-withdrawn_at", "pk")[:most]:
        assert row.withdrawn_at is not None
        yield _of_share(row, row.withdrawn_at, UseKind.WITHDRAWN, row.pk, row.withdrawn_by)


def _openings(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    share, _hash, number = (after.key if after else "").partition("#")
    beyond = Q(share_id__gt=share) | Q(share_id=share, number__gt=_number(number, else_=0))
    rows = _from(ShareOpening.objects.filter(holder=holder), "at", UseKind.OPENED, after, beyond)
    opened = list(rows.order_by("-at", "share_id", "number")[:most])
    shares = Share.objects.in_bulk({one.share_id for one in opened})
    for one in opened:
        key = f"{one.share_id}#{one.number:05d}"
        yield replace(_of_share(shares[one.share_id], one.at, UseKind.OPENED, key, ""), number=one.number)


def _applications(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    """What was taken in the place of materials: many in one instant, so whole instants are read."""
    held = Certificate.objects.filter(holder=holder).values("identifier")
    rows = Reliance.objects.filter(certificate__in=held)
    if after is not None:
        rows = rows.filter(since__lte=after.at)
    instants = list(rows.order_by("-since").values_list("since", flat=True).distinct()[: most + 1])
    found = list(rows.filter(since__in=instants))
    applications = adapters.applications({row.stream_id for row in found})
    for row in found:
        key = "#".join([row.stream_id, row.material, row.subject, row.certificate])
        place = Place(row.since, KINDS.index(UseKind.USED), key)
        used_in = applications.get(row.stream_id)
        if used_in is not None and (after is None or _follows(place, after)):
            basis = used_in.bases.get((row.material, row.subject, row.certificate))
            yield Use(
                row.since,
                UseKind.USED,
                key,
                "",
                (row.certificate,),
                application=used_in.number,
                basis=basis.value if basis else "",
            )


def _disclosures(holder: str, after: Place | None, most: int) -> Iterator[Use]:
    """What the nodes of other regions asked for, also where they got nothing."""
    rows = Disclosure.objects.filter(holder=holder)
    beyond = Q(pk__gt=after.key if after else "")
    for row in _from(rows, "at", UseKind.DISCLOSED, after, beyond).order_by("-at", "pk")[:most]:
        given = tuple(json.loads(row.certificates))
        about = {"purpose": row.purpose, "ground": row.basis, "answer": row.answer}
        yield Use(row.at, UseKind.DISCLOSED, row.pk, row.node, given, **about)


def _follows(place: Place, after: Place) -> bool:
    return place.at < after.at or (place.at == after.at and (place.rank, place.key) > (after.rank, after.key))


def _from(rows: QuerySet[Any], at: str, kind: UseKind, after: Place | None, beyond: Q) -> QuerySet[Any]:
    """Return the rows of a kind that stand after a place; `beyond`: by key, among those of the same instant."""
    if after is None:
        return rows
    rank = KINDS.index(kind)
    if rank < after.rank:
        return rows.filter(**{f"{at}__lt": after.at})
    if rank > after.rank:
        return rows.filter(**{f"{at}__lte": after.at})
    return rows.filter(Q(**{f"{at}__lt": after.at}) | Q(**{at: after.at}) & beyond)


def _of_share(row: Share, at: datetime, kind: UseKind, key: str, who: str) -> Use:
    """The words are still sealed."""
    certificates = tuple(one.certificate for one in storage.share_of(row, ()).selections)
    return Use(at, kind, key, who, certificates, recipient=row.recipient, purpose=row.purpose)


def _with_words(holder: str, uses: Sequence[Use]) -> list[Use]:
    """Open the words of shares, all in one; say of what a window saw which request it was."""
    sealed = {text for use in uses if use.recipient for text in (use.recipient, use.purpose)}
    opened = keys.unseal_many([Sealed(holder, text) for text in sealed]) if sealed else []
    words = dict(zip(sealed, (one.decode() for one in opened), strict=True))
    askings = Asking.objects.in_bulk({use.asking for use in uses if use.asking})
    return [_told(use, words, askings) for use in uses]


def _told(use: Use, words: Mapping[str, str], askings: Mapping[str, Asking]) -> Use:
    if use.recipient:
        return replace(use, recipient=words[use.recipient], purpose=words[use.purpose])
    if use.asking:
        row = askings[use.asking]
        certificates = tuple(one.certificate for one in storage.asking_of(row).selections)
        return replace(use, certificates=certificates, purpose=row.need, matter=row.matter, hall=row.hall)
    return use
