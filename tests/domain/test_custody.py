"""Exactly one node may act on a case, whatever is handed over, refused, recalled or late."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tongban.domain import custody
from tongban.domain.custody import Custody, Holding, NotHanded, NotHere

NODES = ("110000", "120000", "130000")
HERE = Holding()


@dataclass(frozen=True)
class Letter:
    """A hand-over or a recall, or what its receipt says."""

    kind: str
    turn: int
    refused: bool = False


class Federation(RuleBasedStateMachine):
    """Three nodes and what travels between them: messages in order for each pair, receipts whenever they come."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Holding] = {NODES[0]: HERE}
        self.acted = {NODES[0]: False}
        pairs = [(a, b) for a in NODES for b in NODES if a != b]
        self.ways: dict[tuple[str, str], deque[Letter]] = {pair: deque() for pair in pairs}
        self.receipts: dict[tuple[str, str], deque[Letter]] = {pair: deque() for pair in pairs}

    @rule(node=st.sampled_from(NODES), to=st.sampled_from(NODES))
    def hand_over(self, node: str, to: str) -> None:
        if node == to or node not in self.known:
            return
        before = self.known[node]
        try:
            self.known[node] = custody.hand_over(before, to=to)
        except NotHere:
            assert before.custody is not Custody.HERE
            return
        self.ways[node, to].append(Letter("hand-over", self.known[node].turn))

    @rule(node=st.sampled_from(NODES))
    def act(self, node: str) -> None:
        holding = self.known.get(node)
        if holding is None:
            return
        try:
            custody.demand_here(holding)
        except NotHere:
            return
        assert self.owners() == [node]
        self.acted[node] = True

    @rule(node=st.sampled_from(NODES))
    def recall(self, node: str) -> None:
        holding = self.known.get(node)
        if holding is None:
            return
        try:
            self.known[node] = custody.recall(holding)
        except NotHanded:
            return
        if holding.custody is Custody.SENT or holding.peer in NODES:
            self.ways[node, holding.peer].append(Letter("recall", holding.turn))

    @precondition(lambda self: any(self.ways.values()))
    @rule(data=st.data(), refuses=st.booleans())
    def deliver(self, data: st.DataObject, refuses: bool) -> None:
        way = data.draw(st.sampled_from([pair for pair, letters in self.ways.items() if letters]))
        source, node = way
        letter = self.ways[way].popleft()
        receipts = self.receipts[node, source]
        try:
            if letter.kind == "hand-over":
                if refuses:
                    raise NotHanded("未接收")
                self.known[node] = custody.take_over(self.known.get(node), turn=letter.turn, sender=source)
                self.acted[node] = False
            else:
                untouched = not self.acted.get(node, False)
                held = self.known.get(node)
                self.known[node] = custody.give_back(held, turn=letter.turn, asked_by=source, untouched=untouched)
                self.ways[node, source].append(Letter("hand-over", self.known[node].turn))
        except NotHanded:
            receipts.append(Letter(letter.kind, letter.turn, refused=True))
            return
        receipts.append(Letter(letter.kind, letter.turn))

    @precondition(lambda self: any(self.receipts.values()))
    @rule(data=st.data())
    def learn(self, data: st.DataObject) -> None:
        way = data.draw(st.sampled_from([pair for pair, letters in self.receipts.items() if letters]))
        node, letter = way[1], self.receipts[way].popleft()
        holding = self.known[node]
        if letter.kind == "recall":
            self.known[node] = custody.stays(holding, turn=letter.turn) if letter.refused else holding
        elif letter.refused:
            self.known[node] = custody.handed_back(holding, turn=letter.turn)
        else:
            self.known[node] = custody.delivered(holding, turn=letter.turn)

    def owners(self) -> list[str]:
        """Who is responsible: where the case is; on its way, the sender until the receiver has stored it."""
        newest = max(holding.turn for holding in self.known.values())
        return [
            node
            for node, holding in self.known.items()
            if holding.custody is Custody.HERE
            or (holding.custody is Custody.SENT and holding.turn == newest and not self._stored(holding))
        ]

    def _stored(self, sent: Holding) -> bool:
        receiver = self.known.get(sent.peer)
        return receiver is not None and receiver.turn >= sent.turn

    @invariant()
    def exactly_one_owner(self) -> None:
        assert len(self.owners()) == 1


TestFederation = Federation.TestCase
TestFederation.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def test_in_flight_nobody_acts_and_the_sentence_names_the_receiver() -> None:
    sent = custody.hand_over(HERE, to="天津市")

    with pytest.raises(NotHere, match="正移交给天津市"):
        custody.demand_here(sent)
    with pytest.raises(NotHere, match="已移交给天津市"):
        custody.demand_here(custody.delivered(sent, turn=1))
    assert custody.handed_back(sent, turn=1) == Holding(Custody.HERE, 1, "天津市")


def test_an_old_receipt_changes_nothing() -> None:
    again = custody.hand_over(custody.handed_back(custody.hand_over(HERE, to="b"), turn=1), to="c")

    assert custody.delivered(again, turn=1) == custody.handed_back(again, turn=1) == again
    assert custody.delivered(again, turn=2).custody is Custody.ELSEWHERE


def test_a_recall_gives_back_what_nobody_touched_and_nothing_else() -> None:
    arrived = custody.take_over(None, turn=1, sender="a")

    assert custody.give_back(arrived, turn=1, asked_by="a", untouched=True) == Holding(Custody.SENT, 2, "a")
    for holding, turn, asked_by, untouched in [
        (arrived, 1, "a", False),
        (arrived, 2, "a", True),
        (arrived, 1, "c", True),
        (None, 1, "a", True),
    ]:
        with pytest.raises(NotHanded, match="不能退回"):
            custody.give_back(holding, turn=turn, asked_by=asked_by, untouched=untouched)


def test_what_was_overtaken_is_not_taken_over() -> None:
    gone = custody.delivered(custody.hand_over(HERE, to="b"), turn=1)

    with pytest.raises(NotHanded, match="第 1 次"):
        custody.take_over(gone, turn=1, sender="c")
    with pytest.raises(NotHanded, match="申请过撤回"):
        custody.recall(custody.recall(gone))
    with pytest.raises(NotHanded, match="没有移交出去"):
        custody.recall(HERE)
