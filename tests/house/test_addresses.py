"""Every address asks who is there, unless it is listed as public.

Anonymous people ask for each address by GET and by POST; they are sent to the sign-in page or refused (401, 403), never
answered, and not told either whether what they ask for exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Names of addresses that answer everybody. Whoever adds one says here why, in a word.
PUBLIC: frozenset[str] = frozenset(
    {
        "set_language",  # a choice of the reader
    }
)

# One value for each kind of parameter; nothing in the database bears it.
VALUES = {"int": 999_999, "str": "x", "slug": "x", "path": "x", "uuid": UUID("019aaaaa-0000-7000-8000-000000000000")}


class Address(NamedTuple):
    name: str
    parameters: dict[str, str]
    """The kind of each parameter: int, str, uuid …"""

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs={name: VALUES[kind] for name, kind in self.parameters.items()})


def addresses(
    resolver: URLResolver, namespaces: tuple[str, ...] = (), above: dict[str, str] | None = None
) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        parameters = (above or {}) | {
            name: type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
            for name, converter in pattern.pattern.converters.items()
        }
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from addresses(pattern, inner, parameters)
        elif isinstance(pattern, URLPattern):
            yield Address(":".join((*namespaces, pattern.name or f"unnamed {pattern.pattern}")), parameters)


ALL = list(addresses(get_resolver()))


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address in ALL if address.name not in PUBLIC], ids=lambda a: a.name)
def test_an_address_that_is_not_public_asks_who_is_there(address: Address, client: Client) -> None:
    sign_in = resolve_url(settings.LOGIN_URL)

    answers = [getattr(client, method)(address.path) for method in ("get", "post")]

    outcomes = {
        "sign in" if answer.status_code == 302 and answer.url.startswith(sign_in) else answer.status_code
        for answer in answers
    }
    assert outcomes - {405} != set()
    assert outcomes - {405} <= {"sign in", 401, 403}


def test_the_list_of_public_addresses_names_only_what_exists() -> None:
    assert PUBLIC - {address.name for address in ALL} == set()
