"""Headers, choices of the reader, and pages that say no."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from tongban.web.middleware import CONTENT_POLICY

pytestmark = pytest.mark.urls("tests.web.addresses")


def test_every_answer_carries_a_policy_that_allows_nothing_inline(client: Client) -> None:
    answer = client.get("/styleguide/")

    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert answer["Permissions-Policy"].startswith("camera=()")
    assert answer["X-Frame-Options"] == "DENY"


def test_no_page_carries_style_or_script_of_its_own(client: Client) -> None:
    for path in ["/styleguide/", "/styleguide/staff/"]:
        html = client.get(path).content.decode()

        assert " style=" not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert " onclick=" not in html


def test_large_text_is_remembered_and_undone(client: Client) -> None:
    answer = client.post("/text-size/", {"size": "large", "next": "/styleguide/"})
    large = client.get("/styleguide/").content.decode()
    client.post("/text-size/", {"size": "normal", "next": "/styleguide/"})
    normal = client.get("/styleguide/").content.decode()

    assert answer["Location"] == "/styleguide/"
    assert 'data-text-size="large"' in large
    assert "标准字" in large
    assert 'data-text-size="normal"' in normal
    assert "大字版" in normal


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_site(client: Client, wanted: str) -> None:
    answer = client.post("/text-size/", {"size": "large", "next": wanted})

    assert answer["Location"] == "/"


def test_an_unknown_text_size_is_the_normal_one(client: Client) -> None:
    client.cookies["tongban_text_size"] = '"><script>'

    assert 'data-text-size="normal"' in client.get("/styleguide/").content.decode()


def test_the_language_is_chosen_by_post(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/styleguide/"})
    english = client.get("/styleguide/").content.decode()

    assert '<html lang="en"' in english
    assert "Beijing–Tianjin–Hebei Service Zone" in english
    assert "Step 3 of 5" in english


def test_chinese_is_spoken_to_whoever_names_no_language(client: Client) -> None:
    html = client.get("/styleguide/").content.decode()

    assert '<html lang="zh-CN"' in html
    assert "第 3 步，共 5 步" in html


def test_a_refusal_becomes_a_page_with_its_sentence(client: Client) -> None:
    answer = client.get("/refuse/", headers={"referer": "http://testserver/styleguide/"})

    assert answer.status_code == 409
    assert escape("船名“<冀海运>”已被占用。请另取一个船名。") in answer.content.decode()
    assert 'href="http://testserver/styleguide/"' in answer.content.decode()


def test_a_refusal_sends_nobody_to_another_site(client: Client) -> None:
    answer = client.get("/refuse/", headers={"referer": "https://elsewhere.example/"})

    assert "elsewhere.example" not in answer.content.decode()


def test_a_refusal_names_its_own_status(client: Client) -> None:
    assert client.get("/refuse-stranger/").status_code == 403


def test_a_refusal_in_place_is_only_the_fragment(client: Client) -> None:
    answer = client.get("/refuse/", headers={"hx-request": "true"})

    assert answer.status_code == 409
    assert answer.content.decode().strip().startswith('<div class="tb-notice tb-notice--error" role="alert">')
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/miss/", 404, "没有找到这个页面"),
        ("/no-such-address/", 404, "没有找到这个页面"),
        ("/forbid/", 403, "您不能打开此页"),
        ("/too-much/", 413, "提交的内容太大"),
        ("/fail/", 500, "系统暂时出错"),
    ],
)
def test_every_failure_has_a_page_with_the_next_step(path: str, status: int, title: str) -> None:
    answer = Client(raise_request_exception=False).get(path)

    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert "回到首页" in answer.content.decode()


def test_a_form_without_its_token_is_refused_with_a_sentence() -> None:
    answer = Client(enforce_csrf_checks=True).post("/form/", {})

    assert answer.status_code == 403
    assert "<h1>表单已失效</h1>" in answer.content.decode()


def test_a_host_that_is_not_ours_gets_no_page() -> None:
    answer = Client(raise_request_exception=False).get("/styleguide/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400
