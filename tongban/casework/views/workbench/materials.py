"""How does an uploaded material leave the house? As an attachment, to whoever may read it, with a line in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse

from tongban.casework import reading, words
from tongban.catalogue import queries as catalogue_queries
from tongban.domain.application import Application, Case
from tongban.files import answers as files
from tongban.people.actor import Actor


def send(found: Application, cases: Sequence[Case], material: str, *, actor: Actor, now: datetime) -> HttpResponse:
    """Answer with the file of a material of these cases. Raises NoSuchMaterial."""
    catalogue, _ = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
    supply = reading.uploaded(catalogue, found, cases, material)
    reading.took_a_look(found, actor=actor, what=f"material {material}", now=now)
    name = f"{found.number} {words.material(catalogue, supply.material)}"
    return files.serve(party=found.holder, digest=supply.reference, name=name)
