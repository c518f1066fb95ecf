"""Which lamp (红黄绿灯) does a case show, and in which words?

The kernel says the colour; the words beside it say how many working days are left or over.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from tongban.domain import clock, prereview
from tongban.domain.application import Case, CaseState
from tongban.domain.clock import Lamp
from tongban.domain.events import Procedure
from tongban.domain.workdays import Calendar

NOT_YET = "none"
PAUSED = "paused"
DONE = "done"
PAUSED = "paused"

PROCEDURES = {
    Procedure.HEARING: lazy("听证"),
    Procedure.TENDER: lazy("招标"),
    Procedure.AUCTION: lazy("拍卖"),
    Procedure.INSPECTION: lazy("检验"),
    Procedure.TEST: lazy("检测"),
    Procedure.QUARANTINE: lazy("检疫"),
    Procedure.APPRAISAL: lazy("鉴定"),
    Procedure.EXPERT_REVIEW: lazy("专家评审"),
}
"""The special procedures (特别程序) of Administrative Licensing Law, art. 45, by their names."""


class Lit(NamedTuple):
    """The name of a lamp and the words beside it."""

    state: str
    text: str


def lit(*, promised: date | None, statutory: date | None, today: date, calendar: Calendar) -> Lit:
    """Return the lamp of what is not yet decided; nothing runs while `promised` is None."""
    if promised is None:
        return Lit(NOT_YET, _("等待受理"))
    state = clock.lamp(today=today, promised_due=promised, statutory_due=statutory, calendar=calendar)
    left = clock.working_days_between(start=today, end=promised, calendar=calendar, provisional=True)
    return Lit(state.value, _words(state, left, ends_today=promised == today))


def _words(state: Lamp, left: int, *, ends_today: bool) -> str:
    if state is Lamp.PASSED:
        return _("已超法定期限")
    if state is Lamp.RED:
        return ngettext("已超承诺 %(days)d 个工作日", "已超承诺 %(days)d 个工作日", -left) % {"days": -left}
    if ends_today:
        return _("今天到期")
    return ngettext("还有 %(days)d 个工作日", "还有 %(days)d 个工作日", left) % {"days": left}


def of_pre_review(due_on: date, *, today: date, calendar: Calendar) -> Lit:
    """Return the lamp of a request for pre-review; no limit of the law runs from it."""
    state = prereview.lamp(due_on=due_on, today=today)
    left = clock.working_days_between(start=today, end=due_on, calendar=calendar, provisional=True)
    if state is Lamp.RED:
        words = ngettext("已超预审期限 %(days)d 个工作日", "已超预审期限 %(days)d 个工作日", -left) % {"days": -left}
        return Lit(state.value, words)
    return Lit(state.value, _words(state, left, ends_today=due_on == today))


def of_case(case: Case, *, today: date, calendar: Calendar) -> Lit:
    """Return the lamp of a case in any state."""
    match case.state:
        case CaseState.SUBMITTED:
            return Lit(NOT_YET, _("等待受理") if case.confirmed else _("等待共同申请人确认"))
        case CaseState.DECIDED if case.revoked:
            return Lit(NOT_YET, _("批准已撤销"))
        case CaseState.DECIDED:
            return Lit(DONE, _("已批准")) if case.approved else Lit(NOT_YET, _("不予批准"))
        case CaseState.CORRECTING:
            return Lit(NOT_YET, _("等待补正"))
        case CaseState.REFUSED:
            return Lit(NOT_YET, _("不予受理"))
        case CaseState.WITHDRAWN:
            return Lit(NOT_YET, _("已撤回"))
        case CaseState.LAPSED:
            return Lit(NOT_YET, _("已终止"))
        case _ if case.ledger.lasting is not None:
            return Lit(PAUSED, _("%(procedure)s中，不计时限") % {"procedure": PROCEDURES[case.ledger.lasting.kind]})
        case _:
            return lit(promised=case.promised_due_on, statutory=case.statutory_due_on, today=today, calendar=calendar)
