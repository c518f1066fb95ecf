"""The page of what was reported to the national platform, for supervisors and administrators: how whole the rows of
their departments are, which were rejected and why, and the dispatches; and one dispatch by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.casework.views.workbench.duty import on_duty
from tongban.domain.regions import province_of
from tongban.domain.reporting.changes import Counts, Rate, by_table
from tongban.exchange.reporting import gathering, queries, words
from tongban.exchange.reporting.models import Dispatch, State
from tongban.exchange.reporting.queries import Rejected, Scope
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import overseen
from tongban.people.roles import Role
from tongban.web.values import Answer, Link

ROWS = 50


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table over all departments: rows that changed, how many of them were rejected, and how whole they were."""

    name: str
    rows: int
    rejected: int
    share: str


@dataclass(frozen=True, slots=True)
class RateLine:
    """A table of a department, or a required field of it that is not wholly filled."""

    table: str
    department: str
    field: str
    filled: str
    share: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    field: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RejectedLine:
    subject: str
    href: str
    table: str
    department: str
    faults: list[FaultLine]


@on_duty(Role.SUPERVISOR, Role.ADMINISTRATOR)
@require_safe
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    scope = _scope(actor)
    found = queries.dispatches(scope)
    counted = queries.counts(found, scope)
    page = Paginator(queries.rejected_rows(scope), ROWS).get_page(request.GET.get("page"))
    rejected = queries.rejected(page.object_list)
    names = _names((*(one.department for one in rejected), *(department for _table, department in counted)))
    values = {
        "facts": _facts(found, page.paginator.count),
        "failures": [one for one in found if one.failure and one.state == State.WRITTEN],
        "tables": _tables(counted),
        "lacking": [_rate(one, names) for one in queries.rates(counted) if one.field],
        "latest": queries.LATEST,
        "rejected": [_rejected(one, names, actor) for one in rejected],
        "page": page,
        "dispatches": found,
        "crumbs": [Link(_("工作台"), reverse("casework:work")), Link(_("国家上报"))],
    }
    return render(request, "exchange/reports.html", values)


@on_duty(Role.SUPERVISOR, Role.ADMINISTRATOR)
@require_safe
def report(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    scope = _scope(actor)
    dispatch = queries.dispatch(number, scope)
    counted = queries.counts([dispatch], scope)
    names = _names(department for _table, department in counted)
    values = {
        "dispatch": dispatch,
        "facts": _facts_of(dispatch),
        "sent": [(words.table(table), rows) for table, rows in sorted(dispatch.rows.items())],
        "rates": [_rate(one, names) for one in queries.rates(counted)],
        "crumbs": [
            Link(_("工作台"), reverse("casework:work")),
            Link(_("国家上报"), reverse("exchange:reports")),
            Link(number),
        ],
    }
    return render(request, "exchange/report.html", values)


def _scope(actor: Actor) -> Scope:
    """Return what somebody may see: the rows of the departments that lie where he oversees."""
    prefixes = overseen(actor)
    departments = people.departments_in(regions=prefixes)
    reporting = set(gathering.provinces())
    seen = {province for one in departments if (province := province_of(one.region)) in reporting}
    return Scope(tuple(sorted(seen)), frozenset(one.uscc for one in departments))


def _names(departments: Iterable[str]) -> dict[str, str]:
    return {code: one.name for code, one in people.departments(usccs=set(departments)).items()}


def _facts(found: list[Dispatch], rejected: int) -> list[Answer]:
    day = queries.reported_on()
    waiting = sum(one.state in (State.GATHERING, State.SEALED, State.WRITTEN) for one in found)
    return [
        Answer(_("最近一次上报"), date_format(day) if day else _("还没有上报过")),
        Answer(_("待送出的批次"), str(waiting)),
        Answer(_("未上报的记录"), str(rejected)),
    ]


def _facts_of(dispatch: Dispatch) -> list[Answer]:
    return [
        Answer(_("状态"), dispatch.state_words),
        Answer(_("字段表和代码对照"), _("第 %(schema)s 版、第 %(mapping)s 版") % vars(dispatch)),
        Answer(_("平台回执"), dispatch.receipt or _("还没有")),
        Answer(_("平台退回"), str(dispatch.refused)),
    ]


def _tables(counted: Counts) -> list[TableLine]:
    totals = {one.table: one for one in queries.rates(by_table(counted)) if not one.field}
    return [
        TableLine(words.table(table), count.rows, count.rejected, percent(totals[table].share))
        for (table, _department), count in sorted(by_table(counted).items())
    ]


def _rate(one: Rate, names: Mapping[str, str]) -> RateLine:
    return RateLine(
        words.table(one.table),
        names.get(one.department, one.department),
        words.field(one.table, one.field) if one.field else "",
        f"{one.filled} ÷ {one.of}",
        percent(one.share),
    )


def _rejected(one: Rejected, names: Mapping[str, str], actor: Actor) -> RejectedLine:
    faults = [
        FaultLine(words.field(one.table, each.field), words.reason(each), words.remedy(each)) for each in one.faults
    ]
    return RejectedLine(
        one.subject, _href(one, actor), words.table(one.table), names.get(one.department, one.department), faults
    )


def _href(one: Rejected, actor: Actor) -> str:
    """Return where what a row is about can be read: the case, for who supervises it; the matter, for everybody."""
    if one.table.startswith("up_task_"):
        return reverse("catalogue:guide", args=[one.subject])
    if one.table.startswith("up_pro_") and actor.has(Role.SUPERVISOR):
        return reverse("casework:taken_in", args=[one.subject.rpartition("-")[0]])
    return ""


def percent(share: Fraction) -> str:
    """Return a share in percent, rounded down: 100 means all.

    >>> percent(Fraction(1)), percent(Fraction(1999, 2000)), percent(Fraction(0))
    ('100%', '99.9%', '0.0%')
    """
    return "100%" if share == 1 else f"{floor(share * 1000) / 10}%"
