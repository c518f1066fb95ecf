"""A list costs the same number of statements however long it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import BANK, Program, Programs
from tests.casework.test_statements import ACTION, FRAME
from tongban.casework import drafts
from tongban.project import walk


def cost(program: Program, address: str, of: str) -> tuple[int, int]:
    """Return how many rows came and how many statements they took; the second time, when the process is warm."""
    program.get(address)
    with CaptureQueriesContext(connection) as captured:
        rows = program.get(address)[of]
    return len(rows), len(captured)


def applications(house: walk.Walk, count: int) -> None:
    for number in range(count):
        one = walk.Walk(house.catalogue, house.bundle, house.day, f"count/{count}/{number}", house.tell)
        one.submit()


def begun(house: walk.Walk, count: int) -> None:
    agent = walk.who(walk.AGENT, acting_for=walk.HOLDER, today=house.day)
    for _ in range(count):
        draft = drafts.start(actor=agent, bundle="maritime", now=walk.at(house.day, 9))
        drafts.answer(draft, {}, now=walk.at(house.day, 9))


LISTS: list[tuple[str, str, str, str, Callable[[walk.Walk, int], None]]] = [
    ("applications", "applications", walk.AGENT, walk.HOLDER, applications),
    ("applications/drafts", "drafts", walk.AGENT, walk.HOLDER, begun),
    ("tasks", "tasks", "liufang", "", applications),
    ("tasks", "tasks", "sunli", BANK, applications),
]


@pytest.mark.parametrize(("address", "of", "username", "acting_for", "more"), LISTS)
def test_a_list_of_one_and_a_list_of_three_cost_the_same(
    house: walk.Walk,
    program: Programs,
    address: str,
    of: str,
    username: str,
    acting_for: str,
    more: Callable[[walk.Walk, int], None],
) -> None:
    reader = program(username, acting_for)
    more(house, 1)
    one = cost(reader, address, of)

    more(house, 2)
    three = cost(reader, address, of)

    assert (one[0], three[0]) == (1, 3)
    assert three[1] == one[1]


def test_worklist_and_wallet_cost_the_same_before_and_after(house: walk.Walk, program: Programs) -> None:
    registrar, agent = program("zhaolei"), program(walk.AGENT, walk.HOLDER)
    application = house.submit()
    house.confirm(application)
    house.accept(application)
    house.opinions(application)
    tasks, wallet = cost(registrar, "tasks", "tasks"), cost(agent, "certificates", "certificates")

    house.conclude(application)

    assert (tasks[0] > 1, wallet[0]) == (True, 0)
    assert cost(registrar, "tasks", "tasks") == (0, tasks[1])
    assert cost(agent, "certificates", "certificates") == (16, wallet[1])


def test_one_application_costs_the_same_at_its_beginning_and_at_its_end(house: walk.Walk, program: Programs) -> None:
    agent = program(walk.AGENT, walk.HOLDER)
    application = house.submit()
    number = agent.get("applications")["applications"][0]["number"]
    beginning = cost(agent, f"applications/{number}", "cases")
    house.confirm(application)
    house.accept(application)
    house.opinions(application)
    house.conclude(application)

    assert cost(agent, f"applications/{number}", "cases") == beginning


def test_an_act_costs_three_statements_more_than_its_action(house: walk.Walk, program: Programs) -> None:
    """Token, actor and number; the budget of the action itself is held by casework."""
    registrar = program("zhaolei")
    application = house.submit()
    house.confirm(application)
    house.accept(application)
    house.opinions(application)
    number = registrar.get("tasks")["tasks"][0]["number"]
    conclusion = {"desk": "船舶登记岗", "outcome": "approved"}
    registrar.post(f"applications/{number}/cases/2/conclusion", conclusion)

    with CaptureQueriesContext(connection) as captured:
        registrar.post(f"applications/{number}/cases/3/conclusion", conclusion)

    counted = [query["sql"] for query in captured if not query["sql"].startswith(FRAME)]
    assert len(counted) <= ACTION + 3, "\n".join(sql[:160] for sql in counted)
