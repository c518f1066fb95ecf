"""What does the house write, act by act?

A recording watches the three places where a hot action reaches the database (rows, certificates, journal) and keeps
what passes: enough for a baseline to leave the same bytes behind, and to bring another database to the same point.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from tongban.casework import storage as rows_storage
from tongban.certificates import storage as certificates_storage
from tongban.domain.sealed import Sealed
from tongban.journal import storage as journal_storage
from tongban.journal.storage import EntryRow, ErrandRow, OperationRow, moment
from tongban.keys import actions as keys

Write = tuple[Callable[..., None], tuple[Any, ...], dict[str, Any]]


@dataclass(slots=True)
class Act:
    """One action: its `name` is submit, accept or conclude, or else says that it is not measured."""

    name: str
    application: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    certificates: list[dict[str, Any]] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    """The certificates' files, in the clear."""
    stream: str = ""
    entries: Sequence[EntryRow] = ()
    bodies: list[dict[str, Any]] = field(default_factory=list)
    operation: OperationRow = None  # type: ignore[assignment]  # every action appends, so it is always set
    outbox: Sequence[ErrandRow] = ()
    moment: str = ""
    writes: list[Write] = field(default_factory=list)
    """The calls as the house made them, in order, for what is not measured."""


class Recording:
    def __init__(self) -> None:
        self.acts: list[Act] = []

    @contextmanager
    def act(self, name: str, application: str) -> Iterator[None]:
        """Keep what is written inside as one act."""
        self.acts.append(Act(name, application))
        with (
            mock.patch.object(rows_storage, "write", self._passing(rows_storage.write, self._rows)),
            mock.patch.object(
                certificates_storage, "insert", self._passing(certificates_storage.insert, self._certificates)
            ),
            mock.patch.object(journal_storage, "append", self._passing(journal_storage.append, self._journal)),
        ):
            yield

    def _passing(self, write: Callable[..., None], keep: Callable[..., None]) -> Callable[..., None]:
        def passing(*arguments: Any, **more: Any) -> None:
            self.acts[-1].writes.append((write, arguments, more))
            keep(*arguments, **more)
            write(*arguments, **more)

        return passing

    def _rows(self, before: Any, after: Any) -> None:
        self.acts[-1].rows = rows_storage.changed(before, after)

    def _certificates(self, rows: Sequence[certificates_storage.Row]) -> None:
        act = self.acts[-1]
        act.certificates = [certificates_storage.plain(row) for row in rows]
        act.documents = keys.unseal_many([Sealed(row.holder, row.sealed) for row in rows])

    def _journal(
        self,
        stream: str,
        seq: int,
        head: str,
        entries: Sequence[EntryRow],
        *,
        operation: OperationRow,
        outbox: Sequence[ErrandRow],
    ) -> None:
        act = self.acts[-1]
        act.stream, act.entries, act.operation, act.moment = stream, entries, operation, moment(operation.at)
        act.outbox = outbox
        act.bodies = [json.loads(entry.body) for entry in entries]
