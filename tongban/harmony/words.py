"""Which words do stewards' pages use for closed sets, and for the fields that a finding or a change names?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.catalogue import labels
from tongban.catalogue.words import MATTER_TYPES as KINDS
from tongban.domain.catalogue import Regime
from tongban.domain.conformance import Aspect, Mark, Weight
from tongban.domain.versions import Difference
from tongban.web.values import MarkState

Label: TypeAlias = str | Promise

PROVINCES: dict[str, Label] = labels.PROVINCES
LEVELS: dict[int, Label] = labels.LEVELS
ASPECTS: dict[Aspect, Label] = labels.ASPECTS
JURISDICTIONS: dict[str, Label] = {kind.value: label for kind, label in labels.JURISDICTIONS.items()}
MATTER_TYPES: dict[str, Label] = {kind.value: label for kind, label in KINDS.items()}
REGIMES: dict[str, Label] = {
    Regime.LICENCE.value: gettext_lazy("许可"),
    Regime.FILING.value: gettext_lazy("备案"),
    Regime.COMMITMENT.value: gettext_lazy("告知承诺"),
    Regime.INSTANT.value: gettext_lazy("即办"),
    Regime.SILENT_CONSENT.value: gettext_lazy("默认同意"),
}
WEIGHTS: dict[Weight, Label] = {
    Weight.BROKEN: gettext_lazy("不符"),
    Weight.UNDETERMINED: gettext_lazy("待人工判断"),
    Weight.BETTER: gettext_lazy("优于标准"),
    Weight.NOTE: pgettext_lazy("差异", "提示"),
}
TONES: dict[Weight, str] = {
    Weight.BROKEN: "bad",
    Weight.UNDETERMINED: "attention",
    Weight.BETTER: "good",
    Weight.NOTE: "quiet",
}
MARKS: dict[Mark, tuple[MarkState, Label]] = {
    Mark.HOLDS: (MarkState.HOLDS, gettext_lazy("一致")),
    Mark.DIFFERS: (MarkState.DIFFERS, gettext_lazy("不一致")),
    Mark.UNKNOWN: (MarkState.UNKNOWN, gettext_lazy("待判断")),
}
DIFFERENCES: dict[Difference, Label] = {
    Difference.CHANGED: pgettext_lazy("差异", "修改"),
    Difference.ADDED: gettext_lazy("新增"),
    Difference.REMOVED: pgettext_lazy("差异", "删除"),
    Difference.REORDERED: gettext_lazy("调整顺序"),
}
FIELDS: dict[str, Label] = {
    "address": gettext_lazy("办理地点"),
    "article": gettext_lazy("依据条款"),
    "basic_code": gettext_lazy("基本编码"),
    "basic_code_source": gettext_lazy("基本编码的依据"),
    "certificate_type": gettext_lazy("证照类型"),
    "channel": gettext_lazy("来源渠道"),
    "channels": gettext_lazy("办理形式"),
    "commitment": gettext_lazy("可用告知承诺代替"),
    "complaint_phone": gettext_lazy("投诉电话"),
    "conditions": gettext_lazy("受理条件"),
    "consulting_phone": gettext_lazy("咨询电话"),
    "contact": gettext_lazy("联系方式"),
    "copies": gettext_lazy("份数"),
    "days": gettext_lazy("日数"),
    "deciding_desk": gettext_lazy("决定岗位"),
    "determines": gettext_lazy("决定所确定的数据元"),
    "devices": gettext_lazy("办理设备"),
    "document": gettext_lazy("结果文书"),
    "elements": gettext_lazy("填报数据元"),
    "entrusted_by": gettext_lazy("委托部门"),
    "express": gettext_lazy("物流快递"),
    "expression": gettext_lazy("表达式"),
    "extra": gettext_lazy("多出"),
    "fee": gettext_lazy("收费"),
    "fee_cents": gettext_lazy("收费（分）"),
    "fee_source": gettext_lazy("收费依据"),
    "form": gettext_lazy("形式"),
    "former_names": gettext_lazy("曾用名"),
    "hall": gettext_lazy("受理大厅"),
    "hours": gettext_lazy("办理时间"),
    "implementation_code": gettext_lazy("实施编码"),
    "intermediary": gettext_lazy("法定中介服务"),
    "item_digits": gettext_lazy("业务办理项编码"),
    "item_of": gettext_lazy("所属事项"),
    "item_of_name": gettext_lazy("所属事项名称"),
    "joint_applicants": gettext_lazy("共同申请人"),
    "jurisdiction": gettext_lazy("管辖依据"),
    "legal_basis": gettext_lazy("设定依据"),
    "level": gettext_lazy("行使层级"),
    "limits": gettext_lazy("时限"),
    "materials": gettext_lazy("申请材料"),
    "matter_type": gettext_lazy("事项类型"),
    "name": gettext_lazy("名称"),
    "name_en": gettext_lazy("英文名称"),
    "nature": gettext_lazy("实施主体性质"),
    "necessity": gettext_lazy("必要性"),
    "needs": gettext_lazy("所需证照"),
    "online_address": gettext_lazy("网上办理地址"),
    "online_payment": gettext_lazy("网上支付"),
    "opinion_desks": gettext_lazy("意见岗位"),
    "opinion_steps": gettext_lazy("意见次序"),
    "owner": gettext_lazy("维护地区"),
    "partners": gettext_lazy("共同实施部门"),
    "promised": gettext_lazy("承诺时限"),
    "promised_source": gettext_lazy("承诺时限的依据"),
    "quantity_limit": gettext_lazy("数量限制"),
    "questions": gettext_lazy("情形问题"),
    "recognised_in": gettext_lazy("结果互认"),
    "recognition": gettext_lazy("结果互认"),
    "regime": gettext_lazy("办理方式"),
    "region": gettext_lazy("地区"),
    "requirements": gettext_lazy("申请材料"),
    "reservation": gettext_lazy("预约办理"),
    "result": gettext_lazy("办理结果"),
    "scope": gettext_lazy("通办范围"),
    "sector": gettext_lazy("部门条线"),
    "serves": gettext_lazy("服务对象"),
    "situations": gettext_lazy("情形"),
    "source": gettext_lazy("依据条款"),
    "special_procedures": gettext_lazy("特别程序"),
    "start": gettext_lazy("起算"),
    "stated": gettext_lazy("所公布的内容"),
    "statutory": gettext_lazy("法定时限"),
    "statutory_source": gettext_lazy("法定时限的依据"),
    "territory": gettext_lazy("管辖范围"),
    "text": gettext_lazy("文字"),
    "text_en": gettext_lazy("英文"),
    "themes": gettext_lazy("服务主题"),
    "unit": gettext_lazy("单位"),
    "visits": gettext_lazy("到现场次数"),
    "visits_reason": gettext_lazy("到现场的原因"),
    "when": gettext_lazy("适用情形"),
    "yields": gettext_lazy("结果证照"),
}


def path(value: str, names: Mapping[str, str]) -> str:
    """Say which field a path of a finding or a change names: “申请材料 › 营业执照 › 份数”."""
    return " › ".join(_part(part, names) for part in value.split("/") if part != "stated")


def _part(part: str, names: Mapping[str, str]) -> str:
    if part in FIELDS:
        return str(FIELDS[part])
    if part in PROVINCES:
        return str(PROVINCES[part])
    if part.isdecimal():
        return _("第 %(number)d 项") % {"number": int(part) + 1}
    return names.get(part, part)


def province_code(region: str) -> str:
    """Return the code of the province in which a division lies."""
    return f"{region[:2]}0000"


def province(region: str) -> str:
    """Return the name of the province in which a division lies."""
    return str(PROVINCES.get(province_code(region), region))
