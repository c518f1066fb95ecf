"""While a case is reviewed, through the JSON door: every act once, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.api.conftest import Program, Programs
from tongban.casework.actions import watch
from tongban.casework.models import Application
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.people.models import Account
from tongban.project.walk import at
from tongban.web import clock


@pytest.fixture
def case(accepted: str) -> str:
    """The address of an accepted case, the nationality of the ship."""
    return f"applications/{Application.objects.get(pk=accepted).number}/cases/3"


def refusal(program: Program, address: str, content: object = None) -> tuple[int, str, str]:
    answer: Any = program.ask("POST", address, content, **{"Idempotency-Key": "refused-once"})
    return answer.status_code, answer.json()["code"], answer.json()["field"]


def officer(username: str) -> str:
    return f"account:{Account.objects.get(username=username).pk}"


def test_a_review_with_everything_in_it(agent: Program, program: Programs, case: str) -> None:
    registrar, supervision = program("zhaolei"), program("chenbin")
    number = case.split("/")[1]

    begun = registrar.post(f"{case}/procedures", {"kind": "appraisal", "expected_days": 5})
    assert begun == {"case": 3, "promised_due_on": None, "statutory_due_on": None}
    ended = registrar.post(f"{case}/procedures/appraisal/end", {"result": "合格"})
    assert ended["promised_due_on"] == "2026-03-05"
    extended = registrar.post(f"{case}/extension", {"days": 2, "approver": "局长", "reason": "复杂"})
    assert extended["promised_due_on"] == "2026-03-09"
    officers = [officer("zhaolei"), officer("chenbin")]
    seen = {"cases": [1, 3], "officers": officers, "passed": True, "record": "在港"}
    assert registrar.post(f"applications/{number}/site-checks", seen) == {"cases": [1, 3]}
    registrar.post(f"{case}/interested", {"party": "养殖户"})
    outbox.run(clock=clock.now)
    (letter,) = [
        one for one in registrar.get(f"applications/{number}/documents")["documents"] if one["kind"] == "letter"
    ]
    assert letter["kind"] not in {one["kind"] for one in agent.get(f"applications/{number}/documents")["documents"]}
    registrar.post(f"{case}/interested/delivery", {"letter": letter["number"], "means": "post"})
    registrar.post(f"{case}/interested/statements", {"text": "反对"})
    agent.post(f"{case}/statements", {"text": "已避让"})
    registrar.post(f"{case}/hearing")
    assert agent.post(f"{case}/hearing/request")["promised_due_on"] is None
    assert registrar.post(f"{case}/hearing/record", {"record": "双方到场"})["promised_due_on"] == "2026-03-09"
    supervision.post(f"{case}/opinions", {"desk": "船舶监督岗", "verdict": "agree"})
    sent = registrar.post(f"{case}/return", {"desks": ["船舶监督岗"], "reason": "再核"})
    assert sent == {"case": 3, "desks": ["船舶监督岗"]}

    told = agent.get(f"applications/{number}")["cases"][2]
    assert told["extended_days"] == 2
    assert [(one["kind"], one["expected_days"], one["resumed_on"]) for one in told["procedures"]] == [
        ("appraisal", 5, "2026-03-02"),
        ("hearing", 20, "2026-03-02"),
    ]
    assert told["hearing"]["requested_by"] == "applicant"


@pytest.mark.parametrize(
    ("address", "content", "refused"),
    [
        ("procedures", {"kind": "hearing", "expected_days": 5}, (409, "not_now", "")),
        ("procedures", {"kind": "siesta", "expected_days": 5}, (422, "invalid", "kind")),
        ("procedures", {"kind": "test", "expected_days": 366}, (409, "time_not_told", "expected_days")),
        ("procedures", {"kind": "test", "expected_days": 0}, (422, "invalid", "expected_days")),
        ("procedures/test/end", {}, (409, "not_now", "")),
        ("extension", {"days": 11, "approver": "局长", "reason": "复杂"}, (409, "extension_refused", "days")),
        ("extension", {"days": 1, "approver": " ", "reason": "复杂"}, (409, "extension_refused", "approver")),
        ("extension", {"days": 1, "approver": "局长", "reason": " "}, (409, "reason_missing", "reason")),
        ("return", {"desks": [], "reason": "再核"}, (409, "not_now", "")),
        ("return", {"desks": ["无此岗"], "reason": "再核"}, (409, "not_now", "")),
        ("interested", {"party": " "}, (409, "words_missing", "party")),
        ("interested/statements", {"text": "反对"}, (409, "not_now", "")),
        ("interested/hearing-request", None, (409, "not_now", "")),
        ("hearing/record", {"record": "双方到场"}, (409, "not_now", "")),
        ("statements", {"text": "我是申请人"}, (403, "not_allowed", "")),
        ("hearing/request", None, (403, "not_allowed", "")),
    ],
)
def test_what_the_door_refuses_changes_nothing(
    program: Programs, case: str, address: str, content: object, refused: tuple[int, str, str]
) -> None:
    entries = journal.soundness().entries

    assert refusal(program("zhaolei"), f"{case}/{address}", content) == refused
    assert journal.soundness().entries == entries


def test_a_look_at_the_place_takes_two_officers_and_a_case_of_ones_own(program: Programs, case: str) -> None:
    address = f"applications/{case.split('/')[1]}/site-checks"
    mine = [officer("zhaolei"), officer("chenbin")]
    seen: dict[str, Any] = {"cases": [3], "officers": mine, "passed": True, "record": "在港"}
    registrar = program("zhaolei")

    assert refusal(registrar, address, seen | {"officers": mine[:1]}) == (409, "too_few_officers", "officers")
    assert refusal(registrar, address, seen | {"officers": [*mine, "account:x"]}) == (409, "not_an_officer", "officers")
    assert refusal(registrar, address, seen | {"cases": []}) == (409, "not_now", "cases")
    assert refusal(registrar, address, seen | {"cases": [99]}) == (404, "no_such_case", "")
    assert refusal(registrar, address, seen | {"cases": [6]}) == (403, "not_allowed", "")
    assert refusal(program("shenyue"), address, seen) == (404, "no_such_application", "")


def test_a_supervisor_closes_what_was_late_once_with_what_he_found(program: Programs, case: str) -> None:
    watch.fall_due(now=at(date(2026, 4, 10), 1))
    address = f"{case}/supervision/decision_overdue/close"
    supervisor = program("hanlei")

    assert refusal(supervisor, address, {"finding": " "})[:2] == (409, "reason_missing")
    assert refusal(program("zhaolei"), address, {"finding": "补办"})[:2] == (403, "not_allowed")
    closed = supervisor.post(address, {"finding": "人手不足，已增派人员。"})

    assert closed == {"case": 3, "rule": "decision_overdue"}
    assert refusal(program("hanlei"), address, {"finding": "再次"})[0] == 409
