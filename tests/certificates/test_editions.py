"""Is one certificate the same in all its forms, to the command, the page and the lists; and is each judged alike?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from asn1crypto import pem
from django.db import transaction

from tests.certificates.drafts import CITIZEN, ISSUER, draft
from tests.keys.licensed import Licensed
from tongban.certificates import actions, editions, offline, queries, statuses
from tongban.certificates.models import Certificate
from tongban.crypto import x509
from tongban.crypto.profiles import Algorithm
from tongban.domain.certificate import Status
from tongban.domain.clock import BEIJING_TIME, day_of
from tongban.domain.status import Unreadable
from tongban.domain.verdict import Code
from tongban.keys import actions as keys
from tongban.keys import trust
from tongban.keys.models import SigningKey
from tongban.keys.purposes import Purpose
from tongban.paper import pades
from tongban.paper.ofd import sealing

Form = Callable[[bytes], bytes]
ARTICLE = "《中华人民共和国行政许可法》第六十九条"


@pytest.fixture
def document(issuer, keys_dir, now) -> bytes:
    (issued,) = actions.issue_many(stream="application:1", drafts=[draft()], now=now)
    return queries.read(identifier=issued.identifier)


@pytest.fixture(params=["json", "ofd", "pdf", "code SM2", "code P-256"])
def form(request, now) -> Form:
    return {
        "json": lambda document: document,
        "ofd": lambda document: editions.ofd(document, now=now),
        "pdf": lambda document: editions.pdf(document, now=now),
        "code SM2": lambda document: editions.code(document, now=now, algorithm=Algorithm.SM2SM3).encode(),
        "code P-256": lambda document: editions.code(document, now=now, algorithm=Algorithm.ES256).encode(),
    }[request.param]


def verified(shown: bytes, folder: Path, tmp_path: Path, today: date) -> offline.Finding:
    file = tmp_path / "shown"
    file.write_bytes(shown)
    return offline.verify(file, trust=folder, today=today, now=datetime.combine(today, time(), BEIJING_TIME))


def test_each_form_verifies_offline_with_one_sentence(profile, document, form, keys_dir, tmp_path, today):
    finding = verified(form(document), keys_dir, tmp_path, today)

    assert (finding.exit_code, finding.code, finding.status_as_of) == (0, "valid", today)
    assert finding.message == "有效：由“曹妃甸海事局”签发，内容与签发时一致，有效期至 2031-03-02。"


def test_each_form_is_judged_beside_the_register(document, form, now, today):
    shown = form(document)

    valid = queries.verify(shown, now=now, today=today)
    Certificate.objects.update(status=Status.ANNULLED, ended_on=today, ended_by=ARTICLE)
    ended = queries.verify(shown, now=now, today=today)
    Certificate.objects.update(status=Status.IN_FORCE, ended_on=None, digest="0" * 64)
    other = queries.verify(shown, now=now, today=today)

    assert [one.code for one in (valid, ended, other)] == [Code.VALID, Code.ENDED, Code.NOT_AS_REGISTERED]
    assert ended.message == (
        f"已失效：签发机关“曹妃甸海事局”已于 2026-03-02 撤销这张证照（{ARTICLE}）。请勿采信；有疑问的，向该机关核实。"
    )


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (Status.SUSPENDED, "suspended", "自 2026-03-05 起暂停这张证照的效力"),
        (Status.WITHDRAWN, "ended", "已于 2026-03-05 撤回"),
        (Status.REVOKED, "ended", "已于 2026-03-05 吊销"),
        (Status.ANNULLED, "ended", "已于 2026-03-05 撤销"),
        (Status.CANCELLED, "ended", "已于 2026-03-05 注销"),
    ],
)
def test_the_status_list_reaches_each_form_offline(document, form, keys_dir, tmp_path, now, today, status, code, words):
    shown = form(document)
    Certificate.objects.update(status=status, ended_on=date(2026, 3, 5), ended_by=ARTICLE)
    actions.publish(now=now + timedelta(days=4))

    finding = verified(shown, keys_dir, tmp_path, date(2026, 3, 7))

    assert (finding.exit_code, finding.code, finding.status_as_of) == (1, code, date(2026, 3, 6))
    assert f"{words}" in finding.message and ARTICLE in finding.message


def test_a_status_list_that_was_to_be_renewed_still_tells_what_it_knows(document, form, keys_dir, tmp_path, now, today):
    shown = form(document)

    fresh, stale = (verified(shown, keys_dir, tmp_path, today + timedelta(days=days)) for days in (1, 2))
    Certificate.objects.update(status=Status.REVOKED, ended_on=today)
    actions.publish(now=now)
    ended = verified(shown, keys_dir, tmp_path, today + timedelta(days=2))

    assert [(one.exit_code, one.status_as_of, one.status_stale) for one in (fresh, stale, ended)] == [
        (0, today, False),
        (0, today, True),
        (1, today, True),
    ]
    assert fresh.status_message == "状态以 2026-03-02 的状态列表为准。"
    assert (
        stale.status_message
        == ended.status_message
        == (
            "状态以 2026-03-02 的状态列表为准；这份列表应于 2026-03-03 更新，已经过期，此后有没有暂停、撤销等无从得知。"
            "请更新状态列表后再核验。"
        )
    )


def test_without_a_status_list_the_trust_list_tells_its_day(document, form, keys_dir, tmp_path, today):
    (keys_dir / "status.json").unlink()

    finding = verified(form(document), keys_dir, tmp_path, today + timedelta(days=9))

    assert (finding.code, finding.status_as_of, finding.status_stale) == ("valid", today, False)
    assert finding.status_message.startswith("没有签发地区的状态列表，信任列表截至 2026-03-02")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"version":1,"lists":[{}]}', b"\xff"])
def test_a_status_list_that_is_none_stops_the_verification(document, keys_dir, tmp_path, today, content):
    (keys_dir / "status.json").write_bytes(content)

    finding = verified(document, keys_dir, tmp_path, today)

    assert (finding.exit_code, finding.code) == (2, "no_status_list")


def test_a_status_list_of_another_key_is_refused(document, keys_dir, now):
    trusted = trust.load(keys_dir)
    key = keys.ensure_key(owner="x", purpose=Purpose.STATUS, algorithm=Algorithm.SM2SM3, now=now)
    file = (keys_dir / "status.json").read_text()
    own = next(key.key_id for key in trusted.keys if key.purpose == "status")
    (keys_dir / "status.json").write_text(file.replace(own, key.id))

    with pytest.raises(Unreadable, match="不是用该地区的密钥签的"):
        statuses.load(keys_dir, trusted=trusted)


def test_a_region_that_only_signs_batches_has_no_status_list(document, keys_dir, now):
    keys.ensure_root(region="120000", name="天津市", algorithm=Algorithm.SM2SM3, now=now)

    actions.publish(now=now)

    trusted = trust.load(keys_dir)
    assert [one.region for one in trusted.lists] == ["120000", "130000"]
    assert list(statuses.load(keys_dir, trusted=trusted)) == ["130000"]


def test_what_has_run_out_leaves_the_status_list(document, keys_dir, now):
    Certificate.objects.update(status=Status.REVOKED, ended_on=date(2026, 3, 5))
    trusted = trust.load(keys_dir)

    def named(days: int) -> list[str]:
        statuses.write_status_lists(keys_dir, now=now + timedelta(days=days))
        return list(statuses.load(keys_dir, trusted=trusted)["130000"].ended)

    assert (named(1), named(5 * 366)) == ([draft().identifier], [])


def test_an_expired_certificate_is_expired_in_each_form(document, form, keys_dir, tmp_path):
    assert verified(form(document), keys_dir, tmp_path, date(2031, 3, 3)).code == "expired"


def test_the_paper_carries_the_signed_file(document, now):
    assert sealing.open_up(editions.ofd(document, now=now)).attached == document
    assert pades.attached(editions.pdf(document, now=now)) == document


def test_the_paper_of_another_issuer_around_a_genuine_file_is_refused(document, keys_dir, tmp_path, now, today):
    """Another authority of the same region, with keys and seal of its own, puts a genuine file into its paper."""
    other = replace(ISSUER, code="11130200MA0TB0099X", name="冒名海事局")
    actions.prepare_issuer(issuer=other, now=now)
    actions.publish(now=now)
    genuine = editions._signer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(editions, "_signer", lambda issuer, algorithm, now: genuine(other, algorithm, now))
        papers = [editions.ofd(document, now=now), editions.pdf(document, now=now)]

    for shown in papers:
        finding = verified(shown, keys_dir, tmp_path, today)
        assert (finding.exit_code, finding.code) == (1, "paper_not_by_issuer")


def test_a_paper_sealed_with_a_key_that_was_retired_before_is_refused(document, keys_dir, tmp_path, now, today):
    shown = [editions.ofd(document, now=now), editions.pdf(document, now=now)]
    SigningKey.objects.filter(owner=ISSUER.code).update(valid_from=now + timedelta(days=2))
    actions.publish(now=now + timedelta(days=3))

    for one in shown:
        assert verified(one, keys_dir, tmp_path, today).code == "key_out_of_validity"


def test_papers_hold_after_root_and_certificate_were_renewed(document, form, keys_dir, tmp_path, now):
    shown, later = form(document), now + timedelta(days=100)
    for algorithm in Algorithm:
        keys.renew_root(region="130000", algorithm=algorithm, now=later)
    actions.publish(now=later)

    assert verified(shown, keys_dir, tmp_path, later.date()).code == "valid"


def test_a_person_is_named_on_paper_and_masked_in_the_code(issuer, keys_dir, tmp_path, now, today):
    (issued,) = actions.issue_many(stream="application:2", drafts=[draft(2, holder=CITIZEN)], now=now)
    document = queries.read(identifier=issued.identifier)

    said = queries.verify(editions.code(document, now=now).encode(), now=now, today=today).summary

    assert (said.holder, said.holder_number) == ("王建国", "E1*****78")


@pytest.mark.parametrize("beginning", [b"PK\x03\x04", b"%PDF-1.7", b"TB1:", b"{", b""])
def test_a_file_that_is_none_is_unreadable(issuer, keys_dir, tmp_path, today, beginning):
    finding = verified(beginning + b"\x00garbage" * 99, keys_dir, tmp_path, today)

    code = "unreadable_code" if beginning == b"TB1:" else "unreadable"
    assert (finding.exit_code, finding.code) == (2, code)


def test_a_file_beyond_all_forms_is_too_large(issuer, keys_dir, tmp_path, today):
    finding = verified(bytes(5 * 1024 * 1024), keys_dir, tmp_path, today)

    assert (finding.exit_code, finding.code) == (2, "too_large")


@pytest.mark.parametrize(("make", "algorithm"), [(editions.ofd, Algorithm.SM2SM3), (editions.pdf, Algorithm.ES256)])
def test_papers_carry_the_certificate_of_a_licensed_authority(keys_dir, tmp_path, db, make, algorithm):
    now = datetime.now(UTC) + timedelta(minutes=5)  # OpenSSL certifies from the machine's own instant on
    today = day_of(now)
    actions.prepare_issuer(issuer=ISSUER, now=now - timedelta(days=2))
    with transaction.atomic():
        (issued,) = actions.issue_many(stream="application:1", drafts=[draft(issued_on=today)], now=now)
    document = queries.read(identifier=issued.identifier)
    request = pem.armor("CERTIFICATE REQUEST", keys.request(owner=ISSUER.code, algorithm=algorithm, now=now)).decode()
    chain = Licensed(algorithm, tmp_path / "authority").certify(request)
    keys.adopt([encoded for _, _, encoded in pem.unarmor(chain.encode(), multiple=True)], now=now)
    actions.publish(now=now)

    shown = make(document, now=now)

    opened = pades.open_up(shown).signer if make is editions.pdf else sealing.open_up(shown).sealed.signer
    assert x509.read(opened).issuer.common == "某电子认证机构"
    assert verified(shown, keys_dir, tmp_path, today).code == "valid"
