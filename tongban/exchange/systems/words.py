"""What are states and differences called, in sentences that a person understands?"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from tongban.casework.timeline import SYSTEM_STATES
from tongban.domain.events import SystemState
from tongban.domain.systems import DifferenceKind

DIFFERENCES = {
    DifferenceKind.NOT_THERE: lazy("办件 %(case)s 已送交，对方清单中却没有：已安排重新送交。"),
    DifferenceKind.NOT_HERE: lazy("对方有办件 %(case)s（%(there)s），本方没有送交过。请与部门核实来源。"),
    DifferenceKind.BEHIND: lazy(
        "办件 %(case)s 在对方是“%(there)s”，本方只知道“%(here)s”。请等对方答复，久等不到的请手工补录。"
    ),
    DifferenceKind.CONTRADICTS: lazy(
        "办件 %(case)s 的结论双方不同：本方“%(here)s”，对方“%(there)s”。请与部门核实后依法处理。"
    ),
    DifferenceKind.OPEN_THERE: lazy("办件 %(case)s 在本方已经办结，对方仍是“%(there)s”。请通知对方停止办理。"),
    DifferenceKind.NOT_TAKEN: lazy(
        "办件 %(case)s 在对方已有结论“%(there)s”，本方没有采用。请打开办件查看原因，处理后重新办理或手工补录。"
    ),
    DifferenceKind.UNREADABLE: lazy("办件 %(case)s 在对方的状态“%(there)s”不在对照表中。请核对后登记新版对照表。"),
}
NEXT = {
    SystemState.ASKING: lazy(
        "部门要求补充材料。受理后不再补正：请联系申请人自愿补充，材料补交后自动送交对方；审查时间照常计算。"
    ),
    SystemState.SUSPENDED: lazy(
        "部门暂停了办理。需要检验、检测、听证等的，请在办件页面开始特别程序，否则时限照常计算。"
    ),
    SystemState.DECLINED: lazy("部门系统不办理这个办件。请核实后在办件页面直接审查，或者手工补录。"),
    SystemState.ENDED: lazy("部门系统终止了这个办件而没有结论。请核实原因后在办件页面直接审查，或者手工补录。"),
}
"""What the deciding desk does about what was said."""


def state(said: str) -> str:
    """Return a state in words; of a word that nobody knows the word itself."""
    return str(SYSTEM_STATES[SystemState(said)]) if said in set(SystemState) else said


def difference(one: Mapping[str, str]) -> str:
    """Return what a comparison found, as a sentence that says what to do."""
    about = {"case": one["case"], "here": state(one["here"]) or _("还没有答复"), "there": state(one["there"])}
    return str(DIFFERENCES[DifferenceKind(one["kind"])]) % about
