"""What do people fill in here: name and password, for whom they act, whom they mandate, who stands in?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tongban.domain.identifiers import DocumentType
from tongban.people.adapters import MatterName, matter_names
from tongban.people.models import Organisation
from tongban.people.queries import Representation
from tongban.web.forms import Form
from tongban.web.widgets import Checkboxes, Radios

DOCUMENTS: list[tuple[str, Promise]] = [
    (DocumentType.RESIDENT_ID.value, gettext_lazy("居民身份证")),
    (DocumentType.PASSPORT.value, gettext_lazy("护照")),
    (DocumentType.HK_MACAO_PERMIT.value, gettext_lazy("港澳居民来往内地通行证")),
    (DocumentType.TAIWAN_PERMIT.value, gettext_lazy("台湾居民来往大陆通行证")),
    (DocumentType.HK_MACAO_TAIWAN_RESIDENCE.value, gettext_lazy("港澳台居民居住证")),
    (DocumentType.FOREIGN_PERMANENT_RESIDENT.value, gettext_lazy("外国人永久居留身份证")),
]


class SignInForm(Form):
    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


MYSELF = "self"


class ActingForForm(Form):
    """The reader himself or one of the organisations he represents."""

    acting_for = forms.ChoiceField(label=gettext_lazy("我代表谁办事"))

    def __init__(self, *args: Any, name: str, represented: Sequence[Representation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["acting_for"]
        assert isinstance(field, forms.ChoiceField)
        names = names_of_matters() if any(one.matters for one in represented) else {}
        hints = {MYSELF: _("以个人身份办理自己的事项")} | {one.id: scope_of(one, names) for one in represented}
        field.widget = Radios(hints=hints)
        field.choices = [(MYSELF, _("本人（{name}）").format(name=name))] + [(one.id, one.name) for one in represented]
        field.error_messages["invalid_choice"] = _("您现在不能代表该单位。请从列表中选择一项。")

    @property
    def chosen(self) -> str:
        """The party to act for; empty for oneself."""
        choice: str = self.cleaned_data["acting_for"]
        return "" if choice == MYSELF else choice


def scope_of(one: Representation, names: Mapping[str, str]) -> str:
    """Return in words in which matters and how long somebody may act."""
    if one.last_day is None:
        return _("法定代表人，全部事项")
    matters = in_words(sorted(one.matters or ()), names)
    return _("受托人，{matters}，至 {day}").format(matters=matters, day=date_format(one.last_day))


def in_words(codes: Collection[str], names: Mapping[str, str]) -> str:
    """Return the names of matters in one line; no codes mean all."""
    return _("、").join(names.get(code, code) for code in codes) or _("全部事项")


def names_of_matters() -> dict[str, str]:
    """Return the names of the matters in force by code, in the reader's language; asked once for a page."""
    return {one.code: _called(one) for one in matter_names()}


def _called(one: MatterName) -> str:
    return one.name_en if get_language() == "en" and one.name_en else one.name


def _grouped_matters() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in matter_names():
        groups.setdefault(one.group, []).append((one.code, f"{one.code} {_called(one)}"))
    return list(groups.items())


ALL, SOME = "all", "some"


class MandateForm(Form):
    """Whom the legal representative lets act, in which matters, from which day to which (both included)."""

    organisation = forms.ChoiceField(label=gettext_lazy("授权单位"), widget=forms.Select())
    name = forms.CharField(
        label=gettext_lazy("受托人姓名"),
        help_text=gettext_lazy("与证件上的姓名一致。"),
        max_length=64,
        widget=forms.TextInput(),
    )
    document_type = forms.ChoiceField(label=gettext_lazy("受托人证件类型"), choices=DOCUMENTS)
    number = forms.CharField(label=gettext_lazy("受托人证件号码"), max_length=32)
    scope = forms.ChoiceField(
        label=gettext_lazy("授权办理哪些事项"),
        initial=ALL,
        choices=[(ALL, gettext_lazy("全部事项")), (SOME, gettext_lazy("只限以下勾选的事项"))],
        widget=Radios(),
    )
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("事项"),
        widget=Checkboxes(),
        error_messages={"required": gettext_lazy("请至少勾选一个事项，或选择“全部事项”。")},
    )
    valid_from = forms.DateField(
        label=gettext_lazy("开始日"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=gettext_lazy("截止日"),
        help_text=gettext_lazy("含当日；可以随时提前撤销。"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body, matters = self.fields["organisation"], self.fields["matters"]
        assert isinstance(body, forms.ChoiceField) and isinstance(matters, forms.ChoiceField)
        body.choices = [(one.key, one.name) for one in organisations]
        matters.required = self.data.get("scope") != ALL
        matters.choices = _grouped_matters()

    @property
    def chosen_matters(self) -> list[str]:
        return sorted(self.cleaned_data["matters"]) if self.cleaned_data["scope"] == SOME else []

    @property
    def valid_until(self) -> date:
        return after(self.cleaned_data["last_day"])


def after(last_day: date) -> date:
    """Return the first day that no longer counts; the very last day of the calendar has none after it."""
    return last_day if last_day == date.max else last_day + timedelta(days=1)


class AbsentForm(Form):
    """For whom somebody who oversees a region names a stand-in."""

    absent = forms.ChoiceField(label=gettext_lazy("替谁安排代岗"), widget=forms.Select())

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["absent"], choices)


class StandInForm(Form):
    """Who stands in, from which day to which (both included)."""

    account = forms.ChoiceField(
        label=gettext_lazy("代岗人"),
        help_text=gettext_lazy("同一大厅或部门的窗口、审查人员。"),
        widget=forms.Select(),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("开始日"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=gettext_lazy("截止日"),
        help_text=gettext_lazy("含当日；可以随时提前结束。"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["account"], choices)

    @property
    def valid_until(self) -> date:
        return after(self.cleaned_data["last_day"])


def _offer(field: forms.Field, choices: Sequence[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
