"""Does each act get its documents, numbered, sealed and kept, once each, whatever happens to the worker?"""

from __future__ import annotations

import io
import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from pytest_django import Settings

from tests import forks, worlds
from tests.casework.conftest import DAY, conclude, read
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.casework import storage
from tongban.casework.documents import delivering, issuing, numbers, reading
from tongban.casework.models import DocumentCounter, DocumentNumber
from tongban.casework.storage import stream_of
from tongban.catalogue import queries as catalogue
from tongban.crypto import canonical
from tongban.domain.application import IssuedDocument
from tongban.domain.documents import content as kernel
from tongban.domain.documents.content import Issuer
from tongban.domain.documents.delivery import NotToSignFor
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import DocumentIssued, DocumentsDelivered, Outcome
from tongban.files.actions import open_file
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.journal.models import Errand
from tongban.keys import actions as keys
from tongban.keys import seals, trust
from tongban.keys.purposes import Purpose
from tongban.people import actions as people_actions
from tongban.people.actor import SYSTEM
from tongban.people.models import Department
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import AGENT, CLERK, HOLDER, at, who

MARITIME = "11130200MA0TB0011Q"
LATER = at(DAY, 18)


def work(now: datetime = LATER) -> int:
    """Empty the outbox as a worker does; return how many errands it took up."""
    done = 0
    while ran := outbox.run(clock=lambda: now):
        done += ran
    return done


def documents(application: str) -> list[tuple[DocumentKind, str, tuple[int, ...]]]:
    return [(one.kind, one.number, one.cases) for one in read(application).documents]


def only(application: str, kind: DocumentKind) -> IssuedDocument:
    (found,) = [one for one in read(application).documents if one.kind is kind]
    return found


def text(application: str, one: IssuedDocument) -> str:
    paper = open_file(party=read(application).holder, digest=one.digest)
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)


def failures(application: str) -> tuple[str, ...]:
    found = read(application)
    return reading.listed(found, found.cases, staff=True).failures


# --- which, and what they say -----------------------------------------------------------------------------------------


def test_handing_in_gives_a_receipt_that_says_it_is_not_acceptance(submitted: str) -> None:
    assert documents(submitted) == []

    work()

    assert documents(submitted) == [(DocumentKind.RECEIPT, "曹政服收字〔2026〕1号", tuple(range(1, 18)))]
    said = text(submitted, only(submitted, DocumentKind.RECEIPT))
    for words in (
        "曹妃甸区政务服务大厅",
        "河北渤远航运有限公司：",
        "不是受理决定",
        f"申请编号：{read(submitted).number}",
        "查询码：",
        "收到材料33份，其中7份由数据共享提供",
        "17航海日志、轮机日志等船舶法定文书签注曹妃甸海事局",
        "2026年3月2日",
    ):
        assert words in said
    demand_sound()


def test_seventeen_cases_accepted_at_once_are_one_notice(accepted: str) -> None:
    work()

    notice = only(accepted, DocumentKind.ACCEPTANCE)
    assert (notice.number, notice.cases, notice.body) == ("曹海受字〔2026〕1号", tuple(range(1, 18)), MARITIME)
    assert "承诺办结日" in text(accepted, notice)


def test_a_conclusion_gives_the_decision_with_its_certificates(opined: str) -> None:
    conclude(opined, 1)
    work()

    decision = only(opined, DocumentKind.APPROVAL)
    certificate = read(opined).case(1).certificate
    assert (decision.cases, decision.number) == ((1,), "曹海准字〔2026〕1号")
    assert certificate and certificate in text(opined, decision)


def test_a_denial_gives_reasons_and_the_remedy(opined: str) -> None:
    conclude(opined, 2, outcome=Outcome.DENIED, reason="所有权证明缺页。\r\n  合同未签名。")
    work()

    said = text(opined, only(opined, DocumentKind.DENIAL))
    for words in ("决定不予", "理由所有权证明缺页。合同未签名。", "六十日内依法申请行政复议", "六个月内直接向人民法院"):
        assert words in said
    assert "《中华人民共和国行政复议法》第二十条" in said


def test_what_was_decided_together_is_told_together(opined: str) -> None:
    conclude(opined, 2)
    released = conclude(opined, 1)
    work()

    (told,) = [one.cases for one in read(opined).documents if one.kind is DocumentKind.APPROVAL]
    assert list(told) == sorted(released["decided"]) == [1, 2]


def test_numbers_count_by_body_and_kind(house: walk.Walk) -> None:
    applications = [house.submit() for _ in range(3)]
    for application in applications:
        house.confirm(application)
        house.accept(application)
    work()

    given = [number for application in applications for _, number, _ in documents(application)]
    assert sorted(given) == sorted(
        f"{of}〔2026〕{serial}号" for of in ("曹政服收字", "曹海受字") for serial in (1, 2, 3)
    )


def test_a_document_bears_the_day_of_its_act_and_the_number_its_year(submitted: str) -> None:
    work(LATER + timedelta(days=400))

    receipt = only(submitted, DocumentKind.RECEIPT)
    assert (receipt.dated_on, receipt.number) == (DAY, "曹政服收字〔2026〕1号")


# --- signed and kept --------------------------------------------------------------------------------------------------


def test_the_body_signs_what_it_says_and_the_paper(accepted: str) -> None:
    work()
    found, notice = read(accepted), only(accepted, DocumentKind.ACCEPTANCE)
    content = reading.content_of(found, notice)
    said = kernel.statement(
        content, issuer=Issuer(MARITIME, "曹妃甸海事局", "曹妃甸海事局"), paper=notice.digest, at=notice.issued_at
    )

    key = trust.current(now=LATER).key(notice.key)

    assert key is not None
    assert (key.owner, key.purpose, key.name) == (MARITIME, Purpose.DOCUMENT, "曹妃甸海事局")
    assert key.verify(canonical.encode(said), bytes.fromhex(notice.signature))
    assert not key.verify(canonical.encode(said | {"cases": [1]}), bytes.fromhex(notice.signature))
    assert kernel.head(content.digest).replace(" ", "") in text(accepted, notice)


def test_whoever_acts_in_anothers_name_uses_that_name_and_seal(accepted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Department.objects.create(code="he-msa", uscc="11130000MA0TB9999X", name="河北海事局", region="130000")
    given = catalogue.delegations()
    others = [
        kept.__class__(kept.matter, kept.name, kept.name_en, changed)
        for kept in given
        for changed in [_in_the_name_of(kept.delegation, "河北海事局") if kept.matter == "HS-02" else kept.delegation]
    ]
    monkeypatch.setattr(catalogue, "delegations", lambda: others)
    work()

    notices = [one for one in read(accepted).documents if one.kind is DocumentKind.ACCEPTANCE]
    assert {(one.number, one.body, one.cases) for one in notices} == {
        ("曹海受字〔2026〕1号", MARITIME, tuple(case for case in range(1, 18) if case != 2)),
        ("河北海事局受字〔2026〕1号", "11130000MA0TB9999X", (2,)),
    }


def _in_the_name_of(delegation: Any, name: str) -> Any:
    return delegation.__class__(
        **{field: getattr(delegation, field) for field in delegation.__dataclass_fields__}
        | {"in_whose_name": name, "seal_of": name}
    )


def test_an_outside_seal_service_puts_its_seal_and_is_tried_again(submitted: str) -> None:
    class City:
        tries = 0

        def stamp(self, *, paper: bytes, body: str, seal: str, signature: str) -> bytes:
            self.tries += 1
            if self.tries == 1:
                raise ConnectionError("no way there")
            assert (body, seal, signature) == ("hall:cfd-hall", "曹妃甸区政务服务大厅", "曹妃甸区政务服务大厅")
            return paper + b"%sealed\n%%EOF\n"

    city = City()
    seals.install(city)
    try:
        work()
        assert documents(submitted) == []
        assert failures(submitted) == ("ConnectionError",)
        work(LATER + timedelta(minutes=1))
    finally:
        seals.install(None)

    receipt = only(submitted, DocumentKind.RECEIPT)
    assert open_file(party=HOLDER, digest=receipt.digest).endswith(b"%sealed\n%%EOF\n")
    assert (receipt.number, city.tries) == ("曹政服收字〔2026〕1号", 2)
    assert "电子文书专用章" not in text(submitted, receipt)


def test_a_paper_that_cannot_be_written_waits_with_its_number_and_says_why(
    submitted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = issuing._names
    monkeypatch.setattr(issuing, "_names", lambda *of: names(*of) | {HOLDER: "河北𡋾远航运有限公司"})
    work()
    (failure,) = failures(submitted)
    monkeypatch.undo()
    work(LATER + timedelta(hours=2))

    assert failure.startswith("文书未生成：字库中没有 “𡋾”（U+212FE）")
    assert only(submitted, DocumentKind.RECEIPT).number == "曹政服收字〔2026〕1号"


def test_demo_papers_say_that_they_count_for_nothing(submitted: str, settings: Settings) -> None:
    settings.DEMO = True
    work()

    assert "演示数据，不具法律效力" in text(submitted, only(submitted, DocumentKind.RECEIPT))


def test_nothing_is_issued_to_somebody_whose_data_were_erased(submitted: str) -> None:
    keys.erase(person=HOLDER, now=at(DAY, 17))

    work()

    assert (documents(submitted), outbox.waiting()) == ([], 0)


def test_two_bodies_with_one_name_are_told_apart_before_a_number_is_given_twice(db: None) -> None:
    def take(body: str) -> str:
        issuer = Issuer(body, "示例局", "示例局")
        return numbers.take(application=body, act=1, kind=DocumentKind.RECEIPT, issuer=issuer, year=2026)

    assert take("one") == "示例局收字〔2026〕1号"
    with pytest.raises(numbers.NumberTaken, match="机关代字"):
        take("two")
    assert take("one") == "示例局收字〔2026〕1号"


# --- once -------------------------------------------------------------------------------------------------------------


def test_an_errand_run_again_adds_nothing(accepted: str) -> None:
    rows = [
        issuing.Errand(row.stream_id, row.seq, row.last_seq, row.subject)
        for row in Errand.objects.filter(subject=issuing.SUBJECT)
    ]
    for errand in (*rows, *rows, *reversed(rows)):
        issuing.issue(errand, LATER)

    assert len(read(accepted).documents) == 2
    assert DocumentNumber.objects.count() == 2
    demand_sound()


def test_a_worker_that_dies_between_number_and_entry_loses_neither(
    submitted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(**asked: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(issuing, "_append", dies)
    with pytest.raises(KeyboardInterrupt):
        work()
    monkeypatch.undo()
    work(LATER + outbox.LEASE)

    assert documents(submitted) == [(DocumentKind.RECEIPT, "曹政服收字〔2026〕1号", tuple(range(1, 18)))]
    assert DocumentCounter.objects.get().last == 1


@pytest.fixture
def houses(maritime_database: OwnDatabase) -> walk.Walk:
    return worlds.maritime_walk()


def test_four_workers_at_once_issue_one_document_with_one_number_each(
    houses: walk.Walk, maritime_database: OwnDatabase
) -> None:
    applications = [houses.submit() for _ in range(6)]
    for application in applications:
        houses.confirm(application)
        houses.accept(application)
    rows = [
        issuing.Errand(row.stream_id, row.seq, row.last_seq, row.subject)
        for row in Errand.objects.filter(subject=issuing.SUBJECT)
    ]

    def all_of_them() -> None:
        """As if every lease were over: each worker runs every errand."""
        for errand in rows:
            issuing.issue(errand, LATER)

    answers = maritime_database.together(*[all_of_them] * 4)

    assert answers == [None] * 4
    given = [number for application in applications for _, number, _ in documents(application)]
    wanted = [f"{of}〔2026〕{serial}号" for of in ("曹政服收字", "曹海受字") for serial in range(1, 7)]
    assert sorted(given) == sorted(wanted)
    demand_sound()


def test_workers_killed_at_random_points_leave_one_document_each(
    houses: walk.Walk, maritime_database: OwnDatabase, tmp_path: Path
) -> None:
    applications = [houses.submit() for _ in range(4)]
    for application in applications:
        houses.confirm(application)
        houses.accept(application)
    chance = random.Random(20260302)
    killed = 0
    for _ in range(4):
        worker = forks.program(["worker"], environment=maritime_database.environment, log=tmp_path / "log")
        time.sleep(chance.uniform(0.1, 1.5))
        killed += worker.poll() is None
        worker.kill()
        worker.wait(timeout=30)
        demand_sound()
    work(datetime.now(LATER.tzinfo) + timedelta(hours=2))

    assert killed == 4
    given = [number for application in applications for _, number, _ in documents(application)]
    assert (len(given), len(set(given))) == (8, 8)
    demand_sound()


# --- budgets ----------------------------------------------------------------------------------------------------------


def test_reading_an_application_with_its_documents_is_one_statement(accepted: str) -> None:
    work()

    with CaptureQueriesContext(connection) as captured:
        found = storage.read(accepted)

    assert (len(captured), len(found.documents) if found else 0) == (1, 2)


# --- signed for, printed again ----------------------------------------------------------------------------------------


def test_the_applicant_signs_for_decisions_once_and_the_proof_follows(opined: str) -> None:
    conclude(opined, 1)
    work()
    agent = who(AGENT, acting_for=HOLDER, today=DAY)
    decision = only(opined, DocumentKind.APPROVAL).number

    def sign(operation: str) -> Any:
        return delivering.sign_for(
            operation=operation, actor=agent, application=opined, documents=(decision,), now=at(DAY, 19)
        )

    assert sign("one") == sign("one") == {"documents": [decision]}
    with pytest.raises(NotToSignFor, match="不在待签收的文书中"):
        sign("two")
    work(at(DAY, 20))

    proof = only(opined, DocumentKind.DELIVERY)
    said = text(opined, proof)
    assert (proof.number, proof.cases) == ("曹海送字〔2026〕1号", (1,))
    for words in ("受送达人河北渤远航运有限公司", f"（{decision}）", "签收人林晓", "送达时间2026年3月2日19:00"):
        assert words in said
    demand_sound()


def test_a_receipt_is_not_signed_for(accepted: str) -> None:
    work()
    agent = who(AGENT, acting_for=HOLDER, today=DAY)

    with pytest.raises(NotToSignFor):
        delivering.sign_for(
            operation="one",
            actor=agent,
            application=accepted,
            documents=(only(accepted, DocumentKind.RECEIPT).number,),
            now=LATER,
        )


def test_only_the_applicant_signs_and_only_his_hall_notes_what_was_fetched(opined: str) -> None:
    conclude(opined, 1)
    work()
    numbers_of = (only(opined, DocumentKind.APPROVAL).number,)
    bank = who("sunli", acting_for="org:91130200MA0TB2025C", today=DAY)

    with pytest.raises(NotAllowed):
        delivering.sign_for(operation="a", actor=bank, application=opined, documents=numbers_of, now=LATER)
    with pytest.raises(NotAllowed):
        delivering.hand_over(
            operation="b", actor=who("zhaolei", today=DAY), application=opined, documents=numbers_of, now=LATER
        )
    clerk = who(CLERK, today=DAY)
    delivering.hand_over(operation="c", actor=clerk, application=opined, documents=numbers_of, now=LATER)
    work()

    assert "直接送达：受送达人在窗口领取" in text(opined, only(opined, DocumentKind.DELIVERY))


def hand_over_for(absent: str, application: str) -> None:
    """Let the registrar hand over the approval in the duty of a clerk who is away."""
    away = who(absent, today=DAY)
    people_actions.name_stand_in(
        operation=f"for {absent}",
        actor=away,
        absent=away.id,
        account=who("zhaolei", today=DAY).id,
        valid_from=DAY,
        valid_until=DAY + timedelta(days=2),
        now=at(DAY, 8),
    )
    delivering.hand_over(
        operation="o",
        actor=who("zhaolei", today=DAY),
        application=application,
        documents=(only(application, DocumentKind.APPROVAL).number,),
        now=LATER,
    )


def test_who_hands_over_for_somebody_away_says_so(opined: str) -> None:
    conclude(opined, 1)
    work()

    hand_over_for(CLERK, opined)

    (told,) = [one for one in journal.entries(stream_of(opined)) if isinstance(one.event, DocumentsDelivered)]
    assert told.actor == f"{who('zhaolei', today=DAY).id} for {who(CLERK, today=DAY).id}"


def test_nobody_hands_over_for_whom_the_application_is(opined: str) -> None:
    """The agent who handed in is a clerk of the hall too."""
    conclude(opined, 1)
    work()
    people_actions.appoint(
        operation="both",
        actor=SYSTEM,
        account=who(AGENT, today=DAY).id,
        role=Role.CLERK,
        region="130209",
        hall=read(opined).hall,
        department="cfd-msa",
        valid_from=DAY,
        now=at(DAY, 8),
    )

    with pytest.raises(NotAllowed, match="您应当回避"):
        hand_over_for(AGENT, opined)


def test_printed_again_it_says_the_same_and_when_and_by_whom(accepted: str) -> None:
    work()
    found, notice = read(accepted), only(accepted, DocumentKind.ACCEPTANCE)

    paper = reading.print_again(found, notice, actor=who(CLERK, today=DAY), now=at(DAY, 19))

    again = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)
    mark = f"重印2026年3月2日{who(CLERK, today=DAY).name}"
    assert again.replace(mark, "") == text(accepted, notice)
    assert mark in again


def test_what_a_document_says_comes_back_from_the_journal(accepted: str) -> None:
    work()
    found, notice = read(accepted), only(accepted, DocumentKind.ACCEPTANCE)

    content = reading.content_of(found, notice)

    told = [entry.event for entry in journal.entries(stream_of(accepted)) if isinstance(entry.event, DocumentIssued)]
    assert content.number == notice.number == told[1].number
    assert "河北渤远航运有限公司" not in repr(told)
