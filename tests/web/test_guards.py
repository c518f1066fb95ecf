"""What stands before every page: the length of forms, what browsers keep, whose word about an address counts."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from tongban.people.models import Account
from tongban.web.address import address_of
from tongban.web.middleware import LARGEST, LARGEST_FROM_STRANGERS

READ = """
from tongban.project import settings as s
print([s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE_HSTS_SECONDS,
       s.SECURE_PROXY_SSL_HEADER])
"""


@pytest.mark.parametrize(
    ("environment", "read"),
    [
        ({}, [False, True, True, True, 31536000, None]),
        ({"TONGBAN_DEBUG": "1"}, [False, True, True, True, 31536000, None]),
        ({"TONGBAN_HTTPS": "0"}, [False, False, False, False, 0, None]),
        ({"TONGBAN_PROXIES": "1"}, [False, True, True, True, 31536000, ("HTTP_X_FORWARDED_PROTO", "https")]),
        ({"TONGBAN_DEMO": "1"}, [False, False, False, False, 0, None]),
        ({"TONGBAN_DEMO": "1", "TONGBAN_DEBUG": "1", "TONGBAN_HTTPS": "1"}, [True, True, True, True, 31536000, None]),
    ],
)
def test_a_real_node_is_strict_unless_told_otherwise(environment: dict[str, str], read: list[object]) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    done = subprocess.run(
        [sys.executable, "-c", READ], env=bare | environment, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == str(read)


def announce(client: Client, length: int) -> int:
    """Send a form that says it is so long."""
    return client.post(
        "/sign-in/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(length)
    ).status_code


def test_a_stranger_sends_no_more_than_one_file(db: None, client: Client) -> None:
    assert announce(client, LARGEST_FROM_STRANGERS + 1) == 413


def test_who_is_signed_in_sends_more_but_not_everything(db: None, client: Client) -> None:
    client.force_login(
        Account.objects.create_account(
            id="019aaaaa-0000-7000-8000-000000000001", username="a", password=None, name="甲"
        )
    )

    assert announce(client, LARGEST_FROM_STRANGERS + 1) == 200
    assert announce(client, LARGEST + 1) == 413


@pytest.mark.parametrize(
    "path", ["/certificates/%00/", "/verify/a%00b/", "/matters/%00/", "/apply/%00/", "/matters/?q=%00"]
)
def test_an_address_with_a_nul_names_nothing(db: None, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_somebody_with_a_session_sees_is_kept_nowhere(db: None, client: Client) -> None:
    assert "Cache-Control" not in client.get("/text-size/").headers

    client.cookies["sessionid"] = "any"

    assert client.get("/text-size/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "connected", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 198.51.100.7", "192.0.2.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1", "203.0.113.9"),
        (1, "", "192.0.2.1", "192.0.2.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (0, "", "", ""),
    ],
)
def test_only_the_entry_of_an_own_proxy_counts(
    settings: Settings, proxies: int, forwarded: str, connected: str, address: str
) -> None:
    settings.PROXIES = proxies
    request: HttpRequest = RequestFactory().get("/", REMOTE_ADDR=connected, headers={"X-Forwarded-For": forwarded})

    assert address_of(request) == address


def test_what_fails_is_told_to_whoever_watches_the_node() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    fail = "import django; django.setup(); import logging; logging.getLogger('django.request').error('it failed')"
    environment = bare | {"DJANGO_SETTINGS_MODULE": "tongban.project.settings"}
    done = subprocess.run(
        [sys.executable, "-c", fail], env=environment, capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stderr.endswith(" ERROR django.request it failed\n")
