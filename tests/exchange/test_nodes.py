"""What this node is to others, and what of it and of them ends soon."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from tests.exchange.lines import Deliver, Line
from tests.exchange.others import ALGORITHM, NOW, Other
from tongban.exchange import nodes
from tongban.exchange.management.commands import node_status
from tongban.exchange.models import Outgoing, Peer
from tongban.keys import actions as keys
from tongban.keys.models import KeyCertificate, SigningKey
from tongban.keys.purposes import Purpose

DAY = timedelta(days=1)


def show(*words: str) -> str:
    out = StringIO()
    call_command("node_show", *words, stdout=out)
    return out.getvalue()


def test_a_node_shows_what_it_is_to_others(here: None, settings: Settings) -> None:
    settings.REGIONS, settings.ADDRESS = ["110000"], "https://tongban.bj.example.cn"
    root = keys.ensure_root(region="110000", name="北京市", algorithm=ALGORITHM, now=NOW)
    held = {one.purpose: one.id for one in SigningKey.objects.filter(owner="node:beijing")}

    said = json.loads(show("--json"))

    assert (said["node"], said["address"], said["regions"]) == ("beijing", settings.ADDRESS, ["110000"])
    assert {one["purpose"]: one["id"] for one in said["keys"]} == held
    assert set(held) == set(nodes.PURPOSES)
    assert [one["region"] for one in said["roots"]] == ["110000"]
    assert (
        KeyCertificate.objects.get(key__purpose=Purpose.AUTHORITY).valid_until.isoformat()
        == said["roots"][0]["valid_until"]
    )
    assert root is not None
    lines = show().splitlines()
    assert lines[0] == "节点 beijing  https://tongban.bj.example.cn"
    assert lines[1] == "代表 北京市（110000）"
    assert len(lines) == 2 + 3 + 1


def test_what_ends_within_thirty_days_and_has_no_successor_is_told(other: Other) -> None:
    assert nodes.endings(now=NOW) == []
    keys.ensure_root(region="110000", name="北京市", algorithm=ALGORITHM, now=NOW)
    ends = KeyCertificate.objects.get().valid_until

    assert nodes.endings(now=NOW) == []
    assert [one for one in nodes.endings(now=ends - 31 * DAY) if one.node == "beijing"] == []
    own = [one for one in nodes.endings(now=ends - 29 * DAY) if one.node == "beijing"]
    assert [(one.region, one.what, one.ends) for one in own] == [("110000", nodes.ROOT, ends)]


def test_a_key_that_was_replaced_is_not_told(other: Other) -> None:
    key = SigningKey.objects.get(purpose=Purpose.EXCHANGE)
    SigningKey.objects.filter(pk=key.pk).update(valid_until=NOW + 5 * DAY)

    assert [(one.what, one.name) for one in nodes.endings(now=NOW)] == [("exchange", key.id)]

    keys.retire(key=key, now=NOW)
    assert nodes.endings(now=NOW) == []


def test_the_list_of_a_peer_that_was_not_renewed_is_told(other: Other) -> None:
    due = NOW + 30 * DAY

    assert nodes.endings(now=due - 7 * DAY - timedelta(seconds=1)) == []
    (one,) = nodes.endings(now=due - 7 * DAY)
    assert (one.node, one.region, one.what, one.ends) == ("tianjin", "120000", nodes.LIST, due)


def test_a_list_that_cannot_be_read_hides_no_other(other: Other) -> None:
    Peer.objects.filter(name="tianjin").update(trust="x")

    assert nodes.endings(now=NOW + 29 * DAY) == []


def test_it_is_waited_for_until_all_is_receipted_or_the_way_stands_still(
    other: Other, line: Line, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("node_greet", other.name, count=2, stdout=StringIO())
    monkeypatch.setattr(node_status.time, "sleep", lambda seconds: deliver())
    said = StringIO()

    call_command("node_status", "--wait", stdout=said)

    waiting, standing = said.getvalue().splitlines()
    assert waiting == "还有 2 条等 tianjin 签收"
    assert "已写 2 已签收 2" in standing

    call_command("node_greet", other.name, stdout=StringIO())
    Outgoing.objects.update(stopped_because="两段历史不同。")
    with pytest.raises(CommandError, match="与 tianjin 的往来已停止，等不到签收：两段历史不同。"):
        call_command("node_status", "--wait", stdout=StringIO())
