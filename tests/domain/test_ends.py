"""A certificate is suspended, restored and ended: on which grounds, by which steps, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.applications import CALENDAR, REASON
from tongban.domain import ends, grounds
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes
from tongban.domain.certificate import Status
from tongban.domain.clock import Limit, Unit
from tongban.domain.ends import UNTOUCHED, Held, Standing
from tongban.domain.events import CertificateActNoticed, CertificateEnded, CertificateRestored, CertificateSuspended
from tongban.domain.grounds import GROUNDS, LEADS_TO, Act, Right, UnknownGround
from tongban.domain.refused import Refused

FIVE = Limit(5, Unit.WORKING)
MONDAY = date(2026, 3, 2)
NOW = datetime.combine(MONDAY, time(1), tzinfo=UTC)
SHIPS = Held("1.2.156.3005.2.A.B.1.001.X", "org:91130209MA0TB10143", date(2031, 3, 3))
PERSONS = replace(SHIPS, holder="person:01890000-0000-7000-8000-000000000001")
HE, SHE = "account:1", "account:2"


def after(days: int) -> datetime:
    return NOW + timedelta(days=days)


def notice(standing: Standing = UNTOUCHED, *, ground: str = "fraud", at: datetime = NOW, **changes: Any) -> Standing:
    asked = {"reason": REASON, "statement": FIVE, "calendar": CALENDAR, "by": HE, "at": at} | changes
    return ends.fold(ends.notice(standing, SHIPS, ground=ground, **asked), onto=standing)


def decide(standing: Standing, *, ground: str = "fraud", held: Held = SHIPS, **changes: Any) -> Standing:
    asked = {"reason": REASON, "by": SHE, "signature": "a1", "key": "k1", "at": after(8)} | changes
    return ends.fold(ends.decide(standing, held, ground=ground, **asked), onto=standing)


def say(standing: Standing, at: datetime) -> Standing:
    return ends.fold(ends.state(standing, SHIPS, text=REASON, by="account:9", at=at), onto=standing)


def ask(standing: Standing, at: datetime) -> Standing:
    events = ends.request_hearing(standing, SHIPS, calendar=CALENDAR, by="account:9", at=at)
    return ends.fold(events, onto=standing)


def hear(standing: Standing, at: datetime) -> Standing:
    return ends.fold(ends.hold_hearing(standing, SHIPS, record=REASON, by=HE, at=at), onto=standing)


SUSPENDED = decide(notice(ground="penalty_suspension"), ground="penalty_suspension")


# --- grounds ----------------------------------------------------------------------------------------------------------


def test_each_end_has_its_own_articles():
    cited = {act: {one.article[:9] for one in GROUNDS if one.act is act and one.article} for act in Act}

    assert cited == {
        Act.SUSPEND: {"行政处罚法第九条第"[:9]},
        Act.RESTORE: set(),
        Act.WITHDRAW: {"行政许可法第八条第"[:9]},
        Act.ANNUL: {"行政许可法第六十九"[:9]},
        Act.REVOKE: {"行政处罚法第九条第"[:9]},
        Act.CANCEL: {"行政许可法第七十条"[:9]},
    }


def test_a_hearing_is_a_right_where_a_licence_is_revoked_and_nobody_else_is_heard_without_need():
    assert [one.code for one in GROUNDS if one.hearing is Right.ALWAYS] == ["penalty_revocation"]
    assert {one.act for one in GROUNDS if one.heard} == {Act.SUSPEND, Act.WITHDRAW, Act.ANNUL, Act.REVOKE}
    assert {one.hearing for one in GROUNDS if not one.heard} == {Right.NEVER}


@pytest.mark.parametrize(
    ("held", "day", "offered"),
    [
        (SHIPS, MONDAY, ["body_dissolved", "force_majeure", "otherwise_cancelled", "holder_asked", "replaced"]),
        (PERSONS, MONDAY, ["holder_gone", "force_majeure", "otherwise_cancelled", "holder_asked", "replaced"]),
        (
            SHIPS,
            date(2031, 3, 3),
            ["term_over", "body_dissolved", "force_majeure", "otherwise_cancelled", "holder_asked", "replaced"],
        ),
    ],
)
def test_a_ground_is_for_whom_the_law_names(held, day, offered):
    found = ends.to_decide(UNTOUCHED, held, at=datetime.combine(day, time(1), tzinfo=UTC))

    assert [one.code for one in found] == offered


OVER = datetime(2031, 3, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("held", [SHIPS, PERSONS, replace(SHIPS, valid_until=None)])
@pytest.mark.parametrize("at", [after(8), OVER])
@pytest.mark.parametrize(
    "standing",
    [
        UNTOUCHED,
        SUSPENDED,
        notice(),
        notice(ground="law_changed"),
        notice(SUSPENDED, ground="penalty_revocation", at=after(9)),
        decide(notice()),
    ],
)
def test_what_is_offered_is_what_is_not_refused(standing, held, at):
    def allowed(act, **asked):
        return {one for one in GROUNDS if not refuses(act, standing, held, ground=one.code, at=at, **asked)}

    may_notify = allowed(ends.notice, reason=REASON, statement=FIVE, calendar=CALENDAR, by=HE)
    may_decide = allowed(ends.decide, reason=REASON, by=SHE, signature="a1", key="k1")

    assert set(ends.to_notify(standing, held, at=at)) == may_notify
    assert set(ends.to_decide(standing, held, at=at)) == may_decide


def refuses(act, *about, **asked):
    try:
        act(*about, **asked)
    except Refused:
        return True
    return False


# --- steps ------------------------------------------------------------------------------------------------------------


def test_the_holder_is_told_and_somebody_else_decides_when_his_time_to_speak_is_over():
    told = notice()

    assert told.intended and told.intended.statement_due_on == date(2026, 3, 9)
    assert told.status is Status.IN_FORCE
    with pytest.raises(NotNow, match=r"陈述申辩期限 2026-03-09 还没有届满"):
        decide(told, at=after(7))
    assert decide(told, at=after(8)) == Standing(
        Status.ANNULLED, date(2026, 3, 10), "fraud", "行政许可法第六十九条第二款"
    )


def test_once_he_has_spoken_nobody_waits_any_longer():
    told = say(notice(), after(1))

    assert decide(told, at=after(1)).status is Status.ANNULLED


def test_a_hearing_that_may_still_be_asked_for_is_waited_for_and_one_asked_for_is_held():
    told = say(notice(ground="penalty_revocation"), after(1))

    with pytest.raises(NotNow, match="还没有届满"):
        decide(told, ground="penalty_revocation", at=after(2))
    asked = ask(told, after(3))
    assert asked.intended and asked.intended.hearing and asked.intended.hearing.hold_by_on == date(2026, 4, 2)
    with pytest.raises(AlreadyGiven):
        ask(asked, after(4))
    with pytest.raises(NotNow, match="听证还没有举行"):
        decide(asked, ground="penalty_revocation", at=after(20))
    held = hear(asked, after(20))
    with pytest.raises(AlreadyGiven):
        hear(held, after(20))
    assert decide(held, ground="penalty_revocation", at=after(20)).status is Status.REVOKED


def test_a_region_with_fewer_days_to_speak_does_not_shorten_the_right_to_a_hearing():
    told = notice(ground="penalty_revocation", statement=Limit(2, Unit.WORKING))
    unheard = notice(ground="fraud", statement=Limit(2, Unit.WORKING))

    assert told.intended and told.intended.statement_due_on == date(2026, 3, 9)
    assert unheard.intended and unheard.intended.statement_due_on == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("act", "refusal", "sentence"),
    [
        (lambda: notice(reason=None), ReasonMissing, "必须写明拟作处理的事实、理由和依据"),
        (lambda: notice(notice()), AlreadyGiven, "已于 2026-03-02 告知拟撤销"),
        (lambda: notice(ground="holder_asked"), NotNow, "无需事先告知"),
        (lambda: notice(ground="invented"), UnknownGround, "没有这种情形"),
        (lambda: notice(ground="broken_commitment"), UnknownGround, "在原办件中处理"),
        (lambda: notice(SUSPENDED, ground="under_verification"), NotNow, "已经暂停"),
        (lambda: notice(at=datetime(2031, 3, 2, 16, tzinfo=UTC), ground="law_changed"), NotNow, "有效期已满"),
        (lambda: decide(UNTOUCHED), NotNow, "还没有以这种情形告知"),
        (lambda: decide(notice(), ground="beyond_powers"), NotNow, "还没有以这种情形告知"),
        (lambda: decide(notice(), by=HE), SameEyes, "告知人不能作出决定"),
        (lambda: decide(notice(), reason=None), ReasonMissing, "决定必须写明事实、理由和依据"),
        (lambda: decide(UNTOUCHED, ground="suspension_over"), NotNow, "没有暂停"),
        (lambda: decide(UNTOUCHED, ground="term_over"), UnknownGround, "不适用于这张证照"),
        (lambda: decide(UNTOUCHED, ground="holder_gone"), UnknownGround, "不适用于这张证照"),
        (lambda: decide(decide(notice()), ground="holder_asked"), NotNow, r"已于 2026-03-10 撤销，不能再恢复或者改变"),
        (lambda: say(UNTOUCHED, NOW), NotNow, "没有正在进行的处理"),
        (lambda: ask(notice(), NOW), NotNow, "没有告知听证权利"),
        (lambda: ask(notice(hearing=True), after(8)), NotNow, "申请听证的期限 2026-03-09 已过"),
        (lambda: hear(notice(hearing=True), NOW), NotNow, "没有人申请听证"),
    ],
)
def test_what_is_refused_and_why(act, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        act()


def test_what_takes_nothing_away_needs_no_notice():
    assert decide(SUSPENDED, ground="suspension_over", at=after(30)) == UNTOUCHED
    assert decide(UNTOUCHED, ground="holder_asked", at=NOW).status is Status.CANCELLED
    assert decide(UNTOUCHED, ground="term_over", at=datetime(2031, 3, 2, 16, tzinfo=UTC)).status is Status.CANCELLED


def test_what_was_told_can_be_dropped_and_leaves_nothing():
    told = notice(hearing=True)

    dropped = ends.fold(ends.drop(told, SHIPS, reason=REASON, by=HE, at=after(1)), onto=told)

    assert dropped == UNTOUCHED
    with pytest.raises(ReasonMissing):
        ends.drop(told, SHIPS, reason=None, by=HE, at=after(1))


def test_a_revocation_goes_on_while_its_suspension_is_lifted():
    told = notice(SUSPENDED, ground="penalty_revocation", at=after(9))

    restored = decide(told, ground="suspension_over", at=after(10))

    assert (restored.status, restored.intended) == (Status.IN_FORCE, told.intended)


def test_an_approval_taken_back_in_its_case_takes_its_certificate_along_once():
    asked: dict[str, Any] = {
        "ground": "broken_commitment",
        "article": "",
        "reason": REASON,
        "case": "application/1",
        "by": SHE,
        "signature": "a1",
        "key": "k1",
        "at": NOW,
    }
    (ended,) = ends.follow(notice(), SHIPS, **asked)

    assert isinstance(ended, CertificateEnded)
    assert (ended.status, ended.case, ended.on) == (Status.ANNULLED, "application/1", MONDAY)
    assert ends.follow(ends.fold([ended]), SHIPS, **asked) == ()


# --- at random --------------------------------------------------------------------------------------------------------

CODES = st.sampled_from([one.code for one in GROUNDS] + ["invented"])
WHO = st.sampled_from([HE, SHE])
STEPS = st.one_of(
    st.tuples(st.just("notice"), CODES, WHO, st.booleans()),
    st.tuples(st.just("decide"), CODES, WHO),
    st.tuples(st.just("decide the intended"), WHO),
    st.sampled_from([("state",), ("request",), ("hold",), ("drop",)]),
)


def happens(standing: Standing, held: Held, step: tuple[Any, ...], at: datetime) -> Any:
    signed = {"reason": REASON, "signature": "a1", "key": "k1", "at": at}
    match step:
        case "notice", code, by, hearing:
            told = {"reason": REASON, "hearing": hearing, "statement": FIVE, "calendar": CALENDAR}
            return ends.notice(standing, held, ground=code, by=by, at=at, **told)
        case "decide", code, by:
            return ends.decide(standing, held, ground=code, by=by, **signed)
        case "decide the intended", by:
            code = standing.intended.ground if standing.intended else "invented"
            return ends.decide(standing, held, ground=code, by=by, **signed)
        case ("state",):
            return ends.state(standing, held, text=REASON, by="account:9", at=at)
        case ("request",):
            return ends.request_hearing(standing, held, calendar=CALENDAR, by="account:9", at=at)
        case ("hold",):
            return ends.hold_hearing(standing, held, record=REASON, by=HE, at=at)
    return ends.drop(standing, held, reason=REASON, by=HE, at=at)


@settings(max_examples=300, deadline=None)
@given(
    held=st.sampled_from([SHIPS, PERSONS, replace(SHIPS, valid_until=MONDAY + timedelta(days=20))]),
    steps=st.lists(st.tuples(STEPS, st.integers(0, 6)), max_size=25),
)
def test_whatever_is_tried_an_end_is_an_end_and_nothing_is_taken_unheard(held, steps):
    standing, entries, at = UNTOUCHED, [], NOW
    for step, days in steps:
        at += timedelta(days=days)
        try:
            events = happens(standing, held, step, at)
        except Refused:
            continue
        assert not standing.ended
        for event in events:
            if isinstance(event, CertificateSuspended | CertificateRestored | CertificateEnded):
                chosen = grounds.ground(event.ground)
                assert ends.fold([event]).status is LEADS_TO[chosen.act]
                assert event.article == chosen.article
                if chosen.heard:
                    told = next(one for one in reversed(entries) if isinstance(one, CertificateActNoticed))
                    assert (told.ground, told.by != event.by) == (chosen.code, True)
        entries += events
        standing = ends.fold(events, onto=standing)
    assert ends.fold(entries) == standing
