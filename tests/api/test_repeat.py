"""The same again by the door: a draft like the last application, confirmed and handed in."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Program, Programs
from tests.api.test_problems import refusal
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, one_page_pdf

MSA = "11130200MA0TB0011Q"


def hand_in(company: Program, draft: dict[str, Any]) -> dict[str, str]:
    values = {
        entry["element"]["code"]: entry["element"]["example"]
        for entry in draft["form"]
        if not entry["value"] and not entry["known"]
    }
    company.patch(f"applications/drafts/{draft['id']}/form", {"values": values})
    for one in draft["materials"]:
        if one["source"] is None:
            place = f"applications/drafts/{draft['id']}/materials/{one['code']}"
            assert company.upload("PUT", place, "a.pdf", one_page_pdf(one["code"])).status_code == 200
    return values


def test_a_repeat_takes_over_what_holds_and_wants_it_confirmed(house: walk.Walk, program: Programs) -> None:
    company = program(AGENT, acting_for=HOLDER)
    first = company.post("matters/HS-27/drafts", {"body": MSA})
    hand_in(company, first)
    number = company.post(f"applications/drafts/{first['id']}/submit")["number"]

    draft = company.post(f"applications/{number}/repeat")

    assert draft["carried_from"] == number
    carried = {entry["element"]["code"]: entry["value"] for entry in draft["form"] if entry["carried"]}
    assert carried["imo_number"] == "9074729"
    assert [one["code"] for one in draft["materials"] if one["carried"]] == ["M_CREW", "M_AUTH"]
    assert set(hand_in(company, draft)) == {"voyage_number", "last_port", "next_port", "calls_on", "cargo"}
    submit = f"applications/drafts/{draft['id']}/submit"
    assert refusal(company.ask("POST", submit, **{"Idempotency-Key": "operation-a"})) == (409, "not_confirmed")
    assert company.post(f"{submit}?confirmed=true")["number"] != number


def test_a_strangers_application_is_not_there(house: walk.Walk, program: Programs) -> None:
    stranger = program("gaojianming")

    assert refusal(stranger.ask("POST", f"applications/{house.submit()}/repeat")) == (404, "no_such_application")
