"""Is what a body states of a matter the same as the standard?

Four-the-same-one-recognised (四同一互) is a comparison, not an opinion: name, acceptance conditions, materials, limits
and result are compared field by field, and each difference is a finding (差异) with both values, the article of the
standard's element and a weight. Order never matters, wording that differs in nothing but width, spaces or stops is a
note, a shorter limit is better, a longer one broken. What cannot be settled (conditions that only a person can read,
limits in different units) is `undetermined`, never the same.

Conditions answer each other as `condition_pairs` says. A standard without an agreed promise lets each body promise for
itself, as long as it promises no more than the statutory days.

Source: 优化营商环境条例, arts. 35, 37 (同标准办理, 互信互认); practice of 京津冀“同事同标”; GB/T 39046-2020, table 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from tongban.domain.catalogue import (
    Condition,
    DataElement,
    Implementation,
    Requirement,
    Source,
    SourceKind,
    Standard,
    Terms,
)
from tongban.domain.clock import Limit
from tongban.domain.condition_pairs import Pair, Pairing, Settled, pair
from tongban.domain.versions import Change, Difference, Segment, changes, word_differences
from tongban.domain.wording import fold, in_words, when_in_words

__all__ = [
    "Articles",
    "Aspect",
    "Change",
    "Difference",
    "Finding",
    "Mark",
    "Segment",
    "Weight",
    "articles_of",
    "broken",
    "changes",
    "compare",
    "conforms",
    "effective",
    "marks",
    "word_differences",
]

Elements = Mapping[str, DataElement]
Names = Mapping[str, str]
"""Code of a material, certificate type, question, choice or region to its name, for the words of a finding."""

NO_NAMES: Names = MappingProxyType({})
COMPOSED = Source(SourceKind.COMPOSED)


class Aspect(StrEnum):
    """The five marks of four-the-same-one-recognised."""

    label: str

    def __new__(cls, value: str, label: str) -> Aspect:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    NAME = "name", "同名"
    ACCEPTANCE = "acceptance", "同准"
    MATERIALS = "materials", "同材"
    TIME = "time", "同时"
    RESULT = "result", "互认"


class Weight(StrEnum):
    """What a finding means; only `broken` says that the body departs for certain."""

    BROKEN = "broken"  # 不符
    UNDETERMINED = "undetermined"  # 待人工判断
    BETTER = "better"  # 优于标准
    NOTE = "note"  # 提示


class Mark(StrEnum):
    HOLDS = "holds"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. `path` names the element, e.g. `materials/M_LICENSE/copies`; rows of a list count from 0.

    `expected` is what the standard says and `found` what the body states, both in words. `article` is that of the
    standard's element; where the standard has none, that of the body's.
    """

    aspect: Aspect
    path: str
    weight: Weight
    expected: str
    found: str
    article: Source
    sentence: str


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles of what `Terms` names without one."""

    name: Source = COMPOSED
    statutory: Source = COMPOSED
    promised: Source = COMPOSED
    result: Source = COMPOSED


NO_ARTICLES = Articles()

_QUOTED_OR_CODE = re.compile(r'"[^"]*"|[A-Za-z_][A-Za-z0-9_]*')

_NEXT = {
    Weight.BROKEN: "请按标准更正，或提出修订标准。",
    Weight.UNDETERMINED: "机器不能判定是否相同，请人工比对后更正或说明。",
    Weight.BETTER: "优于标准，无须更正。",
    Weight.NOTE: "不影响符合性，请核对。",
}


def articles_of(standard: Standard) -> Articles:
    basis = standard.legal_basis[0] if standard.legal_basis else COMPOSED
    return Articles(name=basis, statutory=standard.statutory_source, promised=standard.promised_source, result=basis)


def effective(implementation: Implementation, standard: Standard) -> Terms:
    """Return what the body states; where it states nothing, the words of the standard with the body's own promise.

    Cases run by `Implementation.promised`: a body that states a shorter promise is taken at the one it keeps.
    """
    stated, kept = implementation.stated, implementation.promised
    if stated is None:
        return replace(standard.terms, promised=kept)
    said = stated.promised or stated.statutory
    shorter_or_same = (kept.unit, kept.start) == (said.unit, said.start) and kept.days <= said.days
    return stated if shorter_or_same else replace(stated, promised=kept)


def compare(
    standard: Terms,
    stated: Terms,
    *,
    elements: Elements,
    articles: Articles = NO_ARTICLES,
    names: Names = NO_NAMES,
) -> tuple[Finding, ...]:
    """Return every difference, in the order of the five marks and of the standard; empty: the same in all."""
    if standard == stated:
        return ()
    return (
        *_name(standard, stated, articles),
        *_conditions(standard.conditions, stated.conditions, elements),
        *_materials(standard.requirements, stated.requirements, names),
        *_limits(standard, stated, articles),
        *_result(standard, stated, articles, names),
    )


def marks(findings: Sequence[Finding]) -> dict[Aspect, Mark]:
    """Return the five marks: a broken finding makes one differ, an undetermined one leaves it unknown."""
    weights = {aspect: {f.weight for f in findings if f.aspect is aspect} for aspect in Aspect}
    return {
        aspect: Mark.DIFFERS if Weight.BROKEN in found else Mark.UNKNOWN if Weight.UNDETERMINED in found else Mark.HOLDS
        for aspect, found in weights.items()
    }


def conforms(findings: Sequence[Finding]) -> bool:
    """Whether all five marks hold: what is undetermined is not yet the same."""
    return all(mark is Mark.HOLDS for mark in marks(findings).values())


def broken(findings: Sequence[Finding]) -> bool:
    """Whether anything departs for certain."""
    return any(finding.weight is Weight.BROKEN for finding in findings)


def _finding(
    aspect: Aspect, path: str, weight: Weight, *, what: str, expected: str, found: str, article: Source
) -> Finding:
    sentence = f"{what}与标准不同：标准为“{expected}”，此处为“{found}”。{_NEXT[weight]}"
    return Finding(aspect, path, weight, expected, found, article, sentence)


def _name(standard: Terms, stated: Terms, articles: Articles) -> Iterator[Finding]:
    if standard.name != stated.name:
        yield _finding(
            Aspect.NAME,
            "name",
            Weight.NOTE if fold(standard.name) == fold(stated.name) else Weight.BROKEN,
            what="事项名称",
            expected=standard.name,
            found=stated.name,
            article=articles.name,
        )


# --- Conditions -------------------------------------------------------------------------------------------------------


def _conditions(
    standard: tuple[Condition, ...], stated: tuple[Condition, ...], elements: Elements
) -> Iterator[Finding]:
    pairing = pair(standard, stated, elements)
    for couple in pairing.pairs:
        yield from _condition(couple, elements)
    if pairing.cut_otherwise:
        yield _finding(
            Aspect.ACCEPTANCE,
            "conditions",
            Weight.NOTE,
            what="受理条件的分项",
            expected="；".join(standard[place].text for place in pairing.missing),
            found="；".join(condition.text for condition in pairing.extra),
            article=standard[pairing.missing[0]].source,
        )
    else:
        yield from _unanswered(standard, pairing)


def _condition(couple: Pair, elements: Elements) -> Iterator[Finding]:
    ours, theirs, path = couple.standard, couple.stated, f"conditions/{couple.place}"
    what = f"受理条件第 {couple.place + 1} 项"
    fields = [("text_en", "的英文", ours.text_en, theirs.text_en), ("article", "的依据", ours.source, theirs.source)]
    if couple.settled is Settled.SAME:
        fields[:0] = [
            ("text", "的文字", ours.text, theirs.text),
            ("expression", "的表达式", _readable(ours, elements), _readable(theirs, elements)),
        ]
    else:
        expected, found = _unlike(couple, elements)
        yield _finding(
            Aspect.ACCEPTANCE,
            f"{path}/text" if couple.by_text else f"{path}/expression",
            Weight.BROKEN if couple.settled is Settled.DIFFERENT else Weight.UNDETERMINED,
            what=what,
            expected=in_words(expected),
            found=in_words(found),
            article=ours.source,
        )
    yield from _notes(Aspect.ACCEPTANCE, path, what, ours.source, tuple(fields))


def _unlike(couple: Pair, elements: Elements) -> tuple[str, str]:
    """The words say it to people; where they are the same, only the expressions show the difference."""
    ours, theirs = couple.standard, couple.stated
    if couple.by_text:
        return ours.text, theirs.text
    if ours.text == theirs.text:
        return _readable(ours, elements), _readable(theirs, elements)
    return f"{ours.text}（{_readable(ours, elements)}）", f"{theirs.text}（{_readable(theirs, elements)}）"


def _readable(condition: Condition, elements: Elements) -> str:
    """The expression with the names of its data elements in place of their codes."""

    def named(match: re.Match[str]) -> str:
        code = match.group()
        return elements[code].name if code in elements else code

    return _QUOTED_OR_CODE.sub(named, condition.expression)


def _notes(
    aspect: Aspect, path: str, what: str, article: Source, fields: tuple[tuple[str, str, object, object], ...]
) -> Iterator[Finding]:
    for field, of, ours, theirs in fields:
        if ours != theirs:
            yield _finding(
                aspect,
                f"{path}/{field}",
                Weight.NOTE,
                what=what + of,
                expected=in_words(ours),
                found=in_words(theirs),
                article=article,
            )


def _unanswered(standard: tuple[Condition, ...], pairing: Pairing) -> Iterator[Finding]:
    """A condition without partner may have moved into one whose words nobody but a person can compare."""
    weight = Weight.UNDETERMINED if any(couple.by_text for couple in pairing.pairs) else Weight.BROKEN
    for place in pairing.missing:
        yield _finding(
            Aspect.ACCEPTANCE,
            f"conditions/{place}",
            weight,
            what=f"受理条件第 {place + 1} 项",
            expected=standard[place].text,
            found=in_words(None),
            article=standard[place].source,
        )
    for number, condition in enumerate(pairing.extra):
        yield _finding(
            Aspect.ACCEPTANCE,
            f"conditions/extra/{number}",
            weight,
            what="多出的受理条件",
            expected=in_words(None),
            found=condition.text,
            article=condition.source,
        )


# --- Materials --------------------------------------------------------------------------------------------------------


def _materials(standard: tuple[Requirement, ...], stated: tuple[Requirement, ...], names: Names) -> Iterator[Finding]:
    ours, theirs = _by_material(standard), _by_material(stated)
    for material in (*ours, *sorted(set(theirs) - set(ours))):
        yield from _material(material, ours.get(material, []), theirs.get(material, []), names)


def _by_material(requirements: tuple[Requirement, ...]) -> dict[str, list[Requirement]]:
    groups: dict[str, list[Requirement]] = {}
    for requirement in requirements:
        groups.setdefault(requirement.material, []).append(requirement)
    return groups


def _material(material: str, ours: list[Requirement], theirs: list[Requirement], names: Names) -> Iterator[Finding]:
    """A material may stand in a standard several times, for different answers."""
    what = f"材料“{names.get(material, material)}”"
    left, right = _unequal(ours, theirs)
    for place, requirement in left:
        path = f"materials/{material}" if len(ours) == 1 else f"materials/{material}/{place}"
        partner = _partner(requirement, right)
        if partner is None:
            yield _finding(
                Aspect.MATERIALS,
                path,
                Weight.BROKEN,
                what=what,
                expected=_requirement(requirement, names),
                found="不要求",
                article=requirement.source,
            )
            continue
        right.remove(partner)
        yield from _requirement_fields(path, what, requirement, partner, names)
    for requirement in right:
        yield _finding(
            Aspect.MATERIALS,
            f"materials/{material}",
            Weight.BROKEN,
            what=what,
            expected="不要求",
            found=_requirement(requirement, names),
            article=requirement.source,
        )


def _unequal(
    ours: list[Requirement], theirs: list[Requirement]
) -> tuple[list[tuple[int, Requirement]], list[Requirement]]:
    """Set aside what both say in the same way; what is left of the body's list comes in an order of its own."""
    right = sorted(theirs, key=repr)
    left = []
    for place, requirement in enumerate(ours):
        equal = next((each for each in right if _alike(each, requirement)), None)
        if equal is None:
            left.append((place, requirement))
        else:
            right.remove(equal)
    return left, right


def _alike(one: Requirement, other: Requirement) -> bool:
    return replace(one, when=()) == replace(other, when=()) and _answers(one) == _answers(other)


def _partner(requirement: Requirement, right: list[Requirement]) -> Requirement | None:
    """Prefer the one that is asked under the same answers."""
    return next((each for each in right if _answers(each) == _answers(requirement)), right[0] if right else None)


def _answers(requirement: Requirement) -> dict[str, frozenset[str]]:
    """Under which answers it is asked: a question named twice allows what both allow."""
    answers: dict[str, frozenset[str]] = {}
    for question, allowed in requirement.when:
        answers[question] = answers.get(question, allowed) & allowed
    return answers


def _requirement(requirement: Requirement, names: Names) -> str:
    parts = (
        f"{requirement.copies} 份",
        requirement.form.label,
        requirement.necessity.label,
        when_in_words(requirement.when, names),
    )
    return "，".join(part for part in parts if part)


def _requirement_fields(
    path: str, what: str, ours: Requirement, theirs: Requirement, names: Names
) -> Iterator[Finding]:
    for field, of, one, other in (
        ("copies", "的份数", f"{ours.copies} 份", f"{theirs.copies} 份"),
        ("form", "的形式", ours.form.label, theirs.form.label),
        ("necessity", "的必要性", ours.necessity.label, theirs.necessity.label),
        ("channel", "的来源渠道", ours.channel.label, theirs.channel.label),
        ("commitment", "可否以承诺代替", in_words(ours.commitment), in_words(theirs.commitment)),
    ):
        if one != other:
            yield _broken_material(f"{path}/{field}", what + of, one, other, ours.source)
    if _answers(ours) != _answers(theirs):
        expected, found = (in_words(when_in_words(each.when, names) or "总是") for each in (ours, theirs))
        yield _broken_material(f"{path}/when", f"{what}的适用情形", expected, found, ours.source)
    yield from _notes(Aspect.MATERIALS, path, what, ours.source, (("article", "的依据", ours.source, theirs.source),))


def _broken_material(path: str, what: str, expected: str, found: str, article: Source) -> Finding:
    return _finding(Aspect.MATERIALS, path, Weight.BROKEN, what=what, expected=expected, found=found, article=article)


# --- Limits -----------------------------------------------------------------------------------------------------------


def _limits(standard: Terms, stated: Terms, articles: Articles) -> Iterator[Finding]:
    yield from _limit("statutory", "法定时限", standard.statutory, stated.statutory, articles.statutory)
    if standard.promised is not None and stated.promised is not None:
        yield from _limit("promised", "承诺时限", standard.promised, stated.promised, articles.promised)
    elif standard.promised is not None:
        yield _time("promised", Weight.BROKEN, "承诺时限", standard.promised, None, articles.promised)
    elif stated.promised is not None and _longer_than_law(standard.statutory, stated.promised):
        yield _time("promised/days", Weight.BROKEN, "承诺时限", standard.statutory, stated.promised, articles.statutory)


def _limit(which: str, what: str, ours: Limit, theirs: Limit, article: Source) -> Iterator[Finding]:
    if ours.unit is not theirs.unit:
        yield _time(f"{which}/unit", Weight.UNDETERMINED, f"{what}的单位", ours, theirs, article)
    if ours.start is not theirs.start:
        yield _time(f"{which}/start", Weight.UNDETERMINED, f"{what}的起算", ours, theirs, article)
    if ours.days != theirs.days and (ours.unit, ours.start) == (theirs.unit, theirs.start):
        weight = Weight.BROKEN if theirs.days > ours.days else Weight.BETTER
        yield _time(f"{which}/days", weight, what, ours, theirs, article)


def _longer_than_law(statutory: Limit, promised: Limit) -> bool:
    comparable = (statutory.unit, statutory.start) == (promised.unit, promised.start)
    return comparable and promised.days > statutory.days


def _time(path: str, weight: Weight, what: str, ours: Limit, theirs: Limit | None, article: Source) -> Finding:
    return _finding(
        Aspect.TIME,
        f"limits/{path}",
        weight,
        what=what,
        expected=in_words(ours),
        found=in_words(theirs),
        article=article,
    )


# --- Result -----------------------------------------------------------------------------------------------------------


def _result(standard: Terms, stated: Terms, articles: Articles, names: Names) -> Iterator[Finding]:
    if standard.yields != stated.yields:
        yield _finding(
            Aspect.RESULT,
            "result/certificate_type",
            Weight.BROKEN,
            what="结果证照类型",
            expected=in_words(names.get(standard.yields, standard.yields)),
            found=in_words(names.get(stated.yields, stated.yields)),
            article=articles.result,
        )
    if standard.document != stated.document:
        yield _finding(
            Aspect.RESULT,
            "result/document",
            Weight.NOTE if fold(standard.document) == fold(stated.document) else Weight.BROKEN,
            what="结果文书",
            expected=in_words(standard.document),
            found=in_words(stated.document),
            article=articles.result,
        )
    yield from _recognition(standard, stated, articles, names)


def _recognition(standard: Terms, stated: Terms, articles: Articles, names: Names) -> Iterator[Finding]:
    """A province left out breaks the agreement; one that nobody agreed on binds nobody there, and is noted."""
    ours, theirs = set(standard.recognised_in), set(stated.recognised_in)
    for province in sorted(ours ^ theirs):
        agreed = province in ours
        yield _finding(
            Aspect.RESULT,
            f"recognition/{province}",
            Weight.BROKEN if agreed else Weight.NOTE,
            what=f"结果在{names.get(province, province)}的互认",
            expected="互认" if agreed else "未约定互认",
            found="不互认" if agreed else "互认",
            article=articles.result,
        )
