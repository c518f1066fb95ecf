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
from tests.exchange.applied import (
    MATTER,
    acts,
    custody,
    decide,
    hand_in,
    holder,
    read,
    same,
    sound,
)
from tests.exchange.sovereigns import Federation
from tests.worlds import DAY
from tongban.casework import actions, storage
from tongban.casework.actions import forwarding
from tongban.casework.actions.beats import open_application, store
from tongban.casework.actions.forwarding import NotOurs
from tongban.catalogue import actions as catalogue
from tongban.catalogue import queries as catalogue_queries
from tongban.catalogue import standing
from tongban.catalogue.actions import Holdings
from tongban.certificates import queries as certificates
from tongban.domain import events as kernel
from tongban.domain.application import CaseState
from tongban.domain.custody import Custody, NotHere
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import (
    TRAVEL,
    CaseUrged,
    HandOverRefused,
    Outcome,
    RefusalGround,
    ReturnCause,
    Verdict,
)
from tongban.domain.materials import SupplySource
from tongban.exchange import attachments, overview, whereabouts
from tongban.exchange.cases import telling
from tongban.exchange.cases.types import HANDED_OVER, TOLD
from tongban.exchange.models import Stored, Written
from tongban.journal import queries as journal
from tongban.journal.actions import Answer, Operation, action
from tongban.people.actor import SYSTEM, Actor
from tongban.project import travelling
from tongban.project.walk import at, who

NOON = at(DAY, 12)


def whereabouts_of(two: Federation) -> dict[str, dict[str, str]]:
    """What each of the two says of the open cases between them, when they reconcile."""
    found = {}
    for name, other in (("beijing", "tianjin"), ("tianjin", "beijing")):
        with two.at(name):
            found[name] = whereabouts.says(other)
    return found


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


def test_the_node_that_decides_receipts_what_was_handed_in_elsewhere_and_numbers_it_alone(two: Federation) -> None:
    applications = [hand_in(two), hand_in(two)]
    two.deliver()

    for application in applications:
        here, there = (read(two, node, application).documents for node in ("tianjin", "beijing"))
        assert [(one.kind, one.number) for one in here] == [(one.kind, one.number) for one in there]
        assert [one.kind for one in there] == [DocumentKind.RECEIPT]
    sound(two)


@action
def meddle(*, operation: Operation, actor: Actor, application: str, now: datetime) -> Answer:
    """Act on the first case without asking where it is."""
    stream, before = open_application(application, operation)
    store(stream, before, [CaseUrged(1, actor.id, now)], now=now, answer={})
    return {}


def test_nobody_acts_on_a_case_that_is_on_its_way_or_elsewhere(two: Federation) -> None:
    application = hand_in(two)
    with two.at("tianjin"), pytest.raises(NotHere, match="正移交"):
        meddle(operation=operation(), actor=holder(), application=application, now=two.now)

    two.deliver()

    with two.at("tianjin"), pytest.raises(NotHere, match="已移交"):
        meddle(operation=operation(), actor=holder(), application=application, now=two.now)


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
