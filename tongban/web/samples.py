"""What do the components look like with content? Invented values for the style guide, one for every state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django import forms
from django.core.paginator import Page, Paginator

from tongban.web.forms import Form
from tongban.web.lanes import Day, Drawing, Knot, Lane, Span, SpanKind, draw
from tongban.web.values import Act, Answer, Figure, Link, Mark, MarkState, RegionRow, Task, compare
from tongban.web.widgets import Checkboxes, Radios

TODAY = date(2026, 3, 6)
MEGABYTE = 1024 * 1024


class SampleForm(Form):
    ship = forms.CharField(label="船舶名称", help_text="填写船舶名称核定书上的中文船名。", max_length=30)
    number = forms.CharField(label="统一社会信用代码", help_text="18 位，在营业执照右上角。", required=False)
    origin = forms.ChoiceField(
        label="船舶从哪里来？",
        choices=[("new", "新建船舶"), ("bought", "买入的现有船舶"), ("charter", "光船租赁")],
        widget=Radios(hints={"new": "在船厂新造，尚未登记", "charter": "租期一年以上，需办理光船租赁登记"}),
    )
    matters = forms.MultipleChoiceField(
        label="一并办理哪些事项？",
        choices=[("name", "船舶名称核定"), ("own", "船舶所有权登记"), ("nat", "船舶国籍登记")],
        widget=Checkboxes(),
    )
    built_on = forms.DateField(label="建造完工日期", widget=forms.DateInput(attrs={"type": "date"}))
    remark = forms.CharField(label="补充说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    survey = forms.FileField(label="船舶检验证书", widget=forms.FileInput(), required=False)
    truthful = forms.BooleanField(label="本人承诺以上内容真实，并愿承担不实承诺的法律责任。")


def filled_form() -> SampleForm:
    return SampleForm(initial={"ship": "冀海运 0017", "origin": "new", "matters": ["name", "own"]})


def refused_form() -> SampleForm:
    return SampleForm({"wrong-ship": ""}, {}, prefix="wrong")


TASKS = [
    Task("申请人信息", "已完成", "#", tone="good"),
    Task("船舶信息", "填写中", "#", "船名、识别号、主尺度", tone="active"),
    Task("申请材料", "需要修改", "#", "26 份中有 1 份看不清", tone="attention"),
    Task("确认并提交", "尚不能开始", hint="完成以上各项后可以提交"),
]
ANSWERS = [
    Answer("申请人", "唐山示例航运有限公司", source="来自企业登记库"),
    Answer("统一社会信用代码", "9113 **** **** **21", "#", source="来自企业登记库"),
    Answer("一并办理的事项", ["船舶名称核定", "船舶所有权登记", "船舶国籍登记"], "#"),
    Answer("船舶名称", "冀海运 0017", "#"),
]
FACTS = [Answer("承诺办结", "10 个工作日"), Answer("收费", "不收费"), Answer("到现场", "0 次")]


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)


ACTS = [
    Act(at(2, 9, 12), "提交了申请，一次申请 17 个事项。", "唐山示例航运有限公司"),
    Act(at(2, 10, 40), "17 个办件同时受理。", "曹妃甸海事政务大厅 王晓"),
    Act(at(4, 15, 5), "船舶登记岗签署船舶国籍登记的审查结论，决定等待《船舶所有权登记证书》。", "李工"),
    Act(
        at(6, 11, 30),
        "《船舶所有权登记证书》已发出，船舶国籍登记的决定随之生效。",
        "系统",
        "《行政许可法》第四十四条",
        True,
    ),
]
MARKS_SAME = [Mark(name, MarkState.HOLDS, "三地一致") for name in ["同名", "同准", "同材", "同时", "互认"]]
MARKS_MIXED = [
    Mark("同名", MarkState.HOLDS, "三地一致"),
    Mark("同准", MarkState.HOLDS, "三地一致"),
    Mark("同材", MarkState.DIFFERS, "河北多要一份材料"),
    Mark("同时", MarkState.DIFFERS, "天津多 2 个工作日"),
    Mark("互认", MarkState.UNKNOWN, "尚未核对"),
]
REGIONS = ["北京市", "天津市", "河北省"]
REGION_ROWS: list[RegionRow] = [
    compare("事项名称", ["道路客运经营许可", "道路客运经营许可", "道路客运经营许可"]),
    compare(
        "受理条件",
        [
            "有与经营业务相适应并经检测合格的车辆",
            "有与经营业务相适应并经检测合格的车辆",
            "有与其经营业务相适应并经检测合格的客车",
        ],
    ),
    compare("承诺期限", ["8 个工作日", "10 个工作日", "8 个工作日"]),
]
FIGURES = [
    Figure(
        "并联审批用时",
        "10",
        "个工作日",
        "从受理到最后一个决定的工作日数；每个岗位都用满承诺时限，证照发出当日释放等待它的决定。",
        "1 件申请，17 个办件",
        "2026年3月",
        "#",
    ),
    Figure(
        "少交材料",
        "28",
        "份",
        "逐项申请时重复提交的材料份数，减去一次申请时实际要求的份数。",
        "逐项申请共 61 份",
        "2026年3月",
        "#",
    ),
    Figure(
        "一次办结率",
        "94.1",
        "%",
        "未经补正、退回或视为撤回即作出决定的办件数 ÷ 已决定的办件数。",
        "17 个已决定办件中的 16 个",
        "2026年3月",
        "#",
    ),
]
LAMPS = [
    ("green", "按时"),
    ("yellow", "承诺期限将到"),
    ("red", "已超承诺期限"),
    ("passed", "已超法定期限"),
    ("done", "已办结"),
    ("paused", "时限暂停"),
    ("none", "等待受理"),
]
STATUSES = [
    ("已办结", "good"),
    ("审核中", "active"),
    ("待补正", "attention"),
    ("不予许可", "bad"),
    ("草稿", "quiet"),
    ("已收件", ""),
]
CRUMBS = [Link("首页", "/"), Link("海事静态业务集成办理", "#"), Link("申请材料")]
TABLE_HEAD = ["办件", "部门", "状态", "承诺期限（工作日）"]
TABLE_ROWS: list[list[object]] = [
    [Link("船舶名称核定", "#"), "船舶登记岗", "已办结", 1],
    [Link("船舶所有权登记", "#"), "船舶登记岗", "审核中", 5],
    [Link("船舶国籍登记", "#"), "船舶登记岗", "审核中", 3],
]
LIST_ROWS = [
    ("130209-20261123-000001X-0001", "船舶名称核定", "唐山示例航运有限公司", "green", "还有 3 个工作日"),
    ("130209-20261123-000001X-0002", "船舶所有权登记", "唐山示例航运有限公司", "yellow", "还有 1 个工作日"),
    ("130209-20261120-000007K-0001", "海员外派机构资质", "秦皇岛示例船员服务有限公司", "red", "超承诺 1 个工作日"),
    ("130209-20261102-000003A-0001", "船舶安全检查复查", "天津示例船务有限公司", "passed", "超法定期限"),
]


def pages() -> Page[int]:
    return Paginator(range(240), 20).page(6)


def days(first: date, count: int) -> list[Day]:
    every = [first + timedelta(days=number) for number in range(count)]
    return [Day(day, day.weekday() >= 5) for day in every]


# name, desk, days of review, key, certificate, what it awaits
_BUNDLE = [
    ("船舶名称核定", "船舶登记岗", 1, "name", "船舶名称核定书", ()),
    ("船舶所有权登记", "船舶登记岗", 5, "own", "船舶所有权登记证书", ("name",)),
    ("船舶国籍登记", "船舶登记岗", 3, "nat", "船舶国籍证书", ("own",)),
    ("船舶抵押权登记", "船舶登记岗", 5, "mort", "船舶抵押权登记证书", ("own",)),
    ("船舶最低安全配员证书核发", "船舶监督岗", 5, "msm", "船舶最低安全配员证书", ("nat",)),
    ("船上油污应急计划审批", "危管防污岗", 10, "sopep", "", ()),
    ("船舶垃圾管理计划审批", "危管防污岗", 7, "garbage", "", ()),
    ("船舶油污损害民事责任保险证书核发", "危管防污岗", 5, "clc", "", ("nat",)),
]


def _review_ends(length: int) -> date:
    work = [day.on for day in days(date(2026, 3, 3), 20) if not day.rest]
    return work[length - 1]


def drawing() -> Drawing:
    ends: dict[str, date] = {}
    lanes: list[Lane] = []
    certificates = {key: certificate for _, _, _, key, certificate, _ in _BUNDLE}
    for name, desk, length, key, _certificate, awaits in _BUNDLE:
        reviewed = _review_ends(length)
        end = max([reviewed, *[ends[each] for each in awaits]])
        ends[key] = end
        spans = [Span(SpanKind.REVIEW if reviewed <= TODAY else SpanKind.PLANNED, date(2026, 3, 3), reviewed, "审核")]
        if reviewed <= TODAY or length <= 5:
            spans = [Span(SpanKind.REVIEW, date(2026, 3, 3), min(reviewed, TODAY), "审核")]
            if end > spans[0].last_on:
                kind = SpanKind.HELD if reviewed <= TODAY else SpanKind.PLANNED
                text = "已签审查结论，等证照" if kind == SpanKind.HELD else "计划"
                spans.append(Span(kind, spans[0].last_on + timedelta(days=1), end, text))
        else:
            spans = [
                Span(SpanKind.REVIEW, date(2026, 3, 3), TODAY, "审核"),
                Span(SpanKind.PLANNED, TODAY + timedelta(days=1), end, "计划审核"),
            ]
        done = end <= TODAY
        state = ("done", "已办结") if done else ("green", "按时")
        if key == "garbage":
            spans = [
                Span(SpanKind.REVIEW, date(2026, 3, 3), date(2026, 3, 4), "审核"),
                Span(SpanKind.PAUSED, date(2026, 3, 5), date(2026, 3, 9), "补正，时限暂停"),
                Span(SpanKind.PLANNED, date(2026, 3, 10), date(2026, 3, 16), "计划审核"),
            ]
            state = ("paused", "时限暂停")
        if key == "msm":
            state = ("yellow", "期限将到")
        knots = tuple(Knot(each, certificates[each], ends[each] <= TODAY) for each in awaits)
        lanes.append(
            Lane(key, name, desk, tuple(spans), knots, *state, _review_ends(min(length + 3, 13)), end, href="#")
        )
    return draw(lanes, days(date(2026, 3, 2), 19), TODAY)
