"""Worklists hold what the cases themselves say is to be done, in order, page by page, whatever they are narrowed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

import pytest

from bench.crowd import crowd
from tests.casework.conftest import DAY, REGISTRAR, also_review, conclude, read
from tongban.casework import assignments, merged, models, worklists
from tongban.casework.assignments import Line
from tongban.casework.merged import MOST, Days, Key
from tongban.casework.models import NEVER
from tongban.casework.worklists import AT_DESKS, AT_HALLS, OPINION, STATES, TO_DO, Tab, Wanted
from tongban.catalogue import calendars
from tongban.domain import stages
from tongban.domain.clock import Lamp
from tongban.domain.clock import lamp as kernel_lamp
from tongban.domain.stages import Stage
from tongban.people.actor import Actor
from tongban.project import walk
from tongban.project.walk import at, who

CLERK = "liufang"
LATER = DAY + timedelta(days=6)
"""A day on which some cases are late, some near and some calm."""


def days(today: date = LATER) -> Days:
    return Days.at(today, calendars.load())


@dataclass(frozen=True)
class Expected:
    """One line as the kernel's values have it."""

    act: str
    key: Key
    matter: str
    bundle: str
    promised: date | None
    statutory: date | None
    kept_from: str = ""

    @property
    def line(self) -> Line:
        return Line(self.key.application, self.key.case, self.key.desk)


def everything() -> Iterator[Expected]:
    """Yield every line of every application, at whatever place, by the kernel's own words."""
    for id in models.Application.objects.values_list("id", flat=True):
        found = read(id)
        for stage in AT_HALLS:
            due = stages.first_due(found, stage)
            if any(stages.stage(case) is stage for case in found.cases):
                yield Expected(stage, Key(due or NEVER, id, 0, found.hall), "", found.bundle, due, due)
        for case in found.cases:
            days = case.promised_due_on, case.statutory_due_on
            promised = days[0] or NEVER
            for desk in case.asked_opinions if case.state == "accepted" else ():
                yield Expected(OPINION, Key(promised, id, case.index, desk), case.matter, found.bundle, *days)
            stage = stages.stage(case)
            if stage in AT_DESKS:
                due = stages.due_on(found, case) or NEVER
                key = Key(due, id, case.index, case.deciding_desk)
                yield Expected(stage, key, case.matter, found.bundle, *days, kept_from=case.kept_from_deciding)


def expected(actor: Actor, wanted: Wanted, today: date = LATER) -> list[tuple[str, Key]]:
    """Return what a list should hold, found by looking at everything."""
    places = worklists.places_of(actor)
    mine = {desk for _, desk in places.desks} | set(places.halls)
    marks = {Line(mark.application_id, mark.case, mark.desk): mark.account for mark in models.Assignment.objects.all()}
    calm_from = days(today).calm_from
    calendar = calendars.load()

    def belongs(one: Expected) -> bool:
        if one.key.desk not in mine or (one.act in (Stage.CONCLUDE, Stage.RETURNED) and one.kept_from == actor.id):
            return False
        if one.act not in wanted.states or (wanted.place and wanted.place != one.key.desk):
            return False
        if wanted.subject and wanted.subject != (one.matter or one.bundle):
            return False
        if wanted.free and one.line in marks:
            return False
        if wanted.application:
            return one.key.application == wanted.application
        if wanted.lamp:
            if one.promised is None or one.statutory is None or one.key.due_on == NEVER:
                return False
            shown = kernel_lamp(today=today, promised_due=one.promised, statutory_due=one.statutory, calendar=calendar)
            if shown != wanted.lamp and (shown, wanted.lamp) != (Lamp.PASSED, Lamp.RED):
                return False
        match wanted.tab:
            case Tab.MINE:
                return marks.get(one.line) in places.marks
            case Tab.SOON:
                return today <= one.key.due_on < calm_from
            case Tab.LATE:
                return one.key.due_on < today
        return True

    found = sorted((one for one in everything() if belongs(one)), key=lambda one: place(one.key))
    return [(one.act, one.key) for one in found]


def place(key: Key) -> tuple[date, str, int, str]:
    return key.due_on, key.application, key.case, key.desk


def turned(actor: Actor, wanted: Wanted, size: int, today: date = LATER) -> list[tuple[str, Key]]:
    """Return a whole list, turned over page by page to its end; the way back tells the same."""
    places = worklists.places_of(actor)
    pages = [worklists.page(places, wanted, days=days(today), size=size)]
    while pages[-1].next:
        pages.append(worklists.page(places, wanted, days=days(today), after=pages[-1].next, size=size))
    back = [pages[-1]]
    while back[-1].previous:
        back.append(worklists.page(places, wanted, days=days(today), before=back[-1].previous, size=size))

    def listed(pages: list[merged.Page]) -> list[tuple[str, Key]]:
        return [(item.act, item.key) for page in pages for item in page.items]

    assert listed(back[::-1]) == listed(pages)
    assert all(len(page.items) <= size for page in (*pages, *back))
    return listed(pages)


@pytest.fixture
def busy(house: walk.Walk) -> list[str]:
    """Applications in several stages: waiting, under review, partly concluded, handed in on several days."""

    def at_day(number: int) -> walk.Walk:
        return walk.Walk(house.catalogue, house.bundle, DAY + timedelta(days=number), f"d{number}", lambda _: None)

    found = []
    for number, stage in enumerate(("submitted", "accepted", "opined", "concluded", "submitted")):
        one = at_day(number)
        application = one.submit()
        found.append(application)
        if stage == "submitted":
            continue
        one.confirm(application)
        one.accept(application)
        if stage in ("opined", "concluded"):
            one.opinions(application)
        if stage == "concluded":
            for case in (2, 1, 4):
                conclude(application, case, operation=f"c{number}/{case}", now=at(one.day, 15))
    return found


@pytest.fixture
def both(busy: list[str]) -> Actor:
    """A clerk who is a reviewer at two desks as well."""
    for desk in ("船舶登记岗", "船舶监督岗"):
        also_review(CLERK, desk=desk)
    return who(CLERK, today=DAY)


def test_every_tab_holds_what_the_cases_say_and_turns_page_by_page(busy: list[str], both: Actor) -> None:
    mark_some(both)
    for tab, size in product(Tab, (1, 7, 50)):
        wanted = Wanted(tab)

        assert turned(both, wanted, size) == expected(both, wanted), (tab, size)
    assert all(expected(both, Wanted(tab)) for tab in Tab)


def mark_some(actor: Actor) -> None:
    """Take every third line of what one can do."""
    lines = [Line(key.application, key.case, key.desk) for _, key in expected(actor, Wanted(Tab.DESK))]
    lines += [Line(key.application, key.case, key.desk) for _, key in expected(actor, Wanted(Tab.INTAKE))]
    assert set(assignments.take(actor=actor, lines=lines[::3], now=at(DAY, 11)).values()) == {""}


def test_a_list_is_narrowed_by_state_matter_lamp_place_and_marks(busy: list[str], both: Actor) -> None:
    mark_some(both)
    for tab in Tab:
        whole = Wanted(tab)
        narrowed = [replace(whole, state=state) for state in STATES[tab]]
        narrowed += [replace(whole, lamp=lamp) for lamp in Lamp]
        narrowed += [replace(whole, subject=subject) for subject in ("HS-01", "HS-04", "maritime", "none")]
        narrowed += [replace(whole, place=place) for place in ("船舶登记岗", "cfd-hall", "体系审核岗")]
        narrowed += [replace(whole, free=True), replace(whole, place="船舶登记岗", subject="HS-03", free=True)]
        for wanted in narrowed:
            assert turned(both, wanted, 9) == expected(both, wanted), wanted


def test_a_reviewer_of_one_desk_sees_his_own(busy: list[str]) -> None:
    for username, tab in product((REGISTRAR, "chenbin", "limei"), Tab):
        actor = who(username, today=DAY)

        assert turned(actor, Wanted(tab), 4) == expected(actor, Wanted(tab)), (username, tab)
    assert all(expected(who(username, today=DAY), Wanted(Tab.DESK)) for username in (REGISTRAR, "chenbin", "limei"))


def test_one_application_is_found_in_all_its_stages(busy: list[str], both: Actor) -> None:
    looked_for = [
        Wanted(Tab.INTAKE, state="opinion", lamp="red", application=application) for application in (*busy, "none")
    ]

    for wanted in looked_for:
        assert turned(both, wanted, 50) == expected(both, wanted)
    assert any(expected(both, wanted) for wanted in looked_for)


def test_whoever_has_no_place_has_empty_lists_and_asks_for_none(
    busy: list[str], django_assert_num_queries: Callable[..., object]
) -> None:
    supervisor = worklists.places_of(who("hanlei", today=DAY))

    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        pages = [worklists.page(supervisor, Wanted(tab), days=days()) for tab in Tab]
        counted = worklists.counts(supervisor, days=days())
        subjects = worklists.subjects(supervisor, Wanted())

    assert {page.items for page in pages} == {()}
    assert (set(counted.values()), subjects) == ({0}, [])


def test_counts_are_those_of_the_lists(busy: list[str], both: Actor) -> None:
    mark_some(both)

    counted = worklists.counts(worklists.places_of(both), days=days())

    assert counted == {tab: len(expected(both, Wanted(tab))) for tab in Tab}


def test_counting_stops(house: walk.Walk, both: Actor, busy: list[str]) -> None:
    crowd(busy[0], MOST + 5)

    counted = worklists.counts(worklists.places_of(both), days=days())

    assert counted[Tab.INTAKE] == MOST + 1


@pytest.mark.parametrize(
    ("username", "tab"), [(REGISTRAR, Tab.DESK), ("chenbin", Tab.DESK), ("chenbin", Tab.LATE), (CLERK, Tab.INTAKE)]
)
def test_the_subjects_of_a_list_are_those_that_stand_on_it(busy: list[str], username: str, tab: Tab) -> None:
    actor = who(username, today=DAY)
    by_key = {(one.act, one.key): one for one in everything()}

    found = worklists.subjects(worklists.places_of(actor), Wanted(tab))

    # The days of a tab narrow its lines, not what one may choose.
    lines = [by_key[line] for line in expected(actor, Wanted(Tab.DESK if tab is Tab.LATE else tab))]
    assert found == sorted({one.matter or one.bundle for one in lines})


def test_a_line_tells_what_its_application_is(busy: list[str], both: Actor) -> None:
    (first, *_) = worklists.page(worklists.places_of(both), Wanted(Tab.INTAKE), days=days()).items
    found = read(first.application)

    assert (first.number, first.holder, first.bundle, first.submitted_at, first.to_accept, first.cases) == (
        found.number,
        found.holder,
        found.bundle,
        found.submitted_at,
        16,
        17,
    )
    assert (first.act, first.case, first.desk, first.matter, first.account) == (Stage.ACCEPT, 0, "cfd-hall", "", "")
    assert first.due_on == min(case.answer_due_on for case in found.cases if case.answer_due_on)


def test_who_accepted_a_case_does_not_find_its_conclusion_on_his_list(accepted: str) -> None:
    also_review(CLERK)
    own, others = (
        worklists.page(worklists.places_of(who(name, today=DAY)), Wanted(), days=days()).items
        for name in (CLERK, REGISTRAR)
    )

    assert {item.act for item in own} <= {OPINION}
    assert {item.act for item in others} >= {Stage.CONCLUDE}


def test_a_returned_case_stands_apart_until_it_is_concluded_anew(opined: str) -> None:
    conclude(opined, 2)
    conclude(opined, 1, determined={"ship_name_cn": "渤远二号"}, now=at(DAY, 16))
    places = worklists.places_of(who(REGISTRAR, today=DAY))

    (item,) = worklists.page(places, Wanted(state=Stage.RETURNED), days=days()).items

    assert (item.case, item.returned) == (2, "content_changed")
    assert Stage.RETURNED in TO_DO


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-03-02", "2026-13-02.a.1.b", "2026-03-02.A.1.b", "2026-03-02.a.99999.b", "2026-03-02.a.1.", "\0"],
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert Key.parse(text) is None


def test_a_key_comes_back_from_its_text() -> None:
    key = Key(DAY, "01935d00-0000-7000-8000-000000000002", 17, "船舶登记岗")

    assert Key.parse(str(key)) == key


def test_rows_say_what_the_kernel_says(busy: list[str], both: Actor) -> None:
    """The columns of lists, as those of the fold, are only ever derived."""
    for row in models.Case.objects.all():
        found = read(row.application_id)
        case = found.case(row.index)

        assert (row.stage, row.due_on, row.region, row.kept_from_deciding) == (
            stages.stage(case),
            stages.due_on(found, case) or NEVER,
            found.region,
            case.kept_from_deciding,
        )
