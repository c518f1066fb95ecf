"""A credit entry bars commitments wherever it is recognised, as long as it stands, until it is repaired."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tongban.registries import credit

NUMBER = "91110108MA0TB40479"
PARTY = f"org:{NUMBER}"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BEIJING, TIANJIN, HEBEI = "110000", "120000", "130000"


@pytest.fixture(autouse=True)
def entered(db: None) -> None:
    credit.enter(
        entry="one",
        number=NUMBER,
        party=PARTY,
        item="FALSE-COMMITMENT",
        name="作出不实承诺",
        department="11120000MA0TB1217F",
        region=TIANJIN,
        source="",
        stands_until=date(2029, 3, 3),
        now=NOW,
    )


def barring(*regions: str, today: date = TODAY) -> str:
    return credit.barring(number=NUMBER, regions=regions, today=today)


def test_an_entry_of_tianjin_bars_where_entries_of_tianjin_are_recognised() -> None:
    assert barring(BEIJING, TIANJIN) == "作出不实承诺"
    assert barring(BEIJING, HEBEI) == ""


def test_an_entry_bars_as_long_as_it_stands_and_no_longer() -> None:
    assert barring(TIANJIN, today=date(2029, 3, 2))
    assert not barring(TIANJIN, today=date(2029, 3, 3))


def test_an_entry_that_is_repaired_bars_nothing() -> None:
    credit.asked(entry="one", source="", due_on=date(2026, 3, 16), now=NOW)
    assert [one.entry for one in credit.to_answer(departments=["11120000MA0TB1217F"])] == ["one"]
    assert barring(TIANJIN)

    credit.repair(entry="one", now=NOW)

    assert not barring(TIANJIN)
    assert credit.to_answer(departments=["11120000MA0TB1217F"]) == []
    with pytest.raises(credit.Repaired):
        credit.repair(entry="one", now=NOW)


def test_who_is_told_no_may_ask_again() -> None:
    credit.asked(entry="one", source="", due_on=date(2026, 3, 16), now=NOW)

    credit.denied(entry="one")

    assert credit.find(entry="one").repair_due_on is None
    assert barring(TIANJIN)
    with pytest.raises(credit.NoEntry):
        credit.asked(entry="two", source="", due_on=TODAY, now=NOW)
