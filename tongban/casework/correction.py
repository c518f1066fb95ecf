"""What do pages show of the one-time notice (一次性告知): what a clerk may demand, and what an applicant is to answer?

A material or data element that several cases ask for stands there once, whatever their number; conditions belong to one
case each. What is missing is ticked beforehand, and everything points at the version of the standard that the cases
began with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from tongban.casework import form, reading, supplies, words
from tongban.casework.actions import Wrong
from tongban.casework.words import Names
from tongban.domain import intake
from tongban.domain.application import UNACCEPTED, Application, Case, CaseState
from tongban.domain.catalogue import Catalogue, SubjectRole
from tongban.domain.events import Demand, DemandKind
from tongban.domain.materials import place
from tongban.keys import actions as keys
from tongban.people.queries import names_of

# --- the clerk --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that may be demanded, of all the cases that ask for it."""

    kind: DemandKind
    target: str
    name: str
    cases: tuple[int, ...]
    matters: tuple[str, ...]
    missing: bool
    one_case: bool = False
    """It is one case's own: a condition, or a material of the person it is about."""

    @property
    def key(self) -> str:
        """The name of its field: what is one case's own is so whatever stands at its place in another."""
        of_case = f"_{self.cases[0]}" if self.one_case else ""
        return f"{self.kind.value}{of_case}_{self.target}"

    def demands(self, words: str) -> tuple[Wrong, ...]:
        return tuple(Wrong(case, self.kind, self.target, words) for case in self.cases)


def rows(catalogue: Catalogue, application: Application, filled: form.Form) -> list[Row]:
    """Return everything that may be demanded of the cases not yet told of: what is missing first, then as asked."""
    # When all was told the same fields stand there still: what is sent twice has one effect.
    open_cases = intake.untold(application) or _unaccepted(application)
    lacking = supplies.lacking(catalogue, application, filled)
    missing = {code for codes in lacking.values() for code in codes}
    people = reading.called(application, filled, in_clear=True)
    found = [
        *_materials(catalogue, application, open_cases, lacking, people),
        *_elements(catalogue, open_cases, missing, filled.recorded),
    ]
    return [*sorted(found, key=lambda row: not row.missing), *_conditions(catalogue, open_cases, people)]


def _unaccepted(application: Application) -> tuple[Case, ...]:
    return tuple(case for case in application.cases if case.here and case.state in UNACCEPTED)


def _materials(
    catalogue: Catalogue,
    application: Application,
    cases: Sequence[Case],
    lacking: Mapping[int, tuple[str, ...]],
    people: Names,
) -> Iterable[Row]:
    by: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        for named in supplies.places(catalogue, application, [case]).values():
            by.setdefault(named, []).append(case)
    for (code, subject), asking in by.items():
        name = words.of_person(words.material(catalogue, code), people.get(subject, ""))
        missing = any(code in lacking.get(case.index, ()) for case in asking)
        yield _row(catalogue, DemandKind.MATERIAL, code, name, asking, missing, one_case=bool(subject))


def _elements(
    catalogue: Catalogue, cases: Sequence[Case], missing: set[str], recorded: Collection[str]
) -> Iterable[Row]:
    for code in form.changeable(catalogue, cases):
        if code in recorded:
            continue
        asking = [case for case in cases if code in catalogue.standards[case.matter].elements]
        name = words.element(catalogue.elements[code])
        yield _row(catalogue, DemandKind.ELEMENT, code, name, asking, code in missing)


def _conditions(catalogue: Catalogue, cases: Sequence[Case], people: Names) -> Iterable[Row]:
    for case in cases:
        for number, one in enumerate(catalogue.standards[case.matter].conditions, start=1):
            name = words.of_person(words.spoken(one.text, one.text_en), people.get(case.subject, ""))
            yield _row(catalogue, DemandKind.CONDITION, str(number), name, [case], False, one_case=True)


def _row(
    catalogue: Catalogue,
    kind: DemandKind,
    target: str,
    name: str,
    cases: Sequence[Case],
    missing: bool,
    *,
    one_case: bool = False,
) -> Row:
    matters = tuple(dict.fromkeys(words.matter(catalogue, case.matter) for case in cases))
    return Row(kind, target, name, tuple(case.index for case in cases), matters, missing, one_case)


def send_by(application: Application) -> date | None:
    """Return the last day for the notice: the earliest on which an answer is due for any of the cases."""
    days = [case.answer_due_on for case in intake.untold(application) if case.state is CaseState.SUBMITTED]
    return min((day for day in days if day), default=None)


# --- what was told ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was demanded, merged over the cases that it was demanded of."""

    kind: DemandKind
    target: str
    name: str
    numbers: tuple[int, ...]
    """Of the demands."""
    matters: tuple[str, ...]
    words: str
    open: bool
    sent: bool
    """Whether an answer to it is on its way to another node."""
    explained: str
    place: str
    """Where the material stands that answers it; of a data element its code."""

    @property
    def key(self) -> str:
        return f"{self.kind.value}_{self.numbers[0]}"

    @property
    def own(self) -> bool:
        """Whether the applicant himself can answer it."""
        return self.kind in (DemandKind.MATERIAL, DemandKind.ELEMENT, DemandKind.CONDITION)


def told(
    catalogue: Catalogue,
    application: Application,
    demands: Mapping[int, Demand],
    *,
    people: Names,
    cases: Iterable[int] | None = None,
    sent: Collection[int] = (),
) -> list[Told]:
    """Return demands, by their numbers, as a reader understands them, each thing once; `cases`: only what concerns
    these; `sent`: to which an answer is on its way.

    `people`: what those on the roster are called (`reading.called`).
    """
    answered = {number for notice in application.notices for number in notice.answered}
    waiting = {
        number for number in demands if number not in answered and not application.case(demands[number].case).ended
    }
    explained = {
        number: keys.unseal(text).decode()
        for notice in application.notices
        for number, text in notice.explanations
        if number in demands
    }
    shown = set(cases) if cases is not None else {case.index for case in application.cases}
    merged: dict[Same, list[int]] = {}
    for number, demand in demands.items():
        if demand.case in shown:
            merged.setdefault(_same(catalogue, application, demand), []).append(number)
    said = _unsealed(demands)
    return [
        Told(
            kind=demands[numbers[0]].kind,
            target=demands[numbers[0]].target,
            name=words.of_person(_name(catalogue, application, demands[numbers[0]]), people.get(same[2], "")),
            numbers=tuple(numbers),
            matters=tuple(
                dict.fromkeys(
                    words.matter(catalogue, application.case(demands[number].case).matter) for number in numbers
                )
            ),
            words="\n".join(dict.fromkeys(said[number] for number in numbers if said[number])),
            open=any(number in waiting and number not in sent for number in numbers),
            sent=any(number in waiting and number in sent for number in numbers),
            explained="\n".join(dict.fromkeys(explained[number] for number in numbers if number in explained)),
            place=place(demands[numbers[0]].target, same[2]),
        )
        for same, numbers in merged.items()
    ]


@dataclass(frozen=True, slots=True)
class Given:
    """One notice as its reader sees it; `by`: the departments that gave it, empty where there is but one notice."""

    by: str
    at: datetime
    answer_due_on: date
    told: list[Told]

    @property
    def left(self) -> int:
        """How much of it the applicant himself has still to answer."""
        return sum(one.open and one.own for one in self.told)


def given(
    catalogue: Catalogue,
    application: Application,
    *,
    people: Names,
    cases: Iterable[int] | None = None,
    sent: Collection[int] = (),
) -> list[Given]:
    """Return the notices of an application; `cases`: only what concerns these; `sent`: demands to which an answer is
    on its way. One statement where there are several.

    `people`: what those on the roster are called (`reading.called`).
    """
    several = len(application.notices) > 1
    names = names_of({f"org:{case.body}" for case in application.cases}) if several else {}
    shown = set(cases) if cases is not None else None
    found = []
    for notice in application.notices:
        told_of = [application.case(index) for index in notice.cases()]
        bodies = dict.fromkeys(names.get(f"org:{case.body}", case.body) for case in told_of)
        demands = dict(zip(notice.numbers, notice.demands, strict=True))
        found.append(
            Given(
                by=words.listed(list(bodies)) if several else "",
                at=notice.at,
                answer_due_on=notice.answer_due_on,
                told=told(catalogue, application, demands, people=people, cases=shown, sent=sent),
            )
        )
    return [one for one in found if one.told]


Same = tuple[DemandKind, str, str, int]
"""What makes demands one: kind, target, whose it is, and the case where it is one case's."""


def _same(catalogue: Catalogue, application: Application, demand: Demand) -> Same:
    """A condition stands at its place in one standard; everything else is one thing for all cases of its person."""
    case = application.case(demand.case)
    if demand.kind is DemandKind.CONDITION:
        return demand.kind, demand.target, case.subject, demand.case
    of_material = demand.kind is DemandKind.MATERIAL
    return demand.kind, demand.target, supplies.subject_in(catalogue, case, demand.target) if of_material else "", 0


def _unsealed(demands: Mapping[int, Demand]) -> Mapping[int, str]:
    texts = {number: demand.text for number, demand in demands.items()}
    plain = iter(keys.unseal_many([text for text in texts.values() if text]))
    return {number: next(plain).decode() if text else "" for number, text in texts.items()}


def _name(catalogue: Catalogue, application: Application, demand: Demand) -> str:
    match demand.kind:
        case DemandKind.MATERIAL:
            return _("《{name}》").format(name=words.material(catalogue, demand.target))
        case DemandKind.ELEMENT:
            return words.element(catalogue.elements[demand.target])
        case DemandKind.CONDITION:
            one = catalogue.standards[application.case(demand.case).matter].conditions[int(demand.target) - 1]
            return words.spoken(one.text, one.text_en)
        case DemandKind.AWAITED:
            awaited = words.matter(catalogue, application.case(int(demand.target)).matter)
            return _("等待“{matter}”先补正").format(matter=awaited)
        case DemandKind.CONFIRMATION:
            return _("{role}登录确认并签名").format(role=words.ROLES[SubjectRole(demand.target)])


def current(catalogue: Catalogue, filled: form.Form, code: str) -> str:
    """Return what stands now in a data element, as people read it."""
    return reading.value(catalogue.elements[code], filled.values.get(code, ""), in_clear=True)


def asked_elements(catalogue: Catalogue, cases: Iterable[Case], filled: form.Form) -> list[str]:
    """Return the data elements of these cases that may still be changed, in the order of the form."""
    return [code for code in form.changeable(catalogue, cases) if code not in filled.recorded]
