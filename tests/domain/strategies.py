"""Small catalogues for the kernel's tests: one builder, and what Hypothesis draws from it."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from tongban.domain.catalogue import (
    Bundle,
    Catalogue,
    CertificateType,
    DataElement,
    ElementKind,
    Implementation,
    Item,
    Material,
    MatterType,
    Question,
    Regime,
    Requirement,
    Standard,
    SubjectRole,
    When,
)
from tongban.domain.clock import Limit, Unit


@dataclass(frozen=True, slots=True)
class Spec:
    """One matter in short: `needs` names matters, not certificates; every matter yields the certificate `C-<code>`."""

    code: str
    days: int = 5
    needs: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    category: str = "一"
    when: When = ()
    statutory: int = 20
    unit: Unit = Unit.WORKING
    statutory_unit: Unit = Unit.WORKING
    opinion_desks: tuple[str, ...] = ()
    joint: tuple[SubjectRole, ...] = ()
    elements: tuple[str, ...] = ()
    determines: tuple[str, ...] = ()


def build(
    specs: Iterable[Spec], *, retrievable: Iterable[str] = (), questions: tuple[Question, ...] = ()
) -> tuple[Catalogue, Bundle]:
    specs, shared = tuple(specs), frozenset(retrievable)
    materials = {code for spec in specs for code in spec.materials}
    elements = {code for spec in specs for code in (*spec.elements, *spec.determines)}
    catalogue = Catalogue(
        standards={spec.code: _standard(spec) for spec in specs},
        implementations={spec.code: _implementation(spec) for spec in specs},
        materials={code: Material(code, f"材料{code}", retrievable=code in shared) for code in materials},
        certificate_types={f"C-{spec.code}": _certificate_type(spec) for spec in specs},
        elements={code: DataElement(code, code, code, ElementKind.TEXT) for code in elements},
    )
    items = tuple(Item(spec.code, spec.category, spec.when) for spec in specs)
    return catalogue, Bundle("B", "试验集成办理", items, questions)


def _certificate_type(spec: Spec) -> CertificateType:
    return CertificateType(f"C-{spec.code}", f"证照{spec.code}", fields=spec.elements)


def _standard(spec: Spec) -> Standard:
    return Standard(
        matter=spec.code,
        name=f"事项{spec.code}",
        matter_type=MatterType.LICENCE,
        regime=Regime.LICENCE,
        statutory=Limit(spec.statutory, spec.statutory_unit),
        requirements=tuple(Requirement(code) for code in spec.materials),
        needs=tuple(f"C-{code}" for code in spec.needs),
        yields=f"C-{spec.code}",
        elements=spec.elements,
        determines=spec.determines,
        joint_applicants=spec.joint,
    )


def _implementation(spec: Spec) -> Implementation:
    return Implementation(
        matter=spec.code,
        region="130209",
        body="11130209MB0000001A",
        promised=Limit(spec.days, spec.unit),
        deciding_desk="决定岗",
        opinion_desks=spec.opinion_desks,
    )


@st.composite
def acyclic(draw: st.DrawFn, *, least: int = 1, most: int = 7, longest: int = 12) -> tuple[Spec, ...]:
    """Matters in shuffled order, each with random days, materials, category and needs that make no circle."""
    count = draw(st.integers(least, most))
    codes = [f"m{number}" for number in range(count)]
    return tuple(
        draw(
            st.permutations(
                [
                    Spec(
                        code=code,
                        days=draw(st.integers(0, longest)),
                        needs=tuple(draw(st.lists(st.sampled_from(codes[:place]), unique=True)) if place else ()),
                        materials=tuple(draw(st.lists(st.sampled_from("abcdef"), unique=True))),
                        category=draw(st.sampled_from("甲乙丙")),
                    )
                    for place, code in enumerate(codes)
                ]
            )
        )
    )


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that an event may hold: what the codec must carry without loss."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return st.one_of(*(values(argument) for argument in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(values(arguments[0]), max_size=2)
    if origin is tuple:
        return st.tuples(*(values(argument) for argument in arguments))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: values(hints[field.name]) for field in dataclasses.fields(kind)})
    return PLAIN[kind]


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    type(None): st.none(),
    str: st.text(max_size=8),
    int: st.integers(0, 3650),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
