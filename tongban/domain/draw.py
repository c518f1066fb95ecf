"""Which of many are drawn, so that anybody can draw again and find the same?

A draw (抽取) is public: its list, its share and its seed. The seed is something nobody could choose, fixed before the
list was (a signed checkpoint of the journal). Each candidate gets the digest of seed and name; the smallest digests are
drawn. Whoever has list and seed computes the same, and one more candidate cannot push out any but the last.

A seed that was known before the list is closed would let somebody wait for a list he likes: only what was decided
before the checkpoint was signed stands on its list. Nor may somebody wait for a seed he likes: a draw among the
decisions of a month takes the first checkpoint after that month, whenever it is held (`domain/spot_checks.py`).

    >>> chosen(("a", "b", "c"), seed="checkpoint 7", share=50) == chosen(("c", "b", "a"), seed="checkpoint 7", share=50)
    True
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongban.crypto import sm3
from tongban.domain.events import DrawHeld, DrawKind
from tongban.domain.refused import Refused


class NothingToDraw(Refused):
    """A draw without candidates."""

    code = "nothing_to_draw"


NOTHING = {
    DrawKind.COMMITMENTS: "未抽取：没有等待抽取的承诺。请等有新的决定后再抽取。",
    DrawKind.ON_THE_SPOT: "未抽取：这个部门当月没有当场决定的办件。请核对月份和部门。",
}


class NoSeed(Refused):
    """A draw before there is a seed that nobody chose."""

    code = "no_seed"

    def __init__(self) -> None:
        super().__init__("未抽取：日志还没有签署检查点，没有可用的随机种子。请在下一个检查点签署后再抽取。")


def chosen(candidates: Iterable[str], *, seed: str, share: int) -> tuple[str, ...]:
    """Return those drawn, in their order by name: `share` of a hundred, rounded up; at least one where there is any."""
    names = sorted(set(candidates))
    count = -(-len(names) * share // 100)
    drawn = sorted(names, key=lambda name: sm3.digest(f"{seed}\n{name}".encode()))[:count]
    return tuple(sorted(drawn))


def hold(
    candidates: Iterable[str],
    *,
    draw: str,
    region: str,
    body: str,
    checkpoint: int,
    seed: str,
    share: int,
    by: str,
    at: datetime,
    kind: DrawKind = DrawKind.COMMITMENTS,
    month: str = "",
) -> tuple[DrawHeld, ...]:
    """Draw, and tell everything that is needed to draw again. Raises NothingToDraw, NoSeed."""
    names = tuple(sorted(set(candidates)))
    if not names:
        raise NothingToDraw(NOTHING[kind])
    if not seed:
        raise NoSeed
    drawn = chosen(names, seed=seed, share=share)
    return (DrawHeld(draw, region, body, checkpoint, seed, share, names, drawn, by, at, kind, month),)


def recomputed(held: DrawHeld) -> bool:
    """Whether list, seed and share of a draw give the result that it tells."""
    return chosen(held.candidates, seed=held.seed, share=held.share) == held.drawn
