"""How does a text become a code that a camera reads? As a QR code drawn in SVG, for pages and print alike.

Error correction M survives a stamp's edge or a fold; the quiet zone of four modules is part of the drawing. The text is
not in the drawing as text, so that nothing of it can be taken for markup.

Source: ISO/IEC 18004:2024 (GB/T 18284-2000).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import segno

QUIET_MODULES = 4


class TooLong(ValueError):
    """A text that no QR code holds."""


class Bar(NamedTuple):
    """A black rectangle of the code; the whole code with its quiet zone is 1 wide and 1 high."""

    left: float
    top: float
    width: float
    height: float


def svg(text: str) -> str:
    """Return the drawing, black on white, scaled by its surroundings. Raises TooLong."""
    drawn: str = _code(text).svg_inline(
        border=QUIET_MODULES, omitsize=True, dark="#000", light="#fff", svgclass="tb-qr", lineclass=None
    )
    return drawn


def picture(text: str) -> str:
    """Return the drawing as a file of its own, to be placed on a paper. Raises TooLong."""
    drawn = io.BytesIO()
    _code(text).save(drawn, kind="svg", border=QUIET_MODULES, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()


def bars(text: str) -> Iterator[Bar]:
    """Yield what is black, row by row, each run of modules as one bar. Raises TooLong."""
    matrix = list(_code(text).matrix_iter(border=QUIET_MODULES))
    module = 1 / len(matrix)
    for row, modules in enumerate(matrix):
        for dark, run in groupby(enumerate(modules), key=lambda one: bool(one[1])):
            places = [place for place, _ in run]
            if dark:
                yield Bar(places[0] * module, row * module, len(places) * module, module)


def _code(text: str) -> segno.QRCode:
    try:
        return segno.make_qr(text, error="m")
    except segno.DataOverflowError as overflow:
        raise TooLong(f"内容有 {len(text)} 个字符，二维码放不下。请缩短内容。") from overflow
