"""Who works on what (领取、指派、放回)? Marks on a worklist, by which colleagues share what stands at a hall or desk.

A mark binds nobody: whoever has the duty may still act. It is kept when a case comes back to its desk, and is no event
of the case, so it is not journalled. Several lines are marked at once, each for itself: what cannot be is told beside
it and holds up no other. Who is away gets nothing new, and who accepted a case does not get its conclusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tongban.casework.models import Application, Assignment, Case, Opinion
from tongban.casework.worklists import AT_DECIDING_DESKS, places_of
from tongban.domain.clock import day_of
from tongban.domain.refused import Refused
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may
from tongban.people.queries import Serving


class NotAssigned(Refused):
    """A mark that cannot be set or taken away."""

    code = "not_assigned"


@dataclass(frozen=True, order=True, slots=True)
class Line:
    """One line of a worklist; `case` 0 is the answer to the whole application, and `desk` then the code of its hall."""

    application: str
    case: int
    desk: str

    def __str__(self) -> str:
        return f"{self.application}.{self.case}.{self.desk}"

    @classmethod
    def parse(cls, text: str) -> Line | None:
        """Return the line that a text names; None where it names none, or holds what no database keeps."""
        application, _, rest = text.partition(".")
        case, _, desk = rest.partition(".")
        numbered = case.isascii() and case.isdigit() and len(case) < 5
        return cls(application, int(case), desk) if numbered and desk and "\0" not in text else None


@dataclass(frozen=True, slots=True)
class _Work:
    """What stands on a line now: at which authority's desk (empty at a hall), and who may not do it."""

    body: str = ""
    kept_from: str = ""
    taken_in_by: str = ""


Outcomes = dict[Line, str]
"""Each line in the order asked for, with the sentence that refused it; empty where it was marked."""


@transaction.atomic
def take(*, actor: Actor, lines: Sequence[Line], now: datetime) -> Outcomes:
    """Mark lines as one's own; what a colleague has taken stays his, unless the actor stands in for him."""
    outcomes = _judged(lines, actor, to=actor.id)
    allowed = _allowed(outcomes)
    _forget(actor.id)
    Assignment.objects.bulk_create(_marks(allowed, actor.id, actor, now), ignore_conflicts=True)
    _of(allowed).filter(account__in=places_of(actor).marks).update(account=actor.id, by=actor.id, at=now)
    theirs = {_line(mark): mark.account for mark in _of(allowed).exclude(account=actor.id)}
    names = people.names_of(set(theirs.values()))
    return outcomes | {line: _already(names.get(account, "")) for line, account in theirs.items()}


@transaction.atomic
def assign(*, actor: Actor, lines: Sequence[Line], to: str, now: datetime) -> Outcomes:
    """Mark lines as a colleague's (`account:<id>`), whoever had them. Raises NotAssigned when he is away or unknown."""
    colleague = _colleague(actor, to, now)
    outcomes = _judged(lines, actor, to=to, colleague=colleague)
    _forget(to)
    Assignment.objects.bulk_create(
        _marks(_allowed(outcomes), to, actor, now),
        update_conflicts=True,
        unique_fields=["application_id", "case", "desk"],
        update_fields=["account", "by", "at"],
    )
    return outcomes


@transaction.atomic
def release(*, actor: Actor, lines: Sequence[Line]) -> Outcomes:
    """Take the marks off lines, whoever had them: they are everybody's again."""
    outcomes = _judged(lines, actor, to="")
    _of(_allowed(outcomes)).delete()
    return outcomes


def colleagues(actor: Actor, *, now: datetime) -> list[Serving]:
    """Return who works at the actor's halls and desks today, those away included. Two statements at most."""
    places = places_of(actor)
    return people.serving(halls=places.halls, desks=places.desks, today=day_of(now))


def _colleague(actor: Actor, to: str, now: datetime) -> Serving:
    found = next((one for one in colleagues(actor, now=now) if one.id == to), None)
    if found is None:
        raise NotAssigned("未指派：所选的人今天不在您的大厅或岗位任职。请另选一位同事。", field="to")
    if found.until:
        raise NotAssigned(
            f"未指派：{found.name}不在岗，由他人代岗至 {found.until.isoformat()}。请指派给代岗人或另一位同事。",
            field="to",
        )
    return found


def _judged(lines: Sequence[Line], actor: Actor, *, to: str, colleague: Serving | None = None) -> Outcomes:
    """Ask of each line whether the actor may mark it for that account; empty: for nobody."""
    works = _works(lines)
    outcomes: Outcomes = {}
    for line in lines:
        try:
            _demand(line, works.get(line), actor, to=to, colleague=colleague)
        except Refused as refused:
            outcomes[line] = str(refused)
        else:
            outcomes[line] = ""
    return outcomes


def _demand(line: Line, work: _Work | None, actor: Actor, *, to: str, colleague: Serving | None) -> None:
    if work is None:
        raise NotAssigned("未指派：这件事已经办完，或已不在这个大厅、岗位上。请刷新页面。")
    may(actor, "share_work", **({"department": work.body, "desk": line.desk} if line.case else {"hall": line.desk}))
    if colleague and not _serves(colleague, line, work):
        raise NotAssigned(f"未指派：{colleague.name}不在这个大厅或岗位上。请指派给该处的人员。")
    if to and to == work.kept_from:
        raise NotAssigned("未指派：这个办件由其本人受理，受理人不作决定。请指派给另一位同事。")
    if to and to == work.taken_in_by:
        raise NotAssigned("未指派：这个办件由其本人帮办收件，收件人不作决定。请指派给另一位同事。")


def _serves(colleague: Serving, line: Line, work: _Work) -> bool:
    return (work.body, line.desk) in colleague.desks if line.case else line.desk in colleague.halls


def _already(name: str) -> str:
    return f"未领取：已由{name}领取。需要时请与其商量，再指派给您。"


def _allowed(outcomes: Outcomes) -> list[Line]:
    return [line for line, refused in outcomes.items() if not refused]


# --- rows -------------------------------------------------------------------------------------------------------------

_UNANSWERED = Q(accept_by_on__isnull=False) | Q(correct_by_on__isnull=False) | Q(confirm_by_on__isnull=False)


def _works(lines: Sequence[Line]) -> dict[Line, _Work]:
    """Return what stands on these lines now, in at most three statements; what is done is left out."""
    cases = [line for line in lines if line.case]
    return _answers([line.application for line in lines if not line.case]) | _conclusions(cases) | _opinions(cases)


def _answers(applications: list[str]) -> dict[Line, _Work]:
    rows = Application.objects.filter(_UNANSWERED, pk__in=applications).values_list("id", "hall")
    return {Line(application, 0, hall): _Work() for application, hall in (rows if applications else ())}


def _conclusions(lines: list[Line]) -> dict[Line, _Work]:
    cases = sorted({(line.application, line.case) for line in lines})
    rows = Case.objects.filter(pk__in=cases, stage__in=AT_DECIDING_DESKS).values_list(
        "application_id", "index", "deciding_desk", "body", "kept_from_deciding", "taken_in_by"
    )
    return {
        Line(application, case, desk): _Work(body, kept_from, taken_in_by)
        for application, case, desk, body, kept_from, taken_in_by in (rows if lines else ())
    }


def _opinions(lines: list[Line]) -> dict[Line, _Work]:
    places = [(line.application, line.case, line.desk) for line in lines]
    rows = Opinion.objects.filter(pk__in=places, asked=True).values_list("application_id", "case", "desk", "body")
    return {Line(application, case, desk): _Work(body) for application, case, desk, body in (rows if lines else ())}


def _marks(lines: Iterable[Line], account: str, actor: Actor, now: datetime) -> list[Assignment]:
    """Return the marks in an order that is everybody's, so that two who mark the same lines do not wait crosswise."""
    return [
        Assignment(application_id=one.application, case=one.case, desk=one.desk, account=account, by=actor.id, at=now)
        for one in sorted(lines)
    ]


def _of(lines: Iterable[Line]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(pk__in=[(line.application, line.case, line.desk) for line in lines])


def _line(mark: Assignment) -> Line:
    return Line(mark.application_id, mark.case, mark.desk)


def _forget(account: str) -> None:
    """Drop an account's marks on what is done, so that its list never grows beyond its work."""
    open_case = Case.objects.filter(application=OuterRef("application"), index=OuterRef("case"), stage__isnull=False)
    unanswered = Application.objects.filter(_UNANSWERED, pk=OuterRef("application"))
    done = Q(case__gt=0) & ~Exists(open_case) | Q(case=0) & ~Exists(unanswered)
    Assignment.objects.filter(done, account=account).delete()
