"""Do both sides have the same cases, in the same states? Once a day, and whenever somebody asks.

The system gives a signed list of what it has; it is compared with what is here, case by case. What the system lost is
told it again; everything else people clear up. A list that does not carry this comparison's own nonce is an old one.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from tongban.casework import queries as casework
from tongban.domain import answers, systems
from tongban.domain.answers import Listed, NotAnAnswer
from tongban.domain.events import Outcome, SystemState
from tongban.domain.systems import Compared, DifferenceKind, Here
from tongban.exchange.systems import adapters, storage
from tongban.exchange.systems.models import Answer, AnswerState, Comparison, PlacedCase, System
from tongban.exchange.systems.working import failed_words
from tongban.journal import backoff

EVERY = timedelta(days=1)
AFTER_FAILURE = timedelta(hours=1)
KEPT_IN_LIST = timedelta(days=40)
"""So long after its end a case is still compared."""
MOST_PAGES = 1000
KEPT = timedelta(days=400)
IN_ONE_QUESTION = 500


def run(*, now: datetime) -> int:
    """Compare with every system that is due; return how many were compared."""
    due = System.objects.filter(_is_due(now)).order_by("compare_at").values_list("pk", flat=True)
    return sum(_run(name, now) for name in list(due))


def _run(name: str, now: datetime) -> bool:
    if not System.objects.filter(_is_due(now), pk=name).update(compare_at=now + AFTER_FAILURE):
        return False
    return not compare(System.objects.get(pk=name), now=now).failure


def _is_due(now: datetime) -> Q:
    return backoff.is_due(now, longest=EVERY, field="compare_at")


def compare(system: System, *, now: datetime) -> Comparison:
    """Compare at once; return what was found, which is kept."""
    try:
        there = _listed(system)
    except Exception as failed:  # whatever it is: people see that it was not compared
        return Comparison.objects.create(system=system, at=now, failure=failed_words(f"与{system}对账", failed))
    found = systems.compare(_here(system, set(there), now), there, storage.table(system))
    lost = [one.case for one in found.differences if one.kind is DifferenceKind.NOT_THERE]
    PlacedCase.objects.filter(pk__in=lost).update(content="")
    storage.want(lost, now=now)
    System.objects.filter(pk=system.pk).update(compare_at=now + EVERY)
    Comparison.objects.filter(system=system, at__lt=now - KEPT).delete()
    return Comparison.objects.create(
        system=system, at=now, here=found.here, there=found.there, differences=_plain(found)
    )


def _listed(system: System) -> dict[str, Listed]:
    """Return all that a system has, by case number. Raises NotReached, TurnedAway, NotAnAnswer."""
    adapter, nonce = adapters.of(system), secrets.token_hex(16)
    found: dict[str, Listed] = {}
    after = ""
    for _ in range(MOST_PAGES):
        page = answers.read_list(storage.believe(system, adapter.cases(after=after, nonce=nonce), member="list"))
        if (page.system, page.nonce) != (system.name, nonce):
            raise NotAnAnswer("清单不是为这次对账开列的。请联系对方运维人员。")
        if page.cases and page.cases[0].case <= after:
            raise NotAnAnswer("清单没有接着上一页。请联系对方运维人员。")
        found |= {one.case: one for one in page.cases}
        if not page.more:
            return found
        after = page.cases[-1].case
    raise NotAnAnswer(f"清单超过 {MOST_PAGES} 页，没有采用。请联系对方运维人员。")


def _here(system: System, listed: set[str], now: datetime) -> dict[str, Here]:
    """Return what is here: what is open, what ended lately, and whatever the system lists."""
    rows = list(_compared(system, now))
    beside = sorted(listed - {row.number for row in rows})
    for start in range(0, len(beside), IN_ONE_QUESTION):
        rows += PlacedCase.objects.filter(system=system, pk__in=beside[start : start + IN_ONE_QUESTION])
    held = Answer.objects.filter(system=system, state__in=(AnswerState.REFUSED, AnswerState.WAITING))
    refused = set(held.values_list("case", flat=True))
    outcomes = casework.outcomes({row.application for row in rows})
    return {
        row.number: Here(
            said=SystemState(row.said) if row.said else None,
            outcome=Outcome(outcome) if (outcome := outcomes.get((row.application, row.case))) else None,
            ended=row.ended_at is not None,
            refused=row.number in refused,
        )
        for row in rows
    }


def _compared(system: System, now: datetime) -> QuerySet[PlacedCase]:
    """Return what the system has acknowledged, and has not ended long ago."""
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=now - KEPT_IN_LIST)
    return PlacedCase.objects.filter(lately, system=system, told_at__isnull=False)


def _plain(found: Compared) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind.value, "case": one.case, "here": one.here, "there": one.there} for one in found.differences
    ]
