"""Any holdings that a file can carry: names that try to be something else, codes that are codes."""

from __future__ import annotations

import dataclasses
import types
from dataclasses import replace
from datetime import date
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from tongban.catalogue.actions import Holdings
from tongban.domain.catalogue import (
    CertificateType,
    Choice,
    DataElement,
    Implementation,
    Material,
    MatterType,
    Question,
    Regime,
    Source,
    SourceKind,
    Standard,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.codes import ResultKind
from tongban.domain.offers import Extension, Offer, Reform

PIECES = [
    "公司设立登记",
    "=1+1",
    "+86",
    "-3",
    "@SUM(A1)",
    '"引号"',
    "'",
    "\\",
    "\n",
    "\t",
    "_x0041_",
    "<b>&amp;",
    "\u202eRTL\u202c",
    "שלום",
    "😀",
    "、；;,|=",
    "1e5",
    "00012",
    "示例",
    "引用：",
    "@prefix ex: <urn:x> .",
    '"""',
    "\u2028",
    "\x85",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=4).map("".join).map(str.strip)
LINE = TEXT.map(lambda text: text.replace("\n", " ").strip())
CODE = st.text("ABCxyz019_-", min_size=1, max_size=6)
CODES = st.lists(CODE, max_size=3, unique=True).map(tuple)
REGION = st.sampled_from(["110000", "120000", "130000", "130209"])
USCC = st.sampled_from(["11130200MA0TB0011Q", "11110000MA0TB1014N", "11110000MA0TB1022H"])
DAY = st.dates(min_value=date(1850, 1, 1))

BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("matter", "code", "material", "hall", "default", "topic"), CODE),
    **dict.fromkeys(("item_of", "sector", "yields"), st.one_of(st.just(""), CODE)),
    **dict.fromkeys(("needs", "elements", "determines", "themes", "partners", "opinion_desks", "fields"), CODES),
    **dict.fromkeys(("region", "province", "hall_region"), REGION),
    **dict.fromkeys(("recognised_in", "to"), st.lists(REGION, min_size=1, unique=True).map(tuple)),
    **dict.fromkeys(("name", "hall_name", "agreement", "deciding_desk"), LINE.filter(bool)),
    **dict.fromkeys(("text", "document"), TEXT.filter(bool)),
    "body": USCC,
    "owner": st.one_of(st.just(""), REGION),
    "basic_code": st.sampled_from(["", "000117002011"]),
    "level": st.integers(1, 7),
    "levels": st.lists(st.integers(1, 7), min_size=1, unique=True).map(tuple),
    "reference": LINE,
    "choices": st.lists(st.tuples(CODE, LINE.filter(bool)), max_size=2).map(tuple),
    "choices_en": st.lists(st.tuples(CODE, LINE.filter(bool)), max_size=2).map(tuple),
    "when": st.lists(st.tuples(CODE, st.frozensets(CODE, min_size=1, max_size=2)), max_size=2).map(tuple),
    "fee_cents": st.integers(0, 10**9),
}
"""What stands in a field is known by its name, in whatever value it is."""

OTHERWISE = {(CertificateType, "to"), (Question, "choices")}
"""Fields that have the name of another, but not its values."""

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    str: TEXT,
    int: st.integers(0, 3650),
    bool: st.booleans(),
    date: DAY,
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of(*(values(each) for each in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=2).map(lambda given: tuple(dict.fromkeys(given)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{each.name: _field(kind, each.name, hints) for each in dataclasses.fields(kind)})
    return PLAIN[kind]


def _field(kind: type, name: str, hints: dict[str, Any]) -> st.SearchStrategy[Any]:
    if name in BY_NAME and (kind, name) not in OTHERWISE:
        return BY_NAME[name]
    return values(hints[name])


@st.composite
def holdings(draw: st.DrawFn) -> Holdings:
    """Holdings in which nothing stands twice, and every question has choices."""
    standards = draw(_each(Standard, lambda one: one.matter))
    return Holdings(
        standards=tuple(replace(one, questions=_asked(one.questions)) for one in standards),
        implementations=tuple(
            replace(one, opinion_steps=draw(_steps(len(one.opinion_desks))))
            for one in draw(_each(Implementation, lambda one: (one.matter, one.body)))
        ),
        materials=draw(_each(Material, lambda one: one.code)),
        certificate_types=draw(_each(CertificateType, lambda one: one.code)),
        elements=draw(_each(DataElement, lambda one: one.code)),
        offers=draw(_each(Offer, lambda one: (one.matter, one.province))),
        extensions=draw(_each(Extension, lambda one: (one.hall, one.region))),
        reforms=draw(_each(Reform, lambda one: (one.matter, one.region))),
    )


def _steps(desks: int) -> st.SearchStrategy[tuple[int, ...]]:
    """One round for each desk, or nothing said; several desks may share a round."""
    return st.just(()) | st.lists(st.integers(1, 3), min_size=desks, max_size=desks).map(tuple)


def _each(kind: Any, key: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values(kind), max_size=2, unique_by=key).map(tuple)


def _asked(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    once = {question.code: question for question in questions}.values()
    return tuple(replace(each, choices=each.choices or (Choice("only", "唯一"),)) for each in once)


# --- A small catalogue whose parts fit together -----------------------------------------------------------------------

CITED = Source(SourceKind.CITED, "《某法》第一条")
BODIES = {"110000": "11110000MA0TB1022H", "130000": "11130200MA0TB0011Q"}


def standard(matter: str = "X-1", **about: Any) -> Standard:
    given: dict[str, Any] = {"matter": matter, "name": f"事项 {matter}", "owner": "130000", "document": "决定书"}
    given |= {"matter_type": MatterType.LICENCE, "regime": Regime.LICENCE, "result": ResultKind.OTHER}
    given |= {"statutory": Limit(20, Unit.WORKING), "statutory_source": CITED}
    return Standard(**(given | about))


def implementation(matter: str = "X-1", region: str = "130000", **about: Any) -> Implementation:
    given: dict[str, Any] = {"matter": matter, "region": region, "body": BODIES[region], "deciding_desk": "审批岗"}
    return Implementation(**(given | {"promised": Limit(5, Unit.WORKING)} | about))
