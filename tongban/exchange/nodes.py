"""What is this node to the others, and which of the keys between them end soon?

What others know of a node: its name, its regions with their roots, its address, its keys for the exchange. What ends
without a successor stops the traffic, or what was signed stops counting: it is told thirty days before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Q

from tongban.domain.trust import TrustedKey, TrustList, Unreadable
from tongban.exchange import peers
from tongban.exchange.models import Peer
from tongban.keys import actions as keys
from tongban.keys.models import KeyCertificate, LicensedCertificate, SigningKey
from tongban.keys.purposes import Purpose

SOON = timedelta(days=30)
LIST_SOON = timedelta(days=7)
"""A list is signed anew every other day: one that is about to end has not been fetched for long."""
ROOT = "root"
LIST = "list"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of this node for the exchange; `ends`: None where no day was set."""

    id: str
    purpose: str
    algorithm: str
    valid_from: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Root:
    """A root of a region, by the name of its key (20 bytes, hex), as others read it aloud to compare."""

    region: str
    id: str
    algorithm: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    address: str
    regions: tuple[str, ...]
    keys: tuple[Key, ...]
    roots: tuple[Root, ...]

    @property
    def plain(self) -> dict[str, Any]:
        return {
            "node": self.name,
            "address": self.address,
            "regions": list(self.regions),
            "keys": [
                {
                    "id": one.id,
                    "purpose": one.purpose,
                    "algorithm": one.algorithm,
                    "valid_from": one.valid_from.isoformat(),
                    "ends": one.ends.isoformat() if one.ends else None,
                }
                for one in self.keys
            ],
            "roots": [
                {
                    "region": one.region,
                    "id": one.id,
                    "algorithm": one.algorithm,
                    "valid_until": one.valid_until.isoformat(),
                }
                for one in self.roots
            ],
        }


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends soon: of which node, of which region, what (a purpose, `ROOT` or `LIST`), named how."""

    node: str
    region: str
    what: str
    name: str
    ends: datetime


def this_node(*, now: datetime) -> Node:
    held = SigningKey.objects.filter(owner=peers.owner(settings.NODE), purpose__in=PURPOSES)
    in_use = held.filter(Q(retired_at=None) | Q(retired_at__gt=now)).order_by("purpose", "valid_from", "id")
    return Node(
        name=settings.NODE,
        address=settings.ADDRESS,
        regions=tuple(settings.REGIONS),
        keys=tuple(
            Key(one.id, one.purpose, one.algorithm, one.valid_from, _first(one.valid_until, one.retired_at))
            for one in in_use
        ),
        roots=tuple(
            Root(region, root.key_id.hex(), root.content.algorithm, root.content.valid_until)
            for region in settings.REGIONS
            for root in keys.roots(region=region, now=now)
        ),
    )


PURPOSES = (Purpose.EXCHANGE, Purpose.RECEIVING, Purpose.CHECKPOINT)


def endings(*, now: datetime, within: timedelta = SOON) -> list[Ending]:
    """Return what ends within this time and has no successor, of this node and of its peers, the first end first."""
    until = now + within
    found = [*_own_endings(now, until)]
    for peer in Peer.objects.exclude(trust="").order_by("name"):
        try:
            known = peers.read(peer.trust, peer.roots)
        except Unreadable:
            continue
        found += _endings_of_peer(peer.name, known, now, until)
    return sorted(found, key=lambda one: (one.ends, one.node, one.name))


def _own_endings(now: datetime, until: datetime) -> Iterator[Ending]:
    certified = KeyCertificate.objects.filter(Q(key__retired_at=None) | Q(key__retired_at__gt=now))
    newest = (
        certified.values("key_id", "root_id").annotate(ends=Max("valid_until")).filter(ends__lte=until, ends__gt=now)
    )
    for one in newest.values_list("key__region", "key__purpose", "key__name", "key_id", "ends"):
        region, purpose, name, id, ends = one
        yield Ending(settings.NODE, region, ROOT if purpose == Purpose.AUTHORITY else purpose, name or id, ends)
    licensed = (
        LicensedCertificate.objects.filter(key__retired_at=None).values("key_id").annotate(ends=Max("valid_until"))
    )
    for region, purpose, name, ends in licensed.filter(ends__lte=until, ends__gt=now).values_list(
        "key__region", "key__purpose", "key__name", "ends"
    ):
        yield Ending(settings.NODE, region, purpose, name, ends)
    held = SigningKey.objects.filter(retired_at=None, valid_until__lte=until, valid_until__gt=now)
    for key in held.filter(owner=peers.owner(settings.NODE)).annotate(ends=F("valid_until")):
        yield Ending(settings.NODE, key.region, key.purpose, key.id, key.ends)


def _endings_of_peer(name: str, known: TrustList, now: datetime, until: datetime) -> Iterator[Ending]:
    for one in known.lists:
        if one.next_at <= now + LIST_SOON:
            yield Ending(name, one.region, LIST, one.region, one.next_at)
        for root in one.roots:
            if now < root.content.valid_until <= until:
                yield Ending(name, one.region, ROOT, root.key_id.hex(), root.content.valid_until)
    own = [key for key in known.keys if key.owner == peers.owner(name) and key.purpose in PURPOSES]
    for purpose in PURPOSES:
        last = _last([key for key in own if key.purpose == purpose])
        ends = _first(last.valid_until, last.retired_at) if last else None
        if last and ends and now < ends <= until:
            yield Ending(name, last.region, purpose, last.key_id, ends)


def _last(held: Iterable[TrustedKey]) -> TrustedKey | None:
    return max(held, key=lambda key: key.valid_from, default=None)


def _first(*ends: datetime | None) -> datetime | None:
    return min((end for end in ends if end is not None), default=None)
