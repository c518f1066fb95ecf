"""Can the conditions that are published be judged? Every expression is compiled and type-checked before it is kept.

Pages and data files say so earlier, with the field; whatever comes another way is stopped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tongban.catalogue import models
from tongban.domain import conditions
from tongban.domain.catalogue import Condition, DataElement, Implementation, Standard
from tongban.domain.codec import from_plain
from tongban.domain.conditions import BadExpression

MOST_TOGETHER = 20_000
"""Characters of all expressions of one matter: everybody may have them judged, as often as he likes."""


def demand_judgeable(
    standards: Iterable[Standard], implementations: Iterable[Implementation], elements: Iterable[DataElement]
) -> None:
    """Refuse an expression that does not fit its data elements, known or given with it. Raises BadExpression."""
    where = dict(_expressions(standards, implementations))
    codes = {code for expression in where for code in conditions.names_in(expression)}
    rows = models.Element.objects.filter(code__in=codes) if codes else ()
    known = {row.code: from_plain(row.body, DataElement) for row in rows} | {each.code: each for each in elements}
    for expression, field in where.items():
        try:
            conditions.compile(expression, known)
        except BadExpression as bad:
            bad.field = field
            raise


def _expressions(standards: Iterable[Standard], implementations: Iterable[Implementation]) -> Iterator[tuple[str, str]]:
    """Yield each expression with where it stands; the same words are judged once."""
    for standard in standards:
        yield from _of(standard.conditions, standard.matter)
    for implementation in implementations:
        if implementation.stated is not None:
            yield from _of(implementation.stated.conditions, f"{implementation.matter}/{implementation.body}")


def _of(asked: tuple[Condition, ...], whose: str) -> Iterator[tuple[str, str]]:
    together = sum(len(condition.expression) for condition in asked)
    if together > MOST_TOGETHER:
        bad = BadExpression(f"全部条件的表达式合计 {together} 个字符，最多 {MOST_TOGETHER} 个，请简化")
        bad.field = f"{whose}/conditions"
        raise bad
    for place, condition in enumerate(asked):
        if condition.expression:
            yield condition.expression, f"{whose}/conditions/{place}"
