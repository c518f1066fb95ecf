"""What is there to do at these halls and desks, what is due first, and whose is it?

A clerk's halls hold applications to be answered; a reviewer's desks hold opinions and conclusions they owe, and, asked
for by their state, the cases that wait for somebody else. `merged` says how a list is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongban.casework import merged
from tongban.casework.merged import PAGE, Arm, Days, Key, Page, Range, Source
from tongban.domain.clock import Lamp
from tongban.domain.stages import Stage
from tongban.people.actor import Actor
from tongban.people.roles import Role

OPINION = "opinion"
AT_HALLS = (Stage.ACCEPT, Stage.CORRECT, Stage.CONFIRM)
AT_DECIDING_DESKS = (Stage.CONCLUDE, Stage.RETURNED, Stage.OPINIONS, Stage.PAUSED, Stage.CERTIFICATES)
AT_DESKS = (OPINION, *AT_DECIDING_DESKS)
TO_DO = (Stage.ACCEPT, OPINION, Stage.CONCLUDE, Stage.RETURNED)
"""What somebody can do now; the others wait for somebody else."""


class Tab(StrEnum):
    MINE = "mine"  # 我的
    DESK = "desk"  # 本岗位
    INTAKE = "intake"  # 待受理
    SOON = "soon"  # 即将到期
    LATE = "late"  # 已超期


STATES = {
    Tab.MINE: (*AT_HALLS, *AT_DESKS),
    Tab.DESK: AT_DESKS,
    Tab.INTAKE: AT_HALLS,
    Tab.SOON: TO_DO,
    Tab.LATE: TO_DO,
}
"""What each tab can be narrowed to; without that it shows what is to be done now."""

_LAMPS = {Tab.SOON: Lamp.YELLOW, Tab.LATE: Lamp.RED}
"""The lamp that tells what stands on a tab."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where somebody works today, and whose marks are his: his own and those of whom he stands in for."""

    account: str
    halls: tuple[str, ...]
    desks: tuple[tuple[str, str], ...]
    """The authority's credit code and the desk."""
    marks: tuple[str, ...]

    def has(self, tab: Tab) -> bool:
        """Whether somebody who works here has this list; what is his, near or late he may have anywhere."""
        return bool({Tab.DESK: self.desks, Tab.INTAKE: self.halls}.get(tab, True))


def places_of(actor: Actor) -> Places:
    halls = dict.fromkeys(duty.hall for duty in actor.duties if duty.role is Role.CLERK and duty.hall)
    desks = dict.fromkeys((duty.department, duty.desk) for duty in actor.duties if duty.role is Role.REVIEWER)
    absent = dict.fromkeys(duty.absent.id for duty in actor.duties if duty.absent)
    return Places(actor.id, tuple(halls), tuple(desks), (actor.id, *absent))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty: not narrowed. `application` (an id) is found at all places in all stages."""

    tab: Tab = Tab.DESK
    state: str = ""
    lamp: str = ""
    subject: str = ""
    """The code of a matter at desks, of a bundle at halls."""
    place: str = ""
    """The code of a hall, or the name of a desk."""
    free: bool = False
    """Only what nobody has taken."""
    application: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        if self.application:
            return STATES[Tab.MINE]
        allowed = STATES[self.tab]
        return (self.state,) if self.state in allowed else tuple(one for one in allowed if one in TO_DO)


def page(
    places: Places,
    wanted: Wanted,
    *,
    days: Days,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
) -> Page:
    """Return one page, the first due first: from the start, `after` a line, or up to that `before`. One statement."""
    return merged.page(list(_arms(places, wanted, days)), after=after, before=before, size=size)


def counts(places: Places, *, days: Days) -> dict[Tab, int]:
    """Return how many lines each tab has, `merged.MOST` + 1 standing for all that is more. One statement."""
    lists = [list(_arms(places, Wanted(tab), days)) for tab in Tab]
    return dict(zip(Tab, merged.counted(lists), strict=True))


def subjects(places: Places, wanted: Wanted) -> list[str]:
    """Return the matters, and at halls the bundles, that stand on a list, by code. One statement."""
    return merged.subjects(Range(source, source.place, place) for source, place in _sources(places, wanted))


# --- arms -------------------------------------------------------------------------------------------------------------


def _at_halls(stage: Stage) -> Source:
    day = f"t.{stage}_by_on"
    return Source(
        act=f"'{stage}'",
        table="casework_application",
        standing=f"{day} IS NOT NULL",
        place="t.hall = %s",
        application="t.id",
        case="0",
        desk="t.hall",
        due=day,
        subject="t.bundle",
        promised=day,
        statutory=day,
    )


def _at_desks(stage: Stage) -> Source:
    return Source(
        act=f"'{stage}'",
        table="casework_case",
        standing=f"t.stage = '{stage}'",
        place="t.body = %s AND t.deciding_desk = %s",
        application="t.application_id",
        case='t."index"',
        desk="t.deciding_desk",
        due="t.due_on",
        subject="t.matter",
        body="t.body",
        matter="t.matter",
        returned="t.returned",
    )


_OPINIONS = Source(
    act=f"'{OPINION}'",
    table="casework_opinion",
    standing="t.asked",
    place="t.body = %s AND t.desk = %s",
    application="t.application_id",
    case='t."case"',
    desk="t.desk",
    due="t.due_on",
    subject="t.matter",
    body="t.body",
    matter="t.matter",
)
_HALLS: dict[str, Source] = {stage: _at_halls(stage) for stage in AT_HALLS}
_DESKS: dict[str, Source] = {OPINION: _OPINIONS} | {stage: _at_desks(stage) for stage in AT_DECIDING_DESKS}
_DECIDED = (_DESKS[Stage.CONCLUDE], _DESKS[Stage.RETURNED])
"""What is not for whoever took the case in or accepted it (four eyes)."""


def _sources(places: Places, wanted: Wanted) -> Iterator[tuple[Source, tuple[str, ...]]]:
    """Yield each kind of work at each place that a list is made of."""
    at: list[tuple[tuple[str, ...], Mapping[str, Source]]] = [((hall,), _HALLS) for hall in places.halls]
    at += [(desk, _DESKS) for desk in places.desks]
    for place, sources in at:
        if wanted.place in ("", place[-1]):
            yield from ((source, place) for state, source in sources.items() if state in wanted.states)


def _arms(places: Places, wanted: Wanted, days: Days) -> Iterator[Arm]:
    for source, place in _sources(places, wanted):
        arm = _arm(source, place, places, wanted)
        if wanted.subject:
            arm.demand(f"{source.subject} = %s", wanted.subject)
        if source in _DECIDED:
            arm.demand("t.kept_from_deciding <> %s", places.account)
            arm.demand("t.taken_in_by <> %s", places.account)
        if wanted.free:
            arm.demand(
                f"""NOT EXISTS (SELECT 1 FROM casework_assignment m WHERE m.application_id = {source.application}
                    AND m."case" = {source.case} AND m.desk = {source.desk})"""
            )
        if not wanted.application:
            arm.demand_lamp(_LAMPS.get(wanted.tab, ""), days)
            arm.demand_lamp(wanted.lamp, days)
        yield arm


def _arm(source: Source, place: tuple[str, ...], places: Places, wanted: Wanted) -> Arm:
    """Return the arm at its place: in the index, or among the few rows of one application or of one's own marks."""
    if wanted.application:
        few = f"SELECT t.* FROM {source.table} t WHERE {source.application} = %s"
        return Arm(source, place, few, [wanted.application])
    if wanted.tab is not Tab.MINE:
        return Arm(source, place)
    marks = ", ".join("%s" for _ in places.marks)
    few = f"""SELECT t.* FROM casework_assignment m CROSS JOIN {source.table} t WHERE m.account IN ({marks})
        AND {source.application} = m.application_id AND {source.case} = m."case" AND {source.desk} = m.desk"""
    return Arm(source, place, few, places.marks)
