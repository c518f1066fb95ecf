"""Does a data file have the form it must have?

The forms are JSON Schemas beside the data (`data/schema/`); another room keeps the forms of its own data in a folder of
its own, and may refer to `common.json` here. What a validator says in its own words is said here in
words that the author of a file understands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from tongban.catalogue.rows import BadRow

FOLDER = Path(__file__).parent / "data" / "schema"

TYPES = {
    "string": "文字",
    "integer": "整数",
    "boolean": "true 或 false",
    "array": "列表",
    "object": "一组“名称: 值”",
    "null": " null",
}


def bad_rows(file: str, value: Any, schema: str, *, forms: Path = FOLDER) -> list[BadRow]:
    """Return every place where `value` leaves the form `schema` of a folder, in the order of the file."""
    errors = (leaf for error in _validator(schema, forms).iter_errors(value) for leaf in _leaves(error))
    rows = {BadRow(file, "/".join(str(step) for step in error.absolute_path), _reason(error)): None for error in errors}
    return list(rows)


@cache
def _validator(schema: str, forms: Path) -> Draft202012Validator:
    documents = [json.loads(path.read_text()) for folder in {FOLDER, forms} for path in sorted(folder.glob("*.json"))]
    registry: Registry[Any] = Registry().with_resources(
        (document["$id"], Resource.from_contents(document)) for document in documents
    )
    (wanted,) = (document for document in documents if document["$id"] == f"{schema}.json")
    return Draft202012Validator(wanted, registry=registry)


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """What stands inside a composed rule is the mistake; the rule itself is only the way to it."""
    if not error.context:
        yield error
        return
    for inner in error.context:
        yield from _leaves(inner)


def _reason(error: ValidationError) -> str:
    rule = error.validator_value
    match error.validator:
        case "required":
            missing = [name for name in rule if name not in error.instance]
            return f"缺少 {'、'.join(missing)}"
        case "type":
            return f"应为{TYPES[rule]}，写的是{_shown(error.instance)}"
        case "enum":
            return f"应为 {'、'.join(rule)} 之一，写的是{_shown(error.instance)}"
        case "minimum":
            return f"不应小于 {rule}，写的是{_shown(error.instance)}"
        case "maximum":
            return f"不应大于 {rule}，写的是{_shown(error.instance)}"
        case "minLength" | "minItems" | "minProperties":
            return "不应为空" if rule == 1 else f"至少要有 {rule} 项"
        case "maxLength":
            return f"不应超过 {rule} 个字"
        case "maxItems":
            return f"不应超过 {rule} 项"
        case "uniqueItems":
            return "同一项写了两次"
        case "additionalProperties":
            return f"有不认识的名称：{'、'.join(_unknown(error))}"
        case "pattern":
            return f"写法不对：{_shown(error.instance)}"
        case "not":
            return f"这里不应填写 {'、'.join(rule['required'])}"
        case other:
            raise NotImplementedError(f"a schema uses {other}, for which there are no words yet")


def _unknown(error: ValidationError) -> list[str]:
    return sorted(name for name in error.instance if name not in error.schema["properties"])


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text if len(text) <= 40 else text[:40] + '…'}”"
