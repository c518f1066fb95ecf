"""Which sheets has the workbook of the catalogue, and what stands in which column?

One description serves the writer, the reader and the page of explanations, so that they cannot differ. A sheet holds a
row for each value (a standard, an implementation …) or for each part of one (a condition, a material asked for); a part
names its owner by the code of the matter, and the body where it is the body's own statement. A column names its place
in the plain form of the value (`domain.codec`): `statutory.days`. Column names are those of the national table where it
has them.

Source: GB/T 39046-2020, table 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalogue.exports.cells import (
    Choice,
    Codes,
    Day,
    Kind,
    Money,
    Number,
    Numbers,
    Pairs,
    Source,
    Sources,
    Text,
    When,
    YesNo,
)
from tongban.domain.catalogue import ElementKind, Jurisdiction, MatterType, Regime, SubjectRole
from tongban.domain.clock import Start, Unit
from tongban.domain.codes import (
    BodyNature,
    Channel,
    Device,
    HandlingScope,
    MaterialForm,
    Necessity,
    ProcedureKind,
    ResultKind,
    ServiceObject,
    SourceChannel,
)
from tongban.domain.identifiers import AuthorityLevel
from tongban.domain.offers import HandlingMode, ReceiptCounts, ReformMode


@dataclass(frozen=True)
class Column:
    """`field` is the place in the plain form; empty for a name that stands beside a code only to be read."""

    header: str
    field: str
    kind: Kind
    required: bool = False
    names: str = ""
    """The code whose name it shows: the field of that code."""


@dataclass(frozen=True)
class Sheet:
    name: str
    columns: tuple[Column, ...]
    says: str

    def column(self, field: str) -> Column:
        return next(column for column in self.columns if column.field == field)


TEXT, NUMBER, YES_NO, DAY, SOURCE = Text(), Number(), YesNo(), Day(), Source()


def _must(header: str, field: str, kind: Kind = TEXT) -> Column:
    return Column(header, field, kind, required=True)


def _may(header: str, field: str, kind: Kind = TEXT) -> Column:
    return Column(header, field, kind)


def _shown(header: str, names: str) -> Column:
    return Column(header, "", TEXT, names=names)


def _limit(header: str, field: str, *, required: bool = False) -> tuple[Column, ...]:
    """A limit in three columns; where it may be missing, all three are empty together."""
    return (
        Column(header, f"{field}.days", NUMBER, required),
        Column(f"{header}单位", f"{field}.unit", Choice(Unit), required),
        Column(f"{header}起算", f"{field}.start", Choice(Start), required),
    )


STANDARDS = Sheet(
    "标准",
    (
        _must("事项编码", "matter"),
        _must("事项名称", "name"),
        _may("事项名称（英文）", "name_en"),
        _may("版本", "version", Number(empty=1)),
        _may("基本编码", "basic_code"),
        _may("基本编码来源", "basic_code_source", SOURCE),
        _must("事项类型", "matter_type", Choice(MatterType)),
        _must("办理方式", "regime", Choice(Regime)),
        _may("单独保有的地区", "owner"),
        _may("所属事项编码", "item_of"),
        _may("所属事项名称", "item_of_name"),
        _may("业务办理项末两位", "item_digits"),
        _may("部门条线", "sector"),
        _may("服务主题", "themes", Codes()),
        _may("服务对象", "serves", Codes(ServiceObject)),
        _may("设定依据", "legal_basis", Sources()),
        *_limit("法定办结时限", "statutory", required=True),
        _may("法定办结时限依据", "statutory_source", SOURCE),
        *_limit("共同承诺办结时限", "promised"),
        _may("共同承诺办结时限依据", "promised_source", SOURCE),
        _may("需先取得的证照", "needs", Codes()),
        _may("结果证照", "yields"),
        _shown("结果名称（供查看）", "yields"),
        _may("审批结果类型", "result", Choice(ResultKind, empty="certificate")),
        _may("结果文书名称", "document"),
        _may("结果互认地区", "recognised_in", Codes()),
        _may("填报的数据元", "elements", Codes()),
        _may("由决定确定的数据元", "determines", Codes()),
        _may("共同申请人", "joint_applicants", Codes(SubjectRole)),
        _may("数量限制", "quantity_limit"),
        _may("中介服务", "intermediary"),
        _may("曾用名", "former_names", Pairs()),
    ),
    "一行一个标准。没有填“单独保有的地区”的，是各地区共同的标准，导入后只是提出，签署批次后才施行。",
)

_OWNER = (
    _must("事项编码", "matter"),
    _shown("事项名称（供查看）", "matter"),
    _may("实施主体代码", "body"),
)

CONDITIONS = Sheet(
    "条件",
    (
        *_OWNER,
        _must("受理条件", "text"),
        _may("受理条件（英文）", "text_en"),
        _may("条件表达式", "expression"),
        _may("依据", "source", SOURCE),
    ),
    "一行一个受理条件。“实施主体代码”留空的属于标准；填了的，是该主体自己公布的条件。",
)

REQUIREMENTS = Sheet(
    "材料清单",
    (
        *_OWNER,
        _must("材料编码", "material"),
        _shown("材料名称（供查看）", "material"),
        _may("份数", "copies", Number(empty=1)),
        _may("材料形式", "form", Choice(MaterialForm, empty="both")),
        _may("是否必备材料", "necessity", Choice(Necessity, empty="required")),
        _may("来源渠道", "channel", Choice(SourceChannel, empty="applicant")),
        _may("可用告知承诺代替", "commitment", YES_NO),
        _may("适用情形", "when", When()),
        _may("要求依据", "source", SOURCE),
    ),
    "一行一种材料。“实施主体代码”留空的属于标准；填了的，是该主体自己公布的材料。",
)

QUESTIONS = Sheet(
    "问题",
    (
        _must("事项编码", "matter"),
        _must("问题编码", "code"),
        _must("问题", "text"),
        _may("问题（英文）", "text_en"),
        _may("提示", "hint"),
        _may("提示（英文）", "hint_en"),
        _may("适用情形", "when", When()),
        _must("默认选项编码", "default"),
        _must("选项编码", "choice"),
        _must("选项", "choice_text"),
        _may("选项（英文）", "choice_text_en"),
    ),
    "一行一个选项。同一问题的各行，除选项外应相同，并写在一起。",
)

SITUATIONS = Sheet(
    "情形",
    (
        _must("事项编码", "matter"),
        _must("情形编码", "code"),
        _must("情形名称", "name"),
        _may("情形名称（英文）", "name_en"),
        _may("适用情形", "when", When()),
    ),
    "一行一种情形：业务办理项中由答案选定的一种办法。",
)

PROCEDURES = Sheet(
    "特别程序",
    (
        _must("事项编码", "matter"),
        _must("特别程序种类", "kind", Choice(ProcedureKind)),
        _must("特别程序名称", "name"),
        _may("所需天数", "days", NUMBER),
        _may("依据", "source", SOURCE),
    ),
    "一行一种不计入时限的程序。法律没有写天数的，“所需天数”留空。",
)

IMPLEMENTATIONS = Sheet(
    "实施清单",
    (
        _must("事项编码", "matter"),
        _shown("事项名称（供查看）", "matter"),
        _must("行政管辖代码", "region"),
        _must("实施主体代码", "body"),
        _may("实施编码", "implementation_code"),
        _may("版本", "version", Number(empty=1)),
        _may("标准版本", "standard_version", Number(empty=1)),
        _may("行使层级", "level", Choice(AuthorityLevel, empty=3, whole=True)),
        _may("实施主体性质", "nature", Choice(BodyNature, empty="statutory")),
        _may("委托主体代码", "entrusted_by"),
        _may("共同实施部门代码", "partners", Codes()),
        _may("管辖依据", "jurisdiction", Choice(Jurisdiction, empty="anywhere")),
        _may("管辖地域", "territory"),
        _may("办理大厅", "hall"),
        _must("决定岗位", "deciding_desk"),
        _may("意见岗位", "opinion_desks", Codes()),
        _may("意见次序", "opinion_steps", Numbers()),
        *_limit("承诺办结时限", "promised", required=True),
        _may("承诺办结时限依据", "promised_source", SOURCE),
        _may("到办事现场次数", "visits", Number(empty=0)),
        _may("必须现场办理的原因", "visits_reason"),
        _may("收费金额（元）", "fee_cents", Money()),
        _may("收费依据", "fee_source", SOURCE),
        _may("办理形式", "channels", Codes(Channel)),
        _may("通办范围", "scope", Choice(HandlingScope, empty="none")),
        _may("办理设备", "devices", Codes(Device)),
        _may("是否支持预约办理", "reservation", YES_NO),
        _may("是否支持网上支付", "online_payment", YES_NO),
        _may("是否支持物流快递", "express", YES_NO),
        _may("办理地点", "contact.address"),
        _may("办理时间", "contact.hours"),
        _may("咨询电话", "contact.consulting_phone"),
        _may("监督电话", "contact.complaint_phone"),
        _may("网办地址", "contact.online_address"),
        _may("自行公布", "states", YES_NO),
        _may("公布的名称", "stated.name"),
        *_limit("公布的法定时限", "stated.statutory"),
        *_limit("公布的承诺时限", "stated.promised"),
        _may("公布的结果证照", "stated.yields"),
        _may("公布的结果文书名称", "stated.document"),
        _may("公布的结果互认地区", "stated.recognised_in", Codes()),
    ),
    "一行一个实施主体办理的一个事项。照标准办理的，“自行公布”填“否”，其后各列留空。",
)

MATERIALS = Sheet(
    "材料目录",
    (
        _must("材料编码", "code"),
        _must("材料名称", "name"),
        _may("材料名称（英文）", "name_en"),
        _may("材料类型", "kind"),
        _may("出具机构", "issuer"),
        _may("材料对象", "about", Choice(SubjectRole, empty="holder")),
        _may("可由数据共享取得", "retrievable", YES_NO),
        _may("来源", "source", SOURCE),
    ),
    "各事项共用的材料，一行一种。",
)

CERTIFICATE_TYPES = Sheet(
    "证照类型",
    (
        _must("证照编码", "code"),
        _must("证照名称", "name"),
        _may("证照名称（英文）", "name_en"),
        _may("证照类型代码", "type_code"),
        _may("照面数据元", "fields", Codes()),
        _may("证照对象", "about", Choice(SubjectRole, empty="ship")),
        _may("持证主体", "to", Choice(SubjectRole, empty="holder")),
        _may("有效期（月）", "valid_months", NUMBER),
        _may("来源", "source", SOURCE),
    ),
    "各事项共用的结果证照，一行一种。长期有效的，“有效期（月）”留空。",
)

ELEMENTS = Sheet(
    "数据元",
    (
        _must("数据元编码", "code"),
        _must("数据元名称", "name"),
        _may("数据元名称（英文）", "name_en"),
        _must("数据类型", "kind", Choice(ElementKind)),
        _may("提示", "hint"),
        _may("提示（英文）", "hint_en"),
        _may("个人信息", "personal", YES_NO),
        _may("必填", "required", YES_NO),
        _may("选项", "choices", Pairs()),
        _may("选项（英文）", "choices_en", Pairs()),
        _may("单位", "unit"),
        _may("填报主题", "topic"),
        _may("示例", "example"),
        _may("标识的对象", "identifies", Choice(SubjectRole)),
        _may("命名的对象", "names", Choice(SubjectRole)),
    ),
    "各事项共用的填报字段，一行一个。",
)

OFFERS = Sheet(
    "跨省通办",
    (
        _must("事项编码", "matter"),
        _shown("事项名称（供查看）", "matter"),
        _must("提供地区", "province"),
        _must("收件地区", "to", Codes()),
        _must("办理模式", "mode", Choice(HandlingMode)),
        _must("合作协议编号", "agreement"),
        _must("施行日期", "from_on", DAY),
        _may("停止日期", "until_on", DAY),
        _may("收到之日", "receipt_counts", Choice(ReceiptCounts, empty="at_arrival")),
        _may("限于地域", "territory"),
        _may("来源", "source", SOURCE),
    ),
    "一行一个跨省通办清单项：提供地区让收件地区的大厅代收它的一个事项。停止日期当日不再办理。",
)

EXTENSIONS = Sheet(
    "延伸服务",
    (
        _must("大厅编码", "hall"),
        _must("大厅名称", "hall_name"),
        _may("大厅名称（英文）", "hall_name_en"),
        _must("大厅所在地区", "hall_region"),
        _must("服务地区", "region"),
        _must("行使层级", "levels", Codes(AuthorityLevel, whole=True)),
        _must("合作协议编号", "agreement"),
        _must("施行日期", "from_on", DAY),
        _may("停止日期", "until_on", DAY),
        _may("来源", "source", SOURCE),
    ),
    "一行一个大厅为另一个地区提供的延伸服务。",
)

REFORMS = Sheet(
    "证照分离",
    (
        _must("事项编码", "matter"),
        _shown("事项名称（供查看）", "matter"),
        _must("地区", "region"),
        _must("改革方式", "mode", Choice(ReformMode)),
        _must("施行日期", "from_on", DAY),
        _may("具体举措", "measures"),
        _may("来源", "source", SOURCE),
    ),
    "一行一个事项在一个地区的改革方式。",
)

EXPLANATIONS = "填写说明"

SHEETS: tuple[Sheet, ...] = (
    STANDARDS,
    CONDITIONS,
    REQUIREMENTS,
    QUESTIONS,
    SITUATIONS,
    PROCEDURES,
    IMPLEMENTATIONS,
    MATERIALS,
    CERTIFICATE_TYPES,
    ELEMENTS,
    OFFERS,
    EXTENSIONS,
    REFORMS,
)


_HEADERS = {(sheet.name, column.field): column.header for sheet in SHEETS for column in sheet.columns}
_PARTS = {
    "conditions": CONDITIONS.name,
    "requirements": REQUIREMENTS.name,
    "questions": QUESTIONS.name,
    "situations": SITUATIONS.name,
    "special_procedures": PROCEDURES.name,
    "stated": "自行公布",
    "contact": "办理地点",
}


def header(sheet: str, field: str) -> str:
    """Return the name by which a workbook knows a field of a value: of its column, or of the sheet of its parts."""
    found = _HEADERS.get((sheet, field)) or _HEADERS.get((sheet, f"{field}.days"))
    return found or _PARTS.get(field, field)


def explanations() -> Iterable[tuple[str, str, str, str]]:
    """Yield each column with its sheet, whether it must be filled in, and with what."""
    for sheet in SHEETS:
        yield sheet.name, "", "", sheet.says
        for column in sheet.columns:
            if column.field:
                yield sheet.name, column.header, "必填" if column.required else "", column.kind.says
