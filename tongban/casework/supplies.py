"""Who takes part in an application, and which of its materials are there already?

The form's numbers name the participants (ship, co-applicant); the holder is the party that applies. Each asked material
is taken from the applicant's upload, else from a registry that knows the subject's number, else from a certificate that
a participant holds for the same subject: one of another region where a rule recognises it (`recognising`). Whoever
uploads in spite of a registry or a certificate is taken at his word.

What nobody supplied, deferred or promised is lacking: it stands in the way of acceptance, never of receipt.

Source: State Council provisions on online government services, art. 7; design, invariant 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.casework import form, recognising
from tongban.casework.form import Form
from tongban.casework.recognising import Offer
from tongban.certificates import queries as certificates
from tongban.certificates.queries import Registered
from tongban.domain import elements, instant, materials
from tongban.domain.application import UNACCEPTED, Application, Case
from tongban.domain.catalogue import Catalogue, SubjectRole
from tongban.domain.clock import day_of
from tongban.domain.events import Participant
from tongban.domain.materials import Ask, Basis, Supply, SupplySource, place
from tongban.domain.plan import Plan
from tongban.domain.regions import province_of
from tongban.people.actor import Party, PartyKind
from tongban.registries import queries as registries
from tongban.registries.adapters import Asked, Evidence

PREFIXES = ((SubjectRole.SHIP, "ship"), (SubjectRole.COUNTERPARTY, "org"))


@dataclass(frozen=True, slots=True)
class Parties:
    """The participants in the order of their roles, and the number of each by its id."""

    participants: tuple[Participant, ...]
    numbers: Mapping[str, str]

    @property
    def by_role(self) -> dict[SubjectRole, str]:
        return {participant.role: participant.id for participant in self.participants}


@dataclass(frozen=True, slots=True)
class Found:
    """A supply, with the registry's evidence or the recognised certificate where one gave it."""

    supply: Supply
    evidence: Evidence | None = None
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is there, and every certificate of another region that was judged, by place of its material."""

    found: tuple[Found, ...]
    offers: Mapping[str, Offer]


def parties(catalogue: Catalogue, values: Mapping[str, str], holder: Party) -> Parties:
    """Return whom the form's values name."""
    identified = {
        element.identifies: values[code]
        for code, element in catalogue.elements.items()
        if element.identifies and values.get(code)
    }
    participants = [Participant(SubjectRole.HOLDER, holder.id)]
    numbers = {holder.id: holder.number}
    if holder.kind is PartyKind.PERSON and SubjectRole.PERSON in identified:
        participants.append(Participant(SubjectRole.PERSON, holder.id))
    for role, prefix in PREFIXES:
        if role in identified:
            participants.append(Participant(role, f"{prefix}:{identified[role]}"))
            numbers[participants[-1].id] = identified[role]
    return Parties(tuple(participants), numbers)


def look_up(
    *,
    catalogue: Catalogue,
    planned: Plan,
    uploads: Mapping[str, Mapping[str, Any]],
    consented: Collection[str],
    about: Parties,
    now: datetime,
) -> LookedUp:
    """Return what is there: uploads, what registries answer, certificates that are recognised, certificates needed.

    Two statements, and those of `recognising.offers` where a participant holds something that was issued elsewhere.
    """
    subjects = {code: catalogue.certificate_types[code].about for code in certificates_of(planned)}
    asked = [ask for ask in planned.asks if place(ask.material, ask.subject) not in uploads]
    wanted = [code for code in subjects if code not in uploads]
    ids, today = about.by_role, day_of(now)
    retrieved = _retrieved(asked, ids, about.numbers, today)
    there = {place(one.supply.material, one.supply.subject) for one in retrieved}
    left = [ask for ask in asked if place(ask.material, ask.subject) not in there]
    held = _held(catalogue, planned, wanted, ids) if left or wanted else ()
    applicant = ids[SubjectRole.HOLDER]
    offers = recognising.offers(catalogue, left, held=held, ids=ids, applicant=applicant, now=now)
    found = (
        *uploaded(catalogue, planned, uploads),
        *retrieved,
        *(Found(offer.supply, offer=offer) for offer in recognising.taken(offers, consented)),
        *_shown(wanted, subjects, ids, held, today),
    )
    return LookedUp(found, offers)


def uploaded(catalogue: Catalogue, planned: Plan, uploads: Mapping[str, Mapping[str, Any]]) -> tuple[Found, ...]:
    """Return the uploads that the plan asks for; others stay behind."""
    asked = [(ask.material, ask.about, ask.subject) for ask in planned.asks]
    asked += [(code, catalogue.certificate_types[code].about, "") for code in certificates_of(planned)]
    return tuple(
        Found(Supply(code, role, SupplySource.UPLOAD, kept["digest"], _basis(kept), subject))
        for code, role, subject in asked
        if (kept := uploads.get(place(code, subject)))
    )


def _basis(upload: Mapping[str, Any]) -> Basis:
    """What was handed in for another application is used again because its holder consents."""
    return Basis.CONSENT if "carried" in upload else Basis.GIVEN


def certificates_of(planned: Plan) -> tuple[str, ...]:
    """Return the certificates from outside that are not asked as materials anyway."""
    asked = {ask.material for ask in planned.asks}
    return tuple(code for code in materials.certificates_needed(planned.cases) if code not in asked)


def _retrieved(
    asks: Sequence[Ask], ids: Mapping[SubjectRole, str], numbers: Mapping[str, str], today: date
) -> list[Found]:
    questions = {
        Asked(ask.material, numbers[who]): ask
        for ask in asks
        if ask.retrievable and (who := ask.subject or ids.get(ask.about, "")) in numbers
    }
    answers = registries.find(asked=list(questions), today=today)
    return [
        Found(_recorded(ask, answers[question]), answers[question])
        for question, ask in questions.items()
        if question in answers
    ]


def _recorded(ask: Ask, evidence: Evidence) -> Supply:
    return Supply(ask.material, ask.about, SupplySource.REGISTRY, evidence.reference, Basis.DUTY, ask.subject)


def _held(
    catalogue: Catalogue, planned: Plan, wanted: Sequence[str], ids: Mapping[SubjectRole, str]
) -> tuple[Registered, ...]:
    """Return what participants hold of what is wanted, and what was issued to them in other provinces."""
    here = catalogue.implementations[planned.cases[0].matter].region if planned.cases else ""
    return certificates.of_holders(
        holders=list(ids.values()), types=wanted, subjects=list(ids.values()), outside=province_of(here)
    )


def _shown(
    wanted: Sequence[str],
    subjects: Mapping[str, SubjectRole],
    ids: Mapping[SubjectRole, str],
    held: Sequence[Registered],
    today: date,
) -> list[Found]:
    """Take the needed certificates that a participant holds for the same subject: the newest that counts."""
    newest = {(one.type, one.subject): one.identifier for one in reversed(held) if one.counts(today)}
    return [
        Found(Supply(code, subjects[code], SupplySource.CERTIFICATE, newest[code, ids[subjects[code]]], Basis.DUTY))
        for code in wanted
        if (code, ids.get(subjects[code])) in newest
    ]


def needed_by(catalogue: Catalogue, application: Application, case: Case) -> tuple[str, ...]:
    """Return the materials one case asks for, and the certificates it needs that no case it awaits will yield.

    What is certified on the spot is made of the record that its certificate is named after.
    """
    if instant.certified(catalogue.standards[case.matter]):
        return (case.yields,)
    inside = {application.case(index).yields for index in case.awaits}
    outside = [code for code in catalogue.standards[case.matter].needs if code not in inside]
    return (*materials.needed(catalogue, case.matter, dict(application.answers)), *outside)


def ids_of(application: Application, case: Case) -> dict[SubjectRole, str]:
    """Return who fills each role in a case; the person is the case's own."""
    ids = {participant.role: participant.id for participant in application.participants}
    return ids | ({SubjectRole.PERSON: case.subject} if case.subject else {})


def of_case(application: Application, case: Case) -> tuple[Supply, ...]:
    """Return the supplies that a case may go by: shared ones, and those of its own person."""
    return tuple(supply for supply in application.supplies if supply.subject in ("", case.subject))


def subject_in(catalogue: Catalogue, case: Case, code: str) -> str:
    """Return whose a material is in a case: that of its person where it is about a person; empty: shared."""
    return case.subject if subject_of(catalogue, code) is SubjectRole.PERSON else ""


def places(catalogue: Catalogue, application: Application, cases: Iterable[Case]) -> dict[str, tuple[str, str]]:
    """Return where the materials of these cases stand: by `place` their code and whose they are."""
    return {
        place(code, subject): (code, subject)
        for case in cases
        for code in needed_by(catalogue, application, case)
        for subject in [subject_in(catalogue, case, code)]
    }


def lacking(catalogue: Catalogue, application: Application, filled: Form) -> dict[int, tuple[str, ...]]:
    """Return by case that is not accepted the materials and required data elements that nobody gave or promised."""
    found: dict[int, tuple[str, ...]] = {}
    for case in application.cases:
        if case.state in UNACCEPTED:
            promised = _promised(application, case)
            doubted = {doubt.material for doubt in case.doubts}
            supplied = {supply.material for supply in of_case(application, case)} - doubted
            values = filled.of(case.subject)
            wanted = [code for code in needed_by(catalogue, application, case) if code not in supplied | promised]
            empty = [one.code for one in elements.needed(catalogue, [case.matter]) if one.required]
            missing = (*wanted, *(code for code in empty if not values.get(code)))
            if missing:
                found[case.index] = missing
    return found


def _promised(application: Application, case: Case) -> set[str]:
    commitment = case.proceedings.commitment
    later = {deferral.material for deferral in application.deferred(case)}
    return later | set(commitment.materials if commitment else ())


def subject_of(catalogue: Catalogue, code: str) -> SubjectRole:
    """Return whom a material, or the certificate in its place, is about."""
    return (catalogue.materials.get(code) or catalogue.certificate_types[code]).about


def standing_already(application: Application, case: Case, catalogue: Catalogue, *, today: date) -> str:
    """Return another certificate of the kind this case yields, in force today for the same subject; else an empty text.

    One statement.
    """
    if not case.yields:
        return ""
    kind = catalogue.certificate_types[case.yields]
    ids = ids_of(application, case)
    subject = ids.get(kind.about, application.holder)
    found = certificates.held(holders=list(ids.values()), subjects=[subject], types=[kind.code], today=today)
    identifier = found.get((kind.code, subject), "")
    return "" if identifier == case.certificate else identifier


def on_record(application: Application, case: Case, catalogue: Catalogue, *, today: date) -> dict[str, str]:
    """Return by proof that a commitment stands for what a registry has of it; the rest is left out. One statement."""
    commitment = case.proceedings.commitment
    if commitment is None or not commitment.materials:
        return {}
    filled = form.unseal(application.form)
    ids = ids_of(application, case)
    asked = {
        code: Asked(code, filled.numbers[ids[role]])
        for code in commitment.materials
        if (role := catalogue.materials[code].about) in ids
    }
    found = registries.find(asked=list(asked.values()), today=today)
    return {code: found[one].reference for code, one in asked.items() if one in found}
