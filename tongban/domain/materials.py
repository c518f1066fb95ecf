"""Which materials does an application ask for, and how often?

A material (申请材料) is asked once for one subject of an application, however many matters need it, and not at all when
a registry or a certificate already supplies it; the holder may still choose to upload. Counting the materials matter by
matter gives the figure "one by one"; counting the pool gives the figure "asked once".

Source: State Council provisions on online government services, art. 7; Administrative Licensing Law, art. 31.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tongban.domain.catalogue import Answers, Catalogue, Requirement, SubjectRole, applies
from tongban.domain.codes import Necessity
from tongban.domain.refused import Refused

_NOT_A_NAME = re.compile(r"[^0-9A-Za-z]")


class SupplySource(StrEnum):
    """Where a material comes from."""

    UPLOAD = "upload"
    REGISTRY = "registry"
    CERTIFICATE = "certificate"
    COMMITMENT = "commitment"  # a signed commitment in the place of the proof


class Basis(StrEnum):
    """On what ground a material is reused (design, invariant 4)."""

    GIVEN = "given"  # the applicant hands it in for this application
    DUTY = "duty"  # the authority may not ask for what sharing supplies
    CONSENT = "consent"  # the holder allowed its use
    COMMITMENT = "commitment"  # a signed commitment replaces the proof


@dataclass(frozen=True, slots=True)
class Ask:
    """One material asked once: for which subject, and which matters it serves, in their order."""

    material: str
    about: SubjectRole
    matters: tuple[str, ...]
    retrievable: bool
    subject: str = ""
    """The person or ship, by opaque id, where several share the role; empty: whoever fills the role."""


@dataclass(frozen=True, slots=True)
class Supply:
    """How one asked material is supplied. `reference`: a file digest, a registry entry or a certificate identifier."""

    material: str
    about: SubjectRole
    source: SupplySource
    reference: str
    basis: Basis
    subject: str = ""
    """As in `Ask`."""
    rule: str = ""
    """The recognition rule (互认规则) by which a certificate of another region takes its place."""


def place(material: str, subject: str) -> str:
    """Return under which name a material of one person stands beside those of others; that of nobody by its code.

    >>> place("M_AUTH", ""), place("M_CREWAPP", "person:0192-7a")
    ('M_AUTH', 'M_CREWAPP__person_0192_7a')
    """
    return f"{material}__{_NOT_A_NAME.sub('_', subject)}" if subject else material


class MaterialMissing(Refused):
    """A submission that lacks materials; `materials` lists every one of them."""

    code = "material_missing"

    def __init__(self, names: tuple[str, ...], materials: tuple[str, ...]) -> None:
        super().__init__(
            f"还不能提交：缺少{'、'.join(f'《{name}》' for name in names)}。请补充上传后再提交，或选择照现状提交。",
            field="materials",
        )
        self.materials = materials


def pool(
    catalogue: Catalogue, matters: Iterable[str], answers: Answers, *, people: Sequence[str] = ()
) -> tuple[Ask, ...]:
    """Return every material the matters ask for, once for each subject, in order of first need.

    `people`: the ids of those on a roster, each of whom gives what is about a person.
    """
    wanted: dict[str, list[str]] = {}
    for matter in matters:
        for material in needed(catalogue, matter, answers):
            wanted.setdefault(material, []).append(matter)
    return tuple(
        Ask(
            material=code,
            about=catalogue.materials[code].about,
            matters=tuple(by),
            retrievable=catalogue.materials[code].retrievable,
            subject=subject,
        )
        for code, by in wanted.items()
        for subject in _subjects(catalogue.materials[code].about, people)
    )


def _subjects(about: SubjectRole, people: Sequence[str]) -> Sequence[str]:
    return people if people and about is SubjectRole.PERSON else ("",)


def needed(catalogue: Catalogue, matter: str, answers: Answers) -> tuple[str, ...]:
    """Return the materials one matter asks for under these answers, each once."""
    asked = (r.material for r in catalogue.standards[matter].requirements if applies(r.when, answers))
    return tuple(dict.fromkeys(asked))


class Needing(Protocol):
    """A planned case, as far as outside certificates concern it."""

    @property
    def needs(self) -> tuple[str, ...]: ...


def certificates_needed(cases: Iterable[Needing]) -> tuple[str, ...]:
    """Return the certificate types that no case of the application yields and that must be held or given, each once."""
    return tuple(dict.fromkeys(certificate for case in cases for certificate in case.needs))


def deferrable(catalogue: Catalogue, matters: Iterable[str], answers: Answers) -> frozenset[str]:
    """Return the materials that may follow later (容缺): whichever of the matters asks for one has it on its list."""
    return _whenever_asked(catalogue, matters, answers, lambda asked: asked.necessity is Necessity.DEFERRABLE)


def committable(
    catalogue: Catalogue, matters: Iterable[str], answers: Answers, *, excluded: Collection[str] = ()
) -> frozenset[str]:
    """Return the proofs that a signed commitment may replace; none that an excluded matter asks for."""
    matters = tuple(matters)
    barred = {code for matter in matters if matter in excluded for code in needed(catalogue, matter, answers)}
    return _whenever_asked(catalogue, matters, answers, lambda asked: asked.commitment) - barred


def _whenever_asked(
    catalogue: Catalogue, matters: Iterable[str], answers: Answers, test: Callable[[Requirement], bool]
) -> frozenset[str]:
    asked = [
        requirement
        for matter in matters
        for requirement in catalogue.standards[matter].requirements
        if applies(requirement.when, answers)
    ]
    refused = {requirement.material for requirement in asked if not test(requirement)}
    return frozenset(requirement.material for requirement in asked) - refused


def demand(
    asks: Iterable[Ask],
    certificates: Iterable[str],
    supplies: Iterable[Supply],
    names: Mapping[str, str],
    *,
    promised: Collection[str] = (),
) -> None:
    """Refuse when an asked material or a needed certificate is neither supplied nor promised for later.

    `promised`: where they stand (`place`). Raises MaterialMissing with every missing one.
    """
    supplied = {place(supply.material, supply.subject) for supply in supplies} | set(promised)
    asked = {place(ask.material, ask.subject): ask.material for ask in asks} | {code: code for code in certificates}
    missing = {where: code for where, code in asked.items() if where not in supplied}
    if missing:
        each_once = dict.fromkeys(missing.values())
        raise MaterialMissing(tuple(names.get(code, code) for code in each_once), tuple(missing))
