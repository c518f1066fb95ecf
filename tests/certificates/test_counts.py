"""Does my licence count here? Asked by type, by number, or of what the signed-in holder has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.casework.pages import text
from tests.casework.test_apply_pages import sign_in
from tests.worlds import DAY
from tongban.certificates import queries
from tongban.certificates.models import Certificate
from tongban.domain.certificate import Status
from tongban.project import travelling
from tongban.project.walk import at
from tongban.web import clock

pytestmark = pytest.mark.usefixtures("recognised")
PAGE = "/counts/"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: at(DAY, 12))
    return at(DAY, 12)


def ask(client: Client, status: int = 200, **given: Any) -> str:
    answer = client.get(PAGE, given)
    assert answer.status_code == status
    return text(answer)


def by_type(client: Client, kind: str, issued_in: str = "120000", to: str = "110000") -> str:
    return ask(client, type=kind, issued_in=issued_in, to=to)


def held(kind: str) -> str:
    return next(one.identifier for one in queries.wallet(party=travelling.HOLDER, today=DAY) if one.type == kind)


def test_the_page_asks(client: Client) -> None:
    assert "按证照类型查" in ask(client)


def test_as_evidence_it_names_the_materials_and_the_ground(client: Client) -> None:
    shown = by_type(client, "C_VEHICLE")

    assert "算数：可以作为材料" in shown
    assert "可以免交哪些材料 机动车行驶证" in shown
    assert "津冀办理结果在北京市直接认可的政务服务事项清单第 5 项" in shown
    assert "京津冀政务服务合作框架协议" in shown


def test_with_effect_it_tells_what_one_may_do(client: Client) -> None:
    shown = by_type(client, "C_ROAD")

    assert "算数：可以直接用" in shown
    assert "报告或备案后有效，不另办证" in shown
    assert "在北京市从事道路运输经营，不另办许可" in shown
    assert "可以免交哪些材料 道路运输经营许可证" in shown


def test_the_other_way_round_it_does_not_count_and_says_why(client: Client) -> None:
    shown = by_type(client, "C_VEHICLE", issued_in="110000", to="120000")

    assert "不算数" in shown
    assert "互认有方向：规则 BJ-RK-11-05" in shown


def test_where_it_was_issued_it_counts_without_a_rule(client: Client) -> None:
    shown = by_type(client, "C_VEHICLE", issued_in="120000", to="120000")

    assert "算数：在签发的地方不用互认" in shown
    assert "不算数" not in shown


def test_what_no_rule_names_does_not_count(client: Client) -> None:
    assert "《营业执照》不在这里的互认规则之内。" not in by_type(client, "C_BUSINESS")
    assert "不在这里的互认规则之内。" in by_type(client, "C_TYPE")


def test_by_its_number_a_certificate_is_verified_too(client: Client) -> None:
    number = held("C_VEHICLE")
    assert "算数：可以作为材料" in ask(client, number=number, to="110000")

    Certificate.objects.filter(identifier=number).update(
        status=Status.REVOKED, ended_on=DAY, ended_by="《行政许可法》第六十九条"
    )

    shown = ask(client, number=number, to="110000")
    assert "不算数" in shown
    assert "这张证照已经失效" in shown
    assert "《行政许可法》第六十九条" in shown
    assert "安运" not in shown


def test_a_number_that_is_none_is_refused(client: Client) -> None:
    assert ask(client, status=422, number="17", to="110000")
    unknown = held("C_VEHICLE").replace("120116TJ0000000003", "120116TJ0000000009")
    assert ask(client, status=422, number=unknown, to="110000")
    assert ask(client, status=422, type="C_NONE", issued_in="120000", to="110000")


def test_the_holder_asks_of_his_own(client: Client) -> None:
    shown = ask(sign_in(client, "dengyue", travelling.HOLDER))

    assert "车辆检测合格证明" in shown
    assert "驾驶人员从业资格核验证明" in shown


def test_the_page_speaks_english(client: Client) -> None:
    client.cookies["django_language"] = "en"

    shown = by_type(client, "C_VEHICLE", "110000", "120000")

    assert "rule BJ-RK-11-05 lets certificates of Tianjin、Hebei count in Beijing" in shown
