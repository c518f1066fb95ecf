"""What does a room need to know from above? Here the roof gives it the answers, once at start (design, chapter 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils.module_loading import import_string

from tongban.casework import queries as casework
from tongban.casework import storage as casework_storage
from tongban.catalogue import queries as catalogue
from tongban.certificates import adapters as certificates
from tongban.keys import seals
from tongban.people import adapters as people
from tongban.people.actor import Actor
from tongban.people.adapters import MatterName
from tongban.people.permissions import may_see_application
from tongban.registries import adapters as registries
from tongban.registries import demo as registries_demo


def install() -> None:
    people.install(_matter_names)
    certificates.install(_has_in_hand)
    seals.install(import_string(settings.SEAL_SERVICE)() if settings.SEAL_SERVICE else None)
    if settings.DEMO:
        registries.connect(registries_demo.registries())


def _matter_names() -> Sequence[MatterName]:
    """The matters a mandate can name: those of bundles first, then what can be asked for by itself."""
    together = {one.matter: MatterName(one.matter, one.name, one.name_en) for one in catalogue.bundle_matters()}
    alone = [MatterName(*one) for one in catalogue.matters_in_force() if one[0] not in together]
    return [*together.values(), *alone]


def _has_in_hand(actor: Actor, stream: str) -> bool:
    """Whether the actor's duties, and not whom he acts for, let him see the application of this stream."""
    found = casework_storage.read(stream.removeprefix(casework_storage.stream_of("")))
    return found is not None and may_see_application(replace(actor, party=None), **casework.whom_it_concerns(found))
