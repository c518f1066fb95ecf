"""What is it that a hall pre-reviews? A draft as it stood when it was asked for; what is changed later is not in it.

Values and what is supplied travel together as one seal of the holder. The names of files stay with the applicant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.casework.filling import Filling
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.events import Target, TargetKind
from tongban.domain.materials import Supply, SupplySource
from tongban.domain.sealed import Sealed
from tongban.keys import actions as keys

Supplies = tuple[Supply, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    values: Mapping[str, str]
    supplies: Supplies

    def supply(self, material: str) -> Supply | None:
        return next((one for one in self.supplies if one.material == material), None)

    def upload(self, material: str) -> str:
        """Return the digest of the file that was uploaded for a material; empty where none was."""
        found = self.supply(material)
        return found.reference if found and found.source is SupplySource.UPLOAD else ""


def take(one: Filling) -> Snapshot:
    """Return what the draft holds of what its matters ask for, and nothing else."""
    asked = [element.code for sheet in one.sheets for element in sheet.elements]
    return Snapshot(
        values={code: one.values[code] for code in asked if one.values.get(code)},
        supplies=tuple(each.found.supply for each in one.wanted if each.found),
    )


def missing(one: Filling) -> tuple[Target, ...]:
    """Return what the draft lacks before it could be handed in."""
    return (
        *(Target(TargetKind.ELEMENT, element.code) for element in one.missing_elements),
        *(Target(TargetKind.MATERIAL, wanted.code) for wanted in one.missing_materials),
    )


def seal(snapshot: Snapshot, *, holder: str) -> Sealed:
    plain = {"values": dict(snapshot.values), "supplies": to_plain(snapshot.supplies, Supplies)}
    return keys.seal(person=holder, plaintext=json.dumps(plain, ensure_ascii=False).encode())


def unseal(sealed: Sealed) -> Snapshot:
    """Raises Erased."""
    plain = json.loads(keys.unseal(sealed))
    # What was asked for before certificates of other regions were recognised names no rule.
    return Snapshot(plain["values"], from_plain([{"rule": ""} | each for each in plain["supplies"]], Supplies))
