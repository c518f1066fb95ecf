"""Write the catalogue as JSON: the plain form of every value (`domain.codec`), as the journal and the digests know it.

The file also tells, for each body and matter, the terms that are compared (`terms`): what the body states itself, else
the words of the standard with the body's promise. A system of another region can check its own export against them.
`form` is the JSON Schema of the file, derived from the kernel's types; it stands in `data/schema/catalogue.json`.
"""

from __future__ import annotations

import dataclasses
import json
import types
from datetime import date
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from tongban.catalogue.actions import Holdings
from tongban.domain.catalogue import Implementation, Standard, Terms
from tongban.domain.codec import Plain, to_plain
from tongban.domain.conformance import effective

FORMAT = "tongban-catalogue"
VERSION = 1


def json_file(holdings: Holdings) -> bytes:
    plain = {"format": FORMAT, "version": VERSION} | to_plain(holdings, Holdings) | {"terms": _terms(holdings)}
    return json.dumps(plain, ensure_ascii=False, indent=1).encode() + b"\n"


def _terms(holdings: Holdings) -> list[Plain]:
    standards = {standard.matter: standard for standard in holdings.standards}
    return [_of(each, standards[each.matter]) for each in holdings.implementations if each.matter in standards]


def _of(implementation: Implementation, standard: Standard) -> Plain:
    return {
        "matter": implementation.matter,
        "body": implementation.body,
        "region": implementation.region,
        "terms": to_plain(effective(implementation, standard), Terms),
    }


# --- The form of the file ---------------------------------------------------------------------------------------------


def form() -> dict[str, Any]:
    """Return the JSON Schema of the file."""
    definitions: dict[str, Any] = {}
    lists = {
        each.name: _schema(get_type_hints(Holdings)[each.name], definitions) for each in dataclasses.fields(Holdings)
    }
    terms = _object(
        {name: {"type": "string"} for name in ("matter", "body", "region")} | {"terms": _schema(Terms, definitions)}
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "catalogue.json",
        "type": "object",
        "required": ["format", "version"],
        "properties": {"format": {"enum": [FORMAT]}, "version": {"type": "integer", "minimum": VERSION}}
        | lists
        | {"terms": {"type": "array", "items": terms}},
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    if dataclasses.is_dataclass(kind):
        return _defined(kind, definitions)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(each, definitions) for each in arguments]}
    if origin is tuple and arguments[-1] is not Ellipsis:
        return {"type": "array", "prefixItems": [_schema(each, definitions) for each in arguments], "minItems": 2}
    return {"type": "array", "items": _schema(arguments[0], definitions)}


_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    type(None): {"type": "null"},
}


def _defined(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        hints = get_type_hints(kind)
        definitions[kind.__name__] = _object(
            {each.name: _schema(hints[each.name], definitions) for each in dataclasses.fields(kind)}
        )
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
