"""How was the work done, in figures that everybody counts alike?

Each measure (指标) is defined once, in `MEASURES`. What happened is counted from an application's journal entries; what
would have happened otherwise (matter by matter, one after the other, review waiting too) is derived by the kernel from
the plan recorded at submission. One application adds a part to a measure, a number out of a denominator; a summary adds
the parts, so that a share over many applications is the share over all their cases and not a mean of shares. What
cannot be measured (working days of an application still open, promises in natural days) adds nothing to either side.

Source: mission row B8 (first attempt, materials, time, limit, online).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from tongban.domain import plan
from tongban.domain.application import Application, Case, fold
from tongban.domain.clock import day_of
from tongban.domain.events import (
    ApplicationSubmitted,
    CaseReturned,
    CertificateIssued,
    ConclusionReturned,
    CorrectionAsked,
    Event,
)
from tongban.domain.materials import SupplySource
from tongban.domain.plan import Plan
from tongban.domain.workdays import Calendar

Entry = tuple[datetime, str, Event]
"""One entry of an application's journal: instant, actor, event."""


class MeasureUnit(StrEnum):
    """What a measure's value is: a sum, a mean of working days for each application, or a share from 0 to 1."""

    COUNT = "count"
    WORKING_DAYS = "working_days"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its only definition. `over` says in words what the denominator counts."""

    code: str
    name: str
    name_en: str
    definition: str
    definition_en: str
    unit: MeasureUnit
    over: str = "申请"
    over_en: str = "applications"


def _count(code: str, name: str, name_en: str, definition: str, definition_en: str) -> Measure:
    return Measure(code, name, name_en, definition, definition_en, MeasureUnit.COUNT)


def _days(code: str, name: str, name_en: str, definition: str, definition_en: str, over: str, over_en: str) -> Measure:
    return Measure(code, name, name_en, definition, definition_en, MeasureUnit.WORKING_DAYS, over, over_en)


def _share(code: str, name: str, name_en: str, definition: str, definition_en: str, over: str, over_en: str) -> Measure:
    return Measure(code, name, name_en, definition, definition_en, MeasureUnit.SHARE, over, over_en)


_IN_WORKING_DAYS = ("承诺时限均按工作日计的申请", "applications whose promises are all in working days")
_DECIDED = ("已作出决定的办件", "cases decided")

MEASURES = (
    _count(
        "matters", "办理事项", "Matters", "申请中的办件数，每个事项一件。", "Cases of the applications, one a matter."
    ),
    _count(
        "categories", "事项类别", "Categories", "一次申请涉及的事项类别数。", "Categories that an application touches."
    ),
    _count("certificates_issued", "签发证照", "Certificates issued", "签发的电子证照数。", "Certificates issued."),
    _count(
        "materials_one_by_one",
        "逐项申请所需材料",
        "Materials, one by one",
        "各事项分别申请时须提交的材料份数之和。",
        "Materials to hand in if every matter were applied for by itself.",
    ),
    _count(
        "materials_asked_without_sharing",
        "合并后所需材料",
        "Materials, asked once",
        "同一材料只收一次、没有数据共享时须提交的材料份数。",
        "Materials to hand in when each is asked once and nothing is shared.",
    ),
    _count(
        "materials_asked_with_sharing",
        "实际提交材料",
        "Materials handed in",
        "申请人实际上传的材料份数。",
        "Materials that the applicant did upload.",
    ),
    _count(
        "materials_from_registry",
        "共享调取材料",
        "Materials from registries",
        "由登记库调取、未向申请人收取的材料份数。",
        "Materials that a registry supplied.",
    ),
    _count(
        "materials_from_certificate",
        "证照复用材料",
        "Materials from certificates",
        "由已有电子证照代替的材料份数。",
        "Materials that a certificate held already supplied.",
    ),
    _count(
        "repeats_saved",
        "免重复提交",
        "Repeats saved",
        "逐项申请所需材料与合并后所需材料之差。",
        "Materials one by one, less materials asked once.",
    ),
    _days(
        "serial_working_days",
        "逐项办理用时",
        "One after the other",
        "各事项承诺工作日之和。",
        "Sum of the promised working days.",
        *_IN_WORKING_DAYS,
    ),
    _days(
        "parallel_working_days",
        "并联承诺用时",
        "Reviewed at the same time",
        "各岗位用满承诺时限、证照当日放行时，最后一个决定所在的工作日。",
        "Day of the last decision when every desk uses its whole promise and certificates release decisions at once.",
        *_IN_WORKING_DAYS,
    ),
    _days(
        "certificate_chain_days",
        "审核也等证照的用时",
        "If review waited too",
        "审核也等待所需证照时，最后一个决定所在的工作日。",
        "Day of the last decision if review, too, waited for the certificates it needs.",
        *_IN_WORKING_DAYS,
    ),
    _days(
        "working_days_taken",
        "实际用时",
        "Working days taken",
        "从首个办件受理之日到最后一个决定之日的工作日数，受理当日不计。",
        "Working days from the first acceptance, not counted, to the last decision.",
        "已办结的申请",
        "applications closed",
    ),
    _share(
        "first_attempt",
        "一次办结率",
        "Done at the first attempt",
        "未经补正、退回或视为撤回即作出决定的办件占比。",
        "Cases decided without correction, return or lapse.",
        *_DECIDED,
    ),
    _share(
        "within_promise",
        "按承诺办结率",
        "Decided within the promise",
        "在承诺时限内作出决定的办件占比。",
        "Cases decided on or before the promised day.",
        *_DECIDED,
    ),
    _share(
        "within_limit",
        "法定时限内办结率",
        "Decided within the limit",
        "在法定时限内作出决定的办件占比。",
        "Cases decided on or before the statutory day.",
        *_DECIDED,
    ),
    _share(
        "online",
        "网上申请率",
        "Online",
        "由申请人本人账号提交的申请占比。",
        "Applications handed in from the applicant's own account.",
        "申请",
        "applications",
    ),
    _share(
        "materials_saved",
        "材料减少",
        "Fewer materials",
        "与逐项申请相比少提交的材料占比。",
        "Materials not handed in, compared with one by one.",
        "逐项申请所需材料",
        "materials, one by one",
    ),
    _share(
        "time_saved",
        "时间缩短",
        "Less time",
        "实际用时比逐项办理用时缩短的占比。",
        "Working days not taken, compared with one after the other.",
        "已办结申请逐项办理的工作日",
        "working days one after the other of applications closed",
    ),
    _share(
        "limit_shortened",
        "时限压缩",
        "Shorter limits",
        "承诺时限比法定时限缩短的占比，只计单位相同的办件。",
        "Days by which promises are shorter than the law's limits, where both are in the same unit.",
        "单位相同的法定时限天数",
        "days of the statutory limits in the same unit",
    ),
)
"""Every measure, in the order in which a page shows them."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one application adds to a measure: `number` out of `of`."""

    number: int
    of: int = 1


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to, not including, `before`; an application belongs to the period it was handed in."""

    since: date
    before: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.before


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over a period: all that a page prints beside the number."""

    measure: Measure
    number: int
    denominator: int
    period: Period

    @property
    def value(self) -> Fraction | None:
        """The sum of a count, else number by denominator; None when there is nothing to divide by."""
        if self.measure.unit is MeasureUnit.COUNT:
            return Fraction(self.number)
        return Fraction(self.number, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Summary:
    """Every measure over the applications of a period, in the order of `MEASURES`."""

    period: Period
    applications: int
    figures: tuple[Figure, ...]

    def figure(self, code: str) -> Figure:
        return next(figure for figure in self.figures if figure.measure.code == code)


def of_application(*, entries: Sequence[Entry], calendar: Calendar) -> dict[str, Part]:
    """Return what one application adds to each measure, by code; a measure that it cannot say anything about is absent.

    `entries` are all entries of its journal in order, the submission first.
    """
    _, actor, submitted = entries[0]
    assert isinstance(submitted, ApplicationSubmitted)
    events = [event for _, _, event in entries]
    application = fold(events)
    parts = _counted(submitted, events) | _planned(submitted.plan)
    parts |= _decided(application, events) | _taken(application, calendar, parts)
    parts["online"] = Part(int(actor == submitted.applicant))
    parts["materials_saved"] = Part(
        parts["materials_one_by_one"].number - parts["materials_asked_with_sharing"].number,
        parts["materials_one_by_one"].number,
    )
    return {measure.code: parts[measure.code] for measure in MEASURES if measure.code in parts}


def summarise(*, applications: Iterable[Sequence[Entry]], period: Period, calendar: Calendar) -> Summary:
    """Return the summary of the applications handed in within the period; the others are passed over."""
    return add_up(
        parts=(
            of_application(entries=entries, calendar=calendar)
            for entries in applications
            if day_of(entries[0][0]) in period
        ),
        period=period,
    )


def add_up(*, parts: Iterable[Mapping[str, Part]], period: Period) -> Summary:
    """Return the summary of applications measured before, one mapping for each."""
    numbers = dict.fromkeys((measure.code for measure in MEASURES), 0)
    denominators = numbers.copy()
    applications = 0
    for measured in parts:
        applications += 1
        for code, part in measured.items():
            numbers[code] += part.number
            denominators[code] += part.of
    return Summary(
        period=period,
        applications=applications,
        figures=tuple(
            Figure(measure, numbers[measure.code], denominators[measure.code], period) for measure in MEASURES
        ),
    )


def _counted(submitted: ApplicationSubmitted, events: Iterable[Event]) -> dict[str, Part]:
    asked = {(ask.material, ask.about, ask.subject) for ask in submitted.plan.asks}
    sources = [one.source for one in submitted.supplies if (one.material, one.about, one.subject) in asked]
    return {
        "certificates_issued": Part(sum(isinstance(event, CertificateIssued) for event in events)),
        "materials_asked_with_sharing": Part(sources.count(SupplySource.UPLOAD)),
        "materials_from_registry": Part(sources.count(SupplySource.REGISTRY)),
        "materials_from_certificate": Part(sources.count(SupplySource.CERTIFICATE)),
    }


def _planned(planned: Plan) -> dict[str, Part]:
    figures = plan.figures(cases=planned.cases, asks=planned.asks)
    same_unit = [case for case in planned.cases if case.promised.unit is case.statutory.unit]
    numbers = {
        "matters": figures.matters,
        "categories": figures.categories,
        "materials_one_by_one": figures.materials_one_by_one,
        "materials_asked_without_sharing": figures.materials_asked_without_sharing,
        "repeats_saved": figures.repeats_saved,
        "serial_working_days": figures.serial_working_days,
        "parallel_working_days": figures.parallel_working_days,
        "certificate_chain_days": figures.certificate_chain_days,
    }
    parts = {code: Part(number) for code, number in numbers.items() if number is not None}
    parts["limit_shortened"] = Part(
        sum(case.statutory.days - case.promised.days for case in same_unit),
        sum(case.statutory.days for case in same_unit),
    )
    return parts


def _decided(application: Application, events: Iterable[Event]) -> dict[str, Part]:
    again = {event.case for event in events if isinstance(event, ConclusionReturned | CaseReturned)}
    again |= {demand.case for event in events if isinstance(event, CorrectionAsked) for demand in event.demands}
    decided = [case for case in application.cases if case.decided_at is not None]
    return {
        "first_attempt": Part(sum(case.index not in again for case in decided), len(decided)),
        "within_promise": Part(sum(_by(case, case.promised_due_on) for case in decided), len(decided)),
        "within_limit": Part(sum(_by(case, case.statutory_due_on) for case in decided), len(decided)),
    }


def _by(case: Case, due_on: date | None) -> bool:
    """Whether it was decided by a day; a limit that is paused is kept."""
    assert case.decided_at is not None
    return due_on is None or day_of(case.decided_at) <= due_on


def _taken(application: Application, calendar: Calendar, planned: Mapping[str, Part]) -> dict[str, Part]:
    if application.closed_at is None:
        return {}
    accepted = [day_of(case.accepted_at) for case in application.cases if case.accepted_at]
    decided = [day_of(case.decided_at) for case in application.cases if case.decided_at]
    if not decided:
        return {}
    taken = calendar.between(min(accepted), max(decided), provisional=True)
    parts = {"working_days_taken": Part(taken)}
    if "serial_working_days" in planned:
        serial = planned["serial_working_days"].number
        parts["time_saved"] = Part(serial - taken, serial)
    return parts
