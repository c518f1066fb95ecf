"""Which bytes are signed when a value is signed? Its one canonical JSON form, so that both sides digest the same.

Members are sorted by the UTF-16 units of their names, numbers are written as ECMAScript writes them, strings as UTF-8
with as few escapes as JSON allows, no space anywhere. What another reader could understand otherwise has no form and
is refused: NaN and infinity, whole numbers a double cannot hold exactly, halves of surrogate pairs, a name given twice.

    >>> encode({"b": [1.0, 1e21, True], "a": "中文"}).decode()
    '{"a":"中文","b":[1,1e+21,true]}'

Source: RFC 8785 (canonical JSON); RFC 7493 (what all readers understand alike); ECMA-262, Number::toString.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from math import isfinite
from typing import Any, NoReturn

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 100


class NotCanonical(ValueError):
    """A value or text that has no canonical form. `str(error)` says what and why."""


def encode(value: object) -> bytes:
    """Return the canonical form of what JSON can say: None, bool, int, float, str, list or tuple, dict by str."""
    pieces: list[str] = []
    _write(value, pieces.append, 0)
    try:
        return "".join(pieces).encode()
    except UnicodeEncodeError as lone:
        raise NotCanonical("文本含有不成对的代理字符，不能签名。请改正该文本。") from lone


def decode(data: bytes) -> Any:
    """Read JSON, canonical or not, into a value that `encode` takes."""
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_members,
            parse_int=_read_integer,
            parse_float=_read_float,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as wrong:
        raise NotCanonical("不是 UTF-8 编码的 JSON。请按 UTF-8 重新保存。") from wrong
    except json.JSONDecodeError as wrong:
        raise NotCanonical(f"不是 JSON：第 {wrong.lineno} 行第 {wrong.colno} 列不合语法。") from wrong
    except RecursionError as deep:
        raise _too_deep() from deep
    encode(value)
    return value


def _write(value: object, put: Callable[[str], None], depth: int) -> None:
    if depth > DEEPEST:
        raise _too_deep()
    match value:
        case str():
            put(encode_basestring(value))
        case None:
            put("null")
        case True:
            put("true")
        case False:
            put("false")
        case int():
            put(_integer(value))
        case float():
            put(_number(value))
        case dict():
            before = "{"
            for name in _in_order(value):
                put(f"{before}{encode_basestring(name)}:")
                _write(value[name], put, depth + 1)
                before = ","
            put("}" if value else "{}")
        case list() | tuple():
            before = "["
            for item in value:
                put(before)
                _write(item, put, depth + 1)
                before = ","
            put("]" if value else "[]")
        case _:
            raise NotCanonical(f"JSON 不能表示 {type(value).__name__} 类型的值。")


def _in_order(members: Mapping[Any, object]) -> list[str]:
    """Return the names by their UTF-16 code units; in ASCII that is the order of the text itself."""
    if all(type(name) is str and name.isascii() for name in members):
        return sorted(members)
    return sorted(members, key=_utf_16)


def _utf_16(name: object) -> bytes:
    if not isinstance(name, str):
        raise NotCanonical(f"JSON 对象的名称必须是文本，不能是 {type(name).__name__}。")
    return name.encode("utf-16-be", "surrogatepass")


def _integer(value: int) -> str:
    if abs(value) > LARGEST_INTEGER:
        raise _too_large()
    return int.__repr__(value)


def _number(value: float) -> str:
    """Write a double as ECMAScript does: the fewest digits that read back the same, plain from 1e-6 to below 1e21."""
    if not isfinite(value):
        raise NotCanonical("NaN 和无穷大不是 JSON 的数。请改正该数值。")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, point = _shortest(abs(value))
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _shortest(value: float) -> tuple[str, int]:
    """Return the digits without zeros at either end, and the place of the point counted from their left."""
    mantissa, _, exponent = float.__repr__(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return digits.rstrip("0"), point


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name in times if times[name] > 1)
        raise NotCanonical(f"名称“{twice}”出现了两次，含义不明。请只保留一个。")
    return members


def _read_integer(text: str) -> int | float:
    # A large double without a fraction is written like an integer: it is read back where nothing is lost by it.
    # Its text has at most 21 digits; more would not be read by Python either.
    if len(text) > 22:
        raise _too_large()
    value = int(text)
    if abs(value) <= LARGEST_INTEGER:
        return value
    if _number(float(value)) != text:
        raise _too_large()
    return float(value)


def _read_float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise NotCanonical(f"数值 {text[:20]} 太大，无法表示。请改正该数值。")
    return value


def _refuse_constant(text: str) -> NoReturn:
    raise NotCanonical(f"{text} 不是 JSON 的数。请改正该数值。")


def _too_large() -> NotCanonical:
    return NotCanonical("整数超出 2 的 53 次方，其他系统会读成别的数。请改用文本。")


def _too_deep() -> NotCanonical:
    return NotCanonical(f"嵌套超过 {DEEPEST} 层。请减少层次。")
