"""Documents through the JSON door: listed, taken, read as values, signed for; and by whom they are not."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.api.conftest import BANK, Program, Programs, submitted
from tongban.crypto import canonical, sm3
from tongban.journal import outbox
from tongban.journal.models import Read
from tongban.keys import trust
from tongban.project import walk
from tongban.web import clock


def work() -> None:
    while outbox.run(clock=clock.now):
        pass


def decided(agent: Program, program: Programs) -> str:
    """An application accepted, and its first case approved."""
    number = submitted(agent)
    program("liufang").post(f"applications/{number}/acceptance")
    program("zhaolei").post(f"applications/{number}/cases/1/conclusion", {"desk": "船舶登记岗", "outcome": "approved"})
    work()
    return number


def test_documents_come_after_the_act_and_are_listed_the_newest_first(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    before = agent.get(f"applications/{number}/documents")
    work()

    after = agent.get(f"applications/{number}/documents")

    assert before == {"documents": [], "waiting": 1}
    assert after["waiting"] == 0
    assert [(one["place"], one["kind"], one["title"]) for one in after["documents"]] == [(1, "receipt", "收件凭证")]


def test_the_paper_is_the_one_of_the_digest_and_the_signature_covers_it(agent: Program, program: Programs) -> None:
    number = decided(agent, program)
    listed = agent.get(f"applications/{number}/documents")["documents"]
    decision = next(one for one in listed if one["kind"] == "approval")

    paper = agent.ask("GET", f"applications/{number}/documents/{decision['place']}")
    content = agent.get(f"applications/{number}/documents/{decision['place']}/content")
    said = {
        "application": number,
        "at": datetime.fromisoformat(decision["issued_at"]).isoformat().replace("Z", "+00:00"),
        "body": decision["body"],
        "cases": decision["cases"],
        "content": content["digest"],
        "document": decision["number"],
        "kind": decision["kind"],
        "paper": decision["digest"],
    }
    key = trust.current(now=clock.now()).key(decision["key"])

    assert paper["Content-Type"] == "application/pdf"
    assert sm3.digest(paper.content).hex() == decision["digest"]
    assert key is not None and key.verify(canonical.encode(said), bytes.fromhex(decision["signature"]))
    assert content["title"] == decision["title"] and content["articles"]


def test_the_applicant_signs_once(agent: Program, program: Programs) -> None:
    number = decided(agent, program)
    (waiting,) = [one for one in agent.get(f"applications/{number}/documents")["documents"] if one["to_sign_for"]]
    address, given = f"applications/{number}/documents/signature", {"documents": [waiting["number"]]}

    first, second = agent.post(address, given, key="signed-once"), agent.post(address, given, key="signed-once")
    refused = agent.ask("POST", address, given, **{"Idempotency-Key": "signed-twice"})
    work()

    assert first == second == given
    assert (refused.status_code, refused.json()["code"]) == (409, "not_to_sign_for")
    listed = agent.get(f"applications/{number}/documents")["documents"]
    assert (listed[0]["kind"], [one for one in listed if one["to_sign_for"]]) == ("delivery", [])


@pytest.mark.parametrize("address", ["documents/99", "documents/99/content"])
def test_what_is_not_there_is_not_found(agent: Program, program: Programs, address: str) -> None:
    number = decided(agent, program)

    refused = agent.ask("GET", f"applications/{number}/{address}")

    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_document")


def test_each_sees_documents_of_his_cases_and_staff_are_recorded(agent: Program, program: Programs) -> None:
    number = decided(agent, program)

    def kinds(reader: Program) -> list[str]:
        return [one["kind"] for one in reader.get(f"applications/{number}/documents")["documents"]]

    assert kinds(program("liufang")) == kinds(agent) == ["approval", "acceptance", "receipt"]
    assert kinds(program("zhaolei")) == ["approval"]
    assert kinds(program("zhoumin", walk.HOLDER)) == ["approval"]
    assert kinds(program("sunli", BANK)) == []
    before = Read.objects.count()
    assert program("zhaolei").ask("GET", f"applications/{number}/documents/3").status_code == 200
    assert agent.ask("GET", f"applications/{number}/documents/3").status_code == 200
    assert program("sunli", BANK).ask("GET", f"applications/{number}/documents/3").status_code == 404
    assert program("zhaolei").ask("GET", f"applications/{number}/documents/1").status_code == 404
    assert Read.objects.count() == before + 1


def test_nobody_else_signs(agent: Program, program: Programs) -> None:
    number = decided(agent, program)
    given = {"documents": ["曹海准字〔2026〕1号"]}

    for other in (program("sunli", BANK), program("liufang"), program("zhaolei")):
        refused = other.ask(
            "POST", f"applications/{number}/documents/signature", given, **{"Idempotency-Key": "by-a-stranger"}
        )
        assert (refused.status_code, refused.json()["code"]) == (404, "no_such_application")
