"""What people look up: their applications, what they are asked to sign, one application with its timeline."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from tongban.casework import models, storage
from tongban.casework.numbers import query_code
from tongban.casework.storage import stream_of
from tongban.domain.application import Application, Case, Intake, fold
from tongban.domain.codec import from_plain
from tongban.domain.custody import Holding
from tongban.domain.offers import HandlingMode
from tongban.domain.promises import Next
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may, may_act_for, may_see_application, may_see_case, may_take_in, supervised
from tongban.people.roles import Role

IN_ONE_STATEMENT = 500
"""So many keys does a statement name at most."""


class NoSuchApplication(Refused):
    code = "no_such_application"
    status = 404

    def __init__(self) -> None:
        super().__init__("没有找到这件申请，或者它与您无关。请核对申请编号，或换用有关的账户。")


def application(number: str, *, actor: Actor) -> Application:
    """Return an application by number or id, if the actor may see it; to a stranger it does not exist."""
    found = _by_number(number)
    if found is None or not may_see_application(actor, **whom_it_concerns(found)):
        raise NoSuchApplication
    return found


def own_application(number: str, *, actor: Actor) -> Application:
    """Return an application of the party one acts for; staff read it at the workbench, where each read is recorded."""
    found = application(number, actor=actor)
    if actor.party is None or actor.party.id != found.holder:
        raise NoSuchApplication
    return found


def covered(found: Application, *, actor: Actor) -> tuple[Case, ...]:
    """Return the cases of an application that the actor's mandate covers; all where it covers every matter."""
    matters = actor.mandate_matters
    return tuple(case for case in found.cases if matters is None or case.matter in matters)


def own_case(number: str, index: int, *, actor: Actor) -> tuple[Application, Case]:
    """Return one case of the party one acts for, if one's mandate covers it; else it does not exist."""
    found = own_application(number, actor=actor)
    case = next((one for one in covered(found, actor=actor) if one.index == index), None)
    if case is None:
        raise NoSuchApplication
    return found, case


class WrongCode(Refused):
    """A number and a query code that do not belong together."""

    code = "wrong_query_code"


def whom_it_concerns(found: Application) -> dict[str, Any]:
    return {
        "parties": {found.holder},
        "matters": [case.matter for case in found.cases],
        "region": found.region,
        "hall": found.hall,
        "departments": {case.body for case in found.cases},
    }


def progress(number: str, code: str) -> Application:
    """Return an application to whoever knows its number and query code."""
    found = _by_number(number)
    if found is None or not secrets.compare_digest(query_code(found.number), _plain(code)):
        raise WrongCode("没有找到：申请编号与查询码不符。请对照提交后的页面或收件凭证核对。", field="code")
    return found


def _plain(code: str) -> str:
    """Return what was typed in capitals, without the spaces people put in and without what no code contains."""
    return "".join(character for character in code.upper() if character in "0123456789ABCDEF")


def id_of(number: str) -> str:
    """Return the id behind a number. Whether the asker may know is the caller's question. Raises NoSuchApplication."""
    row = models.Application.objects.filter(Q(number=number.strip().upper()) | Q(id=number)).values_list("id").first()
    if row is None:
        raise NoSuchApplication
    return str(row[0])


def _by_number(number: str) -> Application | None:
    try:
        return storage.read(id_of(number))
    except NoSuchApplication:
        return None


@dataclass(frozen=True, slots=True)
class Named:
    """What an application is called: its number, and the version of the bundle that it asks for."""

    number: str
    bundle: str
    bundle_version: int


def named(applications: Collection[str]) -> dict[str, Named]:
    """Return, by their ids, what applications are called; what is none is left out."""
    rows = models.Application.objects.filter(pk__in=applications)
    return {row[0]: Named(*row[1:]) for row in rows.values_list("id", "number", "bundle", "bundle_version")}


def outcomes(applications: Collection[str]) -> dict[tuple[str, int], str]:
    """Return the outcome of each decided case of these applications, by application and index."""
    ids = sorted(applications)
    found: dict[tuple[str, int], str] = {}
    for start in range(0, len(ids), IN_ONE_STATEMENT):
        rows = models.Case.objects.filter(application__in=ids[start : start + IN_ONE_STATEMENT], outcome__isnull=False)
        found |= {(row[0], row[1]): row[2] for row in rows.values_list("application_id", "index", "outcome")}
    return found


def history(found: Application) -> list[Recorded]:
    return journal.entries(stream_of(found.id))


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of applications."""

    id: str
    number: str
    bundle: str
    bundle_version: int
    holder: str
    submitted_at: datetime
    closed_at: datetime | None
    cases: int
    decided: int
    to_accept: int
    due_on: date | None
    """The last promised day of its open cases; None when nothing is open or accepted."""


def _listed(page: QuerySet[models.Application]) -> list[Listed]:
    """Return the lines of one page; the page is cut first, lest the cases of all applications be counted."""
    rows = models.Application.objects.filter(pk__in=page.values("pk")).order_by(*page.query.order_by)
    rows = rows.annotate(
        case_count=Count("cases"),
        decided=Count("cases", filter=Q(cases__ended_at__isnull=False)),
        due_on=Max("cases__promised_due_on", filter=~Q(cases__ended_at__isnull=False)),
    )
    return [
        Listed(
            id=row.id,
            number=row.number,
            bundle=row.bundle,
            bundle_version=row.bundle_version,
            holder=row.holder,
            submitted_at=row.submitted_at,
            closed_at=row.closed_at,
            cases=row.case_count,
            decided=row.decided,
            to_accept=row.to_accept,
            due_on=row.due_on,
        )
        for row in rows
    ]


def applications_of(party: str, *, matters: Collection[str] | None = None, limit: int = 50) -> list[Listed]:
    """Return a holder's applications, the newest first; `matters`: only those that ask for one of them."""
    rows = models.Application.objects.filter(holder=party)
    if matters is not None:
        asked = models.Case.objects.filter(application=OuterRef("pk"), matter__in=list(matters))
        rows = rows.filter(Exists(asked))
    return _listed(rows.order_by("-submitted_at")[:limit])


@dataclass(frozen=True, slots=True)
class TakenIn:
    """One line of what was taken in at a window: the application, by whom, and which hall decides on acceptance."""

    listed: Listed
    hall: str
    region: str
    mode: HandlingMode | None
    by: str


def taken_in(hall: str, *, start: int, size: int) -> tuple[int, list[TakenIn]]:
    """Return how many applications were taken in at a hall's windows, and those from `start` on, the newest first.

    Three statements, whatever their number.
    """
    rows = models.Application.objects.filter(taken_in_at=hall).order_by("-submitted_at", "id")
    page = list(rows.values("id", "hall", "region", "intake")[start : start + size])
    order = models.Application.objects.filter(pk__in=[row["id"] for row in page]).order_by("-submitted_at", "id")
    lines = {one.id: one for one in _listed(order)}
    found = []
    for row in page:
        intake = from_plain(json.loads(row["intake"]), Intake)
        found.append(TakenIn(lines[row["id"]], row["hall"], row["region"], intake.mode, intake.by))
    return rows.count(), found


def at_window(number: str, *, actor: Actor) -> Application:
    """Return an application to a clerk of the hall at whose window it was taken in; to others it does not exist."""
    found = _by_number(number)
    if found is None or found.intake is None or not may_take_in(actor, hall=found.intake.hall):
        raise NoSuchApplication
    return found


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What each line about a case tells of it and of its application."""

    number: str
    case: int
    matter: str
    holder: str
    bundle: str
    bundle_version: int


_LINE = {
    "number": F("application__number"),
    "case": F("index"),
    "holder": F("application__holder"),
    "bundle": F("application__bundle"),
    "bundle_version": F("application__bundle_version"),
}
"""The columns of a `CaseLine` beside the matter."""


@dataclass(frozen=True, slots=True)
class ToFollow(CaseLine):
    """A commitment that a desk has to verify, or to answer for."""

    step: Next
    due_on: date | None


def commitments(actor: Actor, *, limit: int = 200) -> list[ToFollow]:
    """Return the commitments that the actor's desks have to follow, the first due first. One statement."""
    rows = (
        models.Case.objects.filter(_at_desks_of(actor))
        .exclude(promise="")
        .order_by(F("promise_on").asc(nulls_first=True), "application_id", "index")
        .values("matter", "promise", "promise_on", **_LINE)[:limit]
    )
    return [ToFollow(step=Next(row.pop("promise")), due_on=row.pop("promise_on"), **row) for row in rows]


def _at_desks_of(actor: Actor) -> Q:
    """Return what a case fulfils that one of the actor's desks decides; none does where he is at none."""
    desks = (duty for duty in actor.duties if duty.role is Role.REVIEWER)
    return reduce(or_, (Q(body=one.department, deciding_desk=one.desk) for one in desks), Q(body__in=()))


def numbers_of(streams: Iterable[str]) -> list[str]:
    """Return the numbers of the applications of these streams, in their order. One statement."""
    ids = [stream.removeprefix(stream_of("")) for stream in streams]
    return list(models.Application.objects.filter(id__in=ids).order_by("number").values_list("number", flat=True))


@dataclass(frozen=True, slots=True)
class Marks:
    """What a line tells beside its days: how often a case was urged and when last, and certificates in doubt."""

    urges: int
    urged_at: datetime | None
    doubted: int


def marks(applications: Collection[str]) -> dict[str, dict[int, Marks]]:
    """Return the open cases of these applications that have any, by application and index. One statement."""
    marked = Q(urges__gt=0) | Q(doubted__gt=0)
    rows = models.Case.objects.filter(marked, application_id__in=list(applications), ended_at=None)
    found: dict[str, dict[int, Marks]] = {}
    for application, index, *told in rows.values_list("application_id", "index", "urges", "urged_at", "doubted"):
        found.setdefault(application, {})[index] = Marks(*told)
    return found


@dataclass(frozen=True, slots=True)
class Doubted(CaseLine):
    """A case, open or decided, that relied on a certificate which does not count any more."""

    decided: bool


def doubted(actor: Actor, *, limit: int = 200) -> list[Doubted]:
    """Return the cases of the actor's desks that nobody has looked at since, the open ones first. One statement."""
    rows = (
        models.Case.objects.filter(_at_desks_of(actor), doubted__gt=0)
        .order_by(F("ended_at").asc(nulls_first=True), "application_id", "index")
        .values("matter", "ended_at", **_LINE)[:limit]
    )
    return [Doubted(decided=row.pop("ended_at") is not None, **row) for row in rows]


@dataclass(frozen=True, slots=True)
class ToCheck(CaseLine):
    """A decision on the spot that was drawn and waits for its check."""

    body: str
    desk: str
    check_by_on: date


def spot_checks(actor: Actor, *, limit: int = 200) -> list[ToCheck]:
    """Return the decisions on the spot that the actor may check, the first due first. One statement."""
    mine = _at_desks_of(actor) | people.lies_in(supervised(actor))
    rows = models.Case.objects.filter(mine, check_by_on__isnull=False)
    return [
        ToCheck(**row)
        for row in rows.order_by("check_by_on", "application_id", "index").values(
            "matter",
            "body",
            "check_by_on",
            desk=F("deciding_desk"),
            **_LINE,
        )[:limit]
    ]


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """One case that a co-applicant signs or has signed; `confirmed_at` None: it waits for him."""

    number: str
    case: int
    matter: str
    bundle: str
    bundle_version: int
    holder: str
    submitted_at: datetime
    confirmed_at: datetime | None


def people_of_cases(cases: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the names of the people on rosters that these cases (application id, index) are about.

    Three statements at most, whatever their number; other cases are left out.
    """
    if not cases:
        return {}
    applications = {application for application, _ in cases}
    rows = models.Case.objects.filter(application_id__in=applications).exclude(subject="")
    subjects = {(row[0], row[1]): row[2] for row in rows.values_list("application_id", "index", "subject")}
    forms = dict(
        models.Application.objects.filter(pk__in={application for application, _ in subjects}).values_list("id", "form")
    )
    seals = [from_plain(json.loads(sealed), Sealed) for sealed in forms.values()]
    try:
        opened = [json.loads(plain)["names"] for plain in keys.unseal_many(seals)]
    except keys.Erased:
        return {}
    names = dict(zip(forms, opened, strict=True))
    return {
        (application, index): names[application].get(subjects[application, index], "")
        for application, index in cases
        if (application, index) in subjects
    }


def to_confirm(party: str, *, limit: int = 50) -> list[ToConfirm]:
    """Return what this party is asked to sign: what waits first, then what was signed, the newest first."""
    matter = models.Case.objects.filter(application=OuterRef("application"), index=OuterRef("case")).values("matter")
    rows = (
        models.ConfirmationAsked.objects.filter(party=party)
        .order_by(F("confirmed_at").desc(nulls_first=True), "application__submitted_at", "case")
        .annotate(matter=Subquery(matter))
        .select_related("application")[:limit]
    )
    return [
        ToConfirm(
            number=row.application.number,
            case=row.case,
            matter=row.matter,
            bundle=row.application.bundle,
            bundle_version=row.application.bundle_version,
            holder=row.application.holder,
            submitted_at=row.application.submitted_at,
            confirmed_at=row.confirmed_at,
        )
        for row in rows
    ]


def asked_to_confirm(number: str, case: int, *, actor: Actor) -> Application:
    """Return an application of whose case the actor is a co-applicant; to others it does not exist."""
    found = _by_number(number)
    if found is None or actor.party is None or not 1 <= case <= len(found.cases):
        raise NoSuchApplication
    subject = found.case(case)
    covered = may_act_for(actor, party=actor.party.id, matters=[subject.matter])
    if not covered or actor.party.id not in {one.party for one in subject.confirmations}:
        raise NoSuchApplication
    return found


def for_review(number: str, index: int, *, actor: Actor) -> Application:
    """Return an application to somebody who reviews one case of it.

    Raises NoSuchApplication, NoSuchCase, and NotAllowed for another desk's case.
    """
    found = _by_number(number)
    if found is None:
        raise NoSuchApplication
    demand_review(actor, found, index)
    return found


def seen_by(number: str, *, actor: Actor) -> tuple[Application, tuple[Case, ...]]:
    """Return an application and those of its cases that the actor may see: all for its applicant, his own for a desk.

    Raises NoSuchApplication, also where there is an application but no case of it is his to see.
    """
    found = _by_number(number)
    cases = [case for case in found.cases if may_see_case(actor, **_whom_case_concerns(found, case))] if found else []
    if found is None or not cases:
        raise NoSuchApplication
    return found, tuple(cases)


def demand_review(actor: Actor, found: Application, index: int) -> None:
    """Raise NotAllowed unless the actor's desk has a word in this case, or he may see it otherwise."""
    may(actor, "see_case", **_whom_case_concerns(found, found.case(index)))


def _whom_case_concerns(found: Application, case: Case) -> dict[str, Any]:
    return {
        "parties": {found.holder, *(confirmation.party for confirmation in case.confirmations)},
        "matter": case.matter,
        "region": found.region,
        "department": case.body,
        "desks": {case.deciding_desk, *(opinion.desk for opinion in case.opinions)},
        "hall": found.hall,
    }


def travelled() -> dict[tuple[str, int], Holding]:
    """Return the open cases that ever went to or came from another node: by application and index, who has it."""
    rows = models.Case.objects.filter(ended_at=None, holding__isnull=False).order_by("application_id", "index")
    found = rows.values_list("application_id", "index", "holding")
    return {(id, index): from_plain(json.loads(holding), Holding) for id, index, holding in found}


def register_fold() -> None:
    """Tell the journal how an application is folded and read."""
    prefix = stream_of("")
    journal.register(
        prefix,
        fold=lambda entries: fold([entry.event for entry in entries]),
        rows=lambda stream: storage.read(stream.removeprefix(prefix)),
        streams=lambda: map(stream_of, models.Application.objects.values_list("id", flat=True).iterator()),
    )
