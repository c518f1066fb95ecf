"""Was a decision on the spot right? The draw of a month, and what the check of each drawn case found.

The watcher draws when a month is over; a supervisor may draw before it comes round to it. There is one draw for each
department, region and month, whoever holds it: its stream bears their names.
"""

from __future__ import annotations

from datetime import datetime

from tongban.casework import draws, form, models, rules
from tongban.casework.actions import drawing
from tongban.casework.actions.beats import demand, open_application, rules_of, store
from tongban.catalogue import calendars
from tongban.domain import spot_checks
from tongban.domain.clock import day_of
from tongban.domain.events import DrawKind, FollowUp
from tongban.domain.refused import Refused
from tongban.journal.actions import Answer, Operation, action, lock
from tongban.people.actor import SYSTEM, Actor
from tongban.people.permissions import may

MONTHS_BACK = 12
"""How far back the watcher looks: a node that stood still longer draws by hand."""


class AlreadyDrawn(Refused):
    """A second draw from the same list."""

    code = "already_drawn"


@action
def draw_month(*, operation: Operation, actor: Actor, region: str, body: str, month: str, now: datetime) -> Answer:
    """Draw in public which decisions on the spot of a department in a division are checked; answers as `hold_draw`.

    Raises MonthNotOver, AlreadyDrawn, NothingToDraw, NoSeed, NotAllowed.
    """
    may(actor, "draw", region=region)
    spot_checks.demand_over(month, today=day_of(now))
    stream = lock(draws.stream_of(draws.draw_of(month=month, region=region, body=body)), operation, create=True)
    if stream.seq:
        raise AlreadyDrawn(f"未抽取：{month} 已经抽取过，一个月只抽取一次。请在公开抽取的页面查看结果。")
    return drawing.hold(
        stream,
        draws.on_the_spot(region=region, body=body, month=month),
        seed=draws.seed_after(month),
        share=rules.of_region(region).spot_check_share,
        region=region,
        body=body,
        actor=actor,
        now=now,
        kind=DrawKind.ON_THE_SPOT,
        month=month,
    )


def draw_months(*, now: datetime) -> int:
    """Draw from every month that is over, for each department that decided on the spot in it; return how many draws.

    A month waits for its seed: the first checkpoint that is signed after it.
    """
    count = 0
    for month in _over(now):
        if draws.seed_after(month) is None:
            continue
        for one in draws.undrawn([month]):
            draw_month(
                operation=f"draw/{one.draw}", actor=SYSTEM, region=one.region, body=one.body, month=month, now=now
            )
            count += 1
        models.DrawnMonth.objects.get_or_create(pk=month, defaults={"at": now})
    return count


def months_over(*, now: datetime) -> list[str]:
    """Return the months that are over, as far back as the watcher looks, the latest first."""
    months = [spot_checks.before(spot_checks.month_of(day_of(now)))]
    while len(months) < MONTHS_BACK:
        months.append(spot_checks.before(months[-1]))
    return months


def _over(now: datetime) -> list[str]:
    looked = set(models.DrawnMonth.objects.values_list("month", flat=True))
    return [month for month in reversed(months_over(now=now)) if month not in looked]


@action
def draw_case(*, operation: Operation, actor: Actor, application: str, case: int, held: str, now: datetime) -> Answer:
    """Put a drawn case on the list of those to check; answers {"case"}. Raises NotNow."""
    stream, before = open_application(application, operation)
    events = spot_checks.draw(before, case, draw=held, rules=rules_of(before), calendar=calendars.load(), at=now)
    store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


@action
def check(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    right: bool,
    follow_up: FollowUp | None,
    finding: str,
    now: datetime,
) -> Answer:
    """Record what the check of a decision on the spot found; answers {"case", "right"}.

    Raises NotNow, AlreadyGiven, SameEyes, ReasonMissing, NotAllowed.
    """
    stream, before = open_application(application, operation)
    subject = before.case(case)
    demand(
        stream,
        before,
        actor,
        "check_spot",
        region=before.region,
        department=subject.body,
        desk=subject.deciding_desk,
    )
    events = spot_checks.record(
        before,
        case,
        right=right,
        follow_up=follow_up,
        finding=form.seal_text(finding.strip(), holder=before.holder),
        by=actor.id,
        at=now,
    )
    answer = {"case": case, "right": right}
    actors = [stream.signer, *[SYSTEM.id] * (len(events) - 1)]
    store(stream, before, events, now=now, answer=answer, actors=actors)
    return answer
