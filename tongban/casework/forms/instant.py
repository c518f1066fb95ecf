"""What does somebody choose who wants a certificate on the spot? The months, and whose register where he knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.forms.apply import question_field
from tongban.domain.catalogue import Bundle
from tongban.web.forms import Form
from tongban.web.widgets import Radios

EVERYWHERE = "all"


class InstantForm(Form):
    """The questions of the matter, each with the choice taken by itself, and the place of the register."""

    operation = forms.CharField(max_length=64, widget=forms.HiddenInput)
    place = forms.ChoiceField(
        label=lazy("查哪里的登记库"),
        initial=EVERYWHERE,
        widget=Radios(),
        error_messages={"invalid_choice": lazy("请从列出的地区中选择一项。")},
    )

    def __init__(self, *args: Any, bundle: Bundle, places: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [question.code for question in bundle.questions]
        for question in bundle.questions:
            self.fields[question.code] = question_field(question, bundle)
            # Whether it arises depends on the others' answers; where it does not, nothing need be said.
            self.fields[question.code].required = not question.when
        self.fields["place"].choices = [(EVERYWHERE, _("都查（不清楚的选这个）")), *places]
        self.order_fields([*self.questions, "place"])

    @property
    def given(self) -> dict[str, Any]:
        place = self.cleaned_data["place"]
        return {
            "operation": self.cleaned_data["operation"],
            "answers": {code: choice for code in self.questions if (choice := self.cleaned_data[code])},
            "place": "" if place == EVERYWHERE else place,
        }
