"""What falls due by itself, and when must somebody look again?

`wakes_on` is the first day on which something of an application may have fallen due; it needs no calendar, because
every term was worked out when it began. `fall_due` does what is due on a day, each act once, by `system` and by an
article: acceptance by silence, lapse of what the applicant let pass, reminders, consent by silence where an article
says so, and a supervision case for everything else that is late.

Source: Administrative Licensing Law, arts. 32 (1)(4), 42, 50 (2); rules of regions (`rules`); design, invariants 7, 8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from tongban.domain import consequences, intake, overrun, promises, review, spot_checks, times
from tongban.domain.acts import NotNow, ReasonMissing
from tongban.domain.application import UNDER_REVIEW, Application, Case, CaseState, fold
from tongban.domain.clock import ExtensionNotAllowed
from tongban.domain.events import (
    SYSTEM,
    CaseDecided,
    CaseLapsed,
    ConsentDeemed,
    Days,
    DaysProjected,
    DeferralLapsed,
    DeferralReminded,
    DemandKind,
    Event,
    LapseCause,
    LapseConsequence,
    Outcome,
    Procedure,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionRule,
)
from tongban.domain.procedures import EXCLUDED_TIME_ARTICLE
from tongban.domain.regimes import ROUTES, accepted_by_silence
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import ONE_DAY, Calendar

LIMIT_ARTICLE = "行政许可法第四十二条"
HEARING_ARTICLE = "行政许可法第四十七条"

Consents = Mapping[int, str]
"""By case, the article that takes silence for consent; empty where none does."""


def wakes_on(application: Application) -> date | None:
    """Return the first day on which something may have fallen due; None when nothing can."""
    days = [day for case in application.cases if case.here for day in _case_days(application, case)]
    days += list(_deferral_days(application))
    return min(days, default=None)


def _case_days(application: Application, case: Case) -> Iterator[date]:
    proceedings = case.proceedings
    answered = application.waiting or _told(case, SupervisionRule.ANSWER_OVERDUE)
    if case.state is CaseState.SUBMITTED and case.answer_due_on and not answered:
        yield case.answer_due_on + ONE_DAY
    for last in (_correct_by(application, case), _sign_by(application, case)):
        if last:
            yield last + ONE_DAY
    looked_at = _told(case, SupervisionRule.DECISION_OVERDUE) and not _silence_consents(application, case)
    if case.state in UNDER_REVIEW and case.statutory_due_on and not looked_at:
        yield case.statutory_due_on + ONE_DAY
    until = _procedure_until(case)
    if until and not _told(case, SupervisionRule.PROCEDURE_OVERDUE):
        yield until + ONE_DAY
    hearing = proceedings.hearing
    if hearing and case.hearing_to_hold and hearing.hold_by_on and not _told(case, SupervisionRule.HEARING_OVERDUE):
        yield hearing.hold_by_on + ONE_DAY
    commitment = proceedings.commitment
    if commitment and commitment.to_verify and not _told(case, SupervisionRule.VERIFICATION_OVERDUE):
        assert commitment.verify_by_on is not None
        yield commitment.verify_by_on + ONE_DAY
    ordered = commitment.mend_by_on if commitment and commitment.broken and commitment.noticed_at is None else None
    if ordered and not _told(case, SupervisionRule.ORDER_OVERDUE):
        yield ordered + ONE_DAY
    unchecked = spot_checks.due(case)
    if unchecked and not _told(case, SupervisionRule.SPOT_CHECK_OVERDUE):
        yield unchecked + ONE_DAY


def _procedure_until(case: Case) -> date | None:
    """Return until when the special procedures that last were to be done; a hearing has a limit of its own."""
    if case.state not in UNDER_REVIEW:
        return None
    lasting = [one for one in case.ledger.procedures if one.resumed_on is None and one.kind is not Procedure.HEARING]
    return min((one.until_on for one in lasting if one.until_on is not None), default=None)


def _correct_by(application: Application, case: Case) -> date | None:
    """Return the last day for what is to be corrected in a case; None where nothing but another case is wanting."""
    notice = application.notice_of(case.index)
    if notice is None or case.state is not CaseState.CORRECTING:
        return None
    wanting = {application.demand(number).kind for number in notice.open_demands(case.index)}
    return notice.answer_due_on if wanting - {DemandKind.AWAITED} else None


def _sign_by(application: Application, case: Case) -> date | None:
    """Return the last day for signatures of co-applicants, where nothing else is wanting."""
    corrected = case.state is CaseState.CORRECTING and not application.open_demands(case.index)
    return case.confirm_by_on if case.state is CaseState.SUBMITTED or corrected else None


def _deferral_days(application: Application) -> Iterator[date]:
    for deferral in application.deferrals:
        if deferral.open and deferral.due_on and _waiting_here(application, deferral.cases):
            yield deferral.due_on + ONE_DAY
            if deferral.remind_on and not deferral.reminded:
                yield deferral.remind_on


def _waiting_here(application: Application, cases: Iterable[int]) -> list[int]:
    """Return which of these cases are open and this node's to act on."""
    return [index for index in cases if application.case(index).here and not application.case(index).ended]


def _silence_consents(application: Application, case: Case) -> bool:
    """Whether a missed limit is consent: the regime says so, and no certificate, material or signature is to come.

    What came after the limit sets it free: a supervision case was opened meanwhile, and consent still follows.
    """
    by_regime = ROUTES[case.regime].consent_by_silence
    return by_regime and case.confirmed and not application.waits_for(case) and not application.deferred(case)


def _told(case: Case, rule: SupervisionRule) -> bool:
    return case.proceedings.supervised(rule)


def fall_due(
    application: Application,
    *,
    rules: RegionRules,
    calendar: Calendar,
    consents: Consents,
    today: date,
    at: datetime,
    heard: date | None = None,
) -> tuple[Event, ...]:
    """Return all that has fallen due, in the order in which it is done; nothing when nothing has.

    `heard` is the last day of which everything is known here that the applicant did at the node where he applied: what
    he did there in time may still be on its way. None: he acts at this node.
    """
    events: list[Event] = []

    def add(more: tuple[Event, ...]) -> None:
        nonlocal application
        events.extend(more)
        application = fold(more, onto=application)

    for deferral in application.deferrals:
        add(_deferral(application, deferral.names, rules, today, at, heard))
    here = [case.index for case in application.cases if case.here]
    for index in here:
        add(_lapsed(application, application.case(index), rules, calendar, today, at, heard))
    for index in here:
        add(_unanswered(application, application.case(index), rules, calendar, today, at))
    for index in here:
        add(_undecided(application, application.case(index), consents, calendar, today, at))
        add(_late(application.case(index), today, at))
    return tuple(events)


def _deferral(
    application: Application,
    names: tuple[str, object, str],
    rules: RegionRules,
    today: date,
    at: datetime,
    heard: date | None,
) -> tuple[Event, ...]:
    deferral = next(one for one in application.deferrals if one.names == names)
    waiting = _waiting_here(application, deferral.cases)
    if not deferral.open or deferral.due_on is None or not waiting:
        return ()
    if today > deferral.due_on:
        if heard is not None and heard < deferral.due_on:
            return ()
        article = rules.deferral_source.reference
        lapsed: list[Event] = [DeferralLapsed(*deferral.names, article, at)]
        for index in waiting:
            if application.case(index).state in UNDER_REVIEW:
                lapsed.append(
                    CaseLapsed(index, LapseCause.DEFERRAL, rules.deferral_consequence, deferral.material, article, at)
                )
                after = fold(lapsed, onto=application)
                lapsed += consequences.of_barren(after, index, at=at)
        return tuple(lapsed)
    if deferral.remind_on and today >= deferral.remind_on and not deferral.reminded:
        return (DeferralReminded(*deferral.names, at),)
    return ()


def _lapsed(
    application: Application,
    case: Case,
    rules: RegionRules,
    calendar: Calendar,
    today: date,
    at: datetime,
    heard: date | None,
) -> tuple[Event, ...]:
    """End the case when the applicant let a term pass: it counts as withdrawn.

    One in which nothing but another case was wanting has let none pass: it goes on when that one lapses.
    """
    correct_by, sign_by = _correct_by(application, case), _sign_by(application, case)
    if correct_by and today > correct_by and (heard is None or heard >= correct_by):
        cause, article = LapseCause.CORRECTION, rules.correction_source.reference
    elif sign_by and today > sign_by:
        cause, article = LapseCause.CONFIRMATION, rules.confirmation_source.reference
    else:
        return ()
    lapsed = CaseLapsed(case.index, cause, LapseConsequence.DEEMED_WITHDRAWN, "", article, at)
    after = fold((lapsed,), onto=application)
    returned = consequences.of_barren(after, case.index, at=at)
    return (lapsed, *returned, *intake.following(application, after, calendar=calendar, at=at))


def _unanswered(
    application: Application, case: Case, rules: RegionRules, calendar: Calendar, today: date, at: datetime
) -> tuple[Event, ...]:
    """The department stayed silent: a licence is accepted from the day of receipt, anything else is supervised."""
    if case.state is not CaseState.SUBMITTED or case.answer_due_on is None or today <= case.answer_due_on:
        return ()
    if application.waiting:
        return ()
    if not accepted_by_silence(case.matter_type):
        return _supervise(case, SupervisionRule.ANSWER_OVERDUE, case.deciding_desk, times.ANSWER_ARTICLE, at)
    assert case.received_on is not None
    accepted = intake.accepted_on(application, case, by=SYSTEM, on=case.received_on, calendar=calendar, at=at)
    after = fold((accepted,), onto=application)
    granted = promises.grant(after, [case.index], rules=rules, calendar=calendar, today=today, at=at, always=True)
    return (accepted, *granted)


def _undecided(
    application: Application, case: Case, consents: Consents, calendar: Calendar, today: date, at: datetime
) -> tuple[Event, ...]:
    if case.state not in UNDER_REVIEW or case.statutory_due_on is None or today <= case.statutory_due_on:
        return ()
    article = consents.get(case.index, "")
    if article and _silence_consents(application, case):
        consent = ConsentDeemed(case.index, article, at)
        decided = CaseDecided(case.index, Outcome.APPROVED, SYSTEM, SYSTEM, at)
        after = fold((consent, decided), onto=application)
        return (consent, decided, *review.take_effect(after, case.index, at))
    desk = overrun.holder(application, case).desk
    return _supervise(case, SupervisionRule.DECISION_OVERDUE, desk, LIMIT_ARTICLE, at)


def _late(case: Case, today: date, at: datetime) -> tuple[Event, ...]:
    hearing, commitment = case.proceedings.hearing, case.proceedings.commitment
    events: list[Event] = []
    until = _procedure_until(case)
    if until and today > until:
        events += _supervise(case, SupervisionRule.PROCEDURE_OVERDUE, case.deciding_desk, EXCLUDED_TIME_ARTICLE, at)
    if hearing and case.hearing_to_hold and hearing.hold_by_on and today > hearing.hold_by_on:
        events += _supervise(case, SupervisionRule.HEARING_OVERDUE, case.deciding_desk, HEARING_ARTICLE, at)
    if commitment and commitment.to_verify and commitment.verify_by_on and today > commitment.verify_by_on:
        events += _supervise(case, SupervisionRule.VERIFICATION_OVERDUE, case.deciding_desk, "", at)
    ordered = commitment.mend_by_on if commitment and commitment.broken and commitment.noticed_at is None else None
    if ordered and today > ordered:
        events += _supervise(case, SupervisionRule.ORDER_OVERDUE, case.deciding_desk, "", at)
    unchecked = spot_checks.due(case)
    if unchecked and today > unchecked:
        events += _supervise(case, SupervisionRule.SPOT_CHECK_OVERDUE, case.deciding_desk, "", at)
    return tuple(events)


def _supervise(case: Case, rule: SupervisionRule, desk: str, article: str, at: datetime) -> tuple[Event, ...]:
    return () if _told(case, rule) else (SupervisionOpened(case.index, rule, desk, article, at),)


def project(application: Application, *, calendar: Calendar, at: datetime) -> tuple[Event, ...]:
    """Give the days of open cases their place in a newly published calendar; what was told to applicants stays.

    Days that were provisional are worked out anew even if they stay; others are told only when they move, which a late
    notice may do to days already published.
    """
    return tuple(
        DaysProjected(case.index, due, at)
        for case in application.cases
        if case.here and not case.ended and (due := _projected(application, case, calendar)) is not None
    )


def _projected(application: Application, case: Case, calendar: Calendar) -> Days | None:
    if case.calendar in ("", calendar.version):
        return None
    try:
        due = times.days(application, case, calendar=calendar)
    except ExtensionNotAllowed:
        # The notice moved the old limit before the day on which an extension was approved in good time: it stands.
        return None
    was = (case.answer_due_on, case.promised_due_on, case.statutory_due_on)
    moved = was != (due.answer_due_on, due.promised_due_on, due.statutory_due_on)
    return due if moved or case.provisional else None


def close_supervision(
    application: Application, index: int, *, rule: SupervisionRule, finding: Sealed | None, by: str, at: datetime
) -> tuple[Event, ...]:
    """The supervisor closes a supervision case with what he found. Raises NotNow, ReasonMissing."""
    supervised = application.case(index).proceedings.supervision
    if not any(one.rule is rule and one.closed_at is None for one in supervised):
        raise NotNow(f"未办结：第 {index} 个办件没有这一项未办结的效能监察。请刷新页面查看进展。")
    if finding is None:
        raise ReasonMissing("未办结：必须写明核实情况和处理意见。请填写后再提交。", field="finding")
    return (SupervisionClosed(index, rule, finding, by, at),)
