"""The comparison opens where the differences are, and always tells how many the other view holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from tests.harmony import world
from tests.harmony.pages import select, texts
from tongban.catalogue.actions import Holdings, publish
from tongban.people.actor import SYSTEM

ONE = reverse("harmony:standard", args=["TB-001"])
COUNTY = "11131082MA0TB1321Q"


def depart(body: str, region: str, name: str) -> None:
    """A body publishes another name, as a change of law makes it."""
    offer = world.offer(body, region, stated=replace(world.STANDARD.terms, name=name))
    publish(
        operation=world.operation(),
        actor=SYSTEM,
        holdings=Holdings(implementations=(offer,)),
        now=world.NOW,
        change_of_law="《药品管理法》第五十一条",
    )


def tabs(client: Client, **asked: str) -> list[tuple[str, bool]]:
    """Return the words of the two tabs, and which of them is the current one."""
    links = select(client.get(ONE, asked), ".tb-harmony-switch a")[:2]
    return [(each.text, "aria-current" in each.attributes) for each in links]


def test_where_only_a_system_shows_otherwise_the_page_opens_on_it(beijing: Client) -> None:
    world.see(world.HEBEI, "130000", name="药店许可")

    assert tabs(beijing) == [("公布的清单 0 处差异", False), ("各系统实际显示（1 家） 1 处差异", True)]
    assert texts(beijing.get(ONE), ".tb-harmony-comparison__notes") != []


def test_an_explicit_choice_wins_and_says_what_the_other_view_holds(beijing: Client) -> None:
    world.see(world.HEBEI, "130000", name="药店许可")

    assert tabs(beijing, shown="published") == [
        ("公布的清单 0 处差异", True),
        ("各系统实际显示（1 家） 1 处差异", False),
    ]
    assert tabs(beijing, shown="nonsense") == tabs(beijing)


def test_where_what_is_published_differs_too_the_page_opens_on_it(beijing: Client) -> None:
    depart(world.BEIJING, "110000", "药店许可")
    world.see(world.HEBEI, "130000", name="药店许可")

    assert tabs(beijing) == [("公布的清单 1 处差异", True), ("各系统实际显示（1 家） 2 处差异", False)]


@pytest.mark.parametrize("seen", [False, True])
def test_where_nothing_differs_the_page_opens_on_what_is_published(beijing: Client, seen: bool) -> None:
    if seen:
        world.see(world.HEBEI, "130000")

    assert tabs(beijing) == [
        ("公布的清单 0 处差异", True),
        (f"各系统实际显示（{int(seen)} 家） 0 处差异", False),
    ]


def test_a_body_that_is_not_in_the_columns_is_told_on_the_list_of_bodies(beijing: Client) -> None:
    world.put(implementations=(world.offer(COUNTY, "131082", level=4),))
    world.see(COUNTY, "131082", name="药店许可")

    page = beijing.get(ONE)

    rows = texts(page, ".tb-table tbody tr")
    assert [row for row in rows if "系统显示 1 处" in row] == [rows[-1]]
    assert rows[-1].startswith(COUNTY)
    assert [row for row in rows if "公布 0 处" in row] == rows
    assert tabs(beijing)[0] == ("公布的清单 0 处差异", True)


def test_the_links_and_the_form_carry_the_choice(beijing: Client) -> None:
    world.see(world.HEBEI, "130000", name="药店许可")

    chosen = beijing.get(ONE, {"shown": "published", "with": world.HEBEI})
    unasked = beijing.get(ONE)

    links = [each.attributes["href"] for each in select(chosen, ".tb-harmony-switch a")]
    assert links == [
        f"?shown=published&with={world.HEBEI}",
        f"?shown=observed&with={world.HEBEI}",
        f"?shown=published&with={world.HEBEI}&only=differing",
    ]
    assert [_carried(chosen), _carried(unasked)] == [["published"], []]


def _carried(page: object) -> list[str]:
    return [each.attributes["value"] for each in select(page, "input") if each.attributes.get("name") == "shown"]
