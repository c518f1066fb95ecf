"""What stands on the face of a certificate beside its fields? The template (证照模板) of its type says it.

Fields, their order and what they are called come from the catalogue: nothing stands in two places.

Source: GB/T 36905-2018 (files of electronic certificates). The words of the templates are composed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tongban.catalogue import yaml_text
from tongban.domain.catalogue import CertificateType
from tongban.domain.certificate import Face

FILE = Path(__file__).parent / "data" / "templates.yaml"


def face(kind: CertificateType) -> Face:
    """Return the words for the face of a certificate of this type; one that cites no article states none."""
    usual, of_types = _templates()
    template = of_types.get(kind.code, usual)
    statement = template["statement"]
    if "{reference}" in statement:
        statement = statement.format(reference=kind.source.reference) if kind.source.reference else ""
    return Face(statement, template["endless"], template["seal"])


@cache
def _templates() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the usual template, and the others by the code of the type."""
    said = yaml_text.read(FILE.read_text(encoding="utf-8"))
    return said["usual"], MappingProxyType({code: one for one in said["templates"] for code in one["types"]})
