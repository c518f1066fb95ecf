"""Certificates are signed, sealed and registered together with the decision."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.certificates.drafts import CITIZEN, ISSUER, NATIONALITY, OWNER, SHIP, draft
from tongban.certificates import actions, queries
from tongban.certificates.models import Certificate
from tongban.crypto import sm3
from tongban.domain import verification
from tongban.domain.certificate import NotIssued, Related, Relation, Status
from tongban.domain.identifiers import InvalidIdentifier
from tongban.domain.verdict import Code
from tongban.keys import actions as keys
from tongban.keys import trust

STREAM = "application:1"


def issue(*drafts, now, stream=STREAM):
    return actions.issue_many(stream=stream, drafts=drafts, now=now)


def test_an_issued_certificate_verifies_by_the_trust_list_alone(profile, issuer, keys_dir, now, today):
    (issued,) = issue(draft(), now=now)

    document = queries.read(identifier=issued.identifier)
    verdict = verification.judge(document, trust=trust.load(keys_dir), today=today)

    assert verdict.message == "有效：由“曹妃甸海事局”签发，内容与签发时一致，有效期至 2031-03-02。"
    assert (verdict.code, verdict.status_as_of) == (Code.VALID, date(2026, 3, 2))
    assert (verdict.certificate.identifier, verdict.certificate.holder_name) == (issued.identifier, OWNER.name)
    assert issued.digest == sm3.digest(document).hex()


def test_the_register_says_what_was_issued(issuer, now):
    (issued,) = issue(draft(), now=now)

    line = queries.find(identifier=issued.identifier)

    assert line == queries.Registered(
        identifier="1.2.156.3005.2.11130200MA0TB0011Q003.11130200MA0TB0011Q.13020920260302000001A0001.001.L",
        stream=STREAM,
        type="C_NAT",
        type_name="船舶国籍证书",
        type_name_en="Certificate of ship nationality",
        holder=OWNER.party,
        subject=SHIP,
        issuer=ISSUER.code,
        issuer_name=ISSUER.name,
        region="130209",
        issued_at=now,
        issued_on=date(2026, 3, 2),
        valid_until=date(2031, 3, 3),
        status=Status.IN_FORCE,
        digest=issued.digest,
    )


@pytest.mark.parametrize("count", [1, 17, 400])
def test_a_warm_issue_is_one_statement_however_many(issuer, now, count):
    issue(draft(9999), now=now)

    with CaptureQueriesContext(connection) as statements:
        issued = issue(*[draft(number) for number in range(1, count + 1)], now=now)

    assert len(statements) == 1
    assert [one.identifier for one in issued] == [draft(number).identifier for number in range(1, count + 1)]


def test_nothing_to_issue_is_no_statement(issuer, now, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert issue(now=now) == ()


def test_a_certificate_is_issued_once(issuer, now):
    issue(draft(), now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        issue(draft(), now=now)

    assert Certificate.objects.count() == 1


def test_issuing_outside_a_decision_is_refused(own_database, now):
    with pytest.raises(transaction.TransactionManagementError):
        issue(draft(), now=now)


def test_an_issuer_without_a_key_issues_nothing(db, keys_dir, now):
    with pytest.raises(keys.NoKey, match="没有可用的签名密钥"):
        issue(draft(), now=now)

    assert Certificate.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "refusal", "sentence"),
    [
        ({"type": replace(NATIONALITY, type_code="")}, InvalidIdentifier, "证照类型代码应为 18 位代码加 3 位数字"),
        ({"serial": "130209-1"}, InvalidIdentifier, "流水号应为 1 至 32 位数字或大写字母"),
        ({"fields": (("x", "附表", "长" * 100_000),)}, NotIssued, "证照内容超过 256 KB"),
        ({"type": replace(NATIONALITY, valid_months=120_000)}, NotIssued, "超出了日历"),
    ],
)
def test_a_draft_that_cannot_be_a_certificate_is_refused_whole(issuer, now, changes, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        issue(draft(1), draft(2, **changes), now=now)

    assert Certificate.objects.count() == 0


def test_the_file_is_sealed_under_its_holders_key(issuer, now):
    (issued,) = issue(draft(holder=CITIZEN), now=now)
    row = Certificate.objects.get()

    assert "王建国" not in "".join(str(value) for value in vars(row).values())
    assert "王建国" in queries.read(identifier=issued.identifier).decode()

    keys.erase(person=CITIZEN.party, now=now)

    with pytest.raises(keys.Erased):
        queries.read(identifier=issued.identifier)
    assert queries.find(identifier=issued.identifier).digest == issued.digest


def test_a_file_is_judged_beside_the_register(issuer, now, today):
    (issued,) = issue(draft(), now=now)
    document = queries.read(identifier=issued.identifier)
    asked = {"now": now + timedelta(days=3), "today": today + timedelta(days=3)}

    as_registered = queries.verify(document, **asked)
    Certificate.objects.update(
        status=Status.REVOKED, ended_on=date(2026, 3, 3), ended_by="《中华人民共和国行政处罚法》第九条"
    )
    revoked = queries.verify(document, **asked)
    Certificate.objects.update(digest="0" * 64)
    another = queries.verify(document, **asked)
    Certificate.objects.all().delete()
    unregistered = queries.verify(document, **asked)

    assert [each.code for each in (as_registered, revoked, another, unregistered)] == [
        Code.VALID,
        Code.ENDED,
        Code.NOT_AS_REGISTERED,
        Code.VALID,
    ]
    assert (as_registered.status_as_of, revoked.message) == (
        date(2026, 3, 5),
        "已失效：签发机关“曹妃甸海事局”已于 2026-03-03 吊销这张证照（《中华人民共和国行政处罚法》第九条）。"
        "请勿采信；有疑问的，向该机关核实。",
    )


def test_the_wallet_shows_what_counts_first(issuer, now, today, django_assert_num_queries):
    old = replace(NATIONALITY, valid_months=1)
    issue(draft(1, type=old), draft(2), draft(3, holder=CITIZEN), now=now)

    with django_assert_num_queries(1):
        in_march = queries.wallet(party=OWNER.party, today=today)
        names = [one.identifier for one in in_march]
    in_may = queries.wallet(party=OWNER.party, today=date(2026, 5, 1))

    assert names == [draft(1).identifier, draft(2).identifier]
    assert [(one.identifier, one.counts(date(2026, 5, 1))) for one in in_may] == [
        (draft(2).identifier, True),
        (draft(1).identifier, False),
    ]


def test_evidence_is_held_by_the_holder_for_the_subject_while_it_counts(issuer, now, today, django_assert_num_queries):
    issue(
        draft(1), draft(2, subject="ship:9321483"), draft(3, holder=CITIZEN), draft(4, type=_renamed("C_OWN")), now=now
    )
    asked = {"holders": [OWNER.party], "subjects": [SHIP], "types": ["C_NAT"]}

    with django_assert_num_queries(1):
        found = queries.held(**asked, today=today)

    assert found == {("C_NAT", SHIP): draft(1).identifier}
    assert queries.held(**asked, today=today - timedelta(days=1)) == {}
    assert queries.held(**asked, today=date(2031, 3, 2)) == found
    assert queries.held(**asked, today=date(2031, 3, 3)) == {}


def test_a_revoked_certificate_is_no_evidence(issuer, now, today):
    issue(draft(1), now=now)
    Certificate.objects.update(
        status=Status.REVOKED, ended_on=date(2026, 3, 3), ended_by="《中华人民共和国行政处罚法》第九条"
    )

    assert queries.held(holders=[OWNER.party], subjects=[SHIP], types=["C_NAT"], today=today) == {}


def test_the_newest_evidence_is_taken(issuer, now, today):
    issue(draft(2), now=now)
    issue(draft(1), now=now + timedelta(days=1), stream="application:2")

    found = queries.held(holders=[OWNER.party], subjects=[SHIP], types=["C_NAT"], today=today)

    assert found == {("C_NAT", SHIP): draft(1).identifier}


def test_the_certificates_of_an_application_come_in_order(issuer, now):
    issue(draft(2), draft(1), now=now)
    issue(draft(3), now=now, stream="application:2")

    assert [one.identifier for one in queries.of_stream(stream=STREAM)] == [draft(1).identifier, draft(2).identifier]


def test_an_unknown_number_is_refused_in_one_sentence(db):
    with pytest.raises(queries.NoSuchCertificate, match="没有找到这个编号的证照"):
        queries.find(identifier="1.2.3")


def _renamed(code: str):
    return replace(NATIONALITY, code=code, type_code="11130200MA0TB0011Q002")


def test_the_register_names_the_certificate_before_and_finds_the_one_after(issuer, now):
    (first,) = issue(draft(1), now=now)
    related = Related(first.identifier, Relation.RENEWAL)
    (second,) = issue(draft(2, related=related), now=now + timedelta(days=1))

    assert queries.find(identifier=second.identifier).related == related
    assert queries.after(identifier=first.identifier) == queries.find(identifier=second.identifier)
    assert queries.after(identifier=second.identifier) is None


def test_the_register_takes_no_relation_to_nothing(issuer, now):
    (issued,) = issue(draft(), now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(identifier=issued.identifier).update(relation="renewal")


def test_a_number_before_that_cannot_exist_issues_nothing(issuer, now):
    with pytest.raises(InvalidIdentifier):
        issue(draft(related=Related("1.2.156.3005.2.1", Relation.RENEWAL)), now=now)

    assert not Certificate.objects.exists()
