"""The portal in a real browser: search, guide, bundle and delegations, on a desk and on a phone, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
PAGES = [
    "/",
    "/matters/",
    "/matters/?q=火星",
    "/matters/?q=登记&province=130000&list=no_visit",
    "/matters/HS-03/",
    "/bundles/maritime/",
    "/delegations/",
    "/zone/",
    "/lists/",
    "/lists/instant/",
    "/offers/",
    "/halls/",
    "/terminals/",
    "/reforms/",
]


@pytest.mark.parametrize("size", SIZES)
def test_the_public_pages_are_accessible_and_fit(page: Page, size: str) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    for switch in ("", "English"):
        page.goto("/")
        if switch:
            page.get_by_role("button", name=switch).click()
        for path in PAGES:
            page.goto(path)

            assert_fits(page)
            assert_axe(page)


def test_a_reader_searches_reads_the_guide_and_comes_to_the_bundle(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("国籍证书")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="船舶国籍登记（国籍证书核发）").click()
    expect(page.get_by_role("complementary", name="摘要")).to_contain_text("3 个工作日，自受理之日起")
    page.get_by_role("link", name="去办理").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("海事静态业务集成办理")
    expect(page.get_by_role("link", name="开始申请")).to_have_attribute("href", "/apply/maritime/")


def test_a_reader_narrows_a_search_on_a_phone_and_takes_it_back(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/matters/?q=证书")
    everything = page.get_by_role("status").inner_text()

    page.get_by_text("筛选", exact=True).click()
    page.get_by_role("navigation", name="筛选").get_by_role("link", name="行政确认").click()
    expect(page.get_by_role("status")).not_to_have_text(everything)
    page.get_by_role("link", name="事项类型：行政确认").click()

    expect(page.get_by_role("status")).to_have_text(everything)


def test_the_first_thing_to_do_is_seen_on_a_phone_without_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for path, role, name in (
        ("/", "button", "搜索"),
        ("/matters/", "button", "搜索"),
        ("/matters/HS-03/", "link", "去办理"),
        ("/zone/", "button", "搜索"),
    ):
        page.goto(path)
        box = page.get_by_role(role, name=name).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844, path
