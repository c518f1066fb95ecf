"""How the timeline tells of opinions and conclusions, and of what they rest upon."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.satisfaction import LEVELS
from tongban.casework.timeline.names import Names, Sentences, cases_of
from tongban.catalogue import labels
from tongban.domain.events import (
    ApplicationClosed,
    CaseDecided,
    CaseRated,
    CaseReturned,
    CertificateFateTold,
    CertificateIssued,
    ConclusionReturned,
    ConsentDeemed,
    DecisionSigned,
    DoubtSettled,
    Fate,
    OpinionGiven,
    Outcome,
    RetainedTaxRefunded,
    ReturnCause,
    TaxRecordCarried,
    Verdict,
)


def _opinion(event: OpinionGiven, names: Names) -> str:
    sentence = (
        _("“%(matter)s”：%(desk)s同意。") if event.verdict is Verdict.AGREE else _("“%(matter)s”：%(desk)s不同意。")
    )
    return sentence % {"matter": names.matters[event.case], "desk": event.desk}


def _sent_back(event: CaseReturned, names: Names) -> str:
    if not event.desks:
        return _("“%(matter)s”的结论由签署岗位收回，重新审查。") % {"matter": names.matters[event.case]}
    about = {"matter": names.matters[event.case], "desks": _("、").join(event.desks)}
    return _("“%(matter)s”退回%(desks)s重新提出意见，不影响其他办件。") % about


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


def _consent(event: ConsentDeemed, names: Names) -> str:
    return _("“%(matter)s”逾期没有作出决定，视为准予。") % {"matter": names.matters[event.case]}


def _decided(event: CaseDecided, names: Names) -> str:
    about = {"matter": names.matters[event.case]}
    if event.outcome is Outcome.APPROVED:
        return _("“%(matter)s”已批准。") % about
    return _("“%(matter)s”不予批准。") % about + _remedy()


def _remedy() -> str:
    """What whoever does not accept a decision may do (Administrative Licensing Law, art. 38)."""
    return _("不服的，可以依法申请行政复议或者提起行政诉讼。")


def issued(event: CertificateIssued, names: Names) -> str:
    return _("《%(certificate)s》已签发。") % {"certificate": names.certificates[event.case]}


def _carried(event: TaxRecordCarried, names: Names) -> str:
    return _("税务档案已从%(left)s迁到%(reached)s：历年信用级别、未办结事项和留抵税额一并迁移，不再视为新办企业。") % {
        "left": labels.province(event.left),
        "reached": labels.province(event.reached),
    }


def _refunded(event: RetainedTaxRefunded, names: Names) -> str:
    return _("%(region)s税务档案中的留抵税额已转出，办理退还。") % {"region": labels.province(event.region)}


def _fate_told(event: CertificateFateTold, names: Names) -> str:
    about = {
        "certificate": names.materials.get(event.material, event.material),
        "number": event.certificate,
        "day": date_format(event.on),
        "fate": FATES.get(event.fate, ""),
        "cases": cases_of(event.cases, names),
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


def _closed(event: ApplicationClosed, names: Names) -> str:
    return _("全部事项已办结。")


def _rated(event: CaseRated, names: Names) -> str:
    return _("申请人评价“%(matter)s”：%(level)s。") % {
        "matter": names.matters[event.case],
        "level": str(LEVELS[event.level]),
    }


SENTENCES: Sentences = {
    CaseRated: _rated,
    OpinionGiven: _opinion,
    CaseReturned: _sent_back,
    DecisionSigned: _signed,
    ConclusionReturned: _returned,
    CaseDecided: _decided,
    ConsentDeemed: _consent,
    CertificateIssued: issued,
    RetainedTaxRefunded: _refunded,
    TaxRecordCarried: _carried,
    ApplicationClosed: _closed,
    CertificateFateTold: _fate_told,
    DoubtSettled: _settled,
}
