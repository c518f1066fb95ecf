"""What is filled in about promises: files that were to follow, a commitment taken back, and what is found about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.workbench import LONGEST_REASON, ActForm
from tongban.catalogue import fields
from tongban.domain.events import Means
from tongban.domain.rules import RegionRules
from tongban.web.widgets import Radios

FILES = ".pdf,.ofd,.png,.jpg,.jpeg,.docx,.xlsx"
MEANS = {Means.SHARING: lazy("数据共享"), Means.DOCUMENT: lazy("书面核查"), Means.SITE: lazy("现场核查")}
KEPT = (("kept", lazy("属实、已履行")), ("broken", lazy("不实或者没有履行")))


class FilesForm(ActForm):
    """One file for each material; `demanding`: all of them at once."""

    def __init__(self, *args: Any, labels: Mapping[str, str], demanding: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = tuple(labels)
        for code, label in labels.items():
            self.fields[code] = forms.FileField(
                label=label,
                required=demanding,
                allow_empty_file=True,
                max_length=fields.LONGEST,
                widget=forms.FileInput(attrs={"accept": FILES}),
            )

    @property
    def file_fields(self) -> list[forms.BoundField]:
        return [self[code] for code in self.codes]


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StatementForm(ActForm):
    text = _words(lazy("陈述申辩"))


class VerifyForm(ActForm):
    found = forms.ChoiceField(label=lazy("核查结果"), choices=KEPT, widget=Radios())
    means = forms.ChoiceField(label=lazy("核查方式"), choices=list(MEANS.items()), widget=Radios())
    reason = _words(lazy("核查情况"), required=False, help_text=lazy("不实或者没有履行时必须写明；申请人能看到。"))


class OrderForm(ActForm):
    reason = _words(lazy("责令整改的理由和要求"))


class MendForm(ActForm):
    """Nothing but the act."""


class NoticeForm(ActForm):
    reason = _words(lazy("拟撤销的事实、理由和依据"))
    hearing = forms.BooleanField(label=lazy("告知可以申请听证"), required=False)


class RevokeForm(ActForm):
    reason = _words(lazy("撤销决定的事实、理由和依据"))


class CreditForm(ActForm):
    item = forms.ChoiceField(label=lazy("失信行为清单中的项目"), widget=Radios())

    def __init__(self, *args: Any, rules: RegionRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [(one.code, one.name) for one in rules.credit_items]


class RepairForm(ActForm):
    reason = _words(lazy("修复的理由"))


class DenyRepairForm(ActForm):
    reason = _words(lazy("不予修复的理由"))


class AskRepairForm(ActForm):
    ground = forms.ChoiceField(label=lazy("修复的情形"), widget=Radios())
    reason = _words(lazy("纠正或者履行的情况"))

    def __init__(self, *args: Any, rules: RegionRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(one.code, one.name) for one in rules.repair_grounds]


class DrawForm(ActForm):
    region = forms.CharField(max_length=6, widget=forms.HiddenInput)
    body = forms.CharField(max_length=18, widget=forms.HiddenInput)
