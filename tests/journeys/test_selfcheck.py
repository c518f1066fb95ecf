"""The self-check in a real browser, on a desk and on a phone: questions, a mistake, the outcome, a changed mind."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits
from tests.catalogue.test_publish import put, standard
from tests.catalogue.test_selfcheck import BY_HEART, CONDITIONS, ELEMENTS
from tests.journeys.test_portal import SIZES


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_checks_the_conditions_and_changes_an_answer(page: Page, size: str) -> None:
    put(standards=(standard(name="示例许可", conditions=(*CONDITIONS, BY_HEART)),), elements=ELEMENTS)
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})

    page.goto("/matters/X-1/check/")
    page.get_by_label("是", exact=True).check()
    page.get_by_label("场所面积").fill("大")
    _proper(page)
    expect(page.get_by_role("button", name="继续")).to_be_in_viewport()
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("alert")).to_contain_text("应为数字")
    _proper(page)
    page.get_by_label("场所面积").fill("80")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("从业人数").fill("5")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("还需要到窗口确认")
    expect(page.get_by_role("link", name="看办事指南，准备材料")).to_be_in_viewport()
    _proper(page)

    page.get_by_role("button", name=re.compile("修改 ?场所面积")).click()
    page.get_by_label("场所面积").fill("20")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("按您填写的内容，有条件不符合")
    _proper(page)


def _proper(page: Page) -> None:
    assert_fits(page)
    assert_axe(page)
