"""The differences that the demo shows on purpose are found, all of them and nothing else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.worlds import tongbiao
from tongban.catalogue import differences, joint_set, storage
from tongban.catalogue.actions import Holdings, Observations, observe, publish
from tongban.catalogue.differences import Change, NoSuchPlace, changed
from tongban.catalogue.rows import BadRows
from tongban.domain.catalogue import Condition, Requirement, Source, SourceKind, Terms
from tongban.domain.clock import Limit, Start, Unit
from tongban.domain.codes import MaterialForm, Necessity, SourceChannel
from tongban.domain.conformance import Weight
from tongban.journal import actions as journal_actions
from tongban.people.actor import SYSTEM, Actor

NOW = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
COMPOSED = Source(SourceKind.COMPOSED)
TERMS = Terms(
    name="公司设立登记",
    conditions=(Condition("有住所", COMPOSED), Condition("成年", COMPOSED, expression="age >= 18")),
    requirements=(Requirement("M_FORM"), Requirement("M_SEAT", 2)),
    statutory=Limit(20, Unit.WORKING),
    promised=Limit(5, Unit.WORKING),
    yields="C_LICENCE",
    recognised_in=("110000", "120000"),
)


def load(folder: Path) -> tuple[differences.Difference, ...]:
    """Put the joint standards of a set in force, as all signatures do, and what bodies publish and show."""
    joint = joint_set.read_folder(folder)
    declared = differences.read(folder)
    standards = {each.matter: each for each in joint.joint}
    holdings = Holdings(
        standards=joint.joint,
        implementations=tuple(each for each in joint.implementations if each.matter in standards),
        materials=joint.materials,
        certificate_types=joint.certificate_types,
        elements=joint.elements,
    )
    publish(operation="publish", actor=SYSTEM, holdings=holdings, now=NOW)
    put_in_force([(matter, 1) for matter in standards])
    seen = Observations(differences.observed(declared, standards))
    observe(operation="observe", actor=SYSTEM, observations=seen, now=NOW)
    return declared


def put_in_force(versions: list[tuple[str, int]]) -> None:
    @journal_actions.action
    def sign(*, operation: journal_actions.Operation, actor: Actor, now: datetime) -> journal_actions.Answer:
        stream = journal_actions.lock(storage.STREAM, operation)
        events = storage.schedule(versions, batch="TB", from_on=NOW.date(), until_on=None, at=now)
        journal_actions.append(stream, events, at=now, answer={})
        return {}

    sign(operation="sign", actor=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_conformance_finds_exactly_the_declared_differences_also_after_their_file_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "tongbiao"
    shutil.copytree(differences.SET, folder)
    declared = load(folder)
    shutil.rmtree(folder)
    said = StringIO()

    with pytest.raises(SystemExit) as end:
        call_command("conformance", "--json", stdout=said)

    found = sorted(
        (row["matter"], row["region"], row["body"], row["kind"], row["path"], row["weight"])
        for row in json.loads(said.getvalue())
    )
    expected = sorted(
        (each.matter, each.region, each.body, "observed", path, weight.value)
        for each in declared
        for path, weight in each.expected
    )
    assert end.value.code == 1
    assert found == expected


def test_differences_of_every_kind_are_declared() -> None:
    declared = differences.read()

    kinds = {path.split("/")[0] + "/" + path.split("/")[-1] for each in declared for path, _ in each.expected}

    assert len(declared) >= 12
    assert {weight for each in declared for _, weight in each.expected} == set(Weight)
    assert kinds >= {
        "name/name",
        "conditions/expression",
        "conditions/text",
        "materials/form",
        "materials/copies",
        "materials/necessity",
        "materials/channel",
        "limits/days",
        "limits/unit",
        "limits/start",
        "result/certificate_type",
        "result/document",
    }


@pytest.mark.parametrize(
    ("path", "value", "about"),
    [
        ("name", "另名", {"name": "另名"}),
        ("conditions/0", None, {"conditions": TERMS.conditions[1:]}),
        ("conditions/0/text", "有固定住所", {"conditions": (Condition("有固定住所", COMPOSED), TERMS.conditions[1])}),
        (
            "conditions/1/expression",
            "age >= 22",
            {"conditions": (TERMS.conditions[0], Condition("成年", COMPOSED, expression="age >= 22"))},
        ),
        (
            "conditions/extra",
            {"text": "无不良记录", "source": "composed"},
            {"conditions": (*TERMS.conditions, Condition("无不良记录", COMPOSED))},
        ),
        ("materials/M_FORM", None, {"requirements": TERMS.requirements[1:]}),
        (
            "materials/M_NEW",
            {"copies": 3, "form": "paper", "necessity": "deferrable", "channel": "other", "commitment": True},
            {
                "requirements": (
                    *TERMS.requirements,
                    Requirement(
                        "M_NEW",
                        3,
                        form=MaterialForm.PAPER,
                        necessity=Necessity.DEFERRABLE,
                        channel=SourceChannel.OTHER,
                        commitment=True,
                    ),
                )
            },
        ),
        ("materials/M_SEAT/copies", 1, {"requirements": (Requirement("M_FORM"), Requirement("M_SEAT", 1))}),
        (
            "limits/promised",
            {"days": 3, "unit": "natural", "start": "receipt"},
            {"promised": Limit(3, Unit.NATURAL, Start.RECEIPT)},
        ),
        (
            "limits/statutory",
            {"days": 7, "unit": "working", "start": "acceptance"},
            {"statutory": Limit(7, Unit.WORKING)},
        ),
        ("result/certificate_type", "C_OTHER", {"yields": "C_OTHER"}),
        ("result/document", "通知书", {"document": "通知书"}),
        ("recognition/110000", False, {"recognised_in": ("120000",)}),
        ("recognition/130000", True, {"recognised_in": ("110000", "120000", "130000")}),
    ],
)
def test_a_change_is_made_at_its_place_and_nowhere_else(path: str, value: Any, about: dict[str, Any]) -> None:
    assert changed(TERMS, Change(path, value)) == replace(TERMS, **about)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("colour", "red"),
        ("name/first", "x"),
        ("name", 7),
        ("conditions/9/text", "x"),
        ("conditions/-1/text", "x"),
        ("conditions/0/colour", "x"),
        ("conditions/extra", "x"),
        ("conditions/extra", {"source": "composed"}),
        ("materials/M_NONE/copies", 2),
        ("materials/M_FORM/copies", True),
        ("materials/M_FORM/copies", "2"),
        ("materials/M_FORM/form", "stone"),
        ("materials/M_FORM/colour", "red"),
        ("materials/M_FORM", {"copies": 1}),
        ("materials/M_NEW", 3),
        ("materials/M_NONE", None),
        ("limits/promised", 3),
        ("limits/promised", {"days": -1, "unit": "working", "start": "receipt"}),
        ("limits/promised", {"days": "3", "unit": "working", "start": "receipt"}),
        ("limits/other", {"days": 1, "unit": "working", "start": "receipt"}),
        ("result/colour", "red"),
        ("recognition/110000", "no"),
    ],
)
def test_a_change_that_has_no_place_is_refused(path: str, value: Any) -> None:
    with pytest.raises(NoSuchPlace, match=path):
        changed(TERMS, Change(path, value))


ROW = """
- {{what: 名称, matter: {matter}, region: '110000', body: {body}, changes: [{{path: {path}, value: 另名}}],
   expected: [{{path: name, weight: broken}}]}}
"""


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("differences:" + ROW.format(matter="TB-001", body="11110000MA0TB1022X", path="name"), ["differences/0/body"]),
        (
            "differences:" + ROW.format(matter="TB-001", body="11110000MA0TB1022H", path="name") * 2,
            ["differences/1"],
        ),
        (
            "differences:" + ROW.format(matter="TB-001", body="11110000MA0TB1022H", path="colour"),
            ["differences/0/changes/0/path"],
        ),
        ("differences: [{}]", ["differences/0"]),
        ("{", [""]),
    ],
)
def test_a_declaration_that_is_wrong_is_reported_with_its_place(tmp_path: Path, text: str, reasons: list[str]) -> None:
    (tmp_path / "differences.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(BadRows) as refused:
        differences.read(tmp_path)

    assert [row.path for row in refused.value.rows] == reasons


def test_a_difference_of_an_unknown_matter_or_place_is_reported(tmp_path: Path) -> None:
    known = ROW.format(matter="TB-001", body="11110000MA0TB1022H", path="materials/T_NONE/copies")
    text = "differences:" + known + ROW.format(matter="TB-999", body="11110000MA0TB1022H", path="name")
    (tmp_path / "differences.yaml").write_text(text, encoding="utf-8")
    standards = {each.matter: each for each in tongbiao().joint}

    with pytest.raises(BadRows) as refused:
        differences.observed(differences.read(tmp_path), standards)

    assert [row.path for row in refused.value.rows] == ["differences/0/changes/0", "differences/1/matter"]


def test_a_set_without_the_file_declares_none(tmp_path: Path) -> None:
    assert differences.read(tmp_path) == ()
