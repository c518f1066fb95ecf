"""What is sent to sign for documents: their numbers. Which of them may be signed for is the action's question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django import forms

from tongban.casework.forms.workbench import ActForm, new_operation


class _Numbers(forms.MultipleChoiceField):
    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        return True


class SigningForm(ActForm):
    documents = _Numbers()

    @classmethod
    def blank(cls, numbers: Sequence[str], *, now: datetime) -> SigningForm:
        """Return the form for these documents, to be sent as it is."""
        return cls(initial={"operation": new_operation(now), "documents": list(numbers)})
