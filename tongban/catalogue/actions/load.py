"""What is done to the catalogue: load what the files say.

What is there already stays as it is; what differs becomes a new version, from now on in force. A case keeps the version
it began with, because no version ever changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from tongban.catalogue import body, entries, models, storage
from tongban.catalogue.actions.coherent import demand_at_home
from tongban.catalogue.actions.ownership import demand_keeper, demand_signed
from tongban.catalogue.body import Body
from tongban.catalogue.changes import Changes
from tongban.catalogue.storage import Latest, Written
from tongban.domain.alone import demand_own_code
from tongban.domain.catalogue import Bundle, Catalogue, Delegation, check
from tongban.domain.codec import to_plain
from tongban.domain.events import (
    BundlePutInForce,
    DelegationRecorded,
    ImplementationPutInForce,
    StandardPutInForce,
)
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is loaded together. It is told apart by the digest of what it says."""

    catalogue: Catalogue
    bundle: Bundle
    delegations: tuple[Delegation, ...] = ()

    def __repr__(self) -> str:
        delegations = [to_plain(each, Delegation) for each in self.delegations]
        return body.digest(body.of_everything(self.catalogue, self.bundle) | {"delegations": delegations})


@action
def load(*, operation: Operation, actor: Actor, content: Content, now: datetime) -> Answer:
    """Put into force what is new or has changed; answers how many versions of what, and the bundle with its version.

    A joint standard comes into force by signatures alone: a bundle takes it as it was signed. Raises Inconsistent,
    Circular, NotAllowed, KeptByAnother, BodyElsewhere, NotSigned.
    """
    stream = lock(storage.STREAM, operation, create=True)
    for region in sorted(_regions(content.catalogue)) if actor != SYSTEM else ():
        may(actor, "keep_standards", region=region)
    check(content.catalogue, content.bundle)
    demand_own_code(content.bundle.code, {*content.catalogue.standards, *storage.owners([content.bundle.code])})
    demand_keeper(content.catalogue.standards.values())
    demand_at_home(content.catalogue.implementations.values())
    before = storage.latest(models.Bundle, "code", among=[content.bundle.code]).get((content.bundle.code,))
    bodies = _changed(content, before, now)
    catalogue = content.catalogue
    storage.write_matters(catalogue.standards.values())
    storage.write_descriptions(
        catalogue.materials.values(), catalogue.certificate_types.values(), catalogue.elements.values()
    )
    storage.write_versions(bodies)
    entries.write(catalogue.standards, today=storage.day_of(now))
    answer = _answer(content.bundle, bodies, before)
    append(stream, list(bodies), at=now, answer=answer)
    return answer


def _regions(catalogue: Catalogue) -> set[str]:
    """Whose word it is: the bodies', and that of whoever keeps a standard alone."""
    owners = {standard.owner for standard in catalogue.standards.values()} - {""}
    return owners | {implementation.region for implementation in catalogue.implementations.values()}


def _changed(content: Content, before: Latest | None, now: datetime) -> dict[Written, Body]:
    changes = Changes(now)
    standards = _changed_standards(changes, content.catalogue)
    together = {matter: v for matter, v in standards.items() if not content.catalogue.standards[matter].owner}
    demand_signed(together, today=storage.day_of(now))
    implementations = _changed_implementations(changes, content.catalogue, standards)
    _changed_delegations(changes, content.delegations)
    pinned = {
        matter: (standards[matter], implementation.body, implementations[matter])
        for matter, implementation in content.catalogue.implementations.items()
    }
    bundle = content.bundle
    changes.put(
        storage.bundle_body(content.catalogue, bundle, pinned),
        before,
        partial(BundlePutInForce, bundle.code),
    )
    return changes.bodies


def _changed_standards(changes: Changes, catalogue: Catalogue) -> dict[str, int]:
    known = storage.latest(models.Standard, "matter_id", among=catalogue.standards)
    return {
        matter: changes.put(
            body.of_standard(standard),
            known.get((matter,)),
            partial(StandardPutInForce, matter),
        )
        for matter, standard in catalogue.standards.items()
    }


def _changed_implementations(changes: Changes, catalogue: Catalogue, standards: Mapping[str, int]) -> dict[str, int]:
    known = storage.latest(models.Implementation, "matter_id", "by", among=catalogue.standards)
    return {
        matter: changes.put(
            body.of_implementation(replace(implementation, standard_version=standards[matter])),
            known.get((matter, implementation.body)),
            partial(ImplementationPutInForce, matter, implementation.body),
        )
        for matter, implementation in catalogue.implementations.items()
    }


def _changed_delegations(changes: Changes, delegations: Iterable[Delegation]) -> None:
    known = storage.latest(models.Delegation, "matter_id", among=[each.matter for each in delegations])
    for delegation in delegations:
        matter = delegation.matter
        changes.put(
            to_plain(delegation, Delegation),
            known.get((matter,)),
            partial(DelegationRecorded, matter),
        )


def _answer(bundle: Bundle, changed: Iterable[Written], before: Latest | None) -> Answer:
    counts = Counter(type(event) for event in changed)
    return {
        "bundle": bundle.code,
        "bundle_version": (before or Latest()).version + counts[BundlePutInForce],
        "standards": counts[StandardPutInForce],
        "implementations": counts[ImplementationPutInForce],
        "delegations": counts[DelegationRecorded],
        "bundles": counts[BundlePutInForce],
    }
