"""Whose keys are trusted? The trust lists (信任列表) of regions, each signed by its region's root.

A list names the roots of a region, and the keys of its authorities with the certificates that a root has given them.
Whoever holds the lists verifies without a database or a network. A key for certificates counts only with a certificate
that leads to a root of the same list; a list counts only with the signature of one of its roots that the reader trusts:
one of those he has pinned, or, where he has pinned none, of any, for then he trusts the file as a whole. A new root
comes in by a list that the old one signs too.

Retired keys stay in the list with the day: a signature made before still counts. Reviewers' keys for conclusions are
not in it, since nobody outside has to verify those, and the list would name the staff.

Source: GB/T 36904-2018 (verification of electronic certificates); RFC 8785 (the bytes that are signed); RFC 5280, 6.1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tongban.crypto import base64url, canonical, profiles, x509
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Certified

VERSION = 2
CERTIFIED = frozenset({"certificate", "status"})
"""The purposes whose keys need a certificate of a root."""


def owner_of(region: str) -> str:
    """Return the name under which a region's own keys are kept: its roots, those for status lists and batches."""
    return f"region:{region}"


class Unreadable(ValueError):
    """There is no trust list here, or it is none. `str(error)` says what to do."""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key: whose, for what, and since when until when it signs. `certificate` (DER) is empty where none is needed."""

    key_id: str
    owner: str
    name: str
    purpose: str
    algorithm: Algorithm
    public_key: bytes
    valid_from: datetime
    valid_until: datetime | None
    retired_at: datetime | None
    region: str
    """The region whose list names it."""
    certificate: bytes = b""

    def stands(self, at: datetime) -> bool:
        """Say whether the key could sign at this instant."""
        ends = [end for end in (self.valid_until, self.retired_at) if end is not None]
        return self.valid_from <= at and all(at < end for end in ends)

    def verify(self, message: bytes, signature: bytes) -> bool:
        return profiles.verify(self.algorithm, self.public_key, message, signature)


@dataclass(frozen=True, slots=True)
class RegionList:
    """What one region vouches for: its roots and keys, as of `issued_at`; it is to be renewed by `next_at`."""

    region: str
    issued_at: datetime
    next_at: datetime
    roots: tuple[Certified, ...]
    keys: tuple[TrustedKey, ...]


@dataclass(frozen=True, slots=True)
class TrustList:
    """The lists of all regions that the reader knows."""

    lists: tuple[RegionList, ...]

    @property
    def keys(self) -> tuple[TrustedKey, ...]:
        return tuple(key for one in self.lists for key in one.keys)

    @property
    def roots(self) -> tuple[Certified, ...]:
        return tuple(root for one in self.lists for root in one.roots)

    @property
    def issued_at(self) -> datetime | None:
        """The instant of the oldest list; None without any."""
        return min((one.issued_at for one in self.lists), default=None)

    def key(self, key_id: str) -> TrustedKey | None:
        return next((key for key in self.keys if key.key_id == key_id), None)

    def as_of(self, key_id: str) -> datetime | None:
        """The instant of the list that names the key, or of the oldest where none does."""
        named = (one.issued_at for one in self.lists if any(key.key_id == key_id for key in one.keys))
        return next(named, self.issued_at)


def joined(own: TrustList, others: Iterable[TrustList]) -> TrustList:
    """Return one's own lists with those of others, each of a region that one trusts it for.

    Of a region that is known already nothing is taken, and of whom two regions vouch for neither counts, but that one's
    own region does: another's list never changes what the own one says.
    """
    lists = list(own.lists)
    for other in others:
        known = {one.region for one in lists}
        lists += [one for one in other.lists if one.region not in known]
    vouching: dict[str, list[str]] = {}
    for one in lists:
        for owner in {key.owner for key in one.keys if key.purpose in CERTIFIED}:
            vouching.setdefault(owner, []).append(one.region)
    ours = {one.region for one in own.lists}
    return TrustList(tuple(one if one.region in ours else _unambiguous(one, vouching) for one in lists))


def _unambiguous(one: RegionList, vouching: Mapping[str, Sequence[str]]) -> RegionList:
    alone = tuple(key for key in one.keys if key.purpose not in CERTIFIED or vouching[key.owner] == [one.region])
    return replace(one, keys=alone)


def only(known: TrustList, *, regions: Collection[str]) -> TrustList:
    """Return the lists of these regions alone."""
    return TrustList(tuple(one for one in known.lists if one.region in regions))


def plain(one: RegionList) -> dict[str, Any]:
    """Return what a root signs."""
    return {
        "type": "tongban trust list",
        "region": one.region,
        "issued_at": written(one.issued_at),
        "next_at": written(one.next_at),
        "roots": [base64url.encode(root.encoded) for root in one.roots],
        "keys": [_entry(key) for key in one.keys],
    }


def message(one: RegionList) -> bytes:
    """Return the bytes that a root signs."""
    return canonical.encode(plain(one))


def published(signed: Sequence[tuple[RegionList, Sequence[tuple[Certified, bytes]]]]) -> dict[str, Any]:
    """Return the file of all lists, each with its roots' signatures (DER)."""
    return {
        "version": VERSION,
        "lists": [
            {
                "list": plain(one),
                "signatures": [
                    {"root": root.key_id.hex(), "value": base64url.encode(value)} for root, value in signatures
                ],
            }
            for one, signatures in signed
        ],
    }


def parse(file: Any, *, pinned: Collection[bytes] = ()) -> TrustList:
    """Read the published lists; `pinned` are certificates of roots (DER) that the reader trusts. Raises Unreadable."""
    try:
        if file["version"] != VERSION:
            raise Unreadable(
                f"信任列表的版本是 {file['version']}，本程序只认识版本 {VERSION}。请换用最新的信任列表或程序。"
            )
        lists = tuple(_region_list(one, frozenset(pinned)) for one in file["lists"])
    except (KeyError, TypeError, AttributeError) as broken:
        raise Unreadable("信任列表缺少必要的内容，不能使用。请重新向签发机关索取。") from broken
    except Unreadable:
        raise
    except ValueError as broken:
        raise Unreadable(f"信任列表中有无法识别的内容：{broken} 请重新向签发机关索取。") from broken
    _demand_distinct([one.region for one in lists], "信任列表中一个地区出现两次，不能使用。请重新向签发机关索取。")
    _demand_distinct(
        [(one.region, key.key_id) for one in lists for key in one.keys],
        "信任列表中有两把密钥同名，不能使用。请重新向签发机关索取。",
    )
    vouched_for = {(key.owner, one.region) for one in lists for key in one.keys if key.purpose in CERTIFIED}
    _demand_distinct(
        [owner for owner, _ in vouched_for],
        "信任列表中两个地区都为同一签发机关担保，不能使用。请向这两个地区核实，并重新索取。",
    )
    return TrustList(lists)


def _region_list(signed: Any, pinned: frozenset[bytes]) -> RegionList:
    said = signed["list"]
    one = RegionList(
        region=_string(said["region"]),
        issued_at=read_instant(said["issued_at"]),
        next_at=read_instant(said["next_at"]),
        roots=tuple(x509.read(base64url.decode(root)) for root in said["roots"]),
        keys=tuple(_key(entry, said["region"]) for entry in said["keys"]),
    )
    if plain(one) != said:
        raise ValueError("列表不是规范的写法。")
    _demand_signature(one, signed["signatures"], pinned)
    for key in one.keys:
        if key.purpose in CERTIFIED:
            _demand_certificate(key, one)
    return one


def _demand_signature(one: RegionList, signatures: Any, pinned: frozenset[bytes]) -> None:
    """One of the region's roots that the reader trusts has signed.

    A root speaks for its own region only, and what a stranger adds to the signatures counts for nothing.
    """
    trusted = {
        root.key_id.hex(): root
        for root in one.roots
        if root.content.subject.number == one.region and (not pinned or root.encoded in pinned)
    }
    signed = message(one)
    for signature in signatures:
        root = trusted.get(signature["root"])
        if root is None or not (root.content.authority and root.stands(one.issued_at)):
            continue
        value = base64url.decode(signature["value"])
        if profiles.verify(root.content.algorithm, root.content.public_key, signed, value):
            return
    raise Unreadable(
        f"地区 {one.region} 的信任列表没有可信的根证书签名，不能使用。"
        "请向该地区重新索取；根证书更换过的，请先核对并换上新的根证书。"
    )


def _demand_certificate(key: TrustedKey, one: RegionList) -> None:
    certified = x509.read(key.certificate)
    content = certified.content
    if (content.public_key, content.algorithm, content.subject.number) != (key.public_key, key.algorithm, key.owner):
        raise Unreadable(f"信任列表中密钥 {key.key_id} 与它的证书不符，不能使用。请重新向签发机关索取。")
    try:
        x509.chain(certified, roots=one.roots, at=content.valid_from)
    except x509.NotTrusted as broken:
        raise Unreadable(f"信任列表中密钥 {key.key_id} 的证书不可信：{broken}请重新向签发机关索取。") from broken


def _entry(key: TrustedKey) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "owner": key.owner,
        "name": key.name,
        "purpose": key.purpose,
        "algorithm": key.algorithm.value,
        "public_key": base64url.encode(key.public_key),
        "valid_from": written(key.valid_from),
        "valid_until": written(key.valid_until) if key.valid_until else None,
        "retired_at": written(key.retired_at) if key.retired_at else None,
        "certificate": base64url.encode(key.certificate) if key.certificate else None,
    }


def _key(entry: dict[str, Any], region: str) -> TrustedKey:
    return TrustedKey(
        key_id=_string(entry["key_id"]),
        owner=_string(entry["owner"]),
        name=_string(entry["name"]),
        purpose=_string(entry["purpose"]),
        algorithm=Algorithm(entry["algorithm"]),
        public_key=base64url.decode(entry["public_key"]),
        valid_from=read_instant(entry["valid_from"]),
        valid_until=read_instant(entry["valid_until"]) if entry["valid_until"] else None,
        retired_at=read_instant(entry["retired_at"]) if entry["retired_at"] else None,
        region=region,
        certificate=base64url.decode(entry["certificate"]) if entry["certificate"] else b"",
    )


def _demand_distinct(names: Sequence[object], otherwise: str) -> None:
    """A name that two bear names none: which of them is meant would depend on the order of the list."""
    if len(set(names)) < len(names):
        raise Unreadable(otherwise)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def read_instant(text: str) -> datetime:
    """Raises ValueError for what is no instant, or names no time zone."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"时间 {text} 没有时区。")
    return instant
