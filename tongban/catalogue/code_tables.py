"""What are the lines of departments and the service themes called? `data/codes` names them, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tongban.domain.codes import ServiceObject

CODES = Path(__file__).parent / "data" / "codes"


@dataclass(frozen=True, slots=True)
class Named:
    code: str
    name: str
    name_en: str = ""


@cache
def sectors() -> Mapping[str, Named]:
    """Return the lines of departments (部门条线) by code, in their order."""
    return _read("sectors")


@cache
def themes() -> Mapping[str, Named]:
    """Return the service themes (服务主题) by code, in their order."""
    return _read("themes")


@cache
def served_by_theme() -> Mapping[str, frozenset[ServiceObject]]:
    """Return for whom each service theme is made."""
    rows = json.loads((CODES / "themes.json").read_text(encoding="utf-8"))["themes"]
    served = {str(member.value): member for member in ServiceObject}
    return MappingProxyType({row["code"]: frozenset(served[each] for each in row["serves"]) for row in rows})


def _read(table: str) -> Mapping[str, Named]:
    rows = json.loads((CODES / f"{table}.json").read_text(encoding="utf-8"))[table]
    return MappingProxyType({row["code"]: Named(row["code"], row["name"], row["name_en"]) for row in rows})
