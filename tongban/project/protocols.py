"""What does a room need to know from above? Here the roof gives it the answers, once at start (design, chapter 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tongban.casework import adapters as casework_adapters
from tongban.casework import queries as casework
from tongban.casework import reliance, rules
from tongban.casework import storage as casework_storage
from tongban.catalogue import adapters as catalogue_adapters
from tongban.catalogue import calendars, labels
from tongban.catalogue import queries as catalogue
from tongban.certificates import adapters as certificates
from tongban.counter import helping
from tongban.exchange import heard, peers, published
from tongban.exchange.systems import adapters as systems
from tongban.exchange.systems import reading
from tongban.exchange.systems.http import HttpSystem
from tongban.keys import seals
from tongban.people import adapters as people
from tongban.people.actor import Actor
from tongban.people.adapters import MatterName
from tongban.people.permissions import may_see_application
from tongban.registries import adapters as registries
from tongban.registries import demo as registries_demo


def install() -> None:
    people.install(_matter_names)
    catalogue_adapters.install(keys=peers.keys_for_regions)
    casework_adapters.install(nodes=_node_of, names=_called, aside=reading.aside, heard=heard.days)
    certificates.install(
        _has_in_hand,
        statement=lambda region: rules.of_region(region).statement,
        applications=reliance.used_in,
        published=published.published,
    )
    systems.install({"http": HttpSystem})
    casework_adapters.install_helper(helping.helped)
    seals.install(import_string(settings.SEAL_SERVICE)() if settings.SEAL_SERVICE else None)
    if settings.DEMO:
        registries.connect(registries_demo.registries())


def _matter_names() -> Sequence[MatterName]:
    """The matters a mandate can name: those of bundles first, then what can be asked for by itself."""
    group = _("一并办理的事项")
    together = {one.matter: MatterName(one.matter, one.name, one.name_en, group) for one in catalogue.bundle_matters()}
    alone = [
        MatterName(code, name, name_en, labels.sector(sector) or _("其他事项"))
        for code, name, name_en, sector in catalogue.matters_in_force()
        if code not in together
    ]
    return [*together.values(), *alone]


def _node_of(division: str) -> str | None:
    peer = peers.of_region(division)
    return None if peer is None else peer.name


def _called(node: str) -> str:
    """Return the names of the regions a node speaks for; its own where nobody has introduced it."""
    peer = peers.named(node)
    return "、".join(calendars.divisions().name(one) for one in sorted(peers.regions(peer))) if peer else node


def _has_in_hand(actor: Actor, stream: str) -> bool:
    """Whether the actor's duties let him see the application of this stream, or he applied in it for other people."""
    found = casework_storage.read(stream.removeprefix(casework_storage.stream_of("")))
    if found is None:
        return False
    for_others = actor.party is not None and actor.party.id == found.holder and any(c.subject for c in found.cases)
    reader = actor if for_others else replace(actor, party=None)
    return may_see_application(reader, **casework.whom_it_concerns(found))
