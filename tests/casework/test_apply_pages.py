"""The pages of applying and following up: what they show, what they keep, what they answer to bad input."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.casework.before_acceptance import act
from tests.casework.conftest import DAY, conclude, read
from tests.casework.pages import hidden, statements, text
from tests.own_database import OwnDatabase
from tongban.casework import actions, drafts, numbers, throttle
from tongban.casework.models import Application, Draft
from tongban.domain import review
from tongban.domain.events import Outcome
from tongban.domain.plan import Late, Plan
from tongban.files.actions import MAX_BYTES
from tongban.files.models import Blob
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, one_page_pdf, who
from tongban.web import clock

pytestmark = pytest.mark.usefixtures("afternoon")

BANK = "org:91130200MA0TB2025C"
OTHER = "org:91120116MA0TB3036L"
SHIP = {"imo_number": "9074729", "call_sign": "BTBY1"}
PDF = one_page_pdf("evidence")


def sign_in(client: Client, username: str = AGENT, acting_for: str = HOLDER) -> Client:
    client.force_login(Account.objects.get(username=username))
    session = client.session
    session["acting_for"] = acting_for
    session.save()
    return client


@pytest.fixture
def applicant(house: walk.Walk) -> Client:
    return sign_in(Client())


@pytest.fixture
def filled(drafted: Draft) -> Draft:
    return drafted


def page(draft: Draft, name: str, *args: str) -> str:
    return reverse(f"casework:{name}", args=[draft.id, *args])


def pdf(name: str = "材料.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


# --- starting ---------------------------------------------------------------------------------------------------------


def test_everybody_may_read_what_an_application_needs(house: walk.Walk, client: Client) -> None:
    answer = client.get("/apply/maritime/")

    assert answer.status_code == 200
    assert "9 类 17 项，一次申请，各岗位同时审核。" in text(answer)
    assert "最多 26 份（逐项办理要 61 份）" in text(answer)
    assert "受理后 10 个工作日内（逐项办理要 80 个）" in text(answer)
    assert "登录后开始申请" in text(answer)


def test_starting_asks_who_is_there(house: walk.Walk, client: Client) -> None:
    answer = client.post("/apply/maritime/")

    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/apply/maritime/"
    assert Draft.objects.count() == 0


def test_starting_twice_opens_one_draft(applicant: Client) -> None:
    first, second = applicant.post("/apply/maritime/"), applicant.post("/apply/maritime/")

    assert first["Location"] == second["Location"] == page(Draft.objects.get(), "draft")


def test_an_account_without_a_person_cannot_start(house: walk.Walk) -> None:
    clerk = sign_in(Client(), "liufang", "")

    assert "您的账户没有关联申请人身份" in text(clerk.get("/apply/maritime/"))
    refused = clerk.post("/apply/maritime/")
    assert (refused.status_code, Draft.objects.count()) == (403, 0)


def test_an_unknown_bundle_is_not_found(house: walk.Walk, client: Client) -> None:
    answer = client.get("/apply/nothing/")

    assert answer.status_code == 404
    assert "没有名为“nothing”的集成办理。" in text(answer)


# --- questions and plan -----------------------------------------------------------------------------------------------


def test_the_plan_says_who_waits_for_what_and_what_is_saved(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()

    shown = text(applicant.get(page(draft, "plan")))

    assert "17 个事项同时审核，受理后 10 个工作日内全部办结。" in shown
    for figure in ["61 份", "33 份", "26 份", "80 个工作日", "30 个工作日", "10 个工作日"]:
        assert figure in shown
    assert "15. 船舶连续概要记录签发 连续概要记录 船舶登记岗 10 个工作日 《船舶国籍证书》" in shown
    assert shown.count("不等待") == 4


def test_other_answers_drop_matters_and_materials(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()
    answers = {"origin": "new", "mortgage": "no", "navigation": "coastal", "cargo": "small", "doc": "apply"}
    answers |= {"agreement": "no", "books": "none"}

    preview = applicant.get(page(draft, "preview"), answers)
    saved = applicant.post(page(draft, "questions"), answers)

    planned = drafts.derive(Draft.objects.get())
    assert f"{planned.figures.categories} 类 {planned.figures.matters} 项" in text(preview)
    assert planned.figures.matters == 8
    assert saved["Location"] == page(draft, "plan")
    assert "抵押" not in text(applicant.get(page(draft, "draft")))


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "请选择一项。"),
        ({"origin": "stolen"}, "请从列出的选项中选择一项。"),
    ],
)
def test_a_wrong_answer_is_told_at_its_question(applicant: Client, answers: dict[str, str], sentence: str) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()

    answer = applicant.post(page(draft, "questions"), answers)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Draft.objects.get().answers == {}


def test_a_preview_of_nonsense_says_so(applicant: Client) -> None:
    applicant.post("/apply/maritime/")

    answer = applicant.get(page(Draft.objects.get(), "preview"), {"origin": "stolen", "other": "x"})

    assert answer.status_code == 200
    assert "没有“stolen”这个选项" in text(answer)


def test_a_plan_that_cannot_be_handed_in_together_is_parted(applicant: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()
    stages = (("HS-01",), ("HS-02", "HS-03"))
    derive = drafts.derive
    monkeypatch.setattr(drafts, "derive", lambda one, **about: _late(derive(one, **about), one, stages))

    shown = text(applicant.get(page(draft, "plan")))
    parted = applicant.post(page(draft, "divide"), follow=True)

    assert "不能一并提交" in shown
    assert "第 2 批 船舶所有权登记、船舶国籍登记（国籍证书核发）" in shown
    assert "已分成 2 份草稿。请先提交这一份。" in text(parted)
    assert sorted(tuple(one.matters) for one in Draft.objects.all()) == sorted(stages)


def _late(planned: Plan, draft: Draft, stages: tuple[tuple[str, ...], ...]) -> Plan:
    """Return a plan that pretends to come too late, as long as it is whole."""
    if draft.matters:
        return planned
    return replace(planned, late=(Late("HS-02", "HS-01", 3, 9),), stages=stages)


# --- the form ---------------------------------------------------------------------------------------------------------


def test_the_holders_name_and_number_are_known_and_not_asked(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    answer = applicant.get(page(Draft.objects.get(), "form", "owner"))

    assert "河北渤远航运有限公司 来自您的登记身份" in text(answer)
    assert 'name="holder_name"' not in answer.content.decode()
    assert 'name="contact_phone"' in answer.content.decode()


def test_what_is_right_is_kept_and_what_is_wrong_is_told_at_its_field(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()

    answer = applicant.post(page(draft, "form", "ship"), {"imo_number": "9074728", "call_sign": " BTBY1 "})

    assert answer.status_code == 422
    assert 'value="9074728"' in answer.content.decode()
    assert 'href="#id_imo_number"' in answer.content.decode()
    assert 'href="#id_ship_type_0"' in answer.content.decode()
    kept = drafts.values(Draft.objects.get())
    assert {code: value for code, value in kept.items() if value} == {"call_sign": "BTBY1"}


def test_a_page_may_be_left_for_later(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()

    answer = applicant.post(page(draft, "form", "ship"), {"call_sign": "BTBY1", "later": "1"})

    assert answer["Location"] == page(draft, "draft")
    assert drafts.values(Draft.objects.get())["call_sign"] == "BTBY1"
    assert "还缺 6 项" in text(applicant.get(page(draft, "draft")))


def test_a_page_open_elsewhere_does_not_silently_undo_what_was_saved_since(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()
    address = page(draft, "form", "ship")
    opened = hidden(applicant.get(address), "seen")
    applicant.post(address, {"seen": opened, "call_sign": "FIRST", "later": "1"})

    second = applicant.post(address, {"seen": opened, "call_sign": "SECOND", "later": "1"})
    kept = drafts.values(Draft.objects.get())["call_sign"]
    again = applicant.post(address, {"seen": hidden(second, "seen"), "call_sign": "SECOND", "later": "1"})

    assert second.status_code == 422
    assert "这一页刚刚在别处保存过别的内容" in text(second)
    assert kept == "FIRST"
    assert again.status_code == 302
    assert drafts.values(Draft.objects.get())["call_sign"] == "SECOND"


def test_saving_the_same_page_twice_is_no_conflict(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    address = page(Draft.objects.get(), "form", "ship")
    opened = hidden(applicant.get(address), "seen")

    answers = [applicant.post(address, {"seen": opened, "call_sign": "BTBY1", "later": "1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_an_unknown_topic_is_not_found(applicant: Client) -> None:
    applicant.post("/apply/maritime/")

    answer = applicant.get(page(Draft.objects.get(), "form", "nothing"))

    assert answer.status_code == 404
    assert "没有这一页填报内容" in text(answer)


# --- materials --------------------------------------------------------------------------------------------------------


def test_registries_supply_what_they_know_once_the_ship_is_named(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()
    before = text(applicant.get(page(draft, "materials")))
    drafts.fill(draft, SHIP, today=DAY, now=at(DAY, 9))

    after = text(applicant.get(page(draft, "materials")))

    assert "填写“IMO 编号”后，系统会先到登记库查找" in before
    assert "还缺 31 份。" in before
    assert "还缺 27 份。" in after
    assert "船舶检验库，2025年6月10日 签发" in after


def test_files_are_kept_named_and_removed(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()
    address = page(draft, "materials")

    kept = applicant.post(address, {"M_AUTH": pdf("授权 委托书.pdf"), "M_PHOTO": pdf("照片.pdf")})
    shown = text(applicant.get(address))
    file = applicant.get(page(draft, "uploaded", "M_AUTH"))
    removed = applicant.post(address, {"remove": "M_AUTH"})

    assert kept["Location"] == f"{address}#material-M_AUTH"
    assert "授权 委托书.pdf" in shown
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert file["Content-Disposition"].startswith("attachment;")
    assert removed.status_code == 302
    assert set(Draft.objects.get().uploads) == {"M_PHOTO"}
    assert applicant.get(page(draft, "uploaded", "M_AUTH")).status_code == 409


def test_the_holder_may_upload_although_a_registry_supplies(applicant: Client, filled: Draft) -> None:
    address = page(filled, "materials")

    applicant.post(address, {"M_LICENSE": pdf("执照.pdf")})

    assert "执照.pdf" in text(applicant.get(address))
    assert "删除，改用共享数据" in text(applicant.get(address))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("program.pdf", b"MZ" + b"\0" * 200, "program.pdf"),
        ("picture.png", PDF, "picture.png"),
        ("empty.pdf", b"", "文件是空的"),
        ("large.pdf", PDF + b"\0" * MAX_BYTES, "文件超过 20 MB"),
    ],
)
def test_a_bad_file_is_told_at_its_material_and_not_kept(
    applicant: Client, name: str, content: bytes, sentence: str
) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()

    answer = applicant.post(page(draft, "materials"), {"M_AUTH": pdf(name, content), "M_PHOTO": pdf()})

    assert answer.status_code == 422
    assert 'href="#id_M_AUTH"' in answer.content.decode()
    assert sentence in text(answer)
    assert set(Draft.objects.get().uploads) == {"M_PHOTO"}, "the other file is kept"
    assert Blob.objects.count() == 1


def test_a_file_for_what_is_not_asked_is_refused(applicant: Client) -> None:
    applicant.post("/apply/maritime/")

    answer = applicant.post(page(Draft.objects.get(), "materials"), {"M_OTHER": pdf()})

    assert answer.status_code == 422
    assert "文件未保存：这份申请不需要该材料。" in text(answer)
    assert Blob.objects.count() == 0


# --- check and submit -------------------------------------------------------------------------------------------------


def test_what_was_changed_after_it_was_checked_is_not_handed_in(applicant: Client, filled: Draft) -> None:
    checked = applicant.get(page(filled, "check"))
    drafts.fill(Draft.objects.get(pk=filled.pk), {"ship_name_cn": "渤远九号"}, today=DAY, now=at(DAY, 10))
    given = {"operation": "op", "declared": "on", "seen": hidden(checked, "seen")}

    refused = applicant.post(page(filled, "check"), given)
    accepted = applicant.post(page(filled, "check"), given | {"seen": hidden(refused, "seen")})

    assert refused.status_code == 422
    assert "未提交：这份草稿在您核对之后又修改过。" in text(refused)
    assert "渤远九号" in text(refused)
    assert accepted.status_code == 302


def test_what_is_missing_is_named_with_its_page(applicant: Client) -> None:
    applicant.post("/apply/maritime/")
    draft = Draft.objects.get()

    answer = applicant.post(page(draft, "check"), {"operation": "op", "declared": "on"})

    assert answer.status_code == 422
    summary = answer.content.decode().split("tb-error-summary")[1].split("</div>")[0]
    assert re.findall(r'href="([^"]+)"', summary) == [
        *(page(draft, "form", code) for code in ["owner", "ship", "build", "operation", "mortgage", "insurance"]),
        page(draft, "materials"),
    ]
    assert "申请材料：还缺 31 份" in text(answer)
    assert Application.objects.count() == 0


def test_a_few_missing_materials_are_named_each_with_its_place(applicant: Client, filled: Draft) -> None:
    drafts.remove_upload(filled, "M_PHOTO", now=at(DAY, 10))

    answer = applicant.post(page(filled, "check"), {"operation": "op", "declared": "on"})

    assert answer.status_code == 422
    assert f'<a href="{page(filled, "materials")}#material-M_PHOTO">《船舶照片》没有上传</a>' in answer.content.decode()


def test_without_the_declaration_nothing_is_handed_in(applicant: Client, filled: Draft) -> None:
    answer = applicant.post(page(filled, "check"), {"operation": "op"})

    assert answer.status_code == 422
    assert "请先勾选声明，再提交申请。" in text(answer)
    assert Application.objects.count() == 0


def test_a_double_click_hands_in_once_and_answers_the_same(applicant: Client, filled: Draft) -> None:
    operation = hidden(applicant.get(page(filled, "check")), "operation")

    answers = [applicant.post(page(filled, "check"), {"operation": operation, "declared": "on"}) for _ in range(2)]

    number = Application.objects.get().number
    assert [answer["Location"] for answer in answers] == [f"/applications/{number}/"] * 2
    shown = text(applicant.get(answers[0]["Location"]))
    assert "申请已提交" in shown
    assert numbers.query_code(number) in shown
    assert "“船舶抵押权登记”：等待中国渤海示例银行唐山分行登录确认并签名。" in shown


def test_another_click_after_that_is_refused_and_the_pages_lead_on(applicant: Client, filled: Draft) -> None:
    applicant.post(page(filled, "check"), {"operation": "first", "declared": "on"})
    number = Application.objects.get().number

    again = applicant.post(page(filled, "check"), {"operation": "second", "declared": "on"})

    assert again.status_code == 409
    assert "未提交：这份申请已经提交过。" in text(again)
    for name in ["draft", "questions", "preview", "plan", "materials", "check"]:
        led = applicant.get(page(filled, name), follow=True)
        assert led.redirect_chain[-1][0] == f"/applications/{number}/"


def test_a_mandate_for_some_matters_cannot_hand_in_all(house: walk.Walk, filled: Draft) -> None:
    agent = sign_in(Client(), "zhoumin")

    warned = text(agent.get(page(filled, "draft")))
    answer = agent.post(page(filled, "check"), {"operation": "op", "declared": "on"})

    assert "您的授权不包括：船舶抵押权登记、" in warned
    assert answer.status_code == 422
    assert "您的授权不包括事项" in text(answer)
    assert Application.objects.count() == 0


def test_an_unregistered_co_applicant_is_told_before_anything_is_stored(applicant: Client, filled: Draft) -> None:
    drafts.fill(filled, {"mortgagee_number": "91110105MA0TB40408"}, today=DAY, now=at(DAY, 10))
    drafts.upload(filled, "M_BANKLIC", name="a.pdf", stream=pdf().file, size=len(PDF), now=at(DAY, 10))

    answer = applicant.post(page(filled, "check"), {"operation": "op", "declared": "on"})

    assert answer.status_code == 422
    assert "的共同申请人尚未在本平台登记" in text(answer)
    assert Application.objects.count() == 0


def test_what_is_no_longer_asked_is_not_handed_in(applicant: Client, filled: Draft) -> None:
    answers = {question.code: question.default for question in drafts.of_bundle(filled)[1].questions}
    drafts.answer(filled, answers | {"mortgage": "no"}, now=at(DAY, 10))

    applicant.post(page(filled, "check"), {"operation": "op", "declared": "on"})

    handed_in = read(filled.id)
    assert [participant.role.value for participant in handed_in.participants] == ["holder", "ship"]
    assert {"M_MORTG", "M_BANKLIC"}.isdisjoint(supply.material for supply in handed_in.supplies)


def test_a_draft_is_discarded_by_its_own_party_only(house: walk.Walk, applicant: Client, filled: Draft) -> None:
    stranger = sign_in(Client(), "gaojianming", OTHER).post(page(filled, "discard"))
    own = applicant.post(page(filled, "discard"), follow=True)

    assert stranger.status_code == 404
    assert "草稿已删除。" in text(own)
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("name", ["draft", "questions", "preview", "plan", "materials", "check"])
def test_a_strangers_draft_does_not_exist(house: walk.Walk, filled: Draft, name: str) -> None:
    answer = sign_in(Client(), "gaojianming", OTHER).get(page(filled, name))

    assert answer.status_code == 404
    assert "没有找到这份草稿。" in text(answer)


# --- following up -----------------------------------------------------------------------------------------------------


def test_the_list_shows_drafts_and_applications_of_whom_one_acts_for(
    house: walk.Walk, applicant: Client, accepted: str
) -> None:
    applicant.post("/apply/maritime/")

    own, other = text(applicant.get("/applications/")), sign_in(Client(), "gaojianming", OTHER)

    assert read(accepted).number in own
    assert "0 / 17 项 2026年3月16日 办理中" in own
    assert "已上传 0 份材料" in own
    assert "还没有申请" in text(other.get("/applications/"))


def test_an_application_says_for_what_each_case_waits(applicant: Client, opined: str) -> None:
    conclude(opined, 3)

    shown = text(applicant.get(f"/applications/{read(opined).number}/"))

    assert "3. 船舶国籍登记（国籍证书核发） 等待证照 结论已签署，等待《船舶所有权登记证书》。" in shown
    assert "17 个办件同时受理，最迟 2026年3月16日 前办结。" in shown
    assert "其中 7 份由共享数据提供，没有让您提交。" in shown


def test_the_applicant_reads_what_was_handed_in(applicant: Client, submitted: str) -> None:
    shown = text(applicant.get(f"/applications/{read(submitted).number}/"))

    assert "填报内容 申请人" in shown
    assert "船名（中文） 渤远一号" in shown
    assert "联系电话 13800000000" in shown


def test_an_agent_for_some_matters_reads_no_others(client: Client, opined: str) -> None:
    """周敏 may act in HS-01 to HS-03 only."""
    found = read(opined)
    shown = text(sign_in(client, "zhoumin").get(f"/applications/{found.number}/"))

    assert "3. 船舶国籍登记（国籍证书核发）" in shown
    for matter in ("船舶抵押权登记", "海事劳工证书核发", "公司符合证明（DOC）审核发证"):
        assert matter not in shown
    assert "被担保的债权数额" not in shown
    assert numbers.query_code(found.number) not in shown


def test_a_denial_says_why_and_what_can_be_done(applicant: Client, opined: str) -> None:
    conclude(opined, 1, outcome=Outcome.DENIED, reason="与已登记船舶同音。")

    shown = text(applicant.get(f"/applications/{read(opined).number}/"))

    assert "1. 船舶名称核定 不予批准 已作出不予批准的决定。" in shown
    assert "不服的，可以依法申请行政复议或者提起行政诉讼。 理由：与已登记船舶同音。" in shown


def test_a_changed_name_says_why(applicant: Client, opined: str) -> None:
    conclude(opined, 1, reason="与已登记船舶同音，核定为备选船名。", determined={"ship_name_cn": "渤远二号"})

    shown = text(applicant.get(f"/applications/{read(opined).number}/"))

    assert "理由：与已登记船舶同音，核定为备选船名。 已批准" in shown


def test_certificates_stand_with_links_but_the_mortgagees(house: walk.Walk, applicant: Client, opined: str) -> None:
    house.conclude(opined)
    closed = read(opined)

    answer = applicant.get(f"/applications/{closed.number}/")

    links = re.findall(r'href="/certificates/([^"/]+)/"', answer.content.decode())
    assert links == [case.certificate for case in closed.cases if case.yields != "C_MORT"]
    assert "由共同申请人持有。" in text(answer)


@pytest.mark.parametrize("address", ["/applications/{number}/", "/applications/{number}/confirm/4/"])
def test_a_strangers_application_does_not_exist(house: walk.Walk, submitted: str, address: str) -> None:
    answer = sign_in(Client(), "gaojianming", OTHER).get(address.format(number=read(submitted).number))

    assert answer.status_code == 404
    assert "没有找到这件申请，或者它与您无关。" in text(answer)


@pytest.mark.parametrize("username", ["liufang", "zhaolei", "hanlei"])
def test_staff_read_an_application_at_the_workbench_only(house: walk.Walk, submitted: str, username: str) -> None:
    answer = sign_in(Client(), username, "").get(f"/applications/{read(submitted).number}/")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/applications/%00/", "/apply/draft/%00/", "/apply/%00/", "/applications/x/confirm/0/", "/apply/draft/x/"],
)
def test_addresses_of_nothing_are_not_found(applicant: Client, address: str) -> None:
    assert applicant.get(address).status_code == 404


# --- a co-applicant ---------------------------------------------------------------------------------------------------


def test_a_co_applicant_reads_what_he_signs_and_signs_once(house: walk.Walk, submitted: str) -> None:
    bank = sign_in(Client(), "sunli", BANK)
    number = read(submitted).number
    address = f"/applications/{number}/confirm/4/"

    listed = text(bank.get("/applications/"))
    opened = bank.get(address)
    given = {"operation": hidden(opened, "operation"), "seen": hidden(opened, "seen"), "agreed": "on"}
    answers = [bank.post(address, given) for _ in range(2)]

    assert "等您确认 船舶抵押权登记" in listed
    assert "被担保的债权数额 12000.00 万元" in text(opened)
    assert "联系电话" not in text(opened), "no more than he signs for"
    assert [answer["Location"] for answer in answers] == [address] * 2
    assert read(submitted).case(4).confirmed
    assert "签名确认。" in text(bank.get(address))
    assert "您确认过的 船舶抵押权登记" in text(bank.get("/applications/"))


def test_without_agreeing_nothing_is_signed(house: walk.Walk, submitted: str) -> None:
    bank = sign_in(Client(), "sunli", BANK)

    answer = bank.post(f"/applications/{read(submitted).number}/confirm/4/", {"operation": "op"})

    assert answer.status_code == 422
    assert "请先勾选，再签名确认。" in text(answer)
    assert not read(submitted).case(4).confirmed


def test_what_changed_since_it_was_shown_is_shown_again_and_not_signed(house: walk.Walk, submitted: str) -> None:
    bank = sign_in(Client(), "sunli", BANK)
    address = f"/applications/{read(submitted).number}/confirm/4/"
    opened = bank.get(address)
    given = {"operation": hidden(opened, "operation"), "seen": hidden(opened, "seen"), "agreed": "on"}
    act("change", submitted, values={"mortgage_amount": "13000"})

    refused = bank.post(address, given)
    signed = bank.post(address, given | {"seen": hidden(refused, "seen")})

    assert refused.status_code == 422
    assert "第 4 个办件的内容刚刚改动过" in text(refused)
    assert "被担保的债权数额 13000 万元" in text(refused)
    assert (signed.status_code, read(submitted).case(4).confirmed) == (302, True)


def test_a_second_signature_is_refused_with_its_sentence(house: walk.Walk, confirmed: str) -> None:
    bank = sign_in(Client(), "sunli", BANK)

    given = {"operation": "another", "seen": review.shown(read(confirmed), 4), "agreed": "on"}
    answer = bank.post(f"/applications/{read(confirmed).number}/confirm/4/", given)

    assert answer.status_code == 422
    assert "已经确认过，无需再次确认。" in text(answer)


@pytest.mark.parametrize("case", [0, 1, 99])
def test_a_case_that_asks_for_nobodys_signature_does_not_exist(house: walk.Walk, submitted: str, case: int) -> None:
    bank = sign_in(Client(), "sunli", BANK)

    assert bank.get(f"/applications/{read(submitted).number}/confirm/{case}/").status_code == 404


# --- the public look-up -----------------------------------------------------------------------------------------------


def look_up(client: Client, number: str, code: str) -> Any:
    return client.post("/progress/", {"number": number, "code": code})


def test_number_and_code_show_how_far_it_is_and_no_name_in_full(accepted: str, client: Client) -> None:
    number = read(accepted).number
    code = numbers.query_code(number)

    answer = look_up(client, number.lower(), f" {code[:4].lower()} {code[4:]} ")

    assert answer.status_code == 200
    assert "河北＊＊＊＊＊＊公司" in text(answer)
    assert "河北渤远" not in text(answer)
    assert "1. 船舶名称核定 审核中 曹妃甸海事局船舶登记岗正在审核。 2026年3月3日" in text(answer)


def test_who_must_still_sign_is_not_named_in_public(submitted: str, client: Client) -> None:
    number = read(submitted).number

    answer = look_up(client, number, numbers.query_code(number))

    assert "等待共同申请人登录确认并签名。" in text(answer)
    assert "银行" not in text(answer)


@pytest.mark.parametrize(
    ("number", "code"), [("{}", "00000000"), ("130209-20260302-999999X", "ABCDEF12"), ("{}", "码")]
)
def test_a_wrong_code_and_a_wrong_number_sound_alike(submitted: str, client: Client, number: str, code: str) -> None:
    answer = look_up(client, number.format(read(submitted).number), code)

    assert answer.status_code == 422
    assert "没有找到：申请编号与查询码不符。" in text(answer)


def test_guessing_is_stopped_for_a_quarter_of_an_hour(
    submitted: str, client: Client, afternoon: Callable[[datetime], None]
) -> None:
    number = read(submitted).number
    for _ in range(throttle.ATTEMPTS):
        assert look_up(client, number, "00000000").status_code == 422

    stopped = look_up(client, number, numbers.query_code(number))
    afternoon(at(DAY, 16) + throttle.WINDOW + timedelta(seconds=1))
    later = look_up(client, number, numbers.query_code(number))

    assert stopped.status_code == 429
    assert "15 分钟内已查错 10 次" in text(stopped)
    assert later.status_code == 200


def test_a_look_up_says_what_was_left_empty(house: walk.Walk, client: Client) -> None:
    answer = client.post("/progress/", {})

    assert answer.status_code == 422
    assert text(answer).count("请填写此项。") == 4, "twice at the fields and twice in the summary"


# --- work done --------------------------------------------------------------------------------------------------------


def test_the_list_takes_the_same_statements_for_one_application_and_for_three(
    house: walk.Walk, applicant: Client, submitted: str
) -> None:
    one = statements(applicant, "/applications/")
    for tag in ["second", "third"]:
        walk.Walk(house.catalogue, house.bundle, DAY, tag, lambda sentence: None).submit()

    assert Application.objects.count() == 3
    assert statements(applicant, "/applications/") == one


def test_the_list_to_confirm_takes_the_same_statements_for_one_case_and_for_three(
    house: walk.Walk, submitted: str
) -> None:
    bank = sign_in(Client(), "sunli", BANK)
    one = statements(bank, "/applications/")
    for tag in ["second", "third"]:
        walk.Walk(house.catalogue, house.bundle, DAY, tag, lambda sentence: None).submit()

    assert statements(bank, "/applications/") == one


def test_an_application_takes_the_same_statements_for_few_cases_and_for_seventeen(
    house: walk.Walk, applicant: Client, submitted: str
) -> None:
    few = walk.Walk(house.catalogue, house.bundle, DAY, "few", lambda sentence: None).draft()
    answers = {"origin": "registered", "mortgage": "yes", "navigation": "coastal", "cargo": "small"}
    drafts.answer(few, answers | {"doc": "held", "agreement": "no", "books": "none"}, now=at(DAY, 9))
    for code in ("C_NAT", "C_OWN", "C_DOC"):
        drafts.upload(few, code, name="a.pdf", stream=pdf().file, size=len(PDF), now=at(DAY, 9))
    agent = who(AGENT, acting_for=HOLDER, today=DAY)
    actions.submit(operation="few", actor=agent, draft=few.id, now=at(DAY, 10))

    addresses = [f"/applications/{read(id).number}/" for id in (few.id, submitted)]

    assert [len(read(id).cases) for id in (few.id, submitted)] == [5, 17]
    assert statements(applicant, addresses[0]) == statements(applicant, addresses[1])


def test_the_pages_of_a_draft_take_few_statements(applicant: Client, filled: Draft) -> None:
    counted = {
        name: statements(applicant, page(filled, name)) for name in ["draft", "questions", "plan", "materials", "check"]
    }

    assert counted == {"draft": 7, "questions": 5, "plan": 5, "materials": 7, "check": 7}


def test_a_page_of_another_day_tells_the_lamp_of_that_day(
    applicant: Client, accepted: str, afternoon: Callable[[datetime], None]
) -> None:
    afternoon(at(date(2026, 3, 4), 9))

    assert "已超承诺 1 个工作日" in text(applicant.get(f"/applications/{read(accepted).number}/"))


# --- at the same moment -----------------------------------------------------------------------------------------------


def test_uploads_and_values_of_the_same_moment_all_arrive(demo_database: OwnDatabase) -> None:
    today = clock.today()
    actor = who(AGENT, acting_for=HOLDER, today=today)
    draft = drafts.start(actor=actor, bundle="maritime", now=clock.now())

    def upload(material: str) -> None:
        mine = drafts.open_draft(draft.id, actor=actor)
        content = one_page_pdf(material)
        drafts.upload(mine, material, name="a.pdf", stream=BytesIO(content), size=len(content), now=clock.now())

    def fill() -> None:
        drafts.fill(drafts.open_draft(draft.id, actor=actor), SHIP, today=today, now=clock.now())

    answers = demo_database.together(lambda: upload("M_AUTH"), lambda: upload("M_PHOTO"), lambda: upload("M_GA"), fill)

    after = drafts.open_draft(draft.id, actor=actor)
    assert answers == [None] * 4
    assert set(after.uploads) == {"M_AUTH", "M_PHOTO", "M_GA"}
    assert drafts.values(after) == SHIP
    assert after.revision == 5


def test_a_draft_changed_while_it_is_handed_in_is_not_handed_in_unseen(
    house: walk.Walk, applicant: Client, filled: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    handing_in = importlib.import_module("tongban.casework.actions.submit")
    prepare = handing_in.prepare

    def prepare_and_change(*args: Any, **kwargs: Any) -> Any:
        prepared = prepare(*args, **kwargs)
        drafts.fill(filled, {"call_sign": "OTHER"}, today=DAY, now=at(DAY, 10))
        return prepared

    monkeypatch.setattr(handing_in, "prepare", prepare_and_change)

    answer = applicant.post(page(filled, "check"), {"operation": "op", "declared": "on"})

    assert answer.status_code == 422
    assert "未提交：这份草稿刚刚在别处修改过" in text(answer)
    assert Application.objects.count() == 0
