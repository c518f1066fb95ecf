"""What does the engine say of a judgement, given some values?

The engine (cel-cpp) is three-valued where a value is absent: `missing && false` is false, `missing || true` is true.
What it calls an error (a number that leaves 64 bits) is no answer either: an error never accepts and never refuses.
Compiled judgements are remembered by their text; they are pure, so nobody can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from cel_expr_python import cel

from tongban.domain.conditions.expressions import BadExpression

Variables = tuple[tuple[str, bool], ...]
"""The engine's words for the data elements, each with whether it is a number."""

REMEMBERED = 4_096


class Truth(StrEnum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def demand(text: str, variables: Variables) -> None:
    """Refuse what the engine does not take for a judgement. Raises BadExpression."""
    try:
        kind = _compiled(text, variables).return_type()
    except RuntimeError as unfit:
        raise BadExpression("判断引擎不接受这个表达式，请简化，或拆成几个条件") from unfit
    if kind != cel.Type.BOOL:
        raise BadExpression("整个表达式应是一个判断，请写成比较，如 x > 3")


def demand_pattern(pattern: str, *, column: int) -> None:
    """Refuse a regular expression that the engine does not understand or finds too large. Raises BadExpression."""
    answer = _compiled("p.matches(q)", (("p", False), ("q", False))).eval(data={"p": "", "q": pattern}).value()
    if not isinstance(answer, bool):
        raise BadExpression(".matches 里正则表达式不成立或太大，请改正或简化", column=column)


def ask(text: str, variables: Variables, values: Mapping[str, int | str]) -> Truth:
    """Return the answer; unknown where values are absent or the engine fails."""
    try:
        answer = _compiled(text, variables).eval(data=dict(values)).value()
    except RuntimeError:
        # Its budget is used up, or a text cannot be encoded.
        return Truth.UNKNOWN
    if not isinstance(answer, bool):
        return Truth.UNKNOWN
    return Truth.TRUE if answer else Truth.FALSE


@lru_cache(maxsize=REMEMBERED)
def _compiled(text: str, variables: Variables) -> cel.Expression:
    types = {name: cel.Type.INT if number else cel.Type.STRING for name, number in variables}
    return cel.NewEnv(variables=types).compile(text)
