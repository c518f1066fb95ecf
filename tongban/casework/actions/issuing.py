"""What follows when decisions take effect: certificates, terms to verify, the end of the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tongban.casework import form, refunding, relocating, supplies
from tongban.casework.actions.beats import rules_of
from tongban.catalogue import calendars
from tongban.certificates import actions as certificates
from tongban.certificates import queries as register
from tongban.domain import certificate, promises, review
from tongban.domain.application import Application, Case, fold
from tongban.domain.catalogue import Catalogue
from tongban.domain.certificate import Draft, Holder, Issuer, Related
from tongban.domain.clock import day_of
from tongban.domain.events import CaseDecided, CertificateIssued, Event, Outcome
from tongban.domain.identifiers import ApplicationNumber, case_number
from tongban.journal.actions import LockedStream


def following(
    stream: LockedStream,
    after: Application,
    events: Sequence[Event],
    *,
    catalogue: Catalogue,
    filled: form.Form | None = None,
    now: datetime,
) -> tuple[Event, ...]:
    """Return all that follows from these events, of which `after` is the outcome; certificates are issued here."""
    decided = [event for event in events if isinstance(event, CaseDecided)]
    issued: tuple[Event, ...] = ()
    if decided:
        filled = filled or form.unseal(after.form)
        issued = _issue(stream, after, catalogue, filled, decided, now)
        approved = [after.case(event.case) for event in decided if event.outcome is Outcome.APPROVED]
        issued += refunding.pay_out(after, approved, catalogue=catalogue, filled=filled, now=now)
        issued += promises.after_decisions(after, decided, rules=rules_of(after), calendar=calendars.load(), at=now)
    return (*issued, *review.close(fold(issued, onto=after), at=now))


def _issue(
    stream: LockedStream,
    application: Application,
    catalogue: Catalogue,
    filled: form.Form,
    decided: Sequence[CaseDecided],
    now: datetime,
) -> tuple[Event, ...]:
    """Issue the certificates of the cases that were decided, all in one statement."""
    cases = [
        case for event in decided if event.outcome is Outcome.APPROVED and (case := application.case(event.case)).yields
    ]
    if not cases:
        return ()
    values = {subject: form.settled(application, filled, subject) for subject in {case.subject for case in cases}}
    for case in cases:
        # What is issued is what was reviewed: the digest stands in the signed conclusion.
        assert form.digest(catalogue, case.yields, values[case.subject], filled.salt) == case.content
    before = {case.index: relocating.before(application, case, catalogue=catalogue, now=now) for case in cases}
    drafts = [_certificate(application, case, catalogue, filled, values[case.subject], now) for case in cases]
    drafts = [
        replace(draft, related=before[case.index] or _before(draft, catalogue.standards[case.matter].name, now))
        for draft, case in zip(drafts, cases, strict=True)
    ]
    issued = certificates.issue_many(stream=stream.id, drafts=drafts, now=now)
    events = tuple(
        CertificateIssued(case.index, made.identifier, made.digest, now)
        for case, made in zip(cases, issued, strict=True)
    )
    after = fold(events, onto=application)
    carried = relocating.carry(stream, after, before, catalogue=catalogue, filled=filled, now=now)
    return (*events, *carried)


def _before(draft: Draft, matter: str, now: datetime) -> Related | None:
    """Return the certificate that this one follows: of that type, on the same subject, which its holder has now."""
    relation = certificate.relation_named(matter)
    if relation is None:
        return None
    about = {"type": draft.type.code, "holder": draft.holder.party, "subject": draft.subject}
    return register.before(**about, relation=relation, today=day_of(now))


def _certificate(
    application: Application,
    case: Case,
    catalogue: Catalogue,
    filled: form.Form,
    values: Mapping[str, str],
    now: datetime,
) -> Draft:
    kind = catalogue.certificate_types[case.yields]
    ids = supplies.ids_of(application, case)
    holder = ids[kind.to]
    return Draft(
        type=kind,
        holder=Holder(
            party=holder,
            document=filled.document(holder),
            name=filled.names[holder],
            number=filled.numbers[holder],
        ),
        subject=ids.get(kind.about, application.holder),
        fields=form.content(catalogue, case.yields, values),
        issuer=Issuer(case.body, filled.names[f"org:{case.body}"], catalogue.implementations[case.matter].region),
        serial=case_number(ApplicationNumber.parse(application.number), case.index).replace("-", ""),
        issued_on=day_of(now),
    )
