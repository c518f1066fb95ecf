"""Whatever a form of casework is sent, a page answers: done, refused with a sentence, not allowed or not there.

The pages that staff and an applicant work on are read for their forms, and each form is sent back spoilt: with a NUL,
far too long, with what no keyboard types, whole, whole once more, and empty. Nothing breaks, and nothing is half
stored: the rows equal their replay afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import read
from tests.casework.test_more_pages import applicant, sign_in
from tongban.casework.actions import watch
from tongban.casework.models import Application
from tongban.journal import queries as journal
from tongban.project import walk
from tongban.project.walk import at
from tongban.web import clock

LATE = date(2026, 4, 10)
SPOILT = ("\x00", "长" * 20_000, "\u202e-1;\ud7ff")
STAFF = [
    ("liufang", "intake/"),
    ("liufang", "applications/{waiting}/"),
    ("liufang", "applications/{waiting}/correction/"),
    ("zhaolei", "tasks/late/"),
    ("zhaolei", "tasks/{number}/3/"),
    ("hanlei", "supervision/{number}/3/"),
]
OWN = ["heard/3/", "withdraw/", ""]


@dataclass
class Found:
    """A form of a page with what stands in its fields; what is typed and empty says something."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Finds the forms of a page; a control may belong to one by its id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Found] = []
        self.named: dict[str, Found] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Found(given.get("action", ""), given.get("method", "get").lower()))
            self.named[given.get("id", "")] = self.found[-1]
        elif tag in {"input", "textarea", "select", "button"} and given.get("name") and given.get("type") != "file":
            form = self.named.get(given["form"]) if "form" in given else self.found[-1] if self.found else None
            if form is not None:
                said = "1" if given.get("inputmode") == "numeric" else "说明"
                form.fields.setdefault(given["name"], given.get("value") or said)


def variants(form: Found) -> Iterator[dict[str, str]]:
    for text in SPOILT:
        yield dict.fromkeys(form.fields, text)
        yield {name: value if name in {"act", "operation"} else text for name, value in form.fields.items()}
    yield form.fields
    yield form.fields
    yield {}


def broken(client: Client, address: str) -> list[tuple[str, int]]:
    """Send every form of a page spoilt; return what broke."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    statuses = [
        (f"{form.method} {form.action or address} {list(given.values())!r:.200}", send.status_code)
        for form in Forms(answer.content.decode()).found
        if form.action != reverse("people:sign_out")
        for given in variants(form)
        for send in [(client.get if form.method == "get" else client.post)(form.action or address, given)]
    ]
    return [(what, status) for what, status in statuses if status >= 500]


@pytest.mark.timeout(300)
def test_no_form_breaks_and_nothing_is_half_stored(
    client: Client, house: walk.Walk, opined: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.submit()
    watch.fall_due(now=at(LATE, 1))
    monkeypatch.setattr(clock, "now", lambda: at(LATE, 16))
    names = {"number": read(opined).number, "waiting": Application.objects.exclude(id=opined).get().number}
    client.raise_request_exception = False

    found: list[tuple[str, int]] = []
    for username, page in STAFF:
        found += broken(sign_in(client, username), reverse("casework:work") + page.format(**names))
    for page in OWN:
        found += broken(applicant(client), reverse("casework:application", args=[names["number"]]) + page)

    assert found == []
    assert journal.soundness().replay_ok
