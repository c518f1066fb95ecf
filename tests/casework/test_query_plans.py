"""No action slows as open cases grow: worklists and hot statements find their rows by index, whatever lies beside them.

A few thousand applications are copied by SQL into the tables, and the statistics renewed; then the database itself is
asked how it would look. Times are measured in `bench/`, never here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.crowd import crowd
from tests.casework import asking
from tests.casework.conftest import DAY
from tongban.casework import queries, storage
from tongban.casework.models import Document, PreReviewRound
from tongban.casework.prereview import queries as pre_reviews
from tongban.casework.prereview.actions import _demand_within_bounds as within_bounds
from tongban.journal import storage as journal
from tongban.project import walk
from tongban.project.walk import at, who

MANY = 2_000
BARE = 30_000
"""So many more applications without cases: in a small table a database rightly reads everything."""


@pytest.fixture
def crowded(house: walk.Walk) -> Iterator[str]:
    """A few applications of thousands: two to be accepted, one under review; the rest lies elsewhere, or is decided."""
    far, waiting, reviewed = house.submit(), house.submit(), house.submit()
    house.confirm(reviewed)
    house.accept(reviewed)
    _document(reviewed)
    crowd(far, BARE, hall="far away", cases=False)
    crowd(waiting, MANY, hall="elsewhere")
    crowd(reviewed, MANY, open_cases=False)
    yield reviewed


def _document(application: str) -> None:
    """One document, to be copied with the rest."""
    Document.objects.create(
        application_id=application,
        place=1,
        kind="acceptance",
        title="受理通知书",
        number="曹海受字〔2026〕1号",
        body="11130200MA0TB0011Q",
        cases="[1]",
        act=1,
        dated_on=DAY,
        digest="0" * 64,
        signature="",
        key="",
        issued_at=at(DAY, 10),
    )


def plans(captured: CaptureQueriesContext) -> list[str]:
    """Return how the database would carry out each captured statement."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    found = []
    with connection.cursor() as cursor:
        for statement in [query["sql"] for query in captured.captured_queries]:
            cursor.execute(explain + statement.replace("%", "%%"), [])
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


def scanned(plan: str) -> list[str]:
    """Return the lines of a plan that read a whole table of ours."""
    whole = ("Seq Scan on casework_", "Seq Scan on journal_", "SCAN casework_", "SCAN journal_")
    return [line for line in plan.splitlines() if any(words in line for words in whole) and "USING" not in line]


def explained(call: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        call()
    return plans(captured)


def test_what_waits_at_a_hall_is_found_by_its_partial_index(crowded: str) -> None:
    hall = queries.application(crowded, actor=who("liufang", today=DAY)).hall

    (plan,) = explained(lambda: queries.to_accept([hall]))

    assert "to_accept_at_hall" in plan
    assert scanned(plan) == []


def test_what_waits_to_be_pre_reviewed_is_found_by_its_partial_index(house: walk.Walk) -> None:
    draft = house.draft()
    asking.request(draft)
    row = PreReviewRound.objects.get()
    others = ({"draft": f"d{number}", "holder": f"org:{number}", "state": "answered"} for number in range(MANY))
    PreReviewRound.objects.bulk_create([PreReviewRound(**(kept(row) | other)) for other in others])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clerk = who("liufang", today=DAY)

    (waiting,) = explained(lambda: pre_reviews.waiting(clerk))
    (counted,) = explained(lambda: pre_reviews.counts(clerk, today=DAY))
    (party,) = explained(lambda: within_bounds("org:1", at(DAY, 12)))

    assert "pre_reviews_at_hall" in waiting
    assert "pre_reviews_of_holder" in party
    assert scanned(waiting) + scanned(counted) + scanned(party) == []


def kept(row: PreReviewRound) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.column}


def test_what_a_desk_has_to_do_is_found_by_its_partial_indexes(crowded: str) -> None:
    reviewer = who("chenbin", today=DAY)

    concluding, asked = explained(lambda: queries.tasks(reviewer))

    assert "cases_to_conclude" in concluding
    assert "opinions_asked" in asked
    assert scanned(concluding) + scanned(asked) == []


def test_what_a_party_holds_and_signs_is_found_by_index(crowded: str) -> None:
    (mine,) = explained(lambda: queries.applications_of("org:nobody", limit=50))
    (sign,) = explained(lambda: queries.to_confirm("org:nobody"))

    assert "applications_of_holder" in mine
    assert "confirmations_of_party" in sign
    assert scanned(mine) + scanned(sign) == []


def test_locking_and_reading_touch_one_application_only(crowded: str) -> None:
    stream = storage.stream_of(crowded)

    found = explained(lambda: journal.lock(stream, "nobody", "none", create=False, reading=storage.reading(crowded)))

    assert len(found) == (1 if connection.vendor == "sqlite" else 2)
    assert [line for plan in found for line in scanned(plan)] == []


def test_the_crowd_is_as_large_as_it_says(crowded: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_application")
        assert cursor.fetchone() == (BARE + 2 * MANY + 3,)
    assert {task.application for task in queries.tasks(who("chenbin", today=DAY))} == {crowded}
