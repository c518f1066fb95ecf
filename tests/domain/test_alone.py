"""One matter alone is a bundle of one, with the questions of its own standard."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.worlds import tongbiao
from tongban.domain import alone, plan
from tongban.domain.catalogue import Catalogue, Inconsistent, check
from tongban.domain.codes import Channel

JOINT = tongbiao()
STANDARDS = {each.matter: each for each in JOINT.standards}
OFFERS = {each.matter: each for each in reversed(JOINT.implementations)}
MATERIALS = {each.code: each for each in JOINT.materials}
TYPES = {each.code: each for each in JOINT.certificate_types}
ELEMENTS = {each.code: each for each in JOINT.elements}


def whole(matter: str) -> Catalogue:
    standard = {matter: STANDARDS[matter]}
    return Catalogue(standard, {matter: OFFERS[matter]}, MATERIALS, TYPES, ELEMENTS, JOINT.topics)


@pytest.mark.parametrize("matter", sorted(each.matter for each in JOINT.joint))
def test_every_joint_matter_can_be_asked_for_alone(matter: str) -> None:
    made = alone.bundle(STANDARDS[matter])

    check(whole(matter), made)
    derived = plan.derive(whole(matter), made, {})

    assert made.code == matter
    assert [case.matter for case in derived.cases] == [matter]
    assert dict(derived.answers) == {question.code: question.default for question in made.questions}


def test_answers_choose_its_materials() -> None:
    made, catalogue = alone.bundle(STANDARDS["TB-001"]), whole("TB-001")
    question = made.questions[0]

    asked = [
        {ask.material for ask in plan.derive(catalogue, made, {question.code: choice.code}).asks}
        for choice in question.choices
    ]

    assert len({frozenset(materials) for materials in asked}) > 1


@pytest.mark.parametrize(("channels", "ways"), [((Channel.WINDOW,), "窗口"), ((Channel.WINDOW, Channel.POST), "快递")])
def test_what_is_taken_in_at_windows_only_is_not_asked_for_here(channels: tuple[Channel, ...], ways: str) -> None:
    offer = replace(OFFERS["TB-001"], channels=channels)

    with pytest.raises(alone.NotOnline, match=f"目前只能{ways}办理"):
        alone.demand_online(STANDARDS["TB-001"], offer)


def test_no_bundle_bears_the_code_of_a_matter() -> None:
    alone.demand_own_code("maritime", {"TB-001"})
    with pytest.raises(Inconsistent, match="代码 TB-001 是一个事项的编号"):
        alone.demand_own_code("TB-001", {"TB-001"})
