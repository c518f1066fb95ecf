"""What waits for a draw, and how is a draw kept? One row for each, a copy of its event.

Anybody may look at a draw and draw again: list, seed and share are public, and so is how they give the result
(`domain/draw.py`). A case stands on one list only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from tongban.casework.models import Case, CommitmentDraw
from tongban.domain import draw, spot_checks
from tongban.domain.events import DrawHeld, DrawKind
from tongban.domain.identifiers import ApplicationNumber, case_number
from tongban.domain.promises import Next
from tongban.domain.refused import Refused
from tongban.journal import queries as journal
from tongban.keys.models import Checkpoint

PREFIX = "draw/"
RECORD = "casework.record_draw"
"""The errand of the outbox that tells the applications of a draw."""

NAMES = [field.name for field in fields(DrawHeld) if field.name != "draw"]


class NoSuchDraw(Refused):
    code = "no_such_draw"
    status = 404

    def __init__(self) -> None:
        super().__init__("没有找到这次抽取。请从公开抽取的列表中打开。")


def stream_of(identifier: str) -> str:
    return PREFIX + identifier


def candidates(*, region: str, body: str, before: datetime) -> dict[str, datetime]:
    """Return the numbers of a department's cases in that division whose commitment waits for a draw, each with the
    instant of its decision, decided before that instant.
    """
    told = {number for listed in _lists(body) for number in listed}
    rows = Case.objects.filter(body=body, promise=Next.DRAW, region=region, decided_at__lte=before).values_list(
        "application__number", "index", "decided_at"
    )
    decided = {case_number(ApplicationNumber.parse(number), index): at for number, index, at in rows}
    return {number: at for number, at in decided.items() if number not in told}


def seed_of(candidates: Mapping[str, datetime]) -> Checkpoint | None:
    """Return the first checkpoint that was signed when the last of them was decided: waiting for another one is
    waiting for another list. None: there is none yet, or nothing to draw from.
    """
    last = max(candidates.values(), default=None)
    return Checkpoint.objects.filter(at__gte=last).order_by("number").first() if last else None


def _lists(body: str) -> list[list[str]]:
    drawn = CommitmentDraw.objects.filter(body=body, kind=DrawKind.COMMITMENTS)
    return list(drawn.values_list("candidates", flat=True))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many commitments of a department in a region wait for a draw."""

    region: str
    body: str
    count: int


def waiting(prefixes: list[str]) -> list[Waiting]:
    """Return what waits for a draw in these regions, by region and department."""
    rows = Case.objects.filter(promise=Next.DRAW).values_list("application__region", "body")
    counted = Counter(row for row in rows if any(row[0].startswith(prefix) for prefix in prefixes))
    return [Waiting(region, body, count) for (region, body), count in sorted(counted.items())]


# --- decisions on the spot --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """How many cases a department in a region decided on the spot in a month from which nothing is drawn yet."""

    month: str
    region: str
    body: str
    count: int

    @property
    def draw(self) -> str:
        return draw_of(month=self.month, region=self.region, body=self.body)


def draw_of(*, month: str, region: str, body: str) -> str:
    """Return the id of a draw from a month: there is one for each department and region."""
    return f"{month}-{region}-{body}"


def on_the_spot(*, region: str, body: str, month: str) -> list[str]:
    """Return the numbers of the cases that a department in that division decided on the spot in a month."""
    rows = _decided_in(month).filter(region=region, body=body).values_list("application__number", "index")
    return [case_number(ApplicationNumber.parse(number), index) for number, index in rows]


def undrawn(months: Sequence[str], *, prefixes: Sequence[str] = ("",)) -> list[Month]:
    """Return from which of these months something is to be drawn, in regions whose codes begin so."""
    held = set(CommitmentDraw.objects.filter(month__in=months).values_list("id", flat=True))
    found = []
    for month in months:
        counted = _decided_in(month).values_list("region", "body").order_by("region", "body").annotate(count=Count("*"))
        found += [
            Month(month, region, body, count) for region, body, count in counted if region.startswith(tuple(prefixes))
        ]
    return [one for one in found if one.draw not in held]


def _decided_in(month: str) -> QuerySet[Case]:
    begins, ends = spot_checks.span(month)
    return Case.objects.filter(spot_decided_at__gte=begins, spot_decided_at__lt=ends)


def seed_after(month: str) -> Checkpoint | None:
    """Return the first checkpoint that was signed when a month was over; None: there is none yet."""
    return Checkpoint.objects.filter(at__gte=spot_checks.span(month)[1]).order_by("number").first()


# --- the draws that were held -----------------------------------------------------------------------------------------


def write(held: DrawHeld) -> None:
    CommitmentDraw.objects.create(id=held.draw, **{name: _plain(getattr(held, name)) for name in NAMES})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def read(identifier: str) -> DrawHeld | None:
    row = CommitmentDraw.objects.filter(pk=identifier).first()
    return None if row is None else _held(row)


def _held(row: CommitmentDraw) -> DrawHeld:
    kept = {name: getattr(row, name) for name in NAMES}
    lists = {name: tuple(kept[name]) for name in ("candidates", "drawn")}
    return DrawHeld(draw=row.id, **(kept | lists | {"kind": DrawKind(row.kind)}))


def find(identifier: str) -> DrawHeld:
    """Return a draw. Raises NoSuchDraw."""
    held = read(identifier)
    if held is None:
        raise NoSuchDraw
    return held


def latest(*, limit: int = 50) -> list[DrawHeld]:
    return [_held(row) for row in CommitmentDraw.objects.order_by("-at")[:limit]]


def wrong_with(held: DrawHeld) -> str:
    """Say what does not hold of a draw: its result, or the checkpoint that its seed came from; empty: it holds."""
    if not draw.recomputed(held):
        return "按公开的名单、种子和比例重新抽取，结果与记录不同。"
    signature = Checkpoint.objects.filter(number=held.checkpoint).values_list("signature", flat=True).first()
    if signature is None or bytes(signature).hex() != held.seed:
        return f"种子不是日志第 {held.checkpoint} 个检查点的签名。"
    return ""


def register_fold() -> None:
    """Tell the journal how a draw is folded and read."""
    journal.register(
        PREFIX,
        fold=lambda entries: entries[0].event,
        rows=lambda stream: read(stream.removeprefix(PREFIX)),
        streams=lambda: map(stream_of, CommitmentDraw.objects.values_list("id", flat=True).iterator()),
    )
