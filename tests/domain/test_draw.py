import hashlib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.domain.draw import CommitmentBroken, InvalidDraw, Outcome, announce, hold, stands

SECRET = bytes(range(32))
BEACON = bytes(32)
CASES = [f"130209-20260302-{serial:06d}" for serial in range(1, 41)]


def _draw(*, candidates=CASES, count=4, secret=SECRET, beacon=BEACON, purpose="告知承诺事后核查") -> Outcome:
    announcement = announce(purpose=purpose, candidates=candidates, count=count, secret=secret)
    return hold(announcement=announcement, secret=secret, beacon=beacon)


def test_the_lowest_tickets_are_drawn_and_anyone_can_recompute_them():
    def framed(*parts: bytes) -> bytes:
        return b"".join(len(part).to_bytes(8, "big") + part for part in parts)

    def digest(*parts: bytes) -> bytes:
        return hashlib.new("sm3", framed(*parts)).digest()

    announced = framed("告知承诺事后核查".encode(), b"4", *(case.encode() for case in CASES))
    seed = digest(b"seed", announced, SECRET, BEACON)
    tickets = sorted((digest(b"ticket", seed, case.encode()), case) for case in CASES)

    assert _draw().drawn == tuple(case for _, case in tickets[:4])


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_were_listed_does_not_matter(shuffle):
    listed = list(CASES)
    shuffle.shuffle(listed)

    assert _draw(candidates=listed) == _draw()


def test_another_secret_beacon_purpose_or_list_draws_others():
    others = [
        _draw(secret=bytes(32)),
        _draw(beacon=bytes([1]) * 32),
        _draw(purpose="好差评回访"),
        _draw(candidates=[*CASES, "130209-20260302-000041"]),
    ]

    assert _draw().drawn not in [other.drawn for other in others]


def test_over_many_draws_everybody_is_drawn_about_as_often():
    often = Counter(case for n in range(2000) for case in _draw(beacon=n.to_bytes(32, "big")).drawn)

    # each is drawn 200 times on average with a standard deviation of 13.4; the draws are fixed, so this never wavers
    assert sorted(often) == CASES
    assert min(often.values()) >= 140
    assert max(often.values()) <= 260


def test_everybody_is_drawn_when_all_places_are_drawn():
    assert sorted(_draw(count=40).drawn) == CASES


def test_another_secret_than_the_announced_is_refused():
    announcement = announce(purpose="抽查", candidates=CASES, count=1, secret=SECRET)

    with pytest.raises(CommitmentBroken, match="与抽取公告中的承诺不符：本次抽取无效"):
        hold(announcement=announcement, secret=bytes(32), beacon=BEACON)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"candidates": []}, "名单共 0 个对象，不能抽取 4 个"),
        ({"count": 41}, "名单共 40 个对象，不能抽取 41 个"),
        ({"count": 0}, "不能抽取 0 个"),
        ({"candidates": ["甲", "乙", "丙", "丁", "甲"]}, "名单中有重复的对象"),
        ({"secret": b"short"}, "至少需要 16 字节"),
    ],
)
def test_a_draw_without_sense_is_refused(change, sentence):
    with pytest.raises(InvalidDraw, match=sentence):
        _draw(**change)


def test_a_result_stands_only_as_it_was_drawn():
    outcome = _draw()
    other = _draw(beacon=bytes([1]) * 32)

    assert stands(outcome) is True
    assert stands(replace(outcome, drawn=outcome.drawn[::-1])) is False
    assert stands(replace(outcome, beacon=other.beacon)) is False
    assert stands(replace(outcome, secret=bytes(32))) is False
    assert stands(replace(outcome, announcement=replace(outcome.announcement, count=3))) is False
