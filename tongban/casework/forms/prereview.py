"""What is filled in about pre-review? A hall's remarks, each at the item it points at, and what it finds as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.workbench import ActForm
from tongban.casework.prereview.actions import LONGEST_WORDS
from tongban.casework.prereview.sheet import Item
from tongban.domain.events import Readiness, Target
from tongban.web.widgets import Radios

READINESS = {Readiness.READY: lazy("可以提交"), Readiness.MEND: lazy("需修改后提交")}


class AnswerForm(ActForm):
    """One field for each thing that may be remarked on; an empty one says that it is fine."""

    readiness = forms.ChoiceField(
        label=lazy("预审结果"),
        help_text=lazy("没有意见、也不缺内容的，选“可以提交”。"),
        choices=list(READINESS.items()),
        widget=Radios(),
    )

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = {item.field: item.target for item in items}
        for item in items:
            self.fields[item.field] = forms.CharField(
                label=_("对“%(item)s”的意见") % {"item": item.label},
                required=False,
                max_length=LONGEST_WORDS,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def remarks(self) -> list[tuple[Target, str]]:
        given = {name: self.cleaned_data[name].strip() for name in self.targets}
        return [(self.targets[name], text) for name, text in given.items() if text]
