"""The public page tells no one's business; a supervisor sees what each figure counts, in his regions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.insight.conftest import DAY, handed_in
from tongban.casework import storage
from tongban.domain.measures import MEASURES
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.models import Account
from tongban.people.queries import names_of
from tongban.people.roles import Role
from tongban.project import walk

MARCH = {"since": "2026-03-01", "until": "2026-03-31"}
PUBLIC = ("/figures/", "/figures.csv", "/figures.json")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[date]:
    """It is 31 March 2026."""
    monkeypatch.setattr("tongban.web.clock.now", lambda: walk.at(date(2026, 3, 31), 12))
    yield date(2026, 3, 31)


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))  # type: ignore[attr-defined]


def supervisor(client: Client, username: str = "hanlei") -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def supervisor_of(region: str) -> str:
    account = people.open_account(
        actor=SYSTEM, username="other", password=None, person="", name="别处的监察员", now=walk.at(DAY, 8)
    )
    people.appoint(
        operation="other/supervisor",
        actor=SYSTEM,
        account=f"account:{account.pk}",
        role=Role.SUPERVISOR,
        region=region,
        valid_from=date(2026, 1, 1),
        now=walk.at(DAY, 8),
    )
    return "other"


def test_the_page_shows_before_between_and_now(client: Client, walked: str) -> None:
    page = client.get("/figures/", MARCH)

    materials, time = page.context["comparisons"]
    assert [(bar.value, bar.width) for bar in materials.bars] == [("61", "100.00%"), ("33", "54.10%"), ("26", "42.62%")]
    assert [(bar.value, bar.width) for bar in time.bars] == [("80", "100.00%"), ("10", "12.50%"), ("10", "12.50%")]
    assert (materials.saved, time.saved) == ("57.3", "87.5")
    assert materials.basis == "1 件申请的平均数；合计 61 → 33 → 26 份。"
    said = text(page)
    assert "2026年3月1日 至 2026年3月31日提交的 1 件申请" in said
    assert "一次办结率 100 % 17 ÷ 17（已作出决定的办件） 2026年3月1日 至 2026年3月31日" in said
    assert "未经补正、退回或视为撤回即作出决定的办件占比。" in said


def test_bars_are_means_and_time_is_compared_over_the_same_applications(
    client: Client, house: walk.Walk, walked: str
) -> None:
    handed_in(house, DAY, "open")

    materials, time = client.get("/figures/", MARCH).context["comparisons"]

    assert ([bar.value for bar in materials.bars], materials.basis) == (
        ["61", "33", "26"],
        "2 件申请的平均数；合计 122 → 66 → 52 份。",
    )
    assert ([bar.value for bar in time.bars], time.basis) == (
        ["80", "10", "10"],
        "1 件已办结申请的平均数；合计 80 → 10 → 10 个工作日。",
    )


def test_before_the_first_is_closed_no_time_is_compared(client: Client, house: walk.Walk) -> None:
    house.submit()

    page = client.get("/figures/", MARCH)

    assert page.context["comparisons"][1] is None
    assert "还没有办结的申请。" in text(page)


def test_nothing_counted_is_said_with_what_to_do(client: Client, house: walk.Walk) -> None:
    page = client.get("/figures/", MARCH)

    assert "这段时间没有申请" in text(page)
    assert "一件申请要交多少材料" not in text(page)


def test_without_a_question_the_page_is_about_this_year(client: Client, walked: str) -> None:
    page = client.get("/figures/")

    assert "2026年1月1日 至 2026年3月31日提交的 1 件申请" in text(page)
    assert [(one.name, one.href, one.current) for one in page.context["periods"]] == [
        ("本月", "?since=2026-03-01&until=2026-03-31", False),
        ("上月", "?since=2026-02-01&until=2026-02-28", False),
        ("今年", "?since=2026-01-01&until=2026-03-31", True),
        ("去年", "?since=2025-01-01&until=2025-12-31", False),
    ]


def test_the_last_day_is_included(client: Client, house: walk.Walk) -> None:
    house.submit()

    def applications(since: str, until: str) -> int:
        return int(client.get("/figures.json", {"since": since, "until": until}).json()["applications"])

    assert applications("2026-03-02", "2026-03-02") == 1
    assert applications("2026-03-03", "2026-03-03") == 0
    assert applications("2026-02-01", "2026-03-01") == 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "2026-04-01", "until": "2026-03-01"}, "截止日早于起始日。请把截止日改为起始日当天或以后。"),
        ({"since": "soon"}, "请按“2026-03-02”的样子填写日期。"),
        ({"until": "9999-12-31"}, "请填写 2000 年至 2099 年之间的日期。"),
        ({"bundle": "moon"}, "没有这个选项。请从列表中选择。"),
        ({"region": "999999"}, "没有这个选项。请从列表中选择。"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(
    client: Client, house: walk.Walk, asked: dict[str, str], sentence: str
) -> None:
    for path in PUBLIC:
        answer = client.get(path, asked)

        assert answer.status_code == 422
        assert sentence in (text(answer) if path != "/figures.json" else str(answer.json()))


def test_the_exports_say_what_the_page_says(client: Client, walked: str) -> None:
    told = client.get("/figures.json", MARCH).json()
    table = list(csv.DictReader(io.StringIO(client.get("/figures.csv", MARCH).content.decode("utf-8-sig"))))

    assert (told["since"], told["until"], told["applications"], told["behind"]) == ("2026-03-01", "2026-03-31", 1, 0)
    assert [one["code"] for one in told["figures"]] == [measure.code for measure in MEASURES]
    assert [row["指标代码"] for row in table] == [measure.code for measure in MEASURES]
    figures = {one["code"]: (one["value"], one["number"], one["denominator"]) for one in told["figures"]}
    assert figures["materials_asked_with_sharing"] == (26, 26, 1)
    assert figures["time_saved"] == (0.875, 70, 80)
    assert table[19] == {
        "指标代码": "limit_shortened",
        "指标": "时限压缩",
        "数值": "70.0",
        "单位": "%",
        "分子": "173",
        "分母": "247",
        "分母含义": "单位相同的法定时限天数",
        "定义": "承诺时限比法定时限缩短的占比，只计单位相同的办件。",
        "提交日从": "2026-03-01",
        "到（含当日）": "2026-03-31",
    }


def test_nothing_public_tells_whose_business_it_was(client: Client, walked: str) -> None:
    application = storage.read(walked)
    assert application is not None
    holder = walk.HOLDER.removeprefix("org:")
    body = names_of({walk.HOLDER})[walk.HOLDER]
    names = [body, "林晓", "孙莉", "刘芳", "赵磊", *Account.objects.values_list("username", flat=True)]
    personal = [walked, application.number, holder, *names, application.cases[0].certificate]
    assert all(personal)

    for path in PUBLIC:
        answer = client.get(path, MARCH).content.decode()

        assert [one for one in personal if one in answer] == []
        assert "/figures/first_attempt/" not in answer


def test_a_supervisor_is_led_to_what_a_figure_counts(client: Client, house: walk.Walk, walked: str) -> None:
    handed_in(house, DAY, "open")
    application = storage.read(walked)
    assert application is not None
    address = "/figures/first_attempt/?since=2026-03-01&until=2026-03-31"

    figures = supervisor(client).get("/figures/", MARCH).content.decode()
    page = client.get(address)

    assert f'href="{address}"' in unescape(figures)
    assert [(row.number, row.part) for row in page.context["rows"]] == [(application.number, "17 ÷ 17")]
    assert page.context["figure"].denominator == "17 ÷ 17（已作出决定的办件）"
    assert client.get(page.context["rows"][0].href).status_code == 200
    assert len(client.get("/figures/matters/", MARCH).context["rows"]) == 2


def test_a_supervisor_sees_the_rows_of_his_regions_only(client: Client, walked: str) -> None:
    username = supervisor_of("120000")

    page = supervisor(client, username).get("/figures/matters/", MARCH)

    assert page.context["rows"] == []
    assert page.context["figure"].value == "0"
    assert "没有计入这项指标的申请" in text(page)
    assert client.get("/figures.json", MARCH).json()["applications"] == 1


@pytest.mark.parametrize("username", ["liufang", "zhaolei", "linxiao"])
def test_who_does_not_supervise_sees_no_rows(client: Client, walked: str, username: str) -> None:
    client.force_login(Account.objects.get(username=username))

    assert client.get("/figures/matters/", MARCH).status_code == 403
    assert "/figures/matters/" not in client.get("/figures/", MARCH).content.decode()


def test_a_measure_that_is_not_there_is_not_found(client: Client, house: walk.Walk) -> None:
    supervisor(client)

    assert client.get("/figures/moon/").status_code == 404
    assert client.get("/figures/matters/", {"since": "soon"}).url == "/figures/?since=soon"  # type: ignore[attr-defined]


def test_pages_take_the_same_number_of_statements_for_one_and_for_three(client: Client, house: walk.Walk) -> None:
    supervisor(client)
    counts = []
    for tag in ("one", "two", "three"):
        handed_in(house, DAY, tag)
        with CaptureQueriesContext(connection) as figures:
            client.get("/figures/", MARCH)
        with CaptureQueriesContext(connection) as rows:
            client.get("/figures/matters/", MARCH)
        counts.append((len(figures), len(rows)))

    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize("path", [*PUBLIC, "/figures/matters/"])
def test_pages_only_read(client: Client, house: walk.Walk, path: str) -> None:
    assert supervisor(client).post(path).status_code == 405


def test_english_pages_are_english(client: Client, walked: str) -> None:
    client.cookies["django_language"] = "en"

    page = client.get("/figures/", MARCH)
    said = text(page)

    assert "1 application handed in from 1 Mar 2026 to 31 Mar 2026" in said
    assert "Done at the first attempt 100 % 17 ÷ 17 (cases decided)" in said
    assert "Certificates issued 17 certificates over applications: 1" in said
    # Divisions have no English names in GB/T 2260.
    without_regions = re.sub(r'<select name="region".*?</select>', "", page.content.decode(), flags=re.DOTALL)
    assert re.findall(r"[\u3400-\u9fff]+", without_regions) == ["中文"]
