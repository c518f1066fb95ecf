"""What follows from a bundle and the applicant's answers?

The plan (办理计划) is derived, never drawn. The answers choose the matters; the matters choose the materials, each
asked once; a matter whose standard needs a certificate that another chosen matter yields waits for that decision, and
for nothing else. All cases are reviewed at the same time, so a case is decided on the later of its own last day and
the day of the last certificate it awaits:

    decided(case) = max(own(case), decided(awaited) …)

A plan is lawful only if that day lies within every case's own limit. Where it does not, the plan names the case and the
one it waits for, and proposes stages: what waits too long is handed in when the stage before it is decided.

Three figures compare the ways of working (their definitions are fixed in `docs/house.md`): the sum of the promised days
(one after the other), the last decision (reviewed at the same time) and the longest chain (if review waited too).

Source: Administrative Licensing Law, arts. 26(2), 42, 82; mission rows B2, B3, B8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import add

from tongban.domain import materials, roster
from tongban.domain.catalogue import (
    Answers,
    Bundle,
    Catalogue,
    MatterType,
    Regime,
    SubjectRole,
    applies,
    awaited,
    demand_settled_content,
    demand_steps,
    order,
)
from tongban.domain.clock import Limit, Unit, due_pair
from tongban.domain.materials import Ask
from tongban.domain.refused import Refused
from tongban.domain.workdays import Calendar


@dataclass(frozen=True, slots=True)
class PlannedCase:
    """One matter of the plan. `index` counts from 1; `awaits` names the indexes of the cases it waits for."""

    index: int
    matter: str
    standard_version: int
    implementation_version: int
    category: str
    body: str
    deciding_desk: str
    opinion_desks: tuple[str, ...]
    awaits: tuple[int, ...]
    needs: tuple[str, ...]
    """Certificates it needs that no case of this application yields: to be held already."""
    yields: str
    promised: Limit
    statutory: Limit
    joint_applicants: tuple[SubjectRole, ...]
    regime: Regime = Regime.LICENCE
    matter_type: MatterType = MatterType.LICENCE
    steps: tuple[int, ...] = ()
    """In which round each desk gives its opinion, in the order of `opinion_desks`; empty: all side by side."""
    subject: str = ""
    """The person or ship it is about, by opaque id, where several share the role; empty: whoever fills the role."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, and working days counted from acceptance. A figure of days is None where promises are in natural days."""

    matters: int
    categories: int
    materials_one_by_one: int
    materials_asked_without_sharing: int
    materials_asked_with_sharing: int
    repeats_saved: int
    serial_working_days: int | None
    parallel_working_days: int | None
    certificate_chain_days: int | None


@dataclass(frozen=True, slots=True)
class Late:
    """A case that cannot be decided in time: `awaited` comes on day `comes`, its own last day is `own`.

    Days are counted from acceptance, in working days; with a calendar they are days on the calendar.
    """

    matter: str
    awaited: str
    own: int
    comes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything derived from one bundle and one set of answers."""

    bundle: str
    bundle_version: int
    answers: tuple[tuple[str, str], ...]
    cases: tuple[PlannedCase, ...]
    asks: tuple[Ask, ...]
    critical_path: tuple[str, ...]
    """The longest chain of certificates, first to last."""
    figures: Figures
    late: tuple[Late, ...]
    stages: tuple[tuple[str, ...], ...]

    @property
    def feasible(self) -> bool:
        """Whether every case can be decided within its own limit when all are handed in together."""
        return not self.late


class UnknownAnswer(Refused):
    """An answer to a question, or with a choice, that the bundle does not have."""

    code = "unknown_answer"


class NothingChosen(Refused):
    """Answers under which no matter is left."""

    code = "nothing_chosen"


class NotInTime(Refused):
    """A plan in which a case cannot be decided within its own limit; the sentence offers the stages."""

    code = "not_in_time"


def complete(bundle: Bundle, answers: Answers) -> dict[str, str]:
    """Return the answers with defaults filled in; questions that do not arise are left out. Raises UnknownAnswer."""
    questions = {question.code: question for question in bundle.questions}
    for code in answers:
        if code not in questions:
            raise UnknownAnswer(f"问题“{code}”不属于“{bundle.name}”。请按页面上的问题作答。", field=code)
    full: dict[str, str] = {}
    for question in bundle.questions:
        if not applies(question.when, full):
            continue
        answer = answers.get(question.code, question.default)
        # A list, not a set: an answer read from a file may be anything, even what cannot be hashed.
        if answer not in [choice.code for choice in question.choices]:
            offered = "、".join(choice.text for choice in question.choices)
            raise UnknownAnswer(f"“{question.text}”没有“{answer}”这个选项。请从{offered}中选择。", field=question.code)
        full[question.code] = answer
    return full


def derive(
    catalogue: Catalogue,
    bundle: Bundle,
    answers: Answers,
    *,
    only: Collection[str] = (),
    people: Sequence[str] = (),
    calendar: Calendar | None = None,
    start: date | None = None,
) -> Plan:
    """Derive the plan. With `calendar` and `start` (day of acceptance) limits are proved on days of the calendar.

    `only` names the matters of one stage (empty: all that the answers choose); what other stages yield is then needed
    from outside, as a certificate already held. `people`: the ids of those on a roster, each of whom has a case of his
    own for every matter that is about people; what is proved for one case holds for all.

    Raises UnknownAnswer, NothingChosen, and Circular and Inconsistent from the catalogue.
    """
    full = complete(bundle, answers)
    items = [item for item in bundle.items if applies(item.when, full) and (not only or item.matter in only)]
    if not items:
        raise NothingChosen(f"按现在的回答，“{bundle.name}”中没有需要办理的事项。请修改回答。")
    matters = [item.matter for item in items]
    before = awaited(catalogue, matters)
    demand_settled_content(catalogue, matters, before)
    asks = materials.pool(catalogue, matters, full, people=people)
    index = {matter: number for number, matter in enumerate(matters, start=1)}
    cases = tuple(_planned(catalogue, item.matter, item.category, index, before[item.matter]) for item in items)
    sequence = order(before)
    promised = {case.matter: case.promised.days for case in cases}
    own = _own_days(cases, calendar, start)
    whole = for_each(cases, people, {matter for matter in matters if roster.of_people(catalogue, matter)})
    return Plan(
        bundle=bundle.code,
        bundle_version=bundle.version,
        answers=tuple(sorted(full.items())),
        cases=whole,
        asks=asks,
        critical_path=_longest(before, _finish(sequence, before, promised, add)),
        figures=figures(cases=whole, asks=asks),
        late=_late(sequence, before, own),
        stages=_stages(sequence, before, own),
    )


def for_each(
    cases: tuple[PlannedCase, ...], people: Sequence[str], personal: Collection[str]
) -> tuple[PlannedCase, ...]:
    """Return the cases with one for each person in the place of each case of a `personal` matter.

    A person's case waits for that person's others; what is nobody's own waits for everybody's.
    """
    if not people:
        return cases
    named = [(case, who) for case in cases for who in (people if case.matter in personal else ("",))]
    index = {(case.index, who): number for number, (case, who) in enumerate(named, start=1)}
    return tuple(
        replace(
            case,
            index=index[case.index, who],
            subject=who,
            awaits=tuple(
                index[awaited, other]
                for awaited in case.awaits
                for other in ((who,) if who and (awaited, who) in index else _whose(awaited, index))
            ),
        )
        for case, who in named
    )


def _whose(awaited: int, index: Mapping[tuple[int, str], int]) -> tuple[str, ...]:
    return tuple(who for case, who in index if case == awaited)


def figures(*, cases: tuple[PlannedCase, ...], asks: tuple[Ask, ...]) -> Figures:
    """Return the figures of a plan, which depend on nothing but its cases and what it asks."""
    before = {case.matter: tuple(cases[index - 1].matter for index in case.awaits) for case in cases}
    sequence = order(before)
    promised = {case.matter: case.promised.days for case in cases}
    of_matter = Counter(case.matter for case in cases)
    one_by_one = sum(1 if ask.subject else of_matter[matter] for ask in asks for matter in ask.matters)
    # A sum that mixes natural and working days means nothing; it is left out.
    in_working_days = all(case.promised.unit is Unit.WORKING for case in cases)
    return Figures(
        matters=len(cases),
        categories=len({case.category for case in cases}),
        materials_one_by_one=one_by_one,
        materials_asked_without_sharing=len(asks),
        materials_asked_with_sharing=sum(not ask.retrievable for ask in asks),
        repeats_saved=one_by_one - len(asks),
        serial_working_days=sum(case.promised.days for case in cases) if in_working_days else None,
        parallel_working_days=max(_finish(sequence, before, promised, max).values()) if in_working_days else None,
        certificate_chain_days=max(_finish(sequence, before, promised, add).values()) if in_working_days else None,
    )


def demand_in_time(plan: Plan, names: Mapping[str, str]) -> None:
    """Refuse to hand in together what cannot be decided in time. Raises NotInTime."""
    if plan.feasible:
        return
    late = plan.late[0]
    stages = "；".join(
        f"第{number}批：{'、'.join(names.get(matter, matter) for matter in stage)}"
        for number, stage in enumerate(plan.stages, start=1)
    )
    raise NotInTime(
        f"不能一并提交：“{names.get(late.matter, late.matter)}”须等待“{names.get(late.awaited, late.awaited)}”的证照，"
        f"到时已超过自身时限。请分批提交（{stages}）。"
    )


def _planned(
    catalogue: Catalogue, matter: str, category: str, index: Mapping[str, int], waits: tuple[str, ...]
) -> PlannedCase:
    standard, implementation = catalogue.standards[matter], catalogue.implementations[matter]
    demand_steps(implementation)
    inside = {catalogue.standards[other].yields for other in waits}
    return PlannedCase(
        index=index[matter],
        matter=matter,
        standard_version=standard.version,
        implementation_version=implementation.version,
        category=category,
        body=implementation.body,
        deciding_desk=implementation.deciding_desk,
        opinion_desks=implementation.opinion_desks,
        awaits=tuple(index[other] for other in waits),
        needs=tuple(certificate for certificate in standard.needs if certificate not in inside),
        yields=standard.yields,
        promised=implementation.promised,
        statutory=standard.statutory,
        joint_applicants=standard.joint_applicants,
        regime=standard.regime,
        matter_type=standard.matter_type,
        steps=implementation.opinion_steps,
    )


def _own_days(cases: tuple[PlannedCase, ...], calendar: Calendar | None, start: date | None) -> dict[str, int]:
    """Each case's own last day: as an ordinal on the calendar, or in days where all limits share the working day."""
    if calendar is None or start is None:
        return {
            case.matter: min(case.promised.days, case.statutory.days)
            if case.promised.unit is case.statutory.unit
            else case.promised.days
            for case in cases
        }
    return {case.matter: _last_day(case, calendar, start).toordinal() for case in cases}


def _last_day(case: PlannedCase, calendar: Calendar, start: date) -> date:
    pair = due_pair(
        promised=case.promised,
        statutory=case.statutory,
        received_on=start,
        accepted_on=start,
        calendar=calendar,
        provisional=True,
    )
    # Both limits run from `start` and nothing pauses them.
    assert pair.promised is not None
    return pair.promised.day


def _finish(
    sequence: tuple[str, ...],
    before: Mapping[str, tuple[str, ...]],
    own: Mapping[str, int],
    join: Callable[[int, int], int],
) -> dict[str, int]:
    finish: dict[str, int] = {}
    for matter in sequence:
        awaited_day = max((finish[other] for other in before[matter]), default=0)
        finish[matter] = join(own[matter], awaited_day)
    return finish


def _longest(before: Mapping[str, tuple[str, ...]], chain: Mapping[str, int]) -> tuple[str, ...]:
    path = [max(chain, key=lambda matter: chain[matter])]
    while before[path[-1]]:
        path.append(max(before[path[-1]], key=lambda matter: chain[matter]))
    return tuple(reversed(path))


def _late(sequence: tuple[str, ...], before: Mapping[str, tuple[str, ...]], own: Mapping[str, int]) -> tuple[Late, ...]:
    decided = _finish(sequence, before, own, max)
    return tuple(
        Late(matter=matter, awaited=latest, own=own[matter], comes=decided[latest])
        for matter in before
        if before[matter] and decided[(latest := max(before[matter], key=lambda other: decided[other]))] > own[matter]
    )


def _stages(
    sequence: tuple[str, ...], before: Mapping[str, tuple[str, ...]], own: Mapping[str, int]
) -> tuple[tuple[str, ...], ...]:
    """Put each matter in the first stage in which it can be decided in time; awaited stages are over by then."""
    stage: dict[str, int] = {}
    for matter in sequence:
        earliest = max((stage[other] for other in before[matter]), default=0)
        comes = max((own[other] for other in before[matter] if stage[other] == earliest), default=0)
        stage[matter] = earliest + (comes > own[matter])
    stages: list[list[str]] = [[] for _ in range(max(stage.values()) + 1)]
    for matter in before:
        stages[stage[matter]].append(matter)
    return tuple(map(tuple, stages))
