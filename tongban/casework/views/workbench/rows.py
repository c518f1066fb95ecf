"""What does one line of a worklist say? Values for the tables, with names looked up once for a whole page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.casework import lamps, queries, reading, words, worklists
from tongban.casework.assignments import Line
from tongban.casework.forms.workbench import new_operation
from tongban.casework.lamps import Lit
from tongban.casework.merged import Item
from tongban.casework.prereview.queries import Waiting
from tongban.casework.queries import CaseLine, Marks
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import masks, roster
from tongban.domain.clock import day_of
from tongban.domain.events import ReturnCause
from tongban.domain.stages import Stage
from tongban.domain.workdays import Calendar
from tongban.people import queries as people
from tongban.people.actor import Actor


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a worklist: an application to be answered, or a case on which a desk speaks or decides."""

    line: str
    """What names it in a form."""
    number: str
    case: int
    name: str
    holder: str
    place: str
    act: str
    href: str
    due_on: date | None
    lamp: Lit
    returned: str
    urged: str
    doubted: str
    submitted_at: datetime
    to_accept: int
    cases: int
    may_accept: bool
    operation: str
    mine: bool
    colleague: str
    """Who has taken it; empty: nobody."""


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


ACTS: dict[str, Promise] = {
    Stage.ACCEPT: gettext_lazy("受理"),
    Stage.CORRECT: gettext_lazy("待申请人补正"),
    Stage.CONFIRM: gettext_lazy("待共同申请人确认"),
    worklists.OPINION: gettext_lazy("提出意见"),
    Stage.CONCLUDE: gettext_lazy("签署结论"),
    Stage.RETURNED: gettext_lazy("重新审查"),
    Stage.OPINIONS: gettext_lazy("待各岗位意见"),
    Stage.PAUSED: gettext_lazy("特别程序"),
    Stage.CERTIFICATES: gettext_lazy("待证照"),
}
"""What each line asks of whom."""


def of_case(one: CaseLine, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what each row about a case begins with; `names`: what parties are called."""
    catalogue, _bundle = catalogue_queries.catalogue_of(one.bundle, one.bundle_version)
    return {
        "number": one.number,
        "case": one.case,
        "matter": words.matter(catalogue, one.matter),
        "holder": reading.party(one.holder, names.get(one.holder, "")),
    }


def of_lines(items: Sequence[Item], *, actor: Actor, now: datetime, calendar: Calendar) -> list[LineRow]:
    names = people.names_of({one.holder for one in items} | {one.account for one in items if one.account})
    halls = halls_named({one.desk for one in items if not one.case})
    marks = queries.marks({one.application for one in items})
    listed = _on_rosters(items)
    return [
        _line(one, names, halls, listed, marks.get(one.application, {}), actor=actor, now=now, calendar=calendar)
        for one in items
    ]


def _on_rosters(items: Sequence[Item]) -> dict[tuple[str, int], str]:
    """Return, masked, whom the lines are about where they are about people; none is asked for where no matter is."""
    of_people = {
        (one.application, one.case)
        for one in items
        if one.case and roster.of_people(catalogue_queries.catalogue_of(one.bundle, one.bundle_version)[0], one.matter)
    }
    return {case: masks.person(name) for case, name in queries.people_of_cases(of_people).items() if name}


def href_of(number: str, case: int) -> str:
    """Return where a line leads: to the sheet of a case, or of a whole application where `case` is 0."""
    return reverse("casework:task", args=[number, case]) if case else reverse("casework:taken_in", args=[number])


def halls_named(codes: Collection[str]) -> dict[str, str]:
    """Return what these halls are called in the reader's language."""
    return {code: words.hall(hall) for code, hall in people.halls(codes=codes).items()}


def _line(
    one: Item,
    names: Mapping[str, str],
    halls: Mapping[str, str],
    listed: Mapping[tuple[str, int], str],
    marks: Mapping[int, Marks],
    *,
    actor: Actor,
    now: datetime,
    calendar: Calendar,
) -> LineRow:
    catalogue, bundle = catalogue_queries.catalogue_of(one.bundle, one.bundle_version)
    accepts = one.act == Stage.ACCEPT
    return LineRow(
        line=str(Line(one.application, one.case, one.desk)),
        number=one.number,
        case=one.case,
        name=words.of_person(words.matter(catalogue, one.matter), listed.get((one.application, one.case), ""))
        if one.case
        else words.bundle(bundle),
        holder=reading.party(one.holder, names.get(one.holder, "")),
        place=one.desk if one.case else halls.get(one.desk, ""),
        act=str(ACTS[one.act]),
        href=href_of(one.number, one.case),
        due_on=one.due_on,
        lamp=lamp_of(one, today=day_of(now), calendar=calendar),
        returned=_returned(one.returned) if one.act == Stage.RETURNED else "",
        urged=_urged([each for index, each in marks.items() if each.urges and one.case in (0, index)]),
        doubted=_doubted([each for index, each in marks.items() if each.doubted and one.case in (0, index)]),
        submitted_at=one.submitted_at,
        to_accept=one.to_accept,
        cases=one.cases,
        may_accept=accepts,
        operation=new_operation(now) if accepts else "",
        mine=one.account == actor.id,
        colleague=names.get(one.account, ""),
    )


def _doubted(doubted: Sequence[Marks]) -> str:
    return _("所依据的证照有变化") if doubted else ""


def _urged(urged: Sequence[Marks]) -> str:
    """Say how often the applicant urged what stands on the line, and when last."""
    if not urged:
        return ""
    times, last = sum(one.urges for one in urged), max(one.urged_at for one in urged if one.urged_at)
    return ngettext("%(day)s催办", "催办 %(times)d 次，最近 %(day)s", times) % {
        "times": times,
        "day": date_format(day_of(last), "MONTH_DAY_FORMAT"),
    }


def lamp_of(one: Item, *, today: date, calendar: Calendar) -> Lit:
    """Return the lamp of a line; what waits for others than the house has none."""
    match one.act:
        case Stage.CORRECT | Stage.CONFIRM:
            return Lit(lamps.NOT_YET, str(ACTS[one.act]))
        case Stage.PAUSED:
            return Lit(lamps.PAUSED, _("时限暂停"))
    return lamps.lit(promised=one.promised_due_on, statutory=one.statutory_due_on, today=today, calendar=calendar)


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


def _returned(cause: ReturnCause | None) -> str:
    match cause:
        case ReturnCause.AWAITED_DENIED:
            return _("退回：所等待的证照未获批准")
        case ReturnCause.AWAITED_ENDED:
            return _("退回：所等待的证照不会签发")
        case ReturnCause.CONTENT_CHANGED:
            return _("退回：证照内容已变")
        case ReturnCause.EVIDENCE_DOUBTED:
            return _("退回：所依据的证照有变化")
        case None:
            return ""


STAGES: dict[str, Promise] = {
    Stage.CONFIRM: gettext_lazy("待共同申请人确认"),
    Stage.ACCEPT: gettext_lazy("等待受理"),
    Stage.CORRECT: gettext_lazy("等待补正"),
    Stage.OPINIONS: gettext_lazy("待各岗位意见"),
    Stage.PAUSED: gettext_lazy("特别程序"),
    Stage.CONCLUDE: gettext_lazy("审核中"),
    Stage.RETURNED: gettext_lazy("重新审查"),
    Stage.CERTIFICATES: gettext_lazy("已签结论，等证照"),
}
"""Where a case stands, as whoever oversees it reads it."""


def of_open_cases(cases: Sequence[Item], *, today: date, calendar: Calendar) -> list[OpenRow]:
    names = people.names_of({one.holder for one in cases} | {f"org:{one.body}" for one in cases})
    listed = _on_rosters(cases)
    return [
        OpenRow(
            number=one.number,
            case=one.case,
            matter=words.of_person(
                _matter(one.bundle, one.bundle_version, one.matter), listed.get((one.application, one.case), "")
            ),
            holder=reading.party(one.holder, names.get(one.holder, "")),
            department=names.get(f"org:{one.body}", ""),
            desk=one.desk,
            stage=str(STAGES[one.act]),
            href=href_of(one.number, one.case),
            promised_due_on=one.promised_due_on,
            lamp=lamp_of(one, today=today, calendar=calendar),
        )
        for one in cases
    ]


def _matter(bundle: str, version: int, code: str) -> str:
    """The name in the version of the catalogue that the case began with; a warm process asks no database."""
    return words.matter(catalogue_queries.catalogue_of(bundle, version)[0], code)
