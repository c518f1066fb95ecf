"""How does a form speak to people? In whole sentences, for the errors that Django words like a machine."""

from __future__ import annotations

from typing import Any

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
