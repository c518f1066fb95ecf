"""What do desks fill in? An opinion, or a conclusion with what it fixes.

The forms carry words only; whether an act is allowed is the action's question. Every form bears the id of the
operation, made when it is shown, so that sending it twice has one effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.casework import words
from tongban.domain.catalogue import DataElement
from tongban.domain.elements import LONGEST_TEXT
from tongban.domain.events import Outcome, Verdict
from tongban.people.ids import uuid7
from tongban.web import forms as web
from tongban.web.widgets import Radios

LONGEST_REASON = 2000
FIRST_BY_KEY = {"data-accept": ""}
"""The key a takes the first choice: to agree, to approve."""
VERDICTS = {Verdict.AGREE: gettext_lazy("同意"), Verdict.OBJECT: gettext_lazy("不同意")}
OUTCOMES = {Outcome.APPROVED: gettext_lazy("批准"), Outcome.DENIED: gettext_lazy("不予批准")}
FIXED = "fixed_"
"""Before the code of a data element: the name of the field in which a conclusion fixes it."""


def new_operation(now: datetime) -> str:
    return str(uuid7(now=now))


class ActForm(web.ActForm):
    UNFILLED = web.ActForm.UNFILLED | {"seen", "documents"}

    def refuse(self, sentence: str, field: str) -> None:
        """A refusal about what a conclusion fixes is shown where it is fixed."""
        super().refuse(sentence, field if field in self.fields else FIXED + field)


class OpinionForm(ActForm):
    desk = forms.CharField(max_length=80, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=gettext_lazy("意见"), choices=list(VERDICTS.items()), widget=Radios(attrs=FIRST_BY_KEY)
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("不同意时必须写明理由；决定岗位能看到。"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConclusionForm(ActForm):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("审查结论"), choices=list(OUTCOMES.items()), widget=Radios(attrs=FIRST_BY_KEY)
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("不予批准时必须写明理由；申请人能看到。"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, determines: Sequence[DataElement], values: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.determines = tuple(element.code for element in determines)
        for element in determines:
            self.fields[FIXED + element.code] = forms.CharField(
                label=_("%(element)s核定为") % {"element": words.element(element)},
                help_text=_("申请人填写：%(value)s。核定不同时在此改写。")
                % {"value": values.get(element.code, "") or _("未填写")},
                initial=values.get(element.code, ""),
                max_length=LONGEST_TEXT,
                required=False,
            )
        self.applied_for = {code: values.get(code, "") for code in self.determines}

    @property
    def fixed(self) -> dict[str, str]:
        """What the conclusion fixes otherwise than applied for."""
        given = {code: self.cleaned_data.get(FIXED + code, "").strip() for code in self.determines}
        return {code: text for code, text in given.items() if text and text != self.applied_for[code]}

    @property
    def fixed_fields(self) -> list[forms.BoundField]:
        return [self[FIXED + code] for code in self.determines]
