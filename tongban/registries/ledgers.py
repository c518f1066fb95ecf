"""What is taken out of a ledger of the embedded demo registry? Facts as they stand, and what was booked in the months.

A ledger has facts (data element to value) and series of bookings: since which month, to which, every how many months,
how much. Which data elements show the months, their number, the sum and its parts, is told for each type of certificate
in `data/ledgers.yaml`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tongban.crypto import canonical
from tongban.domain.records import Extract, Period, digest_of
from tongban.keys import actions as keys
from tongban.registries.embedded import number_index
from tongban.registries.models import Ledger

Booking = tuple[date, str, Decimal]
"""The first day of its month, what it was paid for, how much."""


@dataclass(frozen=True, slots=True)
class EmbeddedRecords:
    """One registry of a province, in this node's own database. `shows` maps span, months, ever, total, parts."""

    name: str
    name_en: str
    region: str
    kind: str
    shows: Mapping[str, str]

    @property
    def kinds(self) -> Collection[str]:
        return (self.kind,)

    def extract(self, *, kind: str, number: str, period: Period | None, today: date, seconds: float) -> Extract | None:
        rows = Ledger.objects.filter(number_index=number_index(number), kind=kind, region__startswith=self.region[:2])
        ledger = rows.order_by("reference").first()
        if ledger is None:
            return None
        booked: dict[str, Any] = canonical.decode(keys.unseal(ledger.sealed))
        content = self._content(booked, period, today)
        if content is None:
            return None
        return Extract(kind, number, self.name, ledger.region, ledger.reference, content, digest_of(content))

    def _content(self, booked: Mapping[str, Any], period: Period | None, today: date) -> dict[str, str] | None:
        """Return the values; None when bookings are kept and there is none in the period."""
        ever = sorted(booking for series in booked["series"] for booking in _bookings(series, today))
        within = [booking for booking in ever if period is None or period.from_on <= booking[0] < period.until_on]
        if booked["series"] and not within:
            return None
        shown = {"ever": str(len({month for month, _, _ in ever}))} | _summed(within, period) if within else {}
        return booked["facts"] | {element: shown[what] for what, element in self.shows.items()}


def _summed(within: list[Booking], period: Period | None) -> dict[str, str]:
    parts: dict[str, Decimal] = {}
    for _, what, amount in within:
        parts[what] = parts.get(what, Decimal()) + amount
    whole = f"{within[0][0]:%Y-%m} 至 {within[-1][0]:%Y-%m}"
    return {
        "span": whole if period is None else period.text,
        "months": str(len({month for month, _, _ in within})),
        "total": f"{sum(parts.values()):.2f}",
        "parts": "；".join(f"{what} {amount:,.2f} 元" for what, amount in parts.items()),
    }


def _bookings(series: Mapping[str, Any], today: date) -> Iterator[Booking]:
    """Yield what a series booked in the months that are over."""
    year, month = map(int, series["from"].split("-"))
    until = series.get("until", "9999-12")
    while (first := date(year, month, 1)) < today.replace(day=1) and f"{first:%Y-%m}" <= until:
        yield first, series["what"], Decimal(series["amount"])
        carry, month = divmod(month - 1 + series["every"], 12)
        year, month = year + carry, month + 1
