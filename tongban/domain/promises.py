"""What may an applicant promise in place of handing it in, and what if he breaks his word?

*Deferral* (容缺受理): a material from the published list follows by a deadline that leaves time to decide. It may pause
the promised limit where the region says so, never the statutory one. What does not come ends the case, by the region's
rule.

*Commitment* (告知承诺) has two regimes. For proofs (证明事项) a signed promise replaces a proof, and an ordinary
decision follows. For business licences (涉企经营许可) whoever chooses it is decided on the spot. Both are verified
afterwards, data sharing first, all of them or a sample that anyone can draw again. Whoever broke his word is ordered to
correct it; what is not corrected is revoked, and never by itself: notice, statement and defence, a hearing where one is
asked for, a written decision by somebody else than who verified. Then it is entered in the credit record, under an item
of the published list, and no more commitments are taken until that is repaired.

Source: rules of regions on deferral and commitment (`rules`); Administrative Licensing Law, arts. 7, 36, 46, 69.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from tongban.domain import consequences, heard, times
from tongban.domain.acts import AlreadyGiven, NotNow, ReasonMissing, SameEyes, indexes, open_case
from tongban.domain.application import UNDER_REVIEW, Application, Case, CaseState, fold
from tongban.domain.catalogue import Regime, SubjectRole
from tongban.domain.clock import day_of, due_on
from tongban.domain.events import (
    ApprovalRevoked,
    CaseDecided,
    CommitmentKind,
    CommitmentMade,
    CommitmentMended,
    CommitmentVerified,
    CommitmentWithdrawn,
    CreditEntered,
    CreditRepairAsked,
    CreditRepairDenied,
    CreditRepaired,
    Days,
    DeferralGranted,
    DeferralMet,
    DeferralPromised,
    Event,
    MaterialsSupplied,
    Means,
    OrderedToCorrect,
    Outcome,
    RevocationNoticed,
    SupplyCause,
    VerificationDrawn,
    VerificationDue,
)
from tongban.domain.heard import Outstanding
from tongban.domain.materials import Supply, SupplySource
from tongban.domain.proceedings import Commitment, Deferral
from tongban.domain.refused import Refused
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar

ALL = 100
"""Of a hundred: no sample, every commitment is verified."""


class DeferralNotAllowed(Refused):
    """A material that may not follow later, or one for which no time is left."""

    code = "deferral_not_allowed"


class CommitmentNotAllowed(Refused):
    """A commitment that the matter, the law or the applicant's record does not admit."""

    code = "commitment_not_allowed"


class NotOnTheList(Refused):
    """A credit entry that the published list does not know."""

    code = "not_on_the_list"


class Next(StrEnum):
    """What the authority does next about a commitment."""

    DRAW = "draw"  # to be verified, or drawn first where the region verifies a sample
    VERIFY = "verify"  # drawn
    ORDER = "order"
    MEND = "mend"  # ordered: see whether it was corrected
    REVOKE = "revoke"  # told: decide after statement and hearing
    ENTER = "enter"  # revoked or denied: enter in the credit record


def next_step(case: Case) -> tuple[Next | None, date | None]:
    """Return what is to be done about the commitment of a case, and by when it is due or may be done."""
    commitment = case.proceedings.commitment
    if commitment is None:
        return None, None
    if commitment.kept is False and not commitment.credit_entry and (case.revoked or case.denied):
        return Next.ENTER, None
    if commitment.broken and case.approved:
        if commitment.noticed_at is not None:
            return Next.REVOKE, commitment.statement_due_on
        return (Next.ORDER, None) if commitment.mend_by_on is None else (Next.MEND, commitment.mend_by_on)
    if commitment.to_verify and case.approved:
        return Next.VERIFY if commitment.chosen else Next.DRAW, commitment.verify_by_on
    return None, None


# --- deferral ---------------------------------------------------------------------------------------------------------


def defer(
    application: Application,
    *,
    material: str,
    name: str,
    about: SubjectRole,
    subject: str = "",
    cases: Sequence[int],
    deferrable: bool,
    by: str,
    signature: str,
    key: str,
    at: datetime,
) -> tuple[Event, ...]:
    """The applicant promises a material for later. `deferrable` says whether the published list has it for all cases.

    Raises DeferralNotAllowed, AlreadyGiven.
    """
    if not deferrable:
        raise DeferralNotAllowed(f"不能容缺：《{name}》不在可容缺材料清单内，或是必要材料。请现在上传。")
    if any(deferral.names == (material, about, subject) and deferral.open for deferral in application.deferrals):
        raise AlreadyGiven(f"《{name}》已经作过容缺承诺，无需再次承诺。")
    for index in cases:
        case = open_case(application, index, "作容缺承诺")
        if case.state in UNDER_REVIEW:
            raise NotNow(f"不能作容缺承诺：第 {index} 个办件已经受理。请直接补交材料。")
    return (DeferralPromised(material, about, subject, tuple(cases), by, signature, key, at),)


def grant(
    application: Application,
    accepted: Collection[int],
    *,
    rules: RegionRules,
    calendar: Calendar,
    today: date,
    at: datetime,
    always: bool = False,
) -> tuple[Event, ...]:
    """Give materials that are to follow their deadline, now that cases are accepted with them.

    The deadline is the region's, and leaves its reserve of working days to decide within the nearest statutory limit;
    `always`: where no day is left, it is the next one (cases that silence has accepted). A deadline once told stays:
    a case accepted later must leave the reserve after it. Raises DeferralNotAllowed.
    """
    events: list[Event] = []
    for deferral in application.deferrals:
        cases = [case for case in _cases_of(application, deferral) if case.index in accepted]
        if not cases or not deferral.open:
            continue
        granted = _granted(application, deferral, cases, rules, calendar, today, at, always=always)
        events += granted
        application = fold(granted, onto=application)
    return tuple(events)


def _granted(
    application: Application,
    deferral: Deferral,
    cases: Sequence[Case],
    rules: RegionRules,
    calendar: Calendar,
    today: date,
    at: datetime,
    *,
    always: bool,
) -> tuple[Event, ...]:
    latest = min((_latest(case, rules, calendar) for case in cases), default=date.max)
    told = deferral.due_on
    due = told or min(latest, _region_due(rules, calendar, today))
    if not always and (due > latest or (told is None and due <= today)):
        raise DeferralNotAllowed(
            f"不能容缺受理：第 {indexes(case.index for case in cases)} 个办件的法定时限所剩无几，"
            "补交后来不及作出决定。请在补齐材料后受理。"
        )
    if told is not None and not deferral.pauses_promise:
        return ()
    due = told or max(due, today + timedelta(days=1))
    remind = deferral.remind_on or _before(due, rules.deferral_remind_days, calendar, earliest=today)
    pauses = rules.deferral_pauses_promise if told is None else deferral.pauses_promise
    granted = DeferralGranted(*deferral.names, due, remind, pauses, (), at)
    if not pauses:
        return (granted,)
    after = fold((granted,), onto=application)
    days = tuple((case.index, times.days(after, after.case(case.index), calendar=calendar)) for case in cases)
    return (replace(granted, days=days),)


def _region_due(rules: RegionRules, calendar: Calendar, today: date) -> date:
    limit = rules.deferral
    return due_on(start=today, days=limit.days, unit=limit.unit, calendar=calendar, provisional=True).day


def _latest(case: Case, rules: RegionRules, calendar: Calendar) -> date:
    """Return the last day on which a material may come and leave the reserve to decide."""
    if case.statutory_due_on is None:
        return date.max
    return _before(case.statutory_due_on, rules.deferral_reserve_days, calendar)


def _before(day: date, working_days: int, calendar: Calendar, *, earliest: date = date.min) -> date:
    """Return the last day that leaves this many working days after it up to and including `day`."""
    while working_days and day > earliest:
        working_days -= calendar.counts(day, provisional=True)
        day -= timedelta(days=1)
    return max(day, earliest)


def meet(
    application: Application,
    supplies: Sequence[Supply],
    *,
    by: str,
    calendar: Calendar,
    today: date,
    at: datetime,
) -> tuple[Event, ...]:
    """Deferred materials come in. Supplementing never pauses the statutory limit. Raises NotNow."""
    if not supplies:
        raise NotNow("未提交：没有选择文件。请选择待补交的材料后再提交。")
    given = {(supply.material, supply.about, supply.subject) for supply in supplies}
    met = [deferral for deferral in application.deferrals if deferral.open and deferral.names in given]
    if len(met) < len(given):
        raise NotNow("未提交：其中有材料不是待补的容缺材料。请刷新页面，按待补清单上传。")
    for deferral in met:
        if deferral.due_on is not None and today > deferral.due_on:
            raise NotNow(f"未提交：这份材料的补交期限 {deferral.due_on.isoformat()} 已过。请查看办件进展。")
        if not _cases_of(application, deferral):
            raise NotNow("未提交：需要这份材料的办件都已办结或终止，不用再补交。请查看办件进展。")
    events: list[Event] = [MaterialsSupplied(tuple(supplies), SupplyCause.DEFERRAL, by, at)]
    application = fold(events, onto=application)
    for deferral in met:
        bare = DeferralMet(*deferral.names, today, (), at)
        days: tuple[tuple[int, Days], ...] = ()
        if deferral.pauses_promise:
            after = fold((bare,), onto=application)
            days = tuple(
                (case.index, times.days(after, case, calendar=calendar))
                for case in _cases_of(after, deferral)
                if case.state in UNDER_REVIEW
            )
        one = DeferralMet(*deferral.names, today, days, at)
        events.append(one)
        application = fold((one,), onto=application)
    return tuple(events)


def _cases_of(application: Application, deferral: Deferral) -> list[Case]:
    return [case for index in deferral.cases if not (case := application.case(index)).ended]


# --- commitment -------------------------------------------------------------------------------------------------------


def commit(
    application: Application,
    index: int,
    *,
    kind: CommitmentKind,
    materials: Sequence[str] = (),
    committable: Collection[str] = (),
    rules: RegionRules,
    barred: str = "",
    by: str,
    signature: str,
    key: str,
    at: datetime,
) -> tuple[Event, ...]:
    """The applicant signs a commitment. `committable`: the proofs that the standard lets a promise replace; `barred`:
    the credit entry that stands against him, empty if none. Raises CommitmentNotAllowed, AlreadyGiven, NotNow.
    """
    case = open_case(application, index, "作告知承诺")
    if case.proceedings.commitment is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经作过告知承诺，无需再次承诺。")
    if case.state is not CaseState.SUBMITTED:
        raise NotNow(f"不能作告知承诺：第 {index} 个办件已经在办理。请按一般程序办理。")
    excluded = rules.excluded(case.matter)
    if excluded is not None:
        raise CommitmentNotAllowed(
            f"不能作告知承诺：第 {index} 个办件直接涉及{excluded.ground}，依法不适用告知承诺。请按一般程序提交材料。"
        )
    if barred:
        raise CommitmentNotAllowed(
            f"不能作告知承诺：存在尚未修复的失信记录（{barred}）。请先完成信用修复，或按一般程序办理。"
        )
    if kind is CommitmentKind.LICENCE and case.regime is not Regime.COMMITMENT:
        raise CommitmentNotAllowed(f"不能作告知承诺：第 {index} 个办件不实行告知承诺制。请按一般程序办理。")
    if kind is CommitmentKind.PROOF and not materials:
        raise CommitmentNotAllowed("不能作告知承诺：没有选择以承诺代替的证明材料。请选择材料。")
    other = sorted(set(materials) - set(committable))
    if other:
        raise CommitmentNotAllowed(f"不能作告知承诺：{'、'.join(other)} 不能以承诺代替。请上传该材料。")
    return (CommitmentMade(index, kind, tuple(materials), by, signature, key, at),)


def take_back(
    application: Application, index: int, *, supplies: Sequence[Supply] = (), by: str, at: datetime
) -> tuple[Event, ...]:
    """The applicant takes his commitment back before the decision, and hands in the proofs it stood for."""
    case = open_case(application, index, "撤回承诺")
    commitment = _commitment(case)
    if case.state is CaseState.CONCLUDED:
        raise NotNow(f"不能撤回承诺：第 {index} 个办件的结论已经签署。请等待决定。")
    if commitment.kept is not None:
        raise NotNow(f"不能撤回承诺：第 {index} 个办件的承诺已经核查。请等待决定。")
    given = {supply.material for supply in supplies}
    if not given <= set(commitment.materials):
        raise NotNow("未撤回承诺：只能提交所承诺的证明材料。请核对后再提交。")
    missing = sorted(set(commitment.materials) - given)
    if missing:
        raise NotNow(f"未撤回承诺：改按一般程序办理须同时提交所承诺的证明（{'、'.join(missing)}）。请上传后再撤回。")
    promised = [supply for supply in supplies if supply.source is SupplySource.COMMITMENT]
    if promised:
        raise NotNow("未撤回承诺：承诺不能代替所承诺的证明。请上传证明材料。")
    events: list[Event] = []
    if supplies:
        events.append(MaterialsSupplied(tuple(supplies), SupplyCause.COMMITMENT_WITHDRAWN, by, at))
    return (*events, CommitmentWithdrawn(index, by, at))


def after_decisions(
    application: Application, happened: Iterable[Event], *, rules: RegionRules, calendar: Calendar, at: datetime
) -> tuple[Event, ...]:
    """Set the day by which commitments behind approvals that have just taken effect are verified."""
    due = due_on(
        start=day_of(at),
        days=rules.verification.days,
        unit=rules.verification.unit,
        calendar=calendar,
        provisional=True,
    )
    return tuple(
        VerificationDue(event.case, due.day, at)
        for event in happened
        if isinstance(event, CaseDecided)
        and event.outcome is Outcome.APPROVED
        and (commitment := application.case(event.case).proceedings.commitment) is not None
        and commitment.kept is None
    )


def draw(application: Application, index: int, *, draw: str, chosen: bool, at: datetime) -> tuple[Event, ...]:
    """A public draw says whether this commitment is verified. Raises NotNow."""
    commitment = _commitment(application.case(index))
    if not commitment.to_verify or commitment.draw:
        raise NotNow(f"未记录抽查结果：第 {index} 个办件的承诺已经核查或抽取过，无需再次抽取。")
    return (VerificationDrawn(index, draw, chosen, at),)


def verify(
    application: Application,
    index: int,
    *,
    kept: bool,
    means: Means,
    shared: bool | None = None,
    findings: Sealed | None,
    rules: RegionRules,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Find a commitment kept or broken. `shared` is what data sharing says, None where it says nothing.

    Where the region verifies a sample, nobody picks: what sharing does not settle is drawn first.

    Raises NotNow, AlreadyGiven, ReasonMissing.
    """
    case = application.case(index)
    commitment = _commitment(case)
    if case.ended and not case.approved:
        raise NotNow(f"不能核查：第 {index} 个办件没有获得批准，无需核查。")
    if commitment.kept is not None:
        raise AlreadyGiven(f"第 {index} 个办件的承诺已经核查过。请按核查结果办理。")
    if commitment.chosen is False:
        raise NotNow(f"不能核查：第 {index} 个办件的承诺没有被抽中，无需核查。")
    if shared is not None and (means is not Means.SHARING or kept != shared):
        raise NotNow("未记录：数据共享已经能够核查这项承诺。请以共享结果为准。")
    if means is Means.SHARING and shared is None:
        raise NotNow("未记录：数据共享没有查到所承诺事项的记录。请通过书面或现场核查。")
    sampled = rules.verification_share < ALL and commitment.verify_by_on is not None
    if sampled and commitment.chosen is None and means is not Means.SHARING:
        raise NotNow(f"不能核查：本地区对承诺按比例抽查，第 {index} 个办件还没有经过抽取。请先公开抽取。")
    if not kept and findings is None:
        raise ReasonMissing("未记录：承诺不实或未履行的，必须写明核查情况。请填写后再提交。", field="reason")
    return (CommitmentVerified(index, kept, means, findings, by, at),)


def order(
    application: Application,
    index: int,
    *,
    reason: Sealed | None,
    rules: RegionRules,
    calendar: Calendar,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Order whoever broke his commitment to correct it within the region's term. Raises NotNow, ReasonMissing."""
    commitment = _broken(application, index, "责令整改")
    if commitment.mend_by_on is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经责令在 {commitment.mend_by_on.isoformat()} 前整改，无需再次责令。")
    if reason is None:
        raise ReasonMissing("未发出：责令整改必须写明理由和要求。请填写后再提交。", field="reason")
    due = due_on(start=day_of(at), days=rules.order.days, unit=rules.order.unit, calendar=calendar, provisional=True)
    return (OrderedToCorrect(index, due.day, reason, by, at),)


def mend(application: Application, index: int, *, by: str, at: datetime) -> tuple[Event, ...]:
    """The order was met; the approval stands. Raises NotNow."""
    commitment = _broken(application, index, "确认整改")
    if commitment.mend_by_on is None:
        raise NotNow(f"不能确认整改：第 {index} 个办件没有责令整改。请先责令整改。")
    return (CommitmentMended(index, by, at),)


def notice_revocation(
    application: Application,
    index: int,
    *,
    reason: Sealed | None,
    hearing: bool,
    rules: RegionRules,
    calendar: Calendar,
    by: str,
    at: datetime,
) -> tuple[Event, ...]:
    """Tell the holder that his approval is to be revoked. Raises NotNow, AlreadyGiven, ReasonMissing."""
    commitment = _broken(application, index, "告知撤销")
    if commitment.noticed_at is not None:
        raise AlreadyGiven(f"第 {index} 个办件已经告知拟撤销。请听取陈述申辩，期满后作出决定。")
    if commitment.mend_by_on is None or day_of(at) <= commitment.mend_by_on:
        raise NotNow(f"不能告知撤销：第 {index} 个办件尚未责令整改，或整改期限还没有届满。请先责令整改并等待期满。")
    if reason is None:
        raise ReasonMissing("未告知：拟撤销必须写明事实、理由和依据。请填写后再提交。", field="reason")
    until = heard.speak_until(told_on=day_of(at), statement=rules.statement, hearing=hearing, calendar=calendar)
    return (RevocationNoticed(index, reason, until, hearing, by, at),)


def revoke(
    application: Application,
    index: int,
    *,
    reason: Sealed | None,
    article: str,
    by: str,
    signature: str,
    key: str,
    at: datetime,
    heard_until: date | None = None,
) -> tuple[Event, ...]:
    """Revoke an approval in writing, after notice, statement and hearing. Raises NotNow, SameEyes, ReasonMissing.

    `heard_until` is `heard` of `heard.outstanding`.

    Approvals of the same application that waited for its certificate go back to their desks.
    """
    commitment = _broken(application, index, "撤销")
    case = application.case(index)
    if commitment.noticed_at is None or commitment.statement_due_on is None:
        raise NotNow(f"不能撤销：第 {index} 个办件还没有告知拟撤销的事实、理由和依据。请先告知并听取陈述申辩。")
    waits_for = heard.outstanding(
        told_at=commitment.noticed_at,
        until=commitment.statement_due_on,
        statements=case.proceedings.statements,
        hearing=case.proceedings.hearing,
        at=at,
        heard=heard_until,
    )
    match waits_for:
        case Outstanding.HEARING:
            raise NotNow(f"不能撤销：第 {index} 个办件的听证还没有举行。请先举行听证。")
        case Outstanding.STATEMENT:
            last = commitment.statement_due_on.isoformat()
            raise NotNow(f"不能撤销：第 {index} 个办件的陈述申辩期限 {last} 还没有届满。请等待期满。")
        case Outstanding.MESSAGE:
            raise NotNow(f"不能撤销：第 {index} 个办件的{heard.ON_ITS_WAY}")
    if by == commitment.verified_by:
        raise SameEyes(f"未撤销：第 {index} 个办件由您核查，核查人不能决定撤销。请转给其他人员。")
    if reason is None:
        raise ReasonMissing("未撤销：撤销决定必须写明事实、理由和依据。请填写后再提交。", field="reason")
    revoked = ApprovalRevoked(index, reason, article, by, signature, key, at)
    return (revoked, *consequences.of_barren(fold((revoked,), onto=application), index, at=at))


def enter_credit(
    application: Application, index: int, *, item: str, entry: str, party: str, rules: RegionRules, at: datetime
) -> tuple[Event, ...]:
    """Enter a broken commitment in the credit record. Raises NotNow, NotOnTheList, AlreadyGiven."""
    case = application.case(index)
    commitment = _commitment(case)
    if commitment.credit_entry:
        raise AlreadyGiven(f"第 {index} 个办件已经记入信用记录，不能再次记入。")
    if commitment.kept is not False or not (case.revoked or case.denied):
        raise NotNow(f"未记入：第 {index} 个办件没有因违反承诺被撤销或不予批准。请核对办件编号。")
    if item not in {one.code for one in rules.credit_items}:
        raise NotOnTheList("未记入：公布的失信行为清单中没有这一项。请从清单中选择。")
    return (CreditEntered(index, party, entry, item, at),)


def ask_repair(
    application: Application,
    index: int,
    *,
    ground: str,
    reason: Sealed | None,
    asked: bool,
    rules: RegionRules,
    calendar: Calendar,
    by: str,
    at: datetime,
    arrived_on: date | None = None,
) -> tuple[Event, ...]:
    """Whom an entry is about asks for its repair. `asked`: an earlier request is not answered yet; `arrived_on`: the
    day on which a request that was made at another node is here, from which it is answered.

    Raises NotNow, AlreadyGiven, NotOnTheList, ReasonMissing.
    """
    commitment = _entered(application, index, "申请")
    if asked:
        raise AlreadyGiven("未申请：这条失信记录的修复已经申请过，还没有答复。请等待答复。")
    if ground not in {one.code for one in rules.repair_grounds}:
        raise NotOnTheList("未申请：公布的修复情形中没有这一项。请从清单中选择。", field="ground")
    if reason is None:
        raise ReasonMissing("未申请：信用修复须写明纠正或者履行的情况。请填写后再提交。", field="reason")
    limit = rules.repair
    due = due_on(start=arrived_on or day_of(at), days=limit.days, unit=limit.unit, calendar=calendar, provisional=True)
    return (CreditRepairAsked(index, commitment.credit_entry, ground, reason, due.day, by, at),)


def deny_repair(
    application: Application, index: int, *, reason: Sealed | None, asked: bool, by: str, at: datetime
) -> tuple[Event, ...]:
    """Do not repair an entry whose repair is asked for, with the reason. Raises NotNow, AlreadyGiven, ReasonMissing."""
    commitment = _entered(application, index, "答复")
    if not asked:
        raise NotNow(f"未答复：第 {index} 个办件没有待答复的信用修复申请。请刷新页面核对。")
    if reason is None:
        raise ReasonMissing("未答复：不予修复必须写明理由。请填写后再提交。", field="reason")
    return (CreditRepairDenied(index, commitment.credit_entry, reason, by, at),)


def _entered(application: Application, index: int, act: str) -> Commitment:
    commitment = _commitment(application.case(index))
    if not commitment.credit_entry:
        raise NotNow(f"未{act}：第 {index} 个办件没有记入信用记录，无需修复。")
    if commitment.repaired_at is not None:
        raise AlreadyGiven(f"未{act}：第 {index} 个办件的失信记录已经修复，无需再次修复。")
    return commitment


def repair_credit(
    application: Application, index: int, *, reason: Sealed | None, by: str, at: datetime
) -> tuple[Event, ...]:
    """Repair the credit entry, with the reason. Raises NotNow, AlreadyGiven, ReasonMissing."""
    commitment = _commitment(application.case(index))
    if not commitment.credit_entry:
        raise NotNow(f"未修复：第 {index} 个办件没有记入信用记录，无需修复。")
    if commitment.repaired_at is not None:
        raise AlreadyGiven(f"第 {index} 个办件的失信记录已经修复，无需再次修复。")
    if reason is None:
        raise ReasonMissing("未修复：信用修复必须写明理由。请填写后再提交。", field="reason")
    return (CreditRepaired(index, commitment.credit_entry, reason, by, at),)


def _commitment(case: Case) -> Commitment:
    if case.proceedings.commitment is None:
        raise NotNow(f"不能办理：第 {case.index} 个办件没有作告知承诺，或承诺已经撤回。请核对办件编号。")
    return case.proceedings.commitment


def _broken(application: Application, index: int, act: str) -> Commitment:
    case = application.case(index)
    commitment = _commitment(case)
    if not case.approved:
        raise NotNow(f"不能{act}：第 {index} 个办件没有获得批准，或批准已经撤销。请核对办件编号。")
    if not commitment.broken:
        raise NotNow(f"不能{act}：第 {index} 个办件的承诺没有被认定为不实或未履行，或已经整改。请先核查。")
    return commitment
