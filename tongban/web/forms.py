"""How does a form speak to people? In whole sentences, for the errors that Django words like a machine."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MISSING: list[tuple[type[forms.Field], Promise]] = [
    (forms.BooleanField, _("请勾选后再继续。")),
    (forms.FileField, _("请选择要上传的文件。")),
    (forms.MultipleChoiceField, _("请至少选择一项。")),
    (forms.ChoiceField, _("请选择一项。")),
    (forms.Field, _("请填写此项。")),
]


class Form(forms.Form):
    """A form whose fields say in a sentence what is missing, unless the field has words of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = next(words for kind, words in MISSING if isinstance(field, kind))


class ActForm(Form):
    """A form with the id of its operation, made when it is shown: sending it twice has one effect."""

    UNFILLED: ClassVar[frozenset[str]] = frozenset({"operation"})
    """Fields that nobody fills in: without one of them the page was not whole."""

    operation = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if missing := self.errors.keys() & self.UNFILLED:
            for name in missing:
                del self._errors[name]
            self.add_error(None, _("未提交：页面不完整，可能打开得太久。请刷新页面后重新填写。"))
        return given

    def refuse(self, sentence: str, field: str) -> None:
        """Show a refusal at the field it is about, else above the form."""
        self.add_error(field if field in self.fields and field != "operation" else None, sentence)
