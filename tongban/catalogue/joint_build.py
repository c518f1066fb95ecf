"""Which values of the kernel do the files of a set of joint matters stand for?

The files have passed their checks when they come here. A joint matter is offered in every province by the competent
department of its sector, and besides by the counties and functional zones that name it; each of them states the
standard word for word. A regional short matter is offered by the department of its own province.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tongban.catalogue.build import limit, source
from tongban.crypto import sm3
from tongban.domain.agreements import Agreement
from tongban.domain.batch import Draft
from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    Category,
    Condition,
    Contact,
    Implementation,
    Item,
    Jurisdiction,
    MatterType,
    Regime,
    Requirement,
    Source,
    SourceKind,
    Standard,
)
from tongban.domain.clock import Limit
from tongban.domain.codes import Channel, Device, HandlingScope, ResultKind, ServiceObject, SourceChannel
from tongban.domain.consistency import CERTIFICATE_ENDINGS
from tongban.domain.identifiers import AuthorityLevel, BasicCode, ImplementationCode
from tongban.domain.joint import Annex, Party, Scope, Undertaking
from tongban.domain.offers import Extension, HandlingMode, Offer, ReceiptCounts, Reform, ReformMode

Row = Mapping[str, Any]

COMPOSED = Source(SourceKind.COMPOSED)
ONLINE = (Channel.WINDOW, Channel.COMPUTER, Channel.MOBILE)


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """A joint meeting as it was held; `done` has the day and outcome of what was done since, None what was not."""

    code: str
    title: str
    held_on: date
    agreement: str
    attendees: tuple[Party, ...]
    agenda: tuple[str, ...]
    minutes: str
    undertakings: tuple[Undertaking, ...]
    done: tuple[tuple[date, str] | None, ...]


@dataclass(frozen=True, slots=True)
class Widening:
    """A batch counts for more places from a day."""

    proposed_on: date
    in_force_on: date
    scope: Scope


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """A batch as it is drafted, the day it was put to the regions, and how it was widened."""

    code: str
    draft: Draft
    proposed_on: date
    widened: Widening | None = None


# --- Who offers the matters -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handed:
    """Who takes in what: provinces by code, departments by province and sector, places with the matters they name."""

    provinces: Mapping[str, Row]
    departments: Mapping[tuple[str, str], Row]
    places: tuple[tuple[Row, frozenset[str]], ...]
    offered: frozenset[tuple[str, str]]
    """Matter and province of every offer: such a matter is handled across provinces."""

    @classmethod
    def of(cls, file: Row, offered: frozenset[tuple[str, str]]) -> Handed:
        return cls(
            provinces={row["region"]: row for row in file["provinces"]},
            departments={(row["province"], row["sector"]): row for row in file["departments"]},
            places=tuple((row, frozenset(row["matters"])) for row in file["places"]),
            offered=offered,
        )

    def department(self, province: str, sector: str) -> Row:
        return {**self.provinces[province], **self.departments[province, sector]}

    def scope(self, matter: str, region: str) -> HandlingScope:
        crosses = (matter, f"{region[:2]}0000") in self.offered
        return HandlingScope.PROVINCES if crosses else HandlingScope.NONE


def joint(standard: Standard, handling: Row, handed: Handed) -> Iterator[Implementation]:
    """The department of each province, then every county and functional zone that names the matter."""
    for province in handed.provinces:
        yield _joint(standard, handling, handed, handed.department(province, standard.sector))
    for place, matters in handed.places:
        if standard.matter in matters:
            yield _joint(standard, handling, handed, place)


def _joint(standard: Standard, handling: Row, handed: Handed, where: Row) -> Implementation:
    fee = handling.get("fee", {"cents": 0, "source": "composed"})
    return Implementation(
        matter=standard.matter,
        promised=standard.promised or standard.statutory,
        promised_source=standard.promised_source,
        stated=standard.terms,
        jurisdiction=Jurisdiction(handling["jurisdiction"]),
        visits=handling["visits"],
        visits_reason=handling.get("visits_reason", ""),
        channels=tuple(Channel(each) for each in handling["channels"]),
        devices=_devices(handling),
        express=handling.get("express", False),
        online_payment=handling.get("online_payment", False),
        fee_cents=fee["cents"],
        fee_source=source(fee),
        scope=handed.scope(standard.matter, where["region"]),
        **_body(standard, where),
    )


def _body(standard: Standard, where: Row) -> dict[str, Any]:
    """Who decides, where, and how he is reached."""
    return {
        "region": where["region"],
        "territory": where.get("territory", ""),
        "body": where["body"],
        "level": where["level"],
        "deciding_desk": where["desk"],
        "hall": where["hall"],
        "implementation_code": str(
            ImplementationCode(
                where["body"],
                AuthorityLevel(str(where["level"])),
                BasicCode(standard.basic_code),
                standard.item_digits if standard.item_of else "",
            )
        ),
        "contact": Contact(
            where["address"],
            where["hours"],
            where["consulting_phone"],
            where["complaint_phone"],
            where["online_address"],
        ),
    }


def _devices(row: Row) -> tuple[Device, ...]:
    return (Device.TERMINAL,) if row.get("terminal") else ()


# --- Regional short matters -------------------------------------------------------------------------------------------


def regional_matters(file: Row, handed: Handed) -> Iterator[tuple[Standard, Implementation]]:
    for matter in file["matters"]:
        for number, item in enumerate(matter["items"], start=1):
            standard = _regional_standard(file, matter, item, number)
            yield standard, _regional_implementation(standard, item, file["window"], handed)


def _regional_standard(file: Row, matter: Row, item: Row, number: int) -> Standard:
    kind = file["kinds"][matter["serves"]]
    statutory = limit(file["statutory"])
    promised = Limit(item["days"], statutory.unit, statutory.start)
    matter_type = MatterType(item.get("type", matter["type"]))
    # What only tells or prints something yields no certificate of its own.
    decides = matter_type is not MatterType.PUBLIC_SERVICE and matter["name"].endswith(CERTIFICATE_ENDINGS)
    return Standard(
        matter=item["code"],
        name=item["name"],
        name_en=item.get("name_en", ""),
        matter_type=matter_type,
        regime=Regime.LICENCE if item["days"] else Regime.INSTANT,
        statutory=statutory if item["days"] else promised,
        promised=promised,
        basic_code=matter["basic_code"],
        owner=file["province"],
        item_of=matter["code"],
        item_of_name=matter["name"],
        item_digits=f"{number:02d}",
        sector=matter["sector"],
        themes=(matter["theme"],),
        serves=tuple(ServiceObject(each) for each in kind["serves"]),
        legal_basis=(COMPOSED,),
        conditions=(Condition(kind["condition"], COMPOSED, kind["condition_en"]),),
        requirements=(Requirement(kind["material"], channel=SourceChannel.AUTHORITY),),
        result=ResultKind.CERTIFICATE if decides else ResultKind.OTHER,
        document=matter["name"] if decides else f"{matter['name']}办理结果",
        recognised_in=(file["province"],),
    )


def _regional_implementation(standard: Standard, item: Row, window: Row, handed: Handed) -> Implementation:
    online = item["mode"] == HandlingMode.ONLINE
    return Implementation(
        matter=standard.matter,
        promised=standard.promised or standard.statutory,
        visits=0 if online else window["visits"],
        visits_reason="" if online else window["visits_reason"],
        channels=ONLINE if online else (Channel.WINDOW,),
        devices=_devices(item),
        scope=handed.scope(standard.matter, standard.owner),
        **_body(standard, handed.department(standard.owner, standard.sector)),
    )


def regional_offers(file: Row) -> Iterator[Offer]:
    for matter in file["matters"]:
        for item in matter["items"]:
            yield _offer(item["code"], {**file["offers"], "province": file["province"], "mode": item["mode"]})


# --- Offers, extended halls, reforms ----------------------------------------------------------------------------------


def offers(rows: Iterable[Row]) -> Iterator[Offer]:
    for row in rows:
        yield from (_offer(matter, row) for matter in row["matters"])


def _offer(matter: str, row: Row) -> Offer:
    return Offer(
        matter=matter,
        province=row["province"],
        to=tuple(row["to"]),
        mode=HandlingMode(row["mode"]),
        agreement=row["agreement"],
        from_on=date.fromisoformat(row["from_on"]),
        until_on=_day(row, "until_on"),
        receipt_counts=ReceiptCounts(row["receipt_counts"]),
        territory=row.get("territory", ""),
        source=source(row) if "source" in row else COMPOSED,
    )


def extension(row: Row) -> Extension:
    names = ("hall", "hall_name", "hall_name_en", "hall_region", "region", "agreement")
    return Extension(
        **{name: row[name] for name in names},
        levels=tuple(row["levels"]),
        from_on=date.fromisoformat(row["from_on"]),
        until_on=_day(row, "until_on"),
        source=source(row),
    )


def reforms(rows: Iterable[Row]) -> Iterator[Reform]:
    for row in rows:
        for matter in row["matters"]:
            for region in row["regions"]:
                from_on = date.fromisoformat(row["from_on"])
                yield Reform(matter, region, ReformMode(row["mode"]), from_on, row["measures"], source(row))


# --- Agreements, joint meetings, batches ------------------------------------------------------------------------------


def agreement(row: Row) -> Agreement:
    return Agreement(
        number=row["number"],
        title=row["title"],
        title_en=row["title_en"],
        parties=tuple(party(each) for each in row["parties"]),
        scope=row["scope"],
        annexes=tuple(Annex(each["title"], sm3.digest(each["text"].encode()).hex()) for each in row["annexes"]),
        signed_on=date.fromisoformat(row["signed_on"]),
        from_on=date.fromisoformat(row["from_on"]),
        until_on=_day(row, "until_on"),
    )


def party(row: Row) -> Party:
    return Party(row["region"], row["body"], row["name"], row["name_en"])


def meetings(file: Row) -> Iterator[PlannedMeeting]:
    """Those who attend, and who has to do what, are parties of the agreement that the meeting rests on."""
    parties = {row["number"]: {each["region"]: party(each) for each in row["parties"]} for row in file["agreements"]}
    for row in file["meetings"]:
        attending = parties[row["agreement"]]
        yield PlannedMeeting(
            code=row["code"],
            title=row["title"],
            held_on=date.fromisoformat(row["held_on"]),
            agreement=row["agreement"],
            attendees=tuple(attending[region] for region in row["attendees"]),
            agenda=tuple(row["agenda"]),
            minutes=row["minutes"],
            undertakings=tuple(
                Undertaking(each["text"], attending[each["owner"]], date.fromisoformat(each["due_on"]))
                for each in row["undertakings"]
            ),
            done=tuple(
                (date.fromisoformat(each["done_on"]), each["outcome"]) if "done_on" in each else None
                for each in row["undertakings"]
            ),
        )


def batch(row: Row) -> PlannedBatch:
    widened = row.get("widened")
    return PlannedBatch(
        code=row["code"],
        draft=Draft(
            title=row["title"],
            title_en=row["title_en"],
            matters=tuple(row["matters"]),
            regions=tuple(row["regions"]),
            scope=_scope(row["scope"]),
            agreement=row["agreement"],
            in_force_on=date.fromisoformat(row["in_force_on"]),
        ),
        proposed_on=date.fromisoformat(row["proposed_on"]),
        widened=widened
        and Widening(
            date.fromisoformat(widened["proposed_on"]),
            date.fromisoformat(widened["in_force_on"]),
            _scope(widened["scope"]),
        ),
    )


# --- Bundles ----------------------------------------------------------------------------------------------------------


def bundle(row: Row, whole: Catalogue, implementations: Iterable[Implementation]) -> tuple[Catalogue, Bundle]:
    """Return a bundle of joint matters as the departments of one province offer them, with the questions of each."""
    matters = [each["matter"] for each in row["items"]]
    standards = {matter: whole.standards[matter] for matter in matters}
    offered = {each.matter: each for each in implementations if each.region == row["province"] and not each.territory}
    chosen = {matter: offered[matter] for matter in matters}
    made = Bundle(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        items=tuple(Item(each["matter"], each["category"]) for each in row["items"]),
        questions=tuple(dict.fromkeys(question for one in standards.values() for question in one.questions)),
        categories=tuple(Category(each["name"], each["name_en"]) for each in row["categories"]),
    )
    return replace(whole, standards=standards, implementations=chosen), made


def _scope(row: Row) -> Scope:
    subjects = tuple(ServiceObject(each) for each in row.get("subjects", ()))
    return Scope(tuple(row.get("divisions", ())), tuple(row.get("zones", ())), subjects)


def _day(row: Row, name: str) -> date | None:
    return date.fromisoformat(row[name]) if name in row else None
