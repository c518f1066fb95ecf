"""The pages of a window: searching, asking, filling in, checking, signing by phone and by PIN, and following."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.casework.pages import statements, text
from tests.casework.test_apply_pages import sign_in
from tests.counter import helped
from tests.counter.helped import BODY, HALL, MATTER, NUMBER, PIN, read
from tongban.casework import queries, reading, storage
from tongban.casework.documents import issuing
from tongban.casework.storage import stream_of
from tongban.certificates.wallet import secrets
from tongban.counter import actions
from tongban.counter.models import Assistance
from tongban.domain.assistance import State
from tongban.journal import outbox
from tongban.project import pins, travelling

pytestmark = pytest.mark.usefixtures("at_window", "clock")
BEGIN = f"/workbench/counter/begin/{HALL}/{MATTER}/?by={BODY}"


@pytest.fixture
def clerk() -> Client:
    return sign_in(Client(), "liufang")


@pytest.fixture
def agent(now: datetime) -> Client:
    pins.give(now=now)
    return sign_in(Client(), "luoyi", travelling.HOLDER)


def asked(**changes: str) -> dict[str, Any]:
    given = {"document_type": "resident_id", "number": NUMBER, "organisation": travelling.HOLDER[4:]}
    return {"operation": str(uuid4()), **given, **changes}


def phone(id: str) -> str:
    return f"/window/{secrets.code_of(id, of=actions.CODE)}/"


def prepared(now: datetime) -> str:
    id = helped.begun_and_allowed(now)
    helped.fill_in(id, now)
    helped.check(id, now)
    return id


def signed(id: str, **changes: str) -> dict[str, Any]:
    given = {"operation": str(uuid4()), "seen": str(helped.draft_of(id).revision), "declared": "on"}
    return given | changes


def test_the_window_shows_what_this_hall_may_take_in_and_upon_what(clerk):
    page = clerk.get("/workbench/counter/?q=道路危险货物")

    told = text(page)
    assert "道路危险货物运输许可" in told and "北京市交通委员会" in told
    assert "异地代收代办" in told and "主管部门收到之日起算" in told
    assert "天津市交通运输委员会" not in told
    assert "没有找到本大厅可以收的事项" in text(clerk.get("/workbench/counter/?q=不存在的东西"))


def test_the_window_costs_the_same_for_one_matter_and_for_all(clerk):
    one = statements(clerk, "/workbench/counter/?q=道路危险货物")

    assert statements(clerk, "/workbench/counter/?q=运输") <= one + 1


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"number": "120116199005123010"}, 422, "校验"),
        ({"number": "110108198604123027"}, 422, "没有代表这个单位的有效授权"),
        ({"organisation": "9112"}, 422, ""),
    ],
)
def test_a_document_that_does_not_fit_is_told_at_its_field(clerk, changes, status, sentence):
    answer = clerk.post(BEGIN, asked(**changes))

    assert (answer.status_code, Assistance.objects.count()) == (status, 0)
    assert sentence in text(answer)


def test_by_phone_the_applicant_allows_reads_and_signs(clerk, agent, now):
    page = clerk.post(BEGIN, asked()).url
    id = page.rstrip("/").rpartition("/")[2]
    waiting = text(clerk.get(page))
    assert "等申请人授权" in waiting and "罗＊" in waiting and "罗毅" not in waiting

    assert "同意帮办" in text(agent.get(phone(id)))
    agent.post(phone(id), {"operation": str(uuid4()), "answer": "allow"})
    assert "正在帮办" in text(clerk.get(page)) and "罗毅" in text(clerk.get(page))
    helped.fill_in(id, now)
    assert "窗口人员核对以后，才能签名" in text(agent.get(phone(id)))
    checked = {"operation": str(uuid4()), "revision": helped.draft_of(id).revision}
    clerk.post(page + "check/", checked | {"checked": ["identity", "authority", "form", "list", "copies"]})
    reading = text(agent.get(phone(id)))
    assert "天津安运示例物流有限公司" in reading and "签名并提交" in reading
    agent.post(phone(id), signed(id))

    assert read(id).state(now) is State.SIGNED
    done = text(clerk.get(page))
    assert "已收件" in done and "收件凭证不是受理凭证" in done
    assert "您已签名，申请已提交" in text(agent.get(phone(id)))


def test_by_pin_at_the_window(clerk, agent, now):
    id = helped.begin(now)
    page = f"/workbench/counter/{id}/applicant/"
    wrong = clerk.post(page, {"operation": str(uuid4()), "pin": "111222"})
    assert wrong.status_code == 422 and "授权密码不对" in text(wrong)
    assert clerk.post(page, {"operation": str(uuid4()), "pin": PIN}).status_code == 302
    helped.fill_in(id, now)
    helped.check(id, now)

    without = clerk.post(page, signed(id))
    assert without.status_code == 422
    assert clerk.post(page, signed(id, pin="111222")).status_code == 422
    assert clerk.post(page, signed(id, pin=PIN)).status_code == 302
    assert read(id).state(now) is State.SIGNED


def test_a_stranger_does_not_find_the_help_and_the_wrong_party_is_told_to_switch(now):
    id = helped.begin(now)

    assert sign_in(Client(), "dengyue", travelling.HOLDER).get(phone(id)).status_code == 404
    assert "请先切换到代表它" in text(sign_in(Client(), "luoyi", "").get(phone(id)))
    assert sign_in(Client(), "heping").get(f"/workbench/counter/{id}/").status_code in (403, 404)


def test_the_applicant_may_refuse(agent, clerk, now):
    id = helped.begin(now)
    agent.post(phone(id), {"operation": str(uuid4()), "answer": "refuse"})

    assert "申请人没有同意" in text(clerk.get(f"/workbench/counter/{id}/"))


def test_the_clerk_fills_in_on_the_pages_of_applying_and_the_applicant_signs_elsewhere(clerk, now):
    id = helped.begun_and_allowed(now)
    draft = read(id).draft

    tasks = clerk.get(f"/apply/draft/{draft}/")
    assert "天津安运示例物流有限公司" in text(tasks) and "回到窗口" in text(tasks)
    assert "删除草稿" not in text(tasks) and "工作台导航" in tasks.content.decode()
    assert clerk.get(f"/apply/draft/{draft}/materials/").status_code == 200
    assert clerk.get(f"/apply/draft/{draft}/check/").url == f"/workbench/counter/{id}/"
    assert clerk.post(f"/apply/draft/{draft}/discard/").status_code == 404
    assert sign_in(Client(), "shilei").get(f"/apply/draft/{draft}/").status_code == 404


def issue(number: str, now: datetime) -> None:
    stream = stream_of(queries.id_of(number))
    for errand in outbox.of_stream(stream=stream, subject=issuing.SUBJECT):
        issuing.issue(errand.errand, now)


def test_the_receipt_is_printed_here_and_the_papers_are_handed_over(clerk, now):
    number = helped.taken_in(now)
    issue(number, now)

    page = clerk.get(f"/workbench/counter/applications/{number}/")
    assert "北京市政务服务中心" in text(page) and number in text(clerk.get("/workbench/counter/taken-in/"))
    paper = clerk.get(f"/workbench/counter/applications/{number}/documents/1/")
    assert paper.status_code == 200 and paper.content[:5] == b"%PDF-"
    assert sign_in(Client(), "shilei").get(f"/workbench/counter/applications/{number}/").status_code == 404


def test_who_works_at_another_node_has_no_line_where_nobody_knows_his_name(now: datetime) -> None:
    found = storage.read(queries.id_of(helped.taken_in(now)))
    assert found is not None and found.intake is not None
    here = [one.label for one in reading.taken_in(found)]

    elsewhere = replace(found, intake=replace(found.intake, by="account:00000000-0000-7000-8000-000000000000"))

    assert [one.label for one in reading.taken_in(elsewhere)] == [one for one in here if one != "收件人员"] != here
