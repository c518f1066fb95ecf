"""A certificate of another node is what its issuer signed and stands as its issuer's node says; nothing else is one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from tests.certificates.drafts import CITIZEN, ISSUER, OWNER, SHIP, draft
from tests.exchange.issuers import IN_FORCE, TIANJIN, Authority
from tests.exchange.lines import Deliver, Line
from tests.exchange.others import NOW, Other, key
from tests.soundness import demand_sound
from tongban.casework.actions import reliance
from tongban.certificates import actions as register
from tongban.certificates import editions, ending, offline, queries, statuses
from tongban.certificates.models import Certificate, Paper
from tongban.crypto import base64url
from tongban.domain import certificate as kernel
from tongban.domain.acts import NotNow
from tongban.domain.certificate import Holder, Status
from tongban.domain.clock import day_of
from tongban.domain.identifiers import DocumentType
from tongban.domain.trust import written
from tongban.domain.verdict import Code, Ended, Known
from tongban.exchange import certificates, delivering, published
from tongban.exchange.delivering import Answer
from tongban.exchange.models import Peer, Published, Sent, Stored, Written
from tongban.journal import queries as journal
from tongban.journal.models import Errand
from tongban.keys import trust
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.keys.purposes import Purpose
from tongban.people import queries as people
from tongban.people.actor import Actor, DutyValue
from tongban.people.roles import Role
from tongban.project import corridor, protocols

TODAY = day_of(NOW)
ARTICLE = "行政许可法第六十九条第二款"


@pytest.fixture
def authority(other: Other) -> Authority:
    """An authority of Tianjin, whose key is in the list that this node has."""
    made = Authority(other)
    made.vouch()
    other.introduce()
    return made


def codes(answer: Any) -> list[str]:
    """The codes of what was refused."""
    assert answer.status_code == 200, answer.content.decode()
    return [one["code"] for one in answer.json()["receipt"]["refused"]]


def identifier_of(document: bytes) -> str:
    return kernel.open_up(document)[0].identifier


# --- it arrives -------------------------------------------------------------------------------------------------------


def test_a_certificate_stands_in_its_holders_wallet_as_it_was_signed(authority: Authority) -> None:
    document = authority.issue()

    assert codes(authority.issued(document)) == []

    (line,) = queries.wallet(party=OWNER.party, today=TODAY)
    assert (line.identifier, line.subject, line.type) == (identifier_of(document), SHIP, "C_NAT")
    assert (line.issuer, line.region, line.origin) == (TIANJIN.code, "120000", "tianjin")
    assert queries.read(identifier=line.identifier) == document
    verdict = queries.verify(document, now=NOW, today=TODAY)
    assert (verdict.code, verdict.known, verdict.status_as_of) == (Code.VALID, Known.WORD, TODAY)
    assert queries.verify_many([line.identifier], now=NOW, today=TODAY)[line.identifier] == verdict
    demand_sound()


def test_it_comes_in_the_forms_that_only_its_issuer_can_sign(authority: Authority) -> None:
    document = authority.issue()
    code = authority.code(document)
    authority.issued(document, papers={"code": _64(code)})
    line = queries.find(identifier=identifier_of(document))

    text = editions.code_of(line, document, now=NOW)

    assert text.encode() == code
    assert queries.verify(text.encode(), now=NOW, today=TODAY).code is Code.VALID
    assert editions.came_with(line) == frozenset()
    with pytest.raises(editions.NoEdition, match="没有随证照送来"):
        editions.give("pdf", line=line, document=document, now=NOW)


def test_a_person_is_found_by_his_document(authority: Authority) -> None:
    person = Holder("person:theirs", DocumentType.PASSPORT, CITIZEN.name, CITIZEN.number)
    known_here = people.id_of(document_type=DocumentType.PASSPORT, number=CITIZEN.number)

    authority.issued(authority.issue(holder=person, subject="person:theirs"))
    about = {"document": "passport", "number": "E7654321X"}
    authority.issued(authority.issue(2, holder=OWNER, subject="person:another"), about=about)

    (own,) = queries.wallet(party=known_here, today=TODAY)
    (of_another,) = queries.wallet(party=OWNER.party, today=TODAY)
    assert own.subject == known_here
    assert of_another.subject == people.id_of(document_type=DocumentType.PASSPORT, number="E7654321X")


def test_a_repeat_has_no_effect(authority: Authority) -> None:
    document = authority.issue()
    authority.issued(document)

    assert codes(authority.issued(document)) == []

    assert Certificate.objects.count() == 1
    assert len(journal.entries(f"certificate:{identifier_of(document)}")) == 1
    demand_sound()


def test_another_file_of_the_same_number_is_refused(authority: Authority) -> None:
    document = authority.issue()
    authority.issued(document)

    assert codes(authority.issued(authority.issue(fields=(("ship_name_cn", "中文船名", "渤远二号"),)))) == [
        "another_file"
    ]

    assert queries.read(identifier=identifier_of(document)) == document


# --- what is none -----------------------------------------------------------------------------------------------------


def altered(document: bytes) -> bytes:
    return document.replace("渤远一号".encode(), "渤远二号".encode())


Forge = Callable[[Authority], Any]

FORGED: dict[str, tuple[Forge, str]] = {
    "altered": (lambda one: one.issued(altered(one.issue())), "not_trusted"),
    "another key": (lambda one: one.issued(one.issue(with_key=key())), "not_trusted"),
    "another region": (
        lambda one: Authority(one.node, ISSUER, one.signing, one.listing).issued(
            Authority(one.node, ISSUER, one.signing).issue(), papers={}
        ),
        "not_trusted",
    ),
    "another paper": (lambda one: one.issued(one.issue(), papers={"code": _64(one.code(one.issue(2)))}), "not_trusted"),
    "code as pdf": (lambda one: one.issued(one.issue(), papers={"pdf": _64(one.code(one.issue()))}), "not_trusted"),
    "endless name": (
        lambda one: one.issued(one.issue(type=replace(one.draft().type, name="证" * 201))),
        "not_a_certificate",
    ),
    "no character": (
        lambda one: one.issued(one.issue(type=replace(one.draft().type, name="证\0"))),
        "not_a_certificate",
    ),
    "unknown form": (lambda one: one.issued(one.issue(), papers={"docx": ""}), "not_a_certificate"),
    "no text": (lambda one: one.issued(one.issue(), application=7), "not_a_certificate"),
    "strange type": (
        lambda one: one.issued(one.issue(type=replace(one.draft().type, code="C NAT"))),
        "not_a_certificate",
    ),
    "strange subject": (lambda one: one.issued(one.issue(subject="船")), "not_a_certificate"),
    "strange person": (
        lambda one: one.issued(one.issue(), about={"document": "x", "number": "1"}),
        "not_a_certificate",
    ),
    "wrong number": (
        lambda one: one.issued(one.issue(), about={"document": "resident_id", "number": "1"}),
        "not_a_certificate",
    ),
    "more": (lambda one: one.issued(one.issue(), more=1), "not_a_certificate"),
    "no file": (lambda one: one.issued(one.issue(), file="="), "not_a_certificate"),
    "huge digits": (lambda one: one.issued(one.issue(), word=IN_FORCE | {"as_of": "9" * 400}), "not_a_certificate"),
    "no zone": (lambda one: one.issued(one.issue(), word=IN_FORCE | {"as_of": "2026-03-02"}), "not_a_certificate"),
    "ended without a day": (
        lambda one: one.issued(one.issue(), word=IN_FORCE | {"status": "revoked"}),
        "not_a_certificate",
    ),
    "unknown state": (lambda one: one.issued(one.issue(), word=IN_FORCE | {"status": "lost"}), "not_a_certificate"),
    "endless article": (lambda one: one.issued(one.issue(), word=IN_FORCE | {"by": "条" * 201}), "not_a_certificate"),
    "a list": (lambda one: one.node.send(one.node.write(kind=certificates.ISSUED, body=[])), "not_a_certificate"),  # type: ignore[arg-type]
    "a word about what never came": (lambda one: one.tells(one.issue()), "not_found"),
}


def _64(content: bytes) -> str:
    return base64url.encode(content)


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_or_in_another_form_has_no_effect(authority: Authority, name: str) -> None:
    forge, code = FORGED[name]

    assert codes(forge(authority)) == [code]

    assert (Certificate.objects.count(), Paper.objects.count()) == (0, 0)
    assert Stored.objects.get().refused_code == code
    demand_sound()


def test_the_subject_of_a_message_names_the_file(authority: Authority) -> None:
    document = authority.issue()
    body = {"about": None, "application": "", "file": _64(document), "papers": {}, "word": IN_FORCE}

    sent = authority.node.write(kind=certificates.ISSUED, subject="certificate:0", body=body)

    assert codes(authority.node.send(sent)) == ["not_a_certificate"]


def test_a_peer_cannot_send_what_this_node_issued(authority: Authority, now_issuer: str) -> None:
    document = queries.read(identifier=now_issuer)

    assert codes(authority.issued(document)) == ["not_trusted"]
    assert codes(authority.tells(document, status="revoked", on="2026-03-02")) == ["not_found"]
    assert queries.find(identifier=now_issuer).status is Status.IN_FORCE


def test_a_key_that_is_newer_than_the_list_is_waited_for(
    authority: Authority, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    Peer.objects.update(trusted_at=NOW - timedelta(hours=1), looked_at=None)
    renewed = Authority(authority.node)
    renewed.vouch()
    document = renewed.issue()
    sent = authority.node.write(
        kind=certificates.ISSUED,
        subject=f"certificate:{kernel.file_digest(document)}",
        body={"about": None, "application": "", "file": _64(document), "papers": {}, "word": IN_FORCE},
    )

    first, second = authority.node.send(sent), authority.node.send(sent)

    assert (first.status_code, first.json()["code"], first.json()["retry"]) == (409, "trust_too_old", True)
    assert codes(second) == []
    assert queries.find(identifier=identifier_of(document)).origin == "tianjin"


# --- what becomes of it -----------------------------------------------------------------------------------------------


def test_what_its_issuer_tells_is_so_here_and_who_relied_on_it_hears_of_it(authority: Authority) -> None:
    document = authority.issue()
    identifier = identifier_of(document)
    authority.issued(document)

    suspended = codes(authority.tells(document, status="suspended", on="2026-03-02", by=ARTICLE))

    assert suspended == []
    assert queries.verify(document, now=NOW, today=TODAY).code is Code.SUSPENDED
    assert list(Errand.objects.filter(stream_id=f"certificate:{identifier}").values_list("subject", flat=True)) == [
        reliance.SUBJECT
    ]
    codes(authority.tells(document))
    assert queries.verify(document, now=NOW, today=TODAY).valid
    codes(authority.tells(document, status="annulled", on="2026-03-02", by=ARTICLE))
    assert codes(authority.tells(document)) == ["ended_for_good"]
    ended = queries.verify(document, now=NOW, today=TODAY)
    assert (ended.code, ARTICLE in ended.message) == (Code.ENDED, True)
    demand_sound()


def test_nobody_here_ends_it_and_no_list_of_this_node_names_it(authority: Authority) -> None:
    document = authority.issue()
    authority.issued(document)
    authority.tells(document, status="annulled", on="2026-03-02")
    duty = DutyValue(Role.REVIEWER, "120000", department=TIANJIN.code, desk="岗")
    reviewer = Actor(id="account:1", name="甲", duties=(duty,))

    with pytest.raises(NotNow, match="由签发地区决定"):
        ending.decide(
            operation="1", actor=reviewer, certificate=identifier_of(document), ground="fraud", reason="x", now=NOW
        )

    assert statuses.status_lists(now=NOW)["lists"] == []
    assert list(queries.with_files(since=date(2020, 1, 1))) == []


def test_another_peer_says_nothing_about_it(authority: Authority) -> None:
    document = authority.issue()
    authority.issued(document)
    hebei = Other(NOW, name="hebei", region="130000")
    hebei.introduce()
    teller = Authority(hebei)

    assert codes(teller.tells(document, status="revoked", on="2026-03-02")) == ["not_found"]
    assert codes(teller.issued(document)) == ["not_trusted"]
    assert queries.find(identifier=identifier_of(document)).status is Status.IN_FORCE


# --- by what its region publishes -------------------------------------------------------------------------------------


@pytest.fixture
def publishes(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Let the authority's region publish this status list, and the worker read it."""
    protocols.install()

    def read(text: str, *, at: Any = NOW) -> int:
        lists = {"/trust.json": authority.node.trust_list(), published.STATUSES: text}
        answers = {f"http://tianjin.invalid{path}": said for path, said in lists.items()}
        monkeypatch.setattr(delivering, "_open", lambda asked: Answer(200, answers[asked.full_url].encode()))
        return published.renew(now=at)

    return read


def test_a_file_that_never_came_is_verified_by_the_lists_of_its_region(
    authority: Authority, publishes: Callable[..., int]
) -> None:
    document = authority.issue()
    protocols.install()
    unheard = queries.verify(document, now=NOW, today=TODAY)

    publishes(authority.statuses({}))
    in_force = queries.verify(document, now=NOW, today=TODAY)
    later = NOW + timedelta(hours=1)
    publishes(authority.statuses({identifier_of(document): Ended(Status.REVOKED, TODAY, ARTICLE)}, at=later), at=later)
    revoked = queries.verify(document, now=later, today=TODAY)
    old = queries.verify(authority.issue(2), now=NOW + timedelta(days=3), today=TODAY)

    assert (unheard.code, unheard.known) == (Code.VALID, Known.NOTHING)
    assert (in_force.code, in_force.known, in_force.status_as_of) == (Code.VALID, Known.LIST, TODAY)
    assert (revoked.code, ARTICLE in revoked.message) == (Code.ENDED, True)
    assert (old.code, old.known, old.stale) == (Code.VALID, Known.OLD_LIST, True)


def test_a_list_that_is_older_or_signed_by_another_key_is_not_taken(
    authority: Authority, publishes: Callable[..., int]
) -> None:
    document = authority.issue()
    gone = {identifier_of(document): Ended(Status.REVOKED, TODAY, "")}
    assert publishes(authority.statuses(gone)) == 1

    older = publishes(authority.statuses({}, at=NOW - timedelta(hours=1)), at=NOW + published.FRESH)
    said = Published.objects.get().failure
    forged = publishes(authority.statuses({}, with_key=key()), at=NOW + published.FRESH * 2)
    nothing = publishes("[]", at=NOW + published.FRESH * 3)

    assert (older, forged, nothing) == (0, 0, 0)
    assert "比已有的还旧" in said
    assert queries.verify(document, now=NOW, today=TODAY).code is Code.ENDED


def test_a_list_is_asked_for_when_it_is_old_and_soon_again_when_it_failed(
    authority: Authority, publishes: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    publishes(authority.statuses({}))
    assert publishes(authority.statuses({}), at=NOW + timedelta(minutes=14)) == 0
    assert Published.objects.get().read_at == NOW

    publishes("", at=NOW + published.FRESH)
    again = NOW + published.FRESH + published.AGAIN
    publishes(authority.statuses({}, at=again), at=again)

    assert (Published.objects.get().read_at, Published.objects.get().failure) == (again, "")


def test_what_a_list_says_of_what_came_from_there_is_heard(authority: Authority, publishes: Callable[..., int]) -> None:
    document, other = authority.issue(), authority.issue(2)
    for one in (document, other):
        authority.issued(one)
    authority.tells(other, status="suspended", on="2026-03-02", as_of=written(NOW))
    later = NOW + timedelta(hours=1)

    publishes(authority.statuses({identifier_of(document): Ended(Status.REVOKED, TODAY, "")}, at=later), at=later)

    assert queries.find(identifier=identifier_of(document)).status is Status.REVOKED
    assert queries.find(identifier=identifier_of(other)).status is Status.IN_FORCE
    told = Errand.objects.filter(stream_id=f"certificate:{identifier_of(document)}")
    assert [one.subject for one in told] == [reliance.SUBJECT]
    demand_sound()


def test_a_peer_vouches_for_nobody_whom_this_nodes_region_vouches_for(
    authority: Authority, now_issuer: str, publishes: Callable[..., int]
) -> None:
    thief = Authority(authority.node, replace(ISSUER, region="120000"))
    thief.vouch()
    publishes(thief.statuses({}), at=NOW + timedelta(hours=2))

    verdict = queries.verify(thief.issue(), now=NOW, today=TODAY)

    assert verdict.code is Code.UNKNOWN_KEY
    assert queries.verify(queries.read(identifier=now_issuer), now=NOW, today=TODAY).valid


def test_a_folder_with_all_lists_verifies_certificates_of_all_regions_offline(
    authority: Authority, now_issuer: str, publishes: Callable[..., int], tmp_path: Path
) -> None:
    theirs, gone = authority.issue(), authority.issue(2)
    publishes(authority.statuses({identifier_of(gone): Ended(Status.REVOKED, TODAY, "")}))
    told = StringIO()

    call_command("node_lists", str(tmp_path / "lists"), stdout=told)

    assert "已写入 2 个地区的列表" in told.getvalue()
    found = []
    for number, document in enumerate((queries.read(identifier=now_issuer), theirs, gone)):
        file = tmp_path / str(number)
        file.write_bytes(document)
        found.append(offline.verify(file, trust=tmp_path / "lists", today=TODAY, now=NOW).code)
    assert found == ["valid", "valid", "ended"]


def test_lists_of_a_peer_that_vouches_for_an_issuer_of_this_region_are_left_out(
    authority: Authority, now_issuer: str, publishes: Callable[..., int], tmp_path: Path
) -> None:
    thief = Authority(authority.node, replace(ISSUER, region="120000"))
    thief.vouch()
    publishes(thief.statuses({}), at=NOW + timedelta(hours=2))
    told, refused = StringIO(), StringIO()

    call_command("node_lists", str(tmp_path), stdout=told, stderr=refused)

    assert "已写入 1 个地区的列表" in told.getvalue()
    assert "没有收入tianjin的列表" in refused.getvalue()


def test_the_folder_of_keys_is_left_alone(settings: Settings, now_issuer: str) -> None:
    with pytest.raises(CommandError, match="密钥目录"):
        call_command("node_lists", str(settings.KEYS_DIR))


# --- it is sent -------------------------------------------------------------------------------------------------------


@pytest.fixture
def now_issuer(here: None) -> str:
    """A certificate that an authority of this node has issued."""
    register.prepare_issuer(issuer=ISSUER, now=NOW)
    reviewer = Actor("account:1", "甲", duties=(DutyValue(Role.REVIEWER, ISSUER.region, department=ISSUER.code),))
    issued = register.issue_from_record(operation="1", actor=reviewer, source="登记簿", drafts=[draft()], now=NOW)
    return str(issued["issued"][0])


def send(identifier: str) -> int:
    with transaction.atomic():
        certificates.send(to="tianjin", identifier=identifier, now=NOW)
    return certificates.run(clock=lambda: NOW)


def test_what_is_sent_is_the_file_with_its_forms_and_its_state(now_issuer: str, line: Line, deliver: Deliver) -> None:
    assert (send(now_issuer), send(now_issuer)) == (1, 0)
    assert deliver() == 1

    (message,), (body,) = line.asked[0], line.bodies
    document = queries.read(identifier=now_issuer)
    assert (message.type, message.subject) == (
        "cn.tongban.certificates.issued.v1",
        f"certificate:{kernel.file_digest(document)}",
    )
    assert base64url.decode(body["file"]) == document
    assert body["papers"].keys() == {"code", "ofd", "pdf"}
    assert (body["about"], body["word"]) == (None, IN_FORCE)


def test_whoever_got_it_is_told_what_becomes_of_it(now_issuer: str, line: Line, deliver: Deliver) -> None:
    send(now_issuer)
    duty = DutyValue(Role.REVIEWER, ISSUER.region, department=ISSUER.code, desk="岗")
    one, two = (Actor(f"account:{n}", n, duties=(duty,)) for n in "12")
    about = {"certificate": now_issuer, "ground": "fraud", "reason": "虚报"}
    ending.notice(operation="2", actor=one, hearing=False, now=NOW, **about)
    later = NOW + timedelta(days=10)
    ending.decide(operation="3", actor=two, now=later, **about)

    errand = Errand.objects.get(subject=certificates.SUBJECT)
    for _ in range(2):
        certificates.tell(corridor.outbox.Errand(errand.stream_id, errand.seq, errand.last_seq, errand.subject), later)
    deliver()

    assert [message.type for message in line.asked[0]] == [certificates.ISSUED, certificates.STATUS]
    assert line.bodies[1] == {
        "certificate": now_issuer,
        "word": {"status": "annulled", "on": "2026-03-12", "by": ARTICLE, "as_of": written(later)},
    }


def test_one_that_cannot_be_rendered_waits_and_stops_no_other(
    now_issuer: str, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sent.objects.create(certificate="1.2.156.3005.2.gone", peer_id="tianjin", due_at=NOW - timedelta(minutes=1))

    assert send(now_issuer) == 1

    assert Written.objects.count() == 1
    assert Sent.objects.get(written_at=None).due_at == NOW + certificates.WAIT


def test_one_that_was_marked_by_a_clock_two_days_fast_goes_out_once_it_is_right(now_issuer: str, other: Other) -> None:
    with transaction.atomic():
        certificates.send(to="tianjin", identifier=now_issuer, now=NOW + timedelta(days=2))

    assert certificates.run(clock=lambda: NOW) == 1
    assert Written.objects.count() == 1


def test_what_came_from_elsewhere_is_not_sent_on(authority: Authority) -> None:
    document = authority.issue()
    authority.issued(document)

    assert send(identifier_of(document)) == 0
    assert Sent.objects.count() == 0


def test_what_this_node_sends_is_taken_whole_by_another(now_issuer: str, line: Line, deliver: Deliver) -> None:
    """The other node knows this one's region by its root, and has nothing else of it."""
    send(now_issuer)
    deliver()
    (message,), (body,) = line.asked[0], line.bodies
    document = queries.read(identifier=now_issuer)
    forms = {form: editions.FORMS[form][1](document, now=NOW) for form in ("ofd", "pdf")}
    assert forms.keys() < body["papers"].keys()
    keep_only_what_is_published(message.source)

    certificates.hear_issued(message, body, NOW)

    received = queries.find(identifier=now_issuer)
    assert received.origin == message.source
    assert queries.read(identifier=now_issuer) == document
    assert editions.came_with(received) == {"ofd", "pdf"}
    for form in ("ofd", "pdf"):
        given = editions.give(form, line=received, document=document, now=NOW)
        assert queries.verify(given, now=NOW, today=TODAY).valid


def keep_only_what_is_published(name: str) -> None:
    """Leave of this node's region what another node would have: its roots, brought by people, and its trust list."""
    text = json.dumps(trust.trust_list(now=NOW))
    roots = "".join(pem.armor("CERTIFICATE", root.encoded).decode() for root in trust.current(now=NOW).roots)
    Peer.objects.create(name=name, address="http://beijing.invalid", roots=roots, trust=text, trusted_at=NOW)
    Certificate.objects.all().delete()
    KeyCertificate.objects.all().delete()
    SigningKey.objects.exclude(purpose__in=(Purpose.EXCHANGE, Purpose.RECEIVING)).delete()
