"""A node that is trusted and has a part in an application says of it only what is its own to say.

Each attack is a message with good keys, in its form, from a node that knows the application.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tests.exchange.applied import BEIJING_TRANSPORT, custody, hand_in, read, sound
from tests.exchange.sovereigns import Federation
from tests.worlds import DAY
from tongban.catalogue import calendars
from tongban.domain import events
from tongban.domain.catalogue import Regime
from tongban.domain.custody import Custody
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    ApplicationClosed,
    ApplicationTakenIn,
    CasesReceived,
    CommitmentKind,
    CommitmentMade,
    DocumentIssued,
    IntakeCheck,
    MaterialsSupplied,
    SupplyCause,
)
from tongban.domain.identifiers import ApplicationNumber
from tongban.domain.offers import HandlingMode, ReceiptCounts
from tongban.domain.sealed import Sealed
from tongban.domain.trust import written
from tongban.exchange import actions
from tongban.exchange.cases import telling
from tongban.exchange.cases.types import ASKED, TOLD
from tongban.exchange.models import Stored, Wanted, Written
from tongban.project.walk import at

ACCOUNT = "account:019caca6-0000-7000-8000-000000000001"
FILE = {"digest": "ab" * 32, "size": 1, "kind": "application/pdf", "name": "a.pdf"}


def say(two: Federation, node: str, kind: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Let a node write whatever it likes to the other; return code and words of what that refused."""
    (to,) = two.nodes.keys() - {node}
    with two.at(node), transaction.atomic():
        id = f"00000000-0000-7000-8000-{len(two.sent):012x}"
        actions.write(to=to, id=id, type=kind, subject="application:x:1", body=body, now=two.now)
        Written.objects.filter(id=id).update(awaited=False)
    with two.at(to):
        before = set(Stored.objects.values_list("sequence", flat=True))
    two.deliver()
    with two.at(to):
        fresh = Stored.objects.exclude(sequence__in=before).filter(type=kind).exclude(refused_code="")
        return list(fresh.values_list("refused_code", "refused_words"))


def entry(event: events.Event, *, actor: str = "system") -> dict[str, Any]:
    kind, version, body = events.encode(event)
    return {"actor": actor, "type": kind, "version": version, "event": telling.replaced(body, telling.is_seal, _opened)}


def _opened(seal: Any) -> Any:
    return {"person": seal["person"], "opened": "e30"}


def paper(two: Federation, holder: str, body: str, *cases: int) -> DocumentIssued:
    return DocumentIssued(
        DocumentKind.DENIAL,
        "不予许可决定书",
        "京交〔2026〕1号",
        body,
        cases,
        1,
        two.now.date(),
        Sealed(holder, "x"),
        "ab" * 32,
        "s",
        "k",
        two.now,
    )


def test_nothing_is_told_of_an_application_that_is_not_the_tellers_to_say(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    found = read(two, "beijing", application)
    taken = ApplicationTakenIn(
        "tj-hall",
        "120000",
        HandlingMode.PROXY,
        ReceiptCounts.AT_INTAKE,
        "A-1",
        tuple(IntakeCheck),
        None,
        "assistance:1",
        ACCOUNT,
        two.now,
    )
    supplied = MaterialsSupplied(
        tuple(replace(one, reference="cd" * 32) for one in found.supplies[:1]), SupplyCause.CORRECTION, ACCOUNT, two.now
    )
    of_tianjin: dict[str, tuple[events.Event, dict[str, Any], str]] = {
        "it is closed": (ApplicationClosed(two.now), {}, "not_theirs"),
        "it was taken in otherwise": (taken, {}, "not_theirs"),
        "other materials for what it has handed over": (supplied, {}, "not_theirs"),
        "a paper of Beijing's authority": (paper(two, found.holder, BEIJING_TRANSPORT, 1), {}, "not_theirs"),
    }
    for name, (event, more, code) in of_tianjin.items():
        body = {"application": application, "entries": [entry(event)], "files": []} | more
        assert [one for one, _ in say(two, "tianjin", TOLD, body)] == [code], name

    unnamed = {"application": application, "entries": [], "files": [FILE]}
    assert [code for code, _ in say(two, "tianjin", TOLD, unnamed)] == ["not_readable"]
    strange = {"application": application, "entries": [entry(ApplicationClosed(two.now), actor="a\nb")], "files": []}
    assert [code for code, _ in say(two, "tianjin", TOLD, strange)] == ["not_readable"]

    act = {
        "application": application,
        "act": "withdraw",
        "cases": [1],
        "said": {"reason": ""},
        "by": ACCOUNT,
        "at": written(two.now),
        "places": {},
        "files": [],
    }
    assert [code for code, _ in say(two, "beijing", ASKED, act)] == ["not_theirs"], "it decides, and did not take it in"
    for by in ("hebei/account:1", "system", "account:1 for account:2", "account:1@hebei"):
        assert [code for code, _ in say(two, "tianjin", ASKED, act | {"by": by})] == ["not_readable"], by
    assert [code for code, _ in say(two, "tianjin", ASKED, act | {"files": [FILE]})] == ["not_readable"]

    assert read(two, "beijing", application) == found
    with two.at("beijing"):
        assert not Wanted.objects.filter(digest=FILE["digest"]).exists()
    sound(two)


def numbered_by_beijing(entries: list[dict[str, Any]]) -> None:
    """It would stand in the way of whoever applies in Beijing."""
    number = ApplicationNumber.parse(entries[0]["event"]["number"])
    entries[0]["event"]["number"] = str(replace(number, region="110000"))


def decided_on_the_spot(entries: list[dict[str, Any]]) -> None:
    entries[0]["event"]["plan"]["cases"][0]["regime"] = Regime.INSTANT.value


def at_another_desk(entries: list[dict[str, Any]]) -> None:
    entries[0]["event"]["plan"]["cases"][0]["deciding_desk"] = "另一个岗位"


def received_long_ago(entries: list[dict[str, Any]]) -> None:
    """The department would have been silent for weeks."""
    long_ago = DAY - timedelta(days=30)
    event = CasesReceived((1,), long_ago, long_ago + timedelta(days=7), False, calendars.load().version, at(DAY, 9))
    entries.append(entry(event))


def committed(entries: list[dict[str, Any]]) -> None:
    entries.append(entry(CommitmentMade(1, CommitmentKind.LICENCE, (), ACCOUNT, "s", "k", at(DAY, 9))))


SPOILT = {
    numbered_by_beijing: "not_ours",
    decided_on_the_spot: "standard_differs",
    at_another_desk: "standard_differs",
    received_long_ago: "not_theirs",
    committed: "commitment_not_allowed",
}


def test_what_is_handed_over_is_what_this_node_would_have_made_of_it(
    two: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine: Callable[[Any], list[dict[str, Any]]] = telling._opened
    for spoil, code in SPOILT.items():

        def spoilt(entries: Any, spoil: Callable[..., None] = spoil) -> list[dict[str, Any]]:
            found = genuine(entries)
            if found and found[0]["type"] == "ApplicationSubmitted":
                spoil(found)
            return found

        monkeypatch.setattr(telling, "_opened", spoilt)
        application = hand_in(two)
        two.deliver()

        assert custody(two, application) == {"tianjin": Custody.HERE, "beijing": None}, spoil.__name__
        with two.at("beijing"):
            refused = Stored.objects.exclude(refused_code="").latest("sequence")
            assert (refused.refused_code, refused.refused_words[-1]) == (code, "。"), spoil.__name__
