"""The pages of worklists: tabs, filters, search, taking and handing on, accepting many at once."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from bench.crowd import crowd
from tests.casework.conftest import DAY, REGISTRAR, read
from tests.casework.pages import statements, text
from tests.casework.test_stand_ins import stand_in
from tongban.casework.models import Assignment
from tongban.domain.application import CaseState
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import at, who

pytestmark = pytest.mark.usefixtures("afternoon")

CLERK, COLLEAGUE = "liufang", "qianying"
WORK = reverse("casework:work")
INTAKE, TASKS, MINE = (reverse(f"casework:{name}") for name in ("intake", "tasks", "mine"))
DESK = "船舶登记岗"


def desk(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def lines(answer: Any) -> list[str]:
    """Return the lines that can be chosen, as the form names them."""
    return re.findall(r'name="line" value="([^"]+)"', answer.content.decode())


def tabs(answer: Any) -> dict[str, str]:
    shown = re.findall(r'<a href="[^"]+"[^>]*>(\S+) <span class="tb-soft">([\d+]+)</span></a>', answer.content.decode())
    return dict(shown)


def more(house: walk.Walk, tag: str, day: date = DAY) -> str:
    return walk.Walk(house.catalogue, house.bundle, day, tag, lambda _: None).submit()


def owner(application: str, case: int, at_desk: str) -> str:
    mark = Assignment.objects.filter(application=application, case=case, desk=at_desk).first()
    return Account.objects.get(pk=mark.account.removeprefix("account:")).username if mark else ""


# --- tabs, filters, search --------------------------------------------------------------------------------------------


def test_each_duty_brings_its_tabs(client: Client, submitted: str) -> None:
    clerk = tabs(desk(client, CLERK).get(INTAKE))
    reviewer = tabs(desk(client, REGISTRAR).get(TASKS))
    stand_in(REGISTRAR, CLERK)
    both = tabs(desk(client, REGISTRAR).get(TASKS))

    assert clerk == {"我的": "0", "待受理": "1", "即将到期": "0", "已超期": "0"}
    assert reviewer == {"我的": "0", "本岗位": "0", "即将到期": "0", "已超期": "0"}
    assert both == {"我的": "0", "本岗位": "0", "待受理": "1", "即将到期": "0", "已超期": "0"}


def test_what_is_near_and_what_is_late_stand_on_their_tabs(
    client: Client, submitted: str, afternoon: Callable[[datetime], None]
) -> None:
    """Handed in on a Monday, an application is to be answered by the next one."""
    desk(client, CLERK)
    found = {}
    for day in (DAY, DAY + timedelta(days=3), DAY + timedelta(days=7), DAY + timedelta(days=8)):
        afternoon(at(day, 16))
        found[day.day] = [len(lines(client.get(reverse(f"casework:{name}")))) for name in ("soon", "late")]

    assert found == {2: [0, 0], 5: [1, 0], 9: [1, 0], 10: [0, 1]}


def test_a_list_is_narrowed_by_its_address_and_strange_choices_narrow_nothing(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    whole = len(lines(client.get(TASKS)))

    found = {
        query: len(lines(client.get(TASKS + query)))
        for query in (
            "?state=conclude",
            "?state=opinion",
            "?subject=HS-02",
            "?lamp=green",
            "?lamp=passed",
            "?free=on",
            "?subject=HS-02&lamp=passed",
            "?state=<script>&subject=x&lamp=blue&place=x",
            "?after=x&before=y",
            "?page=2",
        )
    }

    assert whole == 5
    assert found == {
        "?state=conclude": 5,
        "?state=opinion": 0,
        "?subject=HS-02": 1,
        "?lamp=green": 4,
        "?lamp=passed": 0,
        "?free=on": 5,
        "?subject=HS-02&lamp=passed": 0,
        "?state=<script>&subject=x&lamp=blue&place=x": 5,
        "?after=x&before=y": 5,
        "?page=2": 5,
    }
    assert "没有符合条件的事" in text(client.get(f"{TASKS}?lamp=passed"))


def test_a_matter_whose_last_line_is_done_stays_chosen(client: Client, accepted: str) -> None:
    """Else the whole list would stand where nothing is left."""
    answer = desk(client, REGISTRAR).get(f"{TASKS}?subject=HS-17")

    assert lines(answer) == []
    assert '<option value="HS-17" selected>' in answer.content.decode()


def test_an_application_is_searched_for_by_its_number_or_that_of_a_case(
    client: Client, house: walk.Walk, opined: str
) -> None:
    more(house, "more")
    desk(client, REGISTRAR)
    number = read(opined).number

    by_number = {query: client.get(TASKS, {"q": query}) for query in (number, number.lower(), f" {number}-0003 ")}
    wrong, unknown = (
        client.get(TASKS, {"q": query}) for query in ("130209-20260302-000001A", "130209-20260302-000099P")
    )

    assert {len(lines(answer)) for answer in by_number.values()} == {5}
    assert "申请编号" in text(wrong)
    assert lines(wrong) == lines(unknown) == []


def test_a_long_list_is_turned_by_key(client: Client, submitted: str) -> None:
    crowd(submitted, 60)
    desk(client, CLERK)

    first = client.get(INTAKE)
    forward = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert forward
    second = client.get(INTAKE + html.unescape(forward[1]))
    backward = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())
    assert backward
    again = client.get(INTAKE + html.unescape(backward[1]))

    assert (len(lines(first)), len(lines(second))) == (50, 11)
    assert set(lines(first)).isdisjoint(lines(second))
    assert lines(again) == lines(first)
    assert 'rel="next"' not in second.content.decode()
    assert tabs(first)["待受理"] == "61"


def test_more_than_can_be_counted_is_told_as_more(client: Client, submitted: str) -> None:
    crowd(submitted, 1_000)

    answer = desk(client, CLERK).get(INTAKE)

    assert tabs(answer)["待受理"] == "999+"
    assert "999+" in text(client.get(WORK))


@pytest.mark.parametrize(("username", "address"), [(CLERK, TASKS), (REGISTRAR, INTAKE), ("hanlei", MINE)])
def test_a_list_of_another_duty_is_not_opened(client: Client, people_only: None, username: str, address: str) -> None:
    assert desk(client, username).get(address).status_code == 403


@pytest.fixture
def people_only(house: walk.Walk) -> None:
    """The people of the house, and no application."""


# --- taking, handing on -----------------------------------------------------------------------------------------------


def test_a_line_is_taken_by_its_button_and_several_by_the_boxes(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    first, second, third = lines(client.get(TASKS))[:3]

    one = client.post(TASKS, {"take": first}, follow=True)
    two = client.post(f"{TASKS}?state=conclude", {"act": "take", "line": [second, third]}, follow=True)

    assert "已领取 1 件。" in text(one)
    assert "已领取 2 件。" in text(two)
    assert two.redirect_chain == [(f"{TASKS}?state=conclude", 302)]
    assert set(lines(client.get(MINE))) == {first, second, third}
    assert len(lines(client.get(f"{TASKS}?free=on"))) == 2
    assert Assignment.objects.filter(account=who(REGISTRAR, today=DAY).id).count() == 3


def test_lines_are_handed_to_a_colleague_and_put_back(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    line = lines(client.get(TASKS))[0]
    to = who(COLLEAGUE, today=DAY).id

    given = client.post(TASKS, {"act": "assign", "line": line, "to": to}, follow=True)
    shown = client.get(TASKS)
    back = client.post(TASKS, {"act": "release", "line": line}, follow=True)

    assert "已指派 1 件。" in text(given)
    assert "钱颖" in text(shown).split("经办人")[1]
    assert "已放回 1 件。" in text(back)
    assert Assignment.objects.count() == 0


def test_who_is_away_cannot_be_chosen_and_is_refused_with_a_sentence(client: Client, opined: str) -> None:
    stand_in("chenbin", COLLEAGUE)
    desk(client, REGISTRAR)
    page = client.get(TASKS)
    away = who(COLLEAGUE, today=DAY).id

    answer = client.post(TASKS, {"act": "assign", "line": lines(page)[0], "to": away})

    assert f'<option value="{away}" disabled>' in page.content.decode()
    assert "由人代岗至 3月31日" in text(page)
    assert answer.status_code == 422
    assert "钱颖不在岗，由他人代岗至 2026-03-31。" in text(answer)
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize(
    "posted", [{}, {"act": "accept"}, {"act": "take", "line": "x"}, {"line": "a.1"}, {"line": "a\0.1.b"}]
)
def test_choosing_nothing_is_refused_and_keeps_the_page(client: Client, opined: str, posted: dict[str, str]) -> None:
    answer = desk(client, REGISTRAR).post(TASKS, posted)

    assert answer.status_code == 422
    assert "没有选择任何一行" in text(answer)
    assert len(lines(answer)) == 5


def test_what_cannot_be_taken_is_told_line_by_line(client: Client, opined: str) -> None:
    desk(client, COLLEAGUE)
    first, second = lines(client.get(TASKS))[:2]
    client.post(TASKS, {"take": first})
    desk(client, REGISTRAR)

    answer = client.post(TASKS, {"act": "take", "line": [first, second]})

    assert answer.status_code == 200
    assert "共 2 件，办好 1 件。" in text(answer)
    assert "未领取：已由钱颖领取。" in text(answer)
    assert {mark.account for mark in Assignment.objects.all()} == {
        who(name, today=DAY).id for name in (COLLEAGUE, REGISTRAR)
    }


def test_a_stand_in_sees_for_whom_a_line_is_his(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    client.post(TASKS, {"take": lines(client.get(TASKS))[0]})
    stand_in("chenbin", REGISTRAR)

    page = desk(client, "chenbin").get(MINE)

    assert len(lines(page)) == 1
    assert "赵磊" in text(page).split("经办人")[1]


# --- accepting many ---------------------------------------------------------------------------------------------------


def states(application: str) -> set[CaseState]:
    return {case.state for case in read(application).cases}


def test_chosen_applications_are_accepted_each_by_itself(client: Client, house: walk.Walk, confirmed: str) -> None:
    waiting = [more(house, "b"), more(house, "c")]
    desk(client, CLERK)
    chosen = [line for line in lines(client.get(INTAKE)) if not line.startswith(waiting[1])]

    answer = client.post(INTAKE, {"act": "accept", "line": chosen, "operation": "bulk"})

    assert "共 2 件，办好 2 件。" in text(answer)
    assert {"已受理 17 个办件", "已受理 16 个办件"} <= set(re.findall(r"已受理 \d+ 个办件", text(answer)))
    assert [states(one) for one in (confirmed, waiting[1])] == [{CaseState.ACCEPTED}, {CaseState.SUBMITTED}]
    assert len(lines(client.get(INTAKE))) == 1


def test_one_that_is_refused_holds_up_no_other(client: Client, house: walk.Walk, confirmed: str) -> None:
    other = more(house, "b")
    desk(client, CLERK)
    chosen = lines(client.get(INTAKE))
    house.accept(confirmed)

    answer = client.post(INTAKE, {"act": "accept", "line": chosen, "operation": "bulk"})

    assert "共 2 件，办好 1 件。" in text(answer)
    assert f"申请 {read(confirmed).number} 没有等待受理的办件，无需再次受理。" in text(answer)
    assert "已受理 16 个办件" in text(answer)
    assert CaseState.ACCEPTED in states(other)


def test_sending_the_choice_twice_answers_the_same(client: Client, confirmed: str) -> None:
    desk(client, CLERK)
    asked = {"act": "accept", "line": lines(client.get(INTAKE)), "operation": "bulk"}

    first, again = client.post(INTAKE, asked), client.post(INTAKE, asked)

    assert text(again) == text(first)


def test_a_line_of_a_desk_is_not_accepted(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)

    answer = client.post(TASKS, {"act": "accept", "line": lines(client.get(TASKS))[0], "operation": "bulk"})

    assert "未受理：这一行不是待受理的申请。" in text(answer)


def test_another_halls_application_is_refused(client: Client, submitted: str) -> None:
    answer = desk(client, REGISTRAR).post(
        TASKS, {"act": "accept", "line": f"{submitted}.0.cfd-hall", "operation": "bulk"}
    )

    assert "未能受理：您不是这个办件的受理大厅或主管部门的窗口人员。" in text(answer)
    assert states(submitted) == {CaseState.SUBMITTED}


def test_an_application_that_is_not_there_is_not_told_of(client: Client, submitted: str) -> None:
    answer = desk(client, CLERK).post(INTAKE, {"act": "accept", "line": "none.0.cfd-hall", "operation": "bulk"})

    assert "共 0 件，办好 0 件。" in text(answer)


# --- statements and words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [INTAKE, TASKS, MINE, reverse("casework:soon"), reverse("casework:late"), WORK])
def test_every_list_costs_the_same_for_one_application_and_for_three(
    client: Client, house: walk.Walk, accepted: str, address: str
) -> None:
    waiting = more(house, "waiting")
    stand_in(REGISTRAR, CLERK)
    desk(client, REGISTRAR)
    client.post(TASKS, {"take": lines(client.get(TASKS))[0]})
    client.post(INTAKE, {"take": f"{waiting}.0.cfd-hall"})

    one = statements(client, address)
    for tag in ("more", "most"):
        other = walk.Walk(house.catalogue, house.bundle, DAY, tag, lambda _: None)
        application = other.submit()
        other.confirm(application)
        other.accept(application)
        more(house, f"{tag} waiting")

    assert statements(client, address) == one <= 16


@pytest.mark.parametrize(("username", "address"), [(CLERK, INTAKE), (REGISTRAR, TASKS), (REGISTRAR, MINE)])
def test_the_lists_speak_english(client: Client, house: walk.Walk, opined: str, username: str, address: str) -> None:
    more(house, "waiting")
    desk(client, username).cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = client.get(address).content.decode()

    main = re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])
    names = {account.name for account in Account.objects.exclude(name="")}
    left = set(re.findall(r"[\u4e00-\u9fff]+", main)) - names - {DESK, "河北渤远航运有限公司"}
    assert left == set()
