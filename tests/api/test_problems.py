"""Every "no" is a problem: media type, status, code, one Chinese sentence; and nothing is half done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse

from tests.api.conftest import BANK, Program, Programs, filled, submitted
from tongban.api import problems
from tongban.casework import queries
from tongban.journal import queries as journal
from tongban.project import walk

STATE = tuple[int, str]
CONCLUSION = {"desk": "船舶登记岗", "outcome": "approved"}


def problem(response: HttpResponse) -> dict[str, Any]:
    """Return the problem after looking at its form."""
    content: dict[str, Any] = json.loads(response.content)
    assert response.headers["Content-Type"] == problems.MEDIA_TYPE
    assert response.headers["Cache-Control"] == "no-store"
    assert (content["status"], content["title"]) == (response.status_code, problems.TITLES[response.status_code])
    assert content["type"] == f"urn:tongban:problem:{content['code']}"
    assert content["detail"].endswith("。")
    assert "Traceback" not in response.content.decode()
    return content


def refusal(response: HttpResponse) -> STATE:
    return response.status_code, problem(response)["code"]


def act(program: Program, address: str, content: object = None, *, key: str = "operation-1") -> STATE:
    return refusal(program.ask("POST", address, content, **{"Idempotency-Key": key}))


# --- before a room is asked -------------------------------------------------------------------------------------------

BODIES = [
    (b"{", (400, "bad_request")),
    (b'{"bundle": "maritime", "bundle": "x"}', (400, "bad_request")),
    (b'{"bundle": NaN}', (400, "bad_request")),
    (b'{"bundle": "a\\u0000b"}', (400, "bad_request")),
    (b'{"bundle": "\\ud800"}', (400, "bad_request")),
    (b'{"bundle": "\xff"}', (400, "bad_request")),
    (b"[" * 100_000, (400, "bad_request")),
    (b'{"bundle": ' + b"9" * 5000 + b"}", (400, "bad_request")),
    (b'{"bundle": "' + b"a" * 3_000_000 + b'"}', (413, "content_too_large")),
    (b"", (422, "invalid")),
    (b"[]", (422, "invalid")),
    (b"{}", (422, "invalid")),
    (b'{"bundle": 1}', (422, "invalid")),
    (b'{"bundle": "maritime", "more": 1}', (422, "invalid")),
    (b'{"bundle": "nothing"}', (404, "not_in_catalogue")),
]


def test_a_body_that_cannot_be_used_is_refused(agent: Program) -> None:
    found = [(body, refusal(agent.ask("POST", "applications/drafts", body))) for body, _ in BODIES]

    assert found == BODIES
    assert agent.get("applications/drafts") == {"drafts": []}


def test_what_is_wrong_with_each_field_is_told(agent: Program) -> None:
    content = problem(agent.ask("POST", "applications/drafts", {"bundel": "maritime"}))

    assert content["errors"] == [
        {"field": "bundle", "code": "missing", "detail": "缺少这一项，请补上。"},
        {"field": "bundel", "code": "extra_forbidden", "detail": "没有这一项，请去掉，或核对名称。"},
    ]
    assert content["field"] == "bundle"


def test_addresses_methods_and_media_types(agent: Program, stranger: Program) -> None:
    assert refusal(stranger.ask("GET", "nowhere")) == (404, "no_such_address")
    assert refusal(stranger.ask("GET", "no%0Awhere")) == (404, "no_such_address")
    assert refusal(stranger.ask("GET", "")) == (404, "no_such_address")
    assert refusal(stranger.ask("GET", "matters/HS-99")) == (404, "not_in_catalogue")
    assert refusal(stranger.ask("GET", "matters/%00")) == (400, "bad_request")
    assert refusal(stranger.ask("POST", "nothing/%00")) == (400, "bad_request")
    assert refusal(stranger.ask("GET", "matters?q=%00")) == (400, "bad_request")
    assert refusal(stranger.ask("GET", "matters?matter_type=x")) == (422, "invalid")
    assert refusal(agent.ask("GET", "applications?limit=0")) == (422, "invalid")
    assert refusal(stranger.ask("GET", "applications")) == (401, "not_signed_in")
    wrong_method = agent.ask("DELETE", "applications")
    assert (refusal(wrong_method), wrong_method.headers["Allow"]) == ((405, "method_not_supported"), "GET")
    assert refusal(agent.upload("POST", "applications/drafts", "a", b"a")) == (415, "media_type_not_supported")
    assert refusal(stranger.ask("POST", "verifications", {})) == (415, "media_type_not_supported")
    assert refusal(stranger.upload("POST", "verifications", "", b"")) == (422, "invalid")
    chunked = agent.ask("POST", "applications/drafts", {}, **{"Transfer-Encoding": "chunked"})
    assert refusal(chunked) == (411, "length_missing")
    broken = stranger.client.generic("POST", "/api/v1/verifications", b"--x", content_type="multipart/form-data")
    assert refusal(broken) == (400, "bad_request")


def test_what_nobody_foresaw_is_logged_and_told_without_its_trace(
    agent: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(queries, "applications_of", fail)

    response = agent.ask("GET", "applications")

    assert refusal(response) == (500, "server_error")
    assert "secret" not in response.content.decode()
    assert "a secret of the house" in caplog.text


# --- filling in -------------------------------------------------------------------------------------------------------


def test_a_draft_refuses_what_it_cannot_keep(agent: Program, program: Programs) -> None:
    before = agent.post("applications/drafts", {"bundle": "maritime"})
    draft = f"applications/drafts/{before['id']}"
    material = f"{draft}/materials/{before['missing']['materials'][0]}"

    assert refusal(agent.ask("PUT", f"{draft}/answers", {"answers": {"origin": "moon"}})) == (409, "unknown_answer")
    wrong = problem(agent.ask("PATCH", f"{draft}/form", {"values": {"call_sign": "BOAB", "imo_number": "9074728"}}))
    assert [(one["field"], one["code"]) for one in wrong["errors"]] == [("imo_number", "invalid_element")]
    unknown = problem(agent.ask("PATCH", f"{draft}/form", {"values": {"x": "y"}}))
    assert [(one["field"], one["code"]) for one in unknown["errors"]] == [("x", "invalid_element")]
    for name, content, refused in (
        ("a.pdf", b"", (409, "file_empty")),
        ("a.pdf", b"MZ no pdf", (409, "wrong_kind_of_file")),
        ("a.pdf", b"%PDF-1.7" + b"a" * 20 * 1024 * 1024, (413, "file_too_large")),
        ("a.pdf", b"%PDF-1.7" + b"a" * 21 * 1024 * 1024, (413, "content_too_large")),
    ):
        assert refusal(agent.upload("PUT", material, name, content)) == refused
    honest = walk.one_page_pdf("x")
    assert refusal(agent.upload("PUT", f"{draft}/materials/M_X", "a.pdf", honest)) == (409, "not_asked")
    assert refusal(agent.ask("PUT", material, {})) == (415, "media_type_not_supported")
    assert agent.get(draft) == before

    other = program("wangjianguo")
    assert refusal(other.ask("GET", draft)) == (404, "no_such_draft")
    assert refusal(other.ask("DELETE", draft)) == (404, "no_such_draft")
    assert agent.ask("DELETE", draft).status_code == 204
    assert refusal(agent.ask("GET", draft)) == (404, "no_such_draft")


def test_a_draft_that_is_not_complete_is_not_handed_in(agent: Program, program: Programs) -> None:
    begun = agent.post("applications/drafts", {"bundle": "maritime"})
    submit = f"applications/drafts/{begun['id']}/submit"

    empty = agent.ask("POST", submit, **{"Idempotency-Key": "operation-1"})
    assert refusal(empty) == (409, "form_incomplete")
    assert {one["field"] for one in problem(empty)["errors"]} == set(begun["missing"]["elements"])

    values = {one["element"]["code"]: one["element"]["example"] for one in begun["form"] if not one["known"]}
    agent.patch(f"applications/drafts/{begun['id']}/form", {"values": values})
    bare = agent.ask("POST", submit, **{"Idempotency-Key": "operation-1"})
    assert refusal(bare) == (409, "material_missing")
    assert len(problem(bare)["errors"]) == 26

    assert act(program("zhoumin", walk.HOLDER), submit) == (403, "not_allowed")
    assert agent.get("applications") == {"applications": []}


# --- the life of a case -----------------------------------------------------------------------------------------------


def test_acts_that_may_not_be_are_refused_and_leave_nothing(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    case = f"applications/{number}/cases"
    clerk, registrar, bank = program("liufang"), program("zhaolei"), program("sunli", BANK)
    entries = journal.soundness().entries

    assert refusal(agent.ask("POST", f"applications/{number}/acceptance")) == (400, "idempotency_key_missing")
    assert act(agent, f"applications/{number}/acceptance", key="short") == (400, "idempotency_key_missing")
    assert act(agent, f"applications/{number}/acceptance", key="a b c d e f") == (400, "idempotency_key_missing")
    assert act(agent, f"applications/{number}/acceptance") == (403, "not_allowed")
    assert act(agent, f"{case}/4/confirmation") == (409, "not_now")
    assert act(registrar, f"{case}/1/conclusion", CONCLUSION) == (409, "not_now")
    assert act(agent, f"{case}/1/conclusion", CONCLUSION) == (403, "not_allowed")
    assert act(registrar, f"{case}/18/conclusion", CONCLUSION) == (404, "no_such_case")
    assert act(registrar, f"{case}/1/conclusion", CONCLUSION | {"outcome": "perhaps"}) == (422, "invalid")
    assert journal.soundness().entries == entries

    bank.post(f"{case}/4/confirmation")
    assert act(bank, f"{case}/4/confirmation") == (409, "already_given")
    clerk.post(f"applications/{number}/acceptance")
    entries = journal.soundness().entries

    assert act(clerk, f"applications/{number}/acceptance") == (409, "not_now")
    assert act(clerk, f"{case}/1/conclusion", CONCLUSION) == (403, "not_allowed")
    assert act(program("limei"), f"{case}/6/conclusion", CONCLUSION) == (403, "not_allowed")
    assert act(registrar, f"{case}/3/conclusion", CONCLUSION) == (409, "not_now"), "an opinion is missing"
    assert act(registrar, f"{case}/1/conclusion", CONCLUSION | {"outcome": "denied"}) == (409, "reason_missing")
    fixed = {"determined": {"gross_tonnage": "9"}}
    assert act(registrar, f"{case}/1/conclusion", CONCLUSION | fixed) == (409, "cannot_determine")
    opinion = {"desk": "船舶登记岗", "verdict": "agree"}
    assert act(registrar, f"{case}/1/opinions", opinion) == (403, "not_your_desk")
    assert journal.soundness().entries == entries

    denial = CONCLUSION | {"outcome": "denied", "reason": "与已登记船舶同音"}
    assert registrar.post(f"{case}/1/conclusion", denial)["decided"] == [1]
    assert act(registrar, f"{case}/2/conclusion", CONCLUSION) == (409, "awaited_denied")
    assert act(registrar, f"{case}/1/conclusion", CONCLUSION) == (409, "already_given")
    assert agent.get(f"applications/{number}")["cases"][0]["reason"] == "与已登记船舶同音"


def test_to_a_stranger_an_application_does_not_exist(agent: Program, program: Programs) -> None:
    number = submitted(agent)

    for stranger in (program("wangjianguo"), program("gaojianming", "org:91120116MA0TB3036L"), program("shenyue")):
        assert refusal(stranger.ask("GET", f"applications/{number}")) == (404, "no_such_application")
        assert refusal(stranger.ask("GET", f"applications/{number}/cases/1")) == (404, "no_such_application")
        assert act(stranger, f"applications/{number}/acceptance") == (404, "no_such_application")
        assert act(stranger, f"applications/{number}/cases/1/conclusion", CONCLUSION) == (404, "no_such_application")
    nothing = program("wangjianguo")
    assert refusal(nothing.ask("GET", "applications/130209-20260302-999999A")) == (404, "no_such_application")
    assert refusal(nothing.ask("GET", "certificates/1.2.156.3005.2.x")) == (404, "not_found")


# --- once and for all -------------------------------------------------------------------------------------------------


def test_a_repeat_gets_the_first_answer_and_has_one_effect(agent: Program, program: Programs) -> None:
    draft = filled(agent)
    first = agent.post(f"applications/drafts/{draft}/submit", key="submit-once")
    again = agent.post(f"applications/drafts/{draft}/submit", key="submit-once")
    assert again == first
    assert act(agent, f"applications/drafts/{draft}/submit", key="submit-twice") == (409, "draft_submitted")
    assert len(agent.get("applications")["applications"]) == 1

    number, clerk = first["number"], program("liufang")
    accepted = clerk.post(f"applications/{number}/acceptance", key="accept-once")
    entries = journal.soundness().entries
    assert clerk.post(f"applications/{number}/acceptance", key="accept-once") == accepted
    assert journal.soundness().entries == entries


def test_a_conclusion_answers_for_what_was_shown(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    program("liufang").post(f"applications/{number}/acceptance")
    registrar = program("zhaolei")
    address = f"applications/{number}/cases"
    opened = registrar.get(f"{address}/2")["seen"]
    registrar.post(f"{address}/1/conclusion", CONCLUSION | {"determined": {"ship_name_cn": "渤远二号"}})

    assert act(registrar, f"{address}/2/conclusion", CONCLUSION | {"seen": opened}) == (409, "not_as_seen")
    now = registrar.get(f"{address}/2")["seen"]
    assert registrar.post(f"{address}/2/conclusion", CONCLUSION | {"seen": now})["decided"] == [2]


def test_the_same_key_with_other_content_is_refused(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    program("liufang").post(f"applications/{number}/acceptance")
    registrar = program("zhaolei")
    address = f"applications/{number}/cases/1/conclusion"
    first = registrar.post(address, CONCLUSION, key="conclude-once")
    entries = journal.soundness().entries

    assert act(registrar, address, CONCLUSION | {"reason": "另有理由"}, key="conclude-once") == (
        409,
        "operation_reused",
    )
    assert registrar.post(address, CONCLUSION, key="conclude-once") == first
    assert journal.soundness().entries == entries
