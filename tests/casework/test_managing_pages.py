"""The authority that issued a certificate acts on it by a page; its holder reads why, and answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework import registered
from tests.casework.conftest import DAY
from tests.casework.pages import hidden, text
from tests.casework.test_apply_pages import sign_in
from tongban.certificates import ending
from tongban.certificates import queries as certificates
from tongban.domain.certificate import Status
from tongban.journal.models import Read
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import at, who
from tongban.web import clock

TOLD_ON, DECIDED_ON = date(2026, 3, 3), date(2026, 3, 12)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def on(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    on(at(TOLD_ON, 9))
    return on


@pytest.fixture
def certificate(house: walk.Walk, moment: Callable[[datetime], None]) -> str:
    return registered.certify(house)


def staff(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def managed(certificate: str) -> str:
    return reverse("certificates:managed_one", args=[certificate])


def test_an_authority_annuls_by_its_steps_and_the_holder_answers(
    certificate: str, moment: Callable[[datetime], None]
) -> None:
    officer, other, holder = staff("zhaolei"), staff("chenbin"), sign_in(Client())
    address, own = managed(certificate), reverse("certificates:standing", args=[certificate])
    found = officer.get(reverse("certificates:managed"), {"q": certificate})
    assert "船舶国籍证书" in text(found)
    page = officer.get(address)
    assert "以欺骗、贿赂等不正当手段取得（行政许可法第六十九条第二款）" in text(page)

    refused = officer.post(address, {"act": "notice", "operation": hidden(page, "operation"), "ground": "fraud"})
    told = officer.post(
        address, {"act": "notice", "operation": "n", "ground": "fraud", "reason": "所有权证明系伪造"}, follow=True
    )
    same = officer.post(address, {"act": "decide", "operation": "e", "ground": "holder_asked", "reason": ""})

    assert (refused.status_code, same.status_code) == (422, 422)
    assert (
        "签发机关告知拟撤销证照（以欺骗、贿赂等不正当手段取得），可在 2026年3月10日 前陈述申辩：所有权证明系伪造"
        in text(told)
    )
    wallet = text(holder.get(reverse("certificates:wallet")))
    assert "有效，拟作处理" in wallet
    assert "查看理由和经过" in text(holder.get(reverse("certificates:certificate", args=[certificate])))
    answered = holder.post(
        own, {"act": "state", "operation": "s", "text": "证明由原船东提供，本公司不知情"}, follow=True
    )
    assert "持证主体陈述申辩：证明由原船东提供，本公司不知情" in text(answered)
    moment(at(DECIDED_ON, 9))
    decided = other.post(
        address, {"act": "decide", "operation": "d", "ground": "fraud", "reason": "经核查属实"}, follow=True
    )
    assert "决定已签署，状态已更新。" in text(decided)
    assert certificates.find(identifier=certificate).status is Status.ANNULLED
    assert "签发机关决定撤销证照（以欺骗、贿赂等不正当手段取得）：经核查属实" in text(holder.get(own))
    assert "已于 2026-03-12 撤销这张证照（行政许可法第六十九条第二款）" in text(
        Client().get(reverse("certificates:state", args=[certificate]))
    )
    assert Read.objects.filter(what=f"certificate {certificate}").exists()


def test_who_told_the_holder_is_refused_the_decision_on_the_page(
    certificate: str, moment: Callable[[datetime], None]
) -> None:
    officer = staff("zhaolei")
    officer.post(managed(certificate), {"act": "notice", "operation": "n", "ground": "fraud", "reason": "伪造"})
    moment(at(DECIDED_ON, 9))

    answer = officer.post(
        managed(certificate), {"act": "decide", "operation": "d", "ground": "fraud", "reason": "查实"}
    )

    assert answer.status_code == 403
    assert "告知人不能作出决定" in text(answer)


def test_a_hearing_is_asked_for_by_the_holder_and_recorded_by_the_authority(
    certificate: str, moment: Callable[[datetime], None]
) -> None:
    officer, holder = staff("zhaolei"), sign_in(Client())
    own = reverse("certificates:standing", args=[certificate])
    officer.post(
        managed(certificate), {"act": "notice", "operation": "n", "ground": "penalty_revocation", "reason": "出租证书"}
    )

    asked = holder.post(own, {"act": "request_hearing", "operation": "h"}, follow=True)
    held = officer.post(managed(certificate), {"act": "hold_hearing", "operation": "r", "record": "笔录"}, follow=True)

    assert "持证主体申请听证，应在 2026年3月31日 前举行" in text(asked)
    assert "听证已举行，笔录：笔录" in text(held)
    assert "申请听证</button>" not in holder.get(own).content.decode()


@pytest.mark.parametrize("username", ["sunli", "liufang", "linxiao"])
def test_whoever_does_not_review_for_the_authority_is_turned_away(certificate: str, username: str) -> None:
    client = staff(username)

    assert client.get(reverse("certificates:managed")).status_code == 403
    assert client.get(managed(certificate)).status_code == 403


def test_a_stranger_does_not_read_the_reasons(certificate: str) -> None:
    client = sign_in(Client(), "sunli", "org:91130200MA0TB2025C")

    assert client.get(reverse("certificates:standing", args=[certificate])).status_code == 403


def test_an_act_that_is_not_possible_any_more_leads_back_to_the_page(certificate: str) -> None:
    ending.decide(
        operation="cancel",
        actor=who("chenbin", today=DAY),
        certificate=certificate,
        ground="holder_asked",
        reason="申请注销",
        now=at(TOLD_ON, 8),
    )

    answer = staff("zhaolei").post(managed(certificate), {"act": "notice", "operation": "n"}, follow=True)

    assert "这张证照的状态已经变化" in text(answer)
    assert "持证主体申请注销（示例规则，未引用条文）" in text(answer)


def test_the_page_speaks_english(certificate: str) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Account.objects.get(username="zhaolei"))

    page = text(client.get(managed(certificate)))

    assert "Annul: obtained by fraud, bribery or other improper means (行政许可法第六十九条第二款)" in page
