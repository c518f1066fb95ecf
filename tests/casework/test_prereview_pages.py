"""The pages of pre-review: what applicant, clerk and supervisor see, what is recorded, what comes back to bad input."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.casework import asking
from tests.casework.conftest import DAY, read
from tests.casework.pages import statements, text
from tests.casework.test_apply_pages import OTHER, sign_in
from tests.casework.test_work_pages import desk, reads
from tongban.casework import actions, drafts
from tongban.casework.models import Draft, PreReviewRound
from tongban.casework.prereview import storage
from tongban.domain.events import Readiness, Target, TargetKind
from tongban.domain.prereview import State
from tongban.keys import actions as keys
from tongban.people import actions as people
from tongban.people.actor import SYSTEM
from tongban.people.models import Account
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at

pytestmark = pytest.mark.usefixtures("afternoon")

WORK = reverse("casework:pre_reviews")
NAME, PROOF, CONDITION = "element:ship_name_cn", "material:M_ACQ", "condition:HS-01:1"


@pytest.fixture
def draft(drafted: Draft) -> Draft:
    return drafted


@pytest.fixture
def applicant(house: walk.Walk) -> Client:
    return sign_in(Client())


@pytest.fixture
def clerk(house: walk.Walk, client: Client) -> Client:
    return desk(client, "liufang")


def page(draft: Draft, name: str = "pre_review", *args: object) -> str:
    return reverse(f"casework:{name}", args=[draft.id, *args])


def sheet(draft: Draft, number: int = 1) -> str:
    return reverse("casework:pre_reviewed", args=[draft.id, number])


def say(client: Client, draft: Draft, number: int = 1, **changes: str) -> Any:
    said = {"act": "answer", "operation": "op/answer", "readiness": "mend", NAME: "与已登记船舶同音"}
    return client.post(sheet(draft, number), said | changes)


# --- the applicant ----------------------------------------------------------------------------------------------------


def test_a_draft_offers_pre_review_and_says_what_it_is_not(applicant: Client, draft: Draft) -> None:
    offered = text(applicant.get(page(draft, "draft")))
    about = text(applicant.get(page(draft)))

    assert "网上预审 预审不是提交，不计算法定期限。" in offered
    assert "提请预审" in offered
    assert "预审不是提交，不计算法定期限。" in about
    assert "由谁预审 曹妃甸区政务服务大厅" in about
    assert "答复期限 提请后 2 个工作日内（示例）" in about
    assert "还可以提请 3 次" in about


def test_asking_twice_by_one_page_is_one_request(applicant: Client, draft: Draft) -> None:
    for _ in range(2):
        answer = applicant.post(page(draft), {"operation": "same"}, follow=True)

    assert answer.redirect_chain == [(page(draft), 302)]
    assert "已提请预审。" in text(answer)
    assert "2026年3月2日 16:00 提请， 2026年3月4日 前答复。" in text(answer)
    assert [one.state for one in asking.read(draft).rounds] == [State.OPEN]
    listed = text(applicant.get("/applications/"))
    assert "正在预审" in listed and "未提交" not in listed


def test_an_incomplete_draft_may_be_reviewed(applicant: Client, house: walk.Walk) -> None:
    begun = drafts.start(actor=asking.agent(), bundle="maritime", now=at(DAY, 9))
    drafts.fill(begun, {"ship_name_cn": "渤远7"}, today=DAY, now=at(DAY, 9))

    assert "项内容或材料，也可以先预审" in text(applicant.get(page(begun)))
    assert applicant.post(page(begun), {"operation": "o"}).status_code == 302


@pytest.mark.parametrize("given", [{}, {"operation": ""}, {"operation": "x" * 200}, {"operation": "a\0b"}])
def test_a_page_without_its_operation_is_refused(applicant: Client, draft: Draft, given: dict[str, str]) -> None:
    answer = applicant.post(page(draft), given)

    assert answer.status_code == 422
    assert "未提交：页面不完整" in text(answer)
    assert storage.read(draft.id) is None


def test_what_the_kernel_refuses_stands_on_the_page(applicant: Client, draft: Draft, house: walk.Walk) -> None:
    empty = drafts.start(actor=asking.agent(), bundle="maritime", now=at(DAY, 9))
    asking.request(draft)

    again = applicant.post(page(draft), {"operation": "again"})
    nothing = applicant.post(page(empty), {"operation": "nothing"})

    assert (again.status_code, nothing.status_code) == (422, 422)
    assert "未提请：这份草稿正在预审，2026-03-04 前答复。" in text(again)
    assert "草稿里还没有填写内容" in text(nothing)


def test_strangers_find_no_draft_and_staff_neither(house: walk.Walk, draft: Draft) -> None:
    asking.request(draft)
    stranger = sign_in(Client(), "gaojianming", OTHER)
    clerk = desk(Client(), "liufang")

    for client in (stranger, clerk):
        assert client.get(page(draft)).status_code == 404
        assert client.post(page(draft), {"operation": "x"}).status_code == 404
        assert client.post(page(draft, "withdraw_pre_review", 1), {"operation": "y"}).status_code == 404
    assert asking.read(draft).last.state is State.OPEN


def test_a_remark_stands_at_its_field_and_its_material_until_it_is_mended(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    remarks = [*asking.REMARKS, (asking.PROOF, "发票缺页")]
    asking.answer(draft, remarks=remarks)

    ship = applicant.get(page(draft, "form", "ship")).content.decode()
    materials = text(applicant.get(page(draft, "materials")))
    tasks = text(applicant.get(page(draft, "draft")))
    about = text(applicant.get(page(draft)))

    assert re.search(r'id="id_ship_name_cn_remark">.*?船名与已登记船舶同音', ship, re.DOTALL)
    assert 'aria-describedby="id_ship_name_cn_helptext id_ship_name_cn_remark"' in ship
    assert "预审意见： 发票缺页" in materials
    assert "预审意见 1 条" in tasks and "3 条意见待修改" in tasks
    assert "需修改后提交" in about and "请说明船舶来源。" in about
    assert "船舶名称核定：一艘船舶只使用一个名称" in about

    drafts.fill(Draft.objects.get(pk=draft.id), {"ship_name_cn": "渤海之星"}, today=DAY, now=at(DAY, 15))

    assert "（已修改）" in text(applicant.get(page(draft, "form", "ship")))
    assert "2 条意见待修改" in text(applicant.get(page(draft, "draft")))


def test_a_remark_on_what_is_known_of_the_holder_stands_beside_it(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    asking.answer(draft, remarks=[(Target(TargetKind.ELEMENT, "holder_name"), "营业执照已更名")])

    assert "来自您的登记身份。预审意见：营业执照已更名" in text(applicant.get(page(draft, "form", "owner")))


def test_what_the_answers_ask_no_more_needs_no_mending(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    mortgage = Target(TargetKind.MATERIAL, "M_MORTG")
    asking.answer(draft, remarks=[(mortgage, "合同未签字"), (Target(TargetKind.CONDITION, "1", "HS-04"), "请说明")])

    drafts.answer(Draft.objects.get(pk=draft.id), {"mortgage": "no"}, now=at(DAY, 15))

    about = applicant.get(page(draft))
    assert text(about).count("已修改") == 2
    assert "#material-M_MORTG" not in about.content.decode()


def test_a_ready_draft_is_told_so(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    asking.answer(draft, readiness=Readiness.READY, remarks=())

    assert "预审没有发现问题。" in text(applicant.get(page(draft)))
    assert "预审答复：可以提交。" in text(applicant.get(page(draft, "draft")))


def test_the_draft_tells_what_happened(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    asking.withdraw(draft)
    asking.request(draft, operation="again")
    asking.answer(draft, 2)

    told = text(applicant.get(page(draft, "draft")))

    happened = ["预审答复：需修改后提交，2 条意见。", "第 2 次提请预审，", "预审已撤回。", "第 1 次提请预审，"]
    assert [told.index(words) for words in happened] == sorted(told.index(words) for words in happened)
    assert "刘芳" in told and "林晓" in told


def test_it_is_taken_back_by_its_page(applicant: Client, draft: Draft) -> None:
    asking.request(draft)

    answer = applicant.post(page(draft, "withdraw_pre_review", 1), {"operation": "back"}, follow=True)
    stale = applicant.post(page(draft, "withdraw_pre_review", 1), {"operation": "stale"})
    never = applicant.post(page(draft, "withdraw_pre_review", 9), {"operation": "never"})

    assert "预审已撤回。" in text(answer)
    assert "还可以提请 2 次" in text(answer)
    assert (stale.status_code, never.status_code) == (422, 422)
    assert "未撤回：申请人已撤回第 1 次预审。" in text(stale)


def test_a_draft_in_review_is_handed_in_by_its_page(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    check = applicant.get(page(draft, "check"))
    assert "预审还没有答复。可以照样提交，提交后预审随即结束。" in text(check)
    operation = re.search(r'name="operation" value="([^"]+)"', check.content.decode())
    assert operation is not None

    answer = applicant.post(page(draft, "check"), {"operation": operation[1], "declared": "on"})

    assert answer.status_code == 302
    assert asking.read(draft).last.state is State.ENDED
    for address in (page(draft), page(draft, "draft")):
        assert applicant.get(address)["Location"] == reverse("casework:application", args=[draft.id])


def test_a_request_after_submission_is_refused(applicant: Client, draft: Draft) -> None:
    actions.submit(operation="s", actor=asking.agent(), draft=draft.id, now=at(DAY, 12))

    answer = applicant.post(page(draft), {"operation": "late"})

    assert answer.status_code == 409
    assert "这份申请已经提交" in text(answer)


def test_remarks_left_alone_are_no_hindrance(applicant: Client, draft: Draft) -> None:
    asking.request(draft)
    asking.answer(draft)

    assert "还有 2 条预审意见没有修改。意见没有约束力，可以照样提交。" in text(applicant.get(page(draft, "check")))


def test_the_clerk_who_accepts_reads_what_was_remarked_and_whether_it_was_mended(
    clerk: Client, draft: Draft, house: walk.Walk
) -> None:
    asking.request(draft)
    asking.answer(draft)
    drafts.fill(draft, {"ship_name_cn": "渤远三号"}, today=DAY, now=at(DAY, 15))
    application = house.hand_in(draft)
    found = read(application)

    page = text(clerk.get(reverse("casework:taken_in", args=[found.number])))

    assert "提交前的预审意见" in page
    assert "船名与已登记船舶同音，请另取。 已改动" in page
    assert "请说明船舶来源。" in page
    house.confirm(application)
    house.accept(application)
    assert "提交前的预审意见" not in text(clerk.get(reverse("casework:taken_in", args=[found.number])))


def test_a_discarded_draft_is_no_longer_waited_for(applicant: Client, clerk: Client, draft: Draft) -> None:
    asking.request(draft)

    assert applicant.post(page(draft, "discard")).status_code == 302

    assert "没有待预审的草稿" in text(clerk.get(WORK))


def test_an_overdue_request_says_so_without_consequence(
    applicant: Client, draft: Draft, afternoon: Callable[[datetime], None]
) -> None:
    asking.request(draft)
    afternoon(at(date(2026, 3, 5), 9))

    assert "已过预审期限，大厅还没有答复。" in text(applicant.get(page(draft)))
    assert "已过预审期限" in text(applicant.get(page(draft, "draft")))
    assert asking.answer(draft, now=at(date(2026, 3, 5), 10))["remarks"] == 2


def test_the_count_runs_out_on_the_page(applicant: Client, draft: Draft) -> None:
    for number in (1, 2, 3):
        asking.request(draft, operation=f"ask/{number}")
        asking.answer(draft, number)

    shown = applicant.get(page(draft))

    assert "预审次数已经用完" in text(shown)
    assert 'name="operation"' not in shown.content.decode()


def test_pages_of_a_draft_cost_little_more_when_it_is_pre_reviewed(applicant: Client, draft: Draft) -> None:
    names = [("draft", ()), ("form", ("ship",)), ("materials", ()), ("check", ())]
    before = {name: statements(applicant, page(draft, name, *args)) for name, args in names}
    asking.request(draft)
    asking.answer(draft)

    after = {name: statements(applicant, page(draft, name, *args)) for name, args in names}

    # The rows; the draft's page also tells what happened, and by whom.
    assert {name: after[name] - before[name] for name in after} == {"draft": 3, "form": 1, "materials": 1, "check": 1}


# --- the clerk --------------------------------------------------------------------------------------------------------


def test_a_clerk_sees_what_waits_at_his_hall_the_first_due_first(clerk: Client, house: walk.Walk) -> None:
    later, earlier = house.draft(), house.draft()
    asking.request(later, now=at(date(2026, 3, 3), 9))
    asking.request(earlier)

    listed = clerk.get(WORK)

    assert "河北渤远航运有限公司" in text(listed)
    assert "预审不是提交" in text(clerk.get(sheet(earlier)))
    assert listed.content.decode().index(sheet(earlier)) < listed.content.decode().index(sheet(later))
    assert "待预审的草稿 2 份" in text(clerk.get(reverse("casework:work")))


def test_the_list_costs_the_same_for_one_and_for_three(clerk: Client, house: walk.Walk) -> None:
    asking.request(house.draft())
    one = statements(clerk, WORK)
    for _ in range(2):
        asking.request(house.draft())

    assert statements(clerk, WORK) == one


def test_another_hall_sees_nothing(house: walk.Walk, draft: Draft, client: Client) -> None:
    asking.request(draft)
    PreReviewRound.objects.update(hall="other", region="110105")
    desk(client, "liufang")

    assert "没有待预审的草稿" in text(client.get(WORK))
    assert client.get(sheet(draft)).status_code == 404
    assert client.get(f"{sheet(draft)}materials/M_ACQ/").status_code == 404
    assert say(client, draft).status_code == 404
    assert reads() == []


@pytest.mark.parametrize("username", ["zhaolei", "gumingyuan", "yangguang", "linxiao"])
def test_who_is_no_clerk_has_no_list(house: walk.Walk, draft: Draft, client: Client, username: str) -> None:
    asking.request(draft)
    desk(client, username)

    for address in (WORK, sheet(draft), f"{sheet(draft)}materials/M_ACQ/"):
        assert client.get(address).status_code == 403


def test_the_sheet_is_masked_and_every_reading_recorded(clerk: Client, draft: Draft) -> None:
    asking.request(draft)

    masked = text(clerk.get(sheet(draft)))
    shown = text(clerk.post(sheet(draft), {"act": "show"}))
    file = clerk.get(f"{sheet(draft)}materials/M_ACQ/")

    assert "陈海生" not in masked and "陈＊＊" in masked
    assert "陈海生" in shown
    assert file.status_code == 200 and b"".join(file).startswith(b"%PDF")
    about = f"prereview {draft.id} 1"
    assert reads() == [
        ("liufang", HOLDER, f"{about} opened"),
        ("liufang", HOLDER, f"{about} in clear"),
        ("liufang", HOLDER, f"{about} material M_ACQ"),
    ]


def test_asking_for_personal_values_keeps_what_was_written(clerk: Client, draft: Draft) -> None:
    asking.request(draft)

    shown = clerk.post(sheet(draft), {"act": "show", NAME: "写到一半", "readiness": "mend"})

    assert "写到一半" in shown.content.decode()
    assert re.search(r'value="mend"[^>]* checked', shown.content.decode())


def test_an_answer_reaches_the_applicant_and_leaves_the_list(clerk: Client, applicant: Client, draft: Draft) -> None:
    asking.request(draft)

    answer = say(clerk, draft, **{CONDITION: "请说明来源", PROOF: " "})

    assert answer["Location"] == WORK
    last = asking.read(draft).last
    assert [remark.target for remark in last.remarks] == [asking.NAME, asking.CONDITION]
    assert "没有待预审的草稿" in text(clerk.get(WORK))
    assert "与已登记船舶同音" in text(applicant.get(page(draft)))
    done = text(clerk.get(sheet(draft)))
    assert "已答复" in done and "2 条意见" in done and "答复预审" not in done


def test_the_sheet_shows_the_draft_as_it_stood(clerk: Client, draft: Draft) -> None:
    asking.request(draft)
    drafts.fill(draft, {"ship_name_cn": "后来的名字"}, today=DAY, now=at(DAY, 15))

    assert "后来的名字" not in text(clerk.get(sheet(draft)))


def test_the_next_sheet_shows_what_was_remarked_last_time(clerk: Client, draft: Draft) -> None:
    asking.request(draft)
    asking.answer(draft)
    asking.request(draft, operation="again")

    assert "上次意见：船名与已登记船舶同音，请另取。" in text(clerk.get(sheet(draft, 2)))


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"readiness": ""}, 422, "请选择一项。"),
        ({"readiness": "perhaps"}, 422, "perhaps"),
        ({NAME: ""}, 422, "却没有写明要改什么"),
        ({"readiness": "ready"}, 422, "结果却是“可以提交”"),
        ({NAME: "长" * 501}, 422, "500"),
        ({"operation": ""}, 422, "未提交：页面不完整"),
        ({NAME: "<script>alert(1)</script>", "readiness": "ready"}, 422, "<script>alert(1)</script>"),
        ({NAME: "含\0空"}, 422, "空"),
    ],
)
def test_a_refused_answer_comes_back_as_it_was_written(
    clerk: Client, draft: Draft, given: dict[str, str], status: int, sentence: str
) -> None:
    asking.request(draft)

    answer = say(clerk, draft, **given)

    assert answer.status_code == status
    assert sentence in text(answer) or sentence in html.unescape(answer.content.decode())
    assert "<script>alert" not in answer.content.decode()
    assert asking.read(draft).last.state is State.OPEN


def test_fields_that_nobody_offered_are_no_remarks(clerk: Client, draft: Draft) -> None:
    asking.request(draft)

    say(clerk, draft, **{"material:M_CREWAPP": "别的事项", "element:nothing": "没有", "condition:HS-99:1": "没有"})

    assert [remark.target for remark in asking.read(draft).last.remarks] == [asking.NAME]


@pytest.mark.parametrize("close", [asking.withdraw, "submit"])
def test_an_answer_that_comes_too_late_is_told(clerk: Client, draft: Draft, close: Any) -> None:
    asking.request(draft)
    clerk.get(sheet(draft))
    if close == "submit":
        actions.submit(operation="s", actor=asking.agent(), draft=draft.id, now=at(DAY, 12))
    else:
        close(draft)

    answer = say(clerk, draft)

    assert answer.status_code == 409
    assert "未答复：" in text(answer)
    assert "船名（中文）" not in text(answer)


@pytest.mark.parametrize("close", [asking.withdraw, "submit"])
def test_what_was_taken_back_or_handed_in_is_read_here_no_more(clerk: Client, draft: Draft, close: Any) -> None:
    asking.request(draft)
    if close == "submit":
        actions.submit(operation="s", actor=asking.agent(), draft=draft.id, now=at(DAY, 12))
    else:
        close(draft)

    closed = clerk.get(sheet(draft))

    assert closed.status_code == 200
    assert "船名（中文）" not in text(closed) and "渤远" not in text(closed).replace("河北渤远航运有限公司", "")
    assert clerk.get(f"{sheet(draft)}materials/M_ACQ/").status_code == 404
    assert clerk.post(sheet(draft), {"act": "show"}).status_code == 200
    assert reads() == []


@pytest.mark.parametrize("material", ["M_LICENSE", "M_CREWAPP", "nothing", "x" * 60])
def test_only_what_was_uploaded_is_sent(clerk: Client, draft: Draft, material: str) -> None:
    asking.request(draft)

    assert clerk.get(f"{sheet(draft)}materials/{material}/").status_code == 404


@pytest.mark.parametrize("address", ["nothing/1/", "nothing/99999999999999999999/", f"{'x' * 300}/1/"])
def test_what_is_not_there_is_not_found(clerk: Client, address: str) -> None:
    assert clerk.get(f"{WORK}{address}").status_code == 404
    assert clerk.post(f"{WORK}{address}", {"act": "answer", "operation": "o", "readiness": "mend"}).status_code == 404


def test_an_applicant_does_not_answer_his_own(house: walk.Walk, draft: Draft, client: Client) -> None:
    """An agent of the company who is a clerk besides."""
    asking.request(draft)
    people.appoint(
        operation="both",
        actor=SYSTEM,
        account=f"account:{Account.objects.get(username=AGENT).pk}",
        role=Role.CLERK,
        region="130209",
        hall="cfd-hall",
        valid_from=DAY,
        now=at(DAY, 9),
    )
    sign_in(client)

    refused = say(client, draft)

    assert refused.status_code == 403
    assert "您应当回避" in text(refused)


def test_an_erased_holder_is_gone_from_the_sheet(clerk: Client, draft: Draft) -> None:
    asking.request(draft)
    keys.erase(person=HOLDER, now=at(DAY, 15))

    assert clerk.get(sheet(draft)).status_code == 410


# --- the supervisor ---------------------------------------------------------------------------------------------------


def test_the_supervisor_sees_what_is_overdue(
    house: walk.Walk, draft: Draft, client: Client, afternoon: Callable[[datetime], None]
) -> None:
    asking.request(draft)
    desk(client, "hanlei")
    assert "超期未答复的预审 0 份" in text(client.get(reverse("casework:work")))

    afternoon(at(date(2026, 3, 6), 9))

    assert "超期未答复的预审 1 份" in text(client.get(reverse("casework:work")))
    listed = text(client.get(WORK))
    assert "已超预审期限 2 个工作日" in listed and "曹妃甸区政务服务大厅" in listed
    seen = text(client.get(sheet(draft)))
    assert "陈＊＊" in seen and "答复预审" not in seen
    assert say(client, draft).status_code == 403


@pytest.mark.parametrize(
    ("name", "heading"), [("pre_review", "Pre-review"), ("draft", "Maritime matters of a ship in one application")]
)
def test_the_applicant_reads_english(applicant: Client, draft: Draft, name: str, heading: str) -> None:
    asking.request(draft)
    asking.answer(draft)
    applicant.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    shown = applicant.get(page(draft, name)).content.decode()

    assert f"<h1>{heading}</h1>" in shown
    assert "Pre-review is not a submission, and no statutory limit runs." in shown
    assert "Pre-review answered: to be mended first, 2 remarks." in shown


def test_the_clerk_reads_english(clerk: Client, draft: Draft) -> None:
    asking.request(draft)
    clerk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "Drafts to pre-review" in text(clerk.get(WORK))
    assert "Whatever gets no remark is fine." in text(clerk.get(sheet(draft)))
