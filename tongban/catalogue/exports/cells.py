"""How does a plain value stand in a cell, and how is it read from what a person typed there?

Each kind of cell goes both ways: `write` gives text, a number or a day, `read` gives the plain value (`domain.codec`)
again, or says in words what is wrong. What was written is read back equal; what cannot be is refused when it is
written, never changed silently. Spreadsheets turn codes into numbers and days into numbers of days: a number is taken
for text only where nothing is lost by it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from tongban.catalogue.exports import words
from tongban.domain.refused import Refused

Cell = str | int | float | bool | date | None
"""What a spreadsheet keeps in a cell; None and empty text are the same."""

LONGEST = 32_767
"""Characters in a cell, by the file format."""

EXACT = 10**15
"""Spreadsheets keep fifteen digits of a number; a longer code that was typed as a number has lost its end."""

FIRST_DAY = "1900-03-01"
"""Spreadsheets believe in a 29 February 1900; what lies before it they count differently."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SEPARATORS = re.compile(r"[、,，;；\s]+")
_LINE_ENDS = re.compile(r"\n")
_CODE_ENDS = re.compile(r"[=\s]")


class NotWritable(Refused):
    """A value that a cell cannot hold without changing it."""

    code = "not_writable"


class BadCell(ValueError):
    """What stands in a cell is no value of its column; the text says why."""


def text_of(cell: Cell) -> str:
    """Return the text of a cell without blanks around it. Raises BadCell."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case datetime() | date():
            raise BadCell("被表格软件变成了日期，请把单元格设为文本后重新填写")
        case float() if not cell.is_integer():
            raise BadCell("被表格软件变成了小数，请把单元格设为文本后重新填写")
        case int() | float():
            if abs(cell) >= EXACT:
                raise BadCell("被表格软件变成了数字，末尾几位已丢失，请把单元格设为文本后重新填写")
            return str(int(cell))
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    if found := UNPRINTABLE.search(cell):
        raise BadCell(f"第 {found.start() + 1} 个字符是看不见的控制字符，请删去后重新填写")
    return cell.strip()


class Kind(ABC):
    """One kind of cell. `empty` is the plain value of an empty cell; `says` tells an author what may stand there."""

    empty: Any = ""
    says: str = ""

    @abstractmethod
    def write(self, plain: Any) -> Cell:
        """Raises NotWritable."""

    def read(self, cell: Cell) -> Any:
        """Raises BadCell."""
        text = text_of(cell)
        return self.parse(text) if text else self.empty

    @abstractmethod
    def parse(self, text: str) -> Any:
        """Return the plain value that a text stands for. Raises BadCell."""


class Text(Kind):
    says = "文字"

    def write(self, plain: Any) -> Cell:
        return checked(plain)

    def parse(self, text: str) -> Any:
        return text


@dataclass(frozen=True)
class Number(Kind):
    """A whole number, or none."""

    empty: Any = None
    says: str = "整数"

    def write(self, plain: Any) -> Cell:
        return plain if plain is None else int(plain)

    def parse(self, text: str) -> Any:
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise BadCell(f"应为整数，填的是“{shortened(text)}”")
        return int(text)


@dataclass(frozen=True)
class Numbers(Kind):
    """Several whole numbers, each for the member of another list that has its place; the same may stand twice."""

    empty: Any = field(default_factory=list)
    says: str = "整数；可填多个，用“、”隔开"

    def write(self, plain: Any) -> Cell:
        return "、".join(map(str, plain)) or None

    def parse(self, text: str) -> Any:
        return [Number().parse(part) for part in _SEPARATORS.split(text) if part]


class Money(Kind):
    """Cents, written in yuan."""

    empty = 0
    says = "金额（元），不收费填 0 或留空"

    def write(self, plain: Any) -> Cell:
        return f"{plain // 100}.{plain % 100:02}" if plain % 100 else str(plain // 100)

    def read(self, cell: Cell) -> Any:
        return self.parse(str(cell)) if isinstance(cell, float) else super().read(cell)

    def parse(self, text: str) -> Any:
        try:
            cents = Decimal(text) * 100
        except ArithmeticError:
            raise BadCell(f"应为金额（元），填的是“{shortened(text)}”") from None
        if not cents.is_finite() or not 0 <= cents < EXACT or cents != cents.to_integral_value():
            raise BadCell(f"应为不小于 0、至多两位小数的金额（元），填的是“{shortened(text)}”")
        return int(cents)


class YesNo(Kind):
    empty = False
    says = "是、否；留空为否"

    def write(self, plain: Any) -> Cell:
        return "是" if plain else "否"

    def parse(self, text: str) -> Any:
        if text not in ("是", "否", "1", "0"):
            raise BadCell(f"应为“是”或“否”，填的是“{shortened(text)}”")
        return text in ("是", "1")


class Day(Kind):
    """ISO 8601 text in plain values; a day in the sheet."""

    empty = None
    says = "日期，如 2026-11-23"

    def write(self, plain: Any) -> Cell:
        """A day before the first that spreadsheets know is written as text."""
        return date.fromisoformat(plain) if plain >= FIRST_DAY else plain

    def read(self, cell: Cell) -> Any:
        if isinstance(cell, datetime):
            if cell.time() != datetime.min.time():
                raise BadCell("应只写日期，不写时刻")
            return cell.date().isoformat()
        return cell.isoformat() if isinstance(cell, date) else super().read(cell)

    def parse(self, text: str) -> Any:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise BadCell(f"应为日期，如 2026-11-23，填的是“{shortened(text)}”") from None


@dataclass(frozen=True)
class Choice(Kind):
    """One member of a closed set, by its Chinese word; digits of the national tables are no word."""

    of: type[StrEnum]
    empty: Any = None
    whole: bool = False
    """The plain value is a number whose digits are the member's value."""

    @cached_property
    def words(self) -> dict[str, str]:
        return words.of(self.of)

    @property
    def says(self) -> str:  # type: ignore[override]
        return "、".join(self.words.values()) + " 之一"

    def write(self, plain: Any) -> Cell:
        return None if plain is None else self.words[str(plain)]

    def parse(self, text: str) -> Any:
        for value, word in self.words.items():
            if word == text:
                return int(value) if self.whole else value
        raise BadCell(f"应为{self.says}，填的是“{shortened(text)}”")


@dataclass(frozen=True)
class Codes(Kind):
    """Several codes, or several members of a closed set by their words."""

    of: type[StrEnum] | None = None
    empty: Any = field(default_factory=list)
    whole: bool = False
    """The plain values are numbers whose digits are the members' values."""

    @property
    def says(self) -> str:  # type: ignore[override]
        return f"{'、'.join(words.of(self.of).values()) if self.of else '代码'}；可填多个，用“、”隔开"

    def write(self, plain: Any) -> Cell:
        return "、".join(part_of(each, _SEPARATORS) for each in map(self._word, plain)) or None

    def _word(self, value: Any) -> str:
        return words.of(self.of)[str(value)] if self.of else value

    def parse(self, text: str) -> Any:
        parts = [part for part in _SEPARATORS.split(text) if part]
        if len(set(parts)) < len(parts):
            raise BadCell("同一项填了两次，请只留一次")
        return [Choice(self.of, whole=self.whole).parse(part) for part in parts] if self.of else parts


@dataclass(frozen=True)
class Pairs(Kind):
    """One `code=text` on each line."""

    empty: Any = field(default_factory=list)
    says: str = "每行一个“代码=名称”"

    def write(self, plain: Any) -> Cell:
        return checked("\n".join(f"{part_of(code, _CODE_ENDS)}={part_of(text, _LINE_ENDS)}" for code, text in plain))

    def parse(self, text: str) -> Any:
        pairs = [line.partition("=") for line in text.split("\n") if line.strip()]
        if any(not equals or not code.strip() for code, equals, _ in pairs):
            raise BadCell("每行应为“代码=名称”")
        return [[code.strip(), name.strip()] for code, _, name in pairs]


class When(Kind):
    """Under which answers something applies: `question=choice|choice`, several joined by “；”; empty: always."""

    empty: Any = []  # noqa: RUF012 - never changed: readers replace plain values, they do not add to them
    says = "问题=选项|选项；问题=选项。留空为一律适用"
    _mark = re.compile(r"[=|；;\s]")

    def write(self, plain: Any) -> Cell:
        parts = (
            f"{part_of(question, self._mark)}={'|'.join(part_of(choice, self._mark) for choice in allowed)}"
            for question, allowed in plain
        )
        return "；".join(parts) or None

    def parse(self, text: str) -> Any:
        return [self._one(part) for part in re.split(r"[;；\n]", text) if part.strip()]

    @staticmethod
    def _one(part: str) -> Any:
        question, equals, allowed = (each.strip() for each in part.partition("="))
        choices = sorted({choice.strip() for choice in allowed.split("|")})
        if not (question and equals and all(choices)):
            raise BadCell(f"应为“问题=选项|选项”，填的是“{shortened(part)}”")
        return [question, choices]


COMPOSED, CITED = "示例", "引用："


class Source(Kind):
    """Where something comes from: the article, or the word 示例 where it is composed."""

    empty: Any = {"kind": "composed", "reference": ""}  # noqa: RUF012 - never changed, as above
    says = "法律条款或标准条文；示例数据填“示例”或留空"

    def write(self, plain: Any) -> Cell:
        reference = checked(plain["reference"]) or ""
        if plain["kind"] == "composed":
            return f"{COMPOSED}：{reference}" if reference else COMPOSED
        bare = reference and not reference.startswith((COMPOSED, CITED))
        return reference if bare else CITED + reference

    def parse(self, text: str) -> Any:
        if text == COMPOSED:
            return {"kind": "composed", "reference": ""}
        if text.startswith(COMPOSED + "："):
            return {"kind": "composed", "reference": text.removeprefix(COMPOSED + "：").strip()}
        return {"kind": "cited", "reference": text.removeprefix(CITED).strip()}


class Sources(Kind):
    """One source on each line."""

    empty: Any = []  # noqa: RUF012 - never changed, as above
    says = "每行一条法律条款；示例数据填“示例”"
    _one = Source()

    def write(self, plain: Any) -> Cell:
        lines = [part_of(str(self._one.write(each)), _LINE_ENDS) for each in plain]
        return checked("\n".join(lines))

    def parse(self, text: str) -> Any:
        return [self._one.parse(line.strip()) for line in text.split("\n") if line.strip()]


def checked(text: str) -> str | None:
    """Return a text that a cell holds as it is, None for an empty one. Raises NotWritable."""
    if len(text) > LONGEST or text != text.strip() or "\r" in text or UNPRINTABLE.search(text):
        why = f"它超过 {LONGEST} 个字符" if len(text) > LONGEST else "它的首尾有空白，或含有看不见的控制字符"
        raise NotWritable(f"未导出：“{shortened(text)}”不能原样写进表格，因为{why}。请先修改这段文字。")
    return text or None


def part_of(text: str, separator: re.Pattern[str]) -> str:
    """Return a text that stands with others in one cell. Raises NotWritable where it holds what parts them."""
    if not text or separator.search(text):
        raise NotWritable(
            f"未导出：“{shortened(text)}”不能与其他内容写进同一个单元格，因为它是空的或含有分隔符号。请先修改它。"
        )
    return checked(text) or ""


def shortened(text: str) -> str:
    """Return the first forty printable characters: for sentences that name what is wrong."""
    printable = "".join(character for character in text[:41] if character.isprintable())
    return printable if len(text) <= 40 else printable[:40] + "…"
