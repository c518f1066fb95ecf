"""How does a text become a code that a camera reads? As a QR code drawn in SVG, for pages and print alike.

Error correction M survives a stamp's edge or a fold; the quiet zone of four modules is part of the drawing. The text is
not in the drawing as text, so that nothing of it can be taken for markup.

Source: ISO/IEC 18004:2024 (GB/T 18284-2000).
"""

from __future__ import annotations

import segno

QUIET_MODULES = 4


class TooLong(ValueError):
    """A text that no QR code holds."""


def svg(text: str) -> str:
    """Return the drawing, black on white, scaled by its surroundings. Raises TooLong."""
    try:
        code = segno.make(text, error="m", micro=False)
    except segno.DataOverflowError as overflow:
        raise TooLong(f"内容有 {len(text)} 个字符，二维码放不下。请缩短内容。") from overflow
    drawn: str = code.svg_inline(
        border=QUIET_MODULES, omitsize=True, dark="#000", light="#fff", svgclass="tb-qr", lineclass=None
    )
    return drawn
