"""What is written down when a decision on the spot is checked (事后抽查)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.workbench import LONGEST_REASON, ActForm
from tongban.domain.events import FollowUp
from tongban.web.widgets import Radios

FOUND = (("right", lazy("无误")), ("wrong", lazy("有误")))
FOLLOW_UPS = {
    FollowUp.CORRECT: lazy("更正：不影响决定的错漏，由决定岗位更正"),
    FollowUp.ANNUL: lazy("提请撤销：不该这样决定，按程序撤销"),
}


class SpotCheckForm(ActForm):
    found = forms.ChoiceField(label=lazy("抽查结果"), choices=FOUND, widget=Radios())
    follow_up = forms.ChoiceField(
        label=lazy("有误的怎样处理"),
        choices=list(FOLLOW_UPS.items()),
        required=False,
        widget=Radios(),
        help_text=lazy("只在有误时选择。处理之前原决定继续有效，由效能监察跟进到办结。"),
    )
    finding = forms.CharField(
        label=lazy("抽查情况"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=lazy("写明核对了什么、发现了什么。"),
    )


class MonthForm(ActForm):
    region = forms.CharField(max_length=6, widget=forms.HiddenInput)
    body = forms.CharField(max_length=18, widget=forms.HiddenInput)
    month = forms.CharField(max_length=7, widget=forms.HiddenInput)
