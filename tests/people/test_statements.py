"""How many statements does it cost? Knowing the actor at most two, lists the same for one row and for three."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tests.people.conftest import COMPANY, NOW, TODAY
from tongban.people import actions, queries
from tongban.people.actor import Actor
from tongban.people.models import Account, Mandate

Acting = Callable[..., Actor]


@pytest.mark.parametrize(("username", "acting_for", "statements"), [("zhaolei", "", 1), ("linxiao", COMPANY, 2)])
def test_knowing_the_actor_costs_at_most_two_statements(
    people: None,
    django_assert_num_queries: DjangoAssertNumQueries,
    username: str,
    acting_for: str,
    statements: int,
) -> None:
    account = Account.objects.get(username=username)
    queries.actor(account, acting_for=acting_for, today=TODAY)

    with django_assert_num_queries(statements):
        queries.actor(account, acting_for=acting_for, today=TODAY)


def test_knowing_a_stand_in_costs_no_statement_more(
    acting: Acting, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for username in ("zhaolei", "heping"):
        actions.name_stand_in(
            operation=username,
            actor=acting(username),
            absent=acting(username).id,
            account=acting("qianying").id,
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=1),
            now=NOW,
        )
    account = Account.objects.get(username="qianying")

    with django_assert_num_queries(1):
        found = queries.actor(account, today=TODAY)

    assert [duty.absent and duty.absent.name for duty in found.duties] == [None, "何平", "赵磊"]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_one_row_and_for_three(
    acting: Acting, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    Mandate.objects.filter(organisation="91130209MA0TB10143").delete()
    usernames = ["linxiao", "zhoumin", "wangjianguo"][:rows]
    agents = [acting(username) for username in usernames]
    for agent in agents:
        actions.grant_mandate(
            operation=agent.id,
            actor=acting("chenhaisheng"),
            organisation=COMPANY,
            agent=agent.person,
            matters=[],
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=1),
            now=NOW,
        )
    representative = acting("chenhaisheng").person

    with django_assert_num_queries(1):
        assert len(queries.mandates_granted(person=representative, today=TODAY)) == rows
    with django_assert_num_queries(1):
        assert len(queries.names_of([agent.id for agent in agents])) == rows
    with django_assert_num_queries(1):
        assert len(queries.parties(ids=[agent.person for agent in agents])) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_organisations_somebody_represents_are_one_statement(
    acting: Acting, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    representatives = ["chenhaisheng", "hanxueqin", "gaojianming"][:rows]
    organisations = [COMPANY, "org:91130200MA0TB2025C", "org:91120116MA0TB3036L"]
    agent = acting("wangjianguo")
    for username, organisation in zip(representatives, organisations, strict=False):
        actions.grant_mandate(
            operation="g",
            actor=acting(username),
            organisation=organisation,
            agent=agent.person,
            matters=[],
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=1),
            now=NOW,
        )

    with django_assert_num_queries(1):
        assert len(queries.representations(person=agent.person, today=TODAY)) == rows


def test_granting_a_mandate_stays_within_eight_statements(acting: Acting) -> None:
    representative, agent = acting("chenhaisheng"), acting("wangjianguo")

    with CaptureQueriesContext(connection) as captured:
        actions.grant_mandate(
            operation="g",
            actor=representative,
            organisation=COMPANY,
            agent=agent.person,
            matters=[],
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=1),
            now=NOW,
        )

    statements = [one["sql"] for one in captured if "SAVEPOINT" not in one["sql"]]
    assert len(statements) <= 8
