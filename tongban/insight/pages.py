"""What stands on the pages of figures? Cards, the table of all measures, and the rows that one measure counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from tongban.catalogue import calendars
from tongban.domain.measures import MEASURES, Figure, MeasureUnit, Summary
from tongban.insight import words
from tongban.insight.forms import quick
from tongban.insight.models import Measured
from tongban.insight.queries import Selection
from tongban.web import values

BIG = ("matters", "certificates_issued", "online", "first_attempt", "within_promise", "within_limit")
"""The measures with a card of their own, in this order; the compared ones have their bars."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One application among those that a figure counts."""

    number: str
    href: str
    submitted_on: date
    bundle: str
    region: str
    part: str


@dataclass(frozen=True, slots=True)
class Quick:
    """A period to choose by one click."""

    name: str
    href: str
    current: bool


def query(selection: Selection) -> str:
    """Return the selection as the query of an address."""
    until = selection.period.before - timedelta(days=1)
    chosen = {"since": selection.period.since.isoformat(), "until": until.isoformat()}
    return urlencode(chosen | {k: v for k, v in (("bundle", selection.bundle), ("region", selection.region)) if v})


def hrefs(selection: Selection) -> dict[str, str]:
    """Return where the rows of each measure are listed."""
    asked = query(selection)
    return {measure.code: f"{reverse('insight:rows', args=[measure.code])}?{asked}" for measure in MEASURES}


def shown(figure: Figure, hrefs: Mapping[str, str]) -> values.Figure:
    return values.Figure(
        name=words.name(figure),
        value=words.value(figure),
        unit=words.unit(figure) if figure.value is not None else "",
        definition=words.definition(figure),
        denominator=words.denominator(figure),
        period=words.period(figure.period),
        href=hrefs.get(figure.measure.code, ""),
    )


def cards(summary: Summary, hrefs: Mapping[str, str]) -> list[values.Figure]:
    return [shown(summary.figure(code), hrefs) for code in BIG]


def table(summary: Summary, hrefs: Mapping[str, str]) -> list[values.Figure]:
    return [shown(figure, hrefs) for figure in summary.figures]


def counted(rows: Iterable[Measured], figure: Figure, bundles: Mapping[str, str]) -> list[Counted]:
    """Return what each application adds to the figure."""
    return [
        Counted(
            number=row.number,
            href=reverse("casework:taken_in", args=[row.number]),
            submitted_on=row.submitted_on,
            bundle=bundles.get(row.bundle, row.bundle),
            region=calendars.divisions().full_name(row.region),
            part=_part(figure.measure.unit, *row.parts[figure.measure.code]),
        )
        for row in rows
    ]


def _part(unit: MeasureUnit, number: int, of: int) -> str:
    return f"{words.whole(number)} ÷ {words.whole(of)}" if unit is MeasureUnit.SHARE else words.whole(number)


def periods(selection: Selection | None, today: date) -> list[Quick]:
    """Return the periods to choose by one click; bundle and region stay as they are."""
    kept = {"bundle": selection.bundle, "region": selection.region} if selection else {}
    return [
        Quick(
            name,
            "?" + urlencode({"since": since, "until": until} | {key: value for key, value in kept.items() if value}),
            current=selection is not None
            and (selection.period.since, selection.period.before) == (since, until + timedelta(days=1)),
        )
        for name, since, until in quick(today)
    ]
