"""Cases of one application go between three nodes, in any order of acts, messages and receipts: nothing is done twice,
nobody acts on what he does not have, and in the end all read the same.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.domain.applications import CALENDAR, MONDAY, NINE, REASON, RULES, handed_in, submitted
from tests.domain.strategies import Spec
from tongban.domain import forwarding, intake, review
from tongban.domain.application import Application, CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.custody import Custody, NotHanded
from tongban.domain.events import (
    TRAVEL,
    ApplicationClosed,
    CaseAccepted,
    CasesHandedOver,
    CasesTakenOver,
    DeferralLapsed,
    DeferralPromised,
    Event,
    FormChanged,
    HandOverReceipted,
    HandOverRefused,
    MaterialsSupplied,
    Outcome,
    RecallAsked,
    SupplyCause,
    Verdict,
)
from tongban.domain.forwarding import NotTheirs
from tongban.domain.refused import Refused
from tongban.domain.stages import Stage, stage
from tongban.domain.watch import wakes_on

SPECS = (Spec("A"), Spec("B", needs=("A",)), Spec("C", needs=("B",)))
HOME, PEERS = "hebei", ("beijing", "tianjin")


@dataclass
class Letter:
    """A message: what is told, and what is handed over or asked back by it."""

    told: tuple[Event, ...] = ()
    over: CasesHandedOver | None = None
    recall: RecallAsked | None = None


@dataclass
class Node:
    """A node and its stream: each event with the node it was heard from, empty for its own."""

    name: str
    stream: list[tuple[str, Event]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    """How far each peer was told."""

    @property
    def application(self) -> Application | None:
        return fold(event for _, event in self.stream) if self.stream else None

    def act(self, events: tuple[Event, ...]) -> None:
        application = self.application
        assert application is not None
        forwarding.demand_here(application, events)
        after = fold(events, onto=application)
        self.stream += [("", event) for event in (*events, *review.close(after, at=NINE))]

    def letters(self, peer: str) -> list[Letter]:
        """Return what the peer is to be told now; before it knows the application, nothing but with a hand-over."""
        found: list[Letter] = []
        waiting: list[Event] = []
        fresh = self.stream[self.told.get(peer, 0) :]
        refused = {one.turn for _, one in fresh if isinstance(one, HandOverRefused) and one.to == peer}
        knows = self.told.get(peer, 0) > 0
        for heard_from, event in fresh:
            match event:
                case CasesHandedOver(to=to) if to == peer and event.turn not in refused:
                    found.append(Letter(tuple(waiting), over=event))
                    waiting, knows = [], True
                case CasesTakenOver(sender=sender) if sender == peer:
                    knows = True
                case RecallAsked(to=to) if to == peer:
                    found.append(Letter(recall=event))
                case _ if not isinstance(event, TRAVEL) and heard_from != peer:
                    waiting.append(event)
        if knows:
            self.told[peer] = len(self.stream)
        return [*found, Letter(tuple(waiting))] if waiting and knows else found

    def hear(self, sender: str, letter: Letter) -> None:
        before = self.application
        if letter.recall is not None:
            asked = letter.recall
            if before is None:
                raise NotHanded("never here")
            self.act(forwarding.give_back(before, asked.cases, asked_by=sender, turn=asked.turn, by="-", at=NINE))
            return
        if before is None and not (letter.over and letter.told):
            raise NotHanded("never here")
        if before is not None:
            forwarding.demand_theirs(before, letter.told, sender=sender)
        after = fold(letter.told, onto=before)
        own: tuple[Event, ...] = ()
        if letter.over is not None:
            over = letter.over
            own = forwarding.take_over(after, over.cases, sender=sender, turn=over.turn, first=before is None, at=NINE)
            if before is None:
                forwarding.demand_intake(after, letter.told, over.cases)
            arrived = fold(own, onto=after)
            absent = [case.index for case in arrived.cases if not case.here]
            own += intake.receive(arrived, rules=RULES, calendar=CALENDAR, at=NINE, later=absent)
        if before is not None:
            arrived = fold(own, onto=after)
            own += forwarding.following(before, arrived, letter.told, calendar=CALENDAR, at=NINE)
        own += review.close(fold(own, onto=after), at=NINE)
        self.stream += [(sender, event) for event in letter.told] + [("", event) for event in own]

    def learn(self, peer: str, letter: Letter, refused: Refused | None) -> None:
        application = self.application
        assert application is not None
        why = (refused.code, str(refused)) if refused else None
        if letter.over is not None:
            self.act(forwarding.answered(application, to=peer, turn=letter.over.turn, refused=why, at=NINE))
            if refused and not any(_has_it(peer, event) for _, event in self.stream):
                self.told[peer] = 0
        elif letter.recall is not None and refused is not None:
            kept = forwarding.kept(application, by=peer, turn=letter.recall.turn, words=str(refused), at=NINE)
            self.act(kept)


def _has_it(peer: str, event: Event) -> bool:
    match event:
        case HandOverReceipted(to=node) | CasesTakenOver(sender=node):
            return node == peer
    return False


class Federation(RuleBasedStateMachine):
    """Hebei takes the application in; Beijing and Tianjin decide parts of it."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes = {name: Node(name) for name in (HOME, *PEERS)}
        event = submitted(SPECS)
        began = fold((event,))
        received = intake.receive(began, rules=RULES, calendar=CALENDAR, at=NINE)
        self.nodes[HOME].stream = [("", one) for one in (event, *received)]
        pairs = [(HOME, peer) for peer in PEERS] + [(peer, HOME) for peer in PEERS]
        self.ways: dict[tuple[str, str], deque[Letter]] = {pair: deque() for pair in pairs}
        self.receipts: dict[tuple[str, str], deque[tuple[Letter, Refused | None]]] = {pair: deque() for pair in pairs}

    # --- acts ---------------------------------------------------------------------------------------------------------

    def _try(self, name: str, act: Any) -> None:
        application = self.nodes[name].application
        if application is None:
            return
        with suppress(Refused):
            self.nodes[name].act(act(application))

    @rule(name=st.sampled_from((HOME, *PEERS)), index=st.integers(1, 3), to=st.sampled_from(PEERS))
    def hand_over(self, name: str, index: int, to: str) -> None:
        target = to if name == HOME else HOME
        self._try(name, lambda a: forwarding.hand_over(a, [index], to=target, reason=REASON, by="clerk", at=NINE))

    @rule(index=st.integers(1, 3), name=st.sampled_from((HOME, *PEERS)))
    def recall(self, name: str, index: int) -> None:
        self._try(name, lambda a: forwarding.recall(a, [index], by="applicant", at=NINE))

    @rule(name=st.sampled_from((HOME, *PEERS)))
    def accept(self, name: str) -> None:
        self._try(name, lambda a: intake.accept(a, by="clerk", rules=RULES, calendar=CALENDAR, today=MONDAY, at=NINE))

    @rule(name=st.sampled_from((HOME, *PEERS)), index=st.integers(1, 3), approve=st.booleans())
    def conclude(self, name: str, index: int, approve: bool) -> None:
        def signed(application: Application) -> tuple[Event, ...]:
            return review.conclude(
                application,
                index,
                desk=application.case(index).deciding_desk,
                outcome=Outcome.APPROVED if approve else Outcome.DENIED,
                contents={case.index: case.content for case in application.cases},
                reason=None if approve else REASON,
                by="reviewer",
                signature="s",
                key="k",
                at=NINE,
            )

        def spoken(application: Application) -> tuple[Event, ...]:
            events: tuple[Event, ...] = ()
            for desk in application.case(index).missing_opinions:
                events += review.give_opinion(
                    fold(events, onto=application),
                    index,
                    desk=desk,
                    verdict=Verdict.AGREE,
                    reason=None,
                    by=desk,
                    at=NINE,
                )
            return events

        self._try(name, spoken)
        self._try(name, signed)

    @rule(name=st.sampled_from((HOME, *PEERS)), index=st.integers(1, 3))
    def withdraw(self, name: str, index: int) -> None:
        self._try(name, lambda a: intake.withdraw(a, [index], reason=None, by="applicant", calendar=CALENDAR, at=NINE))

    # --- the network --------------------------------------------------------------------------------------------------

    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        source, destination = data.draw(st.sampled_from(sorted(self.ways)))
        application = self.nodes[source].application
        if application is not None and destination in application.peers:
            self.ways[source, destination] += self.nodes[source].letters(destination)

    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        pair = data.draw(st.sampled_from(sorted(self.ways)))
        if self.ways[pair]:
            letter = self.ways[pair].popleft()
            refused = None
            try:
                self.nodes[pair[1]].hear(pair[0], letter)
            except Refused as why:
                refused = why
            self.receipts[pair].append((letter, refused))

    @rule(data=st.data())
    def receipt(self, data: st.DataObject) -> None:
        pair = data.draw(st.sampled_from(sorted(self.receipts)))
        if self.receipts[pair]:
            letter, refused = self.receipts[pair].popleft()
            self.nodes[pair[0]].learn(pair[1], letter, refused)

    # --- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def at_most_one_node_may_act_on_a_case(self) -> None:
        for index in range(1, 4):
            found = [node.application for node in self.nodes.values()]
            assert sum(one is not None and one.case(index).here for one in found) <= 1

    def teardown(self) -> None:
        """Let everything arrive: each case is in one place, and all read the same."""
        for _ in range(40):
            for source, destination in self.ways:
                application = self.nodes[source].application
                if application is not None and destination in application.peers:
                    self.ways[source, destination] += self.nodes[source].letters(destination)
            for pair, way in self.ways.items():
                while way:
                    letter, refused = way.popleft(), None
                    try:
                        self.nodes[pair[1]].hear(pair[0], letter)
                    except Refused as why:
                        refused = why
                    self.receipts[pair].append((letter, refused))
            for pair, waiting in self.receipts.items():
                while waiting:
                    self.nodes[pair[0]].learn(pair[1], *waiting.popleft())
        found = [one for node in self.nodes.values() if (one := node.application) is not None]
        for index in range(1, 4):
            cases = [one.case(index) for one in found]
            assert sum(case.here for case in cases) == 1
            assert not any(case.holding and case.holding.custody is Custody.SENT for case in cases)
            assert len({(case.state, case.outcome, case.accepted_on, case.promised_due_on) for case in cases}) == 1


TestFederation = Federation.TestCase
TestFederation.settings = settings(max_examples=40, stateful_step_count=40, deadline=None, phases=[Phase.generate])


def test_what_comes_from_intake_is_intake() -> None:
    event = submitted(SPECS)
    application = fold((event,))
    accepted = CaseAccepted(2, "account:clerk", NINE, MONDAY, MONDAY, False, "2026")

    forwarding.demand_intake(application, (event,), (1, 2))
    forwarding.demand_intake(application, (event, accepted), (1,))
    with pytest.raises(NotTheirs, match="CaseAccepted"):
        forwarding.demand_intake(application, (event, accepted), (1, 2))


def test_a_node_tells_nothing_of_a_case_that_it_does_not_have() -> None:
    application = handed_in(SPECS)
    away = fold(
        forwarding.hand_over(application, [2], to="beijing", reason=None, by="clerk", at=NINE), onto=application
    )
    accepted = [CaseAccepted(index, "account:clerk", NINE, MONDAY, MONDAY, False, "2026") for index in (1, 2)]

    forwarding.demand_theirs(away, accepted[1:], sender="beijing")
    for sender, told in (("beijing", accepted[:1]), ("tianjin", accepted[1:])):
        with pytest.raises(NotTheirs):
            forwarding.demand_theirs(away, told, sender=sender)
    with pytest.raises(NotTheirs):
        forwarding.demand_theirs(away, [CasesHandedOver((2,), "beijing", 2, None, "x", NINE)], sender="beijing")


def test_of_the_whole_application_speaks_only_who_has_a_part_of_it_now() -> None:
    application = handed_in(SPECS)
    away = fold(
        forwarding.hand_over(application, [1], to="beijing", reason=None, by="clerk", at=NINE), onto=application
    )
    back = fold(forwarding.answered(away, to="beijing", turn=1, refused=("x", "x"), at=NINE), onto=away)
    supplied = MaterialsSupplied((), SupplyCause.CORRECTION, "account:1", NINE)
    promised = DeferralPromised("m", SubjectRole.HOLDER, "", (2,), "account:1", "s", "k", NINE)
    lapsed = DeferralLapsed("m", SubjectRole.HOLDER, "", "article", NINE)
    form = FormChanged(away.form, away.participants, ("e",), (1,), ((2, "another"),), SupplyCause.CORRECTION, "a", NINE)
    same = replace(form, contents=((2, away.case(2).content), (1, "another")))

    for told in ((supplied,), (same,)):
        forwarding.demand_theirs(away, told, sender="beijing")
    refused: list[tuple[Application, Event]] = [
        (back, supplied),
        (away, form),
        (away, ApplicationClosed(NINE)),
        (fold((promised,), onto=away), lapsed),
    ]
    for before, event in refused:
        with pytest.raises(NotTheirs):
            forwarding.demand_theirs(before, (event,), sender="beijing")


def test_a_case_that_is_handed_over_stands_on_no_list_and_wakes_nobody() -> None:
    application = handed_in(SPECS)
    away = fold(
        forwarding.hand_over(application, [1, 2, 3], to="beijing", reason=None, by="clerk", at=NINE), onto=application
    )

    assert {case.state for case in away.cases} == {CaseState.SUBMITTED}
    assert {stage(case) for case in away.cases} == {Stage.ELSEWHERE}
    assert wakes_on(application) is not None
    assert wakes_on(away) is None
