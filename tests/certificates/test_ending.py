"""What an authority does to its certificates is journalled, done once, and done by those who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.certificates.drafts import CITIZEN, ISSUER, NATIONALITY, OWNER, draft
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.certificates import actions, ending, queries, statuses, storage
from tongban.certificates.actions import NothingToIssue, Use
from tongban.certificates.models import Certificate
from tongban.certificates.queries import NoSuchCertificate
from tongban.domain.acts import NotNow, SameEyes
from tongban.domain.certificate import Status
from tongban.domain.events import CertificateEnded, CertificatesIssuedFromRecord
from tongban.domain.refused import Refused
from tongban.domain.verdict import Code
from tongban.journal import queries as journal
from tongban.journal.actions import OperationReused
from tongban.keys import actions as keys
from tongban.keys.purposes import Purpose
from tongban.people.actor import SYSTEM, Actor, DutyValue, Party, PartyKind
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role

DUTY = DutyValue(Role.REVIEWER, ISSUER.region, department=ISSUER.code, desk="船舶登记岗")
ONE = Actor(id="account:1", name="甲", duties=(DUTY,))
OTHER = Actor(id="account:2", name="乙", duties=(DUTY,))
STRANGER = Actor(id="account:3", name="丙", duties=(replace(DUTY, department="another"),))
OWNERS = Actor(id="account:4", name="丁", party=Party(OWNER.party, PartyKind.ORGANISATION, OWNER.name, OWNER.number))
ACTION = 8
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def after(days: int) -> datetime:
    return NOW + timedelta(days=days)


@pytest.fixture
def certificate(issuer: Any) -> str:
    return actions.issue_from_record(
        operation="convert", actor=ONE, source="船舶登记簿存量证书转换", drafts=[draft()], now=NOW
    )["issued"][0]


def act(name: str, certificate: str, *, actor: Actor = ONE, at: datetime = NOW, **asked: Any) -> dict[str, Any]:
    asked.setdefault("operation", f"{name}/{actor.id}/{at}")
    return getattr(ending, name)(actor=actor, certificate=certificate, now=at, **asked)


def notice(certificate: str, ground: str = "fraud", **asked: Any) -> dict[str, Any]:
    return act("notice", certificate, **({"ground": ground, "reason": "虚报船龄", "hearing": False} | asked))


def decide(certificate: str, ground: str = "fraud", **asked: Any) -> dict[str, Any]:
    return act("decide", certificate, **({"actor": OTHER, "ground": ground, "reason": "查实", "at": after(8)} | asked))


def test_what_was_decided_stands_in_register_journal_list_and_verdict(certificate: str) -> None:
    told = notice(certificate)
    decided = decide(certificate)

    assert told == {"certificate": certificate, "statement_due_on": "2026-03-09", "hearing": False}
    assert decided == {"certificate": certificate, "status": "annulled", "on": "2026-03-10"}
    assert queries.find(identifier=certificate).status is Status.ANNULLED
    (listed,) = statuses.status_lists(now=after(8))["lists"]
    assert listed["list"]["ended"] == [
        {"identifier": certificate, "status": "annulled", "on": "2026-03-10", "by": "行政许可法第六十九条第二款"}
    ]
    verdict = queries.verify(queries.read(identifier=certificate), now=after(8), today=date(2026, 3, 10))
    assert verdict.code is Code.ENDED
    assert "2026-03-10 撤销这张证照（行政许可法第六十九条第二款）" in verdict.message
    demand_sound()


def test_a_suspension_is_lifted_and_leaves_the_list(certificate: str) -> None:
    notice(certificate, "under_verification")
    decide(certificate, "under_verification")
    suspended = queries.find(identifier=certificate).status

    decide(certificate, "suspension_over", at=after(20))

    assert (suspended, queries.find(identifier=certificate).status) == (Status.SUSPENDED, Status.IN_FORCE)
    (listed,) = statuses.status_lists(now=after(20))["lists"]
    assert listed["list"]["ended"] == []
    demand_sound()


def test_the_holder_speaks_and_asks_for_a_hearing(certificate: str) -> None:
    notice(certificate, "penalty_revocation")
    act("state", certificate, actor=OWNERS, text="船龄是船厂填错的")
    asked = act("request_hearing", certificate, actor=OWNERS, at=after(1))
    with pytest.raises(NotNow, match="听证还没有举行"):
        decide(certificate, "penalty_revocation")
    act("hold_hearing", certificate, record="听证笔录", at=after(8))

    assert asked["hold_by_on"] == "2026-03-31"
    assert decide(certificate, "penalty_revocation")["status"] == "revoked"
    demand_sound()


def test_an_agent_for_some_matters_does_not_speak_the_holders_last_word(certificate: str) -> None:
    notice(certificate, "penalty_revocation")
    agent = replace(OWNERS, id="account:5", mandate_matters=frozenset({"HS-01"}))

    for name, said in (("state", {"text": "没有意见"}), ("request_hearing", {})):
        with pytest.raises(NotAllowed, match="授权只限部分事项"):
            act(name, certificate, actor=agent, **said)
    with pytest.raises(NotNow, match="陈述申辩期限"):
        decide(certificate, "penalty_revocation", at=after(3))


def test_what_is_said_stands_under_the_holders_seal(certificate: str) -> None:
    notice(certificate)

    row = Certificate.objects.get()

    assert "虚报船龄" not in row.intended
    kept = storage.read_standing(storage.stream_of(certificate))
    assert kept and kept.intended and keys.unseal(kept.intended.reason).decode() == "虚报船龄"


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (lambda one: notice(one, actor=STRANGER), NotAllowed),
        (lambda one: notice(one, actor=OWNERS), NotAllowed),
        (lambda one: notice(one, actor=replace(ONE, party=OWNERS.party)), NotAllowed),
        (lambda one: act("state", one, text="不服"), NotAllowed),
        (lambda one: act("request_hearing", one), NotAllowed),
        (lambda one: decide(one), NotNow),
        (lambda one: notice("1.2.156.3005.2.nothing"), NoSuchCertificate),
    ],
)
def test_who_may_not_and_what_cannot_be_leaves_no_trace(
    certificate: str, happens: Callable[[str], Any], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        happens(certificate)

    assert journal.entries(storage.stream_of(certificate)) == []
    assert storage.read_standing(storage.stream_of(certificate)) == storage.ends.UNTOUCHED
    demand_sound()


def test_whom_a_companys_certificate_is_about_does_not_act_on_it(issuer: Any) -> None:
    about = draft(subject=CITIZEN.party)
    with transaction.atomic():
        actions.issue_many(stream="application:1", drafts=[about], now=NOW)

    with pytest.raises(NotAllowed, match="回避"):
        notice(about.identifier, actor=replace(ONE, person=CITIZEN.party))


def test_who_told_the_holder_does_not_decide(certificate: str) -> None:
    notice(certificate)

    with pytest.raises(SameEyes):
        decide(certificate, actor=ONE)


def test_a_repeat_has_one_effect_and_other_content_under_its_number_is_refused(certificate: str) -> None:
    first = notice(certificate, operation="once")

    assert notice(certificate, operation="once") == first
    with pytest.raises(OperationReused):
        notice(certificate, "beyond_powers", operation="once")
    assert len(journal.entries(storage.stream_of(certificate))) == 1


@pytest.mark.parametrize("name", ["notice", "decide"])
def test_an_act_costs_a_constant_number_of_statements(certificate: str, name: str) -> None:
    if name == "decide":
        notice(certificate)
        keys.sign_own(owner=OTHER.id, purpose=Purpose.CONCLUSION, said={}, now=NOW)
    with CaptureQueriesContext(connection) as statements:
        notice(certificate) if name == "notice" else decide(certificate)

    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    counted = [one["sql"] for one in statements if not one["sql"].startswith(frame)]
    assert len(counted) <= ACTION, counted


# --- from records -----------------------------------------------------------------------------------------------------


def test_an_authority_issues_from_its_records_in_one_operation(issuer: Any) -> None:
    drafts = [draft(number) for number in range(1, 201)]

    answer = actions.issue_from_record(operation="many", actor=SYSTEM, source="存量证照转换", drafts=drafts, now=NOW)
    again = actions.issue_from_record(operation="many", actor=SYSTEM, source="存量证照转换", drafts=drafts, now=NOW)

    assert answer == again == {"issued": [one.identifier for one in drafts]}
    (stream,) = {row.stream_id for row in Certificate.objects.all()}
    (entry,) = journal.entries(stream)
    assert isinstance(entry.event, CertificatesIssuedFromRecord)
    assert (entry.event.source, entry.event.type, len(entry.event.issued)) == ("存量证照转换", "C_NAT", 200)
    demand_sound()


@pytest.mark.parametrize(
    ("drafts", "actor", "refusal"),
    [
        ([], ONE, NothingToIssue),
        ([draft(1), draft(2, type=replace(NATIONALITY, code="C_OWN"))], ONE, NothingToIssue),
        ([draft(1)], STRANGER, NotAllowed),
        ([draft(1)], OWNERS, NotAllowed),
    ],
)
def test_only_one_kind_and_only_by_its_authority(issuer: Any, drafts: Any, actor: Actor, refusal: Any) -> None:
    with pytest.raises(refusal):
        actions.issue_from_record(operation="x", actor=actor, source="转换", drafts=drafts, now=NOW)

    assert Certificate.objects.count() == 0


def test_a_line_that_no_record_issued_is_found_out(certificate: str) -> None:
    Certificate.objects.update(digest="0" * 64)

    assert [fault.stream[:9] for fault in journal.soundness().replay_faults] == ["issuance:"]


def test_a_state_that_nobody_decided_is_found_out(certificate: str) -> None:
    notice(certificate)
    Certificate.objects.update(status=Status.REVOKED, ended_on=date(2026, 3, 3), ended_by="行政处罚法第九条第三项")

    assert [fault.stream for fault in journal.soundness().replay_faults] == [storage.stream_of(certificate)]


# --- reliance ---------------------------------------------------------------------------------------------------------


def test_who_relies_on_a_certificate_is_found_and_kept_once(db: None, django_assert_num_queries: Any) -> None:
    uses = [Use("C_NAT", "", "n-1"), Use("M_OWN", CITIZEN.party, "n-2")]
    with django_assert_num_queries(1):
        actions.rely(stream="application/1", uses=uses, now=NOW)
    actions.rely(stream="application/1", uses=uses[:1], now=after(1))
    actions.rely(stream="application/2", uses=uses[:1], now=after(1))

    with django_assert_num_queries(1):
        found = queries.relying(certificates=["n-1"])

    assert [(one.stream, one.material, one.since) for one in found] == [
        ("application/1", "C_NAT", NOW),
        ("application/2", "C_NAT", after(1)),
    ]
    with django_assert_num_queries(0):
        actions.rely(stream="application/3", uses=[], now=NOW)


# --- races ------------------------------------------------------------------------------------------------------------


def test_two_officers_end_it_in_the_same_instant(own_database: OwnDatabase, keys_dir: Any) -> None:
    actions.prepare_issuer(issuer=ISSUER, now=NOW)
    (identifier,) = actions.issue_from_record(
        operation="convert", actor=ONE, source="存量证照转换", drafts=[draft()], now=NOW
    )["issued"]
    third = replace(OTHER, id="account:5")

    answers = own_database.together(
        *(
            lambda officer=officer, ground=ground: decide(identifier, ground, actor=officer)
            for officer, ground in ((OTHER, "holder_asked"), (third, "body_dissolved"))
        )
    )

    done = [one for one in answers if isinstance(one, dict)]
    refused = [one for one in answers if isinstance(one, Refused)]
    assert ([one["status"] for one in done], len(refused)) == (["cancelled"], 1)
    ended = [one.event for one in journal.entries(storage.stream_of(identifier))]
    assert len(ended) == 1 and isinstance(ended[0], CertificateEnded)
    demand_sound()
