"""Where do working days and divisions come from? From the package's own files; no database is needed to start.

`data/calendars/<year>.json` holds the State Council's notice for one year in the shape that holiday-cn publishes
(`year`, `days` with `date`, `name`, `isOffDay`), so that an operator may drop in next year's file as it is; a file may
also hold a list of such years. `festivals.json` holds the statutory festivals beyond the last notice, for provisional
answers. The version of a calendar is made from its content: the same days have the same version on every node.

A notice that came later is published in the node (`actions.publish_calendar`) and lies in its database. Hot actions ask
for the calendar and may not pay a statement for it, so `load` answers from memory, and each process takes over what was
published (`queries.keep_up`) outside of them: web servers and workers look twice a minute at most
(`project/keeping_up.py`), a command that counts days of the node looks when it starts. Until then a process counts by
the calendar it knew: its days are provisional and will be projected like all others.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from tongban.crypto import canonical, sm3
from tongban.domain.regions import Division, Divisions, FunctionalZone, Level
from tongban.domain.workdays import Calendar, InvalidCalendar, Notice, build

DATA = Path(__file__).parent / "data"

LARGEST_FILE = 1_000_000
"""Bytes: a file of a hundred years; what is longer is cut off, and then no JSON."""


_published: list[tuple[Notice, ...]] = [()]
"""What this process knows to be published besides the package."""


def load() -> Calendar:
    """Return the calendar of the package with what this process knows to be published since."""
    return _with(_published[0])


def take(notices: Iterable[Notice]) -> None:
    """Count by the package with these years in place of its own or after them from now on. Raises InvalidCalendar."""
    taken = tuple(sorted(notices, key=lambda notice: notice.year))
    _with(taken)
    _published[0] = taken


def load_with(*paths: Path) -> Calendar:
    """Return the calendar of the package with the years of these files in place of its own or after them.

    Raises InvalidCalendar.
    """
    return _with(read_notices(*paths))


def read(*paths: Path) -> Calendar:
    """Return a calendar of the years in these files alone. Raises InvalidCalendar."""
    return of(read_notices(*paths))


def read_notices(*paths: Path) -> tuple[Notice, ...]:
    """Return the notices in these files, in their order. Raises InvalidCalendar."""
    return tuple(chain.from_iterable(_read(path) for path in paths))


def of(notices: Iterable[Notice]) -> Calendar:
    """Return the calendar of these notices, with the festivals beyond them. Raises InvalidCalendar."""
    given = sorted(notices, key=lambda notice: notice.year)
    horizon = date.fromisoformat(_json(DATA / "calendars" / "festivals.json")["until"])
    return build(version=_version(given), notices=given, festivals=festivals(), horizon=horizon)


@cache
def festivals() -> frozenset[date]:
    """Return the statutory festivals beyond the last notice of the package."""
    days = _json(DATA / "calendars" / "festivals.json")["days"]
    return frozenset(date.fromisoformat(day["date"]) for day in days)


@cache
def packaged() -> tuple[Notice, ...]:
    """Return the notices that came with the package, by year."""
    return read_notices(*sorted((DATA / "calendars").glob("[0-9]*.json")))


@cache
def _with(notices: tuple[Notice, ...]) -> Calendar:
    return of({notice.year: notice for notice in (*packaged(), *notices)}.values())


@cache
def divisions() -> Divisions:
    """Return all provinces, and every division of Beijing, Tianjin and Hebei down to the county."""
    content = _json(DATA / "regions" / "divisions.json")
    return Divisions.of(
        Division(code=row["code"], name=row["name"], level=Level(row["level"]), parent=row["parent"])
        for row in content["divisions"]
    )


@cache
def zones() -> tuple[FunctionalZone, ...]:
    """Return the functional zones of the three regions' pilot free trade zones."""
    content = _json(DATA / "regions" / "zones.json")
    return tuple(
        FunctionalZone.of(code=row["code"], name=row["name"], divisions=row["divisions"], table=divisions())
        for row in content["zones"]
    )


def _read(path: Path) -> list[Notice]:
    name = "".join(each for each in path.name if each.isprintable())
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        content = canonical.decode(data.removeprefix(BOM_UTF8))
    except (OSError, canonical.NotCanonical) as problem:
        raise InvalidCalendar(f"无法读取工作日历文件 {name}：请提供 UTF-8 的 JSON 文件。") from problem
    years = content if isinstance(content, list) else [content]
    return [_notice(year, name) for year in years]


def _notice(content: Any, name: str) -> Notice:
    try:
        marks = [(date.fromisoformat(day["date"]), day["isOffDay"]) for day in content["days"]]
        if not isinstance(content["year"], int) or not all(isinstance(off, bool) for _, off in marks):
            raise TypeError
        return Notice(
            year=content["year"],
            rest=frozenset(day for day, off in marks if off),
            make_up=frozenset(day for day, off in marks if not off),
            sources=_sources(content),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise InvalidCalendar(
            f"工作日历文件 {name} 缺少或写错了内容："
            "每个年度须有 year 和 days，每天须有 date（如 2026-10-01）和 isOffDay。"
        ) from problem


def _sources(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The notices by number and address; files of others name addresses only."""
    if "notices" in content:
        return tuple(f"{notice['number']} {notice['source']}" for notice in content["notices"])
    return tuple(str(paper) for paper in content.get("papers", ()))


def _version(notices: Iterable[Notice]) -> str:
    """`CN-<last year>-<first eight characters of the digest over all days>`."""
    rows = [
        f"{notice.year} {day.isoformat()} {int(day in notice.rest)}"
        for notice in notices
        for day in sorted(notice.rest | notice.make_up)
    ]
    last = max((notice.year for notice in notices), default=0)
    return f"CN-{last}-{sm3.digest(chr(10).join(rows).encode()).hex()[:8]}"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
