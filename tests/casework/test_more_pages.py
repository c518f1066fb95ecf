"""The further acts on the reviewer's sheet, and the page on which the applicant is heard."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.casework.conftest import conclude, read
from tests.casework.pages import text
from tests.casework.test_procedures import HOLDER, LATER, REGISTRAR, SUPERVISION, agent, begin, desk, do
from tongban.casework import actions
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import Outcome, Side
from tongban.journal import outbox
from tongban.people.models import Account
from tongban.project.walk import at

pytestmark = pytest.mark.usefixtures("afternoon")

TITLES = ["启动特别程序", "延长期限", "记录现场核查", "告知利害关系人", "告知听证权利"]


def sign_in(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def applicant(client: Client) -> Client:
    sign_in(client, "linxiao")
    session = client.session
    session["acting_for"] = HOLDER
    session.save()
    return client


def sheet(application: str, case: int = 3) -> str:
    return reverse("casework:task", args=[read(application).number, case])


def heard(application: str, case: int = 3) -> str:
    return reverse("casework:heard", args=[read(application).number, case])


def send(client: Client, application: str, act: str, **given: Any) -> Any:
    prefixed = {f"{act}-{name}": value for name, value in given.items()}
    return client.post(sheet(application), {"act": act, f"{act}-operation": f"page/{act}", **prefixed}, follow=True)


def test_the_deciding_desk_is_offered_what_the_case_has_room_for(client: Client, accepted: str) -> None:
    words = text(sign_in(client, REGISTRAR).get(sheet(accepted)))
    assert [title for title in TITLES if title in words] == TITLES
    assert "记录听证" not in words
    assert "结束特别程序" not in words

    other = text(sign_in(client, SUPERVISION).get(sheet(accepted)))
    assert [title for title in TITLES if title in other] == ["记录现场核查"]
    clerk = text(sign_in(client, "liufang").get(sheet(accepted)))
    assert "更多办理" not in clerk


def test_a_procedure_is_begun_and_ended_on_the_sheet_and_told_to_the_applicant(client: Client, accepted: str) -> None:
    sign_in(client, REGISTRAR)
    begun = text(send(client, accepted, "begin", kind="appraisal", expected_days="5"))
    assert "特别程序已启动，时限停止计算。" in begun
    assert "2026年3月2日开始，预计 5 个工作日，至 2026年3月9日，期间不计入时限" in begun
    assert "行政许可法第四十五条" in begun
    assert "鉴定中，不计时限" in begun

    told = text(applicant(client).get(reverse("casework:application", args=[read(accepted).number])))
    assert "2026年3月2日开始，预计 5 个工作日，至 2026年3月9日，期间不计入时限" in told

    sign_in(client, REGISTRAR)
    ended = text(send(client, accepted, "end", kind="appraisal", result="合格"))
    assert "特别程序已结束，时限继续计算。" in ended
    assert "结果：合格" in ended


@pytest.mark.parametrize(
    ("act", "given", "sentence"),
    [
        ("begin", {"kind": "hearing", "expected_days": "5"}, "选择一个有效的选项"),
        ("begin", {"kind": "waiting for a sister", "expected_days": "5"}, "选择一个有效的选项"),
        ("begin", {"kind": "test", "expected_days": "0"}, "大于或等于1"),
        ("begin", {"kind": "test", "expected_days": "五"}, "输入整数"),
        ("begin", {"kind": "test"}, "请填写此项"),
        ("extend", {"days": "11", "approver": "局长", "reason": "复杂"}, "最多可以延长 10 日，不能是 11 日"),
        ("extend", {"days": "5", "approver": " ", "reason": "复杂"}, "请填写此项"),
        ("extend", {"days": "5", "approver": "局长", "reason": ""}, "请填写此项"),
        ("interested", {"party": ""}, "请填写此项"),
        ("site", {"passed": "yes", "record": "在港", "cases": ["3"]}, "请至少选择一项"),
        ("site", {"passed": "maybe", "record": "在港", "cases": ["99"], "officers": ["x"]}, "99"),
    ],
)
def test_bad_input_comes_back_in_its_open_form(
    client: Client, accepted: str, act: str, given: dict[str, Any], sentence: str
) -> None:
    before = read(accepted)

    answer = send(sign_in(client, REGISTRAR), accepted, act, **given)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "有内容需要修改" in page
    assert sentence in text(answer)
    assert re.search(r'<details class="tb-sheet tb-work-more-acts" data-no-print open>', page)
    assert read(accepted) == before


def test_one_officer_is_refused_at_the_field(client: Client, accepted: str) -> None:
    given = {"passed": "yes", "record": "在港", "cases": ["3"], "officers": [desk().id]}

    answer = send(sign_in(client, REGISTRAR), accepted, "site", **given)

    assert answer.status_code == 422
    assert "现场核查应当由两名以上工作人员进行" in text(answer)
    given["officers"] = [desk().id, desk(SUPERVISION).id]
    given["cases"] = ["1", "3"]
    done = text(send(client, accepted, "site", **given))
    assert "现场核查已记录。" in done
    assert "2026年3月2日核查合格" in done


def test_another_desk_sends_nothing_however_the_form_is_made(client: Client, accepted: str) -> None:
    before = read(accepted)

    answer = send(sign_in(client, SUPERVISION), accepted, "extend", days="5", approver="局长", reason="复杂")

    assert answer.status_code == 403
    assert read(accepted) == before


def test_an_opinion_is_sent_back_on_the_sheet(client: Client, opined: str) -> None:
    sign_in(client, REGISTRAR)
    nothing = send(client, opined, "send_back", reason="请再核")
    assert nothing.status_code == 409
    assert "只能退回已经提交意见的岗位（船舶监督岗）" in text(nothing)

    done = text(send(client, opined, "send_back", desks=["船舶监督岗"], reason="请再核"))

    assert "已退回，只影响本办件。" in done
    assert "退回船舶监督岗重新提出意见" in done
    assert read(opined).case(3).missing_opinions == ("船舶监督岗",)


def test_the_applicant_asks_for_the_hearing_that_was_offered(client: Client, accepted: str) -> None:
    sign_in(client, REGISTRAR)
    send(client, accepted, "hearing")
    applicant(client)
    told = text(client.get(reverse("casework:application", args=[read(accepted).number])))
    assert "您有权要求听证，请在 2026年3月9日 前提出。" in told

    done = client.post(heard(accepted), {"act": "hearing", "hearing-operation": "ask"}, follow=True)

    assert "听证申请已收到，举行前不计时限。" in text(done)
    hearing = read(accepted).case(3).proceedings.hearing
    assert hearing is not None
    assert hearing.requested_by is Side.APPLICANT
    again = client.post(heard(accepted), {"act": "hearing", "hearing-operation": "ask again"})
    assert again.status_code == 422
    sign_in(client, REGISTRAR)
    held = text(send(client, accepted, "hearing_record", record="双方陈述完毕"))
    assert "听证已记录，时限继续计算。" in held
    assert "笔录：双方陈述完毕" in held


def test_the_applicant_states_his_case(client: Client, accepted: str) -> None:
    applicant(client)
    empty = client.post(heard(accepted), {"act": "statement", "statement-operation": "s", "statement-text": " "})
    assert empty.status_code == 422
    assert "请填写此项" in text(empty)

    said = {"act": "statement", "statement-operation": "s", "statement-text": "船舶已改装"}
    done = text(client.post(heard(accepted), said, follow=True))

    assert "您的陈述已记录。" in done
    assert "船舶已改装" in done
    assert "船舶已改装" in text(sign_in(client, REGISTRAR).get(sheet(accepted)))


def test_nobody_else_is_heard(client: Client, accepted: str) -> None:
    assert client.get(heard(accepted)).status_code == 302
    assert sign_in(client, "sunli").get(heard(accepted)).status_code == 404
    assert sign_in(client, REGISTRAR).get(heard(accepted)).status_code == 404
    assert applicant(client).get(heard(accepted).replace("/3/", "/99/")).status_code == 404


def test_what_a_third_party_said_is_for_the_desk_alone(client: Client, accepted: str) -> None:
    do(actions.tell_interested, accepted, party="养殖户李某")
    do(actions.record_statement, accepted, text="航线经过养殖区")

    seen = text(sign_in(client, REGISTRAR).get(sheet(accepted)))
    assert "养殖户李某" in seen
    assert "航线经过养殖区" in seen
    outbox.run(clock=lambda: at(LATER, 18))
    letter = next(one for one in read(accepted).documents if one.kind is DocumentKind.LETTER)
    assert send(sign_in(client, REGISTRAR), accepted, "letter", letter=letter.number).status_code == 422
    assert "送达已记录" in text(send(client, accepted, "letter", letter=letter.number, means="post"))
    outbox.run(clock=lambda: at(LATER, 18))
    seen = text(client.get(sheet(accepted)))
    assert "送达回证" in seen
    assert letter.number in seen
    told = text(applicant(client).get(heard(accepted)))
    assert "养殖" not in told
    own = reverse("casework:application", args=[read(accepted).number])
    assert "养殖户" not in text(client.get(own))
    places = {one.kind: place for place, one in enumerate(read(accepted).documents, start=1)}
    for kind in (DocumentKind.LETTER, DocumentKind.LETTER_DELIVERY, DocumentKind.THIRD_STATEMENT):
        address = reverse("casework:document", args=[read(accepted).number, places[kind]])
        assert client.get(address).status_code == 404


def test_both_pages_say_what_a_denial_means_for_others(client: Client, opined: str) -> None:
    conclude(opined, 1, outcome=Outcome.DENIED, reason="船名与已登记船舶重名")

    own = text(sign_in(client, REGISTRAR).get(sheet(opined, 1)))
    assert "《船舶名称核定书》不会签发，需要它的第 2 项“船舶所有权登记”" in own
    assert "因此不能批准" in own
    other = text(client.get(sheet(opined, 2)))
    assert "第 1 项已不予批准，《船舶名称核定书》不会签发，本项不能批准。" in other
    told = text(applicant(client).get(reverse("casework:application", args=[read(opined).number])))
    assert "理由：船名与已登记船舶重名" in told
    assert "可以依法申请行政复议或者提起行政诉讼" in told
    assert "需要它的第 2 项“船舶所有权登记”" in told
    assert "所需的《船舶名称核定书》不会签发。" in told


def test_days_beyond_are_charged_to_who_held_the_case(
    client: Client, accepted: str, afternoon: Callable[[datetime], None]
) -> None:
    afternoon(at(date(2026, 3, 9), 16))

    words = text(sign_in(client, REGISTRAR).get(sheet(accepted)))

    assert "超期归责" in words
    assert "曹妃甸海事局船舶监督岗 超承诺 2 个工作日" in words
    assert "曹妃甸海事局船舶登记岗 超承诺" not in words


def test_the_pages_speak_english(client: Client, accepted: str) -> None:
    begin(accepted)
    do(actions.make_statement, accepted, actor=agent(), text="…")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "More acts" in text(sign_in(client, REGISTRAR).get(sheet(accepted)))
    assert "State your case" in text(applicant(client).get(heard(accepted)))
