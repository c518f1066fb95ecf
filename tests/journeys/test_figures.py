"""The figures in a real browser: on a desk and on a phone, in both languages, by keyboard, and for a supervisor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
PAGES = ["/figures/", "/figures/?since=2025-01-01&until=2025-12-31", "/figures/?bundle=maritime"]


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.get_by_role("button").filter(has_text=name).click()


@pytest.mark.parametrize("size", SIZES)
def test_the_figures_are_accessible_and_fit(page: Page, size: str) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    for switch in ("", "English"):
        page.goto("/")
        if switch:
            page.get_by_role("button", name=switch).click()
        for path in PAGES:
            page.goto(path)
            for each in page.locator("main summary").all():
                each.click()

            assert_fits(page)
            assert_axe(page)


def test_the_bars_are_as_long_as_the_numbers_say(page: Page) -> None:
    page.goto("/figures/")

    materials = page.locator(".tb-compare").first
    lengths = [bar.bounding_box() for bar in materials.locator("rect").all()]
    assert [box is not None for box in lengths] == [True] * 3
    longest = lengths[0]["width"]  # type: ignore[index]
    assert [round(61 * box["width"] / longest) for box in lengths if box] == [61, 33, 26]
    expect(materials.locator("b")).to_have_text(["61", "33", "26"])
    expect(page.locator(".tb-compare").nth(1).locator("b")).to_have_text(["80", "10", "10"])


def test_a_period_is_chosen_by_keyboard(page: Page) -> None:
    page.goto("/figures/")
    page.locator("summary", has_text="自选时间").focus()
    page.keyboard.press("Enter")
    page.get_by_label("提交日从").fill("2025-01-01")
    page.get_by_label("到（含当日）").fill("2025-12-31")
    page.keyboard.press("Enter")

    expect(page).to_have_url(
        f"{page.url.split('/figures/')[0]}/figures/?since=2025-01-01&until=2025-12-31&bundle=all&region=all"
    )
    expect(page.get_by_text("这段时间没有申请")).to_be_visible()
    expect(page.get_by_role("link", name="去年")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("size", SIZES)
def test_a_supervisor_reads_what_a_figure_counts(page: Page, size: str) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    sign_in(page, "韩蕾")
    page.goto("/figures/")
    page.get_by_role("link", name=re.compile("查看明细.*一次办结率")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("一次办结率")
    assert_fits(page)
    assert_axe(page)

    page.get_by_role("link", name="130209-").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.get_by_role("link", name="国家上报").click()
    expect(page.get_by_text("还没有上报批次")).to_be_visible()
    assert_fits(page)
    assert_axe(page)
