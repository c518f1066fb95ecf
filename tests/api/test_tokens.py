"""Who a token stands for, how long, and what a session must show beside it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from tests.api.conftest import DAY, Program, Programs, stand_at
from tongban.api import actions
from tongban.api.models import Token
from tongban.crypto import sm3
from tongban.people import acting
from tongban.people.models import Account, Mandate
from tongban.project import walk
from tongban.web import clock


def issued(*words: str) -> tuple[str, str]:
    """Return what the command prints: the secret, and what it tells beside it."""
    out, told = StringIO(), StringIO()
    call_command("token_issue", *words, stdout=out, stderr=told)
    return out.getvalue().strip(), told.getvalue()


def test_the_command_issues_a_token_of_which_only_the_digest_is_kept(house: walk.Walk, agent: Program) -> None:
    secret, told = issued("linxiao", "--name", "船队系统", "--days", "7")

    token = Token.objects.get(name="船队系统")
    assert token.digest == sm3.digest(secret.encode()).hex()
    assert token.id in told
    assert token.expires_at - token.created_at == timedelta(days=7)
    assert secret not in str(vars(token))
    agent.token = secret
    assert agent.get("applications") == {"applications": []}


@pytest.mark.parametrize("words", [["nobody"], ["linxiao", "--days", "0"], ["linxiao", "--days", "367"]])
def test_a_token_for_nobody_or_for_ever_is_not_issued(house: walk.Walk, words: list[str]) -> None:
    with pytest.raises(CommandError, match="令牌未签发"):
        issued(*words)
    assert Token.objects.count() == 0


def refused(program: Program) -> tuple[int, str, str]:
    response = program.ask("GET", "applications")
    return response.status_code, response.json()["code"], response.headers["WWW-Authenticate"]


TOKEN_REFUSED = (401, "token_refused", 'Bearer realm="tongban"')


def test_a_revoked_token_ends_at_once(agent: Program) -> None:
    token = Token.objects.get()
    call_command("token_revoke", token.id, stdout=StringIO())

    assert refused(agent) == TOKEN_REFUSED
    with pytest.raises(CommandError, match="令牌未吊销"):
        call_command("token_revoke", token.id, stdout=StringIO())


def test_a_token_counts_to_its_last_instant_and_no_longer(agent: Program, settings: Settings) -> None:
    expires_at = Token.objects.get().expires_at

    stand_at(settings, expires_at - timedelta(seconds=30))
    assert agent.ask("GET", "applications").status_code == 200
    stand_at(settings, expires_at + timedelta(seconds=1))
    assert refused(agent) == TOKEN_REFUSED


def test_the_token_of_a_closed_account_does_not_count(agent: Program) -> None:
    Account.objects.filter(username="linxiao").update(is_active=False)

    assert refused(agent) == TOKEN_REFUSED


def test_an_unknown_token_and_none_are_told_apart(agent: Program, stranger: Program) -> None:
    agent.token += "x"

    assert refused(agent) == TOKEN_REFUSED
    assert refused(stranger)[:2] == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("acting_for", "status", "code"),
    [
        ("org:91120116MA0TB3036L", 403, "cannot_act_for"),
        ("org:' OR 1=1 --", 400, "bad_request"),
        ("系统".encode().decode("latin-1"), 400, "bad_request"),
    ],
)
def test_nobody_acts_for_whom_he_has_no_mandate(agent: Program, acting_for: str, status: int, code: str) -> None:
    agent.acting_for = acting_for

    response = agent.ask("GET", "applications")

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_session_reads_by_its_cookie_and_changes_only_with_the_csrf_token(house: walk.Walk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(username="linxiao"))
    address, begun = "/api/v1/applications/drafts", {"bundle": "maritime"}

    assert client.get(address).json() == {"drafts": []}
    without = client.post(address, begun, content_type="application/json")
    assert (without.status_code, without.json()["code"]) == (403, "csrf_failed")

    client.get("/")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value, "X-Acting-For": walk.HOLDER}
    made = client.post(address, begun, content_type="application/json", headers=headers)
    assert (made.status_code, made.json()["party"]) == (201, walk.HOLDER)


def test_a_session_acts_for_the_party_chosen_on_the_pages_unless_the_header_says_otherwise(house: walk.Walk) -> None:
    client = Client()
    client.force_login(Account.objects.get(username="linxiao"))
    session = client.session
    session[acting.ACTING_FOR] = walk.HOLDER
    session.save()
    begin = partial(client.post, "/api/v1/applications/drafts", {"bundle": "maritime"}, "application/json")

    assert begin().json()["party"] == walk.HOLDER
    assert begin(headers={"X-Acting-For": ""}).json()["party"].startswith("person:")


def test_a_revoked_mandate_ends_at_once(agent: Program) -> None:
    assert agent.ask("GET", "applications").status_code == 200

    Mandate.objects.filter(organisation=walk.HOLDER.removeprefix("org:")).update(revoked_at=clock.now())

    response = agent.ask("GET", "applications")
    assert (response.status_code, response.json()["code"]) == (403, "cannot_act_for")


def test_a_token_acts_for_oneself_when_no_party_is_named(program: Programs) -> None:
    draft = program("linxiao").post("applications/drafts", {"bundle": "maritime"})

    assert draft["party"].startswith("person:")


def test_tokens_never_stand_for_more_than_a_year(house: walk.Walk) -> None:
    longest = actions.issue(username="linxiao", name="", days=actions.LONGEST_DAYS, now=clock.now())

    assert longest.expires_at.date() == DAY + timedelta(days=366)
