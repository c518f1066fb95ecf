"""Whatever an address or a form says, a public page of the catalogue answers or refuses; it never breaks."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.usefixtures("one_standard")

HOSTILE = [
    "",
    " ",
    "\0",
    "药品\0",
    "-1",
    "0",
    "1" + "0" * 30,
    "九",
    "²",
    "nan",
    "'; DROP TABLE catalogue_matter; --",
    '" OR name : "药',
    "药品 AND OR NOT NEAR(",
    "name:* ^{} (((",
    "药 & | ! <-> :*",
    "\\' :A",
    "药" * 5_000,
    " ".join("ab" for _ in range(2_000)),
    " ".join(f"药{number}" for number in range(40)),
    "\u202e药品\u202c\u200b\ufeff",
    "\ud800",
    "%",
    "_",
    "<script>alert(1)</script>",
    "ﷺ" * 90,
    "㍿" * 90,
    "🙂𠀀",
]
LISTS = [
    "catalogue:matters",
    "catalogue:zone",
    "catalogue:lists",
    "catalogue:offers",
    "catalogue:halls",
    "catalogue:terminals",
    "catalogue:reforms",
    "catalogue:batches",
    "catalogue:agreements",
    "catalogue:delegations",
    "catalogue:home",
]
CHOICES = ["province", "sector", "theme", "type", "list", "mode", "reform", "unknown"]


def get(address: str, **asked: str) -> int:
    query = urlencode(asked, errors="surrogatepass")
    return Client(raise_request_exception=False).get(f"{address}?{query}").status_code


@pytest.mark.parametrize("name", LISTS)
def test_a_list_answers_whatever_it_is_asked(name: str) -> None:
    address = reverse(name)

    answered = {
        (about, value): get(address, **asked)
        for value in HOSTILE
        for about, asked in {
            "words": {"q": value},
            "page": {"page": value},
            "choices": dict.fromkeys(CHOICES, value),
        }.items()
    }
    twice = Client(raise_request_exception=False).get(f"{address}?page=1&page=x&q=a&q=%00").status_code

    assert {key: status for key, status in answered.items() if status not in (200, 400, 404)} == {}
    assert twice in (200, 400, 404)


@pytest.mark.parametrize(
    "address", ["matters/{}/", "matters/{}/check/", "lists/{}/", "bundles/{}/", "batches/{}/", "agreements/{}/"]
)
def test_what_is_not_there_is_not_found_however_it_is_called(address: str) -> None:
    client = Client(raise_request_exception=False)
    named = [quote(value[:300].encode("utf-8", "surrogatepass"), safe="") for value in HOSTILE if value.strip()]

    answered = {one: client.get("/" + address.format(one)).status_code for one in named}

    assert {one: status for one, status in answered.items() if status not in (400, 404)} == {}


@pytest.mark.parametrize("value", HOSTILE)
def test_the_self_check_takes_whatever_a_form_sends(value: str) -> None:
    sent = {"asked": ["pharmacists", value], "answer-pharmacists": value, "change": value, value or "x": value}
    client = Client(raise_request_exception=False)

    answers = [
        client.post(
            reverse("catalogue:check", args=["TB-001"]),
            urlencode(some, doseq=True, errors="surrogatepass"),
            content_type="application/x-www-form-urlencoded",
        ).status_code
        for some in (sent, {key: sent[key] for key in ("answer-pharmacists", "change")})
    ]

    assert set(answers) <= {200, 400, 422}
