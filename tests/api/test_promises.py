"""Promises by the door: a draft promises, materials follow, a commitment is followed to its end."""

from __future__ import annotations

import pytest

from tests.api.conftest import BANK, DAY, Program, Programs, filled
from tongban.casework import queries, storage
from tongban.journal import outbox
from tongban.keys import actions as keys
from tongban.project import walk
from tongban.project.walk import at

OWNERSHIP = 2
BODY = "11130200MA0TB0011Q"


def promising(agent: Program) -> str:
    draft = filled(agent)
    address = f"applications/drafts/{draft}/materials"
    agent.put(f"{address}/M_PHOTO/promise", {"how": "later"})
    told = agent.put(f"{address}/M_NOMORT/promise", {"how": "commitment"})
    assert told["complete"]
    assert [one["code"] for one in told["materials"] if one["later"]] == ["M_PHOTO"]
    assert [one["code"] for one in told["materials"] if one["source"] == "commitment"] == ["M_NOMORT"]
    return draft


@pytest.fixture
def underway(program: Programs, agent: Program) -> str:
    number = str(agent.post(f"applications/drafts/{promising(agent)}/submit")["number"])
    program("sunli", BANK).post(f"applications/{number}/cases/4/confirmation")
    program("liufang").post(f"applications/{number}/acceptance")
    return number


def stored(agent: Program, number: str, code: str) -> str:
    answer = agent.upload("POST", f"applications/{number}/files", "材料.pdf", walk.one_page_pdf(code))
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["digest"])


def refused(program: Program, address: str, content: object = None) -> tuple[int, str]:
    answer = program.ask("POST", address, content, **{"Idempotency-Key": f"refused-{next(program.acts)}"})
    return answer.status_code, answer.json()["code"]


def test_promises_in_a_draft_are_refused_with_their_code(agent: Program) -> None:
    draft = filled(agent)
    address = f"applications/drafts/{draft}/materials"

    for code, how, expected in (
        ("M_NAMES", "later", "deferral_not_allowed"),
        ("M_PHOTO", "commitment", "commitment_not_allowed"),
    ):
        answer = agent.ask("PUT", f"{address}/{code}/promise", {"how": how})
        assert (answer.status_code, answer.json()["code"]) == (409, expected)
    assert agent.ask("PUT", f"{address}/M_PHOTO/promise", {"how": "never"}).status_code == 422
    route = agent.ask("PUT", f"applications/drafts/{draft}/routes/HS-02", {"by_commitment": True})
    assert route.json()["code"] == "commitment_not_allowed"


def test_what_was_deferred_follows(agent: Program, program: Programs, underway: str) -> None:
    digest = stored(agent, underway, "M_PHOTO")
    address = f"applications/{underway}/supplies"

    assert refused(program("zhaolei"), address, {"uploads": {"M_PHOTO": digest}})[0] == 403
    assert refused(agent, address, {"uploads": {"M_PHOTO": "0" * 64}}) == (404, "no_file")
    assert refused(agent, address, {"uploads": {"M_NAMES": digest}}) == (409, "not_now")
    assert refused(agent, address, {"uploads": {}}) == (409, "not_now")
    assert agent.post(address, {"uploads": {"M_PHOTO": digest}}) == {"supplied": ["M_PHOTO"], "to": ""}


def test_a_commitment_is_taken_back_by_the_door(agent: Program, underway: str) -> None:
    address = f"applications/{underway}/cases/{OWNERSHIP}/commitment/withdrawal"

    assert refused(agent, address, {"uploads": {}}) == (409, "not_now")
    digest = stored(agent, underway, "M_NOMORT")
    assert agent.post(address, {"uploads": {"M_NOMORT": digest}}) == {"case": OWNERSHIP, "to": ""}


def test_a_commitment_is_followed_by_the_door(
    agent: Program, program: Programs, stranger: Program, underway: str
) -> None:
    agent.post(f"applications/{underway}/supplies", {"uploads": {"M_PHOTO": stored(agent, underway, "M_PHOTO")}})
    found = storage.read(queries.id_of(underway))
    assert found is not None
    desk = program("zhaolei")
    for case in (1, OWNERSHIP):
        given = {"desk": "船舶登记岗", "outcome": "approved"}
        desk.post(f"applications/{underway}/cases/{case}/conclusion", given)
    assert [(one["case"], one["step"]) for one in desk.get("commitments")["commitments"]] == [(OWNERSHIP, "draw")]
    keys.checkpoint(now=at(DAY, 23))
    assert refused(desk, "draws", {"region": "130209", "body": BODY}) == (403, "not_allowed")
    held = program("hanlei").post("draws", {"region": "130209", "body": BODY})
    outbox.run(clock=lambda: at(DAY, 23))
    assert (held["holds"], held["drawn"]) == (True, [f"{underway}-0002"])
    assert stranger.get(f"draws/{held['draw']}") == held
    assert stranger.get("draws") == {"draws": [held["draw"]]}

    assert refused(desk, "draws/on-the-spot", {"region": "130209", "body": BODY, "month": "2026-03"})[0] == 403
    unfinished = {"region": "130209", "body": BODY, "month": "2026-03"}
    assert refused(program("hanlei"), "draws/on-the-spot", unfinished) == (409, "month_not_over")
    assert desk.get("spot-checks") == {"cases": []}
    found_right = {"right": True, "finding": "核对无误"}
    assert refused(desk, f"applications/{underway}/cases/{OWNERSHIP}/spot-check", found_right) == (409, "not_now")

    address = f"applications/{underway}/cases/{OWNERSHIP}/commitment"
    broken = {"kept": False, "means": "document"}
    assert refused(desk, f"{address}/verification", broken) == (409, "reason_missing")
    assert desk.post(f"{address}/verification", broken | {"findings": "载有抵押"}) == {"case": OWNERSHIP}
    assert desk.post(f"{address}/order", {"reason": "请注销抵押"}) == {"case": OWNERSHIP}
    assert refused(desk, f"{address}/notice", {"reason": "没有整改"}) == (409, "not_now")
    assert refused(desk, f"{address}/revocation", {"reason": "承诺不实"}) == (409, "not_now")
    assert refused(desk, f"{address}/credit", {"item": "FALSE-COMMITMENT"}) == (409, "not_now")
    assert refused(desk, f"{address}/credit/repair", {"reason": "x"}) == (409, "not_now")
    assert refused(desk, f"{address}/credit/repair/denial", {"reason": "x"}) == (409, "not_now")
    asked = {"ground": "CORRECTED", "reason": "x"}
    assert refused(agent, f"{address}/credit/repair/request", asked) == (409, "not_now")
    assert refused(agent, f"{address}/statements", {"text": "x"}) == (409, "not_now")
    assert desk.post(f"{address}/correction") == {"case": OWNERSHIP}
