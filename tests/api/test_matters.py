"""Programs find matters as readers do: searched, narrowed, page by page, and the guide as each body offers it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Program
from tests.api.test_problems import refusal
from tests.api.test_standards import AGREEMENT, asked_again, many

pytestmark = pytest.mark.usefixtures("house")


def codes(program: Program, query: str) -> tuple[int, list[str]]:
    found = program.get(f"matters?{query}")
    return found["total"], [one["code"] for one in found["matters"]]


def test_matters_are_found_by_what_is_typed_and_chosen(stranger: Program) -> None:
    many(3)

    assert codes(stranger, "q=事项+N-01") == (1, ["N-01"])
    assert codes(stranger, "matter_type=levy&size=2&page=2") == (3, ["N-02"])
    assert codes(stranger, "province=120000&list=no_visit") == (3, ["N-00", "N-01", "N-02"])
    assert codes(stranger, "province=110000") == (0, [])
    assert codes(stranger, "mode=proxy&province=120000") == (3, ["N-00", "N-01", "N-02"])
    assert codes(stranger, "sector=transport&matter_type=levy") == (0, [])
    assert codes(stranger, "theme=none") == (0, [])
    assert stranger.get("matters?size=200")["total"] == 40
    assert refusal(stranger.ask("GET", "matters?region=120000")) == (422, "invalid")
    assert refusal(stranger.ask("GET", "matters?list=longest")) == (422, "invalid")


def test_what_a_list_shows_counts_as_the_lists_say(stranger: Program) -> None:
    many(3)

    listings = {one["list"]: one for one in stranger.get("lists")["lists"]}

    assert listings["no_visit"]["provinces"]["120000"] == 3
    told = {name: codes(stranger, f"list={name}")[0] for name in listings}
    assert told == {name: one["matters"] for name, one in listings.items()}


def test_the_guide_is_that_of_the_body_that_is_asked_for(stranger: Program) -> None:
    many(1)

    guide = stranger.get("matters/N-00")

    (offered,) = guide["offered_by"]
    assert (offered["region"], offered["body"], guide["body"]) == ("120000", guide["body"], guide["body"])
    assert stranger.get(f"matters/N-00?body={guide['body']}") == guide
    handed_in = {"province": "120000", "to": ["110000"], "mode": "proxy", "receipt_counts": "at_arrival"}
    assert guide["handed_in"] == [handed_in | {"agreement": AGREEMENT}]


@pytest.mark.parametrize("address", ["matters", "matters/HS-01", "lists", "competent-body?matter=HS-01&place=130209"])
def test_what_has_not_changed_is_not_sent_again(stranger: Program, address: str) -> None:
    first = stranger.ask("GET", address)

    again = asked_again(stranger, address, first.headers["ETag"])

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert asked_again(stranger, address, '"else"').status_code == 200


def test_a_page_of_matters_costs_the_same_however_many_there_are(stranger: Program) -> None:
    costs = {}
    for count in (1, 3, 60):
        many(count)
        with CaptureQueriesContext(connection) as captured:
            costs[codes(stranger, "q=事项+N&size=200")[0]] = len(captured)

    assert list(costs) == [1, 3, 60]
    assert len(set(costs.values())) == 1
