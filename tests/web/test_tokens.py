"""Are the colours legible? Contrast as WCAG 2.2 counts it (1.4.3: 4.5 for text, 1.4.11: 3 for what carries meaning)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tongban.web

TOKENS = dict(
    re.findall(
        r"--tb-([\w-]+): (#[0-9A-F]{6});",
        (Path(tongban.web.__file__).parent / "static/web/tokens.css").read_text(encoding="utf-8"),
    )
)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_counted_as_the_standard_counts_it() -> None:
    assert round(contrast("#FFFFFF", "#000000"), 2) == 21
    assert round(contrast("#FFFFFF", "#777777"), 2) == 4.48


@pytest.mark.parametrize("ground", ["paper", "ground"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "azure", "azure-deep", "vermilion", "amber", "jade"])
def test_text_is_legible_on_both_grounds(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("name", ["azure", "vermilion", "amber", "jade"])
def test_a_colour_is_legible_on_its_own_tint(name: str) -> None:
    assert contrast(TOKENS[name], TOKENS[f"{name}-tint"]) >= 4.5
    assert contrast(TOKENS["ink"], TOKENS[f"{name}-tint"]) >= 4.5


def test_white_is_legible_on_what_is_pressed() -> None:
    for name in ["azure", "azure-deep", "vermilion", "ink"]:
        assert contrast("#FFFFFF", TOKENS[name]) >= 4.5


def test_borders_and_focus_that_carry_meaning_are_seen() -> None:
    assert contrast(TOKENS["line-strong"], TOKENS["paper"]) >= 3
    assert contrast(TOKENS["line-strong"], TOKENS["ground"]) >= 3
    assert contrast(TOKENS["focus"], TOKENS["ink"]) >= 3
