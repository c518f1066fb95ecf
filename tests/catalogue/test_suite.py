"""Another system checks its own export: by a file, without a database, and never with a traceback."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.own_database import TONGBAN
from tongban.catalogue import joint_set, schema, suite
from tongban.catalogue.actions import Holdings, Observed
from tongban.catalogue.exports.jsonfile import json_file
from tongban.catalogue.rows import BadRows
from tongban.domain.catalogue import Condition, Requirement, Source, Terms
from tongban.domain.clock import Limit
from tongban.domain.codec import to_plain
from tongban.domain.conformance import effective

BODY = "11310000MA0TB1022K"


@pytest.fixture(scope="module")
def joint() -> joint_set.JointSet:
    return joint_set.read(name="tongbiao")


@pytest.fixture(scope="module")
def holdings(joint: joint_set.JointSet) -> Holdings:
    """A few joint matters with all their bodies."""
    standards = joint.joint[:6]
    matters = {each.matter for each in standards}
    return Holdings(
        standards=standards,
        implementations=tuple(each for each in joint.implementations if each.matter in matters),
        materials=joint.materials,
        certificate_types=joint.certificate_types,
        elements=joint.elements,
    )


@pytest.fixture(scope="module")
def row(joint: joint_set.JointSet) -> dict[str, Any]:
    standard = joint.joint[0]
    plain: dict[str, Any] = to_plain(Observed(standard.matter, BODY, "310000", standard.terms), Observed)
    return plain


def run(folder: Path, export: Any, *words: str) -> tuple[int, str, str]:
    """Run the command; return exit code, output and complaints. These tests have no database to ask."""
    path = folder / "export.json"
    path.write_bytes(export if isinstance(export, bytes) else json.dumps(export, ensure_ascii=False).encode())
    said, complaints = StringIO(), StringIO()
    try:
        call_command("conformance_suite", str(path), *words, stdout=said, stderr=complaints)
    except SystemExit as end:
        return int(str(end.code)), said.getvalue(), complaints.getvalue()
    except CommandError as refused:
        return refused.returncode, said.getvalue(), f"{complaints.getvalue()}{refused}"
    raise AssertionError("the command has an exit code of its own")


def test_the_command_stands_alone_beside_a_database_that_is_not_there(tmp_path: Path, row: dict[str, Any]) -> None:
    (tmp_path / "export.json").write_text(json.dumps({"terms": [row]}), encoding="utf-8")
    environment = os.environ | {"TONGBAN_DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/none.sqlite3"}
    command = [str(TONGBAN), "conformance", "suite", "export.json"]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "比对 1 条：符合 1 条，不符或待判断 0 条。"


def test_an_export_of_the_whole_catalogue_passes_against_itself_and_against_the_package(
    tmp_path: Path, holdings: Holdings
) -> None:
    data = json_file(holdings)

    code, said, complaints = run(tmp_path, data, "--json")
    against_itself = run(tmp_path, data, "--against", str(tmp_path / "export.json"), "--json")

    report = json.loads(said)
    assert (code, complaints, report["passed"]) == (0, "", True)
    assert [each["matter"] for each in report["matters"]] == sorted(each.matter for each in holdings.implementations)
    assert (len(report["not_exported"]), report["without_standard"]) == (173, [])
    assert json.loads(against_itself[1])["matters"] == report["matters"]
    assert against_itself[0] == 0


def test_a_matter_that_differs_fails_with_its_findings(tmp_path: Path, row: dict[str, Any]) -> None:
    row = row | {"terms": row["terms"] | {"name": "内资公司设立登记"}}

    code, said, _ = run(tmp_path, {"terms": [row]}, "--json")

    (tested,) = json.loads(said)["matters"]
    assert (code, tested["passed"], tested["marks"]["name"]) == (1, False, "differs")
    assert [(each["path"], each["weight"], each["found"]) for each in tested["findings"]] == [
        ("name", "broken", "内资公司设立登记")
    ]


def test_what_nobody_can_tell_does_not_pass(tmp_path: Path, row: dict[str, Any]) -> None:
    promised = row["terms"]["promised"] | {"unit": "natural"}

    code, said, _ = run(tmp_path, {"terms": [row | {"terms": row["terms"] | {"promised": promised}}]})

    assert code == 1
    assert said.splitlines() == [
        f"不符合 TB-001 公司设立登记（310000 {BODY}）：同名符合，同准符合，同材符合，同时待人工判断，互认符合",
        "    【待人工判断】承诺时限的单位与标准不同：标准为“1 个工作日（自受理起）”，此处为“1 个自然日（自受理起）”。"
        "机器不能判定是否相同，请人工比对后更正或说明。",
        "文件中没有的共同标准事项 178 个。",
        "比对 1 条：符合 0 条，不符或待判断 1 条。",
    ]


def test_a_file_with_nothing_to_compare_does_not_pass(tmp_path: Path, row: dict[str, Any]) -> None:
    code, said, _ = run(tmp_path, {"terms": [row | {"matter": "SH-001"}]})

    assert code == 1
    assert said.splitlines() == [
        "没有共同标准、未比对的事项：SH-001。",
        "文件中没有的共同标准事项 179 个。",
        "没有一个事项可以比对，不能认定符合。请核对事项编号。",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是 JSON"),
        (b"\xff\xfe", "不是 UTF-8"),
        (b"[" * 100_000, "export.json"),
        (b'{"terms": [NaN]}', "export.json"),
        (b"[]", "应为一组“名称: 值”"),
        (b"{}", "terms：没有一个事项"),
        (b'{"terms": {}}', "terms：应为列表"),
        (b'{"terms": [7]}', "terms/0：应为一组"),
        (b'{"terms": [{}]}', "terms/0：缺少 matter、region、body、terms"),
        (b'{"terms": [], "terms": []}', "export.json"),
    ],
)
def test_a_bad_file_gets_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    code, output, complaints = run(tmp_path, data)

    assert (code, output) == (2, "")
    assert said in complaints


def test_files_that_are_not_there_get_a_sentence(tmp_path: Path, row: dict[str, Any]) -> None:
    code, _, complaints = run(tmp_path, {"terms": [row]}, "--against", str(tmp_path / "nowhere.json"))

    assert (code, complaints) == (
        2,
        "nowhere.json：打不开，请核对文件名和权限\n未比对：文件有 1 处不合要求。请改正后再试。",
    )


def test_standards_that_do_not_fit_are_reported_with_their_place(tmp_path: Path, holdings: Holdings) -> None:
    plain = json.loads(json_file(holdings))
    plain["standards"][2]["statutory"]["days"] = -1
    path = tmp_path / "standards.json"
    path.write_text(json.dumps(plain), encoding="utf-8")

    with pytest.raises(BadRows) as refused:
        suite.read_reference(path)

    assert [row.path for row in refused.value.rows] == ["standards/2"]
    assert "办理时限不能是 -1 天" in refused.value.rows[0].reason


def test_a_body_that_states_a_matter_twice_is_reported(tmp_path: Path, row: dict[str, Any]) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"terms": [row, row]}), encoding="utf-8")

    with pytest.raises(BadRows, match=f"TB-001 {BODY} 出现了两次"):
        suite.read_export(path)


MANGLED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_row_it_is_read_or_reported(
    tmp_path: Path, row: dict[str, Any], data: st.DataObject
) -> None:
    mangled = json.loads(json.dumps(row))
    place: Any = mangled
    while isinstance(place, dict | list) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list) or not place[key]:
            place[key] = data.draw(MANGLED)
            break
        place = place[key]
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"terms": [mangled]}), encoding="utf-8")

    try:
        (stated,) = suite.read_export(path)
    except BadRows as refused:
        assert all(each.file == "export.json" and each.reason for each in refused.rows)
    else:
        assert to_plain(stated, Observed) == {name: mangled[name] for name in ("matter", "body", "region", "terms")}


# --- The documented form ----------------------------------------------------------------------------------------------


def test_the_documented_form_names_every_field_of_the_kernel() -> None:
    form = json.loads((schema.FOLDER / "export.json").read_text(encoding="utf-8"))["$defs"]

    for kind, name in (
        (Observed, "stated"),
        (Terms, "terms"),
        (Condition, "condition"),
        (Requirement, "requirement"),
        (Limit, "limit"),
        (Source, "source"),
    ):
        fields = {field.name for field in dataclasses.fields(kind)}
        assert set(form[name]["properties"]) == set(form[name]["required"]) == fields


def test_all_that_the_demo_states_has_the_documented_form(joint: joint_set.JointSet) -> None:
    standards = {each.matter: each for each in joint.joint}
    rows = [
        to_plain(Observed(each.matter, each.body, each.region, effective(each, standards[each.matter])), Observed)
        for each in joint.implementations
        if each.matter in standards
    ]

    assert len(rows) > 179 * 3
    assert schema.bad_rows("export.json", {"terms": rows}, "export") == []


def test_a_list_longer_than_the_form_allows_is_refused(tmp_path: Path, joint: joint_set.JointSet) -> None:
    standard = joint.joint[0]
    terms = replace(standard.terms, conditions=standard.conditions * 100)
    path = tmp_path / "export.json"
    rows = [to_plain(Observed(standard.matter, BODY, "310000", terms), Observed)]
    path.write_text(json.dumps({"terms": rows}), encoding="utf-8")

    with pytest.raises(BadRows, match="不应超过 200 项"):
        suite.read_export(path)
