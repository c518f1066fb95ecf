"""What does each node know of each application afterwards, and do all of them know the same?

Of what travels with an application nothing may be missing, nothing be there twice, and nothing say something else than
where it was written: entries are compared word for word, with what is sealed in them opened. Each case is in one place.
What the applicant asked of another node was done there once, or he was told why not. The certificates that were issued
lie where the application was handed in and where something waited for them; the files lie at every node.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.exchange.harness.applications import read
from tongban.casework import form, storage
from tongban.casework.models import Application as Row
from tongban.certificates.models import Certificate
from tongban.domain import events as kernel
from tongban.domain.application import Case
from tongban.domain.custody import Custody
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    AT,
    TRAVEL,
    ActAsked,
    ActRefused,
    ApplicationClosed,
    ApplicationSubmitted,
    AskedAct,
    CaseAccepted,
    CaseDecided,
    CaseRated,
    CasesTakenOver,
    CaseUrged,
    CaseWithdrawn,
    CertificateIssued,
    CommitmentWithdrawn,
    DocumentIssued,
    FormChanged,
    MaterialsSupplied,
    StatementMade,
    SupplyCause,
)
from tongban.domain.materials import SupplySource
from tongban.domain.sealed import Sealed
from tongban.exchange import attachments
from tongban.exchange.cases.types import is_seal, replaced
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people.actor import SIGNED_IN_AT

ONCE = (ApplicationSubmitted, CaseAccepted, CaseDecided, CertificateIssued, CaseWithdrawn, CaseRated, ApplicationClosed)
"""What happens to a case, or to the application, no more than once."""
EFFECTS = {
    CaseWithdrawn: AskedAct.WITHDRAW,
    CaseUrged: AskedAct.URGE,
    CaseRated: AskedAct.RATE,
    FormChanged: AskedAct.CHANGE,
    CommitmentWithdrawn: AskedAct.TAKE_BACK,
    StatementMade: AskedAct.STATE,
}
"""What is done when an applicant has asked for it from another node: here each act concerns one case."""
SUPPLIED = {SupplyCause.CORRECTION: (AskedAct.ANSWER,), SupplyCause.DEFERRAL: (AskedAct.SUPPLY,)}
EACH_ITS_OWN = ("region", "hall", "bundle", "bundle_version")
"""What a node writes into the application it hears of by its own catalogue."""


def tell(file: str) -> None:
    """Write down what this node knows of each application, in a process of its own."""
    known = {one: _known(one) for one in Row.objects.order_by("id").values_list("id", flat=True)}
    Path(file).write_text(json.dumps(known), encoding="utf-8")


def _known(application: str) -> dict[str, Any]:
    found, entries = read(application), journal.entries(storage.stream_of(application))
    files = {supply.reference for supply in found.supplies if supply.source is SupplySource.UPLOAD}
    identifiers = [case.certificate for case in found.cases if case.certificate]
    registered = Certificate.objects.filter(identifier__in=identifiers).order_by("identifier")
    return {
        "places": [index for index, case in enumerate(found.cases, start=1) if case.here],
        "on their way": [case.index for case in found.cases if case.holding and case.holding.custody is Custody.SENT],
        "cases": [_standing(case) for case in found.cases],
        "closed": str(found.closed_at),
        "form": dict(form.unseal(found.form).values),
        "supplies": sorted([one.material, one.subject, one.reference] for one in found.supplies),
        "happened": _counted(_said(entry, entries) for entry in entries if not isinstance(entry.event, TRAVEL)),
        "more than once": _counted((_named(one.event) for one in entries if isinstance(one.event, ONCE)), least=2),
        "asked": _counted(one.event.act for one in entries if isinstance(one.event, ActAsked)),
        "answered": _counted(_answers(entries)),
        "handed in": not any(isinstance(one.event, CasesTakenOver) and one.event.first for one in entries),
        "needed": sorted(
            {found.case(awaited).certificate for case in found.cases if case.here for awaited in case.awaits} - {""}
        ),
        "certificates": {one.identifier: [one.digest, one.status] for one in registered},
        "files missing": sorted(attachments.missing(files)),
    }


def _standing(case: Case) -> list[str]:
    days = (case.received_on, case.answer_due_on, case.accepted_on, case.promised_due_on, case.statutory_due_on)
    return [str(one) for one in (case.state, case.outcome, case.certificate, *days)]


def _counted(said: Iterator[str], *, least: int = 1) -> list[tuple[str, int]]:
    return sorted((words, times) for words, times in Counter(said).items() if times >= least)


def _said(entry: Recorded, entries: list[Recorded]) -> str:
    """Return what an entry says, in the same words at every node."""
    kind, version, body = kernel.encode(entry.event)
    if isinstance(entry.event, DocumentIssued):
        body = {**body, "act": _told_of(entry.event, entries)}
    if isinstance(entry.event, ApplicationSubmitted):
        body = {name: value for name, value in body.items() if name not in EACH_ITS_OWN}
        body["plan"] = {name: value for name, value in body["plan"].items() if name not in EACH_ITS_OWN}
    if isinstance(entry.event, FormChanged):
        # Each node puts what was changed into the form as it stands there, and two may change something at once.
        values = form.unseal(entry.event.form).values
        body = {**body, "form": {code: values[code] for code in entry.event.elements}}
    opened = replaced(body, is_seal, lambda seal: keys.unseal(Sealed(**seal)).decode())
    return json.dumps([entry.actor.rpartition(AT)[2], kind, version, opened], sort_keys=True)


def _told_of(document: DocumentIssued, entries: list[Recorded]) -> list[str]:
    """Return the act that a document tells of; some tell of an arrival, or of what another
    node wrote."""
    if document.kind in (DocumentKind.RECEIPT, DocumentKind.COMMITMENT, DocumentKind.DELIVERY):
        return []
    return [_named(one.event) for one in entries if one.seq == document.act]


def _named(event: kernel.Event) -> str:
    return f"{type(event).__name__} {getattr(event, 'case', '')}"


def _answers(entries: list[Recorded]) -> Iterator[str]:
    """Tell what this node was told of the acts it has asked of others: that they were done, or were refused."""
    for entry in entries:
        if isinstance(entry.event, ActRefused):
            yield entry.event.act
        elif SIGNED_IN_AT in entry.actor and type(entry.event) in EFFECTS:
            yield EFFECTS[type(entry.event)]
        elif SIGNED_IN_AT in entry.actor and isinstance(entry.event, MaterialsSupplied):
            # What comes with a promise that is taken back is told by that.
            yield from SUPPLIED.get(entry.event.cause, ())


# --- what the nodes do not agree upon ---------------------------------------------------------------------------------

ALIKE = ("cases", "closed", "form", "supplies", "happened")


def problems(told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Say of each application what the nodes that know it do not agree upon, what is missing, and what is too much."""
    for application in sorted({one for known in told.values() for one in known}):
        knows = {node: known[application] for node, known in told.items() if application in known}
        for fault in _faults(knows):
            yield f"application {application}: {fault}"


def _faults(knows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    cases = len(next(iter(knows.values()))["cases"])
    places = Counter(index for one in knows.values() for index in one["places"])
    for index in range(1, cases + 1):
        if places[index] != 1:
            yield f"case {index} is in {places[index]} places"
    for what in ALIKE:
        if len({json.dumps(one[what]) for one in knows.values()}) > 1:
            yield f"{what} differs: {_difference(what, knows)}"
    for node, one in knows.items():
        certified = {case[2] for case in one["cases"]} - {""}
        wanted = certified if one["handed in"] else set(one["needed"])
        if wanted - one["certificates"].keys():
            yield f"{node} does not have every certificate of {wanted}"
        for name, said in one["certificates"].items():
            if any(other["certificates"].get(name, said) != said for other in knows.values()):
                yield f"{node} has {name} otherwise than others"
        if one["asked"] and one["asked"] != one["answered"]:
            yield f"{node} asked {one['asked']}, and of that {one['answered']} was answered"
        for what in ("on their way", "more than once", "files missing"):
            if one[what]:
                yield f"{what} at {node}: {one[what]}"


def _difference(what: str, knows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return of what differs the part that not all have."""
    if what != "happened":
        return {node: one[what] for node, one in knows.items()}
    everywhere = set.intersection(*({tuple(each) for each in one[what]} for one in knows.values()))
    return {node: [each for each in one[what] if tuple(each) not in everywhere] for node, one in knows.items()}
