"""What do stewards fill in about batches: a draft, a sign-off, a signature, a change, a recall?

Whether an act is allowed is the action's question. A sign-off and a signature carry the digest that was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tongban.casework.forms.workbench import ActForm
from tongban.catalogue import calendars, labels, signing
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Draft
from tongban.domain.codes import ServiceObject
from tongban.domain.joint import Party, Scope
from tongban.web.widgets import Checkboxes

Choices = list[tuple[str, str | Promise]]
LONGEST_TITLE = 200
LONGEST_REASON = 400


def day(label: str | Promise) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _several(label: str | Promise, hint: str | Promise = "", *, required: bool = False) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, help_text=hint, required=required, widget=Checkboxes)


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ProposeForm(ActForm):
    """Puts the draft to the regions."""


class SignForm(ActForm):
    region = forms.CharField(max_length=6, widget=forms.HiddenInput)
    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)


class SignOffForm(SignForm):
    departments = _several(gettext_lazy("代表这些部门会签"), required=True)

    def __init__(self, *args: Any, departments: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "departments", [(one.body, one.name) for one in departments])


class RecallForm(ActForm):
    reason = forms.CharField(label=gettext_lazy("撤回提请的原因"), max_length=LONGEST_REASON)


class ScopeForm(ActForm):
    """Where and for whom a batch counts."""

    divisions = _several(gettext_lazy("适用的省市"))
    zones = _several(gettext_lazy("适用的功能区"), gettext_lazy("省市和功能区至少选一项。"))
    subjects = _several(gettext_lazy("服务对象"), gettext_lazy("不选表示不限。"))
    in_force_on = day(gettext_lazy("施行日期"))

    def __init__(self, *args: Any, regions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "divisions", [(code, signing.division(code)) for code in regions])
        _choose(self, "zones", [(zone.code, zone.name) for zone in calendars.zones()])
        _choose(self, "subjects", [(one.value, label) for one, label in labels.SERVED.items()])

    def scope(self) -> Scope:
        given = self.cleaned_data
        subjects = tuple(ServiceObject(code) for code in given["subjects"])
        return Scope(tuple(given["divisions"]), tuple(given["zones"]), subjects)


class DraftForm(ScopeForm):
    code = forms.CharField(
        label=gettext_lazy("批次编号"), help_text=gettext_lazy("字母、数字和连字符，例如 TB-2026-05。"), max_length=40
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=LONGEST_TITLE)
    title_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=LONGEST_TITLE, required=False)
    agreement = forms.ChoiceField(label=gettext_lazy("依据的协议"))
    regions = _several(gettext_lazy("签署地区"), required=True)
    matters = _several(gettext_lazy("列入的标准"), gettext_lazy("各地共同维护、还没有施行的标准。"), required=True)

    field_order = ("code", "title", "title_en", "agreement", "regions", "matters")

    def __init__(
        self, *args: Any, agreements: Sequence[Agreement], matters: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        regions = sorted({party.region for one in agreements for party in one.parties})
        super().__init__(*args, regions=regions, **kwargs)
        _choose(self, "agreement", [(one.number, one.title) for one in agreements])
        _choose(self, "regions", [(code, signing.division(code)) for code in regions])
        _choose(self, "matters", [(code, f"{name}（{code}）") for code, name in matters])

    def draft(self) -> Draft:
        given = self.cleaned_data
        return Draft(
            given["title"],
            given["title_en"],
            tuple(given["matters"]),
            tuple(given["regions"]),
            self.scope(),
            given["agreement"],
            given["in_force_on"],
        )


class AmendForm(ActForm):
    matters = _several(gettext_lazy("改用新版本的标准"), required=True)
    in_force_on = day(gettext_lazy("新版本施行日期"))

    def __init__(self, *args: Any, matters: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "matters", [(code, f"{name}（{code}）") for code, name in matters])


class WithdrawForm(ActForm):
    withdrawn_on = day(gettext_lazy("停止施行的日期"))
