"""How do bodies stand beside the standard, field by field?

One row for each element: the standard first, then a column for each body. Where all say the same the text stands once
across all columns; where one differs, its words that the standard has not are marked, and in the standard's column the
words that are missing there. Under the row stand the findings about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from tongban.domain.catalogue import Condition, Requirement, Standard, Terms
from tongban.domain.condition_pairs import Pairing, pair
from tongban.domain.conformance import Finding, articles_of, compare, marks
from tongban.domain.versions import Difference, Segment, word_differences
from tongban.domain.wording import NONE, in_words, when_in_words
from tongban.harmony import words
from tongban.harmony.names import Names
from tongban.web.values import Mark, Piece, RegionRow


@dataclass(frozen=True, slots=True)
class Column:
    """What one body says of the matter: as it publishes it, or as its own system shows it."""

    body: str
    title: str
    terms: Terms
    observed: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding as the page tells it."""

    title: str
    weight: str
    tone: str
    sentence: str
    article: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One element in the standard and in all columns, with what was found."""

    row: RegionRow
    notes: tuple[Noted, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A column with its findings and the five marks."""

    column: Column
    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...]


class View(StrEnum):
    """Which of its two faces of a body stands in the columns."""

    PUBLISHED = "published"  # 公布的清单
    OBSERVED = "observed"  # 各系统实际显示


@dataclass(frozen=True, slots=True)
class Views:
    """Both views of the bodies beside a standard; what was not observed stands in both as it was published."""

    published: tuple[Judged, ...]
    observed: tuple[Judged, ...]

    def of(self, view: View) -> tuple[Judged, ...]:
        return self.observed if view is View.OBSERVED else self.published

    def among(self, bodies: Collection[str]) -> Views:
        """Return the views of some bodies only."""
        return Views(
            tuple(each for each in self.published if each.column.body in bodies),
            tuple(each for each in self.observed if each.column.body in bodies),
        )

    def count(self, view: View) -> int:
        """Return how many differences a view holds."""
        return sum(len(each.findings) for each in self.of(view))

    def opens_on(self, asked: str) -> View:
        """Return the view that was asked for; unasked, the one that holds differences, the published one first."""
        if asked in tuple(View):
            return View(asked)
        return View.OBSERVED if self.count(View.OBSERVED) and not self.count(View.PUBLISHED) else View.PUBLISHED


@dataclass(slots=True)
class _Texts:
    """The text of each element, under the path that findings about it begin with."""

    standard: dict[str, str] = field(default_factory=dict)
    columns: list[dict[str, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)


def judge(standard: Standard, column: Column, names: Names) -> Judged:
    found = compare(
        standard.terms, column.terms, elements=names.elements, articles=articles_of(standard), names=names.of
    )
    return Judged(column, found, shown_marks(found))


def shown_marks(findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """Return the five marks for the page."""
    return tuple(
        Mark(str(words.ASPECTS[aspect]), words.MARKS[mark][0], str(words.MARKS[mark][1]))
        for aspect, mark in marks(findings).items()
    )


def rows(standard: Standard, judged: Sequence[Judged], names: Names) -> list[Compared]:
    """Return a row for each element that the standard or one of the columns has."""
    texts = _Texts(columns=[{} for _ in judged])
    terms = [each.column.terms for each in judged]
    _plain(texts, standard, terms, names)
    _conditions(texts, standard, terms, names)
    _materials(texts, standard, terms, names)
    _limits_and_result(texts, standard, terms, names)
    return [
        Compared(_row(texts, path), tuple(_notes(path, judged)))
        for path in texts.labels
        if texts.standard.get(path) or any(column.get(path) for column in texts.columns)
    ]


def _row(texts: _Texts, path: str) -> RegionRow:
    ours = texts.standard.get(path, NONE)
    theirs = [column.get(path, NONE) for column in texts.columns]
    if all(text == ours for text in theirs):
        return RegionRow(texts.labels[path], ((Piece(ours, False),),), True)
    first = next(text for text in theirs if text != ours)
    cells = [_pieces(word_differences(ours, first), Difference.REMOVED)]
    cells += [_pieces(word_differences(ours, text), Difference.ADDED) for text in theirs]
    return RegionRow(texts.labels[path], tuple(cells), False)


def _pieces(segments: Sequence[Segment], marked: Difference) -> tuple[Piece, ...]:
    shown = (segment for segment in segments if segment.difference in (Difference.SAME, marked))
    return tuple(Piece(segment.text, segment.difference is marked) for segment in shown)


def _notes(path: str, judged: Sequence[Judged]) -> Iterator[Noted]:
    for each in judged:
        for finding in each.findings:
            if _about(finding, path):
                yield noted(finding, each.column.title)


def _about(finding: Finding, path: str) -> bool:
    """What is found about the conditions as a whole stands under the first of them."""
    found = "conditions/0" if finding.path == "conditions" else finding.path
    return found == path or found.startswith(f"{path}/")


def noted(finding: Finding, title: str) -> Noted:
    return Noted(
        title=title,
        weight=str(words.WEIGHTS[finding.weight]),
        tone=words.TONES[finding.weight],
        sentence=finding.sentence,
        article=in_words(finding.article),
    )


# --- The texts of the elements ----------------------------------------------------------------------------------------


def _plain(texts: _Texts, standard: Standard, terms: Sequence[Terms], names: Names) -> None:
    texts.labels["name"] = _("事项名称")
    texts.standard["name"] = standard.name
    for column, each in zip(texts.columns, terms, strict=True):
        column["name"] = each.name


def _conditions(texts: _Texts, standard: Standard, terms: Sequence[Terms], names: Names) -> None:
    for place, condition in enumerate(standard.conditions):
        path = f"conditions/{place}"
        texts.labels[path] = _("受理条件 %(number)d") % {"number": place + 1}
        texts.standard[path] = condition.text
    pairings = [pair(standard.conditions, each.conditions, names.elements) for each in terms]
    for column, pairing in zip(texts.columns, pairings, strict=True):
        _answered(column, pairing)
    for place in range(max((len(_extra(pairing)) for pairing in pairings), default=0)):
        path = f"conditions/extra/{place}"
        texts.labels[path] = _("多出的受理条件 %(number)d") % {"number": place + 1}
        for column, pairing in zip(texts.columns, pairings, strict=True):
            if place < len(_extra(pairing)):
                column[path] = pairing.extra[place].text


def _answered(column: dict[str, str], pairing: Pairing) -> None:
    for couple in pairing.pairs:
        column[f"conditions/{couple.place}"] = _stated(couple.standard, couple.stated)
    if pairing.cut_otherwise:
        for place in pairing.missing:
            column[f"conditions/{place}"] = "；".join(condition.text for condition in pairing.extra)


def _extra(pairing: Pairing) -> tuple[Condition, ...]:
    return () if pairing.cut_otherwise else pairing.extra


def _stated(ours: Condition, theirs: Condition) -> str:
    """The expression is told where only it differs."""
    return theirs.text if theirs.expression == ours.expression else f"{theirs.text}（{theirs.expression or NONE}）"


def _materials(texts: _Texts, standard: Standard, terms: Sequence[Terms], names: Names) -> None:
    listed = [_by_material(each.requirements, names) for each in (standard.terms, *terms)]
    others = sorted({code for each in listed for code in each} - listed[0].keys())
    for code in (*listed[0], *others):
        texts.labels[f"materials/{code}"] = names.of.get(code, code)
    for column, said in zip((texts.standard, *texts.columns), listed, strict=True):
        column |= {f"materials/{code}": text for code, text in said.items()}


def _by_material(requirements: Sequence[Requirement], names: Names) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for each in requirements:
        said.setdefault(each.material, []).append(requirement_in_words(each, names))
    return {code: "；".join(sorted(texts)) for code, texts in said.items()}


def requirement_in_words(requirement: Requirement, names: Names) -> str:
    """Say how a material is asked for: copies, form, necessity, who supplies it, when."""
    parts = (
        _("%(copies)d 份") % {"copies": requirement.copies},
        requirement.form.label,
        requirement.necessity.label,
        requirement.channel.label,
        _("可用告知承诺代替") if requirement.commitment else "",
        when_in_words(requirement.when, names.of),
    )
    return "，".join(part for part in parts if part)


def _limits_and_result(texts: _Texts, standard: Standard, terms: Sequence[Terms], names: Names) -> None:
    fields = {
        "limits/statutory": (_("法定时限"), lambda t: in_words(t.statutory)),
        "limits/promised": (_("承诺时限"), lambda t: in_words(t.promised)),
        "result/certificate_type": (_("结果证照"), lambda t: names.of.get(t.yields, t.yields)),
        "result/document": (_("结果文书"), lambda t: t.document),
        "recognition": (_("结果互认"), lambda t: "、".join(names.of.get(p, p) for p in sorted(t.recognised_in))),
    }
    for path, (label, said) in fields.items():
        texts.labels[path] = label
        for column, each in zip((texts.standard, *texts.columns), (standard.terms, *terms), strict=True):
            if text := said(each):
                column[path] = text
