"""What does a reader far away have? Regions of nobody with roots, authorities and lists, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from tongban.crypto import profiles, x509
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Certified, Content, Name
from tongban.domain import compact, status, trust
from tongban.domain.compact import Summary
from tongban.domain.status import StatusList
from tongban.domain.trust import RegionList, TrustedKey, owner_of
from tongban.domain.verdict import Ended

START = datetime(2026, 1, 1, tzinfo=UTC)
ISSUED_AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)


@dataclass(frozen=True)
class Root:
    """A root that a region has given itself."""

    region: str
    algorithm: Algorithm
    pair: tuple[bytes, bytes]

    @classmethod
    def made(cls, region: str, algorithm: Algorithm) -> Root:
        return cls(region, algorithm, profiles.generate(algorithm))

    @property
    def name(self) -> Name:
        return Name(f"{self.region}电子证照根证书", self.region)

    def sign(self, message: bytes) -> bytes:
        return profiles.sign(self.algorithm, self.pair[0], message)

    def certify(self, content: Content, *, serial: int = 1) -> bytes:
        return x509.issue(
            content,
            serial=serial,
            issuer=self.name,
            issuer_key=self.pair[1],
            algorithm=self.algorithm,
            sign=self.sign,
        )

    @cached_property
    def certified(self) -> Certified:
        until = START + timedelta(days=3650)
        return x509.read(self.certify(Content(self.name, self.pair[1], self.algorithm, START, until, authority=True)))


@dataclass(frozen=True)
class Key:
    """A key of an authority, or of the region itself, as its list names it."""

    root: Root
    owner: str
    key_id: str
    algorithm: Algorithm
    purpose: str = "certificate"
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Of the entry in the list."""

    @cached_property
    def pair(self) -> tuple[bytes, bytes]:
        return profiles.generate(self.algorithm)

    def sign(self, message: bytes) -> bytes:
        return profiles.sign(self.algorithm, self.pair[0], message)

    @cached_property
    def listed(self) -> TrustedKey:
        content = Content(
            Name("曹妃甸海事局", self.owner), self.pair[1], self.algorithm, START, START + timedelta(days=1095)
        )
        entry = TrustedKey(
            key_id=self.key_id,
            owner=self.owner,
            name="曹妃甸海事局",
            purpose=self.purpose,
            algorithm=self.algorithm,
            public_key=self.pair[1],
            valid_from=START,
            valid_until=None,
            retired_at=None,
            region=self.root.region,
            certificate=self.root.certify(content, serial=2),
        )
        return replace(entry, **self.changes)

    def code(self, said: Summary, *, key_id: str = "", sign: Any = None) -> str:
        return compact.seal_up(said, key_id=key_id or self.key_id, algorithm=self.algorithm, sign=sign or self.sign)


def trust_file(*lists: tuple[Sequence[Root], Sequence[Key]], issued_at: datetime = ISSUED_AT) -> dict[str, Any]:
    """The published file, each list signed by all roots of its region."""
    signed = []
    for roots, keys in lists:
        one = RegionList(
            region=roots[0].region,
            issued_at=issued_at,
            next_at=issued_at + timedelta(days=30),
            roots=tuple(root.certified for root in roots),
            keys=tuple(key.listed for key in keys),
        )
        signed.append((one, [(root.certified, root.sign(trust.message(one))) for root in roots]))
    return trust.published(signed)


def status_file(*lists: tuple[Key, Mapping[str, Ended]], issued_at: datetime = ISSUED_AT) -> dict[str, Any]:
    """The published file; each list is signed by the key named with it."""
    signed = []
    for key, ended in lists:
        one = StatusList(key.root.region, issued_at, issued_at + timedelta(days=1), ended)
        signed.append((one, key.key_id, key.sign(status.message(one))))
    return status.published(signed)


def status_key(root: Root) -> Key:
    return Key(root, owner_of(root.region), f"status-{root.region}", root.algorithm, purpose="status")


def summary(number: int = 1, **changes: Any) -> Summary:
    values = {
        "identifier": f"1.2.156.3005.2.11130200MA0TB0011Q003.11130200MA0TB0011Q.13020920260302{number:06d}.001.X",
        "type_name": "船舶国籍证书",
        "holder": "河北渤远航运有限公司",
        "holder_number": "91130209MA0TB10143",
        "issuer": "曹妃甸海事局",
        "issuer_code": "11130200MA0TB0011Q",
        "region": "130209",
        "valid_from": date(2026, 3, 2),
        "valid_until": date(2031, 3, 3),
        "digest": bytes(range(16)),
    }
    return Summary(**(values | changes))
