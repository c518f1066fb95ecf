"""Drafts: what is filled in, what is there, what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tongban.api.schemas import Given, Told
from tongban.api.schemas.matters import Element
from tongban.domain.catalogue import SubjectRole
from tongban.domain.materials import Basis, SupplySource
from tongban.domain.recognition import Reason


class DraftBegun(Given):
    bundle: str = Field(max_length=40)


class Values(Given):
    values: dict[str, str] = Field(description="数据元代码到值；没有写的不变，空文字表示清空")


class DraftListed(Told):
    id: str
    bundle: str
    changed_at: datetime


class Drafts(Told):
    drafts: list[DraftListed]


class Chosen(Told):
    index: int
    matter: str
    name: str
    person: str
    """Id of the person on the list whom the case is about; empty: nobody's own."""


class Person(Told):
    """One of those for whom the draft asks, with his own values by data element."""

    id: str
    number: str
    name: str
    values: dict[str, str]


class Entry(Told):
    element: Element
    value: str
    known: bool
    """Taken from who applies; what is sent for it is not used."""
    carried: bool
    """Taken over from an earlier application, and not filled in again since."""


class Promised(Given):
    """How a material is promised in place of handing it in: to follow `later`, or replaced by a `commitment`."""

    how: Literal["later", "commitment"]


class Consent(Given):
    """Whether the holder lets the certificate that was offered for a material be used."""

    given: bool


class Route(Given):
    by_commitment: bool


class Recognised(Told):
    """A certificate of another region, judged for a material: it counts by `rule`, or `reason` says why not."""

    certificate: str
    """The identifier of one's own; empty for one that another participant holds."""
    counts: bool
    reason: Reason
    rule: str
    basis: Basis | None
    """By duty it is used unless a file is uploaded; by consent only when the holder says so."""
    message: str


class Wanted(Told):
    code: str
    place: str
    """What to name it by where it is uploaded: the code, or that of one person's own."""
    person: str
    name: str
    about: SubjectRole
    certificate: bool
    matters: list[str]
    source: SupplySource | None
    """Where it comes from; null: it is missing."""
    reference: str
    deferrable: bool
    committable: bool
    later: bool
    """It is promised for later."""
    carried: bool
    """Taken over from an earlier application, and not confirmed or replaced since."""
    basis: Basis | None
    """On what ground it is used; null: it is missing."""
    recognised: Recognised | None


class Missing(Told):
    elements: list[str]
    materials: list[str]


class Draft(Told):
    id: str
    bundle: str
    bundle_version: int
    party: str
    answers: dict[str, str]
    matters: list[Chosen]
    people: list[Person]
    """For whom it is; empty: for nobody but the party. An organisation names them where matters are about people."""
    form: list[Entry]
    materials: list[Wanted]
    missing: Missing
    complete: bool
    by_commitment: list[str]
    """Matters that may be decided on the spot upon a commitment, and take that route."""
    late: bool
    """Not everything can be handed in together; the plan of the bundle tells the stages."""
    carried_from: str
    """Number of the earlier application it began with; empty: with none."""
    changed_at: datetime
    submitted_at: datetime | None


class Submitted(Told):
    application: str
    number: str
    query_code: str
