"""A search finds where the query stands in the text, neither more nor less, on both databases."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.catalogue import grams, search
from tongban.catalogue.search import Findable

pytestmark = pytest.mark.django_db

in_one_database = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

# Few characters, so that queries hit: two that follow each other, one beyond the first plane, signs that part words.
characters = st.sampled_from("社保证明卡\U00020000\U00030000（）、 　ab")
texts = st.text(characters, max_size=12)
queries = st.text(characters, min_size=1, max_size=5).filter(grams.runs)
words = st.text(st.sampled_from("abcd"), min_size=1, max_size=4)


def found(query: str) -> set[int]:
    having = search.having(grams.wanted(query))
    with connection.cursor() as cursor:
        cursor.execute(having.sql, having.params)
        return {number for (number,) in cursor.fetchall()}


def stands_in(run: str, each: Findable) -> bool:
    """What a search means, said without an index."""
    if run.isascii():
        latin = [word for text in (each.name, each.other) for word in grams.runs(text) if word.isascii()]
        return any(word.startswith(run) for word in latin) or run in each.initials
    return run in grams.folded(each.name) or run in grams.folded(each.other)


@in_one_database
@given(st.lists(st.tuples(texts, texts, words | st.just("")), min_size=1, max_size=6), queries)
def test_hits_are_those_that_contain_the_query(rows: list[tuple[str, str, str]], query: str) -> None:
    findables = [Findable(number, *row) for number, row in enumerate(rows, start=1)]
    search.forget(range(1, 7))
    search.write(findables)

    expected = {each.number for each in findables if all(stands_in(run, each) for run in grams.wanted(query))}

    assert found(query) == expected


@in_one_database
@given(st.lists(words, min_size=1, max_size=6), words)
def test_initials_are_found_from_any_of_their_letters_on(initials: list[str], query: str) -> None:
    search.forget(range(1, 7))
    search.write([Findable(number, "", "", each) for number, each in enumerate(initials, start=1)])

    assert found(query) == {number for number, each in enumerate(initials, start=1) if query in each}


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("公司设立登记", "gssldj"),
        ("银行业务行政许可", "yhywxzxk"),
        ("重庆", "cq"),
        ("符合证明（ＤＯＣ）核发", "fhzmdochf"),
        ("℃①", "c1"),
        ("", ""),
    ],
)
def test_the_initials_of_a_name_are_those_of_its_words(name: str, initials: str) -> None:
    assert grams.initials(name) == initials


def test_pairs_that_stand_apart_are_no_hit() -> None:
    search.write([Findable(1, "养老金与老保险和养保", "", ""), Findable(2, "养老保险", "", "")])

    assert found("养老保险") == {2}


def test_a_matter_is_found_by_what_it_says_now_and_no_longer_when_it_is_forgotten() -> None:
    search.write([Findable(1, "社保", "", "sb")])
    search.write([Findable(1, "医保", "", "yb")])
    assert (found("社保"), found("医保"), found("yb")) == (set(), {1}, {1})

    search.forget([1])

    assert found("医保") == set()


def test_a_text_longer_than_the_index_counts_places_is_found_at_both_ends() -> None:
    search.write([Findable(1, "起点" + "长" * 40_000 + "终点", "", "")])

    assert (found("起点"), found("终点"), found("点起")) == ({1}, {1}, set())


def test_of_a_query_too_long_the_beginning_counts() -> None:
    assert grams.wanted("长" * 5_000) == ["长" * grams.LONGEST_QUERY]
