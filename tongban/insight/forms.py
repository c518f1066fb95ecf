"""Over which applications does the reader want the figures: from when until when, which bundle, which region?

The address says it all, so that a page of figures can be sent on. What is left out of it means this year, all bundles
and all regions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue import calendars
from tongban.catalogue.words import told
from tongban.domain.catalogue import Bundle
from tongban.domain.measures import Period
from tongban.domain.workdays import ONE_DAY
from tongban.insight.queries import Selection
from tongban.web.forms import Form

ALL = "all"
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
"""Days that a reader can mean; others are slips of the pen."""


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), input_formats=["%Y-%m-%d"]
    )


class SelectionForm(Form):
    since = _day(gettext_lazy("提交日从"))
    until = _day(gettext_lazy("到（含当日）"))
    bundle = forms.ChoiceField(label=gettext_lazy("集成办理"))
    region = forms.ChoiceField(label=gettext_lazy("地区"))

    def __init__(self, given: Any, *, bundles: Iterable[Bundle], regions: Iterable[str], today: date) -> None:
        self.today = today
        year = {"since": date(today.year, 1, 1).isoformat(), "until": today.isoformat()}
        # Not bound to the request itself: an address that says nothing is a question, too.
        super().__init__(
            year | {"bundle": ALL, "region": ALL} | {name: value for name, value in given.items() if value}
        )
        self._choose("bundle", [(one.code, told(one, "name")) for one in bundles])
        self._choose("region", [(code, calendars.divisions().full_name(code)) for code in regions])
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = _("请按“2026-03-02”的样子填写日期。")

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(ALL, _("全部")), *choices]
        field.error_messages["invalid_choice"] = _("没有这个选项。请从列表中选择。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        for name in ("since", "until"):
            if values.get(name) and not FIRST <= values[name] <= LAST:
                self.add_error(name, _("请填写 2000 年至 2099 年之间的日期。"))
        if since and until and since > until:
            self.add_error("until", _("截止日早于起始日。请把截止日改为起始日当天或以后。"))
        return values

    def selection(self) -> Selection:
        """Return what a valid form chose."""
        values = self.cleaned_data
        period = Period(values["since"], values["until"] + ONE_DAY)
        bundle, region = ("" if values[name] == ALL else values[name] for name in ("bundle", "region"))
        return Selection(period, bundle, region)


def quick(today: date) -> list[tuple[str, date, date]]:
    """Return the periods that people ask for most: name, first day, last day."""
    month, year = today.replace(day=1), date(today.year, 1, 1)
    last_month, last_year = month - ONE_DAY, year - ONE_DAY
    return [
        (_("本月"), month, today),
        (_("上月"), last_month.replace(day=1), last_month),
        (_("今年"), year, today),
        (_("去年"), date(last_year.year, 1, 1), last_year),
    ]
