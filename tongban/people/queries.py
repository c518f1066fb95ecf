"""Who is this, for whom may he act today, and what are people called?

`actor` is asked at every request and costs at most two statements; names and numbers are unsealed here and nowhere
else in the room.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.utils.translation import gettext as _

from tongban.domain import mandates, masks, standins
from tongban.domain.identifiers import DocumentType
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.keys import actions as keys
from tongban.people.actor import FOR, SIGNED_IN_AT, Absent, Actor, DutyValue, Party, PartyKind
from tongban.people.ids import of_index
from tongban.people.models import Account, Department, Duty, Hall, Mandate, Organisation, Person, StandIn
from tongban.people.roles import Role

ERASED = "（已删除）"
"""Stands where a person had his data erased."""

SHOWN_DAYS = 90
"""So long the list of stand-ins shows what is over."""


class CannotActFor(Refused):
    """The organisation is not known, or the mandate is not there, revoked or over."""

    code = "cannot_act_for"
    status = 403


def actor(account: Account, *, acting_for: str = "", today: date) -> Actor:
    """Return who acts now. `acting_for` is empty for himself, else `org:<uscc>`.

    Raises CannotActFor when no standing mandate covers it: a revoked or expired one ends at once.
    """
    rows = _account_with_duties(account, today)
    first = rows[0]
    duties = tuple(_duty(row) for row in rows if row["role"])
    person_id = first["person_id"]
    if person_id is None:
        return Actor(id=f"account:{account.pk}", name=first["name"], duties=duties)
    key = f"person:{person_id}"
    name = _open(key, first["person__name"])
    party, matters = (
        Party(
            key,
            PartyKind.PERSON,
            name,
            _open(key, first["person__number"]),
            DocumentType(first["person__document_type"]),
        ),
        None,
    )
    if acting_for not in ("", key):
        party, matters = _represented(person_id, acting_for, today)
    return Actor(f"account:{account.pk}", name, key, party, matters, duties)


def _account_with_duties(account: Account, today: date) -> list[dict[str, Any]]:
    """Return the account with its own duties, then with those of whom it stands in for; one statement."""
    found = Account.objects.filter(pk=account.pk)
    own = found.annotate(duty=FilteredRelation("duties", condition=_stands("duties__", today)))
    others = found.filter(
        _stands("standing_in__absent__duties__", today),
        standing_in__ended_at=None,
        standing_in__valid_from__lte=today,
        standing_in__valid_until__gt=today,
        standing_in__absent__duties__role__in=standins.ROLES,
    )
    rows = _with_duties(own, "duty__", "").union(
        _with_duties(others, "standing_in__absent__duties__", "standing_in__absent__"), all=True
    )
    return sorted(rows, key=lambda row: (row["absent"] is not None, row["place"] or 0))


def _with_duties(accounts: QuerySet[Account], duty: str, absent: str) -> QuerySet[Account, dict[str, Any]]:
    """Return accounts beside the duty at one end of a path, and beside whose it is at the other; empty: their own."""
    nobody = Value(None, UUIDField()), Value(None, CharField())
    return accounts.values(
        "name",
        "person_id",
        "person__name",
        "person__number",
        "person__document_type",
        place=F(f"{duty}id"),
        role=F(f"{duty}role"),
        region=F(f"{duty}region"),
        hall=F(f"{duty}hall_id"),
        department=F(f"{duty}department__uscc"),
        desk=F(f"{duty}desk__code"),
        absent=F(f"{absent}id") if absent else nobody[0],
        absent_name=F(f"{absent}name") if absent else nobody[1],
        absent_person=F(f"{absent}person_id") if absent else nobody[1],
        absent_sealed=F(f"{absent}person__name") if absent else nobody[1],
    )


def _stands(prefix: str, today: date) -> Q:
    """Return what the duty at the end of a path fulfils when it stands today."""
    until = f"{prefix}valid_until"
    return Q(**{f"{prefix}valid_from__lte": today}) & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": today}))


def _duty(row: dict[str, Any]) -> DutyValue:
    return DutyValue(
        Role(row["role"]), row["region"], row["hall"] or "", row["department"] or "", row["desk"] or "", _absent(row)
    )


def _absent(row: dict[str, Any]) -> Absent | None:
    if row["absent"] is None:
        return None
    person = f"person:{row['absent_person']}" if row["absent_person"] else ""
    return Absent(f"account:{row['absent']}", row["absent_name"] or _open(person, row["absent_sealed"]), person)


def _represented(person_id: str, acting_for: str, today: date) -> tuple[Party, frozenset[str] | None]:
    rows = list(_representations(person_id, today).filter(uscc=acting_for.removeprefix("org:")))
    if not rows:
        raise CannotActFor(
            "未能代表该单位：您对它没有有效的授权，可能已到期或已被撤销。请以本人身份继续，或请法定代表人重新授权。"
        )
    body = _organisation(person_id, rows)
    party = Party(f"org:{body.uscc}", PartyKind.ORGANISATION, body.name, body.uscc)
    return party, mandates.covered(body, person=f"person:{person_id}", today=today)


def _organisation(person_id: str, rows: list[dict[str, Any]]) -> mandates.Organisation:
    """Return the organisation with the mandates this person holds from it."""
    first = rows[0]
    held = tuple(
        mandates.Mandate(
            row["mandate_id"], f"person:{person_id}", tuple(row["matters"]), row["valid_from"], row["valid_until"]
        )
        for row in rows
        if row["mandate_id"]
    )
    representative = f"person:{first['legal_representative_id']}"
    return mandates.Organisation(first["uscc"], first["name"], first["region"], representative, held)


def _representations(person_id: str, today: date) -> Any:
    """Organisations the person is legal representative of or holds a standing mandate from, one row per mandate."""
    standing = Q(
        mandates__person=person_id,
        mandates__revoked_at__isnull=True,
        mandates__valid_from__lte=today,
        mandates__valid_until__gt=today,
    )
    return (
        Organisation.objects.annotate(mandate=FilteredRelation("mandates", condition=standing))
        .filter(Q(legal_representative=person_id) | Q(mandate__isnull=False))
        .order_by("uscc", "mandate__id")
        .values(
            "uscc",
            "name",
            "region",
            "legal_representative_id",
            mandate_id=F("mandate__id"),
            matters=F("mandate__matters"),
            valid_from=F("mandate__valid_from"),
            valid_until=F("mandate__valid_until"),
        )
    )


@dataclass(frozen=True, slots=True)
class Representation:
    """An organisation somebody may act for. `matters` None: all; `until` None: as its legal representative."""

    uscc: str
    name: str
    matters: frozenset[str] | None
    until: date | None

    @property
    def id(self) -> str:
        return f"org:{self.uscc}"

    @property
    def last_day(self) -> date | None:
        return self.until - timedelta(days=1) if self.until else None


def representations(*, person: str, today: date) -> tuple[Representation, ...]:
    """Return the organisations this person (`person:<id>`) may act for today, by their codes. One statement."""
    person_id = person.removeprefix("person:")
    by_code: dict[str, list[dict[str, Any]]] = {}
    for row in _representations(person_id, today):
        by_code.setdefault(row["uscc"], []).append(row)
    return tuple(_representation(_organisation(person_id, rows), person, today) for rows in by_code.values())


def _representation(body: mandates.Organisation, person: str, today: date) -> Representation:
    until = None if body.legal_representative == person else max(one.valid_until for one in body.mandates)
    return Representation(body.uscc, body.name, mandates.covered(body, person=person, today=today), until)


def organisations_represented(*, person: str) -> tuple[Organisation, ...]:
    """Return the organisations whose legal representative this person is: those he may mandate for."""
    person_id = person.removeprefix("person:")
    return tuple(Organisation.objects.filter(legal_representative=person_id).order_by("uscc"))


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate as a page shows it: names in clear, the document number masked."""

    id: str
    organisation: str
    organisation_name: str
    agent: str
    agent_number: str
    matters: tuple[str, ...]
    valid_from: date
    valid_until: date
    revoked: bool
    standing: bool

    @property
    def last_day(self) -> date:
        return self.valid_until - timedelta(days=1)


def mandates_granted(*, person: str, today: date) -> tuple[MandateView, ...]:
    """Return all mandates of the organisations this person represents, the newest first. One statement."""
    granted = list(
        Mandate.objects.filter(organisation__legal_representative=person.removeprefix("person:"))
        .select_related("organisation", "person")
        .order_by("-granted_at", "-id")
    )
    opened = _open_many([one.person.sealed(field) for one in granted for field in ("name", "number")])
    return tuple(
        _view(mandate, name, number, today)
        for mandate, name, number in zip(granted, opened[::2], opened[1::2], strict=True)
    )


def _view(mandate: Mandate, name: str, number: str, today: date) -> MandateView:
    revoked = mandate.revoked_at is not None
    return MandateView(
        id=mandate.id,
        organisation=mandate.organisation.uscc,
        organisation_name=mandate.organisation.name,
        agent=name,
        agent_number=masks.number(DocumentType(mandate.person.document_type), number),
        matters=tuple(mandate.matters),
        valid_from=mandate.valid_from,
        valid_until=mandate.valid_until,
        revoked=revoked,
        standing=not revoked and mandate.valid_from <= today < mandate.valid_until,
    )


def number_of(person: Person) -> str:
    """Return the number of a person's document, in the clear. Raises Erased."""
    return _open(person.key, person.number)


def places(*, account: Account, today: date) -> tuple[Duty, ...]:
    """Return the duties that stand today with the names of their places. One statement."""
    found = Duty.objects.filter(_stands("", today), account=account).select_related("hall", "department", "desk")
    return tuple(found.order_by("id"))


@dataclass(frozen=True, slots=True)
class StandInView:
    """Who stands in for whom, as a page shows it; `absent` is the bare id of an account."""

    id: str
    absent: str
    absent_name: str
    account_name: str
    valid_from: date
    valid_until: date
    ended: bool
    standing: bool
    may_end: bool

    @property
    def last_day(self) -> date:
        return self.valid_until - timedelta(days=1)


def stand_ins(*, account: str, overseen: Collection[str], today: date, limit: int = 100) -> list[StandInView]:
    """Return who stands in for whom, the latest first: with an account on one side, or in regions overseen.

    `overseen` holds the first digits of regions. Two statements; what is long over is left out.
    """
    own = _uuid(account)
    under = Exists(Duty.objects.filter(lies_in(overseen), account=OuterRef("absent"))) if overseen else Value(False)
    recent = today - timedelta(days=SHOWN_DAYS)
    rows = list(
        StandIn.objects.annotate(under=ExpressionWrapper(under, BooleanField()))
        .filter(Q(absent=own) | Q(account=own) | Q(under=True), valid_until__gt=recent)
        .order_by("-valid_from", "-id")[:limit]
    )
    names = names_of({f"account:{id}" for row in rows for id in (row.absent_id, row.account_id)})
    return [_stand_in_view(row, names, today, mine=row.under or row.absent_id == own) for row in rows]


def _stand_in_view(row: StandIn, names: dict[str, str], today: date, *, mine: bool) -> StandInView:
    ended = row.ended_at is not None
    return StandInView(
        id=row.id,
        absent=str(row.absent_id),
        absent_name=names[f"account:{row.absent_id}"],
        account_name=names[f"account:{row.account_id}"],
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        ended=ended,
        standing=not ended and row.valid_from <= today < row.valid_until,
        may_end=mine and not ended and today < row.valid_until,
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at a counter or a desk, with the duties that stand today."""

    id: str
    name: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """Somebody who serves at halls (their codes) and desks (authority's credit code, desk) today, in his own duty or
    for who is away.

    `until` is the last day on which somebody stands in for him; None: he is there.
    """

    id: str
    name: str
    halls: frozenset[str]
    desks: frozenset[tuple[str, str]]
    until: date | None


def serving(*, halls: Collection[str], desks: Collection[tuple[str, str]], today: date) -> list[Serving]:
    """Return who serves at one of these halls or desks today, by name. Two statements at most."""
    where = reduce(or_, (Q(department__uscc=body, desk__code=desk) for body, desk in desks), Q(hall__in=list(halls)))
    away = Q(
        account__stand_ins__ended_at=None,
        account__stand_ins__valid_from__lte=today,
        account__stand_ins__valid_until__gt=today,
    )
    rows = (
        Duty.objects.filter(where, _stands("", today), role__in=standins.ROLES, account__is_active=True)
        .annotate(stand_in=FilteredRelation("account__stand_ins", condition=away))
        .values_list(
            "account", "stand_in__account", "stand_in__valid_until", "role", "hall", "department__uscc", "desk__code"
        )
    )
    places: dict[str, set[tuple[str, str]]] = {}
    until: dict[str, date] = {}
    for account, stand_in, valid_until, role, hall, body, desk in rows:
        place = ("", hall) if role == Role.CLERK else (body, desk)
        for one in filter(None, (account, stand_in)):
            places.setdefault(f"account:{one}", set()).add(place)
        if valid_until:
            until[f"account:{account}"] = valid_until - timedelta(days=1)
    names = names_of(places)
    found = [_serving(account, names[account], at, until.get(account)) for account, at in places.items()]
    return sorted(found, key=lambda one: (one.name, one.id))


def _serving(account: str, name: str, at: set[tuple[str, str]], until: date | None) -> Serving:
    halls = frozenset(place for body, place in at if not body)
    return Serving(account, name, halls, frozenset(place for place in at if place[0]), until)


def colleagues_overseen(*, account: str, overseen: Collection[str], today: date) -> list[Colleague]:
    """Return the account itself, and who is at a counter or a desk in regions overseen. Two statements at most."""
    return _colleagues(Q(account=_uuid(account)) | lies_in(overseen), today)


def colleagues_of(*, account: str, today: date) -> list[Colleague]:
    """Return who works at the same halls or departments, and so may stand in for somebody. Three statements at most."""
    own = Duty.objects.filter(_stands("", today), account=_uuid(account), role__in=standins.ROLES)
    halls, departments = {one.hall_id for one in own} - {None}, {one.department_id for one in own} - {None}
    near = Q(hall__in=halls) | Q(department__in=departments)
    return [one for one in _colleagues(near, today) if one.id != account]


def _colleagues(which: Q, today: date) -> list[Colleague]:
    rows = list(
        Duty.objects.filter(which, _stands("", today), role__in=standins.ROLES, account__is_active=True)
        .select_related("hall", "department", "desk")
        .order_by("account__username", "id")
    )
    by_account: dict[str, list[Duty]] = {}
    for row in rows:
        by_account.setdefault(f"account:{row.account_id}", []).append(row)
    names = names_of(by_account)
    return [Colleague(account, names[account], tuple(duties)) for account, duties in by_account.items()]


def person_by_document(*, document_type: DocumentType, number: str, name: str) -> Person | None:
    """Return the registered person with this document, only if the name agrees too."""
    found = Person.objects.filter(document_type=document_type.value, number_index=number_index(document_type, number))
    person = found.first()
    return person if person is not None and _open(person.key, person.name) == name.strip() else None


def account_by_document(*, document_type: DocumentType, number: str) -> Account | None:
    """Return the account of the registered person with this document. One statement."""
    found = Account.objects.filter(
        person__document_type=document_type.value, person__number_index=number_index(document_type, number)
    )
    return found.filter(is_active=True).select_related("person").first()


def id_of(*, document_type: DocumentType, number: str) -> str:
    """Return the id of the party with a document whose number was checked: a registered person's, or the one that he
    would get; a body's follows from its code. One statement at most.
    """
    if document_type is DocumentType.USCC:
        return f"org:{number}"
    index = number_index(document_type, number)
    known = Person.objects.filter(document_type=document_type.value, number_index=index).first()
    return known.key if known else f"person:{of_index(index)}"


def account_of(*, person: str) -> Account | None:
    """Return the account of a registered person (`person:<id>`). One statement."""
    found = Account.objects.filter(person=person.removeprefix("person:"), is_active=True)
    return found.select_related("person").first()


def people_by_number(numbers: Collection[str], /) -> dict[str, Party]:
    """Return residents by their number: the registered ones with their name, the others under the id they would get.

    The name of who is not registered, or had his data erased, is empty. A constant number of statements.
    """
    indexes = {number: number_index(DocumentType.RESIDENT_ID, number) for number in numbers}
    kind = DocumentType.RESIDENT_ID.value
    rows = list(Person.objects.filter(document_type=kind, number_index__in=indexes.values())) if indexes else []
    names = _open_many([row.sealed("name") for row in rows])
    known = {row.number_index: (row.key, name) for row, name in zip(rows, names, strict=True)}
    found = {}
    for number, index in indexes.items():
        key, name = known.get(index, (f"person:{of_index(index)}", ""))
        found[number] = Party(key, PartyKind.PERSON, "" if name == ERASED else name, number, DocumentType.RESIDENT_ID)
    return found


def number_index(document_type: DocumentType, number: str) -> str:
    """Return the blind index under which a checked number is found again."""
    return keys.blind(f"{document_type.value}:{number}")


def parties(*, ids: Collection[str]) -> dict[str, Party]:
    """Return persons and organisations by id, in a constant number of statements; unknown ids are left out."""
    codes = [id.removeprefix("org:") for id in ids if id.startswith("org:")]
    persons = [id.removeprefix("person:") for id in ids if id.startswith("person:")]
    found = {}
    for organisation in Organisation.objects.filter(pk__in=codes) if codes else ():
        key = organisation.key
        found[key] = Party(key, PartyKind.ORGANISATION, organisation.name, organisation.uscc)
    rows = list(Person.objects.filter(pk__in=persons)) if persons else []
    opened = _open_many([row.sealed(field) for row in rows for field in ("name", "number")])
    for row, name, number in zip(rows, opened[::2], opened[1::2], strict=True):
        found[row.key] = Party(row.key, PartyKind.PERSON, name, number, DocumentType(row.document_type))
    return found


@dataclass(frozen=True, slots=True)
class Contact:
    """The person behind an account, and how he is reached; what was erased is empty."""

    party: Party
    phone: str


def contacts(*, accounts: Collection[str]) -> dict[str, Contact]:
    """Return who stands behind these accounts, by `account:…`; staff without a person of their own are left out.

    Two statements at most.
    """
    known = [UUID(one) for one in _tails(accounts, "account:")]
    rows = list(Account.objects.filter(pk__in=known, person__isnull=False).select_related("person"))
    persons = [row.person for row in rows if row.person is not None]
    opened = iter(_open_many([one.sealed(field) for one in persons for field in ("name", "number")]))
    phones = iter(_open_many([one.sealed("phone") for one in persons if one.phone]))
    found = {}
    for row, person in zip(rows, persons, strict=True):
        name, number, phone = _kept(next(opened)), _kept(next(opened)), _kept(next(phones)) if person.phone else ""
        party = Party(person.key, PartyKind.PERSON, name, number, DocumentType(person.document_type))
        found[f"account:{row.pk}"] = Contact(party, phone)
    return found


def legal_representatives(*, organisations: Collection[str]) -> dict[str, str]:
    """Return the names of the legal representatives of these bodies, by `org:…`; two statements at most."""
    codes = _tails(organisations, "org:")
    rows = Organisation.objects.filter(pk__in=codes).values_list("uscc", "legal_representative_id") if codes else ()
    persons = {f"org:{uscc}": f"person:{person}" for uscc, person in rows}
    names = _person_names(_tails(persons.values(), "person:"))
    return {body: _kept(names.get(person, "")) for body, person in persons.items()}


def _kept(opened: str) -> str:
    return "" if opened == ERASED else opened


def names_of(ids: Collection[str], /) -> dict[str, str]:
    """Return the names behind `account:…`, `person:…` and `org:…` (departments too); unknown ids are left out.

    Who acted for somebody away (`account:… for account:…`) is named with him. One statement for each kind asked for,
    however many there are.
    """
    one_by_one = {one for id in ids for one in id.split(FOR)}
    names = (
        _account_names(_tails(one_by_one, "account:"))
        | _person_names(_tails(one_by_one, "person:"))
        | names_of_bodies(ids=one_by_one)
    )
    return {id: named for id in ids if (named := _named(id, names))}


def _named(id: str, names: dict[str, str]) -> str:
    account, _for, absent = id.partition(FOR)
    if not absent:
        return names.get(id, "")
    return _("{name}（代{absent}）").format(name=names.get(account, ""), absent=names.get(absent, ""))


def _uuid(account: str) -> UUID:
    return UUID(account.removeprefix("account:"))


def _tails(ids: Collection[str], prefix: str) -> list[str]:
    """Return what follows the prefix in ids that have it and are this node's."""
    return [id.removeprefix(prefix) for id in ids if id.startswith(prefix) and SIGNED_IN_AT not in id]


def _account_names(ids: list[str]) -> dict[str, str]:
    keys_of = [UUID(id) for id in ids]
    accounts = list(Account.objects.filter(pk__in=keys_of).select_related("person")) if ids else []
    owners = [account.person for account in accounts if account.person is not None]
    opened = dict(zip([owner.pk for owner in owners], _open_many([one.sealed("name") for one in owners]), strict=True))
    return {f"account:{account.pk}": account.name or opened[account.person_id] for account in accounts}


def _person_names(ids: list[str]) -> dict[str, str]:
    persons = list(Person.objects.filter(pk__in=ids)) if ids else []
    opened = _open_many([one.sealed("name") for one in persons])
    return {person.key: name for person, name in zip(persons, opened, strict=True)}


def names_of_bodies(*, ids: Collection[str]) -> dict[str, str]:
    """Return the names of departments and organisations (`org:<uscc>`) in one statement; unknown ids are left out."""
    codes = _tails(ids, "org:")
    if not codes:
        return {}
    organisations = Organisation.objects.filter(pk__in=codes).values_list("uscc", "name")
    departments = Department.objects.filter(uscc__in=codes).values_list("uscc", "name")
    return {f"org:{code}": name for code, name in organisations.union(departments, all=True)}


def department(*, uscc: str) -> Department | None:
    return Department.objects.filter(uscc=uscc).first()


def departments(*, usccs: Collection[str]) -> dict[str, Department]:
    """Return the departments with these codes, in one statement; unknown ones are left out."""
    return {each.uscc: each for each in Department.objects.filter(uscc__in=set(usccs))}


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who reviews at a department, and may look at a place for it."""

    account: str
    """`account:<uuid>`."""
    name: str
    person: str
    """`person:<id>`; empty for staff without a person of their own."""
    department: str
    """By its unified social credit code."""


def officers_of(*, departments: Collection[str], today: date) -> list[Officer]:
    """Return who reviews today at these departments (by code of GB 32100), each once for each; one statement."""
    rows = (
        Duty.objects.filter(
            _stands("", today), department__uscc__in=set(departments), role=Role.REVIEWER, account__is_active=True
        )
        .order_by("account__username")
        .values_list("account_id", "account__name", "account__person_id", "account__person__name", "department__uscc")
    )
    found = []
    for account, name, person, sealed, department in rows:
        key = f"person:{person}" if person else ""
        found.append(Officer(f"account:{account}", name or _open(key, sealed), key, department))
    return list(dict.fromkeys(found))


def departments_called(names: Collection[str]) -> dict[str, Department]:
    """Return the departments with these names, in one statement at most; unknown ones are left out."""
    return {each.name: each for each in Department.objects.filter(name__in=set(names))} if names else {}


def departments_in(*, regions: Collection[str]) -> list[Department]:
    """Return the departments whose region has one of these prefixes, by region and name, in one statement."""
    return list(Department.objects.filter(lies_in(regions)).order_by("region", "name"))


def lies_in(prefixes: Collection[str]) -> Q:
    """Return what a region fulfils that begins with one of these digits; nothing does where there are none."""
    return reduce(or_, (Q(region__startswith=prefix) for prefix in prefixes), Q(region__in=()))


def hall(*, code: str) -> Hall | None:
    return Hall.objects.filter(pk=code).first()


def halls(*, codes: Collection[str]) -> dict[str, Hall]:
    """Return the halls with these codes, in one statement; unknown ones are left out."""
    return Hall.objects.in_bulk(set(codes))


def _open(key: str, ciphertext: str) -> str:
    return keys.unseal(Sealed(person=key, ciphertext=ciphertext)).decode()


def _open_many(many: Sequence[Sealed]) -> list[str]:
    """Open seals of several people; an erased one must not hide the others."""
    try:
        return [one.decode() for one in keys.unseal_many(many)]
    except keys.Erased:
        return [_open_if_kept(one) for one in many]


def _open_if_kept(one: Sealed) -> str:
    try:
        return keys.unseal(one).decode()
    except keys.Erased:
        return ERASED
