"""The steps at a window, as the clerk and the applicant take them."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from tests.worlds import DAY
from tongban.casework import drafts
from tongban.casework.models import Draft
from tongban.counter import actions, storage
from tongban.domain.assistance import Assistance
from tongban.domain.elements import needed
from tongban.domain.events import IntakeCheck, Way
from tongban.domain.identifiers import DocumentType
from tongban.people.actor import Actor
from tongban.project import travelling
from tongban.project.walk import one_page_pdf, who

HALL = "cfd-hall"
MATTER = "TB-075"
BODY = "11110000MA0TB1030C"
NUMBER = "120116199005123013"
PIN = "395817"


def operation() -> str:
    return str(uuid4())


def clerk(username: str = "liufang") -> Actor:
    return who(username, today=DAY)


def agent() -> Actor:
    return who("luoyi", acting_for=travelling.HOLDER, today=DAY)


def begin(now: datetime, *, by: Actor | None = None, **changes: Any) -> str:
    asked = {
        "hall": HALL,
        "bundle": MATTER,
        "body": BODY,
        "document_type": DocumentType.RESIDENT_ID,
        "number": NUMBER,
        "organisation": travelling.HOLDER,
    }
    return str(actions.begin(operation=operation(), actor=by or clerk(), now=now, **asked | changes)["assistance"])


def allow(id: str, now: datetime, *, by: Actor | None = None) -> None:
    actions.allow(operation=operation(), actor=by or agent(), assistance=id, way=Way.SCAN, now=now)


def begun_and_allowed(now: datetime) -> str:
    id = begin(now)
    allow(id, now)
    return id


def read(id: str) -> Assistance:
    found = storage.read(id)
    assert found is not None
    return found


def draft_of(id: str) -> Draft:
    return Draft.objects.get(pk=read(id).draft)


def fill_in(id: str, now: datetime) -> None:
    """Fill in everything that nobody else tells."""
    draft = draft_of(id)
    catalogue, _bundle = drafts.of_bundle(draft)
    asked = needed(catalogue, [case.matter for case in drafts.derive(draft).cases])
    assert not drafts.fill(draft, {one.code: one.example for one in asked}, today=DAY, now=now)
    for material in ("T_FORM_075", "T_SAFETYRULES", "T_DRIVERS"):
        content = one_page_pdf(material)
        drafts.upload(draft, material, name="a.pdf", stream=io.BytesIO(content), size=len(content), now=now)


def check(id: str, now: datetime, checked: Collection[IntakeCheck] = tuple(IntakeCheck), **changes: Any) -> None:
    asked: dict[str, Any] = {"actor": clerk(), "remark": "", "revision": draft_of(id).revision}
    actions.check(operation=operation(), assistance=id, checked=frozenset(checked), now=now, **asked | changes)


def sign(id: str, now: datetime, **changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"operation": operation(), "actor": agent(), "seen": draft_of(id).revision}
    return actions.hand_in(assistance=id, way=Way.PIN, now=now, **asked | changes)


def taken_in(now: datetime) -> str:
    """Go all the way; return the number of the application."""
    id = begun_and_allowed(now)
    fill_in(id, now)
    check(id, now)
    return str(sign(id, now)["number"])
