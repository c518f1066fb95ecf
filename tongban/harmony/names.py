"""Which names stand behind the codes on stewards' pages?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.catalogue import models
from tongban.catalogue.queries import stewards
from tongban.domain.catalogue import DataElement, Standard
from tongban.harmony import words
from tongban.harmony.forms.parts import Known
from tongban.people import queries as people


def known() -> Known:
    """Return what forms may name, in three statements."""
    return Known(
        materials={code: each.name for code, each in stewards.described(models.Material).items()},
        certificate_types={code: each.name for code, each in stewards.described(models.CertificateType).items()},
        elements=stewards.described(models.Element),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """`of` names materials, certificates, questions, choices and provinces; `bodies` bodies by credit code."""

    of: Mapping[str, str]
    elements: Mapping[str, DataElement]


def names(known: Known, *standards: Standard) -> Names:
    questions = [question for standard in standards for question in standard.questions]
    return Names(
        of={
            **known.materials,
            **known.certificate_types,
            **{code: str(name) for code, name in words.PROVINCES.items()},
            **{element.code: element.name for element in known.elements.values()},
            **{question.code: question.text for question in questions},
            **{choice.code: choice.text for question in questions for choice in question.choices},
        },
        elements=known.elements,
    )


def bodies(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of bodies by credit code, in one statement; a body nobody knows stays its code."""
    codes = set(codes)
    found = people.names_of_bodies(ids={f"org:{code}" for code in codes})
    return {code: found.get(f"org:{code}", code) for code in codes}
