"""Does what was filled in meet the acceptance conditions, and what is still to be asked?

Each condition is judged true, false or unknown, with a reason and its article. One false condition refuses; acceptance
needs every condition true. Unknown never accepts and never refuses: a condition without expression, an absent value and
a calculation that fails are for a person to judge (需要人工判断).

Source: Administrative Licensing Law, arts. 30, 32 (conditions are public and explained), 38 (meets the conditions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.catalogue import Condition, DataElement, SourceKind
from tongban.domain.conditions import engine, fitting
from tongban.domain.conditions.engine import Truth, Variables
from tongban.domain.conditions.expressions import And, BadExpression, Literal, Match, Node, Not, Or, names, parse
from tongban.domain.conditions.fitting import Elements

Values = Mapping[str, str | None]
"""The form's values by data element. None or empty: it was asked and is not known."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that fits its data elements. `said`: how the engine reads it; `names`: in order of the text."""

    expression: str
    tree: Node
    names: tuple[str, ...]
    said: str
    variables: Variables


class Eligibility(StrEnum):
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition with its truth. `because`: data elements that settled it; `missing`: those that still could."""

    condition: Condition
    verdict: Truth
    missing: tuple[str, ...]
    because: tuple[str, ...]
    reason: str
    article: str
    """Law and article; empty where the condition is composed."""


def compile(expression: str, elements: Elements) -> Compiled:
    """Return the expression as it can be judged. Raises BadExpression with the column."""
    tree = parse(expression)
    said = fitting.say(tree, elements)
    for match in _matches(tree):
        if match.test == "matches" and isinstance(match.argument, Literal):
            engine.demand_pattern(str(match.argument.value), column=match.at)
    variables = _variables(tree, elements)
    engine.demand(said, variables)
    return Compiled(expression, tree, names(tree), said, variables)


def names_in(expression: str) -> tuple[str, ...]:
    """Return the data elements that an expression speaks of; none for an empty one or one that cannot be read."""
    try:
        return names(parse(expression)) if expression else ()
    except BadExpression:
        return ()


def evaluate(conditions: Sequence[Condition], values: Values, elements: Elements) -> tuple[Judged, ...]:
    """Judge each condition by what was filled in. Raises BadExpression for one that does not compile."""
    return tuple(_judged(condition, values, elements) for condition in conditions)


def verdict(judged: Iterable[Judged]) -> Eligibility:
    """Return whether the conditions are met: one false refuses, all true accept, anything else is unknown."""
    truths = {one.verdict for one in judged}
    if Truth.FALSE in truths:
        return Eligibility.NOT_ELIGIBLE
    return Eligibility.ELIGIBLE if truths == {Truth.TRUE} else Eligibility.UNKNOWN


def next_questions(conditions: Sequence[Condition], values: Values, elements: Elements) -> tuple[str, ...]:
    """Return the data elements to ask next; none when nothing that was not asked can change the verdict.

    Of alternatives only the first open one is asked for: the others are needed only if it fails.
    """
    judged = evaluate(conditions, values, elements)
    if verdict(judged) is not Eligibility.UNKNOWN:
        return ()
    case = _Case(values, elements)
    open_trees = [parse(one.condition.expression) for one in judged if one.missing]
    return tuple(dict.fromkeys(code for tree in open_trees for code in case.next(tree, positive=True)))


def truth(compiled: Compiled, values: Values, elements: Elements) -> Truth:
    """Return what the engine says of the whole expression."""
    return engine.ask(compiled.said, compiled.variables, _engine_values(compiled.names, values, elements))


def _judged(condition: Condition, values: Values, elements: Elements) -> Judged:
    article = condition.source.reference if condition.source.kind is SourceKind.CITED else ""
    if not condition.expression:
        return Judged(condition, Truth.UNKNOWN, (), (), "这一条需要人工判断。", article)
    compiled = compile(condition.expression, elements)
    case = _Case(values, elements)
    found = case.truth(compiled.tree)
    missing = tuple(dict.fromkeys(case.missing(compiled.tree)))
    because = tuple(dict.fromkeys(case.because(compiled.tree)))
    return Judged(condition, found, missing, because, _reason(found, missing, because, values, elements), article)


def _reason(
    found: Truth, missing: tuple[str, ...], because: tuple[str, ...], values: Values, elements: Elements
) -> str:
    told = [(elements[code].name, in_words(elements[code], values[code] or "")) for code in because]
    filled = "、".join(f"“{name}”填写为“{words}”" for name, words in told)
    match found:
        case Truth.TRUE:
            return f"{filled}，符合这一条。" if filled else "符合这一条。"
        case Truth.FALSE:
            return f"{filled}，不符合这一条。" if filled else "不符合这一条。"
        case Truth.UNKNOWN if missing:
            return f"还不知道{'、'.join(f'“{elements[code].name}”' for code in missing)}，无法判断。"
        case Truth.UNKNOWN:
            return "填写的数值超出了能精确计算的范围，需要人工判断。"


def in_words(element: DataElement, value: str) -> str:
    """Say a value as its form shows it: the words of a choice, a number with its unit."""
    words = dict(element.choices).get(value, value)
    return f"{words} {element.unit}" if words and element.unit else words


def _matches(tree: Node) -> Iterator[Match]:
    match tree:
        case Match():
            yield tree
        case Not(of):
            yield from _matches(of)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _matches(part)


def _variables(tree: Node, elements: Elements) -> Variables:
    return tuple((fitting.variable(code), fitting.is_number(elements[code])) for code in names(tree))


def _engine_values(codes: Iterable[str], values: Values, elements: Elements) -> dict[str, int | str]:
    known = {code: fitting.engine_value(elements[code], text) for code in codes if (text := values.get(code))}
    return {fitting.variable(code): value for code, value in known.items() if value is not None}


class _Case:
    """What is known of one form, asked about the parts of a tree."""

    def __init__(self, values: Values, elements: Elements) -> None:
        self._asked = frozenset(values)
        self._elements = elements
        self._known = _engine_values((code for code in values if code in elements), values, elements)

    def truth(self, tree: Node) -> Truth:
        variables = _variables(tree, self._elements)
        known = {word: self._known[word] for word, _ in variables if word in self._known}
        return engine.ask(fitting.say(tree, self._elements), variables, known)

    def knows(self, code: str) -> bool:
        return fitting.variable(code) in self._known

    def missing(self, tree: Node) -> Iterator[str]:
        """Yield the data elements without value that could still settle it."""
        if self.truth(tree) is Truth.UNKNOWN:
            parts = _parts(tree)
            for part in parts:
                yield from self.missing(part)
            if not parts:
                yield from (code for code in names(tree) if not self.knows(code))

    def because(self, tree: Node) -> Iterator[str]:
        """Yield the data elements whose values settled it: of a failed `&&` only what failed, and so on."""
        found = self.truth(tree)
        if found is not Truth.UNKNOWN:
            parts = _parts(tree)
            turned = isinstance(tree, Not)
            for part in parts:
                if turned or self.truth(part) is found:
                    yield from self.because(part)
            if not parts:
                yield from (code for code in names(tree) if self.knows(code))

    def next(self, tree: Node, *, positive: bool) -> Iterator[str]:
        """Yield what to ask next; `positive` False under a negation, where `&&` asks for alternatives."""
        if self.truth(tree) is not Truth.UNKNOWN:
            return
        parts = _parts(tree)
        if isinstance(tree, Not):
            yield from self.next(tree.of, positive=not positive)
        elif parts:
            wanted = (list(self.next(part, positive=positive)) for part in parts)
            alternatives = isinstance(tree, Or) is positive
            yield from next(filter(None, wanted), []) if alternatives else [c for each in wanted for c in each]
        else:
            yield from (code for code in names(tree) if code not in self._asked)


def _parts(tree: Node) -> tuple[Node, ...]:
    match tree:
        case Not(of):
            return (of,)
        case And(parts) | Or(parts):
            return parts
    return ()
