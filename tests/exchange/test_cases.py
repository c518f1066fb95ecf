"""A Tianjin haulier applies in Tianjin for what Beijing decides: the case travels, both nodes know the same of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.casework.test_apply_pages import sign_in
from tests.catalogue.regions_sign import operation
from tests.exchange.federation import REGIONS
from tests.exchange.sovereigns import Federation, Standing
from tests.soundness import demand_sound
from tests.worlds import DAY
from tongban.casework import actions, drafts, satisfaction, storage
from tongban.casework.actions import File, Wrong, asked, forwarding, intake
from tongban.casework.actions.beats import catalogue_of
from tongban.casework.actions.forwarding import NotOurs
from tongban.casework.models import Draft
from tongban.catalogue import actions as catalogue
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue import standing
from tongban.catalogue.actions import Holdings
from tongban.certificates import queries as certificates
from tongban.crypto import sm3
from tongban.domain import events as kernel
from tongban.domain.acts import NotNow
from tongban.domain.application import Application, CaseState
from tongban.domain.custody import Custody, NotHere
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.elements import needed
from tongban.domain.events import (
    TRAVEL,
    ActAsked,
    ActRefused,
    Channel,
    DemandKind,
    DocumentIssued,
    HandOverRefused,
    Outcome,
    RefusalGround,
    ReturnCause,
    Verdict,
)
from tongban.domain.forwarding import NotTheirs
from tongban.domain.materials import SupplySource
from tongban.exchange import attachments, overview, queries, whereabouts
from tongban.exchange.cases import telling
from tongban.exchange.cases.types import HANDED_OVER, TOLD
from tongban.exchange.models import Stored, Written
from tongban.files import actions as files
from tongban.journal import queries as journal
from tongban.people.actor import SYSTEM
from tongban.project import travelling
from tongban.project.walk import at, one_page_pdf, who

BEIJING_TRANSPORT = "11110000MA0TB1030C"
MATTER = "TB-075"
NOON = at(DAY, 12)


@pytest.fixture
def three(standing_on: Standing) -> Iterator[Federation]:
    """All of them, where each takes in for the others."""
    with standing_on("crossed", REGIONS) as made:
        yield made


def holder() -> Any:
    return who("dengyue", acting_for=travelling.HOLDER, today=DAY)


def hand_in(two: Federation, bundle: str = "", *, at: str = "tianjin", later: str = "") -> str:
    """Apply for a bundle, or alone for what Beijing decides; return the application."""
    with two.at(at):
        actor = holder()
        if bundle:
            draft = drafts.start(actor=actor, bundle=bundle, now=two.now)
        else:
            draft = drafts.start_alone(actor=actor, matter=MATTER, by=BEIJING_TRANSPORT, now=two.now)
        fill_in(draft, two.now, later=later)
        answer = actions.submit(operation=operation(), actor=actor, draft=draft.id, now=two.now)
    return str(answer["application"])


def fill_in(draft: Draft, now: datetime, *, later: str = "") -> None:
    """Fill in what is asked, and upload every material but one that is to follow."""
    catalogue, _ = drafts.of_bundle(draft)
    planned = drafts.derive(draft)
    wanted = needed(catalogue, [case.matter for case in planned.cases])
    assert not drafts.fill(draft, {one.code: one.example for one in wanted}, today=DAY, now=now)
    if later:
        drafts.defer(draft, later, now=now)
    for material in {ask.material for ask in planned.asks} - {later}:
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


def whereabouts_of(two: Federation) -> dict[str, dict[str, str]]:
    """What each of the two says of the open cases between them, when they reconcile."""
    found = {}
    for name, other in (("beijing", "tianjin"), ("tianjin", "beijing")):
        with two.at(name):
            found[name] = whereabouts.says(other)
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


STAFF = {"beijing": ("shilei", "caoying"), "tianjin": ("mengjia", "hening")}
"""Clerk and reviewer of each node."""


def acts(two: Federation, node: str, application: str) -> dict[str, str]:
    """Return by title of each document what it tells of, but for the receipt: it tells of what only one node has."""
    with two.at(node):
        entries = {one.seq: one.event for one in journal.entries(storage.stream_of(application))}
    issued = [one for one in entries.values() if isinstance(one, DocumentIssued)]
    later = [one for one in issued if one.kind is not DocumentKind.RECEIPT]
    return {one.title: type(entries[one.act]).__name__ for one in later}


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


def test_a_case_travels_to_the_competent_node_and_its_progress_comes_back(two: Federation) -> None:
    application = hand_in(two)
    assert custody(two, application) == {"tianjin": Custody.SENT, "beijing": None}

    two.deliver()

    assert custody(two, application) == {"tianjin": Custody.ELSEWHERE, "beijing": Custody.HERE}
    there = read(two, "beijing", application).case(1)
    assert (there.state, there.received_on) == (CaseState.SUBMITTED, DAY)
    same(two, application)

    decide(two, application)
    two.deliver()

    here = read(two, "tianjin", application)
    with two.at("tianjin"):
        held = {one.identifier for one in certificates.wallet(party=here.holder, today=DAY)}
    assert here.case(1).certificate in held
    with two.at("beijing"):
        uploaded = {one.reference for one in here.supplies if one.source is SupplySource.UPLOAD}
        assert uploaded and not attachments.missing(uploaded)
    assert acts(two, "tianjin", application) == acts(two, "beijing", application) != {}
    assert (here.case(1).outcome, here.closed_at) == (Outcome.APPROVED, two.now)
    assert here.case(1).certificate == read(two, "beijing", application).case(1).certificate != ""
    same(two, application)
    sound(two)


def test_a_rating_travels_to_the_node_that_decided(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("tianjin"), pytest.raises(NotNow, match="还没有办结"):
        rate(two, application)
    decide(two, application)
    two.deliver()

    for _ in range(2):
        with two.at("tianjin"):
            rate(two, application)
    two.deliver()

    for node in two.nodes:
        (rating,) = read(two, node, application).case(1).proceedings.ratings
        assert (rating.level, rating.channel) == (5, Channel.ONLINE)
        with two.at(node):
            assert satisfaction.told(rating).words == "等了很久。"
            assert [row.rated for row in satisfaction.dissatisfied(["110000"])] == [5]
    sound(two)


def rate(two: Federation, application: str) -> None:
    actions.rate(
        operation=operation(),
        actor=holder(),
        application=application,
        case=1,
        level=5,
        channel=Channel.ONLINE,
        words="等了很久。",
        now=two.now,
    )


def test_the_node_that_decides_receipts_what_was_handed_in_elsewhere_and_numbers_it_alone(two: Federation) -> None:
    applications = [hand_in(two), hand_in(two)]
    two.deliver()

    for application in applications:
        here, there = (read(two, node, application).documents for node in ("tianjin", "beijing"))
        assert [(one.kind, one.number) for one in here] == [(one.kind, one.number) for one in there]
        assert [one.kind for one in there] == [DocumentKind.RECEIPT]
    sound(two)


def test_the_applicant_corrects_where_he_applied_while_the_competent_node_is_away(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("beijing"):
        material = storage.read(application).supplies[0].material
        actions.ask_correction(
            operation=operation(),
            actor=who("shilei", today=DAY),
            application=application,
            demands=(Wrong(1, DemandKind.MATERIAL, material, "看不清，请重新提交。"),),
            now=two.now,
        )
    two.deliver()
    assert read(two, "tianjin", application).case(1).state is CaseState.CORRECTING

    two.nodes["beijing"].away = True
    with two.at("tianjin"):
        content = one_page_pdf("better")
        given = File("b.pdf", io.BytesIO(content), len(content))
        said: dict[str, Any] = {"actor": holder(), "application": application, "values": {}, "explanations": {}}
        with pytest.raises(NotNow, match="没有回应补正告知中的任何一项"):
            actions.answer_correction(operation=operation(), files={}, now=two.now, **said)
        answer = actions.answer_correction(operation=operation(), files={material: given}, now=two.now, **said)
    assert answer == {"answered": [], "received": [], "to": "beijing"}
    two.deliver()
    assert read(two, "tianjin", application).case(1).state is CaseState.CORRECTING
    two.nodes["beijing"].away = False
    two.now += timedelta(minutes=10)
    two.deliver()

    there = read(two, "beijing", application)
    assert (there.case(1).state, there.supplies[0].reference) == (CaseState.SUBMITTED, sm3.digest(content).hex())
    with two.at("beijing"):
        assert files.open_file(party=there.holder, digest=there.supplies[0].reference) == content
        page = reverse("casework:taken_in", args=[there.number])
        assert sign_in(Client(), "shilei", acting_for="").get(page).status_code == 200
    same(two, application)
    decide(two, application)
    two.deliver()
    same(two, application)
    sound(two)


def test_an_act_that_the_competent_node_refuses_comes_back_with_its_reason(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    for _ in range(2):
        with two.at("tianjin"):
            actions.urge(operation=operation(), actor=holder(), application=application, case=1, now=two.now)
        two.deliver()

    assert read(two, "tianjin", application).case(1).proceedings.urges == 1
    with two.at("tianjin"):
        told = [entry.event for entry in journal.entries(storage.stream_of(application))]
        (refused,) = [event for event in told if isinstance(event, ActRefused)]
    assert "无需重复催办" in refused.words
    sound(two)


def test_an_act_on_a_case_that_has_gone_back_meanwhile_is_not_run_after(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("beijing"):
        one = {"operation": operation(), "application": application, "now": two.now}
        forwarding.hand_back(actor=who("shilei", today=DAY), cases=(1,), reason="请先办理变更登记。", **one)
    with two.at("tianjin"):
        actions.urge(operation=operation(), actor=holder(), application=application, case=1, now=two.now)
    two.deliver()

    assert happened(two, "beijing", application, ActAsked) == []
    (refused,) = happened(two, "tianjin", application, ActRefused)
    assert "已移交给tianjin" in refused.words
    assert read(two, "tianjin", application).case(1).proceedings.urges == 0
    sound(two)


def test_a_node_without_a_part_in_an_application_does_nothing_in_its_applicants_name(two: Federation) -> None:
    with two.at("beijing"):
        actor = holder()
        draft = drafts.start_alone(actor=actor, matter=MATTER, by=BEIJING_TRANSPORT, now=two.now)
        fill_in(draft, two.now)
        application = str(
            actions.submit(operation=operation(), actor=actor, draft=draft.id, now=two.now)["application"]
        )

        with pytest.raises(NotTheirs, match="不是在tianjin提交的"):
            asked.applicant_of(application, by=actor.id, at="tianjin")


def test_nobody_acts_on_a_case_that_is_on_its_way_or_elsewhere(two: Federation) -> None:
    application = hand_in(two)
    with two.at("tianjin"), pytest.raises(NotHere):
        actions.ask_to_wait(operation=operation(), actor=holder(), application=application, wait=True, now=two.now)

    two.deliver()

    with two.at("tianjin"), pytest.raises(NotHere, match="已移交"):
        actions.ask_to_wait(operation=operation(), actor=holder(), application=application, wait=True, now=two.now)


def test_a_recall_brings_back_what_nobody_has_touched(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("tianjin"):
        forwarding.recall(operation=operation(), actor=holder(), application=application, cases=(1,), now=two.now)
    two.deliver()

    assert custody(two, application) == {"tianjin": Custody.HERE, "beijing": Custody.ELSEWHERE}
    with two.at("tianjin"):
        actions.withdraw(
            operation=operation(), actor=holder(), application=application, cases=(1,), reason="", now=two.now
        )
    two.deliver()
    assert read(two, "beijing", application).case(1).state is CaseState.WITHDRAWN
    same(two, application)
    sound(two)


def test_a_recall_of_what_is_accepted_is_refused_and_the_case_stays(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    with two.at("beijing"):
        actions.accept(operation=operation(), actor=who("shilei", today=DAY), application=application, now=two.now)
    with two.at("tianjin"):
        forwarding.recall(operation=operation(), actor=holder(), application=application, cases=(1,), now=two.now)
    two.deliver()

    assert custody(two, application) == {"tianjin": Custody.ELSEWHERE, "beijing": Custody.HERE}
    assert not read(two, "tianjin", application).case(1).holding.recalled
    sound(two)


def test_a_hand_over_that_is_refused_brings_the_case_back_with_the_reason(two: Federation) -> None:
    application = hand_in(two)
    with two.at("beijing"):
        (offer,) = [one for one in standing.offers([MATTER], today=DAY) if one.province == "110000"]
        over = Holdings(offers=(replace(offer, until_on=DAY),))
        catalogue.publish(operation=operation(), actor=SYSTEM, holdings=over, now=two.now)
    two.deliver()

    assert custody(two, application) == {"tianjin": Custody.HERE, "beijing": None}
    with two.at("tianjin"):
        told = [entry.event for entry in journal.entries(storage.stream_of(application))]
    (refused,) = [event for event in told if isinstance(event, HandOverRefused)]
    assert (refused.code, "跨省通办清单" in refused.words) == ("not_offered", True)
    assert whereabouts_of(two) == {"tianjin": {}, "beijing": {}}
    sound(two)

    with two.at("beijing"):
        again = Holdings(offers=(offer,))
        catalogue.publish(operation=operation(), actor=SYSTEM, holdings=again, now=two.now)
    two.deliver()
    with two.at("tianjin"):
        forwarding.send_again(operation=operation(), actor=holder(), application=application, now=two.now)
    two.deliver()

    assert custody(two, application) == {"tianjin": Custody.ELSEWHERE, "beijing": Custody.HERE}
    same(two, application)
    sound(two)


def count_written(two: Federation, node: str) -> int:
    with two.at(node):
        return Written.objects.count()


def refused_at(two: Federation, node: str) -> list[str]:
    """What a node refused of cases, in order."""
    with two.at(node):
        rows = Stored.objects.filter(type__in=(TOLD, HANDED_OVER)).exclude(refused_code="").order_by("sequence")
        return list(rows.values_list("subject", flat=True))


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Let whoever hears not know some kind of event, as an older program does not."""

    @contextmanager
    def unknowing(kind: str) -> Iterator[None]:
        def decode(name: str, version: int, body: Any) -> Any:
            if name == kind:
                raise LookupError(name)
            return known(name, version, body)

        known = kernel.decode_strictly
        with monkeypatch.context() as patch:
            patch.setattr(kernel, "decode_strictly", decode)
            yield

    return unknowing


def accept(two: Federation, application: str) -> None:
    with two.at("beijing"):
        one = {"application": application, "now": two.now}
        actions.accept(operation=operation(), actor=who("shilei", today=DAY), **one)


def conclude(two: Federation, application: str) -> None:
    """Let Beijing approve the case that it has accepted."""
    with two.at("beijing"):
        found = storage.read(application)
        assert found is not None
        case = found.case(1)
        one = {"application": application, "case": 1, "actor": who("caoying", today=DAY), "now": two.now}
        for desk in case.missing_opinions:
            actions.give_opinion(operation=operation(), desk=desk, verdict=Verdict.AGREE, reason="", **one)
        approved = {"outcome": Outcome.APPROVED, "reason": "", "determined": {}}
        actions.conclude(operation=operation(), desk=case.deciding_desk, **approved, **one)


def told_once(two: Federation, application: str) -> None:
    """Both streams have what Beijing wrote, each entry once, in the same order."""
    found = []
    for node, writer in (("beijing", ""), ("tianjin", "beijing")):
        with two.at(node):
            entries = journal.entries(storage.stream_of(application))
        shared = [one for one in entries if not isinstance(one.event, TRAVEL)]
        found.append([type(one.event) for one in shared if forwarding.written_at(one.actor) == writer])
    assert found[0] == found[1]


def test_what_a_node_could_not_read_is_told_again_with_the_next_entry(
    two: Federation, older: Callable[[str], Any]
) -> None:
    application = hand_in(two)
    two.deliver()
    with older("CaseAccepted"):
        accept(two, application)
        two.deliver()
    assert refused_at(two, "tianjin")
    assert read(two, "tianjin", application).case(1).state is CaseState.SUBMITTED
    with two.at("beijing"):
        (said, *_) = overview.refused_messages()
        assert (said.ours, "请双方核对程序版本" in said.words) == (True, True)
    before = count_written(two, "beijing")
    two.deliver()
    assert count_written(two, "beijing") == before  # nothing is told again for having been refused

    conclude(two, application)
    two.deliver()

    same(two, application)
    told_once(two, application)
    assert acts(two, "tianjin", application) == acts(two, "beijing", application)
    assert read(two, "tianjin", application).closed_at is not None
    sound(two)


def test_what_a_node_could_not_read_is_told_again_upon_command_and_once(
    two: Federation, older: Callable[[str], Any]
) -> None:
    application = hand_in(two)
    two.deliver()
    two.nodes["tianjin"].away = True
    for act in (accept, conclude):
        act(two, application)
        two.deliver()
    two.nodes["tianjin"].away = False
    two.now += timedelta(hours=1)
    with older("CaseAccepted"):
        two.deliver()
    refused = refused_at(two, "tianjin")
    assert len(refused) > 1  # in one batch: what is behind the first adds up with nothing
    assert read(two, "tianjin", application).case(1).state is CaseState.SUBMITTED

    with two.at("beijing"):
        call_command("node_tell", "tianjin", stdout=io.StringIO())
        again = Written.objects.filter(type=TOLD, refused_code="").order_by("sequence")[1:]
        assert [one.subject for one in again] == refused
        assert telling.tell_again(to="tianjin", now=two.now) == 0  # it is on its way
    two.deliver()

    assert refused_at(two, "tianjin") == refused
    same(two, application)
    told_once(two, application)
    assert acts(two, "tianjin", application) == acts(two, "beijing", application)
    assert read(two, "tianjin", application).closed_at is not None
    with two.at("beijing"):
        assert telling.tell_again(to="tianjin", now=two.now) == 0
    sound(two)


def test_what_went_with_a_hand_over_that_was_refused_is_told_all_the_same(
    two: Federation, older: Callable[[str], Any]
) -> None:
    application = hand_in(two)
    two.deliver()
    accept(two, application)
    with two.at("beijing"):
        one = {"operation": operation(), "actor": who("shilei", today=DAY), "application": application}
        forwarding.hand_back(cases=(1,), reason="请先在天津办理变更登记。", now=two.now, **one)
    with older("CaseAccepted"):
        two.deliver()
    assert custody(two, application) == {"tianjin": Custody.ELSEWHERE, "beijing": Custody.HERE}
    assert read(two, "tianjin", application).case(1).state is CaseState.SUBMITTED

    conclude(two, application)
    two.deliver()

    same(two, application)
    told_once(two, application)
    sound(two)


def test_the_clerk_hands_back_what_he_does_not_take_and_says_why(two: Federation) -> None:
    application = hand_in(two)
    two.deliver()
    number = read(two, "beijing", application).number
    page = reverse("casework:hand_back", args=[number, 1])
    with two.at("beijing"):
        client = sign_in(Client(), "shilei", acting_for="")
        assert page in client.get(reverse("casework:taken_in", args=[number])).content.decode()
        assert "由天津市移交来" in client.get(page).content.decode()
        assert client.post(page, {"operation": operation(), "reason": ""}).status_code == 422
        said = {"operation": operation(), "reason": "请先在天津办理变更登记。"}
        assert client.post(page, said).status_code == 302
    two.deliver()

    assert custody(two, application) == {"tianjin": Custody.HERE, "beijing": Custody.ELSEWHERE}
    with two.at("beijing"):
        assert client.post(page, {"operation": operation(), "reason": "再退一次。"}).status_code == 409
    with two.at("tianjin"):
        own = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        told = own.get(reverse("casework:application", args=[number])).content.decode()
        assert "退回的理由：请先在天津办理变更登记。" in told
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_a_case_that_came_back_is_not_accepted_by_the_region_that_only_took_it_in(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    one: dict[str, Any] = {"application": application, "now": two.now}
    with two.at("beijing"):
        back = {"cases": (2,), "reason": "请先办理变更登记。"}
        forwarding.hand_back(operation=operation(), actor=who("shilei", today=DAY), **back, **one)
    two.deliver()
    with two.at("tianjin"):
        clerk = who("mengjia", today=DAY)
        refused = {"case": 2, "ground": RefusalGround.NOT_NEEDED, "reason": "不需要许可。", "right_body": ""}
        with pytest.raises(NotOurs, match="第 2 个办件由其他地区受理"):
            actions.refuse(operation=operation(), actor=clerk, **refused, **one)

        answer = actions.accept(operation=operation(), actor=clerk, **one)

        assert answer == {"accepted": [1]}
        forwarding.send_again(operation=operation(), actor=holder(), **one)
    two.deliver()
    assert read(two, "beijing", application).case(2).state is CaseState.SUBMITTED
    sound(two)


def test_both_say_at_which_node_an_open_case_is(two: Federation) -> None:
    application = hand_in(two)
    assert whereabouts_of(two) == {"tianjin": {f"{application}/1": "beijing"}, "beijing": {}}

    two.deliver()
    there = {f"{application}/1": "beijing"}
    assert whereabouts_of(two) == {"tianjin": there, "beijing": there}

    decide(two, application)
    two.deliver()
    assert whereabouts_of(two) == {"tianjin": {}, "beijing": {}}


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_a_document_tells_of_its_act_whatever_was_done_elsewhere_meanwhile(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    with two.at("tianjin"):
        for _ in range(2):
            actions.urge(operation=operation(), actor=holder(), application=application, case=1, now=two.now)
            two.now += timedelta(days=7)
    with two.at("beijing"):
        actions.accept(operation=operation(), actor=who("shilei", today=DAY), application=application, now=two.now)
    two.deliver()

    assert acts(two, "tianjin", application) == acts(two, "beijing", application)
    assert "CaseAccepted" in acts(two, "tianjin", application).values()
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_cases_of_one_application_are_decided_on_two_nodes_and_one_waits_for_the_other(
    two: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = catalogue.told_of

    def in_other_words(bundle: str, version: int) -> dict[str, Any]:
        told = genuine(bundle, version)
        return told | {"body": told["body"] | {"bundle": told["body"]["bundle"] | {"name": "天津的另一个名称"}}}

    with two.at("beijing"):
        offered = [(one.code, one.version, one.name) for _, one in catalogue_queries.bundles()]
    monkeypatch.setattr(catalogue, "told_of", in_other_words)
    application = hand_in(two, bundle="composed")
    two.deliver()
    with two.at("beijing"):
        # What Tianjin calls its bundle changes nothing of what Beijing offers, and nobody applies for it here.
        assert [(one.code, one.version, one.name) for _, one in catalogue_queries.bundles()] == offered
        code = read(two, "beijing", application).bundle
        with pytest.raises(catalogue_queries.NotInCatalogue):
            catalogue_queries.latest(code)
        clerk = sign_in(Client(), "shilei", acting_for="")
        number = read(two, "beijing", application).number
        assert "天津的另一个名称" in clerk.get(reverse("casework:taken_in", args=[number])).content.decode()
    here, there = (read(two, node, application) for node in ("tianjin", "beijing"))
    assert [(case.matter, case.here) for case in here.cases] == [("J-02", True), ("J-03", False)]
    assert [case.here for case in there.cases] == [False, True]

    decide(two, application, at="beijing", case=2)
    two.deliver()
    assert read(two, "tianjin", application).case(2).state is CaseState.CONCLUDED

    decide(two, application, at="tianjin", case=1)
    two.deliver()

    for node in two.nodes:
        found = read(two, node, application)
        assert [case.outcome for case in found.cases] == [Outcome.APPROVED] * 2
        assert found.closed_at is not None
        with two.at(node):
            held = {one.identifier for one in certificates.wallet(party=found.holder, today=DAY)}
        assert {case.certificate for case in found.cases} <= held
    same(two, application)
    sound(two)


def test_a_certificate_goes_to_whoever_waits_for_it_though_all_was_handed_in_at_a_third_node(three: Federation) -> None:
    application = hand_in(three, bundle="composed", at="hebei")
    three.deliver()
    decide(three, application, at="tianjin", case=1)
    three.deliver()

    issued = read(three, "tianjin", application).case(1).certificate
    for node in ("hebei", "beijing"):
        with three.at(node):
            line = certificates.find(identifier=issued)
            assert (line.origin, line.stream) == ("tianjin", storage.stream_of(application))
    same(three, application)
    sound(three)


def tell(two: Federation, node: str, application: str, case: int) -> list[str]:
    """Let a node want everything anew of which it decides the case; return what that is."""
    with two.at(node):
        found = storage.read(application)
        assert found is not None
        materials = sorted(intake.targets(catalogue_of(found), found)[case].materials)
        demands = tuple(Wrong(case, DemandKind.MATERIAL, one, "看不清，请重新提交。") for one in materials)
        clerk = who(STAFF[node][0], today=DAY)
        actions.ask_correction(
            operation=operation(), actor=clerk, application=application, demands=demands, now=two.now
        )
    return materials


def notices(two: Federation, node: str, application: str) -> list[Any]:
    """Return what a node knows of each notice, but for words, which each node seals for itself."""
    return [
        (notice.answer_due_on, notice.answered, [(one.case, one.target) for one in notice.demands])
        for notice in read(two, node, application).notices
    ]


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_both_nodes_tell_at_once_what_is_to_be_corrected_and_one_answer_meets_both(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    own, theirs = tell(two, "tianjin", application, 1), tell(two, "beijing", application, 2)
    two.now += timedelta(days=1)
    two.deliver()
    here = read(two, "tianjin", application)
    assert notices(two, "tianjin", application) == notices(two, "beijing", application)
    assert [notice.first for notice in here.notices] == [1001, 2001]
    page = reverse("casework:application", args=[here.number])
    answering = reverse("casework:answer_correction", args=[here.number])
    with two.at("beijing"):
        clerk = sign_in(Client(), "shilei", acting_for="")
        sheet = clerk.get(reverse("casework:taken_in", args=[here.number])).content.decode()
        assert sheet.count("告知，申请人须在") == 2
    with two.at("tianjin"):
        client = sign_in(Client(), "dengyue", acting_for=travelling.HOLDER)
        told = client.get(page).content.decode()
        assert told.count("受理部门已一次性告知需要补正的内容") == 2
        assert client.get(answering).status_code == 200

        files = {code: io.BytesIO(one_page_pdf(f"better {code}")) for code in (*own, *theirs)}
        given = {code: File(f"{code}.pdf", file, file.getbuffer().nbytes) for code, file in files.items()}
        answer = actions.answer_correction(
            operation=operation(),
            actor=holder(),
            application=application,
            files=given,
            values={},
            explanations={},
            now=two.now,
        )
        assert answer == {
            "answered": [1001 + place for place in range(len(own))],
            "received": [1],
            "to": "beijing",
        }
        told = client.get(page).content.decode()
        assert "您的补正已转交北京市，正等待其答复" in told
        assert "受理部门已一次性告知需要补正的内容" not in told
    two.deliver()

    here, there = (read(two, node, application) for node in ("tianjin", "beijing"))
    assert notices(two, "tianjin", application) == notices(two, "beijing", application)
    assert {supply.material: supply.reference for supply in here.supplies} == {
        supply.material: supply.reference for supply in there.supplies
    }
    assert [case.state for case in here.cases] == [CaseState.SUBMITTED] * 2
    decide(two, application, at="beijing", case=2)
    decide(two, application, at="tianjin", case=1)
    two.deliver()
    assert [case.outcome for case in read(two, "tianjin", application).cases] == [Outcome.APPROVED] * 2
    same(two, application)
    sound(two)


@pytest.mark.parametrize("two", ["joined"], indirect=True)
def test_a_signed_approval_goes_back_when_the_case_it_waits_for_is_withdrawn_elsewhere(two: Federation) -> None:
    application = hand_in(two, bundle="composed")
    two.deliver()
    decide(two, application, at="beijing", case=2)
    two.deliver()
    with two.at("tianjin"):
        actions.withdraw(
            operation=operation(), actor=holder(), application=application, cases=(1,), reason="", now=two.now
        )
    two.deliver()

    for node in two.nodes:
        second = read(two, node, application).case(2)
        assert (second.state, second.returned) == (CaseState.ACCEPTED, ReturnCause.AWAITED_ENDED)
    same(two, application)
    sound(two)


def test_the_applicant_reads_where_his_case_is_and_asks_for_it_back(two: Federation) -> None:
    application = hand_in(two)
    number = read(two, "tianjin", application).number
    page = reverse("casework:application", args=[number])
    with two.at("tianjin"):
        client = Client()
        sign_in(client, "dengyue", acting_for=travelling.HOLDER)
        assert "已移交北京市，等待其签收" in client.get(page).content.decode()
    two.deliver()
    with two.at("tianjin"):
        told = client.get(page).content.decode()
        assert "（由北京市办理）" in told
        client.post(reverse("casework:recall", args=[number, 1]), {"operation": operation()})
    two.deliver()

    with two.at("tianjin"):
        assert "再次转交办理地区" in client.get(page).content.decode()
        client.post(reverse("casework:send_again", args=[number]), {"operation": operation()})
    two.deliver()
    assert custody(two, application) == {"tianjin": Custody.ELSEWHERE, "beijing": Custody.HERE}
    sound(two)
