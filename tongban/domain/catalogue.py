"""What is a matter, and what does its standard ask?

A matter (事项) is a kind of service. Its standard (标准) says, by version, what it asks, whom it makes wait and what it
yields; an implementation (实施清单) says which body offers it where, how fast and through which desks. A bundle
(集成办理) is a named set of matters that one application may ask for together, with the questions that choose among
them. Everything else (plan, figures, worklists) is derived from these values.

Identity stands apart from validity: `Standard.matter` never changes, `Standard.version` does. A standard stands at the
grain of the handling item (业务办理项): a matter with several of them has a standard for each, and a situation (情形)
is a variant of a handling item that answers choose.

Source: GB/T 39554.1 and .2, GB/T 39046-2020, table 4 (elements); Administrative Licensing Law, arts. 30, 42.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tongban.domain.clock import Limit
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
from tongban.domain.refused import Refused


class MatterType(StrEnum):
    """Type of a matter (事项类型)."""

    LICENCE = "licence"  # 行政许可
    LEVY = "levy"  # 行政征收
    CONFIRMATION = "confirmation"  # 行政确认
    OTHER_POWER = "other_power"  # 其他行政权力
    PUBLIC_SERVICE = "public_service"  # 公共服务


class Regime(StrEnum):
    """Regime (办理方式): which route a case takes, by law."""

    LICENCE = "licence"
    FILING = "filing"
    COMMITMENT = "commitment"
    INSTANT = "instant"
    SILENT_CONSENT = "silent_consent"


class Jurisdiction(StrEnum):
    """By what the competent body is found (管辖依据)."""

    REGISTERED_SEAT = "registered_seat"  # 注册地
    PROJECT_SITE = "project_site"  # 项目所在地
    HOUSEHOLD = "household"  # 户籍地
    INSURED_PLACE = "insured_place"  # 参保地
    TAX_SEAT = "tax_seat"  # 主管税务机关所在地
    FUND_CENTRE = "fund_centre"  # 住房公积金缴存地
    PORT_OF_REGISTRY = "port_of_registry"  # 船籍港
    ANYWHERE = "anywhere"  # 不限地域


class SubjectRole(StrEnum):
    """Whom or what a material or certificate is about (对象), as a role in the application."""

    HOLDER = "holder"
    SHIP = "ship"
    COUNTERPARTY = "counterparty"  # e.g. the mortgagee of a ship mortgage
    PERSON = "person"  # a person whom the holder asks for: himself, or each one on its roster
    VOYAGE = "voyage"  # one voyage of a ship; the next one is another


class SourceKind(StrEnum):
    """Where a field with legal weight comes from: an article or standard, or composed for the demo (示例)."""

    CITED = "cited"
    COMPOSED = "composed"


class ElementKind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DAY = "day"
    CHOICE = "choice"
    USCC = "uscc"
    RESIDENT_ID = "resident_id"
    IMO = "imo"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Source:
    """`reference` names law and article or standard and clause; empty when composed."""

    kind: SourceKind
    reference: str = ""


When = tuple[tuple[str, frozenset[str]], ...]
"""Applies when every named question has one of the given answers; empty: always."""

Answers = Mapping[str, str]
"""Question code to choice code."""


def applies(when: When, answers: Answers) -> bool:
    return all(answers.get(question) in allowed for question, allowed in when)


@dataclass(frozen=True, slots=True)
class DataElement:
    """A canonical form field (数据元), asked once however many matters need it."""

    code: str
    name: str
    name_en: str
    kind: ElementKind
    hint: str = ""
    personal: bool = False
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    topic: str = ""
    """Code of the topic: which page of the form it stands on."""
    hint_en: str = ""
    choices_en: tuple[tuple[str, str], ...] = ()
    example: str = ""
    """A well-formed value that belongs to nobody, for hints and for the demo."""
    identifies: SubjectRole | None = None
    """The role whose number this element is, e.g. the IMO number identifies the ship."""
    names: SubjectRole | None = None
    """The role whose name this element is, e.g. the name of the owner names the holder."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of the form (填报主题): the data elements that an applicant thinks of together."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """A canonical kind of evidence (申请材料). Two items that need the same evidence name the same entry."""

    code: str
    name: str
    name_en: str = ""
    kind: str = ""
    issuer: str = ""
    about: SubjectRole = SubjectRole.HOLDER
    retrievable: bool = False
    """A registry can supply it, so it is not asked when data sharing works."""
    source: Source = Source(SourceKind.COMPOSED)


@dataclass(frozen=True, slots=True)
class CertificateType:
    """Any result issued as proof (电子证照). `fields` are the data elements that make up its content."""

    code: str
    name: str
    name_en: str = ""
    type_code: str = ""
    """18 characters of the standard's owner and 3 more (GB/T 36904)."""
    fields: tuple[str, ...] = ()
    about: SubjectRole = SubjectRole.SHIP
    to: SubjectRole = SubjectRole.HOLDER
    """Who holds it: usually the applicant, the mortgagee for a ship mortgage."""
    valid_months: int | None = None
    """None: without end."""
    source: Source = Source(SourceKind.COMPOSED)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One material as a standard asks for it, with the answers on which it depends."""

    material: str
    copies: int = 1
    when: When = ()
    source: Source = Source(SourceKind.COMPOSED)
    """The article that lets the authority ask for it."""
    form: MaterialForm = MaterialForm.BOTH
    necessity: Necessity = Necessity.REQUIRED
    channel: SourceChannel = SourceChannel.APPLICANT
    commitment: bool = False
    """A signed commitment may take its place (告知承诺, 证明事项)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One acceptance condition (受理条件) in words, with its article.

    `expression` says the same over data elements, in the language of `conditions`; empty where only a person can tell.
    """

    text: str
    source: Source
    text_en: str = ""
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """A variant of a handling item (情形), chosen by answers to the questions of its standard."""

    code: str
    name: str
    when: When
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class SpecialProcedure:
    """Time that the law does not count (特别程序); `days` None where the law names no number."""

    kind: ProcedureKind
    name: str
    days: int | None = None
    source: Source = Source(SourceKind.COMPOSED)


@dataclass(frozen=True, slots=True)
class FormerName:
    """What a region called the matter before (曾用名): for search and alignment, never the name in force."""

    region: str
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What four-the-same-one-recognised (四同一互) compares, as a standard or as a body states it.

    `promised` None: nothing is promised beyond the statutory limit. `document` names a result that is no certificate.
    `recognised_in`: the provinces (GB/T 2260) in which the result counts.
    """

    name: str
    conditions: tuple[Condition, ...]
    requirements: tuple[Requirement, ...]
    statutory: Limit
    promised: Limit | None
    yields: str = ""
    document: str = ""
    recognised_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standard:
    """The canonical, versioned description of a matter (标准)."""

    matter: str
    name: str
    matter_type: MatterType
    regime: Regime
    statutory: Limit
    version: int = 1
    name_en: str = ""
    basic_code: str = ""
    requirements: tuple[Requirement, ...] = ()
    needs: tuple[str, ...] = ()
    """Certificate types that must exist before the decision takes effect."""
    yields: str = ""
    """The certificate type the decision issues; empty when there is none."""
    elements: tuple[str, ...] = ()
    """Data elements its form asks for."""
    determines: tuple[str, ...] = ()
    """Data elements that its conclusion may fix otherwise than applied for, e.g. the approved ship name."""
    conditions: tuple[Condition, ...] = ()
    legal_basis: tuple[Source, ...] = ()
    statutory_source: Source = Source(SourceKind.COMPOSED)
    joint_applicants: tuple[SubjectRole, ...] = ()
    """Who must confirm and sign beside the applicant (共同申请)."""
    basic_code_source: Source = Source(SourceKind.COMPOSED)
    owner: str = ""
    """The region that keeps it alone (GB/T 2260); empty: regions keep it together."""
    item_of: str = ""
    """The matter of which this is one handling item; empty: the matter has no other, and its code is the matter's."""
    item_of_name: str = ""
    item_digits: str = "01"
    """The two digits that a handling item adds to the implementation code (31 to 33 characters)."""
    sector: str = ""
    """The line of departments it belongs to (部门条线), a code of `sectors.json`."""
    themes: tuple[str, ...] = ()
    """Service themes (服务主题), codes of `themes.json`."""
    serves: tuple[ServiceObject, ...] = ()
    questions: tuple[Question, ...] = ()
    """What is asked to tell the situation and which materials it needs, where no bundle asks it."""
    situations: tuple[Situation, ...] = ()
    promised: Limit | None = None
    """The promise that regions agreed on (同办理时限); None: each body promises for itself."""
    promised_source: Source = Source(SourceKind.COMPOSED)
    result: ResultKind = ResultKind.CERTIFICATE
    document: str = ""
    """The name of a result that is no certificate."""
    recognised_in: tuple[str, ...] = ()
    """The provinces in which its result counts (结果互认)."""
    special_procedures: tuple[SpecialProcedure, ...] = ()
    quantity_limit: str = ""
    intermediary: str = ""
    """The intermediary service that a law demands (法定中介服务), in words; empty: none."""
    former_names: tuple[FormerName, ...] = ()

    @property
    def terms(self) -> Terms:
        """What an implementation of it must say."""
        return Terms(
            name=self.name,
            conditions=self.conditions,
            requirements=self.requirements,
            statutory=self.statutory,
            promised=self.promised,
            yields=self.yields,
            document=self.document,
            recognised_in=self.recognised_in,
        )


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and how a body is reached."""

    address: str = ""
    hours: str = ""
    consulting_phone: str = ""
    complaint_phone: str = ""
    online_address: str = ""


@dataclass(frozen=True, slots=True)
class Implementation:
    """How one body offers a matter (实施清单)."""

    matter: str
    region: str
    body: str
    """Unified social credit code (GB 32100) of the deciding body."""
    promised: Limit
    deciding_desk: str
    opinion_desks: tuple[str, ...] = ()
    """Desks whose opinion is needed before the deciding desk may conclude."""
    opinion_steps: tuple[int, ...] = ()
    """In which round each of them is asked, from 1, in the order of `opinion_desks`; empty: all at the same time."""
    implementation_code: str = ""
    version: int = 1
    standard_version: int = 1
    hall: str = ""
    level: int = 3
    """Level of exercise (行使层级): 1 state, 2 province, 3 city, 4 county, 5 township, 6 village (GB/T 39046, A)."""
    promised_source: Source = Source(SourceKind.COMPOSED)
    visits: int = 0
    """How often the applicant must come in person (到办事现场次数)."""
    fee_cents: int = 0
    fee_source: Source = Source(SourceKind.COMPOSED)
    stated: Terms | None = None
    """What the body itself publishes; None: it applies the standard word for word."""
    jurisdiction: Jurisdiction = Jurisdiction.ANYWHERE
    territory: str = ""
    """A division or functional zone within which it is competent; empty: its region."""
    nature: BodyNature = BodyNature.STATUTORY
    entrusted_by: str = ""
    """The body (GB 32100) that handed the power down, where `nature` says so."""
    partners: tuple[str, ...] = ()
    """Departments that handle it with the body (共同实施部门), by code."""
    channels: tuple[Channel, ...] = (Channel.WINDOW,)
    scope: HandlingScope = HandlingScope.NONE
    devices: tuple[Device, ...] = ()
    visits_reason: str = ""
    """Why one must come in person; demanded when `visits` is not 0."""
    reservation: bool = False
    online_payment: bool = False
    express: bool = False
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    text: str
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question that chooses matters and materials; `default` is the choice taken when nothing is said."""

    code: str
    text: str
    choices: tuple[Choice, ...]
    default: str
    text_en: str = ""
    hint: str = ""
    when: When = ()
    hint_en: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A matter in a bundle, under a category, asked for when the answers say so."""

    matter: str
    category: str
    when: When = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A heading under which a bundle lists its matters (类别); `Item.category` is its name."""

    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A named set of matters that one application may ask for together (集成办理)."""

    code: str
    name: str
    items: tuple[Item, ...]
    questions: tuple[Question, ...] = ()
    version: int = 1
    name_en: str = ""
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True)
class Delegation:
    """Who decides in whose name, since when, by which document (授权、委托、下放)."""

    matter: str
    from_body: str
    to_body: str
    kind: str
    document: str
    from_on: str
    in_whose_name: str
    seal_of: str
    origin: str
    """The level it came from, e.g. 交通运输部下放: the four origins of the seed's 37 matters."""
    source: Source = Source(SourceKind.COMPOSED)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a plan looks up, by code; one standard and one implementation for each matter, in force together."""

    standards: Mapping[str, Standard]
    implementations: Mapping[str, Implementation]
    materials: Mapping[str, Material]
    certificate_types: Mapping[str, CertificateType]
    elements: Mapping[str, DataElement] = field(default_factory=dict)
    topics: tuple[Topic, ...] = ()
    """In the order of the pages of the form."""


class Inconsistent(Refused):
    """A catalogue that contradicts itself; nothing of it is loaded."""

    code = "catalogue_inconsistent"


class StepsApart(Inconsistent):
    """Rounds of opinions (意见次序) that are not one for each desk, counted from 1."""


def demand_steps(implementation: Implementation) -> None:
    """Refuse rounds that do not fit the desks. Raises StepsApart."""
    desks, steps = implementation.opinion_desks, implementation.opinion_steps
    if steps and (len(steps) != len(desks) or min(steps) < 1):
        raise StepsApart(
            f"“{implementation.matter}”的意见次序与意见岗位不一致：{len(desks)} 个岗位，{len(steps)} 个次序。"
            "请为每个岗位填写一个从 1 起的次序，或者全部留空（同时征求意见）。",
            field="opinion_steps",
        )


class Circular(Inconsistent):
    """Matters that wait for each other in a circle; `path` walks it and ends where it began."""

    code = "catalogue_circular"

    def __init__(self, path: tuple[str, ...]) -> None:
        super().__init__(
            f"目录未装载：事项互相等待，成了环：{' → '.join(path)}。请去掉其中一个“所需证照”后再装载。", field="needs"
        )
        self.path = path


def check(catalogue: Catalogue, bundle: Bundle) -> None:
    """Refuse a bundle whose parts do not fit together.

    Checked: every code is known, conditions name earlier questions and choices they have, a certificate type has one
    yielding matter, or several of which answers choose at most one, no circle, and an element that one matter's
    conclusion fixes stands only on certificates of that matter or of matters that wait for it. Raises Inconsistent or
    Circular.
    """
    _questions_are_answerable(bundle)
    matters = [item.matter for item in bundle.items]
    _unique(matters, "事项")
    for matter in matters:
        if matter not in catalogue.standards or matter not in catalogue.implementations:
            raise Inconsistent(f"集成办理“{bundle.name}”未装载：事项 {matter} 没有标准或实施清单。请先补上。")
        _known(catalogue, catalogue.standards[matter])
    _yielded_once(catalogue, bundle)
    before = awaited(catalogue, matters)
    order(before)
    demand_settled_content(catalogue, matters, before)


def awaited(catalogue: Catalogue, matters: list[str]) -> dict[str, tuple[str, ...]]:
    """Return for each matter the matters of the same application whose certificates it needs, in the given order."""
    yielding: dict[str, list[str]] = {}
    for matter in matters:
        if yields := catalogue.standards[matter].yields:
            yielding.setdefault(yields, []).append(matter)
    return {
        matter: tuple(
            other for certificate in catalogue.standards[matter].needs for other in yielding.get(certificate, ())
        )
        for matter in matters
    }


def order(before: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the matters so that whoever is awaited comes first, else in the given order. Raises Circular."""
    done: list[str] = []
    placed: set[str] = set()
    for start in before:
        # Depth-first by hand: a catalogue with thousands of matters in one chain must not exhaust the call stack.
        path: list[str] = [start]
        pending = [iter(before[start])]
        on_path = {start}
        if start in placed:
            continue
        while path:
            successor = next((m for m in pending[-1] if m not in placed), None)
            if successor is None:
                matter = path.pop()
                pending.pop()
                on_path.discard(matter)
                placed.add(matter)
                done.append(matter)
            elif successor in on_path:
                raise Circular((*path[path.index(successor) :], successor))
            else:
                path.append(successor)
                on_path.add(successor)
                pending.append(iter(before[successor]))
    return tuple(done)


def _unique(codes: list[str], kind: str) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise Inconsistent(f"目录未装载：{kind} {code} 出现了两次。请只保留一处。")
        seen.add(code)


def _yielded_once(catalogue: Catalogue, bundle: Bundle) -> None:
    """Two certificates of one type in one application would leave open which of them is meant."""
    yielding: dict[str, list[Item]] = {}
    for item in bundle.items:
        if yields := catalogue.standards[item.matter].yields:
            yielding.setdefault(yields, []).append(item)
    for code, items in yielding.items():
        for place, item in enumerate(items):
            if not all(exclusive(item.when, other.when) for other in items[:place]):
                raise Inconsistent(f"目录未装载：证照类型 {code} 出现了两次。请只保留一处。")


def exclusive(one: When, other: When) -> bool:
    """Whether no answers choose both: a question on which they depend has no choice in common."""
    allowed = dict(one)
    return any(question in allowed and allowed[question].isdisjoint(choices) for question, choices in other)


def _questions_are_answerable(bundle: Bundle) -> None:
    """A condition on a question that is not there, or comes later, would never apply and silently drop its matter."""
    _unique([question.code for question in bundle.questions], "问题")
    choices: dict[str, set[str]] = {}
    for question in bundle.questions:
        _answerable(question.when, choices, question.code)
        choices[question.code] = {choice.code for choice in question.choices}
        if question.default not in choices[question.code]:
            raise Inconsistent(
                f"目录未装载：“{question.code}” 的默认选项 {question.default} 不在它的选项之中。请改正默认选项。"
            )
    for item in bundle.items:
        _answerable(item.when, choices, item.matter)


def _answerable(when: When, choices: Mapping[str, set[str]], of: str) -> None:
    for question, allowed in when:
        if question not in choices:
            raise Inconsistent(
                f"目录未装载：“{of}” 的适用条件引用了问题 {question}，但它不在此前的问题之中。请改正条件或补上问题。"
            )
        for choice in sorted(allowed - choices[question]):
            raise Inconsistent(
                f"目录未装载：“{of}” 的适用条件引用了问题 {question} 的选项 {choice}，但没有这个选项。请改正条件。"
            )


def _known(catalogue: Catalogue, standard: Standard) -> None:
    unknown = (
        [r.material for r in standard.requirements if r.material not in catalogue.materials]
        + [c for c in (*standard.needs, standard.yields) if c and c not in catalogue.certificate_types]
        + [e for e in (*standard.elements, *standard.determines) if e not in catalogue.elements]
    )
    if unknown:
        raise Inconsistent(f"事项 {standard.matter} 未装载：{unknown[0]} 没有定义。请在材料、证照类型或数据元中补上。")


def demand_settled_content(catalogue: Catalogue, matters: list[str], before: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse matters of which one shows on its certificate what another fixes without waiting for it.

    Asked of a whole bundle when it is loaded, and of the matters that answers chose when a plan is derived: a chain can
    break where its middle is left out. Raises Inconsistent.
    """
    fixed_by: dict[str, set[str]] = {}
    for matter in matters:
        for element in catalogue.standards[matter].determines:
            fixed_by.setdefault(element, set()).add(matter)
    # Only matters that fix something are remembered: in a chain of thousands, all that come before would be millions.
    fixing: frozenset[str] = frozenset().union(*fixed_by.values())
    reach: dict[str, frozenset[str]] = {}
    for matter in order(before):
        reach[matter] = fixing.intersection((matter,)).union(*(reach[other] for other in before[matter]))
    for matter in matters:
        yields = catalogue.standards[matter].yields
        for element in catalogue.certificate_types[yields].fields if yields else ():
            for other in sorted(fixed_by.get(element, set()) - reach[matter]):
                raise Inconsistent(
                    f"事项 {matter} 的目录有误：它的证照写有 {element}，该内容由 {other} 的决定确定，"
                    "但它并不等待后者。请事项管理员补上所需证照，或从证照内容中去掉这一项。"
                )
