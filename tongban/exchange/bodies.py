"""What does the body of each message look like? One JSON Schema for all, for whoever writes a node in another language.

`tongban node forms` prints it, and `docs/exchange/schema.json` is its copy. Values of the kernel and the events of an
application stand in their plain form; what is sealed here travels open inside the sealed body. What a body means, and
when it is refused, says `docs/exchange.md`.

Source: JSON Schema 2020-12.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from tongban.catalogue.actions.received import WHOLE
from tongban.catalogue.copies import DESCRIPTIONS, KINDS
from tongban.certificates import editions
from tongban.domain import events
from tongban.domain.agreements import Agreement
from tongban.domain.application import EVENTS
from tongban.domain.batch import Signature
from tongban.domain.catalogue import Bundle, Implementation, Standard
from tongban.domain.certificate import Status
from tongban.domain.envelope import DIGEST, ID
from tongban.domain.events import TRAVEL, Answer, AskedAct, Channel
from tongban.domain.identifiers import DocumentType
from tongban.domain.joint import Content, Party, RecognitionRule
from tongban.domain.meetings import Meeting
from tongban.domain.sealed import Sealed
from tongban.domain.workdays import Notice
from tongban.exchange import attachments, certificates, evidence, history, inbox
from tongban.exchange.cases import types as cases
from tongban.exchange.shapes import Schema, Shapes
from tongban.exchange.standards import types
from tongban.files.kinds import Kind
from tongban.people.places import PlainDepartment, PlainHall

Digest = Annotated[str, DIGEST]
Id = Annotated[str, ID]
BASE64URL: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
OPENED: Schema = {"$ref": "#/$defs/Opened"}
"""In place of a seal."""
ENTRIES: Schema = {"type": "array", "items": {"$ref": "#/$defs/Entry"}}
FILES: Schema = {"type": "array", "items": {"$ref": "#/$defs/File"}, "maxItems": attachments.MOST_AT_ONCE}
WORD: Schema = {"$ref": "#/$defs/Word"}
ABOVE_ZERO: Schema = {"type": "integer", "minimum": 1}
CASES: Schema = {"type": "array", "items": ABOVE_ZERO, "minItems": 1, "uniqueItems": True}
ANY: Schema = {"type": "object"}

SAID: Mapping[AskedAct, Mapping[str, Any]] = {
    AskedAct.ANSWER: {
        "values": {"type": "object", "additionalProperties": {"type": "string"}},
        "explanations": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    AskedAct.WITHDRAW: {"reason": str},
    AskedAct.URGE: {},
    AskedAct.SUPPLY: {},
    AskedAct.CHANGE: {"values": {"type": "object", "additionalProperties": {"type": "string"}}},
    AskedAct.TAKE_BACK: {},
    AskedAct.REPLACE: {},
    AskedAct.WAIT: {"wait": bool},
    AskedAct.STATE: {"text": str},
    AskedAct.REQUEST_HEARING: {},
    AskedAct.ASK_REPAIR: {"ground": str, "reason": str},
    AskedAct.RATE: {"level": {"type": "integer", "minimum": 1, "maximum": 5}, "channel": Channel, "words": str},
}
"""What an act of the applicant says."""


def schema() -> Schema:
    """Return the JSON Schema of a message's type and body; each body is a definition by its type."""
    shapes = Shapes({Sealed: OPENED})
    bodies = _bodies(shapes)
    definitions = _shared(shapes) | shapes.definitions
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bodies of the messages between nodes",
        "type": "object",
        "properties": {"type": {"enum": sorted(bodies)}, "body": {}},
        "required": ["type", "body"],
        "allOf": [
            {"if": {"properties": {"type": {"const": kind}}}, "then": {"properties": {"body": _reference(kind)}}}
            for kind in sorted(bodies)
        ],
        "$defs": dict(sorted((definitions | bodies).items())),
    }


def description() -> str:
    """Return the schema as it lies in the documents."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _bodies(shapes: Shapes) -> dict[str, Schema]:
    members: dict[str, Mapping[str, Any]] = {
        cases.HANDED_OVER: {
            "application": Id,
            "cases": CASES,
            "turn": ABOVE_ZERO,
            "reason": str | None,
            "bundle": {"anyOf": [{"$ref": "#/$defs/ToldBundle"}, {"type": "null"}]},
            "entries": ENTRIES,
            "files": FILES,
        },
        cases.TOLD: {"application": Id, "entries": ENTRIES, "files": FILES},
        cases.RECALLED: {"application": Id, "cases": CASES, "turn": ABOVE_ZERO},
        history.TYPE: {
            "said": shapes.object(
                {
                    "type": {"const": "tongban checkpoint 1"},
                    "number": ABOVE_ZERO,
                    "at": datetime,
                    "streams": int,
                    "root": Digest,
                    "previous": Digest,
                    "key_id": str,
                }
            ),
            "signature": BASE64URL,
        },
        certificates.ISSUED: {
            "about": {"anyOf": [shapes.object({"document": DocumentType, "number": str}), {"type": "null"}]},
            "application": str,
            "file": BASE64URL,
            "papers": {
                "type": "object",
                "properties": dict.fromkeys((editions.CODE, *editions.FORMS), BASE64URL),
                "additionalProperties": False,
            },
            "word": WORD,
        },
        certificates.STATUS: {"certificate": str, "word": WORD},
        evidence.ASK: {
            "question": Id,
            "document": DocumentType,
            **dict.fromkeys(("number", "name", "type", "rule", "basis", "purpose"), str),
        },
        evidence.ANSWER: {
            "question": Id,
            "answer": Answer,
            "reason": str,
            "certificates": {"type": "array", "items": {"type": "string"}, "maxItems": evidence.MOST_CERTIFICATES},
        },
        **_of_catalogue(shapes),
    }
    made = {kind: shapes.object(each) for kind, each in members.items()}
    return {inbox.GREETING: ANY, cases.ASKED: _act(shapes)} | made


def _act(shapes: Shapes) -> Schema:
    said = {act: shapes.object(members) for act, members in SAID.items()}
    one = shapes.object(
        {
            "application": Id,
            "act": AskedAct,
            "cases": CASES,
            "said": ANY,
            "by": str,
            "at": datetime,
            "places": {"type": "object", "additionalProperties": shapes.of(Digest)},
            "files": FILES,
        }
    )
    each = [
        {"if": {"properties": {"act": {"const": act.value}}}, "then": {"properties": {"said": form}}}
        for act, form in said.items()
    ]
    return one | {"allOf": each}


def _of_catalogue(shapes: Shapes) -> dict[str, Mapping[str, Any]]:
    version = {"version": ABOVE_ZERO, "digest": Digest, "at": datetime}
    signed = {"batch": str, "serial": ABOVE_ZERO}
    ended = {"ended_on": date, "reason": str, "at": datetime}
    told: dict[str, Mapping[str, Any]] = {
        **{name: {**version, "says": kind.value} for name, kind in KINDS.items()},
        **{name: {"says": value} for name, (_, value) in DESCRIPTIONS.items()},
        "standard": {**version, "says": shapes.fields(Standard, but="version")},
        "implementation": {
            **version,
            "says": shapes.fields(Implementation, but="version"),
            "follows": Digest,
            "departs_by": str,
        },
        "department": {"department": PlainDepartment},
        "hall": {"hall": PlainHall},
        "calendar": {"notice": Notice},
        "agreement": {"agreement": Agreement, "at": datetime},
        "agreement_end": {"agreement": str, **ended},
        "meeting": {"meeting": Meeting, "at": datetime},
        "undertaking": {"meeting": str, "number": ABOVE_ZERO, "outcome": str, "at": datetime},
        "recognition": {"rule": RecognitionRule, "signature": Signature},
        "recognition_end": {"recognition": str, **ended},
        "proposal": {"content": Content, "digest": Digest, "departments": tuple[Party, ...], "at": datetime},
        "recall": {**signed, "reason": str, "at": datetime},
        "sign_off": {**signed, "region": str, "departments": tuple[str, ...], "digest": Digest, "at": datetime},
        "signature": {**signed, "signature": Signature},
        "refused": {"sequence": ABOVE_ZERO, "digest": Digest, "code": str, "words": str},
    }
    return {types.of(what): members for what, members in told.items()}


def _shared(shapes: Shapes) -> dict[str, Schema]:
    """What several bodies have: entries, files, bundles, and what a certificate is said to be."""
    pair = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
    names = [{"type": "string"}, {"type": "integer"}, {"type": "string"}, {"type": "integer"}]
    whole = {name: tuple[kind, ...] for name, kind in WHOLE.items()}  # type: ignore[valid-type]
    bundle = {
        "bundle": shapes.fields(Bundle, but="version"),
        "matters": {"type": "array", "items": {"type": "array", "prefixItems": names, "minItems": 4, "maxItems": 4}},
        **whole,
    }
    return {
        "Entry": _entry(shapes),
        "File": shapes.object({"digest": Digest, "kind": Kind, "name": str, "size": ABOVE_ZERO}),
        "Opened": shapes.object({"person": str, "opened": BASE64URL})
        | {"description": "Personal data: under whose key they stand, and the text in base64url."},
        "ToldBundle": shapes.object({"body": shapes.object(bundle), "digests": {"type": "array", "items": pair}}),
        "Word": shapes.object({"status": Status, "on": date | None, "by": str, "as_of": datetime}),
    }


def _entry(shapes: Shapes) -> Schema:
    """An entry of an application; the definition of an event is called by its type and version, with a dot between."""
    happens = sorted(EVENTS.difference(TRAVEL), key=lambda kind: kind.__name__)
    versions = {kind: events.version_of(kind) for kind in happens}
    for kind, version in versions.items():
        shapes.definitions[f"{kind.__name__}.{version}"] = shapes.fields(kind)
    named: Schema = {"enum": [kind.__name__ for kind in versions]}
    one = shapes.object({"actor": str, "type": named, "version": int, "event": ANY})
    each = [
        {
            "if": {"properties": {"type": {"const": kind.__name__}}},
            "then": {"properties": {"version": {"const": version}, "event": _reference(f"{kind.__name__}.{version}")}},
        }
        for kind, version in versions.items()
    ]
    return one | {"allOf": each}
