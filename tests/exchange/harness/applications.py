"""Applications that are handed in in one region and decided in another, while everything goes wrong.

In Tianjin a haulier applies for what Beijing decides, and asks for it back now and then; in Beijing a clerk accepts it
or hands it back, and a reviewer concludes. All is done by the real actions upon the world `offered`.
"""

from __future__ import annotations

import io
import json
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.casework import actions, drafts, storage
from tongban.casework.actions import forwarding
from tongban.casework.models import Application as Row
from tongban.domain.application import Application, CaseState
from tongban.domain.custody import Custody
from tongban.domain.elements import needed
from tongban.domain.events import TRAVEL, Outcome, Verdict
from tongban.journal import queries as journal
from tongban.project import travelling
from tongban.project.walk import one_page_pdf, who
from tongban.web import clock

WORLD = "offered"
APPLIES, DECIDES, BODY, MATTER = "tianjin", "beijing", "11110000MA0TB1030C", "TB-075"
RECALLED_SHARE, RETURNED_SHARE = 0.15, 0.1
ONLY_HERE = frozenset(kind.__name__ for kind in TRAVEL)
"""What each node notes of its own of how a case travels."""


def act(dice: random.Random, most: int) -> None:
    """Do one thing that the people of this node do with applications; at most so many are handed in. Raises Refused."""
    if settings.NODE == APPLIES:
        _apply(dice, most)
    if settings.NODE != DECIDES:
        return
    if (found := _somewhere(dice, CaseState.SUBMITTED)) is not None:
        _take_in(dice, found)
    elif (found := _somewhere(dice, CaseState.ACCEPTED)) is not None:
        _decide(found)


def _apply(dice: random.Random, most: int) -> None:
    if Row.objects.count() < most:
        _hand_in()
    elif dice.random() < RECALLED_SHARE:
        _recall(dice)


def _hand_in() -> None:
    now, today = clock.now(), clock.today()
    actor = who("dengyue", acting_for=travelling.HOLDER, today=today)
    draft = drafts.start_alone(actor=actor, matter=MATTER, by=BODY, now=now)
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft)
    asked = needed(catalogue, [case.matter for case in planned.cases])
    drafts.fill(draft, {one.code: one.example for one in asked}, today=today, now=now)
    for material in {ask.material for ask in planned.asks}:
        content = one_page_pdf(material)
        drafts.upload(draft, material, name="a.pdf", stream=io.BytesIO(content), size=len(content), now=now)
    actions.submit(operation=_operation(), actor=actor, draft=draft.id, now=now)


def _recall(dice: random.Random) -> None:
    """Ask for one back that was sent off; it may be decided by then."""
    found = dice.choice(list(Row.objects.order_by("id").values_list("id", flat=True)))
    actor = who("dengyue", acting_for=travelling.HOLDER, today=clock.today())
    forwarding.recall(operation=_operation(), actor=actor, application=found, cases=(1,), now=clock.now())


def _take_in(dice: random.Random, application: str) -> None:
    clerk, now = who("shilei", today=clock.today()), clock.now()
    if dice.random() < RETURNED_SHARE:
        forwarding.hand_back(
            operation=_operation(), actor=clerk, application=application, cases=(1,), reason="请补正。", now=now
        )
        return
    actions.accept(operation=_operation(), actor=clerk, application=application, now=now)


def _decide(application: str) -> None:
    reviewer, now = who("caoying", today=clock.today()), clock.now()
    found = _read(application)
    for desk in found.case(1).missing_opinions:
        actions.give_opinion(
            operation=_operation(),
            actor=reviewer,
            application=application,
            case=1,
            desk=desk,
            verdict=Verdict.AGREE,
            reason="",
            now=now,
        )
    actions.conclude(
        operation=_operation(),
        actor=reviewer,
        application=application,
        case=1,
        desk=found.case(1).deciding_desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=now,
    )


def _somewhere(dice: random.Random, state: CaseState) -> str | None:
    """An application whose case is here and in that state."""
    found = [one for one in _all() if _custody(_read(one)) is Custody.HERE and _read(one).case(1).state is state]
    return dice.choice(found) if found else None


def _all() -> list[str]:
    return list(Row.objects.order_by("id").values_list("id", flat=True))


def _read(application: str) -> Application:
    found = storage.read(application)
    assert found is not None
    return found


def _custody(application: Application) -> Custody:
    holding = application.case(1).holding
    return holding.custody if holding else Custody.HERE


def _operation() -> str:
    return f"harness/{uuid.uuid4()}"


# --- afterwards -------------------------------------------------------------------------------------------------------


def tell(file: str) -> None:
    """Write down what this node knows of each application, in a process of its own."""
    Path(file).write_text(json.dumps({one: _known(one) for one in _all()}), encoding="utf-8")


def _known(application: str) -> dict[str, Any]:
    found = _read(application)
    case = found.case(1)
    entries = journal.entries(storage.stream_of(application))
    happened = [type(one.event).__name__ for one in entries if type(one.event).__name__ not in ONLY_HERE]
    return {
        "custody": _custody(found).value,
        "state": case.state.value,
        "certificate": case.certificate,
        "happened": sorted(Counter(happened).items()),
    }


def problems(told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Say of each application what the nodes that know it do not agree upon, and what happened more than once."""
    for application in sorted({one for known in told.values() for one in known}):
        knows = {node: known[application] for node, known in told.items() if application in known}
        places = [node for node, one in knows.items() if one["custody"] == Custody.HERE]
        if len(places) != 1:
            yield f"application {application} is in {len(places)} places"
        for what in ("state", "certificate", "happened"):
            if len({json.dumps(one[what]) for one in knows.values()}) > 1:
                yield f"application {application}: {what} differs: {knows}"
        for node, one in knows.items():
            once = dict(one["happened"])
            if any(once.get(event, 0) > 1 for event in ("ApplicationSubmitted", "CaseAccepted", "CaseDecided")):
                yield f"application {application} at {node}: {once}"
