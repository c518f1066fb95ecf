"""The pages of people: signing in and out, for whom one acts, whom one mandates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.people.conftest import COMPANY, NOW
from tongban.people import actions, adapters, demo, throttle
from tongban.people.actor import SYSTEM, Actor
from tongban.people.adapters import MatterName
from tongban.people.models import Account, Mandate, SignInAttempt
from tongban.people.throttle import TooManyAttempts
from tongban.web import clock, navigation

Acting = Callable[..., Actor]
PASSWORD = "正确的密码 2026"
GRANT = {
    "organisation": COMPANY,
    "name": "王建国",
    "document_type": "passport",
    "number": "ea1234567",
    "scope": "all",
    "valid_from": "2026-11-01",
    "last_day": "2099-12-31",
    "operation": "019aaaaa-0000-7000-8000-000000000000",
}


NAMES = {"河北渤远航运有限公司", "陈海生", "林晓", "周敏"}


@pytest.fixture
def account(people: None, settings: Settings) -> Account:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return actions.open_account(actor=SYSTEM, username="tester", password=PASSWORD, name="测试员", now=NOW)


def enter(client: Client, username: str, acting_for: str = "") -> None:
    client.force_login(Account.objects.get(username=username))
    session = client.session
    session["acting_for"] = acting_for
    session.save()


def text(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return re.sub(r"<[^>]+>", "", content.decode())


def test_the_right_password_signs_in(account: Account, client: Client) -> None:
    answer = client.post("/sign-in/", {"username": "tester", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "测试员" in text(client.get("/account/"))


@pytest.mark.parametrize(("username", "password"), [("tester", "错"), ("nobody", PASSWORD), ("linxiao", "!")])
def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(
    account: Account, client: Client, username: str, password: str
) -> None:
    answer = client.post("/sign-in/", {"username": username, "password": password})

    assert answer.status_code == 422
    assert "未能登录：用户名或密码不对。请核对后再试。" in text(answer)
    assert "_auth_user_id" not in client.session


def test_a_switched_off_account_does_not_sign_in(account: Account, client: Client) -> None:
    Account.objects.filter(pk=account.pk).update(is_active=False)

    assert client.post("/sign-in/", {"username": "tester", "password": PASSWORD}).status_code == 422


def test_a_switched_off_account_is_out_at_once(people: None, client: Client) -> None:
    enter(client, "linxiao")
    Account.objects.filter(username="linxiao").update(is_active=False)

    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one(account: Account, client: Client) -> None:
    for _ in range(5):
        client.post("/sign-in/", {"username": "tester", "password": "错"})

    answer = client.post("/sign-in/", {"username": "Tester", "password": PASSWORD})

    assert answer.status_code == 422
    assert "15 分钟内密码错误已达 5 次" in text(answer)
    assert SignInAttempt.objects.count() == 5


def test_other_names_stay_open(account: Account, client: Client) -> None:
    for _ in range(6):
        client.post("/sign-in/", {"username": "somebody-else", "password": "错"})

    assert client.post("/sign-in/", {"username": "tester", "password": PASSWORD}).status_code == 302


def test_after_a_quarter_of_an_hour_one_may_try_again(db: None) -> None:
    for _ in range(5):
        throttle.note(username="tester", address="192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        throttle.note(username="tester", address="192.0.2.1", now=NOW + timedelta(minutes=15))

    throttle.note(username="tester", address="192.0.2.1", now=NOW + timedelta(minutes=15, seconds=1))

    assert SignInAttempt.objects.count() == 1


def test_a_stranger_elsewhere_locks_nobody_out(account: Account, client: Client) -> None:
    for _ in range(6):
        client.post("/sign-in/", {"username": "tester", "password": "错"}, REMOTE_ADDR="203.0.113.9")

    answer = client.post("/sign-in/", {"username": "tester", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1")

    assert answer.status_code == 302
    assert SignInAttempt.objects.count() == 5


@pytest.mark.parametrize(
    ("name", "address"),
    [("somebody-{}", "192.0.2.1"), ("tester", "198.51.100.{}")],
    ids=["many names from one address", "one name from many addresses"],
)
def test_a_hundred_attempts_are_enough_from_one_place_or_on_one_name(db: None, name: str, address: str) -> None:
    for number in range(100):
        throttle.note(username=name.format(number), address=address.format(number), now=NOW)

    with pytest.raises(TooManyAttempts, match="登录尝试过多"):
        throttle.note(username=name.format(100), address=address.format(100), now=NOW)

    assert SignInAttempt.objects.count() == 100


def test_a_right_password_forgets_the_wrong_ones(account: Account, client: Client) -> None:
    for _ in range(4):
        client.post("/sign-in/", {"username": "tester", "password": "错"})

    client.post("/sign-in/", {"username": "tester", "password": PASSWORD})

    assert SignInAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("goal", "lands"),
    [
        ("/mandates/", "/mandates/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_to_where_one_wanted_but_never_off_the_site(
    account: Account, client: Client, goal: str, lands: str
) -> None:
    answer = client.post("/sign-in/", {"username": "tester", "password": PASSWORD, "next": goal})

    assert answer["Location"] == lands


def test_strange_input_at_the_door_is_answered_with_a_sentence(people: None, client: Client) -> None:
    for username in ("", "a\x00b", "长" * 1000, "' OR 1=1 --", "\U0001f600"):
        answer = client.post("/sign-in/", {"username": username, "password": "x"})
        assert answer.status_code == 422


def test_outside_the_demo_nobody_signs_in_by_one_click(people: None, client: Client) -> None:
    assert client.post("/sign-in/demo/", {"username": "linxiao"}).status_code == 404
    assert "林晓" not in text(client.get("/sign-in/"))


def test_the_demo_offers_those_who_are_known_here(people: None, client: Client, settings: Settings) -> None:
    settings.DEMO = True
    Account.objects.filter(username="linxiao").update(username="at-another-node")

    page = client.get("/sign-in/").content.decode()

    offered = set(re.findall(r'name="username" value="([a-z]+)"', page))
    assert offered == demo.usernames() - {"linxiao"}
    Account.objects.update(username=Concat("username", Value("-elsewhere")))
    assert "演示人物" not in client.get("/sign-in/").content.decode()


def test_in_the_demo_one_click_signs_in(people: None, client: Client, settings: Settings) -> None:
    settings.DEMO = True

    assert "渤远航运的代理人，全部事项" in text(client.get("/sign-in/"))
    answer = client.post("/sign-in/demo/", {"username": "liufang"})

    assert answer["Location"] == "/workbench/"
    assert "曹妃甸区政务服务大厅 · 曹妃甸海事局" in text(client.get("/account/"))


def test_somebody_on_duty_lands_on_his_workbench(
    people: None, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    monkeypatch.setattr(navigation, "_entries", {side: [] for side in navigation.Side})
    navigation.install(side=navigation.Side.STAFF, entries=[navigation.Entry("我的账户", "people:account")])

    assert client.post("/sign-in/demo/", {"username": "liufang"})["Location"] == "/account/"
    assert client.post("/sign-in/demo/", {"username": "wangjianguo"})["Location"] == "/"


@pytest.mark.parametrize("username", ["tester", "", "nobody", "a\x00"])
def test_the_demo_opens_no_other_account(account: Account, client: Client, settings: Settings, username: str) -> None:
    settings.DEMO = True

    assert client.post("/sign-in/demo/", {"username": username}).status_code == 404


def test_who_may_act_for_somebody_is_asked_for_whom(people: None, client: Client, settings: Settings) -> None:
    settings.DEMO = True

    answer = client.post("/sign-in/demo/", {"username": "zhoumin", "next": "/mandates/"}, follow=True)

    assert answer.redirect_chain == [("/acting-for/?next=%2Fmandates%2F", 302)]
    assert "受托人，HS-01、HS-02、HS-03，至 2035年12月31日" in text(answer)


def test_one_acts_for_the_company_one_chooses(people: None, client: Client) -> None:
    enter(client, "linxiao")

    answer = client.post("/acting-for/", {"acting_for": COMPANY, "next": "/account/"}, follow=True)

    assert "您现在代表“河北渤远航运有限公司”办事。" in text(answer)
    assert client.session["acting_for"] == COMPANY


def test_one_cannot_choose_a_company_one_has_no_mandate_from(people: None, client: Client) -> None:
    enter(client, "sunli")

    answer = client.post("/acting-for/", {"acting_for": COMPANY})

    assert answer.status_code == 422
    assert "您现在不能代表该单位。请从列表中选择一项。" in text(answer)
    assert client.session["acting_for"] == ""


def test_a_mandate_that_ends_refuses_the_request_under_way_and_then_one_is_oneself(
    people: None, client: Client
) -> None:
    enter(client, "linxiao", COMPANY)
    assert client.get("/account/").status_code == 200
    Mandate.objects.update(revoked_at=NOW)

    answer = client.get("/account/")

    assert answer.status_code == 403
    assert "未能代表该单位：您对它没有有效的授权，可能已到期或已被撤销。" in text(answer)
    assert "现在代表本人" in re.sub(r"\s", "", text(client.get("/account/")))


def test_the_account_page_masks_the_number(people: None, client: Client) -> None:
    enter(client, "linxiao")

    page = text(client.get("/account/"))

    assert "130***********2022" in page
    assert "130209198803042022" not in page


def test_a_representative_grants_and_the_agent_may_act(acting: Acting, client: Client) -> None:
    enter(client, "chenhaisheng")

    answer = client.post("/mandates/new/", GRANT, follow=True)

    assert "授权已生效：王建国。" in text(answer)
    mandate = Mandate.objects.get(person__account__username="wangjianguo")
    assert (mandate.matters, mandate.valid_until.isoformat()) == ([], "2100-01-01")


def test_the_same_form_sent_twice_grants_once(people: None, client: Client) -> None:
    enter(client, "chenhaisheng")

    client.post("/mandates/new/", GRANT)
    client.post("/mandates/new/", GRANT)

    assert Mandate.objects.filter(person__account__username="wangjianguo").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": "EA-12/34"}, "护照号码"),
        ({"number": "EA7654321"}, "没有找到姓名和证件都相符的登记人员"),
        ({"name": "王建军"}, "没有找到姓名和证件都相符的登记人员"),
        (
            {"number": "130209197506123112", "name": "陈海生", "document_type": "resident_id"},
            "法定代表人本人不需要授权",
        ),
        ({"last_day": "2020-01-01"}, "截止日早于开始日"),
        ({"last_day": "0000-00-00"}, "截止日"),
        ({"scope": "some"}, "请至少勾选一个事项"),
        ({"scope": "some", "matters": ["XX-99"]}, "事项"),
        ({"organisation": "org:91130200MA0TB2025C"}, "授权单位"),
        ({"name": "a\x00"}, "受托人姓名"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused_beside_its_field(
    people: None, client: Client, changes: dict[str, object], sentence: str
) -> None:
    enter(client, "chenhaisheng")

    answer = client.post("/mandates/new/", GRANT | changes)

    summary = text(answer).split("有内容需要修改")[1]
    assert answer.status_code == 422
    assert sentence in summary
    assert Mandate.objects.count() == len(demo.read()["mandates"])


@pytest.mark.parametrize("username", ["linxiao", "liufang", "wangjianguo"])
def test_nobody_else_grants(people: None, client: Client, username: str) -> None:
    enter(client, username)

    answer = client.post("/mandates/new/", GRANT)

    assert answer.status_code == 403
    assert "只有法定代表人本人可以授权" in text(answer)


def test_a_representative_revokes(people: None, client: Client) -> None:
    enter(client, "chenhaisheng")
    mandate = Mandate.objects.get(person__account__username="linxiao")
    address = f"/mandates/{mandate.organisation_id}/{mandate.id}/revoke/"

    first = client.post(address, {"operation": GRANT["operation"]}, follow=True)
    again = client.post(address, {"operation": "not an id"})

    assert "授权已撤销，立即失效。" in text(first)
    assert (again.status_code, "已经撤销过了" in text(again)) == (409, True)
    enter(client, "linxiao", COMPANY)
    assert client.get("/account/").status_code == 403


def test_nobody_revokes_the_mandate_of_another_company(people: None, client: Client) -> None:
    enter(client, "chenhaisheng")
    mandate = Mandate.objects.get(person__account__username="sunli")

    refused = client.post(f"/mandates/{mandate.organisation_id}/{mandate.id}/revoke/")
    elsewhere = client.post(f"/mandates/91130209MA0TB10143/{mandate.id}/revoke/")
    nowhere = client.post(f"/mandates/none/{mandate.id}/revoke/")

    assert (refused.status_code, elsewhere.status_code, nowhere.status_code) == (403, 409, 404)
    mandate.refresh_from_db()
    assert mandate.revoked_at is None


def test_signing_out_ends_the_session(people: None, client: Client) -> None:
    enter(client, "linxiao")

    client.post("/sign-out/")

    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_mandates_costs_the_same_for_one_and_for_three(acting: Acting, client: Client, rows: int) -> None:
    Mandate.objects.filter(organisation="91130209MA0TB10143").delete()
    for username in ["linxiao", "zhoumin", "wangjianguo"][:rows]:
        actions.grant_mandate(
            operation=username,
            actor=acting("chenhaisheng"),
            organisation=COMPANY,
            agent=acting(username).person,
            matters=["HS-01"],
            valid_from=clock.today(),
            valid_until=clock.today() + timedelta(days=1),
            now=clock.now(),
        )
    enter(client, "chenhaisheng")
    client.get("/mandates/")

    with CaptureQueriesContext(connection) as captured:
        page = text(client.get("/mandates/"))

    assert page.count("有效") == rows
    # Session, account, actor, organisations, mandates, and one for the names of matters.
    assert len(captured) == 7


@pytest.mark.parametrize("address", ["/account/", "/acting-for/", "/mandates/", "/mandates/new/"])
def test_pages_are_told_in_english_too(people: None, client: Client, address: str) -> None:
    enter(client, "chenhaisheng")
    client.cookies["django_language"] = "en"

    answer = client.get(address)

    main = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[1].split("</main>")[0])
    assert answer.status_code == 200
    assert sorted(set(re.findall(r"[\u4e00-\u9fff]+", main)) - NAMES) == []


def test_matters_are_offered_by_sector_and_folded_away_until_one_is_chosen(
    people: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = [
        MatterName("A1", "甲", group="交通"),
        MatterName("B1", "乙", group="税务"),
        MatterName("A2", "丙", group="交通"),
    ]
    monkeypatch.setattr(adapters, "_installed", [lambda: offered])
    enter(client, "chenhaisheng")

    page = client.get("/mandates/new/").content.decode()
    refused = client.post("/mandates/new/", GRANT | {"scope": "some", "matters": ["B1"], "name": ""}).content.decode()

    groups = r'<details class="tb-details tb-choice-group"( open)?><summary>(\S+) <span[^>]*>(\d+)<'
    assert re.findall(groups, page) == [("", "交通", "2"), ("", "税务", "1")]
    assert re.findall(groups, refused) == [("", "交通", "2"), (" open", "税务", "1")]
    assert re.findall(r'value="(A1|A2|B1)"', page) == ["A1", "A2", "B1"]
