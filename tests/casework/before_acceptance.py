"""What happens between receipt and acceptance, done by the demo's people, for tests of actions and pages."""

from __future__ import annotations

import io
from typing import Any

from tests.casework.conftest import DAY, read
from tongban.casework import actions, drafts, form, supplies
from tongban.casework.actions import File, Wrong
from tongban.casework.actions.beats import catalogue_of
from tongban.domain.events import DemandKind, RefusalGround
from tongban.people.actor import Actor
from tongban.project import walk
from tongban.project.walk import HOLDER, at, one_page_pdf, who

MISSING = "M_PHOTO"
"""What the incomplete application lacks."""


def agent() -> Actor:
    return who("linxiao", acting_for=HOLDER, today=DAY)


def clerk() -> Actor:
    return who("liufang", today=DAY)


def file(content: str = "evidence") -> File:
    data = one_page_pdf(content)
    return File("材料.pdf", io.BytesIO(data), len(data))


def incomplete(house: walk.Walk) -> str:
    """Hand in everything but one material; return the application's id."""
    draft = house.draft()
    drafts.remove_upload(draft, MISSING, now=at(DAY, 9, 20))
    actions.submit(operation=f"i/{draft.id}", actor=agent(), draft=draft.id, now=at(DAY, 9, 30), incomplete=True)
    return draft.id


def lacking(application: str) -> tuple[Wrong, ...]:
    """What a clerk must demand of the incomplete application."""
    found = read(application)
    missing = supplies.lacking(catalogue_of(found), found, form.unseal(found.form))
    return tuple(
        Wrong(case, DemandKind.MATERIAL if code.startswith("M_") else DemandKind.ELEMENT, code)
        for case, codes in missing.items()
        for code in codes
    )


_OBJECTS = ("actor", "demands", "files")


def act(verb: str, application: str, **asked: Any) -> Any:
    """Let the applicant or the clerk act, whoever does this; `asked` replaces what the act asks by itself."""
    staff = verb in ("accept", "ask_correction", "correct_on_the_spot", "refuse")
    usual: dict[str, dict[str, Any]] = {
        "ask_correction": {"demands": ()},
        "answer_correction": {"files": {}, "values": {}, "explanations": {}},
        "correct_on_the_spot": {"files": {}, "values": {}},
        "refuse": {"ground": RefusalGround.NOT_NEEDED, "reason": "不需要取得许可", "right_body": ""},
        "withdraw": {"reason": ""},
        "supply_in_place": {"files": {}, "held": ()},
    }
    given = {
        "operation": f"{verb}/{[one for one in sorted(asked.items()) if one[0] not in _OBJECTS]}"[:120],
        "now": at(DAY, 10),
        **usual.get(verb, {}),
        **asked,
    }
    given.setdefault("actor", None)
    given["actor"] = given["actor"] or (clerk() if staff else agent())
    return getattr(actions, verb)(application=application, **given)
