"""How does a new draft begin with what an earlier application said?

What may be taken over says the kernel (`domain/repeat.py`); here the earlier form is opened and everything is written
into one new draft, marked with the number it comes from. Nothing of it is handed in before the applicant confirmed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongban.casework import drafts, form, queries, recorded
from tongban.casework.models import Draft
from tongban.catalogue import queries as catalogue
from tongban.domain import instant, repeat
from tongban.domain.application import Application
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import day_of
from tongban.domain.materials import Supply
from tongban.files import actions as files
from tongban.files.kinds import Kind, with_extension
from tongban.keys import actions as keys
from tongban.people.actor import Actor
from tongban.people.permissions import may


def begin(*, actor: Actor, number: str, now: datetime) -> Draft:
    """Open a draft like an earlier application of the party one acts for; one that nobody has touched serves again.

    Raises NoSuchApplication, NotAllowed, and where it is not offered any more NotInCatalogue, NotOnline, OnTheSpot.
    """
    earlier = queries.own_application(number, actor=actor)
    may(actor, "act_for", party=earlier.holder, matters=[case.matter for case in earlier.cases])
    assert actor.party is not None  # an application of one's own party
    bundle, version = _offered(earlier, now)
    party, account = earlier.holder, actor.id
    untouched = drafts.untouched(
        party=party, account=account, bundle=bundle, version=version, carried_from=earlier.number
    )
    if untouched is not None:
        return untouched
    known, asked = catalogue.catalogue_of(bundle, version)
    carried = repeat.carry(
        earlier,
        form.settled(earlier, form.unseal(earlier.form)),
        catalogue=known,
        bundle=asked,
        known=recorded.of_record(known, actor.party, today=day_of(now)) | form.of_holder(known, actor.party),
        today=day_of(now),
    )
    draft = drafts.fresh(party=party, account=account, bundle=bundle, version=version, now=now)
    draft.answers = dict(carried.answers)
    draft.matters = list(carried.matters)
    draft.uploads = _uploads(earlier, known, carried.uploads)
    draft.carried_from = earlier.number
    draft.carried = list(carried.values)
    if carried.values:
        draft.values = drafts.sealed(draft, carried.values)
    draft.save(force_insert=True)
    return draft


def repeatable(bundle: str, version: int) -> bool:
    """Whether there is a form to be filled in again: what is certified on the spot has none."""
    known, asked = catalogue.catalogue_of(bundle, version)
    return not any(instant.certified(known.standards[item.matter]) for item in asked.items)


def _offered(earlier: Application, now: datetime) -> tuple[str, int]:
    """Return code and version of what is asked for, as it is offered today."""
    matter, by = earlier.cases[0].matter, earlier.cases[0].body
    if earlier.bundle == matter:
        return drafts.offered_alone(matter, by=by, now=now)
    current = catalogue.latest(earlier.bundle)
    return current.code, current.version


def _uploads(earlier: Application, known: Catalogue, supplies: Sequence[Supply]) -> dict[str, dict[str, Any]]:
    """Return the files that are still there, each named after its material: what it was called then nobody kept."""
    kept = files.kept(party=earlier.holder, digests=[one.reference for one in supplies])
    there = [one for one in supplies if one.reference in kept]
    names = [with_extension(_name(known, one.material), Kind(kept[one.reference].media_type)) for one in there]
    seals = keys.seal_many([(earlier.holder, name.encode()) for name in names])
    return {
        one.material: {
            "digest": one.reference,
            "name": seal.ciphertext,
            "size": kept[one.reference].size,
            "carried": True,
        }
        for one, seal in zip(there, seals, strict=True)
    }


def _name(known: Catalogue, code: str) -> str:
    return (known.materials.get(code) or known.certificate_types[code]).name
