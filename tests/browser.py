"""What a browser test asks of every page: no violation found by axe, nothing wider than the window."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def assert_axe(page: Page) -> None:
    """Fail with each violation of WCAG 2.2 AA (and of axe's best practice) and the elements that show it."""
    page.wait_for_load_state()
    # Evaluated by the test's own channel: a script element would be refused by the content policy.
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    violations = page.evaluate("(rules) => axe.run({ runOnly: rules }).then((result) => result.violations)", RULES)
    found = [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]
    assert found == [], "\n".join(found)


def assert_fits(page: Page) -> None:
    """Fail when the page is wider than its window."""
    # A click returns while the next page is on its way: for an instant that page has no root element.
    page.wait_for_load_state()
    assert page.locator("html").evaluate("(html) => html.scrollWidth - html.clientWidth") == 0


def sign_in(page: Page, username: str, *, acting_for: str = "", to: str = "/") -> None:
    """Sign one of the demo people in, who then looks at an address; `acting_for` is whom he chooses to act for."""
    page.context.clear_cookies()
    page.goto(f"/sign-in/?next={to}")
    page.locator(f"button[value={username}]").click()
    # Whoever goes on too early leaves the page before the server has heard of it.
    expect(page).not_to_have_url(re.compile("/sign-in/"))
    if acting_for:
        page.get_by_label(acting_for).check()
        page.get_by_role("button", name="继续").click()
        expect(page).not_to_have_url(re.compile("/acting-for/"))


def look(page: Page, shots: Path | None = None, name: str = "") -> None:
    """The page keeps to WCAG and to its window, on a desk and in a hand; a picture is kept to be looked at."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_axe(page)
        if shots:
            page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
