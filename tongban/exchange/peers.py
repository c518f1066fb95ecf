"""For what does a peer speak, and which of its keys count? Those its trust list names, signed by the root that people
brought for it, and that root says for which regions.

Source: `domain/trust.py` (what a list is and when it counts).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import pem
from django.conf import settings

from tongban.crypto import canonical, x509
from tongban.domain import trust
from tongban.domain.application import Application
from tongban.domain.envelope import Message
from tongban.domain.regions import province_of
from tongban.domain.trust import TrustedKey, TrustList, Unreadable
from tongban.exchange.models import Peer
from tongban.keys.purposes import Purpose
from tongban.people import queries as people

KEPT = 256
JUST_NOW = timedelta(minutes=1)


def named(name: str) -> Peer | None:
    """Return the peer of a name; None: nobody introduced it."""
    return Peer.objects.filter(name=name).first()


def regions(peer: Peer) -> frozenset[str]:
    """Return the provinces that a peer speaks for: those whose roots people brought. Raises Unreadable."""
    return _regions(peer.roots)


def speaks_for(peer: Peer, division: str) -> bool:
    """Whether what lies in a division is this peer's to say."""
    return province_of(division) in regions(peer)


def of_region(division: str) -> Peer | None:
    """Return the peer that speaks for a division; None: no node that is known does."""
    return next((peer for peer in Peer.objects.order_by("name") if speaks_for(peer, division)), None)


def deciding(application: Application, *, cases: Collection[int]) -> set[Peer]:
    """Return the peers that speak for the departments which decide these cases. Two statements."""
    bodies = {application.case(index).body for index in cases}
    regions = {one.region for one in people.departments(usccs=bodies).values()}
    return {peer for peer in Peer.objects.all() if any(speaks_for(peer, region) for region in regions)}


def listed(peer: Peer) -> TrustList:
    """Return what a peer's regions vouch for, as it was last read; nothing where it never was."""
    return _trusted(peer)


def older(peer: Peer, message: Message, *, now: datetime) -> bool:
    """Whether what is known of a peer's keys is older than its message, so that a newer list may know more.

    Read within the last minute it is new enough, whatever the peer's clock says.
    """
    return peer.trusted_at is None or peer.trusted_at < min(message.at, now - JUST_NOW)


def keys_for_regions(purpose: Purpose) -> dict[str, TrustedKey]:
    """Return the keys of one purpose that regions have on the nodes which speak for them, retired ones too, by id."""
    return {
        key.key_id: key
        for peer in Peer.objects.exclude(trust="").order_by("name")
        for key in _trusted(peer).keys
        if key.purpose == purpose
        and key.owner == trust.owner_of(key.region)
        and key.region in regions(peer).difference(settings.REGIONS)
    }


def signing(peer: Peer, key_id: str, *, now: datetime) -> TrustedKey | None:
    """Return the key with which the peer signs at this instant; None: it has none of that name."""
    return next((key for key in _keys(peer, Purpose.EXCHANGE, now) if key.key_id == key_id), None)


def receiving(peer: Peer, *, now: datetime) -> TrustedKey | None:
    """Return the newest key that opens what is sealed for the peer; None where its list names none."""
    return max(_keys(peer, Purpose.RECEIVING, now), key=lambda key: key.valid_from, default=None)


def ever(peer: Peer, key_id: str, *, purpose: Purpose) -> TrustedKey | None:
    """Return a key of the peer by its name, a retired one too: it goes on proving what it signed."""
    return next((key for key in _own(peer, purpose) if key.key_id == key_id), None)


def owner(node: str) -> str:
    """Return under whose name the keys of a node are kept."""
    return f"node:{node}"


def _keys(peer: Peer, purpose: Purpose, now: datetime) -> Iterator[TrustedKey]:
    return (key for key in _own(peer, purpose) if key.stands(now))


def _own(peer: Peer, purpose: Purpose) -> Iterator[TrustedKey]:
    return (key for key in _trusted(peer).keys if key.purpose == purpose and key.owner == owner(peer.name))


def _trusted(peer: Peer) -> TrustList:
    return read(peer.trust, peer.roots) if peer.trust else TrustList(())


@lru_cache(maxsize=KEPT)
def read(text: str, roots: str) -> TrustList:
    """Return a trust list by the roots (PEM) that are pinned for it. Raises Unreadable."""
    try:
        return trust.parse(canonical.decode(text.encode()), pinned=pinned(roots))
    except canonical.NotCanonical as broken:
        raise Unreadable(f"信任列表无法读取：{broken}") from broken


@lru_cache(maxsize=KEPT)
def _regions(roots: str) -> frozenset[str]:
    """Asked of every message, several times; reading a certificate takes longer than all else that one costs."""
    return frozenset(x509.read(root).content.subject.number for root in pinned(roots))


@lru_cache(maxsize=KEPT)
def pinned(roots: str) -> tuple[bytes, ...]:
    """Return the certificates (DER) of a PEM text. Raises Unreadable where there is none, or one cannot be read."""
    try:
        found = tuple(x509.read(encoded).encoded for _, _, encoded in pem.unarmor(roots.encode(), multiple=True))
    except (x509.NotRead, ValueError, TypeError) as broken:
        raise Unreadable("根证书文件不是 PEM，或其中有读不了的证书。请向对方重新索取。") from broken
    if not found:
        raise Unreadable("根证书文件中没有证书。请向对方重新索取。")
    return found
