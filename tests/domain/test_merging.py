"""A draft keeps its own changes and follows the newer version in everything else."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.strategies import values
from tongban.domain.catalogue import Contact, Implementation, Standard, Terms
from tongban.domain.clock import Limit, Unit
from tongban.domain.merging import merge

FIELDS = [field.name for field in dataclasses.fields(Standard)]
TERMS = Terms("药品零售许可", (), (), Limit(20, Unit.WORKING), Limit(10, Unit.WORKING))
OFFER = Implementation("TB-001", "110000", "1111", Limit(10, Unit.WORKING), "审批岗", stated=TERMS)


def test_what_both_left_or_one_changed_is_kept_inside_the_terms_too() -> None:
    newest = replace(OFFER, visits=1, stated=replace(TERMS, name="药店许可"), contact=Contact(hours="九点"))
    mine = replace(OFFER, hall="大厅", stated=replace(TERMS, document="批复"), contact=Contact(address="南院"))

    assert merge(base=OFFER, newest=newest, mine=mine) == replace(
        OFFER,
        visits=1,
        hall="大厅",
        stated=replace(TERMS, name="药店许可", document="批复"),
        contact=Contact(address="南院", hours="九点"),
    )


@pytest.mark.parametrize(("newest", "mine", "merged"), [(1, 2, 2), (2, 2, 2), (1, 0, 1), (0, 2, 2)])
def test_where_both_changed_the_same_ones_own_words_stay(newest: int, mine: int, merged: int) -> None:
    versions = [replace(OFFER, visits=visits) for visits in (0, newest, mine)]

    assert merge(base=versions[0], newest=versions[1], mine=versions[2]).visits == merged


@given(values(Implementation), values(Implementation))
def test_who_changed_nothing_follows_and_who_alone_changed_is_kept(base: Any, other: Any) -> None:
    assert merge(base=base, newest=other, mine=base) == other
    assert merge(base=base, newest=base, mine=other) == other
    assert merge(base=base, newest=other, mine=other) == other


@given(values(Standard), values(Standard), values(Standard), st.sampled_from(FIELDS))
def test_every_field_comes_from_whoever_changed_it(base: Any, newest: Any, mine: Any, name: str) -> None:
    mine = replace(mine, **{name: getattr(base, name)})

    assert getattr(merge(base=base, newest=newest, mine=mine), name) == getattr(newest, name)
