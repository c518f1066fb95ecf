"""What is a department's system told of a case?

What its desk sees here and no more (design, invariant 13): the data elements and materials of this one case, its days,
and whom it is about. A case that came to its end is told as ended, without a word about
anybody. What was shown is digested (`seen`), and a conclusion hands that back: it answers for no other content.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from tongban.casework import form, supplies
from tongban.casework.form import Form
from tongban.crypto import canonical, sm3
from tongban.domain import elements, review
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.materials import Supply, SupplySource, place
from tongban.domain.trust import written
from tongban.exchange.systems.models import PlacedCase
from tongban.files import actions as files

TYPE = "tongban-system-case/1"

Plain = dict[str, Any]


def describe(application: Application, case: Case, catalogue: Catalogue, *, placed: PlacedCase) -> Plain:
    """Return a case as it is told, in plain JSON values; the revision is left out. Raises Erased."""
    said: Plain = {
        "type": TYPE,
        "node": settings.NODE,
        "system": placed.system_id,
        "case": placed.number,
        "body": case.body,
        "matter": case.matter,
        "state": "ended" if case.ended else case.state.value,
        "outcome": case.outcome.value if case.outcome else "",
        "certificate": case.certificate,
    }
    return said if case.ended else said | _whole(application, case, catalogue)


def digest(description: Plain) -> str:
    """Return what a description is known by: the same is not told twice."""
    return sm3.digest(canonical.encode(description)).hex()


def _whole(application: Application, case: Case, catalogue: Catalogue) -> Plain:
    filled = form.unseal(application.form)
    standard = catalogue.standards[case.matter]
    return {
        "application": application.number,
        "region": application.region,
        "name": standard.name,
        "standard_version": case.standard_version,
        "implementation_version": case.implementation_version,
        "desk": case.deciding_desk,
        "received_on": case.received_on.isoformat() if case.received_on else "",
        "accepted_at": written(case.accepted_at) if case.accepted_at else "",
        "accepted_on": case.accepted_on.isoformat() if case.accepted_on else "",
        "promised_due_on": case.promised_due_on.isoformat() if case.promised_due_on else "",
        "statutory_due_on": case.statutory_due_on.isoformat() if case.statutory_due_on else "",
        "provisional": case.provisional,
        "holder": application.holder,
        "participants": _participants(application, case, filled),
        "elements": _elements(application, case, catalogue, filled),
        "determines": list(standard.determines),
        "conditions": [condition.text for condition in standard.conditions],
        "materials": _materials(application, case, catalogue),
        "seen": review.shown(application, case.index),
    }


def _participants(application: Application, case: Case, filled: Form) -> list[Plain]:
    return [
        {
            "role": role.value,
            "id": id,
            "name": filled.names.get(id, ""),
            "number": filled.numbers.get(id, ""),
        }
        for role, id in sorted(supplies.ids_of(application, case).items())
    ]


def _elements(application: Application, case: Case, catalogue: Catalogue, filled: Form) -> list[Plain]:
    values = form.settled(application, filled, case.subject)
    return [
        {"code": one.code, "name": one.name, "value": values.get(one.code, "")}
        for one in elements.needed(catalogue, [case.matter])
    ]


def _materials(application: Application, case: Case, catalogue: Catalogue) -> list[Plain]:
    given = list(_given(application, case, catalogue))
    digests = {one.reference for one in given if one.source is SupplySource.UPLOAD}
    kept = files.kept(party=application.holder, digests=digests)
    return [
        {
            "material": one.material,
            "name": _named(catalogue, one.material),
            "subject": one.subject,
            "source": one.source.value,
            "basis": one.basis.value,
            "rule": one.rule,
            "reference": "" if one.source in (SupplySource.UPLOAD, SupplySource.COMMITMENT) else one.reference,
            "file": {
                "digest": one.reference,
                "size": kept[one.reference].size,
                "media_type": kept[one.reference].media_type,
            }
            if one.reference in kept
            else None,
        }
        for one in given
    ]


def _given(application: Application, case: Case, catalogue: Catalogue) -> Iterable[Supply]:
    wanted = supplies.places(catalogue, application, [case])
    return (one for one in application.supplies if place(one.material, one.subject) in wanted)


def _named(catalogue: Catalogue, code: str) -> str:
    return (catalogue.materials.get(code) or catalogue.certificate_types[code]).name


def files_of(description: Plain) -> dict[str, int]:
    """Return the files that a description names: their size by digest."""
    named = [one["file"] for one in description.get("materials", ()) if one["file"]]
    return {one["digest"]: one["size"] for one in named}
