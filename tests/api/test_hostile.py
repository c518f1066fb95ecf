"""Whatever a program sends, the door answers or refuses; it never breaks (Hypothesis over its own description)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Program, Programs, submitted
from tests.catalogue import regions_sign as three
from tongban.api import door, problems
from tongban.api.openapi import ROOT
from tongban.catalogue.actions import record_agreement

DESCRIPTION = json.loads(door.description())
OPERATIONS = [
    (method.upper(), address.removeprefix(ROOT), operation)
    for address, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]

# All of Unicode, halves of characters and NUL included.
TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PATH = TEXT.map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe=""))
RIGHT = {
    "number": "NUMBER",
    "draft": "DRAFT",
    "draw": "draw-1",
    "kind": "inspection",
    "index": "1",
    "place": "1",
    "serial": "1",
    "person": "person:nobody",
    "rule": "answer_overdue",
    "identifier": "1.2.156.3005.2",
    "matter": "HS-01",
    "version": "1",
}
CODES = st.sampled_from(["maritime", "HS-01", "MATERIAL", "TB-2026-01"])
WORDS = st.sampled_from(
    ["maritime", "HS-01", "船舶登记岗", "approved", "denied", "agree", "origin", "new", "ship_name_cn", "imo_number"]
)
FITTING = ["HS-01", "X-1", "130000", "120000", "01", "", "11130000MA0TB1276T", "JJJ-2026-01", "0" * 64]
NUMBERS = st.sampled_from([0, 1, 2, 3, 200, 201, 2**31, 2**63, -1, 10**30])


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DESCRIPTION["components"]["schemas"][name] if name else schema


Strategy = st.SearchStrategy[Any]


def near(schema: dict[str, Any]) -> Strategy:
    """Values of about this form: right in most places, so that they get far, and wrong in some."""
    right = form_of(resolved(schema), near, WORDS | TEXT)
    return st.integers(0, 11).flatmap(lambda die: right if die else JSON)


def fitting(schema: dict[str, Any]) -> Strategy:
    """Values of just this form, whatever they mean."""
    return form_of(resolved(schema), fitting, WORDS)


def form_of(schema: dict[str, Any], inner: Callable[[dict[str, Any]], Strategy], text: Strategy) -> Strategy:
    match schema:
        case {"anyOf": kinds} | {"allOf": kinds}:
            return st.one_of(*map(inner, kinds))
        case {"enum": values}:
            return st.sampled_from(values)
        case {"properties": properties}:
            fields = {name: inner(field) for name, field in properties.items()}
            needed = {name: fields.pop(name) for name in schema.get("required", ())}
            return st.fixed_dictionaries(needed, optional=fields)
        case {"prefixItems": kinds}:
            return st.tuples(*map(inner, kinds)).map(list)
        case {"items": each}:
            return st.lists(inner(each), min_size=schema.get("minItems", 0), max_size=2)
        case {"pattern": pattern}:
            return st.sampled_from([fit for fit in FITTING if re.search(pattern, fit)])
        case {"format": "date"}:
            return st.dates().map(str)
        case {"type": "integer"}:
            right = st.integers(schema.get("minimum", 0), schema.get("maximum", 3))
            return right if inner is fitting else NUMBERS
        case {"type": "boolean"}:
            return st.booleans()
        case {"type": "null"}:
            return st.none()
        case {"additionalProperties": _}:
            return st.dictionaries(WORDS | text, WORDS | text, max_size=4)
    return text


def as_query(asked: dict[str, Any]) -> str:
    pairs = (f"{quote(name)}={quote(str(value).encode('utf-8', 'surrogatepass'))}" for name, value in asked.items())
    return "?" + "&".join(pairs)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes, str]:
    method, address, operation = draw(st.sampled_from(OPERATIONS))
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            right = st.just(RIGHT[parameter["name"]]) if parameter["name"] != "code" else CODES
            text = draw(st.one_of(right, right, right, right, PATH, NUMBERS.map(str)))
            address = address.replace("{" + parameter["name"] + "}", text or "x")
    fields = {one["name"]: near(one["schema"]) for one in operation["parameters"] if one["in"] == "query"}
    query = draw(
        st.fixed_dictionaries({}, optional=fields).map(as_query)
        | TEXT.map(lambda text: "?q=" + quote(text.encode("utf-8", "surrogatepass")))
    )
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    body = draw(near(schema).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40))
    media = draw(st.sampled_from(["application/json"] * 6 + ["text/plain", "multipart/form-data; boundary=x", ""]))
    return method, address + query, body, media


HARD = settings(
    max_examples=600,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@HARD
@given(
    request=requests(),
    who=st.sampled_from([0, 0, 0, 1, 2, 3, 4, 4, 4]),
    key=st.sampled_from(["operation-1", "operation-2", "operation-3"]) | TEXT,
)
def break_in(
    programs: list[Program], known: dict[str, str], request: tuple[str, str, bytes, str], who: int, key: str
) -> None:
    method, address, body, media = request
    for name, right in known.items():
        address = address.replace(name, right)
    program = programs[who]
    response = program.client.generic(
        method,
        f"/api/v1/{address}",
        body,
        content_type=media,
        headers={
            "Authorization": f"Bearer {program.token}",
            "Idempotency-Key": key.encode("utf-8", "replace").decode("latin-1"),
        }
        | ({"X-Acting-For": program.acting_for} if program.acting_for else {}),
    )

    assert response.status_code < 500, (request, response.content)
    if response.status_code >= 400:
        assert response.headers["Content-Type"] == problems.MEDIA_TYPE
        assert json.loads(response.content)["status"] == response.status_code


def put_a_batch() -> None:
    three.publish_standards(*(three.standard(matter) for matter in three.MATTERS))
    agreement = three.agreement()
    record_agreement(operation="agree", actor=three.who("shenyue"), agreement=agreement, now=three.NOW)
    three.propose()


@settings(HARD, max_examples=800)
@given(data=st.data(), key=st.integers(0, 10**6))
def fill_in(steward: Program, reached: set[tuple[str, int]], data: st.DataObject, key: int) -> None:
    address = data.draw(st.sampled_from(WRITTEN))
    (method,) = DESCRIPTION["paths"][ROOT + address].keys() - {"get"}
    body = DESCRIPTION["paths"][ROOT + address][method]["requestBody"]["content"]["application/json"]["schema"]
    content = data.draw(fitting(body))
    with transaction.atomic():
        response = steward.ask(
            method.upper(), address.replace("{code}", "TB-2026-01"), content, **{"Idempotency-Key": f"fill-in-{key}"}
        )
        transaction.set_rollback(True)

    assert response.status_code < 500, (address, content, response.content)
    reached.add((address, response.status_code))


WRITTEN = [
    "holdings",
    "observations",
    "conformance",
    "conditions/check",
    "batches",
    "batches/{code}/proposals",
    "batches/{code}/sign-offs",
    "batches/{code}/signatures",
]


def test_content_of_the_right_form_is_answered_or_refused_whatever_it_means(program: Programs) -> None:
    put_a_batch()
    reached: set[tuple[str, int]] = set()

    fill_in(program("shenyue"), reached)

    assert {address for address, status in reached if status == 200} >= {"holdings", "conformance", "conditions/check"}


def test_nothing_that_a_program_sends_breaks_the_door(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    draft = agent.post("applications/drafts", {"bundle": "maritime"})
    known = {"NUMBER": number, "DRAFT": draft["id"], "MATERIAL": draft["missing"]["materials"][0]}
    put_a_batch()
    programs = [agent, program("liufang"), program("zhaolei"), program("wangjianguo"), program("shenyue")]

    break_in(programs, known)
