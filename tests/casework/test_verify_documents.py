"""Anybody verifies a document by number and code or by its file, and learns nothing about anybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.casework.conftest import DAY, read
from tests.casework.pages import text
from tests.casework.test_documents import only, work
from tongban.casework.documents import codes, reading, verifying
from tongban.casework.documents.verifying import Copy
from tongban.casework.models import Document
from tongban.domain.application import IssuedDocument
from tongban.domain.documents.kinds import DocumentKind
from tongban.files.actions import open_file
from tongban.keys import actions as keys
from tongban.project.walk import CLERK, HOLDER, at, who
from tongban.web import clock


@pytest.fixture
def issued(accepted: str) -> str:
    work()
    return accepted


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(DAY, 19))


def notice(application: str) -> IssuedDocument:
    return only(application, DocumentKind.ACCEPTANCE)


def paper(application: str) -> bytes:
    return open_file(party=HOLDER, digest=notice(application).digest)


def again(application: str) -> bytes:
    return reading.print_again(read(application), notice(application), actor=who(CLERK, today=DAY), now=at(DAY, 19))


def ask(**given: Any) -> Any:
    return Client().post(reverse("casework:verify_document"), given)


def shown(content: bytes, name: str = "a.pdf") -> Any:
    return ask(by="file", file=SimpleUploadedFile(name, content, content_type="application/pdf"))


def test_number_and_code_tell_the_document_and_when_it_was_printed_again(issued: str) -> None:
    one = notice(issued)
    typed = one.number.replace("〔", " [").replace("〕", "] ")

    found = verifying.by_number(typed, codes.code_of(one.number).lower().replace("-", " "))

    assert found is not None
    assert (found.number, found.body, found.dated_on) == (one.number, "曹妃甸海事局", DAY)
    assert (found.copy, found.signed, found.reprinted_at) == (Copy.NUMBER, True, ())
    again(issued)
    assert verifying.by_number(one.number, codes.code_of(one.number)).reprinted_at == (at(DAY, 19),)  # type: ignore[union-attr]
    assert verifying.by_number(one.number, "0000-0000-0000") is None
    assert verifying.by_number("无此号", codes.code_of("无此号")) is None


def test_a_file_is_the_document_its_reprint_or_neither(issued: str) -> None:
    original, reprint = paper(issued), again(issued)

    found = verifying.by_file(original)
    once_more = verifying.by_file(reprint)

    assert found is not None
    assert (found.copy, found.number) == (Copy.ORIGINAL, notice(issued).number)
    assert once_more is not None
    assert (once_more.copy, once_more.number) == (Copy.REPRINT, notice(issued).number)
    assert verifying.by_file(original[:-1] + b"x") is None
    assert again(issued) == reprint


def test_a_signature_that_does_not_hold_is_told(issued: str) -> None:
    Document.objects.filter(number=notice(issued).number).update(signature="00" * 70)

    page = text(shown(paper(issued)))

    assert "签名核对不上" in page
    assert "没有核验通过" in page


def test_what_a_holder_had_erased_is_still_known_by_its_number(issued: str) -> None:
    one, original = notice(issued), paper(issued)
    keys.erase(person=HOLDER, now=at(DAY, 20))

    page = text(ask(number=one.number, code=codes.code_of(one.number)))

    assert "核验通过" in page
    assert "内容不能再核对" in page
    assert verifying.by_file(original) is not None


@pytest.mark.usefixtures("issued")
@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG", b"PK\x03\x04", b"%PDF", b"%PDF-" + b"0" * 4_194_304])
def test_what_is_no_paper_is_refused_in_a_sentence(content: bytes) -> None:
    answer = shown(content)

    assert answer.status_code == 422
    assert "未核验" in text(answer)


def test_the_page_says_nothing_personal_and_asks_nobody_to_sign_in(issued: str) -> None:
    one = notice(issued)

    page = text(
        Client().get(reverse("casework:verify_document"), {"number": one.number, "code": codes.code_of(one.number)})
    )

    assert "核验通过" in page
    assert "受理通知书" in page
    for personal in ("河北渤远航运有限公司", read(issued).number, HOLDER.removeprefix("org:"), "林晓"):
        assert personal not in page
    assert "没有核验通过" in text(ask(number=one.number, code="x"))
    assert "没有核验通过" in text(shown(b"%PDF-1.7 forged"))
    assert ask(number="", code="").status_code == 422
    assert ask(by="file").status_code == 422
    assert (
        Client(enforce_csrf_checks=True).post(reverse("casework:verify_document"), {"number": "a"}).status_code == 403
    )


def test_who_guesses_is_stopped(issued: str) -> None:
    one = notice(issued)
    typed = [one.number, one.number.replace("〔", "["), " ".join(one.number)]
    for place in range(10):
        assert ask(number=typed[place % 3], code="wrong").status_code == 200

    assert ask(number=one.number, code=codes.code_of(one.number)).status_code == 429


def test_the_address_stands_on_the_paper_where_the_node_knows_its_own(settings: Settings) -> None:
    settings.ADDRESS = ""
    assert codes.address_of("曹海受字〔2026〕12号") == ""
    settings.ADDRESS = "https://tongban.example"

    address = codes.address_of("曹海受字〔2026〕12号")

    assert address.startswith("https://tongban.example" + reverse("casework:verify_document") + "?number=%E6%9B%B9")
    assert address.endswith(codes.code_of("曹海受字〔2026〕12号"))
