"""What do regions put their names to together?

Values that agreements (合作协议), joint meetings (联席会议) and batches (批次) share, and that their events tell of.
The content of an act of a batch is what is signed: everything in it is covered by one digest, and nothing else is.

Source: 《京津冀自贸试验区三方战略合作框架协议》 (2021) and 《京津冀政务服务合作框架协议》 (2022), as the mission names
them; the shape of these values is composed for this project.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.codes import ServiceObject


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
