"""A company's tax record stands in one region; the registry only adds to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.domain.test_relocation import ARREARS, BEIJING, OLD, TIANJIN
from tongban.domain.relocation import Level, NotMovable, Rating, TaxRecord
from tongban.registries import models, taxes

NUMBER = "91110108MA0TB40479"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = date(2026, 3, 2)
KEPT = replace(OLD, open=(replace(OLD.open[0], kind="REASSESSMENT"),))
MOVE: dict[str, Any] = {"number": NUMBER, "reached": TIANJIN, "confirmation": "one", "on": DAY, "now": NOW}


@pytest.fixture(autouse=True)
def kept(db: None) -> None:
    enter(KEPT)


def enter(record: TaxRecord) -> None:
    seen = taxes.records(number=NUMBER)
    taxes.EmbeddedTaxRegistry().keep(number=NUMBER, records=[record], seen=seen, now=NOW)


def test_a_relocation_adds_a_version_in_both_regions_and_changes_none() -> None:
    before = list(models.TaxRecord.objects.values())

    left, reached = taxes.move(**MOVE)

    assert taxes.records(number=NUMBER) == (left, reached)
    assert list(models.TaxRecord.objects.order_by("id").values())[: len(before)] == before
    assert sorted(models.TaxRecord.objects.values_list("region", "version")) == [
        (BEIJING, 1),
        (BEIJING, 2),
        (TIANJIN, 1),
    ]


def test_what_the_record_tells_is_that_of_the_region_reached() -> None:
    taxes.move(**MOVE)

    found, told = taxes.find(number=NUMBER), taxes.told(number=NUMBER, today=DAY)

    assert found is not None
    assert found.region == TIANJIN
    assert (told["credit_level"], told["new_taxpayer"]) == ("A", "no")
    assert told["retained_tax"] == "860000.50"


def test_what_is_kept_tells_nothing_to_who_copies_the_table() -> None:
    row = models.TaxRecord.objects.get()

    assert NUMBER not in row.number_index
    assert "860000" not in row.content


def test_who_is_in_arrears_does_not_leave() -> None:
    enter(replace(KEPT, open=(*KEPT.open, ARREARS)))

    with pytest.raises(NotMovable, match="欠缴税款"):
        taxes.move(**MOVE)


def test_a_rating_is_added_and_shown_next() -> None:
    taxes.rate(number=NUMBER, rating=Rating(2026, Level.B, BEIJING, "three"), now=NOW)

    found = taxes.find(number=NUMBER)

    assert found is not None
    assert [rating.level for rating in found.ratings] == [Level.B, Level.A, Level.B]


def test_nobody_overwrites_what_he_has_not_seen() -> None:
    with pytest.raises(taxes.RecordMoved):
        taxes.EmbeddedTaxRegistry().keep(number=NUMBER, records=[KEPT], seen=[], now=NOW)


def test_a_company_without_record_is_told_so() -> None:
    assert taxes.find(number="91120116MA0TB3036L") is None
    assert taxes.told(number="91120116MA0TB3036L", today=DAY) == {}
    with pytest.raises(taxes.NoTaxRecord, match="没有查到这家企业的税务档案"):
        taxes.move(**MOVE | {"number": "91120116MA0TB3036L"})
