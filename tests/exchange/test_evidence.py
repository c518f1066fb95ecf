"""One node asks another for what a holder has there: it gets what a rule lets count, and the holder reads of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tests.casework.test_recognising import DUTY, draft, filled, holder, wanted
from tests.exchange.issuers import Authority
from tests.exchange.others import NOW, Other
from tests.soundness import demand_sound
from tongban.casework import evidence as possible
from tongban.casework.models import Draft
from tongban.catalogue import joint
from tongban.catalogue.models import CertificateType
from tongban.certificates import inquiring, queries
from tongban.certificates.models import Certificate, Disclosure, Question
from tongban.certificates.wallet import uses
from tongban.certificates.wallet.uses import UseKind
from tongban.domain import certificate as kernel
from tongban.domain.certificate import Holder, Issuer
from tongban.domain.envelope import Refusal
from tongban.domain.events import Answer
from tongban.domain.evidence import MOST_A_DAY, NO_RULE, TOO_MANY, AlreadyAsked
from tongban.domain.identifiers import DocumentType
from tongban.exchange import certificates, evidence, storage
from tongban.exchange.models import Written
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.journal.models import Errand
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.people.permissions import NotAllowed
from tongban.project import travelling

pytestmark = pytest.mark.usefixtures("recognised")
HAULIER = travelling.HOLDER.removeprefix("org:")
NEVER = "01940000-0000-7000-8000-000000000009"
__all__ = ["draft"]


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content.decode()
    return [one["code"] for one in answer.json()["receipt"]["refused"]]


def errands(now: Any = NOW) -> None:
    """Let the worker do what questions and answers ask for, and nothing else."""
    for row in Errand.objects.filter(subject__in=evidence.RUNNERS):
        evidence.RUNNERS[row.subject](outbox.Errand(row.stream_id, row.seq, row.last_seq, row.subject), now)
        row.delete()


# --- this node answers ------------------------------------------------------------------------------------------------


@pytest.fixture
def asker(here: None, settings: Settings) -> Iterator[Other]:
    """A node that speaks for Beijing, where what this node's region issues counts."""
    settings.REGIONS = ["120000"]
    node = Other(NOW, name="capital", region="110000")
    node.introduce()
    yield node


def ask(node: Other, **changes: Any) -> Any:
    """Let a node ask, by a message of the question's id as the protocol wants it; return the answer."""
    body = {
        "question": str(UUID(int=node.writer.link.sequence + 1)),
        "document": "uscc",
        "number": HAULIER,
        "name": travelling.NAME,
        "type": "C_ROAD",
        "rule": rule_of("C_ROAD"),
        "basis": "清单",
        "purpose": "危险货物运输",
    }
    return node.send(node.write(kind=evidence.ASK, subject="evidence:1", body=body | changes))


def rule_of(type: str) -> str:
    return next(one.rule.code for one in joint.read_recognitions(certificates=[type]) if one.rule.materials)


def test_what_counts_there_is_given_and_the_holder_reads_who_asked(asker: Other) -> None:
    held = next(one for one in queries.wallet(party=travelling.HOLDER, today=NOW.date()) if one.type == "C_ROAD")

    assert codes(ask(asker)) == []

    given = Disclosure.objects.get()
    assert (given.answer, given.node, given.holder) == (Answer.FOUND, "capital", travelling.HOLDER)
    assert held.identifier in given.certificates
    (use,) = [one for one in uses.page(holder=travelling.HOLDER).uses if one.kind is UseKind.DISCLOSED]
    assert (use.who, use.purpose, use.certificates) == ("capital", "危险货物运输", (held.identifier,))
    assert [one.actor for one in journal.reads(about=travelling.HOLDER, beginning="evidence ", most=5)] == [
        "node:capital"
    ]
    demand_sound(but=lambda stream: stream.startswith("issuance:"))


def test_the_certificate_comes_before_the_answer(asker: Other) -> None:
    ask(asker)

    errands()
    errands()

    sent = Written.objects.order_by("sequence")
    assert [one.type for one in sent] == [certificates.ISSUED, evidence.ANSWER]


@pytest.mark.parametrize(
    ("changes", "answer", "reason"),
    [
        ({"name": "另一家公司"}, Answer.NONE, ""),
        ({"number": "91120116MA0TB3036L"}, Answer.NONE, ""),
        ({"type": "C_SHIP"}, Answer.REFUSED, NO_RULE),
        ({"rule": "none"}, Answer.REFUSED, NO_RULE),
        ({"rule": "没有"}, Answer.REFUSED, NO_RULE),
    ],
)
def test_nobody_else_and_nothing_else_is_given_and_all_is_written_down(
    asker: Other, changes: dict[str, Any], answer: Answer, reason: str
) -> None:
    assert codes(ask(asker, **changes)) == []

    given = Disclosure.objects.get()
    assert (given.answer, given.reason, given.certificates) == (answer, reason, "[]")
    demand_sound(but=lambda stream: stream.startswith("issuance:"))


def test_a_node_whose_region_the_rule_does_not_name_gets_nothing(asker: Other) -> None:
    hebei = Other(NOW, name="hebei", region="130000")
    hebei.introduce()

    ask(hebei)

    assert Disclosure.objects.get().reason == NO_RULE


def test_too_many_questions_about_one_holder_are_refused_and_written_down(asker: Other) -> None:
    for number in range(MOST_A_DAY):
        Disclosure.objects.create(
            id=f"capital/{number}", node="capital", holder=travelling.HOLDER, answer="none", at=NOW
        )

    ask(asker)

    assert Disclosure.objects.get(answer=Answer.REFUSED).reason == TOO_MANY


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "1"},
        {"question": "00000000-0000-0000-0000-0000000000ff"},
        {"document": "stamp"},
        {"type": "C ROAD"},
        {"type": "C" * 41},
        {"name": "x" * 201},
        {"purpose": "a\0b"},
        {"more": ""},
        {"basis": 7},
    ],
)
def test_what_is_in_another_form_is_refused_and_nothing_written(asker: Other, changes: dict[str, Any]) -> None:
    assert codes(ask(asker, **changes)) == ["not_a_question"]

    assert Disclosure.objects.count() == 0


def test_a_wrong_number_is_refused(asker: Other) -> None:
    assert codes(ask(asker, number="1")) == ["not_a_certificate"]


# --- this node asks ---------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(here: None) -> Authority:
    """An authority of Tianjin, which issues road licences; its region's node is the peer, and nothing of it is here."""
    Certificate.objects.all().delete()
    theirs = SigningKey.objects.filter(region="120000")
    KeyCertificate.objects.filter(key__in=theirs).delete()
    theirs.delete()
    node = Other(NOW)
    transport = Issuer("11120000MA0TB125XP", "天津市交通运输委员会", "120000")
    made = Authority(node, transport)
    made.vouch()
    node.introduce()
    return made


def road_licence(authority: Authority) -> bytes:
    body = CertificateType.objects.get(pk="C_ROAD").body
    haulier = Holder(travelling.HOLDER, DocumentType.USCC, travelling.NAME, HAULIER)
    kind = replace(authority.draft().type, code="C_ROAD", name="道路运输经营许可证", type_code=body["type_code"])
    return authority.issue(type=kind, holder=haulier, subject=travelling.HOLDER)


def choice(draft: Draft) -> str:
    source = next(one for one in possible.sources(filled(draft, now=NOW)) if one.rule.certificate == "C_ROAD")
    return f"{source.rule.code}@{source.region}"


def ask_there(draft: Draft, *, operation: str = "1") -> str:
    possible.ask(filled(draft, now=NOW), choice(draft), actor=holder(), operation=operation, now=NOW)
    errands()
    return Question.objects.latest("at").id


def replies(authority: Authority, id: str, **changes: Any) -> Any:
    body = {"question": id, "answer": "none", "reason": "", "certificates": []} | changes
    return authority.node.send(authority.node.write(kind=evidence.ANSWER, subject=f"evidence:{id}", body=body))


def test_what_lacks_can_be_asked_for_where_a_rule_lets_it_count(authority: Authority, draft: Draft) -> None:
    sources = possible.sources(filled(draft, now=NOW))

    assert {one.place for one in sources} == DUTY | {"T_DRIVERS"}
    assert {one.region for one in sources} == {"120000"}


def test_the_question_tells_who_what_and_on_which_ground(authority: Authority, draft: Draft) -> None:
    id = ask_there(draft)

    written = Written.objects.get()
    assert (written.type, written.id, written.subject) == (evidence.ASK, id, f"evidence:{id}")
    question = inquiring.read(id)
    assert question is not None
    assert (question.holder, question.node, question.type) == (travelling.HOLDER, "tianjin", "C_ROAD")
    assert question.basis
    with pytest.raises(AlreadyAsked):
        ask_there(draft, operation="2")
    demand_sound(but=lambda stream: stream.startswith("issuance:"))


def test_what_is_found_is_offered_with_its_rule_and_taken_by_it(authority: Authority, draft: Draft) -> None:
    id = ask_there(draft)
    document = road_licence(authority)
    identifier = kernel.open_up(document)[0].identifier

    sent = authority.issued(document)
    assert codes(sent) == [], sent.json()
    assert codes(replies(authority, id, answer="found", certificates=[identifier])) == []

    assert Question.objects.get().answer == Answer.FOUND
    one = wanted(draft, "T_TRANSPORTLIC", now=NOW)
    assert one.recognised is not None
    assert (one.recognised.counts, one.recognised.certificate.identifier) == (True, identifier)
    demand_sound(but=lambda stream: stream.startswith("issuance:"))


def test_a_find_that_did_not_come_or_is_anothers_is_none(authority: Authority, draft: Draft) -> None:
    id = ask_there(draft)
    other = authority.issue()
    authority.issued(other)
    named = [kernel.open_up(other)[0].identifier, "1.2.156.3005.2.gone"]

    replies(authority, id, answer="found", certificates=named)

    assert (Question.objects.get().answer, Question.objects.get().certificates) == (Answer.NONE, "[]")


def test_only_who_was_asked_answers_and_once(authority: Authority, draft: Draft) -> None:
    id = ask_there(draft)
    hebei = Authority(Other(NOW, name="hebei", region="130000"))
    hebei.node.introduce()

    assert codes(replies(hebei, id)) == ["not_found"]
    assert codes(replies(authority, id, answer="refused", reason="no_rule")) == []
    assert codes(replies(authority, id)) == []
    assert codes(replies(authority, NEVER)) == ["not_found"]
    assert Question.objects.get().answer == Answer.REFUSED


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": "maybe"},
        {"certificates": "1"},
        {"certificates": [1]},
        {"reason": None},
        {"more": 1},
        {"question": "1"},
    ],
)
def test_an_answer_in_another_form_is_refused(authority: Authority, draft: Draft, changes: dict[str, Any]) -> None:
    id = ask_there(draft)

    assert codes(replies(authority, id, **changes)) == ["not_a_question"]
    assert Question.objects.get().answer == ""


def test_a_node_that_does_not_understand_has_refused(authority: Authority, draft: Draft) -> None:
    id = ask_there(draft)
    message = storage.read(Written.objects.get().content)
    refused = Refusal(1, "unknown_type", "本节点不认识这一类消息。")

    evidence.not_taken(message, refused, NOW)
    evidence.not_taken(message, refused, NOW)

    assert (Question.objects.get().answer, Question.objects.get().id) == (Answer.REFUSED, id)


def test_nobody_asks_for_another(authority: Authority, draft: Draft) -> None:
    stranger = replace(holder(), party=None)

    with pytest.raises(NotAllowed):
        possible.ask(filled(draft, now=NOW), choice(draft), actor=stranger, operation="1", now=NOW)


def test_the_page_offers_to_ask_tells_that_it_waits_and_what_was_answered(authority: Authority, draft: Draft) -> None:
    client = sign_in(Client(), "dengyue", travelling.HOLDER)
    address = reverse("casework:materials", args=[draft.id])

    before = text(client.get(address))
    asked = client.post(address, {"ask_elsewhere": choice(draft)})
    errands()
    waiting = text(client.get(address))
    replies(authority, Question.objects.get().id)
    answered = text(client.get(address))
    wrong = client.post(address, {"ask_elsewhere": "x@120000"})

    assert "同意并向天津询问" in before
    assert asked.status_code == 302
    assert "已询问，等待答复" in waiting and "不必等待：可以现在自己上传" in waiting
    assert "答复：没有查到您的这种证照" in answered
    assert wrong.status_code == 422
    client.logout()
    assert client.post(address, {"ask_elsewhere": "x"}).status_code in (302, 403)
