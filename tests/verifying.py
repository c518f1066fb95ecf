"""A page that has nothing but the modules by which a browser verifies, and what one asks of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Route

from tests.plugin import ROOT

# A place that counts as secure, as every page over TLS does; nothing listens there.
PLACE = "http://localhost"
STATIC = ROOT / "tongban" / "certificates" / "static"


@contextmanager
def modules(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(PLACE)
        file = STATIC / name.lstrip("/")
        if file.suffix == ".js":
            route.fulfill(body=file.read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route(f"{PLACE}/**", answer)
    page.goto(f"{PLACE}/")
    yield page
    page.close()


def asked(page: Page, script: str, **values: Any) -> Any:
    """Run a script in the page; `place` in it is where the modules are."""
    return page.evaluate(script, {"place": "/certificates/verifying", **values})
