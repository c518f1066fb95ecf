"""Where do batches stand, and who still has to sign? Every digest is computed anew, every signature verified."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from tongban.catalogue import joint, models, storage
from tongban.catalogue.queries.missing import NotInCatalogue
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Act, Batch, Held, Signature, Verify
from tongban.domain.batch.status import Flaw, State, flaws, status
from tongban.domain.joint import Listed, Party
from tongban.people.actor import Actor
from tongban.people.permissions import may_sign_batch, may_sign_off


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch as it stands today."""

    batch: Batch
    state: State
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class ListedStandard:
    """A standard of a batch: its matter's name today, and whether its stored bytes still give the digest."""

    listed: Listed
    name: str
    name_en: str
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One act with everything that was verified about it."""

    act: Act
    flaws: tuple[Flaw, ...]
    standards: tuple[ListedStandard, ...]
    verified: frozenset[str]
    """The regions whose signature was verified over the digest of this content."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What an actor may do for one region in the act that is open."""

    batch: Batch
    act: Act
    region: str
    bureau: Party | None
    departments: tuple[Party, ...]
    """The departments he may sign off for now."""
    sign: bool
    """Whether he may sign for the bureau now."""
    waits_for: tuple[Party, ...]
    """Departments that have to sign off before he may sign."""


def standings(*, today: date, codes: Collection[str] | None = None) -> list[Standing]:
    """Return batches by code with their states; a constant number of statements."""
    batches = joint.read_batches(codes)
    agreements = joint.read_agreements({each.draft.agreement for each in batches})
    held, verify = _held(batches), joint.verifier()
    return [
        Standing(
            each,
            status(each, today=today, agreement=agreements.get(each.draft.agreement), held=held, verify=verify),
            agreements.get(each.draft.agreement),
        )
        for each in batches
    ]


def batch(code: str, *, today: date) -> tuple[Standing, tuple[Checked, ...]]:
    """Return one batch with each of its acts checked, the newest first. Raises NotInCatalogue."""
    (found, *_) = standings(today=today, codes=[code]) or (None,)
    if found is None:
        raise NotInCatalogue(f"没有编号为“{code}”的批次。请从批次清单中查找。")
    held, verify = _held([found.batch]), joint.verifier()
    matters = {one.matter for act in found.batch.acts for one in act.content.standards}
    names = {row.code: row for row in models.Matter.objects.filter(code__in=matters)}
    return found, tuple(_checked(act, held, verify, names) for act in reversed(found.batch.acts))


def drafted(matters: Collection[str]) -> list[models.Matter]:
    """Return the matters that a draft names, by code."""
    return list(models.Matter.objects.filter(code__in=matters).order_by("code"))


def candidates() -> list[tuple[str, str]]:
    """Return the joint standards that never were in force, by code, with their names."""
    spans = models.Validity.objects.filter(matter=OuterRef("pk"))
    rows = models.Matter.objects.filter(~Exists(spans), owner="", standard__isnull=False).distinct().order_by("code")
    return list(rows.values_list("code", "name"))


def amendable(batch: Batch) -> list[tuple[str, str]]:
    """Return the matters of a batch whose standard has a newer version than the one in it, with their names."""
    listed = {one.matter: one for one in batch.last.content.standards} if batch.last else {}
    newest = storage.latest(models.Standard, "matter_id", among=list(listed))
    newer = [matter for matter, one in listed.items() if newest[(matter,)].digest != one.digest]
    return list(models.Matter.objects.filter(code__in=newer).order_by("code").values_list("code", "name"))


def signings(*, actor: Actor, code: str = "") -> list[Signing]:
    """Return what the actor has to sign off or to sign, in open acts of all batches or of one."""
    batches = [each for each in joint.read_batches([code] if code else None) if each.open]
    agreements = joint.read_agreements({each.draft.agreement for each in batches})
    found = [
        _signing(each, each.demand_open(), region, agreements.get(each.draft.agreement), actor)
        for each in batches
        for region in each.demand_open().content.regions
    ]
    return [one for one in found if one.departments or one.sign or one.waits_for]


def _signing(batch: Batch, act: Act, region: str, agreement: Agreement | None, actor: Actor) -> Signing:
    missing = act.not_signed_off(region)
    bureau = agreement.party(region) if agreement else None
    speaks = bureau is not None and may_sign_batch(actor, region=region, body=bureau.body)
    unsigned = act.signature(region) is None
    return Signing(
        batch,
        act,
        region,
        bureau,
        tuple(one for one in missing if may_sign_off(actor, region=region, departments=[one.body])),
        speaks and unsigned and not missing,
        missing if speaks and unsigned else (),
    )


def _checked(act: Act, held: Held, verify: Verify, names: dict[str, models.Matter]) -> Checked:
    standards = tuple(
        ListedStandard(
            one,
            names[one.matter].name if one.matter in names else one.matter,
            names[one.matter].name_en if one.matter in names else "",
            held.get((one.matter, one.version)) == one.digest,
        )
        for one in act.content.standards
    )
    verified = frozenset(one.region for one in act.signatures if _covers(one, act, verify))
    return Checked(act, tuple(flaws(act, held=held, verify=verify)), standards, verified)


def _covers(signature: Signature, act: Act, verify: Verify) -> bool:
    return signature.digest == act.digest and verify(signature)


def _held(batches: Collection[Batch]) -> Held:
    return joint.held(one for each in batches for act in each.acts for one in act.content.standards)
