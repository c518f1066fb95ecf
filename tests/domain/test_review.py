"""Any order of acts by anybody, over any catalogue: what must hold after each, and that every application can end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.domain.applications import (
    CALENDAR,
    NINE,
    REASON,
    RULES,
    accept,
    accepted,
    branch,
    conclude,
    confirm,
    finish,
    give,
    handed_in,
    submitted,
)
from tests.domain.strategies import Spec, acyclic
from tongban.domain import intake, review
from tongban.domain.acts import ReasonMissing
from tongban.domain.application import CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import (
    SYSTEM,
    ApplicationClosed,
    CaseAccepted,
    CaseDecided,
    ConclusionReturned,
    DecisionSigned,
    JointApplicantConfirmed,
    OpinionGiven,
    Outcome,
    ReturnCause,
    Verdict,
)
from tongban.domain.refused import Refused

APPROVED, DENIED = Outcome.APPROVED, Outcome.DENIED
CHAIN = (Spec("a"), Spec("b", needs=("a",)), Spec("c", needs=("b",)), Spec("d"))
FORK = (Spec("a"), Spec("b"), Spec("c", needs=("a", "b")), Spec("d", needs=("a", "c")), Spec("e", needs=("b",)))


class Life(RuleBasedStateMachine):
    """One application; every act goes through `_do`, which keeps the log and looks at what the act changed."""

    @initialize(specs=st.sampled_from([CHAIN, FORK]) | acyclic(least=2, most=5), data=st.data())
    def hand_in(self, specs, data):
        desks = st.lists(st.sampled_from(["甲岗", "乙岗"]), unique=True, max_size=2).map(tuple)
        joint = st.sampled_from([(), (SubjectRole.COUNTERPARTY,), (SubjectRole.COUNTERPARTY, SubjectRole.SHIP)])
        self.log = [
            submitted([replace(spec, opinion_desks=data.draw(desks), joint=data.draw(joint)) for spec in specs])
        ]
        self.log += intake.receive(fold(self.log), rules=RULES, calendar=CALENDAR, at=NINE)
        self.current = fold(self.log)
        self.serial = 0
        if data.draw(st.booleans()):
            self.let_partners_sign()
            self.accept(by="clerk")

    def _do(self, act):
        try:
            happened = act(self.current)
        except Refused as refusal:
            is_a_sentence_for_a_clerk(refusal)
            return ()
        happened += review.close(fold(happened, onto=self.current), at=NINE)
        self.current = fold(happened, onto=self.current)
        self.log += happened
        return happened

    @rule(index=st.integers(0, 6), role=st.sampled_from(SubjectRole), right=st.booleans())
    def confirm(self, index, role, right):
        self._do(
            lambda application: intake.confirm(
                application,
                index,
                role=role,
                party=f"party:{role}" if right else "party:stranger",
                by="partner",
                signature="s",
                key="k",
                calendar=CALENDAR,
                at=NINE,
            )
        )

    @rule(by=st.sampled_from(["clerk", "first", "second"]))
    def accept(self, by):
        self._do(lambda application: accept(application, by=by))

    @rule(
        index=st.integers(0, 6),
        desk=st.sampled_from(["甲岗", "乙岗", "丙岗"]),
        verdict=st.sampled_from(Verdict),
        reason=st.sampled_from([None, REASON]),
    )
    def opine(self, index, desk, verdict, reason):
        self._do(lambda application: give(application, index, desk, verdict=verdict, reason=reason))

    @rule(
        index=st.integers(0, 6),
        outcome=st.sampled_from(Outcome),
        by=st.sampled_from(["clerk", "first"]),
        desk=st.sampled_from(["决定岗", "甲岗"]),
        reason=st.sampled_from([REASON, None]),
        confused=st.booleans(),
    )
    def conclude_somehow(self, index, outcome, by, desk, reason, confused):
        self._conclude(index, outcome, by=by, desk=desk, reason=reason, fixes=set(), confused=confused)

    @precondition(lambda self: self._ripe())
    @rule(
        place=st.integers(0, 5),
        outcome=st.sampled_from([APPROVED, APPROVED, DENIED]),
        fixes=st.sampled_from([set(), {1, 2, 3, 4, 5}]) | st.sets(st.integers(1, 5)),
        confused=st.booleans(),
    )
    def conclude_well(self, place, outcome, fixes, confused):
        """So that lives get far: a case that is ripe is concluded by the right desk."""
        ripe = self._ripe()
        index = ripe[place % len(ripe)]
        self._conclude(index, outcome, by="second", desk="决定岗", reason=REASON, fixes=fixes, confused=confused)

    def _ripe(self):
        cases = self.current.cases
        return [case.index for case in cases if case.state is CaseState.ACCEPTED and not case.missing_opinions]

    def _conclude(self, index, outcome, *, by, desk, reason, fixes, confused):
        """The content of the branch becomes another where `fixes` says so; `confused`: wrongly all others' too."""
        before, self.serial = self.current, self.serial + 1
        inside = branch(before, index)
        contents = {
            case.index: f"{case.matter} as fixed by act {self.serial}"
            for case in before.cases
            if (case.index in fixes if case.index in inside else confused)
        }

        happened = self._do(
            lambda application: conclude(
                application, index, outcome, desk=desk, contents=contents, reason=reason, by=by
            )
        )

        outside = [case.index for case in before.cases if case.index not in inside]
        assert [self.current.case(i) for i in outside] == [before.case(i) for i in outside]
        if happened:
            assert isinstance(happened[0], DecisionSigned)
            returned = [event.case for event in happened if isinstance(event, ConclusionReturned)]
            assert len(returned) == len(set(returned))
            assert index not in returned
            released = {event.case: event.released_by for event in happened if isinstance(event, CaseDecided)}
            assert released == {case: by if case == index else SYSTEM for case in released}

    @rule()
    def let_partners_sign(self):
        for case in self.current.cases:
            for confirmation in case.confirmations:
                self._do(lambda a, i=case.index, r=confirmation.role: confirm(a, i, r))

    @rule(place=st.integers(0, 5))
    def let_desks_speak(self, place):
        case = self.current.cases[place % len(self.current.cases)]
        for desk in case.missing_opinions:
            self._do(lambda a, d=desk: give(a, case.index, d))

    @rule()
    def close(self):
        assert review.close(self.current, at=NINE) == ()

    @invariant()
    def the_log_folds_to_the_current_value(self):
        assert fold(self.log) == self.current

    @invariant()
    def each_word_is_said_once_and_in_its_time(self):
        said, confirmed, accepted_ = [], {case.index: set() for case in self.current.cases}, set()
        for event in self.log:
            match event:
                case JointApplicantConfirmed():
                    assert event.role not in confirmed[event.case]
                    assert event.case not in accepted_
                    confirmed[event.case].add(event.role)
                case CaseAccepted():
                    places = self.current.case(event.case).confirmations
                    assert confirmed[event.case] == {place.role for place in places}
                    assert event.case not in accepted_
                    accepted_.add(event.case)
                case OpinionGiven():
                    assert event.case in accepted_
                    assert event.reason or event.verdict is Verdict.AGREE
                    said.append((event.case, event.desk))
                case DecisionSigned():
                    assert event.case in accepted_
                    assert event.reason or event.outcome is APPROVED
                    desks = {(event.case, opinion.desk) for opinion in self.current.case(event.case).opinions}
                    assert desks <= set(said)
        assert len(said) == len(set(said))

    @invariant()
    def a_case_is_decided_once_by_other_eyes_and_after_what_it_awaits(self):
        approved, decided = set(), []
        for event in self.log:
            if isinstance(event, CaseDecided):
                case = self.current.case(event.case)
                decided.append(event.case)
                assert event.by == case.conclusion.by != case.accepted_by
                assert event.released_by in (event.by, SYSTEM)
                if event.outcome is APPROVED:
                    assert approved.issuperset(case.awaits)
                    approved.add(event.case)
        assert len(decided) == len(set(decided))
        assert set(decided) == {case.index for case in self.current.cases if case.state is CaseState.DECIDED}
        assert approved == {case.index for case in self.current.cases if case.approved}

    @invariant()
    def closed_once_and_only_when_all_is_decided(self):
        closings = [event for event in self.log if isinstance(event, ApplicationClosed)]
        all_decided = all(case.state is CaseState.DECIDED for case in self.current.cases)
        assert len(closings) == (1 if all_decided else 0)
        assert (self.current.closed_at is not None) == all_decided
        if closings:
            assert self.log[-1] is closings[0]

    @invariant()
    def a_conclusion_stands_on_the_content_it_relied_on_and_waits_only_for_what_is_open(self):
        for case in self.current.cases:
            if case.state is CaseState.CONCLUDED or case.approved:
                assert case.conclusion.relied_on == tuple((i, self.current.case(i).content) for i in case.awaits)
            if case.state is CaseState.CONCLUDED:
                assert case.conclusion.outcome is APPROVED
                assert self.current.waits_for(case) != ()
                assert not any(self.current.case(i).denied for i in case.awaits)

    @invariant()
    def what_was_signed_is_what_stands_until_it_goes_back(self):
        content = dict(enumerate(self.log[0].contents, start=1))
        signed = {}
        for event in self.log:
            match event:
                case DecisionSigned():
                    content.update(event.contents)
                    signed[event.case] = content[event.case]
                case ConclusionReturned():
                    del signed[event.case]
        assert {i: content[i] for i in signed} == signed
        assert {case.index: case.content for case in self.current.cases} == content

    @invariant()
    def review_never_waits_for_another_case(self):
        for case in self.current.cases:
            if case.state is not CaseState.ACCEPTED:
                continue
            for desk in case.missing_opinions:
                assert give(self.current, case.index, desk)[0].case == case.index
            if not case.missing_opinions:
                signed, decided, *_ = conclude(self.current, case.index, DENIED, by="third")
                assert (signed.case, decided.case, decided.outcome) == (case.index, case.index, DENIED)
                if not any(self.current.case(i).denied for i in case.awaits):
                    assert conclude(self.current, case.index, APPROVED, by="third")[0].case == case.index

    def teardown(self):
        """From wherever this life came to, doing what is open closes the application."""
        if hasattr(self, "current"):
            assert fold(finish(self.current), onto=self.current).closed_at is not None


def is_a_sentence_for_a_clerk(refusal):
    assert re.fullmatch(r"[^。]*[\u4e00-\u9fff][^。]*。(?:[^。]+。)?", str(refusal)), str(refusal)
    assert re.search("请|无需|不能再次", str(refusal)), str(refusal)
    assert type(refusal).code != Refused.code


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


# --- Single lives -----------------------------------------------------------------------------------------------------


def lived(application, *acts):
    """The events of these acts one after the other, and what they lead to."""
    happened = ()
    for act in acts:
        happened = act(application)
        application = fold(happened, onto=application)
    return happened, application


def approve(index, **contents):
    return lambda application: conclude(
        application, index, APPROVED, contents={int(case[1:]): content for case, content in contents.items()}
    )


def deny(index):
    return lambda application: conclude(application, index, DENIED)


def test_the_last_certificate_awaited_releases_all_that_waited_in_one_act():
    happened, application = lived(accepted(CHAIN), approve(3), approve(2), approve(1))

    assert [(event.case, event.by, event.released_by) for event in happened[1:]] == [
        (1, "first", "first"),
        (2, "first", SYSTEM),
        (3, "first", SYSTEM),
    ]
    assert [case.approved for case in application.cases] == [True, True, True, False]


def test_a_denial_sends_back_those_who_waited_for_it_and_nobody_else():
    happened, application = lived(accepted(CHAIN), approve(2), approve(3), approve(4), deny(1))

    assert happened[1:] == (
        CaseDecided(1, DENIED, "first", "first", NINE),
        ConclusionReturned(2, 1, ReturnCause.AWAITED_DENIED, NINE),
    )
    assert [case.state for case in application.cases] == ["decided", "accepted", "concluded", "decided"]
    assert application.case(2).returned is ReturnCause.AWAITED_DENIED


def test_content_fixed_otherwise_sends_back_those_who_relied_on_it():
    happened, application = lived(accepted(CHAIN), approve(2), approve(3), approve(1, c1="new"))

    assert happened[0].contents == ((1, "new"),)
    assert happened[1:] == (
        ConclusionReturned(2, 1, ReturnCause.CONTENT_CHANGED, NINE),
        CaseDecided(1, APPROVED, "first", "first", NINE),
    )
    assert application.case(3).state is CaseState.CONCLUDED


def test_content_fixed_otherwise_sends_back_those_far_off_whose_own_content_changes():
    happened, _ = lived(accepted(CHAIN), approve(2), approve(3), approve(1, c1="new", c3="newer"))

    assert [event.case for event in happened if isinstance(event, ConclusionReturned)] == [2, 3]


def test_what_was_signed_before_another_content_is_signed_again_and_relies_on_the_new_one():
    _, application = lived(accepted(CHAIN), approve(2), approve(1, c1="new", c2="newer"), approve(2))

    assert application.case(2).approved
    assert application.case(2).conclusion.relied_on == ((1, "new"),)
    assert application.case(2).content == "newer"


def test_a_decided_case_keeps_the_content_that_was_signed():
    _, application = lived(accepted(CHAIN), deny(2), approve(1, c1="new", c2="newer", c3="newest"))

    assert [case.content for case in application.cases] == ["new", "b as applied for", "newest", "d as applied for"]


def test_no_conclusion_changes_what_does_not_wait_for_it():
    happened, application = lived(accepted(CHAIN), approve(1), approve(3), approve(2, c1="x", c2="new", c4="x"))

    assert happened[0].contents == ((2, "new"),)
    assert happened[0].relied_on == ((1, "a as applied for"),)
    assert [case.content for case in application.cases] == [
        "a as applied for",
        "new",
        "c as applied for",
        "d as applied for",
    ]


def test_what_is_signed_names_the_content_that_stands_and_the_same_instant_alike_everywhere():
    application = accepted(CHAIN)
    confused = {1: "x", 2: "new", 3: "x", 4: "x"}

    said = [
        review.statement(application, 2, outcome=APPROVED, contents=confused, by="first", at=at)
        for at in (NINE, NINE.astimezone(timezone(timedelta(hours=8))))
    ]

    assert said[0] == said[1]
    assert said[0] == {
        "application": application.number,
        "case": 2,
        "matter": "b",
        "outcome": "approved",
        "content": "new",
        "relied_on": [[1, "a as applied for"]],
        "by": "first",
        "at": "2026-03-02T01:00:00+00:00",
    }


def refusals():
    desks = [Spec("a", opinion_desks=("甲岗",)), Spec("b", needs=("a",), joint=(SubjectRole.COUNTERPARTY,))]
    new = handed_in(desks)
    plain, opined = accepted(CHAIN), accepted(desks)
    _, objected = lived(opined, lambda a: give(a, 1, "甲岗", verdict=Verdict.OBJECT))
    _, with_opinion = lived(opined, lambda a: give(a, 1, "甲岗"))
    _, denied = lived(plain, deny(1))
    return [
        ("没有第 7 个办件，只有 2 个", lambda: give(new, 7, "甲岗")),
        ("没有第 0 个办件", lambda: conclude(new, 0, APPROVED)),
        ("您不是该办件的共同申请人", lambda: confirm(new, 1, SubjectRole.COUNTERPARTY)),
        ("您不是该办件的共同申请人", lambda: confirm(new, 2, SubjectRole.SHIP)),
        ("第 1 个办件尚未受理", lambda: give(new, 1, "甲岗")),
        ("不能签署结论：第 1 个办件尚未受理", lambda: conclude(new, 1, APPROVED)),
        ("第 2 个办件等待共同申请人确认", lambda: accept(opined)),
        ("没有等待受理的办件，无需再次受理", lambda: accept(plain)),
        ("“乙岗”不参与第 1 个办件的会审", lambda: give(opined, 1, "乙岗")),
        ("意见已经提交。需要更正的，请决定岗位退回", lambda: give(with_opinion, 1, "甲岗")),
        ("不同意时必须写明理由", lambda: give(opined, 1, "甲岗", verdict=Verdict.OBJECT, reason=None)),
        ("甲岗不同意，批准时必须写明不采纳的理由", lambda: conclude(objected, 1, APPROVED, reason=None)),
        ("还缺甲岗的意见", lambda: conclude(opined, 1, APPROVED)),
        ("由“决定岗”作出结论，不是“甲岗”", lambda: conclude(with_opinion, 1, APPROVED, desk="甲岗")),
        ("由您受理，受理人不能作决定", lambda: conclude(plain, 1, APPROVED, by="clerk")),
        ("不予批准时必须写明理由", lambda: conclude(plain, 1, DENIED, reason=None)),
        ("所需的第 1 个办件未获批准或已终止", lambda: conclude(denied, 2, APPROVED)),
        ("结论已经签署。尚未生效而需要更正的，请先收回", lambda: conclude(denied, 1, APPROVED)),
    ]


@pytest.mark.parametrize(("words", "act"), refusals())
def test_a_refusal_says_why_and_what_to_do(words, act):
    with pytest.raises(Refused, match=words) as refusal:
        act()

    is_a_sentence_for_a_clerk(refusal.value)


def test_a_denial_says_why():
    with pytest.raises(ReasonMissing, match="不予批准时必须写明理由"):
        conclude(accepted(CHAIN), 1, DENIED, reason=None)
