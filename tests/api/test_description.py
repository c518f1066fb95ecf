"""The description beside the code and the document say what the door does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum

import grimp
from pydantic import BaseModel

from tests.plugin import ROOT
from tongban.api import door
from tongban.api.problems import TITLES
from tongban.api.schemas import (
    alone,
    applications,
    batches,
    certificates,
    credit,
    documents,
    drafts,
    ends,
    intake,
    judging,
    matters,
    prereviews,
    procedures,
    promises,
    recognition,
    standards,
    wallet,
    written,
)
from tongban.domain.refused import Refused

CONFLICT = 409

# Refusals in modules that the door imports, but on ways that no address goes.
ELSEWHERE = {
    # a calendar, a list of divisions or a catalogue is loaded by a command; the door projects due days provisionally
    "calendar_not_published",
    "invalid_calendar",
    "invalid_divisions",
    "catalogue_circular",
    "catalogue_inconsistent",
    "not_signed",
    # limits, pauses and extensions are made by acts of office that have no address yet
    "invalid_limit",
    "invalid_pause",
    "extension_not_allowed",
    # the chain of a licensed authority is adopted by a command
    "not_adopted",
    # a window asks, and its holder answers, on pages
    "invalid_asking",
    "no_such_asking",
    # what another node tells comes by the exchange
    "led_by_another",
    "not_handed",
    "not_ours",
    "not_theirs",
    "not_understood",
    "standard_differs",
    "told_otherwise",
    # cases are rated on pages
    "no_such_level",
    # people are registered and appointed on pages and by commands
    "already_registered",
    "invalid_duty",
    "not_registered",
    "weak_password",
    # mandates are granted on pages
    "invalid_mandate",
    # the worker issues documents
    "missing_glyph",
    "number_taken",
    # the node signs its checkpoints by itself
    "checkpoint_race",
    # pages only: a page of the form, a look-up by query code
    "no_such_topic",
    "wrong_query_code",
    # ratings of a year are certified, and amounts read, by programs of the tax authority
    "already_rated",
    "not_an_amount",
    "nothing_to_issue",
    # the months of a record follow from an answer, whole as they are
    "invalid_period",
}


def test_the_description_beside_the_code_is_the_one_that_is_served() -> None:
    beside = (ROOT / "tongban/api/openapi.json").read_text(encoding="utf-8")

    assert beside == door.description(), "tongban openapi > tongban/api/openapi.json"


def test_every_reference_in_the_description_leads_somewhere() -> None:
    text = door.description()
    described = json.loads(text)["components"]["schemas"]

    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) == set(described)


def test_no_two_things_in_the_description_bear_one_name() -> None:
    """The library would describe one of them by the form of the other."""
    named: dict[str, set[object]] = {}
    for module in (
        alone,
        batches,
        documents,
        matters,
        drafts,
        ends,
        applications,
        intake,
        prereviews,
        procedures,
        promises,
        credit,
        recognition,
        certificates,
        standards,
        judging,
        wallet,
        written,
    ):
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, BaseModel | StrEnum):
                named.setdefault(thing.__name__, set()).add(thing)

    assert [name for name, things in named.items() if len(things) > 1] == []


def test_every_address_is_described_in_the_document() -> None:
    described = re.findall(r"^\| `([A-Z]+) (\S+)` \|", document(), re.MULTILINE)

    served = [
        (method.upper(), address.removeprefix("/api/v1"))
        for address, methods in door.api.get_openapi_schema()["paths"].items()
        for method in methods
    ]
    assert sorted(described) == sorted(served)


def test_every_problem_that_can_be_reached_stands_in_the_table() -> None:
    described = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", document(), re.MULTILINE)

    assert sorted(described) == sorted(reachable())
    assert {int(status) for _, status in described} == set(TITLES)


def document() -> str:
    return (ROOT / "docs/api.md").read_text(encoding="utf-8")


def reachable() -> set[tuple[str, str]]:
    """Code and status of each refusal defined in a module that the door imports, near or far."""
    imported = grimp.build_graph("tongban").find_upstream_modules("tongban.api.door")
    return {
        (refused.code, str(getattr(refused, "status", CONFLICT)))
        for refused in kinds(Refused)
        if refused.__module__ in imported and refused.code not in ELSEWHERE
    }


def kinds(refused: type[Refused]) -> Iterator[type[Refused]]:
    yield refused
    for kind in refused.__subclasses__():
        yield from kinds(kind)
