"""Pages of stewards are for stewards: nobody else who is signed in gets an answer there, by no method."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.harmony.conftest import signed_in
from tests.house.test_addresses import ALL, Address

OURS = [address for address in ALL if address.name.startswith("harmony:")]


@pytest.mark.parametrize("username", ["linxiao", "liufang", "zhaolei", "hanlei", "yangguang"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_whoever_keeps_no_standards_is_turned_away(catalogue: None, username: str, method: str) -> None:
    client = signed_in(username)

    answered = {address.name: getattr(client, method)(address.path).status_code for address in OURS}

    assert set(answered.values()) <= {403, 405}


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.name)
def test_a_form_without_the_token_of_its_page_is_refused(catalogue: None, address: Address) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in("gumingyuan").cookies

    assert client.post(address.path).status_code == 403
