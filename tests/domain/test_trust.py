"""Lists of several regions together say of each no more than that region itself says."""

from __future__ import annotations

from datetime import UTC, datetime

from tongban.crypto.profiles import Algorithm
from tongban.domain import trust
from tongban.domain.trust import RegionList, TrustedKey, TrustList

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def key(owner: str, region: str, *, id: str = "", purpose: str = "certificate") -> TrustedKey:
    named = id or f"{owner}-{region}"
    return TrustedKey(named, owner, owner, purpose, Algorithm.SM2SM3, b"", NOW, None, None, region)


def listed(region: str, *keys: TrustedKey) -> TrustList:
    return TrustList((RegionList(region, NOW, NOW, (), keys),))


def named(joined: TrustList) -> dict[str, list[str]]:
    return {one.region: [each.key_id for each in one.keys] for one in joined.lists}


BEIJING = listed("110000", key("a", "110000"), key("region:110000", "110000", purpose="status"))


def test_lists_of_other_regions_stand_beside_ones_own() -> None:
    joined = trust.joined(BEIJING, [listed("120000", key("b", "120000")), listed("130000", key("c", "130000"))])

    assert named(joined) == {
        "110000": ["a-110000", "region:110000-110000"],
        "120000": ["b-120000"],
        "130000": ["c-130000"],
    }


def test_nobody_else_speaks_for_ones_own_region() -> None:
    assert trust.joined(BEIJING, [listed("110000", key("x", "110000"))]) == BEIJING


def test_whom_ones_own_region_vouches_for_no_other_does() -> None:
    theirs = listed("120000", key("a", "120000"), key("a", "120000", id="exchange", purpose="exchange"))

    assert named(trust.joined(BEIJING, [theirs])) == named(BEIJING) | {"120000": ["exchange"]}


def test_whom_two_others_vouch_for_neither_counts() -> None:
    others = [listed("120000", key("b", "120000"), key("c", "120000")), listed("130000", key("b", "130000"))]

    assert named(trust.joined(TrustList(()), others)) == {"120000": ["c-120000"], "130000": []}


def test_of_two_lists_of_one_region_the_first_is_taken() -> None:
    joined = trust.joined(TrustList(()), [listed("120000", key("b", "120000")), listed("120000", key("c", "120000"))])

    assert named(joined) == {"120000": ["b-120000"]}
