"""By which tables and which mapping is reported? The files of `data/`, read once.

The newest mapping counts. `edition` changes with the content of either file: then everything is derived anew, and what
comes out differently is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tongban.catalogue import yaml_text
from tongban.crypto import sm3
from tongban.domain.reporting.mapping import Codes, Step
from tongban.domain.reporting.schema import Field, Kind, Schema, Table

DATA = Path(__file__).parent / "data"
SEVERAL = "*"


@dataclass(frozen=True, slots=True)
class Definitions:
    schema: Schema
    codes: Codes
    edition: str


@cache
def load(*, folder: Path = DATA) -> Definitions:
    """Return what the files say."""
    fields = (folder / "fields.yaml").read_text(encoding="utf-8")
    newest = max((folder / "mapping").glob("*.yaml"), key=lambda path: int(path.stem))
    mapping = newest.read_text(encoding="utf-8")
    edition = sm3.digest(f"{fields}\n{mapping}".encode()).hex()
    return Definitions(_schema(yaml_text.read(fields)), _codes(yaml_text.read(mapping)), edition)


def _schema(said: Mapping[str, Any]) -> Schema:
    codes = {name: frozenset(one["values"]) for name, one in said["codes"].items()}
    tables = [
        Table(one["name"], one["label"], tuple(_field(each, codes) for each in one["fields"])) for one in said["tables"]
    ]
    return Schema(said["version"], {table.name: table for table in tables})


def _field(said: Mapping[str, Any], codes: Mapping[str, frozenset[str]]) -> Field:
    kind, length = _kind(said["type"])
    named = said.get("codes", "")
    return Field(
        name=said["name"],
        label=said["label"],
        kind=kind,
        length=length,
        required=said.get("required", False),
        codes=codes[named.removesuffix(SEVERAL)] if named else frozenset(),
        several=named.endswith(SEVERAL),
    )


def _kind(type: str) -> tuple[Kind, int]:
    """Return the kind and the length that a type of the schema stands for.

    >>> _kind("v50"), _kind("dt")
    ((<Kind.TEXT: 'text'>, 50), (<Kind.MOMENT: 'moment'>, 0))
    """
    match type:
        case "int":
            return Kind.INTEGER, 0
        case "dt":
            return Kind.MOMENT, 0
        case _:
            return Kind.TEXT, int(type.removeprefix("v"))


def _codes(said: Mapping[str, Any]) -> Codes:
    return Codes(
        version=said["version"],
        codes=said["codes"],
        registered_as=said["registered_as"],
        address=tuple(said["address"]),
        steps={word: Step(one["name"], one["action"]) for word, one in said["steps"].items()},
        unreported=said["unreported"],
        absent=said["absent"],
    )
