"""For whom does a draft ask, and how is a list of people brought in?

The template is a workbook with the columns that the matters ask of every person. A list comes back as a workbook or as
CSV, and is hostile until it is read (`catalogue/imports/cells.py`). What speaks against a row that the list itself
cannot know is looked up: another application of the same holder for the same person that is still open, and a name
that is not the registered one. Nothing is kept of a list with wrong rows, unless the good ones are to be taken; what is
kept is sealed under the holder's data key.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

import xlsxwriter

from tongban.casework import drafts
from tongban.casework.models import Case, Draft
from tongban.casework.supplies import Parties
from tongban.catalogue.exports.cells import BadCell, Cell, text_of
from tongban.catalogue.imports.cells import Unreadable, pages_of
from tongban.domain import roster
from tongban.domain.catalogue import DataElement, ElementKind
from tongban.domain.clock import day_of
from tongban.domain.refused import Refused
from tongban.domain.roster import Entry, Examined, Fault, Line
from tongban.domain.sealed import Sealed
from tongban.keys import actions as keys
from tongban.keys.vault import Damaged
from tongban.people import queries as people

MAX_BYTES = 2 * 1024 * 1024
MOST_COLUMNS = 50
PAGE, EXPLANATIONS = "名单", "填写说明"
BLANK_ROWS = 200
"""Rows of the template whose cells are text beforehand, so that no program takes a number for a quantity."""


class UnreadableList(Refused):
    """A file that is no list, or one that cannot be read."""

    code = "unreadable_list"


class AppliedForAlready(Refused):
    """Somebody on the list for whom the same is asked already."""

    code = "applied_for_already"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a draft: an opaque id, number and name, and his own values."""

    id: str
    number: str
    name: str
    values: Mapping[str, str]


def members(draft: Draft) -> tuple[Member, ...]:
    """Return the people of a draft, in the order of the list."""
    return tuple(Member(**one) for one in drafts.people_of(draft))


def asked(draft: Draft) -> tuple[DataElement, ...]:
    """Return what is asked of each person; nothing where a draft is not for others.

    A holder who is a person asks for himself.
    """
    if not draft.party.startswith("org:"):
        return ()
    catalogue, _ = drafts.of_bundle(draft)
    return roster.asked_of_each(catalogue, {case.matter for case in drafts.derive(draft).cases})


def demand_asked(draft: Draft) -> tuple[DataElement, ...]:
    """Raises NotForMany."""
    found = asked(draft)
    if not found:
        raise roster.NotForMany("这份申请不用名单：它办理的不是人员的事项，或者您以本人身份申请。请从任务清单中填写。")
    return found


def with_people(about: Parties, listed: Sequence[Member]) -> Parties:
    """Return whom an application is about, with the number of everybody on its list."""
    return replace(about, numbers={**about.numbers, **{one.id: one.number for one in listed}})


# --- bringing a list --------------------------------------------------------------------------------------------------


def bring(draft: Draft, *, name: str, data: bytes, good_only: bool = False, now: datetime) -> int:
    """Keep the people of a list, in place of those before; return how many.

    Raises NotForMany, UnreadableList, NobodyNamed, TooManyPeople, BadLines, and what `drafts` refuses.
    """
    lines, unread = read(name=name, data=data, asked=demand_asked(draft))
    return take_in(draft, lines, unread, good_only=good_only, now=now)


def take_in(
    draft: Draft, lines: Sequence[Line], unread: Sequence[Fault], *, good_only: bool = False, now: datetime
) -> int:
    """Keep the people of a list that was read; return how many. Raises as `bring` does."""
    columns = demand_asked(draft)
    roster.demand_size(len(lines))
    examined = examine(draft, lines, unread, columns, today=day_of(now))
    return keep(draft, roster.take(examined, good_only=good_only), now=now)


def wrapped(draft: Draft, lines: Sequence[Line], unread: Sequence[Fault]) -> str:
    """Return a list that was read as a seal, so that a page can hand it back while nothing of it is kept here."""
    plain = {"draft": draft.id, "lines": [asdict(one) for one in lines], "unread": [asdict(one) for one in unread]}
    return keys.seal(person=draft.party, plaintext=json.dumps(plain, ensure_ascii=False).encode()).ciphertext


def unwrapped(draft: Draft, text: str) -> tuple[list[Line], list[Fault]]:
    """Return the list of a page of this draft. Raises UnreadableList for anything else."""
    try:
        plain = json.loads(keys.unseal(Sealed(person=draft.party, ciphertext=text)))
    except Damaged:
        plain = {"draft": ""}
    if plain["draft"] != draft.id:
        raise _unreadable("这一页已过期。请重新选择文件上传")
    return [Line(**one) for one in plain["lines"]], [Fault(**one) for one in plain["unread"]]


def examine(
    draft: Draft, lines: Sequence[Line], unread: Sequence[Fault], columns: Sequence[DataElement], *, today: date
) -> Examined:
    """Return what a list says and what is wrong with it; a row with a cell that could not be read is wrong."""
    spoilt = {fault.row for fault in unread}
    found = roster.examine([line for line in lines if line.row not in spoilt], columns, today=today)
    found = roster.strike(found, columns, _against(draft, found.entries))
    return Examined(found.entries, tuple(sorted((*found.faults, *unread), key=lambda fault: fault.row)))


def keep(draft: Draft, entries: Sequence[Entry], *, now: datetime) -> int:
    """Write the people of a list into a draft; the files of those who stay are kept."""
    known = people.people_by_number([entry.number for entry in entries])
    listed = [Member(known[one.number].id, one.number, one.name, dict(one.values)) for one in entries]
    drafts.name_people(draft, [asdict(one) for one in listed], now=now)
    return len(listed)


def remove(draft: Draft, person: str, *, now: datetime) -> None:
    """Take one person off the list."""
    drafts.name_people(draft, [asdict(one) for one in members(draft) if one.id != person], now=now)


def _against(draft: Draft, entries: Sequence[Entry]) -> dict[str, tuple[bool, str]]:
    """Return by number what speaks against people, and whether it is their name. A constant number of statements."""
    known = people.people_by_number([entry.number for entry in entries])
    standing = asked_elsewhere(draft, [one.id for one in known.values()])
    reasons = {}
    for entry in entries:
        person = known[entry.number]
        if person.name and person.name != entry.name:
            reasons[entry.number] = (True, "姓名与这个证件号码登记的姓名不一致，请对照证件核对")
        if person.id in standing:
            reasons[entry.number] = (False, f"已为此人申请过，正在办理（{standing[person.id]}），请删去这一行")
    return reasons


def asked_elsewhere(draft: Draft, ids: Sequence[str]) -> dict[str, str]:
    """Return for whom the same holder has the same matter in hand, with the application's number. One statement."""
    matters = {case.matter for case in drafts.derive(draft).cases}
    in_hand = Case.objects.filter(application__holder=draft.party, ended_at=None, matter__in=matters, subject__in=ids)
    return dict(in_hand.values_list("subject", "application__number")) if ids else {}


# --- everybody's own files --------------------------------------------------------------------------------------------


def own_material(draft: Draft) -> str:
    """Return the one material that each person gives himself; empty where there is none, or more than one."""
    own = {ask.material for ask in drafts.derive(draft).asks if ask.subject}
    return own.pop() if len(own) == 1 else ""


def whose(listed: Sequence[Member], name: str) -> Member | None:
    """Return the one person whose number stands in the name of a file."""
    found = [one for one in listed if one.number.upper() in name.upper()]
    return found[0] if len(found) == 1 else None


# --- the list as a file -----------------------------------------------------------------------------------------------


def read(*, name: str, data: bytes, asked: Sequence[DataElement]) -> tuple[list[Line], list[Fault]]:
    """Return the rows of a list, and the cells that could not be read. Raises UnreadableList."""
    if len(data) > MAX_BYTES:
        raise _unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB。请删去多余的行、列后再上传")
    rows = _csv(data) if name.lower().endswith(".csv") else _workbook(name, data)
    if not rows:
        raise _unreadable("表中没有内容。请下载模板，按表头填写")
    columns = _columns(rows[0], asked)
    lines: list[Line] = []
    wrong: list[Fault] = []
    for number, cells in enumerate(rows[1:], start=2):
        if all(cell in (None, "") or (isinstance(cell, str) and not cell.strip()) for cell in cells):
            continue
        texts = {}
        for code, place in columns.items():
            try:
                texts[code] = text_of(cells[place] if place < len(cells) else None)
            except BadCell as bad:
                texts[code] = ""
                wrong.append(Fault(number, code, str(bad)))
        lines.append(Line(number, texts))
    return lines, wrong


def _workbook(name: str, data: bytes) -> Sequence[Sequence[Cell]]:
    try:
        pages = pages_of(name=name, data=data)
    except Unreadable as unreadable:
        raise _unreadable(str(unreadable)) from None
    page = pages.get(PAGE) or next(iter(pages.values()), None)
    if page is None:
        return []
    if page.merged:
        raise _unreadable(f"第 {page.merged[0][0]} 行有合并的单元格。请取消合并，逐格填写")
    return page.rows


def _csv(data: bytes) -> Sequence[Sequence[Cell]]:
    """Spreadsheets of this country save CSV in UTF-8 or in GB 18030."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise _unreadable("文字编码无法识别。请用表格软件另存为 xlsx 或 UTF-8 的 CSV 后再上传") from None
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise _unreadable("不是完整的 CSV：引号没有成对，或一格过长。请用表格软件另存为 xlsx 后再上传") from None


def _columns(head: Sequence[Cell], asked: Sequence[DataElement]) -> dict[str, int]:
    """Return in which column each data element stands; the head names it in either language. Raises UnreadableList."""
    names = [str(cell or "").strip() for cell in head[:MOST_COLUMNS]]
    found = {}
    for element in asked:
        places = [place for place, name in enumerate(names) if name and name in (element.name, element.name_en)]
        if len(places) > 1:
            raise _unreadable(f"“{element.name}”这一列出现了两次。请只留一列")
        if places:
            found[element.code] = places[0]
        elif element.required:
            raise _unreadable(f"缺少“{element.name}”这一列。请下载模板，不要改动表头")
    return found


def _unreadable(why: str) -> UnreadableList:
    return UnreadableList(f"名单未保存：{why}。", field="file")


def template(draft: Draft) -> bytes:
    """Return an empty list with the columns that are asked, and how to fill them in. Raises NotForMany."""
    columns = demand_asked(draft)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7"})
    text = book.add_format({"num_format": "@"})
    page, told = book.add_worksheet(PAGE), book.add_worksheet(EXPLANATIONS)
    page.freeze_panes(1, 0)
    told.set_column(0, 2, 40)
    for number, title in enumerate(("列", "是否必填", "怎么填")):
        told.write_string(0, number, title, head)
    for place, element in enumerate(columns):
        page.set_column(place, place, 24, text)
        page.write_string(0, place, element.name, head)
        for row in range(1, BLANK_ROWS + 1):
            page.write_blank(row, place, None, text)
        if element.choices:
            chosen = {"validate": "list", "source": [name for _, name in element.choices]}
            page.data_validation(1, place, BLANK_ROWS, place, chosen)
        for number, words in enumerate((element.name, "必填" if element.required else "选填", _how(element))):
            told.write_string(place + 1, number, words)
    told.write_string(len(columns) + 2, 0, f"一行一人，一次最多 {roster.MOST} 人。")
    book.close()
    return out.getvalue()


def _how(element: DataElement) -> str:
    if element.choices:
        return f"从下列选项中选一项：{'、'.join(name for _, name in element.choices)}"
    kinds = {ElementKind.DAY: "日期，如 2026-03-02", ElementKind.RESIDENT_ID: "18 位公民身份号码，单元格须是文本"}
    return element.hint or kinds.get(element.kind, "")
