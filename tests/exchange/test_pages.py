"""Those who look after the node see what stands in the way and what to do about it, and nobody else does."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from tests.exchange import busy
from tests.exchange.others import NOW, Other
from tongban.exchange import reconciling
from tongban.exchange.models import Outgoing, Published, Reconciliation, Wanted
from tongban.people.models import Account

PAGE = reverse("exchange:exchange")


@pytest.fixture
def operator(demo_people: None, here: None, client: Client) -> Client:
    return sign_in(client, "yangguang")


def sign_in(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))).strip()


def test_without_another_node_the_page_says_what_to_do(operator: Client) -> None:
    said = text(operator.get(PAGE))

    assert "还没有登记对方节点" in said
    assert "tongban node trust" in said
    assert "三十天内没有到期的。" in said


def test_where_all_is_well_the_page_says_so(operator: Client, settings: Settings) -> None:
    settings.ADDRESS = "https://tongban.bj.example.cn"
    Other(NOW).introduce()

    said = text(operator.get(PAGE))

    assert "往来正常，没有需要处理的事。" in said
    assert "天津市" in said
    assert "还没有对过账" in said


def test_the_page_tells_what_is_wrong_and_what_to_do(operator: Client) -> None:
    busy.enter(NOW)

    said = text(operator.get(PAGE))

    for sentence in (
        "与 shanxi 的往来已停止 第 7 号消息与已经收到的不同：对方改写了历史，请双方核对。 消息都还在，没有丢失。",
        "与 tianjin 对账有 1 处不同",
        "hebei 一直送不到 没有连上 https://tongban.he.example.cn/exchange/messages：timed out。 消息都在本节点等着",
        "tianjin 的 1 个附件不能接收",
        "没有设置本节点的地址",
        "已写 3，已签收 2 1 条在等，最早 2026年3月2日 07:00",
        "已写 12，已签收 0 12 条在等，最早 2026年3月1日 09:00",
        "已试 9 次， 2026年3月2日 09:04 再试",
        "写给 tianjin 的第 2 号",
        "未接收：这个办件不在对方处。请刷新后再办。",
        "tianjin 写来的第 1 号",
        "“110000-20261123-000001-0001”：本节点说 beijing，tianjin 说 tianjin。请双方核对。",
        "对账时 1 条消息在路上",
        "没有对成：没有连上：timed out",
        "34%",
        "1 次内容不符，已从头再取",
        "2 个在取",
    ):
        assert sentence in said, said
    assert "某人的病历" not in said
    assert said.index("shanxi 的往来已停止") < said.index("对账有 1 处不同") < said.index("hebei 一直送不到")


def test_what_was_not_delivered_just_now_is_not_called_well(operator: Client, settings: Settings) -> None:
    settings.ADDRESS = "https://tongban.bj.example.cn"
    Other(NOW).introduce()
    busy.write("tianjin", 1, now=NOW)
    Outgoing.objects.update(attempts=1, failure="没有连上：timed out")

    said = text(operator.get(PAGE))

    assert "有的消息刚才没有送达，正在自动重试；现在没有需要处理的事。" in said
    assert "往来正常" not in said


def test_lists_that_could_not_be_read_are_told(operator: Client) -> None:
    Other(NOW).introduce()
    Published.objects.create(peer_id="tianjin", due_at=NOW, failure="http://tianjin.invalid/status.json 回答 500。")

    said = text(operator.get(PAGE))

    assert "没有取得 tianjin 的信任列表和状态列表 http://tianjin.invalid/status.json 回答 500。 每分钟再试一次" in said
    assert "往来正常" not in said


def test_the_page_speaks_english(operator: Client) -> None:
    busy.enter(NOW)
    operator.cookies["django_language"] = "en"

    said = text(operator.get(PAGE))

    assert "The way to shanxi stands still" in said
    assert "“110000-20261123-000001-0001”: this node says beijing, tianjin says tianjin." in said
    assert "12 wait, the oldest since" in said


def test_the_page_costs_the_same_for_any_number_of_peers(operator: Client) -> None:
    counts = []
    for names in (["tianjin"], ["hebei", "shanxi"]):
        for name in names:
            Other(NOW, name=name).introduce()
            busy.write(name, 2, now=NOW)
            Reconciliation.objects.create(peer_id=name, tried_at=NOW)
        operator.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            operator.get(PAGE)
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_the_operator_lets_it_be_tried_again_at_once(operator: Client) -> None:
    busy.enter(NOW)
    Wanted.objects.filter(attempts=2).update(due_at=NOW + timedelta(minutes=5))

    answer = operator.post(reverse("exchange:try_again", kwargs={"name": "hebei"}), follow=True)
    operator.post(reverse("exchange:try_again", kwargs={"name": "tianjin"}))

    assert "已安排，几秒钟内重试与 hebei 的往来" in text(answer)
    assert Outgoing.objects.get(pk="hebei").due_at == NOW
    assert Wanted.objects.get(attempts=2).due_at == NOW
    assert Outgoing.objects.get(pk="hebei").attempts == 9


def test_the_operator_lets_it_be_compared_in_the_next_round(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    busy.enter(NOW)
    asked: list[str] = []
    monkeypatch.setattr(reconciling, "reconcile", lambda *, peer, now: asked.append(peer.name))
    assert (reconciling.run(now=NOW), asked) == (1, ["shanxi"])

    answer = operator.post(reverse("exchange:reconcile", kwargs={"name": "tianjin"}), follow=True)

    assert "一分钟内与 tianjin 对账" in text(answer)
    assert (reconciling.run(now=NOW), asked) == (1, ["shanxi", "tianjin"])


@pytest.mark.parametrize("username", ["linxiao", "liufang", "zhaolei", "hanlei", "gumingyuan"])
def test_nobody_else_is_let_in(demo_people: None, here: None, client: Client, username: str) -> None:
    sign_in(client, username)
    busy.enter(NOW)

    for answer in (
        client.get(PAGE),
        client.post(reverse("exchange:try_again", kwargs={"name": "hebei"})),
        client.post(reverse("exchange:reconcile", kwargs={"name": "hebei"})),
    ):
        assert answer.status_code == 403
        assert "系统管理员照看" in answer.content.decode()
    assert Outgoing.objects.get(pk="hebei").due_at > NOW
    assert "节点往来" not in client.get("/").content.decode()


def test_an_administrator_of_elsewhere_is_not_let_in(operator: Client, settings: Settings) -> None:
    settings.REGIONS = ["110000"]

    assert operator.get(PAGE).status_code == 403


def test_what_is_not_there_is_not_found(operator: Client) -> None:
    for name in ("try_again", "reconcile"):
        assert operator.post(reverse(f"exchange:{name}", kwargs={"name": "x"})).status_code == 404
        assert operator.get(reverse(f"exchange:{name}", kwargs={"name": "x"})).status_code == 405


def test_the_navigation_leads_there(operator: Client) -> None:
    page = operator.get(reverse("people:stand_ins")).content.decode()

    assert f'href="{PAGE}"' in page
