"""What registries hold becomes certificates: who is asked, who answers, and what is said when nobody does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from tests.house.documents import blocks
from tests.plugin import ROOT
from tongban.domain.records import Extract, Period, Span, digest_of, period
from tongban.registries import adapters, demo, queries
from tongban.registries.models import Ledger

TODAY = date(2026, 3, 2)
INSURED, TAXPAID, LICENCE, FUND = "C_INSURED", "C_TAXPAID", "C_ELICENCE", "C_FUND"
LIANG, GAO, CHEN, MA = "110108198604123027", "120116197008081016", "130209197506123112", "131082198809305011"
COMPANIES = ["91110108MA0TB40479", "91120116MA0TB3036L", "91130209MA0TB10143"]
YEAR = period(Span.LAST_12, today=TODAY)


@pytest.fixture(autouse=True)
def nobody_else() -> Iterator[None]:
    """Whatever a test connects is gone after it."""
    before = list(adapters._connected)
    yield
    adapters.connect(before)


@pytest.fixture
def ledgers(db: None) -> None:
    demo.load_ledgers()
    adapters.connect(demo.registries())


def extract(kind: str, number: str, *, over: Period | None = YEAR, place: str = "") -> Extract:
    return queries.extract(kind=kind, number=number, period=over, place=place, today=TODAY)


@pytest.mark.parametrize(
    ("number", "region", "registry"),
    [
        (LIANG, "110108", "北京市社会保险登记库（演示）"),
        (GAO, "120116", "天津市社会保险登记库（演示）"),
        (CHEN, "130209", "河北省社会保险登记库（演示）"),
    ],
)
def test_people_of_three_regions_are_found_where_they_are_insured(
    ledgers: None, number: str, region: str, registry: str
) -> None:
    found = extract(INSURED, number)

    assert (found.number, found.region, found.registry) == (number, region, registry)
    assert (found.content["record_span"], found.content["insured_months"]) == ("2025-03 至 2026-02", "12")


@pytest.mark.parametrize("kind", [LICENCE, TAXPAID])
@pytest.mark.parametrize("number", COMPANIES)
def test_companies_of_three_regions_have_licences_and_pay_taxes(ledgers: None, kind: str, number: str) -> None:
    assert extract(kind, number).number == number


@pytest.mark.parametrize("number", [LIANG, GAO, CHEN, MA])
def test_people_of_three_regions_pay_into_the_fund_and_taxes(ledgers: None, number: str) -> None:
    assert extract(FUND, number).content["fund_months"] == "12"
    assert extract(TAXPAID, number).content["record_span"] == "2025-03 至 2026-02"


def test_sums_are_made_of_what_was_booked_in_the_months(ledgers: None) -> None:
    over = Period(date(2026, 1, 1), date(2026, 4, 1))

    found = extract(TAXPAID, COMPANIES[0], over=over).content

    assert found == {
        "tax_paid": "yes",
        "tax_authority": "国家税务总局北京市海淀区税务局（示例）",
        "record_span": "2026-01 至 2026-03",
        "tax_parts": "城市维护建设税 2,553.60 元；增值税 36,480.00 元",
        "tax_total": "39033.60",
    }


def test_the_month_of_today_is_not_booked_yet(ledgers: None) -> None:
    with pytest.raises(queries.NoRecord, match="2026-03 至 2026-03"):
        extract(INSURED, LIANG, over=Period(date(2026, 3, 1), date(2026, 4, 1)))


def test_the_whole_record_tells_its_own_months(ledgers: None) -> None:
    found = extract(INSURED, MA, over=None, place="120000").content

    assert (found["record_span"], found["insured_months"]) == ("2012-08 至 2021-05", "106")


def test_who_is_nowhere_is_told_who_was_asked(ledgers: None) -> None:
    with pytest.raises(queries.NoRecord) as refused:
        extract(INSURED, "EA1234567")

    assert str(refused.value) == (
        "未出具：已查询北京市社会保险登记库（演示）、天津市社会保险登记库（演示）、河北省社会保险登记库（演示），"
        "没有查到您在 2025-03 至 2026-02 的记录。请核对登记的姓名（名称）和证件号码，或换一个期间，"
        "仍有疑问的，请向登记所在地的部门查询更正。"
    )


def test_who_is_in_two_places_chooses(ledgers: None) -> None:
    with pytest.raises(queries.SeveralRecords, match="请选择要用哪个地区的记录") as refused:
        extract(INSURED, MA, over=None)

    assert refused.value.places == ("110000", "120000")
    assert extract(INSURED, MA, over=None, place="110000").region == "110112"


def test_of_two_places_only_one_had_bookings_in_the_months(ledgers: None) -> None:
    assert extract(INSURED, MA).region == "110112"


def test_nobody_gets_the_record_of_another(ledgers: None) -> None:
    for kind, number in ((INSURED, COMPANIES[0]), (LICENCE, LIANG), (FUND, "110108198604123028")):
        with pytest.raises(queries.NoRecord):
            extract(kind, number)


def test_each_registry_costs_one_statement(ledgers: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    extract(INSURED, LIANG)

    with django_assert_num_queries(3):
        extract(INSURED, LIANG)
    with django_assert_num_queries(1):
        extract(INSURED, LIANG, place="110000")


def test_the_table_shows_neither_numbers_nor_content(ledgers: None) -> None:
    table = str(list(Ledger.objects.values()))

    assert [secret for secret in (LIANG, "梁宇", "澄海", "15600") if secret in table] == []


def test_loading_twice_changes_no_answer(ledgers: None) -> None:
    before = extract(FUND, GAO)

    demo.load_ledgers()

    assert extract(FUND, GAO) == before


# --- Registries of a node's own ---------------------------------------------------------------------------------------

CONTENT = {"insured": "yes"}
RIGHT = Extract(INSURED, LIANG, "登记库", "110108", "1", CONTENT, digest_of(CONTENT))


class Own:
    """A registry that does what a test tells it to."""

    kinds = frozenset({INSURED})

    def __init__(self, region: str, does: Callable[[], Extract | None]) -> None:
        self.region, self.name, self.name_en, self.does = region, f"{region}登记库", "", does

    def extract(self, *, kind: str, number: str, period: Period | None, today: date, seconds: float) -> Extract | None:
        assert seconds == settings.REGISTRY_SECONDS
        return self.does()


def fails() -> Extract | None:
    raise TimeoutError


def refuses() -> Extract | None:
    raise ConnectionRefusedError


def test_what_is_not_connected_cannot_be_asked() -> None:
    adapters.connect([])

    with pytest.raises(queries.NotConnected, match="还没有接通"):
        extract(INSURED, LIANG)


def test_a_place_without_a_registry_is_told_apart_from_no_record() -> None:
    adapters.connect([Own("110000", lambda: None)])

    with pytest.raises(queries.NotConnected):
        extract(INSURED, LIANG, place="120000")


@pytest.mark.parametrize("does", [fails, refuses])
def test_a_silent_registry_is_named_and_the_others_too(does: Callable[[], Extract | None]) -> None:
    adapters.connect([Own("110000", does), Own("120000", lambda: None)])

    with pytest.raises(queries.RegistrySilent) as refused:
        extract(INSURED, LIANG, over=None)

    assert str(refused.value) == (
        "未出具：110000登记库没有及时答复；120000登记库没有查到您的记录。没有留下任何办理记录，"
        "请过几分钟再试，或到综合窗口办理。"
    )


def test_a_silent_registry_does_not_stand_in_the_way_of_another() -> None:
    adapters.connect([Own("110000", lambda: RIGHT), Own("120000", fails)])

    assert extract(INSURED, LIANG) == RIGHT


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RIGHT, number=GAO),
        replace(RIGHT, kind=FUND),
        replace(RIGHT, region="120116"),
        replace(RIGHT, content={"insured": "no"}),
    ],
    ids=["another number", "another kind", "another place", "changed on its way"],
)
def test_what_cannot_be_its_answer_is_not_used(wrong: Extract) -> None:
    adapters.connect([Own("110000", lambda: wrong)])

    with pytest.raises(queries.RegistryWrong, match="110000登记库的答复与所查的记录不一致，没有采用"):
        extract(INSURED, LIANG)


def test_a_mistake_of_an_adapter_is_not_taken_for_silence() -> None:
    def breaks() -> Extract | None:
        raise KeyError("place")

    adapters.connect([Own("110000", breaks)])

    with pytest.raises(KeyError):
        extract(INSURED, LIANG)


def test_the_documents_example_answers_as_it_says() -> None:
    asked: list[Any] = []

    def post(path: str, content: Any, *, timeout: float) -> str:
        asked.append((path, content, timeout))
        answer = {
            "place": "天津市滨海新区",
            "division": "120116",
            "employer": "示例公司",
            "insurances": ["养老保险", "失业保险"],
            "months": 12,
            "months_ever": 266,
            "base": "12800.00",
            "since": "2004-01",
            "id": "TJ-1",
        }
        return json.dumps(answer)

    names: dict[str, Any] = {"post": post}
    for block in blocks(ROOT / "docs" / "registries.md"):
        if block.kind == "python":
            exec(block.code, names)

    found = extract(INSURED, GAO)

    assert asked == [("/insured", {"number": GAO, "months": ["2025-03-01", "2026-03-01"]}, settings.REGISTRY_SECONDS)]
    assert (found.region, found.reference, found.content["insured_kinds"]) == ("120116", "TJ-1", "养老保险、失业保险")
    assert found.content["record_span"] == "2025-03 至 2026-02"
