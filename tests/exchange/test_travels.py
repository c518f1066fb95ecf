"""What one region publishes, signs or ends has its consequence in the others, for those who live by it.

Three sovereign nodes, made once: Beijing, Tianjin and Hebei, as on 2 March 2026. A test leaves behind what it did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from tests.casework.pages import text
from tests.casework.test_recognising import wanted
from tests.catalogue.regions_sign import BEIJING, HEBEI, TIANJIN, bodies, operation
from tests.counter import helped
from tests.exchange.applied import fill_in
from tests.exchange.federation import REGIONS
from tests.exchange.sovereigns import Federation, federated
from tests.soundness import demand_sound
from tests.stores import Store
from tests.worlds import DAY
from tongban.casework import actions, drafts, storage
from tongban.casework.actions import watch
from tongban.casework.queries import id_of
from tongban.catalogue import actions as catalogue
from tongban.catalogue import calendars, joint, standing
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue.actions import Holdings
from tongban.domain.custody import Custody
from tongban.domain.events import HandOverRefused
from tongban.domain.joint import Undertaking
from tongban.domain.meetings import Meeting
from tongban.domain.offers import NotTakenInHere, Reform, ReformMode
from tongban.domain.workdays import Notice
from tongban.exchange import overview, published
from tongban.exchange.models import Stored, Waiting
from tongban.exchange.standards import telling, types
from tongban.journal import queries as journal
from tongban.people.actor import SYSTEM
from tongban.people.models import Department
from tongban.project import travelling
from tongban.project.walk import at, who

TIANJIN_TRANSPORT = "11120000MA0TB1161C"
VEHICLE = "BJ-RK-11-05"
"""The rule by which the vehicle licence of Tianjin counts in Beijing."""


@pytest.fixture(scope="module")
def three(
    store: Store, enter: Any, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Federation]:
    enter("at_window")
    folder = tmp_path_factory.mktemp("travels")
    with pytest.MonkeyPatch.context() as patch, override_settings():
        about: Any = {"settings": settings, "monkeypatch": patch, "blocker": django_db_blocker}
        with federated(store, "at_window", folder, REGIONS, now=at(DAY, 12), **about) as made:
            made.greet()
            yield made


def refused(three: Federation, node: str) -> list[tuple[str, str]]:
    """What a node refused of the catalogue of others."""
    with three.at(node):
        rows = Stored.objects.filter(type__startswith=types.PREFIX).exclude(refused_code="")
        return list(rows.values_list("type", "refused_code"))


def sound(three: Federation) -> None:
    for node in three.nodes:
        with three.at(node):
            demand_sound()


# --- calendars --------------------------------------------------------------------------------------------------------


def notice(*off: date) -> Notice:
    """The arrangement of 2027 (composed): the statutory festivals, and these days off as well."""
    festivals = {day for day in calendars.festivals() if day.year == 2027}
    return Notice(year=2027, rest=frozenset({*festivals, *off}), make_up=frozenset(), sources=("composed",))


def test_a_notice_published_in_beijing_moves_the_day_reckoned_in_tianjin(three: Federation) -> None:
    december = at(date(2026, 12, 30), 9)
    with three.at("tianjin"):
        actor = who("dengyue", acting_for=travelling.HOLDER, today=december.date())
        draft = drafts.start_alone(actor=actor, matter="TB-010", by=TIANJIN_TRANSPORT, now=december)
        fill_in(draft, december)
        submitted = actions.submit(operation=operation(), actor=actor, draft=draft.id, now=december)
        application = str(submitted["application"])
        clerk = who("mengjia", today=december.date())
        actions.accept(operation=operation(), actor=clerk, application=application, now=december)
        before = storage.read(application)
    assert before is not None and before.case(1).provisional

    with three.at("beijing"):
        catalogue.publish_calendar(
            operation=operation(), actor=SYSTEM, notices=(notice(date(2027, 1, 4)),), amends=False, now=three.now
        )
    three.deliver()
    with three.at("tianjin"):
        try:
            catalogue_queries.keep_up()
            watch.project_days(now=december)
        finally:
            calendars.take(())
        after = storage.read(application)

    assert after is not None and before.case(1).promised_due_on is not None
    assert not after.case(1).provisional
    assert after.case(1).promised_due_on == before.case(1).promised_due_on + timedelta(days=1)
    sound(three)


def test_who_knows_the_year_already_goes_on_counting_by_it(three: Federation) -> None:
    with three.at("beijing"):
        catalogue.publish_calendar(
            operation=operation(), actor=SYSTEM, notices=(notice(date(2027, 1, 5)),), amends=True, now=three.now
        )
    three.deliver()

    for node in ("tianjin", "hebei"):
        assert refused(three, node)[-1] == (types.of("calendar"), "calendar_contradicted")
        with three.at(node):
            assert date(2027, 1, 5) not in catalogue_queries.published()[2027].notice.rest
    sound(three)


# --- recognition ------------------------------------------------------------------------------------------------------


def counts(three: Federation) -> str:
    """What Tianjin's public page answers whether its vehicle licence counts in Beijing."""
    with three.at("tianjin"):
        asked = {"type": "C_VEHICLE", "issued_in": TIANJIN, "to": BEIJING}
        return text(Client().get("/counts/", asked))


def found_by(three: Federation) -> str:
    """By which rule Beijing takes the vehicle licence of a Tianjin haulier in the place of the material; or none."""
    with three.at("beijing"):
        actor = who("dengyue", acting_for=travelling.HOLDER, today=DAY)
        draft = drafts.start_alone(actor=actor, matter="TB-075", by=helped.BODY, now=three.now)
        one = wanted(draft, "T_VEHICLE", now=three.now)
        rule = one.recognised.judgement.rule if one.found and one.recognised else None
        return rule.code if rule else ""


def test_what_beijing_recognises_counts_there_and_tianjin_says_so_until_it_ends(three: Federation) -> None:
    with three.at("beijing"):
        published.renew(now=three.now)
    assert ("算数：可以作为材料" in counts(three), found_by(three)) == (True, VEHICLE)
    with three.at("beijing"):
        known = joint.read_recognition(VEHICLE)
        assert known is not None
        catalogue.end_recognition(
            operation=operation(),
            actor=who("gumingyuan", today=DAY),
            code=VEHICLE,
            ended_on=DAY,
            reason="由新规则替代。",
            now=three.now,
        )
    three.deliver()

    assert ("不算数" in counts(three), found_by(three)) == (True, "")
    with three.at("tianjin"):
        assert "由新规则替代。" in text(Client().get(f"/recognition/rules/{VEHICLE}/"))

    with three.at("beijing"):
        catalogue.record_recognition(
            operation=operation(),
            actor=who("gumingyuan", today=DAY),
            rule=replace(known.rule, code="BJ-NEW-1", from_on=DAY),
            now=three.now,
        )
    three.deliver()

    assert ("算数：可以作为材料" in counts(three), found_by(three)) == (True, "BJ-NEW-1")
    with three.at("tianjin"):
        assert "BJ-NEW-1" in Client().get("/recognition/rules/BJ-NEW-1/").content.decode()
    sound(three)


# --- offers -----------------------------------------------------------------------------------------------------------


def custody(three: Federation, application: str) -> dict[str, Custody | None]:
    found = {}
    for node in ("hebei", "beijing"):
        with three.at(node):
            known = storage.read(application)
        holding = known.case(1).holding if known else None
        found[node] = holding.custody if holding else None
    return found


def test_what_beijing_offers_a_window_of_hebei_takes_in_and_no_more_when_the_offer_is_over(three: Federation) -> None:
    with three.at("hebei"):
        application = id_of(helped.taken_in(three.now))
    three.deliver()
    assert custody(three, application) == {"hebei": Custody.ELSEWHERE, "beijing": Custody.HERE}

    with three.at("beijing"):
        (offer,) = (one for one in standing.offers([helped.MATTER], today=DAY) if one.province == BEIJING)
        over = Holdings(offers=(replace(offer, until_on=DAY),))
        catalogue.publish(operation=operation(), actor=SYSTEM, holdings=over, now=three.now)
    # The window has not heard of it yet.
    with three.at("hebei"):
        late = id_of(helped.taken_in(three.now))
    three.deliver()

    assert custody(three, late) == {"hebei": Custody.HERE, "beijing": None}
    with three.at("hebei"):
        told = [entry.event for entry in journal.entries(storage.stream_of(late))]
        assert [event.code for event in told if isinstance(event, HandOverRefused)] == ["not_offered"]
        with pytest.raises(NotTakenInHere):
            helped.begin(three.now)
    sound(three)


# --- what each publishes for itself -----------------------------------------------------------------------------------


def extended(three: Federation, node: str) -> list[str]:
    """The halls to which Beijing has extended its service, as a node knows it."""
    with three.at(node):
        return [one.hall for one in standing.extensions(today=DAY) if one.region == BEIJING]


def test_a_hall_of_hebei_serves_for_beijing_as_long_as_beijing_says(three: Federation) -> None:
    before = extended(three, "hebei")
    with three.at("beijing"):
        ends = [one for one in standing.extensions(today=DAY) if (one.hall, one.region) == ("guan-hall", BEIJING)]
        over = Holdings(extensions=tuple(replace(one, until_on=DAY) for one in ends))
        catalogue.publish(operation=operation(), actor=SYSTEM, holdings=over, now=three.now)
    three.deliver()

    assert "guan-hall" in before
    assert extended(three, "hebei") == extended(three, "tianjin") == [one for one in before if one != "guan-hall"]
    sound(three)


def test_a_reform_and_a_new_name_in_hebei_are_read_in_beijing(three: Federation) -> None:
    body = bodies("transport")[HEBEI].body
    with three.at("hebei"):
        reform = Reform("TB-010", HEBEI, ReformMode.COMMITMENT, DAY, measures="一次告知，当场办结。")
        catalogue.publish(operation=operation(), actor=SYSTEM, holdings=Holdings(reforms=(reform,)), now=three.now)
        Department.objects.filter(uscc=body).update(name="河北省交通厅（改名）")
        telling.tell_all(to="beijing", now=three.now)
    three.deliver()

    with three.at("beijing"):
        assert "一次告知，当场办结。" in text(Client().get("/reforms/"))
        assert Department.objects.get(uscc=body).name == "河北省交通厅（改名）"
    assert refused(three, "beijing") == []
    sound(three)


# --- meetings ---------------------------------------------------------------------------------------------------------

MEETING = "JJJ-LX-2026-09"


def meeting() -> Meeting:
    bureaus = tuple(bodies("bureau")[region] for region in REGIONS.values())
    return Meeting(
        id=MEETING,
        title="第九次联席会议",
        held_on=DAY,
        agreement="",
        attendees=bureaus,
        agenda=("审议互认清单",),
        minutes="一致同意。",
        undertakings=(Undertaking("开通互认", bureaus[1], DAY + timedelta(days=60)),),
    )


def outcome(three: Federation, node: str) -> str | None:
    with three.at(node):
        known = joint.read_meeting(MEETING)
    return known.done[0].outcome if known and known.done[0] else None


def close(three: Federation) -> None:
    with three.at("tianjin"):
        catalogue.close_action(
            operation=operation(),
            actor=who("tianwenjing", today=DAY),
            meeting=MEETING,
            number=1,
            outcome="已于四月开通。",
            now=three.now,
        )


def test_what_tianjin_undertook_is_done_in_beijing_too_even_where_it_was_refused_first(three: Federation) -> None:
    """Hebei's node falls silent before Beijing has the meeting; Tianjin's outcome waits there, and is told again."""
    three.nodes["beijing"].away = True
    with three.at("hebei"):
        catalogue.record_meeting(
            operation=operation(), actor=who("shenyue", today=DAY), meeting=meeting(), now=three.now
        )
    three.deliver()
    three.nodes["beijing"].away, three.nodes["hebei"].away = False, True
    three.now += timedelta(minutes=10)
    close(three)
    three.deliver()
    with three.at("beijing"):
        assert Waiting.objects.count() == 1

    three.now += timedelta(days=31)
    three.deliver()
    three.deliver()
    with three.at("beijing"):
        assert Waiting.objects.count() == 0
    with three.at("tianjin"):
        (seen,) = [one for one in overview.refused_messages() if one.ours and one.peer == "beijing"]
    assert (seen.type, "等了 30 天" in seen.words) == (types.of("undertaking"), True)

    three.nodes["hebei"].away = False
    three.now += timedelta(minutes=10)
    three.deliver()
    with three.at("tianjin"):
        assert telling.tell_all(to="beijing", now=three.now) >= 1
    three.deliver()

    assert {node: outcome(three, node) for node in REGIONS} == dict.fromkeys(REGIONS, "已于四月开通。")
    sound(three)
