"""Every visible string of every room can be read in English, and compiled catalogues are those that were written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.translations import ROOMS, compiled, of_template, raw, shown, templates, written

SPEAKING = [room for room in ROOMS if shown(room)]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def catalogue(room: Path, kind: str) -> Path:
    return room / "locale" / "en" / "LC_MESSAGES" / f"django.{kind}"


def by_name(room: Path) -> str:
    return room.name


def test_the_shell_speaks() -> None:
    assert "web" in [room.name for room in SPEAKING]


@pytest.mark.parametrize("room", SPEAKING, ids=by_name)
def test_every_string_has_its_english(room: Path) -> None:
    english = written(catalogue(room, "po"))

    missing = sorted(text for text in shown(room) if not english.get(text, "").strip("\x00") and text.strip())

    assert missing == []


@pytest.mark.parametrize("room", SPEAKING, ids=by_name)
def test_a_translation_names_the_same_values(room: Path) -> None:
    english = written(catalogue(room, "po"))

    differing = [
        text
        for text, words in english.items()
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(words)) and "\x00" not in text
    ]

    assert differing == []


@pytest.mark.parametrize("room", SPEAKING, ids=by_name)
def test_the_compiled_catalogue_is_the_written_one(room: Path) -> None:
    simple = {text: words for text, words in written(catalogue(room, "po")).items() if "\x00" not in text and words}

    assert compiled(catalogue(room, "mo")) == simple


@pytest.mark.parametrize("room", ROOMS, ids=by_name)
def test_no_template_shows_chinese_that_cannot_be_translated(room: Path) -> None:
    # The style guide is full of invented content, as a real page is of stored content.
    found = {path.name: pieces for path in templates(room) if "styleguide" not in path.name and (pieces := raw(path))}

    assert found == {}


def test_strings_are_found_in_every_kind_of_tag(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "{% load i18n %}{# 注 #}{% comment %}{% translate '注' %}{% endcomment %}"
        "{% translate '甲' as x %}{% include 'a.html' with b=_('乙') only %}{{ _(\"丙\")|upper }}"
        "{% blocktranslate with n=m.n %}第 {{ n }} 步{% endblocktranslate %}{% translate '丁' context '天干' %}"
        "{% blocktranslate count n=m %}一{% plural %}多 {{ n }}{% endblocktranslate %}",
        encoding="utf-8",
    )

    assert set(of_template(page)) == {"甲", "乙", "丙", "第 %(n)s 步", "天干\x04丁", "一\x00多 %(n)s"}
    assert raw(page) == []


def test_chinese_outside_of_tags_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("{% load i18n %}<p>{% translate '甲' %}裸字</p>{% comment %}注{% endcomment %}", encoding="utf-8")

    assert raw(page) == ["裸字</p>"]
