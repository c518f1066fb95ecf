"""Versions of standards and implementations, offers, extended halls and reform modes; and what is published."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from tongban.api.paging import Asked, Page
from tongban.api.schemas import Given, Told
from tongban.api.schemas.written import (
    Body,
    Code,
    DataElement,
    Division,
    Extension,
    Implementation,
    Material,
    Offer,
    OptionalDivision,
    Reform,
    Standard,
    Terms,
    WrittenCertificateType,
)
from tongban.domain.catalogue import MatterType
from tongban.domain.offers import HandlingMode, ReformMode


class StandardsAsked(Asked):
    matter_type: MatterType | None = None
    sector: Code | None = Field(None, description="部门条线")
    owner: OptionalDivision | None = Field(None, description="单独维护它的地区；空文字表示三地共同维护")
    batch: Code | None = Field(None, description="使它生效的批次")


class ImplementationsAsked(Asked):
    matter: Code | None = None
    region: Division | None = Field(None, description="行政区划；包括其下级")
    body: Body | None = Field(None, description="实施主体的统一社会信用代码")


class OffersAsked(Asked):
    matter: Code | None = None
    province: Division | None = None
    mode: HandlingMode | None = None


class ExtensionsAsked(Asked):
    hall: Code | None = None
    region: Division | None = Field(None, description="被服务的地区；包括其下级")


class ReformsAsked(Asked):
    matter: Code | None = None
    region: Division | None = Field(None, description="行政区划；包括其下级")
    mode: ReformMode | None = None


class Span(Told):
    """When a version is in force; `last_day` null: without end. `batch` empty: no batch put it in force."""

    batch: str
    from_on: date
    last_day: date | None


class StandardListed(Told):
    matter: str
    name: str
    name_en: str
    matter_type: MatterType
    owner: str
    """The region that keeps it alone; empty: regions keep it together."""
    sector: str
    version: int
    digest: str
    recorded_at: datetime
    spans: list[Span]
    """Empty: it is only proposed."""


class Standards(Page):
    standards: list[StandardListed]


class StandardVersions(Told):
    matter: str
    in_force: int | None
    """The version in force today; null: none."""
    versions: list[StandardListed]


class StandardVersion(Told):
    """One version, which never changes. `digest`: SM3 of the canonical JSON of `standard`, in hex."""

    matter: str
    version: int
    digest: str
    recorded_at: datetime
    standard: Standard


class ImplementationKept(Told):
    version: int
    digest: str
    recorded_at: datetime
    implementation: Implementation


class Implementations(Page):
    implementations: list[ImplementationKept]


class OfferKept(Told):
    version: int
    digest: str
    recorded_at: datetime
    offer: Offer


class Offers(Page):
    offers: list[OfferKept]


class ExtensionKept(Told):
    version: int
    digest: str
    recorded_at: datetime
    extension: Extension


class Extensions(Page):
    extensions: list[ExtensionKept]


class ReformKept(Told):
    version: int
    digest: str
    recorded_at: datetime
    reform: Reform


class Reforms(Page):
    reforms: list[ReformKept]


MOST = 2_000


class HoldingsGiven(Given):
    """What is published together: all of it or nothing."""

    standards: list[Standard] = Field([], max_length=MOST)
    implementations: list[Implementation] = Field([], max_length=MOST)
    materials: list[Material] = Field([], max_length=MOST)
    certificate_types: list[WrittenCertificateType] = Field([], max_length=MOST)
    elements: list[DataElement] = Field([], max_length=MOST)
    offers: list[Offer] = Field([], max_length=MOST)
    extensions: list[Extension] = Field([], max_length=MOST)
    reforms: list[Reform] = Field([], max_length=MOST)
    change_of_law: str = Field(
        "", max_length=400, description="修改了的法律条款：实施清单因此偏离生效的共同标准时写明，记为偏离标准"
    )


class Published(Told):
    """How many new versions of what; what is the same as before makes none."""

    standards: int
    proposed: int
    implementations: int
    offers: int
    extensions: int
    reforms: int
    departures: int


class ObservationGiven(Given):
    """What the own system of a body shows of a matter."""

    matter: Code
    body: Body
    region: Division
    terms: Terms


class ObservationsGiven(Given):
    observations: list[ObservationGiven] = Field(min_length=1, max_length=MOST)


class Observed(Told):
    observations: int
    """How many differ from what was seen before."""
