"""What has happened to an application, in sentences an applicant understands?

Each entry of the journal becomes one sentence with its instant, its actor and the article that it rests on. Automatic
acts look different from people's (design, invariant 8). A page tells acts: what one act did to one case is one step,
with the documents that were issued upon it, although they came later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tongban.casework import adapters
from tongban.casework.lamps import PROCEDURES
from tongban.casework.satisfaction import LEVELS
from tongban.catalogue import labels
from tongban.domain.events import (
    SYSTEM,
    AcceptanceRefused,
    ActAsked,
    ActRefused,
    ApplicationClosed,
    ApplicationSubmitted,
    ApplicationTakenIn,
    ApprovalRevoked,
    AskedAct,
    CaseAccepted,
    CaseDecided,
    CaseEnteredSystem,
    CaseLapsed,
    CaseRated,
    CaseReturned,
    CasesHandedOver,
    CasesReceived,
    CasesTakenOver,
    CaseUrged,
    CaseWithdrawn,
    CertificateFateTold,
    CertificateIssued,
    CommitmentKind,
    CommitmentMade,
    CommitmentMended,
    CommitmentVerified,
    CommitmentWithdrawn,
    ConclusionReturned,
    ConfirmationsAsked,
    ConsentDeemed,
    CorrectionAsked,
    CreditEntered,
    CreditRepairAsked,
    CreditRepairDenied,
    CreditRepaired,
    DaysProjected,
    DecisionSigned,
    DeferralGranted,
    DeferralLapsed,
    DeferralMet,
    DeferralPromised,
    DeferralReminded,
    DemandsAnswered,
    DocumentIssued,
    DocumentsDelivered,
    DoubtSettled,
    Event,
    Fate,
    FollowUp,
    FormChanged,
    HandOverReceipted,
    HandOverRefused,
    HearingHeld,
    HearingOffered,
    HearingRequested,
    InterestedTold,
    JointApplicantConfirmed,
    LapseCause,
    LapseConsequence,
    LetterDelivered,
    LimitExtended,
    MaterialsSupplied,
    OpinionGiven,
    OrderedToCorrect,
    Outcome,
    Procedure,
    ProcedureBegun,
    ProcedureEnded,
    RecallAsked,
    RecallRefused,
    RefusalGround,
    RetainedTaxRefunded,
    ReturnCause,
    RevocationNoticed,
    Side,
    SiteChecked,
    SpotCheckDrawn,
    SpotChecked,
    StatementMade,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionRule,
    SupplyCause,
    SystemFilledIn,
    SystemState,
    SystemTold,
    TaxRecordCarried,
    TogetherAsked,
    Verdict,
    VerificationDrawn,
    VerificationDue,
    automatic,
)
from tongban.domain.materials import place
from tongban.domain.times import ANSWER_ARTICLE
from tongban.domain.watch import HEARING_ARTICLE
from tongban.journal.queries import Recorded

NAMED = 3
"""So many cases does a sentence name before it only counts them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline. `case` is None where the whole application is meant."""

    at: datetime
    actor: str
    sentence: str
    case: int | None
    automatic: bool
    article: str = ""
    documents: tuple[DocumentIssued, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called: matters by case, certificate types by case, materials."""

    matters: Mapping[int, str]
    certificates: Mapping[int, str]
    materials: Mapping[str, str]
    shown: Collection[int] | None = None
    """The cases that the reader may know of; None: all."""
    articles: Mapping[int, str] = field(default_factory=dict)
    """By which article the system decided a case by itself, on the spot."""


def concerns(event: Event, cases: Collection[int]) -> bool:
    """Whether an event is about one of these cases, or about the application as a whole."""
    about = {getattr(event, "case", None), *getattr(event, "cases", ())} - {None}
    about |= {demand.case for demand in getattr(event, "demands", ())}
    return not about or not about.isdisjoint(cases)


_DEFERRALS = (DeferralPromised, DeferralGranted, DeferralReminded, DeferralMet, DeferralLapsed)


def of_materials(entries: Iterable[Recorded], places: Collection[str]) -> list[Recorded]:
    """Return the entries for a reader who may know of these materials only (`place`); of others nothing is said."""
    found = []
    for entry in entries:
        if isinstance(entry.event, MaterialsSupplied):
            supplies = tuple(one for one in entry.event.supplies if place(one.material, one.subject) in places)
            found += [replace(entry, event=replace(entry.event, supplies=supplies))] if supplies else []
        elif not isinstance(entry.event, _DEFERRALS) or place(entry.event.material, entry.event.subject) in places:
            found.append(entry)
    return found


def tell(entries: Sequence[Recorded], names: Names) -> list[Step]:
    """Return the steps, oldest first."""
    return [_step(entry, names) for entry in entries]


def tell_together(entries: Sequence[Recorded], names: Names, *, about: Collection[int] | None = None) -> list[Step]:
    """Return the acts upon an application, oldest first, each with its documents; `about`: those upon these cases."""
    acts: list[list[Recorded]] = []
    for entry in entries:
        if isinstance(entry.event, DocumentIssued):
            continue
        if acts and acts[-1][-1].at == entry.at:
            acts[-1].append(entry)
        else:
            acts.append([entry])
    begins = [act[0].seq for act in acts]
    papers: dict[int, list[Recorded]] = {}
    for entry in entries:
        if isinstance(entry.event, DocumentIssued) and _is_about(entry, about):
            papers.setdefault(bisect_right(begins, entry.event.act) - 1, []).append(entry)
    return [
        step
        for number, act in enumerate(acts)
        for step in _of_act([entry for entry in act if _is_about(entry, about)], papers.get(number, []), names)
    ]


def _is_about(entry: Recorded, cases: Collection[int] | None) -> bool:
    return cases is None or concerns(entry.event, cases)


def _of_act(act: Sequence[Recorded], papers: Sequence[Recorded], names: Names) -> list[Step]:
    """Tell one act: cases accepted together are one step, and so is what one event means for another of its case.

    A document of one case stands with the step that tells of it, any other with the first.
    """
    accepted = [entry for entry in act if isinstance(entry.event, CaseAccepted) and not automatic(entry.actor)]
    steps: list[Step] = []
    if len(accepted) > 1:
        first, events = accepted[0], [entry.event for entry in accepted]
        steps.append(Step(first.at, first.actor, _accepted_together(events), None, False))
        act = [entry for entry in act if not isinstance(entry.event, CaseAccepted) or automatic(entry.actor)]
    for entry in act:
        if not _told_by_another(entry, act):
            more = [adds(other.event, names) for other in act if (adds := _adds(entry.event, other.event))]
            step = _step(entry, names)
            steps.append(replace(step, sentence="".join([step.sentence, *more])))
    for paper in (entry.event for entry in papers if steps and isinstance(entry.event, DocumentIssued)):
        number = next((number for number, step in enumerate(steps) if paper.cases == (step.case,)), 0)
        steps[number] = replace(steps[number], documents=(*steps[number].documents, paper))
    return steps


def _told_by_another(entry: Recorded, act: Sequence[Recorded]) -> bool:
    return any(_adds(other.event, entry.event) for other in act)


Adds = Callable[[Any, Names], str]


def _adds(event: Event, other: Event) -> Adds | None:
    """Return what another event of the act adds to the sentence of this one; None where it is a step of its own."""
    match event, other:
        case CaseDecided(), DecisionSigned() if event.case == other.case:
            return _nothing
        case CaseDecided(), CertificateIssued() if event.case == other.case:
            return _issued
        case CaseLapsed(), DeferralLapsed() if event.because == other.material:
            return _nothing
        case MaterialsSupplied(cause=SupplyCause.DEFERRAL), DeferralMet():
            return _nothing
        case HearingRequested(), ProcedureBegun(kind=Procedure.HEARING) if event.case == other.case:
            return _no_time_runs
        case HearingHeld(), ProcedureEnded(kind=Procedure.HEARING) if event.case == other.case:
            return _time_runs
        case _:
            return None


def _nothing(event: Event, names: Names) -> str:
    return ""


def _no_time_runs(event: ProcedureBegun, names: Names) -> str:
    return _("举行前不计入时限。")


def _time_runs(event: ProcedureEnded, names: Names) -> str:
    return _("时限继续计算%(until)s。") % {"until": _until(event.due.promised_due_on)}


def _accepted_together(events: Sequence[Any]) -> str:
    last = max(event.promised_due_on for event in events)
    return _("%(count)d 个办件同时受理，最迟 %(day)s 前办结。") % {"count": len(events), "day": date_format(last)}


def sentence(event: Event, names: Names) -> str:
    """Return one event as a sentence."""
    return _SENTENCES[type(event)](event, names)


def _step(entry: Recorded, names: Names) -> Step:
    event = entry.event
    case = getattr(event, "case", None)
    by_rule = automatic(entry.actor) or getattr(event, "released_by", "") == SYSTEM
    if isinstance(event, DocumentIssued) and len(event.cases) == 1:
        (case,) = event.cases
    return Step(
        at=entry.at,
        actor=SYSTEM if by_rule else entry.actor,
        sentence=sentence(event, names),
        case=case,
        automatic=by_rule,
        article=_article(event, names) if by_rule else _cited(event),
    )


def _handed_over(event: CasesHandedOver, names: Names) -> str:
    return _("%(cases)s已移交%(node)s，签收之前双方都不办理。") % _travelling(event.cases, event.to, names)


def _hand_over_receipted(event: HandOverReceipted, names: Names) -> str:
    return _("%(node)s已签收%(cases)s，由其办理。") % _travelling(event.cases, event.to, names)


def _hand_over_refused(event: HandOverRefused, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"words": event.words}
    return _("%(node)s没有接收%(cases)s：%(words)s") % said


def _taken_over(event: CasesTakenOver, names: Names) -> str:
    return _("收到%(node)s移交的%(cases)s，由本地办理。") % _travelling(event.cases, event.sender, names)


def _recall_asked(event: RecallAsked, names: Names) -> str:
    return _("已向%(node)s申请撤回移交%(cases)s。") % _travelling(event.cases, event.to, names)


def _recall_refused(event: RecallRefused, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"words": event.words}
    return _("%(node)s没有退回%(cases)s：%(words)s") % said


_ASKED = {
    AskedAct.ANSWER: lazy("补正"),
    AskedAct.WITHDRAW: lazy("撤回申请"),
    AskedAct.URGE: lazy("催办"),
    AskedAct.RATE: lazy("评价"),
    AskedAct.SUPPLY: lazy("补交材料"),
}


def _act_asked(event: ActAsked, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"act": _ASKED[event.act]}
    return _("您对%(cases)s的%(act)s已转交%(node)s。") % said


def _act_refused(event: ActRefused, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"act": _ASKED[event.act], "words": event.words}
    return _("%(node)s没有办理您对%(cases)s的%(act)s：%(words)s") % said


def _travelling(cases: Sequence[int], node: str, names: Names) -> dict[str, str]:
    return {"cases": _cases(cases, names), "node": adapters.called(node)}


def _submitted(event: ApplicationSubmitted, names: Names) -> str:
    return _("申请已收到，共 %(count)d 个事项。") % {"count": len(event.plan.cases)}


def _taken_in(event: ApplicationTakenIn, names: Names) -> str:
    if event.mode is None:
        return _("申请由窗口帮办收件，申请人核对并签名。")
    return _("申请由异地窗口代收（%(mode)s），申请人核对并签名；受理由主管部门决定，%(counts)s。") % {
        "mode": labels.MODES[event.mode],
        "counts": labels.RECEIPTS[event.receipt_counts],
    }


def _confirmed(event: JointApplicantConfirmed, names: Names) -> str:
    return _("“%(matter)s”的共同申请人已确认并签名。") % {"matter": names.matters[event.case]}


def _accepted(event: CaseAccepted, names: Names) -> str:
    return _("“%(matter)s”已受理，承诺 %(day)s 前办结。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.promised_due_on),
    }


def _opinion(event: OpinionGiven, names: Names) -> str:
    sentence = (
        _("“%(matter)s”：%(desk)s同意。") if event.verdict is Verdict.AGREE else _("“%(matter)s”：%(desk)s不同意。")
    )
    return sentence % {"matter": names.matters[event.case], "desk": event.desk}


def _signed(event: DecisionSigned, names: Names) -> str:
    sentence = (
        _("“%(matter)s”的审查结论已签署：批准，所需证照齐备即生效。")
        if event.outcome is Outcome.APPROVED
        else _("“%(matter)s”的审查结论已签署：不予批准。")
    )
    return sentence % {"matter": names.matters[event.case]}


def _returned(event: ConclusionReturned, names: Names) -> str:
    sentence = {
        ReturnCause.AWAITED_DENIED: _("“%(matter)s”的结论退回岗位重新审查：“%(because)s”未获批准。"),
        ReturnCause.AWAITED_ENDED: _("“%(matter)s”的结论退回岗位重新审查：“%(because)s”已终止，证照不会签发。"),
        ReturnCause.CONTENT_CHANGED: _("“%(matter)s”的结论退回岗位重新审查：“%(because)s”改变了证照内容。"),
        ReturnCause.EVIDENCE_DOUBTED: _("“%(matter)s”的结论退回岗位重新审查：所依据的证照有变化。"),
    }[event.cause]
    said = sentence % {"matter": names.matters[event.case], "because": names.matters[event.because]}
    here = event.cause in (ReturnCause.CONTENT_CHANGED, ReturnCause.EVIDENCE_DOUBTED)
    return said if here else said + _("申请人可以另行提交这份证照。")


def _decided(event: CaseDecided, names: Names) -> str:
    about = {"matter": names.matters[event.case]}
    if event.outcome is Outcome.APPROVED:
        return _("“%(matter)s”已批准。") % about
    return _("“%(matter)s”不予批准。") % about + _remedy()


def _remedy() -> str:
    """What whoever does not accept a decision may do (Administrative Licensing Law, art. 38)."""
    return _("不服的，可以依法申请行政复议或者提起行政诉讼。")


def _issued(event: CertificateIssued, names: Names) -> str:
    return _("《%(certificate)s》已签发。") % {"certificate": names.certificates[event.case]}


def _carried(event: TaxRecordCarried, names: Names) -> str:
    return _("税务档案已从%(left)s迁到%(reached)s：历年信用级别、未办结事项和留抵税额一并迁移，不再视为新办企业。") % {
        "left": labels.province(event.left),
        "reached": labels.province(event.reached),
    }


def _refunded(event: RetainedTaxRefunded, names: Names) -> str:
    return _("%(region)s税务档案中的留抵税额已转出，办理退还。") % {"region": labels.province(event.region)}


def _closed(event: ApplicationClosed, names: Names) -> str:
    return _("全部事项已办结。")


# --- in the department's own system -----------------------------------------------------------------------------------

SYSTEM_STATES = {
    SystemState.RECEIVED: lazy("已收到"),
    SystemState.REVIEWING: lazy("正在审查"),
    SystemState.SUSPENDED: lazy("暂停办理"),
    SystemState.ASKING: lazy("需要补充材料"),
    SystemState.APPROVED: lazy("批准"),
    SystemState.DENIED: lazy("不予批准"),
    SystemState.DECLINED: lazy("不办理"),
    SystemState.ENDED: lazy("已终止"),
}


def _entered_system(event: CaseEnteredSystem, names: Names) -> str:
    return _("“%(matter)s”已送交%(system)s，由部门在其中办理，编号 %(number)s。") % {
        "matter": names.matters[event.case],
        "system": event.title,
        "number": event.number,
    }


def _system_told(event: SystemTold, names: Names) -> str:
    said = _("%(system)s告知“%(matter)s”的办理情况：%(state)s。") % _of_system(event, names)
    return said + _system_certificate(event)


def _system_filled_in(event: SystemFilledIn, names: Names) -> str:
    said = _("由工作人员从%(system)s手工补录“%(matter)s”的办理情况：%(state)s。") % _of_system(event, names)
    return said + _system_certificate(event)


def _of_system(event: SystemTold | SystemFilledIn, names: Names) -> dict[str, str]:
    state = str(SYSTEM_STATES[event.said])
    return {"system": event.title, "matter": names.matters[event.case], "state": state}


def _system_certificate(event: SystemTold | SystemFilledIn) -> str:
    if not event.certificate:
        return ""
    return _("部门系统中的证照编号是 %(number)s。") % {"number": event.certificate}


# --- before acceptance ------------------------------------------------------------------------------------------------


def _cases(indexes: Sequence[int], names: Names) -> str:
    shown = [_("“%(matter)s”") % {"matter": names.matters[index]} for index in indexes if _is_shown(index, names)]
    if len(shown) <= NAMED:
        return _("、").join(shown)
    return _("%(first)s等 %(count)d 个办件") % {"first": shown[0], "count": len(shown)}


def _is_shown(index: int, names: Names) -> bool:
    return names.shown is None or index in names.shown


def _received(event: CasesReceived, names: Names) -> str:
    return _("%(cases)s已收件，%(day)s 前答复是否受理。") % {
        "cases": _cases(event.cases, names),
        "day": date_format(event.answer_due_on),
    }


def _confirmations_asked(event: ConfirmationsAsked, names: Names) -> str:
    return _("%(cases)s须由共同申请人在 %(day)s 前确认签名。") % {
        "cases": _cases(event.cases, names),
        "day": date_format(event.due_on),
    }


def _together(event: TogetherAsked, names: Names) -> str:
    return _("申请人要求全部办件齐备后一并受理。") if event.wait else _("申请人改为办件齐备一个受理一个。")


def _deferral_promised(event: DeferralPromised, names: Names) -> str:
    return _("申请人承诺后补《%(material)s》。") % {"material": names.materials.get(event.material, event.material)}


def _committed(event: CommitmentMade, names: Names) -> str:
    if event.kind is CommitmentKind.LICENCE:
        return _("申请人选择以告知承诺方式办理“%(matter)s”，并签署承诺书。") % {"matter": names.matters[event.case]}
    return _("“%(matter)s”：申请人签署承诺，代替%(materials)s。") % {
        "matter": names.matters[event.case],
        "materials": _listed(event.materials, names),
    }


def _listed(materials: Sequence[str], names: Names) -> str:
    return _("、").join(f"《{names.materials.get(code, code)}》" for code in materials)


def _commitment_withdrawn(event: CommitmentWithdrawn, names: Names) -> str:
    return _("申请人撤回了对“%(matter)s”的承诺，改按一般程序办理。") % {"matter": names.matters[event.case]}


def _correction_asked(event: CorrectionAsked, names: Names) -> str:
    cases = tuple(dict.fromkeys(demand.case for demand in event.demands))
    return _("一次性告知补正：%(cases)s，共 %(count)d 项，请在 %(day)s 前补正。") % {
        "cases": _cases(cases, names),
        "count": len(event.demands),
        "day": date_format(event.answer_due_on),
    }


def _answered(event: DemandsAnswered, names: Names) -> str:
    if event.by == SYSTEM:
        return _("所等待的办件已经齐备或者终止，不再等待。")
    return ngettext("申请人补正了 %(count)d 项。", "申请人补正了 %(count)d 项。", len(event.numbers)) % {
        "count": len(event.numbers)
    }


def _supplied(event: MaterialsSupplied, names: Names) -> str:
    sentence = {
        SupplyCause.ON_THE_SPOT: _("当场更正了%(materials)s。"),
        SupplyCause.CORRECTION: _("申请人补交了%(materials)s。"),
        SupplyCause.DEFERRAL: _("申请人补交了容缺的%(materials)s。"),
        SupplyCause.COMMITMENT_WITHDRAWN: _("申请人提交了%(materials)s，不再以承诺代替。"),
        SupplyCause.CHANGE: _("申请人更换了%(materials)s。"),
    }[event.cause]
    return sentence % {"materials": _listed([supply.material for supply in event.supplies], names)}


def _form_changed(event: FormChanged, names: Names) -> str:
    sentence = _("当场更正了填报内容，涉及%(cases)s。")
    if event.cause is not SupplyCause.ON_THE_SPOT:
        sentence = _("申请人修改了填报内容，涉及%(cases)s。")
    return sentence % {"cases": _cases(event.cases, names)}


def _refused(event: AcceptanceRefused, names: Names) -> str:
    about = {"matter": names.matters[event.case], "body": event.right_body}
    said = {
        RefusalGround.NOT_NEEDED: _("“%(matter)s”不予受理：不需要取得许可。"),
        RefusalGround.NOT_COMPETENT: _("“%(matter)s”不予受理：不属于本机关职权，请向%(body)s申请。"),
        RefusalGround.INCOMPLETE: _("“%(matter)s”不予受理：补正后仍不符合要求。"),
    }[event.ground]
    return said % about + _remedy()


def _withdrawn(event: CaseWithdrawn, names: Names) -> str:
    return _("申请人撤回了“%(matter)s”。") % {"matter": names.matters[event.case]}


def _lapsed(event: CaseLapsed, names: Names) -> str:
    because = {
        LapseCause.CORRECTION: _("逾期没有补正"),
        LapseCause.DEFERRAL: _("逾期没有补交《%(material)s》") % {"material": names.materials.get(event.because, "")},
        LapseCause.CONFIRMATION: _("共同申请人逾期没有确认"),
    }[event.cause]
    sentence = {
        LapseConsequence.DEEMED_WITHDRAWN: _("“%(matter)s”%(because)s，视为撤回申请。"),
        LapseConsequence.ACCEPTANCE_REVOKED: _("“%(matter)s”%(because)s，撤销受理。"),
    }[event.consequence]
    return sentence % {"matter": names.matters[event.case], "because": because} + _("仍需办理的，可以重新申请。")


def _rated(event: CaseRated, names: Names) -> str:
    return _("申请人评价“%(matter)s”：%(level)s。") % {
        "matter": names.matters[event.case],
        "level": str(LEVELS[event.level]),
    }


def _urged(event: CaseUrged, names: Names) -> str:
    return _("申请人催办“%(matter)s”。") % {"matter": names.matters[event.case]}


# --- time -------------------------------------------------------------------------------------------------------------


def _extended(event: LimitExtended, names: Names) -> str:
    return _("经%(approver)s批准，“%(matter)s”的期限延长 %(days)d 个工作日%(until)s。") % {
        "approver": event.approver,
        "matter": names.matters[event.case],
        "days": event.days,
        "until": _until(event.due.statutory_due_on),
    }


def _until(day: date | None) -> str:
    return _("，至 %(day)s") % {"day": date_format(day)} if day else ""


def _procedure_begun(event: ProcedureBegun, names: Names) -> str:
    return _("“%(matter)s”进入%(procedure)s，约需 %(days)d 个工作日，期间不计入时限。") % {
        "matter": names.matters[event.case],
        "procedure": PROCEDURES[event.kind],
        "days": event.expected_days,
    }


def _procedure_ended(event: ProcedureEnded, names: Names) -> str:
    return _("“%(matter)s”的特别程序结束，时限继续计算%(until)s。") % {
        "matter": names.matters[event.case],
        "until": _until(event.due.promised_due_on),
    }


def _projected(event: DaysProjected, names: Names) -> str:
    day = event.due.promised_due_on or event.due.answer_due_on
    return _("节假日安排公布，“%(matter)s”的期限重新推算%(until)s。") % {
        "matter": names.matters[event.case],
        "until": _until(day),
    }


# --- deferral ---------------------------------------------------------------------------------------------------------


def _material(code: str, names: Names) -> str:
    return names.materials.get(code, code)


def _deferral_granted(event: DeferralGranted, names: Names) -> str:
    return _("容缺受理：《%(material)s》须在 %(day)s 前补交。") % {
        "material": _material(event.material, names),
        "day": date_format(event.due_on),
    }


def _deferral_reminded(event: DeferralReminded, names: Names) -> str:
    return _("提醒申请人补交《%(material)s》。") % {"material": _material(event.material, names)}


def _deferral_met(event: DeferralMet, names: Names) -> str:
    return _("《%(material)s》已按期补交。") % {"material": _material(event.material, names)}


def _deferral_lapsed(event: DeferralLapsed, names: Names) -> str:
    return _("《%(material)s》逾期没有补交。") % {"material": _material(event.material, names)}


# --- review -----------------------------------------------------------------------------------------------------------


def _sent_back(event: CaseReturned, names: Names) -> str:
    if not event.desks:
        return _("“%(matter)s”的结论由签署岗位收回，重新审查。") % {"matter": names.matters[event.case]}
    about = {"matter": names.matters[event.case], "desks": _("、").join(event.desks)}
    return _("“%(matter)s”退回%(desks)s重新提出意见，不影响其他办件。") % about


def _site_checked(event: SiteChecked, names: Names) -> str:
    sentence = _("%(cases)s已现场核查，合格。") if event.passed else _("%(cases)s已现场核查，不合格。")
    return sentence % {"cases": _cases(event.cases, names)}


def _interested(event: InterestedTold, names: Names) -> str:
    return _("“%(matter)s”：已告知利害关系人，可在 %(day)s 前陈述意见。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.statement_due_on),
    }


def _stated(event: StatementMade, names: Names) -> str:
    sentence = (
        _("“%(matter)s”：申请人作了陈述申辩。")
        if event.side is Side.APPLICANT
        else _("“%(matter)s”：利害关系人陈述了意见。")
    )
    return sentence % {"matter": names.matters[event.case]}


def _hearing_offered(event: HearingOffered, names: Names) -> str:
    return _("“%(matter)s”：已告知听证权利，可在 %(day)s 前申请听证。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.request_due_on),
    }


def _hearing_requested(event: HearingRequested, names: Names) -> str:
    sentence = (
        _("“%(matter)s”：申请人申请听证，将在 %(day)s 前举行。")
        if event.side is Side.APPLICANT
        else _("“%(matter)s”：利害关系人申请听证，将在 %(day)s 前举行。")
    )
    return sentence % {
        "matter": names.matters[event.case],
        "day": date_format(event.hold_by_on),
    }


def _hearing_held(event: HearingHeld, names: Names) -> str:
    return _("“%(matter)s”：听证已经举行，笔录已归入案卷。") % {"matter": names.matters[event.case]}


def _consent(event: ConsentDeemed, names: Names) -> str:
    return _("“%(matter)s”逾期没有作出决定，视为准予。") % {"matter": names.matters[event.case]}


# --- what follows a commitment ----------------------------------------------------------------------------------------


def _verification_due(event: VerificationDue, names: Names) -> str:
    return _("“%(matter)s”的承诺将在 %(day)s 前核查。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _drawn(event: VerificationDrawn, names: Names) -> str:
    sentence = _("“%(matter)s”的承诺被抽中核查。") if event.chosen else _("“%(matter)s”的承诺没有被抽中，不再核查。")
    return sentence % {"matter": names.matters[event.case]}


def _verified(event: CommitmentVerified, names: Names) -> str:
    sentence = _("“%(matter)s”的承诺经核查属实。") if event.kept else _("“%(matter)s”的承诺经核查不实或没有履行。")
    return sentence % {"matter": names.matters[event.case]}


def _ordered(event: OrderedToCorrect, names: Names) -> str:
    return _("“%(matter)s”：责令在 %(day)s 前整改；逾期不整改的，将告知拟撤销批准。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _mended(event: CommitmentMended, names: Names) -> str:
    return _("“%(matter)s”：已按要求整改，批准继续有效。") % {"matter": names.matters[event.case]}


def _revocation_noticed(event: RevocationNoticed, names: Names) -> str:
    sentence = _("“%(matter)s”：已告知拟撤销批准，可在 %(day)s 前陈述申辩。")
    if event.hearing:
        sentence = _("“%(matter)s”：已告知拟撤销批准，可在 %(day)s 前陈述申辩、申请听证。")
    return sentence % {"matter": names.matters[event.case], "day": date_format(event.statement_due_on)}


def _revoked(event: ApprovalRevoked, names: Names) -> str:
    return _("“%(matter)s”的批准已撤销。") % {"matter": names.matters[event.case]} + _remedy()


def _credit(event: CreditEntered, names: Names) -> str:
    return _("“%(matter)s”：违反承诺已记入信用记录，修复之前不能再作承诺。") % {"matter": names.matters[event.case]}


def _repair_asked(event: CreditRepairAsked, names: Names) -> str:
    return _("“%(matter)s”：已申请信用修复，将在 %(day)s 前答复。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _repair_denied(event: CreditRepairDenied, names: Names) -> str:
    return _("“%(matter)s”：信用修复没有通过，理由已告知，可以再次申请。") % {"matter": names.matters[event.case]}


def _credit_repaired(event: CreditRepaired, names: Names) -> str:
    return _("“%(matter)s”：失信记录已经修复。") % {"matter": names.matters[event.case]}


def _check_drawn(event: SpotCheckDrawn, names: Names) -> str:
    return _("“%(matter)s”的当场决定被抽中，将在 %(day)s 前由其他人员抽查。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.due_on),
    }


def _checked(event: SpotChecked, names: Names) -> str:
    sentence = {
        None: _("“%(matter)s”的当场决定经抽查无误。"),
        FollowUp.CORRECT: _("“%(matter)s”的当场决定经抽查需要更正，决定部门将联系申请人。"),
        FollowUp.ANNUL: _("“%(matter)s”的当场决定经抽查有误，已提请按程序处理；处理之前决定继续有效。"),
    }[event.follow_up]
    return sentence % {"matter": names.matters[event.case]}


def _fate_told(event: CertificateFateTold, names: Names) -> str:
    about = {
        "certificate": names.materials.get(event.material, event.material),
        "number": event.certificate,
        "day": date_format(event.on),
        "fate": FATES.get(event.fate, ""),
        "cases": _cases(event.cases, names),
    }
    if event.fate is Fate.IN_FORCE:
        return _("所依据的《%(certificate)s》（%(number)s）已恢复使用，%(cases)s不再受影响。") % about
    return (
        _(
            "所依据的《%(certificate)s》（%(number)s）已于 %(day)s %(fate)s，涉及%(cases)s："
            "尚未决定的，须重新提交或者由岗位核实；已经决定的，由岗位研究处理。"
        )
        % about
    )


FATES = {
    Fate.SUSPENDED: lazy("被暂停使用"),
    Fate.WITHDRAWN: lazy("被撤回"),
    Fate.REVOKED: lazy("被吊销"),
    Fate.ANNULLED: lazy("被撤销"),
    Fate.CANCELLED: lazy("被注销"),
    Fate.EXPIRED: lazy("有效期届满"),
}


def _settled(event: DoubtSettled, names: Names) -> str:
    return _("“%(matter)s”：承办岗位已核实证照（%(number)s）的变化，并写明了理由。") % {
        "matter": names.matters[event.case],
        "number": event.certificate,
    }


def _supervised(event: SupervisionOpened, names: Names) -> str:
    sentence = {
        SupervisionRule.ANSWER_OVERDUE: _("“%(matter)s”逾期没有答复是否受理，已转效能监察，责任岗位：%(desk)s。"),
        SupervisionRule.DECISION_OVERDUE: _("“%(matter)s”逾期没有作出决定，已转效能监察，责任岗位：%(desk)s。"),
        SupervisionRule.HEARING_OVERDUE: _("“%(matter)s”逾期没有举行听证，已转效能监察，责任岗位：%(desk)s。"),
        SupervisionRule.VERIFICATION_OVERDUE: _("“%(matter)s”的承诺逾期没有核查，已转效能监察，责任岗位：%(desk)s。"),
        SupervisionRule.ORDER_OVERDUE: _("“%(matter)s”整改期满没有处理，已转效能监察，责任岗位：%(desk)s。"),
        SupervisionRule.PROCEDURE_OVERDUE: _(
            "“%(matter)s”的特别程序超过了告知的时间，已转效能监察，责任岗位：%(desk)s。"
        ),
        SupervisionRule.SPOT_CHECK_OVERDUE: _("“%(matter)s”逾期没有抽查，已转效能监察，责任岗位：%(desk)s。"),
        SupervisionRule.SPOT_CHECK_FAILED: _("“%(matter)s”的处理由效能监察跟进，责任岗位：%(desk)s。"),
    }[event.rule]
    return sentence % {"matter": names.matters[event.case], "desk": event.desk}


def _supervision_closed(event: SupervisionClosed, names: Names) -> str:
    return _("“%(matter)s”的效能监察已办结。") % {"matter": names.matters[event.case]}


def _document_issued(event: DocumentIssued, names: Names) -> str:
    return _("《%(title)s》（%(number)s）已制发。") % {"title": event.title, "number": event.number}


def _documents_delivered(event: DocumentsDelivered, names: Names) -> str:
    return _("文书已签收：%(numbers)s。") % {"numbers": _("、").join(event.numbers)}


def _letter_delivered(event: LetterDelivered, names: Names) -> str:
    return _("“%(matter)s”：利害关系人告知书（%(number)s）已送达。") % {
        "matter": names.matters[event.case],
        "number": event.number,
    }


_SENTENCES: dict[type[Event], Callable[[Any, Names], str]] = {
    ActAsked: _act_asked,
    ActRefused: _act_refused,
    CasesHandedOver: _handed_over,
    HandOverReceipted: _hand_over_receipted,
    HandOverRefused: _hand_over_refused,
    CasesTakenOver: _taken_over,
    RecallAsked: _recall_asked,
    RecallRefused: _recall_refused,
    ApplicationSubmitted: _submitted,
    ApplicationTakenIn: _taken_in,
    CasesReceived: _received,
    ConfirmationsAsked: _confirmations_asked,
    JointApplicantConfirmed: _confirmed,
    TogetherAsked: _together,
    DeferralPromised: _deferral_promised,
    CommitmentMade: _committed,
    CommitmentWithdrawn: _commitment_withdrawn,
    CorrectionAsked: _correction_asked,
    DemandsAnswered: _answered,
    MaterialsSupplied: _supplied,
    FormChanged: _form_changed,
    AcceptanceRefused: _refused,
    CaseAccepted: _accepted,
    CaseWithdrawn: _withdrawn,
    CaseLapsed: _lapsed,
    CaseRated: _rated,
    CaseUrged: _urged,
    LimitExtended: _extended,
    ProcedureBegun: _procedure_begun,
    ProcedureEnded: _procedure_ended,
    DaysProjected: _projected,
    DeferralGranted: _deferral_granted,
    DeferralReminded: _deferral_reminded,
    DeferralMet: _deferral_met,
    DeferralLapsed: _deferral_lapsed,
    OpinionGiven: _opinion,
    CaseReturned: _sent_back,
    SiteChecked: _site_checked,
    InterestedTold: _interested,
    StatementMade: _stated,
    HearingOffered: _hearing_offered,
    HearingRequested: _hearing_requested,
    HearingHeld: _hearing_held,
    DecisionSigned: _signed,
    ConclusionReturned: _returned,
    CaseDecided: _decided,
    ConsentDeemed: _consent,
    CertificateIssued: _issued,
    RetainedTaxRefunded: _refunded,
    TaxRecordCarried: _carried,
    ApplicationClosed: _closed,
    CaseEnteredSystem: _entered_system,
    SystemTold: _system_told,
    SystemFilledIn: _system_filled_in,
    VerificationDue: _verification_due,
    VerificationDrawn: _drawn,
    CommitmentVerified: _verified,
    OrderedToCorrect: _ordered,
    CommitmentMended: _mended,
    RevocationNoticed: _revocation_noticed,
    ApprovalRevoked: _revoked,
    CreditEntered: _credit,
    CreditRepairAsked: _repair_asked,
    CreditRepairDenied: _repair_denied,
    CreditRepaired: _credit_repaired,
    SpotCheckDrawn: _check_drawn,
    SpotChecked: _checked,
    CertificateFateTold: _fate_told,
    DoubtSettled: _settled,
    SupervisionOpened: _supervised,
    SupervisionClosed: _supervision_closed,
    DocumentIssued: _document_issued,
    DocumentsDelivered: _documents_delivered,
    LetterDelivered: _letter_delivered,
}


_ON_THE_SPOT = (CaseAccepted, CaseDecided, CertificateIssued, ApplicationClosed)
"""What the system does in the act that asks for a certificate on the spot."""


def _cited(event: Event) -> str:
    """Return the article upon which somebody's act says that it rests."""
    match event:
        case HearingOffered() | HearingRequested() | HearingHeld():
            return HEARING_ARTICLE
        case _:
            return str(getattr(event, "article", ""))


def _article(event: Event, names: Names) -> str:
    """Return the rule by which the system acted."""
    if isinstance(event, _ON_THE_SPOT) and names.articles:
        return names.articles.get(getattr(event, "case", 0)) or next(iter(names.articles.values()))
    match event:
        case ConclusionReturned(cause=ReturnCause.EVIDENCE_DOUBTED):
            return _("依据所用证照的变化自动退回")
        case ConclusionReturned():
            return _("依据所等待证照的变化自动退回")
        case CertificateFateTold():
            return event.article or _("签发机关的决定（示例，未引用条文）")
        case CaseAccepted():
            return _("%(article)s：逾期不告知的，自收到申请材料之日起即为受理") % {"article": ANSWER_ARTICLE}
        case CaseLapsed() | DeferralLapsed() | SupervisionOpened() | ConsentDeemed():
            return event.article or _("本地区办理规则（示例）")
        case CaseDecided() | CertificateIssued() | RetainedTaxRefunded() | TaxRecordCarried():
            return _("所需证照齐备，已签署的结论自动生效")
        case DemandsAnswered():
            return _("依据所等待办件的变化自动更新")
        case DocumentIssued():
            return _("所记载的办理一经生效即制发")
        case CaseEnteredSystem():
            return _("这一事项由部门在自己的业务系统中办理")
        case DaysProjected():
            return _("国务院办公厅公布的节假日安排")
        case _:
            return _("本地区办理规则（示例）")
