"""Programs of three regions put a batch in force by signing off and signing; everybody reads what was signed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.api.conftest import JsonClient, Program, stand_at
from tests.api.test_problems import act, refusal
from tests.api.test_standards import asked_again
from tests.catalogue import regions_sign as three
from tongban.api import actions
from tongban.catalogue import body, joint
from tongban.catalogue.actions import end_agreement
from tongban.domain.joint import ActKind
from tongban.journal import queries as journal
from tongban.web import clock

CODE = three.CODE
DRAFT: dict[str, Any] = {
    "code": CODE,
    "title": "第一批“同事同标”事项",
    "matters": list(three.MATTERS),
    "regions": list(three.REGIONS),
    "scope": {"zones": ["ftz-hebei"]},
    "agreement": "JJJ-2026-01",
    "in_force_on": "2026-04-01",
}


@pytest.fixture(autouse=True)
def regions(two_standards: None, settings: Settings) -> None:
    stand_at(settings, three.NOW)


@pytest.fixture
def stranger() -> Program:
    return Program(JsonClient())


def program(username: str) -> Program:
    issued = actions.issue(username=username, name="test", days=366, now=clock.now())
    return Program(JsonClient(), issued.secret)


def proposed(steward: Program) -> str:
    """Draft a batch and put it to the regions by the door; return the digest to sign."""
    steward.post("batches", DRAFT)
    return str(steward.post(f"batches/{CODE}/proposals", {"kind": "issue"})["digest"])


def signed(region: str, digest: str) -> dict[str, Any]:
    """Let departments and bureau of a region sign by the door; return what the bureau's signature answered."""
    departments = list(three.departments(region))
    content = {"region": region, "departments": departments, "digest": digest}
    assert program(three.SIGNS_OFF[region]).post(f"batches/{CODE}/sign-offs", content)["departments"] == departments
    answer: dict[str, Any] = program(three.SIGNS[region]).post(
        f"batches/{CODE}/signatures", {"region": region, "digest": digest}
    )
    return answer


def in_force(stranger: Program) -> list[str]:
    return [one["matter"] for one in stranger.get(f"standards?batch={CODE}")["standards"]]


def test_the_third_signature_puts_the_batch_in_force_on_its_day(stranger: Program, settings: Settings) -> None:
    digest = proposed(program("shenyue"))
    *first, last = three.REGIONS

    assert [signed(region, digest)["number"] for region in first] == ["", ""]
    waiting = stranger.get(f"batches/{CODE}")
    assert (waiting["life"], waiting["sentence"]) == ("proposed", "未生效：还差 1 个地区的签署。")
    completed = signed(last, digest)
    assert (completed["number"], completed["takes_effect_on"]) == ("同标〔2026〕TB-2026-01号", "2026-04-01")
    assert (stranger.get(f"batches/{CODE}")["life"], in_force(stranger)) == ("signed", [])

    stand_at(settings, three.NOW.replace(month=4, day=1))
    told = stranger.get(f"batches/{CODE}")
    assert (told["life"], told["number"], in_force(stranger)) == (
        "in_force",
        "同标〔2026〕TB-2026-01号",
        list(three.MATTERS),
    )
    assert [one["life"] for one in stranger.get("batches")["batches"]] == ["in_force"]
    assert journal.soundness().replay_faults == ()


def test_whoever_reads_a_batch_can_compute_what_was_signed(stranger: Program) -> None:
    digest = proposed(program("shenyue"))
    signed(three.HEBEI, digest)

    (told,) = stranger.get(f"batches/{CODE}")["acts"]

    assert body.digest(told["content"]) == told["digest"] == digest
    for one in told["standards"]:
        version = stranger.get(f"standards/{one['matter']}/versions/{one['version']}")
        assert (one["digest"], one["unchanged"]) == (body.digest(version["standard"]), True)
    (signature,) = told["signatures"]
    assert (signature["region"], signature["digest"], signature["verified"]) == (three.HEBEI, digest, True)
    assert {one["region"] for one in told["departments"] if one["signed_off_at"]} == {three.HEBEI}
    missing = [flaw["about"] for flaw in told["flaws"] if flaw["kind"] == "signature_missing"]
    assert missing == [three.BEIJING, three.TIANJIN]


def test_a_batch_is_told_again_when_anything_about_it_has_changed(stranger: Program) -> None:
    digest = proposed(program("shenyue"))
    tags = {address: stranger.ask("GET", address).headers["ETag"] for address in ("batches", f"batches/{CODE}")}
    assert [asked_again(stranger, address, tag).status_code for address, tag in tags.items()] == [304, 304]

    signed(three.HEBEI, digest)

    assert [asked_again(stranger, address, tag).status_code for address, tag in tags.items()] == [200, 200]


def test_signing_what_may_not_be_signed_is_refused_and_leaves_nothing(stranger: Program) -> None:
    steward = program("shenyue")
    digest, entries = proposed(steward), journal.soundness().entries
    sign, off = f"batches/{CODE}/signatures", f"batches/{CODE}/sign-offs"
    hebei = {"region": three.HEBEI, "digest": digest}
    departments = {"departments": list(three.departments(three.HEBEI))}

    assert refusal(stranger.ask("POST", sign, hebei)) == (401, "not_signed_in")
    assert refusal(steward.ask("POST", sign, hebei)) == (400, "idempotency_key_missing")
    assert act(steward, sign, hebei) == (409, "departments_missing")
    assert act(program("linxiao"), sign, hebei) == (403, "not_allowed")
    assert act(program("gumingyuan"), sign, hebei) == (403, "not_allowed")
    assert act(steward, off, hebei | departments) == (403, "not_allowed")
    assert act(program("jialixin"), off, hebei | departments | {"digest": "0" * 64}) == (409, "digest_mismatch")
    assert act(steward, "batches/TB-0/signatures", hebei) == (404, "not_found")
    assert act(steward, "batches", DRAFT) == (409, "not_now")
    assert act(program("linxiao"), "batches", DRAFT | {"code": "TB-2"}) == (403, "not_allowed")
    assert act(steward, "batches", DRAFT | {"code": "T B"}) == (422, "invalid")
    assert refusal(stranger.ask("GET", "batches/TB-0")) == (404, "not_in_catalogue")
    assert journal.soundness().entries == entries


def test_a_batch_is_widened_recalled_amended_and_withdrawn(stranger: Program, settings: Settings) -> None:
    steward = program("shenyue")
    digest = proposed(steward)
    for region in three.REGIONS:
        signed(region, digest)
    stand_at(settings, three.NOW.replace(month=4, day=2))
    put, day = f"batches/{CODE}/proposals", {"in_force_on": "2026-06-01"}
    wider = {"zones": ["ftz-hebei"], "divisions": ["130000"]}

    assert act(steward, put, {"kind": "widening"} | day) == (422, "invalid")
    assert act(steward, put, {"kind": "withdrawal"}) == (422, "invalid")
    assert steward.post(put, {"kind": "widening", "scope": wider} | day)["serial"] == 2
    assert act(steward, put, {"kind": "withdrawal"} | day) == (409, "not_now")
    assert steward.post(f"batches/{CODE}/recall", {"reason": "先修订"})["serial"] == 2
    assert act(steward, put, {"kind": "amendment", "matters": ["TB-001"]} | day) == (409, "invalid_batch")
    assert steward.post(put, {"kind": "withdrawal"} | day)["serial"] == 3
    told = stranger.get(f"batches/{CODE}")
    assert [(one["kind"], one["recalled"]) for one in told["acts"]] == [
        (ActKind.WITHDRAWAL, ""),
        (ActKind.WIDENING, "先修订"),
        (ActKind.ISSUE, ""),
    ]
    assert told["life"] == "in_force"


def test_an_agreement_tells_what_rests_on_it_and_whether_it_holds(stranger: Program) -> None:
    proposed(program("shenyue"))

    told = stranger.get("agreements/JJJ-2026-01")

    assert (told["holds"], told["last_day"], [one["code"] for one in told["batches"]]) == (True, "2031-02-28", [CODE])
    assert [one["region"] for one in told["parties"]] == list(three.REGIONS)
    (listed,) = stranger.get("agreements")["agreements"]
    assert listed == {name: told[name] for name in listed}
    end_agreement(
        operation="end",
        actor=three.who("shenyue"),
        number="JJJ-2026-01",
        ended_on=three.TODAY,
        reason="各方商定",
        now=three.NOW,
    )
    assert stranger.get("agreements")["agreements"][0]["holds"] is False
    assert refusal(stranger.ask("GET", "agreements/JJJ-0")) == (404, "not_in_catalogue")


@pytest.mark.parametrize(("address", "name"), [("batches", "batches"), ("agreements", "agreements")])
def test_a_list_costs_the_same_number_of_statements_however_long_it_is(
    stranger: Program, address: str, name: str
) -> None:
    proposed(program("shenyue"))
    costs = {}
    for number in range(2, 4):
        with CaptureQueriesContext(connection) as captured:
            costs[len(stranger.get(address)[name])] = len(captured)
        joint.write_agreement(three.agreement(number=f"JJJ-{number}"))
        three.propose(code=f"TB-{number}", agreement=f"JJJ-{number}")

    assert list(costs) == [1, 2]
    assert len(set(costs.values())) == 1
