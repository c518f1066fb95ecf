"""The public pages say what the catalogue says, in both languages, with a constant number of statements."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests.catalogue.test_actions import load
from tests.catalogue.test_queries import first
from tongban.catalogue import entrances, pages, words
from tongban.catalogue.entrances import Entrance
from tongban.domain.catalogue import SubjectRole
from tongban.domain.clock import Limit, Start, Unit

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def test_the_portal_leads_to_what_people_come_for(client: Client) -> None:
    load()

    portal = client.get("/").content.decode()

    assert '<a class="tb-button" href="/bundles/maritime/">' in portal
    assert 'action="/matters/"' in portal
    assert '<a href="/verify/">' in portal
    assert "逐项要 61 份" in portal
    assert "行政许可" in portal


def test_the_portal_stands_before_anything_is_loaded(client: Client) -> None:
    assert "您想办什么事" in text(client, "/")


def test_the_list_finds_narrows_and_says_what_to_do_when_there_is_nothing(client: Client) -> None:
    load()

    assert "共 37 项" in text(client, "/matters/")
    assert "“垃圾”找到 3 项" in text(client, "/matters/?q=垃圾")
    assert "共 2 项" in text(client, "/matters/?type=public_service")
    assert "共 37 项" in text(client, "/matters/?type=moon")
    assert "换一个说法试试" in text(client, "/matters/?q=火星")


def test_what_is_typed_comes_back_escaped(client: Client) -> None:
    page = client.get("/matters/", {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert" not in page


def test_a_guide_says_how_long_how_much_where_and_what_to_bring(client: Client) -> None:
    load()

    guide = text(client, "/matters/HS-03/")

    for said in (
        "承诺多久办完 3 个工作日，自受理之日起",
        "法定时限 20 个工作日，自受理之日起",
        "收多少钱 不收费",
        "在哪里办 网上办理，不用到现场",
        "带什么 5 份材料，其中 4 份可由数据共享取得",
        "持有与航区相应的有效船舶技术证书 《船舶登记条例》第十五条",
        "防止油污证书 可免交 只在这种情形要交：国际航线",
        "船舶国籍证书 ，发给申请人，有效 5 年。 《船舶登记条例》第十六条",
        "法定时限： 《行政许可法》第四十二条",
        "征求意见的岗位 船舶监督岗",
        "来自 曹妃甸海事局各业务处室",
        "11130200MA0TB0011Q3000118903000",
        "船舶所有权登记证书",
    ):
        assert said in guide, said


def test_what_is_composed_is_marked_as_an_example_and_cites_nothing(client: Client) -> None:
    load()

    guide = text(client, "/matters/HS-07/")

    assert "依据什么法律 示例" in guide
    assert "法定时限： 示例" in guide


def test_the_mortgage_certificate_goes_to_the_co_applicant(client: Client) -> None:
    load()

    assert "发给共同申请人，长期有效" in text(client, "/matters/HS-04/")


def test_a_matter_outside_the_bundle_has_a_guide_too(client: Client) -> None:
    load()

    guide = text(client, "/matters/HS-33/")

    assert "承诺多久办完 当场办结" in guide
    assert "办结后给出办理结果，不发证照。" in guide
    assert "去办理" not in guide


@pytest.mark.parametrize("address", ["/matters/HS-99/", "/bundles/moon/", "/matters/%27/"])
def test_what_is_not_there_is_a_page_with_a_sentence(client: Client, address: str) -> None:
    load()

    assert "没有" in text(client, address, status=404)


def test_the_bundle_shows_its_matters_and_how_they_run_side_by_side(client: Client) -> None:
    load()

    page = client.get("/bundles/maritime/")
    said = text(client, "/bundles/maritime/")

    assert [len(matters) for _, matters in page.context["categories"]] == [4, 1, 3, 3, 2, 1, 1, 1, 1]
    assert len(page.context["drawing"].rows) == 17
    assert {knot.certificate for row in page.context["drawing"].rows for knot in row.knots} == {
        "船舶名称核定书",
        "船舶所有权登记证书",
        "船舶国籍证书",
        "符合证明（DOC）",
        "船舶安全管理证书（SMC）",
        "国际船舶保安证书",
    }
    assert [figure.value for figure in page.context["figures"]] == ["33", "7", "10"]
    assert 'href="/apply/maritime/"' in page.content.decode()
    assert "情形：要设定抵押" in said
    assert "回答 7 个问题，定下要办哪几项" in said
    assert "填一张表，分 6 页" in said


def test_all_delegations_are_shown_by_origin(client: Client) -> None:
    load()

    page = client.get("/delegations/")

    assert [(group.origin, len(group.delegated)) for group in page.context["groups"]] == [
        ("河北海事局下放", 1),
        ("交通运输部下放", 1),
        ("下设海事处", 13),
        ("曹妃甸海事局各业务处室", 22),
    ]


def test_english_pages_are_english(client: Client) -> None:
    load()

    reader = english(client)

    assert "What would you like to do?" in text(reader, "/")
    assert "Registration of ship nationality" in text(reader, "/matters/")
    assert "3 working days from acceptance" in text(reader, "/matters/HS-03/")
    assert "On the spot" in text(reader, "/matters/HS-33/")
    assert "When: A mortgage is set" in text(reader, "/bundles/maritime/")


@pytest.mark.parametrize("address", ["/", "/matters/", "/delegations/", "/bundles/maritime/", "/matters/HS-01/"])
def test_a_page_takes_the_same_number_of_statements_for_one_matter_and_for_many(client: Client, address: str) -> None:
    counts = []
    for matters in (1, 3):
        load(first(matters))
        client.get(address)
        with CaptureQueriesContext(connection) as statements:
            client.get(address)
        counts.append(len(statements))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("address", ["/", "/matters/", "/delegations/", "/bundles/maritime/", "/matters/HS-01/"])
def test_pages_only_read(client: Client, address: str) -> None:
    load(first(1))

    assert client.post(address).status_code == 405


def test_limits_are_said_with_their_unit_and_beginning() -> None:
    natural = Limit(7, Unit.NATURAL, Start.RECEIPT)

    assert (words.limit(natural), words.start(natural)) == ("7 日（自然日）", "自收到申请之日起")
    with override("en"):
        assert words.limit(Limit(1, Unit.WORKING)) == "1 working day"
        assert words.fee(1050) == "10.50 yuan"
    assert words.fee(1050) == "10.50 元"
    assert words.subject(SubjectRole.COUNTERPARTY) == "共同申请人"


def test_an_entrance_is_installed_once() -> None:
    before = entrances.shown()

    entrances.install(entrances=[Entrance("证照核验", "再来一次", "certificates:verify")])

    assert entrances.shown() == before
    assert entrances.start_of("maritime") == "/apply/maritime/"


def test_a_certificate_issued_late_moves_what_awaits_it(client: Client) -> None:
    load()
    drawing = client.get("/bundles/maritime/").context["drawing"]
    supplied = {row.lane.key: row.lane.supplied_on for row in drawing.rows}

    assert supplied["HS-02"] >= supplied["HS-01"]
    assert supplied["HS-15"] == max(supplied.values())
    assert pages.by_origin([]) == []
