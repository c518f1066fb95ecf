"""What does a certificate on the spot need before its transaction: whose record, from which registry, by which body?

The registries are asked here, and nothing is locked or stored meanwhile. Whatever is refused leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.casework import form, numbers
from tongban.casework.storage import read, stream_of
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.actions import write_alone
from tongban.certificates import queries as certificates
from tongban.domain import alone, instant, plan
from tongban.domain.catalogue import Catalogue, Implementation, Standard, SubjectRole
from tongban.domain.clock import day_of
from tongban.domain.events import Participant
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.plan import Plan
from tongban.domain.records import Extract
from tongban.people import queries as people
from tongban.people.actor import Actor, Party, PartyKind
from tongban.people.ids import uuid7
from tongban.people.permissions import NotAllowed, may
from tongban.registries import queries as registries


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that the transaction writes down; `catalogue` holds the matter as the competent body offers it."""

    application: str
    number: str
    region: str
    hall: str
    plan: Plan
    catalogue: Catalogue
    form: form.Form
    holder: str
    participants: tuple[Participant, ...]
    supplies: tuple[Supply, ...]
    content: str


def prepare(*, actor: Actor, matter: str, answers: Mapping[str, str], place: str, now: datetime) -> Prepared:
    """Ask the registries, and judge what they hold.

    Raises NotAllowed, NotInCatalogue, NotOnTheSpot, NotServed, UnknownAnswer, NotConnected, NoRecord, SeveralRecords,
    RegistrySilent, RegistryWrong, Unfit, ConditionFails, NotCompetent, UnclearCompetence.
    """
    today = day_of(now)
    holder = demand_party(actor)
    standard, offered = catalogue_queries.offers(matter, today=today)
    instant.demand_certified(standard)
    may(actor, "act_for", party=holder.id, matters=[matter])
    instant.demand_served(standard, person=holder.kind is PartyKind.PERSON)
    full = plan.complete(alone.bundle(standard), answers)
    extract = registries.extract(
        kind=standard.yields,
        number=holder.number,
        period=instant.period(full, today=today),
        place=place,
        today=today,
    )
    offer = catalogue_queries.competent_of(offered, place=extract.region)
    return _prepared(standard, offer, holder, full, extract, today=today, now=now)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was certified earlier in the day and still says what would be certified now."""

    application: str
    number: str
    certificate: str


def standing(prepared: Prepared, *, today: date) -> Standing | None:
    """Return the certificate issued today to the same holder, by the same body, with the same content.

    One that was ended meanwhile does not count.
    """
    (case,) = prepared.plan.cases
    said = form.content(prepared.catalogue, case.yields, prepared.form.values)
    for one in certificates.issued_on(today, holder=prepared.holder, type=case.yields, issuer=case.body):
        content = certificates.content(identifier=one.identifier)
        same_holder = content.holder_name == prepared.form.names[prepared.holder]
        if one.counts(today) and content.content == said and same_holder:
            found = read(one.stream.removeprefix(stream_of("")))
            assert found is not None
            return Standing(found.id, found.number, one.identifier)
    return None


def demand_party(actor: Actor) -> Party:
    if actor.party is None:
        raise NotAllowed("未能出具：您的账户没有关联申请人身份。请用申请人账户登录后再办。")
    return actor.party


def _prepared(
    standard: Standard,
    offer: Implementation,
    holder: Party,
    answers: Mapping[str, str],
    extract: Extract,
    *,
    today: date,
    now: datetime,
) -> Prepared:
    one = catalogue_queries.whole(standard, offer)
    values = instant.values(one.catalogue, standard, form.of_holder(one.catalogue, holder), extract, today=today)
    instant.demand_met(one.catalogue, standard, values, registry=extract.registry)
    body = f"org:{offer.body}"
    names = {body: offer.body} | people.names_of_bodies(ids=[body]) | {holder.id: holder.name}
    _, version = write_alone(one, now=now)
    planned = plan.derive(one.catalogue, replace(alone.bundle(standard), version=version), answers)
    filled = form.Form(
        values, names, {holder.id: holder.number}, form.new_salt(), documents={holder.id: holder.document}
    )
    return Prepared(
        application=str(uuid7(now=now)),
        number=numbers.take(region=offer.region, day=today),
        region=offer.region,
        hall=offer.hall,
        plan=planned,
        catalogue=one.catalogue,
        form=filled,
        holder=holder.id,
        participants=(Participant(SubjectRole.HOLDER, holder.id),),
        supplies=(Supply(standard.yields, SubjectRole.HOLDER, SupplySource.REGISTRY, extract.reference, Basis.DUTY),),
        content=form.digest(one.catalogue, standard.yields, values, filled.salt),
    )
