"""Is what was filled into a form field a value of its data element?

A data element (数据元) is filled in once, however many matters need it. Each kind has one check, which returns the
value as it is kept; numbers of documents are checked by their standards. A refusal names the field and says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from tongban.domain import identifiers
from tongban.domain.catalogue import Catalogue, DataElement, ElementKind, SubjectRole
from tongban.domain.identifiers import DocumentType
from tongban.domain.refused import Refused

LONGEST_TEXT = 200
"""Characters; a name of a ship, a company or an address fits, a pasted document does not."""

_NUMBERS = {
    ElementKind.USCC: DocumentType.USCC,
    ElementKind.RESIDENT_ID: DocumentType.RESIDENT_ID,
    ElementKind.IMO: DocumentType.IMO,
}
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class InvalidElement(Refused):
    """A value that is none of its data element; `field` is the element's code."""

    code = "invalid_element"


class FormIncomplete(Refused):
    """A form with required fields left empty; `missing` lists their codes."""

    code = "form_incomplete"

    def __init__(self, missing: tuple[DataElement, ...]) -> None:
        names = "、".join(element.name for element in missing[:5])
        more = f"等 {len(missing)} 项" if len(missing) > 5 else ""
        super().__init__(f"还不能提交：{names}{more}没有填写。请补充填写后再提交。", field=missing[0].code)
        self.missing = missing


def needed(catalogue: Catalogue, matters: Iterable[str]) -> tuple[DataElement, ...]:
    """Return the data elements that these matters ask for, each once, in the order of the catalogue."""
    codes = {code for matter in matters for code in catalogue.standards[matter].elements}
    return tuple(element for code, element in catalogue.elements.items() if code in codes)


def about(catalogue: Catalogue, role: SubjectRole) -> frozenset[str]:
    """Return the data elements that are about a role: those that stand on the topic on which it is identified."""
    identifying = [element for element in catalogue.elements.values() if element.identifies is role]
    topics = {element.topic for element in identifying if element.topic}
    whole = (element.code for element in catalogue.elements.values() if element.topic in topics)
    return frozenset((*whole, *(element.code for element in identifying)))


def demand(elements: Iterable[DataElement], values: Mapping[str, str]) -> None:
    """Refuse a form with empty required fields. Raises FormIncomplete."""
    missing = tuple(element for element in elements if element.required and not values.get(element.code))
    if missing:
        raise FormIncomplete(missing)


def check(element: DataElement, text: str, *, today: date) -> str:
    """Return the value as it is kept; an empty text stays empty. Raises InvalidElement."""
    text = text.strip()
    if not text:
        return ""
    if _CONTROL.search(text):
        raise _invalid(element, "含有不可见的控制字符，请重新输入")
    match element.kind:
        case ElementKind.TEXT:
            return _text(element, text)
        case ElementKind.INTEGER:
            return _integer(element, text)
        case ElementKind.DECIMAL:
            return _decimal(element, text)
        case ElementKind.DAY:
            return _day(element, text)
        case ElementKind.CHOICE:
            return _choice(element, text)
        case ElementKind.PHONE:
            return _phone(element, text)
        case _:
            return _number(element, text, today)


def _text(element: DataElement, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise _invalid(element, f"最多 {LONGEST_TEXT} 个字，现有 {len(text)} 个，请缩短")
    return text


def _integer(element: DataElement, text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise _invalid(element, "应为不超过 12 位的整数，请只填数字")
    return str(int(text))


def _decimal(element: DataElement, text: str) -> str:
    try:
        number = Decimal(text) if len(text) <= 20 and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise _invalid(element, "应为数字，如 12.5，请只填数字和小数点")
    return f"{number:f}"


def _day(element: DataElement, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _invalid(element, "应为存在的日期，如 2026-03-02，请核对") from None


def _choice(element: DataElement, text: str) -> str:
    if text not in dict(element.choices):
        raise _invalid(element, f"只能选择{'、'.join(name for _, name in element.choices)}中的一项")
    return text


def _phone(element: DataElement, text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise _invalid(element, "应为 7 至 20 位电话号码，请核对")
    return text


def _number(element: DataElement, text: str, today: date) -> str:
    try:
        return identifiers.check(_NUMBERS[element.kind], text, today=today)
    except identifiers.InvalidIdentifier as invalid:
        raise InvalidElement(str(invalid), field=element.code) from invalid


def _invalid(element: DataElement, what: str) -> InvalidElement:
    return InvalidElement(f"“{element.name}”填写有误：{what}。", field=element.code)
