"""A person's data key is destroyed: nothing in any table tells who it was, and no page that named him breaks.

Every value of every row is searched for what is known of him, on either database; then every page that named him, and
every page that can be reached from where people begin, is asked again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from tests.casework.conftest import DAY
from tests.casework.test_apply_pages import sign_in
from tongban.casework import actions
from tongban.keys import actions as keys
from tongban.people.models import Account
from tongban.project.walk import at, who
from tongban.registries import adapters
from tongban.registries import demo as registries_demo
from tongban.web import clock

AGENT, AGENT_SAID = "linxiao", ("林晓", "130209198803042022", "13800000002")
CITIZEN, CITIZEN_SAID = "chenhaisheng", ("陈海生", "130209197506123112", "13800000001")
COMPANY = "org:91130209MA0TB10143"
NOW = at(DAY, 22)
BEGINNINGS = ("/account/", "/applications/", "/wallet/", "/mandates/", "/workbench/")
PUBLIC = (
    "/static/",
    "/matters/",
    "/lists/",
    "/bundles/",
    "/halls/",
    "/offers/",
    "/zone/",
    "/batches/",
    "/delegations/",
)
"""What no person's data stand on; nobody follows links there."""
MOST_PAGES = 30
GONE, ANSWERED = 410, 200


@pytest.fixture(autouse=True)
def tonight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def registries_answer() -> Iterator[None]:
    before = list(adapters._connected)
    adapters.connect(registries_demo.registries())
    yield
    adapters.connect(before)


def person_of(username: str) -> str:
    person = Account.objects.get(username=username).person
    assert person is not None
    return person.key


def told(words: Collection[str]) -> set[tuple[str, str]]:
    """Which words stand in which table, as they are or as JSON escapes them."""
    forms = {form for word in words for form in (word, json.dumps(word)[1:-1])}
    return {(table, form) for table, text in cells() for form in forms if form in text}


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every row as text, with the name of its table; the catalogue is public, its examples too."""
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if not table.startswith("catalogue_")]
        assert {"journal_entry", "people_person", "certificates_certificate"} <= set(tables)
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from ((table, _text(value)) for row in cursor.fetchall() for value in row)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)


def pages(client: Client) -> dict[str, Any]:
    """What can be reached by links, from where people begin."""
    seen: dict[str, Any] = {}
    waiting = list(BEGINNINGS)
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address not in seen:
            answer = seen[address] = client.get(address)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                found = re.findall(r'href="(/[^"#]+)', answer.content.decode())
                waiting += [unescape(one) for one in found if not one.startswith(PUBLIC)]
    return seen


def naming(seen: Mapping[str, Any], words: Collection[str]) -> set[str]:
    """The pages that say one of the words."""
    texts = {
        address: "" if answer.streaming else answer.content.decode(errors="replace") for address, answer in seen.items()
    }
    return {address for address, text in texts.items() if any(word in text for word in words)}


def asked_again(client: Client, addresses: Collection[str]) -> dict[str, Any]:
    return {address: client.get(address) for address in addresses}


def demand_forgotten(seen: Mapping[str, Any]) -> None:
    """Every page answers as ever, or that the data were erased."""
    for address, answer in seen.items():
        assert answer.status_code < 500, address
        assert answer.status_code != GONE or "按其要求删除" in answer.content.decode(), address


def test_a_citizen_who_was_certified_is_forgotten(certifying: None, registries_answer: None) -> None:
    answer: Any = actions.certify(
        operation="one", actor=who(CITIZEN, today=DAY), matter="TB-036", now=NOW, answers={}, place=""
    )
    readers = [sign_in(Client(), name, "") for name in (CITIZEN, "tianye", "baixue", "hanlei")]
    before = [pages(client) for client in readers]
    own = before[0]

    in_clear = told(CITIZEN_SAID)
    keys.erase(person=person_of(CITIZEN), now=NOW)

    assert in_clear == told(CITIZEN_SAID) == set()
    certificate = f"/certificates/{answer['certificate']}/"
    assert {certificate, "/wallet/", "/account/"} <= naming(own, CITIZEN_SAID)
    for client, seen in zip(readers, before, strict=True):
        after = asked_again(client, seen)
        demand_forgotten(after)
        assert naming(after, CITIZEN_SAID) == set()
    assert readers[0].get(certificate).status_code == GONE
    state = Client().get(f"/verify/{answer['certificate']}/")
    assert (state.status_code, "持证人的个人信息已按其要求删除" in state.content.decode()) == (ANSWERED, True)
    call_command("journal_verify")


def test_an_agent_is_forgotten_and_his_company_keeps_what_it_said(opined: str) -> None:
    readers = [sign_in(Client(), name, "") for name in ("zhaolei", "liufang", "hanlei")]
    company = sign_in(Client(), "chenhaisheng", COMPANY)
    before, of_company = [pages(client) for client in readers], pages(company)

    in_clear = told(AGENT_SAID)
    keys.erase(person=person_of(AGENT), now=NOW)

    assert in_clear == told(AGENT_SAID) == set()
    for client, seen in zip(readers, before, strict=True):
        after = asked_again(client, seen)
        demand_forgotten(after)
        assert naming(after, AGENT_SAID) == set()
    demand_forgotten(kept := asked_again(company, of_company))
    assert any(re.match(r"/workbench/tasks/\d", address) for address in before[0])
    # Whom a company named as its contact stands in its own form, under its own key: that is its to erase.
    still = naming(kept, AGENT_SAID)
    assert all("联系人" in kept[address].content.decode() for address in still)
    assert "（已删除）" in company.get("/mandates/").content.decode()
    call_command("journal_verify")
