"""By which Chinese words does a file name the members of closed sets?

A file speaks Chinese whoever writes it, in whatever language he reads the pages, so that what one office writes another
reads. Sets of the national tables bring their own words (`domain/codes.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tongban.domain.catalogue import ElementKind, Jurisdiction, MatterType, Regime, SubjectRole
from tongban.domain.clock import Start, Unit
from tongban.domain.codes import Coded
from tongban.domain.identifiers import AuthorityLevel
from tongban.domain.offers import HandlingMode, ReceiptCounts, ReformMode

_WORDS: dict[type[StrEnum], Mapping[StrEnum, str]] = {
    MatterType: {
        MatterType.LICENCE: "行政许可",
        MatterType.LEVY: "行政征收",
        MatterType.CONFIRMATION: "行政确认",
        MatterType.OTHER_POWER: "其他行政权力",
        MatterType.PUBLIC_SERVICE: "公共服务",
    },
    Regime: {
        Regime.LICENCE: "一般程序",
        Regime.FILING: "备案",
        Regime.COMMITMENT: "告知承诺",
        Regime.INSTANT: "即办",
        Regime.SILENT_CONSENT: "默示许可",
    },
    Unit: {Unit.WORKING: "工作日", Unit.NATURAL: "自然日"},
    Start: {Start.RECEIPT: "自收到申请之日起", Start.ACCEPTANCE: "自受理之日起"},
    Jurisdiction: {
        Jurisdiction.REGISTERED_SEAT: "注册地",
        Jurisdiction.PROJECT_SITE: "项目所在地",
        Jurisdiction.HOUSEHOLD: "户籍地",
        Jurisdiction.INSURED_PLACE: "参保地",
        Jurisdiction.TAX_SEAT: "主管税务机关所在地",
        Jurisdiction.FUND_CENTRE: "住房公积金缴存地",
        Jurisdiction.PORT_OF_REGISTRY: "船籍港",
        Jurisdiction.ANYWHERE: "不限地域",
    },
    SubjectRole: {
        SubjectRole.HOLDER: "申请人",
        SubjectRole.SHIP: "船舶",
        SubjectRole.COUNTERPARTY: "共同申请人",
        SubjectRole.PERSON: "人员",
        SubjectRole.VOYAGE: "航次",
    },
    ElementKind: {
        ElementKind.TEXT: "文字",
        ElementKind.INTEGER: "整数",
        ElementKind.DECIMAL: "小数",
        ElementKind.DAY: "日期",
        ElementKind.CHOICE: "选项",
        ElementKind.USCC: "统一社会信用代码",
        ElementKind.RESIDENT_ID: "公民身份号码",
        ElementKind.IMO: "IMO 编号",
        ElementKind.PHONE: "电话号码",
    },
    HandlingMode: {
        HandlingMode.ONLINE: "全程网办",
        HandlingMode.PROXY: "异地代收代办",
        HandlingMode.JOINT: "多地联办",
    },
    ReceiptCounts: {
        ReceiptCounts.AT_INTAKE: "收件大厅收到之日",
        ReceiptCounts.AT_ARRIVAL: "主管部门收到之日",
    },
    ReformMode: {
        ReformMode.ABOLISHED: "直接取消审批",
        ReformMode.FILING: "审批改为备案",
        ReformMode.COMMITMENT: "实行告知承诺",
        ReformMode.IMPROVED: "优化审批服务",
    },
    AuthorityLevel: {
        AuthorityLevel.NATION: "国家级",
        AuthorityLevel.PROVINCE: "省级",
        AuthorityLevel.CITY: "市级",
        AuthorityLevel.COUNTY: "县级",
        AuthorityLevel.TOWN: "镇街级",
        AuthorityLevel.VILLAGE: "村社区级",
        AuthorityLevel.SHARED: "分级管理",
    },
}


def of(kind: type[StrEnum]) -> dict[str, str]:
    """Return the word of each member of a closed set, by its value."""
    if issubclass(kind, Coded):
        return {member.value: member.label for member in kind}
    return {member.value: word for member, word in _WORDS[kind].items()}
