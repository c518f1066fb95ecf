"""What do the pages of the form show beside the questions? What is known, and the people on the list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongban.casework import words
from tongban.casework.filling import Filling, Sheet
from tongban.casework.prereview.following import Advice
from tongban.domain import masks
from tongban.domain.catalogue import DataElement, SubjectRole
from tongban.domain.identifiers import DocumentType
from tongban.domain.roster import BadLines
from tongban.web.values import Answer


def known(one: Filling, sheet: Sheet, advice: Mapping[str, Advice]) -> list[Answer]:
    """Return what the page need not ask, because it is known of the holder."""
    return [
        Answer(
            words.element(element), words.value(element, one.known[element.code]), source=_known(one, element, advice)
        )
        for element in sheet.elements
        if element.code in one.known
    ]


def _known(one: Filling, element: DataElement, advice: Mapping[str, Advice]) -> str:
    source, remark = told_by(one, element), advice.get(element.code)
    return source if remark is None else _("{source}。预审意见：{words}").format(source=source, words=remark.words)


def told_by(one: Filling, element: DataElement) -> str:
    """Say who tells what need not be filled in."""
    return _("来自您的登记身份") if element.code in one.of_holder else _("来自税收征管库，如有误请向主管税务机关更正")


@dataclass(frozen=True, slots=True)
class Listed:
    """One person on the list as its holder reads it: his number stays masked."""

    id: str
    name: str
    cells: list[tuple[str, str]]
    """What is his own, each with its heading."""
    missing: int
    """How many of his own materials are missing."""

    @property
    def values(self) -> list[str]:
        return [value for _heading, value in self.cells]


def listed(one: Filling) -> list[Listed]:
    own = [element for element in one.roster if element.names is not SubjectRole.PERSON]
    return [
        Listed(
            id=each.id,
            name=each.name,
            cells=[(words.element(one), _own_value(one, each.values.get(one.code, ""))) for one in own],
            missing=sum(wanted.subject == each.id for wanted in one.missing_materials),
        )
        for each in one.people
    ]


def _own_value(element: DataElement, text: str) -> str:
    return masks.number(DocumentType.RESIDENT_ID, text) if element.identifies else words.value(element, text)


def columns(one: Filling) -> list[str]:
    """Return the headings of the list, but for the name."""
    return [words.element(element) for element in one.roster if element.names is not SubjectRole.PERSON]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row of a list, in the words of its columns."""

    row: int
    column: str
    reason: str


def faults(one: Filling, bad: BadLines) -> list[Fault]:
    names = {element.code: words.element(element) for element in one.roster}
    return [Fault(each.row, names.get(each.element, ""), each.reason) for each in bad.faults]
