"""What do other authorities' registries already know, so that nobody is asked for it again?

A registry answers by number, not by account: the unified social credit code, the IMO number of a ship, the number of a
document. It is asked for many proofs at once and answers with evidence: where the proof stands, since when, until when
and the digest of its content. An expired or not yet valid record is no evidence. What is not found is simply missing
from the answer: then the applicant is asked.

A node connects its own registries by an object with the one method of `Registry` and `install(registry)` in
`tongban/project/apps.py`; until then the embedded demo registry answers.

Source: State Council provisions on online government services, art. 7 (no second submission of what sharing supplies).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol


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
