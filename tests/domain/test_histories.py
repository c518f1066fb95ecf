"""Thousands of steps of random histories: after each one, everything that must always hold does.

The counts at the end say how often each act was accepted; an act that hardly ever happened was not tried.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.domain import invariants
from tests.domain.acts import ACTS
from tests.domain.applications import CALENDAR
from tests.domain.histories import REGIONS, STARTS, History, Place
from tests.domain.strategies import Spec
from tests.domain.test_review import is_a_sentence_for_a_clerk
from tongban.domain.application import fold
from tongban.domain.catalogue import MatterType, Regime, SubjectRole
from tongban.domain.events import (
    SYSTEM,
    CaseAccepted,
    CaseDecided,
    CaseLapsed,
    ConsentDeemed,
    DeferralLapsed,
    DeferralReminded,
    LapseCause,
    SupervisionOpened,
    SupervisionRule,
)
from tongban.domain.refused import Refused
from tongban.domain.workdays import ONE_DAY

LEAST_STEPS = 10_000
LEAST_OF_EACH = 50

done: Counter[str] = Counter()
"""How often each act was accepted, over all histories of this run."""
automatic: Counter[str] = Counter()
"""How often each thing happened by itself."""

LICENCE = (Regime.LICENCE, MatterType.LICENCE)
KINDS = (
    LICENCE,
    LICENCE,
    (Regime.COMMITMENT, MatterType.LICENCE),
    (Regime.FILING, MatterType.OTHER_POWER),
    (Regime.SILENT_CONSENT, MatterType.LICENCE),
    (Regime.LICENCE, MatterType.CONFIRMATION),
)
SHAPES = (
    (Spec("a", materials=("x", "y")), Spec("b", needs=("a",), materials=("x", "z")), Spec("c", materials=("y",))),
    (Spec("a"), Spec("b", needs=("a",), materials=("x",)), Spec("c", needs=("b",)), Spec("d", needs=("a",))),
    (Spec("a", materials=("x",), days=3, statutory=5), Spec("b", materials=("x", "w"))),
)
DESKS = ((), ("甲岗",), ("甲岗", "乙岗"))


class Histories(RuleBasedStateMachine):
    @initialize(start=st.sampled_from(STARTS), data=st.data())
    def begin(self, start, data):
        self.history = History()
        self.history.today = start
        for _ in range(data.draw(st.integers(1, 2))):
            self._hand_in(data)

    def _hand_in(self, data):
        specs = data.draw(st.sampled_from(SHAPES))
        desks = st.sampled_from(DESKS)
        joint = st.sampled_from([(), (), (), (SubjectRole.COUNTERPARTY,)])
        drawn = [Spec(**{**_of(spec), "opinion_desks": data.draw(desks), "joint": data.draw(joint)}) for spec in specs]
        kinds = [data.draw(st.sampled_from(KINDS)) for _ in specs]
        region = data.draw(st.sampled_from(REGIONS))
        kept = self.history.hand_in(drawn, kinds, region, data.draw(st.integers(0, 2)))
        done["submit"] += 1
        self._hurry(kept, data)

    def _hurry(self, kept, data):
        """Let some applications come far at once, so that what happens late in a life happens often."""
        number = self.history.kept.index(kept)
        for name in data.draw(st.sampled_from(HURRIES)):
            if isinstance(name, int):
                self.history.today += name * ONE_DAY
                continue
            for place in self.history.places(name):
                if place.application == number:
                    self._try(name, place, data)

    @rule(data=st.data())
    def hand_in_another(self, data):
        if len(self.history.kept) < 3:
            self._hand_in(data)

    @rule(days=st.sampled_from([0, 1, 1, 2, 3, 5, 8, 16, 35, 65]))
    def days_pass(self, days):
        self.history.today += days * ONE_DAY

    @rule(data=st.data())
    def somebody_acts(self, data):
        self._act(data)

    @rule(data=st.data())
    def somebody_else_acts(self, data):
        self._act(data)

    @rule()
    def the_watcher_comes(self):
        for place in self.history.places("watch"):
            self._try("watch", place, None)

    @rule(data=st.data(), name=st.sampled_from(sorted(set(ACTS) - {"watch"})))
    def somebody_acts_out_of_turn(self, data, name):
        """Whatever the state: it is done, or refused with a sentence; it never breaks."""
        number = data.draw(st.integers(0, len(self.history.kept) - 1))
        places = [place for place in self.history.places(name) if place.application == number]
        if not places and name in CASE_ACTS:
            case = data.draw(st.integers(1, len(self.history.kept[number].current.cases)))
            self._try(name, Place(number, case, None), data)

    def _act(self, data):
        possible = [(name, place) for name in sorted(ACTS) if name != "watch" for place in self.history.places(name)]
        names = sorted({name for name, _ in possible})
        if not names:
            return
        names = [name for name in names for _ in range(OFTENER.get(name, 1))]
        name = data.draw(st.sampled_from(names))
        self._try(name, data.draw(st.sampled_from([place for each, place in possible if each == name])), data)

    def _try(self, name, place, data):
        before = self.history.kept[place.application].current
        try:
            happened = self.history.do(ACTS[name], place, data)
        except Refused as refusal:
            is_a_sentence_for_a_clerk(refusal)
            return
        if name == "enter_credit":
            self.history.credit.add("credit/1")
        if happened or name != "watch":
            done[name] += 1
        self._count(happened)
        self._look_at(name, place, before, happened)

    def _count(self, happened):
        for event in happened:
            match event:
                case CaseLapsed():
                    automatic[f"lapse: {event.cause}, {event.consequence}"] += 1
                case CaseAccepted(by="system"):
                    automatic["accepted by silence"] += 1
                case ConsentDeemed():
                    automatic["consent by silence"] += 1
                case DeferralReminded():
                    automatic["reminder"] += 1
                case SupervisionOpened():
                    automatic[f"supervision: {event.rule}"] += 1

    def _look_at(self, name, place, before, happened):
        """What an act changed: nothing outside its own branch; and what happens by rule is the watcher's alone."""
        after = self.history.kept[place.application].current
        if name in invariants.WITHIN_THE_CASE:
            invariants.an_act_stays_in_its_branch(before, after, name, [place.case])
        if name == "watch":
            for event in happened:
                if isinstance(event, CaseLapsed | DeferralLapsed):
                    assert hasattr(event, "article")
                if isinstance(event, ConsentDeemed):
                    assert event.article
                if isinstance(event, CaseDecided):
                    assert event.released_by == SYSTEM
        else:
            by_rule = [event for event in happened if isinstance(event, CaseLapsed | ConsentDeemed | SupervisionOpened)]
            if name == "check_spot":
                assert {event.rule for event in by_rule} <= {SupervisionRule.SPOT_CHECK_FAILED}
            else:
                assert not by_rule

    # --- what must always hold ----------------------------------------------------------------------------------------

    def teardown(self):
        """At each step what happened is folded onto what was; read from its beginning, the whole log says the same."""
        for kept in self._kept():
            assert fold(kept.log) == kept.current

    @invariant()
    def what_must_hold_of_an_application_holds(self):
        for kept in self._kept():
            invariants.of(kept.current, {CALENDAR.version: CALENDAR})

    @invariant()
    def nothing_moves_by_itself_twice(self):
        for kept in self._kept():
            invariants.nothing_moves_by_itself_twice(
                kept.current,
                rules=kept.rules,
                calendar=CALENDAR,
                consents=kept.consents,
                today=self.history.today,
                at=self.history.now,
            )

    def _kept(self):
        return self.history.kept if hasattr(self, "history") else []


def _of(spec):
    return {field: getattr(spec, field) for field in spec.__dataclass_fields__}


CASE_ACTS = frozenset(
    {
        "refuse",
        "withdraw",
        "urge",
        "begin_procedure",
        "extend",
        "offer_hearing",
        "request_hearing",
        "hold_hearing",
        "state",
        "verify",
        "order",
        "mend",
        "notice_revocation",
        "revoke",
        "enter_credit",
        "draw",
        "draw_spot",
        "check_spot",
    }
)
DECIDE = ("confirm", "commit", "accept", "give_opinion", "give_opinion", "conclude", "conclude")
HURRIES = (
    (),
    ("confirm",),
    ("confirm", "ask_correction"),
    ("confirm", "defer", "accept"),
    ("confirm", "defer", "accept", 9, "watch"),
    ("confirm", "defer", "accept", 16, "watch"),
    ("confirm", "accept", "give_opinion", "give_opinion"),
    ("confirm", "accept", "offer_hearing", "request_hearing"),
    DECIDE,
    (*DECIDE, "draw"),
    (*DECIDE, "draw_spot"),
    (*DECIDE, "draw_spot", 35),
    (*DECIDE, "draw", 65),
    (*DECIDE, "verify", "order"),
    (*DECIDE, "verify", "order", 20, "notice_revocation"),
    (*DECIDE, "verify", "order", 20, "notice_revocation", 10),
    (*DECIDE, "verify", "order", 20, "notice_revocation", 10, "revoke"),
)
"""What an application has been through when the history begins to watch it; a number lets days pass."""
OFTENER = dict.fromkeys(
    ("answer", "end_procedure", "extend", "hold_hearing", "meet", "mend", "notice_revocation", "request_hearing"), 4
) | {"check_spot": 4, "draw": 12, "take_back": 4, "enter_credit": 24, "revoke": 24, "defer": 4, "send_back": 4}
"""How many times more often an act is chosen that seldom has something to do."""


MOST_ROUNDS = 6
"""Rounds of histories are played until every act was accepted often enough; how often each is, is left to chance."""


@pytest.mark.timeout(1200)
def test_random_histories_keep_what_must_always_hold(capsys):
    machine = Histories.TestCase
    # Not shrunk: a long history takes minutes to shrink; what is printed reproduces it.
    machine.settings = settings(
        max_examples=450,
        stateful_step_count=50,
        deadline=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.generate),
    )
    for _ in range(MOST_ROUNDS):
        machine().runTest()
        if done.total() >= LEAST_STEPS and all(done[name] >= LEAST_OF_EACH for name in ACTS):
            break

    with capsys.disabled():
        print("\n" + "\n".join(f"{count:6d}  {name}" for name, count in sorted((done + automatic).items())))  # noqa: T201
    assert done.total() >= LEAST_STEPS
    assert {name: count for name, count in done.items() if count < LEAST_OF_EACH} == {}
    assert set(done) == {*ACTS, "submit"}
    expected = {
        f"lapse: {LapseCause.CORRECTION}, deemed_withdrawn",
        f"lapse: {LapseCause.CONFIRMATION}, deemed_withdrawn",
    }
    expected |= {f"lapse: {LapseCause.DEFERRAL}, {end}" for end in ("deemed_withdrawn", "acceptance_revoked")}
    expected |= {f"supervision: {one}" for one in SupervisionRule}
    assert expected | {"accepted by silence", "consent by silence", "reminder"} <= set(automatic)
