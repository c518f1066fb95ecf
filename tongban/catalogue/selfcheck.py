"""Would I qualify (条件自检)? What is asked next, and what is said of each condition and of all.

Nothing is kept: the answers travel with the page. A question is asked only while its answer can still change the
outcome; who does not know leaves it open. What stays unknown is for the window: it is never a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tongban.catalogue import fields, models, storage, words
from tongban.catalogue.queries import NotInCatalogue
from tongban.domain import conditions, elements
from tongban.domain.catalogue import Condition, DataElement, Source, Standard
from tongban.domain.codec import from_plain
from tongban.domain.conditions import BadExpression, Eligibility, Judged, Truth
from tongban.web.forms import Form
from tongban.web.values import Answer

PREFIX = "answer"
UNSURE = "-unsure-"
"""The choice of somebody who does not know; no choice of a data element is written so."""
TONES = {Truth.TRUE: "good", Truth.FALSE: "bad", Truth.UNKNOWN: "quiet"}


@dataclass(frozen=True, slots=True)
class Check:
    """The conditions of a standard in force, and the data elements that they speak of."""

    standard: Standard
    conditions: tuple[Condition, ...]
    elements: Mapping[str, DataElement]

    def page(self, told: Mapping[str, str]) -> tuple[DataElement, ...]:
        """Return what to ask next, of one topic only; nothing when no answer can change the outcome."""
        asked = conditions.next_questions(self.conditions, told, self.elements)
        wanted = [self.elements[code] for code in asked]
        return tuple(one for one in wanted if one.topic == wanted[0].topic)

    def judged(self, told: Mapping[str, str]) -> tuple[Judged, ...]:
        return conditions.evaluate(self.conditions, told, self.elements)


@dataclass(frozen=True, slots=True)
class Said:
    """One condition as the page tells it."""

    text: str
    state: str
    tone: str
    why: str
    source: Source


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is said of all conditions together."""

    title: str
    text: str
    tone: str


def offered(standard: Standard) -> bool:
    """Whether there is anything to ask: a standard whose conditions are all in words only is for people to judge."""
    return any(condition.expression for condition in standard.conditions)


def of(matter: str, *, today: date) -> Check:
    """Return what a matter asks, in two statements. Raises NotInCatalogue."""
    standard = storage.standards_in_force([matter], today=today).get(matter)
    if standard is None:
        raise NotInCatalogue(f"没有编号为“{matter}”的事项，或者它现在没有生效。请从事项清单中查找。")
    codes = dict.fromkeys(code for each in standard.conditions for code in conditions.names_in(each.expression))
    bodies = dict(models.Element.objects.filter(code__in=codes).values_list("code", "body"))
    known = {code: from_plain(bodies[code], DataElement) for code in codes if code in bodies}
    return Check(standard, tuple(_judgeable(each, known) for each in standard.conditions), known)


def _judgeable(condition: Condition, known: Mapping[str, DataElement]) -> Condition:
    """A condition that can no longer be read, since its data elements have changed, is left to people."""
    try:
        if condition.expression:
            conditions.compile(condition.expression, known)
    except BadExpression:
        return replace(condition, expression="")
    return condition


# --- Answers ----------------------------------------------------------------------------------------------------------


class AnswersForm(Form):
    """One page of questions; each may be left open. `standing`: what was answered before, when it is to be changed."""

    def __init__(
        self,
        *args: Any,
        asked: Sequence[DataElement],
        today: date,
        standing: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, prefix=PREFIX, **kwargs)
        self.asked = asked
        self.today = today
        for element in asked:
            field = fields.of(element, required=False)
            field.initial = (standing or {}).get(element.code)
            if isinstance(field, forms.ChoiceField):
                field.choices = [*fields.choices(element), (UNSURE, _("不清楚"))]
                field.initial = UNSURE if field.initial == "" else field.initial
            self.fields[element.code] = field

    def clean(self) -> dict[str, Any]:
        for element in self.asked:
            text = self.cleaned_data.get(element.code, "")
            try:
                self.cleaned_data[element.code] = _checked(element, text, today=self.today)
            except elements.InvalidElement as invalid:
                self.add_error(element.code, str(invalid))
        return self.cleaned_data

    @property
    def given(self) -> dict[str, str]:
        """Every answer of the page; empty where it was left open."""
        return {element.code: self.cleaned_data[element.code] for element in self.asked}


def carried(check: Check, posted: Mapping[str, str], *, today: date) -> dict[str, str]:
    """Return the answers that came with the page; one that is none any more is asked again."""
    told = {}
    for code, element in check.elements.items():
        if (key := f"{PREFIX}-{code}") in posted:
            try:
                told[code] = _checked(element, posted[key], today=today)
            except elements.InvalidElement:
                continue
    return told


def _checked(element: DataElement, text: str, *, today: date) -> str:
    return "" if text == UNSURE else elements.check(element, text, today=today)


# --- What is said -----------------------------------------------------------------------------------------------------


def outcome(judged: Sequence[Judged]) -> Outcome:
    match conditions.verdict(judged):
        case Eligibility.ELIGIBLE:
            text = _("自检结果供您参考，是否受理由受理部门依法决定。")
            return Outcome(_("按您填写的内容，各项条件都符合"), text, "success")
        case Eligibility.NOT_ELIGIBLE:
            text = _("不符合的条件和它的依据列在下面。填写有误的可以修改后再看；有疑问请到窗口咨询。")
            return Outcome(_("按您填写的内容，有条件不符合"), text, "warning")
        case Eligibility.UNKNOWN:
            text = _("有的条件还缺信息，或者需要人工判断。这不表示您不能办理，请到窗口咨询，由工作人员为您核对。")
            return Outcome(_("还需要到窗口确认"), text, "info")


def said(check: Check, judged: Sequence[Judged]) -> list[Said]:
    states = {Truth.TRUE: _("符合"), Truth.FALSE: _("不符合"), Truth.UNKNOWN: _("待确认")}
    return [
        Said(
            text=words.told(one.condition, "text"),
            state=states[one.verdict],
            tone=TONES[one.verdict],
            why=_why(check, one),
            source=one.condition.source,
        )
        for one in judged
    ]


def _why(check: Check, one: Judged) -> str:
    if not one.condition.expression:
        return _("这一条由工作人员判断。")
    names = _("、").join(words.told(check.elements[code], "name") for code in one.missing or one.because)
    if one.missing:
        return _("还不知道：{names}。").format(names=names)
    if one.because:
        return _("根据您填写的内容判断：{names}。").format(names=names)
    return _("由工作人员核对。")


def answers(check: Check, told: Mapping[str, str]) -> list[tuple[str, Answer]]:
    """Return every answer with its code, in the words of the form."""
    return [
        (
            code,
            Answer(words.told(check.elements[code], "name"), fields.shown(check.elements[code], text) or _("不清楚")),
        )
        for code, text in told.items()
    ]
