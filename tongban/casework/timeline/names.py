"""How does a sentence of the timeline name cases, materials and days?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.domain.events import Event

NAMED = 3
"""So many cases does a sentence name before it only counts them."""


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called: matters by case, certificate types by case, materials."""

    matters: Mapping[int, str]
    certificates: Mapping[int, str]
    materials: Mapping[str, str]
    shown: Collection[int] | None = None
    """The cases that the reader may know of; None: all."""
    articles: Mapping[int, str] = field(default_factory=dict)
    """By which article the system decided a case by itself, on the spot."""


def cases_of(indexes: Sequence[int], names: Names) -> str:
    shown = [_("“%(matter)s”") % {"matter": names.matters[index]} for index in indexes if is_shown(index, names)]
    if len(shown) <= NAMED:
        return _("、").join(shown)
    return _("%(first)s等 %(count)d 个办件") % {"first": shown[0], "count": len(shown)}


def is_shown(index: int, names: Names) -> bool:
    return names.shown is None or index in names.shown


def material_of(code: str, names: Names) -> str:
    return names.materials.get(code, code)


def listed(materials: Sequence[str], names: Names) -> str:
    return _("、").join(f"《{names.materials.get(code, code)}》" for code in materials)


def until(day: date | None) -> str:
    return _("，至 %(day)s") % {"day": date_format(day)} if day else ""


Sentences = Mapping[type[Event], Callable[[Any, Names], str]]
"""By kind of event, how it is told."""
