"""A steward brings a workbook back: nothing is stored before he has seen what it would change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.harmony import world
from tests.harmony.pages import texts
from tongban.catalogue import models
from tongban.catalogue.actions import Holdings
from tongban.catalogue.exports.gathering import gather
from tongban.catalogue.exports.workbook import workbook
from tongban.catalogue.imports.cells import pages_of

IMPORTS = reverse("harmony:imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(client: Client, data: bytes, *, name: str = "目录.xlsx") -> Any:
    return client.post(IMPORTS, {"file": SimpleUploadedFile(name, data, XLSX)})


def changed(body: str, **about: Any) -> bytes:
    """What is exported, with one implementation changed."""
    given = gather()
    return workbook(
        replace(
            given,
            implementations=tuple(replace(i, **about) if i.body == body else i for i in given.implementations),
        )
    )


def confirm(client: Client, address: str, **fields: str) -> Any:
    operation = client.get(address).context["form"]["operation"].value()
    return client.post(address, {"operation": operation} | fields)


def versions(body: str) -> int:
    return models.Implementation.objects.filter(by=body).count()


def test_what_was_exported_comes_back_as_nothing(beijing: Client) -> None:
    exported = beijing.get(reverse("harmony:import_workbook")).content

    page = beijing.get(upload(beijing, exported).url)

    assert texts(page, ".tb-lead") == ["读出 5 条：其中 0 条是新的或有变化，发现 0 处问题。"]
    assert page.context["may_take"] is False


def test_nothing_is_stored_before_it_is_confirmed(beijing: Client) -> None:
    address = upload(beijing, changed(world.BEIJING, visits=1, visits_reason="核对原件")).url

    page = beijing.get(address)

    (row,) = texts(page, "tbody tr")
    assert row.startswith(f"实施清单 药品零售企业经营许可 · 北京市药品监督管理局 TB-001 {world.BEIJING}")
    assert row.endswith("到办事现场次数、必须现场办理的原因")
    assert versions(world.BEIJING) == 1

    assert confirm(beijing, address).url == IMPORTS
    assert versions(world.BEIJING) == 2
    assert texts(beijing.get(IMPORTS), ".tb-notice") == ["已导入：1 个新版本。"]


def test_confirming_twice_stores_once(beijing: Client) -> None:
    address = upload(beijing, changed(world.BEIJING, visits=1, visits_reason="核对原件")).url
    operation = beijing.get(address).context["form"]["operation"].value()

    beijing.post(address, {"operation": operation})
    beijing.post(address, {"operation": operation})

    assert versions(world.BEIJING) == 2


def test_what_belongs_to_another_region_is_a_mistake(tianjin: Client) -> None:
    address = upload(tianjin, changed(world.BEIJING, visits=1, visits_reason="核对原件")).url

    page = tianjin.get(address)

    ((sheet, row, reason),) = [(f.sheet, f.row, f.reason) for f in page.context["faults"]]
    assert (sheet, row) == ("实施清单", 2)
    assert "您不是这个地区的事项管理员" in reason
    assert page.context["may_take"] is False
    assert confirm(tianjin, address, take_good="on").status_code == 302
    assert versions(world.BEIJING) == 1


def test_a_broken_workbook_gets_its_report(beijing: Client) -> None:
    data = changed(world.BEIJING, visits=1, visits_reason="")
    address = upload(beijing, data).url

    page = beijing.get(address)

    assert texts(page, "tbody tr") == [
        "实施清单 2 必须现场办理的原因 须到现场 1 次，但没有写原因。请写明必须到现场的原因。"
    ]
    whole = beijing.get(f"{address}faults/")
    (report,) = pages_of(name="a.xlsx", data=whole.content).values()
    assert [line[1:4] for line in report.rows[1:]] == [["实施清单", "2", "必须现场办理的原因"]]
    refused = confirm(beijing, address)
    assert (refused.status_code, versions(world.BEIJING)) == (422, 1)


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "目录.xlsx", "文件是空的"),
        (b"PK\x03\x04", "目录.xlsx", "已损坏"),
        (b"MZ", "目录.exe", "不接受这种文件"),
        (workbook(Holdings())[:500], "目录.xlsx", "已损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_at_the_field(beijing: Client, data: bytes, name: str, reason: str) -> None:
    page = upload(beijing, data, name=name)

    assert page.status_code == 422
    assert reason in page.context["form"].errors["file"][0]


def test_an_honest_file_of_another_kind_gets_its_report(beijing: Client) -> None:
    page = beijing.get(upload(beijing, b"%PDF-1.4\n%%EOF", name="目录.pdf").url)

    assert [fault.reason for fault in page.context["faults"]] == ["不是 xlsx 工作簿。请用表格软件另存为 xlsx 后再导入"]


def test_an_upload_is_seen_by_who_brought_it_alone(beijing: Client, tianjin: Client) -> None:
    address = upload(beijing, workbook(gather())).url

    assert tianjin.get(address).status_code == 404
    assert tianjin.get(f"{address}faults/").status_code == 404


def test_without_a_file_the_page_asks_for_one(beijing: Client) -> None:
    page = beijing.post(IMPORTS, {})

    assert page.status_code == 422
    assert page.context["form"].errors == {"file": ["请选择要上传的文件。"]}
