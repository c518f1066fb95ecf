"""Which trust lists does this node publish? One for each of its regions that has a root, signed by it, in one file.

`domain/trust.py` says what a list is and when it counts. Keys that belong to the node itself stand in every list.

Source: GB/T 36904-2018 (verification of electronic certificates); RFC 8785 (the bytes of the file).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import pem
from django.conf import settings

from tongban.crypto import canonical, x509
from tongban.crypto.profiles import Algorithm
from tongban.domain import trust as kernel
from tongban.domain.trust import RegionList, TrustedKey, TrustList, Unreadable
from tongban.keys import publishing
from tongban.keys.actions import authorities
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.keys.publishing import Given
from tongban.keys.purposes import Purpose

NAME = "trust.json"
PINNED = "roots"
"""A folder beside the lists: certificates (PEM or DER) of the roots that a reader trusts."""
RENEWED_WITHIN = timedelta(days=30)
PUBLISHED = (
    Purpose.CERTIFICATE,
    Purpose.CHECKPOINT,
    Purpose.BATCH,
    Purpose.RECOGNITION,
    Purpose.DOCUMENT,
    Purpose.STATUS,
    Purpose.EXCHANGE,
    Purpose.RECEIVING,
)
MOST_ROOTS = 200


def current(*, now: datetime) -> TrustList:
    """Return what this node trusts now, as it would publish it. Two statements."""
    return TrustList(tuple(_lists(now)))


def trust_list(*, now: datetime) -> dict[str, Any]:
    """Return the file as it is published, each list signed by the roots of its region."""
    return kernel.published(
        [(one, authorities.sign_with_roots(kernel.message(one), region=one.region, now=now)) for one in _lists(now)]
    )


def given(*, now: datetime) -> Given:
    """Return the file as it is given to whoever asks, signed once for many."""
    return publishing.give(
        NAME,
        says=lambda: b"".join(kernel.message(one) for one in _lists(publishing.NO_INSTANT)),
        sign=lambda: trust_list(now=now),
        term=RENEWED_WITHIN,
        now=now,
    )


def listed(*, purpose: Purpose) -> dict[str, TrustedKey]:
    """Return the keys of one purpose as the list would publish them now, by id."""
    return {row.id: _key(row, row.region) for row in SigningKey.objects.filter(purpose=purpose)}


def published(key_id: str) -> TrustedKey | None:
    """Return one key as the list would publish it now; None for one that is not in it."""
    row = SigningKey.objects.filter(pk=key_id, purpose__in=PUBLISHED).first()
    return _key(row, row.region) if row else None


def write_trust_list(directory: Path, *, now: datetime) -> Path:
    """Write the file whole, in place of the one before."""
    return write(directory / NAME, canonical.encode(trust_list(now=now)))


def write(place: Path, content: bytes) -> Path:
    """Write a list whole, in place of the one before."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    written.write_bytes(content)
    os.replace(written, place)
    return place


def load(directory: Path) -> TrustList:
    """Read `trust.json` of a folder, by the roots pinned there. Raises Unreadable."""
    place = directory / NAME
    try:
        return kernel.parse(canonical.decode(place.read_bytes()), pinned=_pinned(directory / PINNED))
    except OSError as missing:
        raise Unreadable(
            f"读不到信任列表 {place}。请用 --trust 指明信任列表所在的目录，或向签发机关索取。"
        ) from missing
    except canonical.NotCanonical as broken:
        raise Unreadable(f"信任列表 {place} 无法读取：{broken}") from broken


def _pinned(folder: Path) -> tuple[bytes, ...]:
    """Read the roots that the reader trusts; a file that is none would silently trust nobody, hence everybody."""
    places = sorted(folder.iterdir())[:MOST_ROOTS] if folder.is_dir() else []
    return tuple(_root(place) for place in places)


def _root(place: Path) -> bytes:
    try:
        content = place.read_bytes()[: 2 * x509.LARGEST_BYTES]
        encoded: bytes = pem.unarmor(content, multiple=False)[2] if pem.detect(content) else content
        return x509.read(encoded).encoded
    except (x509.NotRead, ValueError) as broken:
        raise Unreadable(f"{place} 不是根证书（PEM 或 DER）。请换成正确的文件，或移出这个目录。") from broken


def _lists(now: datetime) -> Iterator[RegionList]:
    certificates = KeyCertificate.objects.filter(key__purpose__in=(*PUBLISHED, Purpose.AUTHORITY)).order_by(
        "valid_from", "id"
    )
    roots: dict[str, list[KeyCertificate]] = {}
    newest: dict[str, bytes] = {}
    for row in certificates.select_related("key"):
        if row.key.purpose == Purpose.AUTHORITY:
            roots.setdefault(row.key.region, []).append(row)
        else:
            newest[row.key_id] = bytes(row.encoded)
    keys = list(SigningKey.objects.filter(purpose__in=PUBLISHED).order_by("valid_from", "id"))
    # A list for a region that another node speaks for, by a root that nobody has pinned, would spoil the file.
    for region in sorted(roots.keys() & set(settings.REGIONS)):
        yield RegionList(
            region=region,
            issued_at=now,
            next_at=now + RENEWED_WITHIN,
            roots=tuple(x509.read(bytes(row.encoded)) for row in roots[region]),
            keys=tuple(_key(key, region, newest.get(key.id, b"")) for key in keys if key.region in ("", region)),
        )


def _key(row: SigningKey, region: str, certificate: bytes = b"") -> TrustedKey:
    return TrustedKey(
        key_id=row.id,
        owner=row.owner,
        name=row.name,
        purpose=row.purpose,
        algorithm=Algorithm(row.algorithm),
        public_key=bytes(row.public_key),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        retired_at=row.retired_at,
        region=region,
        certificate=certificate,
    )
