"""The pages on which holders show, strangers look, windows ask and holders answer."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.certificates.drafts import CITIZEN, OWNER, draft
from tests.certificates.test_pages import says, signed_in
from tests.certificates.wallets import IDENTIFIER, NAME, actor_of, ask, representative, share
from tongban.certificates import actions, queries
from tongban.certificates.models import Asking, Certificate, Share, ShareOpening, WalletAttempt, WalletPin
from tongban.certificates.wallet import asking, pin, reading, secrets, sharing, throttle, words
from tongban.domain.asking import SHOWN, WAITING
from tongban.domain.certificate import Status
from tongban.domain.sharing import SITTING
from tongban.domain.verdict import Code
from tongban.journal.models import Read
from tongban.people.models import Account

NEW = f"/wallet/share/?c={IDENTIFIER}"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
ENDED = "这个链接不对，或者对方的出示已经结束"
NUMBER = "130209197506123112"


@pytest.fixture(autouse=True)
def _quick_hash(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clock(monkeypatch, now):
    """The clock of the pages; a test may set it forward."""
    hands = [now]
    monkeypatch.setattr("tongban.web.clock.now", lambda: hands[0])
    return hands


@pytest.fixture
def wallet(maritime, now, clock):
    actions.issue_many(stream="application:1", drafts=[draft()], now=now)


@pytest.fixture
def holder(wallet) -> Client:
    return signed_in("chenhaisheng", OWNER.party)


@pytest.fixture
def clerk(wallet) -> Client:
    return signed_in("liufang")


def given(**changes):
    values = {
        "operation": uuid4(),
        "facts_0": ["content.ship_name_cn"],
        "recipient": "唐山港集团",
        "purpose": "进港核对船舶国籍",
        "lasts": "day",
        "uses": "3",
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def open_up(token: str, operation: UUID | None = None):
    return Client().post(f"/shown/{token}/", {"operation": operation or uuid4()})


# --- showing ----------------------------------------------------------------------------------------------------------


def test_a_holder_ticks_chooses_and_gets_a_link(holder):
    assert says(holder.get("/wallet/"), "出示所选证照")
    form = holder.get(NEW)
    made = holder.post(NEW, given())
    page = holder.get(made.url)

    assert [field.name for field in form.context["form"].of_certificates] == ["facts_0"]
    assert form.context["form"]["facts_0"].value() in (None, [])
    token = secrets.token_of(str(Share.objects.get().pk))
    assert page.context["address"] == f"http://testserver/shown/{token}/"
    assert says(page, "出示给唐山港集团") and says(page, "中文船名")


def test_a_double_click_makes_one_share(holder, clock, now):
    form = given()
    first = holder.post(NEW, form).url
    clock[0] = now + timedelta(seconds=2)

    assert holder.post(NEW, form).url == first
    assert Share.objects.get().until == now + timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"facts_0": None}, "没有选择证照"),
        ({"facts_0": ["content.price"]}, "选择一个有效的选项"),
        ({"recipient": ""}, "请填写此项"),
        ({"purpose": None}, "请填写此项"),
        ({"lasts": "ever"}, "选择一个有效的选项"),
        ({"uses": "1000000"}, "选择一个有效的选项"),
    ],
)
def test_a_form_that_cannot_be_is_shown_again(holder, changes, sentence):
    answer = holder.post(NEW, given(**changes))

    assert (answer.status_code, Share.objects.count()) == (422, 0)
    assert says(answer, sentence)


@pytest.mark.parametrize(
    ("username", "acting_for", "status"),
    [("chenhaisheng", "", 404), ("wangjianguo", "", 404), ("zhoumin", OWNER.party, 403), ("liufang", "", 403)],
)
def test_nobody_else_chooses_from_it(wallet, username, acting_for, status):
    client = signed_in(username, acting_for)

    assert (client.get(NEW).status_code, client.post(NEW, given()).status_code) == (status, status)
    assert not says(client.get(NEW), "渤远一号")


def test_an_agent_for_some_matters_reads_no_link(wallet, now):
    id, client = share(now), signed_in("zhoumin", OWNER.party)

    assert [client.get(f"/wallet/shares/{path}").status_code for path in ("", f"{id}/")] == [403, 403]
    assert client.get("/wallet/log/").status_code == 200


def test_who_answers_sees_for_whom_and_may_change_it(holder, now):
    asked = holder.get(f"/wallet/window/{secrets.code_of(ask(now))}/")

    assert says(asked, f"您现在代表“{OWNER.name}”。") and says(asked, "/acting-for/?next=/wallet/window/")


@pytest.mark.parametrize("path", ["", "withdraw/"])
def test_another_holder_neither_sees_nor_ends_it(wallet, now, path):
    address = f"/wallet/shares/{share(now)}/{path}"
    client = signed_in("sunli", "org:91130200MA0TB2025C")

    answer = client.post(address, {"operation": uuid4()}) if path else client.get(address)

    assert answer.status_code in (403, 404)
    assert Share.objects.get().withdrawn_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_shares_costs_the_same_however_long(holder, now, count, django_assert_num_queries):
    for number in range(count):
        sharing.open_up(operation=f"o{number}", token=secrets.token_of(share(now, f"s{number}")), now=now)
    holder.get("/wallet/shares/")

    with django_assert_num_queries(7):
        answer = holder.get("/wallet/shares/")

    assert [(made.recipient, len(made.share.openings)) for made, _state in answer.context["rows"]] == [
        ("唐山港集团", 1)
    ] * count


# --- looking ----------------------------------------------------------------------------------------------------------


def test_a_stranger_opens_it_without_signing_in_and_sees_the_choice_and_no_more(wallet, now):
    token = secrets.token_of(share(now))
    cover = Client().get(f"/shown/{token}/")

    answer = open_up(token)

    assert (cover.status_code, answer.status_code) == (200, 200)
    for text in (
        "唐山港集团",
        "进港核对船舶国籍",
        "船舶国籍证书",
        "曹妃甸海事局",
        "核验通过",
        "渤远一号",
        "testserver",
    ):
        assert says(answer, text)
    for secret in (OWNER.name, OWNER.number, "9074729", "2031", IDENTIFIER):
        assert not says(answer, secret)
    for text in ("唐山港集团", "渤远一号", "船舶国籍证书"):
        assert not says(cover, text)
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("same-origin", "noindex, nofollow")
    assert "no-store" in answer["Cache-Control"]


def test_looking_at_the_cover_counts_nothing_and_the_same_opening_counts_once(wallet, now):
    token, operation = secrets.token_of(share(now, uses=1)), uuid4()
    Client().get(f"/shown/{token}/")
    Client().head(f"/shown/{token}/")

    answers = [open_up(token, operation), open_up(token, operation), open_up(token)]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert ShareOpening.objects.count() == 1


def test_a_sitting_ends(wallet, now, clock):
    token, operation = secrets.token_of(share(now)), uuid4()
    open_up(token, operation)
    clock[0] = now + SITTING

    assert open_up(token, operation).status_code == 404


def test_a_state_of_today_is_shown_with_it(wallet, now, today):
    token = secrets.token_of(share(now))
    Certificate.objects.update(status=Status.REVOKED, ended_on=today, ended_by="《中华人民共和国行政处罚法》第九条")

    answer = open_up(token)

    assert says(answer, "核验不通过") and says(answer, "吊销")


@pytest.mark.parametrize("days", [-400, 365 * 6], ids=["before", "after"])
def test_outside_its_term_the_days_are_not_told_either(wallet, now, today, days):
    document = queries.read(identifier=IDENTIFIER)
    verdict = queries.verify(document, now=now, today=today + timedelta(days=days))
    shown = words.shown(reading.Presented(queries.find(identifier=IDENTIFIER), (), verdict))

    assert verdict.code in (Code.EXPIRED, Code.NOT_YET_VALID)
    assert "20" not in shown.result.sentence


def test_every_no_reads_the_same(wallet, now, clock):
    over, used, withdrawn = share(now, "a", until=now + timedelta(hours=1)), share(now, "b", uses=1), share(now, "c")
    open_up(secrets.token_of(used))
    sharing.withdraw(operation="w", actor=representative(), share=withdrawn, now=now)
    clock[0] = now + timedelta(hours=2)

    addresses = [f"/shown/{token}/" for token in [*map(secrets.token_of, (over, used, withdrawn)), "0" * 40, "x"]]
    pages = {TOKEN.sub("", Client().get(one).content.decode()).replace(one, "") for one in addresses}
    answers = [Client().post(one, {"operation": uuid4()}) for one in addresses]

    assert len(pages) == 1
    assert ENDED in pages.pop()
    assert [(answer.status_code, says(answer, ENDED)) for answer in answers] == [(404, True)] * 5


def test_who_tries_many_links_is_stopped_and_whoever_has_a_right_one_is_not(wallet, now):
    token = secrets.token_of(share(now))
    for number in range(throttle.LINKS_FROM_AN_ADDRESS):
        assert Client().get(f"/shown/{number:040x}/").status_code == 404

    assert [Client().get(f"/shown/{number:040x}/").status_code for number in (0, 99)] == [429, 429]
    assert WalletAttempt.objects.count() == throttle.LINKS_FROM_AN_ADDRESS
    assert Client().get(f"/shown/{token}/").status_code == 200
    assert Client(REMOTE_ADDR="192.0.2.9").get(f"/shown/{1:040x}/").status_code == 404


@pytest.mark.parametrize("operation", ["", "x", "' OR 1=1 --", "\0"])
def test_an_opening_without_an_operation_counts_nothing(wallet, now, operation):
    answer = Client().post(f"/shown/{secrets.token_of(share(now))}/", {"operation": operation})

    assert (answer.status_code, ShareOpening.objects.count()) == (200, 0)
    assert says(answer, "有人向您出示证照")


# --- at a window ------------------------------------------------------------------------------------------------------


def wanted(**changes):
    return {
        "operation": uuid4(),
        "hall": "cfd-hall",
        "type_1": "C_NAT",
        "need": "application",
        "matter": "HS-01",
    } | changes


def test_a_clerk_asks_the_holder_allows_on_his_phone_and_the_clerk_sees_it(clerk, holder, clock, now):
    page = clerk.post("/workbench/window/", wanted()).url
    waiting = clerk.get(page)
    code = waiting.context["code"]
    found = holder.get("/wallet/window/", {"code": code.lower()})
    asked = holder.get(found.url)
    allowed = holder.post(found.url, {"operation": uuid4(), "facts_0": ["content.ship_name_cn"], "answer": "allow"})
    seen = clerk.get(page)

    for secret in ("渤远一号", OWNER.name, IDENTIFIER):
        assert not says(waiting, secret)
    for text in ("曹妃甸区政务服务大厅", "刘芳", "船舶国籍证书", "办理事项", "船舶名称"):
        assert says(asked, text)
    assert allowed.status_code == 302
    assert says(seen, "渤远一号")
    for secret in (OWNER.name, "陈海生", "9074729", "2031", IDENTIFIER):
        assert not says(seen, secret)
    assert Read.objects.count() == 1
    clock[0] = now + SHOWN
    assert not says(clerk.get(page), "渤远一号")


def test_a_holder_refuses(clerk, holder):
    page = clerk.post("/workbench/window/", wanted()).url
    address = f"/wallet/window/{clerk.get(page).context['code']}/"

    holder.post(address, {"operation": uuid4(), "facts_0": ["content.ship_name_cn"], "answer": "refuse"})

    seen = clerk.get(page)
    assert says(seen, "持证人没有同意") and not says(seen, "渤远一号")


def test_a_holder_ends_what_shows(clerk, holder):
    page = clerk.post("/workbench/window/", wanted()).url
    address = f"/wallet/window/{clerk.get(page).context['code'].replace('-', '')}/"
    holder.post(address, {"operation": uuid4(), "facts_0": ["content.ship_name_cn"], "answer": "allow"})

    assert says(holder.get(address), "现在就结束")
    holder.post(f"{address}end/", {"operation": uuid4()})

    assert not says(clerk.get(page), "渤远一号")
    assert says(holder.get(address), "查看已结束")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"type_1": ""}, "请选择一项"),
        ({"type_1": "C_NONE"}, "选择一个有效的选项"),
        ({"hall": "bj-hall"}, "选择一个有效的选项"),
        ({"matter": ""}, "要说明是哪个事项"),
        ({"need": "curiosity"}, "选择一个有效的选项"),
        ({"subject": "12345"}, "不是船舶 IMO 编号"),
    ],
)
def test_a_request_that_does_not_say_what_for_is_shown_again(clerk, changes, sentence):
    answer = clerk.post("/workbench/window/", wanted(**changes))

    assert (answer.status_code, Asking.objects.count()) == (422, 0)
    assert says(answer, sentence)


@pytest.mark.parametrize("username", ["chenhaisheng", "zhaolei", "hanlei", "gumingyuan"])
def test_the_windows_pages_are_for_clerks(wallet, now, username):
    client, id = signed_in(username), ask(now)

    for path in ("", f"{id}/", f"{id}/pin/"):
        assert client.get(f"/workbench/window/{path}").status_code == 403


def test_another_clerk_opens_nothing_of_it(wallet, now):
    id, other = ask(now), signed_in("heping")
    asking.allow(operation="a", actor=representative(), asking=id, chosen=NAME, now=now)

    assert [other.get(f"/workbench/window/{id}/{path}").status_code for path in ("", "pin/")] == [404, 404]
    assert other.post(f"/workbench/window/{id}/end/", {"operation": uuid4()}).status_code == 403


def test_an_answered_request_shows_to_its_holder_only(wallet, holder, now):
    id = ask(now)
    asking.allow(operation="a", actor=representative(), asking=id, chosen=NAME, now=now)
    address = f"/wallet/window/{secrets.code_of(id)}/"

    assert holder.get(address).status_code == 200
    assert signed_in("wangjianguo").get(address).status_code == 404


def test_a_lapsed_request_is_answered_no_more(holder, now, clock):
    address = f"/wallet/window/{secrets.code_of(ask(now))}/"
    clock[0] = now + WAITING

    assert holder.get(address).status_code == 404
    assert holder.post(address, {"operation": uuid4(), "answer": "refuse"}).status_code == 404


def test_guessing_codes_is_stopped(holder, now):
    code = secrets.code_of(ask(now))
    for number in range(throttle.CODES_OF_AN_ACCOUNT):
        assert holder.get("/wallet/window/", {"code": f"ABCDEFG{number % 8 + 2}"}).status_code == 422

    assert says(holder.get("/wallet/window/", {"code": code}), "已达 10 次")
    assert holder.get(f"/wallet/window/{code}/").status_code == 429


def test_what_one_does_not_hold_is_told_to_the_holder_alone(clerk, wallet):
    page = clerk.post("/workbench/window/", wanted(type_1="C_OWN")).url
    asked = signed_in("chenhaisheng", OWNER.party).get(f"/wallet/window/{clerk.get(page).context['code']}/")

    assert says(asked, "您没有今天有效的《船舶所有权登记证书》。窗口不会知道")
    assert not says(asked, "同意查看</button>")


# --- by PIN -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pinned(wallet, now) -> None:
    account = Account.objects.get(username="chenhaisheng")
    account.set_unusable_password()
    pin.set_pin(account=account, password="", pin="395817", address="192.0.2.1", now=now)


def typed(**changes):
    return {
        "operation": uuid4(),
        "types": ["C_NAT"],
        "scope": "everything",
        "document_type": "resident_id",
        "number": NUMBER,
        "organisation": OWNER.number,
        "pin": "395817",
    } | changes


def test_the_holder_types_his_pin_at_the_window_and_the_clerk_sees_it(pinned, clerk):
    page = clerk.post("/workbench/window/", wanted()).url
    blank = clerk.get(f"{page}pin/")

    answer = clerk.post(f"{page}pin/", typed())
    seen = clerk.get(page)

    assert not any(says(blank, secret) for secret in ("渤远一号", OWNER.name, IDENTIFIER))
    assert answer.url == page
    assert says(seen, "渤远一号") and says(seen, "授权密码")
    assert Asking.objects.get().answered_by == f"account:{Account.objects.get(username='chenhaisheng').pk}"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pin": "395818"}, "证件号码或授权密码不对"),
        ({"number": "130209198803042022"}, "证件号码或授权密码不对"),
        ({"number": "110101199003078515"}, "证件号码或授权密码不对"),
        ({"pin": ""}, "请填写此项"),
        ({"types": []}, "请至少选择一项"),
        ({"organisation": "91130200MA0TB2025C"}, "您对它没有有效的授权"),
        ({"organisation": "9113"}, "统一社会信用代码"),
    ],
)
def test_a_wrong_pin_shows_the_clerk_nothing(pinned, clerk, changes, sentence):
    page = clerk.post("/workbench/window/", wanted()).url

    answer = clerk.post(f"{page}pin/", typed(**changes))

    assert (answer.status_code, Asking.objects.get().answered_at) == (422, None)
    assert says(answer, sentence)
    assert "395817" not in answer.content.decode()
    assert not says(clerk.get(page), "渤远一号")


def test_five_wrong_pins_lock_it(pinned, clerk):
    page = clerk.post("/workbench/window/", wanted()).url
    for _ in range(5):
        clerk.post(f"{page}pin/", typed(pin="111222"))

    assert says(clerk.post(f"{page}pin/", typed()), "授权密码已停用")
    assert Asking.objects.get().answered_at is None


def test_a_holder_sets_his_pin(holder):
    weak = holder.post("/wallet/pin/", {"pin": "123456", "again": "123456"})
    differing = holder.post("/wallet/pin/", {"pin": "395817", "again": "395818"})
    done = holder.post("/wallet/pin/", {"pin": "395817", "again": "395817"}, follow=True)

    assert (weak.status_code, differing.status_code) == (422, 422)
    assert says(weak, "最容易被猜到") and says(differing, "两次输入的授权密码不一样")
    assert says(done, "授权密码已设置。") and WalletPin.objects.count() == 1


def test_with_a_password_it_is_asked(holder):
    account = Account.objects.get(username="chenhaisheng")
    account.set_password("correct horse battery")
    account.save()
    client = signed_in("chenhaisheng")

    assert "password" in client.get("/wallet/pin/").context["form"].fields
    assert client.post("/wallet/pin/", {"pin": "395817", "again": "395817"}).status_code == 422
    refused = client.post("/wallet/pin/", {"password": "wrong", "pin": "395817", "again": "395817"})
    assert says(refused, "登录密码不对")
    assert WalletPin.objects.count() == 0


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_tells_who_used_it_when_and_on_what_ground(holder, clerk, now):
    id = share(now)
    sharing.open_up(operation="o", token=secrets.token_of(id), now=now)
    request = ask(now)
    asking.allow(operation="a", actor=representative(), asking=request, chosen=NAME, now=now)
    clerk.get(f"/workbench/window/{request}/")
    signed_in("zhaolei").get(f"/certificates/{IDENTIFIER}/")

    rows = holder.get("/wallet/log/").context["rows"]

    shown = "出示给唐山港集团：进港核对船舶国籍"
    assert [(row.who, row.what, row.certificates, row.ground) for row in rows] == [
        ("赵磊", "工作人员查看", ["船舶国籍证书"], "签发机关、监察或办理有关办件的职责"),
        ("刘芳（曹妃甸区政务服务大厅）", "窗口查看", ["船舶国籍证书"], "持证人同意：核对资格"),
        ("陈海生", "同意窗口查看", ["船舶国籍证书"], "曹妃甸区政务服务大厅刘芳请求：核对资格，扫码授权"),
        (
            "持有链接的人（出示给：唐山港集团）",
            "打开出示（第 1 次）",
            ["船舶国籍证书"],
            "出示给唐山港集团：进港核对船舶国籍",
        ),
        ("陈海生", "出示给别人", ["船舶国籍证书"], shown),
    ]


@pytest.mark.parametrize("count", [1, 3, 25])
def test_the_log_costs_no_more_however_long_and_turns(holder, now, count, django_assert_max_num_queries):
    token = secrets.token_of(share(now, uses=100))
    for number in range(count):
        sharing.open_up(operation=f"o{number}", token=token, now=now)
    holder.get("/wallet/log/")

    with django_assert_max_num_queries(16):
        first = holder.get("/wallet/log/")
    second = holder.get("/wallet/log/", {"after": first.context["next"]}) if first.context["next"] else None

    whole = [*first.context["rows"], *(second.context["rows"] if second else [])]
    assert len(whole) == count + 1


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "~~",
        "2026-03-02T01:00:00+00:00~5~'",
        "\ufffd",
        "0001-01-01T00:00:00+14:00~0~1",
        "9999-12-31T23:59:59-14:00~5~1",
        "9999-12-31T23:59:59+00:00~0~" + "9" * 30,
        "2026-03-02T01:00:00+00:00~0~" + "9" * 30,
        "2026-03-02T01:00:00+00:00~0~" + "9" * 5000,
        "2026-03-02T01:00:00+00:00~5~#" + "9" * 5000,
        "2026-03-02T01:00:00+00:00~5~#" + "9" * 30,
    ],
)
def test_a_place_that_is_none_shows_the_first_page(holder, now, after):
    share(now)

    assert holder.get("/wallet/log/", {"after": after}).status_code == 200


def test_an_empty_wallet_has_an_empty_log(wallet):
    client = signed_in("wangjianguo")

    assert says(client.get("/wallet/log/"), "您的证照还没有被出示、调阅或查看过。")
    assert says(client.get("/wallet/shares/"), "还没有出示过")
    assert WalletAttempt.objects.count() == 0


def test_a_persons_choice_offers_the_number_masked_or_in_full(wallet, now):
    person = Account.objects.get(username="wangjianguo").person
    holder = type(CITIZEN)(person.key, CITIZEN.document, "王建国", "EA1234567")
    actions.issue_many(stream="application:3", drafts=[draft(3, holder=holder)], now=now)

    answer = signed_in("wangjianguo").get(f"/wallet/share/?c={draft(3, holder=holder).identifier}")

    assert says(answer, "（遮盖中间几位）") and says(answer, "（完整）") and says(answer, "EA*****67")
    assert not says(answer, "EA1234567")
    assert actor_of("wangjianguo").party.number == "EA1234567"


def test_whoever_chose_nothing_is_told_to_choose(holder):
    page = holder.get("/wallet/share/", follow=True)

    assert page.redirect_chain == [("/wallet/", 302)]
    assert says(page, "请先勾选要出示的证照。")
