"""Look-ups find what is in force, with a constant number of statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalogue.test_actions import MARITIME, load
from tongban.catalogue import queries
from tongban.catalogue.actions import Content
from tongban.domain.catalogue import MatterType

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def first(matters: int) -> Content:
    catalogue = replace(
        MARITIME.catalogue,
        standards=dict(list(MARITIME.catalogue.standards.items())[:matters]),
        implementations=dict(list(MARITIME.catalogue.implementations.items())[:matters]),
    )
    bundle = replace(MARITIME.bundle, items=MARITIME.bundle.items[:matters])
    return Content(catalogue, bundle, MARITIME.delegations[:matters])


def test_a_bundle_is_read_once_and_then_remembered() -> None:
    load()

    with CaptureQueriesContext(connection) as cold:
        queries.catalogue_of("maritime", 1)
    with CaptureQueriesContext(connection) as warm:
        queries.catalogue_of("maritime", 1)
    with CaptureQueriesContext(connection) as newest:
        assert queries.latest("maritime").version == 1

    assert (len(cold), len(warm), len(newest)) == (3, 0, 1)


def test_what_is_not_there_is_refused_with_a_sentence() -> None:
    load()

    with pytest.raises(queries.NotInCatalogue, match="没有名为“moon”的集成办理"):
        queries.latest("moon")
    with pytest.raises(queries.NotInCatalogue, match="没有集成办理“maritime”第 9 版"):
        queries.catalogue_of("maritime", 9)
    with pytest.raises(queries.NotInCatalogue, match="没有编号为“HS-99”的事项"):
        queries.guide("HS-99", today=TODAY)


@pytest.mark.parametrize("matters", [1, 3, 37])
def test_lists_take_the_same_number_of_statements_however_long(matters: int) -> None:
    load(first(matters))

    with CaptureQueriesContext(connection) as plain:
        assert len(queries.listed(today=TODAY)) == matters
    with CaptureQueriesContext(connection) as found:
        assert queries.listed(today=TODAY, matching="船名")[0].code == "HS-01"
    with CaptureQueriesContext(connection) as delegated:
        assert len(queries.delegations()) == matters

    assert (len(plain), len(found), len(delegated)) == (3, 4, 1)


def test_a_list_can_be_narrowed_to_a_type() -> None:
    load()

    service = queries.listed(today=TODAY, matter_type=MatterType.PUBLIC_SERVICE)

    assert [each.code for each in service] == ["HS-36", "HS-37"]


def test_a_guide_holds_all_that_its_standard_names() -> None:
    load()

    with CaptureQueriesContext(connection) as statements:
        guide = queries.guide("HS-03", today=TODAY)

    assert len(statements) == 9
    assert guide.standard == MARITIME.catalogue.standards["HS-03"]
    assert guide.implementation == MARITIME.catalogue.implementations["HS-03"]
    assert sorted(guide.materials) == ["M_AUTH", "M_IOPP", "M_LICENSE", "M_SURVEY", "M_TONNAGE"]
    assert guide.yields == MARITIME.catalogue.certificate_types["C_NAT"]
    assert guide.needs == (MARITIME.catalogue.certificate_types["C_OWN"],)
    assert guide.delegation == MARITIME.delegations[2]


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("船名", ["HS-01"]),
        ("国籍证书", ["HS-03", "HS-25", "HS-19"]),
        ("垃圾", ["HS-07", "HS-08"]),
        ("SMC", ["HS-13"]),
        ("hs-16", ["HS-16"]),
        ("ship nation", ["HS-03"]),
        ("ＤＯＣ", ["HS-12"]),
        ("航标", ["HS-26"]),
    ],
)
def test_a_search_finds_what_was_meant(typed: str, hits: list[str]) -> None:
    load()

    found = [each.code for each in queries.listed(today=TODAY, matching=typed)]

    # In which order equal hits come differs between databases.
    assert sorted(found[: len(hits)]) == sorted(hits)


def test_words_that_stand_nowhere_together_still_find_what_has_most_of_them() -> None:
    load()

    assert queries.listed(today=TODAY, matching="我想办船舶抵押怎么办")[0].code == "HS-04"


@pytest.mark.parametrize("typed", ["", "   ", "？！", "'", '"', "*", "a OR b", "船舶'", "NEAR(", "\x00", "-- ", "鑫鑫"])
def test_odd_input_is_no_error(typed: str) -> None:
    load(first(3))

    found = [each.code for each in queries.listed(today=TODAY, matching=typed)]

    assert set(found) <= {"HS-01", "HS-02", "HS-03"}


def test_a_changed_name_is_found_and_the_old_one_no_longer() -> None:
    load()
    standards = MARITIME.catalogue.standards
    renamed = replace(standards["HS-26"], name="灯塔审批", name_en="Lighthouse")
    load(replace(MARITIME, catalogue=replace(MARITIME.catalogue, standards=standards | {"HS-26": renamed})))

    assert [each.code for each in queries.listed(today=TODAY, matching="灯塔")] == ["HS-26"]
    assert [each.code for each in queries.listed(today=TODAY, matching="移动")] == ["HS-32"]
