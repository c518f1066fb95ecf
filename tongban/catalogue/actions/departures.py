"""May a body publish what departs from a joint standard in force? Only where a change of law overrides the standard.

A signatory proposes an amendment instead. Where the law itself changed, its article is named, and a departure
(偏离标准) stands open for all stewards to see until a later version of the implementation conforms again. What nobody
can settle by machine is published, and stands among the findings.

Source: Legislation Law, art. 99 (the law ranks above what authorities agree on); design, invariants 9 and 10.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from tongban.catalogue import conformance, models, storage
from tongban.catalogue.conformance import Compared
from tongban.domain.catalogue import Implementation
from tongban.domain.conformance import broken
from tongban.domain.events import DepartureClosed, DepartureOpened
from tongban.domain.refused import Refused

ARTICLE = re.compile(r"《[^《》]+》第[〇零一二三四五六七八九十百千\d]+条")
NAMED = 3


class DepartsFromStandard(Refused):
    """Terms that differ from a joint standard in force; `departing` holds every body's findings."""

    code = "departs_from_standard"

    def __init__(self, departing: list[Compared]) -> None:
        first = departing[0]
        told = "；".join(finding.sentence for finding in first.findings[:NAMED])
        others = f"另有 {len(departing) - 1} 个实施清单也不符。" if len(departing) > 1 else ""
        super().__init__(
            f"未发布：事项 {first.standard.matter}“{first.standard.name}”与施行中的共同标准不符：{told}{others}"
            "请改回标准，或提出修订标准；法律已有变化的，请注明法条后再发布。",
            field=first.standard.matter,
        )
        self.departing = tuple(departing)


class NoArticle(Refused):
    """A change of law without its article."""

    code = "no_article"

    def __init__(self) -> None:
        super().__init__(
            "未发布：法律变化须写明法律名称和条款，例如“《行政许可法》第四十二条”。请补充后再发布。",
            field="change_of_law",
        )


Moved = DepartureOpened | DepartureClosed


def settle(published: Sequence[tuple[Implementation, int]], *, change_of_law: str, now: datetime) -> list[Moved]:
    """Open and close departures for implementations published as these versions; return the events.

    Raises DepartsFromStandard, NoArticle.
    """
    versions = {(each.matter, each.body): version for each, version in published}
    if change_of_law and not ARTICLE.search(change_of_law):
        raise NoArticle
    judged = conformance.judged([each for each, _ in published], today=storage.day_of(now))
    departing = [each for each in judged if broken(each.findings)]
    if departing and not change_of_law:
        raise DepartsFromStandard(departing)
    closed = _close([(each.standard.matter, each.body) for each in judged], now)
    opened = [
        DepartureOpened(each.standard.matter, each.body, versions[each.standard.matter, each.body], change_of_law, now)
        for each in departing
    ]
    _open(opened, {(each.standard.matter, each.body): each.region for each in departing})
    return [*closed, *opened]


def keep_departure(one: Implementation, *, version: int, article: str, at: datetime) -> list[Moved]:
    """Open and close departures as another node did for an implementation of its own; return the events."""
    closed = _close([(one.matter, one.body)], at)
    opened = [DepartureOpened(one.matter, one.body, version, article, at)] if article else []
    _open(opened, {(one.matter, one.body): one.region})
    return [*closed, *opened]


def _close(bodies: list[tuple[str, str]], now: datetime) -> list[DepartureClosed]:
    standing = models.Departure.objects.filter(closed_at=None, matter_id__in={matter for matter, _ in bodies})
    ending = [row for row in standing.order_by("id") if (row.matter_id, row.by) in set(bodies)]
    models.Departure.objects.filter(id__in=[row.pk for row in ending]).update(closed_at=now)
    return [DepartureClosed(row.matter_id, row.by, row.version, now) for row in ending]


def _open(opened: list[DepartureOpened], regions: dict[tuple[str, str], str]) -> None:
    models.Departure.objects.bulk_create(
        models.Departure(
            matter_id=each.matter,
            by=each.body,
            region=regions[each.matter, each.body],
            version=each.version,
            article=each.article,
            opened_at=each.at,
        )
        for each in opened
    )
