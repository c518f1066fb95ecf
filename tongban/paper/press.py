"""How do values become a paper? A typesetter sets a template of this room with them, the same way each time.

The typesetter reads this room's templates and the one font, and nothing else of the machine. What it is told comes as
JSON, which it sets as text: markup in it is a word like any other.

Source: ISO 32000-2 (PDF); ISO 19005-2 and 19005-3 (PDF/A-2u, PDF/A-3u: fonts embedded and text readable, for the
archive; the latter with attachments).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

from tongban.paper import fonts

TEMPLATES = Path(__file__).parent / "templates"
Standard = Literal["a-2u", "a-3u"]
DOTS_PER_INCH = 300.0

_one_at_a_time = Lock()


class NotSet(RuntimeError):
    """A template that the typesetter does not understand, or warns of: a fault of this program."""


def pdf(template: str, said: Mapping[str, Any], *, cache_folder: Path, standard: Standard = "a-2u") -> bytes:
    """Set a template (`<template>.typ`) with these values. The font lies in `cache_folder`, put there at first use."""
    return _set(template, said, cache_folder, format="pdf", pdf_standards=[standard])


def png(template: str, said: Mapping[str, Any], *, cache_folder: Path) -> bytes:
    """Set a template of one page as a picture, transparent where nothing is drawn."""
    return _set(template, said, cache_folder, format="png", ppi=DOTS_PER_INCH)


def _set(template: str, said: Mapping[str, Any], cache_folder: Path, **how: Any) -> bytes:
    text = json.dumps({**said, "font": fonts.FAMILY}, ensure_ascii=False, sort_keys=True)
    with _one_at_a_time:
        compiler = _compiler(template, fonts.folder(cache_folder))
        made, warnings = compiler.compile_with_warnings(sys_inputs={"said": text}, **how)
    if warnings or not isinstance(made, bytes):
        raise NotSet(f"{template}: {[str(each) for each in warnings]}")
    return made


@cache
def _compiler(template: str, font_folder: Path) -> typst.Compiler:
    return typst.Compiler(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(font_folder)],
        ignore_system_fonts=True,
    )
