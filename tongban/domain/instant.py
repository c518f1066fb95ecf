"""Can a matter be certified on the spot from a registry, and what will its certificate say?

An instant matter (即办件) whose result is a certificate is decided in the very act that asks for it: the registry says
what it holds, the conditions of the standard are judged on just that, and the system decides. Nobody weighs anything,
so nobody's judgement is asked: a condition that only a person could judge, or that the record fails, is refused with
its reason, and nothing is kept of the attempt. The applicant fills in nothing: all values are his own name and number
or the registry's.

Source: 优化营商环境条例 art. 36 (当场办结); State Council provisions on online government services, arts. 7, 10;
GB/T 39046-2020, 办件类型 (1 即办件).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from tongban.domain import conditions, elements, intake, records
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Answers, Catalogue, DataElement, Regime, Standard
from tongban.domain.clock import day_of
from tongban.domain.codes import ServiceObject
from tongban.domain.conditions import Truth
from tongban.domain.events import SYSTEM, CaseDecided, Event, Outcome
from tongban.domain.records import Extract, Period, Span
from tongban.domain.refused import Refused
from tongban.domain.regimes import ROUTES, Moment
from tongban.domain.workdays import Calendar


class OnTheSpot(Refused):
    """A form is to be filled in for what is certified on the spot."""

    code = "on_the_spot"


class NotOnTheSpot(Refused):
    """A matter that is not certified from a registry."""

    code = "not_on_the_spot"


class NotServed(Refused):
    """Somebody asks for what the matter gives to others."""

    code = "not_served"


class Unfit(Refused):
    """An extract that does not fill the certificate: too little, too much, or no value of its data element."""

    code = "registry_wrong"
    status = 502


class ConditionFails(Refused):
    """The record does not meet a condition of the standard."""

    code = "condition_fails"


def certified(standard: Standard) -> bool:
    """Whether a matter is certified on the spot: it asks for nothing that a registry does not hold."""
    asks = standard.requirements or standard.needs or standard.joint_applicants
    return standard.regime is Regime.INSTANT and bool(standard.yields) and not asks


def demand_certified(standard: Standard) -> None:
    """Raise NotOnTheSpot for a matter that takes another way."""
    if not certified(standard):
        raise NotOnTheSpot(f"“{standard.name}”不能当场出具。请从办事指南中申请，或到综合窗口办理。")


def demand_ordinary(standard: Standard) -> None:
    """Raise OnTheSpot for a matter that nobody fills in a form for."""
    if certified(standard):
        raise OnTheSpot(f"“{standard.name}”不用填表，可以当场出具。请在办事指南中选择“立即办理”。")


def demand_served(standard: Standard, *, person: bool) -> None:
    """Raise NotServed where a person asks for what only organisations get, or the other way."""
    serves = {each is ServiceObject.PERSON for each in standard.serves}
    if serves and person not in serves:
        who, instead = ("单位", "要代表的单位") if person else ("个人", "本人身份")
        raise NotServed(f"未出具：“{standard.name}”只向{who}出具。请先切换到{instead}，再办理。")


def period(answers: Answers, *, today: date) -> Period | None:
    """Return the months that the answers choose; None: the record as it stands."""
    span = answers.get(records.QUESTION)
    return None if span is None else records.period(Span(span), today=today)


def values(
    catalogue: Catalogue, standard: Standard, own: Mapping[str, str], extract: Extract, *, today: date
) -> dict[str, str]:
    """Return the value of every data element: the holder's own, and what the registry holds. Raises Unfit."""
    asked = [catalogue.elements[code] for code in standard.elements if code not in own]
    if unasked := sorted(extract.content.keys() - {element.code for element in asked}):
        raise _unfit(extract, f"多出“{unasked[0]}”")
    told = {element.code: _checked(element, extract, today) for element in asked}
    if missing := [element.name for element in asked if element.required and not told[element.code]]:
        raise _unfit(extract, f"缺少“{missing[0]}”")
    return {code: text for code in standard.elements if (text := own.get(code) or told.get(code, ""))}


def decide(application: Application, *, calendar: Calendar, at: datetime) -> tuple[Event, ...]:
    """Accept and approve, by the system, what was asked for a moment ago. `application` has one case, received."""
    (case,) = application.cases
    accepted = intake.accepted_on(application, case, by=SYSTEM, on=day_of(at), calendar=calendar, at=at)
    return (accepted, CaseDecided(case.index, Outcome.APPROVED, SYSTEM, SYSTEM, at))


def articles(application: Application) -> dict[int, str]:
    """Return by which article the system decided cases by itself on the spot, by case; others are left out."""
    return {case.index: ROUTES[case.regime].article for case in application.cases if decided_by_system(case)}


def decided_by_system(case: Case) -> bool:
    """Whether nobody but the system had a hand in a case from its acceptance on."""
    return ROUTES[case.regime].decided is Moment.SUBMISSION and case.accepted_by == SYSTEM


def _checked(element: DataElement, extract: Extract, today: date) -> str:
    try:
        return elements.check(element, extract.content.get(element.code, ""), today=today)
    except elements.InvalidElement:
        raise _unfit(extract, f"“{element.name}”不合规范") from None


def _unfit(extract: Extract, what: str) -> Unfit:
    return Unfit(f"未出具：{extract.registry}给出的内容{what}，没有采用。请稍后再试，或到综合窗口办理。")


def demand_met(catalogue: Catalogue, standard: Standard, found: Mapping[str, str], *, registry: str) -> None:
    """Refuse where a condition fails, or only a person can judge it. Raises ConditionFails."""
    for judged in conditions.evaluate(standard.conditions, found, catalogue.elements):
        said = "、".join(
            f"“{catalogue.elements[code].name}”是“{conditions.in_words(catalogue.elements[code], found[code])}”"
            for code in judged.because
        )
        article = f"（{judged.article}）" if judged.article else ""
        if judged.verdict is Truth.FALSE:
            raise ConditionFails(
                f"未出具：要求“{judged.condition.text}”{article}，而{registry}登记的{said}。"
                "登记有误的，请先向登记部门更正；对此有疑问的，请到综合窗口咨询。"
            )
        if judged.verdict is Truth.UNKNOWN:
            raise ConditionFails(
                f"未出具：要求“{judged.condition.text}”{article}，{registry}的记录不足以判断。请到综合窗口由工作人员核对。"
            )
