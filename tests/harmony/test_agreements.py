"""Stewards record agreements and joint meetings, end and close them: nothing typed is lost, nothing happens twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from tests.catalogue.regions_sign import (
    BEIJING,
    HEBEI,
    IN_FORCE_ON,
    MATTERS,
    NOW,
    REGIONS,
    TIANJIN,
    agreement,
    bodies,
    operation,
    propose,
    sign_all,
    who,
)
from tests.harmony.conftest import signed_in
from tests.harmony.pages import read, texts
from tongban.catalogue import actions, joint, storage
from tongban.crypto import sm3
from tongban.domain.joint import Annex, Undertaking
from tongban.domain.meetings import Meeting
from tongban.web import clock

pytestmark = pytest.mark.django_db

PAGE = reverse("harmony:agreements")
NEW = reverse("harmony:agreement_new")
NEW_MEETING = reverse("harmony:meeting_new")
END = reverse("harmony:agreement_end", args=["JJJ-2026-01"])
NUMBER = "JJJ-2026-09"
FILE = "合作事项清单".encode()


@pytest.fixture(autouse=True)
def ready(two_standards: None) -> None:
    """Everything that a batch rests on."""


def bureau(region: str) -> str:
    return bodies("bureau")[region].body


def rows(prefix: str, *filled: dict[str, Any]) -> dict[str, Any]:
    """What a list of rows sends, with an empty one at its end."""
    told = {f"{prefix}-TOTAL_FORMS": len(filled) + 1, f"{prefix}-INITIAL_FORMS": 0}
    return told | {f"{prefix}-{place}-{name}": value for place, row in enumerate(filled) for name, value in row.items()}


def given(**changes: object) -> dict[str, Any]:
    first: dict[str, Any] = {
        "operation": "record",
        "number": NUMBER,
        "title": "京津冀政务服务补充协议",
        "title_en": "",
        "scope": "政务服务",
        "signed_on": "2026-03-01",
        "from_on": "2026-04-01",
        "until_on": "",
    }
    first |= rows("parties", *({"body": bureau(region)} for region in REGIONS))
    first |= rows("annexes", {"title": "合作事项清单", "digest": "0" * 64})
    return first | changes


def meeting(**changes: object) -> dict[str, Any]:
    first: dict[str, Any] = {
        "operation": "meet",
        "meeting": "JJJ-LX-2026-09",
        "title": "第九次联席会议",
        "held_on": "2026-03-02",
        "agreement": "JJJ-2026-01",
        "agenda": "审议事项清单\r\n\r\n通报差异",
        "minutes": "一致同意。",
    }
    first |= rows("attendees", *({"body": bureau(region)} for region in REGIONS))
    first |= rows("undertakings", {"text": "完成比对", "owner": bureau(HEBEI), "due_on": "2026-03-20"})
    return first | changes


def refused(client: Client, address: str, data: dict[str, Any], *, status: int = 422) -> list[str]:
    """Return what the summary says of a form that came back."""
    page = client.post(address, data)
    assert page.status_code == status
    return texts(page, ".tb-error-summary li")


def hebei() -> Client:
    return signed_in("shenyue")


def meet(*, text: str = "完成比对", owner: str = HEBEI, due_on: date | None = None, number: int = 1) -> str:
    bureaus = tuple(bodies("bureau")[region] for region in REGIONS)
    held = Meeting(
        id=f"JJJ-LX-{number}",
        title=f"第 {number} 次联席会议",
        held_on=date(2026, 3, 2),
        agreement="JJJ-2026-01",
        attendees=bureaus,
        agenda=("审议",),
        minutes="同意。",
        undertakings=(Undertaking(text, bodies("bureau")[owner], due_on or date(2026, 3, 20)),),
    )
    actions.record_meeting(operation=operation(), actor=who("shenyue"), meeting=held, now=NOW)
    return reverse("harmony:action_close", args=[held.id, 1])


# --- Recording an agreement -------------------------------------------------------------------------------------------


def test_an_agreement_is_recorded_with_its_parties_and_annexes() -> None:
    client = hebei()

    assert client.post(NEW, given()).url == PAGE

    expected = agreement(
        number=NUMBER,
        title="京津冀政务服务补充协议",
        title_en="",
        scope="政务服务",
        signed_on=date(2026, 3, 1),
        from_on=date(2026, 4, 1),
        until_on=None,
    )
    assert joint.read_agreement(NUMBER) == expected
    assert texts(client.get(PAGE), ".tb-notice") == ["协议已记录。"]


def test_an_uploaded_annex_gives_its_digest_and_is_not_lost_when_the_form_comes_back() -> None:
    digest = sm3.digest(FILE).hex()

    def annexes() -> dict[str, Any]:
        return rows("annexes", {"title": "合作事项清单", "file": SimpleUploadedFile("a.pdf", FILE)})

    back = hebei().post(NEW, given(title="") | annexes() | {"annexes-0-digest": ""})
    hebei().post(NEW, given() | annexes() | {"annexes-0-digest": ""})

    assert back.status_code == 422
    assert back.context["rows"]["annexes"].forms[0]["digest"].value() == digest
    assert joint.read_agreement(NUMBER).annexes == (Annex("合作事项清单", digest),)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"title": "清单"}, "附件：SM3 摘要 请填写摘要，或上传文件。"),
        ({"title": "", "digest": "0" * 64}, "附件：附件标题 请填写此项。"),
        ({"title": "清单", "digest": "F" * 64}, "附件：SM3 摘要 摘要应是 64 位十六进制数（小写）。"),
        ({"title": "清单", "digest": "0" * 64, "file": FILE}, "附件：SM3 摘要 填写的摘要不是所选文件的摘要。"),
        ({"title": "清单", "file": b""}, "附件：或上传文件 这个文件是空的。请重新选择文件。"),
    ],
)
def test_an_annex_says_what_is_wrong_with_it(row: dict[str, Any], said: str) -> None:
    if "file" in row:
        row |= {"file": SimpleUploadedFile("a.pdf", row["file"])}
    data = {key: value for key, value in given().items() if not key.startswith("annexes")}

    (sentence,) = refused(hebei(), NEW, data | rows("annexes", row))

    assert sentence.startswith(said)
    assert joint.read_agreement(NUMBER) is None


def test_a_list_grows_by_a_row_and_keeps_what_was_typed_without_judging_it() -> None:
    page = hebei().post(NEW, given(title="", act="parties"))

    assert page.status_code == 200
    assert texts(page, ".tb-error-summary li") == []
    assert texts(page, ".tb-field__error") == []
    parties = page.context["rows"]["parties"]
    assert [form["body"].value() for form in parties.forms] == [*map(bureau, REGIONS), None, None]
    assert page.context["form"]["scope"].value() == "政务服务"
    assert page.context["form"]["operation"].value() == "record"
    assert page.context["rows"]["annexes"].forms[0]["digest"].value() == "0" * 64
    assert joint.read_agreement(NUMBER) is None


def test_a_page_that_grew_can_be_sent_as_it_stands() -> None:
    client = hebei()
    page = client.post(NEW, given(act="annexes"))
    form = next(each for each in read(page).walk() if each.attributes.get("enctype"))
    data: dict[str, str] = {}
    for each in form.walk():
        if each.tag == "input" and each.attributes.get("type") != "file":
            data[each.attributes["name"]] = each.attributes.get("value", "")
        elif each.tag == "textarea":
            data[each.attributes["name"]] = each.text
        elif each.tag == "select":
            chosen = [option for option in each.walk() if "selected" in option.attributes]
            data[each.attributes["name"]] = chosen[0].attributes["value"] if chosen else ""

    assert client.post(NEW, data).url == PAGE
    assert joint.read_agreement(NUMBER).parties == agreement().parties


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "标题 请填写此项。"),
        ({"title": "长" * 201}, "标题 确保该变量包含不超过 200 字符"),
        ({"scope": "长" * 2001}, "合作范围 确保该变量包含不超过 2000 字符"),
        ({"number": "三/1"}, "协议编号 协议未记录：编号只用字母、数字和连字符，最多 60 个字符。"),
        ({"number": "JJJ-2026-01"}, "协议编号 协议未记录：编号 JJJ-2026-01 已有协议。"),
        ({"signed_on": "2026-02-30"}, "签订日期 输入一个有效的日期。"),
        ({"signed_on": "2026-05-01"}, "生效日期 协议未记录：生效日早于签订日。"),
        ({"until_on": "2026-04-01"}, "期满日期 协议未记录：期满日不晚于生效日。"),
        ({"parties-0-body": "", "parties-1-body": ""}, "签订各方 协议未记录：至少要有两个地区参加。"),
        ({"parties-1-body": "11111111MA0TB1014N"}, "签订各方：单位 选择一个有效的选项。"),
        ({"parties-TOTAL_FORMS": "x"}, "签订各方 页面不完整，可能打开得太久。"),
        ({"parties-TOTAL_FORMS": "100000"}, "签订各方 最多 60 行。"),
        ({"operation": ""}, "未提交：页面不完整，可能打开得太久。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_recorded(changes: dict[str, str], said: str) -> None:
    (sentence,) = refused(hebei(), NEW, given(**changes))

    assert sentence.startswith(said)
    assert list(joint.read_agreements()) == ["JJJ-2026-01"]


def test_sending_it_twice_records_it_once_and_other_content_is_refused() -> None:
    client = hebei()

    assert [client.post(NEW, given()).status_code for _ in range(2)] == [302, 302]

    assert refused(client, NEW, given(scope="另一范围"), status=409) == [
        "未办理：同一操作编号已用于另一个请求。请刷新页面后重试。"
    ]
    assert joint.read_agreement(NUMBER).scope == "政务服务"


def test_whoever_stands_for_no_party_is_told_so_and_loses_nothing() -> None:
    sentence = "签订各方 未办理：您不代表有关的任何一个单位。请由参加单位的事项管理员办理。"

    assert refused(signed_in("xujing"), NEW, given(), status=403) == [sentence]
    assert joint.read_agreement(NUMBER) is None


# --- Recording a meeting ----------------------------------------------------------------------------------------------


def test_a_meeting_is_recorded_with_its_agenda_and_what_it_settled() -> None:
    client = hebei()

    assert [client.post(NEW_MEETING, meeting()).status_code for _ in range(2)] == [302, 302]

    held = joint.read_meeting("JJJ-LX-2026-09")
    bureaus = agreement().parties
    assert held == Meeting(
        id="JJJ-LX-2026-09",
        title="第九次联席会议",
        held_on=date(2026, 3, 2),
        agreement="JJJ-2026-01",
        attendees=bureaus,
        agenda=("审议事项清单", "通报差异"),
        minutes="一致同意。",
        undertakings=(Undertaking("完成比对", bureaus[2], date(2026, 3, 20)),),
        done=(None,),
    )


def test_a_meeting_under_an_agreement_begins_with_its_parties() -> None:
    page = hebei().get(NEW_MEETING, {"agreement": "JJJ-2026-01"})

    attendees = page.context["rows"]["attendees"]
    assert [form["body"].value() for form in attendees.forms] == [*map(bureau, REGIONS)]
    assert page.context["form"]["agreement"].value() == "JJJ-2026-01"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"meeting": "一/二"}, "会议编号 会议未记录：编号只用字母、数字和连字符，最多 60 个字符。"),
        ({"agenda": " \r\n "}, "议程 请填写此项。"),
        ({"minutes": "长" * 10001}, "纪要 确保该变量包含不超过 10000 字符"),
        ({"held_on": "昨天"}, "会议日期 输入一个有效的日期。"),
        ({"agreement": "JJJ-2020-01"}, "依据的协议 选择一个有效的选项。"),
        ({"undertakings-0-due_on": ""}, "议定事项：期限 请填写此项。"),
        ({"undertakings-0-due_on": "2026-03-01"}, "议定事项 会议未记录：“完成比对”的期限早于会议日期。"),
        ({"attendees-2-body": ""}, "议定事项 会议未记录：承办“完成比对”的河北省数据和政务服务局没有参加会议。"),
    ],
)
def test_what_is_wrong_with_a_meeting_is_said(changes: dict[str, str], said: str) -> None:
    (sentence,) = refused(signed_in("gumingyuan"), NEW_MEETING, meeting(**changes))

    assert sentence.startswith(said)
    assert joint.read_meetings() == []


def test_a_meeting_grows_by_what_it_settled() -> None:
    page = hebei().post(NEW_MEETING, meeting(act="undertakings"))

    found = page.context["rows"]["undertakings"]
    assert [form["text"].value() for form in found.forms] == ["完成比对", None, None]
    assert found.forms[0]["due_on"].value() == "2026-03-20"
    assert joint.read_meetings() == []


# --- Ending an agreement ----------------------------------------------------------------------------------------------


def in_force(on: date) -> set[str]:
    return set(storage.standards_in_force(MATTERS, today=on))


def test_ending_is_confirmed_on_a_page_that_tells_what_stops() -> None:
    sign_all(propose())
    client, day = hebei(), clock.today() + timedelta(days=30)
    about = {"operation": "end", "ended_on": day.isoformat(), "reason": "由新协议替代"}

    asked = client.post(END, about)
    before = joint.read_agreement("JJJ-2026-01").ended_on
    edited = client.post(END, about | {"act": "edit"})
    twice = [client.post(END, about | {"act": "confirm"}).status_code for _ in range(2)]

    assert texts(asked, "h1") == ["确认终止：京津冀政务服务合作框架协议"]
    assert "第一批“同事同标”事项" in texts(asked, "section")[0]
    assert before is None
    assert edited.context["form"]["reason"].value() == "由新协议替代"
    assert twice == [302, 302]
    ended = joint.read_agreement("JJJ-2026-01")
    assert (ended.ended_on, ended.ended_because) == (day, "由新协议替代")
    assert texts(client.get(PAGE), ".tb-notice") == ["协议已终止，随它停止的标准：2 项。"] * 2
    assert (in_force(day - timedelta(days=1)), in_force(day)) == (set(MATTERS), set())
    assert day > IN_FORCE_ON


@pytest.mark.parametrize("act", ["", "confirm"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "终止的原因或依据 请填写此项。"),
        ({"reason": "长" * 401}, "终止的原因或依据 确保该变量包含不超过 400 字符"),
        ({"ended_on": "2026-13-01"}, "终止日期 输入一个有效的日期。"),
        ({"ended_on": "2026-03-01"}, "终止日期 协议 JJJ-2026-01 未终止：终止日不能早于今天。"),
        ({"ended_on": "2031-03-01"}, "终止日期 协议 JJJ-2026-01 未终止：它在 2031-03-01 已经期满。"),
    ],
)
def test_an_end_that_cannot_be_comes_back_with_the_reason(changes: dict[str, str], said: str, act: str) -> None:
    day = (clock.today() + timedelta(days=1)).isoformat()
    about = {"operation": "end", "ended_on": day, "reason": "由新协议替代", "act": act}

    (sentence,) = refused(hebei(), END, about | changes)

    assert sentence.startswith(said)
    assert joint.read_agreement("JJJ-2026-01") == agreement()


def test_an_agreement_that_has_ended_offers_no_end_any_more() -> None:
    day = (clock.today() + timedelta(days=1)).isoformat()
    about = {"operation": "end", "ended_on": day, "reason": "由新协议替代"}
    hebei().post(END, about | {"act": "confirm"})

    assert refused(hebei(), END, about | {"operation": "again"}, status=409) == [
        f"协议 JJJ-2026-01 未终止：它已于 {day} 终止，无需再办。"
    ]
    assert END not in hebei().get(PAGE).content.decode()


# --- Closing what was settled -----------------------------------------------------------------------------------------


def test_the_owner_says_how_it_was_done_once() -> None:
    address, client = meet(), hebei()

    assert refused(client, address, {"operation": "close", "outcome": " "}) == ["落实情况 请填写此项。"]
    sent = [client.post(address, {"operation": "close", "outcome": "已比对"}).status_code for _ in range(2)]

    assert sent == [302, 302]
    (done,) = joint.read_meeting("JJJ-LX-1").done
    assert done.outcome == "已比对"
    again = client.post(address, {"operation": "other", "outcome": "又一次"})
    assert (again.status_code, texts(again, ".tb-error-summary li")) == (
        409,
        ["未办结：第 1 项议定事项已经办结，无需再办。"],
    )
    assert texts(client.get(PAGE), "main h2") == ["合作协议", "联席会议"]
    shown = client.get(address)
    assert [each for each in texts(shown, "button") if each == "办结"] == []
    assert texts(shown, ".tb-notice p")[-1].endswith("办结：已比对 返回协议与会议")


def test_what_is_open_stands_on_the_list_by_its_day_and_what_is_late_is_marked() -> None:
    meet(text="晚些", due_on=clock.today(), owner=BEIJING)
    address = meet(text="早已到期", due_on=date(2026, 3, 3), number=2)

    page = hebei().get(PAGE)

    day = date_format(clock.today())
    assert texts(page, "table tbody tr")[:2] == [
        "早已到期 河北省数据和政务服务局 2026年3月3日 逾期未办 第 2 次联席会议 办结 早已到期",
        f"晚些 北京市政务服务和数据管理局 {day} 办理中 第 1 次联席会议 由承办单位办结",
    ]
    assert address in page.content.decode()


# --- The list, and who may --------------------------------------------------------------------------------------------


def test_the_list_tells_the_state_of_agreements_and_what_rests_on_them() -> None:
    propose()
    over = agreement(number="JJJ-2020-01", title="旧协议", signed_on=date(2020, 1, 1), from_on=date(2020, 1, 1))
    old = replace(over, until_on=date(2025, 1, 1))
    actions.record_agreement(operation=operation(), actor=who("shenyue"), agreement=old, now=NOW)

    found = texts(hebei().get(PAGE), "table tbody tr")

    assert found == [
        "京津冀政务服务合作框架协议 JJJ-2026-01 有效 2026年3月1日 起， 2031年3月1日 前 "
        "批次 1 个，跨省通办 0 项，延伸大厅 0 个 记录会议 JJJ-2026-01 终止 JJJ-2026-01",
        "旧协议 JJJ-2020-01 不在有效期 2020年1月1日 起， 2025年1月1日 前 "
        "批次 0 个，跨省通办 0 项，延伸大厅 0 个 记录会议 JJJ-2020-01",
    ]


def test_pages_open_for_whom_they_are_for_and_a_forged_post_is_refused() -> None:
    address, day = meet(), (clock.today() + timedelta(days=1)).isoformat()
    clerk, other, tianjin = signed_in("liufang"), signed_in("jialixin"), signed_in("tianwenjing")
    end = {"operation": "forged", "ended_on": day, "reason": "无", "act": "confirm"}

    assert [clerk.get(each).status_code for each in (PAGE, NEW, NEW_MEETING, END, address)] == [403] * 5
    assert [clerk.post(each, data).status_code for each, data in ((NEW, given()), (END, end))] == [403] * 2
    assert [other.get(each).status_code for each in (PAGE, NEW, END, address)] == [200, 200, 403, 403]
    assert other.post(END, end).status_code == 403
    assert other.post(END, end | {"act": ""}).status_code == 403
    assert tianjin.post(address, {"operation": "forged", "outcome": "已办"}).status_code == 403
    assert joint.read_agreement("JJJ-2026-01") == agreement()
    assert joint.read_meeting("JJJ-LX-1").done == (None,)


def test_what_is_not_there_is_not_found() -> None:
    meet()
    missing = [
        reverse("harmony:agreement_end", args=["NO"]),
        reverse("harmony:action_close", args=["NO", 1]),
        reverse("harmony:action_close", args=["JJJ-LX-1", 0]),
        reverse("harmony:action_close", args=["JJJ-LX-1", 2]),
    ]

    assert [hebei().get(address).status_code for address in missing] == [404] * 4
    assert [hebei().post(address, {"operation": "x"}).status_code for address in missing] == [404] * 4


def test_stewards_come_here_from_the_public_pages_and_nobody_else_does() -> None:
    meet()
    public = ["/agreements/", "/agreements/JJJ-2026-01/", "/meetings/JJJ-LX-1/"]

    def linked(client: Client) -> list[bool]:
        return [f'href="{PAGE}">管理协议与会议' in client.get(each).content.decode() for each in public]

    assert linked(hebei()) == [True] * 3
    assert linked(signed_in("liufang")) == [False] * 3
    assert linked(Client()) == [False] * 3


def test_the_list_costs_the_same_as_it_grows() -> None:
    client = signed_in("tianwenjing")

    def statements() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    meet(owner=TIANJIN)
    before = statements()
    for number in range(2, 5):
        meet(number=number, owner=TIANJIN)
        another = agreement(number=f"JJJ-{number}")
        actions.record_agreement(operation=operation(), actor=who("shenyue"), agreement=another, now=NOW)

    assert statements() == before
