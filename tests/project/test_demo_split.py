"""What the demo shows of three regions is split among three nodes, each of which keeps its own and nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from pytest_django import Settings

from tests.worlds import DAY, tongbiao
from tongban.catalogue import demo as catalogue_demo
from tongban.catalogue.joint_set import JointSet
from tongban.domain.regions import province_of
from tongban.people import demo
from tongban.people.models import Account, Department, Hall
from tongban.project.walk import at

REGIONS = ("110000", "120000", "130000")
PARTS: dict[str, Callable[[JointSet], Iterable[object]]] = {
    "what a region keeps alone": lambda one: [each for each in one.standards if each.owner],
    "implementations": lambda one: one.implementations,
    "offers": lambda one: one.offers,
    "extensions": lambda one: one.extensions,
    "reforms": lambda one: one.reforms,
    "recognition": lambda one: one.recognition,
    "bundles": lambda one: [bundle.code for _, bundle in one.bundles],
}


@pytest.fixture(scope="module")
def whole() -> JointSet:
    return tongbiao()


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_joint_set_lies_on_one_node(part: str, whole: JointSet, settings: Settings) -> None:
    kept: Counter[object] = Counter()

    for region in REGIONS:
        settings.REGIONS = [region]
        kept.update(PARTS[part](catalogue_demo.kept_here(whole)))

    assert kept == Counter(PARTS[part](whole))


def test_a_node_of_three_regions_keeps_it_all(whole: JointSet) -> None:
    assert catalogue_demo.kept_here(whole) == whole


@pytest.mark.django_db
def test_bodies_halls_and_people_are_those_of_the_region(settings: Settings) -> None:
    settings.REGIONS = ["120000"]

    demo.load(now=at(DAY, 9))

    for model in (Department, Hall):
        assert {province_of(one.region) for one in model.objects.all()} == {"120000"}
    known = set(Account.objects.values_list("username", flat=True))
    assert {"mengjia", "hening", "tianwenjing", "xujing", "gaojianming", "wangjianguo"} <= known
    assert known.isdisjoint({"shilei", "baixue", "liufang", "gumingyuan", "chenhaisheng", "liangyu", "maqiang"})
