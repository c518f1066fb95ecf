"""The official shapes of CPSV-AP 3.2.0 find nothing to object to in what we write."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import RDF

from tests.catalogue.holdings import holdings
from tests.external import EXTERNAL
from tests.own_database import OwnDatabase
from tongban.catalogue import models
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports.cpsv import cpsv
from tongban.catalogue.exports.turtle import CPSV

FOLDER = EXTERNAL / "cpsv"
SHAPES = Graph().parse(FOLDER / "shapes" / "cpsv-ap-SHACL-3.2.0.ttl")


def validated(file: Path) -> dict[str, object]:
    """Run the validator that came with the shapes."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / "validate_cpsv.py"), str(file), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    verdict: dict[str, object] = json.loads(done.stdout)
    return verdict | {"exit": done.returncode}


def test_the_whole_demo_conforms_with_as_many_services_as_matters(demo_database: OwnDatabase, tmp_path: Path) -> None:
    file = tmp_path / "目录.ttl"
    call_command("catalogue_export", str(file), "--format", "cpsv")

    verdict = validated(file)

    assert (verdict["exit"], verdict["violations"], verdict["results"]) == (0, 0, [])
    services = set(Graph().parse(file).subjects(RDF.type, CPSV.PublicService))
    assert len(services) == models.Matter.objects.count()


@settings(max_examples=20, deadline=None)
@given(holdings().filter(lambda given: given.standards))
def test_whatever_a_standard_is_called_it_conforms(given: Holdings) -> None:
    data = Graph().parse(data=cpsv(given, in_force={}, bodies={}), format="turtle")

    conforms, _, text = validate(data, shacl_graph=SHAPES, inference="none", advanced=False)

    assert conforms, text


@pytest.mark.parametrize("taken", ["dct:title", "cv:hasCompetentAuthority", "dct:description"])
def test_the_shapes_would_find_what_is_missing(taken: str, demo_database: OwnDatabase, tmp_path: Path) -> None:
    file = tmp_path / "目录.ttl"
    call_command("catalogue_export", str(file), "--format", "cpsv", "--matter", "HS-01")
    file.write_text(file.read_text(encoding="utf-8").replace(taken, "tb:lost"), encoding="utf-8")

    assert validated(file)["exit"] == 1
