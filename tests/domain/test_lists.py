"""Every public list is one predicate over attributes, and the reform mode is the newest that has begun."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain import lists
from tongban.domain.catalogue import Implementation, MatterType, Regime, Requirement, SpecialProcedure, Standard
from tongban.domain.clock import Limit, Unit
from tongban.domain.codes import Channel, Device, Necessity, ProcedureKind
from tongban.domain.lists import ListKind, Offered
from tongban.domain.offers import HandlingMode, Reform, ReformMode

TODAY = date(2026, 11, 23)
STANDARD = Standard("TB-001", "公司设立登记", MatterType.LICENCE, Regime.LICENCE, Limit(20, Unit.WORKING))
IMPLEMENTATION = Implementation("TB-001", "110000", "11110000MA0TB1022H", Limit(5, Unit.WORKING), "审批岗", visits=2)
NOWHERE = Offered(STANDARD, IMPLEMENTATION)


def implementing(**changes) -> Offered:
    return replace(NOWHERE, implementation=replace(IMPLEMENTATION, **changes))


def asking(**changes) -> Offered:
    return replace(NOWHERE, standard=replace(STANDARD, **changes))


def test_two_visits_to_a_window_stand_on_no_list() -> None:
    assert lists.of(NOWHERE) == frozenset()


@pytest.mark.parametrize(
    ("offered", "kinds"),
    [
        (implementing(channels=(Channel.WINDOW, Channel.COMPUTER)), {ListKind.ONLINE}),
        (implementing(channels=(Channel.MOBILE,)), {ListKind.ONLINE}),
        (implementing(channels=(Channel.POST,)), set()),
        (implementing(visits=1), {ListKind.ONCE, ListKind.ONE_VISIT}),
        (implementing(visits=0), {ListKind.ONCE, ListKind.ONE_VISIT, ListKind.NO_VISIT}),
        (implementing(promised=Limit(0, Unit.WORKING)), {ListKind.INSTANT}),
        (asking(regime=Regime.INSTANT), {ListKind.INSTANT}),
        (asking(requirements=(Requirement("M", necessity=Necessity.DEFERRABLE),)), {ListKind.DEFERRABLE}),
        (asking(requirements=(Requirement("M", commitment=True),)), {ListKind.COMMITMENT}),
        (asking(regime=Regime.COMMITMENT), {ListKind.COMMITMENT}),
        (replace(NOWHERE, modes=frozenset({HandlingMode.ONLINE})), {ListKind.ZONE}),
        (replace(NOWHERE, modes=frozenset({HandlingMode.PROXY, HandlingMode.JOINT})), set()),
        (implementing(devices=(Device.TERMINAL,)), {ListKind.TERMINAL}),
        (implementing(devices=(Device.PRINTER,)), set()),
    ],
)
def test_an_attribute_puts_a_matter_on_its_list(offered: Offered, kinds: set[ListKind]) -> None:
    assert lists.of(offered) == kinds


@pytest.mark.parametrize(
    "changes",
    [
        {"special_procedures": (SpecialProcedure(ProcedureKind.EXPERT_REVIEW, "专家评审", 10),)},
        {"intermediary": "环境影响评价"},
    ],
)
def test_what_the_law_puts_between_application_and_decision_takes_it_off_the_list_of_one_go(changes) -> None:
    offered = Offered(replace(STANDARD, **changes), replace(IMPLEMENTATION, visits=1))

    assert lists.of(offered) == {ListKind.ONE_VISIT}


@given(visits=st.integers(0, 5))
def test_who_never_has_to_come_comes_at_most_once(visits: int) -> None:
    kinds = lists.of(implementing(visits=visits))

    assert (ListKind.NO_VISIT in kinds) <= (ListKind.ONE_VISIT in kinds)
    assert (ListKind.ONE_VISIT in kinds) == (visits <= 1)


def test_every_list_has_a_predicate() -> None:
    assert set(lists.PREDICATES) == set(ListKind)


def reform(region: str, mode: ReformMode, from_on: date, matter: str = "TB-001") -> Reform:
    return Reform(matter, region, mode, from_on)


def test_the_newest_reform_mode_that_has_begun_counts() -> None:
    reforms = [
        reform("130000", ReformMode.COMMITMENT, date(2021, 7, 1)),
        reform("130000", ReformMode.FILING, date(2024, 7, 1)),
        reform("130000", ReformMode.ABOLISHED, date(2027, 1, 1)),
        reform("130000", ReformMode.IMPROVED, date(2025, 1, 1), matter="TB-002"),
        reform("120000", ReformMode.IMPROVED, date(2025, 1, 1)),
    ]

    def mode(*regions: str, today: date = TODAY) -> ReformMode | None:
        found = lists.reform(reforms, matter="TB-001", regions=regions, today=today)
        return found and found.mode

    assert mode("130209", "130200", "130000") is ReformMode.FILING
    assert mode("130000", today=date(2024, 6, 30)) is ReformMode.COMMITMENT
    assert mode("130000", today=date(2027, 1, 1)) is ReformMode.ABOLISHED
    assert mode("130000", today=date(2021, 6, 30)) is None
    assert mode("110000") is None
