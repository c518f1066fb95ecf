"""The workbench in English: every page answers, and says its heading and its act in English."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import DAY, read
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import at
from tongban.web import clock

PAGES = [
    ("liufang", "casework:work", (), "Workbench", "Applications to accept"),
    ("liufang", "casework:intake", (), "To accept", "Within five working days"),
    (
        "liufang",
        "casework:taken_in",
        ("number",),
        "Maritime matters of a ship in one application",
        "What was filled in",
    ),
    ("zhaolei", "casework:tasks", (), "To do", "Sign the conclusion"),
    ("zhaolei", "casework:task", ("number", 2), "Registration of ship ownership", "You can sign now"),
    ("hanlei", "casework:overview", (), "Time limits", "Undecided cases"),
]


@pytest.mark.parametrize(("username", "name", "about", "heading", "words"), PAGES)
def test_a_page_speaks_english(
    client: Client,
    opined: str,
    house: walk.Walk,
    monkeypatch: pytest.MonkeyPatch,
    username: str,
    name: str,
    about: tuple[object, ...],
    heading: str,
    words: str,
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(DAY, 16))
    if username == "liufang" and name != "casework:taken_in":
        walk.Walk(house.catalogue, house.bundle, DAY, "waiting", lambda sentence: None).submit()
    client.force_login(Account.objects.get(username=username))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    number = read(opined).number

    page = client.get(reverse(name, args=[number if one == "number" else one for one in about])).content.decode()

    first = re.search(r"<h1[^>]*>([^<]+)</h1>", page)
    assert first is not None
    assert first[1] == heading
    assert words in page
