"""Which of many are drawn, so that anybody can draw again and find the same?

A draw (抽取) is public: its list, its share and its seed. The seed is something nobody could choose, fixed before the
list was (a signed checkpoint of the journal). Each candidate gets the digest of seed and name; the smallest digests are
drawn. Whoever has list and seed computes the same, and one more candidate cannot push out any but the last.

    >>> chosen(("a", "b", "c"), seed="checkpoint 7", share=50) == chosen(("c", "b", "a"), seed="checkpoint 7", share=50)
    True
"""

from __future__ import annotations

from collections.abc import Iterable

from tongban.crypto import sm3


def chosen(candidates: Iterable[str], *, seed: str, share: int) -> tuple[str, ...]:
    """Return those drawn, in their order by name: `share` of a hundred, rounded up; at least one where there is any."""
    names = sorted(set(candidates))
    count = -(-len(names) * share // 100)
    drawn = sorted(names, key=lambda name: sm3.digest(f"{seed}\n{name}".encode()))[:count]
    return tuple(sorted(drawn))
