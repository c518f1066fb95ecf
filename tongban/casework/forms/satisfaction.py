"""How an applicant rates a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.satisfaction import LEVELS

LONGEST_WORDS = 500


class RatingForm(forms.Form):
    """A level, and what the applicant wants to say with it."""

    level = forms.TypedChoiceField(
        label=lazy("您对这件事的办理满意吗？"),
        choices=list(LEVELS.items()),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": lazy("未评价：没有选择评价等级。请选择一级后再提交。"),
            "invalid_choice": lazy("未评价：没有这个评价等级。请选择一级后再提交。"),
        },
    )
    words = forms.CharField(
        label=lazy("想说的话"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": lazy("未评价：最多 %(limit_value)d 个字。请缩短后再提交。")},
    )
