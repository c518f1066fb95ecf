"""Every component in a real browser: legible by axe, fitting a phone, usable by keyboard and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import sites
from tests.browser import assert_axe, assert_fits
from tests.own_database import OwnDatabase
from tests.stores import Store

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
PAGES = ["/styleguide/", "/styleguide/staff/"]


@pytest.fixture(scope="module")
def site(store: Store, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sites.Site]:
    """The style guide needs no rows and writes none: one server over an empty database is enough for all."""
    store.copy(template, "style_guide")
    database = OwnDatabase(store.url("style_guide"))
    with sites.serve(database, tmp_path_factory.mktemp("style_guide") / "serve.log") as site:
        yield site
    store.drop("style_guide")


@pytest.mark.parametrize("size", SIZES)
def test_every_component_is_accessible_and_fits(page: Page, size: str) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    for path in PAGES:
        page.goto(path)

        assert_fits(page)
        assert_axe(page)


def test_large_text_and_english_are_accessible_and_fit(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/styleguide/")
    page.get_by_role("button", name="大字版").click()
    page.get_by_role("button", name="English").click()

    assert page.url.endswith("/styleguide/")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    expect(page.get_by_role("button", name="Normal text")).to_be_visible()
    assert_fits(page)
    assert_axe(page)


def test_the_error_summary_takes_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/styleguide/")

    assert page.evaluate("document.activeElement.className") == "tb-error-summary tb-focusable"
    page.get_by_role("alert").get_by_role("link", name="船舶名称").click()
    assert page.evaluate("document.activeElement.id") == "id_wrong-ship"


def test_focus_is_seen_outside_a_dark_edge(page: Page) -> None:
    page.goto("/styleguide/staff/")
    page.keyboard.press("Tab")

    style = page.evaluate(
        "(({outlineColor, outlineWidth, boxShadow}) => [outlineColor, outlineWidth, boxShadow])"
        "(getComputedStyle(document.activeElement))"
    )
    assert page.evaluate("document.activeElement.textContent") == "跳到主要内容"
    assert style == ["rgb(255, 183, 3)", "3px", "rgb(26, 36, 51) 0px 0px 0px 2px"]


def test_a_list_is_walked_and_explained_by_keys(page: Page) -> None:
    page.goto("/styleguide/staff/")
    page.evaluate("""addEventListener("click", (event) => { if (event.target.matches("[data-accept]"))
        document.title = event.target.closest("tr").querySelector("a").textContent })""")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "船舶所有权登记"
    page.keyboard.press("a")
    assert page.title() == "船舶所有权登记"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#130209-20261123-000001X-0002$"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_hidden()


def test_what_cannot_be_undone_is_asked_first(page: Page) -> None:
    page.goto("/styleguide/")
    page.get_by_role("button", name="撤回申请").click()
    dialog = page.get_by_role("dialog", name="撤回后不能恢复，确定撤回吗？")
    dialog.get_by_role("button", name="取消").click()
    assert page.url.endswith("/styleguide/")

    page.get_by_role("button", name="撤回申请").click()
    dialog.get_by_role("button", name="确定").click()
    page.wait_for_url("**/styleguide/?*")


def test_a_chosen_file_is_named_and_refused_when_too_large(page: Page) -> None:
    page.goto("/styleguide/")
    chooser = page.get_by_label("船舶检验证书")
    chooser.set_input_files({"name": "检验证书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + bytes(3000)})
    expect(page.get_by_text("检验证书.pdf · 3 KB")).to_be_visible()

    chooser.set_input_files({"name": "太大.pdf", "mimeType": "application/pdf", "buffer": bytes(11 * 1024 * 1024)})
    expect(page.get_by_text("此文件超过大小限制，请压缩后重新选择。")).to_be_visible()
    assert chooser.evaluate("(input) => input.checkValidity()") is False


def test_the_lanes_are_a_list_of_sentences_on_a_phone_and_a_drawing_on_a_desk(page: Page) -> None:
    page.goto("/styleguide/")
    words = page.get_by_text("决定等待《船舶国籍证书》（由“船舶国籍登记”发出）").first

    expect(page.locator(".tb-lanes__drawing").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".tb-lanes__drawing").first).to_be_hidden()
    expect(words).to_be_visible()


def test_names_and_lanes_stand_on_one_line(page: Page) -> None:
    page.goto("/styleguide/")

    names = page.locator(".tb-lanes__lane").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().top)")
    rules = page.locator(".tb-lanes__drawing .tb-lane-rule").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect().top)"
    )
    assert len(names) == 8
    assert [round(abs(name - rule)) for name, rule in zip(names, rules, strict=True)] == [0] * 8


def test_without_script_the_choices_still_work(browser: Browser, site: sites.Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/styleguide/")
    page.get_by_role("button", name="大字版").click()

    expect(page.get_by_role("button", name="标准字")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()
    context.close()


def test_paper_shows_the_content_alone(page: Page) -> None:
    page.goto("/styleguide/staff/")
    page.emulate_media(media="print")

    expect(page.locator(".tb-rail")).to_be_hidden()
    expect(page.get_by_role("button", name="受理").first).to_be_hidden()
    expect(page.locator(".tb-lanes__drawing")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_nothing_moves_for_those_who_want_it_still(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/styleguide/")

    moving = page.evaluate(
        "[...document.querySelectorAll('*')].map((each) => getComputedStyle(each).transitionDuration)"
        ".filter((each) => !/^0s(, 0s)*$/.test(each))"
    )
    assert moving == []
