"""How do people's events become rows, and rows the same values again?

Rows and entries are written in one transaction; folding a stream's entries gives what its rows say. `register_folds`
tells the journal how both are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Model

from tongban.domain import mandates, standins
from tongban.domain.events import DutyGiven, MandateGranted, OrganisationRegistered, PersonRegistered, StandInNamed
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream
from tongban.people.models import Desk, Duty, Mandate, Organisation, Person, StandIn


def write_person(event: PersonRegistered, number_index: str) -> None:
    Person.objects.create(
        id=event.person.removeprefix("person:"),
        document_type=event.document_type,
        number_index=number_index,
        number=event.number.ciphertext,
        name=event.name.ciphertext,
        phone=event.phone.ciphertext,
        registered_at=event.at,
    )


def read_person(key: str) -> PersonRegistered | None:
    """Return what was registered; registering is all that happens to a person so far."""
    row = Person.objects.filter(pk=key.removeprefix("person:")).first()
    if row is None:
        return None
    return PersonRegistered(
        key, row.document_type, row.sealed("number"), row.sealed("name"), row.sealed("phone"), row.registered_at
    )


def write_organisation(event: OrganisationRegistered) -> None:
    Organisation.objects.create(
        uscc=event.uscc,
        name=event.name,
        region=event.region,
        legal_representative_id=event.legal_representative.removeprefix("person:"),
        registered_at=event.at,
    )


def read_organisation(key: str) -> mandates.Organisation:
    """Return the organisation with all its mandates, in two statements. Raises NoSuchStream."""
    row = Organisation.objects.filter(pk=key.removeprefix("org:")).first()
    if row is None:
        raise NoSuchStream("未办理：没有这个统一社会信用代码的单位。请核对后再试。")
    granted = tuple(_mandate(one) for one in Mandate.objects.filter(organisation=row).order_by("id"))
    representative = f"person:{row.legal_representative_id}"
    return mandates.Organisation(row.uscc, row.name, row.region, representative, granted)


def _mandate(row: Mandate) -> mandates.Mandate:
    return mandates.Mandate(
        row.id,
        f"person:{row.person_id}",
        tuple(row.matters),
        row.valid_from,
        row.valid_until,
        revoked=row.revoked_at is not None,
    )


def write_mandate(uscc: str, event: MandateGranted) -> None:
    Mandate.objects.create(
        id=event.mandate,
        organisation_id=uscc,
        person_id=event.agent.removeprefix("person:"),
        matters=list(event.matters),
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        granted_by_id=event.by.removeprefix("person:"),
        granted_at=event.at,
    )


def write_duty(account: str, event: DutyGiven, desk: Desk | None) -> None:
    Duty.objects.create(
        account_id=_uuid(account),
        role=event.role,
        region=event.region,
        hall_id=event.hall or None,
        department_id=event.department or None,
        desk=desk,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        given_at=event.at,
    )


def write_stand_in(absent: str, event: StandInNamed) -> None:
    StandIn.objects.create(
        id=event.stand_in,
        absent_id=_uuid(absent),
        account_id=_uuid(event.account),
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        named_at=event.at,
    )


def read_post(key: str) -> standins.Post:
    """Return what an account has to do and who stands in for it, in two statements."""
    named = StandIn.objects.filter(absent=_uuid(key)).order_by("id")
    return standins.Post(_duties(key), tuple(_stand_in(row) for row in named))


def standing_in(key: str) -> tuple[standins.StandIn, ...]:
    """Return whatever makes an account a stand-in of others."""
    return tuple(_stand_in(row) for row in StandIn.objects.filter(account=_uuid(key)).order_by("id"))


def _stand_in(row: StandIn) -> standins.StandIn:
    ended = row.ended_at is not None
    return standins.StandIn(row.id, f"account:{row.account_id}", row.valid_from, row.valid_until, ended=ended)


def _uuid(account: str) -> UUID:
    return UUID(account.removeprefix("account:"))


def _duties(key: str) -> tuple[DutyGiven, ...]:
    rows = Duty.objects.filter(account=_uuid(key)).select_related("desk").order_by("id")
    return tuple(
        DutyGiven(
            row.role,
            row.region,
            row.hall_id or "",
            row.department_id or "",
            row.desk.code if row.desk else "",
            row.valid_from,
            row.valid_until,
            row.given_at,
        )
        for row in rows
    )


def register_folds() -> None:
    """Tell the journal how the streams of people, organisations and accounts are folded and read."""
    journal.register(
        "person:", fold=_only_registered, rows=read_person, streams=lambda: _named("person:", Person, "pk")
    )
    journal.register(
        "org:",
        fold=lambda entries: mandates.fold(one.event for one in entries),
        rows=read_organisation,
        streams=lambda: _named("org:", Organisation, "pk"),
    )
    journal.register(
        "account:",
        fold=lambda entries: standins.fold(one.event for one in entries),
        rows=read_post,
        streams=lambda: _named("account:", Duty, "account_id"),
    )


def _named(prefix: str, rows: type[Model], field: str) -> Iterator[str]:
    return (f"{prefix}{key}" for key in rows._default_manager.values_list(field, flat=True).distinct().iterator())


def _only_registered(entries: Sequence[journal.Recorded]) -> object:
    (entry,) = entries
    return entry.event
