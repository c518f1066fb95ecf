"""Programs ask for pre-review, read and answer it, by the same actions as people."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Program, Programs
from tongban.casework.models import Draft
from tongban.casework.prereview import actions
from tongban.journal.models import Read
from tongban.project.walk import HOLDER

NAME = {"kind": "element", "code": "ship_name_cn", "words": "与已登记船舶同音"}
CONDITION = {"kind": "condition", "code": "1", "matter": "HS-01", "words": "请说明来源"}


@pytest.fixture
def clerk(program: Programs) -> Program:
    return program("liufang")


@pytest.fixture
def draft(drafted: Draft) -> str:
    return drafted.id


def asked(agent: Program, draft: str) -> Any:
    return agent.post(f"applications/drafts/{draft}/pre-review")


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def post(program: Program, address: str, content: object = None, key: str = "operation-1") -> Any:
    return program.ask("POST", address, content, **{"Idempotency-Key": key})


def test_a_draft_is_asked_for_answered_and_followed(agent: Program, clerk: Program, draft: str) -> None:
    assert asked(agent, draft) == {"draft": draft, "number": 1, "due_on": "2026-03-04", "provisional": False}

    (waiting,) = clerk.get("pre-reviews")["pre_reviews"]
    sheet = clerk.get(f"pre-reviews/{draft}/1")
    answered = clerk.post(f"pre-reviews/{draft}/1/answer", {"readiness": "mend", "remarks": [NAME, CONDITION]})

    assert (waiting["draft"], waiting["holder"], waiting["hall"]) == (draft, HOLDER, "cfd-hall")
    by_code = {(item["kind"], item["matter"], item["code"]): item for item in sheet["items"]}
    assert by_code["element", "", "legal_representative"]["value"] == "陈＊＊"
    assert by_code["material", "", "M_ACQ"]["uploaded"]
    assert by_code["condition", "HS-01", "1"]["label"].startswith("一艘船舶只使用一个名称")
    assert answered == {"draft": draft, "number": 1, "readiness": "mend", "remarks": 2}
    followed = agent.get(f"applications/drafts/{draft}/pre-review")
    assert followed["left"] == 2
    (one,) = followed["requests"]
    assert (one["state"], one["readiness"], one["missing"]) == ("answered", "mend", [])
    assert one["remarks"] == [NAME | {"matter": ""}, CONDITION]
    assert clerk.get("pre-reviews")["pre_reviews"] == []


def test_what_staff_read_is_recorded(agent: Program, clerk: Program, draft: str) -> None:
    asked(agent, draft)

    clerk.get(f"pre-reviews/{draft}/1")
    shown = clerk.get(f"pre-reviews/{draft}/1?in_clear=true")
    file = clerk.ask("GET", f"pre-reviews/{draft}/1/materials/M_ACQ")

    assert "陈海生" in {item["value"] for item in shown["items"]}
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    about = f"prereview {draft} 1 api"
    read = [(one.about, one.what) for one in Read.objects.order_by("id")]
    assert read == [(HOLDER, about), (HOLDER, f"{about} in clear"), (HOLDER, f"{about} material M_ACQ")]


def test_the_same_key_has_one_effect(agent: Program, clerk: Program, draft: str) -> None:
    first, second = (agent.post(f"applications/drafts/{draft}/pre-review", key="operation-1") for _ in range(2))
    said = [clerk.post(f"pre-reviews/{draft}/1/answer", {"readiness": "ready"}, key="operation-2") for _ in range(2)]
    other = post(clerk, f"pre-reviews/{draft}/1/answer", {"readiness": "mend", "remarks": [NAME]}, "operation-2")

    assert first == second
    assert said[0] == said[1]
    assert refused(other) == (409, "operation_reused")


def test_a_request_is_taken_back_and_a_submission_ends_another(agent: Program, clerk: Program, draft: str) -> None:
    asked(agent, draft)
    assert agent.post(f"applications/drafts/{draft}/pre-review/1/withdrawal") == {"draft": draft, "number": 1}
    assert asked(agent, draft)["number"] == 2

    agent.post(f"applications/drafts/{draft}/submit")

    states = [one["state"] for one in agent.get(f"applications/drafts/{draft}/pre-review")["requests"]]
    assert states == ["withdrawn", "ended"]
    assert clerk.get(f"pre-reviews/{draft}/2")["items"] == []
    late = post(clerk, f"pre-reviews/{draft}/2/answer", {"readiness": "ready"})
    assert refused(late) == (409, "pre_review_not_open")
    again = post(agent, f"applications/drafts/{draft}/pre-review", key="operation-2")
    assert refused(again) == (409, "draft_submitted")


def test_a_discarded_draft_is_waited_for_no_more(agent: Program, clerk: Program, draft: str) -> None:
    asked(agent, draft)

    assert agent.ask("DELETE", f"applications/drafts/{draft}").status_code == 204

    assert clerk.get("pre-reviews")["pre_reviews"] == []


@pytest.mark.parametrize(
    ("remarks", "readiness", "status", "code"),
    [
        ([NAME | {"code": "nothing"}], "mend", 409, "no_target"),
        ([NAME | {"matter": "HS-01"}], "mend", 409, "no_target"),
        ([CONDITION | {"code": "99"}], "mend", 409, "no_target"),
        ([NAME, NAME], "mend", 409, "remarked_twice"),
        ([NAME | {"words": " "}], "mend", 409, "words_missing"),
        ([NAME], "ready", 409, "readiness_contradicts"),
        ([], "mend", 409, "readiness_contradicts"),
        ([NAME | {"words": "长" * 501}], "mend", 422, "invalid"),
        ([NAME | {"kind": "matter"}], "mend", 422, "invalid"),
        ([{"kind": "element"}], "mend", 422, "invalid"),
        ([NAME] * 501, "mend", 422, "invalid"),
        ([], "perhaps", 422, "invalid"),
        ("no list", "mend", 422, "invalid"),
    ],
)
def test_an_answer_that_says_nothing_clear_is_refused(
    agent: Program, clerk: Program, draft: str, remarks: Any, readiness: str, status: int, code: str
) -> None:
    asked(agent, draft)

    response = post(clerk, f"pre-reviews/{draft}/1/answer", {"readiness": readiness, "remarks": remarks})

    assert response.status_code == status
    assert code == "invalid" or response.json()["code"] == code
    assert clerk.get("pre-reviews")["pre_reviews"]


@pytest.mark.parametrize("username", ["zhaolei", "gaojianming", "yangguang"])
def test_to_a_stranger_nothing_is_there(agent: Program, program: Programs, draft: str, username: str) -> None:
    asked(agent, draft)
    stranger = program(username)

    assert stranger.get("pre-reviews")["pre_reviews"] == []
    for response in (
        stranger.ask("GET", f"pre-reviews/{draft}/1"),
        stranger.ask("GET", f"pre-reviews/{draft}/1/materials/M_ACQ"),
        post(stranger, f"pre-reviews/{draft}/1/answer", {"readiness": "ready"}),
        stranger.ask("GET", f"applications/drafts/{draft}/pre-review"),
        post(stranger, f"applications/drafts/{draft}/pre-review"),
        post(stranger, f"applications/drafts/{draft}/pre-review/1/withdrawal"),
    ):
        assert response.status_code == 404, response.content.decode()


def test_a_supervisor_reads_and_does_not_answer(agent: Program, program: Programs, draft: str) -> None:
    asked(agent, draft)
    supervisor = program("hanlei")

    assert len(supervisor.get("pre-reviews")["pre_reviews"]) == 1
    assert supervisor.get(f"pre-reviews/{draft}/1")["state"] == "open"
    assert refused(post(supervisor, f"pre-reviews/{draft}/1/answer", {"readiness": "ready"})) == (403, "not_allowed")


@pytest.mark.parametrize("serial", ["0", "2", "99999999999999999999", "x", "-1"])
def test_a_request_that_was_never_made_is_not_found(agent: Program, clerk: Program, draft: str, serial: str) -> None:
    asked(agent, draft)

    assert clerk.ask("GET", f"pre-reviews/{draft}/{serial}").status_code == 404
    assert post(clerk, f"pre-reviews/{draft}/{serial}/answer", {"readiness": "ready"}).status_code == 404


def test_more_than_a_hall_can_bear_is_refused(agent: Program, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    asked(agent, draft)
    agent.post(f"applications/drafts/{draft}/pre-review/1/withdrawal")

    response = post(agent, f"applications/drafts/{draft}/pre-review")

    assert refused(response) == (429, "too_many_pre_reviews")
    assert response.json()["title"] == "过于频繁"
