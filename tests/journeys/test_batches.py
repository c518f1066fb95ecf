"""Three regions put standards in force in a real browser: two signatures do not, the third does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import assert_axe, assert_fits
from tests.catalogue.regions_sign import (
    BEIJING,
    HEBEI,
    REGIONS,
    SIGNS,
    SIGNS_OFF,
    TIANJIN,
    agreement,
    operation,
    plan,
    publish_standards,
    standard,
    who,
)
from tests.own_database import OwnDatabase
from tongban.catalogue import actions, joint, storage
from tongban.web import clock

CODE = "JOURNEY-1"
SECTORS = {"XT-901": "transport", "XT-902": "drug"}
WORK = "/workbench/standards/batches/"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}


@pytest.fixture
def drafted(demo_database: OwnDatabase) -> None:
    """Two new joint standards and a drafted batch, in the database that the site serves."""
    publish_standards(*(standard(matter) for matter in SECTORS), sectors=SECTORS)
    resting = agreement(number="JOURNEY")
    now, steward = clock.now(), who("shenyue")
    actions.record_agreement(operation=operation(), actor=steward, agreement=resting, now=now)
    draft = plan(matters=tuple(SECTORS), agreement="JOURNEY", in_force_on=clock.today(), title="试行批次")
    actions.draft_batch(operation=operation(), actor=steward, code=CODE, draft=draft, now=now)


def enter(page: Page, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.locator(f"button[name=username][value={username}]").click()


def confirm(page: Page, name: str) -> None:
    """Press the button and say yes in the dialog that asks."""
    page.get_by_role("button", name=name, exact=True).click()
    page.locator("#confirm button[value=yes]").click()


def sign_for(page: Page, region: str) -> None:
    enter(page, SIGNS_OFF[region])
    page.goto(f"{WORK}{CODE}/")
    confirm(page, "会签")
    expect(page.get_by_role("status")).to_contain_text("已会签。")
    enter(page, SIGNS[region])
    page.goto(f"{WORK}{CODE}/")
    confirm(page, "签署")
    expect(page.get_by_role("status")).to_contain_text("已签署。")


def in_force() -> set[str]:
    return set(storage.standards_in_force(list(SECTORS), today=clock.today()))


def test_the_third_signature_puts_the_batch_in_force(drafted: None, page: Page) -> None:
    enter(page, "shenyue")
    page.goto(f"{WORK}{CODE}/")
    page.get_by_role("button", name="提请签署").click()
    for region in (HEBEI, BEIJING):
        sign_for(page, region)
    page.goto(f"/batches/{CODE}/")
    expect(page.get_by_role("main")).to_contain_text("缺少天津市的签署。")
    assert in_force() == set()

    sign_for(page, TIANJIN)

    page.goto(f"/batches/{CODE}/")
    expect(page.get_by_role("main")).to_contain_text("各地签署了同一内容，现在按这些标准办理。")
    expect(page.get_by_text("已签署，核验相符")).to_have_count(len(REGIONS))
    assert in_force() == set(SECTORS)


def test_whoever_signs_finds_the_button_without_scrolling_on_a_phone(drafted: None, page: Page) -> None:
    page.set_viewport_size({"width": SIZES["phone"][0], "height": SIZES["phone"][1]})
    answer = actions.propose_batch(operation=operation(), actor=who("shenyue"), code=CODE, now=clock.now())

    enter(page, SIGNS_OFF[HEBEI])
    page.goto(f"{WORK}{CODE}/")
    expect(page.get_by_role("button", name="会签", exact=True)).to_be_in_viewport()
    confirm(page, "会签")
    expect(page.get_by_role("status")).to_contain_text("已会签。")
    enter(page, SIGNS[HEBEI])
    page.goto(f"{WORK}{CODE}/")

    expect(page.get_by_role("button", name="签署", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("main")).to_contain_text(answer["digest"])
    assert_fits(page)
    assert_axe(page)


@pytest.mark.parametrize("size", SIZES)
def test_the_pages_are_accessible_and_fit(drafted: None, page: Page, size: str) -> None:
    page.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
    signed = next(batch for batch in joint.read_batches() if batch.last)
    enter(page, "jialixin")
    public = ["/batches/", f"/batches/{CODE}/", "/agreements/", "/agreements/JOURNEY/", f"/batches/{signed.code}/"]
    staff = [WORK, f"{WORK}new/", f"{WORK}{CODE}/", f"{WORK}{signed.code}/"]
    for path in (*public, *staff):
        page.goto(path)
        for details in page.locator("main details").all():
            details.evaluate("each => { each.open = true }")

        assert_fits(page)
        assert_axe(page)


def test_a_steward_signs_with_the_keyboard_alone(drafted: None, page: Page) -> None:
    enter(page, "shenyue")
    page.goto(f"{WORK}{CODE}/")
    button = page.get_by_role("button", name="提请签署")
    for _ in range(40):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("已提请各地签署。")
