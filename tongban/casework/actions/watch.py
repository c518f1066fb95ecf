"""Who looks after what falls due by itself, and after days that a new calendar moves?

The watcher wakes each application whose day has come. It reads which ones in one statement, from a partial index on
that day; waking is an action on the application's stream like any other, by `system`, whose operation id is made from
the day and from how far the stream had come. So any number of watchers may run: they may read the same list, and the
second to come finds that it is done. Their lists are shuffled, so that they seldom meet.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q

from tongban.casework import adapters, form, models
from tongban.casework.actions import issuing
from tongban.casework.actions.beats import applied_at, catalogue_of, demand, open_application, rules_of, store
from tongban.casework.storage import stream_of
from tongban.catalogue import calendars
from tongban.domain import watch
from tongban.domain.application import fold
from tongban.domain.clock import day_of
from tongban.domain.events import SupervisionRule
from tongban.domain.regimes import consent_article
from tongban.journal.actions import Answer, Operation, action
from tongban.journal.queries import positions
from tongban.people.actor import SYSTEM, Actor

LOG = logging.getLogger(__name__)
AT_ONCE = 500


def fall_due(*, now: datetime) -> int:
    """Wake every application whose day has come; return how many were woken. One that fails is told and left behind:
    however many there are, the others get their turn.
    """
    woken, last, heard = 0, (date.min, ""), adapters.heard()
    while True:
        due = _due_on(day_of(now), after=last)
        woken += _each([application for _, application in due], lambda one, seq: _wake_once(one, seq, heard, now))
        if len(due) < AT_ONCE:
            return woken
        last = due[-1]


def _due_on(today: date, *, after: tuple[date, str]) -> Sequence[tuple[date, str]]:
    """Return some of the applications whose day has come, in the order of their days and beyond a place in it."""
    beyond = Q(wakes_on__gt=after[0]) | Q(wakes_on=after[0], id__gt=after[1])
    due = models.Application.objects.filter(beyond, wakes_on__lte=today, wakes_on__gte=after[0])
    return list(due.order_by("wakes_on", "id").values_list("wakes_on", "id")[:AT_ONCE])


def _wake_once(application: str, seq: int, heard: Mapping[str, date], now: datetime) -> None:
    # What waits for the word of another node is looked at anew when more of it is here.
    more = f"/{sum(day.toordinal() for day in heard.values())}" if heard else ""
    operation = f"wake/{application}/{day_of(now)}/{seq}{more}"
    wake(operation=operation, actor=SYSTEM, application=application, prepared=heard, now=now)


@action
def wake(
    *, operation: Operation, actor: Actor, application: str, prepared: Mapping[str, date], now: datetime
) -> Answer:
    """Do what has fallen due, by `system` and by the article of each; answers {"happened": how much}.

    `prepared` says until which day everything of other nodes is here (`adapters.heard`).
    """
    stream, before = open_application(application, operation)
    catalogue, elsewhere = catalogue_of(before), applied_at(before)
    events = watch.fall_due(
        before,
        rules=rules_of(before),
        calendar=calendars.load(),
        consents={case.index: consent_article(catalogue.standards[case.matter]) for case in before.cases},
        today=day_of(now),
        at=now,
        heard=prepared.get(elsewhere, date.min) if elsewhere else None,
    )
    after = fold(events, onto=before)
    events += issuing.following(stream, after, events, catalogue=catalogue, now=now)
    answer = {"happened": len(events)}
    store(stream, before, events, now=now, answer=answer, actors=[SYSTEM.id] * len(events))
    return answer


def project_days(*, now: datetime) -> int:
    """Give open cases their days in the newest calendar; return how many applications had any to move.

    Provisional days are looked at whenever the calendar is another than theirs, days already published once for each
    calendar: a late notice moves them seldom, and there may be a million.
    """
    version = calendars.load().version
    open_cases = models.Case.objects.filter(ended_at=None).exclude(calendar="")
    other = Q(calendar__lt=version) | Q(calendar__gt=version)
    looked = models.Projection.objects.filter(pk=version).exists()
    chosen = open_cases.filter(other, provisional=True) if looked else open_cases.filter(other)
    ids = list(chosen.order_by("application_id").values_list("application_id", flat=True).distinct())
    count = _each(ids, lambda application, seq: _project_once(application, seq, version, now))
    if not looked:
        models.Projection.objects.get_or_create(pk=version, defaults={"at": now})
    return count


def _project_once(application: str, seq: int, version: str, now: datetime) -> None:
    project(operation=f"project/{application}/{version}/{seq}", actor=SYSTEM, application=application, now=now)


@action
def project(*, operation: Operation, actor: Actor, application: str, now: datetime) -> Answer:
    """Project the days of an application's open cases to the newest calendar; answers {"happened": how much}."""
    stream, before = open_application(application, operation)
    events = watch.project(before, calendar=calendars.load(), at=now)
    answer = {"happened": len(events)}
    store(stream, before, events, now=now, answer=answer, actors=[SYSTEM.id] * len(events))
    return answer


@action
def close_supervision(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    rule: SupervisionRule,
    finding: str,
    now: datetime,
) -> Answer:
    """Close a supervision case with what was found; answers {"case", "rule"}. Raises NotNow, ReasonMissing."""
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "supervise", region=before.region)
    sealed = form.seal_text(finding, holder=before.holder)
    events = watch.close_supervision(before, case, rule=rule, finding=sealed, by=stream.acting, at=now)
    answer = {"case": case, "rule": rule.value}
    store(stream, before, events, now=now, answer=answer)
    return answer


def _each(applications: Sequence[str], act: Callable[[str, int], None]) -> int:
    """Act on each application, with how far its stream has come; one that fails is told and tried again next time."""
    seqs = positions([stream_of(application) for application in applications])
    shuffled = random.sample(applications, len(applications))
    done = 0
    for application in shuffled:
        try:
            act(application, seqs[stream_of(application)])
            done += 1
        except Exception:
            LOG.exception("申请 %s 到期事项这一次没有办理，下一轮再办", application)
    return done
