"""A list of people by the door: template, upload, wrong rows, each one's own files, a case for each."""

from __future__ import annotations

import pytest

from tests.api.conftest import Program, Programs
from tests.api.test_problems import refusal
from tests.casework.crews import CREW, MSA, sheet
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, one_page_pdf

WRONG = ("吴海波", "130209199003072114", "大副")


@pytest.fixture
def company(house: walk.Walk, program: Programs) -> Program:
    return program(AGENT, acting_for=HOLDER)


def test_a_list_becomes_a_case_for_each(company: Program) -> None:
    draft = company.post("matters/HS-24/drafts", {"body": MSA})
    here = f"applications/drafts/{draft['id']}"
    assert company.ask("GET", f"{here}/people/template").content[:2] == b"PK"

    told = company.upload("PUT", f"{here}/people", "a.xlsx", sheet(*CREW)).json()

    assert [(one["name"], one["number"]) for one in told["people"]] == [(name, number) for name, number, _ in CREW]
    assert [case["person"] for case in told["matters"]] == [one["id"] for one in told["people"]]
    values = {entry["element"]["code"]: entry["element"]["example"] for entry in told["form"] if not entry["known"]}
    company.patch(f"{here}/form", {"values": values})
    for one in told["materials"]:
        assert company.upload("PUT", f"{here}/materials/{one['place']}", "a.pdf", one_page_pdf(one["place"])).json()
    assert company.get(here)["complete"]
    number = company.post(f"{here}/submit")["number"]
    found = company.get(f"applications/{number}")
    assert [case["person"] for case in found["cases"]] == [one["id"] for one in told["people"]]
    second = company.get(f"applications/{number}/cases/2")
    assert "李航" in [value["value"] for value in second["form"]]
    assert "吴海波" not in str(second["form"])
    (own,) = [one["code"] for one in second["materials"] if one["code"] != "M_AUTH"]
    assert company.ask("GET", f"applications/{number}/cases/2/materials/{own}").status_code == 200
    assert company.ask("GET", f"applications/{number}/cases/1/materials/{own}").status_code == 404


def test_wrong_rows_are_errors_and_the_good_ones_can_be_taken(company: Program) -> None:
    draft = company.post("matters/HS-24/drafts", {"body": MSA})
    people = f"applications/drafts/{draft['id']}/people"

    answer = company.upload("PUT", people, "a.xlsx", sheet(WRONG, CREW[1]))

    assert refusal(answer) == (409, "bad_lines")
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("2/seafarer_number", "bad_line")]
    assert company.get(f"applications/drafts/{draft['id']}")["people"] == []
    kept = company.upload("PUT", f"{people}?good_only=true", "a.xlsx", sheet(WRONG, CREW[1])).json()["people"]
    assert [one["name"] for one in kept] == ["李航"]
    assert company.ask("DELETE", f"{people}/{kept[0]['id']}").json()["people"] == []


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", b"PK\x03\x04"), ("a.csv", b"\x00"), ("", b""), ("a.txt", b"x")])
def test_what_is_no_list_is_refused(company: Program, name: str, data: bytes) -> None:
    draft = company.post("matters/HS-24/drafts", {"body": MSA})

    answer = company.upload("PUT", f"applications/drafts/{draft['id']}/people", name, data)

    assert refusal(answer)[1] in ("unreadable_list", "invalid")


def test_a_draft_for_oneself_has_no_list(company: Program) -> None:
    draft = company.post("matters/HS-27/drafts", {"body": MSA})
    people = f"applications/drafts/{draft['id']}/people"

    assert refusal(company.ask("GET", f"{people}/template")) == (409, "not_for_many")
    assert refusal(company.upload("PUT", people, "a.xlsx", sheet(*CREW))) == (409, "not_for_many")
