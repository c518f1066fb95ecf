"""The people of the demo: whoever signs in is one person, with one set of duties."""

from __future__ import annotations

from collections import Counter

from tongban.people import demo


def test_no_two_people_sign_in_by_one_name() -> None:
    people = demo.read()

    names = Counter(one["username"] for one in (*people["persons"], *people["staff"]))

    assert [name for name, times in names.items() if times > 1] == []
