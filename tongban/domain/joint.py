"""What do regions put their names to together?

Values that agreements (合作协议), joint meetings (联席会议), batches (批次) and recognition rules (互认规则) share, and
that their events tell of. The content of an act of a batch, or a rule, is what is signed: everything in it is covered
by one digest, and nothing else is.

Source: 《京津冀自贸试验区三方战略合作框架协议》 (2021) and 《京津冀政务服务合作框架协议》 (2022), as the mission names
them; the shape of these values is composed for this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.codes import ServiceObject
from tongban.domain.materials import Basis


@dataclass(frozen=True, slots=True)
class Party:
    """An authority that speaks for a region: a bureau that signs, or a department that is competent there."""

    region: str
    body: str
    """Unified social credit code (GB 32100)."""
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (附件) by its title and the SM3 digest of its file, in hex."""

    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class Undertaking:
    """What a meeting gave somebody to do (议定事项), until a day."""

    text: str
    owner: Party
    due_on: date


@dataclass(frozen=True, slots=True)
class Listed:
    """One version of a standard, and the digest of its canonical form."""

    matter: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and for whom a batch counts: divisions (GB/T 2260), functional zones, and whom the matters serve.

    Subjects empty: everybody.
    """

    divisions: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    subjects: tuple[ServiceObject, ...] = ()


class ActKind(StrEnum):
    """What regions do with a batch; each is signed by all of them."""

    ISSUE = "issue"  # 联合印发
    WIDENING = "widening"  # 扩大范围
    AMENDMENT = "amendment"  # 修订
    WITHDRAWAL = "withdrawal"  # 撤回


@dataclass(frozen=True, slots=True)
class Content:
    """What one act of a batch says, whole: it needs no other act to be understood.

    `serial` counts the acts of the batch, so that a signature under one never counts under another.
    """

    batch: str
    serial: int
    kind: ActKind
    title: str
    title_en: str
    standards: tuple[Listed, ...]
    regions: tuple[str, ...]
    scope: Scope
    agreement: str
    in_force_on: date


class Effect(StrEnum):
    """As what a certificate of one region counts in another (互认)."""

    EVIDENCE = "evidence"  # 作为材料: a material is not asked
    LICENCE = "licence"  # 免予另办: the holder may act here without a new licence
    REPORT = "report"  # 报告后免予另办: the same, after reporting in


class Field(StrEnum):
    """What a recognised result is about, as the lists of the regions part it."""

    MARKET_ACCESS = "market_access"  # 企业准入准营
    PERSONAL = "personal"  # 个人资质资格
    COMPANY = "company"  # 企业资质资格
    PUBLIC_SECURITY = "public_security"  # 公安事项
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RecognitionRule:
    """What one region undertakes (互认规则): a type of certificate, issued in some regions, counts here.

    A rule has one direction; the opposite one is another rule of the other region. `until_on` is out; None: until it
    is ended, or its agreement is.
    """

    code: str
    field: Field
    certificate: str
    """The type of certificate, by its code in the catalogue."""
    effect: Effect
    issued_in: tuple[str, ...]
    """The divisions (GB/T 2260) whose authorities issue it."""
    counts_in: str
    """The region that recognises it, and whose bureau signs."""
    scope: Scope
    """Where in it, and for whom; no place: all of it."""
    materials: tuple[str, ...]
    """As evidence: the materials it takes the place of."""
    matters: tuple[str, ...]
    """The matters it counts for; empty: all."""
    basis: Basis
    """Why evidence is used: by duty (the authority may not ask), or when the holder consents."""
    permits: str
    """With effect: what the holder may do here, and how he reports in."""
    permits_en: str
    agreement: str
    document: str
    """The list or document that lays it down, by name."""
    article: str
    """Its item or article; empty where it has none."""
    from_on: date
    until_on: date | None
