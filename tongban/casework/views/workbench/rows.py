"""What does one line of a worklist say? Values for the tables, with names looked up once for a whole page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.casework import lamps, reading, words
from tongban.casework.forms.workbench import new_operation
from tongban.casework.lamps import Lit
from tongban.casework.overview import OpenCase
from tongban.casework.prereview.queries import Waiting
from tongban.casework.queries import Listed, Task
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import times
from tongban.domain.application import CaseState
from tongban.domain.clock import day_of
from tongban.domain.events import ReturnCause
from tongban.domain.workdays import Calendar
from tongban.people import queries as people


@dataclass(frozen=True, slots=True)
class IntakeRow:
    number: str
    bundle: str
    holder: str
    submitted_at: datetime
    cases: int
    to_accept: int
    lamp: Lit
    operation: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    number: str
    case: int
    matter: str
    holder: str
    desk: str
    act: str
    href: str
    promised_due_on: date | None
    lamp: Lit
    returned: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    number: str
    case: int
    matter: str
    holder: str
    department: str
    desk: str
    stage: str
    href: str
    promised_due_on: date | None
    lamp: Lit


@dataclass(frozen=True, slots=True)
class PreReviewRow:
    href: str
    bundle: str
    holder: str
    hall: str
    number: int
    requested_at: datetime
    due_on: date
    provisional: bool
    lamp: Lit


def of_intake(listed: Sequence[Listed], *, now: datetime, calendar: Calendar) -> list[IntakeRow]:
    names = people.names_of({one.holder for one in listed})
    return [
        IntakeRow(
            number=one.number,
            bundle=words.bundle(catalogue_queries.catalogue_of(one.bundle, one.bundle_version)[1]),
            holder=reading.party(one.holder, names.get(one.holder, "")),
            submitted_at=one.submitted_at,
            cases=one.cases,
            to_accept=one.to_accept,
            lamp=answer_lamp(day_of(one.submitted_at), day_of(now), calendar),
            operation=new_operation(now),
        )
        for one in listed
    ]


def answer_lamp(received_on: date, today: date, calendar: Calendar) -> Lit:
    """Return the lamp of an application that waits for acceptance."""
    due = times.answer_due(received_on=received_on, calendar=calendar).day
    return lamps.lit(promised=due, statutory=due, today=today, calendar=calendar)


def of_pre_reviews(waiting: Sequence[Waiting], *, today: date, calendar: Calendar) -> list[PreReviewRow]:
    names = people.names_of({one.holder for one in waiting})
    halls = people.halls(codes={one.hall for one in waiting})
    return [
        PreReviewRow(
            href=reverse("casework:pre_reviewed", args=[one.draft, one.number]),
            bundle=words.bundle(catalogue_queries.catalogue_of(one.bundle, one.bundle_version)[1]),
            holder=reading.party(one.holder, names.get(one.holder, "")),
            hall=words.hall(halls.get(one.hall)),
            number=one.number,
            requested_at=one.requested_at,
            due_on=one.due_on,
            provisional=one.provisional,
            lamp=lamps.of_pre_review(one.due_on, today=today, calendar=calendar),
        )
        for one in waiting
    ]


def of_tasks(tasks: Sequence[Task], *, today: date, calendar: Calendar) -> list[TaskRow]:
    names = people.names_of({task.holder for task in tasks})
    return [
        TaskRow(
            number=task.number,
            case=task.case,
            matter=_matter(task.bundle, task.bundle_version, task.matter),
            holder=reading.party(task.holder, names.get(task.holder, "")),
            desk=task.desk,
            act=_("签署结论") if task.act == "conclude" else _("提出意见"),
            href=reverse("casework:task", args=[task.number, task.case]),
            promised_due_on=task.promised_due_on,
            lamp=lamps.lit(
                promised=task.promised_due_on, statutory=task.statutory_due_on, today=today, calendar=calendar
            ),
            returned=_returned(task.returned),
        )
        for task in tasks
    ]


def _returned(cause: ReturnCause | None) -> str:
    match cause:
        case ReturnCause.AWAITED_DENIED:
            return _("退回：所等待的证照未获批准")
        case ReturnCause.AWAITED_ENDED:
            return _("退回：所等待的证照不会签发")
        case ReturnCause.CONTENT_CHANGED:
            return _("退回：证照内容已变")
        case None:
            return ""


def of_open_cases(cases: Sequence[OpenCase], *, today: date, calendar: Calendar) -> list[OpenRow]:
    names = people.names_of({one.holder for one in cases} | {f"org:{one.body}" for one in cases})
    return [
        OpenRow(
            number=one.number,
            case=one.case,
            matter=_matter(one.bundle, one.bundle_version, one.matter),
            holder=reading.party(one.holder, names.get(one.holder, "")),
            department=names.get(f"org:{one.body}", ""),
            desk=one.desk,
            stage=_stage(one.state),
            href=reverse("casework:task", args=[one.number, one.case]),
            promised_due_on=one.promised_due_on,
            lamp=lamps.lit(
                promised=one.promised_due_on, statutory=one.statutory_due_on, today=today, calendar=calendar
            ),
        )
        for one in cases
    ]


def _stage(state: CaseState) -> str:
    match state:
        case CaseState.SUBMITTED:
            return _("等待受理")
        case CaseState.CORRECTING:
            return _("等待补正")
        case CaseState.ACCEPTED:
            return _("审核中")
        case CaseState.CONCLUDED:
            return _("已签结论，等证照")
        case CaseState.DECIDED:
            return _("已决定")
        case CaseState.REFUSED:
            return _("不予受理")
        case CaseState.WITHDRAWN:
            return _("已撤回")
        case CaseState.LAPSED:
            return _("已终止")


def _matter(bundle: str, version: int, code: str) -> str:
    """The name in the version of the catalogue that the case began with; a warm process asks no database."""
    return words.matter(catalogue_queries.catalogue_of(bundle, version)[0], code)
