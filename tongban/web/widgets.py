"""Which form widgets does the shell add to Django's? Radios and checkboxes whose options carry a hint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms


class Radios(forms.RadioSelect):
    """Radio buttons; `hints` maps an option's value to the soft line under its label."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, *args, **kwargs) | {"hint": self.hints.get(str(value), "")}


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes; `hints` as for `Radios`."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().create_option(name, value, *args, **kwargs) | {"hint": self.hints.get(str(value), "")}
