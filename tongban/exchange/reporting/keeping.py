"""How are the derived rows kept, and those that changed laid aside for a dispatch?

A share of the sources is kept in one transaction: rows, content, counts, and how far the sources were read. So a run
that dies in the middle has either kept a share or not, and goes on with what is left. The number of statements is the
same however many rows there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from tongban.domain.clock import day_of
from tongban.domain.regions import province_of
from tongban.domain.reporting import changes
from tongban.domain.reporting.changes import Count, Counts, Known, Operation
from tongban.domain.reporting.rows import Draft, digest, plain
from tongban.domain.reporting.schema import Fault, FaultCode, check
from tongban.exchange.reporting.definitions import Definitions
from tongban.exchange.reporting.gathering import Derived
from tongban.exchange.reporting.models import Dispatch, ReportedRow, ReportedSource, State
from tongban.journal.storage import moment
from tongban.keys import actions as keys

SERIALS = 9999
"""Dispatches of a province in a day."""


def write_faults(faults: Iterable[Fault]) -> str:
    """Return faults as they are kept; empty where there are none."""
    said = [asdict(fault) for fault in faults]
    return json.dumps(said, ensure_ascii=False) if said else ""


def read_faults(text: str) -> tuple[Fault, ...]:
    return tuple(Fault(one["field"], FaultCode(one["code"]), one["about"]) for one in json.loads(text or "[]"))


@dataclass(slots=True)
class Keeper:
    """Keeps what one run derives. `regions`: department to its region; `provinces`: those this node reports for."""

    by: Definitions
    provinces: frozenset[str]
    regions: Mapping[str, str]
    now: datetime
    dispatches: dict[str, Dispatch] = field(default_factory=dict)
    """Open ones, by province."""
    held_back: set[str] = field(default_factory=set)
    """What the platform does not have and is not told: what belongs to it waits. A row comes after its parent."""
    counts: dict[str, Counts] = field(default_factory=dict)
    """What changed, by province."""

    def keep(self, derived: Iterable[Derived]) -> int:
        """Keep what was derived of some sources; return how many rows differ from what was kept of them before.

        Called inside a transaction.
        """
        share = list(derived)
        names = [one.source.name for one in share if one.drafts is not None]
        known = {row.guid: row for row in ReportedRow.objects.filter(source__in=names)}
        differing = [(row, one.owner) for one in share for row in self._differing(one, known)]
        gone = [row for row in known.values() if self._withdrawn(row)]
        self._seal(differing)
        self._write([row for row, _owner in differing] + gone, [row.guid for row in gone if not row.sent])
        self._read([one.source for one in share])
        return len(differing) + len(gone)

    def _differing(self, one: Derived, known: dict[str, ReportedRow]) -> Iterator[ReportedRow]:
        """Yield the rows of a source that are others than before, as they are to be kept; take them from `known`."""
        for draft in one.drafts or ():
            province = province_of(self.regions.get(draft.department) or one.region)
            if province in self.provinces:
                row = known.pop(draft.guid, None)
                if (changed := self._changed(row, one, draft, province)) is not None:
                    yield changed

    def _changed(self, row: ReportedRow | None, one: Derived, draft: Draft, province: str) -> ReportedRow | None:
        faults = check(self.by.schema.tables[draft.table], draft.values)
        fresh, wrong = digest(draft.values), write_faults(faults)
        before = Known() if row is None else Known(row.sent, row.refused)
        operation = changes.operation(before, digest=fresh, faults=faults, parentless=draft.parent in self.held_back)
        if operation is None and not before.sent:
            self.held_back.add(draft.guid)
        if row is not None and row.refused == fresh and not faults:
            # As it was when the platform refused it: its words stand until the row changes.
            wrong = row.faults
        if row is not None and (row.digest, row.faults, row.operation) == (fresh, wrong, operation or ""):
            return None
        if row is None or (row.digest, row.faults) != (fresh, wrong):
            self._count(province, draft, faults)
        if row is None:
            row = ReportedRow(guid=draft.guid, table=draft.table, source=one.source.name)
        row.province, row.department, row.subject = province, draft.department, draft.subject
        row.digest, row.faults, row.changed_at = fresh, wrong, self.now
        self._lay_aside(row, operation, json.dumps(plain(draft.values), ensure_ascii=False))
        return row

    def _withdrawn(self, row: ReportedRow) -> bool:
        """Let a row go of which nothing is derived any more; return whether that is another state than before."""
        operation = changes.operation(Known(row.sent, row.refused), digest="")
        if not row.digest and row.operation == (operation or ""):
            return False
        row.digest, row.faults, row.changed_at = "", "", self.now
        self._lay_aside(row, operation, "")
        return True

    def _lay_aside(self, row: ReportedRow, operation: Operation | None, content: str) -> None:
        row.operation, row.content, row.owner = operation or "", content if operation else "", ""
        if operation is not None:
            row.dispatch = self._dispatch(row.province).number

    def _count(self, province: str, draft: Draft, faults: Iterable[Fault]) -> None:
        dispatch = self._dispatch(province)
        counts = self.counts.setdefault(province, changes.read(dispatch.counts))
        counts.setdefault((draft.table, draft.department), Count()).add(faults)

    def _dispatch(self, province: str) -> Dispatch:
        """Return the open dispatch of a province, opened where there is none."""
        if province not in self.dispatches:
            under_way = Dispatch.objects.filter(province=province, state=State.GATHERING).first()
            self.dispatches[province] = under_way or self._open(province)
        return self.dispatches[province]

    def _open(self, province: str) -> Dispatch:
        beginning = f"{province}-{day_of(self.now):%Y%m%d}-"
        last = Dispatch.objects.filter(number__startswith=beginning).order_by("-number").first()
        serial = int(last.number.removeprefix(beginning)) + 1 if last else 1
        return Dispatch.objects.create(
            number=f"{beginning}{serial:04d}",
            province=province,
            schema=self.by.schema.version,
            mapping=self.by.codes.version,
            opened_at=self.now,
        )

    def _seal(self, rows: list[tuple[ReportedRow, str]]) -> None:
        """Seal the content of rows about somebody; one statement at most."""
        told = [(row, owner) for row, owner in rows if row.content and owner]
        sealed = keys.seal_many((owner, row.content.encode()) for row, owner in told)
        for (row, owner), seal in zip(told, sealed, strict=True):
            row.content, row.owner = seal.ciphertext, owner

    def _write(self, rows: list[ReportedRow], never_sent: list[str]) -> None:
        kept = [row for row in rows if row.guid not in set(never_sent)]
        _put(kept)
        if never_sent:
            ReportedRow.objects.filter(guid__in=never_sent).delete()
        for province, counts in self.counts.items():
            self.dispatches[province].counts = changes.plain(counts)
            self.dispatches[province].save(update_fields=["counts"])

    def _read(self, sources: Iterable[Any]) -> None:
        seen = [ReportedSource(source=one.name, state=one.state, edition=self.by.edition) for one in sources]
        ReportedSource.objects.bulk_create(
            seen, update_conflicts=True, unique_fields=["source"], update_fields=["state", "edition"]
        )


_COLUMNS = [each.name for each in ReportedRow._meta.concrete_fields]
_NAMED = ", ".join(f'"{name}"' for name in _COLUMNS)
_TYPED = ", ".join(f'"{name}" {"timestamptz" if name == "changed_at" else "text"}' for name in _COLUMNS)
_REPLACED = ", ".join(f'"{name}" = excluded."{name}"' for name in _COLUMNS if name != "guid")
_PUT = {
    "postgresql": f"""
        INSERT INTO exchange_reportedrow ({_NAMED})
        SELECT {_NAMED} FROM jsonb_to_recordset(%s::jsonb) AS r({_TYPED})
        ON CONFLICT (guid) DO UPDATE SET {_REPLACED}""",
    "sqlite": f"""
        INSERT INTO exchange_reportedrow ({_NAMED})
        SELECT {", ".join(f"value->>'{name}'" for name in _COLUMNS)} FROM json_each(%s) WHERE true
        ON CONFLICT (guid) DO UPDATE SET {_REPLACED}""",
}


def _put(rows: Sequence[ReportedRow]) -> None:
    """Write rows, new ones and changed ones, in one statement: all of them travel in one JSON parameter."""
    if rows:
        plain_rows = [{name: getattr(row, name) for name in _COLUMNS} for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(_PUT[connection.vendor], [json.dumps(plain_rows, ensure_ascii=False, default=moment)])
