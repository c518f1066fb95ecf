"""How the timeline tells of time: extensions, special procedures, hearings."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.casework.lamps import PROCEDURES
from tongban.casework.timeline.names import Names, Sentences, cases_of, until
from tongban.domain.events import (
    DaysProjected,
    HearingHeld,
    HearingOffered,
    HearingRequested,
    InterestedTold,
    LimitExtended,
    ProcedureBegun,
    ProcedureEnded,
    Side,
    SiteChecked,
    StatementMade,
)


def _extended(event: LimitExtended, names: Names) -> str:
    return _("经%(approver)s批准，“%(matter)s”的期限延长 %(days)d 个工作日%(until)s。") % {
        "approver": event.approver,
        "matter": names.matters[event.case],
        "days": event.days,
        "until": until(event.due.statutory_due_on),
    }


def _procedure_begun(event: ProcedureBegun, names: Names) -> str:
    return _("“%(matter)s”进入%(procedure)s，约需 %(days)d 个工作日，期间不计入时限。") % {
        "matter": names.matters[event.case],
        "procedure": PROCEDURES[event.kind],
        "days": event.expected_days,
    }


def _procedure_ended(event: ProcedureEnded, names: Names) -> str:
    return _("“%(matter)s”的特别程序结束，时限继续计算%(until)s。") % {
        "matter": names.matters[event.case],
        "until": until(event.due.promised_due_on),
    }


def no_time_runs(event: ProcedureBegun, names: Names) -> str:
    return _("举行前不计入时限。")


def time_runs(event: ProcedureEnded, names: Names) -> str:
    return _("时限继续计算%(until)s。") % {"until": until(event.due.promised_due_on)}


def _projected(event: DaysProjected, names: Names) -> str:
    day = event.due.promised_due_on or event.due.answer_due_on
    return _("节假日安排公布，“%(matter)s”的期限重新推算%(until)s。") % {
        "matter": names.matters[event.case],
        "until": until(day),
    }


def _site_checked(event: SiteChecked, names: Names) -> str:
    sentence = _("%(cases)s已现场核查，合格。") if event.passed else _("%(cases)s已现场核查，不合格。")
    return sentence % {"cases": cases_of(event.cases, names)}


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


SENTENCES: Sentences = {
    LimitExtended: _extended,
    ProcedureBegun: _procedure_begun,
    ProcedureEnded: _procedure_ended,
    DaysProjected: _projected,
    SiteChecked: _site_checked,
    InterestedTold: _interested,
    StatementMade: _stated,
    HearingOffered: _hearing_offered,
    HearingRequested: _hearing_requested,
    HearingHeld: _hearing_held,
}
