"""Deferral and commitment: what may be promised, until when, and what follows from a broken word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.applications import CALENDAR, NINE, REASON, RULES, accept, accepted, conclude, give, received
from tests.domain.applications import submitted as submission
from tests.domain.strategies import Spec
from tongban.domain import consequences, intake, procedures, promises, watch
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes
from tongban.domain.application import CaseState, fold
from tongban.domain.catalogue import Regime, SubjectRole
from tongban.domain.clock import Unit
from tongban.domain.events import (
    ApprovalRevoked,
    CaseDecided,
    CaseLapsed,
    CommitmentKind,
    ConclusionReturned,
    DeferralGranted,
    HearingHeld,
    HearingRequested,
    LapseConsequence,
    Means,
    Outcome,
    Side,
    StatementMade,
)
from tongban.domain.materials import Basis, Supply, SupplySource

HOLDER = SubjectRole.HOLDER
ALL = replace(RULES, verification_share=100)
UNPAUSED = replace(RULES, deferral_pauses_promise=False)
ONE = (Spec("a", materials=("m", "n")),)
OPINED = (Spec("a", opinion_desks=("甲岗",)),)


def on(day, hour=1):
    return datetime.combine(day, time(hour), tzinfo=UTC)


def go(application, events):
    return fold(events, onto=application)


def promised(specs=ONE, *, cases=(1,), material="m", at=NINE, receive=True):
    application = fold((submission(specs, at=at),))
    application = go(application, defer(application, cases=cases, material=material, at=at))
    return received(application, at=at) if receive else application


def defer(application, *, cases=(1,), material="m", deferrable=True, at=NINE):
    return promises.defer(
        application,
        material=material,
        name=f"材料{material}",
        about=HOLDER,
        cases=cases,
        deferrable=deferrable,
        by="applicant",
        signature="s",
        key="k",
        at=at,
    )


def accept_by(application, rules, *, at, only=()):
    return intake.accept(application, by="clerk", rules=rules, calendar=CALENDAR, today=at.date(), at=at, only=only)


def upload(material="m"):
    return Supply(material, HOLDER, SupplySource.UPLOAD, "digest", Basis.GIVEN)


def meet(application, *materials, on_day, at=None):
    return promises.meet(
        application,
        [upload(material) for material in materials],
        by="applicant",
        calendar=CALENDAR,
        today=on_day,
        at=at or on(on_day),
    )


# --- deferral ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "statutory", "unit", "due_on", "remind_on"),
    [
        # Five working days from acceptance, reminded when two are left.
        (date(2026, 3, 2), 20, Unit.WORKING, date(2026, 3, 9), date(2026, 3, 5)),
        # Over Spring Festival: 13 and the make-up Saturday 14 count, then 24, 25, 26.
        (date(2026, 2, 12), 20, Unit.WORKING, date(2026, 2, 26), date(2026, 2, 24)),
        # Ten natural days end on Sunday 22, in the festival, hence on 24: two working days before are 14 and 24.
        (date(2026, 2, 12), 10, Unit.NATURAL, date(2026, 2, 13), date(2026, 2, 12)),
        # Four working days of limit, two of them to decide: two are left.
        (date(2026, 3, 2), 4, Unit.WORKING, date(2026, 3, 4), date(2026, 3, 2)),
        # Over the National Day, with the make-up Saturday 10 October.
        (date(2026, 9, 28), 20, Unit.WORKING, date(2026, 10, 10), date(2026, 10, 8)),
        # Beyond the published calendar weekends and statutory festivals are known: 1 January does not count.
        (date(2026, 12, 30), 20, Unit.WORKING, date(2027, 1, 7), date(2027, 1, 5)),
    ],
)
def test_the_deadline_is_the_regions_and_leaves_time_to_decide(day, statutory, unit, due_on, remind_on):
    application = promised((Spec("a", statutory=statutory, statutory_unit=unit),), at=on(day))

    (granted,) = [e for e in accept_by(application, UNPAUSED, at=on(day)) if isinstance(e, DeferralGranted)]

    assert (granted.due_on, granted.remind_on) == (due_on, remind_on)


@settings(max_examples=200)
@given(
    day=st.dates(date(2025, 1, 2), date(2026, 12, 1)),
    statutory=st.integers(0, 30),
    unit=st.sampled_from(Unit),
    reserve=st.integers(0, 5),
    days=st.integers(0, 15),
)
def test_no_deadline_eats_the_days_reserved_for_deciding(day, statutory, unit, reserve, days):
    rules = replace(UNPAUSED, deferral_reserve_days=reserve, deferral=replace(RULES.deferral, days=days))
    application = promised((Spec("a", statutory=statutory, statutory_unit=unit),), at=on(day))

    try:
        events = accept_by(application, rules, at=on(day))
    except promises.DeferralNotAllowed:
        return

    (granted,) = [e for e in events if isinstance(e, DeferralGranted)]
    limit = go(application, events).case(1).statutory_due_on
    left = sum(
        CALENDAR.counts(granted.due_on + timedelta(days=n), provisional=True)
        for n in range(1, (limit - granted.due_on).days + 1)
    )
    assert day < granted.due_on <= limit
    assert left >= reserve
    assert day <= granted.remind_on <= granted.due_on


def test_no_case_is_accepted_with_a_deferral_that_leaves_no_day():
    application = promised((Spec("a", statutory=2),))

    with pytest.raises(promises.DeferralNotAllowed, match="法定时限所剩无几"):
        accept(application)


def test_the_nearest_limit_of_all_cases_counts():
    application = promised((Spec("a", materials=("m",)), Spec("b", statutory=4, materials=("m",))), cases=(1, 2))

    (granted,) = [e for e in accept(application) if isinstance(e, DeferralGranted)]

    assert granted.due_on == date(2026, 3, 4)


def test_the_promise_alone_pauses_and_only_where_the_region_says_so():
    application = promised((Spec("a", days=5),))

    paused = go(application, accept_by(application, RULES, at=NINE)).case(1)
    running = go(application, accept_by(application, UNPAUSED, at=NINE)).case(1)

    assert (paused.promised_due_on, paused.statutory_due_on) == (None, date(2026, 3, 30))
    assert (running.promised_due_on, running.statutory_due_on) == (date(2026, 3, 9), date(2026, 3, 30))


def test_what_comes_in_time_lets_the_promise_run_on():
    application = promised((Spec("a", days=5),))
    application = go(application, accept_by(application, RULES, at=NINE))

    after = go(application, meet(application, "m", on_day=date(2026, 3, 5)))

    # Tuesday and Wednesday, the days that did not count, are added to Monday 9; Thursday counts again.
    assert after.case(1).promised_due_on == date(2026, 3, 11)
    assert after.case(1).statutory_due_on == date(2026, 3, 30)
    assert not after.deferred(after.case(1))


def test_a_case_accepted_later_is_paused_from_its_own_acceptance_and_keeps_the_deadline():
    specs = (Spec("a", materials=("m",)), Spec("b", materials=("m",)))
    application = promised(specs, cases=(1, 2))
    application = go(application, accept_by(application, RULES, at=NINE, only=[1]))
    wednesday = on(date(2026, 3, 4))

    after = go(application, accept_by(application, RULES, at=wednesday, only=[2]))

    assert after.deferrals[0].due_on == date(2026, 3, 9)
    assert after.case(2).state is CaseState.ACCEPTED
    assert (after.case(2).promised_due_on, after.case(2).statutory_due_on) == (None, date(2026, 4, 1))
    met = go(after, meet(after, "m", on_day=date(2026, 3, 6)))
    assert [case.promised_due_on for case in met.cases] == [date(2026, 3, 12), date(2026, 3, 12)]


def test_what_silence_accepted_was_paused_while_the_material_was_missing():
    application = promised((Spec("a", materials=("m",)), Spec("b", materials=("m",))), cases=(1, 2))
    application = go(application, accept_by(application, RULES, at=NINE, only=[1]))
    application = go(application, meet(application, "m", on_day=date(2026, 3, 6)))
    late = date(2026, 3, 10)

    after = go(
        application,
        watch.fall_due(application, rules=RULES, calendar=CALENDAR, consents={}, today=late, at=on(late)),
    )

    assert [case.accepted_on for case in after.cases] == [date(2026, 3, 2), date(2026, 3, 2)]
    assert [case.promised_due_on for case in after.cases] == [date(2026, 3, 12), date(2026, 3, 12)]


def test_a_case_accepted_later_whose_limit_ends_before_the_deadline_must_be_complete():
    specs = (Spec("a", materials=("m",)), Spec("b", statutory=4, materials=("m",)))
    application = promised(specs, cases=(1, 2))
    application = go(application, accept_by(application, UNPAUSED, at=NINE, only=[1]))

    with pytest.raises(promises.DeferralNotAllowed, match="第 2 个办件"):
        accept_by(application, UNPAUSED, at=NINE, only=[2])


def test_what_silence_accepts_gets_a_day_at_least():
    application = promised((Spec("a", statutory=2),))
    late = date(2026, 3, 10)

    events = watch.fall_due(application, rules=RULES, calendar=CALENDAR, consents={}, today=late, at=on(late))

    (granted,) = [e for e in events if isinstance(e, DeferralGranted)]
    assert granted.due_on == date(2026, 3, 11)


@pytest.mark.parametrize("consequence", list(LapseConsequence))
def test_what_does_not_come_ends_the_case_by_the_regions_rule(consequence):
    rules = replace(RULES, deferral_consequence=consequence)
    application = promised()
    application = go(application, accept(application))

    last = watch.fall_due(
        application, rules=rules, calendar=CALENDAR, consents={}, today=date(2026, 3, 9), at=on(date(2026, 3, 9))
    )
    after = watch.fall_due(
        application, rules=rules, calendar=CALENDAR, consents={}, today=date(2026, 3, 10), at=on(date(2026, 3, 10))
    )

    assert not [e for e in last if isinstance(e, CaseLapsed)]
    assert [e.consequence for e in after if isinstance(e, CaseLapsed)] == [consequence]


def test_a_deferral_is_refused():
    application = promised()

    with pytest.raises(promises.DeferralNotAllowed, match="是必要材料"):
        defer(application, material="n", deferrable=False)
    with pytest.raises(AlreadyGiven, match="已经作过容缺承诺"):
        defer(application)
    with pytest.raises(NotNow, match="已经受理"):
        defer(accepted(ONE), material="n")
    with pytest.raises(NotNow, match="已由申请人撤回"):
        withdrawn = go(
            application, intake.withdraw(application, [1], reason=None, by="applicant", calendar=CALENDAR, at=NINE)
        )
        defer(withdrawn, material="n")


def test_a_late_a_needless_and_an_unpromised_supply_are_refused():
    application = promised()
    waiting = go(application, accept(application))

    with pytest.raises(NotNow, match="期限 2026-03-09 已过"):
        meet(waiting, "m", on_day=date(2026, 3, 10))
    with pytest.raises(NotNow, match="不是待补的容缺材料"):
        meet(waiting, "n", on_day=date(2026, 3, 3))
    with pytest.raises(NotNow, match="没有选择文件"):
        meet(waiting, on_day=date(2026, 3, 3))
    over = go(waiting, intake.withdraw(waiting, [1], reason=None, by="applicant", calendar=CALENDAR, at=NINE))
    with pytest.raises(NotNow, match="都已办结或终止"):
        meet(over, "m", on_day=date(2026, 3, 3))


def test_no_approval_before_the_material_is_there_but_a_denial():
    application = promised()
    application = go(application, accept(application))

    with pytest.raises(NotNow, match="容缺材料还没有补齐"):
        conclude(application, 1, Outcome.APPROVED)
    assert [type(e) for e in conclude(application, 1, Outcome.DENIED)][-1] is CaseDecided


# --- commitment -------------------------------------------------------------------------------------------------------


def commit(application, *, index=1, kind=CommitmentKind.PROOF, materials=("m",), committable=("m",), **changes):
    return promises.commit(
        application,
        index,
        **(
            {
                "kind": kind,
                "materials": materials,
                "committable": committable,
                "rules": ALL,
                "by": "applicant",
                "signature": "s",
                "key": "k",
                "at": NINE,
            }
            | changes
        ),
    )


def committed(specs=ONE, **changes):
    application = fold((submission(specs),))
    return received(go(application, commit(application, **changes)))


def licence():
    application = fold((submission(OPINED),))
    cases = tuple(replace(case, regime=Regime.COMMITMENT) for case in application.cases)
    application = replace(application, cases=cases)
    return received(go(application, commit(application, kind=CommitmentKind.LICENCE, materials=())))


def approved(rules=ALL, specs=ONE, **changes):
    application = committed(specs, **changes)
    application = go(application, accept(application))
    events = conclude(application, 1, Outcome.APPROVED)
    application = go(application, events)
    return go(application, promises.after_decisions(application, events, rules=rules, calendar=CALENDAR, at=NINE))


def verify(application, *, kept=False, by="officer", rules=ALL, means=Means.DOCUMENT, at=NINE, **changes):
    asked = {"findings": REASON} | changes
    return promises.verify(application, 1, kept=kept, means=means, rules=rules, by=by, at=at, **asked)


def broken(**changes):
    application = approved(**changes)
    return go(application, verify(application))


def order(application, *, at=NINE, reason=REASON):
    return promises.order(application, 1, reason=reason, rules=ALL, calendar=CALENDAR, by="officer", at=at)


def ordered(**changes):
    application = broken(**changes)
    return go(application, order(application))


def notice(application, *, at, hearing=False, reason=REASON):
    return promises.notice_revocation(
        application, 1, reason=reason, hearing=hearing, rules=ALL, calendar=CALENDAR, by="officer", at=at
    )


AFTER_ORDER = on(date(2026, 3, 17))
AFTER_STATEMENT = on(date(2026, 3, 25))


def noticed(*, hearing=False, **changes):
    application = ordered(**changes)
    return go(application, notice(application, at=AFTER_ORDER, hearing=hearing))


def revoke(application, *, at=AFTER_STATEMENT, by="head", reason=REASON, heard_until=None):
    signed = {"by": by, "signature": "s", "key": "k", "at": at}
    return promises.revoke(application, 1, reason=reason, article="", heard_until=heard_until, **signed)


def enter(application, *, item="FALSE-COMMITMENT"):
    return promises.enter_credit(
        application, 1, item=item, entry="credit/1", party="org:holder", rules=ALL, at=AFTER_STATEMENT
    )


def test_a_commitment_is_refused():
    application = fold((submission(ONE),))
    excluded = replace(ALL, exclusions=(replace(RULES.exclusions[0], matter="a"),))

    for words, changes in {
        "不适用告知承诺": {"rules": excluded},
        "尚未修复的失信记录": {"barred": "作出不实承诺"},
        "不实行告知承诺制": {"kind": CommitmentKind.LICENCE, "materials": ()},
        "没有选择": {"materials": ()},
        "n 不能以承诺代替": {"materials": ("m", "n")},
    }.items():
        with pytest.raises(promises.CommitmentNotAllowed, match=words):
            commit(application, **changes)
    with pytest.raises(AlreadyGiven):
        commit(committed())
    with pytest.raises(NotNow, match="已经在办理"):
        commit(accepted(ONE))


def test_whoever_commits_for_a_licence_is_decided_on_the_spot_by_one_pair_of_eyes():
    application = licence()
    application = go(application, accept(application, by="clerk"))

    with pytest.raises(NotNow, match="当场决定，无需征求意见"):
        give(application, 1, "甲岗")
    after = go(application, conclude(application, 1, Outcome.APPROVED, by="clerk"))

    assert after.case(1).approved


def test_whoever_takes_his_commitment_back_goes_the_ordinary_route():
    application = licence()
    application = go(application, accept(application, by="clerk"))

    after = go(application, promises.take_back(application, 1, by="applicant", at=NINE))

    assert not after.case(1).on_the_spot
    with pytest.raises(NotNow, match="还缺甲岗的意见"):
        conclude(after, 1, Outcome.APPROVED)


def take_back(application, *supplies):
    return promises.take_back(application, 1, supplies=supplies, by="applicant", at=NINE)


def test_a_commitment_in_place_of_a_proof_is_taken_back_against_the_proof():
    application = committed()

    after = go(application, take_back(application, upload()))

    assert after.case(1).proceedings.commitment is None
    assert next(one for one in after.supplies if one.material == "m").source is SupplySource.UPLOAD


def test_taking_back_is_refused():
    application = committed()

    with pytest.raises(NotNow, match="须同时提交所承诺的证明（m）"):
        take_back(application)
    with pytest.raises(NotNow, match="承诺不能代替"):
        take_back(application, Supply("m", HOLDER, SupplySource.COMMITMENT, "", Basis.COMMITMENT))
    with pytest.raises(NotNow, match="只能提交所承诺的证明"):
        take_back(application, upload(), upload("n"))
    with pytest.raises(NotNow, match="没有作告知承诺"):
        take_back(accepted(ONE), upload())
    with pytest.raises(NotNow, match="已经作出决定"):
        take_back(approved(), upload())
    found = go(application, accept(application))
    found = go(found, verify(found))
    with pytest.raises(NotNow, match="已经核查"):
        take_back(found, upload())


@pytest.mark.parametrize(
    ("decided", "days", "unit", "due_on"),
    [
        (date(2026, 3, 2), 60, Unit.NATURAL, date(2026, 5, 6)),  # 1 May is Labour Day, a holiday until 5 May
        (date(2026, 2, 12), 5, Unit.WORKING, date(2026, 2, 26)),  # over Spring Festival
        (date(2026, 3, 2), 10, Unit.NATURAL, date(2026, 3, 12)),
        (date(2026, 9, 15), 10, Unit.NATURAL, date(2026, 9, 28)),  # 25 September is Mid-Autumn, until 27
    ],
)
def test_a_commitment_is_verified_within_the_regions_term(decided, days, unit, due_on):
    rules = replace(ALL, verification=replace(ALL.verification, days=days, unit=unit))
    application = committed()
    application = go(application, accept(application))
    events = conclude(application, 1, Outcome.APPROVED)
    application = go(application, events)

    (due,) = promises.after_decisions(application, events, rules=rules, calendar=CALENDAR, at=on(decided))

    assert due.due_on == due_on


def test_where_a_sample_is_verified_nobody_picks():
    sampled = replace(ALL, verification_share=20)
    application = approved(rules=sampled)

    with pytest.raises(NotNow, match="请先公开抽取"):
        verify(application, rules=sampled)
    assert verify(application, rules=sampled, means=Means.SHARING, shared=False)
    drawn = go(application, promises.draw(application, 1, draw="d", chosen=True, at=NINE))
    assert verify(drawn, rules=sampled)
    spared = go(application, promises.draw(application, 1, draw="d", chosen=False, at=NINE))
    with pytest.raises(NotNow, match="没有被抽中"):
        verify(spared, rules=sampled)
    with pytest.raises(NotNow, match="核查或抽取过"):
        promises.draw(spared, 1, draw="e", chosen=True, at=NINE)


@pytest.mark.parametrize(
    ("kept", "means", "shared"),
    [(True, Means.SHARING, False), (False, Means.SHARING, True), (True, Means.DOCUMENT, True)],
)
def test_what_data_sharing_says_binds(kept, means, shared):
    with pytest.raises(NotNow, match="以共享结果为准"):
        verify(approved(), kept=kept, means=means, shared=shared)


def test_verifying_is_refused():
    application = approved()

    with pytest.raises(NotNow, match="没有查到"):
        verify(application, means=Means.SHARING)
    with pytest.raises(ReasonMissing, match="写明核查情况"):
        verify(application, findings=None)
    with pytest.raises(AlreadyGiven, match="已经核查过"):
        verify(broken())
    denied = committed()
    denied = go(denied, accept(denied))
    with pytest.raises(NotNow, match="没有获得批准"):
        verify(go(denied, conclude(denied, 1, Outcome.DENIED)))


def test_an_order_sets_ten_working_days_and_is_given_once():
    application = ordered()

    assert application.case(1).proceedings.commitment.mend_by_on == date(2026, 3, 16)
    with pytest.raises(AlreadyGiven, match="已经责令在 2026-03-16 前整改"):
        order(application)


def test_each_step_wants_the_one_before():
    with pytest.raises(NotNow, match="没有被认定为不实"):
        order(approved())
    with pytest.raises(ReasonMissing):
        order(broken(), reason=None)
    with pytest.raises(NotNow, match="没有责令整改"):
        promises.mend(broken(), 1, by="officer", at=NINE)
    with pytest.raises(NotNow, match="尚未责令整改"):
        notice(broken(), at=AFTER_ORDER)
    with pytest.raises(NotNow, match="期限还没有届满"):
        notice(ordered(), at=on(date(2026, 3, 16)))
    with pytest.raises(ReasonMissing, match="事实、理由和依据"):
        notice(ordered(), at=AFTER_ORDER, reason=None)
    with pytest.raises(AlreadyGiven, match="已经告知"):
        notice(noticed(), at=AFTER_ORDER)
    with pytest.raises(NotNow, match="还没有告知"):
        revoke(ordered())
    with pytest.raises(NotNow, match="没有因违反承诺被撤销"):
        enter(noticed())


def test_what_was_mended_stands():
    application = ordered()
    mended = go(application, promises.mend(application, 1, by="officer", at=NINE))

    assert mended.case(1).approved
    with pytest.raises(NotNow, match="已经整改"):
        notice(mended, at=AFTER_ORDER)


def test_what_was_mended_after_the_notice_needs_no_hearing_and_nobody_waits_for_one():
    application = noticed(hearing=True)
    asked = go(
        application, (HearingRequested(1, Side.APPLICANT, date(2026, 4, 15), "applicant", on(date(2026, 3, 20))),)
    )
    assert watch.wakes_on(asked) == date(2026, 4, 16)

    mended, mended_unasked = (
        go(one, promises.mend(one, 1, by="officer", at=on(date(2026, 3, 23)))) for one in (asked, application)
    )

    assert watch.wakes_on(mended) is None
    with pytest.raises(NotNow, match="已经办结"):
        procedures.request_hearing(
            mended_unasked, 1, side=Side.APPLICANT, calendar=CALENDAR, by="applicant", at=on(date(2026, 3, 24))
        )
    assert not mended_unasked.case(1).may_state


def test_revoking_waits_for_statement_hearing_and_other_eyes():
    application = noticed()
    # Five working days from Tuesday 17.
    assert application.case(1).proceedings.commitment.statement_due_on == date(2026, 3, 24)
    with pytest.raises(NotNow, match="陈述申辩期限 2026-03-24"):
        revoke(application, at=on(date(2026, 3, 24)))
    with pytest.raises(SameEyes, match="由您核查"):
        revoke(application, by="officer")
    with pytest.raises(ReasonMissing):
        revoke(application, reason=None)
    stated = go(application, (StatementMade(1, Side.APPLICANT, REASON, "applicant", on(date(2026, 3, 18))),))
    assert [type(e) for e in revoke(stated, at=on(date(2026, 3, 19)))] == [ApprovalRevoked]


def test_revoking_waits_for_what_was_stated_in_time_where_he_applied():
    application, late = noticed(), on(date(2026, 4, 1))
    for heard_until in (date.min, date(2026, 3, 23)):
        with pytest.raises(NotNow, match="可能已经在那里按时提出"):
            revoke(application, at=late, heard_until=heard_until)
    assert revoke(application, at=late, heard_until=date(2026, 3, 24))
    stated = go(application, (StatementMade(1, Side.APPLICANT, REASON, "applicant", on(date(2026, 3, 18))),))
    assert revoke(stated, at=late, heard_until=date.min)


def test_whoever_may_still_ask_for_a_hearing_is_waited_for():
    application = noticed(hearing=True)
    stated = go(application, (StatementMade(1, Side.APPLICANT, REASON, "applicant", on(date(2026, 3, 18))),))
    with pytest.raises(NotNow, match="还没有届满"):
        revoke(stated, at=on(date(2026, 3, 19)))

    asked = go(stated, (HearingRequested(1, Side.APPLICANT, date(2026, 4, 15), "applicant", on(date(2026, 3, 20))),))
    with pytest.raises(NotNow, match="听证还没有举行"):
        revoke(asked)

    held = go(asked, (HearingHeld(1, REASON, "chair", on(date(2026, 4, 1))),))
    assert revoke(held, at=on(date(2026, 4, 2)))


def test_a_revoked_approval_sends_waiting_ones_back_and_marks_decided_ones():
    specs = (Spec("a", materials=("m",)), Spec("b", needs=("a",)), Spec("c"), Spec("d", needs=("b", "e")), Spec("e"))
    application = noticed(specs=specs)
    for index in (2, 4):
        application = go(application, conclude(application, index, Outcome.APPROVED))
    assert [case.index for case in consequences.relying(application, 1)] == [2]

    events = revoke(application)
    after = go(application, events)

    assert after.case(1).barren
    assert not [e for e in events if isinstance(e, ConclusionReturned)]
    assert [case.index for case in consequences.relying(after, 1)] == [2]


def test_what_waited_for_a_revoked_approval_goes_back():
    specs = (Spec("a", materials=("m",)), Spec("b", needs=("a", "c")), Spec("c"))
    application = noticed(specs=specs)
    application = go(application, conclude(application, 2, Outcome.APPROVED))

    events = revoke(application)

    assert [e.case for e in events if isinstance(e, ConclusionReturned)] == [2]


def test_a_broken_word_is_entered_once_under_an_item_of_the_list():
    application = noticed()
    application = go(application, revoke(application))

    with pytest.raises(promises.NotOnTheList):
        enter(application, item="LATE")
    after = go(application, enter(application))
    assert after.case(1).proceedings.commitment.credit_entry == "credit/1"
    with pytest.raises(AlreadyGiven):
        enter(after)


def ask(application, ground="CORRECTED", reason=REASON, asked=False):
    return promises.ask_repair(
        application,
        1,
        ground=ground,
        reason=reason,
        asked=asked,
        rules=RULES,
        calendar=CALENDAR,
        by="officer",
        at=AFTER_STATEMENT,
    )


def entered():
    application = noticed()
    application = go(application, revoke(application))
    return go(application, enter(application))


def test_repair_is_asked_for_upon_a_published_ground_and_answered_in_time():
    application = entered()

    (event,) = ask(application)

    assert (event.entry, event.ground) == ("credit/1", "CORRECTED")
    assert event.due_on > AFTER_STATEMENT.date()
    with pytest.raises(promises.NotOnTheList):
        ask(application, ground="SORRY")
    with pytest.raises(ReasonMissing):
        ask(application, reason=None)
    with pytest.raises(AlreadyGiven):
        ask(application, asked=True)


def test_only_what_was_asked_is_answered_with_no_and_only_what_stands_is_repaired():
    application = entered()

    (event,) = promises.deny_repair(application, 1, reason=REASON, asked=True, by="officer", at=AFTER_STATEMENT)
    assert event.entry == "credit/1"
    with pytest.raises(NotNow):
        promises.deny_repair(application, 1, reason=REASON, asked=False, by="officer", at=AFTER_STATEMENT)
    with pytest.raises(ReasonMissing):
        promises.deny_repair(application, 1, reason=None, asked=True, by="officer", at=AFTER_STATEMENT)

    repaired = go(application, promises.repair_credit(application, 1, reason=REASON, by="officer", at=AFTER_STATEMENT))
    with pytest.raises(AlreadyGiven):
        ask(repaired)
    with pytest.raises(NotNow):
        ask(noticed())
