"""Is a message as `docs/exchange/schema.json` says? What tests let nodes send is held to it, as others will."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.plugin import ROOT

SCHEMA = ROOT / "docs/exchange/schema.json"


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def faults(kind: str, body: Any) -> list[str]:
    """Return where the body of a message of that type is another than is said."""
    found = validator().iter_errors({"type": kind, "body": body})
    return [f"{kind} {list(one.absolute_path)}: {one.message:.200}" for one in found]
