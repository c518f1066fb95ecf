"""A holder shows a certificate to a stranger and takes it back; at a window he authorises by phone and by PIN."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import sites
from tests.browser import assert_axe, assert_fits
from tests.journeys.test_certificates import COMPANY
from tests.sites import Site

NUMBER = "130209197506123112"
USCC = "91130209MA0TB10143"
SHIP = "渤远一号"


def sound(page: Page) -> None:
    assert_axe(page)
    assert_fits(page)


def sign_in(page: Page, username: str, company: str = "") -> None:
    page.goto("/sign-in/")
    page.locator(f"button[value={username}]").click()
    if company:
        page.goto("/acting-for/")
        page.get_by_label(company).check()
        page.get_by_role("button", name="继续").click()


def code_of(page: Page) -> str:
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".tb-certificate__offline").screenshot())))
    return str(read.text)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_holder_shows_is_seen_until_it_is_taken_back(
    browser: Browser, site: Site, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "chenhaisheng", COMPANY)
    page.goto("/wallet/")
    sound(page)
    page.get_by_role("checkbox", name="选择 船舶国籍证书").first.check()
    page.get_by_role("button", name="出示所选证照").click()
    sound(page)
    page.get_by_label("船名（中文）").check()
    page.get_by_label("出示给谁").fill("唐山港集团")
    page.get_by_label("用来做什么").fill("进港核对船舶国籍")
    page.get_by_role("button", name="出示", exact=True).click()
    expect(page.get_by_role("heading", name="出示给唐山港集团")).to_be_visible()
    sound(page)
    link = code_of(page)

    with sites.tab(browser, site) as stranger:
        stranger.set_viewport_size({"width": width, "height": 900})
        stranger.goto(link)
        sound(stranger)
        stranger.get_by_role("button", name="打开").click()
        expect(stranger.get_by_text("核验通过")).to_be_visible()
        expect(stranger.get_by_text(SHIP)).to_be_visible()
        expect(stranger.get_by_text(COMPANY)).to_have_count(0)
        sound(stranger)

        page.reload()
        expect(page.get_by_text("已打开 1 次")).to_be_visible()
        page.get_by_role("button", name="收回").click()
        page.locator("#confirm button[value=yes]").click()
        expect(page.get_by_text("已收回")).to_be_visible()

        stranger.reload()
        expect(stranger.get_by_text("对方的出示已经结束")).to_be_visible()

    page.goto("/wallet/log/")
    expect(page.get_by_text("打开出示（第 1 次）")).to_be_visible()
    sound(page)
    page.goto("/wallet/shares/")
    sound(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_window_sees_what_the_holder_allows_on_his_phone_or_by_his_pin(
    browser: Browser, site: Site, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "liufang")
    with sites.tab(browser, site) as phone:
        phone.set_viewport_size({"width": 390, "height": 844})
        sign_in(phone, "chenhaisheng", COMPANY)
        phone.goto("/wallet/pin/")
        sound(phone)
        phone.get_by_label("新的授权密码").fill("395817")
        phone.get_by_label("再输入一次").fill("395817")
        phone.get_by_role("button", name="设置授权密码").click()
        expect(phone.get_by_text("授权密码已设置。")).to_be_visible()

        _ask(page)
        address = code_of(page)
        phone.goto("/wallet/window/")
        sound(phone)
        phone.goto(address)
        expect(phone.get_by_text("刘芳")).to_be_visible()
        sound(phone)
        phone.get_by_label("船名（中文）").first.check()
        phone.get_by_role("button", name="同意查看").click()
        expect(phone.get_by_text("可以查看")).to_be_visible()
        sound(phone)
    # The clerk's page asks by itself.
    expect(page.get_by_text("持证人通过扫码授权同意您查看")).to_be_visible()
    expect(page.get_by_text(SHIP)).to_be_visible()
    sound(page)

    _ask(page)
    page.get_by_role("link", name="请持证人输入授权密码").click()
    sound(page)
    page.get_by_label("全部内容").check()
    page.get_by_role("textbox", name="证件号码").fill(NUMBER)
    page.get_by_label("代表的单位").fill(USCC)
    page.get_by_role("textbox", name="授权密码").fill("395817")
    page.get_by_role("button", name="同意查看").click()
    expect(page.get_by_text("持证人通过授权密码同意您查看")).to_be_visible()
    expect(page.get_by_text(SHIP)).to_be_visible()


def _ask(page: Page) -> None:
    page.goto("/workbench/window/")
    sound(page)
    page.get_by_label("需要的证照").select_option("船舶国籍证书")
    page.get_by_label("核对资格").check()
    page.get_by_role("button", name="请持证人授权").click()
    expect(page.get_by_text("等待授权")).to_be_visible()
    sound(page)
