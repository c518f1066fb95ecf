"""A program shows certificates for its holder, takes them back, and reads who used them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.api.conftest import BANK, Program, Programs
from tests.certificates.drafts import CITIZEN, OWNER, draft
from tests.certificates.wallets import IDENTIFIER
from tongban.certificates import actions
from tongban.certificates.models import Share, ShareOpening
from tongban.web import clock

GIVEN = {
    "selections": [{"certificate": IDENTIFIER, "facts": ["content.ship_name_cn"]}],
    "recipient": "唐山港集团",
    "purpose": "进港核对船舶国籍",
    "uses": 2,
}


@pytest.fixture
def given(agent: Program) -> dict[str, object]:
    """A certificate is there, and what its holder would show of it."""
    actions.issue_many(stream="application/1", drafts=[draft(), draft(2, holder=CITIZEN)], now=clock.now())
    return GIVEN | {"until": (clock.now() + timedelta(days=1)).isoformat()}


def test_what_is_shown_opens_by_its_link_until_it_is_taken_back(agent: Program, given: dict[str, object]) -> None:
    codes = [one["code"] for one in agent.get(f"certificates/{IDENTIFIER}/facts")["facts"]]
    made = agent.post("shares", given)
    opened = Client().post(made["address"], {"operation": "01935d00-0000-7000-8000-000000000001"})
    told = agent.get(f"shares/{made['share']}")
    agent.post(f"shares/{made['share']}/withdrawal")
    after = agent.get("shares")

    assert "content.ship_name_cn" in codes
    assert "渤远一号" in opened.content.decode()
    assert (told["state"], told["address"], len(told["openings"])) == ("stands", made["address"], 1)
    assert [(one["state"], one["address"], one["recipient"]) for one in after["shares"]] == [
        ("withdrawn", "", "唐山港集团")
    ]
    assert [one["kind"] for one in agent.get("certificate-uses")["uses"]] == ["withdrawn", "opened", "shared"]


def test_a_repeat_makes_no_second_share(agent: Program, given: dict[str, object]) -> None:
    assert agent.post("shares", given, key="the-same-key") == agent.post("shares", given, key="the-same-key")
    assert Share.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"uses": 0}, 422, "invalid"),
        ({"until": "2026-03-03T00:00:00"}, 422, "invalid"),
        ({"until": "9999-12-31T23:59:59Z"}, 409, "invalid_share"),
        ({"until": "2020-01-01T00:00:00Z"}, 409, "invalid_share"),
        ({"recipient": " "}, 409, "invalid_share"),
        ({"selections": []}, 422, "invalid"),
        ({"selections": [{"certificate": IDENTIFIER, "facts": ["content.price"]}]}, 409, "no_facts_chosen"),
        ({"selections": [{"certificate": draft(2).identifier, "facts": ["holder.name"]}]}, 409, "invalid_share"),
        ({"selections": [{"certificate": "x", "facts": ["holder.name"]}]}, 404, "not_found"),
        ({"holder": CITIZEN.party}, 422, "invalid"),
    ],
)
def test_what_cannot_be_shown_is_told(
    agent: Program, given: dict[str, object], changes: dict[str, object], status: int, code: str
) -> None:
    answer = agent.ask("POST", "shares", given | changes, **{"Idempotency-Key": "operation-1"})

    assert (answer.status_code, answer.json()["code"], Share.objects.count()) == (status, code, 0)


def test_another_sees_and_ends_nothing_of_it(agent: Program, program: Programs, given: dict[str, object]) -> None:
    id, other = agent.post("shares", given)["share"], program("sunli", BANK)

    seen = [other.ask("GET", address) for address in (f"shares/{id}", f"certificates/{IDENTIFIER}/facts")]
    ended = other.ask("POST", f"shares/{id}/withdrawal", {}, **{"Idempotency-Key": "operation-1"})

    assert [answer.status_code for answer in [*seen, ended]] == [404, 404, 403]
    assert other.get("shares")["shares"] == [] and other.get("certificate-uses")["uses"] == []
    assert (Share.objects.get().withdrawn_at, ShareOpening.objects.count()) == (None, 0)


def test_an_agent_for_some_matters_reads_no_link(agent: Program, program: Programs, given: dict[str, object]) -> None:
    id, other = agent.post("shares", given)["share"], program("zhoumin", OWNER.party)

    assert [other.ask("GET", address).status_code for address in ("shares", f"shares/{id}")] == [403, 403]


def test_pages_follow_one_another(agent: Program, given: dict[str, object]) -> None:
    for _ in range(25):
        agent.post("shares", given)

    first = agent.get("certificate-uses")
    second = agent.get(first["next"].removeprefix("/api/v1/"))
    shares = agent.get("shares?size=20")

    assert (len(first["uses"]), len(second["uses"]), second["next"]) == (20, 5, None)
    assert len(agent.get(shares["next"].removeprefix("/api/v1/"))["shares"]) == 5
    assert OWNER.party == agent.acting_for
    assert agent.ask("GET", "certificate-uses?befor=1").status_code == 422
