"""How do regions put standards in force together?

A batch (批次) lives in acts: it is issued (联合印发), then may be widened, amended, withdrawn. Each act is put to all
regions with its content whole: the standards by version and digest, the regions, the scope, the agreement it rests on,
the day. From then on the content is frozen, known by its digest: SM3 over its canonical JSON. In each region every
competent department signs it off (会签), then the region's bureau signs the digest (签署). When the last region has
signed, the act is complete: it gets a joint number and takes effect on its day, never before the day it was completed.

Joint means all (design, invariant 10). So an amendment needs all as the issue did, and puts new versions in the place
of the old ones on its day; and a withdrawal needs all: what all put in force, all take back. A region that wants out
alone ends the agreement, with which the batch stops. One act is open at a time; until all have signed it, it can be
recalled, and the regions sign another.

Source: 《京津冀自由贸易试验区内“同事同标”政务服务事项目录》 (joint issue by three regions, in batches); Administrative
Licensing Law, art. 5 (what is not published is no ground); Legislation Law, art. 104 (not backwards).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.crypto import canonical, sm3
from tongban.domain.codec import to_plain
from tongban.domain.events import (
    BatchCompleted,
    BatchDrafted,
    BatchProposed,
    BatchSigned,
    BatchSignedOff,
    Event,
    ProposalRecalled,
)
from tongban.domain.joint import Content, Party, Scope
from tongban.domain.refused import Refused


class NotNow(Refused):
    """An act that the life of the batch does not allow now."""

    code = "not_now"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a steward prepares: the matters by code, not yet by version."""

    title: str
    title_en: str
    matters: tuple[str, ...]
    regions: tuple[str, ...]
    scope: Scope
    agreement: str
    in_force_on: date


@dataclass(frozen=True, slots=True)
class SignOff:
    """A competent department of a region agrees (会签)."""

    region: str
    department: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """The bureau of a region signed a digest; key and signature as unpadded base64url."""

    region: str
    body: str
    digest: str
    key: str
    algorithm: str
    public_key: str
    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a batch, from its proposal to its day."""

    content: Content
    digest: str
    departments: tuple[Party, ...]
    proposed_at: datetime
    sign_offs: tuple[SignOff, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recalled: str = ""
    """Why it was taken back; empty: it was not."""
    completed_at: datetime | None = None
    takes_effect_on: date | None = None
    number: str = ""

    @property
    def open(self) -> bool:
        return self.completed_at is None and not self.recalled

    def signature(self, region: str) -> Signature | None:
        return next((one for one in self.signatures if one.region == region), None)

    def departments_of(self, region: str) -> tuple[Party, ...]:
        return tuple(one for one in self.departments if one.region == region)

    def signed_off(self, department: Party) -> SignOff | None:
        return next(
            (one for one in self.sign_offs if (one.region, one.department) == (department.region, department.body)),
            None,
        )

    def not_signed_off(self, region: str) -> tuple[Party, ...]:
        """Return the competent departments of a region whose sign-off is missing."""
        return tuple(one for one in self.departments_of(region) if self.signed_off(one) is None)

    def unsigned(self) -> tuple[str, ...]:
        """Return the regions whose bureau has not signed."""
        return tuple(region for region in self.content.regions if self.signature(region) is None)


@dataclass(frozen=True, slots=True)
class Batch:
    code: str
    draft: Draft
    acts: tuple[Act, ...] = ()

    @property
    def open(self) -> Act | None:
        """The act that regions are signing now."""
        return self.acts[-1] if self.acts and self.acts[-1].open else None

    def demand_open(self) -> Act:
        """Return the act that regions are signing now. Raises NotNow."""
        if self.open is None:
            raise NotNow(f"批次 {self.code} 现在没有待签署的内容。请刷新页面核对。")
        return self.open

    @property
    def completed(self) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.completed_at is not None)

    @property
    def last(self) -> Act | None:
        """The newest act that all have signed, whether or not its day has come."""
        return self.completed[-1] if self.completed else None

    def current(self, *, today: date) -> Act | None:
        """Return the act that counts today."""
        return next((a for a in reversed(self.completed) if a.takes_effect_on and a.takes_effect_on <= today), None)


Verify = Callable[[Signature], bool]
"""Whether the key of a signature bears it out over the digest it names."""
Held = Mapping[tuple[str, int], str]
"""The digests of the stored versions of standards, computed anew, by matter and version."""


def digest(content: Content) -> str:
    """Return the SM3 digest of the canonical form, in hex: what is signed."""
    return sm3.digest(canonical.encode(to_plain(content, Content))).hex()


def apply(batch: Batch | None, event: Event) -> Batch:
    """Return the batch after the event; None before it was drafted."""
    match batch, event:
        case _, BatchDrafted():
            plan = Draft(
                event.title,
                event.title_en,
                event.matters,
                event.regions,
                event.scope,
                event.agreement,
                event.in_force_on,
            )
            return Batch(event.batch, plan, batch.acts if batch else ())
        case Batch(), BatchProposed():
            return replace(batch, acts=(*batch.acts, Act(event.content, event.digest, event.departments, event.at)))
        case Batch(), ProposalRecalled():
            return _with(batch, event.serial, recalled=event.reason)
        case Batch(), BatchSignedOff():
            given = tuple(SignOff(event.region, department, event.at) for department in event.departments)
            return _with(batch, event.serial, sign_offs=(*batch.acts[event.serial - 1].sign_offs, *given))
        case Batch(), BatchSigned():
            signature = Signature(
                event.region,
                event.body,
                event.digest,
                event.key,
                event.algorithm,
                event.public_key,
                event.signature,
                event.at,
            )
            return _with(batch, event.serial, signatures=(*batch.acts[event.serial - 1].signatures, signature))
        case Batch(), BatchCompleted():
            return _with(
                batch,
                event.serial,
                completed_at=event.at,
                takes_effect_on=event.takes_effect_on,
                number=event.number,
            )
    raise ValueError(f"{type(event).__name__} does not belong to the stream of a batch")


def fold(events: Iterable[Event], *, onto: Batch | None = None) -> Batch | None:
    batch = onto
    for event in events:
        batch = apply(batch, event)
    return batch


def _with(batch: Batch, serial: int, **changes: object) -> Batch:
    acts = list(batch.acts)
    acts[serial - 1] = replace(acts[serial - 1], **changes)  # type: ignore[arg-type]
    return replace(batch, acts=tuple(acts))
