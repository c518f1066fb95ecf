"""Matters, bundles and plans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from tongban.api.paging import Asked, Page
from tongban.api.schemas import Given, Told
from tongban.api.schemas.written import Choice, Code, Condition, Division, Limit, Source
from tongban.domain.catalogue import ElementKind, Jurisdiction, MatterType, Regime, SubjectRole, When
from tongban.domain.codes import Channel, Device, MaterialForm, Necessity, SourceChannel
from tongban.domain.lists import ListKind
from tongban.domain.offers import HandlingMode, ReceiptCounts

Conditions = dict[str, list[str]]
"""Question to the answers under which something applies; empty: always."""


def conditions(when: When) -> Conditions:
    return {question: sorted(choices) for question, choices in when}


class MatterListed(Told):
    code: str
    name: str
    name_en: str
    matter_type: MatterType
    version: int
    region: str
    body: str
    promised: Limit
    statutory: Limit


class MatterFound(MatterListed):
    """Region, body and promise are those of the first body that offers it; `provinces` are all where it is offered."""

    sector: str
    provinces: list[str]
    lists: list[ListKind]


class MattersAsked(Asked):
    q: str = Field("", max_length=100, description="名称、曾用名、材料、结果，或拼音首字母")
    sector: Code | None = Field(None, description="部门条线")
    matter_type: MatterType | None = None
    province: Division | None = Field(None, description="110000、120000 或 130000")
    theme: Code | None = Field(None, description="服务主题")
    list: ListKind | None = None
    mode: HandlingMode | None = Field(None, description="跨省通办的办理模式")


class Matters(Page):
    """`exact`: false where nothing has what was typed, and these are the nearest."""

    exact: bool
    matters: list[MatterFound]


class Listing(Told):
    """A list derived from attributes: how many matters stand on it, in any province and in each."""

    list: ListKind
    matters: int
    provinces: dict[str, int]


class Listings(Told):
    lists: list[Listing]


class MaterialAsked(Told):
    code: str
    name: str
    name_en: str
    about: SubjectRole
    retrievable: bool
    copies: int
    form: MaterialForm
    necessity: Necessity
    channel: SourceChannel
    commitment: bool
    """A signed commitment may take its place."""
    when: Conditions
    source: Source


class CertificateType(Told):
    code: str
    name: str
    name_en: str
    type_code: str
    valid_months: int | None
    fields: list[str]
    """The data elements it shows."""


class Question(Told):
    code: str
    text: str
    text_en: str
    choices: list[Choice]
    default: str
    when: Conditions


class OfferedBy(Told):
    region: str
    body: str
    hall: str
    promised: Limit


class HandedIn(Told):
    """Halls of `to` take it in for bodies of `province`."""

    province: str
    to: list[str]
    mode: HandlingMode
    agreement: str
    receipt_counts: ReceiptCounts


class Matter(MatterListed):
    """The guide of one matter (办事指南)."""

    regime: Regime
    basic_code: str
    implementation_code: str
    deciding_desk: str
    opinion_desks: list[str]
    opinion_steps: list[int] = Field(description="各意见岗位的次序，与 opinion_desks 一一对应；空为同时")
    hall: str
    visits: int
    fee_cents: int
    sector: str
    themes: list[str]
    channels: list[Channel]
    devices: list[Device]
    jurisdiction: Jurisdiction
    document: str
    """The name of a result that is no certificate."""
    recognised_in: list[str]
    """The provinces in which its result counts."""
    offered_by: list[OfferedBy]
    handed_in: list[HandedIn]
    """What other provinces' halls take in."""
    conditions: list[Condition]
    materials: list[MaterialAsked]
    needs: list[CertificateType]
    yields: CertificateType | None
    questions: list[Question]
    elements: list[str]
    """The data elements that its form asks for, or that a registry tells."""
    on_the_spot: bool
    """Certified from a registry by `POST /matters/{code}/certificate`; nobody fills in a form."""
    legal_basis: list[Source]


class Item(Told):
    matter: str
    name: str
    category: str
    when: Conditions


class Element(Told):
    """A data element (数据元), asked once however many matters need it."""

    code: str
    name: str
    name_en: str
    kind: ElementKind
    hint: str
    example: str
    unit: str
    required: bool
    personal: bool
    topic: str
    choices: list[tuple[str, str]]


class Bundle(Told):
    code: str
    version: int
    name: str
    name_en: str
    categories: list[str]
    items: list[Item]
    questions: list[Question]
    elements: list[Element]


class Answers(Given):
    answers: dict[str, str] = Field(default_factory=dict, description="问题代码到选项代码；没有回答的按默认选项")


class PlannedCase(Told):
    index: int
    matter: str
    name: str
    category: str
    body: str
    deciding_desk: str
    opinion_desks: list[str]
    opinion_steps: list[int] = Field(description="各意见岗位的次序，与 opinion_desks 一一对应；空为同时")
    awaits: list[int]
    needs: list[str]
    yields: str
    promised: Limit
    statutory: Limit
    joint_applicants: list[SubjectRole]


class Ask(Told):
    material: str
    name: str
    about: SubjectRole
    matters: list[str]
    retrievable: bool


class Figures(Told):
    """Counts, and working days from acceptance; null where promises are in natural days."""

    matters: int
    categories: int
    materials_one_by_one: int
    materials_asked_without_sharing: int
    materials_asked_with_sharing: int
    repeats_saved: int
    serial_working_days: int | None
    parallel_working_days: int | None
    certificate_chain_days: int | None


class Late(Told):
    """A case that could not be decided in time if everything were accepted today."""

    matter: str
    awaited: str
    last_day: date
    awaited_on: date


class Plan(Told):
    bundle: str
    bundle_version: int
    answers: Mapping[str, str]
    cases: list[PlannedCase]
    asks: list[Ask]
    critical_path: list[str]
    figures: Figures
    late: list[Late]
    stages: list[list[str]]
    feasible: bool
