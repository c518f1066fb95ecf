"""How the timeline tells what happened in a department's own system."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.timeline.names import Names, Sentences
from tongban.domain.events import CaseEnteredSystem, SystemFilledIn, SystemState, SystemTold

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


SENTENCES: Sentences = {
    CaseEnteredSystem: _entered_system,
    SystemTold: _system_told,
    SystemFilledIn: _system_filled_in,
}
