"""What are the parts of a description that a steward fills in? Limits, sources, conditions and materials.

A part knows how a value of the kernel is shown in its fields, and how the fields give the value back. What a part has
no field for stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.domain.catalogue import Condition, DataElement, Requirement, Source, SourceKind, When
from tongban.domain.clock import LONGEST_DAYS, Limit, Start, Unit
from tongban.domain.codec import from_plain, to_plain
from tongban.domain.codes import Coded, MaterialForm, Necessity, SourceChannel
from tongban.domain.conditions import BadExpression
from tongban.domain.conditions import compile as compile_expression
from tongban.web.forms import Form

LONGEST_NAME = 400
LONGEST_TEXT = 2000
MOST_COPIES = 99
MOST_ROWS = 100

UNITS = {Unit.WORKING: gettext_lazy("个工作日"), Unit.NATURAL: gettext_lazy("个自然日")}
STARTS = {Start.ACCEPTANCE: gettext_lazy("自受理起"), Start.RECEIPT: gettext_lazy("自收件起")}


C = TypeVar("C", bound=Coded)


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue has for forms to name: materials and results by name, data elements, bodies, themes."""

    materials: Mapping[str, str]
    certificate_types: Mapping[str, str]
    elements: Mapping[str, DataElement]


def labels(kind: type[Coded]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in kind]


def member(kind: type[C], value: str) -> C:
    """Return the member that a form sent, which was among the choices it offered."""
    return next(each for each in kind if each.value == value)


def line_of_text(label: Any, *, longest: int = LONGEST_NAME, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, **more)


def lines_of_text(label: Any, *, rows: int = 2, required: bool = False, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, required=required, widget=widget, **more)


# --- Limits and sources -----------------------------------------------------------------------------------------------


def put_limit(form: forms.Form, name: str, label: Any, *, required: bool = True) -> None:
    """Add the three fields of a limit to a form; without `required` an empty number means no limit."""
    form.fields[f"{name}_days"] = forms.IntegerField(
        label=label, min_value=0, max_value=LONGEST_DAYS, required=required
    )
    form.fields[f"{name}_unit"] = forms.ChoiceField(label=_("单位"), choices=list(UNITS.items()))
    form.fields[f"{name}_start"] = forms.ChoiceField(label=_("起算"), choices=list(STARTS.items()))


def limit_fields(name: str, limit: Limit | None) -> dict[str, Any]:
    if limit is None:
        return {f"{name}_unit": Unit.WORKING.value, f"{name}_start": Start.ACCEPTANCE.value}
    return {f"{name}_days": limit.days, f"{name}_unit": limit.unit.value, f"{name}_start": limit.start.value}


def limit_of(given: Mapping[str, Any], name: str) -> Limit | None:
    days = given[f"{name}_days"]
    return None if days is None else Limit(days, Unit(given[f"{name}_unit"]), Start(given[f"{name}_start"]))


def source_of(reference: str, before: Source | None) -> Source:
    """What names an article cites it; what is composed and still names none stays composed."""
    reference = reference.strip()
    if not reference and before is not None and before.kind is SourceKind.COMPOSED:
        return before
    if before is not None and before.reference == reference:
        return before
    return Source(SourceKind.CITED, reference)


# --- Rows -------------------------------------------------------------------------------------------------------------


class Row(Form):
    """One row of a list. `composed` remembers that what stands there cites nothing on purpose."""

    composed = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    @property
    def is_new(self) -> bool:
        """Whether it is the empty row that adds another, and nobody wrote into it."""
        return not self.initial and not (self.is_bound and self.has_changed())

    def source(self) -> Source:
        before = Source(SourceKind.COMPOSED) if self.cleaned_data["composed"] else None
        return source_of(self.cleaned_data["article"], before)


def _composed(source: Source) -> str:
    return "1" if source.kind is SourceKind.COMPOSED else ""


class ConditionRow(Row):
    text = lines_of_text(gettext_lazy("受理条件"), required=True)
    text_en = line_of_text(gettext_lazy("英文"), longest=LONGEST_TEXT)
    expression = lines_of_text(gettext_lazy("表达式"), rows=1)
    article = line_of_text(gettext_lazy("依据条款"))

    @staticmethod
    def of(condition: Condition) -> dict[str, Any]:
        return {
            "text": condition.text,
            "text_en": condition.text_en,
            "expression": condition.expression,
            "article": condition.source.reference,
            "composed": _composed(condition.source),
        }

    def clean_expression(self) -> str:
        expression: str = self.cleaned_data["expression"].strip()
        if expression:
            try:
                compile_expression(expression, self.known.elements)
            except BadExpression as bad:
                raise forms.ValidationError(str(bad)) from None
        return expression

    def value(self) -> Condition:
        given = self.cleaned_data
        return Condition(given["text"].strip(), self.source(), given["text_en"].strip(), given["expression"])


class MaterialRow(Row):
    material = line_of_text(
        gettext_lazy("材料"), required=True, widget=forms.TextInput(attrs={"list": "materials", "autocomplete": "off"})
    )
    copies = forms.IntegerField(label=gettext_lazy("份数"), min_value=0, max_value=MOST_COPIES, initial=1)
    form = forms.ChoiceField(label=gettext_lazy("形式"), choices=labels(MaterialForm), initial=MaterialForm.BOTH)
    necessity = forms.ChoiceField(label=gettext_lazy("必要性"), choices=labels(Necessity), initial=Necessity.REQUIRED)
    channel = forms.ChoiceField(
        label=gettext_lazy("来源渠道"), choices=labels(SourceChannel), initial=SourceChannel.APPLICANT
    )
    commitment = forms.BooleanField(label=gettext_lazy("可用告知承诺代替"), required=False)
    article = line_of_text(gettext_lazy("依据条款"))
    when = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.HiddenInput)

    @staticmethod
    def of(requirement: Requirement, known: Known) -> dict[str, Any]:
        return {
            "material": named(requirement.material, known.materials),
            "copies": requirement.copies,
            "form": requirement.form.value,
            "necessity": requirement.necessity.value,
            "channel": requirement.channel.value,
            "commitment": requirement.commitment,
            "article": requirement.source.reference,
            "composed": _composed(requirement.source),
            "when": json.dumps(to_plain(requirement.when, When), ensure_ascii=False) if requirement.when else "",
        }

    def clean_material(self) -> str:
        code: str = self.cleaned_data["material"].split(maxsplit=1)[0]
        if code not in self.known.materials:
            raise forms.ValidationError(_("材料目录中没有这一项。请输入名称中的字，从列表中选择。"))
        return code

    def clean_when(self) -> When:
        """Under which answers it is asked: carried through, since the questions are not edited here."""
        try:
            when: When = from_plain(json.loads(self.cleaned_data["when"] or "[]"), When)
        except (KeyError, TypeError, ValueError, RecursionError):
            raise forms.ValidationError(_("页面内容不完整。请刷新页面后重新填写。")) from None
        return when

    def value(self) -> Requirement:
        given = self.cleaned_data
        return Requirement(
            material=given["material"],
            copies=given["copies"],
            when=given["when"],
            source=self.source(),
            form=member(MaterialForm, given["form"]),
            necessity=member(Necessity, given["necessity"]),
            channel=member(SourceChannel, given["channel"]),
            commitment=given["commitment"],
        )


def named(code: str, names: Mapping[str, str]) -> str:
    """Write a code with its name, as lists offer it."""
    return f"{code} {names.get(code, '')}".strip()


class Rows(forms.BaseFormSet):
    """A list of rows, each of which may be struck out, and one empty row to add another."""

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, form_kwargs={"known": known}, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("删除这一条")

    def values(self) -> tuple[Any, ...]:
        """Return what the rows say, those struck out and the untouched empty one left out."""
        return tuple(
            form.value()
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data["DELETE"] and (form.has_changed() or form.initial)
        )


def rows_of(kind: type[Row]) -> type[Rows]:
    return forms.formset_factory(
        kind, formset=Rows, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    )


ConditionRows = rows_of(ConditionRow)
MaterialRows = rows_of(MaterialRow)
