"""Who answers on the last day where he applied is in time, however long his answer travels; who does not, lapses."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.test_apply_pages import sign_in
from tests.catalogue.regions_sign import operation
from tests.exchange.applied import greet, hand_in, holder, on_its_way, read, same, sound
from tests.exchange.sovereigns import Federation
from tests.worlds import DAY
from tongban.casework import actions
from tongban.casework.actions import File, Wrong, watch
from tongban.casework.storage import stream_of
from tongban.domain.application import CaseState
from tongban.domain.clock import day_of
from tongban.domain.events import ActRefused, DemandKind, LapseCause
from tongban.files import actions as files
from tongban.journal import queries as journal
from tongban.project.walk import at, one_page_pdf, who


@pytest.fixture
def correcting(two: Federation) -> tuple[str, str]:
    """An application handed in in Tianjin, of which Beijing wants a material anew; with that material."""
    application = hand_in(two)
    two.deliver()
    material = read(two, "beijing", application).supplies[0].material
    with two.at("beijing"):
        actions.ask_correction(
            operation=operation(),
            actor=who("shilei", today=DAY),
            application=application,
            demands=(Wrong(1, DemandKind.MATERIAL, material, "看不清，请重新提交。"),),
            now=two.now,
        )
    two.deliver()
    return application, material


def last_day(two: Federation, application: str) -> date:
    (notice,) = read(two, "tianjin", application).notices
    return notice.answer_due_on


def answer(two: Federation, correcting: tuple[str, str]) -> None:
    application, material = correcting
    content = one_page_pdf("better")
    with two.at("tianjin"):
        actions.answer_correction(
            operation=operation(),
            actor=holder(),
            application=application,
            files={material: File("b.pdf", io.BytesIO(content), len(content))},
            values={},
            explanations={},
            now=two.now,
        )


def watched(two: Federation, application: str, *, case: int = 1) -> CaseState:
    """Let Beijing's watcher look twice; return how the case stands there then."""
    with two.at("beijing"):
        watch.fall_due(now=two.now)
        watch.fall_due(now=two.now)
    return read(two, "beijing", application).case(case).state


def test_an_answer_of_the_last_day_counts_however_late_it_comes(two: Federation, correcting: tuple[str, str]) -> None:
    application, last = correcting[0], last_day(two, correcting[0])
    two.nodes["beijing"].away = True
    two.now = at(last, 23, 59)
    answer(two, correcting)
    # Even the worker of Tianjin comes to it only then: an answer counts as of when it was given.
    two.now = at(last + timedelta(days=4), 9)
    two.deliver()

    assert watched(two, application) is CaseState.CORRECTING

    two.nodes["beijing"].away = False
    two.now += timedelta(minutes=10)
    two.deliver()
    there = read(two, "beijing", application).case(1)
    assert there.state is CaseState.SUBMITTED
    # The offer lets receipt count from arrival: the department's days begin when it has the answer.
    assert there.received_on == day_of(two.now) > last
    assert watched(two, application) is CaseState.SUBMITTED
    same(two, application)
    sound(two)


def test_who_does_not_answer_lapses_once_his_node_has_spoken_which_dates_nothing_back_then(
    two: Federation, correcting: tuple[str, str]
) -> None:
    application, last = correcting[0], last_day(two, correcting[0])
    two.now = at(last + timedelta(days=1), 0, 30)
    greet(two)
    two.deliver()
    assert watched(two, application) is CaseState.CORRECTING, "its worker has an hour"

    two.now = at(last + timedelta(days=1), 9)
    greet(two)
    two.deliver()
    two.now = at(last, 12)
    answer(two, correcting)
    two.now = at(last + timedelta(days=1), 9, 5)
    two.deliver()
    assert read(two, "beijing", application).case(1).state is CaseState.CORRECTING
    with two.at("tianjin"):
        told = [entry.event for entry in journal.entries(stream_of(application))]
    (refused,) = [event for event in told if isinstance(event, ActRefused)]
    assert "补正期限" in refused.words

    assert watched(two, application) is CaseState.LAPSED
    two.deliver()
    for node in two.nodes:
        lapse = read(two, node, application).case(1).lapse
        assert lapse is not None and lapse.cause is LapseCause.CORRECTION
    same(two, application)
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_what_was_to_follow_is_handed_in_where_he_applied_and_is_in_time_too(two: Federation) -> None:
    application = hand_in(two, bundle="composed", later="PLAIN")
    two.deliver()
    with two.at("beijing"):
        actions.accept(operation=operation(), actor=who("shilei", today=DAY), application=application, now=two.now)
    two.deliver()
    (promised,) = read(two, "tianjin", application).deferrals
    last = promised.due_on
    assert last is not None and promised.cases == (2,)

    two.nodes["beijing"].away = True
    two.now = at(last, 20)
    content = one_page_pdf("PLAIN")
    with two.at("tianjin"):
        party = read(two, "tianjin", application).holder
        kept = files.store(party=party, name="a.pdf", stream=io.BytesIO(content), size_hint=len(content), now=two.now)
        one = {"actor": holder(), "application": application, "now": two.now}
        done = actions.supply(operation=operation(), uploads={"PLAIN": kept.digest}, **one)
        client = sign_in(Client(), "dengyue", acting_for=party)
        number = read(two, "tianjin", application).number
        for page in ("application", "supply"):
            told = client.get(reverse(f"casework:{page}", args=[number])).content.decode()
            assert "您的容缺材料已转交北京市，正等待其答复" in told
            assert "补交</button>" not in told
            assert "请补交《" not in told
    assert done == {"supplied": [], "to": "beijing"}
    two.now = at(last + timedelta(days=2), 9)
    two.deliver()
    assert watched(two, application, case=2) is CaseState.ACCEPTED
    (waiting,) = read(two, "beijing", application).deferrals
    assert waiting.open

    two.nodes["beijing"].away = False
    two.now += timedelta(minutes=10)
    two.deliver()
    assert on_its_way(two, application) == []
    for node in two.nodes:
        (met,) = read(two, node, application).deferrals
        assert not met.open
        assert any(one.reference == kept.digest for one in read(two, node, application).supplies)
    with two.at("beijing"):
        assert files.open_file(party=party, digest=kept.digest) == content
    assert watched(two, application, case=2) is CaseState.ACCEPTED
    same(two, application)
    sound(two)
