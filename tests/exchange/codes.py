"""With which codes may a message be refused? With those of all refusals that a handler of messages can come by.

`.venv/bin/python -m tests.exchange.codes` writes the table into `docs/exchange/codes.md`.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import django

from tongban.domain.refused import Refused

PAGE = Path(__file__).parent.parent.parent / "docs/exchange/codes.md"
ROOMS = (
    "domain",
    "catalogue.actions",
    "certificates.receiving",
    "certificates.inquiring",
    "casework.actions",
    "casework.form",
    "exchange.cases",
    "exchange.standards",
    "exchange.attachments",
    "exchange.certificates",
    "exchange.evidence",
    "exchange.history",
    "exchange.inbox",
    "files",
    "journal.actions",
    "people.permissions",
    "people.places",
)
OTHERS_ANSWER = ("domain.reporting", "domain.systems", "catalogue.imports")
"""Who reports, and departments' own systems, send no messages."""


def rows() -> list[tuple[str, str]]:
    """Return each code with what happened, by code."""
    for room in ROOMS:
        for name in _modules(f"tongban.{room}"):
            import_module(name)
    said: dict[str, set[str]] = {}
    for kind in _below(Refused):
        if _within(kind.__module__, ROOMS) and not _within(kind.__module__, OTHERS_ANSWER):
            said.setdefault(kind.code, set()).add(_words(kind))
    return sorted((code, " ".join(sorted(words))) for code, words in said.items())


def _modules(name: str) -> Iterator[str]:
    yield name
    package = import_module(name)
    for found in walk_packages(getattr(package, "__path__", ()), f"{name}."):
        if ".migrations" not in found.name and ".management" not in found.name:
            yield found.name


def _below(kind: type[Refused]) -> Iterator[type[Refused]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _within(module: str, rooms: tuple[str, ...]) -> bool:
    name = module.removeprefix("tongban.")
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def _words(kind: type[Refused]) -> str:
    """The first sentence of what the class says of itself, or its name in words."""
    said = inspect.cleandoc(kind.__dict__.get("__doc__") or "").partition("\n\n")[0].replace("\n", " ")
    return said or re.sub(r"(?<!^)([A-Z])", lambda match: f" {match[1].lower()}", kind.__name__) + "."


def write() -> None:
    page = PAGE.read_text(encoding="utf-8")
    head = page[: page.index("|---|---|\n") + len("|---|---|\n")]
    PAGE.write_text(head + "".join(f"| `{code}` | {words} |\n" for code, words in rows()), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
    django.setup()
    write()
