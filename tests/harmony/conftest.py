from __future__ import annotations

import pytest
from django.test import Client

from tongban.people.models import Account


@pytest.fixture
def catalogue(one_standard: None) -> None:
    """What stewards keep."""


@pytest.fixture
def beijing(catalogue: None) -> Client:
    """The steward of Beijing's bureau, signed in."""
    return signed_in("gumingyuan")


@pytest.fixture
def tianjin(catalogue: None) -> Client:
    return signed_in("tianwenjing")


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client
