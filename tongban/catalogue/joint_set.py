"""What does a set of joint matters say? Everything or nothing, without a database.

Such a set is a folder of `data/` with one file for each joint standard, and others for materials, certificate types,
data elements, who offers the matters, regional short matters by province, offers, extended halls, reform modes,
agreements with joint meetings, batches, recognition rules, and bundles of joint
matters. Reading checks the form of every file (JSON Schema), then that they fit
together and no description contradicts itself, and reports every mistake before anything is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.catalogue import build, joint_build, joint_checks, joint_recognition
from tongban.catalogue.files import DATA, UnknownSet
from tongban.catalogue.joint_build import PlannedBatch, PlannedMeeting
from tongban.catalogue.joint_recognition import PlannedRule
from tongban.catalogue.reading import demand, read_file
from tongban.catalogue.rows import BadRow
from tongban.domain.agreements import Agreement
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    DataElement,
    Implementation,
    Material,
    Standard,
    Topic,
)
from tongban.domain.offers import Extension, Offer, Reform

PARTS = {
    "materials": "materials",
    "certificates": "certificates",
    "elements": "elements",
    "implementations": "implementations",
    "offers": "offers",
    "extensions": "extensions",
    "reforms": "reforms",
    "agreements": "agreements",
    "batches": "batches",
    "recognition": "recognition",
    "bundles": "bundles",
}
"""File to schema."""


@dataclass(frozen=True)
class JointSet:
    """Standards are the joint ones and then those that a province keeps alone (`owner`)."""

    standards: tuple[Standard, ...]
    implementations: tuple[Implementation, ...]
    materials: tuple[Material, ...]
    certificate_types: tuple[CertificateType, ...]
    elements: tuple[DataElement, ...]
    topics: tuple[Topic, ...]
    offers: tuple[Offer, ...]
    extensions: tuple[Extension, ...]
    reforms: tuple[Reform, ...]
    agreements: tuple[Agreement, ...]
    meetings: tuple[PlannedMeeting, ...]
    batches: tuple[PlannedBatch, ...]
    recognition: tuple[PlannedRule, ...]
    bundles: tuple[tuple[Catalogue, Bundle], ...]

    @property
    def joint(self) -> tuple[Standard, ...]:
        return tuple(each for each in self.standards if not each.owner)


def sets() -> tuple[str, ...]:
    """Return the names of the sets of joint matters that come with Tongban."""
    return tuple(sorted(path.parent.name for path in DATA.glob("*/batches.yaml")))


def read(*, name: str) -> JointSet:
    """Read one of the sets that come with Tongban. Raises UnknownSet, BadRows."""
    if name not in sets():
        raise UnknownSet(f"没有名为“{name}”的共同标准数据。现有：{'、'.join(sets())}。请改用其中之一。")
    return read_folder(DATA / name)


def read_folder(folder: Path) -> JointSet:
    """Read a folder of data files laid out as a set of joint matters. Raises BadRows."""
    files = _read(folder)
    demand(list(joint_checks.misfits(files)))
    joint = _built(files)
    demand(list(joint_checks.contradictions(joint.standards, joint.implementations)))
    return joint


def _read(folder: Path) -> joint_checks.Files:
    rows: list[BadRow] = []

    def read_part(file: str, form: str) -> Any:
        return read_file(folder / file, file, form, rows)

    matters = {
        f"matters/{path.name}": read_part(f"matters/{path.name}", "standard")
        for path in sorted((folder / "matters").glob("*.yaml"))
    }
    regional = {
        f"regional/{path.name}": read_part(f"regional/{path.name}", "regional")
        for path in sorted((folder / "regional").glob("*.yaml"))
    }
    parts = {name: read_part(f"{name}.yaml", form) for name, form in PARTS.items()}
    demand(rows)
    return joint_checks.Files(matters=matters, regional=regional, parts=parts)


def _built(files: joint_checks.Files) -> JointSet:
    parts: Mapping[str, Any] = files.parts
    offers = (
        *joint_build.offers(parts["offers"]["offers"]),
        *(offer for row in files.regional.values() for offer in joint_build.regional_offers(row)),
    )
    offered = frozenset((offer.matter, offer.province) for offer in offers)
    handed = joint_build.Handed.of(parts["implementations"], offered)
    joint = [(build.joint_standard(row), row) for row in files.matters.values()]
    regional = [pair for row in files.regional.values() for pair in joint_build.regional_matters(row, handed)]
    implementations = (
        *(each for standard, row in joint for each in joint_build.joint(standard, row["handling"], handed)),
        *(implementation for _, implementation in regional),
    )
    whole = Catalogue(
        standards={standard.matter: standard for standard, _ in joint},
        implementations={},
        materials={row["code"]: build.material(row) for row in parts["materials"]["materials"]},
        certificate_types={
            row["code"]: build.certificate_type(row) for row in parts["certificates"]["certificate_types"]
        },
        elements={row["code"]: build.element(row) for row in parts["elements"]["elements"]},
        topics=tuple(build.topic(row) for row in parts["elements"]["topics"]),
    )
    return JointSet(
        standards=(*(standard for standard, _ in joint), *(standard for standard, _ in regional)),
        implementations=implementations,
        materials=tuple(whole.materials.values()),
        certificate_types=tuple(whole.certificate_types.values()),
        elements=tuple(whole.elements.values()),
        topics=whole.topics,
        offers=offers,
        extensions=tuple(joint_build.extension(row) for row in parts["extensions"]["extensions"]),
        reforms=tuple(joint_build.reforms(parts["reforms"]["reforms"])),
        agreements=tuple(joint_build.agreement(row) for row in parts["agreements"]["agreements"]),
        meetings=tuple(joint_build.meetings(parts["agreements"])),
        batches=tuple(joint_build.batch(row) for row in parts["batches"]["batches"]),
        recognition=tuple(joint_recognition.rules(parts["recognition"])),
        bundles=tuple(joint_build.bundle(row, whole, implementations) for row in parts["bundles"]["bundles"]),
    )
