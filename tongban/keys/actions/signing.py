"""Who signs with which key? Every owner has one current key per purpose and algorithm.

A key signs from `valid_from` until it is retired or its time is over; what it signed before stays good. One that is to
be replaced on a day is retired as of that day, and its successor stands from then on. The current key is remembered by
the process, so a warm signature asks the database nothing; a retired key is out of use everywhere within
`FRESH_SECONDS`.

Source: GB/T 39786-2021 (key life); Electronic Signature Law, art. 13 (the signer alone controls the key).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tongban.crypto import canonical, profiles, selftest, sm3
from tongban.crypto.profiles import Algorithm
from tongban.domain.refused import Refused
from tongban.keys.memory import Memory
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose
from tongban.keys.vault import vault

FRESH_SECONDS = 60.0
_current: Memory[_Current] = Memory(kept=2_000, fresh_seconds=FRESH_SECONDS)


class NoKey(Refused):
    """The owner has no key for this purpose that stands at this time."""

    code = "no_key"


@dataclass(frozen=True, slots=True)
class Signature:
    key_id: str
    algorithm: Algorithm
    value: bytes


@dataclass(frozen=True, slots=True)
class Pen:
    """A key that was found to stand, and signs inside the vault."""

    key_id: str
    algorithm: Algorithm
    public_key: bytes
    wrapped_private: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the signature in DER."""
        return vault().sign(
            algorithm=self.algorithm,
            public_key=self.public_key,
            wrapped_private=self.wrapped_private,
            message=message,
        )


@dataclass(frozen=True, slots=True)
class _Current:
    key_id: str
    algorithm: Algorithm
    public_key: bytes
    wrapped_private: bytes
    valid_from: datetime
    valid_until: datetime | None
    """When its time is over or it is retired, whichever comes first."""

    def stands(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


def key_id(public_key: bytes) -> str:
    return f"k-{sm3.digest(public_key).hex()[:16]}"


def ensure_key(
    *,
    owner: str,
    purpose: Purpose,
    algorithm: Algorithm,
    now: datetime,
    name: str = "",
    region: str = "",
    valid_until: datetime | None = None,
) -> SigningKey:
    """Return the owner's current key, made where there is none; one whose time is over is retired and replaced.

    One that was made while the clock was fast, and whose time is to come, counts from now on. `region` is the province
    in whose trust list the key stands; empty: it stands in every list of this node.
    """
    selftest.run(algorithm)
    current = SigningKey.objects.filter(owner=owner, purpose=purpose, algorithm=algorithm, retired_at=None)
    with transaction.atomic():
        found = current.first()
        if found and found.valid_until and found.valid_until <= now:
            retire(key=found, now=found.valid_until)
            found = None
        if found is None:
            made = _new(owner, purpose, algorithm, name=name, region=region, valid_from=now, valid_until=valid_until)
            # Of processes that make it at once the constraint takes one; all then read that one.
            SigningKey.objects.bulk_create([made], ignore_conflicts=True)
            found = current.get()
            if found.id == made.id:
                _current.keep_made(_use(owner, purpose, algorithm), _plain(found))
        elif found.valid_from > now and not _is_to_come(found, now):
            current.update(valid_from=now)
            _current.drop(_use(owner, purpose, algorithm))
            found.valid_from = now
    return found


def _is_to_come(key: SigningKey, now: datetime) -> bool:
    """Whether people have said from when on it counts: it follows another one, or a certificate names its day."""
    same_use = SigningKey.objects.filter(owner=key.owner, purpose=key.purpose, algorithm=key.algorithm)
    return key.certificates.exists() or same_use.filter(retired_at__gt=now).exists()


def sign(
    *, owner: str, purpose: Purpose, message: bytes, now: datetime, algorithm: Algorithm | None = None
) -> Signature:
    """Sign with the owner's current key of this algorithm, else of this node's profile. Raises NoKey."""
    held = pen(owner=owner, purpose=purpose, now=now, algorithm=algorithm)
    return Signature(held.key_id, held.algorithm, held.sign(message))


def sign_own(*, owner: str, purpose: Purpose, said: Mapping[str, Any], now: datetime) -> Signature:
    """Sign what somebody says with his own key, made when he signs for the first time; his name stands elsewhere."""
    message = canonical.encode(dict(said))
    try:
        return sign(owner=owner, purpose=purpose, message=message, now=now)
    except NoKey:
        ensure_key(owner=owner, purpose=purpose, algorithm=profiles.for_profile(settings.CRYPTO), now=now)
    return sign(owner=owner, purpose=purpose, message=message, now=now)


def pen(*, owner: str, purpose: Purpose, now: datetime, algorithm: Algorithm | None = None) -> Pen:
    """Return the owner's current key, ready to sign without another look at the database. Raises NoKey."""
    algorithm = algorithm or profiles.for_profile(settings.CRYPTO)
    key = _find(owner, purpose, algorithm, now)
    if not key.stands(now):
        raise NoKey(
            f"未签名：“{owner}”的签名密钥 {key.key_id} 有效期为 {_period(key)}，现在不在有效期内。请管理员更换密钥。"
        )
    return Pen(key.key_id, algorithm, key.public_key, key.wrapped_private)


def rotate(*, owner: str, purpose: Purpose, algorithm: Algorithm, first: datetime, now: datetime) -> SigningKey:
    """Make the owner's next key, which signs from `first` on; until then the present one does. Raises NoKey.

    So the next one stands in the trust list before anything is signed with it, and who verifies by the list of
    yesterday knows it.
    """
    with transaction.atomic():
        old = SigningKey.objects.filter(owner=owner, purpose=purpose, algorithm=algorithm, retired_at=None).first()
        if old is None or old.valid_from > now or first < now:
            raise NoKey(
                f"未更换：“{owner}”没有现用的密钥，或已经备好了下一个，或所写的日期已过。请先核对 tongban keys list。"
            )
        retire(key=old, now=first)
        key = _new(owner, purpose, algorithm, name=old.name, region=old.region, valid_from=first)
        key.save(force_insert=True)
        return key


def _new(
    owner: str,
    purpose: Purpose,
    algorithm: Algorithm,
    *,
    name: str,
    region: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> SigningKey:
    """Return a key that the vault has just made, not yet stored."""
    public_key, wrapped_private = vault().generate(algorithm=algorithm)
    return SigningKey(
        id=key_id(public_key),
        owner=owner,
        name=name,
        region=region,
        purpose=purpose,
        algorithm=algorithm,
        public_key=public_key,
        wrapped_private=wrapped_private,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def retire(*, key: SigningKey, now: datetime) -> None:
    """Take a key out of use; a second retirement changes nothing."""
    SigningKey.objects.filter(id=key.id, retired_at=None).update(retired_at=now)
    _current.drop(_use(key.owner, Purpose(key.purpose), Algorithm(key.algorithm)))


def _find(owner: str, purpose: Purpose, algorithm: Algorithm, now: datetime) -> _Current:
    """Return the key that stands, else the one that was made last: why it does not stand is to be told."""
    use = _use(owner, purpose, algorithm)
    if (remembered := _current.get(use)) and remembered.stands(now):
        return remembered
    selftest.run(algorithm)
    in_use = Q(retired_at=None) | Q(retired_at__gt=now)
    rows = list(SigningKey.objects.filter(in_use, owner=owner, purpose=purpose, algorithm=algorithm))
    row = min(rows, key=lambda row: (not _plain(row).stands(now), row.retired_at is not None), default=None)
    if row is None:
        raise NoKey(f"未签名：“{owner}”没有可用的签名密钥。请管理员先为其建立密钥。")
    found = _plain(row)
    _current.keep_read(use, found)
    return found


def _plain(row: SigningKey) -> _Current:
    return _Current(
        key_id=row.id,
        algorithm=Algorithm(row.algorithm),
        public_key=bytes(row.public_key),
        wrapped_private=bytes(row.wrapped_private),
        valid_from=row.valid_from,
        valid_until=min((end for end in (row.valid_until, row.retired_at) if end is not None), default=None),
    )


def _use(owner: str, purpose: Purpose, algorithm: Algorithm) -> str:
    return f"{purpose} {algorithm} {owner}"


def _period(key: _Current) -> str:
    until = f"{key.valid_until:%Y-%m-%d %H:%M}" if key.valid_until else "长期"
    return f"{key.valid_from:%Y-%m-%d %H:%M} 至 {until}"
