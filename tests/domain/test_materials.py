"""Asked once for each subject, under every answer; whatever is missing is named at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.domain.strategies import Spec, acyclic, build
from tongban.domain.catalogue import Requirement, SubjectRole
from tongban.domain.materials import (
    Ask,
    Basis,
    MaterialMissing,
    Supply,
    SupplySource,
    certificates_needed,
    demand,
    needed,
    pool,
)
from tongban.domain.plan import derive


def supply(material):
    return Supply(material, SubjectRole.HOLDER, SupplySource.UPLOAD, "digest", Basis.GIVEN)


def test_a_material_of_several_matters_is_asked_once_in_order_of_first_need():
    catalogue, _ = build([Spec("x", materials=("b", "a")), Spec("y", materials=("a", "c"))], retrievable=("a",))

    assert pool(catalogue, ["x", "y"], {}) == (
        Ask("b", SubjectRole.HOLDER, ("x",), False),
        Ask("a", SubjectRole.HOLDER, ("x", "y"), True),
        Ask("c", SubjectRole.HOLDER, ("y",), False),
    )


def test_a_matter_that_names_a_material_twice_needs_it_once():
    catalogue, _ = build([Spec("x", materials=("a",))])
    twice = (Requirement("a"), Requirement("a", when=(("ship", frozenset({"new"})),)))
    standard = replace(catalogue.standards["x"], requirements=twice)

    assert needed(replace(catalogue, standards={"x": standard}), "x", {"ship": "new"}) == ("a",)


def test_a_material_asked_under_one_answer_is_not_asked_under_another():
    catalogue, _ = build([Spec("x", materials=("a", "b"))])
    some = (Requirement("a", when=(("ship", frozenset({"bought"})),)), Requirement("b"))
    catalogue = replace(catalogue, standards={"x": replace(catalogue.standards["x"], requirements=some)})

    assert needed(catalogue, "x", {"ship": "new"}) == ("b",)
    assert needed(catalogue, "x", {"ship": "bought"}) == ("a", "b")


def test_every_missing_material_and_certificate_is_named_at_once():
    catalogue, _ = build([Spec("x", materials=("a", "b", "c"))])

    with pytest.raises(MaterialMissing) as refusal:
        demand(pool(catalogue, ["x"], {}), ["C-other"], [supply("b")], {"a": "营业执照", "C-other": "国籍证书"})

    assert (
        str(refusal.value)
        == "还不能提交：缺少《营业执照》、《c》、《国籍证书》。请补充上传后再提交，或选择照现状提交。"
    )
    assert refusal.value.materials == ("a", "c", "C-other")


@given(acyclic())
def test_what_the_plan_asks_is_enough_and_nothing_of_it_can_be_left_out(specs):
    plan = derive(*build(specs), {})
    given_ = [supply(ask.material) for ask in plan.asks]

    assert demand(plan.asks, certificates_needed(plan.cases), given_, {}) is None
    for place, ask in enumerate(plan.asks):
        with pytest.raises(MaterialMissing) as refusal:
            demand(plan.asks, (), given_[:place] + given_[place + 1 :], {})
        assert refusal.value.materials == (ask.material,)


def test_a_certificate_that_several_cases_need_from_outside_is_needed_once():
    catalogue, bundle = build([Spec("x", needs=("gone",)), Spec("y", needs=("x", "gone"))])

    assert certificates_needed(derive(catalogue, bundle, {}).cases) == ("C-gone",)
