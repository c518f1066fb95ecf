"""Stewards keep recognition rules: they record in the name of their bureau and end what it signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.harmony.conftest import signed_in
from tests.harmony.pages import texts
from tongban.catalogue import joint
from tongban.domain.joint import Effect
from tongban.web import clock

pytestmark = pytest.mark.usefixtures("recognised")
PAGE = reverse("harmony:recognition")
NEW = reverse("harmony:recognition_new")
END = reverse("harmony:recognition_end", args=["BJ-RK-11-05"])


def given(**changes: Any) -> dict[str, Any]:
    first = clock.today() + timedelta(days=30)
    return {
        "operation": "op-1",
        "code": "BJ-RK-NEW-01",
        "agreement": "JJJ-2022-01",
        "document": "补充清单",
        "article": "第 1 项",
        "field": "market_access",
        "certificate": "C_VEHICLE",
        "issued_in": ["120000"],
        "counts_in": "110000",
        "effect": "evidence",
        "materials": "T_VEHICLE、M_LICENSE",
        "basis": "duty",
        "matters": "TB-010",
        "from_on": first.isoformat(),
    } | changes


def shown(answer: Any) -> str:
    return " ".join(texts(answer))


def test_the_list_offers_ending_to_who_speaks_for_the_region() -> None:
    beijing, tianjin = (signed_in(name).get(PAGE).content.decode() for name in ("gumingyuan", "tianwenjing"))

    assert END in beijing
    assert END not in tianjin
    assert NEW in beijing and NEW in tianjin


def test_a_rule_is_recorded_and_signed() -> None:
    answer = signed_in("gumingyuan").post(NEW, given())

    assert answer.status_code == 302
    one = joint.read_recognition("BJ-RK-NEW-01")
    assert one is not None
    assert (one.rule.effect, one.rule.materials, one.rule.matters) == (
        Effect.EVIDENCE,
        ("T_VEHICLE", "M_LICENSE"),
        ("TB-010",),
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"materials": "T_NONE"}, "目录中没有 T_NONE"),
        ({"materials": ""}, "要写明代替哪些材料"),
        ({"effect": "licence", "materials": ""}, "要写明持证人在这里可以做什么"),
        ({"issued_in": ["110000"]}, "签发地区与认可地区相同"),
        ({"from_on": "2020-01-01"}, "互认不溯及既往"),
        ({"code": "BJ-RK-11-05"}, "已有规则"),
        ({"code": ""}, "请填写此项"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(changes: dict[str, Any], sentence: str) -> None:
    answer = signed_in("gumingyuan").post(NEW, given(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert joint.read_recognition("BJ-RK-NEW-01") is None


def test_only_the_region_in_which_it_counts_records() -> None:
    answer = signed_in("tianwenjing").post(NEW, given())

    assert answer.status_code == 403
    assert joint.read_recognition("BJ-RK-NEW-01") is None


def test_who_speaks_for_nobody_does_not_come_in() -> None:
    assert signed_in("gaoxiaodong").get(NEW).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_a_rule_is_ended_with_a_reason() -> None:
    steward, today = signed_in("gumingyuan"), clock.today()
    assert signed_in("tianwenjing").get(END).status_code == 403
    assert steward.get(END).status_code == 200
    assert steward.post(END, {"operation": "e", "ended_on": today.isoformat(), "reason": ""}).status_code == 422

    answer = steward.post(END, {"operation": "e", "ended_on": today.isoformat(), "reason": "由新清单替代。"})

    assert answer.status_code == 302
    one = joint.read_recognition("BJ-RK-11-05")
    assert one is not None and one.ended_on == today
