"""Every bad row of a set is reported with file, path and reason, all at once, and nothing is loaded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tongban.catalogue import files, yaml_text
from tongban.catalogue.rows import BadRow, BadRows
from tongban.domain.catalogue import Circular, Inconsistent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the maritime set that a test may spoil."""
    return Path(shutil.copytree(files.DATA / "maritime", tmp_path / "set"))


def spoil(folder: Path, file: str, change: Callable[[Any], object]) -> None:
    path = folder / file
    value = yaml_text.read(path.read_text())
    change(value)
    path.write_text(yaml.safe_dump(value, allow_unicode=True))


def rows(folder: Path) -> list[BadRow]:
    with pytest.raises(BadRows) as refused:
        files.read_folder(folder)
    return list(refused.value.rows)


def test_an_untouched_copy_says_the_same(folder: Path) -> None:
    assert files.read_folder(folder) == files.read_set("maritime")


def test_a_set_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(files.UnknownSet, match=r"没有名为“\.\./etc”的目录数据。现有：maritime"):
        files.read_set("../etc")


def test_mistakes_in_several_files_are_reported_together(folder: Path) -> None:
    spoil(folder, "matters/HS-01.yaml", lambda row: row["statutory"].update(days=-1))
    spoil(folder, "matters/HS-02.yaml", lambda row: row.pop("name"))
    spoil(folder, "materials.yaml", lambda part: part["materials"][3].update(about="moon"))

    assert rows(folder) == [
        BadRow("matters/HS-01.yaml", "statutory/days", "不应小于 0，写的是“-1”"),
        BadRow("matters/HS-02.yaml", "", "缺少 name"),
        BadRow(
            "materials.yaml", "materials/3/about", "应为 holder、ship、counterparty、person、voyage 之一，写的是“moon”"
        ),
    ]


MATTER = "matters/HS-02.yaml"


@pytest.mark.parametrize(
    ("file", "change", "row"),
    [
        (MATTER, lambda r: r.update(name=7), BadRow(MATTER, "name", "应为文字，写的是“7”")),
        (MATTER, lambda r: r.update(conditions=[]), BadRow(MATTER, "conditions", "不应为空")),
        (MATTER, lambda r: r.update(name="长" * 401), BadRow(MATTER, "name", "不应超过 400 个字")),
        (MATTER, lambda r: r.update(nmae="x"), BadRow(MATTER, "", "有不认识的名称：nmae")),
        (
            MATTER,
            lambda r: r["statutory"].update(days=9999),
            BadRow(MATTER, "statutory/days", "不应大于 3650，写的是“9999”"),
        ),
        (MATTER, lambda r: r["statutory"].pop("reference"), BadRow(MATTER, "statutory", "缺少 reference")),
        (
            MATTER,
            lambda r: r["statutory"].update(source="composed"),
            BadRow(MATTER, "statutory", "这里不应填写 reference"),
        ),
        (MATTER, lambda r: r["elements"].append("imo_number"), BadRow(MATTER, "elements", "同一项写了两次")),
        (MATTER, lambda r: r.update(code="HS 02"), BadRow(MATTER, "code", "写法不对：“HS 02”")),
        (MATTER, lambda r: r.update(code="HS-01"), BadRow(MATTER, "code", "HS-01 出现了两次")),
        (MATTER, lambda r: r["needs"].append("C_MOON"), BadRow(MATTER, "needs", "C_MOON 没有定义")),
        (MATTER, lambda r: r["materials"][0].update(material="M_X"), BadRow(MATTER, "materials", "M_X 没有定义")),
        (
            MATTER,
            lambda r: r["materials"][4]["when"].update(moon=["full"]),
            BadRow(MATTER, "materials/4/when", "没有问题 moon"),
        ),
        (
            MATTER,
            lambda r: r["materials"][4]["when"].update(origin=["stolen"]),
            BadRow(MATTER, "materials/4/when/origin", "stolen 没有定义"),
        ),
        (
            MATTER,
            lambda r: r["elements"].remove("builder"),
            BadRow(MATTER, "elements", "证照“船舶所有权登记证书”要写 builder，表单却没有问"),
        ),
        (
            "bundle.yaml",
            lambda b: b["questions"][0].update(default="x"),
            BadRow("bundle.yaml", "questions/0/default", "x 没有定义"),
        ),
        (
            "bundle.yaml",
            lambda b: b["questions"][0].update(when={"doc": ["apply"]}),
            BadRow("bundle.yaml", "questions/0/when", "没有问题 doc"),
        ),
        (
            "bundle.yaml",
            lambda b: b["items"][0].update(category="十"),
            BadRow("bundle.yaml", "items/0/category", "十 没有定义"),
        ),
        (
            "elements.yaml",
            lambda e: e["elements"][0].update(topic="t"),
            BadRow("elements.yaml", "elements/0/topic", "t 没有定义"),
        ),
        (
            "elements.yaml",
            lambda e: e["elements"][0].update(choices=e["elements"][12]["choices"]),
            BadRow("elements.yaml", "elements/0", "这里不应填写 choices"),
        ),
        (
            "delegations.yaml",
            lambda d: d["delegations"][0].update(from_on="2021-02-30"),
            BadRow("delegations.yaml", "delegations/0/from_on", "没有 2021-02-30 这一天"),
        ),
        (
            "delegations.yaml",
            lambda d: d["delegations"].pop(),
            BadRow("delegations.yaml", "delegations", "没有写明由谁决定：HS-37"),
        ),
    ],
)
def test_each_mistake_is_named_with_its_place(
    folder: Path, file: str, change: Callable[[Any], object], row: BadRow
) -> None:
    spoil(folder, file, change)

    assert row in rows(folder)


def test_a_body_whose_code_does_not_check_is_named(folder: Path) -> None:
    spoil(folder, MATTER, lambda row: row["implementation"].update(body="11130200MA0TB0011P"))

    (row,) = rows(folder)

    assert (row.file, row.path) == (MATTER, "implementation/body")


def test_files_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "materials.yaml").unlink()
    (folder / "elements.yaml").write_bytes(b"\xff\xfe")
    (folder / "bundle.yaml").write_text("code: a\ncode: b\n")
    (folder / "matters" / "HS-01.yaml").write_text("code: [\n")

    assert rows(folder) == [
        BadRow("matters/HS-01.yaml", "", "第 2 行第 1 列不合 YAML 语法"),
        BadRow("materials.yaml", "", "没有这个文件"),
        BadRow("elements.yaml", "", "不是 UTF-8 编码"),
        BadRow("bundle.yaml", "", "第 2 行第 1 列的“code”写了两次"),
    ]


def test_a_circle_is_refused_with_its_path(folder: Path) -> None:
    spoil(folder, "matters/HS-01.yaml", lambda row: row.update(needs=["C_NAT"]))

    with pytest.raises(Circular) as refused:
        files.read_folder(folder)

    assert refused.value.path == ("HS-01", "HS-03", "HS-02", "HS-01")


def test_a_certificate_may_not_carry_a_name_that_may_still_change(folder: Path) -> None:
    spoil(folder, "certificates.yaml", lambda part: part["certificate_types"][5]["fields"].append("ship_name_cn"))
    spoil(folder, "matters/HS-06.yaml", lambda row: row["elements"].append("ship_name_cn"))

    with pytest.raises(Inconsistent, match="HS-06 的目录有误：它的证照写有 ship_name_cn，该内容由 HS-01 的决定确定"):
        files.read_folder(folder)
