"""How is a certificate printed? One sheet, the same in OFD and PDF: what it proves, for whom, by whom, until when.

The file that was signed goes with it as an attachment, and a QR code holds what a phone needs to check it offline.

Source: GB/T 36905-2018 (files of electronic certificates); GB/T 33190-2016 (OFD); ISO 19005-3 (PDF/A-3: attachments).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tongban.paper import fonts, press, qr
from tongban.paper.fonts import Embedded
from tongban.paper.ofd import document as ofd
from tongban.paper.ofd.document import About, Document
from tongban.paper.ofd.drawing import A4, BLACK, INK, RED, SOFT, Colour, Page, Text, broken, number, width
from tongban.paper.ofd.drawing import Path as Drawn
from tongban.paper.ofd.sealing import Stamp

SEAL_SIZE = 42
FILE_NAME = "certificate.json"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the sheet says. `lines` are labels with their values, `day` is the day of issue in words."""

    title: str
    subtitle: str
    number: str
    lines: tuple[tuple[str, str], ...]
    statement: str
    """A sentence below the lines; empty: none."""
    seal_for: str
    issuer: str
    day: str
    compact: str
    """The text of the QR code."""
    foot: tuple[str, ...]


def seal_picture(name: str, purpose: str, *, cache_folder: Path) -> bytes:
    """Return the drawn seal of a body as PNG. Raises MissingGlyph."""
    fonts.demand_glyphs([name, purpose])
    return _seal_picture(name, purpose, cache_folder)


@lru_cache(maxsize=200)
def _seal_picture(name: str, purpose: str, cache_folder: Path) -> bytes:
    return press.png("seal_picture", {"seal": name, "seal_for": purpose}, cache_folder=cache_folder)


def pdf(sheet: Sheet, *, about: About, attached: bytes, cache_folder: Path) -> bytes:
    """Return the sheet as PDF, not signed yet; the same values give the same bytes. Raises MissingGlyph, qr.TooLong."""
    said = {
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "lines": [[_NUMBER_LABEL, sheet.number], *map(list, sheet.lines)],
        "issuer": sheet.issuer,
        "seal": sheet.issuer,
        "seal_for": sheet.seal_for,
        "statement": sheet.statement,
        "day": sheet.day,
        "code": qr.picture(sheet.compact),
        "foot": list(sheet.foot),
        "made_on": [about.made_on.year, about.made_on.month, about.made_on.day],
        "file_name": FILE_NAME,
    }
    fonts.demand_glyphs(_texts(sheet))
    return press.pdf("certificate", said | {"attached": attached.decode()}, cache_folder=cache_folder, standard="a-3u")


# --- OFD --------------------------------------------------------------------------------------------------------------

MARGIN = 22.0
LABEL_WIDTH = 44.0
BODY = 4.4
LEADING = 6.2
BETWEEN = 2.0
BOTTOM = 264.0
QR_SIZE = 38.0
SIGNED_AT = A4[0] - MARGIN - 26
"""The middle of signature and seal."""
CLOSING_HEIGHT = 50.0
"""What issuer, seal and QR code need at the foot of the last page."""


def ofd_document(sheet: Sheet, *, about: About, attached: bytes, cache_folder: Path) -> tuple[Document, Stamp]:
    """Return the document and where its seal goes. Raises MissingGlyph, qr.TooLong."""
    font = fonts.embed(_texts(sheet), cache_folder=cache_folder)
    setter = _Setter(sheet, font)
    setter.set()
    stamp = Stamp(
        page=len(setter.pages) - 1,
        left=SIGNED_AT - SEAL_SIZE / 2,
        top=setter.closing_top,
        size=SEAL_SIZE,
    )
    return ofd.document(about, setter.pages, font=font, attached=attached), stamp


def _texts(sheet: Sheet) -> Iterator[str]:
    yield from (sheet.title, sheet.subtitle, sheet.number, sheet.statement, sheet.seal_for, sheet.issuer, sheet.day)
    for label, value in sheet.lines:
        yield from (label, value)
    yield from sheet.foot
    yield _NUMBER_LABEL + "第页，共0123456789"


_NUMBER_LABEL = "证照编号"


def _rectangle(bar: qr.Bar) -> str:
    left, top, right, bottom = (
        number(QR_SIZE * at) for at in (bar.left, bar.top, bar.left + bar.width, bar.top + bar.height)
    )
    return f"M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} L {left} {top}"


class _Setter:
    """Sets a sheet from top to bottom, page by page."""

    def __init__(self, sheet: Sheet, font: Embedded) -> None:
        self.sheet, self.font = sheet, font
        self.pages: list[Page] = []
        self.below = 0.0
        self.closing_top = 0.0

    def set(self) -> None:
        self._begin()
        self._centred(self.sheet.title, 9.5, RED)
        if self.sheet.subtitle:
            self._centred(self.sheet.subtitle, 3.8, SOFT)
        self.below += 4
        *rows, last = ((_NUMBER_LABEL, self.sheet.number), *self.sheet.lines)
        for label, value in rows:
            self._row(label, value)
        # Signature and seal never stand alone on a page: the last line goes with them (GB/T 9704-2012, 7.3.5.5).
        stated = list(broken(self.sheet.statement, BODY, A4[0] - 2 * MARGIN, self.font)) if self.sheet.statement else []
        if self.below + self._height(*last) + LEADING * len(stated) + BETWEEN + CLOSING_HEIGHT > BOTTOM:
            self._begin()
        self._row(*last)
        self.below += BETWEEN
        for line in stated:
            self.below += LEADING
            self._draw(Text(MARGIN, self.below, BODY, line, INK))
        self._close()
        for nth, page in enumerate(self.pages, 1):
            self._foot(page, nth)

    def _begin(self) -> None:
        self.pages.append(Page())
        edge, inner = 10.0, 11.6
        self._frame(edge, 0.7)
        self._frame(inner, 0.25)
        self.below = 22.0

    def _frame(self, edge: float, line: float) -> None:
        wide, high = A4[0] - 2 * edge, A4[1] - 2 * edge
        commands = f"M 0 0 L {wide:.1f} 0 L {wide:.1f} {high:.1f} L 0 {high:.1f} L 0 0"
        self._draw(Drawn(edge, edge, wide, high, commands, line, RED))

    def _centred(self, text: str, size: float, colour: Colour) -> None:
        for line in broken(text, size, A4[0] - 2 * MARGIN, self.font):
            self.below += size * 1.5
            left = (A4[0] - width(line, size, self.font)) / 2
            self._draw(Text(left, self.below, size, line, colour))

    def _height(self, label: str, value: str) -> float:
        return LEADING * max(map(len, self._broken(label, value))) + BETWEEN

    def _broken(self, label: str, value: str) -> tuple[list[str], list[str]]:
        return (
            list(broken(label, BODY, LABEL_WIDTH - 4, self.font)),
            list(broken(value, BODY, A4[0] - 2 * MARGIN - LABEL_WIDTH, self.font)),
        )

    def _row(self, label: str, value: str) -> None:
        labels, values = self._broken(label, value)
        for nth in range(max(len(labels), len(values))):
            if self.below + LEADING > BOTTOM:
                self._begin()
            self.below += LEADING
            if nth < len(labels) and labels[nth]:
                self._draw(Text(MARGIN, self.below, BODY, labels[nth], SOFT))
            if nth < len(values) and values[nth]:
                self._draw(Text(MARGIN + LABEL_WIDTH, self.below, BODY, values[nth], INK))
        self.below += BETWEEN
        wide = A4[0] - 2 * MARGIN
        self._draw(Drawn(MARGIN, self.below, wide, 0.2, f"M 0 0 L {wide:.1f} 0", 0.15, SOFT))

    def _close(self) -> None:
        if self.below + CLOSING_HEIGHT > BOTTOM:
            self._begin()
        top = self.closing_top = BOTTOM - CLOSING_HEIGHT + 4
        self._draw(
            Drawn(MARGIN, top + 2, QR_SIZE, QR_SIZE, " ".join(map(_rectangle, qr.bars(self.sheet.compact))), 0, BLACK)
        )
        for nth, text in enumerate((self.sheet.issuer, self.sheet.day)):
            wide = width(text, BODY, self.font)
            left = min(SIGNED_AT - wide / 2, A4[0] - MARGIN - wide)
            self._draw(Text(left, top + 20 + nth * 8, BODY, text))

    def _foot(self, page: Page, nth: int) -> None:
        lines = [line for text in self.sheet.foot for line in broken(text, 3, A4[0] - 2 * MARGIN, self.font)]
        if len(self.pages) > 1:
            lines.append(f"第{nth}页，共{len(self.pages)}页")
        for at, line in enumerate(lines):
            page.drawn.append(Text(MARGIN, 281 - 4.4 * (len(lines) - 1 - at), 3, line, SOFT))

    def _draw(self, one: Text | Drawn) -> None:
        self.pages[-1].drawn.append(one)
