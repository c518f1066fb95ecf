"""Stand-ins: journalled, at once, in one place only; the page names, lists and ends them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.own_database import OwnDatabase
from tests.people.conftest import NOW, TODAY
from tests.soundness import demand_sound
from tongban.domain.standins import InvalidStandIn
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream
from tongban.people import actions, demo, queries
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account, StandIn
from tongban.people.permissions import NotAllowed
from tongban.people.roles import Role
from tongban.web import clock

Acting = Callable[..., Actor]
NEXT_WEEK = TODAY + timedelta(days=7)
OPERATION = "019aaaaa-0000-7000-8000-000000000000"


def name(by: Actor, absent: Actor, account: Actor, **changes: Any) -> dict[str, str]:
    asked = {"operation": "s", "valid_from": TODAY, "valid_until": NEXT_WEEK, "now": NOW} | changes
    answer: dict[str, str] = actions.name_stand_in(actor=by, absent=absent.id, account=account.id, **asked)
    return answer


def desks(actor: Actor) -> list[tuple[str, str]]:
    return [(duty.desk, duty.absent.name if duty.absent else "") for duty in actor.duties]


# --- what it does -----------------------------------------------------------------------------------------------------


def test_while_it_stands_the_stand_in_has_the_duty_of_the_absent_one(acting: Acting) -> None:
    zhao = acting("zhaolei")

    name(zhao, zhao, acting("limei"), valid_from=TODAY + timedelta(days=1))

    by_day = {day: desks(acting("limei", today=TODAY + timedelta(days=day))) for day in (0, 1, 6, 7)}
    own, both = [("危管防污岗", "")], [("危管防污岗", ""), ("船舶登记岗", "赵磊")]
    assert by_day == {0: own, 1: both, 6: both, 7: own}
    assert desks(acting("zhaolei", today=TODAY + timedelta(days=1))) == [("船舶登记岗", "")]


def test_a_stand_in_ends_at_once(acting: Acting) -> None:
    zhao = acting("zhaolei")
    stand_in = name(zhao, zhao, acting("limei"))["stand_in"]

    actions.end_stand_in(operation="e", actor=zhao, absent=zhao.id, stand_in=stand_in, now=NOW)

    assert desks(acting("limei")) == [("危管防污岗", "")]


def test_duties_given_later_are_stood_in_for_too_and_ended_ones_are_not(acting: Acting) -> None:
    zhao = acting("zhaolei")
    name(zhao, zhao, acting("limei"))
    actions.appoint(
        operation="more",
        actor=SYSTEM,
        account=zhao.id,
        role=Role.REVIEWER,
        region="130209",
        department="cfd-msa",
        desk="船员管理岗",
        valid_from=TODAY,
        valid_until=TODAY + timedelta(days=1),
        now=NOW,
    )

    assert desks(acting("limei"))[1:] == [("船舶登记岗", "赵磊"), ("船员管理岗", "赵磊")]
    assert desks(acting("limei", today=TODAY + timedelta(days=1)))[1:] == [("船舶登记岗", "赵磊")]


def test_what_is_signed_for_a_region_is_stood_in_for_by_nobody(acting: Acting) -> None:
    zhao = acting("zhaolei")
    actions.appoint(
        operation="steward",
        actor=SYSTEM,
        account=zhao.id,
        role=Role.STEWARD,
        region="130000",
        valid_from=TODAY,
        now=NOW,
    )

    name(zhao, zhao, acting("limei"))

    assert [duty.role for duty in acting("limei").duties] == [Role.REVIEWER, Role.REVIEWER]


def test_who_stands_in_for_somebody_with_a_sealed_name_knows_it(acting: Acting) -> None:
    agent = acting("linxiao")
    actions.appoint(
        operation="both",
        actor=SYSTEM,
        account=agent.id,
        role=Role.CLERK,
        region="130209",
        hall="cfd-hall",
        valid_from=TODAY,
        now=NOW,
    )

    name(agent, agent, acting("heping"))

    (absent,) = {duty.absent for duty in acting("heping").duties if duty.absent}
    assert (absent.name, absent.person) == ("林晓", agent.person)


def test_who_acted_for_whom_is_told_by_name(acting: Acting) -> None:
    li, zhao = acting("limei"), acting("zhaolei")
    name(zhao, zhao, li)
    (duty,) = [duty for duty in acting("limei").duties if duty.absent]

    with translation.override("zh-hans"):
        names = queries.names_of([li.signs(duty.absent), li.id])

    assert names == {f"{li.id} for {zhao.id}": "李梅（代赵磊）", li.id: "李梅"}


# --- who may, and when ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["zhaolei", "yangguang", "hanlei"])
def test_the_absent_one_the_administrator_and_the_supervisor_name_and_end(acting: Acting, username: str) -> None:
    zhao, by = acting("zhaolei"), acting(username)

    stand_in = name(by, zhao, acting("limei"))["stand_in"]
    actions.end_stand_in(operation="e", actor=by, absent=zhao.id, stand_in=stand_in, now=NOW)

    assert StandIn.objects.get().ended_at == NOW


@pytest.mark.parametrize("username", ["qianying", "liufang", "linxiao", "shenyue"])
def test_nobody_else_names_or_ends(acting: Acting, username: str) -> None:
    zhao = acting("zhaolei")
    stand_in = name(zhao, zhao, acting("limei"))["stand_in"]

    with pytest.raises(NotAllowed, match="您不能为这位同事安排代岗"):
        name(acting(username), acting("sunwei"), acting("limei"))
    with pytest.raises(NotAllowed, match="您不能为这位同事安排代岗"):
        actions.end_stand_in(operation="e", actor=acting(username), absent=zhao.id, stand_in=stand_in, now=NOW)

    assert StandIn.objects.filter(ended_at=None).count() == 1


def test_duties_are_not_handed_on(acting: Acting) -> None:
    zhao, li, sun = acting("zhaolei"), acting("limei"), acting("sunwei")
    name(zhao, zhao, li)

    with pytest.raises(InvalidStandIn, match="本人这段时间正替别人代岗"):
        name(li, li, sun)
    with pytest.raises(InvalidStandIn, match="所选的代岗人这段时间自己也由别人代岗"):
        name(sun, sun, zhao)


def test_nobody_outside_the_place_stands_in(acting: Acting) -> None:
    zhao = acting("zhaolei")

    with pytest.raises(InvalidStandIn, match="不在同一大厅或部门任职"):
        name(zhao, zhao, acting("shenyue"))
    with pytest.raises(NoSuchStream):
        name(zhao, zhao, acting("linxiao"))

    assert StandIn.objects.count() == 0


def test_rows_equal_replay(acting: Acting) -> None:
    zhao = acting("zhaolei")
    stand_in = name(zhao, zhao, acting("limei"))["stand_in"]
    actions.end_stand_in(operation="e", actor=zhao, absent=zhao.id, stand_in=stand_in, now=NOW)
    name(zhao, zhao, acting("sunwei"), operation="again")

    demand_sound()
    assert [type(one.event).__name__ for one in journal.entries(zhao.id)] == [
        "DutyGiven",
        "StandInNamed",
        "StandInEnded",
        "StandInNamed",
    ]


def test_a_row_changed_behind_the_journal_is_noticed(acting: Acting) -> None:
    zhao = acting("zhaolei")
    name(zhao, zhao, acting("limei"))

    StandIn.objects.update(valid_until=NEXT_WEEK + timedelta(days=30))

    (fault,) = journal.soundness().replay_faults
    assert fault.stream == zhao.id


def test_at_the_same_time_nobody_becomes_absent_and_stand_in(own_database: OwnDatabase) -> None:
    demo.load(now=NOW)
    zhao, li, sun = (
        queries.actor(Account.objects.get(username=username), today=TODAY)
        for username in ("zhaolei", "limei", "sunwei")
    )

    answers = own_database.together(
        partial(name, zhao, zhao, li), partial(name, li, li, sun), partial(name, sun, sun, zhao)
    )

    assert all(isinstance(one, dict | InvalidStandIn) for one in answers)
    standing = StandIn.objects.values_list("absent", "account")
    assert len(standing) >= 1
    assert {absent for absent, _ in standing} & {account for _, account in standing} == set()


# --- the pages --------------------------------------------------------------------------------------------------------


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def enter(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return TODAY


def asked(acting: Acting, username: str, **changes: str) -> dict[str, str]:
    return {
        "account": acting(username).id,
        "valid_from": "2026-03-02",
        "last_day": "2026-03-06",
        "operation": OPERATION,
    } | changes


def test_a_reviewer_names_his_stand_in_and_ends_it(acting: Acting, client: Client, today: date) -> None:
    enter(client, "zhaolei")
    page = client.get("/stand-ins/new/")
    assert "赵磊不在岗时，由谁代岗" in text(page)
    assert "李梅（危管防污岗）" in text(page)
    assert "沈悦" not in text(page)

    named = client.post("/stand-ins/new/", asked(acting, "limei"), follow=True)
    (one,) = StandIn.objects.all()

    assert (one.valid_from, one.valid_until) == (date(2026, 3, 2), date(2026, 3, 7))
    assert "代岗已安排。" in text(named)
    assert "代岗中" in text(named)
    assert "代赵磊 · 船舶登记岗" in text(enter(client, "limei").get("/account/"))
    ended = enter(client, "zhaolei").post(f"/stand-ins/{one.absent_id}/{one.id}/end/", follow=True)
    assert "代岗已结束，立即生效。" in text(ended)
    assert "已提前结束" in text(ended)


def test_who_stands_in_sees_it_and_cannot_end_it(acting: Acting, client: Client, today: date) -> None:
    zhao = acting("zhaolei")
    name(zhao, zhao, acting("limei"))
    (one,) = StandIn.objects.all()
    enter(client, "limei")

    page = client.get("/stand-ins/")
    refused = client.post(f"/stand-ins/{one.absent_id}/{one.id}/end/")

    assert "赵磊 李梅" in text(page)
    assert "/end/" not in page.content.decode()
    assert refused.status_code == 403
    assert "赵磊" not in text(enter(client, "sunwei").get("/stand-ins/"))


def test_a_supervisor_says_first_for_whom(acting: Acting, client: Client, today: date) -> None:
    enter(client, "hanlei")
    zhao = acting("zhaolei")

    first = client.get("/stand-ins/new/")
    strange = client.get("/stand-ins/new/?absent=account:none")
    page = client.get(f"/stand-ins/new/?absent={zhao.id}")
    named = client.post(f"/stand-ins/new/?absent={zhao.id}", asked(acting, "limei"), follow=True)

    assert "赵磊（船舶登记岗）" in text(first)
    assert "刘芳（曹妃甸区政务服务大厅）" in text(first)
    assert strange.status_code == 422
    assert "赵磊不在岗时，由谁代岗" in text(page)
    assert "代岗已安排。" in text(named)
    assert "/end/" in named.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_day": "2026-03-01"}, "截止日早于开始日"),
        ({"last_day": ""}, "请填写此项。"),
        ({"account": ""}, "请选择一项。"),
        ({"account": "account:x"}, "account:x"),
        ({"last_day": "9999-12-31", "valid_from": "2026-01-01"}, "这段时间已经安排了代岗人"),
    ],
)
def test_a_refused_form_comes_back(
    acting: Acting, client: Client, today: date, changes: dict[str, str], sentence: str
) -> None:
    zhao = acting("zhaolei")
    name(zhao, zhao, acting("sunwei"))

    answer = enter(client, "zhaolei").post("/stand-ins/new/", asked(acting, "limei", **changes))

    assert answer.status_code == 422
    assert sentence in text(answer).split("有内容需要修改")[1]
    assert StandIn.objects.count() == 1


@pytest.mark.parametrize("username", ["linxiao", "shenyue"])
def test_the_pages_are_not_for_everybody(people: None, client: Client, username: str) -> None:
    enter(client, username)

    answers = [client.get("/stand-ins/"), client.get("/stand-ins/new/")]

    assert [answer.status_code for answer in answers] == [403, 403]


def test_an_administrator_without_staff_is_told_so(acting: Acting, client: Client) -> None:
    account = actions.open_account(actor=SYSTEM, username="far", password=None, name="远", now=NOW)
    actions.appoint(
        operation="far",
        actor=SYSTEM,
        account=f"account:{account.pk}",
        role=Role.ADMINISTRATOR,
        region="440000",
        valid_from=TODAY,
        now=NOW,
    )

    assert "您的地区没有窗口和审查人员" in text(enter(client, "far").get("/stand-ins/new/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    acting: Acting, client: Client, today: date, rows: int
) -> None:
    for username in ("zhaolei", "zhouqiang", "wuyan")[:rows]:
        name(acting(username), acting(username), acting("limei"))
    enter(client, "hanlei").get("/stand-ins/")

    with CaptureQueriesContext(connection) as captured:
        page = text(client.get("/stand-ins/"))

    assert page.count("代岗中") == rows
    # Session, account, actor, stand-ins, names.
    assert len(captured) == 5


@pytest.mark.parametrize("address", ["/stand-ins/", "/stand-ins/new/"])
@pytest.mark.parametrize("username", ["zhaolei", "hanlei"])
def test_pages_are_told_in_english_too(
    acting: Acting, client: Client, today: date, address: str, username: str
) -> None:
    zhao = acting("zhaolei")
    name(zhao, zhao, acting("limei"))
    enter(client, username).cookies["django_language"] = "en"

    answer = client.get(address)

    main = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[1].split("</main>")[0])
    names = {one["name"] for one in demo.read()["staff"]}
    assert answer.status_code == 200
    assert sorted(set(re.findall(r"[\u4e00-\u9fff]+", main)) - names) == []
