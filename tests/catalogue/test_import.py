"""A file is checked whole before anything of it is stored, and only what differs is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.catalogue.holdings import CITED, implementation, standard
from tests.own_database import OwnDatabase
from tongban.catalogue import models, storage
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports import jsonfile
from tongban.catalogue.exports.gathering import gather
from tongban.catalogue.exports.workbook import workbook
from tongban.catalogue.imports import taking
from tongban.catalogue.imports.taking import Examined, HasFaults
from tongban.domain.catalogue import CertificateType, DataElement, ElementKind, Material, Requirement
from tongban.domain.clock import Limit, Unit
from tongban.domain.offers import HandlingMode, Offer
from tongban.journal import actions as journal
from tongban.people.actor import SYSTEM, Actor, DutyValue
from tongban.people.roles import Role

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOTHING = {"standards": 0, "proposed": 0, "implementations": 0, "offers": 0, "extensions": 0, "reforms": 0}
NOTHING |= {"departures": 0}
_numbers = count()

Write = Callable[[Holdings], bytes]
BOTH = pytest.mark.parametrize("write", [workbook, jsonfile.json_file], ids=["xlsx", "json"])


def some(number: int = 2, *, named: str = "X", **about: Any) -> Holdings:
    codes = [f"{named}-{place}" for place in range(1, number + 1)]
    return Holdings(
        standards=tuple(standard(code, requirements=(Requirement("M_A", source=CITED),), **about) for code in codes),
        implementations=tuple(implementation(code) for code in codes),
        materials=(Material("M_A", "申请书"),),
    )


def steward(region: str) -> Actor:
    return Actor("account:1", "管理员", duties=(DutyValue(Role.STEWARD, region),))


def examine(data: bytes, *, actor: Actor = SYSTEM) -> Examined:
    return taking.examine(file="目录", data=data, actor=actor, today=NOW.date())


def take(data: bytes, *, actor: Actor = SYSTEM, take_good: bool = False) -> dict[str, int]:
    answer: dict[str, int] = taking.take(
        operation=f"import-{next(_numbers)}",
        actor=actor,
        examined=examine(data, actor=actor),
        now=NOW,
        take_good=take_good,
    )
    return answer


def told(examined: Examined) -> list[tuple[str, int, str]]:
    return [(fault.sheet, fault.row, fault.reason) for fault in examined.faults]


# --- Taken ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@BOTH
def test_what_is_new_is_published_and_comes_back_as_nothing(write: Write) -> None:
    assert take(write(some())) == NOTHING | {"standards": 2, "implementations": 2}

    assert gather() == some()
    assert examine(write(gather())).changes == ()
    assert take(write(gather())) == NOTHING


@pytest.mark.django_db
@BOTH
def test_only_what_differs_is_published(write: Write) -> None:
    take(write(some()))
    first, second = some().standards

    assert take(write(replace(some(), standards=(first, replace(second, name="新名称"))))) == NOTHING | {"standards": 1}


@pytest.mark.django_db
def test_a_difference_names_its_fields() -> None:
    take(workbook(some()))
    first, second = some().standards
    changed = replace(second, name="新名称", statutory=Limit(10, Unit.WORKING))

    (found,) = examine(workbook(replace(some(), standards=(first, changed)))).changes

    assert (found.key, found.fields) == (("standards", ("X-2",)), ("name", "statutory"))


@pytest.mark.django_db
@BOTH
def test_an_implementation_of_an_older_version_of_the_standard_comes_back_as_nothing(write: Write) -> None:
    take(write(some()))
    take(write(Holdings(standards=(replace(some().standards[0], name="新名称"),))))

    assert take(write(gather())) == NOTHING


@pytest.mark.django_db
def test_an_export_may_be_of_one_matter_or_one_province() -> None:
    take(workbook(some()))
    take(workbook(Holdings(standards=(standard("Y-1", owner="110000"),))))

    assert [one.matter for one in gather(matters=["X-2"]).standards] == ["X-2"]
    assert [one.matter for one in gather(matters=["X-2"]).implementations] == ["X-2"]
    assert [one.matter for one in gather(province="110000").standards] == ["Y-1"]
    assert gather(province="110000").materials == ()


# --- What does not fit together ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (Holdings(standards=(standard(requirements=(Requirement("M_X", source=CITED),)),)), "材料 M_X 既不在目录中"),
        (Holdings(standards=(standard(elements=("e",)),)), "数据元 e 既不在目录中"),
        (Holdings(standards=(standard(needs=("C_X",)),)), "证照类型 C_X 既不在目录中"),
        (Holdings(implementations=(implementation("Z-9"),)), "事项 Z-9 既不在目录中"),
        (Holdings(certificate_types=(CertificateType("C", "证", fields=("e",)),)), "数据元 e 既不在目录中"),
        (Holdings(standards=(standard("事项"),)), "应为 1 至 40 个字母"),
        (Holdings(standards=(standard(name="长" * 401),)), "应为一行、1 至 400 个字符"),
        (Holdings(standards=(standard(basic_code="12"),)), "应为 12 位数字或大写字母"),
        (Holdings(standards=(standard(owner="河北"),)), "应为 6 位行政区划代码"),
        (
            Holdings(standards=(standard(),), implementations=(implementation(body="11130200MA0TB0011X"),)),
            "统一社会信用代码",
        ),
        (
            Holdings(standards=(standard(),), implementations=(implementation(promised=Limit(30, Unit.WORKING)),)),
            "承诺时限 30 日长于法定时限 20 日",
        ),
        (Holdings(standards=(standard(document="许可证"),)), "结果名称“许可证”是证照"),
    ],
)
@BOTH
def test_what_does_not_fit_is_told_with_its_row(write: Write, given: Holdings, reason: str) -> None:
    examined = examine(write(given))

    assert [row for _, row, _ in told(examined)] in ([1], [2])
    assert reason in told(examined)[0][2]
    with pytest.raises(HasFaults, match="有 1 处问题，没有存入任何内容"):
        take(write(given))
    assert models.Matter.objects.count() == 0


@pytest.mark.django_db
@BOTH
def test_what_rests_on_something_left_out_is_left_out_as_well(write: Write) -> None:
    given = Holdings(
        standards=(standard("X-1", elements=("e",)), standard("X-2")),
        implementations=(implementation("X-1"), implementation("X-2")),
        elements=(DataElement("e", "长" * 401, "", ElementKind.TEXT),),
    )

    assert take(write(given), take_good=True) == NOTHING | {"standards": 1, "implementations": 1}
    assert [one.matter for one in gather().standards] == ["X-2"]


@pytest.mark.django_db
def test_an_offer_of_a_matter_in_the_file_needs_nothing_else() -> None:
    offer = Offer("X-1", "130000", ("110000",), HandlingMode.PROXY, "协议〔2026〕1号", NOW.date())

    assert take(workbook(replace(some(), offers=(offer,))))["offers"] == 1


# --- One's own region -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_steward_changes_his_own_region_only() -> None:
    take(workbook(some()))
    changed = replace(some().implementations[0], visits=1, visits_reason="核对原件")
    data = workbook(replace(some(), implementations=(changed, some().implementations[1])))

    assert [(sheet, row) for sheet, row, _ in told(examine(data, actor=steward("120000")))] == [("实施清单", 2)]
    assert told(examine(data, actor=steward("130000"))) == []


@pytest.mark.django_db
def test_what_is_the_same_asks_for_no_duty() -> None:
    take(workbook(some()))

    assert told(examine(workbook(gather()), actor=steward("120000"))) == []
    assert take(workbook(gather()), actor=steward("120000")) == NOTHING


@pytest.mark.django_db
def test_naming_ones_own_region_beside_anothers_body_takes_nothing_over() -> None:
    take(workbook(some()))
    claimed = replace(some().implementations[0], region="120000")

    examined = examine(workbook(Holdings(implementations=(claimed,))), actor=steward("120000"))

    assert "不是这个地区的事项管理员" in told(examined)[0][2]


@pytest.mark.django_db
def test_a_standard_stays_with_who_keeps_it() -> None:
    take(workbook(some(1)))

    examined = examine(workbook(Holdings(standards=(replace(some(1).standards[0], owner=""),))))

    assert "这个事项的标准由地区 130000维护" in told(examined)[0][2]


# --- Joint standards in force -----------------------------------------------------------------------------------------


@journal.action
def _sign(*, operation: journal.Operation, actor: Actor, now: datetime) -> journal.Answer:
    """What the last signature under a batch does to version 1 of X-1."""
    stream = journal.lock(storage.STREAM, operation)
    events = storage.schedule([("X-1", 1)], batch="B-1", from_on=now.date(), until_on=None, at=now)
    journal.append(stream, events, at=now, answer={})
    return {}


@pytest.mark.django_db
def test_what_departs_from_a_joint_standard_in_force_is_told_with_its_row() -> None:
    joint = some(owner="", promised=Limit(5, Unit.WORKING))
    take(workbook(joint))
    _sign(operation="sign", actor=SYSTEM, now=NOW)
    late, other = (replace(each, promised=Limit(9, Unit.WORKING)) for each in joint.implementations)
    data = workbook(Holdings(standards=joint.standards, implementations=(late, other)))

    ((sheet, row, reason),) = told(examine(data))

    assert (sheet, row) == ("实施清单", 2)
    assert reason.startswith("与施行中的共同标准不符：")
    assert take(data, take_good=True) == NOTHING | {"implementations": 1}


# --- Work -------------------------------------------------------------------------------------------------------------


def statements(number: int, named: str) -> int:
    data = workbook(some(number, named=named))
    with CaptureQueriesContext(connection) as captured:
        take(data)
    return len(captured)


@pytest.mark.django_db
def test_more_rows_take_no_more_statements() -> None:
    statements(1, "W")

    assert statements(40, "A") == statements(3, "B")


# --- Commands ---------------------------------------------------------------------------------------------------------


def run(*words: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("extension", ["xlsx", "json"])
def test_the_commands_write_and_read(extension: str, tmp_path: Path) -> None:
    take(workbook(some()))
    file = str(tmp_path / f"目录.{extension}")

    written, _ = run("catalogue_export", file)
    read, progress = run("catalogue_import", file)

    assert "标准 2 个，实施清单 2 个" in written
    assert read.splitlines() == [
        "读出 5 条，其中 0 条是新的或有变化，发现 0 处问题。",
        "没有变化：目录中已是这些内容。",
    ]
    assert progress.splitlines()[-1].startswith("[")


@pytest.mark.django_db
def test_the_command_reports_every_mistake_and_stores_nothing(tmp_path: Path) -> None:
    wrong = some().standards[0], replace(some().standards[1], name="长" * 401), standard("X-3", basic_code="12")
    file, report = tmp_path / "目录.xlsx", tmp_path / "report.csv"
    file.write_bytes(workbook(replace(some(), standards=wrong)))
    out = StringIO()

    with pytest.raises(CommandError, match="有 2 处问题，没有存入任何内容"):
        call_command("catalogue_import", str(file), "--report", str(report), stdout=out, stderr=StringIO())

    assert out.getvalue().splitlines()[:2] == [
        "目录.xlsx 标准 第 3 行 “事项名称”：应为一行、1 至 400 个字符",
        "目录.xlsx 标准 第 4 行 “基本编码”：应为 12 位数字或大写字母",
    ]
    assert report.read_text(encoding="utf-8-sig").splitlines()[1] == (
        "目录.xlsx,标准,3,事项名称,应为一行、1 至 400 个字符"
    )
    assert models.Matter.objects.count() == 0
    assert "已导入：新标准 1 个，新实施清单 1 个。" in run("catalogue_import", str(file), "--take-good")[0]


@pytest.mark.django_db
def test_a_dry_run_stores_nothing(tmp_path: Path) -> None:
    file = tmp_path / "目录.json"
    file.write_bytes(jsonfile.json_file(some()))

    assert "其中 5 条是新的或有变化" in run("catalogue_import", str(file), "--dry-run")[0]
    assert models.Matter.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("catalogue_import", "没有这个文件.xlsx"), "不能读文件"),
        (("catalogue_export", "目录.doc"), "不知道“目录.doc”应写成什么格式"),
        (("catalogue_export", "目录.xlsx"), "目录中没有这样的事项"),
    ],
)
def test_a_command_that_cannot_work_says_why(words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        run(*words)


def test_the_whole_demo_comes_back_as_nothing(demo_database: OwnDatabase, tmp_path: Path) -> None:
    for name in ("目录.xlsx", "目录.json"):
        run("catalogue_export", str(tmp_path / name))

        assert run("catalogue_import", str(tmp_path / name))[0].splitlines()[-1] == "没有变化：目录中已是这些内容。"
