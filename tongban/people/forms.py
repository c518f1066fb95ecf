"""What do people fill in here: name and password, for whom they act, whom they mandate?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.domain.identifiers import DocumentType
from tongban.people.adapters import MatterName, matter_names
from tongban.people.models import Organisation
from tongban.people.queries import Representation
from tongban.web.forms import Form
from tongban.web.widgets import Checkboxes, Radios

DOCUMENTS: list[tuple[str, Promise]] = [
    (DocumentType.RESIDENT_ID.value, lazy("居民身份证")),
    (DocumentType.PASSPORT.value, lazy("护照")),
    (DocumentType.HK_MACAO_PERMIT.value, lazy("港澳居民来往内地通行证")),
    (DocumentType.TAIWAN_PERMIT.value, lazy("台湾居民来往大陆通行证")),
    (DocumentType.HK_MACAO_TAIWAN_RESIDENCE.value, lazy("港澳台居民居住证")),
    (DocumentType.FOREIGN_PERMANENT_RESIDENT.value, lazy("外国人永久居留身份证")),
]


class SignInForm(Form):
    username = forms.CharField(
        label=lazy("用户名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=lazy("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ActingForForm(Form):
    """The reader himself (empty) or one of the organisations he represents."""

    acting_for = forms.ChoiceField(label=lazy("我代表谁办事"), required=False)

    def __init__(self, *args: Any, name: str, represented: Sequence[Representation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["acting_for"]
        assert isinstance(field, forms.ChoiceField)
        field.widget = Radios(
            hints={"": _("以个人身份办理自己的事项")} | {one.id: scope_of(one) for one in represented}
        )
        field.choices = [("", _("本人（{name}）").format(name=name))] + [(one.id, one.name) for one in represented]


def scope_of(one: Representation) -> str:
    """Return in words in which matters and how long somebody may act."""
    if one.last_day is None:
        return _("法定代表人，全部事项")
    matters = _("全部事项") if one.matters is None else matters_in_words(sorted(one.matters))
    return _("受托人，{matters}，至 {day}").format(matters=matters, day=one.last_day.isoformat())


def matters_in_words(codes: Sequence[str]) -> str:
    names = {one.code: _named(one) for one in matter_names()}
    return _("、").join(names.get(code, code) for code in codes) or _("全部事项")


def _named(one: MatterName) -> str:
    return one.name_en if get_language() == "en" and one.name_en else one.name


ALL, SOME = "all", "some"


class MandateForm(Form):
    """Whom the legal representative lets act, in which matters, from which day to which (both included)."""

    organisation = forms.ChoiceField(label=lazy("授权单位"), widget=forms.Select())
    name = forms.CharField(
        label=lazy("受托人姓名"), help_text=lazy("与证件上的姓名一致。"), max_length=64, widget=forms.TextInput()
    )
    document_type = forms.ChoiceField(label=lazy("受托人证件类型"), choices=DOCUMENTS)
    number = forms.CharField(label=lazy("受托人证件号码"), max_length=32)
    scope = forms.ChoiceField(
        label=lazy("授权办理哪些事项"),
        initial=ALL,
        choices=[(ALL, lazy("全部事项")), (SOME, lazy("只限以下勾选的事项"))],
        widget=Radios(),
    )
    matters = forms.MultipleChoiceField(label=lazy("事项"), required=False, widget=Checkboxes())
    valid_from = forms.DateField(label=lazy("开始日"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label=lazy("截止日"),
        help_text=lazy("含当日；可以随时提前撤销。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body, matters = self.fields["organisation"], self.fields["matters"]
        assert isinstance(body, forms.ChoiceField) and isinstance(matters, forms.ChoiceField)
        body.choices = [(one.key, one.name) for one in organisations]
        matters.choices = [(one.code, f"{one.code} {_named(one)}") for one in matter_names()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("scope") == SOME and not cleaned.get("matters") and "matters" not in self.errors:
            self.add_error("matters", _("请至少勾选一个事项，或选择“全部事项”。"))
        return cleaned

    @property
    def chosen_matters(self) -> list[str]:
        return sorted(self.cleaned_data["matters"]) if self.cleaned_data["scope"] == SOME else []

    @property
    def valid_until(self) -> date:
        """The first day that no longer counts; the very last day of the calendar has none after it."""
        last_day: date = self.cleaned_data["last_day"]
        return last_day if last_day == date.max else last_day + timedelta(days=1)
