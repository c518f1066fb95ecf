"""The pages between receipt and acceptance: the clerk's and the applicant's, what they show and what they refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.casework.before_acceptance import MISSING, act, incomplete, lacking
from tests.casework.conftest import DAY, conclude, read
from tests.casework.pages import text
from tongban.casework import drafts, numbers
from tongban.casework.models import Application
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, one_page_pdf

pytestmark = pytest.mark.usefixtures("afternoon")


def sign_in(username: str, acting_for: str = "") -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    session = client.session
    session["acting_for"] = acting_for
    session.save()
    return client


@pytest.fixture
def applicant(house: walk.Walk) -> Client:
    return sign_in(AGENT, HOLDER)


@pytest.fixture
def clerk(house: walk.Walk) -> Client:
    return sign_in("liufang")


@pytest.fixture
def lacks(house: walk.Walk) -> str:
    return incomplete(house)


def page(name: str, application: str, *args: object) -> str:
    return reverse(f"casework:{name}", args=[read(application).number, *args])


def pdf(name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, one_page_pdf("evidence"), content_type="application/pdf")


def ticked(answer: Any) -> dict[str, str]:
    """What a page sends when nothing is changed on it: what is ticked, and the operation."""
    content = answer.content.decode()
    names = re.findall(r'<input type="checkbox" name="([^"]+)"[^>]* checked', content)
    operation = re.search(r'name="operation" value="([^"]+)"', content)
    assert operation is not None
    return dict.fromkeys(names, "on") | {"operation": operation[1]}


# --- handing in -------------------------------------------------------------------------------------------------------


def test_the_check_page_says_what_is_missing_and_takes_it_as_it_stands(applicant: Client, house: walk.Walk) -> None:
    draft = house.draft()
    drafts.remove_upload(draft, MISSING, now=at(DAY, 9, 20))
    address = reverse("casework:check", args=[draft.id])
    shown = applicant.get(address)
    assert "也可以照现状提交" in text(shown)
    assert "《船舶照片》没有上传" in text(shown)

    undeclared = applicant.post(address, {"operation": "one", "incomplete": "1"})
    assert (undeclared.status_code, Application.objects.count()) == (422, 0)
    done = applicant.post(address, {"operation": "one", "incomplete": "1", "declared": "on"})

    assert done["Location"] == page("application", draft.id)
    assert "申请已提交" in text(applicant.get(done["Location"]))


def test_without_a_ship_it_is_not_offered(applicant: Client, house: walk.Walk) -> None:
    draft = house.draft()
    drafts.fill(draft, {"imo_number": ""}, today=DAY, now=at(DAY, 9, 20))
    address = reverse("casework:check", args=[draft.id])

    assert "也可以照现状提交" not in text(applicant.get(address))
    refused = applicant.post(address, {"operation": "one", "incomplete": "1", "declared": "on"})

    assert refused.status_code == 422
    assert "没有填写" in text(refused)


# --- the clerk --------------------------------------------------------------------------------------------------------


def test_the_clerk_checks_the_notice_and_sends_it_once(clerk: Client, lacks: str) -> None:
    sheet = text(clerk.get(page("taken_in", lacks)))
    assert "有办件缺少材料或填报内容" in sheet
    address = page("ask_correction", lacks)
    opened = clerk.get(address)
    assert "须在 2026年3月9日 前告知" in text(opened)
    given = ticked(opened)
    assert f"material_{MISSING}" in given

    checked = clerk.post(address, given | {"act": "check"})
    assert "将一次告知" in text(checked)
    assert read(lacks).notices == ()
    sent = [clerk.post(address, given | {"act": "send"}) for _ in range(2)]

    assert [answer["Location"] for answer in sent] == [page("taken_in", lacks)] * 2
    assert len(read(lacks).notices) == 1
    assert "已一次性告知补正" in text(clerk.get(page("taken_in", lacks)))
    again = clerk.post(address, given | {"act": "send", "operation": "again"})
    assert (again.status_code, "不能再次要求补正" in text(again)) == (409, True)


def test_a_notice_is_refused_at_the_place_where_words_are_missing(clerk: Client, lacks: str) -> None:
    address = page("ask_correction", lacks)
    given = ticked(clerk.get(address))

    wordless = clerk.post(address, given | {"condition_1_1": "on", "act": "send"})
    assert wordless.status_code == 422
    assert "请写明哪里不符合要求。" in text(wordless)
    left_out = clerk.post(address, {"operation": "op", "condition_1_1": "on", "words_condition_1_1": "x"})
    assert left_out.status_code == 422
    assert "缺少的内容只能告知这一次" in text(left_out)
    assert clerk.post(address, {}).status_code == 422
    assert read(lacks).notices == ()


def test_the_clerk_mends_at_the_window(clerk: Client, lacks: str) -> None:
    address = page("mend", lacks)
    opened = ticked(clerk.get(address))
    nothing = clerk.post(address, opened)
    assert (nothing.status_code, "没有改动任何内容" in text(nothing)) == (409, True)
    wrong = clerk.post(address, opened | {"ship_name_cn": "长" * 300})
    assert (wrong.status_code, "最多 200 个字" in text(wrong)) == (422, True)

    done = clerk.post(address, opened | {MISSING: pdf(), "ship_name_cn": "渤远九号"})

    assert done["Location"] == page("taken_in", lacks)
    assert lacking(lacks) == ()


def test_the_clerk_accepts_only_some(clerk: Client, submitted: str) -> None:
    address = page("accept", submitted)

    clerk.post(address, {"operation": "some", "only": ["1", "2", "x", "99999"]})

    accepted = [case.index for case in read(submitted).cases if case.accepted_at]
    assert accepted == [1, 2]
    no_such = clerk.post(address, {"operation": "none", "only": ["99"]})
    assert no_such.status_code == 404


def test_a_refusal_says_why_and_who_is_competent(clerk: Client, applicant: Client, submitted: str) -> None:
    address = page("refuse", submitted, 1)
    operation = ticked(clerk.get(address))
    given = operation | {"ground": "not_competent", "reason": "船籍港不在本辖区", "right_body": ""}
    unnamed = clerk.post(address, given)
    assert (unnamed.status_code, "请填写有权机关" in text(unnamed)) == (422, True)
    assert clerk.post(address, operation | {"ground": "other"}).status_code == 422

    clerk.post(address, given | {"right_body": "天津海事局"})

    shown = text(applicant.get(page("application", submitted)))
    assert "不属于本机关职权范围，请向天津海事局申请。" in shown
    assert "理由：船籍港不在本辖区" in shown
    assert "行政复议" in shown
    assert clerk.get(page("refuse", submitted, 99)).status_code == 404


@pytest.mark.parametrize("name", ["ask_correction", "mend"])
def test_only_a_clerk_of_the_hall_opens_these(name: str, applicant: Client, lacks: str) -> None:
    assert applicant.get(page(name, lacks)).status_code == 403
    assert sign_in("zhaolei").get(page(name, lacks)).status_code == 403


# --- the applicant ----------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(lacks: str) -> str:
    act("ask_correction", lacks, demands=lacking(lacks))
    return lacks


def test_each_demand_is_answered_at_its_place(applicant: Client, asked: str) -> None:
    shown = text(applicant.get(page("application", asked)))
    assert "需要您补正" in shown
    assert "请在 2026年3月23日 前补正" in shown
    address = page("answer_correction", asked)
    operation = ticked(applicant.get(address))

    nothing = applicant.post(address, operation)
    assert (nothing.status_code, "没有回应补正告知中的任何一项" in text(nothing)) == (409, True)
    wrong = applicant.post(address, operation | {MISSING: SimpleUploadedFile("a.exe", b"MZ")})
    assert wrong.status_code == 422
    done = applicant.post(address, operation | {MISSING: pdf()})

    assert done["Location"] == page("application", asked)
    assert "没有等您补正的内容" in text(applicant.get(address))
    assert "需要您补正" not in text(applicant.get(page("application", asked)))


def test_another_party_finds_nothing(asked: str) -> None:
    other = sign_in("sunli", "org:91130200MA0TB2025C")
    for name in ["answer_correction", "withdraw", "change", "supply_in_place"]:
        assert other.get(page(name, asked)).status_code == 404
    assert other.post(page("urge", asked, 1), {"operation": "u"}).status_code == 404


def test_a_withdrawal_shows_its_reach_first(applicant: Client, accepted: str) -> None:
    address = page("withdraw", accepted)
    operation = ticked(applicant.get(address))
    assert applicant.post(address, operation | {"act": "check"}).status_code == 422
    assert applicant.post(address, operation | {"cases": ["99"]}).status_code == 422

    checked = applicant.post(address, operation | {"cases": ["1"], "act": "check"})
    assert "撤回后，这些办件等不到所需的证照" in text(checked)
    assert "船舶所有权登记：等待《船舶名称核定书》" in text(checked)
    assert not read(accepted).case(1).ended
    done = applicant.post(address, operation | {"cases": ["1"], "act": "send"})

    assert done["Location"] == page("application", accepted)
    shown = text(applicant.get(done["Location"]))
    assert "等待的《船舶名称核定书》不会由本申请签发" in shown
    replaced = applicant.post(
        page("supply_in_place", accepted), {"operation": "r", read(accepted).case(1).yields: pdf()}
    )
    assert replaced["Location"] == page("application", accepted)
    assert "没有办件在等您提交证照" in text(applicant.get(page("supply_in_place", accepted)))


def test_a_change_shows_its_reach_first(applicant: Client, opined: str) -> None:
    conclude(opined, 2)
    address = page("change", opined)
    operation = ticked(applicant.get(address))
    given = operation | {"ship_name_cn": "渤远九号"}

    checked = applicant.post(address, given | {"act": "check"})
    assert "已签署的结论退回" in text(checked)
    assert "渤远九号" in text(checked)
    wrong = applicant.post(address, operation | {"gross_tonnage": "很多", "act": "check"})
    assert wrong.status_code == 422
    done = applicant.post(address, given | {"act": "send"})

    assert done["Location"] == page("application", opined)
    assert read(opined).case(2).conclusion is None
    again = applicant.post(address, given | {"operation": "again", "act": "send"})
    assert (again.status_code, "没有改动任何填报内容" in text(again)) == (409, True)


def test_urging_is_seen_by_the_clerk_and_waiting_is_taken_back(
    applicant: Client, clerk: Client, submitted: str
) -> None:
    applicant.post(page("urge", submitted, 1), {"operation": "u"})
    again = applicant.post(page("urge", submitted, 1), {"operation": "v"}, follow=True)
    assert "3 天内无需重复催办" in text(again)
    assert "催办“船舶名称核定”，共 1 次" in text(clerk.get(page("taken_in", submitted)))
    assert applicant.post(page("urge", submitted, 99), {"operation": "w"}).status_code == 404
    assert applicant.post(page("urge", submitted, 1), {}).status_code == 302

    applicant.post(page("ask_to_wait", submitted), {"operation": "w", "wait": "1"})
    assert read(submitted).together
    assert "申请人要求全部办件齐备后一并受理" in text(clerk.get(page("taken_in", submitted)))
    applicant.post(page("ask_to_wait", submitted), {"operation": "x", "wait": "0"})
    assert not read(submitted).together


def test_the_public_look_up_shows_the_new_states(asked: str, house: walk.Walk) -> None:
    act("refuse", asked, case=6)
    act("withdraw", asked, cases=(8,))
    number = read(asked).number

    shown = text(Client().post(reverse("casework:look_up"), {"number": number, "code": numbers.query_code(number)}))

    assert "等待申请人在 2026年3月23日 前补正" in shown
    assert "已作出不予受理的决定" in shown
    assert "申请人已撤回" in shown
