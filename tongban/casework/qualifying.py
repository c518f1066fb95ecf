"""Does what stands in a form meet the acceptance conditions, and why, with the article and where each value comes from?

What the form says is judged as the kernel judges it (`domain/conditions`); whoever reads it decides nothing by it: a
condition that is not met is told before anything is handed in, and to the desk that decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongban.casework import reading, words
from tongban.catalogue import selfcheck
from tongban.domain import conditions
from tongban.domain.catalogue import Catalogue, DataElement, Source
from tongban.domain.conditions import Judged, Truth


@dataclass(frozen=True, slots=True)
class Told:
    """One condition as a page tells it; without an expression it has no state, for only a person can judge it."""

    text: str
    state: str
    tone: str
    why: str
    source: Source

    @property
    def cited(self) -> str:
        return words.cited(self.source)


def judgeable(catalogue: Catalogue, matters: Collection[str]) -> bool:
    """Whether any condition of these matters can be judged by what is filled in."""
    return any(one.expression for matter in matters for one in catalogue.standards[matter].conditions)


def judged(catalogue: Catalogue, matter: str, values: Mapping[str, str]) -> tuple[Judged, ...]:
    return conditions.evaluate(catalogue.standards[matter].conditions, values, catalogue.elements)


def told(
    catalogue: Catalogue, found: Collection[Judged], values: Mapping[str, str], *, recorded: Collection[str]
) -> list[Told]:
    """Return the conditions with the values that settled them; `recorded`: what a registry told."""
    states = {Truth.TRUE: _("符合"), Truth.FALSE: _("不符合"), Truth.UNKNOWN: _("待确认")}
    return [
        Told(
            text=words.spoken(one.condition.text, one.condition.text_en),
            state=states[one.verdict] if one.condition.expression else "",
            tone=selfcheck.TONES[one.verdict],
            why=_why(catalogue, one, values, recorded),
            source=one.condition.source,
        )
        for one in found
    ]


def _why(catalogue: Catalogue, one: Judged, values: Mapping[str, str], recorded: Collection[str]) -> str:
    if not one.condition.expression:
        return _("这一条由工作人员判断。")
    if one.missing:
        names = words.listed([words.element(catalogue.elements[code]) for code in one.missing])
        return _("还不知道：{names}。").format(names=names)
    return " ".join(_because(catalogue.elements[code], values[code], code in recorded) for code in one.because)


def _because(element: DataElement, text: str, recorded: bool) -> str:
    about = {"name": words.element(element), "value": reading.value(element, text, in_clear=False)}
    said = _("{name}：{value}（税收征管库提供）。") if recorded else _("{name}：{value}（申请人填写）。")
    return said.format(**about)
