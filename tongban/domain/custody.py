"""Which node may act on a case, when it goes from one to another?

At every moment exactly one. Who hands a case over stays responsible and does not act, until the receiver's transaction
has stored it; then it is the receiver's. The receipt tells the sender: accepted, it is gone; refused, it is his again.
Each hand-over has a turn, one higher than the last, so that an old message never takes a case back.

A recall is a question, for the receiver may have stored the case already: he gives it back when nothing was done with
it yet, and refuses otherwise.

Source: design, invariant 11 and chapter 2 (which node owns a case); State Council provisions on online government
services, art. 7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tongban.domain.refused import Refused


class Custody(StrEnum):
    """Where a case is, as a node knows."""

    HERE = "here"
    SENT = "sent"  # in flight: nobody acts
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Holding:
    """What one node knows of one case. `turn`: how often it was handed over; `peer`: to whom or from whom last."""

    custody: Custody = Custody.HERE
    turn: int = 0
    peer: str = ""
    recalled: bool = False


class NotHere(Refused):
    """An act on a case that another node has, or that is on its way."""

    code = "not_here"


class NotHanded(Refused):
    """A hand-over, a refusal or a recall that does not fit what is known of the case."""

    code = "not_handed"


def demand_here(holding: Holding) -> None:
    """Refuse an act on what this node may not act on. Raises NotHere."""
    match holding.custody:
        case Custody.SENT:
            raise NotHere(f"未办理：此件正移交给{holding.peer}，对方签收之前不能办理。请等待回执，或申请撤回移交。")
        case Custody.ELSEWHERE:
            raise NotHere(f"未办理：此件已移交给{holding.peer}。请向对方了解进展。")


def hand_over(holding: Holding, *, to: str) -> Holding:
    """Put the case on its way. Raises NotHere."""
    demand_here(holding)
    return Holding(Custody.SENT, holding.turn + 1, to)


def take_over(holding: Holding | None, *, turn: int, sender: str) -> Holding:
    """Store a case that was handed over; None: it was never here. Raises NotHanded for what was overtaken.

    A later turn than one's own proves that the receiver had stored it, even if his receipt has not come yet.
    """
    known = 0 if holding is None else holding.turn
    if turn <= known or (holding is not None and holding.custody is Custody.HERE):
        raise NotHanded(f"未接收：{sender}移交的是第 {turn} 次，本方已经知道第 {known} 次。请双方核对。")
    return Holding(Custody.HERE, turn, sender)


def delivered(holding: Holding, *, turn: int) -> Holding:
    """Learn from the receipt that the receiver has it; a receipt of an earlier turn tells nothing new."""
    if holding.custody is not Custody.SENT or holding.turn != turn:
        return holding
    return replace(holding, custody=Custody.ELSEWHERE, recalled=False)


def handed_back(holding: Holding, *, turn: int) -> Holding:
    """Learn from the receipt that the receiver refused it: it is here again. The turn is used up."""
    if holding.custody is not Custody.SENT or holding.turn != turn:
        return holding
    return replace(holding, custody=Custody.HERE, recalled=False)


def recall(holding: Holding) -> Holding:
    """Ask for a case back that was handed over. Raises NotHanded."""
    if holding.custody is Custody.HERE:
        raise NotHanded("未撤回：此件没有移交出去。请刷新页面查看进展。")
    if holding.recalled:
        raise NotHanded(f"未撤回：已经向{holding.peer}申请过撤回。请等待对方答复。")
    return replace(holding, recalled=True)


def give_back(holding: Holding | None, *, turn: int, asked_by: str, untouched: bool) -> Holding:
    """Answer a recall by handing the case back. Raises NotHanded where it is not here, or was acted upon."""
    if holding is None or holding.custody is not Custody.HERE or (holding.turn, holding.peer) != (turn, asked_by):
        raise NotHanded("不能退回：此件不在本方。请双方核对移交记录。")
    if not untouched:
        raise NotHanded("不能退回：本方已经开始办理。请与本方联系。")
    return hand_over(holding, to=asked_by)


def stays(holding: Holding, *, turn: int) -> Holding:
    """Learn that a recall was refused: the case stays where it was sent."""
    return replace(holding, recalled=False) if holding.turn == turn else holding
