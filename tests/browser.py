"""What a browser test asks of every page: no violation found by axe, nothing wider than the window."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

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
