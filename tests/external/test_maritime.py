"""The composed maritime file gives the figures that its own author counted, and those of the seed."""

import json
from itertools import pairwise

import pytest

from tests.domain.strategies import Spec, build
from tests.external import EXTERNAL
from tongban.domain.catalogue import check
from tongban.domain.plan import Figures, derive

FILE = EXTERNAL.parent / "data" / "maritime_bundle.json"


@pytest.fixture(scope="module")
def document():
    return json.loads(FILE.read_text())


@pytest.fixture(scope="module")
def bundle(document):
    yielded_by = {code: certificate["yielded_by"] for code, certificate in document["certificates"].items()}
    shared = [code for code, material in document["materials"].items() if material["retrievable_by_data_sharing"]]
    specs = [
        Spec(
            code=item["id"],
            days=item["promised_days"],
            needs=tuple(yielded_by[code] for code in item["requires_certificates"]),
            materials=tuple(item["materials"]),
            category=item["category"],
            statutory=item["statutory_days"],
        )
        for item in document["items"]
    ]
    return build(specs, retrievable=shared)


def test_the_figures_are_those_of_the_seed(bundle):
    check(*bundle)

    assert derive(*bundle, {}).figures == Figures(
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


def test_the_figures_are_those_the_file_counts_itself(document, bundle):
    counted, figures = document["accounting"], derive(*bundle, {}).figures

    assert (
        figures.materials_one_by_one,
        figures.materials_asked_without_sharing,
        figures.repeats_saved,
        figures.materials_asked_without_sharing - figures.materials_asked_with_sharing,
        figures.serial_working_days,
    ) == (
        counted["external_material_submissions_one_by_one"],
        counted["distinct_external_materials"],
        counted["repeat_submissions_saved"],
        counted["materials_retrievable_by_sharing"],
        counted["serial_promised_days"],
    )


def test_all_can_be_handed_in_together_and_the_longest_chain_walks(document, bundle):
    plan = derive(*bundle, {})
    items = {item["id"]: item for item in document["items"]}
    path = [items[matter] for matter in plan.critical_path]

    assert (plan.feasible, len(plan.stages)) == (True, 1)
    assert path[0]["requires_certificates"] == []
    assert all(earlier["yields"] in later["requires_certificates"] for earlier, later in pairwise(path))
    assert sum(item["promised_days"] for item in path) == 30
