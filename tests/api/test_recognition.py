"""Programs read recognition rules, ask whether a certificate counts, and record and end rules for their region."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from tests.api.conftest import JsonClient, Program, stand_at
from tests.worlds import DAY
from tongban.api import actions
from tongban.casework import drafts
from tongban.certificates import queries
from tongban.certificates.models import Certificate
from tongban.domain.certificate import Status
from tongban.project import travelling
from tongban.project.walk import at, who
from tongban.web import clock

RULE: dict[str, Any] = {
    "code": "BJ-RK-NEW-01",
    "field": "market_access",
    "certificate": "C_VEHICLE",
    "effect": "evidence",
    "issued_in": ["120000"],
    "counts_in": "110000",
    "materials": ["T_VEHICLE"],
    "agreement": "JJJ-2022-01",
    "document": "补充清单",
    "from_on": "2026-04-01",
}


@pytest.fixture(autouse=True)
def noon(recognised: None, settings: Settings) -> None:
    stand_at(settings, at(DAY, 12))


@pytest.fixture
def stranger() -> Program:
    return Program(JsonClient())


def program(username: str, acting_for: str = "") -> Program:
    issued = actions.issue(username=username, name="test", days=366, now=clock.now())
    return Program(JsonClient(), issued.secret, acting_for)


def test_everybody_reads_the_rules(stranger: Program) -> None:
    rules = stranger.get("recognition?certificate=C_VEHICLE")["rules"]

    assert [one["code"] for one in rules] == ["BJ-RK-11-05"]
    assert rules[0]["materials"] == ["T_VEHICLE"]
    assert rules[0]["standing"] == "counts"
    assert stranger.get("recognition?issued_in=110000&counts_in=110000")["rules"] == []
    assert stranger.get("recognition/BJ-RK-11-05") == rules[0]


def test_everybody_asks_whether_a_type_counts(stranger: Program) -> None:
    there = stranger.get("recognition/counts?certificate=C_ROAD&issued_in=120116&to=110000")
    back = stranger.get("recognition/counts?certificate=C_ROAD&issued_in=110000&to=120000")

    assert (there["counts"], len(there["evidence"]), len(there["effect"])) == (True, 1, 1)
    assert (back["counts"], back["reason"]) == (False, "wrong_direction")


def test_a_certificate_that_ended_does_not_count(stranger: Program) -> None:
    (number,) = [one.identifier for one in queries.wallet(party=travelling.HOLDER, today=DAY) if one.type == "C_ROAD"]
    assert stranger.get(f"recognition/counts?number={number}&to=110000")["counts"]

    Certificate.objects.filter(identifier=number).update(status=Status.REVOKED, ended_on=DAY)

    assert stranger.get(f"recognition/counts?number={number}&to=110000")["reason"] == "certificate_ended"


def test_a_region_records_and_ends_its_rules() -> None:
    beijing = program("gumingyuan")

    assert beijing.post("recognition", RULE) == {"recognition": RULE["code"]}
    assert beijing.post(f"recognition/{RULE['code']}/end", {"ended_on": "2026-05-01", "reason": "由新清单替代。"})

    assert beijing.get(f"recognition/{RULE['code']}")["last_on"] == "2026-05-01"


def test_another_region_is_refused(stranger: Program) -> None:
    answer = program("tianwenjing").ask("POST", "recognition", RULE, **{"Idempotency-Key": "operation-1"})

    assert answer.status_code == 403


def test_a_draft_tells_what_is_recognised_and_takes_consent() -> None:
    actor = who("dengyue", acting_for=travelling.HOLDER, today=DAY)
    draft = drafts.start(actor=actor, bundle="hazardous-haulage", now=clock.now())
    haulier = program("dengyue", travelling.HOLDER)
    address = f"applications/drafts/{draft.id}"

    def material(code: str) -> Any:
        return next(one for one in haulier.get(address)["materials"] if one["code"] == code)

    vehicle, drivers = material("T_VEHICLE"), material("T_DRIVERS")
    assert (vehicle["source"], vehicle["basis"], vehicle["recognised"]["rule"]) == (
        "certificate",
        "duty",
        "BJ-RK-11-05",
    )
    assert (drivers["source"], drivers["recognised"]["basis"]) == (None, "consent")

    haulier.put(f"{address}/materials/T_DRIVERS/consent", {"given": True})

    assert material("T_DRIVERS")["basis"] == "consent"
