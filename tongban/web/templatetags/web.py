"""Components for which an include is awkward: `{% load web %}`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django import template
from django.core.paginator import Paginator
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, ClearableFileInput, RadioSelect
from django.forms.boundfield import BoundWidget
from django.forms.widgets import FileInput
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tongban.web.lanes import HEAD, Drawing
from tongban.web.shapes import ICONS, LAMPS, MARKS
from tongban.web.values import Mark, MarkState, Piece, RegionRow

register = template.Library()

SEAL_RADIUS = 66


def _svg(view: int, inner: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {0} {0}" aria-hidden="true" focusable="false">{1}</svg>', view, mark_safe(inner)
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw a line icon beside words that say the same. Names: the keys of ICONS."""
    return format_html(
        '<svg class="tb-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', mark_safe(ICONS[name])
    )


@register.simple_tag
def lamp(state: str, text: str) -> SafeString:
    """Show a lamp: green, yellow, red, passed (statutory limit passed), done, paused, none; always with words."""
    return format_html(
        '<span class="tb-lamp tb-lamp--{}">{}<span>{}</span></span>', state, _svg(16, LAMPS[state]), text
    )


@register.simple_tag
def status(text: str, tone: str = "") -> SafeString:
    """Show a state as a word in a frame. Tones: good, active, attention, bad, quiet, empty."""
    css = f"tb-status tb-status--{tone}" if tone else "tb-status"
    return format_html('<span class="{}">{}</span>', css, text)


@register.simple_tag
def mark(value: Mark) -> SafeString:
    """Show one of the five marks: filled, hollow or crossed, with its words."""
    return format_html(
        '<span class="tb-marks__mark tb-marks__mark--{}">{}<span>{}<span class="tb-hidden">：{}</span></span></span>',
        value.state,
        _svg(16, MARKS[value.state]),
        value.name,
        value.text,
    )


@register.filter
def all_hold(marks: list[Mark]) -> bool:
    """Say whether every mark holds, so that the same-standard seal may stand beside them."""
    return bool(marks) and all(each.state == MarkState.HOLDS for each in marks)


@register.simple_tag
def moment(value: date | datetime | None, style: str = "") -> SafeString:
    """Write a day or an instant as people read it here. Styles: empty (day with year), short (month and day), full."""
    if value is None:
        return mark_safe("")
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    shape = {"": "DATE_FORMAT", "short": "MONTH_DAY_FORMAT", "full": "DATETIME_FORMAT"}[style]
    words = date_format(value, shape)
    return format_html(
        '<time datetime="{}">{}</time>',
        value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat(),
        words,
    )


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """Draw the input of a field with the shell's class; `css` adds a modifier such as tb-input--short."""
    return field.as_widget(attrs={"class": f"tb-input {css}".strip()})


@register.filter
def kind(field: BoundField) -> str:
    """Say how a field is drawn: choices, checkbox, file or text."""
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "checkbox"
    return "file" if isinstance(widget, (FileInput, ClearableFileInput)) else "text"


@register.filter
def groups(field: BoundField) -> Iterator[tuple[str, list[BoundWidget]]]:
    """Return the choices of a field by the groups it has them in; one group without a name where it has none."""
    options = iter(field)
    alone: list[BoundWidget] = []
    for value, label in field.field.choices:
        if isinstance(label, (list, tuple)):
            yield value, [next(options) for _one in label]
        else:
            alone.append(next(options))
    if alone:
        yield "", alone


@register.filter
def any_chosen(options: Sequence[BoundWidget]) -> bool:
    return any(option.data["selected"] for option in options)


@register.filter
def is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


@register.filter
def steps(total: int, done: int) -> list[bool]:
    """Return one flag per step: is it done or under way?"""
    return [number <= done for number in range(1, total + 1)]


@register.inclusion_tag("web/components/lanes.html")
def lanes(drawing: Drawing, caption: str = "") -> dict[str, object]:
    """Draw the lanes; `caption` names the list for a screen reader."""
    return {"drawing": drawing, "caption": caption or _("各办件的办理进程"), "head": HEAD}


@register.inclusion_tag("web/components/seal.html")
def seal(issuer: str, code: str) -> dict[str, object]:
    """Draw the seal of an issuer with its verification code, each letter turned to its place on the ring."""
    step = min(24.0, 264 / max(1, len(issuer) - 1))
    size = min(20, int(math.radians(step) * SEAL_RADIUS * 0.9))
    first = -step * (len(issuer) - 1) / 2
    letters = [(letter, f"{first + step * number:.2f}") for number, letter in enumerate(issuer)]
    return {"issuer": issuer, "code": code, "letters": letters, "size": size, "base": 100 - SEAL_RADIUS}


@register.filter
def beside(row: RegionRow, regions: list[str]) -> list[tuple[str, tuple[Piece, ...]]]:
    """Pair each region with its cell."""
    return list(zip(regions, row.cells, strict=True))


@register.filter
def labelled(row: list[object], head: list[str]) -> list[tuple[str, object]]:
    """Pair each cell with the heading of its column."""
    return list(zip(head, row, strict=True))


@register.filter
def in_list(number: int, numbers: str | None) -> bool:
    return str(number) in (numbers or "").split(",")


@register.filter
def around(paginator: Paginator, number: int) -> list[int | None]:
    """Return the page numbers to show, None for a gap."""
    return [
        each if isinstance(each, int) else None
        for each in paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    ]
