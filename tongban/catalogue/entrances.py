"""What do people come for, although this room knows no room above it?

Rooms above bring their entrances to the portal: `project/apps.py` installs them once at start, with the name of the
addresses under which an application for a bundle begins, stewards keep agreements and recognition rules, and anybody
asks whether a certificate counts, and with what tells the door that leads from the guide of a matter to asking for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from tongban.domain.catalogue import Implementation, Standard
from tongban.people.actor import Actor
from tongban.people.roles import Role


@dataclass(frozen=True)
class Entrance:
    """One way in. `name` is a URL name without arguments."""

    title: str | Promise
    text: str | Promise
    name: str


@dataclass(frozen=True)
class Door:
    """From the guide of a matter to asking for it: what the button says, what follows, and its address."""

    text: str
    hint: str
    href: str


DoorOf = Callable[[Standard, Implementation], Door | None]
"""None where the matter can be asked for at windows only."""

_entrances: list[Entrance] = []
_doors: list[DoorOf] = []
_start: list[str] = []
_kept: list[str] = []
_rules: list[str] = []
_counts: list[str] = []


def install(
    *,
    entrances: Sequence[Entrance] = (),
    start: str = "",
    kept: str = "",
    rules: str = "",
    counts: str = "",
    door: DoorOf | None = None,
) -> None:
    """Append entrances that are not there yet.

    `start` is a URL name that takes the code of a bundle, `kept` and `rules` those of the pages where stewards keep
    agreements and recognition rules, `counts` that of the page that tells whether a certificate counts.
    """
    if door is not None:
        _doors[:] = [door]
    known = {entrance.name for entrance in _entrances}
    _entrances.extend(entrance for entrance in entrances if entrance.name not in known)
    if start:
        _start[:] = [start]
    if kept:
        _kept[:] = [kept]
    if rules:
        _rules[:] = [rules]
    if counts:
        _counts[:] = [counts]


def shown() -> list[tuple[str, str, str]]:
    """Return title, text and address of every entrance, in the order of installation."""
    return [(str(each.title), str(each.text), reverse(each.name)) for each in _entrances]


def start_of(bundle: str) -> str:
    """Return where an application for a bundle begins; empty while no room takes applications."""
    return reverse(_start[0], args=[bundle]) if _start else ""


def door(standard: Standard, implementation: Implementation) -> Door | None:
    """Return where one asks for a matter as a body offers it; None while no room takes it."""
    return _doors[0](standard, implementation) if _doors else None


def kept(actor: Actor | None) -> str:
    """Return where this reader keeps agreements and joint meetings; empty for whoever does not."""
    return _of_steward(_kept, actor)


def rules(actor: Actor | None) -> str:
    """Return where this reader keeps recognition rules; empty for whoever does not."""
    return _of_steward(_rules, actor)


def counts() -> str:
    """Return where anybody asks whether a certificate counts; empty while no room tells it."""
    return reverse(_counts[0]) if _counts else ""


def _of_steward(installed: Sequence[str], actor: Actor | None) -> str:
    return reverse(installed[0]) if installed and actor is not None and actor.has(Role.STEWARD) else ""
