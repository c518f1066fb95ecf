"""Does what another system exports agree with the joint standards? No database is asked.

A region's own system exports the terms of its bodies as one JSON file (`data/schema/export.json`; an export of a whole
catalogue will do). Each is compared with the standard, by the package's own data set or by a file with standards that
some node exported. A matter passes when all five marks hold: what nobody can tell is not yet the same. A file without a
single matter that has a standard passes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.catalogue import calendars, schema
from tongban.catalogue.actions import Observed
from tongban.catalogue.conformance import answers_of
from tongban.catalogue.files import read_document
from tongban.catalogue.rows import BadRow, BadRows
from tongban.domain.catalogue import CertificateType, DataElement, Material, Standard
from tongban.domain.codec import from_plain
from tongban.domain.conformance import Finding, Mark, articles_of, compare, conforms, marks
from tongban.domain.refused import Refused

LARGEST_FILE = 200_000_000
"""Bytes: a whole province's catalogue is a tenth of it."""
MOST_SHOWN = 1_000
"""Mistakes of a file after which reading stops."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What is compared with: standards by matter, and what their terms speak of."""

    standards: Mapping[str, Standard]
    elements: Mapping[str, DataElement]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tested:
    """What one body exports of one matter, and what differs."""

    matter: str
    name: str
    region: str
    body: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return conforms(self.findings)

    @property
    def marks(self) -> dict[str, Mark]:
        return {aspect.value: mark for aspect, mark in marks(self.findings).items()}


@dataclass(frozen=True, slots=True)
class Report:
    """`without_standard`: matters of the export without a standard; `not_exported`: standards that the export lacks."""

    tested: tuple[Tested, ...]
    without_standard: tuple[str, ...]
    not_exported: tuple[str, ...]

    @property
    def failed(self) -> tuple[Tested, ...]:
        return tuple(each for each in self.tested if not each.passed)

    @property
    def passed(self) -> bool:
        return bool(self.tested) and not self.failed


def run(reference: Reference, stated: tuple[Observed, ...]) -> Report:
    """Compare everything that was exported with its standard, by matter, region and body."""
    rows = sorted(stated, key=lambda each: (each.matter, each.region, each.body))
    exported = {each.matter for each in rows}
    return Report(
        tested=tuple(_tested(reference, each) for each in rows if each.matter in reference.standards),
        without_standard=tuple(sorted(exported - reference.standards.keys())),
        not_exported=tuple(sorted(reference.standards.keys() - exported)),
    )


def _tested(reference: Reference, each: Observed) -> Tested:
    standard = reference.standards[each.matter]
    findings = compare(
        standard.terms,
        each.terms,
        elements=reference.elements,
        articles=articles_of(standard),
        names={**reference.names, **answers_of(standard)},
    )
    return Tested(each.matter, standard.name, each.region, each.body, findings)


# --- Files ------------------------------------------------------------------------------------------------------------


def read_export(path: Path) -> tuple[Observed, ...]:
    """Read what a system exports. Raises BadRows."""
    plain = _document(path)
    rows = _list(path, plain, "terms")
    if not rows:
        raise BadRows([BadRow(path.name, "terms", "没有一个事项，请先从系统中导出")])
    stated = _values(path, "terms", rows, Observed, "export")
    seen: set[tuple[str, str]] = set()
    twice = []
    for number, each in enumerate(stated):
        if (each.matter, each.body) in seen:
            twice.append(BadRow(path.name, f"terms/{number}", f"{each.matter} {each.body} 出现了两次"))
        seen.add((each.matter, each.body))
    if twice:
        raise BadRows(twice)
    return stated


def read_reference(path: Path) -> Reference:
    """Read the standards of an export of a whole catalogue. Raises BadRows."""
    plain = _document(path)
    standards = _values(path, "standards", _list(path, plain, "standards"), Standard, "catalogue")
    if not standards:
        raise BadRows([BadRow(path.name, "standards", "没有标准，无从比对")])
    return reference_of(
        standards,
        *(
            _values(path, part, _list(path, plain, part), kind, "catalogue")
            for part, kind in (
                ("materials", Material),
                ("certificate_types", CertificateType),
                ("elements", DataElement),
            )
        ),
    )


def reference_of(
    standards: tuple[Standard, ...],
    materials: tuple[Material, ...],
    certificate_types: tuple[CertificateType, ...],
    elements: tuple[DataElement, ...],
) -> Reference:
    names = {code: division.name for code, division in calendars.divisions().rows.items()}
    return Reference(
        standards={each.matter: each for each in standards},
        elements={each.code: each for each in elements},
        names=names
        | {each.code: each.name for each in materials}
        | {each.code: each.name for each in certificate_types},
    )


def _document(path: Path) -> dict[str, Any]:
    plain = read_document(path, largest=LARGEST_FILE)
    if not isinstance(plain, dict):
        raise BadRows([BadRow(path.name, "", '应为一组“名称: 值”，如 {"terms": […]}')])
    return plain


def _list(path: Path, plain: dict[str, Any], part: str) -> list[Any]:
    rows = plain.get(part, [])
    if not isinstance(rows, list):
        raise BadRows([BadRow(path.name, part, "应为列表")])
    return rows


def _values(path: Path, part: str, rows: list[Any], kind: Any, form: str) -> tuple[Any, ...]:
    """Read each row by the kernel's types; where one does not fit, the form says why in words. Raises BadRows."""
    explain = _explaining(path, part, form)
    values: list[Any] = []
    bad: list[BadRow] = []
    for number, row in enumerate(rows):
        # What is compared is held to its form, which bounds it; of standards the kernel's types are enough.
        wrong = explain(number, row) if form == "export" else []
        if not wrong:
            try:
                values.append(from_plain(row, kind))
            except (KeyError, TypeError, ValueError, Refused) as unfit:
                wrong = explain(number, row) or [BadRow(path.name, f"{part}/{number}", _unexplained(unfit))]
        bad.extend(wrong)
        if len(bad) > MOST_SHOWN:
            break
    if bad:
        raise BadRows(bad)
    return tuple(values)


def _explaining(path: Path, part: str, form: str) -> Callable[[int, Any], list[BadRow]]:
    frame = {"format": "tongban-catalogue", "version": 1} if form == "catalogue" else {}

    def explain(number: int, row: Any) -> list[BadRow]:
        bad = schema.bad_rows(path.name, frame | {part: [row]}, form)
        return [BadRow(each.file, each.path.replace(f"{part}/0", f"{part}/{number}", 1), each.reason) for each in bad]

    return explain


def _unexplained(unfit: Exception) -> str:
    return str(unfit) if isinstance(unfit, Refused) else "其中有不能读懂的值，请按格式说明改正"
