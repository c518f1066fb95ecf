"""What did it save? Two comparisons: before, between and now.

Materials are compared over all applications of the selection; time only over those that are closed and whose promises
are all in working days, the same ones on every bar. Bars show means for one application, so that a year and a day look
alike; the sums stand below. All bars of a comparison have one scale that begins at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from tongban.domain.measures import Figure
from tongban.insight import words
from tongban.insight.queries import Found

MATERIALS = ("materials_one_by_one", "materials_asked_without_sharing", "materials_asked_with_sharing")
TIME = ("serial_working_days", "parallel_working_days", "working_days_taken")


@dataclass(frozen=True, slots=True)
class Bar:
    """One way of working. `width` is its share of the longest bar, in percent as SVG writes it."""

    name: str
    value: str
    unit: str
    width: str
    definition: str
    href: str


@dataclass(frozen=True, slots=True)
class Comparison:
    title: str
    saved: str
    """The share saved, in percent; empty when there was nothing to save."""
    saved_words: str
    worse: bool
    """Whether more was needed than before, so that the share saved is negative."""
    bars: tuple[Bar, ...]
    basis: str
    """Over which applications, and the sums."""


def materials(found: Found, *, hrefs: dict[str, str]) -> Comparison | None:
    """Return the comparison of materials; None when there is no application."""
    return _compare(
        found,
        MATERIALS,
        saved="materials_saved",
        title=_("一件申请要交多少材料"),
        saved_words=_("材料减少"),
        unit=_("份"),
        basis=_("%(applications)s 件申请的平均数；合计 %(sums)s 份。"),
        hrefs=hrefs,
    )


def time(found: Found, *, hrefs: dict[str, str]) -> Comparison | None:
    """Return the comparison of working days; None when no application is closed."""
    return _compare(
        found.having("serial_working_days", "working_days_taken"),
        TIME,
        saved="time_saved",
        title=_("一件申请要办多久"),
        saved_words=_("时间缩短"),
        unit=_("个工作日"),
        basis=_("%(applications)s 件已办结申请的平均数；合计 %(sums)s 个工作日。"),
        hrefs=hrefs,
    )


def _compare(
    found: Found,
    codes: tuple[str, ...],
    *,
    saved: str,
    title: str,
    saved_words: str,
    unit: str,
    basis: str,
    hrefs: dict[str, str],
) -> Comparison | None:
    summary = found.summary()
    if summary.applications == 0:
        return None
    figures = [summary.figure(code) for code in codes]
    longest = max(figure.number for figure in figures)
    sums = " → ".join(words.whole(figure.number) for figure in figures)
    share = summary.figure(saved).value
    return Comparison(
        title=title,
        saved="" if share is None else words.percent(share),
        saved_words=saved_words,
        worse=share is not None and share < 0,
        bars=tuple(_bar(figure, summary.applications, longest, unit, hrefs) for figure in figures),
        basis=basis % {"applications": words.whole(summary.applications), "sums": sums},
    )


def _bar(figure: Figure, applications: int, longest: int, unit: str, hrefs: dict[str, str]) -> Bar:
    return Bar(
        name=words.name(figure),
        value=words.mean(Fraction(figure.number, applications)),
        unit=unit,
        width=f"{100 * figure.number / longest:.2f}%" if longest else "0%",
        definition=words.definition(figure),
        href=hrefs.get(figure.measure.code, ""),
    )
