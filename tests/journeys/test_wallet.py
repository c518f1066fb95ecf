"""A holder shows a certificate to a stranger and takes it back; at a window he authorises by phone and by PIN."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import sites
from tests.browser import assert_axe, assert_fits, sign_in
from tests.journeys.test_certificates import COMPANY
from tests.sites import Site

NUMBER = "130209197506123112"
USCC = "91130209MA0TB10143"
SHIP = "渤远一号"


def sound(page: Page) -> None:
    assert_axe(page)
    assert_fits(page)


def code_of(page: Page) -> str:
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".tb-certificate__offline").screenshot())))
    return str(read.text)


def test_a_holder_shows_a_certificate_and_lets_a_window_see_it(browser: Browser, site: Site, page: Page) -> None:
    """The holder and the stranger have phones, the clerk has a desk."""
    page.set_viewport_size({"width": 1280, "height": 900})
    with sites.tab(browser, site) as phone:
        phone.set_viewport_size({"width": 390, "height": 844})
        sign_in(phone, "chenhaisheng", acting_for=COMPANY)
        with sites.tab(browser, site) as stranger:
            stranger.set_viewport_size({"width": 390, "height": 844})
            _show(phone, stranger)
        _set_pin(phone)
        sign_in(page, "liufang")
        _allow_by_scanning(page, phone)
    _allow_by_pin(page)


def _show(holder: Page, stranger: Page) -> None:
    holder.goto("/wallet/")
    sound(holder)
    holder.get_by_role("checkbox", name="选择 船舶国籍证书").first.check()
    holder.get_by_role("button", name="出示所选证照").click()
    sound(holder)
    holder.get_by_label("船名（中文）").check()
    holder.get_by_label("出示给谁").fill("唐山港集团")
    holder.get_by_label("用来做什么").fill("进港核对船舶国籍")
    holder.get_by_role("button", name="出示", exact=True).click()
    expect(holder.get_by_role("heading", name="出示给唐山港集团")).to_be_visible()
    sound(holder)

    stranger.goto(code_of(holder))
    sound(stranger)
    stranger.get_by_role("button", name="打开").click()
    expect(stranger.get_by_text("核验通过")).to_be_visible()
    expect(stranger.get_by_text(SHIP)).to_be_visible()
    expect(stranger.get_by_text(COMPANY)).to_have_count(0)
    sound(stranger)

    holder.reload()
    expect(holder.get_by_text("已打开 1 次")).to_be_visible()
    holder.get_by_role("button", name="收回").click()
    holder.locator("#confirm button[value=yes]").click()
    expect(holder.get_by_text("已收回")).to_be_visible()
    stranger.reload()
    expect(stranger.get_by_text("对方的出示已经结束")).to_be_visible()
    for address in ("/wallet/log/", "/wallet/shares/"):
        holder.goto(address)
        sound(holder)


def _set_pin(holder: Page) -> None:
    holder.goto("/wallet/pin/")
    sound(holder)
    holder.get_by_label("新的授权密码").fill("395817")
    holder.get_by_label("再输入一次").fill("395817")
    holder.get_by_role("button", name="设置授权密码").click()
    expect(holder.get_by_text("授权密码已设置。")).to_be_visible()


def _ask(clerk: Page) -> None:
    clerk.goto("/workbench/window/")
    sound(clerk)
    clerk.get_by_label("需要的证照").select_option("船舶国籍证书")
    clerk.get_by_label("核对资格").check()
    clerk.get_by_role("button", name="请持证人授权").click()
    expect(clerk.get_by_text("等待授权")).to_be_visible()
    sound(clerk)


def _allow_by_scanning(clerk: Page, holder: Page) -> None:
    _ask(clerk)
    holder.goto("/wallet/window/")
    sound(holder)
    holder.goto(code_of(clerk))
    expect(holder.get_by_text("刘芳")).to_be_visible()
    sound(holder)
    holder.get_by_label("船名（中文）").first.check()
    holder.get_by_role("button", name="同意查看").click()
    expect(holder.get_by_text("可以查看")).to_be_visible()
    sound(holder)
    # The clerk's page asks by itself.
    expect(clerk.get_by_text("持证人通过扫码授权同意您查看")).to_be_visible()
    expect(clerk.get_by_text(SHIP)).to_be_visible()
    sound(clerk)


def _allow_by_pin(clerk: Page) -> None:
    _ask(clerk)
    clerk.get_by_role("link", name="请持证人输入授权密码").click()
    sound(clerk)
    clerk.get_by_label("全部内容").check()
    clerk.get_by_role("textbox", name="证件号码").fill(NUMBER)
    clerk.get_by_label("代表的单位").fill(USCC)
    clerk.get_by_role("textbox", name="授权密码").fill("395817")
    clerk.get_by_role("button", name="同意查看").click()
    expect(clerk.get_by_text("持证人通过授权密码同意您查看")).to_be_visible()
    expect(clerk.get_by_text(SHIP)).to_be_visible()
