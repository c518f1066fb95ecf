"""How does a tax authority certify what it rated companies for a year, of its own motion and from its records?

Each rating is added to the company's tax record and shown by a certificate that follows the one of the year before
(延续), which is struck off. All of a year or none. What was rated so before stays: a repeat answers the same.

Source: mission row A12; the procedure is composed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from tongban.casework import form
from tongban.casework.relocating import REPLACED
from tongban.catalogue import queries as catalogue_queries
from tongban.certificates import actions as certificates
from tongban.certificates import ending
from tongban.certificates import queries as register
from tongban.domain import relocation
from tongban.domain.catalogue import Catalogue
from tongban.domain.certificate import Draft, Holder, Issuer, Relation
from tongban.domain.clock import day_of
from tongban.domain.identifiers import DocumentType
from tongban.domain.regions import province_of
from tongban.domain.relocation import Level, Rating
from tongban.journal.actions import Answer
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may
from tongban.registries import taxes

BUNDLE = "relocation"
"""The set in whose words the certificate is written."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """How a company, by its unified social credit code, was rated."""

    number: str
    level: Level


@transaction.atomic
def rate_year(
    *, operation: str, actor: Actor, issuer: Issuer, year: int, assessed: Sequence[Assessed], now: datetime
) -> Answer:
    """Rate companies for a year and certify it; answers {"issued": [identifiers]}, in the order of `assessed`.

    Raises NotAllowed, NoTaxRecord, NotMovable, AlreadyRated, NothingToIssue, NotIssued, NoKey.
    """
    may(actor, "issue_from_record", department=issuer.code)
    catalogue, _ = catalogue_queries.catalogue_of(BUNDLE)
    names = people.names_of_bodies(ids=[f"org:{one.number}" for one in assessed])
    fresh: dict[str, tuple[Draft, Rating]] = {}
    known: dict[str, str] = {}
    for one in assessed:
        standing = next(
            (each for each in taxes.standing(number=one.number).ratings if each.year == year and each.certificate), None
        )
        if standing is not None and standing.level is one.level:
            known[one.number] = standing.certificate
        else:
            fresh[one.number] = _rated(catalogue, one, year, issuer, names, now)
    if fresh:
        certificates.issue_from_record(
            operation=operation,
            actor=actor,
            source=f"{year} 年度纳税信用评价",
            drafts=[draft for draft, _ in fresh.values()],
            now=now,
        )
    for number, (draft, rating) in fresh.items():
        taxes.rate(number=number, rating=rating, now=now)
        if draft.related is not None:
            ending.decide(
                operation=f"{operation}/{number}",
                actor=actor,
                certificate=draft.related.identifier,
                ground=REPLACED,
                reason=f"{year} 年度的级别已经评定，签发了新的证明。",
                now=now,
            )
    known |= {number: rating.certificate for number, (_, rating) in fresh.items()}
    return {"issued": [known[one.number] for one in assessed]}


def _rated(
    catalogue: Catalogue, one: Assessed, year: int, issuer: Issuer, names: Mapping[str, str], now: datetime
) -> tuple[Draft, Rating]:
    """Return the certificate of a rating before it is signed, and the rating as the record will have it."""
    record = taxes.standing(number=one.number)
    region, today = province_of(issuer.region), day_of(now)
    if record.region != region:
        raise relocation.NotMovable("未评定：企业的税务档案不在本地区。请由企业现在所在地区的税务机关评定。")
    rating = Rating(year, one.level, region)
    told = relocation.told(relocation.rate(record, rating), kinds=taxes.kinds(), today=today)
    holder = Holder(f"org:{one.number}", DocumentType.USCC, names.get(f"org:{one.number}", one.number), one.number)
    values = told | {"applicant_name": holder.name, "applicant_number": holder.number}
    draft = Draft(
        type=catalogue.certificate_types[relocation.RATING],
        holder=holder,
        subject=holder.party,
        fields=form.content(catalogue, relocation.RATING, values),
        issuer=issuer,
        serial=f"{year}{one.number}",
        issued_on=today,
        related=register.before(
            type=relocation.RATING,
            holder=holder.party,
            subject=holder.party,
            relation=Relation.RENEWAL,
            today=today,
        ),
    )
    return draft, replace(rating, certificate=draft.identifier)
