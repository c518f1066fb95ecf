"""Which values do the sheets of a workbook stand for, and which rows are wrong?

Cells become plain values by the columns that wrote them (`exports/sheets.py`); rows of parts join their owners; the
whole becomes the kernel's values. All mistakes are gathered. What a wrong row belongs to is left out of the values: its
standard with all of its matter, or one implementation alone, so that nothing is ever taken with a part of it missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tongban.catalogue.exports import sheets
from tongban.catalogue.exports.cells import BadCell, Cell
from tongban.catalogue.exports.sheets import SHEETS, Column, Sheet
from tongban.catalogue.imports.cells import Page, Unreadable, pages_of
from tongban.catalogue.imports.faults import Fault
from tongban.catalogue.imports.taken import KEYS, Key, Place, Taken
from tongban.domain.catalogue import CertificateType, DataElement, Implementation, Material, Standard
from tongban.domain.codec import from_plain
from tongban.domain.offers import Extension, Offer, Reform
from tongban.domain.refused import Refused

Progress = Callable[[int, int], None]
"""Told how many rows of how many are read."""

STEP = 1_000

Plain = dict[str, Any]


@dataclass(slots=True)
class Line:
    """A row that was read: its place, and its plain values by field."""

    sheet: Sheet
    row: int
    values: Plain


@dataclass(slots=True)
class _Reading:
    file: str
    progress: Progress
    total: int = 0
    done: int = 0
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    spoilt: set[Key] = field(default_factory=set)
    """What must not be taken, by sheet and key; a matter stands for everything about it."""

    def fault(self, sheet: Sheet, row: int, column: str, reason: str, *, spoils_file: bool = False) -> None:
        self.faults.append(Fault(self.file, sheet.name, row, column, reason, spoils_file))


def read(*, file: str, data: bytes, progress: Progress = lambda done, total: None) -> Taken:
    """Return what a workbook says and what is wrong with it; a file that is no workbook is one mistake."""
    try:
        pages = pages_of(name=file, data=data)
    except Unreadable as error:
        return Taken(file, faults=[Fault(file, "", 0, "", str(error), spoils_file=True)])
    reading = _Reading(file, progress, total=sum(max(len(page.rows) - 1, 0) for page in pages.values()))
    for sheet in SHEETS:
        reading.lines[sheet.name] = list(_lines(reading, sheet, pages.get(sheet.name)))
    progress(reading.total, reading.total)
    return _together(reading)


# --- Cells to lines ---------------------------------------------------------------------------------------------------


def _lines(reading: _Reading, sheet: Sheet, page: Page | None) -> Iterator[Line]:
    if page is None:
        reading.fault(sheet, 0, "", "缺少这张表。请从导出的工作簿补上，没有内容时只留表头", spoils_file=True)
        return
    for first, last in page.merged:
        reading.fault(
            sheet, first, "", f"第 {first} 至 {last} 行有合并的单元格。请取消合并，逐格填写", spoils_file=True
        )
    places = _places(reading, sheet, page.rows[0] if page.rows else [])
    if places is None:
        return
    for number, cells in enumerate(page.rows[1:], start=2):
        reading.done += 1
        if reading.done % STEP == 0:
            reading.progress(reading.done, reading.total)
        if any(cell not in (None, "") for cell in cells):
            line = _line(reading, sheet, number, cells, places)
            if line is not None:
                yield line


def _places(reading: _Reading, sheet: Sheet, head: list[Cell]) -> list[tuple[Column, int]] | None:
    """Return each column with its place; None when one is missing: what it would say must not be taken for empty."""
    names = [str(cell or "").strip() for cell in head]
    columns = [column for column in sheet.columns if column.field]
    missing = [column.header for column in columns if column.header not in names]
    doubled = [column.header for column in columns if names.count(column.header) > 1]
    for header in missing:
        reading.fault(sheet, 1, header, "缺少这一列。请从导出的工作簿补上表头", spoils_file=True)
    for header in doubled:
        reading.fault(sheet, 1, header, "这一列出现了两次。请只留一列", spoils_file=True)
    return None if missing or doubled else [(column, names.index(column.header)) for column in columns]


def _line(
    reading: _Reading, sheet: Sheet, number: int, cells: list[Cell], places: list[tuple[Column, int]]
) -> Line | None:
    line = Line(sheet, number, {})
    wrong = False
    for column, place in places:
        try:
            value = column.kind.read(cells[place])
            if column.required and value in (None, "", []):
                raise BadCell("必须填写")
            line.values[column.field] = value
        except BadCell as error:
            reading.fault(sheet, number, column.header, str(error))
            wrong = True
    if not wrong:
        return line
    _spoil(reading, line)
    return None


def _spoil(reading: _Reading, line: Line) -> None:
    """Remember what a wrong row belongs to; where that cannot be told, nothing of the file may be taken."""
    key = tuple(line.values.get(name) for name in _owner_fields(line.sheet))
    if None in key:
        if line.sheet in PARTS:
            reading.fault(line.sheet, line.row, "", "看不出这一行属于哪个事项，整个文件不能导入", spoils_file=True)
        return
    if line.sheet in (sheets.CONDITIONS, sheets.REQUIREMENTS):
        matter, body = key
        reading.spoilt.add(Key("implementations", key) if body else Key("standards", (matter,)))
    elif line.sheet in PARTS:
        reading.spoilt.add(Key("standards", key))
    else:
        reading.spoilt.add(Key(KINDS[line.sheet.name], key))


PARTS = (sheets.CONDITIONS, sheets.REQUIREMENTS, sheets.QUESTIONS, sheets.SITUATIONS, sheets.PROCEDURES)


def _owner_fields(sheet: Sheet) -> tuple[str, ...]:
    if sheet in (sheets.CONDITIONS, sheets.REQUIREMENTS):
        return ("matter", "body")
    return ("matter",) if sheet in PARTS else KEYS[KINDS[sheet.name]]


# --- Lines to values --------------------------------------------------------------------------------------------------


def _together(reading: _Reading) -> Taken:
    parts = _parts(reading)
    taken = Taken(reading.file, faults=reading.faults, spoilt=reading.spoilt)
    for sheet, name, kind, whole in WHOLE:
        values = []
        for line, key in _once(reading, sheet):
            plain = whole(reading, line, parts)
            value = None if plain is None else _value(reading, line, plain, kind)
            if value is None:
                reading.spoilt.add(key)
            else:
                values.append(value)
                taken.places[key] = Place(sheet.name, line.row)
        taken.values[name] = values
    return taken


def _once(reading: _Reading, sheet: Sheet) -> Iterator[tuple[Line, Key]]:
    """Yield each line with its key; the second with the same key is a mistake, and spoils both."""
    seen: dict[Key, int] = {}
    kind = KINDS[sheet.name]
    for line in reading.lines[sheet.name]:
        key = Key(kind, tuple(line.values[name] for name in KEYS[kind]))
        if key in seen:
            header = sheet.column(KEYS[kind][0]).header
            reading.fault(sheet, line.row, header, f"与第 {seen[key]} 行重复。请只留一行")
            reading.spoilt.add(key)
            continue
        seen[key] = line.row
        yield line, key


Parts = dict[str, dict[tuple[str, str], list[Line]]]
"""By sheet and owner (matter, body), the lines of its parts in order."""


def _parts(reading: _Reading) -> Parts:
    standards = {line.values["matter"] for line in reading.lines[sheets.STANDARDS.name]}
    stating = {
        (line.values["matter"], line.values["body"])
        for line in reading.lines[sheets.IMPLEMENTATIONS.name]
        if line.values["states"]
    }
    spoilt = reading.spoilt
    parts: Parts = {sheet.name: {} for sheet in PARTS}
    for sheet in PARTS:
        for line in reading.lines[sheet.name]:
            owner = (line.values["matter"], line.values.get("body", ""))
            known = owner in stating if owner[1] else owner[0] in standards
            if not known and not {Key("standards", owner[:1]), Key("implementations", owner)} & spoilt:
                table = "“实施清单”表里没有这个主体自行公布的事项" if owner[1] else "“标准”表里没有这个事项"
                reason = f"{table}。请改正编码或补上那一行"
                reading.fault(sheet, line.row, "事项编码", reason, spoils_file=True)
            parts[sheet.name].setdefault(owner, []).append(line)
    return parts


def _bare(reading: _Reading, line: Line, parts: Parts) -> Plain | None:
    return dict(line.values)


def _standard(reading: _Reading, line: Line, parts: Parts) -> Plain | None:
    plain = _nested(reading, line, optional=("promised",))
    if plain is None:
        return None
    matter = (line.values["matter"], "")
    questions = _questions(reading, parts[sheets.QUESTIONS.name].get(matter, ()))
    if questions is None:
        return None
    return plain | {
        "former_names": [{"region": region, "name": name} for region, name in plain["former_names"]],
        "questions": questions,
        **_terms(parts, matter),
        "situations": [_without(each, "matter") for each in parts[sheets.SITUATIONS.name].get(matter, ())],
        "special_procedures": [_without(each, "matter") for each in parts[sheets.PROCEDURES.name].get(matter, ())],
    }


def _implementation(reading: _Reading, line: Line, parts: Parts) -> Plain | None:
    plain = _nested(reading, line, optional=("stated.promised", "stated.statutory"))
    if plain is None:
        return None
    states, stated = plain.pop("states"), plain["stated"]
    if not states:
        if any(stated.values()):
            reading.fault(line.sheet, line.row, "自行公布", "填的是“否”，后面各列却有内容。请改为“是”，或清空后面各列")
            return None
        return plain | {"stated": None}
    if not stated["name"] or stated["statutory"] is None:
        reading.fault(line.sheet, line.row, "公布的名称", "自行公布的，公布的名称和法定时限必须填写")
        return None
    return plain | {"stated": stated | _terms(parts, (line.values["matter"], line.values["body"]))}


def _terms(parts: Parts, owner: tuple[str, str]) -> Plain:
    return {
        "conditions": [_without(each, "matter", "body") for each in parts[sheets.CONDITIONS.name].get(owner, ())],
        "requirements": [_without(each, "matter", "body") for each in parts[sheets.REQUIREMENTS.name].get(owner, ())],
    }


def _without(line: Line, *names: str) -> Plain:
    return {name: value for name, value in line.values.items() if name not in names}


CHOICE = {"choice": "code", "choice_text": "text", "choice_text_en": "text_en"}


def _questions(reading: _Reading, lines: Iterable[Line]) -> list[Plain] | None:
    """Gather the choices of each question; what its rows say of the question itself must agree."""
    questions: dict[str, Plain] = {}
    agree = True
    for line in lines:
        question = _without(line, "matter", *CHOICE)
        known = questions.setdefault(question["code"], question | {"choices": []})
        if any(known[name] != value for name, value in question.items()):
            reading.fault(line.sheet, line.row, "问题编码", "同一问题的各行，除选项外应相同。请改成一致")
            agree = False
        known["choices"].append({name: line.values[field] for field, name in CHOICE.items()})
    return list(questions.values()) if agree else None


def _nested(reading: _Reading, line: Line, *, optional: tuple[str, ...]) -> Plain | None:
    """Return the plain value with its parts in place; a limit that may be missing is either whole or None."""
    plain: Plain = {}
    for path, value in line.values.items():
        *above, name = path.split(".")
        place = plain
        for step in above:
            place = place.setdefault(step, {})
        place[name] = value
    for path in optional:
        *above, name = path.split(".")
        place = plain
        for step in above:
            place = place[step]
        empty = [part for part, value in place[name].items() if value is None]
        if len(empty) == len(place[name]):
            place[name] = None
        elif empty:
            header = line.sheet.column(f"{path}.{empty[0]}").header
            reading.fault(line.sheet, line.row, header, "时限的天数、单位和起算应一起填写，或一起留空")
            return None
    return plain


Whole = Callable[[_Reading, Line, Parts], Plain | None]
WHOLE: tuple[tuple[Sheet, str, Any, Whole], ...] = (
    (sheets.STANDARDS, "standards", Standard, _standard),
    (sheets.IMPLEMENTATIONS, "implementations", Implementation, _implementation),
    (sheets.MATERIALS, "materials", Material, _bare),
    (sheets.CERTIFICATE_TYPES, "certificate_types", CertificateType, _bare),
    (sheets.ELEMENTS, "elements", DataElement, _bare),
    (sheets.OFFERS, "offers", Offer, _bare),
    (sheets.EXTENSIONS, "extensions", Extension, _bare),
    (sheets.REFORMS, "reforms", Reform, _bare),
)
KINDS = {sheet.name: name for sheet, name, _, _ in WHOLE}
SHEET_OF = {name: sheet for sheet, name in KINDS.items()}
"""By field of `Holdings`, the sheet its values stand on."""


def _value(reading: _Reading, line: Line, plain: Plain, kind: Any) -> Any:
    try:
        return from_plain(plain, kind)
    except Refused as refused:
        reading.fault(line.sheet, line.row, "", str(refused))
        return None
