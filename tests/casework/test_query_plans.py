"""No action slows as open cases grow: worklists and hot statements find their rows by index, whatever lies beside them.

A few thousand applications are copied by SQL into the tables, and the statistics renewed; then the database itself is
asked how it would look. Times are measured in `bench/`, never here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.crowd import LISTED, crowd
from tests import worlds
from tests.casework import asking
from tests.casework.conftest import DAY
from tests.casework.crowded import BARE, MANY
from tongban.casework import overview, queries, storage, worklists
from tongban.casework.merged import MOST, Days
from tongban.casework.models import Application, Assignment, Case, Opinion, PreReviewRound
from tongban.casework.prereview import queries as pre_reviews
from tongban.casework.prereview.actions import _demand_within_bounds as within_bounds
from tongban.casework.worklists import Tab, Wanted
from tongban.catalogue import calendars
from tongban.journal import storage as journal
from tongban.project import walk
from tongban.project.walk import at, who


@pytest.fixture
def crowded(crowd_of_applications: None) -> str:
    """The application under review among thousands."""
    return worlds.the_crowded()


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


DAYS = DAY + timedelta(days=6)


def lists(username: str, wanted: Wanted, *, after: bool = False) -> Callable[[], object]:
    """Return the call that reads one page of somebody's list; `after`: the one after its first line."""
    places, days = worklists.places_of(who(username, today=DAY)), Days.at(DAYS, calendars.load())
    if not after:
        return lambda: worklists.page(places, wanted, days=days)
    first = worklists.page(places, wanted, days=days, size=1).next
    return lambda: worklists.page(places, wanted, days=days, after=first)


INTAKE, DESK = Wanted(Tab.INTAKE), Wanted(Tab.DESK)
LISTS = [
    ("liufang", INTAKE, {"to_accept_at_hall"}),
    ("liufang", replace(INTAKE, state="confirm"), {"to_confirm_at_hall"}),
    ("liufang", replace(INTAKE, lamp="green"), {"to_accept_at_hall"}),
    ("liufang", replace(INTAKE, subject="other"), {"to_accept_at_hall_by_bundle"}),
    ("liufang", replace(INTAKE, tab=Tab.SOON), {"to_accept_at_hall"}),
    ("liufang", replace(INTAKE, tab=Tab.MINE), {"assignments_of_an_account"}),
    ("chenbin", DESK, {"cases_of_a_desk", "opinions_asked"}),
    ("chenbin", replace(DESK, free=True), {"cases_of_a_desk", "opinions_asked"}),
    ("chenbin", replace(DESK, lamp="red"), {"cases_of_a_desk", "opinions_asked"}),
    ("chenbin", replace(DESK, state="opinions"), {"cases_of_a_desk"}),
    ("chenbin", replace(DESK, subject="HS-03"), {"cases_of_a_desk_by_matter", "opinions_asked_by_matter"}),
    ("chenbin", replace(DESK, tab=Tab.LATE), {"cases_of_a_desk", "opinions_asked"}),
    ("chenbin", replace(DESK, tab=Tab.SOON), {"cases_of_a_desk", "opinions_asked"}),
    ("chenbin", replace(DESK, tab=Tab.MINE), {"assignments_of_an_account"}),
]


def test_every_list_is_found_by_its_partial_indexes(crowded: str) -> None:
    """One after the other: the crowd is dear to make."""
    found, expected = {}, {}
    for username, wanted, indexes in LISTS:
        for after in (False, True):
            (plan,) = explained(lists(username, wanted, after=after))
            used = INDEXES & set(re.findall(r"\w+", plan))
            found[username, wanted, after] = (_told(wanted, used), scanned(plan))
            expected[username, wanted, after] = (_told(wanted, indexes), [])

    assert found == expected


def _told(wanted: Wanted, indexes: set[str]) -> set[str]:
    """Whether the one matter asked for narrows the index or is looked at afterwards, statistics of a sample decide."""
    return {name.removesuffix("_by_matter") for name in indexes} if wanted.subject else indexes


INDEXES = {index.name for model in (Application, Case, Opinion, Assignment) for index in model._meta.indexes}


def test_counts_and_choices_are_found_by_the_same_indexes(crowded: str) -> None:
    plans = [
        plan for ask in (counted, chosen) for name in ("liufang", "chenbin") for plan in explained(partial(ask, name))
    ]

    # Each knows its reader first.
    assert [line for plan in plans for line in scanned(plan)] == []


def test_one_application_is_found_by_its_key(crowded: str) -> None:
    (plan,) = explained(lists("chenbin", replace(DESK, application=crowded)))

    assert scanned(plan) == []
    assert not INDEXES & set(re.findall(r"\w+", plan))


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


def test_the_cases_of_a_region_are_found_by_their_partial_index(crowded: str) -> None:
    days = Days.at(DAYS, calendars.load())
    after = overview.page(["130209"], days=days, size=1).next
    calls = [
        partial(overview.divisions, ["130000"]),
        *(partial(overview.page, ["130209"], lamp=lamp, days=days, after=after) for lamp in ("", "red", "none")),
    ]

    plans = [plan for call in calls for plan in explained(call)]

    own = {"running_cases_of_a_region", "waiting_cases_of_a_region"}
    assert [own & set(re.findall(r"\w+", plan)) for plan in plans] == [
        own,
        own,
        {"running_cases_of_a_region"},
        {"waiting_cases_of_a_region"},
    ]
    assert [line for plan in plans for line in scanned(plan)] == []
    assert [line for plan in explained(partial(overview.counts, ["130209"], days=days)) for line in scanned(plan)] == []


def work(call: Callable[[], object]) -> int:
    """Return how much the database does for a call: steps of its machine, or rows that its nodes hand on."""
    if connection.vendor == "sqlite":
        ticks = iter(range(1_000_000_000))
        connection.connection.set_progress_handler(lambda: next(ticks) and 0, 10)
        try:
            call()
        finally:
            connection.connection.set_progress_handler(None, 0)
        return next(ticks)
    with CaptureQueriesContext(connection) as captured:
        call()
    with connection.cursor() as cursor:
        done = 0
        for query in captured.captured_queries:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query["sql"].replace("%", "%%"), [])
            done += _rows(cursor.fetchone()[0][0]["Plan"])
    return done


def _rows(node: dict[str, Any]) -> int:
    own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return int(own) + sum(map(_rows, node.get("Plans", ())))


def test_no_list_does_more_when_its_own_desk_and_hall_grow(house: walk.Walk) -> None:
    """A thousand lines at one's own desk and hall, and ten times as many: within one and a half of the work."""
    waiting, reviewed = house.submit(), house.submit()
    house.confirm(reviewed)
    house.accept(reviewed)
    for application in (waiting, reviewed):
        crowd(application, FEW, children=LISTED, changes=spread())
    calls = {
        f"{username} {wanted} {after}": lists(username, wanted, after=after)
        for username, wanted, _ in LISTS
        for after in (False, True)
    } | {f"{username} chosen": partial(chosen, username) for username in ("liufang", "chenbin")}
    days = Days.at(DAYS, calendars.load())
    calls |= {f"region {one}": partial(overview.page, ["130209"], lamp=one, days=days) for one in ("", "green")}
    calls |= {"divisions": partial(overview.divisions, ["130000"])}
    before = {name: work(call) for name, call in calls.items()}
    for application in (waiting, reviewed):
        crowd(application, 9 * FEW, children=LISTED, changes=spread(), first=FEW + 1)

    after = {name: work(call) for name, call in calls.items()}

    assert {name: (before[name], now) for name, now in after.items() if now > 1.5 * before[name] + 200} == {}
    # A count looks at so many lines of each arm, and at no more.
    assert max(work(partial(counted, username)) for username in ("liufang", "chenbin")) < 4 * len(Tab) * MOST


FEW = 1_000
_DAYS = {"sqlite": "date('{first}', '+' || (n % 40) || ' days')", "postgresql": "DATE '{first}' + n % 40"}


def spread() -> dict[str, str]:
    """Return what makes copies fall due on many days, the more the later."""
    day, late = (_DAYS[connection.vendor].format(first=first) for first in ("2026-02-20", "2026-03-02"))
    kept = {"accept_by_on": f'CASE WHEN t."accept_by_on" IS NULL THEN NULL ELSE {day} END'}
    return dict.fromkeys(("due_on", "promised_due_on"), day) | {"statutory_due_on": late} | kept


def counted(username: str) -> object:
    return worklists.counts(worklists.places_of(who(username, today=DAY)), days=Days.at(DAYS, calendars.load()))


def chosen(username: str) -> object:
    places = worklists.places_of(who(username, today=DAY))
    return worklists.subjects(places, DESK if places.desks else INTAKE)


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
    places, days = worklists.places_of(who("chenbin", today=DAY)), Days.at(DAYS, calendars.load())
    assert {one.application for one in worklists.page(places, DESK, days=days).items} == {crowded}
