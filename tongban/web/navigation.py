"""What stands in the navigation, although this room knows no other room?

Rooms bring their entries: `project/apps.py` calls `install()` once at start with what each room offers. An entry is
shown when its `visible` predicate holds for the request. A slot is a place in the header that another room fills with a
template of its own: `account` (who is signed in), `region` (region switch).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise


class Side(StrEnum):
    PUBLIC = "public"
    STAFF = "staff"
    FOOTER = "footer"


class Slot(StrEnum):
    ACCOUNT = "account"
    REGION = "region"


def everybody(request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """One link. `name` is a URL name without arguments; `icon` one of static/web/icons (staff rail only)."""

    text: str | Promise
    name: str
    icon: str = ""
    visible: Callable[[HttpRequest], bool] = everybody


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    href: str
    icon: str
    current: str
    """The value of aria-current: `page` here, `true` below here, empty elsewhere."""


_entries: dict[Side, list[Entry]] = {side: [] for side in Side}
_slots: dict[Slot, str] = {}


def install(*, side: Side, entries: Sequence[Entry]) -> None:
    """Append entries in the order given; an entry already there (same name) keeps its place."""
    known = {entry.name for entry in _entries[side]}
    _entries[side] += [entry for entry in entries if entry.name not in known]


def fill(*, slot: Slot, template: str) -> None:
    _slots[slot] = template


def slot(which: Slot) -> str:
    """Return the template that fills the slot, or the empty one."""
    return _slots.get(which, "web/_nothing.html")


def shown(request: HttpRequest, side: Side) -> list[Shown]:
    """Return what this reader sees on one side, with the place where he is marked."""
    links = [(entry, reverse(entry.name)) for entry in _entries[side] if entry.visible(request)]
    below = [href for _, href in links if href != "/" and request.path.startswith(href)]
    deepest = max(below, key=len, default="")
    return [Shown(str(entry.text), href, entry.icon, _current(request.path, href, deepest)) for entry, href in links]


def _current(path: str, href: str, deepest: str) -> str:
    if href == path:
        return "page"
    return "true" if href == deepest else ""
