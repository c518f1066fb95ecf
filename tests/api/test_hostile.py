"""Whatever a program sends, the door answers or refuses; it never breaks (Hypothesis over its own description)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Program, Programs, submitted
from tongban.api import door, problems
from tongban.api.openapi import ROOT

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
RIGHT = {"number": "NUMBER", "draft": "DRAFT", "index": "1", "identifier": "1.2.156.3005.2"}
CODES = st.sampled_from(["maritime", "HS-01", "MATERIAL"])
WORDS = st.sampled_from(
    ["maritime", "HS-01", "船舶登记岗", "approved", "denied", "agree", "origin", "new", "ship_name_cn", "imo_number"]
)


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DESCRIPTION["components"]["schemas"][name] if name else schema


def near(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of about this form: right in many places, so that they get far, and wrong in some."""
    schema = resolved(schema)
    if "properties" in schema:
        fields = {name: near(inner) for name, inner in schema["properties"].items()}
        return st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields) | JSON
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | JSON
    if "additionalProperties" in schema:
        return st.dictionaries(WORDS | TEXT, WORDS | TEXT, max_size=4) | JSON
    return WORDS | TEXT | JSON


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes, str]:
    method, address, operation = draw(st.sampled_from(OPERATIONS))
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            right = st.just(RIGHT[parameter["name"]]) if parameter["name"] != "code" else CODES
            text = draw(st.one_of(right, right, right, right, PATH))
            address = address.replace("{" + parameter["name"] + "}", text or "x")
    query = draw(st.just("") | TEXT.map(lambda text: "?q=" + quote(text.encode("utf-8", "surrogatepass"))))
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    body = draw(near(schema).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40))
    media = draw(st.sampled_from(["application/json"] * 6 + ["text/plain", "multipart/form-data; boundary=x", ""]))
    return method, address + query, body, media


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    request=requests(),
    who=st.sampled_from([0, 0, 0, 1, 2, 3]),
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


def test_nothing_that_a_program_sends_breaks_the_door(agent: Program, program: Programs) -> None:
    number = submitted(agent)
    draft = agent.post("applications/drafts", {"bundle": "maritime"})
    known = {"NUMBER": number, "DRAFT": draft["id"], "MATERIAL": draft["missing"]["materials"][0]}
    programs = [agent, program("liufang"), program("zhaolei"), program("wangjianguo")]

    break_in(programs, known)
