"""How is it said what is wrong with a row, and what is to be done about it?"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.domain.reporting.schema import Fault, FaultCode
from tongban.exchange.reporting import definitions

LENGTH_PARTED = "/"

REASONS: dict[FaultCode, str | Promise] = {
    FaultCode.REQUIRED: gettext_lazy("必填，没有内容"),
    FaultCode.TYPE: gettext_lazy("类型不对"),
    FaultCode.LENGTH: gettext_lazy("太长"),
    FaultCode.CODE: gettext_lazy("不在码表中"),
    FaultCode.UNMAPPED: gettext_lazy("没有对应的国家代码"),
    FaultCode.CHARACTER: gettext_lazy("含有看不见的控制字符"),
    FaultCode.LEFT_OUT: gettext_lazy("没有推导出这个字段"),
    FaultCode.UNKNOWN: gettext_lazy("上传表没有这个字段"),
    FaultCode.REFUSED: gettext_lazy("国家平台退回"),
}

REMEDIES: dict[FaultCode, str | Promise] = {
    FaultCode.REQUIRED: gettext_lazy(
        "在来源处补填：事项在标准或实施清单中，办件请承办部门核对。补填后下一次自动上报。"
    ),
    FaultCode.TYPE: gettext_lazy("核对来源处的数值；改正后下一次自动上报。"),
    FaultCode.LENGTH: gettext_lazy("在来源处缩短文字，或者减少所选的项；改正后下一次自动上报。"),
    FaultCode.CODE: gettext_lazy("请系统管理员核对代码对照表。"),
    FaultCode.UNMAPPED: gettext_lazy("请系统管理员在代码对照表中补上，另存为新版本。"),
    FaultCode.CHARACTER: gettext_lazy("在来源处删去该字符；改正后下一次自动上报。"),
    FaultCode.LEFT_OUT: gettext_lazy("这是本系统的差错，请告知系统管理员。"),
    FaultCode.UNKNOWN: gettext_lazy("这是本系统的差错，请告知系统管理员。"),
    FaultCode.REFUSED: gettext_lazy(
        "按平台所说改正来源；改正后自动再报。不需改正的，用 tongban report rerun --refused 再报。"
    ),
}


def table(name: str) -> str:
    """Return the name of a table as the platform has it, which is Chinese in every language."""
    return definitions.load().schema.tables[name].label


def field(table_name: str, name: str) -> str:
    """Return the name of a field, of the row as a whole where it is empty or unknown."""
    labels = {one.name: one.label for one in definitions.load().schema.tables[table_name].fields}
    return labels.get(name) or name or _("整条记录")


def reason(fault: Fault) -> str:
    said = str(REASONS[fault.code])
    match fault.code:
        case FaultCode.LENGTH:
            length, _slash, most = fault.about.partition(LENGTH_PARTED)
            return _("%(said)s：%(length)s 个字，最多 %(most)s 个") % {"said": said, "length": length, "most": most}
        case _ if fault.about:
            return _("%(said)s：%(about)s") % {"said": said, "about": fault.about}
        case _:
            return said


def remedy(fault: Fault) -> str:
    return str(REMEDIES[fault.code])
