"""What stands on a list follows from what is in force, is met once, and is counted exactly; pages only show it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.catalogue.test_publish import implementation, standard
from tongban.catalogue import actions, entries, models, queries, storage
from tongban.catalogue.actions import Holdings
from tongban.catalogue.queries import Wanted
from tongban.domain.catalogue import (
    Condition,
    DataElement,
    ElementKind,
    Implementation,
    Jurisdiction,
    Material,
    MatterType,
    Requirement,
    Source,
    SourceKind,
    Standard,
)
from tongban.domain.clock import Limit, Unit
from tongban.domain.codes import Channel, Device, Necessity
from tongban.domain.lists import ListKind
from tongban.domain.offers import Extension, HandlingMode, Offer, Reform, ReformMode
from tongban.people.actor import SYSTEM

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
TODAY = date(2026, 11, 23)
BEIJING, TIANJIN, HEBEI = "110000", "120000", "130000"
BODIES = {BEIJING: "11110000MA0TB1022H", TIANJIN: "11120000MA0TB1153H", HEBEI: "11130000MA0TB1284H"}
AGREEMENT = "JJJ-2026-01"
_numbers = count()


def publish(**holdings: object) -> None:
    actions.publish(operation=f"lists-{next(_numbers)}", actor=SYSTEM, holdings=Holdings(**holdings), now=NOW)


def agree(number: str = AGREEMENT, *, last_on: date | None = None) -> None:
    body = {"title_en": "Agreement on services"}
    models.Agreement.objects.create(
        number=number, title="政务服务合作协议", from_on=date(2022, 1, 1), last_on=last_on, body=body
    )


def offered(matter: str, province: str, **about: object) -> Implementation:
    return implementation(matter, **({"region": province, "body": BODIES[province]} | about))


def joint(matter: str, name: str, **about: object) -> Standard:
    return standard(matter, name=name, owner="", sector="tax", **about)


def put_in_force(*matters: str) -> None:
    new = [(matter, 1) for matter, spans in storage.spans_of(matters).items() if not spans]
    storage.schedule(new, batch="B-1", from_on=DAY, until_on=None, at=NOW)
    entries.write(matters, today=DAY)


def codes(**wanted: object) -> list[str]:
    return [row.code for row in queries.find(Wanted(**wanted), today=TODAY).rows]


def text(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


# --- What is listed ---------------------------------------------------------------------------------------------------


def test_a_joint_standard_is_listed_when_it_is_in_force_and_no_longer_when_it_has_ended() -> None:
    publish(standards=(joint("T-1", "税务登记"),), implementations=(offered("T-1", BEIJING),))
    assert codes() == []

    put_in_force("T-1")
    assert codes() == ["T-1"]

    storage.end([("T-1", 1)], batch="B-1", until_on=DAY + timedelta(days=1), at=NOW)
    entries.write(["T-1"], today=DAY)
    assert entries.count() == 1
    actions.refresh_daily(now=NOW + timedelta(days=1))
    assert (codes(), entries.count(), codes(text="税务")) == ([], 0, [])


def test_the_lists_are_written_anew_once_a_day_however_often_it_is_asked() -> None:
    publish(standards=(joint("T-1", "税务登记"),), implementations=(offered("T-1", BEIJING),))
    storage.schedule([("T-1", 1)], batch="B-1", from_on=DAY, until_on=None, at=NOW)

    assert [actions.refresh_daily(now=NOW), actions.refresh_daily(now=NOW)] == [{"matters": 1}] * 2
    models.Entry.objects.all().delete()
    actions.refresh_daily(now=NOW)
    assert entries.count() == 0
    actions.refresh_daily(now=NOW + timedelta(days=1))
    assert entries.count() == 1


def test_a_matter_that_many_bodies_offer_is_met_once_with_all_its_provinces() -> None:
    county = {"region": "110112", "body": "11110112MA0TB1401L"}
    publish(
        standards=(joint("T-1", "税务登记"),),
        implementations=(*(offered("T-1", each) for each in BODIES), implementation("T-1", **county)),
    )
    put_in_force("T-1")

    hits = queries.find(Wanted(), today=TODAY)

    assert (hits.total, [(row.code, row.provinces) for row in hits.rows]) == (1, [("T-1", (BEIJING, TIANJIN, HEBEI))])
    assert queries.facets(Wanted()).provinces == {BEIJING: 1, TIANJIN: 1, HEBEI: 1}


def test_a_province_puts_a_matter_on_a_list_by_what_its_own_bodies_do() -> None:
    publish(
        standards=(joint("T-1", "税务登记"),),
        implementations=(
            offered("T-1", BEIJING, visits=0, channels=(Channel.COMPUTER,), devices=(Device.TERMINAL,)),
            offered("T-1", TIANJIN, visits=2, visits_reason="核对原件", promised=Limit(0, Unit.WORKING)),
        ),
    )
    put_in_force("T-1")

    assert queries.list_counts() == {kind: {} for kind in ListKind} | {
        ListKind.ONLINE: {"": 1, BEIJING: 1},
        ListKind.ONCE: {"": 1, BEIJING: 1},
        ListKind.ONE_VISIT: {"": 1, BEIJING: 1},
        ListKind.NO_VISIT: {"": 1, BEIJING: 1},
        ListKind.INSTANT: {"": 1, TIANJIN: 1},
        ListKind.TERMINAL: {"": 1, BEIJING: 1},
    }
    assert codes(listing=ListKind.ONLINE, province=BEIJING) == ["T-1"]
    assert codes(listing=ListKind.ONLINE, province=TIANJIN) == []
    assert codes(listing=ListKind.INSTANT) == ["T-1"]


def test_an_offer_counts_while_it_stands_and_its_agreement_does() -> None:
    def offer(matter: str, agreement: str = AGREEMENT, **days: object) -> Offer:
        span = {"from_on": date(2022, 10, 1)} | days
        return Offer(matter, BEIJING, (TIANJIN, HEBEI), HandlingMode.ONLINE, agreement, **span)

    matters = ["X-1", "X-2", "X-3", "X-4", "X-5"]
    agree()
    agree("OVER", last_on=DAY)
    publish(
        standards=tuple(standard(each, owner=BEIJING) for each in matters),
        implementations=tuple(offered(each, BEIJING) for each in matters),
        offers=(
            offer("X-1"),
            offer("X-2", until_on=DAY),
            offer("X-3", from_on=DAY + timedelta(days=1)),
            offer("X-4", "OVER"),
            offer("X-5", "NEVER-RECORDED"),
        ),
    )

    assert codes(listing=ListKind.ZONE) == codes(mode=HandlingMode.ONLINE) == ["X-1"]
    (direction,) = queries.directions(today=DAY)
    assert (direction.province, direction.to, direction.modes) == (BEIJING, (TIANJIN, HEBEI), {HandlingMode.ONLINE: 1})
    assert [
        each.offer.matter
        for each in queries.offered(province=BEIJING, mode=None, today=DAY + timedelta(days=1), start=0, size=9)[1]
    ] == ["X-1", "X-3"]


def test_an_agreement_recorded_late_lets_its_offers_count_and_its_end_ends_them() -> None:
    offer = Offer("X-1", BEIJING, (HEBEI,), HandlingMode.ONLINE, AGREEMENT, date(2022, 10, 1))
    publish(standards=(standard(owner=BEIJING),), implementations=(offered("X-1", BEIJING),), offers=(offer,))
    assert codes(listing=ListKind.ZONE) == []

    agree()
    entries.write(["X-1"], today=DAY)
    assert codes(listing=ListKind.ZONE) == ["X-1"]

    models.Agreement.objects.update(last_on=DAY)
    entries.write(["X-1"], today=DAY)
    assert codes(listing=ListKind.ZONE) == []


def test_the_reform_mode_of_a_region_is_the_newest_that_has_begun() -> None:
    publish(
        standards=(standard(owner=HEBEI),),
        implementations=(offered("X-1", HEBEI),),
        reforms=(Reform("X-1", HEBEI, ReformMode.COMMITMENT, date(2021, 7, 1)),),
    )
    publish(reforms=(Reform("X-1", HEBEI, ReformMode.ABOLISHED, date(2026, 12, 1)),))

    def modes(today: date) -> dict[ReformMode, int]:
        return queries.reform_counts(today=today)

    assert (modes(TODAY), modes(date(2026, 12, 1))) == ({ReformMode.COMMITMENT: 1}, {ReformMode.ABOLISHED: 1})
    assert queries.reformed(mode=ReformMode.COMMITMENT, region=HEBEI, today=TODAY, start=0, size=5)[0] == 1
    assert queries.reformed(mode=None, region=BEIJING, today=TODAY, start=0, size=5) == (0, [])


# --- Counting ---------------------------------------------------------------------------------------------------------


def catalogue(matters: int) -> None:
    """Matters of all types, sectors and themes in one or three provinces, whose attributes differ by their number."""
    standards, implementations = [], []
    for number in range(matters):
        code, owner = f"M-{number:03}", BEIJING if number % 3 else ""
        standards.append(
            standard(
                code,
                name=f"{['食品经营', '公司设立', '社保转移'][number % 3]}事项{number}",
                owner=owner,
                matter_type=list(MatterType)[number % 5],
                sector=["tax", "drug"][number % 2],
                themes=("tax", "setup")[: number % 3],
                requirements=(Requirement("M", necessity=list(Necessity)[number % 3]),),
            )
        )
        implementations += [
            offered(code, province, visits=number % 3, visits_reason="核对原件")
            for province in (BODIES if not owner else [BEIJING])
        ]
    publish(
        standards=tuple(standards),
        implementations=tuple(implementations),
        materials=(Material("M", "营业执照"),),
    )
    put_in_force(*(each.matter for each in standards if not each.owner))


def test_each_choice_leaves_as_many_as_it_says() -> None:
    catalogue(60)

    for chosen in ({}, {"province": BEIJING}, {"text": "公司"}, {"text": "执照", "listing": ListKind.NO_VISIT}):
        found = queries.facets(Wanted(**chosen))
        for field, counted in (
            ("province", found.provinces),
            ("sector", found.sectors),
            ("theme", found.themes),
            ("matter_type", found.matter_types),
            ("listing", found.listings),
        ):
            for value, promised in counted.items():
                assert queries.find(Wanted(**(chosen | {field: value})), today=TODAY).total == promised > 0


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    catalogue(60)

    pages = [queries.find(Wanted("事项"), today=TODAY, start=start, size=25) for start in (0, 25, 50, 75)]

    assert [len(page.rows) for page in pages] == [25, 25, 10, 0]
    assert {page.total for page in pages} == {60}
    assert max(Counter(row.code for page in pages for row in page.rows).values()) == 1


def test_the_name_comes_before_what_a_matter_asks_for_and_the_shorter_name_first() -> None:
    publish(
        standards=(
            standard("X-1", owner=BEIJING, name="食品经营许可", requirements=(Requirement("M"),)),
            standard("X-2", owner=BEIJING, name="营业执照遗失补领"),
            standard("X-3", owner=BEIJING, name="营业执照"),
            standard("X-4", owner=BEIJING, name="补领营业执照"),
        ),
        implementations=tuple(offered(f"X-{number}", BEIJING) for number in range(1, 5)),
        materials=(Material("M", "营业执照"),),
    )

    assert codes(text="营业执照") == ["X-3", "X-2", "X-4", "X-1"]
    assert codes(text="yyzz") == ["X-3", "X-4", "X-2"]


def test_where_nothing_has_the_words_the_nearest_are_found_and_it_is_said() -> None:
    names = {"X-1": "公司设立登记", "X-2": "公司注销"}
    publish(
        standards=tuple(standard(code, owner=BEIJING, name=name) for code, name in names.items()),
        implementations=(offered("X-1", BEIJING), offered("X-2", BEIJING)),
    )

    nearest = queries.find(Wanted("我想要公司设立怎么办"), today=TODAY)
    nothing = queries.find(Wanted("火星"), today=TODAY)

    assert (nearest.exact, nearest.total, nearest.rows[0].code) == (False, 1, "X-1")
    assert (nothing.exact, nothing.total, nothing.rows) == (False, 0, ())


@pytest.mark.parametrize("wanted", [Wanted(), Wanted("事项"), Wanted("没有的事项怎么办"), Wanted(province=BEIJING)])
def test_a_search_takes_the_same_number_of_statements_at_one_three_and_sixty_matters(wanted: Wanted) -> None:
    statements = []
    for matters in (1, 3, 60):
        catalogue(matters)
        with CaptureQueriesContext(connection) as captured:
            queries.find(wanted, today=TODAY)
            queries.facets(wanted)
        statements.append(len(captured))

    assert len(set(statements)) == 1
    assert statements[0] <= 16


# --- Pages ------------------------------------------------------------------------------------------------------------

ADDRESSES = [
    "/",
    "/matters/",
    "/matters/?q=事项&province=110000",
    "/zone/",
    "/lists/",
    "/lists/no_visit/",
    "/offers/",
    "/halls/",
    "/terminals/",
    "/reforms/",
    "/matters/M-000/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_public_page_takes_the_same_number_of_statements_at_one_three_and_sixty_matters(
    client: Client, address: str
) -> None:
    agree()
    statements = []
    for matters in (1, 3, 60):
        catalogue(matters)
        publish(
            offers=tuple(
                Offer(f"M-{n:03}", BEIJING, (HEBEI,), HandlingMode.ONLINE, AGREEMENT, DAY) for n in range(matters)
            ),
            reforms=tuple(Reform(f"M-{n:03}", BEIJING, ReformMode.FILING, DAY) for n in range(matters)),
            extensions=tuple(
                Extension(f"hall-{n}", f"大厅{n}", HEBEI, BEIJING, (3,), AGREEMENT, DAY) for n in range(matters)
            ),
        )
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        statements.append(len(captured))

    assert len(set(statements)) == 1


def test_the_list_of_matters_says_what_is_chosen_and_how_to_take_it_back(client: Client) -> None:
    catalogue(60)

    page = client.get("/matters/?q=公司&province=110000&sector=tax&page=9").content.decode()

    assert "“公司”找到 10 项" in text(client, "/matters/?q=公司&province=110000&sector=tax")
    assert 'href="?q=%E5%85%AC%E5%8F%B8&amp;sector=tax"' in page
    assert 'href="?q=%E5%85%AC%E5%8F%B8&amp;province=110000"' in page
    assert '<input type="hidden" name="province" value="110000">' in page


ODD = "page=0 page=-1 page=99999999999 page=x list=moon theme=| province=999999&type=x&sector=%27"


@pytest.mark.parametrize("query", ODD.split())
def test_what_no_list_knows_chooses_nothing(client: Client, query: str) -> None:
    catalogue(3)

    assert "共 3 项" in text(client, f"/matters/?{query}")
    for address in ("/zone/", "/offers/", "/reforms/", "/lists/online/"):
        assert client.get(f"{address}?{query}").status_code == 200


def test_a_nul_in_an_address_names_nothing(client: Client) -> None:
    catalogue(3)

    assert client.get("/matters/?mode=%00").status_code == 404


def test_a_list_that_is_not_there_is_a_page_with_a_sentence(client: Client) -> None:
    assert "没有这样的清单" in text(client, "/lists/moon/", status=404)


def test_the_zone_counts_what_each_province_opens_and_a_list_tells_its_definition(client: Client) -> None:
    agree()
    catalogue(3)
    publish(offers=(Offer("M-000", HEBEI, (BEIJING,), HandlingMode.ONLINE, AGREEMENT, DAY),))

    assert "北京 0 项 天津 0 项 河北 1 项" in text(client, "/zone/")
    assert "从申请到取得结果，不用到现场的事项。" in text(client, "/lists/no_visit/")
    assert "河北的事项，在北京交 1 项 全程网办 1" in text(client, "/offers/")


def guide_set() -> None:
    agree()
    cited = Source(SourceKind.CITED, "《行政许可法》第十二条")
    elements = (
        DataElement("seat", "住所", "Seat", ElementKind.TEXT),
        DataElement("named", "名称已核定", "Name approved", ElementKind.CHOICE, choices=(("yes", "是"), ("no", "否"))),
    )
    one = joint(
        "T-1",
        "公司设立登记",
        conditions=(Condition("名称已核定", cited, expression='named == "yes"'),),
        requirements=(Requirement("FORM"), Requirement("LEASE", necessity=Necessity.DEFERRABLE, commitment=True)),
        elements=("seat", "named"),
        recognised_in=tuple(BODIES),
        promised=Limit(5, Unit.WORKING),
        document="登记通知书",
    )
    bodies = (
        offered("T-1", BEIJING, jurisdiction=Jurisdiction.REGISTERED_SEAT, level=2),
        implementation("T-1", region="110112", body="11110112MA0TB1401L", jurisdiction=Jurisdiction.REGISTERED_SEAT),
        offered("T-1", HEBEI, visits=1, visits_reason="核对原件"),
    )
    publish(
        standards=(one,),
        implementations=bodies,
        elements=elements,
        materials=(Material("FORM", "登记申请书", kind="form"), Material("LEASE", "租赁合同")),
        offers=(Offer("T-1", BEIJING, (TIANJIN, HEBEI), HandlingMode.PROXY, AGREEMENT, DAY),),
        extensions=(Extension("sanhe", "三河市政务服务大厅", "131082", BEIJING, (2,), AGREEMENT, DAY),),
        reforms=(Reform("T-1", BEIJING, ReformMode.IMPROVED, date(2021, 7, 1), "压减时限"),),
    )
    put_in_force("T-1")


def test_a_guide_tells_what_is_the_same_what_to_bring_and_where_else_to_hand_in(
    client: Client,
) -> None:
    guide_set()

    page = text(client, "/matters/T-1/")

    for said in (
        "同名 ：与标准相同 同准 ：与标准相同 同材 ：与标准相同 同时 ：与标准相同 互认 ：与标准相同 同事同标",
        "北京市通州区",
        "看看我符不符合条件",
        "登记申请书 空白表 登记申请书 纸质或者电子化，1 份",
        "租赁合同 可容缺后补 可承诺代替",
        "天津、河北的大厅也收北京的这一事项 异地代收代办",
        "主管部门收到之日起算；自 2026年3月2日 起，政务服务合作协议",
        "三河市政务服务大厅，河北省廊坊市三河市",
        "自 2021年7月1日 起优化审批服务",
        "登记通知书",
        "在北京、天津、河北互认。",
        "第 1 版：自 2026年3月2日 起 现行",
    ):
        assert re.sub(r"\s", "", said) in re.sub(r"\s", "", page), said


def test_a_guide_is_read_for_the_body_that_is_chosen_or_competent_for_a_place(client: Client) -> None:
    guide_set()

    assert "到现场 1 次" in text(client, f"/matters/T-1/?by={BODIES[HEBEI]}")
    assert client.get("/matters/T-1/?place=110112").context["guide"].implementation.region == "110112"
    assert client.get("/matters/T-1/?place=110105").context["guide"].implementation.region == BEIJING
    assert "天津市没有办理这一事项的机构" in text(client, f"/matters/T-1/?place={TIANJIN}")
    assert "没有代码为“x”的行政区划" in text(client, "/matters/T-1/?place=x")


def test_the_five_marks_show_where_a_body_departs(client: Client) -> None:
    guide_set()
    slower = offered("T-1", HEBEI, promised=Limit(9, Unit.WORKING), visits=1, visits_reason="核对原件")
    row = models.Implementation.objects.get(by=BODIES[HEBEI])
    body = row.body | {"promised": {"days": 9, "unit": "working", "start": "acceptance"}}
    models.Implementation.objects.create(
        matter=row.matter, region=HEBEI, by=slower.body, version=2, body=body, digest="0" * 64, in_force_at=NOW
    )

    page = re.sub(r"\s", "", text(client, f"/matters/T-1/?by={BODIES[HEBEI]}"))

    assert "同时：与标准不同" in page
    assert "同事同标京津冀" not in page


def test_a_blank_form_asks_for_the_data_elements_of_the_matter_and_only_forms_have_one(client: Client) -> None:
    guide_set()

    page = text(client, "/matters/T-1/forms/FORM/")

    assert "登记申请书 申请事项：公司设立登记（T-1）" in page
    assert "住所" in page
    assert "名称已核定 □ 是 □ 否" in page
    assert "没有这份空白表" in text(client, "/matters/T-1/forms/LEASE/", status=404)
    assert "没有这份空白表" in text(client, "/matters/T-1/forms/MOON/", status=404)
