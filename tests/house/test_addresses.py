"""Every address asks who is there, unless it is listed as public.

Anonymous people ask for each address by GET and by POST. Where it is not public they are sent to the sign-in page or
refused (401, 403), never answered, and not told either whether what they ask for exists; where it is public they are
not turned away.
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
        "text_size",  # a choice of the reader
        "api:openapi-json",  # how to speak to the door is told to everybody
        "api:api-root",  # nothing is there
        "api:nothing",  # nothing is there either
        "casework:credit_rules",  # what is entered, what follows and how it is repaired is published
        "casework:draws",  # a draw is public: anybody may draw again
        "casework:draw",
        "api:one_draw",
        "api:credit_rules",  # as on the page
        "api:matters",  # what is offered, as on the pages
        "api:matter",
        "api:bundle",
        "api:derive_plan",
        "api:listings",
        "api:check_conditions",  # as on the page; nothing is kept
        "api:competent_body",
        "api:batch",  # what regions signed together is public
        "api:agreements",
        "api:agreement",
        "api:standards",
        "api:standard",
        "api:standard_version",
        "api:implementations",
        "api:offers",
        "api:extensions",
        "api:reforms",
        "api:list_grounds",  # what the law says is told to everybody
        "api:verify",  # whoever is shown a certificate may verify it
        "catalogue:home",  # what is offered is told to everybody
        "catalogue:matters",
        "catalogue:guide",
        "catalogue:blank",  # what one will have to fill in
        "catalogue:zone",  # what is offered, by what is easy about it
        "catalogue:lists",
        "catalogue:list",
        "catalogue:offers",  # and where
        "catalogue:halls",
        "catalogue:terminals",
        "catalogue:reforms",
        "catalogue:check",  # nothing is kept of what is answered there
        "catalogue:bundle",
        "catalogue:delegations",  # who may decide is public
        "catalogue:batches",  # which standards are in force, and who signed them, is public
        "catalogue:batch",
        "catalogue:recognition",  # so is what they recognise of each other
        "catalogue:recognition_json",
        "catalogue:recognition_workbook",
        "catalogue:recognition_rule",
        "certificates:counts",  # and whether a certificate counts: its state tells anybody who knows its number
        "api:counts",
        "api:rule",
        "catalogue:agreements",  # what regions agreed on is public
        "catalogue:agreement",
        "catalogue:meeting",
        "casework:look_up",  # whoever knows number and query code may ask how far it is
        "casework:verify_document",  # whoever is shown a document may verify it
        "certificates:verify",  # whoever is shown a certificate may verify it
        "certificates:offline",  # a device keeps this page, which knows nobody
        "certificates:offline_page",
        "certificates:offline_worker",
        "certificates:offline_manifest",
        "certificates:shown",  # whoever has the link was let in by the holder
        "certificates:state",  # the address in its QR code
        "certificates:status_lists",  # which certificates do not count, by number alone
        "certificates:trust_list",  # public keys, for verifying without the network
        "insight:figures",  # how the work was done, without a word about anybody
        "insight:figures_csv",
        "insight:figures_json",
        "people:sign_in",  # who is there is asked here
        "people:sign_in_demo",  # there is nothing behind it outside the demo
    }
)

# Names of addresses that everybody may read, but that ask who is there before they take anything.
PUBLIC_TO_READ: frozenset[str] = frozenset(
    {
        "casework:start",  # what one needs is told before signing in
        "casework:start_alone",
        "api:rules",  # everybody reads the recognition rules, stewards record one
        "api:record",
        "api:batches",  # one address: everybody reads the list, stewards draft
        "api:draft_batch",
        "api:all_draws",  # one address: everybody reads the list, supervisors draw
        "api:hold_draw",
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
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ALL, ids=lambda address: address.name)
def test_an_address_asks_who_is_there_unless_it_is_public(address: Address, method: str, client: Client) -> None:
    answer = getattr(client, method)(address.path)

    sent_to_sign_in = answer.status_code == 302 and answer.url.startswith(resolve_url(settings.LOGIN_URL))
    asked = sent_to_sign_in or answer.status_code in {401, 403}
    public = address.name in PUBLIC or (method == "get" and address.name in PUBLIC_TO_READ)
    assert asked != public or answer.status_code == 405


def test_the_lists_of_public_addresses_name_only_what_exists() -> None:
    assert (PUBLIC | PUBLIC_TO_READ) - {address.name for address in ALL} == set()
    assert PUBLIC.isdisjoint(PUBLIC_TO_READ)
