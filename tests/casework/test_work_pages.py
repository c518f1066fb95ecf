"""The pages of the workbench: who sees what, what is recorded, what comes back when an act is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.casework.before_acceptance import act
from tests.casework.conftest import DAY, REGISTRAR, also_review, conclude, read
from tests.casework.pages import hidden, statements, text
from tongban.casework import actions, drafts, overview, reading
from tongban.casework.merged import Days
from tongban.casework.models import Application
from tongban.catalogue import calendars
from tongban.certificates import queries as certificates
from tongban.domain import clock as kernel
from tongban.domain.application import CaseState
from tongban.domain.review import shown
from tongban.journal.models import Read
from tongban.people.models import Account
from tongban.project import walk
from tongban.project.walk import HOLDER, at, who

pytestmark = pytest.mark.usefixtures("afternoon")

FEW = {
    "origin": "new",
    "mortgage": "no",
    "navigation": "coastal",
    "cargo": "small",
    "doc": "apply",
    "agreement": "no",
    "books": "none",
}
"""Answers under which eight matters are left."""
WORK = reverse("casework:work")
SUPERVISION, POLLUTION = "chenbin", "limei"


@pytest.fixture
def few(house: walk.Walk) -> str:
    """An application for eight matters, not yet accepted."""
    one = walk.Walk(house.catalogue, house.bundle, DAY, "few", lambda sentence: None)
    draft = one.draft()
    drafts.answer(draft, FEW, now=at(DAY, 9, 20))
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    actions.submit(operation="few/submit", actor=agent, draft=draft.id, now=at(DAY, 9, 30))
    return draft.id


def number(application: str) -> str:
    return read(application).number


def desk(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def task(application: str, case: int) -> str:
    return f"{WORK}tasks/{number(application)}/{case}/"


def approve(client: Client, application: str, case: int, **changes: str) -> Any:
    asked = {
        "act": "conclude",
        "outcome": "approved",
        "reason": "",
        "operation": f"op/{case}",
        "seen": shown(read(application), case),
    } | changes
    return client.post(task(application, case), asked, follow=True)


def reads() -> list[tuple[str, str, str]]:
    names = {f"account:{account.pk}": account.username for account in Account.objects.all()}
    return [(names[one.actor], one.about, one.what) for one in Read.objects.order_by("id")]


# --- the clerk --------------------------------------------------------------------------------------------------------


def test_the_clerk_accepts_everything_that_is_complete_with_one_button(client: Client, submitted: str) -> None:
    desk(client, "liufang")
    assert "16 / 17" in text(client.get(f"{WORK}intake/"))

    answer = client.post(f"{WORK}applications/{number(submitted)}/accept/", {"operation": "once"}, follow=True)

    assert answer.redirect_chain == [(f"{WORK}applications/{number(submitted)}/accepted/", 302)]
    words = text(answer)
    assert "已同时受理 16 个办件" in words
    assert "还有 1 个办件等待共同申请人确认" in words
    due = {case.promised_due_on for case in read(submitted).cases if case.promised_due_on}
    assert all(f"{day.year}年{day.month}月{day.day}日" in words for day in due)
    assert "没有待受理的申请" in text(client.get(f"{WORK}intake/"))


def test_sending_the_acceptance_twice_has_one_effect_and_a_second_one_is_refused(
    client: Client, confirmed: str
) -> None:
    desk(client, "liufang")
    address = f"{WORK}applications/{number(confirmed)}/accept/"
    client.post(address, {"operation": "once"})
    before = read(confirmed)

    again = client.post(address, {"operation": "once"})
    other = client.post(address, {"operation": "another"})

    assert (again.status_code, other.status_code) == (302, 409)
    assert f"申请 {before.number} 没有等待受理的办件，无需再次受理。" in text(other)
    assert read(confirmed) == before


def test_an_acceptance_without_its_operation_changes_nothing(client: Client, confirmed: str) -> None:
    desk(client, "liufang")

    answer = client.post(f"{WORK}applications/{number(confirmed)}/accept/", {})

    assert answer.status_code == 422
    assert "未提交：页面不完整" in text(answer)
    assert {case.state for case in read(confirmed).cases} == {CaseState.SUBMITTED}


def test_reading_the_address_of_an_act_leads_back_to_the_sheet(client: Client, confirmed: str) -> None:
    desk(client, "liufang")

    answer = client.get(f"{WORK}applications/{number(confirmed)}/accept/")

    assert (answer.status_code, answer["Location"]) == (302, f"{WORK}applications/{number(confirmed)}/")


def test_applications_are_listed_oldest_first(client: Client, house: walk.Walk, submitted: str) -> None:
    later = walk.Walk(house.catalogue, house.bundle, DAY + timedelta(days=1), "later", lambda sentence: None).submit()
    desk(client, "liufang")

    listed = re.findall(r"130209-\d{8}-\w{7}(?=</span></th>)", client.get(f"{WORK}intake/").content.decode())

    assert listed == [number(submitted), number(later)]


def test_personal_values_are_masked_until_shown_and_each_read_is_recorded(client: Client, submitted: str) -> None:
    desk(client, "liufang")
    address = f"{WORK}applications/{number(submitted)}/"

    masked, clear = text(client.get(address)), text(client.post(address, {"act": "show"}))

    values = {"陈海生", "13800000000", "林晓"}
    assert {value: value in masked for value in values} == dict.fromkeys(values, False)
    assert {value: value in clear for value in values} == dict.fromkeys(values, True)
    assert "陈＊＊" in masked
    assert "13*******00" in masked
    assert reads() == [
        ("liufang", HOLDER, f"{number(submitted)} opened"),
        ("liufang", HOLDER, f"{number(submitted)} in clear"),
    ]


def test_no_cache_keeps_a_sheet(client: Client, submitted: str) -> None:
    answer = desk(client, "liufang").get(f"{WORK}applications/{number(submitted)}/")

    assert "no-store" in answer["Cache-Control"]


def test_an_upload_leaves_as_an_attachment_and_is_recorded(client: Client, submitted: str) -> None:
    desk(client, "liufang")

    answer = client.get(f"{WORK}applications/{number(submitted)}/materials/M_AUTH/")

    assert answer.content == walk.one_page_pdf("M_AUTH")
    name = f"{number(submitted)} 授权委托书及受托人身份证明.pdf"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert reads() == [("liufang", HOLDER, f"{number(submitted)} material M_AUTH")]


@pytest.mark.parametrize("material", ["M_LICENSE", "M_NONE", "C_NAME"])
def test_what_was_not_uploaded_cannot_be_taken_out(client: Client, submitted: str, material: str) -> None:
    answer = desk(client, "liufang").get(f"{WORK}applications/{number(submitted)}/materials/{material}/")

    assert answer.status_code == 404
    assert "没有这份上传材料" in text(answer)
    assert reads() == []


def test_the_sheet_beside_the_list_is_the_sheet_of_the_page(client: Client, submitted: str) -> None:
    desk(client, "liufang")
    address = f"{WORK}applications/{number(submitted)}/"

    beside, whole = (client.get(address, headers=headers).content.decode() for headers in ({"HX-Request": "true"}, {}))

    assert "<html" not in beside
    shown = re.compile(r'<dd class="tb-answers__value">[^<]*|/materials/\w+/|class="tb-timeline__sentence">[^<]*')
    assert shown.findall(beside) == shown.findall(whole)
    assert len(shown.findall(beside)) > 50


# --- the reviewer -----------------------------------------------------------------------------------------------------


def test_a_desk_sees_its_own_tasks_first_due_first(client: Client, accepted: str) -> None:
    page = desk(client, SUPERVISION).get(f"{WORK}tasks/").content.decode()

    listed = re.findall(rf'<th scope="row"><a href="{re.escape(f"{WORK}tasks/{number(accepted)}/")}(\d+)/"', page)

    own = [
        (case.promised_due_on, case.index)
        for case in read(accepted).cases
        if SUPERVISION_DESK in case.missing_opinions
        or (case.deciding_desk == SUPERVISION_DESK and not case.missing_opinions)
    ]
    assert [int(index) for index in listed] == [index for _, index in sorted(own)]


SUPERVISION_DESK = "船舶监督岗"


def test_a_reviewer_reads_the_elements_and_materials_of_his_case_and_no_others(
    client: Client, house: walk.Walk, accepted: str
) -> None:
    page = desk(client, REGISTRAR).get(task(accepted, 1)).content.decode()

    standard = house.catalogue.standards["HS-01"]
    labels = set(re.findall(r'<dt class="tb-answers__label">([^<]+)</dt>', page))
    assert labels - {"承诺时限", "法定时限"} == {house.catalogue.elements[code].name for code in standard.elements}
    links = set(re.findall(r"/materials/(\w+)/", page))
    uploads = {one.material for one in standard.requirements if not house.catalogue.materials[one.material].retrievable}
    assert links == uploads


def test_a_material_of_another_case_is_not_there(client: Client, accepted: str) -> None:
    desk(client, REGISTRAR)

    own = client.get(f"{task(accepted, 1)}materials/M_NAMES/")
    other = client.get(f"{task(accepted, 1)}materials/M_MORTCON/")

    assert (own.status_code, other.status_code) == (200, 404)
    assert reads() == [(REGISTRAR, HOLDER, f"{number(accepted)} material M_NAMES")]


def test_another_desks_case_is_forbidden_with_a_sentence(client: Client, accepted: str) -> None:
    desk(client, POLLUTION)

    answers = [
        client.get(task(accepted, 1)),
        approve(client, accepted, 1),
        client.get(f"{task(accepted, 1)}materials/M_NAMES/"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("不能查看：这个办件与您无关。" in text(answer) for answer in answers)
    assert reads() == []


@pytest.mark.parametrize("address", ["130209-20260302-999999X/1/", "x/1/", "019aaaaa-0000-7000-8000-000000000000/1/"])
def test_a_number_that_is_not_there_is_not_found(client: Client, accepted: str, address: str) -> None:
    answer = desk(client, REGISTRAR).get(f"{WORK}tasks/{address}")

    assert answer.status_code == 404
    assert "没有找到这件申请" in text(answer)


def test_a_case_that_is_not_there_is_not_found(client: Client, accepted: str) -> None:
    answer = desk(client, REGISTRAR).get(task(accepted, 18))

    assert answer.status_code == 404
    assert "没有第 18 个办件，只有 17 个" in text(answer)


def test_a_conclusion_may_be_signed_before_the_certificate_it_needs(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    assert "可先签署结论；证照待第 1 项《船舶名称核定书》签发后生效。" in text(client.get(task(opined, 2)))

    early = text(approve(client, opined, 2))
    release = text(approve(client, opined, 1))

    assert "结论已签署，待所需证照签发后生效。" in early
    assert "结论：批准，尚未生效" in early
    assert "结论已签署并生效。随之生效：第 2 项“船舶所有权登记”。" in release
    assert "结论：批准，已生效" in release
    assert [read(opined).case(index).state for index in (1, 2)] == [CaseState.DECIDED] * 2


def test_a_denial_without_its_reason_is_refused_and_nothing_is_lost(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    before = read(opined)

    answer = approve(client, opined, 1, outcome="denied", fixed_ship_name_cn="渤远二号")

    assert answer.status_code == 422
    assert "未签署：不予批准时必须写明理由。请填写理由后再签署。" in text(answer)
    page = answer.content.decode()
    assert 'value="渤远二号"' in page
    assert re.search(r'value="denied"[^>]*checked', page)
    assert read(opined) == before


def test_a_choice_that_was_not_made_is_asked_for(client: Client, opined: str) -> None:
    answer = approve(desk(client, REGISTRAR), opined, 1, outcome="")

    assert answer.status_code == 422
    assert "请选择一项。" in text(answer)


def test_concluding_twice_is_refused_and_the_same_operation_answers_again(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    approve(client, opined, 1)
    before = read(opined)

    again = approve(client, opined, 1)
    twice = approve(client, opined, 1, operation="another")

    assert (again.status_code, twice.status_code) == (200, 409)
    assert "未签署：第 1 个办件的结论已经签署。" in text(twice)
    assert read(opined) == before


def test_who_accepted_a_case_cannot_conclude_it(client: Client, opined: str) -> None:
    also_review("liufang")
    desk(client, "liufang")
    assert "您的岗位现在没有待办" in text(client.get(f"{WORK}tasks/"))
    sheet = client.get(task(opined, 1))
    assert "这个办件由您受理，受理人不能作决定。" in text(sheet)
    assert 'value="conclude"' not in sheet.content.decode()

    answer = approve(client, opined, 1)

    assert answer.status_code == 403
    assert "受理这个办件的人不能再作决定" in text(answer)
    assert read(opined).case(1).state is CaseState.ACCEPTED


def test_an_opinion_is_given_once_and_an_objection_says_why(client: Client, accepted: str) -> None:
    desk(client, SUPERVISION)
    seen = shown(read(accepted), 3)
    asked = {
        "act": "opinion",
        "desk": SUPERVISION_DESK,
        "seen": seen,
        "verdict": "object",
        "reason": "",
        "operation": "a",
    }

    silent = client.post(task(accepted, 3), asked)
    given = client.post(task(accepted, 3), asked | {"reason": "航区不符", "operation": "b"}, follow=True)
    twice = client.post(task(accepted, 3), asked | {"reason": "又一次", "operation": "c"})
    foreign = client.post(task(accepted, 3), asked | {"desk": "法规审核岗", "reason": "越位", "operation": "d"})

    assert [silent.status_code, given.status_code, twice.status_code, foreign.status_code] == [422, 200, 409, 403]
    assert "不同意时必须写明理由" in text(silent)
    assert "船舶监督岗的意见已记录。" in text(given)
    assert "航区不符" in text(desk(client, REGISTRAR).get(task(accepted, 3)))


def test_an_opinion_on_what_changed_since_it_was_shown_is_not_recorded(client: Client, accepted: str) -> None:
    opened = desk(client, SUPERVISION).get(task(accepted, 3))
    given = {"act": "opinion", "desk": SUPERVISION_DESK, "verdict": "agree", "operation": "a"}
    act("change", accepted, values={"gross_tonnage": "4321"})

    stale = client.post(task(accepted, 3), given | {"seen": hidden(opened, "seen")})
    fresh = client.post(task(accepted, 3), given | {"seen": hidden(stale, "seen")})

    assert stale.status_code == 409
    assert "它的内容改动过。请核对现在的内容后重新提交。" in text(stale)
    assert fresh.status_code == 302


def test_a_missing_opinion_is_waited_for_in_words(client: Client, accepted: str) -> None:
    answer = desk(client, REGISTRAR).get(task(accepted, 3))

    assert "等待船舶监督岗的意见，意见齐全后即可签署结论。" in text(answer)
    assert 'value="conclude"' not in answer.content.decode()


def test_the_approved_name_is_previewed_signed_and_sends_back_what_relied_on_the_old_one(
    client: Client, opined: str
) -> None:
    desk(client, REGISTRAR)
    approve(client, opined, 2)
    name = {"fixed_ship_name_cn": "渤远二号", "fixed_ship_name_en": "BO YUAN ER HAO"}

    preview = client.post(task(opined, 1), {"act": "preview", "outcome": "approved", **name})
    assert read(opined).case(1).conclusion is None
    signed = text(approve(client, opined, 1, **name))

    assert preview.status_code == 200
    assert re.search(r"<dt>船名（中文）</dt><dd>渤远二号</dd>", preview.content.decode())
    assert "退回重新审查：第 2 项“船舶所有权登记”。" in signed
    assert "退回：证照内容已变" in text(client.get(f"{WORK}tasks/"))
    sheet = text(client.get(task(opined, 2)))
    assert "结论已退回，请重新审查" in sheet
    assert "“船舶名称核定”改变了证照内容" in sheet
    assert "渤远二号 已由签署的结论核定" in sheet
    approve(client, opined, 2, operation="once more")
    assert "渤远二号" in certificates.read(identifier=read(opined).case(2).certificate).decode()


def test_a_name_that_cannot_be_is_refused_at_its_field(client: Client, opined: str) -> None:
    answer = approve(desk(client, REGISTRAR), opined, 1, fixed_ship_name_cn="渤\u202e远")

    assert answer.status_code == 422
    assert "“船名（中文）”填写有误" in text(answer)
    assert read(opined).case(1).conclusion is None


def test_a_denial_tells_the_desk_that_waited(client: Client, opined: str) -> None:
    desk(client, REGISTRAR)
    approve(client, opined, 1, outcome="denied", reason="与已登记船舶同音")

    sheet = text(client.get(task(opined, 2)))
    answer = approve(client, opined, 2)

    assert "第 1 项已不予批准，《船舶名称核定书》不会签发，本项不能批准。" in sheet
    assert answer.status_code == 409
    assert "不能批准本办件。请签署不予批准并写明理由。" in text(answer)


# --- doors ------------------------------------------------------------------------------------------------------------

PAGES = [
    "",
    "intake/",
    "tasks/",
    "overview/",
    "applications/{number}/",
    "applications/{number}/accepted/",
    "tasks/{number}/1/",
]


@pytest.mark.parametrize("page", PAGES)
def test_the_workbench_is_closed_to_whoever_has_no_duty(client: Client, accepted: str, page: str) -> None:
    address = WORK + page.format(number=number(accepted))

    stranger = client.get(address)
    applicant = desk(client, "linxiao").get(address)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/sign-in/?next={address}")
    assert applicant.status_code == 403
    assert "不能打开：这一页供" in text(applicant)


@pytest.mark.parametrize(
    ("username", "open_pages"),
    [
        ("liufang", ["", "intake/", "applications/{number}/", "applications/{number}/accepted/", "tasks/{number}/1/"]),
        (REGISTRAR, ["", "tasks/", "tasks/{number}/1/"]),
        ("hanlei", ["", "overview/", "applications/{number}/", "applications/{number}/accepted/", "tasks/{number}/1/"]),
        ("shenyue", [""]),
    ],
)
def test_each_duty_opens_its_own_pages(client: Client, accepted: str, username: str, open_pages: list[str]) -> None:
    desk(client, username)

    answers = {page: client.get(WORK + page.format(number=number(accepted))).status_code for page in PAGES}

    assert [page for page, status in answers.items() if status == 200] == open_pages
    assert set(answers.values()) <= {200, 403, 404}


# --- the supervisor ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0, 1, 2, 3, 5, 8, 14, 20, 40])
def test_the_lamps_that_are_counted_are_those_of_the_kernel(
    client: Client, house: walk.Walk, accepted: str, days: int
) -> None:
    later = walk.Walk(house.catalogue, house.bundle, DAY, "second", lambda sentence: None).submit()
    today, calendar = DAY + timedelta(days=days), calendars.load()
    cases = [*read(accepted).cases, *read(later).cases]

    days_of, divisions = Days.at(today, calendar), overview.divisions(["130000"])
    counted = overview.counts(divisions, days=days_of)
    listed = overview.page(divisions, days=days_of, size=99).items

    def of_kernel(promised: date | None, statutory: date | None) -> str:
        if promised is None:
            return overview.NOT_RUNNING
        return kernel.lamp(today=today, promised_due=promised, statutory_due=statutory, calendar=calendar).value

    expected = [of_kernel(case.promised_due_on, case.statutory_due_on) for case in cases]
    assert counted == {lamp: expected.count(lamp) for lamp in overview.LAMPS}
    assert sorted(one.key.due_on for one in listed) == [one.key.due_on for one in listed]
    assert len(listed) == 34
    for lamp in overview.LAMPS:
        shown = overview.page(divisions, lamp=lamp, days=days_of, size=99).items
        assert {of_kernel(one.promised_due_on, one.statutory_due_on) for one in shown} <= {lamp}
        assert len(shown) == expected.count(lamp)


def test_a_supervisor_sees_his_region_and_no_other(accepted: str) -> None:
    days = Days.at(DAY, calendars.load())

    counts = {
        scope: sum(overview.counts(overview.divisions([scope]), days=days).values())
        for scope in ("130209", "130200", "130000", "120000", "130208", "")
    }

    assert counts == {"130209": 17, "130200": 17, "130000": 17, "120000": 0, "130208": 0, "": 0}


def test_the_overview_shows_one_lamp_or_all(client: Client, accepted: str) -> None:
    desk(client, "hanlei")

    rows = {
        query: len(re.findall("data-row", client.get(f"{WORK}overview/{query}").content.decode()))
        for query in ("", "?lamp=green", "?lamp=yellow", "?lamp=none", "?lamp=<script>", "?after=x", "?region=x")
    }

    kinds = overview.counts(["130209"], days=Days.at(DAY, calendars.load()))
    assert rows == {
        "": 17,
        "?lamp=green": kinds["green"],
        "?lamp=yellow": kinds["yellow"],
        "?lamp=none": 0,
        "?lamp=<script>": 17,
        "?after=x": 17,
        "?region=x": 17,
    }


def test_decided_cases_are_no_longer_open(opined: str) -> None:
    conclude(opined, 1)

    listed = overview.page(["130209"], days=Days.at(DAY, calendars.load()), size=99).items

    assert sorted(one.case for one in listed) == list(range(2, 18))


# --- names ------------------------------------------------------------------------------------------------------------


def test_lists_name_bodies_in_clear_and_people_masked() -> None:
    assert reading.party("org:91130209MA0TB10143", "河北渤远航运有限公司") == "河北渤远航运有限公司"
    assert reading.party("person:1", "王建国") == "王＊＊"


@pytest.mark.parametrize(
    ("holder", "name", "number", "in_words"),
    [
        (
            "org:91130209MA0TB10143",
            "河北渤远航运有限公司",
            "91130209MA0TB10143",
            ["河北渤远航运有限公司", "91130209MA0TB10143"],
        ),
        ("person:1", "王建国", "EA1234567", ["王＊＊", "EA*****67"]),
    ],
)
def test_a_person_who_applies_is_masked_like_any_other(
    house: walk.Walk, holder: str, name: str, number: str, in_words: list[str]
) -> None:
    known = reading.as_held(house.catalogue, holder)

    topics = reading.topics(known, ["HS-01"], {"holder_name": name, "holder_number": number}, in_clear=False)

    assert [answer.value for answer in topics[0].answers[:2]] == in_words


# --- statements -------------------------------------------------------------------------------------------------------


@pytest.fixture
def more(house: walk.Walk) -> Callable[[str], Iterator[str]]:
    """Three applications, each taken as far as `stage`."""

    def make(stage: str) -> Iterator[str]:
        for tag in ("one", "more", "most"):
            one = walk.Walk(house.catalogue, house.bundle, DAY, tag, lambda sentence: None)
            application = one.submit()
            if stage == "accepted":
                one.confirm(application)
                one.accept(application)
            yield application

    return make


@pytest.mark.parametrize(
    ("stage", "username", "address"),
    [
        ("submitted", "liufang", WORK),
        ("submitted", "liufang", f"{WORK}intake/"),
        ("accepted", REGISTRAR, WORK),
        ("accepted", REGISTRAR, f"{WORK}tasks/"),
        ("accepted", "hanlei", WORK),
        ("accepted", "hanlei", f"{WORK}overview/"),
    ],
)
def test_a_list_costs_the_same_for_one_application_and_for_three(
    client: Client,
    more: Callable[[str], Iterator[str]],
    stage: str,
    username: str,
    address: str,
) -> None:
    three = more(stage)
    next(three)
    desk(client, username)
    one = statements(client, address)

    assert len(list(three)) == 2

    assert Application.objects.count() == 3
    assert statements(client, address) == one


def test_a_sheet_costs_the_same_for_eight_cases_and_for_seventeen(
    client: Client, house: walk.Walk, few: str, accepted: str
) -> None:
    walk.Walk(house.catalogue, house.bundle, DAY, "few", lambda sentence: None).accept(few)
    assert [len(read(one).cases) for one in (few, accepted)] == [8, 17]
    desk(client, "liufang")

    sheets = {statements(client, f"{WORK}applications/{number(one)}/") for one in (few, accepted)}
    answers = {statements(client, f"{WORK}applications/{number(one)}/accepted/") for one in (few, accepted)}
    desk(client, REGISTRAR)
    cases = {statements(client, task(one, 2)) for one in (few, accepted)}

    assert [len(sheets), len(answers), len(cases)] == [1, 1, 1]


def test_content_that_changed_while_the_page_was_open_is_not_signed_unseen(client: Client, opined: str) -> None:
    """HS-02 is open on a desk while HS-01 fixes another name, which HS-02's certificate will show."""
    opened = shown(read(opined), 2)
    conclude(opined, 1, determined={"ship_name_cn": "渤远二号"}, now=at(DAY, 14))
    desk(client, "qianying")

    stale = approve(client, opined, 2, seen=opened)

    assert stale.status_code == 409
    assert "证照内容已由其他结论改动" in text(stale)
    assert "渤远二号" in text(stale)
    assert shown(read(opined), 2) in stale.content.decode()
    assert approve(client, opined, 2).status_code == 200
    assert read(opined).case(2).certificate


def test_a_second_certificate_for_the_same_ship_is_pointed_out(client: Client, house: walk.Walk, opined: str) -> None:
    house.conclude_one(opined, 1, day=DAY)
    again = walk.Walk(house.catalogue, house.bundle, house.day, "again", house.tell)
    second = again.submit()
    again.confirm(second)
    again.accept(second)

    sheet = text(desk(client, REGISTRAR).get(task(second, 1)))

    assert "同一对象已有有效的同类证照" in sheet
    assert read(opined).case(1).certificate in sheet
    assert "同一对象已有有效的同类证照" not in text(client.get(task(opined, 1)))
