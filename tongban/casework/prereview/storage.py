"""How is the pre-review of a draft kept? One row for each request, a copy of the kernel's `Round`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from tongban.casework.models import PreReviewRound
from tongban.domain import codec
from tongban.domain.events import Readiness
from tongban.domain.prereview import PreReview, Round, State, fold
from tongban.journal import queries as journal

PREFIX = "prereview/"
NAMES = [field.name for field in fields(Round)]
IN_JSON = ("participants", "answers", "matters", "missing", "snapshot", "limit", "remarks")
"""The fields of a round that are kept as JSON text."""

_hints = get_type_hints(Round)


def stream_of(draft: str) -> str:
    """Return the journal's stream of a draft's pre-review."""
    return PREFIX + draft


def read(draft: str) -> PreReview | None:
    """Return the pre-review its rows stand for; None when there are none. One statement."""
    rows = list(PreReviewRound.objects.filter(draft=draft).order_by("number"))
    return PreReview(draft, rows[0].holder, tuple(round_of(row) for row in rows)) if rows else None


def round_of(row: PreReviewRound) -> Round:
    """Return the request that one row stands for."""
    kept = {name: getattr(row, name) for name in NAMES}
    in_json = {name: codec.from_plain(json.loads(kept[name]), _hints[name]) for name in IN_JSON}
    closed_sets = {"state": State(row.state), "readiness": Readiness(row.readiness) if row.readiness else None}
    return Round(**(kept | in_json | closed_sets))


def write(before: PreReview | None, after: PreReview) -> None:
    """Write the requests in which `after` differs from `before`. One statement."""
    known = before.rounds if before else ()
    PreReviewRound.objects.bulk_create(
        [_row(after, one) for one in after.rounds if one not in known],
        update_conflicts=True,
        unique_fields=["draft", "number"],
        update_fields=[
            *("due_on", "provisional", "calendar"),
            *("state", "readiness", "remarks", "closed_by", "closed_at"),
        ],
    )


def _row(pre_review: PreReview, one: Round) -> PreReviewRound:
    plain: Mapping[str, Any] = codec.to_plain(one, Round)
    kept = {name: _json(plain[name]) if name in IN_JSON else getattr(one, name) for name in NAMES}
    return PreReviewRound(draft=pre_review.draft, holder=pre_review.holder, **kept)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def register_fold() -> None:
    """Tell the journal how a pre-review is folded and read."""
    journal.register(
        PREFIX,
        fold=lambda entries: fold([entry.event for entry in entries]),
        rows=lambda stream: read(stream.removeprefix(PREFIX)),
        streams=lambda: map(stream_of, PreReviewRound.objects.values_list("draft", flat=True).distinct().iterator()),
    )
