"""The page that a device keeps: it knows nobody, and its worker names all that it loads."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.certificates.drafts import OWNER, draft
from tongban.certificates import actions
from tongban.certificates.models import Certificate
from tongban.crypto.profiles import Algorithm
from tongban.domain.certificate import Status
from tongban.keys import actions as keys
from tongban.people import demo
from tongban.people.models import Account

WORKER = "/verify/offline/worker.js"
PAGES = ["/verify/offline/zh-hans/", "/verify/offline/en/"]


@pytest.fixture(autouse=True)
def at(issuer, now, monkeypatch):
    monkeypatch.setattr("tongban.web.clock.now", lambda: now)


def kept(worker: str) -> list[str]:
    (names,) = re.findall(r"^const KEPT = (\[.*\]);$", worker, flags=re.M)
    return json.loads(names)


def version(worker: str) -> str:
    return re.findall(r'^const VERSION = "(\w{16})";$', worker, flags=re.M)[0]


def worker() -> str:
    return Client().get(WORKER).content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_the_page_knows_nobody_and_may_use_the_camera(page, now):
    demo.load(now=now)
    client = Client()
    client.force_login(Account.objects.get(username="linxiao"), backend="tongban.people.backends.PeopleBackend")
    client.post("/acting-for/", {"acting_for": OWNER.party})

    signed_in, anonymous = client.get(page), Client().get(page)

    assert signed_in.content == anonymous.content
    assert anonymous.cookies == {}
    assert "camera=(self)" in anonymous.headers["Permissions-Policy"]
    assert "geolocation=()" in anonymous.headers["Permissions-Policy"]


def test_only_the_pages_that_scan_may_use_the_camera():
    allowed = {
        address: "camera=(self)" in Client().get(address).headers["Permissions-Policy"]
        for address in ("/verify/", "/sign-in/", "/", "/status.json")
    }

    assert allowed == {"/verify/": True, "/sign-in/": False, "/": False, "/status.json": False}


def test_the_worker_keeps_all_that_the_pages_load():
    names = kept(worker())

    loaded = {name for page in PAGES for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', _text(page))}
    imported = {
        f"/static/certificates/verifying/{name}"
        for file in names
        if "/verifying/" in file
        for name in re.findall(r'from "\./([\w.]+)"', _source(file))
    }
    assert set(PAGES) | loaded | imported <= set(names)
    assert all(finders.find(name.removeprefix("/static/")) for name in names if name not in PAGES)


def _text(page: str) -> str:
    return Client().get(page).content.decode()


def _source(address: str) -> str:
    with open(finders.find(address.removeprefix("/static/")), encoding="utf-8") as file:
        return file.read()


def test_another_root_is_another_version_and_an_end_is_not(now):
    before = version(worker())
    (issued,) = actions.issue_many(stream="application:1", drafts=[draft()], now=now)
    Certificate.objects.filter(identifier=issued.identifier).update(status=Status.ANNULLED, ended_on=now.date())
    after_an_end = version(worker())

    keys.renew_root(region="130000", algorithm=Algorithm.ES256, now=now)

    assert (after_an_end == before, version(worker()) == before) == (True, False)


def test_a_device_may_put_the_page_among_its_programs():
    chinese, english = (Client().get(f"{page}manifest.webmanifest") for page in PAGES)

    assert chinese.headers["Content-Type"] == "application/manifest+json"
    assert (chinese.json()["short_name"], english.json()["short_name"]) == ("离线核验", "Verify offline")
    assert [answer.json()["start_url"] for answer in (chinese, english)] == PAGES
    assert chinese.json()["scope"] == "/verify/offline/"


def test_the_readers_language_is_led_to_its_page():
    answers = [
        Client(headers={"accept-language": language}).get("/verify/offline/") for language in ("zh-CN", "en", "fr")
    ]

    assert [answer.url for answer in answers] == [PAGES[0], PAGES[1], PAGES[0]]


@pytest.mark.parametrize("address", ["/verify/offline/fr/", "/verify/offline/fr/manifest.webmanifest"])
def test_a_language_that_nobody_speaks_here_has_no_page(address):
    assert Client().get(address).status_code == 404
