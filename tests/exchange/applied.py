"""Applications that are handed in at one sovereign node and decided at another: make, decide and compare them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from django.db import transaction

from tests.catalogue.regions_sign import operation
from tests.exchange.sovereigns import Federation
from tests.soundness import demand_sound
from tests.worlds import DAY
from tongban.casework import actions, drafts, storage, underway
from tongban.casework.models import Draft
from tongban.domain.application import Application
from tongban.domain.custody import Custody
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.elements import needed
from tongban.domain.events import (
    AskedAct,
    DocumentIssued,
    Outcome,
    Verdict,
)
from tongban.exchange import queries
from tongban.exchange.actions import write
from tongban.exchange.inbox import GREETING
from tongban.journal import queries as journal
from tongban.project import travelling
from tongban.project.walk import one_page_pdf, who

BEIJING_TRANSPORT = "11110000MA0TB1030C"
MATTER = "TB-075"
STAFF = {"beijing": ("shilei", "caoying"), "tianjin": ("mengjia", "hening"), "hebei": ("baixue", "tianye")}
"""Clerk and reviewer of each node."""


def holder() -> Any:
    return who("dengyue", acting_for=travelling.HOLDER, today=DAY)


def hand_in(two: Federation, bundle: str = "", *, at: str = "tianjin", later: str = "", promised: str = "") -> str:
    """Apply for a bundle, or alone for what Beijing decides; return the application."""
    with two.at(at):
        actor = holder()
        if bundle:
            draft = drafts.start(actor=actor, bundle=bundle, now=two.now)
        else:
            draft = drafts.start_alone(actor=actor, matter=MATTER, by=BEIJING_TRANSPORT, now=two.now)
        fill_in(draft, two.now, later=later, promised=promised)
        answer = actions.submit(operation=operation(), actor=actor, draft=draft.id, now=two.now)
    return str(answer["application"])


def fill_in(draft: Draft, now: datetime, *, later: str = "", promised: str = "") -> None:
    """Fill in what is asked, and upload every material but one that is to follow or for which a promise stands."""
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft)
    wanted = needed(catalogue, [case.matter for case in planned.cases])
    assert not drafts.fill(draft, {one.code: one.example for one in wanted}, today=DAY, now=now)
    if later:
        drafts.defer(draft, later, now=now)
    if promised:
        drafts.commit(draft, promised, now=now)
    for material in {ask.material for ask in planned.asks} - {later, promised}:
        content = one_page_pdf(material)
        drafts.upload(draft, material, name="a.pdf", stream=io.BytesIO(content), size=len(content), now=now)


def read(two: Federation, node: str, application: str) -> Application:
    with two.at(node):
        found = storage.read(application)
        assert found is not None
        return found


def custody(two: Federation, application: str) -> dict[str, Custody | None]:
    found = {}
    for node in two.nodes:
        with two.at(node):
            known = storage.read(application)
        holding = known.cases[0].holding if known else None
        found[node] = holding.custody if holding else (Custody.HERE if known else None)
    return found


def sound(two: Federation) -> None:
    """Both journals are whole, rows are their fold, and nothing was refused or stands still."""
    for node in two.nodes:
        with two.at(node):
            demand_sound()
            assert [(one.stopped, one.failure) for one in queries.standings()] == [("", "")] * (len(two.nodes) - 1)


def same(two: Federation, application: str) -> None:
    """Every node reads the same of it, but for who holds it."""
    found = [read(two, node, application) for node in two.nodes]
    assert len({(one.number, one.closed_at, one.submitted_at) for one in found}) == 1
    for case, *others in zip(*(one.cases for one in found), strict=True):
        for other in others:
            for name in ("state", "accepted_on", "promised_due_on", "statutory_due_on", "received_on", "outcome"):
                assert getattr(case, name) == getattr(other, name), name


def happened(two: Federation, node: str, application: str, kind: type[Any]) -> list[Any]:
    """Return the events of a kind that a node has of an application."""
    with two.at(node):
        return [one.event for one in journal.entries(storage.stream_of(application)) if isinstance(one.event, kind)]


def acts(two: Federation, node: str, application: str) -> dict[str, str]:
    """Return by title of each document what it tells of, but for the receipt: it tells of what only one node has."""
    with two.at(node):
        entries = {one.seq: one.event for one in journal.entries(storage.stream_of(application))}
    issued = [one for one in entries.values() if isinstance(one, DocumentIssued)]
    later = [one for one in issued if one.kind is not DocumentKind.RECEIPT]
    return {one.title: type(entries[one.act]).__name__ for one in later}


def on_its_way(two: Federation, application: str) -> list[AskedAct]:
    """Return what of the applicant's acts Tianjin believes to be on its way to Beijing."""
    with two.at("tianjin"):
        found = storage.read(application)
        assert found is not None
        return [one.act for one in underway.of(found, found.cases).asked]


def decide(two: Federation, application: str, *, at: str = "beijing", case: int = 1) -> None:
    """Let a node accept and approve its case."""
    with two.at(at):
        clerk, reviewer = (who(name, today=DAY) for name in STAFF[at])
        one = {"application": application, "now": two.now}
        actions.accept(operation=operation(), actor=clerk, **one)
        found = storage.read(application)
        assert found is not None
        one |= {"actor": reviewer, "case": case}
        for desk in found.case(case).missing_opinions:
            actions.give_opinion(operation=operation(), desk=desk, verdict=Verdict.AGREE, reason="", **one)
        desk = found.case(case).deciding_desk
        approved = {"outcome": Outcome.APPROVED, "reason": "", "determined": {}}
        actions.conclude(operation=operation(), desk=desk, **approved, **one)


def greet(two: Federation) -> None:
    """Let Tianjin say anything at all."""
    with two.at("tianjin"), transaction.atomic():
        id = f"00000000-0000-7000-8000-{two.now:%m%d%H%M%S}00"
        write(to="beijing", id=id, type=GREETING, subject="node", body={}, now=two.now)
