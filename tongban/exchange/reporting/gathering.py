"""Of what must rows be derived anew, and which rows are they?

Three kinds of sources: the stream of an application, a certificate of the register, a matter in a province. Each has a
state that changes when its rows may, and which was kept when they were derived last. So finding what moved is a
statement or two, and what moved is read many at a time: the number of statements does not grow with the cases of a day.

A source whose rows were rejected is looked at again every time: what it lacks may have come from elsewhere. Of whoever
had his data erased nothing is derived any more, and what was reported stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from tongban.casework import form
from tongban.casework.storage import stream_of
from tongban.catalogue import code_tables
from tongban.catalogue import queries as catalogue
from tongban.catalogue.queries import provinces as offered
from tongban.certificates import queries as certificates
from tongban.certificates.models import Certificate
from tongban.crypto import sm3
from tongban.domain.application import Application, fold
from tongban.domain.regions import province_of
from tongban.domain.reporting import cases, licences, matters
from tongban.domain.reporting.cases import Entry, Told, Who
from tongban.domain.reporting.mapping import Codes
from tongban.domain.reporting.rows import Draft
from tongban.domain.sealed import Sealed
from tongban.exchange.reporting.definitions import Definitions
from tongban.exchange.reporting.models import ReportedRow, ReportedSource
from tongban.journal import queries as journal
from tongban.journal.models import Stream
from tongban.keys import actions as keys
from tongban.people import queries as people

APPLICATIONS = stream_of("")
CERTIFICATE, MATTER = "certificate:", "matter:"


@dataclass(frozen=True, slots=True)
class Source:
    """What rows are derived from, and in which state it is."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Derived:
    """The rows of a source. `owner` names the data key that seals them; `region` counts where a department is unknown.

    `drafts` None: nothing can be said any more, and nothing changes.
    """

    source: Source
    drafts: tuple[Draft, ...] | None
    owner: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """One kind of sources: which have moved, and how the rows of some are derived. `at_once`: so many together."""

    moved: Callable[[str, date], list[Source]]
    derive: Callable[[Sequence[Source], Definitions, date], Iterator[Derived]]
    at_once: int


Item = TypeVar("Item")


def shares(items: Iterable[Item], at_once: int) -> Iterator[list[Item]]:
    """Yield the items some at a time."""
    rest = iter(items)
    while some := list(islice(rest, at_once)):
        yield some


def provinces() -> list[str]:
    """Return the provinces this node reports for, by code."""
    return sorted({province_of(region) for region in settings.REGIONS})


# --- applications -----------------------------------------------------------------------------------------------------


def _moved_applications(edition: str, today: date) -> list[Source]:
    state = Cast(OuterRef("seq"), TextField())
    seen = ReportedSource.objects.filter(source=OuterRef("id"), state=state, edition=edition)
    streams = Stream.objects.filter(id__startswith=APPLICATIONS, seq__gt=0)
    moved = streams.filter(~Exists(seen) | Exists(_to_mend(OuterRef("id"))))
    return [Source(id, str(seq)) for id, seq in moved.order_by("id").values_list("id", "seq")]


def _applications(sources: Sequence[Source], by: Definitions, today: date) -> Iterator[Derived]:
    histories = dict(journal.of_streams([source.name for source in sources]))
    folded = {name: fold([one.event for one in history]) for name, history in histories.items()}
    told = {name: one for name, one in folded.items() if any(map(cases.reported, one.cases))}
    entries = {name: [Entry(one.seq, one.actor, one.event) for one in histories[name]] for name in told}
    known = _Known.of(told, entries)
    for source in sources:
        history, application = histories[source.name], folded[source.name]
        # What was read is what counts: the stream may have grown since it was looked for.
        read = Source(source.name, str(history[-1].seq))
        if source.name not in told:
            yield Derived(read, ())
            continue
        facts = known.told(source.name, application)
        drafts = None if facts is None else cases.rows(application, entries[source.name], facts, by.codes)
        yield Derived(read, drafts, application.holder, application.region)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up for many applications together."""

    forms: Mapping[str, form.Form | None]
    texts: Mapping[Sealed, str]
    names: Mapping[str, str]
    contacts: Mapping[str, people.Contact]
    legal: Mapping[str, str]

    @classmethod
    def of(cls, applications: Mapping[str, Application], entries: Mapping[str, Sequence[Entry]]) -> _Known:
        forms = form.unseal_many([one.form for one in applications.values()])
        acted = {id for several in entries.values() for id in cases.actors(several) if id.startswith("account:")}
        bodies = {f"org:{case.body}" for one in applications.values() for case in one.cases}
        return cls(
            dict(zip(applications, forms, strict=True)),
            _opened({seal for several in entries.values() for seal in cases.seals(several)}),
            people.names_of(acted | bodies),
            people.contacts(accounts=_accounts(one.applicant for one in applications.values())),
            people.legal_representatives(organisations={one.holder for one in applications.values()}),
        )

    def told(self, name: str, application: Application) -> Told | None:
        """Return what is said of an application; None where its holder had his data erased."""
        filled = self.forms[name]
        if filled is None:
            return None
        holder = application.holder
        return Told(
            catalogue=catalogue.catalogue_of(application.bundle, application.bundle_version)[0],
            holder=Who(filled.names.get(holder, ""), filled.document(holder), filled.numbers.get(holder, "")),
            contact=self._contact(application),
            legal=self.legal.get(holder, ""),
            values=filled.values,
            names=self.names,
            texts=self.texts,
            ratings={case.index: str(worst) for case in application.cases if (worst := case.proceedings.worst)},
        )

    def _contact(self, application: Application) -> Who:
        found = self.contacts.get(application.applicant)
        # Who applies for himself is told as the applicant already.
        if found is None or found.party.id == application.holder:
            return Who()
        return Who(found.party.name, found.party.document, found.party.number, found.phone)


def _accounts(ids: Iterable[str]) -> set[str]:
    return {id for id in ids if id.startswith("account:")}


def _opened(seals: Collection[Sealed]) -> dict[Sealed, str]:
    """Open many seals with one statement at most; what was erased is left out."""
    many = list(seals)
    try:
        return dict(zip(many, (one.decode() for one in keys.unseal_many(many)), strict=True))
    except keys.Erased:
        return {one: said for one in many if (said := _if_kept(one)) is not None}


def _if_kept(sealed: Sealed) -> str | None:
    try:
        return keys.unseal(sealed).decode()
    except keys.Erased:
        return None


# --- certificates -----------------------------------------------------------------------------------------------------


def _moved_certificates(edition: str, today: date) -> list[Source]:
    source = Concat(Value(CERTIFICATE), OuterRef("identifier"))
    seen = ReportedSource.objects.filter(source=source, state=OuterRef("status"), edition=edition)
    # What another node issued is told by that one.
    moved = Certificate.objects.filter(~Exists(seen) | Exists(_to_mend(source)), origin="").order_by("identifier")
    return [Source(CERTIFICATE + id, status) for id, status in moved.values_list("identifier", "status")]


def _certificates(sources: Sequence[Source], by: Definitions, today: date) -> Iterator[Derived]:
    identifiers = [source.name.removeprefix(CERTIFICATE) for source in sources]
    for line, said in certificates.some_with_files(identifiers):
        source = Source(CERTIFICATE + line.identifier, line.status.value)
        if said is None and line.status in licences.STANDING:
            yield Derived(source, None)
            continue
        licence = licences.Licence(
            identifier=line.identifier,
            type_name=line.type_name,
            issuer=line.issuer,
            issuer_name=line.issuer_name,
            region=line.region,
            issued_on=line.issued_on,
            status=line.status,
            holder_name=said.holder_name if said else "",
            holder_number=said.holder_number if said else "",
            holder_document=said.holder_document if said else None,
        )
        yield Derived(source, licences.rows(licence), line.holder, line.region)


# --- matters ----------------------------------------------------------------------------------------------------------


def _moved_matters(edition: str, today: date) -> list[Source]:
    rows = ReportedSource.objects.filter(source__startswith=MATTER, edition=edition)
    seen = dict(rows.values_list("source", "state"))
    to_mend = set(_to_mend().filter(source__startswith=MATTER).values_list("source", flat=True))
    found = []
    for province in provinces():
        for matter, standing in offered.standings(province=province, today=today).items():
            source = Source(f"{MATTER}{province}:{matter}", _state(standing))
            if seen.get(source.name) != source.state or source.name in to_mend:
                found.append(source)
    return found


def _state(standing: offered.Standing) -> str:
    return sm3.digest(json.dumps(asdict(standing), default=str).encode()).hex()


def _matters(sources: Sequence[Source], by: Definitions, today: date) -> Iterator[Derived]:
    for province in provinces():
        beginning = f"{MATTER}{province}:"
        wanted = {one.name.removeprefix(beginning): one for one in sources if one.name.startswith(beginning)}
        if wanted:
            yield from _of_province(province, wanted, by.codes, today)


def _of_province(province: str, wanted: Mapping[str, Source], codes: Codes, today: date) -> Iterator[Derived]:
    standings = offered.standings(province=province, today=today, matters=wanted)
    found = offered.of_province(standings)
    bodies = {
        code
        for several in found.implementations.values()
        for one in several
        for code in (one.body, one.entrusted_by, *one.partners)
    }
    names = people.names_of_bodies(ids={f"org:{code}" for code in bodies if code})
    for matter, standing in standings.items():
        matter_offered = matters.Offered(
            province=province,
            standard=found.standards[matter],
            implementations=found.implementations[matter],
            from_on=standing.from_on,
            until_on=standing.until_on,
            names={id.removeprefix("org:"): name for id, name in names.items()},
            materials=found.materials,
            certificates=found.certificate_types,
            served_by_theme=code_tables.served_by_theme(),
        )
        source = Source(wanted[matter].name, _state(standing))
        yield Derived(source, matters.rows(matter_offered, codes), region=province)


def _to_mend(source: Any = None) -> QuerySet[ReportedRow]:
    """Return the rows that were rejected here, not there; of one source where it is named."""
    rows = ReportedRow.objects.exclude(faults="").exclude(refused=F("digest"))
    return rows if source is None else rows.filter(source=source)


ORIGINS: tuple[Origin, ...] = (
    Origin(_moved_matters, _matters, at_once=100),
    Origin(_moved_applications, _applications, at_once=100),
    Origin(_moved_certificates, _certificates, at_once=500),
)
"""Matters first: the platform knows a matter before its cases."""
