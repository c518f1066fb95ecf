"""What do other authorities' registries already know, so that nobody is asked for it again?

A registry answers by number, not by account: the unified social credit code, the IMO number of a ship, the number of a
document. It is asked for many proofs at once and answers with evidence: where the proof stands, since when, until when
and the digest of its content. An expired or not yet valid record is no evidence. What is not found is simply missing
from the answer: then the applicant is asked.

A node connects its own registries by an object with the one method of `Registry` and `install(registry)` in
`tongban/project/apps.py`; until then the embedded demo registry answers.

Records that become certificates on the spot (即办) are taken out of a registry by `Records`, one object for each
registry of each region, made known by `connect` (docs/registries.md). What is not connected cannot be asked, and the
applicant is told so.

Source: State Council provisions on online government services, art. 7 (no second submission of what sharing supplies),
art. 10 (electronic certificates).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tongban.domain.records import Extract, Period


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: is there a proof of this material for this number?"""

    material: str
    number: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a registry answers. `reference` finds the record there; `expires_on` is its last day, None: without end."""

    material: str
    number: str
    registry: str
    reference: str
    issued_on: date
    expires_on: date | None
    digest: str
    """SM3 over the record's content in canonical JSON, hexadecimal."""


class Registry(Protocol):
    """A population, company, ship or record registry, or a gateway to several."""

    def find(self, *, asked: Sequence[Asked], today: date) -> Mapping[Asked, Evidence]:
        """Return the evidence that stands on `today`, in one round trip; what is not found is left out."""
        ...


_installed: list[Registry] = []


def install(registry: Registry) -> None:
    """Let this registry answer from now on."""
    _installed[:] = [registry]


def installed() -> Registry | None:
    """Return the registry this node connected; None: only the embedded one."""
    return _installed[0] if _installed else None


class Records(Protocol):
    """One registry of one region, from whose records certificates are made."""

    @property
    def name(self) -> str:
        """What the registry is called: people are told who was asked."""
        ...

    @property
    def name_en(self) -> str: ...

    @property
    def region(self) -> str:
        """The division (GB/T 2260) for which it keeps records."""
        ...

    @property
    def kinds(self) -> Collection[str]:
        """The certificate types that can be made of its records."""
        ...

    def extract(self, *, kind: str, number: str, period: Period | None, today: date, seconds: float) -> Extract | None:
        """Return what it holds for a number over a period (None: all of it); None when it holds nothing.

        Whoever waits for it is a person at a screen: after so many seconds raise TimeoutError. Raises OSError, of which
        that is one, when it cannot answer.
        """
        ...


_connected: list[Records] = []


def connect(registries: Iterable[Records]) -> None:
    """Let these registries be asked from now on, and no others."""
    _connected[:] = registries


def connected(kind: str) -> tuple[Records, ...]:
    """Return the registries from which certificates of this type are made, in the order of their regions."""
    return tuple(sorted((one for one in _connected if kind in one.kinds), key=lambda one: one.region))
