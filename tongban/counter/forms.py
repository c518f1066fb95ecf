"""What is filled in at a window: whose document the clerk sees, what he checked, the applicant's PIN and signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from tongban.casework import words as casework_words
from tongban.casework.forms.apply import SubmitForm
from tongban.counter import words
from tongban.domain import pins
from tongban.domain.events import IntakeCheck
from tongban.domain.identifiers import DocumentType, InvalidIdentifier, check
from tongban.people.forms import DOCUMENTS
from tongban.web import clock
from tongban.web.forms import ActForm
from tongban.web.widgets import Checkboxes

LONGEST_REMARK = 1000
TYPED = {"autocomplete": "off", "spellcheck": "false"}


def pin_field() -> forms.CharField:
    return forms.CharField(
        label=lazy("授权密码"),
        help_text=lazy("由申请人自己输入，窗口人员请回避。"),
        max_length=pins.LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class BeginForm(ActForm):
    """Whose document lies before the clerk, and for whom he applies."""

    document_type = forms.ChoiceField(label=lazy("证件类型"), choices=DOCUMENTS)
    number = forms.CharField(
        label=lazy("证件号码"),
        help_text=lazy("照申请人出示的证件原件输入。"),
        max_length=40,
        widget=forms.TextInput(attrs=TYPED),
    )
    organisation = forms.CharField(
        label=lazy("代表的单位"),
        help_text=lazy("单位申请的，输入它的统一社会信用代码；个人申请的不填。"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=TYPED),
    )

    def clean_organisation(self) -> str:
        text = self.cleaned_data["organisation"].strip()
        return f"org:{_checked(DocumentType.USCC, text)}" if text else ""

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if {"document_type", "number"} <= given.keys():
            try:
                given["number"] = _checked(DocumentType(given["document_type"]), given["number"].strip())
            except forms.ValidationError as invalid:
                self.add_error("number", invalid)
        return given


def _checked(kind: DocumentType, text: str) -> str:
    try:
        return check(kind, text, today=clock.today())
    except InvalidIdentifier as invalid:
        raise forms.ValidationError(str(invalid)) from invalid


class CheckForm(ActForm):
    """What the clerk found in order; what he does not tick he says in words."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    checked = forms.TypedMultipleChoiceField(
        label=lazy("核对无误的项目"),
        help_text=lazy("逐项核对后勾选；不符合的不勾，并在说明中写明。"),
        coerce=IntakeCheck,
    )
    remark = forms.CharField(
        label=lazy("说明"),
        help_text=lazy("有不符合的项目时必须写明；主管部门能看到。"),
        required=False,
        max_length=LONGEST_REMARK,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, checks: Sequence[IntakeCheck], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["checked"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.widget = Checkboxes(hints={one.value: str(words.CHECKS_EXPLAINED[one]) for one in checks})
        field.choices = [(one.value, casework_words.CHECKS[one]) for one in checks]


class PinForm(ActForm):
    """The applicant allows help by his PIN."""

    pin = pin_field()


class SignByPinForm(SubmitForm):
    """The applicant signs by his PIN what was read through."""

    pin = pin_field()
