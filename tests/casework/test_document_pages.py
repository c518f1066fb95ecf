"""Who sees, takes, signs for and prints documents on the pages, and what is recorded?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.casework.conftest import DAY, conclude, read
from tests.casework.pages import statements
from tests.casework.test_documents import work
from tongban.casework.documents import issuing
from tongban.domain.events import Outcome
from tongban.journal.models import Read
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import AGENT, CLERK, HOLDER, at
from tongban.web import clock

PDF = "application/pdf"


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: at(DAY, 19))
    yield


def sign_in(username: str, acting_for: str = "") -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    if acting_for:
        session = client.session
        session["acting_for"] = acting_for
        session.save()
    return client


@pytest.fixture
def applicant(house: walk.Walk) -> Client:
    return sign_in(AGENT, HOLDER)


def own(application: str) -> str:
    return reverse("casework:application", args=[read(application).number])


def sheet(application: str) -> str:
    return reverse("casework:taken_in", args=[read(application).number])


def document(application: str, place: int, name: str = "document") -> str:
    return reverse(f"casework:{name}", args=[read(application).number, place])


def page_of(response: Any) -> str:
    return response.content.decode()


def words(paper: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_while_documents_are_being_made_the_page_says_so(applicant: Client, submitted: str) -> None:
    before = page_of(applicant.get(own(submitted)))
    work()
    after = page_of(applicant.get(own(submitted)))

    assert "有 1 次办理的文书正在生成" in before
    assert "正在生成" not in after
    assert "收件凭证" in after and "曹政服收字〔2026〕1号" in after


def test_the_applicant_takes_a_document_as_an_attachment(applicant: Client, accepted: str) -> None:
    work()

    answer = applicant.get(document(accepted, 2))

    assert (answer.status_code, answer["Content-Type"]) == (200, PDF)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert "受理通知书" in words(answer.content)
    assert Read.objects.filter(what__contains="document").count() == 0


@pytest.mark.parametrize("place", [0, 3, 99])
def test_a_document_that_is_not_there_is_not_found(applicant: Client, accepted: str, place: int) -> None:
    work()

    assert applicant.get(document(accepted, place)).status_code == 404


def test_strangers_and_co_applicants_find_nothing(house: walk.Walk, accepted: str) -> None:
    work()

    for client in (sign_in("sunli", "org:91130200MA0TB2025C"), sign_in("gaojianming", "org:91120116MA0TB3036L")):
        assert client.get(document(accepted, 1)).status_code == 404
        assert client.get(document(accepted, 1, "taken_in_document")).status_code in (403, 404)
    assert Client().get(document(accepted, 1)).status_code == 302


def test_an_agent_for_some_matters_sees_documents_of_those_only(house: walk.Walk, opined: str) -> None:
    conclude(opined, 1)
    work()
    client = sign_in("zhoumin", HOLDER)

    page = page_of(client.get(own(opined)))

    shown = [place for place in (1, 2, 3) if document(opined, place) in page]
    assert shown == [3]
    assert client.get(document(opined, 2)).status_code == 404
    assert client.get(document(opined, 3)).status_code == 200


def test_the_applicant_signs_on_the_page_and_twice_has_one_effect(applicant: Client, opined: str) -> None:
    conclude(opined, 1)
    work()
    page = page_of(applicant.get(own(opined)))
    given = {"operation": hidden(page, "operation"), "documents": [hidden(page, "documents")]}
    address = reverse("casework:documents_signature", args=[read(opined).number])

    first, second = applicant.post(address, given), applicant.post(address, given)

    assert "签收 1 份文书" in page and "待签收" in page
    assert [first.status_code, second.status_code] == [302, 302]
    after = page_of(applicant.get(own(opined)))
    assert "待签收" not in after
    assert read(opined).documents[2].delivered_at == at(DAY, 19)
    work(at(DAY, 20))
    assert "送达回证" in page_of(applicant.get(own(opined)))


@pytest.mark.parametrize("given", [{}, {"operation": "x"}, {"operation": "y", "documents": ["曹海受字〔2026〕1号"]}])
def test_signing_for_what_is_not_there_is_refused_on_the_page(
    applicant: Client, accepted: str, given: dict[str, Any]
) -> None:
    work()

    answer = applicant.post(reverse("casework:documents_signature", args=[read(accepted).number]), given)

    assert answer.status_code in (409, 422)
    assert "未提交" in page_of(answer) or "未签收" in page_of(answer)


def test_the_clerk_sees_takes_and_prints_again_and_each_is_recorded(house: walk.Walk, accepted: str) -> None:
    work()
    clerk = sign_in(CLERK)
    page = page_of(clerk.get(sheet(accepted)))

    taken = clerk.get(document(accepted, 2, "taken_in_document"))
    again = clerk.post(document(accepted, 2, "document_again"))

    assert document(accepted, 2, "taken_in_document") in page and document(accepted, 2, "document_again") in page
    assert "重印2026年3月2日" in words(again.content)
    assert "重印" not in words(taken.content)
    assert [again["Content-Type"], again.status_code] == [PDF, 200]
    number = read(accepted).documents[1].number
    recorded = list(Read.objects.filter(what__contains=number).order_by("id").values_list("about", "what"))
    assert recorded == [
        (HOLDER, f"{read(accepted).number} document {number}"),
        (HOLDER, f"{read(accepted).number} document {number} printed again"),
    ]


def test_asking_to_print_again_by_get_leads_back_to_the_sheet(house: walk.Walk, accepted: str) -> None:
    work()

    answer = sign_in(CLERK).get(document(accepted, 2, "document_again"))

    assert (answer.status_code, answer["Location"]) == (302, sheet(accepted))
    assert Read.objects.filter(what__contains="printed again").count() == 0


def test_a_desk_takes_documents_of_its_own_cases_only(house: walk.Walk, opined: str) -> None:
    conclude(opined, 1)
    conclude(opined, 6, by="limei", desk="危管防污岗", outcome=Outcome.DENIED, reason="预案不全。")
    work()
    registrar = sign_in("zhaolei")
    kinds = {place: one.cases for place, one in enumerate(read(opined).documents, start=1)}

    answers = {place: registrar.get(document(opined, place, "taken_in_document")).status_code for place in kinds}

    assert {cases: answers[place] for place, cases in kinds.items() if len(cases) == 1} == {(1,): 200, (6,): 404}


def test_the_clerk_notes_what_was_fetched(house: walk.Walk, opined: str) -> None:
    conclude(opined, 1)
    work()
    clerk = sign_in(CLERK)
    page = page_of(clerk.get(sheet(opined)))
    part = page.split(reverse("casework:documents_fetched", args=[read(opined).number]))[1]
    given = {"operation": hidden(part, "operation"), "documents": [hidden(part, "documents")]}

    answer = clerk.post(reverse("casework:documents_fetched", args=[read(opined).number]), given)

    assert "登记窗口领取 1 份" in page
    assert (answer.status_code, answer["Location"]) == (302, sheet(opined))
    assert read(opined).documents[2].delivered_at == at(DAY, 19)


def test_a_supervisor_reads_and_notes_nothing(house: walk.Walk, opined: str) -> None:
    conclude(opined, 1)
    work()
    supervisor = sign_in("hanlei")

    page = page_of(supervisor.get(sheet(opined)))

    assert document(opined, 3, "taken_in_document") in page
    assert "登记窗口领取" not in page
    fetched = supervisor.post(reverse("casework:documents_fetched", args=[read(opined).number]), {})
    assert fetched.status_code == 403


def test_staff_read_why_a_document_could_not_be_made_and_the_applicant_does_not(
    house: walk.Walk, applicant: Client, submitted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = issuing._names
    monkeypatch.setattr(issuing, "_names", lambda *of: names(*of) | {HOLDER: "河北𡋾远航运有限公司"})
    work()

    assert "字库中没有" in page_of(sign_in(CLERK).get(sheet(submitted)))
    shown = page_of(applicant.get(own(submitted)))
    assert "正在生成" in shown and "字库中没有" not in shown


def test_a_page_asks_the_database_as_often_for_five_documents_as_for_two(applicant: Client, opined: str) -> None:
    conclude(opined, 1)
    work()
    few = statements(applicant, own(opined))
    for case in (7, 8):
        conclude(opined, case, by="limei", desk="危管防污岗", outcome=Outcome.DENIED, reason="预案不全。")
    work()

    assert statements(applicant, own(opined)) == few
    assert len(read(opined).documents) == 5
