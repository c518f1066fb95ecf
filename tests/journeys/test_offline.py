"""Somebody without a network verifies the code on a sheet: by camera or picture, and by lists that were checked."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser import assert_axe, assert_fits
from tongban.certificates import editions, queries
from tongban.certificates.models import Certificate
from tongban.crypto.profiles import Algorithm
from tongban.domain.certificate import Status
from tongban.keys import trust

FILM = (640, 480)
PLACE = "/verify/offline/"
ARTICLE = "《中华人民共和国船舶登记条例》"


@pytest.fixture
def nationality(demo_database) -> Certificate:
    return Certificate.objects.filter(type_name="船舶国籍证书", status=Status.IN_FORCE).order_by("issued_at")[0]


@pytest.fixture
def sheet(nationality: Certificate) -> Callable[[Algorithm], str]:
    """The code on the sheet of a certificate, in either profile."""
    document = queries.read(identifier=nationality.identifier)
    return lambda algorithm: editions.code(document, now=datetime.now(UTC), algorithm=algorithm)


def picture(text: str) -> Image.Image:
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="png", scale=5, border=4)
    return Image.open(drawn).convert("L")


def show(camera: Path, text: str) -> None:
    """Hold the code before the camera, a little askew, on a grey table."""
    frame, code = Image.new("L", FILM, 170), picture(text).rotate(4, expand=True, fillcolor=255)
    code.thumbnail((460, 460))
    frame.paste(code, (90, 10))
    chroma = bytes([128]) * (FILM[0] * FILM[1] // 2)
    head = f"YUV4MPEG2 W{FILM[0]} H{FILM[1]} F10:1 Ip A1:1 C420jpeg\nFRAME\n"
    camera.write_bytes(head.encode() + frame.tobytes() + chroma)


def ready(page: Page) -> None:
    """The page has asked for its lists, and is kept by the browser."""
    page.wait_for_selector("html[data-offline-ready=true]")


def verify(page: Page, text: str) -> str:
    """Type the text of a code; return what is found."""
    if page.get_by_label("二维码里的文字").is_hidden():
        page.get_by_text("输入二维码里的文字").click()
    page.get_by_label("二维码里的文字").fill(text)
    page.get_by_role("button", name="核验这段文字").click()
    expect(page.locator(".tb-verdict")).to_be_focused()
    return str(page.locator(".tb-verdict").get_attribute("data-code"))


def notes(page: Page) -> list[str]:
    return [str(one.get_attribute("data-note")) for one in page.locator("[data-note]").all()]


def renew(page: Page) -> list[str]:
    page.get_by_role("button", name="更新列表").click()
    page.wait_for_selector("[data-offline-kept][aria-busy=false]")
    return notes(page)


def give(page: Page, address: str, change: Callable[[Any], Any]) -> None:
    """Let somebody between node and page change a list."""

    def answer(route: Route) -> None:
        route.fulfill(json=change(json.loads(route.fetch().text())))

    page.context.route(f"**{address}", answer)


def test_a_device_verifies_codes_without_a_network(
    page: Page, camera: Path, sheet, nationality, tmp_path: Path
) -> None:
    page.context.grant_permissions(["camera"])
    sm2, es256 = sheet(Algorithm.SM2SM3), sheet(Algorithm.ES256)
    show(camera, sm2)
    page.goto(PLACE)
    ready(page)
    assert notes(page) == []
    assert_axe(page)

    page.context.set_offline(True)
    page.reload()
    ready(page)
    assert notes(page) == ["unreachable"]
    page.get_by_role("button", name="用摄像头扫描").click()
    expect(page.locator(".tb-verdict")).to_have_attribute("data-code", "valid")
    today = trust.current(now=datetime.now(UTC)).issued_at.astimezone().date()
    expect(page.get_by_text(f"状态以 {today} 的状态列表为准。")).to_be_visible()
    expect(page.get_by_text("河北渤远航运有限公司")).to_be_visible()
    assert page.locator("video").evaluate("(video) => video.srcObject") is None
    assert_axe(page)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)

    picture(es256).save(tmp_path / "code.png")
    page.get_by_label("选择二维码图片").set_input_files(tmp_path / "code.png")
    expect(page.locator("textarea")).to_have_value(es256)
    expect(page.locator(".tb-verdict")).to_have_attribute("data-code", "valid")
    Image.new("L", (300, 300), 255).save(tmp_path / "white.png")
    page.get_by_label("选择二维码图片").set_input_files(tmp_path / "white.png")
    expect(page.get_by_text("图片里没有找到二维码")).to_be_visible()

    altered = sm2[:300] + ("0" if sm2[300] != "0" else "1") + sm2[301:]
    assert verify(page, altered) in {"unreadable_code", "wrong_key"}
    assert verify(page, "https://elsewhere.test/") == "unreadable_code"
    page.get_by_role("link", name="English").click()
    ready(page)
    expect(page.get_by_role("heading", name="Verify certificates offline")).to_be_visible()
    expect(page.get_by_text("There is no network now")).to_be_visible()
    assert_axe(page)


def test_a_device_takes_in_no_list_that_is_false_old_or_late(page: Page, sheet, nationality) -> None:
    text = sheet(Algorithm.SM2SM3)
    page.goto(PLACE)
    ready(page)
    before = page.context.request.get("/status.json").json()
    assert verify(page, text) == "valid"

    Certificate.objects.filter(identifier=nationality.identifier).update(
        status=Status.REVOKED, ended_on="2026-11-20", ended_by=ARTICLE
    )
    assert renew(page) == []
    assert verify(page, text) == "ended"
    expect(page.locator(".tb-verdict")).to_contain_text(f"吊销这张证照（{ARTICLE}）")

    give(page, "/status.json", lambda file: before)
    assert renew(page) == ["older_status"]
    assert verify(page, text) == "ended"
    page.context.unroute("**/status.json")

    def without_ends(file: Any) -> Any:
        for one in file["lists"]:
            one["list"]["ended"] = []
        return file

    give(page, "/status.json", without_ends)
    assert renew(page) == ["refused_status"]
    assert verify(page, text) == "ended"
    page.context.unroute("**/status.json")

    def of_a_stranger(file: Any) -> Any:
        for one in file["lists"]:
            one["list"]["keys"] = one["list"]["keys"][:1]
        return file

    give(page, "/trust.json", of_a_stranger)
    assert renew(page) == ["refused_trust"]
    assert verify(page, text) == "ended"
    page.context.unroute("**/trust.json")
    assert_axe(page)

    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=2))
    page.context.set_offline(True)
    page.reload()
    ready(page)
    assert notes(page) == ["unreachable", "stale_status"]
    verify(page, text)
    expect(page.locator(".tb-verdict")).to_contain_text("已经过期，此后有没有暂停、撤销等无从得知")
    page.clock.set_fixed_time(datetime.now(UTC) - timedelta(days=40))
    page.reload()
    ready(page)
    assert notes(page) == ["unreachable", "clock"]
    assert verify(page, text) == "not_yet_valid"
