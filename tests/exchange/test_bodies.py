"""The forms and examples of all messages, as the documents give them, are those that this node writes and reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from tests.exchange import described, worked
from tests.exchange.others import Other
from tongban.casework.actions import asked
from tongban.catalogue import body
from tongban.crypto import base64url, canonical, sm3
from tongban.domain import certificate, events
from tongban.domain.events import AskedAct
from tongban.exchange import bodies
from tongban.exchange.cases.types import is_open, replaced
from tongban.exchange.evidence import ASK
from tongban.project import corridor

EXAMPLES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((worked.EXAMPLES / "bodies").glob("*.json"))
}
CATALOGUE = {kind: said for kind, said in EXAMPLES.items() if kind.startswith("cn.tongban.catalogue.")}
NOT_IN_THEIR_FORM = {"not_readable", "not_a_question", "not_a_certificate", "unknown_type", "failed_here"}


def test_the_schema_in_the_documents_is_that_of_the_program() -> None:
    assert described.SCHEMA.read_text(encoding="utf-8") == bodies.description()
    Draft202012Validator.check_schema(bodies.schema())


def test_every_type_has_its_form_and_an_example() -> None:
    forms = bodies.schema()["properties"]["type"]["enum"]

    assert set(EXAMPLES) == set(forms) == set(corridor.MESSAGES)
    assert [kind for kind, said in EXAMPLES.items() if said["type"] != kind] == []


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_is_as_the_schema_says(kind: str) -> None:
    assert described.faults(kind, EXAMPLES[kind]["body"]) == []


@pytest.mark.parametrize("kind", CATALOGUE)
def test_what_is_told_of_the_catalogue_names_its_digests(kind: str) -> None:
    said = CATALOGUE[kind]["body"]

    assert CATALOGUE[kind]["subject"].endswith(f":{sm3.digest(canonical.encode(said)).hex()[:16]}")
    if "version" in said:
        assert said["digest"] == body.digest(said["says"])


def test_a_certificate_is_named_by_the_digest_of_its_file() -> None:
    issued = EXAMPLES["cn.tongban.certificates.issued.v1"]
    file = base64url.decode(issued["body"]["file"])

    assert issued["subject"] == f"certificate:{certificate.file_digest(file)}"
    assert (
        certificate.open_up(file)[0].identifier == EXAMPLES["cn.tongban.certificates.status.v1"]["body"]["certificate"]
    )


def entries() -> Iterator[dict[str, Any]]:
    for said in EXAMPLES.values():
        yield from said["body"].get("entries", ())


def test_the_events_in_the_examples_are_read_to_the_last_member() -> None:
    read = 0
    for one in entries():
        sealed = replaced(one["event"], is_open, lambda part: {"person": part["person"], "ciphertext": part["opened"]})
        events.decode_strictly(one["type"], one["version"], sealed)
        read += 1

    assert read > 5


def refusals(other: Other, kind: str, said: Any) -> set[str]:
    if kind == ASK and "question" in said:
        # Its message has the id of the question.
        said = said | {"question": str(UUID(int=other.writer.link.sequence + 1))}
    answer = other.send(other.write(kind=kind, body=said, subject=EXAMPLES[kind]["subject"]))
    assert answer.status_code == 200, answer.content.decode()
    return {one["code"] for one in answer.json()["receipt"]["refused"]}


def test_this_node_reads_every_example_and_none_with_a_member_more_or_less(other: Other) -> None:
    """Whether it takes them is another question: it knows nothing of what they are about."""
    not_read = [kind for kind, said in EXAMPLES.items() if refusals(other, kind, said["body"]) & NOT_IN_THEIR_FORM]
    taken_with_more = [
        (kind, more)
        for kind, said in EXAMPLES.items()
        for more in (said["body"] | {"more": 1}, dict(list(said["body"].items())[1:]))
        if said["body"] and not refusals(other, kind, more)
    ]

    assert (not_read, taken_with_more) == ([], [])


def test_what_is_said_with_an_act_is_read_as_it_is_described() -> None:
    assert {act: set(members) for act, members in bodies.SAID.items()} == {
        act: set(members) for act, members in asked.SAID.items()
    }
    assert bodies.SAID.keys() == set(AskedAct)
