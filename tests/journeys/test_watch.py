"""The ear of the fixture `page` hears what a page complains of, and a strict content policy is what it complains by."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Error, Page

from tests import sites


def test_errors_foreign_hosts_and_missing_files_are_heard(browser: Browser, site: sites.Site) -> None:
    page = browser.new_page(base_url=site.url)
    complaints = sites.watch(page, site)
    page.goto("/no-such-address/")

    page.evaluate("console.error('broken')")
    page.evaluate("fetch('/static/no-such-file.css').then(answer => answer.text())")
    with pytest.raises(Error):
        page.goto("http://localhost:1/")
    page.close()

    assert complaints[:3] == [
        "console: broken",
        f"answer 404: {site.url}/static/no-such-file.css",
        "foreign host: http://localhost:1/",
    ]


def test_a_script_within_a_page_is_refused_by_the_content_policy(browser: Browser, site: sites.Site) -> None:
    page = browser.new_page(base_url=site.url)
    complaints = sites.watch(page, site)
    page.goto("/no-such-address/")

    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")

    assert page.evaluate("window.ran") is None
    page.close()
    assert ["Content Security Policy" in complaint for complaint in complaints] == [True]


def test_a_page_that_is_not_there_is_no_complaint(page: Page) -> None:
    answer = page.goto("/no-such-address/")

    assert answer is not None
    assert answer.status == 404
