"""What does somebody fill in who writes down what he read in a department's system (补录)?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongban.casework.forms.workbench import LONGEST_REASON, ConclusionForm
from tongban.casework.timeline import SYSTEM_STATES
from tongban.web.widgets import Radios


class FillInForm(ConclusionForm):
    """A conclusion form whose outcome is one of all states; the elements it may fix follow."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("部门系统中的状态"), choices=list(SYSTEM_STATES.items()), widget=Radios()
    )
    number = forms.CharField(label=gettext_lazy("那里的编号"), max_length=80, required=False)
    certificate = forms.CharField(
        label=gettext_lazy("那里的证照编号"),
        help_text=gettext_lazy("部门系统已经发证的填写。"),
        max_length=80,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("部门写明的理由"),
        help_text=gettext_lazy("不予批准时必须填写；申请人能看到。"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    why = forms.CharField(
        label=gettext_lazy("为什么手工补录"),
        help_text=gettext_lazy("例如部门系统停机。记入经过和日志。"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def asked(self) -> list[Any]:
        """The fields that are shown, in their order: what was read, what it fixes, why by hand."""
        fixed = self.fixed_fields
        return [self["outcome"], self["number"], self["certificate"], *fixed, self["reason"], self["why"]]
