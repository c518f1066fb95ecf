"""Two standings agree, or differ line by line; what moved between two looks is no difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tongban.crypto import canonical
from tongban.domain import reconciliation
from tongban.domain.reconciliation import Difference, Listed, NotAStanding, Own, Received, Sent, Standing, What

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
FILE = "f" * 64


def digest(way: str, number: int) -> str:
    return f"{way}{number:063x}"


def ours(written: int = 5, receipted: int = 5, stored: int = 3, **more: Any) -> Standing:
    sent = Sent(written, receipted, digest("a", receipted))
    received = Received(stored, digest("b", stored))
    return replace(Standing("beijing", "tianjin", "0" * 32, NINE, sent, received), **more)


def theirs(written: int = 3, receipted: int = 3, stored: int = 5, **more: Any) -> Standing:
    sent = Sent(written, receipted, digest("b", receipted))
    received = Received(stored, digest("a", stored))
    return replace(Standing("tianjin", "beijing", "0" * 32, NINE, sent, received), **more)


OWN = Own(
    written_at=lambda number: digest("a", number) if number <= 9 else None,
    stored_at=lambda number: digest("b", number) if number <= 9 else None,
    offered=lambda digests: [one for one in digests if one == FILE],
)


def differences(before: Standing, there: Standing, after: Standing | None = None) -> dict[str, str]:
    lines = reconciliation.compare(before, there, after or before, own=OWN)
    return {f"{line.what} {line.about}".strip(): str(line.difference) for line in lines if line.difference}


def test_both_say_the_same() -> None:
    lines = reconciliation.compare(ours(), theirs(), ours(), own=OWN)

    assert [(line.what, line.here, line.there, line.difference) for line in lines if "digest" not in line.what] == [
        (What.SENT, "5/5", "5", None),
        (What.SENT_REFUSED, "0", "0", None),
        (What.RECEIVED, "3", "3/3", None),
        (What.RECEIVED_REFUSED, "0", "0", None),
        (What.WANTED_THERE, "", "0", None),
        (What.WANTED_HERE, "0", "", None),
    ]
    assert {line.what for line in lines} >= {What.SENT_DIGEST, What.RECEIVED_DIGEST}
    assert differences(ours(), theirs()) == {}


@pytest.mark.parametrize(
    ("before", "there", "after"),
    [
        (ours(5, 4), theirs(stored=5), ours(5, 5)),  # the receipt is on its way
        (ours(5, 5), theirs(stored=7), ours(8, 8)),  # written and stored while one asked
        (ours(stored=3), theirs(written=5, receipted=5), ours(stored=6)),
        (ours(stored=3), theirs(written=6, receipted=2), ours(stored=3)),  # more is on its way to us
        (ours(0, 0, 0), theirs(0, 0, 0), ours(0, 0, 0)),
    ],
)
def test_what_moves_meanwhile_is_no_difference(before: Standing, there: Standing, after: Standing) -> None:
    assert differences(before, there, after) == {}


@pytest.mark.parametrize(
    ("before", "there", "what"),
    [
        (ours(5, 5), theirs(stored=4), {"sent": "lost_there"}),
        (ours(5, 5), theirs(stored=6), {"sent": "lost_here"}),
        (ours(stored=3), theirs(written=4, receipted=4), {"received": "unseen_there"}),
        (ours(stored=3), theirs(written=2, receipted=2), {"received": "unwritten_there"}),
        (ours(), theirs(received=Received(5, "c" * 64)), {"sent_digest 5": "another_history"}),
        (ours(), theirs(sent=Sent(3, 3, "c" * 64)), {"received_digest 3": "another_history"}),
        (ours(), theirs(wanted=Listed(1, (FILE,))), {}),
        (ours(), theirs(wanted=Listed(2, ("0" * 64, FILE))), {f"wanted_there {'0' * 16}": "not_offered"}),
    ],
)
def test_what_is_apart_is_told(before: Standing, there: Standing, what: dict[str, str]) -> None:
    assert differences(before, there) == what


def test_refusals_are_compared_up_to_the_last_receipt() -> None:
    before = ours(9, 7, sent=Sent(9, 7, digest("a", 7), Listed(2, (2, 5))))

    def there(*numbers: int) -> Standing:
        return theirs(stored=9, received=Received(9, digest("a", 9), Listed(len(numbers), numbers)))

    assert differences(before, there(2, 5)) == {}
    assert differences(before, there(2, 5, 8, 9)) == {}
    assert differences(before, there(2, 6)) == {"sent_refused 5、6": "refused_apart"}


def test_of_very_many_refusals_those_are_compared_that_both_name() -> None:
    most = reconciliation.MOST_LISTED
    numbers = tuple(range(1, 2 * most))
    before = ours(5000, 5000, sent=Sent(5000, 5000, digest("a", 7), Listed(len(numbers), numbers[-most:])))
    whole = Received(5000, digest("a", 5000), Listed(most, numbers[:most]))

    (line,) = (
        line
        for line in reconciliation.compare(before, theirs(stored=5000, received=whole), before, own=OWN)
        if line.what is What.SENT_REFUSED
    )

    assert line.difference is Difference.REFUSED_APART
    assert line.about.endswith("…") and line.about.count("、") == 19


def parts(**cases: Any) -> Mapping[str, Mapping[str, Any]]:
    return {"cases": cases}


def test_the_lines_of_a_part_agree_at_one_of_two_looks() -> None:
    before, after = ours(parts=parts(a="beijing", b="beijing")), ours(parts=parts(a="tianjin", b="beijing"))

    assert differences(before, theirs(parts=parts(a="tianjin", b="beijing")), after) == {}
    assert differences(before, theirs(parts=parts(a="beijing", b="beijing")), after) == {}
    assert differences(before, theirs(parts=parts(a="hebei", c="tianjin")), after) == {
        "part a": "apart",
        "part b": "only_here",
        "part c": "only_there",
    }


def test_a_part_that_only_one_side_knows_is_one_difference() -> None:
    assert differences(ours(), theirs(parts=parts(a="x", b="y"))) == {"part": "only_there"}
    assert differences(ours(parts=parts(a="x", b="y")), theirs()) == {"part": "only_here"}


def test_a_very_large_part_is_compared_as_a_whole() -> None:
    many = {str(number): "beijing" for number in range(reconciliation.MOST_IN_A_PART + 1)}
    said = reconciliation.read(reconciliation.plain(theirs(parts={"cases": many})))

    assert differences(ours(parts={"cases": many}), said) == {}
    assert differences(ours(parts={"cases": many | {"7": "tianjin"}}), said) == {"part": "apart"}


def test_messages_on_their_way_are_counted_in_both_directions() -> None:
    assert reconciliation.on_their_way(theirs(written=7, stored=3), ours(written=5, stored=3)) == 2 + 4
    assert reconciliation.on_their_way(theirs(written=2, stored=9), ours(written=5, stored=3)) == 0


def test_a_standing_of_others_is_not_compared() -> None:
    with pytest.raises(NotAStanding, match="hebei"):
        reconciliation.compare(ours(), theirs(peer="hebei"), ours(), own=OWN)


def test_a_standing_comes_back_as_it_was_said() -> None:
    said = theirs(wanted=Listed(1, (FILE,)), parts=parts(a="beijing", b={"x": [1]}))

    assert reconciliation.read(canonical.decode(canonical.encode(reconciliation.plain(said)))) == said


@pytest.mark.parametrize(
    "spoil",
    [
        {"type": "tongban-receipt/1"},
        {"node": "X"},
        {"nonce": "1"},
        {"at": "2026-03-02"},
        {"at": "2026-03-02T01:00:00Z"},
        {"sent": {}},
        {"sent": []},
        {"sent": {"written": 1, "receipted": 2, "digest": FILE, "refused": {"count": 0, "last": []}}},
        {"received": {"stored": -1, "digest": FILE, "refused": {"count": 0, "last": []}}},
        {"received": {"stored": True, "digest": FILE, "refused": {"count": 0, "last": []}}},
        {"received": {"stored": 1, "digest": FILE, "refused": {"count": 9, "last": [1]}}},
        {"received": {"stored": 3, "digest": FILE, "refused": {"count": 2, "last": [2, 1]}}},
        {"wanted": {"count": 1, "last": ["x"]}},
        {"wanted": {"count": 1, "last": [FILE], "more": 1}},
        {"parts": []},
        {"parts": {"Cases": {}}},
        {"parts": {"cases": []}},
        {"parts": {"cases": {"x": "y" * 3000}}},
        {"parts": {"cases": {str(number): 1 for number in range(5001)}}},
        {"more": 1},
    ],
)
def test_what_is_not_in_the_one_form_is_no_standing(spoil: dict[str, Any]) -> None:
    with pytest.raises(NotAStanding):
        reconciliation.read(reconciliation.plain(theirs()) | spoil)


@pytest.mark.parametrize("said", [None, [], "x", {}, 7])
def test_what_is_no_object_is_no_standing(said: Any) -> None:
    with pytest.raises(NotAStanding):
        reconciliation.read(said)
