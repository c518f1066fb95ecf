"""Does a description of a matter contradict itself?

A standard or an implementation can be well-formed and still say two things that cannot both be so: handled on the spot
and in five days, wholly online and with a visit. Each rule looks at a few fields and returns a remark with the field it
is about. A remark that `stops` is a contradiction: such a version is not published. The others are advice.

Source: GB/T 39046-2020, table 4 (elements); 实施清单要素一致性规则 as regions audit it (即办件与承诺时限, 出证办结,
到现场次数, 全程网办, 收费, 咨询与投诉电话); 北京市优化营商环境条例 (no catch-all conditions or materials).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tongban.domain import records
from tongban.domain.catalogue import Condition, Implementation, Regime, Requirement, Source, SourceKind, Standard
from tongban.domain.clock import Limit
from tongban.domain.codes import BodyNature, Channel, ResultKind, ServiceObject
from tongban.domain.records import Span
from tongban.domain.refused import Refused
from tongban.domain.regimes import ROUTES, consent_article

ONLINE = frozenset({Channel.COMPUTER, Channel.MOBILE})
CERTIFICATE_ENDINGS = ("证", "证书", "执照", "许可证", "证明书")
CATCH_ALL = ("其他条件", "其它条件", "其他材料", "其它材料", "其他情形", "其它情形")

ThemesFor = Mapping[str, frozenset[ServiceObject]]
"""Code of a service theme to the service objects it is made for; a theme that is not named serves everybody."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`path` is the field it is about, as forms name it; rows of a list as `conditions/2`, counted from 0."""

    path: str
    sentence: str
    stops: bool = True


class Contradicts(Refused):
    """A version that contradicts itself is not published; `remarks` tells all places at once."""

    code = "contradicts_itself"
    status = 422

    def __init__(self, remarks: tuple[Remark, ...]) -> None:
        more = f"（另有 {len(remarks) - 1} 处）" if len(remarks) > 1 else ""
        super().__init__(f"未发布：内容前后矛盾。{remarks[0].sentence}{more}", field=remarks[0].path)
        self.remarks = remarks


def check(
    *, standard: Standard, implementation: Implementation | None = None, themes_for: ThemesFor | None = None
) -> tuple[Remark, ...]:
    """Return the remarks on a standard, or on an implementation of it, in the order of the rules.

    An implementation is judged by what it states itself; where it states nothing, by the words of the standard.
    """
    if implementation is None:
        found = [*_standard(standard), *_themes(standard, themes_for or {})]
        return (*found, *_lists(standard.conditions, standard.requirements))
    stated = implementation.stated or standard.terms
    found = [remark for rule in RULES for remark in rule(standard, implementation)]
    return (*found, *(_lists(stated.conditions, stated.requirements) if implementation.stated else ()))


def demand(remarks: tuple[Remark, ...]) -> None:
    """Raise Contradicts when one of the remarks stops."""
    stopping = tuple(remark for remark in remarks if remark.stops)
    if stopping:
        raise Contradicts(stopping)


# --- A standard -------------------------------------------------------------------------------------------------------


def _standard(standard: Standard) -> Iterator[Remark]:
    if not standard.name.strip():
        yield Remark("name", "事项名称为空。请填写名称。")
    if ROUTES[standard.regime].consent_by_silence and not consent_article(standard):
        yield Remark("regime", "默认同意须有条文规定，设定依据却没有引用任何条文。请补充引用，或改为其他办件类型。")
    if standard.promised is not None:
        yield from _instant(standard.regime, standard.promised)
        yield from _within(standard.promised, standard.statutory)
    yield from _result(standard.result, standard.yields, standard.document)
    yield from _months(standard)
    yield from _basis("statutory_source", "法定时限", standard.statutory_source)


def _months(standard: Standard) -> Iterator[Remark]:
    for question in standard.questions:
        if standard.regime is Regime.INSTANT and question.code == records.QUESTION:
            unknown = [choice.code for choice in question.choices if choice.code not in list(Span)]
            if unknown:
                yield Remark(
                    "questions",
                    f"期间没有“{unknown[0]}”这个选项，登记库无从查起。请改用{'、'.join(Span)}之一。",
                )


def _themes(standard: Standard, themes_for: ThemesFor) -> Iterator[Remark]:
    serves = frozenset(standard.serves)
    for theme in standard.themes if serves else ():
        if theme in themes_for and not serves & themes_for[theme]:
            yield Remark("themes", "服务主题与服务对象不一致：所选主题不面向所选的服务对象。请核对两处。", stops=False)


def _result(kind: ResultKind, yields: str, document: str) -> Iterator[Remark]:
    if yields and document:
        yield Remark("document", "结果写了两次：既选了证照类型，又填了文书名称。请只保留一处。")
    if not yields and not document:
        yield Remark("document", "没有写明办理结果。请选择证照类型，或填写文书名称。", stops=False)
    if document.endswith(CERTIFICATE_ENDINGS) and kind is not ResultKind.CERTIFICATE:
        yield Remark("result", f"结果名称“{document}”是证照，结果类型却是“{kind.label}”。请把结果类型改为“证照”。")
    if yields and kind is not ResultKind.CERTIFICATE:
        yield Remark("result", f"已选证照类型，结果类型却是“{kind.label}”。请把结果类型改为“证照”。")


# --- An implementation ------------------------------------------------------------------------------------------------


def _speed(standard: Standard, offer: Implementation) -> Iterator[Remark]:
    yield from _instant(standard.regime, offer.promised)
    yield from _within(offer.promised, offer.stated.statutory if offer.stated else standard.statutory)


def _instant(regime: Regime, promised: Limit) -> Iterator[Remark]:
    if regime is Regime.INSTANT and promised.days != 0:
        yield Remark("promised", f"即办件应当场办结，承诺时限却是 {promised.days} 日。请把承诺时限改为 0。")
    if regime is not Regime.INSTANT and promised.days == 0:
        yield Remark(
            "promised", "承诺当日办结，办件类型却不是即办件。请改正承诺时限，或修订标准的办件类型。", stops=False
        )


def _within(promised: Limit, statutory: Limit) -> Iterator[Remark]:
    same = (promised.unit, promised.start) == (statutory.unit, statutory.start)
    if same and promised.days > statutory.days:
        yield Remark("promised", f"承诺时限 {promised.days} 日长于法定时限 {statutory.days} 日。请改为不超过法定时限。")


def _visits(standard: Standard, offer: Implementation) -> Iterator[Remark]:
    if offer.visits < 0:
        yield Remark("visits", "到现场次数不能是负数。请填写 0 或更大的整数。")
    if offer.visits > 0 and not offer.visits_reason.strip():
        yield Remark("visits_reason", f"须到现场 {offer.visits} 次，但没有写原因。请写明必须到现场的原因。")
    if offer.visits == 0 and offer.visits_reason.strip():
        yield Remark("visits_reason", "到现场次数为 0，却写有到现场的原因。请删去原因或改正次数。", stops=False)
    if offer.visits > 0 and offer.channels and frozenset(offer.channels) <= ONLINE:
        yield Remark("visits", "只有网上办理形式，即全程网办，到现场次数应为 0。请改正次数，或加上窗口办理。")
    if not offer.channels:
        yield Remark("channels", "没有选办理形式。请至少选择一种。")


def _fee(standard: Standard, offer: Implementation) -> Iterator[Remark]:
    if offer.fee_cents < 0:
        yield Remark("fee", "收费金额不能是负数。请改正金额；不收费填 0。")
    if offer.fee_cents > 0:
        yield from _basis("fee_source", "收费", offer.fee_source)
        if not offer.online_payment:
            yield Remark("online_payment", "收费事项应当支持网上支付。请勾选网上支付，或核对是否收费。")


def _contact(standard: Standard, offer: Implementation) -> Iterator[Remark]:
    contact = offer.contact
    if contact.complaint_phone and contact.complaint_phone == contact.consulting_phone:
        yield Remark("complaint_phone", "投诉电话与咨询电话相同。投诉应由另一处受理，请填写另外的电话。")


def _power(standard: Standard, offer: Implementation) -> Iterator[Remark]:
    entrusted = offer.nature is BodyNature.ENTRUSTED
    if entrusted and not offer.entrusted_by:
        yield Remark("entrusted_by", "实施主体是受委托组织，但没有写委托部门。请填写委托部门的统一社会信用代码。")
    if offer.entrusted_by and not entrusted:
        yield Remark("nature", "写有委托部门，实施主体性质却不是受委托组织。请核对两处。", stops=False)


def _code(standard: Standard, offer: Implementation) -> Iterator[Remark]:
    code = offer.implementation_code
    if not code:
        return
    parts = (
        (code[:18], offer.body, "实施主体的统一社会信用代码"),
        (code[18:19], str(offer.level), "行使层级"),
        (code[19:31], standard.basic_code or code[19:31], "基本编码"),
    )
    for written, said, name in parts:
        if written != said:
            yield Remark("implementation_code", f"实施编码中的{name}是 {written}，清单中写的是 {said}。请核对编码。")


RULES: tuple[Callable[[Standard, Implementation], Iterator[Remark]], ...] = (
    _speed,
    _visits,
    _fee,
    _contact,
    _power,
    _code,
)


# --- Lists and sources ------------------------------------------------------------------------------------------------


def _lists(conditions: tuple[Condition, ...], requirements: tuple[Requirement, ...]) -> Iterator[Remark]:
    for place, condition in enumerate(conditions):
        path = f"conditions/{place}"
        if not condition.text.strip():
            yield Remark(path, f"第 {place + 1} 条受理条件没有文字。请填写，或删去这一条。")
        if any(words in condition.text for words in CATCH_ALL):
            yield Remark(path, f"第 {place + 1} 条受理条件是兜底条款，申请人无从准备。请写明具体条件。", stops=False)
        yield from _basis(path, f"第 {place + 1} 条受理条件", condition.source)
    seen: set[tuple[object, ...]] = set()
    for place, requirement in enumerate(requirements):
        path = f"requirements/{place}"
        asked = (requirement.material, requirement.when)
        if asked in seen:
            yield Remark(path, f"第 {place + 1} 项材料与前面的一项相同。请合并为一项。")
        seen.add(asked)
        if requirement.copies < 0:
            yield Remark(path, f"第 {place + 1} 项材料的份数是负数。请改正份数。")
        yield from _basis(path, f"第 {place + 1} 项材料", requirement.source)


def _basis(path: str, what: str, source: Source) -> Iterator[Remark]:
    """What is composed for the demo cites nothing and says so; everything else names its article."""
    if source.kind is SourceKind.CITED and not source.reference.strip():
        yield Remark(path, f"{what}没有写依据。请填写法律名称和条款。")
