"""An end of a certificate reaches every application that relied on it, open or concluded, through the corridor."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework import registered
from tests.casework.conftest import DAY, read
from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tests.casework.test_statements import SUBMISSION, at_most, warm
from tests.soundness import demand_sound
from tongban.casework import actions, form, storage, supplies
from tongban.casework.actions import File, rewrite
from tongban.casework.models import Application
from tongban.catalogue import queries as catalogue
from tongban.certificates import ending, statuses
from tongban.certificates import queries as certificates
from tongban.certificates.models import Reliance
from tongban.domain import reliance
from tongban.domain.application import CaseState
from tongban.domain.events import CertificateFateTold, ConclusionReturned, Fate, Outcome
from tongban.domain.materials import SupplySource
from tongban.domain.reliance import EvidenceDoubted
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.people.actor import Actor
from tongban.people.models import Account, Duty
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import at, one_page_pdf, who
from tongban.web import clock

__all__ = ["warm"]

TOLD_ON, DECIDED_ON = date(2026, 3, 3), date(2026, 3, 12)


@pytest.fixture
def certificate(house: walk.Walk) -> str:
    return registered.certify(house)


@pytest.fixture
def relying(house: walk.Walk, certificate: str) -> str:
    application = registered.submit(house)
    house.accept(application)
    house.opinions(application)
    return application


def end(certificate: str, ground: str = "fraud", *, day: date = DECIDED_ON) -> None:
    """The authority that issued it annuls it by all the steps, and the worker carries the news."""
    ending.notice(
        operation=f"notice/{ground}",
        actor=who("zhaolei", today=TOLD_ON),
        certificate=certificate,
        ground=ground,
        reason="登记时提交的所有权证明系伪造",
        hearing=False,
        now=at(TOLD_ON, 9),
    )
    decide(certificate, ground, day=day)


def decide(certificate: str, ground: str, *, day: date = DECIDED_ON, by: str = "chenbin") -> None:
    ending.decide(
        operation=f"decide/{ground}",
        actor=who(by, today=day),
        certificate=certificate,
        ground=ground,
        reason="经核查属实",
        now=at(day, 9),
    )
    carry(day)


def carry(day: date) -> None:
    while outbox.run(clock=lambda: at(day, 10)):
        pass
    assert outbox.failures() == []


def told(application: str) -> list[CertificateFateTold]:
    events = [entry.event for entry in journal.entries(storage.stream_of(application))]
    return [event for event in events if isinstance(event, CertificateFateTold)]


def approve(application: str, case: int, *, day: date = DECIDED_ON) -> Any:
    found = read(application).case(case)
    return actions.conclude(
        operation=f"approve/{case}/{day}",
        actor=reviewer(application, case),
        application=application,
        case=case,
        desk=found.deciding_desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
        now=at(day, 15),
    )


def reviewer(application: str, case: int) -> Actor:
    """Who sits at the deciding desk of a case."""
    found = read(application).case(case)
    duty = Duty.objects.filter(role=Role.REVIEWER, department__uscc=found.body, desk__code=found.deciding_desk).first()
    assert duty is not None
    return who(duty.account.username, today=DAY)


def users(application: str) -> tuple[int, ...]:
    """The cases that need the nationality certificate."""
    (event,) = told(application)
    return event.cases


def test_what_is_taken_in_the_place_of_a_material_is_kept_beside_the_certificate(
    certificate: str, relying: str
) -> None:
    (found,) = certificates.relying(certificates=[certificate])

    assert (found.stream, found.material, found.since) == (storage.stream_of(relying), "C_NAT", at(DAY, 9, 30))
    (supply,) = [one for one in read(relying).supplies if one.source is SupplySource.CERTIFICATE]
    assert supply.reference == certificate


def test_rows_written_anew_say_it_for_applications_of_before(certificate: str, relying: str) -> None:
    Reliance.objects.all().delete()
    Application.objects.update(shape=0)

    rewrite.rewrite_rows()

    (found,) = certificates.relying(certificates=[certificate])
    assert (found.stream, found.since) == (storage.stream_of(relying), at(DAY, 9, 30))


def test_a_submission_upon_a_certificate_costs_one_statement_more(warm: walk.Walk, certificate: str) -> None:
    draft = registered.draft(warm)
    agent = who(walk.AGENT, acting_for=walk.HOLDER, today=DAY)

    with at_most(SUBMISSION + 1):
        actions.submit(operation="counted", actor=agent, draft=draft.id, now=at(DAY, 9))


def test_an_end_reaches_the_application_with_its_article(certificate: str, relying: str) -> None:
    end(certificate)

    (event,) = told(relying)
    assert (event.certificate, event.material, event.fate, event.article, event.on) == (
        certificate,
        "C_NAT",
        Fate.ANNULLED,
        "行政许可法第六十九条第二款",
        DECIDED_ON,
    )
    needing = [case.index for case in read(relying).cases if case.doubts]
    assert list(event.cases) == needing and len(needing) >= 3
    demand_sound()


def test_an_open_case_is_not_approved_until_its_material_is_given_anew(certificate: str, relying: str) -> None:
    end(certificate)
    case = users(relying)[0]

    with pytest.raises(EvidenceDoubted, match="不能再作为依据"):
        approve(relying, case)
    content = one_page_pdf("nationality")
    actions.supply_in_place(
        operation="anew",
        actor=who(walk.AGENT, acting_for=walk.HOLDER, today=DECIDED_ON),
        application=relying,
        files={"C_NAT": File("国籍证书.pdf", io.BytesIO(content), len(content))},
        held=[],
        now=at(DECIDED_ON, 11),
    )

    assert approve(relying, case)["decided"] == [case]
    demand_sound()


def test_an_end_whose_news_is_still_on_its_way_is_no_ground_to_approve(
    certificate: str, relying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as worker_stands_still:
        worker_stands_still.setattr(outbox, "run", lambda clock: 0)
        end(certificate)
    found = read(relying)
    case = next(one.index for one in found.cases if certificate in reliance.relied_on(found, one, {"C_NAT"}))

    with pytest.raises(EvidenceDoubted, match="撤销"):
        approve(relying, case)
    assert told(relying) == []

    actions.stand_by(
        operation="s",
        actor=reviewer(relying, case),
        application=relying,
        case=case,
        certificate=certificate,
        finding="登记簿在册",
        now=at(DECIDED_ON, 14),
    )
    assert approve(relying, case)["decided"] == [case]
    demand_sound()


def test_the_desk_stands_by_a_case_in_writing(certificate: str, relying: str) -> None:
    end(certificate)
    case = users(relying)[0]
    asked: dict[str, Any] = {
        "application": relying,
        "case": case,
        "certificate": certificate,
        "finding": "国籍登记簿在册，证照仅打印有误",
        "now": at(DECIDED_ON, 14),
    }
    with pytest.raises(NotAllowed):
        actions.stand_by(operation="x", actor=who("sunli", today=DECIDED_ON), **asked)

    actions.stand_by(operation="s", actor=reviewer(relying, case), **asked)

    assert approve(relying, case)["decided"] == [case]
    demand_sound()


def test_what_is_decided_stays_decided_and_is_flagged(certificate: str, relying: str) -> None:
    cases = [case.index for case in read(relying).cases if not case.awaits]
    for case in cases:
        approve(relying, case, day=TOLD_ON)
    before = read(relying)

    end(certificate)

    after = read(relying)
    assert [case.state for case in after.cases] == [case.state for case in before.cases]
    assert any(case.approved and case.doubts for case in after.cases)
    assert not any(isinstance(e.event, ConclusionReturned) for e in journal.entries(storage.stream_of(relying)))
    demand_sound()


def test_a_suspension_is_told_and_lifted(certificate: str, relying: str) -> None:
    end(certificate, "under_verification")
    suspended = [case.index for case in read(relying).cases if case.doubts]

    decide(certificate, "suspension_over", day=date(2026, 3, 16))

    assert suspended and not any(case.doubts for case in read(relying).cases)
    assert [one.fate for one in told(relying)] == [Fate.SUSPENDED, Fate.IN_FORCE]
    demand_sound()


def test_the_list_is_published_anew_once_it_ended(
    certificate: str, relying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[Any] = []
    monkeypatch.setattr(
        statuses, "write_status_lists", lambda folder, now: published.append(statuses.status_lists(now=now))
    )
    end(certificate)

    named = [one["identifier"] for lists in published for each in lists["lists"] for one in each["list"]["ended"]]
    assert named == [certificate]


def test_before_acceptance_what_ended_is_lacking_again(house: walk.Walk, certificate: str) -> None:
    application = registered.submit(house)
    end(certificate, day=date(2026, 3, 11))

    found = read(application)
    known = catalogue.catalogue_of(found.bundle, found.bundle_version)[0]
    lacking = supplies.lacking(known, found, form.unseal(found.form))

    assert {code for codes in lacking.values() for code in codes} == {"C_NAT"}
    assert all(case.state is CaseState.SUBMITTED for case in found.cases if case.index in lacking)


def test_a_term_that_ended_before_the_decision_is_no_ground_to_approve(house: walk.Walk) -> None:
    short = registered.certify(house, months=0)
    application = registered.submit(house)
    house.accept(application)
    house.opinions(application)
    found = read(application)
    case = next(one.index for one in found.cases if "C_NAT" in house.catalogue.standards[one.matter].needs)

    with pytest.raises(EvidenceDoubted, match="有效期届满"):
        approve(application, case)

    assert told(application) == []
    assert certificates.find(identifier=short).valid_until == date(2026, 3, 3)


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(DECIDED_ON, 16))


def staff(application: str, case: int) -> Client:
    account = reviewer(application, case).id.removeprefix("account:")
    client = Client()
    client.force_login(Account.objects.get(pk=account))
    return client


@pytest.mark.usefixtures("later")
def test_the_desk_sees_what_changed_and_stands_by_its_case(certificate: str, relying: str) -> None:
    end(certificate)
    case = users(relying)[0]
    client, number = staff(relying, case), read(relying).number
    address = reverse("casework:task", args=[number, case])

    listed, tasks, sheet = (
        client.get(one) for one in (reverse("casework:doubted"), reverse("casework:tasks"), address)
    )

    assert f"{number} · 第 {case} 项" in text(listed) and "办理中" in text(listed)
    assert "所依据的证照有变化" in text(tasks)
    assert f"电子证照标识 {certificate}：已于 2026年3月12日 被撤销。行政许可法第六十九条第二款" in text(sheet)
    assert "尚未决定的，须重新提交或者由岗位核实" in text(sheet)
    refused = client.post(address, {"act": "stand_by", "operation": "s", "stand_by-operation": "s"})
    assert refused.status_code == 422
    answer = client.post(
        address,
        {
            "act": "stand_by",
            "stand_by-operation": "s",
            "stand_by-certificate": certificate,
            "stand_by-finding": "登记簿在册",
        },
        follow=True,
    )
    assert "核实结果已记录。" in text(answer)
    assert "电子证照标识" not in text(client.get(address))


@pytest.mark.usefixtures("later")
def test_the_holder_reads_what_became_of_it_and_gives_something_else(certificate: str, relying: str) -> None:
    end(certificate)
    client, number = sign_in(Client()), read(relying).number

    page = text(client.get(reverse("casework:application", args=[number])))
    replacing = text(client.get(reverse("casework:supply_in_place", args=[number])))

    assert f"（{certificate}）已于 2026年3月12日 被撤销" in page
    assert "《船舶国籍证书》" in replacing
