"""What people see of departments' own systems, and what they do by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.casework.conftest import REGISTRAR, read
from tests.casework.pages import hidden, statements, text
from tests.exchange.departmental import Simulated, answering
from tests.exchange.systems import NOW, connect, follow, later, number, placed, work
from tongban.casework import queries
from tongban.crypto import sm3
from tongban.domain.events import Outcome, SystemFilledIn
from tongban.exchange import actions as exchange
from tongban.exchange.systems import comparing
from tongban.exchange.systems.models import System
from tongban.files import actions as files
from tongban.files.models import Blob
from tongban.journal.models import Read
from tongban.people.models import Account
from tongban.project.walk import one_page_pdf
from tongban.web import clock

LIST = "/workbench/systems/"


@pytest.fixture
def there(opined: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulated]:
    """Three cases are in the department's system."""
    settings.NODE, settings.DEMO = "beijing", True
    exchange.prepare_node(now=NOW)
    system = Simulated(NOW)
    monkeypatch.setattr(clock, "now", lambda: system.now)
    holder = read(opined).holder
    for blob in Blob.objects.filter(party=holder):
        system.files[blob.digest] = bytearray(files.open_file(party=holder, digest=blob.digest))
    with answering(system):
        connect(system)
        follow(opined)
        work()
        yield system


def staff(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def page_of(application: str, case: int = 1) -> str:
    return reverse("systems:case", args=[read(application).number, case])


def test_the_list_tells_systems_cases_and_differences(there: Simulated, opined: str) -> None:
    first = number(read(opined), 1)
    there.say(first, "asking", reason="请补充图纸")
    there.states["999999-1"] = ("received", NOW)
    work(later(minutes=1))
    comparing.compare(System.objects.get(), now=NOW)

    said = text(staff(REGISTRAR).get(LIST))

    assert "海事局审批系统" in said
    assert said.index(first) < said.index(number(read(opined), 2)), "what people must look at comes first"
    assert "待处理 海事局审批系统：需要补充材料。" in said
    shown = text(staff(REGISTRAR).get(page_of(opined)))
    assert "经办人 王芳 部门的说明 请补充图纸" in shown
    assert "对方有办件 999999-1（已收到），本方没有送交过。请与部门核实来源。" in said
    assert number(read(opined), 12) not in said, "another desk's"


def test_the_list_costs_the_same_for_one_case_and_for_three(there: Simulated, opined: str) -> None:
    client = staff(REGISTRAR)
    two = statements(client, LIST)
    placed(opined, 2).delete()

    assert statements(client, LIST) == two


def test_a_failing_system_is_told_with_its_reason(there: Simulated, opined: str) -> None:
    there.always = "error"
    there.now = later(minutes=1)
    work(there.now, rounds=1)

    said = text(staff(REGISTRAR).get(LIST))

    assert "没有读到它的答复" in said
    assert "对方回答 503" in said


def test_the_sheet_of_a_case_leads_to_the_system_and_back(there: Simulated, opined: str) -> None:
    client, application = staff(REGISTRAR), read(opined)
    sheet = reverse("casework:task", args=[application.number, 1])

    page = client.get(sheet)
    assert "在海事局审批系统中办理 已送交，编号 HS-1，还没有答复。" in text(page)
    assert page_of(opined) in page.content.decode()
    assert page_of(opined, 3) not in client.get(sheet.replace("/1/", "/3/")).content.decode()

    answer = client.get(page_of(opined))
    assert sheet in answer.content.decode()
    assert Read.objects.filter(what__contains="case 1 in cfd-msa opened").count() == 1


def test_somebody_at_the_desk_fills_in_and_concludes(there: Simulated, opined: str) -> None:
    client, address = staff(REGISTRAR), page_of(opined)
    page = client.get(address)
    asked = {
        "act": "fill_in",
        "operation": hidden(page, "operation"),
        "seen": hidden(page, "seen"),
        "outcome": "approved",
        "number": "HS-1",
        "certificate": "津海 17",
        "fixed_ship_name_cn": "渤远二号",
    }

    refused = client.post(address, asked)
    assert refused.status_code == 422
    assert read(opined).case(1).outcome is None

    done = client.post(address, asked | {"why": "系统停机检修"}, follow=True)
    assert "已补录，并记入经过和日志。" in text(done)
    assert "批准（手工补录） 手工补录的原因 系统停机检修" in text(done)
    assert "手工补录 部门系统连不上" not in text(done), "there is nothing left to fill in"
    case = read(opined).case(1)
    assert case.outcome is Outcome.APPROVED
    events = [one.event for one in queries.history(read(opined)) if isinstance(one.event, SystemFilledIn)]
    assert [event.certificate for event in events] == ["津海 17"]
    told = text(client.get(reverse("casework:task", args=[read(opined).number, 1])))
    assert "由工作人员从海事局审批系统手工补录" in told


def test_a_denial_without_the_departments_reason_is_refused_at_its_field(there: Simulated, opined: str) -> None:
    client, address = staff(REGISTRAR), page_of(opined)
    page = client.get(address)
    asked = {name: hidden(page, name) for name in ("operation", "seen")}

    refused = client.post(address, asked | {"act": "fill_in", "outcome": "denied", "why": "停机"})

    assert refused.status_code == 422
    assert "不予批准时必须写明理由" in text(refused)
    assert read(opined).case(1).outcome is None


def test_others_read_and_do_not_fill_in(there: Simulated, opined: str) -> None:
    address = page_of(opined)

    assert "部门系统中的状态" not in text(staff("liufang").get(address))
    assert staff("limei").get(address).status_code == 403
    assert staff("limei").get(page_of(opined, 3)).status_code == 403
    assert staff(REGISTRAR).get(page_of(opined, 3)).status_code == 404
    assert staff("linxiao").get(LIST).status_code == 403


def test_a_refused_answer_is_shown_and_weighed_again(there: Simulated, opined: str) -> None:
    there.say(number(read(opined), 1), "approved", officer="")
    work(later(minutes=1))
    client, address = staff(REGISTRAR), page_of(opined)

    page = client.get(address)
    assert "海事局审批系统的结论没有写明由谁作出。请对方补全后重新答复。" in text(page)
    done = client.post(address, {"act": "weigh_again"}, follow=True)

    assert "1 条答复将重新办理。" in text(done)


def test_the_certificate_of_the_system_is_given_out(there: Simulated, opined: str) -> None:
    data = one_page_pdf("SHIP NAME 17")
    digest = sm3.digest(data).hex()
    there.files[digest] = bytearray(data)
    file = {"digest": digest, "size": len(data), "name": "船名核准.pdf"}
    there.say(number(read(opined), 1), "approved", certificate={"number": "津海 17", "file": file})
    work(later(minutes=1))
    client, address = staff(REGISTRAR), page_of(opined)

    assert "下载部门系统的证照文件：船名核准.pdf" in text(client.get(address))
    given = client.get(address + "certificate/")

    assert given.content == data
    assert given["Content-Type"] == "application/pdf"
    assert client.get(page_of(opined, 2) + "certificate/").status_code == 404
