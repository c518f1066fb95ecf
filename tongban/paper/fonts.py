"""Which font are papers set in, and which characters does it have?

LXGW WenKai (霞鹜文楷) under the SIL Open Font License, unmodified, as it is published for the web (WOFF: an OpenType
font whose tables are packed with zlib). A typesetter wants the font itself, so it is unpacked once into a cache, in
half a second; WOFF 2 would be 3 MB smaller, and takes forty seconds to unpack without a compiled library. Nothing is
downloaded. A paper with a character that the font lacks is refused: a name with an empty box in it is not a name.

Source: W3C WOFF File Format 1.0, sections 4 to 6; ISO/IEC 14496-22 (OpenType: table `cmap`, format 12).
"""

from __future__ import annotations

import io
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools import subset, ttLib

from tongban.domain.refused import Refused

FAMILY = "LXGW WenKai"
PACKED = Path(__file__).parent / "vendor/lxgw-wenkai/lxgw-wenkai.woff"

_WOFF_HEADER = struct.Struct(">4s4sLHHLHHLLLLL")
_WOFF_TABLE = struct.Struct(">4sLLLL")
_TABLE = struct.Struct(">4sLLL")
_CMAP_SUBTABLE = struct.Struct(">HHL")
_CMAP_GROUP = struct.Struct(">LLL")
_UNICODE_IN_FULL = (3, 10)
# What sets vertical lines, joins and shifts characters; text is placed character by character.
_NOT_NEEDED = {"BASE", "FFTM", "GDEF", "GPOS", "GSUB", "gasp", "vhea", "vmtx"}


class MissingGlyph(Refused):
    """A text with a character that the font cannot write."""

    code = "missing_glyph"


def folder(cache_folder: Path) -> Path:
    """Return a folder that holds the font and nothing else, unpacked there by whoever comes first."""
    fonts = cache_folder / "fonts"
    font = fonts / f"lxgw-wenkai-{PACKED.stat().st_size}.ttf"
    if not font.exists():
        fonts.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Beside the folder: the typesetter takes whatever lies in it for a font.
        handle, temporary = tempfile.mkstemp(dir=cache_folder)
        with os.fdopen(handle, "wb") as file:
            file.write(unpack(PACKED.read_bytes()))
        os.replace(temporary, font)
    return fonts


def unpack(woff: bytes) -> bytes:
    """Return the font in a WOFF file, table by table as it was before packing."""
    _, flavour, _, count, *_ = _WOFF_HEADER.unpack_from(woff)
    power = count.bit_length() - 1
    head = struct.pack(">4sHHHH", flavour, count, 16 << power, power, 16 * count - (16 << power))
    place = len(head) + _TABLE.size * count
    directory, body = bytearray(head), bytearray()
    for tag, checksum, table in _tables(woff, count):
        directory += _TABLE.pack(tag, checksum, place + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return bytes(directory + body)


def _tables(woff: bytes, count: int) -> Iterator[tuple[bytes, int, bytes]]:
    for number in range(count):
        place = _WOFF_HEADER.size + _WOFF_TABLE.size * number
        tag, offset, packed, length, checksum = _WOFF_TABLE.unpack_from(woff, place)
        table = woff[offset : offset + packed]
        yield tag, checksum, zlib.decompress(table) if packed < length else table


@dataclass(frozen=True, slots=True)
class Embedded:
    """The part of the font that one paper needs: a TrueType file, and how wide each character is, in ems."""

    file: bytes
    widths: Mapping[str, float]


def embed(texts: Iterable[str], *, cache_folder: Path) -> Embedded:
    """Return the font with the characters of these texts only; the same characters give the same bytes.

    Raises MissingGlyph.
    """
    texts = list(texts)
    demand_glyphs(texts)
    characters = sorted({character for text in texts for character in text})
    (packed,) = folder(cache_folder).glob("*.ttf")
    options = subset.Options(layout_features=[], notdef_outline=True, hinting=False, recalc_timestamp=False)
    with subset.load_font(packed, options, lazy=True) as font:
        for table in _NOT_NEEDED & set(font.keys()):
            del font[table]  # before it is read: that costs more than all else
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=map(ord, characters))
        subsetter.subset(font)
        written = io.BytesIO()
        font.save(written)
        return Embedded(written.getvalue(), _widths(font, characters))


def _widths(font: ttLib.TTFont, characters: Iterable[str]) -> Mapping[str, float]:
    glyphs, metrics, units = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return {character: metrics[glyphs[ord(character)]][0] / units for character in characters}


def demand_glyphs(texts: Iterable[str]) -> None:
    """Raise MissingGlyph, naming the characters, unless the font can write all of these texts."""
    named = missing(texts)
    if named:
        raise MissingGlyph(
            f"文书未生成：字库中没有 {named}，印出来会是空白。请核对这个字；确实要用的，请系统管理员更换字库后重试。"
        )


def missing(texts: Iterable[str]) -> str:
    """Name the characters of these texts that the font cannot write; empty when it writes all."""
    return "、".join(
        f"“{each}”（U+{ord(each):04X}）" if each.isprintable() else f"U+{ord(each):04X}"
        for each in sorted({character for text in texts for character in text} - _written())
    )


@cache
def _written() -> frozenset[str]:
    """Return the characters the font has and that a reader can see, and the two spaces of Chinese text."""
    woff = PACKED.read_bytes()
    count = _WOFF_HEADER.unpack_from(woff)[3]
    cmap = next(table for tag, _, table in _tables(woff, count) if tag == b"cmap")
    return frozenset(filter(str.isprintable, map(chr, _code_points(cmap)))) | {" ", "\u3000"}


def _code_points(cmap: bytes) -> Iterator[int]:
    (subtables,) = struct.unpack_from(">H", cmap, 2)
    for number in range(subtables):
        platform, encoding, place = _CMAP_SUBTABLE.unpack_from(cmap, 4 + _CMAP_SUBTABLE.size * number)
        if (platform, encoding) == _UNICODE_IN_FULL:
            (groups,) = struct.unpack_from(">L", cmap, place + 12)
            for group in range(groups):
                first, last, _ = _CMAP_GROUP.unpack_from(cmap, place + 16 + _CMAP_GROUP.size * group)
                yield from range(first, last + 1)
