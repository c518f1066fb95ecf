"""Which expressions may an acceptance condition use, and how is one read?

A small part of the Common Expression Language: data elements by their codes, numbers, texts, days written
`date("2026-01-01")`, `&& || !`, comparisons, `in [..]`, `+ - *`, `size(x)`, and `startsWith`, `contains`, `matches`
with a fixed text. No loops, no macros, no other functions, no choice by `?:`: what is left always ends, and quickly.
Everything else is refused with its column, before the engine sees it.

    >>> parse("crew >= 3 && kind in ['a', 'b']").parts[0].operator
    '>='

Source: Common Expression Language, language definition (syntax, precedence); the subset is our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tongban.domain.refused import Refused

LONGEST = 2_000
MOST_PIECES = 400
DEEPEST = 8
"""Brackets and signs within each other; the engine gives up at 32 levels of its own."""
MOST_TERMS = 20
"""Terms of one sum, factors of one product."""
LONGEST_TEXT = 200
MOST_DIGITS = 12
MOST_PLACES = 4
"""Digits before and after the point of a number, as many as a form takes and as are compared exactly."""

EQUALITIES = ("==", "!=")
ORDERS = ("<", "<=", ">", ">=")
TESTS = ("startsWith", "contains", "matches")


class BadExpression(Refused):
    """An expression that says nothing the engine may judge; `column` counts from 1, 0 where it is about the whole."""

    code = "bad_expression"

    def __init__(self, what: str, *, column: int = 0) -> None:
        where = f"第 {column} 列：" if column else ""
        super().__init__(f"条件表达式未保存：{where}{what}。", field="expression")
        self.column = column


# --- The tree ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    value: bool | Fraction | str | date
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A data element by its code."""

    code: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Size:
    """How many characters a text has."""

    of: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Minus:
    of: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Sum:
    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Membership:
    left: Node
    values: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """One of TESTS; `matches` looks anywhere in the text, unless ^ and $ say otherwise."""

    test: str
    of: Node
    argument: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    of: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Node, ...]
    at: int = field(default=0, compare=False)


Node = Literal | Name | Size | Minus | Sum | Product | Comparison | Membership | Match | Not | And | Or


def names(tree: Node) -> tuple[str, ...]:
    """Return the codes of the data elements an expression speaks of, each once, in the order of the text."""
    return tuple(dict.fromkeys(_names(tree)))


def _names(tree: Node) -> Iterator[str]:
    match tree:
        case Name(code):
            yield code
        case Literal():
            return
        case Size(of) | Minus(of) | Not(of):
            yield from _names(of)
        case Comparison(_, left, right):
            yield from _names(left)
            yield from _names(right)
        case Membership(left, values):
            for each in (left, *values):
                yield from _names(each)
        case Match(_, of, argument):
            yield from _names(of)
            yield from _names(argument)
        case Sum(parts) | Product(parts) | And(parts) | Or(parts):
            for part in parts:
                yield from _names(part)


# --- Pieces -----------------------------------------------------------------------------------------------------------

_PIECE = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<text>[rR]?"(?:[^"\\]|\\.)*"|[rR]?'(?:[^'\\]|\\.)*')
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<mark>&&|\|\||==|!=|<=|>=|[!<>+\-*()\[\],.])""",
    re.VERBOSE,
)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_FULL_WIDTH = "（）［］，。．！＜＞＝＋－＊＆｜“”‘’"
_WORDS = frozenset({"true", "false", "in", "size", "date"})
END = "end"


class Piece(NamedTuple):
    kind: str
    text: str
    at: int


def _pieces(expression: str) -> list[Piece]:
    if len(expression) > LONGEST:
        raise BadExpression(f"表达式过长：有 {len(expression)} 个字符，最多 {LONGEST} 个，请拆成几个条件")
    pieces, place = [], 0
    while place < len(expression):
        found = _PIECE.match(expression, place)
        if found is None:
            raise _unreadable(expression, place)
        kind = str(found.lastgroup)
        if kind != "space":
            pieces.append(Piece(kind, found.group(), place + 1))
        place = found.end()
    if len(pieces) > MOST_PIECES:
        raise BadExpression(f"表达式过长：有 {len(pieces)} 个词，最多 {MOST_PIECES} 个，请拆成几个条件")
    return [*pieces, Piece(END, "", len(expression) + 1)]


def _unreadable(expression: str, place: int) -> BadExpression:
    sign, column = expression[place], place + 1
    if _INVISIBLE.match(sign):
        return BadExpression(f"有不可见的字符 U+{ord(sign):04X}，请删去", column=column)
    if sign in _FULL_WIDTH:
        return BadExpression(f"用了全角符号“{sign}”，请改用半角符号", column=column)
    if sign in "\"'":
        return BadExpression("文字没有收尾的引号，请补上", column=column)
    if sign.isdigit():
        return BadExpression("数字写法不对，请写成 12 或 12.5", column=column)
    return BadExpression(f"不能使用“{sign}”，请只用数据元、常量、比较、in、&&、||、! 和加减乘", column=column)


# --- Reading ----------------------------------------------------------------------------------------------------------


def parse(expression: str) -> Node:
    """Return the tree of an expression. Raises BadExpression."""
    reader = _Reader(_pieces(expression))
    if reader.now.kind == END:
        raise BadExpression("表达式是空的，请写出判断，或者不填表达式而由人工判断")
    tree = reader.either(0)
    if reader.now.kind != END:
        raise reader.unexpected()
    return tree


class _Reader:
    """Recursive descent, one method for each level of precedence; `depth` counts brackets and signs."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._place = 0

    @property
    def now(self) -> Piece:
        return self._pieces[self._place]

    def take(self) -> Piece:
        piece = self.now
        self._place += 1
        return piece

    def taken(self, *marks: str) -> Piece | None:
        """Take the next piece if it is one of these marks or words."""
        return self.take() if self.now.kind in ("mark", "name") and self.now.text in marks else None

    def demand(self, mark: str) -> None:
        if not self.taken(mark):
            raise BadExpression(f"这里应为“{mark}”，请补上", column=self.now.at)

    def unexpected(self) -> BadExpression:
        if self.now.kind == END:
            return BadExpression("表达式没有写完，请补全", column=self.now.at)
        return BadExpression(f"不应出现“{self.now.text[:20]}”，请核对写法", column=self.now.at)

    def either(self, depth: int) -> Node:
        first = self.both(depth)
        parts, at = [first], self.now.at
        while self.taken("||"):
            parts.append(self.both(depth))
        return Or(tuple(parts), at) if len(parts) > 1 else first

    def both(self, depth: int) -> Node:
        first = self.comparison(depth)
        parts, at = [first], self.now.at
        while self.taken("&&"):
            parts.append(self.comparison(depth))
        return And(tuple(parts), at) if len(parts) > 1 else first

    def comparison(self, depth: int) -> Node:
        left = self.sum(depth)
        sign = self.taken(*EQUALITIES, *ORDERS, "in")
        if sign is None:
            return left
        tree: Node = (
            Membership(left, self.values(depth), sign.at)
            if sign.text == "in"
            else Comparison(sign.text, left, self.sum(depth), sign.at)
        )
        again = self.taken(*EQUALITIES, *ORDERS, "in")
        if again:
            raise BadExpression("不能连续比较，请用 && 连接两个比较", column=again.at)
        return tree

    def values(self, depth: int) -> tuple[Node, ...]:
        self.demand("[")
        if self.now.text == "]":
            raise BadExpression("列表是空的，请写出至少一个值", column=self.now.at)
        values = [self.sum(depth)]
        while self.taken(","):
            values.append(self.sum(depth))
        self.demand("]")
        return tuple(values)

    def sum(self, depth: int) -> Node:
        first = self.product(depth)
        parts, at = [first], self.now.at
        while sign := self.taken("+", "-"):
            part = self.product(depth)
            parts.append(Minus(part, sign.at) if sign.text == "-" else part)
        return Sum(self.few(parts, at), at) if len(parts) > 1 else first

    def product(self, depth: int) -> Node:
        first = self.signed(depth)
        parts, at = [first], self.now.at
        while self.taken("*"):
            parts.append(self.signed(depth))
        return Product(self.few(parts, at), at) if len(parts) > 1 else first

    def few(self, parts: list[Node], at: int) -> tuple[Node, ...]:
        if len(parts) > MOST_TERMS:
            raise BadExpression(f"连加或连乘的数有 {len(parts)} 个，最多 {MOST_TERMS} 个，请拆成几个条件", column=at)
        return tuple(parts)

    def signed(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise BadExpression(f"括号和取反套得太深，最多 {DEEPEST} 层，请拆成几个条件", column=self.now.at)
        sign = self.taken("!", "-")
        if sign is None:
            return self.tested(depth)
        inner = self.signed(depth + 1)
        return Not(inner, sign.at) if sign.text == "!" else Minus(inner, sign.at)

    def tested(self, depth: int) -> Node:
        tree = self.single(depth)
        while dot := self.taken("."):
            called = self.take()
            if called.kind != "name" or self.now.text != "(":
                raise BadExpression("只能用 .startsWith、.contains、.matches 或 .size，请核对写法", column=dot.at)
            tree = self.called_on(tree, called, depth)
        return tree

    def called_on(self, tree: Node, called: Piece, depth: int) -> Node:
        self.demand("(")
        if called.text == "size":
            self.demand(")")
            return Size(tree, called.at)
        if called.text not in TESTS:
            raise BadExpression(f"不能使用“{called.text}”，请改用比较或 .contains 等允许的写法", column=called.at)
        argument = self.sum(depth + 1)
        self.demand(")")
        return Match(called.text, tree, argument, called.at)

    def single(self, depth: int) -> Node:
        piece = self.take()
        match piece.kind:
            case "number":
                return Literal(_number(piece), piece.at)
            case "text":
                return Literal(_text(piece), piece.at)
            case "name":
                return self.named(piece, depth)
            case "mark" if piece.text == "(":
                tree = self.either(depth + 1)
                self.demand(")")
                return tree
        self._place -= 1
        raise self.unexpected()

    def named(self, piece: Piece, depth: int) -> Node:
        if piece.text in ("true", "false"):
            return Literal(piece.text == "true", piece.at)
        if self.now.text != "(" or self.now.kind != "mark":
            if piece.text in _WORDS:
                raise BadExpression(f"“{piece.text}”用错了地方，请核对写法", column=piece.at)
            return Name(piece.text, piece.at)
        if piece.text not in ("size", "date"):
            raise BadExpression(f"不能使用“{piece.text[:40]}”，请改用比较等允许的写法", column=piece.at)
        self.demand("(")
        inner = self.sum(depth + 1)
        self.demand(")")
        return Size(inner, piece.at) if piece.text == "size" else Literal(_day(inner, piece.at), piece.at)


def _number(piece: Piece) -> Fraction:
    whole, _, places = piece.text.partition(".")
    if len(whole.lstrip("0")) > MOST_DIGITS or len(places.rstrip("0")) > MOST_PLACES:
        raise BadExpression(
            f"数字过长：整数部分最多 {MOST_DIGITS} 位，小数部分最多 {MOST_PLACES} 位，请改短", column=piece.at
        )
    return Fraction(piece.text)


def _text(piece: Piece) -> str:
    raw = piece.text[0] in "rR"
    inner = piece.text[2:-1] if raw else piece.text[1:-1]
    found = _INVISIBLE.search(inner)
    if found:
        raise BadExpression(f"文字里有不可见的字符 U+{ord(found.group()):04X}，请删去", column=piece.at)
    if not raw:
        unknown = re.search(r"\\([^\\\"'])", inner.replace("\\\\", ""))
        if unknown:
            raise BadExpression(
                f"文字里“\\{unknown.group(1)}”没有意义，要写反斜杠请写两个，或在引号前加 r", column=piece.at
            )
        inner = re.sub(r"\\(.)", r"\1", inner)
    if len(inner) > LONGEST_TEXT:
        raise BadExpression(f"文字过长：有 {len(inner)} 个字，最多 {LONGEST_TEXT} 个，请改短", column=piece.at)
    return inner


def _day(argument: Node, at: int) -> date:
    written = argument.value if isinstance(argument, Literal) else None
    try:
        if isinstance(written, str) and len(written) == len("2026-01-01"):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise BadExpression('的日期写法不对，或者没有这一天，请写成 date("2026-01-01")', column=at)
