"""How do the figures leave the house? As JSON with exact numbers, as CSV for a spreadsheet, both with definitions.

Neither holds anything about a single application.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from tongban.domain.measures import Figure, Summary
from tongban.insight import words
from tongban.insight.queries import Selection

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""


def last_day(selection: Selection) -> date:
    return selection.period.before - timedelta(days=1)


def as_json(selection: Selection, summary: Summary, *, behind: int) -> dict[str, Any]:
    """Return the figures in both languages; `until` is included, `behind` applications are not yet up to date."""
    return {
        "since": selection.period.since.isoformat(),
        "until": last_day(selection).isoformat(),
        "bundle": selection.bundle or None,
        "region": selection.region or None,
        "applications": summary.applications,
        "behind": behind,
        "figures": [_figure(figure) for figure in summary.figures],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    measure = figure.measure
    return {
        "code": measure.code,
        "name": measure.name,
        "name_en": measure.name_en,
        "unit": measure.unit.value,
        "value": _number(figure.value),
        "number": figure.number,
        "denominator": figure.denominator,
        "over": measure.over,
        "over_en": measure.over_en,
        "definition": measure.definition,
        "definition_en": measure.definition_en,
    }


def _number(value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)


def as_csv(selection: Selection, summary: Summary) -> str:
    """Return the figures in the reader's language, one a line, each with its period."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    rows = csv.writer(out)
    rows.writerow([_("指标代码"), _("指标"), _("数值"), _("单位"), _("分子"), _("分母"), *_last_columns()])
    for figure in summary.figures:
        rows.writerow(
            [
                figure.measure.code,
                words.name(figure),
                words.value(figure).replace(",", ""),
                words.unit(figure),
                figure.number,
                figure.denominator,
                words.over(figure),
                words.definition(figure),
                selection.period.since.isoformat(),
                last_day(selection).isoformat(),
            ]
        )
    return out.getvalue()


def _last_columns() -> list[str]:
    return [_("分母含义"), _("定义"), _("提交日从"), _("到（含当日）")]
