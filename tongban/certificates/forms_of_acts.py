"""What is filled in about an act on a certificate: the ground, the reason, what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.people.ids import uuid7
from tongban.web.forms import ActForm, Form
from tongban.web.widgets import Radios

LONGEST = 2000


def new_operation(now: datetime) -> str:
    return str(uuid7(now=now))


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoticeForm(ActForm):
    ground = forms.ChoiceField(label=_("拟作何种处理、依据哪种情形"), widget=Radios())
    reason = _words(_("拟作处理的事实、理由和依据"), _("持证主体能看到。"))
    hearing = forms.BooleanField(
        label=_("告知可以申请听证"), required=False, help_text=_("吊销许可证件的，无论是否勾选都告知。")
    )

    def __init__(self, *args: Any, grounds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = list(grounds)


class DecisionForm(ActForm):
    ground = forms.ChoiceField(label=_("作出何种决定、依据哪种情形"), widget=Radios())
    reason = _words(_("决定的事实、理由和依据"), _("持证主体能看到。"))

    def __init__(self, *args: Any, grounds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = list(grounds)
        if len(grounds) == 1:
            self.initial["ground"] = grounds[0][0]


class DropForm(ActForm):
    reason = _words(_("不再处理的理由"), _("持证主体能看到。"))


class RecordForm(ActForm):
    record = _words(_("听证笔录"), _("决定根据笔录作出。"))


class StatementForm(ActForm):
    text = _words(_("陈述申辩"), _("对拟作的处理作说明、提出理由或意见。"))


class FindForm(Form):
    q = forms.CharField(
        label=_("电子证照标识，或持证单位的统一社会信用代码"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
