"""Does a reader that is not ours show our OFD: its text, its code, its seal?"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.paper.sheets import SHEET, ofd

OFD_JS = Path(__file__).parents[1] / "vendor" / "ofdjs" / "ofd.umd.min.js"
RENDER = """
(file) => new Promise((done, failed) => {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  const success = ([document_]) => { document.body.append(...ofd.renderOfd(800, document_)); done(); };
  ofd.parseOfdDocument({ ofd: new File([bytes], "certificate.ofd"), success, fail: failed });
})"""
RED, WIDTH_OF_SEAL = (200, 22, 29), 160


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """One of our certificates, rendered by ofd.js."""
    page = browser.new_page(viewport={"width": 900, "height": 1250})
    page.add_script_tag(content=OFD_JS.read_text(encoding="utf-8"))
    page.evaluate(RENDER, base64.b64encode(ofd(tmp_path)).decode())
    yield page
    page.close()


def test_another_reader_shows_text_code_and_seal_of_an_ofd_and_finds_the_seal_good(opened: Page) -> None:
    text = "".join(opened.locator("svg text").all_text_contents())
    assert "".join(line for pair in SHEET.lines for line in pair) in text
    assert [part in text for part in (SHEET.title, SHEET.subtitle, SHEET.issuer, SHEET.day)] == [True] * 4
    assert SHEET.number in text

    page = Image.open(io.BytesIO(opened.screenshot(full_page=True))).convert("RGB")
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [SHEET.compact]

    seal = opened.locator("[data-signed-info]")
    assert json.loads(seal.get_attribute("data-signed-info") or "")["VerifyRet"] is True
    drawn = Image.open(io.BytesIO(seal.screenshot())).convert("RGB")
    assert drawn.width >= WIDTH_OF_SEAL
    assert sum(_is_red(pixel) for pixel in drawn.get_flattened_data()) > drawn.width * drawn.height / 20


def _is_red(pixel: tuple[int, int, int]) -> bool:
    return all(abs(part - red) < 40 for part, red in zip(pixel, RED, strict=True))
