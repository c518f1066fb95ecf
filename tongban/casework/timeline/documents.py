"""How the timeline tells of documents, and of supervision."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongban.casework.timeline.names import Names, Sentences
from tongban.domain.events import (
    DocumentIssued,
    DocumentsDelivered,
    LetterDelivered,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionRule,
)


def _document_issued(event: DocumentIssued, names: Names) -> str:
    return _("《%(title)s》（%(number)s）已制发。") % {"title": event.title, "number": event.number}


def _documents_delivered(event: DocumentsDelivered, names: Names) -> str:
    return _("文书已签收：%(numbers)s。") % {"numbers": _("、").join(event.numbers)}


def _letter_delivered(event: LetterDelivered, names: Names) -> str:
    return _("“%(matter)s”：利害关系人告知书（%(number)s）已送达。") % {
        "matter": names.matters[event.case],
        "number": event.number,
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


SENTENCES: Sentences = {
    SupervisionOpened: _supervised,
    SupervisionClosed: _supervision_closed,
    DocumentIssued: _document_issued,
    DocumentsDelivered: _documents_delivered,
    LetterDelivered: _letter_delivered,
}
