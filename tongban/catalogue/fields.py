"""How does a data element become a form field: label, hint, and what a keyboard or a list offers for its kind?

Whether a value is right is asked of the kernel (`domain/elements.py`): a field only carries words.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tongban.catalogue import words
from tongban.domain.catalogue import DataElement, ElementKind
from tongban.web.widgets import Radios

LONGEST = 400
"""Longer than any value the kernel takes, so that its sentence is the one that is read."""


def of(element: DataElement, *, required: bool, missing: str = "") -> forms.Field:
    """Return the field of a data element; `missing` is said when it is required and empty."""
    about: dict[str, Any] = {
        "label": words.told(element, "name") + (f"（{element.unit}）" if element.unit else ""),
        "help_text": _hint(element),
        "required": required,
        "error_messages": {"required": missing} if missing else None,
    }
    match element.kind:
        case ElementKind.CHOICE:
            return forms.ChoiceField(choices=choices(element), widget=Radios(), **about)
        case ElementKind.DAY:
            widget: forms.Widget = forms.TextInput(attrs={"type": "date"})
        case ElementKind.PHONE:
            widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        case ElementKind.INTEGER | ElementKind.IMO:
            widget = forms.TextInput(attrs={"inputmode": "numeric"})
        case ElementKind.DECIMAL:
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
        case _:
            widget = forms.TextInput()
    return forms.CharField(max_length=LONGEST, widget=widget, **about)


def choices(element: DataElement) -> list[tuple[str, str]]:
    """Return the choices with their words in the reader's language."""
    english = dict(element.choices_en) if words.in_english() else {}
    return [(code, english.get(code) or text) for code, text in element.choices]


def shown(element: DataElement, value: str) -> str:
    """Say a value as the form shows it: the words of a choice, a number with its unit."""
    text = dict(choices(element)).get(value, value)
    return f"{text} {element.unit}" if text and element.unit else text


def _hint(element: DataElement) -> str:
    hint = words.told(element, "hint")
    if element.kind in (ElementKind.CHOICE, ElementKind.DAY) or not element.example:
        return hint
    example = _("例如：{example}").format(example=element.example)
    return f"{hint}{_('。')}{example}" if hint else example
