"""What is compared and judged: findings, marks, conditions, the competent body. Nothing of what comes in is kept."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tongban.api.paging import Asked, Page
from tongban.api.schemas import Given, Told
from tongban.api.schemas.written import Code, Division, Source, Terms
from tongban.catalogue.conformance import Kind
from tongban.domain.catalogue import Jurisdiction
from tongban.domain.conditions import Eligibility, Truth
from tongban.domain.conformance import Aspect, Mark, Weight

MOST_VALUES = 200
LONGEST_VALUE = 2000


class TermsGiven(Given):
    """What a body says of a matter, to be compared with the standard in force."""

    matter: Code
    terms: Terms


class Finding(Told):
    """One difference: `expected` by the standard, `found` in what was compared, both in words."""

    aspect: Aspect
    path: str
    weight: Weight
    expected: str
    found: str
    article: Source
    sentence: str


class Conformance(Told):
    matter: str
    standard_version: int
    conforms: bool
    """All five marks hold: what is undetermined is not yet the same."""
    marks: dict[Aspect, Mark]
    findings: list[Finding]


class FindingsAsked(Asked):
    matter: Code | None = None
    region: Division | None = Field(None, description="行政区划；包括其下级")
    kind: Kind | None = Field(None, description="published：已发布的实施清单；observed：自有系统显示的内容")
    weight: Weight | None = None
    aspect: Aspect | None = None


class FindingFound(Finding):
    """A finding with where it was found; `departure`: the article by which the body departs, else empty."""

    matter: str
    matter_name: str
    standard_version: int
    region: str
    body: str
    kind: Kind
    departure: str


class Findings(Page):
    findings: list[FindingFound]


class ValuesGiven(Given):
    matter: Code
    values: dict[str, Annotated[str, Field(max_length=LONGEST_VALUE)] | None] = Field(
        default_factory=dict, max_length=MOST_VALUES, description="数据元代码到值；null 表示问过而不清楚"
    )


class ConditionJudged(Told):
    """`because`: data elements that settled it; `missing`: those that still could."""

    text: str
    verdict: Truth
    reason: str
    article: str
    because: list[str]
    missing: list[str]


class Eligible(Told):
    """`verdict`: one false condition refuses, all true accept; unknown does neither. `next`: what to ask next."""

    matter: str
    standard_version: int
    verdict: Eligibility
    conditions: list[ConditionJudged]
    next: list[str]


class PlaceAsked(Given):
    matter: Code
    place: str = Field(pattern=r"^[0-9A-Za-z-]{1,40}$", description="六位行政区划代码，或功能区代码")


class CompetentBody(Told):
    """`territory`: the division or functional zone within which it is competent."""

    matter: str
    region: str
    body: str
    territory: str
    jurisdiction: Jurisdiction
    hall: str
    implementation_code: str
