"""How does a credit record read: which entries stand against a party, what they keep it from, and what the tax record?

The party reads its own; staff read that of an applicant whose application they may see, and that is written to the log
of reads. What is listed, what follows and how it is repaired is published for everybody, region by region.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework import queries, rules, words
from tongban.catalogue import labels
from tongban.domain.application import Application
from tongban.domain.events import CreditRepairAsked, CreditRepairDenied, CreditRepaired
from tongban.domain.identifiers import CaseNumber
from tongban.domain.relocation import TaxRecord, kind_of
from tongban.domain.rules import RegionRules
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Party, PartyKind
from tongban.registries import credit, taxes
from tongban.registries.credit import Entered

REGIONS = ("110000", "120000", "130000")
"""Whose rules are published here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One credit entry on a page; `href` leads its party to where repair is asked for."""

    name: str
    department: str
    region: str
    source: str
    entered_at: datetime
    stands_until: date | None
    state: str
    tone: str
    effect: str
    href: str


def entries(party: str, *, today: date) -> list[Entry]:
    """Return the entries about a party, the newest first."""
    found = credit.about(party=party)
    names = people.names_of({f"org:{one.department}" for one in found}) if found else {}
    return [_entry(one, names.get(f"org:{one.department}", one.department), today) for one in found]


def _entry(one: Entered, department: str, today: date) -> Entry:
    state, tone = _state(one, today)
    barred = [region for region in REGIONS if one.region in ("", *rules.of_region(region).credit_regions)]
    regions = words.listed([labels.province(region) for region in barred])
    bars = _("在{regions}申请时不能作告知承诺；按一般程序办理不受影响。").format(regions=regions)
    return Entry(
        name=one.name,
        department=department,
        region=labels.province(one.region) if one.region else "",
        source=one.source,
        entered_at=one.entered_at,
        stands_until=one.stands_until,
        state=state,
        tone=tone,
        effect=bars if one.bars(today) else _("不再限制作告知承诺。"),
        href=_where(one.source) if one.bars(today) else "",
    )


def _state(one: Entered, today: date) -> tuple[str, str]:
    if one.repaired_at is not None:
        return _("已修复"), "good"
    if not one.bars(today):
        return _("已到期"), "quiet"
    if one.repair_due_on is not None:
        return _("修复申请待答复"), "active"
    return _("未修复"), "bad"


def _where(source: str) -> str:
    """Return the page of the commitment that was broken."""
    return reverse("casework:commitment", args=case_of(source)) if source else ""


def case_of(source: str) -> tuple[str, int]:
    """Return the application's number and the case's index of the case in which a commitment was broken."""
    case = CaseNumber.parse(source)
    return str(case.application), case.index


@dataclass(frozen=True, slots=True)
class Asked:
    """What the applicant says when he asks for repair; `due_on`: it is answered by then."""

    ground: str
    reason: str
    due_on: date


_OF_REPAIR = (CreditRepairAsked, CreditRepairDenied, CreditRepaired)


def asked(application: Application, index: int) -> Asked | None:
    """Return the request for repair that is open; None: there is none."""
    commitment = application.case(index).proceedings.commitment
    if commitment is None or not commitment.credit_entry:
        return None
    said = [one.event for one in queries.history(application) if isinstance(one.event, _OF_REPAIR)]
    last = next((event for event in reversed(said) if event.case == index), None)
    if not isinstance(last, CreditRepairAsked):
        return None
    grounds = {one.code: one.name for one in rules.of_case(application, index).repair_grounds}
    return Asked(grounds.get(last.ground, last.ground), keys.unseal(last.reason).decode(), last.due_on)


# --- the tax record ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    level: str
    region: str


@dataclass(frozen=True, slots=True)
class Open:
    number: str
    name: str
    since: date
    goes_along: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """A relocation in a tax record: it is no beginning."""

    left: str
    reached: str
    on: date
    confirmation: str


@dataclass(frozen=True, slots=True)
class Taxes:
    """What the tax authority of the region where a company is keeps of it."""

    region: str
    level: str
    new_enterprise: bool
    registered_on: date
    retained: str
    years: list[Year]
    open: list[Open]
    moves: list[Moved]


def tax_record(party: Party) -> Taxes | None:
    """Return the tax record of a company; None: it is none, or nobody keeps one. One statement."""
    if party.kind is not PartyKind.ORGANISATION:
        return None
    record = taxes.find(number=party.number)
    return _taxes(record) if record else None


def _taxes(record: TaxRecord) -> Taxes:
    kinds = taxes.kinds()
    return Taxes(
        region=labels.province(record.region),
        level=record.level.value,
        new_enterprise=record.new_enterprise,
        registered_on=record.registered_on,
        retained=f"{record.retained.amount:,.2f}",
        years=[Year(one.year, one.level.value, labels.province(one.region)) for one in reversed(record.ratings)],
        open=[
            Open(one.number, words.spoken(kind.name, kind.name_en), one.since, not kind.blocks)
            for one in record.open
            for kind in [kind_of(one, kinds)]
        ],
        moves=moves(record),
    )


def moves(record: TaxRecord) -> list[Moved]:
    return [
        Moved(labels.province(one.left), labels.province(one.reached), one.on, one.confirmation) for one in record.moves
    ]


# --- what is published ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """What one region has published about credit entries."""

    region: str
    rules: RegionRules
    limit: str
    recognises: str


def published() -> list[Published]:
    return [
        Published(
            labels.province(region),
            found,
            words.limit(found.repair),
            words.listed([labels.province(one) for one in found.credit_regions]),
        )
        for region in REGIONS
        for found in [rules.of_region(region)]
    ]


def open_kinds() -> list[tuple[str, bool]]:
    """Return every kind of open tax matter, and whether it keeps a company from moving."""
    return [(words.spoken(one.name, one.name_en), one.blocks) for one in taxes.kinds().values()]
