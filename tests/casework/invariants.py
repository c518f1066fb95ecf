"""What must hold in rows and journal after each step of a history through the shell, whatever the step was.

The invariants of an application itself are the kernel's (`tests/domain/invariants.py`), asked of the value that the
rows give. Numbers are those of the design.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence

from django.db import DatabaseError, transaction

from tests.casework.histories import Drafted, History, Kept
from tests.domain import invariants as kernel
from tongban.casework import draws, storage
from tongban.casework.documents import issuing
from tongban.casework.prereview import storage as prereviews
from tongban.catalogue import calendars
from tongban.certificates import queries as certificates
from tongban.certificates import storage as register
from tongban.domain import draw, ends, prereview
from tongban.domain.application import Application, fold
from tongban.domain.certificate import Status
from tongban.domain.documents.occasions import occasions
from tongban.domain.events import (
    SYSTEM,
    CaseAccepted,
    CaseDecided,
    CaseLapsed,
    CertificateFateTold,
    ConclusionReturned,
    ConsentDeemed,
    CorrectionAsked,
    DaysProjected,
    DeferralLapsed,
    DeferralReminded,
    LapseCause,
    Outcome,
    SpotCheckDrawn,
    SupervisionOpened,
    SupervisionRule,
    VerificationDrawn,
    decode,
)
from tongban.domain.materials import Basis, SupplySource
from tongban.domain.procedures import EXCLUDED_TIME_ARTICLE
from tongban.domain.times import ANSWER_ARTICLE
from tongban.domain.watch import HEARING_ARTICLE, LIMIT_ARTICLE
from tongban.journal import chain
from tongban.journal import queries as journal
from tongban.journal import storage as journal_storage
from tongban.journal.models import Entry
from tongban.journal.outbox import Errand
from tongban.journal.queries import Recorded

BY_ITSELF = CaseLapsed | DeferralLapsed | ConsentDeemed | SupervisionOpened | DeferralReminded
"""What happens by rule alone, when the watcher comes."""
OF_THE_SYSTEM = (
    BY_ITSELF | CertificateFateTold | ConclusionReturned | DaysProjected | SpotCheckDrawn | VerificationDrawn
)
BASES = {
    SupplySource.UPLOAD: {Basis.GIVEN},
    SupplySource.REGISTRY: {Basis.DUTY},
    SupplySource.CERTIFICATE: {Basis.DUTY, Basis.CONSENT},
    SupplySource.COMMITMENT: {Basis.COMMITMENT},
}


# --- the journal ------------------------------------------------------------------------------------------------------


def appended(history: History, stream: str, *, after: int, head: str) -> tuple[list[Recorded], str]:
    """Return what a stream tells beyond an entry, chained to it and with nobody's words in clear (14), and its head."""
    found = []
    for entry in Entry.objects.filter(stream_id=stream, seq__gt=after).order_by("seq"):
        after += 1
        assert entry.seq == after
        head = chain.link(
            head,
            stream=stream,
            seq=entry.seq,
            type=entry.type,
            version=entry.version,
            at=entry.at,
            actor=entry.actor,
            operation=entry.operation,
            body=entry.body,
        )
        assert head == entry.hash, f"{stream}#{entry.seq} is not chained"
        shown = [secret for secret in history.house.secrets if secret in entry.body]
        assert not shown, f"{stream}#{entry.seq} {entry.type} shows {shown}"
        event = decode(entry.type, entry.version, json.loads(entry.body))
        found.append(Recorded(stream, entry.seq, entry.at, entry.actor, event))
    return found, head


def catch_up(history: History, kept: Kept) -> list[Recorded]:
    """Take over what was appended to an application; its rows are what the entries add up to (1)."""
    fresh, kept.head = appended(history, kept.stream, after=kept.seq, head=kept.head)
    folded = fold((entry.event for entry in fresh), onto=kept.current if kept.seq else None)
    kept.seq += len(fresh)
    kept.log += fresh
    rows = storage.read(kept.current.id)
    assert rows == folded, f"rows of {kept.stream} are not what its entries add up to"
    before, kept.current = kept.current, folded
    if fresh and any(isinstance(entry.event, occasions()) for entry in fresh):
        kept.waiting.append(Errand(kept.stream, fresh[0].seq, fresh[-1].seq, issuing.SUBJECT))
    for entry in fresh:
        who_did_it(entry, kept)
    of_rows(history, kept, before)
    asked_once(kept, before, fresh)
    return fresh


def catch_up_with_draft(history: History, one: Drafted) -> None:
    """Take over what was appended to the pre-review of a draft; its rows are what the entries add up to (1)."""
    fresh, one.head = appended(history, one.stream, after=one.seq, head=one.head)
    one.seq += len(fresh)
    folded = prereview.fold((entry.event for entry in fresh), onto=one.asked)
    assert prereviews.read(one.id) == folded
    one.asked = folded


def held_as_told(history: History, identifier: str) -> None:
    """A draw stands in its row as it was journalled, and whoever draws again gets the same."""
    ((entry,), _) = appended(history, draws.stream_of(identifier), after=0, head=chain.GENESIS)
    held = draws.read(identifier)
    assert held == entry.event
    assert held is not None and draw.recomputed(held)
    assert draws.wrong_with(held) == ""


def who_did_it(entry: Recorded, kept: Kept) -> None:
    """What happens by rule is the system's, by the article that says so (8); everything else its actor's."""
    event, law = entry.event, kept.rules
    match event:
        case CaseLapsed():
            by_cause = {
                LapseCause.CORRECTION: law.correction_source,
                LapseCause.CONFIRMATION: law.confirmation_source,
                LapseCause.DEFERRAL: law.deferral_source,
            }
            assert event.article == by_cause[event.cause].reference
        case DeferralLapsed():
            assert event.article == law.deferral_source.reference
        case ConsentDeemed():
            assert event.article and event.article == kept.consents[event.case]
        case SupervisionOpened():
            assert event.article == SUPERVISED[event.rule]
    by = getattr(event, "by", None)
    released = isinstance(event, CaseDecided) and event.released_by == SYSTEM
    if isinstance(event, OF_THE_SYSTEM) or released or by == SYSTEM:
        assert entry.actor == SYSTEM
    elif by is not None:
        assert entry.actor == by
    if isinstance(event, CaseAccepted) and event.by == SYSTEM:
        assert kept.current.case(event.case).matter_type == "licence"


SUPERVISED = {
    SupervisionRule.ANSWER_OVERDUE: ANSWER_ARTICLE,
    SupervisionRule.DECISION_OVERDUE: LIMIT_ARTICLE,
    SupervisionRule.HEARING_OVERDUE: HEARING_ARTICLE,
    SupervisionRule.VERIFICATION_OVERDUE: "",
    SupervisionRule.ORDER_OVERDUE: "",
    SupervisionRule.PROCEDURE_OVERDUE: EXCLUDED_TIME_ARTICLE,
    SupervisionRule.SPOT_CHECK_OVERDUE: "",
    SupervisionRule.SPOT_CHECK_FAILED: "",
}
"""The article of each; none where a region's composed rule is behind it."""


# --- the value that rows give -----------------------------------------------------------------------------------------


def of_rows(history: History, kept: Kept, before: Application) -> None:
    """Assert what must hold of an application as it stands, and what it may never lose."""
    application = kept.current
    kernel.of(application, history.house.calendars)
    kernel.nothing_moves_by_itself_twice(
        application,
        rules=kept.rules,
        calendar=calendars.load(),
        consents=kept.consents,
        today=history.today,
        at=history.now,
    )
    keeps_its_versions(before, application)


def asked_once(kept: Kept, before: Application, fresh: Sequence[Recorded]) -> None:
    """One ask for each material and subject, a basis for each supply, and nothing demanded that is there (4)."""
    asked = [(ask.material, ask.about, ask.subject) for ask in kept.plan.asks]
    assert len(asked) == len(set(asked))
    assert all(supply.basis in BASES[supply.source] for supply in kept.current.supplies)
    there = {supply.material for supply in before.supplies}
    there -= {doubt.material for case in before.cases for doubt in case.doubts}
    for entry in fresh:
        if isinstance(entry.event, CorrectionAsked):
            demanded = [(demand.case, demand.kind, demand.target) for demand in entry.event.demands]
            assert len(demanded) == len(set(demanded))
            assert there.isdisjoint(demand.target for demand in entry.event.demands if demand.text is None)


def keeps_its_versions(before: Application, after: Application) -> None:
    """A case keeps the version of the standard it began with (9)."""
    assert (after.bundle, after.bundle_version) == (before.bundle, before.bundle_version)
    for case, was in zip(after.cases, before.cases, strict=True):
        versions = (case.matter, case.standard_version, case.implementation_version)
        assert versions == (was.matter, was.standard_version, was.implementation_version)


# --- what a refusal and a repeat leave --------------------------------------------------------------------------------


def positions(history: History) -> dict[str, int]:
    """Return how many entries each stream of the history has; one statement."""
    return journal.positions(list(known(history)))


def known(history: History) -> dict[str, int]:
    """Return how many entries were seen of each stream that has any."""
    streams = {kept.stream: kept.seq for kept in history.kept}
    streams |= {one.stream: one.seq for one in history.drafts if one.seq}
    return streams


def nothing_happened(history: History, *, actor: str = "", operation: str = "", about: int = -1) -> None:
    """Nothing was appended, no row moved, and the operation may be tried again."""
    assert positions(history) == known(history)
    assert not operation or not journal_storage.operation_exists(actor, operation)
    if about >= 0:
        kept = history.kept[about]
        assert storage.read(kept.current.id) == kept.current


# --- at the end of a history ------------------------------------------------------------------------------------------


def at_the_end(history: History) -> None:
    """Assert what is too dear for each step: whole streams, certificates, and that nothing can be unwritten (2)."""
    for kept in history.kept:
        recorded = journal.entries(kept.stream)
        assert recorded == kept.log
        assert fold(entry.event for entry in recorded) == storage.read(kept.current.id)
        certificates_follow_decisions(kept.current, ended=history.ended)
    if history.kept:
        cannot_be_unwritten(history.kept[0].stream)


def certificates_follow_decisions(application: Application, *, ended: Collection[str]) -> None:
    """Every approval has its certificate, annulled when it was revoked, else in force until its authority ends it; and
    nothing else has one (5).
    """
    for case in application.cases:
        assert bool(case.certificate) == (case.outcome is Outcome.APPROVED and bool(case.yields))
        if case.certificate:
            status = certificates.find(identifier=case.certificate).status
            undone = Status.ANNULLED if case.revoked else Status.IN_FORCE
            assert status is (Status.CANCELLED if case.certificate in ended else undone)
            assert standing_equals_replay(case.certificate)


def standing_equals_replay(certificate: str) -> bool:
    """The register says what the acts upon a certificate add up to (1)."""
    stream = register.stream_of(certificate)
    return register.read_standing(stream) == ends.fold(entry.event for entry in journal.entries(stream))


def cannot_be_unwritten(stream: str) -> None:
    entries = Entry.objects.filter(stream_id=stream)
    acts: Sequence[Callable[[], object]] = (lambda: entries.update(body="{}"), lambda: entries.delete())
    for act in acts:
        try:
            with transaction.atomic():
                act()
        except DatabaseError:
            continue
        raise AssertionError(f"{stream} was written anew")
