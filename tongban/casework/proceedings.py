"""What has a case been through beside opinions and conclusion, in words for its desks and for its applicant?

The applicant reads what the notices told him: which time does not count and why, by how much the limit was lengthened,
by whom and for what reason, and his right to a hearing. What others wrote about the case is for its desks alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tongban.casework import lanes, words
from tongban.casework.lamps import PROCEDURES
from tongban.domain import overrun
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import Unit, day_of
from tongban.domain.events import Side, SupervisionRule
from tongban.domain.overrun import Charge
from tongban.domain.proceedings import Extended, Hearing, SiteCheck, SpecialProcedure, Supervision
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Calendar
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.web.values import Answer

RULES: dict[SupervisionRule, Promise] = {
    SupervisionRule.ANSWER_OVERDUE: lazy("逾期没有答复是否受理"),
    SupervisionRule.DECISION_OVERDUE: lazy("逾期没有作出决定"),
    SupervisionRule.HEARING_OVERDUE: lazy("逾期没有举行听证"),
    SupervisionRule.VERIFICATION_OVERDUE: lazy("承诺逾期没有核查"),
    SupervisionRule.ORDER_OVERDUE: lazy("整改期满没有处理"),
    SupervisionRule.PROCEDURE_OVERDUE: lazy("特别程序超过了告知的时间"),
    SupervisionRule.SPOT_CHECK_OVERDUE: lazy("当场决定逾期没有抽查"),
    SupervisionRule.SPOT_CHECK_FAILED: lazy("当场决定经抽查有误，等待处理"),
}
"""What is late, or wrong."""

SIDES = {Side.APPLICANT: lazy("申请人"), Side.INTERESTED: lazy("利害关系人")}


def told(case: Case, *, calendar: Calendar) -> list[Answer]:
    """Return what the notices of a case said, for its applicant."""
    return [
        *(_procedure(entry, calendar) for entry in case.ledger.procedures),
        *_extension(case.ledger.extension),
        *_hearing(case.proceedings.hearing),
        *(_site_check(check, {}) for check in case.proceedings.site_checks),
        *_statements(case, (Side.APPLICANT,)),
    ]


def kept(case: Case, names: Mapping[str, str], *, calendar: Calendar) -> list[Answer]:
    """Return all that the case has been through, for its desks; `names` say who the officers are."""
    return [
        *(_procedure(entry, calendar) for entry in case.ledger.procedures),
        *_extension(case.ledger.extension),
        *(_site_check(check, names) for check in case.proceedings.site_checks),
        *(
            Answer(
                _("利害关系人"),
                [
                    said(one.party),
                    _("已告知，可在 %(day)s 前陈述意见") % {"day": date_format(one.statement_due_on)},
                ],
            )
            for one in case.proceedings.interested
        ),
        *_statements(case, tuple(Side)),
        *_hearing(case.proceedings.hearing),
        *(_supervision(one) for one in case.proceedings.supervision),
    ]


def _procedure(entry: SpecialProcedure, calendar: Calendar) -> Answer:
    lines = [
        _("%(began)s开始，预计 %(days)d 个工作日，至 %(until)s，期间不计入时限")
        % {
            "began": date_format(entry.began_on),
            "days": entry.expected_days,
            "until": date_format(lanes.expected_end(entry, calendar)),
        }
    ]
    if entry.resumed_on:
        lines.append(_("%(day)s结束，时限继续计算") % {"day": date_format(entry.resumed_on)})
    if entry.result:
        lines.append(_("结果：%(text)s") % {"text": said(entry.result)})
    return Answer(str(PROCEDURES[entry.kind]), lines, source=entry.article)


def _extension(extended: Extended | None) -> list[Answer]:
    if extended is None:
        return []
    lines = [
        _("%(day)s经%(approver)s批准，延长 %(days)d 个工作日")
        % {"day": date_format(extended.approved_on), "approver": extended.approver, "days": extended.days},
        _("理由：%(text)s") % {"text": said(extended.reason)},
    ]
    return [Answer(_("延长期限"), lines, source=extended.article)]


def _hearing(hearing: Hearing | None) -> list[Answer]:
    if hearing is None:
        return []
    lines = [_("已告知听证权利，可在 %(day)s 前申请") % {"day": date_format(hearing.request_due_on)}]
    if hearing.requested_by and hearing.hold_by_on:
        about = {"side": SIDES[hearing.requested_by], "day": date_format(hearing.hold_by_on)}
        lines.append(_("%(side)s申请了听证，%(day)s 前举行") % about)
    if hearing.held_at and hearing.record:
        lines.append(_("%(day)s举行") % {"day": date_format(day_of(hearing.held_at))})
        lines.append(_("笔录：%(text)s") % {"text": said(hearing.record)})
    return [Answer(_("听证权利"), lines)]


def _site_check(check: SiteCheck, names: Mapping[str, str]) -> Answer:
    day = {"day": date_format(day_of(check.at))}
    lines = [_("%(day)s核查合格") % day if check.passed else _("%(day)s核查不合格") % day]
    if names:
        lines.append(words.listed([names.get(officer, "") for officer in check.officers]))
        lines.append(said(check.record))
    return Answer(_("现场核查"), lines)


def _statements(case: Case, sides: Sequence[Side]) -> list[Answer]:
    return [
        Answer(_("%(side)s的陈述") % {"side": SIDES[one.side]}, [said(one.text)], source=date_format(day_of(one.at)))
        for one in case.proceedings.statements
        if one.side in sides
    ]


def _supervision(one: Supervision) -> Answer:
    lines = [
        _("%(what)s，%(day)s立案，责任岗位：%(desk)s")
        % {"what": RULES[one.rule], "day": date_format(day_of(one.opened_at)), "desk": one.desk}
    ]
    if one.closed_at and one.finding:
        lines.append(_("%(day)s办结") % {"day": date_format(day_of(one.closed_at))})
        lines.append(said(one.finding))
    return Answer(_("效能监察"), lines)


def said(sealed: Sealed) -> str:
    return keys.unseal(sealed).decode()


# --- what the end of one case means for others ------------------------------------------------------------------------


def reach_of_barren(application: Application, case: Case, catalogue: Catalogue) -> str:
    """Say which cases cannot be approved because this one gave no certificate; empty where it concerns none."""
    waiting = [other for other in application.cases if case.index in other.awaits and not other.ended]
    if not case.barren or not waiting:
        return ""
    named = words.listed(
        [
            _("第 %(index)d 项“%(matter)s”") % {"index": other.index, "matter": words.matter(catalogue, other.matter)}
            for other in waiting
        ]
    )
    return _("《%(certificate)s》不会签发，需要它的%(cases)s因此不能批准，除非另行提供该证照。") % {
        "certificate": words.certificate(catalogue, case.yields),
        "cases": named,
    }


# --- who answers for lateness -----------------------------------------------------------------------------------------


def charges(
    entries: Sequence[Recorded], case: Case, names: Mapping[str, str], *, calendar: Calendar, today: date
) -> list[Answer]:
    """Return who answers for the days beyond the limits of a case; nothing when it is or was on time."""
    last_on = min((day for day in (case.promised_due_on, case.statutory_due_on) if day), default=today)
    until = day_of(case.ended_at) if case.ended_at else today
    if until <= last_on:
        return []
    found = overrun.charges([entry.event for entry in entries], case.index, calendar=calendar, today=today)
    return [Answer(charged_to(one.body, one.desk, names), in_words(beyond(one, case))) for one in found]


def charged_to(body: str, desk: str, names: Mapping[str, str]) -> str:
    """Name a desk with its body; no desk: it was with the applicant."""
    return names.get(f"org:{body}", "") + desk if desk else _("等待申请人")


Beyond = dict[tuple["Exceeded", Unit], Fraction]
"""Days beyond a limit, in the unit of the limit: days of two units are never added."""


class Exceeded(StrEnum):
    PROMISE = "promise"
    STATUTE = "statute"


def beyond(charge: Charge, case: Case) -> Beyond:
    """Return the days of a charge, each in the unit in which its limit is told."""
    days = {
        (Exceeded.PROMISE, case.promised.unit): charge.promised,
        (Exceeded.STATUTE, case.statutory.unit): charge.statutory,
    }
    return {kind: number for kind, number in days.items() if number}


def in_words(days: Beyond) -> str:
    said = {Exceeded.PROMISE: _("超承诺 %(days)s"), Exceeded.STATUTE: _("超法定 %(days)s")}
    exceeded = {limit: [_days(days[limit, unit], unit) for unit in Unit if (limit, unit) in days] for limit in said}
    return _("，").join(said[limit] % {"days": words.listed(numbers)} for limit, numbers in exceeded.items() if numbers)


def _days(number: Fraction, unit: Unit) -> str:
    text, count = f"{float(number):.1f}".removesuffix(".0"), 1 if number == 1 else 2
    if unit is Unit.NATURAL:
        return ngettext("%(days)s 个自然日", "%(days)s 个自然日", count) % {"days": text}
    return ngettext("%(days)s 个工作日", "%(days)s 个工作日", count) % {"days": text}
