"""The pages of a list of people: bring it, see what is wrong with it, hand in, accept, decide."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.casework.conftest import read
from tests.casework.crews import CREW, begin, bring, complete, hand_in, sailor, sheet
from tests.casework.pages import text
from tests.casework.test_apply_pages import pdf, sign_in
from tongban.casework import drafts, rosters
from tongban.casework.models import Draft
from tongban.domain import roster
from tongban.keys.actions import sealing

pytestmark = pytest.mark.usefixtures("house", "afternoon")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRONG = ("吴海波", "130209199003072114", "大副")


@pytest.fixture
def company(client: Client) -> Client:
    return sign_in(client)


def send(company: Client, draft: Draft, data: bytes, name: str = "名单.xlsx") -> Any:
    return company.post(address(draft), {"file": SimpleUploadedFile(name, data, content_type=XLSX)})


def address(draft: Draft, page: str = "people") -> str:
    return reverse(f"casework:{page}", args=[draft.id])


def test_a_good_list_is_kept_and_shown_with_masked_numbers(company: Client) -> None:
    draft = begin()
    assert "人员名单" in text(company.get(address(draft, "draft")))

    assert send(company, draft, sheet(*CREW)).status_code == 302

    shown = text(company.get(address(draft)))
    assert "名单上有 2 人" in shown
    assert ("吴海波" in shown, CREW[0][1] in shown) == (True, False)
    assert "已列入 2 人" in text(company.get(address(draft, "draft")))


def test_wrong_rows_are_told_and_the_good_ones_taken_when_asked_to(company: Client) -> None:
    draft = begin()

    refused = send(company, draft, sheet(WRONG, CREW[1]))

    assert refused.status_code == 422
    assert "第 2 行 船员身份证号码" in text(refused)
    assert Draft.objects.get(pk=draft.id).people == ""
    page = refused.content.decode()
    assert CREW[1][1] not in page
    again = re.search(r'name="list" value="([^"]+)"', page)
    assert again is not None

    assert company.post(address(draft), {"take": "1", "list": again[1]}).status_code == 302
    assert [one.name for one in rosters.members(Draft.objects.get(pk=draft.id))] == ["李航"]


def test_a_list_handed_back_is_of_this_draft_and_unchanged(company: Client) -> None:
    one, other = begin(), begin("HS-18")
    page = send(company, one, sheet(WRONG, CREW[1])).content.decode()
    again = re.search(r'name="list" value="([^"]+)"', page)
    assert again is not None

    for target, sent in ((other, again[1]), (one, again[1][:-4] + "AAAA"), (one, ""), (one, "é\x00"), (one, "A" * 50)):
        answer = company.post(address(target), {"take": "1", "list": sent})
        assert (answer.status_code, "这一页已过期" in text(answer)) == (422, True)
        assert Draft.objects.get(pk=target.id).people == ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.exe", b"MZ"),
        ("a.csv", b"\x00\x01\x02"),
        ("a.csv", b"a,b\n"),
        ("a.xlsx", sheet()),
        ("a.xlsx", sheet(*(sailor(number) for number in range(roster.MOST + 1)))),
    ],
)
def test_what_is_no_list_is_refused_at_its_field(company: Client, name: str, data: bytes) -> None:
    draft = begin()

    answer = send(company, draft, data, name)

    assert answer.status_code == 422
    assert Draft.objects.get(pk=draft.id).people == ""


def test_nothing_chosen_is_refused_and_who_needs_no_list_gets_none(company: Client) -> None:
    assert company.post(address(begin())).status_code == 422
    for page in ("people", "people_template"):
        answer = company.get(address(begin("HS-27"), page))
        assert (answer.status_code, "不用名单" in text(answer)) == (409, True)


def test_the_template_is_a_workbook(company: Client) -> None:
    answer = company.get(address(begin(), "people_template"))

    assert answer.headers["Content-Type"].startswith(XLSX)
    assert b"".join(answer) if answer.streaming else answer.content[:2] == b"PK"


def test_files_named_by_number_go_to_their_people(company: Client) -> None:
    draft = begin()
    bring(draft)
    first, second = rosters.members(draft)
    files = [pdf(f"{one.number} 证明.pdf") for one in (first, second)]

    assert company.post(address(draft, "materials"), {"files_by_number": files}).status_code == 302
    draft.refresh_from_db()
    assert set(draft.uploads) == {drafts.place("M_CREWAPP", one.id) for one in (first, second)}
    assert company.get(reverse("casework:uploaded", args=[draft.id, next(iter(draft.uploads))])).status_code == 200

    answer = company.post(address(draft, "materials"), {"files_by_number": [pdf("谁的.pdf")]})
    assert (answer.status_code, "没有保存：谁的.pdf" in text(answer)) == (422, True)


def test_somebody_is_taken_off_the_list(company: Client) -> None:
    draft = begin()
    bring(draft)

    assert company.post(address(draft), {"remove": rosters.members(draft)[0].id}).status_code == 302
    assert company.post(address(draft), {"remove": "nobody"}).status_code == 302

    assert [one.name for one in rosters.members(Draft.objects.get(pk=draft.id))] == ["李航"]


def test_the_check_page_tells_everybody_and_hands_in(company: Client) -> None:
    draft = begin()
    assert "还没有人员名单" in text(company.get(address(draft, "check")))
    bring(draft)
    complete(draft)
    for page in ("draft", "plan", "materials", "check"):
        assert company.get(address(draft, page)).status_code == 200

    shown = text(company.get(address(draft, "check")))
    assert "船员适任证书核发（2 人）" in shown
    assert ("人员名单（2 人）" in shown, CREW[0][1] in shown) == (True, False)
    handed = company.post(
        address(draft, "check"), {"operation": "0192-operation", "declared": "on", "seen": draft.revision}
    )
    assert handed.status_code == 302
    assert len(read(draft.id).cases) == 2


def test_staff_read_masked_names_and_the_company_its_own(company: Client) -> None:
    application = read(hand_in())

    own = text(company.get(reverse("casework:application", args=[application.number])))
    assert "船员适任证书核发（吴海波）" in own
    clerk = Client()
    sign_in(clerk, "liufang", "")
    page = reverse("casework:taken_in", args=[application.number])
    masked = text(clerk.get(page))
    assert ("船员适任证书核发（吴＊＊）" in masked, "吴海波" in masked, CREW[0][1] in masked) == (True, False, False)
    assert "吴海波" in text(clerk.post(page))
    accepted = clerk.post(reverse("casework:accept", args=[application.number]), {"operation": "0192-accept"})
    assert accepted.status_code == 302
    assert "吴＊＊" in text(clerk.get(accepted.headers["Location"]))
    reviewer = Client()
    sign_in(reviewer, "zhengtao", "")
    tasks = text(reviewer.get(reverse("casework:tasks")))
    assert ("（吴＊＊）" in tasks, "（李＊）" in tasks, "吴海波" in tasks) == (True, True, False)
    task = reverse("casework:task", args=[application.number, 2])
    sheet_of_second = text(reviewer.get(task))
    assert ("李＊" in sheet_of_second, "吴＊＊" in sheet_of_second) == (True, False)
    assert CREW[1][1] in text(reviewer.post(task, {"show": "1"}))
    one = next(one for one in application.supplies if one.subject == application.cases[1].subject)
    where = drafts.place(one.material, one.subject)
    assert reviewer.get(reverse("casework:task_material", args=[application.number, 2, where])).status_code == 200
    assert reviewer.get(reverse("casework:task_material", args=[application.number, 1, where])).status_code == 404


def test_a_clerk_demands_of_one_person(company: Client) -> None:
    application = read(hand_in())
    clerk = Client()
    sign_in(clerk, "liufang", "")
    page = reverse("casework:ask_correction", args=[application.number])
    shown = clerk.get(page).content.decode()
    assert "material_1_M_CREWAPP" in shown and "material_2_M_CREWAPP" in shown and "material_M_AUTH" in shown

    sent = {"operation": "0192-demand", "material_2_M_CREWAPP": "on", "words_material_2_M_CREWAPP": "看不清"}
    clerk.post(page, sent | {"act": "send"})

    answer = reverse("casework:answer_correction", args=[application.number])
    assert "《船员身份、健康与培训证明》（李航）" in text(company.get(answer))
    where = drafts.place("M_CREWAPP", application.cases[1].subject)
    assert company.post(answer, {"operation": "0192-answer", where: pdf("clear.pdf")}).status_code == 302
    assert all(case.received_on for case in read(application.id).cases)


def test_pages_ask_the_same_number_of_statements_for_more_people(
    company: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow machine forgets a data key in the middle, and reads it again.
    monkeypatch.setattr(sealing._keys, "_fresh_seconds", 3600)
    clerk = Client()
    sign_in(clerk, "liufang", "")

    def asked(serials: range) -> list[int]:
        draft = begin()
        bring(draft, *map(sailor, serials))
        complete(draft)
        counts = []
        for page in ("draft", "people", "materials", "check", "plan"):
            with CaptureQueriesContext(connection) as queries:
                company.get(address(draft, page))
            counts.append(len(queries))
        application = read(
            hand_in(*map(sailor, range(serials.start + 500, serials.stop + 500)), operation=str(serials))
        )
        for who, name in ((company, "application"), (clerk, "taken_in"), (clerk, "ask_correction")):
            with CaptureQueriesContext(connection) as queries:
                who.get(reverse(f"casework:{name}", args=[application.number]))
            counts.append(len(queries))
        draft.delete()
        return counts

    asked(range(2))
    assert asked(range(10, 12)) == asked(range(20, 40))
