"""Colleagues share what stands at their hall or desk: marks bind nobody, and never outgrow the work."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import worlds
from tests.casework.conftest import DAY, REGISTRAR, conclude, read
from tests.casework.test_stand_ins import stand_in
from tests.own_database import OwnDatabase
from tongban.casework import assignments, worklists
from tongban.casework.assignments import Line, NotAssigned
from tongban.casework.merged import Days
from tongban.casework.models import Application, Assignment, Case
from tongban.casework.worklists import Tab, Wanted
from tongban.catalogue import calendars
from tongban.journal import queries as journal
from tongban.project import walk
from tongban.project.walk import at, who

COLLEAGUE, CLERK = "qianying", "liufang"
HALL, DESK = "cfd-hall", "船舶登记岗"
NOW = at(DAY, 11)


def marks() -> dict[Line, str]:
    names = {who(name, today=DAY).id: name for name in (REGISTRAR, COLLEAGUE, CLERK, "heping", "chenbin")}
    return {Line(one.application_id, one.case, one.desk): names[one.account] for one in Assignment.objects.all()}


def take(username: str, *lines: Line) -> assignments.Outcomes:
    return assignments.take(actor=who(username, today=DAY), lines=lines, now=NOW)


def assign(username: str, to: str, *lines: Line) -> assignments.Outcomes:
    return assignments.assign(actor=who(username, today=DAY), lines=lines, to=who(to, today=DAY).id, now=NOW)


def mine(username: str) -> list[Line]:
    places = worklists.places_of(who(username, today=DAY))
    found = worklists.page(places, Wanted(Tab.MINE), days=Days.at(DAY, calendars.load()))
    return [Line(item.application, item.case, item.desk) for item in found.items]


def test_what_is_taken_stands_on_ones_own_list_and_still_on_the_desks(opined: str) -> None:
    lines = [Line(opined, case, DESK) for case in (1, 2)]

    assert take(REGISTRAR, *lines) == dict.fromkeys(lines, "")

    assert marks() == dict.fromkeys(lines, REGISTRAR)
    assert (sorted(mine(REGISTRAR), key=lambda line: line.case), mine(COLLEAGUE)) == (lines, [])
    assert conclude(opined, 1, by=COLLEAGUE)["case"] == 1


def test_what_a_colleague_has_taken_stays_his_and_the_others_are_taken(opined: str) -> None:
    first, second = Line(opined, 1, DESK), Line(opined, 2, DESK)
    take(COLLEAGUE, first)

    outcomes = take(REGISTRAR, first, second)

    assert outcomes == {first: "未领取：已由钱颖领取。需要时请与其商量，再指派给您。", second: ""}
    assert marks() == {first: COLLEAGUE, second: REGISTRAR}
    assert take(COLLEAGUE, first) == {first: ""}


def test_anybody_of_the_desk_assigns_and_releases(opined: str) -> None:
    line = Line(opined, 1, DESK)
    take(COLLEAGUE, line)

    assert assign(REGISTRAR, REGISTRAR, line) == {line: ""}
    assert marks() == {line: REGISTRAR}
    assert Assignment.objects.get().by == who(REGISTRAR, today=DAY).id
    assert assignments.release(actor=who(COLLEAGUE, today=DAY), lines=[line]) == {line: ""}
    assert marks() == {}


def test_clerks_share_what_waits_at_their_hall(submitted: str) -> None:
    line = Line(submitted, 0, HALL)

    assert take(CLERK, line) == {line: ""}
    assert mine(CLERK) == [line]
    assert assign("heping", "heping", line) == {line: ""}
    assert mine("heping") == [line]


@pytest.mark.parametrize(
    ("username", "line"),
    [("chenbin", (1, DESK)), (CLERK, (1, DESK)), (REGISTRAR, (3, "船舶监督岗")), ("hanlei", (1, DESK))],
)
def test_another_places_lines_are_refused_one_by_one(accepted: str, username: str, line: tuple[int, str]) -> None:
    one = Line(accepted, *line)

    assert take(username, one) == {one: "未指派：这件事不在您的大厅或岗位上。请由该大厅或岗位的人员领取、指派。"}
    assert assignments.release(actor=who(username, today=DAY), lines=[one]) == {one: take(username, one)[one]}
    assert marks() == {}


def test_what_is_done_or_was_never_there_is_refused(opined: str) -> None:
    conclude(opined, 1)
    lines = [Line(opined, 1, DESK), Line(opined, 3, "船舶监督岗"), Line("none", 1, DESK), Line(opined, 0, HALL)]

    outcomes = take(REGISTRAR, *lines)

    assert set(outcomes.values()) == {"未指派：这件事已经办完，或已不在这个大厅、岗位上。请刷新页面。"}
    assert marks() == {}


def test_nobody_gets_what_he_may_not_do(opined: str) -> None:
    line = Line(opined, 1, DESK)

    with pytest.raises(NotAssigned, match="所选的人今天不在您的大厅或岗位任职"):
        assign(REGISTRAR, "chenbin", line)
    with pytest.raises(NotAssigned, match="所选的人今天不在您的大厅或岗位任职"):
        assignments.assign(actor=who(REGISTRAR, today=DAY), lines=[line], to="account:x", now=NOW)

    assert marks() == {}


def test_a_colleague_of_one_desk_gets_nothing_of_ones_other_desk(opined: str) -> None:
    stand_in("chenbin", REGISTRAR)
    own, stood_in_for = Line(opined, 5, "船舶监督岗"), Line(opined, 1, DESK)

    assert assign("chenbin", COLLEAGUE, own, stood_in_for) == {
        own: "未指派：钱颖不在这个大厅或岗位上。请指派给该处的人员。",
        stood_in_for: "",
    }


def test_who_accepted_a_case_does_not_get_its_conclusion(opined: str) -> None:
    stand_in(CLERK, REGISTRAR)
    line = Line(opined, 1, DESK)

    assert assign(COLLEAGUE, CLERK, line) == {
        line: "未指派：这个办件由其本人受理，受理人不作决定。请指派给另一位同事。"
    }
    assert take(CLERK, line)[line].startswith("未指派：这个办件由其本人受理")


def test_who_took_a_case_in_at_a_window_does_not_get_its_conclusion(opined: str) -> None:
    line, theirs = Line(opined, 1, DESK), who(COLLEAGUE, today=DAY)
    Case.objects.filter(application=opined, index=1).update(taken_in_by=theirs.id)

    assert assign(REGISTRAR, COLLEAGUE, line)[line].startswith("未指派：这个办件由其本人帮办收件")
    found = worklists.page(worklists.places_of(theirs), Wanted(application=opined), days=Days.at(DAY, calendars.load()))
    assert 1 not in {one.case for one in found.items}


def test_who_is_away_gets_nothing_and_his_stand_in_has_his_lines(opined: str) -> None:
    first, second = Line(opined, 1, DESK), Line(opined, 2, DESK)
    take(REGISTRAR, first)
    stand_in("chenbin", REGISTRAR)

    with pytest.raises(NotAssigned, match="赵磊不在岗，由他人代岗至 2026-03-31。请指派给代岗人或另一位同事。"):
        assign(COLLEAGUE, REGISTRAR, second)
    assert assign(COLLEAGUE, "chenbin", second) == {second: ""}

    assert mine("chenbin") == [first, second]
    assert take("chenbin", first) == {first: ""}
    assert marks() == {first: "chenbin", second: "chenbin"}


def test_a_line_that_comes_back_is_still_ones_own(opined: str) -> None:
    line = Line(opined, 2, DESK)
    take(REGISTRAR, line)
    conclude(opined, 2)
    assert mine(REGISTRAR) == []

    conclude(opined, 1, by=COLLEAGUE, determined={"ship_name_cn": "渤远二号"}, now=at(DAY, 16))

    assert mine(REGISTRAR) == [line]


def test_marks_on_what_is_over_are_dropped_when_more_is_taken(submitted: str, house: walk.Walk) -> None:
    done = Line(submitted, 0, HALL)
    take(CLERK, done)
    house.confirm(submitted)
    house.accept(submitted)
    house.opinions(submitted)
    case = Line(submitted, 1, DESK)
    take(REGISTRAR, case)
    conclude(submitted, 1)
    more = walk.Walk(house.catalogue, house.bundle, DAY, "more", lambda _: None).submit()

    take(CLERK, Line(more, 0, HALL))
    take(REGISTRAR, Line(submitted, 2, DESK))

    assert marks() == {Line(more, 0, HALL): CLERK, Line(submitted, 2, DESK): REGISTRAR}


def test_marks_are_no_part_of_the_journal(opined: str) -> None:
    before = journal.soundness()
    take(REGISTRAR, Line(opined, 1, DESK))

    assert journal.soundness() == before


@pytest.mark.parametrize("many", [1, 4])
def test_marking_costs_the_same_for_one_line_and_for_four(opined: str, many: int) -> None:
    actor, to = who(REGISTRAR, today=DAY), who(COLLEAGUE, today=DAY).id
    lines = [Line(opined, case, DESK) for case in (1, 2, 3, 4)][:many]
    costs = []
    for act in (
        partial(assignments.take, now=NOW),
        partial(assignments.assign, to=to, now=NOW),
        assignments.release,
    ):
        with CaptureQueriesContext(connection) as captured:
            assert set(act(actor=actor, lines=lines).values()) == {""}  # type: ignore[operator]
        costs.append(sum("SAVEPOINT" not in query["sql"] for query in captured))

    assert costs == [6, 6, 3]


def test_two_who_take_at_the_same_time_do_not_both_get_it(maritime_database: OwnDatabase) -> None:
    house = worlds.maritime_walk()
    application = house.submit()
    house.confirm(application)
    house.accept(application)
    lines = [Line(application, case.index, DESK) for case in read(application).cases if case.deciding_desk == DESK]
    registrars = [who(name, today=DAY) for name in (REGISTRAR, "qianying")] * 3

    answers: list[Any] = maritime_database.together(
        *[
            partial(assignments.take, actor=registrar, lines=lines[:: (-1) ** place], now=NOW)
            for place, registrar in enumerate(registrars)
        ]
    )

    marks = {Line(one.application_id, one.case, one.desk): one.account for one in Assignment.objects.all()}
    assert sorted(marks) == lines
    got = [{line for line, refused in answer.items() if not refused} for answer in answers]
    assert got == [{line for line in lines if marks[line] == registrar.id} for registrar in registrars]


def test_an_application_with_marks_is_kept(submitted: str) -> None:
    take(CLERK, Line(submitted, 0, HALL))

    assert Application.objects.get(pk=submitted).assignments.count() == 1


@pytest.mark.parametrize("text", ["", "a", "a.1", "a.x.b", "a.99999.b", "a.-1.b", "a.１.b"])
def test_what_is_no_line_is_none(text: str) -> None:
    assert Line.parse(text) is None


def test_a_line_comes_back_from_its_text() -> None:
    line = Line("01935d00-0000-7000-8000-000000000002", 17, "船舶.登记岗")

    assert Line.parse(str(line)) == line
