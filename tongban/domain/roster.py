"""For whom does one applicant ask at once, and is every row of its list right?

A roster (名单) is a list of people for whom an organisation asks the same matters: one application, a case for each
person, shared materials asked once, each person's own materials asked for each. What is asked of every person follows
from the catalogue: the data elements of the topic on which a person is identified. A row that is wrong is told with
its number, its column and the reason; the others may be taken without it, if the applicant says so.

Source: mission row B9; GB 11643-1999 (numbers of residents); design, invariant 4 and section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongban.domain import elements
from tongban.domain.catalogue import Catalogue, DataElement, SubjectRole
from tongban.domain.elements import InvalidElement
from tongban.domain.refused import Refused

MOST = 60
"""People of one application: for more there is a second one."""


class TooManyPeople(Refused):
    """A list that is longer than one application may be."""

    code = "too_many_people"


class NobodyNamed(Refused):
    """A list with nobody on it."""

    code = "nobody_named"


class NotForMany(Refused):
    """A list of people for matters that are about nobody else, or by somebody who asks for himself."""

    code = "not_for_many"


class BadLines(Refused):
    """A list with wrong rows; nothing of it is kept unless the applicant takes the good ones."""

    code = "bad_lines"

    def __init__(self, faults: tuple[Fault, ...], good: int) -> None:
        rows = len({fault.row for fault in faults})
        kept = f"可以改正后重新上传，也可以只收下其余 {good} 行。" if good else "请改正后重新上传。"
        super().__init__(f"名单未保存：有 {rows} 行填写有误。{kept}", field="file")
        self.faults = faults
        self.good = good


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list as it was typed, by data element; `row` as the author counts it."""

    row: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row, and in which data element; an empty `element` means the whole row."""

    row: int
    element: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person: his number and name, and every value as it is kept."""

    row: int
    number: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Examined:
    """The rows that are right, in their order, and what is wrong with the others."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...] = ()


def asked_of_each(catalogue: Catalogue, matters: Iterable[str]) -> tuple[DataElement, ...]:
    """Return the data elements that these matters ask of every person; none where they are about nobody."""
    about = elements.about(catalogue, SubjectRole.PERSON)
    asked = tuple(element for element in elements.needed(catalogue, matters) if element.code in about)
    return asked if any(element.identifies is SubjectRole.PERSON for element in asked) else ()


def of_people(catalogue: Catalogue, matter: str) -> bool:
    """Whether a matter has a case for each person on a roster."""
    return bool(asked_of_each(catalogue, [matter]))


def demand_size(count: int) -> None:
    """Refuse a list that is empty or too long. Raises NobodyNamed, TooManyPeople."""
    if not count:
        raise NobodyNamed("名单未保存：表中没有填写人员。请在表头下面一行填写一人，再上传。", field="file")
    if count > MOST:
        raise TooManyPeople(
            f"名单未保存：一次最多为 {MOST} 人申请，表中有 {count} 人。请分成几份名单，分几次申请。", field="file"
        )


def examine(lines: Sequence[Line], asked: Sequence[DataElement], *, today: date) -> Examined:
    """Check every row by itself, then against the others.

    Two rows about one person are one too many; where they say different things neither can be taken.
    """
    entries: list[Entry] = []
    faults: list[Fault] = []
    for line in lines:
        values, wrong = _values(line, asked, today)
        faults += wrong
        if not wrong:
            entries.append(_entry(line.row, asked, values))
    first: dict[str, Entry] = {}
    twice: set[str] = set()
    for entry in entries:
        standing = first.setdefault(entry.number, entry)
        if standing is not entry:
            faults.append(Fault(entry.row, _identifying(asked).code, f"与第 {standing.row} 行是同一个人。请只留一行"))
            if standing.values != entry.values and entry.number not in twice:
                reason = f"与第 {entry.row} 行是同一个人，内容却不同。请只留一行"
                faults.append(Fault(standing.row, _identifying(asked).code, reason))
                twice.add(entry.number)
    good = tuple(entry for number, entry in first.items() if number not in twice)
    return Examined(good, tuple(sorted(faults, key=lambda fault: fault.row)))


def strike(examined: Examined, asked: Sequence[DataElement], reasons: Mapping[str, tuple[bool, str]]) -> Examined:
    """Take out those against whom something speaks that the list cannot know; `reasons` by number.

    The flag of a reason tells that it is the name's; else it is the number's.
    """
    naming = next((one.code for one in asked if one.names is SubjectRole.PERSON), _identifying(asked).code)
    found = [
        Fault(entry.row, naming if of_name else _identifying(asked).code, reason)
        for entry in examined.entries
        if entry.number in reasons
        for of_name, reason in [reasons[entry.number]]
    ]
    entries = tuple(entry for entry in examined.entries if entry.number not in reasons)
    return Examined(entries, tuple(sorted((*examined.faults, *found), key=lambda fault: fault.row)))


def take(examined: Examined, *, good_only: bool) -> tuple[Entry, ...]:
    """Return the people to be kept: all, or the good ones where the applicant says so. Raises BadLines."""
    if examined.faults and not (good_only and examined.entries):
        raise BadLines(examined.faults, len(examined.entries))
    return examined.entries


def _values(line: Line, asked: Sequence[DataElement], today: date) -> tuple[dict[str, str], list[Fault]]:
    values: dict[str, str] = {}
    wrong: list[Fault] = []
    for element in asked:
        try:
            values[element.code] = elements.check(
                element, _coded(element, line.texts.get(element.code, "")), today=today
            )
        except InvalidElement as invalid:
            wrong.append(Fault(line.row, element.code, str(invalid)))
            continue
        if reason := _unfit(element, values[element.code]):
            wrong.append(Fault(line.row, element.code, reason))
    return values, wrong


def _coded(element: DataElement, text: str) -> str:
    """Return the code of a choice that was written in words, in either language; everything else as it is."""
    words = {said: code for code, said in (*element.choices_en, *element.choices)}
    return words.get(text.strip(), text)


def _unfit(element: DataElement, value: str) -> str:
    if not value:
        return f"没有填写“{element.name}”，必须填写" if element.required else ""
    if element.names is SubjectRole.PERSON and (len(value) < 2 or not all(map(_stands_in_a_name, value))):
        return f"“{element.name}”填写有误：应为两个字以上的姓名，只写文字和间隔号，请核对"
    return ""


def _stands_in_a_name(letter: str) -> bool:
    return letter.isalpha() or letter in " \u3000·•.-'’"


def _entry(row: int, asked: Sequence[DataElement], values: Mapping[str, str]) -> Entry:
    name = next((values[one.code] for one in asked if one.names is SubjectRole.PERSON), "")
    return Entry(row, values[_identifying(asked).code], name, values)


def _identifying(asked: Sequence[DataElement]) -> DataElement:
    return next(one for one in asked if one.identifies is SubjectRole.PERSON)
