"""What is drawn on the pages of an OFD? Lines of text, ruled lines and black squares, in millimetres from the top left.

Only what a certificate needs of the format: one embedded font, text placed character by character, so that no reader
has to measure, and paths.

Source: GB/T 33190-2016, 7 (pages), 9 (paths), 11 (text: TextCode, DeltaX).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

from tongban.paper.fonts import Embedded

A4 = (210.0, 297.0)
FONT = 1
"""The id of the one font; ids of what is drawn begin after it."""


class Colour(NamedTuple):
    red: int
    green: int
    blue: int


INK = Colour(26, 36, 51)
SOFT = Colour(74, 86, 104)
RED = Colour(200, 22, 29)
BLACK = Colour(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text: where its baseline begins, and the size of its characters."""

    left: float
    baseline: float
    size: float
    text: str
    colour: Colour = INK


@dataclass(frozen=True, slots=True)
class Path:
    """A path in the commands M and L, drawn by a line of this width, or filled where the width is 0."""

    left: float
    top: float
    width: float
    height: float
    commands: str
    line: float
    colour: Colour = INK


@dataclass(slots=True)
class Page:
    drawn: list[Text | Path] = field(default_factory=list)


def width(text: str, size: float, font: Embedded) -> float:
    return sum(font.widths[character] for character in text) * size


def broken(text: str, size: float, room: float, font: Embedded) -> Iterator[str]:
    """Break a text into lines that fit the room; Chinese breaks anywhere, and so does what finds no room else."""
    line, used = "", 0.0
    for character in text:
        more = font.widths[character] * size
        if line and used + more > room:
            yield line
            line, used = "", 0.0
        line, used = line + character, used + more
    yield line


def page_xml(page: Page, font: Embedded, first_id: int) -> bytes:
    """Return the content of a page; what is drawn is numbered from `first_id`, its layer first."""
    drawn = "".join(_drawn(one, font, first_id + 1 + nth) for nth, one in enumerate(page.drawn))
    return xml(
        f"<ofd:Page {NAMESPACE}><ofd:Area><ofd:PhysicalBox>0 0 {number(A4[0])} {number(A4[1])}</ofd:PhysicalBox>"
        f'</ofd:Area><ofd:Content><ofd:Layer ID="{first_id}">{drawn}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def ids(pages: Sequence[Page], first_id: int) -> Iterator[int]:
    """Yield the first id of each page, and last the first id that is free."""
    for page in pages:
        yield first_id
        first_id += 1 + len(page.drawn)
    yield first_id


NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def xml(element: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{element}'.encode()


def number(value: float) -> str:
    """Write a length with at most three digits behind the point."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _drawn(one: Text | Path, font: Embedded, identifier: int) -> str:
    return _text(one, font, identifier) if isinstance(one, Text) else _path(one, identifier)


def _text(one: Text, font: Embedded, identifier: int) -> str:
    advances = [font.widths[character] * one.size for character in one.text]
    boundary = f"{number(one.left)} {number(one.baseline - one.size)} {number(sum(advances))} {number(one.size * 1.3)}"
    steps = f' DeltaX="{" ".join(map(number, advances[:-1]))}"' if len(advances) > 1 else ""
    return (
        f'<ofd:TextObject ID="{identifier}" Boundary="{boundary}" Font="{FONT}" Size="{number(one.size)}">'
        f"{_colour('Fill', one.colour)}"
        f'<ofd:TextCode X="0" Y="{number(one.size)}"{steps}>{escape(one.text)}</ofd:TextCode></ofd:TextObject>'
    )


def _path(one: Path, identifier: int) -> str:
    boundary = " ".join(map(number, (one.left, one.top, one.width, one.height)))
    how = f'LineWidth="{number(one.line)}"' if one.line else 'Stroke="false" Fill="true"'
    colour = _colour("Stroke" if one.line else "Fill", one.colour)
    return (
        f'<ofd:PathObject ID="{identifier}" Boundary="{boundary}" {how}>{colour}'
        f"<ofd:AbbreviatedData>{one.commands}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _colour(use: str, colour: Colour) -> str:
    return f'<ofd:{use}Color Value="{colour.red} {colour.green} {colour.blue}"/>'
