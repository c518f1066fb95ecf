"""Where do the open cases of a region stand?

Each division in a supervisor's scope in which a case is open is two arms of the list (`merged`): the cases whose limit
runs, and those that wait. So cases are turned over page by page, and counted as far as is told at once. The lamps are
those of `clock.lamp`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongban.casework import merged
from tongban.casework.merged import PAGE, Arm, Days, Key, Page, Range, Source, as_text
from tongban.domain.clock import Lamp
from tongban.domain.regions import prefix_of
from tongban.people.actor import Actor
from tongban.people.roles import Role

NOT_RUNNING = "none"
"""The lamp of a case whose limit does not run: not yet accepted, or in a special procedure."""

LAMPS = (Lamp.PASSED.value, Lamp.RED.value, Lamp.YELLOW.value, Lamp.GREEN.value, NOT_RUNNING)
"""The most pressing first."""


def _open(standing: str) -> Source:
    return Source(
        act="t.stage",
        table="casework_case",
        standing=f"t.stage IS NOT NULL AND {standing}",
        place="t.region = %s",
        application="t.application_id",
        case='t."index"',
        desk="t.deciding_desk",
        due="t.due_on",
        subject="t.region",
        body="t.body",
        matter="t.matter",
        tie=False,
    )


_RUNNING = _open("t.promised_due_on IS NOT NULL")
_WAITING = _open("t.promised_due_on IS NULL")


def scopes(actor: Actor) -> list[str]:
    """Return the divisions that the actor supervises."""
    return [duty.region for duty in actor.duties if duty.role is Role.SUPERVISOR]


def divisions(scopes: Iterable[str]) -> list[str]:
    """Return the divisions in these scopes in which cases are open, by code. One statement."""
    prefixes = [prefix for scope in scopes if (prefix := prefix_of(scope))]
    return merged.subjects(
        Range(source, "t.region < %s", [_after(prefix)], prefix)
        for prefix in prefixes
        for source in (_RUNNING, _WAITING)
    )


def _after(prefix: str) -> str:
    """Return the first text beyond all that begin so."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def counts(divisions: Sequence[str], *, days: Days) -> dict[str, int]:
    """Return how many open cases show each lamp, `merged.MOST` + 1 standing for all that is more. One statement."""
    lists = [_arms(divisions, lamp, days) for lamp in LAMPS]
    return dict(zip(LAMPS, merged.counted(lists), strict=True))


def page(
    divisions: Sequence[str],
    *,
    lamp: str = "",
    days: Days,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
) -> Page:
    """Return one page of the open cases, the first due first; `lamp`: only those that show it. One statement."""
    return merged.page(_arms(divisions, lamp, days), after=after, before=before, size=size)


def _arms(divisions: Sequence[str], lamp: str, days: Days) -> list[Arm]:
    sources = {"": (_RUNNING, _WAITING), NOT_RUNNING: (_WAITING,)}.get(lamp, (_RUNNING,))
    arms = [Arm(source, (division,)) for division in divisions for source in sources]
    for arm in arms:
        arm.demand_lamp(lamp, days)
        if lamp == Lamp.RED:
            arm.demand("t.statutory_due_on >= %s", as_text(days.today))
    return arms
