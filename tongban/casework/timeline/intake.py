"""How the timeline tells what happens until a case is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.casework.timeline.names import Names, Sentences, cases_of, listed
from tongban.casework.timeline.review import _remedy
from tongban.catalogue import labels
from tongban.domain.events import (
    SYSTEM,
    AcceptanceRefused,
    ApplicationSubmitted,
    ApplicationTakenIn,
    CaseAccepted,
    CaseLapsed,
    CasesReceived,
    CaseUrged,
    CaseWithdrawn,
    ConfirmationsAsked,
    CorrectionAsked,
    DemandsAnswered,
    FormChanged,
    JointApplicantConfirmed,
    LapseCause,
    LapseConsequence,
    MaterialsSupplied,
    RefusalGround,
    SupplyCause,
    TogetherAsked,
)


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


def _received(event: CasesReceived, names: Names) -> str:
    return _("%(cases)s已收件，%(day)s 前答复是否受理。") % {
        "cases": cases_of(event.cases, names),
        "day": date_format(event.answer_due_on),
    }


def _confirmations_asked(event: ConfirmationsAsked, names: Names) -> str:
    return _("%(cases)s须由共同申请人在 %(day)s 前确认签名。") % {
        "cases": cases_of(event.cases, names),
        "day": date_format(event.due_on),
    }


def _together(event: TogetherAsked, names: Names) -> str:
    return _("申请人要求全部办件齐备后一并受理。") if event.wait else _("申请人改为办件齐备一个受理一个。")


def _correction_asked(event: CorrectionAsked, names: Names) -> str:
    cases = tuple(dict.fromkeys(demand.case for demand in event.demands))
    return _("一次性告知补正：%(cases)s，共 %(count)d 项，请在 %(day)s 前补正。") % {
        "cases": cases_of(cases, names),
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
    return sentence % {"materials": listed([supply.material for supply in event.supplies], names)}


def _form_changed(event: FormChanged, names: Names) -> str:
    sentence = _("当场更正了填报内容，涉及%(cases)s。")
    if event.cause is not SupplyCause.ON_THE_SPOT:
        sentence = _("申请人修改了填报内容，涉及%(cases)s。")
    return sentence % {"cases": cases_of(event.cases, names)}


def _refused(event: AcceptanceRefused, names: Names) -> str:
    about = {"matter": names.matters[event.case], "body": event.right_body}
    said = {
        RefusalGround.NOT_NEEDED: _("“%(matter)s”不予受理：不需要取得许可。"),
        RefusalGround.NOT_COMPETENT: _("“%(matter)s”不予受理：不属于本机关职权，请向%(body)s申请。"),
        RefusalGround.INCOMPLETE: _("“%(matter)s”不予受理：补正后仍不符合要求。"),
    }[event.ground]
    return said % about + _remedy()


def _accepted(event: CaseAccepted, names: Names) -> str:
    return _("“%(matter)s”已受理，承诺 %(day)s 前办结。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.promised_due_on),
    }


def accepted_together(events: Sequence[Any]) -> str:
    last = max(event.promised_due_on for event in events)
    return _("%(count)d 个办件同时受理，最迟 %(day)s 前办结。") % {"count": len(events), "day": date_format(last)}


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


def _urged(event: CaseUrged, names: Names) -> str:
    return _("申请人催办“%(matter)s”。") % {"matter": names.matters[event.case]}


SENTENCES: Sentences = {
    ApplicationSubmitted: _submitted,
    ApplicationTakenIn: _taken_in,
    CasesReceived: _received,
    ConfirmationsAsked: _confirmations_asked,
    JointApplicantConfirmed: _confirmed,
    TogetherAsked: _together,
    CorrectionAsked: _correction_asked,
    DemandsAnswered: _answered,
    MaterialsSupplied: _supplied,
    FormChanged: _form_changed,
    AcceptanceRefused: _refused,
    CaseAccepted: _accepted,
    CaseWithdrawn: _withdrawn,
    CaseLapsed: _lapsed,
    CaseUrged: _urged,
}
