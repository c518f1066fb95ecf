"""How does another program know the plain form of a value? By a JSON Schema of the declarations that `codec` reads.

What the codec writes as text has a form here too: instants in UTC, days. Every closed set and every dataclass is one
definition, described by its docstring and those of its fields; nothing else may stand in it.

Source: JSON Schema 2020-12; RFC 3339 (days and instants).
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import sys
import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?\+00:00$"
_BARE: Mapping[Any, Schema] = {
    Any: {},
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"$ref": "#/$defs/Day"},
    datetime: {"$ref": "#/$defs/Instant"},
}


class Shapes:
    """Collects definitions, called by module and name; a schema that `of` returns may refer to them.

    `instead`: the forms of kinds that travel otherwise than they are kept.
    """

    def __init__(self, instead: Mapping[Any, Schema]) -> None:
        self.definitions: dict[str, Schema] = {
            "Day": {"type": "string", "pattern": DAY},
            "Instant": {"type": "string", "pattern": INSTANT},
        }
        self._instead = instead
        self._kinds: dict[str, Any] = {}

    def of(self, kind: Any) -> Schema:
        """Return the schema of a kind; `Annotated` text has the form of its pattern. Raises TypeError for none."""
        origin, arguments = get_origin(kind), get_args(kind)
        if kind in self._instead:
            return dict(self._instead[kind])
        if kind in _BARE:
            return dict(_BARE[kind])
        if origin is Annotated:
            return {"type": "string", "pattern": f"^{arguments[1].pattern}$"}
        if isinstance(kind, type) and (issubclass(kind, Enum) or dataclasses.is_dataclass(kind)):
            return self._defined(kind)
        if origin in (Union, types.UnionType):
            (inner,) = (argument for argument in arguments if argument is not types.NoneType)
            return {"anyOf": [self.of(inner), {"type": "null"}]}
        if origin is frozenset:
            return {"type": "array", "items": self.of(arguments[0]), "uniqueItems": True}
        if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is tuple:
            parts = [self.of(argument) for argument in arguments]
            return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
        raise TypeError(f"{kind} has no plain form")

    def object(self, members: Mapping[str, Any]) -> Schema:
        """Return the schema of an object of these members, each by its kind, or by a schema that is ready."""
        properties = {name: kind if isinstance(kind, dict) else self.of(kind) for name, kind in members.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    def fields(self, kind: type, *, but: str = "") -> Schema:
        """Return the schema of a dataclass itself, described; `but` one of its fields is left out."""
        hints, words = get_type_hints(kind), _words_of_fields(kind)
        names = [field.name for field in dataclasses.fields(kind) if field.name != but]
        schema = self.object({name: hints[name] for name in names})
        for name in words.keys() & set(names):
            schema["properties"][name]["description"] = words[name]
        return _described(kind) | schema

    def _defined(self, kind: type) -> Schema:
        name = f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
        if self._kinds.setdefault(name, kind) is not kind:
            raise TypeError(f"two kinds are called {name}")
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._closed_set(kind) if issubclass(kind, Enum) else self.fields(kind)
        return {"$ref": f"#/$defs/{name}"}

    @staticmethod
    def _closed_set(kind: type[Enum]) -> Schema:
        return _described(kind) | {"enum": [member.value for member in kind]}


def _described(kind: type) -> Schema:
    """What a dataclass or closed set is, as far as its docstring says so."""
    said = inspect.cleandoc(kind.__dict__.get("__doc__") or "")
    return {} if not said or said.startswith(f"{kind.__name__}(") else {"description": _joined(said)}


def _joined(words: str) -> str:
    """A docstring for readers of JSON."""
    return re.sub(r"\bNone\b", "null", re.sub(r"\s+", " ", words).strip())


def _words_of_fields(kind: type) -> dict[str, str]:
    """Return the docstrings that stand below the fields of a dataclass, in those that it comes from too."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        found |= _written(one.__module__).get(one.__qualname__, {})
    return found


@cache
def _written(module: str) -> dict[str, dict[str, str]]:
    """Return what the source of a module says below the fields of each class; Python itself forgets it."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (OSError, TypeError):
        return {}
    classes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef))
    return {node.name: dict(_below_fields(node)) for node in classes}


def _below_fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                yield name, _joined(words)
