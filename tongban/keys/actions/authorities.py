"""Who vouches for the keys of a region? Its root, which certifies the keys of its authorities.

A region has one root for each algorithm that this machine can sign with; a root certifies keys of its own algorithm. A
certificate is renewed before it ends, a root is replaced by `renew_root`: the old one goes on vouching for what it
certified until its certificate ends, and signs the trust list that brings the new one, so that whoever trusts the old
one learns of it.

Source: RFC 5280; GM/T 0015-2012 (SM2 certificates); GB/T 39786-2021 (key life).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from tongban.crypto import selftest, x509
from tongban.crypto.profiles import Algorithm
from tongban.crypto.unavailable import Unavailable
from tongban.crypto.x509 import Certified, Content, Name
from tongban.domain.trust import owner_of
from tongban.keys.actions.signing import NoKey, ensure_key, retire, rotate
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.keys.purposes import Purpose
from tongban.keys.vault import vault

ROOT_LIFE = timedelta(days=3650)
LIFE = timedelta(days=1095)
RENEWED_BEFORE = timedelta(days=90)
"""A certificate that ends sooner is not given out any more: what it signs is to be checked for a while yet."""


def algorithms() -> tuple[Algorithm, ...]:
    """Return the algorithms this machine can sign with, after their known answers."""
    return tuple(_able())


def ensure_root(*, region: str, name: str, algorithm: Algorithm, now: datetime) -> SigningKey:
    """Return the region's root of this algorithm, made where there is none. `name` is the region's."""
    with transaction.atomic():
        root = ensure_key(
            owner=owner_of(region),
            purpose=Purpose.AUTHORITY,
            algorithm=algorithm,
            now=now,
            name=name,
            region=region,
            valid_until=now + ROOT_LIFE,
        )
        if not root.certificates.exists():
            _certify(root, root=root, now=root.valid_from, life=ROOT_LIFE)
    return root


def ensure_certified(
    *, owner: str, name: str, region: str, region_name: str, purpose: Purpose, algorithm: Algorithm, now: datetime
) -> SigningKey:
    """Return the owner's current key with a certificate of the region's root, both made or renewed where need be."""
    with transaction.atomic():
        root = ensure_root(region=region, name=region_name, algorithm=algorithm, now=now)
        key = ensure_key(owner=owner, purpose=purpose, algorithm=algorithm, now=now, name=name, region=region)
        if key.region != region:  # made before regions had roots
            key.region = region
            key.save(update_fields=["region"])
        if not key.certificates.filter(root=root, valid_until__gt=now + RENEWED_BEFORE).exists():
            _certify(key, root=root, now=now, life=LIFE)
    return key


def rotate_certified(*, owner: str, algorithm: Algorithm, first: datetime, now: datetime) -> SigningKey:
    """Make and certify the key with which a body signs certificates from `first` on. Raises NoKey."""
    with transaction.atomic():
        key = rotate(owner=owner, purpose=Purpose.CERTIFICATE, algorithm=algorithm, first=first, now=now)
        root = SigningKey.objects.get(
            owner=owner_of(key.region), purpose=Purpose.AUTHORITY, algorithm=algorithm, retired_at=None
        )
        _certify(key, root=root, now=now, life=first - now + LIFE)
    return key


def renew_root(*, region: str, algorithm: Algorithm, now: datetime) -> SigningKey:
    """Give the region a new root; the old one signs lists on, but certifies nothing more. Raises NoKey."""
    with transaction.atomic():
        old = SigningKey.objects.filter(
            owner=owner_of(region), purpose=Purpose.AUTHORITY, algorithm=algorithm, retired_at=None
        ).first()
        if old is None:
            raise NoKey(f"未更换：地区 {region} 还没有 {algorithm} 根证书。请先为该地区的签发机关建立密钥。")
        retire(key=old, now=now)
        new = ensure_root(region=region, name=old.name, algorithm=algorithm, now=now)
        for key in SigningKey.objects.filter(certificates__root=old, retired_at=None).exclude(id=old.id).distinct():
            _certify(key, root=new, now=now, life=LIFE)
    return new


def certificate_of(*, key_id: str, now: datetime) -> tuple[Certified, Certified]:
    """Return the newest certificate of a key that stands now, and that of the root that gave it. Raises NoKey."""
    found = (
        KeyCertificate.objects.filter(key_id=key_id, valid_from__lte=now, valid_until__gt=now)
        .order_by("-valid_from", "-id")
        .first()
    )
    root = None if found is None else KeyCertificate.objects.filter(key_id=found.root_id, root_id=found.root_id).first()
    if found is None or root is None:
        raise NoKey(f"未签名：密钥 {key_id} 没有在有效期内的证书。请管理员运行 tongban certificates prepare --all。")
    return x509.read(bytes(found.encoded)), x509.read(bytes(root.encoded))


def roots(*, region: str, now: datetime) -> Sequence[Certified]:
    """Return the certificates of the region's roots that stand, retired roots too, oldest first."""
    return [x509.read(bytes(row.encoded)) for row in _standing(region, now)]


def sign_with_roots(message: bytes, *, region: str, now: datetime) -> Sequence[tuple[Certified, bytes]]:
    """Return the signatures of all roots of a region whose certificates stand, retired ones too, oldest first."""
    return [(x509.read(bytes(row.encoded)), _signed(row.key, message)) for row in _standing(region, now)]


def _standing(region: str, now: datetime) -> QuerySet[KeyCertificate]:
    standing = KeyCertificate.objects.filter(
        key__region=region, key__purpose=Purpose.AUTHORITY, valid_from__lte=now, valid_until__gt=now
    )
    return standing.select_related("key").order_by("valid_from", "key_id")


def _able() -> Iterator[Algorithm]:
    for algorithm in Algorithm:
        try:
            selftest.run(algorithm)
        except Unavailable:
            continue
        yield algorithm


def _certify(key: SigningKey, *, root: SigningKey, now: datetime, life: timedelta) -> None:
    start = now.replace(microsecond=0)
    until = start + life
    if key != root:
        ends = root.certificates.filter(root=root).latest("valid_until").valid_until
        until = min(until, ends)
    itself = key == root
    algorithm = Algorithm(root.algorithm)
    encoded = x509.issue(
        Content(
            subject=_root_name(root) if itself else Name(key.name or key.owner, key.owner),
            public_key=bytes(key.public_key),
            algorithm=Algorithm(key.algorithm),
            valid_from=start,
            valid_until=until,
            authority=itself,
        ),
        serial=secrets.randbits(127) + 1,
        issuer=_root_name(root),
        issuer_key=bytes(root.public_key),
        algorithm=algorithm,
        sign=lambda message: _signed(root, message),
    )
    KeyCertificate.objects.get_or_create(
        key=key, root=root, valid_from=start, defaults={"encoded": encoded, "valid_until": until}
    )


def _root_name(root: SigningKey) -> Name:
    return Name(f"{root.name}电子证照根证书", root.region)


def _signed(key: SigningKey, message: bytes) -> bytes:
    return vault().sign(
        algorithm=Algorithm(key.algorithm),
        public_key=bytes(key.public_key),
        wrapped_private=bytes(key.wrapped_private),
        message=message,
    )
