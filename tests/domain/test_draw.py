"""A draw: anybody draws again and finds the same, in whatever order the list is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.applications import NINE
from tongban.crypto import sm3
from tongban.domain import draw

NAMES = st.lists(st.text(alphabet="0123456789X-", min_size=1, max_size=12), unique=True, max_size=30)
SHARES = st.integers(1, 100)


def hold(names, *, seed="3045", share=20):
    return draw.hold(
        names,
        draw="d",
        region="130000",
        body="11130200MB1K12345A",
        checkpoint=7,
        seed=seed,
        share=share,
        by="officer",
        at=NINE,
    )


@pytest.mark.parametrize(
    ("candidates", "share", "drawn"),
    [(0, 20, 0), (1, 20, 1), (5, 20, 1), (6, 20, 2), (10, 20, 2), (3, 100, 3), (200, 1, 2), (1, 1, 1)],
)
def test_as_many_are_drawn_as_the_share_says_rounded_up(candidates, share, drawn):
    assert len(draw.chosen(map(str, range(candidates)), seed="s", share=share)) == drawn


@given(names=NAMES, share=SHARES, data=st.data())
def test_the_order_of_the_list_and_doubles_change_nothing(names, share, data):
    shuffled = data.draw(st.permutations(names + names[:1]))

    assert draw.chosen(shuffled, seed="s", share=share) == draw.chosen(names, seed="s", share=share)


@given(names=NAMES, share=SHARES)
def test_those_drawn_stand_on_the_list(names, share):
    assert set(draw.chosen(names, seed="s", share=share)) <= set(names)


@given(names=NAMES, one=st.text(alphabet="ABC", min_size=1), share=SHARES)
def test_one_more_candidate_pushes_out_none_but_the_last(names, one, share):
    before = draw.chosen(names, seed="s", share=share)
    after = draw.chosen([*names, one], seed="s", share=share)

    last = sorted(before, key=lambda name: sm3.digest(f"s\n{name}".encode()))[-1:]
    assert set(before) - set(after) <= set(last)


@given(names=NAMES.filter(bool), share=SHARES)
def test_a_draw_is_computed_again_from_what_it_tells(names, share):
    (held,) = hold(names, share=share)

    assert draw.recomputed(held)


def test_a_draw_that_tells_another_result_is_found_out():
    (held,) = hold(["a", "b", "c", "d", "e"])

    assert not draw.recomputed(replace(held, drawn=tuple(set(held.candidates) - set(held.drawn))[:1]))
    assert not draw.recomputed(replace(held, candidates=tuple(set(held.candidates) - set(held.drawn))))


def test_another_seed_draws_others():
    names = [str(number) for number in range(100)]

    assert draw.chosen(names, seed="one", share=10) != draw.chosen(names, seed="two", share=10)


def test_there_is_no_draw_from_an_empty_list_or_without_a_seed():
    with pytest.raises(draw.NothingToDraw, match="没有等待抽取"):
        hold([])
    with pytest.raises(draw.NoSeed, match="下一个检查点"):
        hold(["a"], seed="")
