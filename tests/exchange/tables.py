"""The long tables of the exchange's documents: the codes of refusals, and the events of an application.

`.venv/bin/python -m tests.exchange.tables` writes them anew. A message may be refused with the code of every refusal
that a handler of messages can come by.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import django

from tongban.domain.refused import Refused

PAGES = Path(__file__).parent.parent.parent / "docs/exchange"
Rows = list[tuple[str, ...]]
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


def codes() -> Rows:
    """Return each code with what happened, by code."""
    for room in ROOMS:
        for name in _modules(f"tongban.{room}"):
            import_module(name)
    said: dict[str, set[str]] = {}
    for kind in _below(Refused):
        if _within(kind.__module__, ROOMS) and not _within(kind.__module__, OTHERS_ANSWER):
            said.setdefault(kind.code, set()).add(_words(kind))
    return sorted((f"`{code}`", " ".join(sorted(words))) for code, words in said.items())


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


def events() -> Rows:
    """Return each event of an application: its version, whether it is intake, what happened, its members."""
    bodies = import_module("tongban.exchange.bodies")
    forwarding = import_module("tongban.domain.forwarding")
    intake = {kind.__name__ for kind in forwarding.INTAKE}
    forms = bodies.schema()["$defs"]
    found: Rows = []
    for kind in forms["Entry"]["properties"]["type"]["enum"]:
        name = next(name for name in forms if name.startswith(f"{kind}."))
        version, form = name.rpartition(".")[2], forms[name]
        members = " ".join(form["properties"])
        found.append((f"`{kind}`", version, "yes" if kind in intake else "", form["description"], f"`{members}`"))
    return found


TABLES: dict[str, Callable[[], Rows]] = {"codes.md": codes, "events.md": events}


def told(page: str) -> Rows:
    """Return the rows of the table on a page."""
    _, lines = _parted(page)
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines.splitlines()]


def write(page: str) -> None:
    head, _ = _parted(page)
    lines = [f"| {' | '.join(row)} |" for row in TABLES[page]()]
    (PAGES / page).write_text("\n".join([head, *lines, ""]), encoding="utf-8")


def _parted(page: str) -> tuple[str, str]:
    """Return a page up to the head of its table, and the rows, with which it ends."""
    text = (PAGES / page).read_text(encoding="utf-8")
    match = re.search(r"^\|[-|]+\|$", text, re.MULTILINE)
    assert match
    return text[: match.end()], text[match.end() + 1 :]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.project.settings")
    django.setup()
    for page in TABLES:
        write(page)
