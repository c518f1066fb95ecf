"""A ship that is registered already: its certificate of nationality stands in the place of what cases need."""

from __future__ import annotations

from dataclasses import replace

from tests.casework.conftest import DAY
from tongban.casework import drafts
from tongban.certificates import actions as certificates
from tongban.domain.certificate import Draft, Holder, Issuer
from tongban.domain.elements import needed
from tongban.domain.identifiers import DocumentType
from tongban.people.actor import SYSTEM
from tongban.people.models import Department
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, who

NATIONALITY = "C_NAT"
MSA = "11130200MA0TB0011Q"


def certify(house: walk.Walk, *, serial: str = "REGISTER000001", months: int | None = 60) -> str:
    """The authority certifies from its register that the ship of the demo flies the flag; returns the identifier."""
    body = Department.objects.get(uscc=MSA)
    kind = replace(house.catalogue.certificate_types[NATIONALITY], valid_months=months)
    party = who(AGENT, acting_for=HOLDER, today=DAY).party
    assert party is not None
    draft = Draft(
        type=kind,
        holder=Holder(party.id, DocumentType.USCC, party.name, party.number),
        subject=f"ship:{house.catalogue.elements['imo_number'].example}",
        fields=(),
        issuer=Issuer(body.uscc, body.name, body.region),
        serial=serial,
        issued_on=DAY,
    )
    answer = certificates.issue_from_record(
        operation=f"record/{serial}", actor=SYSTEM, source="船舶登记簿存量证书转换", drafts=[draft], now=at(DAY, 8)
    )
    return str(answer["issued"][0])


def submit(house: walk.Walk) -> str:
    """Apply for what a registered ship needs; return the application's id."""
    return house.hand_in(draft(house))


def draft(house: walk.Walk) -> drafts.Draft:
    """Fill in everything that a registered ship is asked for."""
    agent = who(AGENT, acting_for=HOLDER, today=DAY)
    draft = drafts.start(actor=agent, bundle=house.bundle.code, now=at(DAY, 9))
    drafts.answer(draft, {"origin": "registered", "mortgage": "no"}, now=at(DAY, 9, 1))
    draft.refresh_from_db()
    planned = drafts.derive(draft)
    elements = needed(house.catalogue, [case.matter for case in planned.cases])
    filled = {element.code: element.example for element in elements}
    assert drafts.fill(draft, filled, today=DAY, now=at(DAY, 9, 5)) == {}
    for ask in planned.asks:
        if not ask.retrievable:
            house._upload(draft, ask.material)
    return draft
