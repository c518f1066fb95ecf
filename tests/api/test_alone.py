"""One matter alone by the door: a draft as one body offers it, and a certificate on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.api.conftest import Program, Programs
from tests.api.test_problems import problem, refusal
from tongban.casework.models import Application
from tongban.domain.records import Extract, Period
from tongban.project import walk
from tongban.registries import adapters, demo

COMPANY = "org:91110108MA0TB40479"
HUMAN_RESOURCES = "11110000MA0TB11025"
INSURED, LICENCE = "matters/TB-036/certificate", "matters/TB-003/certificate"


@pytest.fixture(autouse=True)
def joint(house: walk.Walk, certifying: None) -> Iterator[None]:
    """Some joint matters, their bodies with keys, and the demo's registries."""
    before = list(adapters._connected)
    adapters.connect(demo.registries())
    yield
    adapters.connect(before)


@pytest.fixture
def citizen(program: Programs) -> Program:
    return program("liangyu")


def ask(of: Program, address: str, content: object, *, key: str = "operation-1") -> Any:
    return of.ask("POST", address, content, **{"Idempotency-Key": key})


def test_a_certificate_is_asked_for_fetched_and_verified(citizen: Program) -> None:
    guide = citizen.get("matters/TB-036")
    assert (guide["on_the_spot"], guide["regime"], guide["yields"]["code"]) == (True, "instant", "C_INSURED")
    (question,) = guide["questions"]
    assert "last_year" in [choice["code"] for choice in question["choices"]]

    answer = citizen.post(INSURED, {"answers": {"period": "last_year"}})

    document = citizen.ask("GET", f"certificates/{answer['certificate']}").content
    assert citizen.verify(document)["valid"]
    told = citizen.get(f"applications/{answer['number']}")
    assert (told["cases"][0]["state"], told["cases"][0]["outcome"]) == ("decided", "approved")
    assert told["closed_at"] == told["submitted_at"]
    automatic = [step for step in told["timeline"] if step["automatic"]]
    assert {step["article"] for step in automatic} == {"优化营商环境条例第三十六条"}
    assert len(automatic) == 4
    sheet = citizen.get(f"applications/{answer['number']}/cases/1")
    assert [(one["source"], one["reference"]) for one in sheet["materials"]] == [("registry", "SI-110108-000127")]


def test_a_repeat_gets_the_first_answer_and_another_request_does_not(citizen: Program) -> None:
    first = citizen.post(INSURED, {}, key="operation-1")

    assert citizen.post(INSURED, {}, key="operation-1") == first
    assert refusal(ask(citizen, INSURED, {"place": "110000"})) == (409, "operation_reused")
    assert refusal(ask(citizen, "matters/TB-028/certificate", {})) == (409, "operation_reused")
    assert Application.objects.count() == 1


def test_a_company_gets_its_licence(program: Programs) -> None:
    answer = program("liangyu", COMPANY).post(LICENCE, {})

    assert answer["number"].startswith("110000-")


@pytest.mark.parametrize(
    ("address", "content", "expected"),
    [
        ("matters/TB-999/certificate", {}, (404, "not_in_catalogue")),
        ("matters/TB-038/certificate", {}, (409, "not_on_the_spot")),
        (LICENCE, {}, (409, "not_served")),
        (INSURED, {"answers": {"period": "last_7"}}, (409, "unknown_answer")),
        (INSURED, {"answers": {"purpose": "x"}}, (409, "unknown_answer")),
        (INSURED, {"answers": {"period": 12}}, (422, "invalid")),
        (INSURED, {"answers": []}, (422, "invalid")),
        (INSURED, {"place": "1100000"}, (422, "invalid")),
        (INSURED, {"place": "310000"}, (409, "registry_not_connected")),
        (INSURED, {"place": "130000"}, (404, "no_record")),
        (INSURED, {"number": "110108198604123027"}, (422, "invalid")),
        (INSURED, b"{", (400, "bad_request")),
        ("matters/TB-038/drafts", {}, (422, "invalid")),
        ("matters/TB-038/drafts", {"body": "x" * 19}, (422, "invalid")),
        ("matters/TB-038/drafts", {"body": "x"}, (404, "not_in_catalogue")),
        ("matters/TB-036/drafts", {"body": HUMAN_RESOURCES}, (409, "on_the_spot")),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    citizen: Program, address: str, content: object, expected: tuple[int, str]
) -> None:
    assert refusal(ask(citizen, address, content)) == expected
    assert Application.objects.count() == 0


def test_an_act_needs_its_key_and_somebody(citizen: Program, stranger: Program) -> None:
    assert refusal(citizen.ask("POST", INSURED, {})) == (400, "idempotency_key_missing")
    assert refusal(stranger.ask("POST", INSURED, {})) == (401, "not_signed_in")
    assert refusal(stranger.ask("POST", "matters/TB-038/drafts", {})) == (401, "not_signed_in")


def test_staff_without_a_person_certify_nothing(program: Programs) -> None:
    assert refusal(ask(program("liufang"), INSURED, {})) == (403, "not_allowed")


class Broken:
    name, name_en, region, kinds = "登记库", "", "110000", frozenset({"C_INSURED"})

    def __init__(self, error: Exception) -> None:
        self.error = error

    def extract(self, *, kind: str, number: str, period: Period | None, today: date, seconds: float) -> Extract | None:
        raise self.error


def test_a_silent_registry_is_503_and_a_broken_adapter_500(citizen: Program, caplog: pytest.LogCaptureFixture) -> None:
    adapters.connect([Broken(TimeoutError())])
    silent = problem(ask(citizen, INSURED, {}))
    assert (silent["status"], silent["code"], silent["title"]) == (503, "registry_silent", "暂时不能办理")

    adapters.connect([Broken(KeyError("place"))])
    assert refusal(ask(citizen, INSURED, {}, key="operation-2")) == (500, "server_error")
    assert Application.objects.count() == 0


def test_a_draft_for_one_matter_goes_the_ordinary_way(citizen: Program) -> None:
    begun = citizen.post("matters/TB-038/drafts", {"body": HUMAN_RESOURCES})

    assert [chosen["matter"] for chosen in begun["matters"]] == ["TB-038"]
    assert citizen.get(f"applications/drafts/{begun['id']}") == begun
    assert citizen.get("matters/TB-038")["on_the_spot"] is False
