"""The maritime set says what the mission says: 37 matters, 17 of them in 9 categories, 33 materials given once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from tongban.catalogue import files
from tongban.domain import materials, plan
from tongban.domain.catalogue import Bundle, Item, Source, SourceKind, SubjectRole, check
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.elements import needed
from tongban.domain.identifiers import CertificateIdentifier, ImplementationCode

CATALOGUE, BUNDLE, DELEGATIONS = files.read_set("maritime")
ANSWERS = [
    dict(zip([question.code for question in BUNDLE.questions], choices, strict=True))
    for choices in product(*([choice.code for choice in question.choices] for question in BUNDLE.questions))
]


def test_the_set_holds_the_matters_of_the_hall_and_the_bundle() -> None:
    assert len(CATALOGUE.standards) == 37
    assert [item.matter for item in BUNDLE.items] == [f"HS-{number:02d}" for number in range(1, 18)]
    assert [category.name for category in BUNDLE.categories] == list(dict.fromkeys(i.category for i in BUNDLE.items))
    assert len(BUNDLE.categories) == 9


def test_the_delegations_come_from_the_four_origins_of_the_founding_document() -> None:
    origins = Counter(delegation.origin for delegation in DELEGATIONS)

    assert origins == {"交通运输部下放": 1, "河北海事局下放": 1, "曹妃甸海事局各业务处室": 22, "下设海事处": 13}
    assert sorted(delegation.matter for delegation in DELEGATIONS) == sorted(CATALOGUE.standards)


def test_the_default_answers_ask_for_all_of_it() -> None:
    derived = plan.derive(CATALOGUE, BUNDLE, {})

    assert derived.figures == plan.Figures(
        matters=17,
        categories=9,
        materials_one_by_one=61,
        materials_asked_without_sharing=33,
        materials_asked_with_sharing=26,
        repeats_saved=28,
        serial_working_days=80,
        parallel_working_days=10,
        certificate_chain_days=30,
    )
    assert derived.critical_path == ("HS-12", "HS-13", "HS-15")
    assert derived.late == ()


def test_whatever_is_answered_the_chosen_matters_fit_together_and_are_decided_in_time() -> None:
    for answers in ANSWERS:
        derived = plan.derive(CATALOGUE, BUNDLE, answers)
        chosen = {case.matter for case in derived.cases}
        check(CATALOGUE, replace(BUNDLE, items=tuple(item for item in BUNDLE.items if item.matter in chosen)))
        assert derived.late == ()


def test_answers_that_ask_for_less_leave_matters_and_materials_out() -> None:
    derived = plan.derive(
        CATALOGUE,
        BUNDLE,
        {"origin": "new", "mortgage": "no", "navigation": "coastal", "cargo": "small", "doc": "held", "books": "none"},
    )

    assert [case.matter for case in derived.cases] == ["HS-01", "HS-02", "HS-03", "HS-05", "HS-06", "HS-07", "HS-13"]
    asked = {ask.material for ask in derived.asks}
    assert asked.isdisjoint({"M_DEREG", "M_NOMORT", "M_TONNAGE", "M_IOPP", "M_MORTG", "M_BANKLIC", "M_CREW"})
    assert derived.cases[-1].needs == ("C_DOC",)


def test_a_ship_chartered_in_by_demise_is_registered_apart() -> None:
    derived = plan.derive(CATALOGUE, BUNDLE, {"origin": "bareboat"})

    assert {"HS-01", "HS-02", "HS-03", "HS-04"}.isdisjoint(case.matter for case in derived.cases)
    assert {case.needs for case in derived.cases if case.matter == "HS-05"} == {("C_NAT",)}


@pytest.mark.parametrize(
    ("matter", "statutory", "promised"),
    [
        ("HS-01", Limit(7, Unit.WORKING, Start.ACCEPTANCE), Limit(1, Unit.WORKING, Start.ACCEPTANCE)),
        ("HS-02", Limit(7, Unit.NATURAL, Start.RECEIPT), Limit(3, Unit.WORKING, Start.RECEIPT)),
        ("HS-04", Limit(7, Unit.NATURAL, Start.RECEIPT), Limit(3, Unit.WORKING, Start.RECEIPT)),
        ("HS-16", Limit(10, Unit.WORKING, Start.ACCEPTANCE), Limit(7, Unit.WORKING, Start.ACCEPTANCE)),
        ("HS-30", Limit(2, Unit.WORKING, Start.ACCEPTANCE), Limit(2, Unit.WORKING, Start.ACCEPTANCE)),
    ],
)
def test_limits_run_as_the_law_says(matter: str, statutory: Limit, promised: Limit) -> None:
    assert CATALOGUE.standards[matter].statutory == statutory
    assert CATALOGUE.implementations[matter].promised == promised


def test_the_mortgage_is_applied_for_together_and_held_by_the_mortgagee() -> None:
    assert CATALOGUE.standards["HS-04"].joint_applicants == (SubjectRole.COUNTERPARTY,)
    assert CATALOGUE.certificate_types["C_MORT"].to is SubjectRole.COUNTERPARTY


def test_only_the_approval_of_the_name_fixes_it() -> None:
    fixing = {matter: s.determines for matter, s in CATALOGUE.standards.items() if s.determines}

    assert fixing == {"HS-01": ("ship_name_cn", "ship_name_en")}


@pytest.mark.parametrize("matter", sorted(CATALOGUE.standards))
def test_every_matter_can_be_asked_for_alone(matter: str) -> None:
    alone = Bundle(code="alone", name="单办", items=(Item(matter, ""),))

    check(CATALOGUE, alone)

    assert [case.matter for case in plan.derive(CATALOGUE, alone, {}).cases] == [matter]


@pytest.mark.parametrize("matter", sorted(CATALOGUE.standards))
def test_codes_are_those_of_the_standard(matter: str) -> None:
    code = ImplementationCode.parse(CATALOGUE.implementations[matter].implementation_code)

    assert str(code.basic) == CATALOGUE.standards[matter].basic_code
    assert code.authority == CATALOGUE.implementations[matter].body


def test_basic_codes_and_type_codes_are_told_apart() -> None:
    types = [kind.type_code for kind in CATALOGUE.certificate_types.values()]

    assert len({standard.basic_code for standard in CATALOGUE.standards.values()}) == 37
    assert len(set(types)) == len(types)
    for code in types:
        CertificateIdentifier(code, "11130200MA0TB0011Q", "1", 1)


def test_what_is_cited_names_its_article_and_what_is_composed_names_none() -> None:
    sources: list[Source] = []
    for standard in CATALOGUE.standards.values():
        sources += [*standard.legal_basis, standard.statutory_source, standard.basic_code_source]
        sources += [condition.source for condition in standard.conditions]
        sources += [requirement.source for requirement in standard.requirements]
    sources += [kind.source for kind in CATALOGUE.certificate_types.values()]
    sources += [material.source for material in CATALOGUE.materials.values()]
    sources += [delegation.source for delegation in DELEGATIONS]

    assert {source.kind for source in sources} == set(SourceKind)
    assert all(s.reference.startswith("《") == (s.kind is SourceKind.CITED) for s in sources)


def test_every_material_of_the_bundle_is_asked_of_somebody() -> None:
    asked = {ask.material for ask in materials.pool(CATALOGUE, [i.matter for i in BUNDLE.items], _default_answers())}

    assert asked == set(list(CATALOGUE.materials)[:33])
    assert sum(CATALOGUE.materials[code].retrievable for code in asked) == 7


def test_every_element_stands_on_a_page_and_shows_an_example() -> None:
    topics = [topic.code for topic in CATALOGUE.topics]

    assert {element.topic for element in CATALOGUE.elements.values()} == set(topics)
    asked = needed(CATALOGUE, [item.matter for item in BUNDLE.items])
    assert 4 <= len({element.topic for element in asked}) <= 6
    assert all(element.example for element in CATALOGUE.elements.values())


def _default_answers() -> dict[str, str]:
    return plan.complete(BUNDLE, {})
