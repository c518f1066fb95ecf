"""A stand-in acts at another's desk: under his own name, bound by his own eyes, and the journal tells for whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.casework.conftest import DAY, REGISTRAR, also_review, conclude, read
from tests.soundness import demand_sound
from tongban.casework import actions, storage
from tongban.casework.models import Application
from tongban.domain.events import Verdict
from tongban.journal import queries as journal
from tongban.people import actions as people
from tongban.people.models import Account
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import at, who
from tongban.web import clock

LEGAL = "weidong"
"""A reviewer of another desk in the same department."""


def stand_in(account: str, absent: str) -> None:
    """Let somebody stand in for another from the demo's day on."""
    people.name_stand_in(
        operation=f"{account} for {absent}",
        actor=who(absent, today=DAY),
        absent=who(absent, today=DAY).id,
        account=who(account, today=DAY).id,
        valid_from=DAY,
        valid_until=DAY + timedelta(days=30),
        now=at(DAY, 8),
    )


def signers(application: str) -> dict[str, set[str]]:
    """Return by kind of event as whom it was journalled."""
    found: dict[str, set[str]] = {}
    for entry in journal.entries(storage.stream_of(application)):
        found.setdefault(type(entry.event).__name__, set()).add(entry.actor)
    return found


def test_the_journal_tells_who_acted_and_for_whom(accepted: str) -> None:
    stand_in(LEGAL, REGISTRAR)
    wei, zhao = who(LEGAL, today=DAY), who(REGISTRAR, today=DAY)

    answer = conclude(accepted, 1, by=LEGAL)

    assert answer["decided"] == [1]
    told = signers(accepted)
    assert told["DecisionSigned"] == {f"{wei.id} for {zhao.id}"}
    assert read(accepted).case(1).conclusion.by == wei.id  # type: ignore[union-attr]
    demand_sound()


def test_what_ones_own_desk_allows_is_done_for_nobody(accepted: str) -> None:
    stand_in("chenbin", "chuxin")

    actions.give_opinion(
        operation="own",
        actor=who("chenbin", today=DAY),
        application=accepted,
        case=3,
        desk="船舶监督岗",
        verdict=Verdict.AGREE,
        reason="",
        now=at(DAY, 11),
    )

    assert signers(accepted)["OpinionGiven"] == {who("chenbin", today=DAY).id}


def test_a_stand_in_accepts_and_then_does_not_decide(confirmed: str) -> None:
    """A clerk and a reviewer of one place: whoever accepted, in whatever duty, leaves the decision to others."""
    stand_in(REGISTRAR, "liufang")
    zhao, liu = who(REGISTRAR, today=DAY), who("liufang", today=DAY)

    actions.accept(operation="a", actor=zhao, application=confirmed, now=at(DAY, 10))

    assert signers(confirmed)["CaseAccepted"] == {f"{zhao.id} for {liu.id}"}
    with pytest.raises(NotAllowed, match="受理这个办件的人不能再作决定"):
        conclude(confirmed, 1, by=REGISTRAR)
    assert conclude(confirmed, 1, by="qianying")["case"] == 1


def test_an_applicants_duty_is_biased_whoever_does_it(house: walk.Walk, accepted: str) -> None:
    """The agent who handed in is a reviewer too: his stand-in does not decide in his place."""
    also_review("linxiao")
    stand_in(LEGAL, "linxiao")

    with pytest.raises(NotAllowed, match="您应当回避"):
        conclude(accepted, 1, by=LEGAL)


def test_the_timeline_names_both(client: Client, accepted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(LEGAL, REGISTRAR)
    conclude(accepted, 1, by=LEGAL)
    monkeypatch.setattr(clock, "now", lambda: at(DAY, 16))
    client.force_login(Account.objects.get(username="hanlei"))
    number = Application.objects.get(pk=accepted).number

    with translation.override("zh-hans"):
        page = client.get(reverse("casework:task", args=[number, 1])).content.decode()

    assert "卫东（代赵磊）" in re.sub(r"<[^>]+>", "", page)


def test_when_it_is_over_the_desk_is_closed_again(accepted: str) -> None:
    stand_in(LEGAL, REGISTRAR)
    later = who(LEGAL, today=DAY + timedelta(days=30))

    with pytest.raises(NotAllowed, match="您不在“船舶登记岗”岗位上"):
        conclude(accepted, 1, actor=later)
