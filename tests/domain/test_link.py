"""Whatever the road does to messages, the receiver has a beginning of what was written, and in the end all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.domain.messages import BEIJING, NINE, TIANJIN, Writer
from tongban.domain import link
from tongban.domain.envelope import Message, Receipt
from tongban.domain.link import Arrival, Forked, Misdirected


class Reader:
    """A node that stores what arrives, and gives receipts."""

    def __init__(self) -> None:
        self.link = link.incoming(source=BEIJING, destination=TIANJIN)
        self.stored: list[Message] = []
        self.effects: list[int] = []

    def take(self, message: Message) -> Arrival:
        digests = {one.sequence: one.digest for one in self.stored}
        arrival = link.arrive(self.link, message, stored=digests)
        if arrival is Arrival.NEXT:
            self.link = link.stored(self.link, message)
            self.stored.append(message)
            self.effects.append(message.sequence)
        return arrival

    def receipt(self) -> Receipt:
        return Receipt(BEIJING, TIANJIN, 0, self.link.sequence, self.link.digest, (), NINE)


class Road(RuleBasedStateMachine):
    """Messages are delivered, lost, repeated and overtaken; so are receipts."""

    def __init__(self) -> None:
        super().__init__()
        self.writer, self.reader = Writer(), Reader()
        self.under_way: list[Receipt] = []

    @rule()
    def write(self) -> None:
        self.writer.write()

    @precondition(lambda self: self.writer.written)
    @rule(data=st.data())
    def deliver_any(self, data: st.DataObject) -> None:
        message, _ = data.draw(st.sampled_from(self.writer.written))
        before = self.reader.link.sequence
        arrival = self.reader.take(message)
        ahead = message.sequence - before
        assert arrival is (Arrival.NEXT if ahead == 1 else Arrival.TOO_EARLY if ahead > 1 else Arrival.REPEAT)
        self.under_way.append(self.reader.receipt())

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def learn_any(self, data: st.DataObject) -> None:
        receipt = data.draw(st.sampled_from(self.under_way))
        digest = self.writer.digest_at(receipt.sequence)
        before = self.writer.link.receipted
        self.writer.link = link.receipted(self.writer.link, receipt, digest=digest)
        assert self.writer.link.receipted == max(before, receipt.sequence)

    @rule()
    def go_on_from_the_receipt(self) -> None:
        for message, _ in self.writer.written[self.writer.link.receipted :]:
            self.reader.take(message)
        assert self.reader.link.digest == self.writer.link.digest

    @invariant()
    def the_receiver_has_a_beginning_and_each_effect_once(self) -> None:
        written = [message for message, _ in self.writer.written]
        assert self.reader.stored == written[: self.reader.link.sequence]
        assert self.reader.effects == list(range(1, self.reader.link.sequence + 1))
        assert self.writer.link.receipted <= self.reader.link.sequence <= self.writer.link.sequence
        assert self.writer.link.waiting == self.writer.link.sequence - self.writer.link.receipted


TestRoad = Road.TestCase
TestRoad.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def three() -> tuple[Writer, Reader]:
    writer, reader = Writer(), Reader()
    for _ in range(3):
        reader.take(writer.write())
    return writer, reader


def test_another_message_of_a_known_number_stops_the_link() -> None:
    writer, reader = three()
    second = writer.written[1][0]

    with pytest.raises(Forked, match="第 2 号消息与已经收到的不同"):
        reader.take(replace(second, subject="application:other"))
    assert reader.take(second) is Arrival.REPEAT


def test_a_message_with_another_past_stops_the_link() -> None:
    _, reader = three()
    forger = Writer()
    for number in range(4):
        forged = forger.write({"forged": number})

    with pytest.raises(Forked, match="之前的历史"):
        reader.take(forged)
    assert reader.link.sequence == 3


def test_a_receipt_of_another_history_stops_the_link() -> None:
    writer, reader = three()
    receipt = reader.receipt()

    with pytest.raises(Forked, match="第 3 号"):
        link.receipted(writer.link, replace(receipt, digest="00" * 32), digest=writer.digest_at(3))
    with pytest.raises(Forked, match="第 4 号"):
        link.receipted(writer.link, replace(receipt, sequence=4), digest=receipt.digest)


def test_messages_and_receipts_of_others_are_no_business_of_a_link() -> None:
    writer, reader = three()
    message = writer.write()

    for changed in (replace(message, source="130000"), replace(message, destination="130000")):
        with pytest.raises(Misdirected, match="不属于"):
            reader.take(changed)
    with pytest.raises(Misdirected, match="不属于"):
        link.receipted(writer.link, replace(reader.receipt(), source="130000"), digest="")
    with pytest.raises(Forked, match="接不上"):
        link.written(writer.link, message)


def test_a_receiver_may_go_back_to_where_it_is_and_to_no_other_history() -> None:
    writer, reader = three()
    writer.link = link.receipted(writer.link, reader.receipt(), digest=writer.digest_at(3))
    restored = Receipt(BEIJING, TIANJIN, 1, 1, writer.digest_at(1), (), NINE)

    assert link.receipted(writer.link, restored, digest=writer.digest_at(1)).receipted == 3
    assert link.resumed(writer.link, restored, digest=writer.digest_at(1)).receipted == 1
    with pytest.raises(Forked, match="第 1 号"):
        link.resumed(writer.link, replace(restored, digest="00" * 32), digest=writer.digest_at(1))
