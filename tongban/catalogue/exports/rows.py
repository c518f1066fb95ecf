"""How do values become the rows of the sheets?

A row is a mapping from the field of a column to a plain value. What a value holds by itself is one row; conditions,
materials asked for, choices of questions, situations and special procedures are rows of sheets of their own, in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports import sheets
from tongban.catalogue.exports.sheets import Sheet
from tongban.domain.catalogue import CertificateType, DataElement, Implementation, Material, Standard
from tongban.domain.codec import to_plain
from tongban.domain.offers import Extension, Offer, Reform

Row = dict[str, Any]


def rows_of(holdings: Holdings) -> Iterator[tuple[Sheet, Row]]:
    """Yield every row with its sheet; those of one sheet in the order of the values."""
    for standard in holdings.standards:
        yield from _standard(standard)
    for implementation in holdings.implementations:
        yield from _implementation(implementation)
    for sheet, kind, values in (
        (sheets.MATERIALS, Material, holdings.materials),
        (sheets.CERTIFICATE_TYPES, CertificateType, holdings.certificate_types),
        (sheets.ELEMENTS, DataElement, holdings.elements),
        (sheets.OFFERS, Offer, holdings.offers),
        (sheets.EXTENSIONS, Extension, holdings.extensions),
        (sheets.REFORMS, Reform, holdings.reforms),
    ):
        for value in values:
            yield sheet, to_plain(value, kind)


def _standard(standard: Standard) -> Iterator[tuple[Sheet, Row]]:
    plain = to_plain(standard, Standard)
    matter = {"matter": standard.matter}
    owner = matter | {"body": ""}
    former = [[each["region"], each["name"]] for each in plain["former_names"]]
    yield sheets.STANDARDS, flat(plain) | {"former_names": former}
    yield from _terms(plain, owner)
    for question in plain["questions"]:
        for choice in question["choices"]:
            text = {"choice": choice["code"], "choice_text": choice["text"], "choice_text_en": choice["text_en"]}
            yield sheets.QUESTIONS, matter | question | text
    for situation in plain["situations"]:
        yield sheets.SITUATIONS, matter | situation
    for procedure in plain["special_procedures"]:
        yield sheets.PROCEDURES, matter | procedure


def _implementation(implementation: Implementation) -> Iterator[tuple[Sheet, Row]]:
    plain = to_plain(implementation, Implementation)
    yield sheets.IMPLEMENTATIONS, flat(plain) | {"states": plain["stated"] is not None}
    if plain["stated"] is not None:
        yield from _terms(plain["stated"], {"matter": implementation.matter, "body": implementation.body})


def _terms(plain: Row, owner: Row) -> Iterator[tuple[Sheet, Row]]:
    for condition in plain["conditions"]:
        yield sheets.CONDITIONS, owner | condition
    for requirement in plain["requirements"]:
        yield sheets.REQUIREMENTS, owner | requirement


def flat(plain: Row, before: str = "") -> Row:
    """Return a plain value with the fields of its parts beside its own: `{"promised.days": 5, …}`."""
    row: Row = {}
    for name, value in plain.items():
        row[before + name] = value
        if isinstance(value, dict):
            row |= flat(value, f"{before}{name}.")
    return row
