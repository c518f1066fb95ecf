"""Asked for, answered, taken back, ended by submission: what a pre-review may say, and by when."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.domain.strategies import Spec, build
from tongban.casework import rules
from tongban.catalogue import calendars
from tongban.domain import plan, prereview
from tongban.domain.catalogue import Condition, Source, SourceKind, SubjectRole
from tongban.domain.clock import Lamp, Limit, Unit, day_of
from tongban.domain.events import Participant, Readiness, Remark, Target, TargetKind
from tongban.domain.prereview import (
    AlreadyOpen,
    Asked,
    Contradictory,
    NoSuchPreReview,
    NoTarget,
    NotOpen,
    RemarkedTwice,
    State,
    TooOften,
)
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Notice

CALENDAR = calendars.load()
COMPOSED = Source(SourceKind.COMPOSED)
RULES = rules.of_region("130000")
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
HOLDER = "org:91130209MA0TB10143"
SPECS = (
    Spec("a", materials=("x", "y"), elements=("name", "length")),
    Spec("b", materials=("y", "z"), elements=("name",), needs=("a",)),
)


def seal(text):
    return Sealed(HOLDER, text)


def catalogue_of(specs):
    catalogue, bundle = build(specs)
    conditions = (Condition("有船舶", COMPOSED), Condition("有住所", COMPOSED))
    standards = {code: replace(standard, conditions=conditions) for code, standard in catalogue.standards.items()}
    return replace(catalogue, standards=standards), bundle


CATALOGUE, BUNDLE = catalogue_of(SPECS)
PLANNED = plan.derive(CATALOGUE, BUNDLE, {})
TARGETS = tuple(sorted(prereview.targets(CATALOGUE, PLANNED), key=prereview.field_of))
NAME = Target(TargetKind.ELEMENT, "name")
FULL_NAME = (Remark(NAME, seal("请写全称")),)
SHIP = Target(TargetKind.CONDITION, "1", "a")
DRAFT = Asked(
    draft="draft",
    holder=HOLDER,
    region="130209",
    hall="hall",
    participants=(Participant(SubjectRole.HOLDER, HOLDER),),
    planned=PLANNED,
    missing=(),
    snapshot=seal("as it stands"),
)


def request(before=None, *, at=NINE, rules=RULES, **changes):
    asked = replace(DRAFT, **changes)
    return prereview.request(before, asked, rules=rules, calendar=CALENDAR, today=day_of(at), by="agent", at=at)


def requested(before=None, **changes):
    return prereview.fold(request(before, **changes), onto=before)


def answer(before, number=1, readiness=Readiness.MEND, remarks=FULL_NAME):
    return prereview.answer(
        before, number, targets=TARGETS, readiness=readiness, remarks=tuple(remarks), by="clerk", at=NINE
    )


def answered(before, number=1, **said):
    return prereview.fold(answer(before, number, **said), onto=before)


def withdrawn(before, number=1):
    return prereview.fold(prereview.withdraw(before, number, by="agent", at=NINE), onto=before)


# --- by when ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_on", "days", "due_on"),
    [
        (date(2026, 3, 2), 2, date(2026, 3, 4)),  # Monday to Wednesday
        (date(2026, 3, 6), 2, date(2026, 3, 10)),  # over a weekend
        (date(2026, 3, 7), 2, date(2026, 3, 10)),  # asked on a Saturday: counted from it all the same
        (date(2026, 3, 2), 0, date(2026, 3, 2)),  # on the same day
        # 国办发明电〔2025〕7号: 15 to 23 February 2026 off, Saturdays 14 and 28 February worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # the worked Saturday, then over the Spring Festival
        (date(2026, 2, 14), 2, date(2026, 2, 25)),  # asked on the worked Saturday
        (date(2026, 2, 17), 2, date(2026, 2, 25)),  # asked within the festival
        (date(2026, 2, 26), 2, date(2026, 2, 28)),  # due on the worked Saturday
        (date(2026, 9, 30), 2, date(2026, 10, 9)),  # over the National Day
    ],
)
def test_an_answer_is_due_within_the_days_of_the_region(asked_on, days, due_on):
    due = prereview.due_of(Limit(days, Unit.WORKING), requested_on=asked_on, calendar=CALENDAR)

    assert (due.day, due.provisional) == (due_on, False)


def test_beyond_the_published_calendar_the_day_is_provisional():
    asked = requested(at=datetime(2026, 12, 31, 1, tzinfo=UTC)).last

    assert (asked.due_on, asked.provisional) == (date(2027, 1, 5), True)


@pytest.mark.parametrize(
    ("rests", "due_on"),
    [
        ((), date(2027, 1, 5)),  # as worked out before, and provisional no more
        ((date(2027, 1, 4),), date(2027, 1, 6)),
        ((date(2027, 1, 4), date(2027, 1, 5)), date(2027, 1, 7)),
    ],
)
def test_a_notice_that_comes_late_moves_an_open_request_once(rests, due_on):
    before = requested(at=datetime(2026, 12, 31, 1, tzinfo=UTC))
    late = published(*rests)

    moved = prereview.fold(prereview.project(before, calendar=late, at=NINE), onto=before)

    assert (moved.last.due_on, moved.last.provisional, moved.last.calendar) == (due_on, False, late.version)
    assert prereview.project(moved, calendar=late, at=NINE) == ()


def test_a_notice_leaves_alone_what_is_closed_and_what_it_does_not_touch():
    withdrawn_late = withdrawn(requested(at=datetime(2026, 12, 31, 1, tzinfo=UTC)))

    for before in (withdrawn_late, requested()):
        assert prereview.project(before, calendar=published(date(2027, 1, 4)), at=NINE) == ()


def published(*rests):
    """A calendar in which 2027 is published: the statutory festivals and these days off."""
    festivals = frozenset(day for day in calendars.festivals() if day.year == 2027)
    return calendars.of([*calendars.packaged(), Notice(2027, rest=festivals | set(rests), make_up=frozenset())])


def test_a_request_at_night_counts_from_the_day_in_china():
    asked = requested(at=datetime(2026, 3, 2, 17, 30, tzinfo=UTC)).last  # half past one on the third

    assert asked.due_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("today", "lamp"),
    [
        (date(2026, 3, 2), Lamp.GREEN),
        (date(2026, 3, 3), Lamp.GREEN),
        (date(2026, 3, 4), Lamp.YELLOW),
        (date(2026, 3, 5), Lamp.RED),
        (date(2027, 3, 5), Lamp.RED),  # whatever comes later: no limit of the law has passed
    ],
)
def test_the_lamp_is_yellow_on_the_last_day_and_then_red(today, lamp):
    assert prereview.lamp(due_on=date(2026, 3, 4), today=today) is lamp


# --- what a remark may point at ---------------------------------------------------------------------------------------


def test_a_remark_may_point_at_whatever_the_standards_ask_for():
    assert set(TARGETS) == {
        *(Target(TargetKind.ELEMENT, code) for code in ("name", "length")),
        *(Target(TargetKind.MATERIAL, code) for code in ("x", "y", "z")),
        *(Target(TargetKind.CONDITION, place, matter) for matter in ("a", "b") for place in ("1", "2")),
    }
    assert len(TARGETS) == 9


def test_a_certificate_needed_from_outside_may_be_remarked_on():
    alone = plan.derive(CATALOGUE, BUNDLE, {}, only=["b"])

    found = prereview.targets(CATALOGUE, alone)

    assert Target(TargetKind.MATERIAL, "C-a") in found
    assert Target(TargetKind.CONDITION, "1", "a") not in found


@pytest.mark.parametrize(
    "target",
    [
        Target(TargetKind.MATERIAL, "w"),
        Target(TargetKind.ELEMENT, "x"),
        Target(TargetKind.CONDITION, "3", "a"),
        Target(TargetKind.CONDITION, "0", "a"),
        Target(TargetKind.CONDITION, "1"),
        Target(TargetKind.CONDITION, "1", "c"),
        Target(TargetKind.MATERIAL, "x", "a"),
    ],
)
def test_a_remark_without_a_target_in_the_version_in_force_is_refused(target):
    with pytest.raises(NoTarget, match="没有指向现行标准要求的材料、数据元或受理条件") as refused:
        answer(requested(), remarks=[Remark(NAME, seal("一")), Remark(target, seal("二"))])

    assert refused.value.field == prereview.field_of(target)


def test_two_remarks_on_one_thing_are_refused():
    with pytest.raises(RemarkedTwice, match="同一项目写了两条意见"):
        answer(requested(), remarks=[Remark(SHIP, seal("一")), Remark(SHIP, seal("二"))])


@pytest.mark.parametrize(
    ("readiness", "remarks", "missing", "sentence"),
    [
        (Readiness.READY, (Remark(NAME, seal("一")),), (), "写了 1 条意见，结果却是“可以提交”"),
        (Readiness.READY, (), (NAME,), "草稿还缺 1 项必填内容或材料，不能认定“可以提交”"),
        (Readiness.MEND, (), (), "却没有写明要改什么"),
    ],
)
def test_a_readiness_that_contradicts_the_rest_is_refused(readiness, remarks, missing, sentence):
    with pytest.raises(Contradictory, match=sentence):
        answer(requested(missing=missing), readiness=readiness, remarks=remarks)


def test_what_gets_no_remark_is_fine():
    ready = answered(requested(), readiness=Readiness.READY, remarks=())

    assert (ready.last.state, ready.last.readiness, ready.last.remarks) == (State.ANSWERED, Readiness.READY, ())


def test_what_is_missing_is_reason_enough_to_mend():
    assert answered(requested(missing=(NAME,)), remarks=()).last.readiness is Readiness.MEND


# --- one at a time, and how often -------------------------------------------------------------------------------------


def test_a_second_request_waits_for_the_first():
    with pytest.raises(AlreadyOpen, match="2026-03-04 前答复"):
        request(requested())


def test_a_draft_is_reviewed_only_so_often():
    twice = answered(requested(answered(requested())), 2)
    third = withdrawn(requested(twice), 3)

    with pytest.raises(TooOften, match="最多预审 3 次，已经用完"):
        request(third)


def test_the_request_keeps_what_is_reviewed():
    asked = requested(missing=(SHIP,)).last

    assert (asked.matters, asked.missing, asked.snapshot) == (("a", "b"), (SHIP,), seal("as it stands"))
    assert (asked.bundle, asked.bundle_version) == (BUNDLE.code, BUNDLE.version)


@pytest.mark.parametrize(
    ("close", "sentence"),
    [
        (answered, "第 1 次预审已经答复"),
        (withdrawn, "申请人已撤回第 1 次预审"),
        (
            lambda before: prereview.fold(prereview.end(before, application="draft", at=NINE), onto=before),
            "申请已经提交，第 1 次预审随之结束",
        ),
    ],
)
def test_what_is_closed_is_neither_answered_nor_taken_back(close, sentence):
    closed = close(requested())

    with pytest.raises(NotOpen, match=f"未答复：{sentence}"):
        answer(closed)
    with pytest.raises(NotOpen, match=f"未撤回：{sentence}"):
        withdrawn(closed)
    assert prereview.end(closed, application="draft", at=NINE) == ()


@pytest.mark.parametrize("number", [0, 2, -1])
def test_an_answer_to_a_request_that_was_never_made_is_refused(number):
    with pytest.raises(NoSuchPreReview):
        answer(requested(), number)


def test_an_answer_meant_for_an_earlier_request_is_refused():
    asked_anew = requested(withdrawn(requested()))

    with pytest.raises(NotOpen, match="已撤回第 1 次预审"):
        answer(asked_anew, 1)


def test_handing_in_ends_what_is_open():
    ended = prereview.fold(prereview.end(requested(), application="draft", at=NINE), onto=requested())

    assert (ended.open, ended.last.state, ended.last.closed_at) == (None, State.ENDED, NINE)


def test_another_life_has_no_place_here():
    with pytest.raises(ValueError, match="is no event of a pre-review"):
        prereview.apply(requested(), requested)


# --- any order --------------------------------------------------------------------------------------------------------


class Asking(RuleBasedStateMachine):
    """Applicants ask, hurry, change their minds and hand in; clerks answer late, twice, and about other things."""

    def __init__(self):
        super().__init__()
        self.log = []
        self.current = None
        self.submitted = False
        self.now = NINE

    def _do(self, act):
        try:
            happened = act()
        except Refused as refused:
            assert re.fullmatch(r"[^。]+。[^。]+。", str(refused)), str(refused)
            return
        self.log += happened
        self.current = prereview.fold(happened, onto=self.current)

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.now += timedelta(days=days)

    @precondition(lambda self: not self.submitted)
    @rule(missing=st.sets(st.sampled_from(TARGETS), max_size=2))
    def ask(self, missing):
        self._do(lambda: request(self.current, at=self.now, missing=tuple(missing)))

    @precondition(lambda self: self.current)
    @rule(
        number=st.integers(0, 4),
        readiness=st.sampled_from(Readiness),
        places=st.lists(st.integers(0, len(TARGETS)), max_size=3),
    )
    def answer(self, number, readiness, places):
        aims = (*TARGETS, Target(TargetKind.MATERIAL, "nothing"))
        said = [Remark(aims[place], seal("意见")) for place in places]
        self._do(lambda: answer(self.current, number or len(self.current.rounds), readiness, said))

    @precondition(lambda self: self.current)
    @rule(number=st.integers(0, 4))
    def take_back(self, number):
        self._do(lambda: prereview.withdraw(self.current, number or len(self.current.rounds), by="agent", at=self.now))

    @precondition(lambda self: not self.submitted)
    @rule()
    def hand_in(self):
        """Whatever the hall says or does not say, nothing stands in the way."""
        if self.current:
            self._do(lambda: prereview.end(self.current, application="draft", at=self.now))
        self.submitted = True

    @invariant()
    def the_value_is_what_its_events_add_up_to(self):
        assert not self.log or prereview.fold(self.log) == self.current

    @invariant()
    def one_request_at_most_is_open_and_it_is_the_last(self):
        rounds = self.current.rounds if self.current else ()
        assert all(one.state is not State.OPEN for one in rounds[:-1])
        assert [one.number for one in rounds] == list(range(1, len(rounds) + 1))
        assert len(rounds) <= RULES.pre_reviews

    @invariant()
    def nothing_is_open_once_the_draft_was_handed_in(self):
        assert not (self.submitted and self.current and self.current.open)

    @invariant()
    def every_remark_has_its_target_and_every_readiness_its_ground(self):
        for one in self.current.rounds if self.current else ():
            aims = [remark.target for remark in one.remarks]
            assert set(aims) <= set(TARGETS) and len(set(aims)) == len(aims)
            if one.readiness:
                assert (one.readiness is Readiness.READY) == (not one.remarks and not one.missing)
            assert (one.readiness is None) == (one.state is not State.ANSWERED)
            assert (one.closed_at is None) == (one.state is State.OPEN)
            assert one.due_on > day_of(one.requested_at)


TestAsking = Asking.TestCase
TestAsking.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
