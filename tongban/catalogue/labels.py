"""What are the closed sets of the catalogue called, in the reader's language?

The Chinese names are those of the national tables (`domain/codes`) and of the glossary. A list is told with its
definition: what one has to know to compute it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue import calendars, code_tables, words
from tongban.domain.catalogue import Jurisdiction
from tongban.domain.codes import (
    BodyNature,
    Channel,
    Device,
    HandlingScope,
    MaterialForm,
    ServiceObject,
    SourceChannel,
)
from tongban.domain.conformance import Aspect, Mark
from tongban.domain.lists import ListKind
from tongban.domain.offers import HandlingMode, ReceiptCounts, ReformMode

Label: TypeAlias = "str | Promise"

LISTS: dict[ListKind, Label] = {
    ListKind.ONLINE: gettext_lazy("网上办"),
    ListKind.ONCE: gettext_lazy("一次办"),
    ListKind.ONE_VISIT: gettext_lazy("最多跑一次"),
    ListKind.NO_VISIT: gettext_lazy("一次不用跑"),
    ListKind.INSTANT: gettext_lazy("即办"),
    ListKind.DEFERRABLE: gettext_lazy("容缺受理"),
    ListKind.COMMITMENT: gettext_lazy("告知承诺"),
    ListKind.ZONE: gettext_lazy("一网通办专区"),
    ListKind.TERMINAL: gettext_lazy("自助终端办"),
}
DEFINITIONS: dict[ListKind, Label] = {
    ListKind.ONLINE: gettext_lazy("至少有一个办理部门接受电脑端或者移动端申请的事项。"),
    ListKind.ONCE: gettext_lazy(
        "到现场不超过一次，没有听证、检验、专家评审等特别程序，也不要求先做法定中介服务的事项。"
    ),
    ListKind.ONE_VISIT: gettext_lazy("从申请到取得结果，到现场不超过一次的事项。"),
    ListKind.NO_VISIT: gettext_lazy("从申请到取得结果，不用到现场的事项。"),
    ListKind.INSTANT: gettext_lazy("办件类型是即办件，或者承诺当场办结的事项。"),
    ListKind.DEFERRABLE: gettext_lazy("至少有一份材料可以先受理、后补交的事项。"),
    ListKind.COMMITMENT: gettext_lazy("按告知承诺办理，或者至少有一份证明可以用书面承诺代替的事项。"),
    ListKind.ZONE: gettext_lazy("提供事项的省市以“全程网办”方式向其他省市开放，并且今天有效的事项。"),
    ListKind.TERMINAL: gettext_lazy("至少有一个办理部门把它放上自助终端的事项。"),
}
MODES: dict[HandlingMode, Label] = {
    HandlingMode.ONLINE: gettext_lazy("全程网办"),
    HandlingMode.PROXY: gettext_lazy("异地代收代办"),
    HandlingMode.JOINT: gettext_lazy("多地联办"),
}
MODES_EXPLAINED: dict[HandlingMode, Label] = {
    HandlingMode.ONLINE: gettext_lazy("在网上申请，由事项所在地办理，不用到现场。"),
    HandlingMode.PROXY: gettext_lazy("在当地窗口交材料，由当地核对后转给事项所在地办理。"),
    HandlingMode.JOINT: gettext_lazy("在当地窗口一次申请，由几个地方的部门分头办理、一起办结。"),
}
RECEIPTS: dict[ReceiptCounts, Label] = {
    ReceiptCounts.AT_INTAKE: gettext_lazy("收件大厅收到之日起算"),
    ReceiptCounts.AT_ARRIVAL: gettext_lazy("主管部门收到之日起算"),
}
REFORMS: dict[ReformMode, Label] = {
    ReformMode.ABOLISHED: gettext_lazy("直接取消审批"),
    ReformMode.FILING: gettext_lazy("审批改为备案"),
    ReformMode.COMMITMENT: gettext_lazy("实行告知承诺"),
    ReformMode.IMPROVED: gettext_lazy("优化审批服务"),
}
SERVED: dict[ServiceObject, Label] = {
    ServiceObject.PERSON: gettext_lazy("自然人"),
    ServiceObject.COMPANY: gettext_lazy("企业法人"),
    ServiceObject.PUBLIC_INSTITUTION: gettext_lazy("事业法人"),
    ServiceObject.SOCIAL_ORGANISATION: gettext_lazy("社会组织法人"),
    ServiceObject.AUTHORITY: gettext_lazy("行政机关"),
    ServiceObject.OTHER: gettext_lazy("其他组织"),
}
CHANNELS: dict[Channel, Label] = {
    Channel.WINDOW: gettext_lazy("窗口办理"),
    Channel.COMPUTER: gettext_lazy("电脑端网上办理"),
    Channel.MOBILE: gettext_lazy("移动端网上申请"),
    Channel.POST: gettext_lazy("快递申请"),
    Channel.OTHER: gettext_lazy("其他方式"),
}
DEVICES: dict[Device, Label] = {
    Device.TERMINAL: gettext_lazy("自助终端"),
    Device.PRINTER: gettext_lazy("自助打印"),
}
NATURES: dict[BodyNature, Label] = {
    BodyNature.STATUTORY: gettext_lazy("法定机关"),
    BodyNature.AUTHORISED: gettext_lazy("授权组织"),
    BodyNature.ENTRUSTED: gettext_lazy("受委托组织"),
    BodyNature.OTHER: gettext_lazy("其他主体"),
}
SCOPES: dict[HandlingScope, Label] = {
    HandlingScope.NATION: gettext_lazy("全国通办"),
    HandlingScope.PROVINCES: gettext_lazy("跨省通办"),
    HandlingScope.CITIES: gettext_lazy("跨市通办"),
    HandlingScope.COUNTIES: gettext_lazy("跨县通办"),
    HandlingScope.NONE: gettext_lazy("不通办"),
}
FORMS: dict[MaterialForm, Label] = {
    MaterialForm.PAPER: gettext_lazy("纸质"),
    MaterialForm.ELECTRONIC: gettext_lazy("电子化"),
    MaterialForm.BOTH: gettext_lazy("纸质或者电子化"),
}
SOURCES: dict[SourceChannel, Label] = {
    SourceChannel.APPLICANT: gettext_lazy("申请人自备"),
    SourceChannel.AUTHORITY: gettext_lazy("政府部门核发"),
    SourceChannel.OTHER: gettext_lazy("其他来源"),
}
JURISDICTIONS: dict[Jurisdiction, Label] = {
    Jurisdiction.REGISTERED_SEAT: gettext_lazy("按注册地确定"),
    Jurisdiction.PROJECT_SITE: gettext_lazy("按项目所在地确定"),
    Jurisdiction.HOUSEHOLD: gettext_lazy("按户籍地确定"),
    Jurisdiction.INSURED_PLACE: gettext_lazy("按参保地确定"),
    Jurisdiction.TAX_SEAT: gettext_lazy("按主管税务机关所在地确定"),
    Jurisdiction.FUND_CENTRE: gettext_lazy("按住房公积金缴存地确定"),
    Jurisdiction.PORT_OF_REGISTRY: gettext_lazy("按船籍港确定"),
    Jurisdiction.ANYWHERE: gettext_lazy("不限地域"),
}
LEVELS: dict[int, Label] = {
    1: gettext_lazy("国家级"),
    2: gettext_lazy("省级"),
    3: gettext_lazy("市级"),
    4: gettext_lazy("县级"),
    5: gettext_lazy("镇街级"),
    6: gettext_lazy("村社区级"),
}
ASPECTS: dict[Aspect, Label] = {
    Aspect.NAME: gettext_lazy("同名"),
    Aspect.ACCEPTANCE: gettext_lazy("同准"),
    Aspect.MATERIALS: gettext_lazy("同材"),
    Aspect.TIME: gettext_lazy("同时"),
    Aspect.RESULT: gettext_lazy("互认"),
}
MARKS: dict[Mark, Label] = {
    Mark.HOLDS: gettext_lazy("与标准相同"),
    Mark.DIFFERS: gettext_lazy("与标准不同"),
    Mark.UNKNOWN: gettext_lazy("尚待人工核对"),
}
PROVINCES: dict[str, Label] = {
    "110000": gettext_lazy("北京"),
    "120000": gettext_lazy("天津"),
    "130000": gettext_lazy("河北"),
}


def province(code: str) -> str:
    """Return what people call a province; one beyond the three by its full name."""
    return str(PROVINCES[code]) if code in PROVINCES else place(code)


def place(code: str) -> str:
    """Return the full name of a division or functional zone; the code where neither table knows it."""
    if code in PROVINCES:
        return str(PROVINCES[code])
    zone = next((each.name for each in calendars.zones() if each.code == code), "")
    table = calendars.divisions()
    return zone or (table.full_name(code) if code in table else code)


def sector(code: str) -> str:
    return _named(code_tables.sectors(), code)


def theme(code: str) -> str:
    return _named(code_tables.themes(), code)


def _named(table: Mapping[str, code_tables.Named], code: str) -> str:
    return words.told(table[code], "name") if code in table else code


def joined(members: Iterable[StrEnum], labels: Mapping[Any, Label]) -> str:
    return _("、").join(str(labels[member]) for member in members)
