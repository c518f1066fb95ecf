"""How does a form grow by rows without a script? A button sends it, and it comes back with one empty row more.

Nothing of what was typed is judged then; an empty row says nothing when the form is sent in earnest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

INCOMPLETE = gettext_lazy("页面不完整，可能打开得太久。请刷新页面后重新填写。")
MOST_ROWS = 60


class Rows(forms.BaseFormSet):
    """Rows of one kind. `shown`: how many there are where none were sent."""

    default_error_messages = {  # noqa: RUF012 - Django's own attribute
        "missing_management_form": INCOMPLETE,
        "too_many_forms": gettext_lazy("最多 %(num)d 行。请删去多余的行。"),
        "too_few_forms": INCOMPLETE,
    }

    def __init__(self, *args: Any, shown: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra = shown
        self.refused: list[str] = []

    def initial_form_count(self) -> int:
        """Any row may be left empty, also one that came filled."""
        return 0

    def grown(self) -> Rows:
        """Return the rows as they were typed, not judged, with an empty one more; a chosen file is not kept."""
        typed = self.typed()
        shown = min(len(typed) + 1, MOST_ROWS)
        return type(self)(prefix=self.prefix, initial=typed, shown=shown, form_kwargs=self.form_kwargs)

    def as_typed(self) -> Rows:
        """Return the same rows, not judged."""
        typed = self.typed()
        return type(self)(prefix=self.prefix, initial=typed, shown=len(typed), form_kwargs=self.form_kwargs)

    def typed(self) -> list[dict[str, Any]]:
        return [
            {name: form[name].value() for name, field in form.fields.items() if not isinstance(field, forms.FileField)}
            for form in self.forms
        ]

    def filled(self) -> list[Mapping[str, Any]]:
        """Return what valid rows say, the empty ones left out."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    def amiss(self) -> list[str]:
        """Return what is wrong with the rows together."""
        return [*self.non_form_errors(), *self.refused]


def rows_of(kind: type[forms.Form]) -> type[Rows]:
    return forms.formset_factory(kind, formset=Rows, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True)
