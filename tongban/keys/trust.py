"""Whose keys are trusted? The trust list (信任列表): the public keys of this node's owners, as plain values in a file.

Whoever holds the list verifies a certificate without a database or a network. Retired keys stay in it, with the day: a
signature made before still counts. Reviewers' keys for conclusions are not in it, since nobody outside has to verify
those, and the list would name the staff.

Source: GB/T 36904-2018 (verification of electronic certificates); RFC 8785 (the bytes of the file).
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tongban.crypto import base64url, canonical, profiles
from tongban.crypto.profiles import Algorithm
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose

NAME = "trust.json"
VERSION = 1
PUBLISHED = (Purpose.CERTIFICATE, Purpose.CHECKPOINT, Purpose.BATCH, Purpose.DOCUMENT)


class Unreadable(ValueError):
    """There is no trust list here, or it is none. `str(error)` says what to do."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    key_id: str
    owner: str
    name: str
    purpose: Purpose
    algorithm: Algorithm
    public_key: bytes
    valid_from: datetime
    valid_until: datetime | None
    retired_at: datetime | None

    def stands(self, at: datetime) -> bool:
        """Say whether the key could sign at this instant."""
        ends = [end for end in (self.valid_until, self.retired_at) if end is not None]
        return self.valid_from <= at and all(at < end for end in ends)

    def verify(self, message: bytes, signature: bytes) -> bool:
        return profiles.verify(self.algorithm, self.public_key, message, signature)


@dataclass(frozen=True, slots=True)
class TrustList:
    issued_at: datetime
    keys: tuple[TrustedKey, ...]

    def key(self, key_id: str) -> TrustedKey | None:
        return next((key for key in self.keys if key.key_id == key_id), None)


def trust_list(*, now: datetime) -> dict[str, Any]:
    """Return the list as it is published, oldest key first."""
    rows = SigningKey.objects.filter(purpose__in=PUBLISHED).order_by("valid_from", "id")
    return {"version": VERSION, "issued_at": _text(now), "keys": [_entry(row) for row in rows]}


def listed(*, purpose: Purpose) -> dict[str, TrustedKey]:
    """Return the keys of one purpose as the list would publish them now, by id."""
    return {row.id: _key(_entry(row)) for row in SigningKey.objects.filter(purpose=purpose)}


def published(key_id: str) -> TrustedKey | None:
    """Return one key as the list would publish it now; None for one that is not in it."""
    row = SigningKey.objects.filter(pk=key_id, purpose__in=PUBLISHED).first()
    return _key(_entry(row)) if row else None


def write_trust_list(directory: Path, *, now: datetime) -> Path:
    """Write the list whole, in place of the one before."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = directory / NAME
    written = directory / f".{NAME}.{secrets.token_hex(8)}"
    written.write_bytes(canonical.encode(trust_list(now=now)))
    os.replace(written, place)
    return place


def load(directory: Path) -> TrustList:
    """Read `trust.json` of a folder. Raises Unreadable."""
    place = directory / NAME
    try:
        return parse(canonical.decode(place.read_bytes()))
    except OSError as missing:
        raise Unreadable(
            f"读不到信任列表 {place}。请用 --trust 指明信任列表所在的目录，或向签发机关索取。"
        ) from missing
    except canonical.NotCanonical as broken:
        raise Unreadable(f"信任列表 {place} 无法读取：{broken}") from broken


def parse(published: Any) -> TrustList:
    """Turn the published values into a list. Raises Unreadable."""
    try:
        if published["version"] != VERSION:
            raise Unreadable(f"信任列表的版本是 {published['version']}，本程序只认识版本 {VERSION}。请升级程序。")
        return TrustList(_instant(published["issued_at"]), _keys(published["keys"]))
    except (KeyError, TypeError, AttributeError) as broken:
        raise Unreadable("信任列表缺少必要的内容，不能使用。请重新向签发机关索取。") from broken
    except Unreadable:
        raise
    except ValueError as broken:
        raise Unreadable(f"信任列表中有无法识别的内容：{broken} 请重新向签发机关索取。") from broken


def _entry(row: SigningKey) -> dict[str, Any]:
    return {
        "key_id": row.id,
        "owner": row.owner,
        "name": row.name,
        "purpose": row.purpose,
        "algorithm": row.algorithm,
        "public_key": base64url.encode(bytes(row.public_key)),
        "valid_from": _text(row.valid_from),
        "valid_until": _text(row.valid_until) if row.valid_until else None,
        "retired_at": _text(row.retired_at) if row.retired_at else None,
    }


def _keys(entries: list[dict[str, Any]]) -> tuple[TrustedKey, ...]:
    """A name that two keys bear names none: which of them is meant would depend on the order of the list."""
    keys = tuple(_key(entry) for entry in entries)
    if len({key.key_id for key in keys}) < len(keys):
        raise Unreadable("信任列表中有两把密钥同名，不能使用。请重新向签发机关索取。")
    return keys


def _key(entry: dict[str, Any]) -> TrustedKey:
    return TrustedKey(
        key_id=entry["key_id"],
        owner=entry["owner"],
        name=entry["name"],
        purpose=Purpose(entry["purpose"]),
        algorithm=Algorithm(entry["algorithm"]),
        public_key=base64url.decode(entry["public_key"]),
        valid_from=_instant(entry["valid_from"]),
        valid_until=_instant(entry["valid_until"]) if entry["valid_until"] else None,
        retired_at=_instant(entry["retired_at"]) if entry["retired_at"] else None,
    )


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"时间 {text} 没有时区。")
    return instant
