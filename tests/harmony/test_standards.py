"""Stewards see every region beside the standard, and what each version changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.harmony import world
from tests.harmony.conftest import signed_in
from tests.harmony.pages import texts
from tongban.catalogue import models
from tongban.domain.catalogue import Condition
from tongban.domain.clock import Limit, Unit

TODO = reverse("harmony:todo")
LIST = reverse("harmony:standards")
ONE = reverse("harmony:standard", args=["TB-001"])
VERSIONS = reverse("harmony:versions", args=["TB-001"])


def test_where_all_say_the_same_there_is_nothing_to_do(beijing: Client) -> None:
    page = beijing.get(TODO)

    assert texts(page, ".tb-empty__title") == ["没有待办"]


def test_what_an_own_system_shows_otherwise_stands_on_the_list(tianjin: Client) -> None:
    world.see(world.HEBEI, "130000", name="药品零售经营许可", statutory=Limit(15, Unit.WORKING))

    page = tianjin.get(TODO)

    rows = texts(page, "tbody tr")
    assert [row.split("。")[0] for row in rows] == [
        "药品零售企业经营许可 系统显示的差异 河北省药品监督管理局 不符 "
        "事项名称与标准不同：标准为“药品零售企业经营许可”，此处为“药品零售经营许可”",
        "药品零售企业经营许可 系统显示的差异 河北省药品监督管理局 优于标准 "
        "法定时限与标准不同：标准为“20 个工作日（自受理起）”，此处为“15 个工作日（自受理起）”",
    ]
    assert texts(tianjin.get(TODO, {"weight": "better"}), "tbody tr") == rows[1:]
    assert texts(tianjin.get(TODO, {"sector": "drug", "kind": "observed"}), "tbody tr") == rows
    assert texts(tianjin.get(TODO, {"kind": "published"}), ".tb-empty__title") == ["没有符合筛选的待办"]
    assert texts(tianjin.get(TODO, {"mine": "on"}), ".tb-empty__title") == ["没有符合筛选的待办"]


def test_the_list_shows_the_five_marks_of_each_province(beijing: Client) -> None:
    world.see(world.TIANJIN, "120000", name="药店许可")

    page = beijing.get(LIST)

    same = "同名 ：一致 同准 ：一致 同材 ：一致 同时 ：一致 互认 ：一致"
    otherwise = same.replace("一致", "不一致", 1)
    assert texts(page, "tbody tr") == [
        f"药品零售企业经营许可 TB-001 · 第 1 版 药监 生效 TB-2021-01 {same} {otherwise} {same}"
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"q": "药品"}, 1),
        ({"q": "TB-001"}, 1),
        ({"q": "船舶"}, 0),
        ({"sector": "drug", "batch": world.BATCH, "state": "in_force", "keeper": "joint"}, 1),
        ({"state": "proposed"}, 0),
        ({"keeper": "regional"}, 0),
    ],
)
def test_the_list_is_narrowed(beijing: Client, asked: dict[str, str], count: int) -> None:
    assert len(texts(beijing.get(LIST, asked), "tbody tr")) == count


def test_a_proposed_amendment_is_told_until_a_batch_holds_it(beijing: Client) -> None:
    world.put(standards=(replace(world.STANDARD, name="药品零售许可"),))

    assert texts(beijing.get(TODO), "tbody tr") == [
        "药品零售企业经营许可 待列入批次的修订 三地共同 待列入批次 第 2 版已提出，还没有列入批次"
    ]
    assert texts(beijing.get(LIST), "tbody .tb-status") == ["生效，修订中"]

    world.schedule([("TB-001", 2)])

    assert {row.split()[1] for row in texts(beijing.get(TODO), "tbody tr")} == {"公布清单的差异"}


def test_regions_stand_side_by_side_and_differing_words_are_marked(beijing: Client) -> None:
    conditions = (world.STANDARD.conditions[0], Condition("有与所经营药品相适应的营业场所和仓库", world.ARTICLE))
    world.see(world.HEBEI, "130000", conditions=conditions)

    published, observed = beijing.get(ONE, {"shown": "published"}), beijing.get(ONE, {"shown": "observed"})

    assert texts(published, "mark") == []
    assert texts(observed, ".tb-harmony-comparison mark") == ["和仓库"]
    assert texts(observed, ".tb-harmony-comparison__notes li") == [
        "待人工判断 河北省药品监督管理局 受理条件第 2 项与标准不同：标准为“有与所经营药品相适应的营业场所”，"
        "此处为“有与所经营药品相适应的营业场所和仓库”。机器不能判定是否相同，请人工比对后更正或说明。 "
        "依据：药品管理法第五十一条"
    ]
    assert texts(observed, ".tb-harmony-comparison thead th") == [
        "要素",
        "标准",
        "北京市药品监督管理局",
        "天津市药品监督管理局",
        "河北省药品监督管理局",
    ]


def test_what_all_say_alike_stands_once_across_all_columns(beijing: Client) -> None:
    page = beijing.get(ONE)

    fields = texts(page, ".tb-harmony-comparison tbody th")
    assert fields == [
        "事项名称",
        "受理条件 1",
        "受理条件 2",
        "药品经营许可申请表",
        "营业场所证明",
        "法定时限",
        "承诺时限",
        "结果证照",
        "结果互认",
    ]
    assert len(texts(page, ".tb-regions__same")) == len(fields)


def test_only_what_differs_can_be_shown(beijing: Client) -> None:
    world.see(world.HEBEI, "130000", name="药店许可")

    published = beijing.get(ONE, {"only": "differing", "shown": "published"})
    observed = beijing.get(ONE, {"only": "differing", "shown": "observed"})

    assert texts(published, ".tb-harmony-good") == ["所选机构的各项要素都与标准相同。"]
    assert texts(observed, ".tb-harmony-comparison tbody th") == ["事项名称"]


def test_a_county_can_be_put_beside_the_standard(beijing: Client) -> None:
    county = "11131082MA0TB1321Q"
    world.put(implementations=(world.offer(county, "131082", level=4),))

    page = beijing.get(ONE, {"with": [county, world.BEIJING]})

    assert texts(page, ".tb-harmony-comparison thead th")[1:] == ["标准", "北京市药品监督管理局", county]


def test_a_matter_that_is_not_there_is_not_found(beijing: Client) -> None:
    assert beijing.get(reverse("harmony:standard", args=["NO"])).status_code == 404
    assert beijing.get(reverse("harmony:versions", args=["NO"])).status_code == 404
    assert beijing.get(reverse("harmony:body_versions", args=["TB-001", "NO"])).status_code == 404


def test_each_version_tells_what_it_changed_who_brought_it_and_its_days(beijing: Client) -> None:
    world.put(standards=(replace(world.STANDARD, name="药品零售许可"),))
    world.schedule([("TB-001", 2)])

    page = beijing.get(VERSIONS)

    assert texts(page, ".tb-sheet__head h2") == ["第 2 版", "第 1 版"]
    assert texts(page, "tbody tr") == ["名称 修改 药品零售 企业经营 许可"]
    assert texts(page, "del") == ["企业经营"]
    digests = models.Standard.objects.order_by("-version").values_list("digest", flat=True)
    assert texts(page, "code") == list(digests)
    assert texts(page, "dd")[0] == "2026年3月2日 起"


def test_versions_of_an_implementation_are_told_apart(beijing: Client) -> None:
    world.put(implementations=(world.offer(world.BEIJING, "110000", visits=1, visits_reason="核对原件"),))

    page = beijing.get(reverse("harmony:body_versions", args=["TB-001", world.BEIJING]))

    assert texts(page, "tbody tr") == ["到现场次数 修改 0 1", "到现场的原因 新增 无 核对原件"]


def test_only_stewards_open_the_pages(catalogue: None) -> None:
    clerk = signed_in("liufang")

    answers = [clerk.get(address).status_code for address in (TODO, LIST, ONE, VERSIONS)]

    assert answers == [403] * 4


def test_the_number_of_statements_stays_as_the_catalogue_grows(beijing: Client) -> None:
    def statements() -> list[int]:
        counted = []
        for address in (TODO, LIST, ONE):
            beijing.get(address)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                beijing.get(address)
            counted.append(len(captured))
        return counted

    world.see(world.HEBEI, "130000", name="药店许可")
    before = statements()
    for number in range(2, 12):
        matter = f"TB-{number:03}"
        world.put(standards=(replace(world.STANDARD, matter=matter),))
        world.schedule([(matter, 1)])
        world.put(implementations=tuple(replace(each, matter=matter) for each in world.OFFERS))
        world.put(standards=(replace(world.STANDARD, matter=matter, name="药店许可"),))

    assert statements() == before


@pytest.mark.parametrize(
    ("hostile", "status"), [("\0", 404), ("' OR 1=1 --", 200), ("<script>", 200), ("无" * 3000, 200)]
)
def test_hostile_requests_find_nothing_and_break_nothing(beijing: Client, hostile: str, status: int) -> None:
    asked = dict.fromkeys(("q", "sector", "batch", "state", "keeper", "kind", "weight", "page", "with"), hostile)

    answers = [beijing.get(address, asked) for address in (TODO, LIST, ONE)]
    answers += [beijing.post(reverse("harmony:begin", args=["TB-001"]), {"body": hostile})]

    assert [answer.status_code for answer in answers] == [status] * 3 + [409]
    assert all(b"<script>\n" not in answer.content for answer in answers)
