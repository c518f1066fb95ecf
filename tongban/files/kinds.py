"""What is this file really? Its content says, never its name.

Six kinds are taken: PDF, OFD, PNG, JPEG, XLSX, DOCX. Each is told by its own first bytes or parts, the extension of the
name must agree with it, and a package (OFD, XLSX, DOCX are ZIP) must unpack to an honest size: a zip bomb has too many
parts, unpacks to too much, or claims another size than it has. What is recognised as something else is named in the
sentence as far as `puremagic` knows it.

Source: GB/T 33190-2016 (OFD: `OFD.xml` at the root); ECMA-376 part 2 (OPC: `[Content_Types].xml`); ISO 32000-2, 7.5.2;
ISO/IEC 15948; ISO/IEC 10918-1.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePath
from xml.etree import ElementTree

import puremagic

from tongban.domain.refused import Refused

MAX_PARTS = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200
MAX_PIXELS = 100_000_000
OFD_NAMESPACE = "http://www.ofdspec.org/2016"


class Kind(StrEnum):
    """A taken kind of file, by its media type."""

    PDF = "application/pdf"
    OFD = "application/ofd"
    PNG = "image/png"
    JPEG = "image/jpeg"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


EXTENSIONS = {
    ".pdf": Kind.PDF,
    ".ofd": Kind.OFD,
    ".png": Kind.PNG,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".xlsx": Kind.XLSX,
    ".docx": Kind.DOCX,
}
TAKEN = "PDF、OFD、PNG、JPG、XLSX、DOCX"


class WrongKind(Refused):
    """Not one of the taken kinds, or another kind than the name says."""

    code = "wrong_kind_of_file"


class Damaged(Refused):
    """The right kind, but it cannot be read."""

    code = "damaged_file"


class Bomb(Refused):
    """A package that unpacks to more than an honest one would."""

    code = "unpacks_too_large"


def with_extension(name: str, kind: Kind) -> str:
    """Return the name with an extension of its kind.

    >>> with_extension("备选船名清单", Kind.PDF), with_extension("照片.JPEG", Kind.JPEG)
    ('备选船名清单.pdf', '照片.JPEG')
    """
    if EXTENSIONS.get(PurePath(name).suffix.lower()) is kind:
        return name
    return name + next(extension for extension, each in EXTENSIONS.items() if each is kind)


def kind_of(*, name: str, data: bytes) -> Kind:
    """Return what the file is, having checked that the name agrees. Raises WrongKind, Damaged, Bomb."""
    claimed = EXTENSIONS.get(PurePath(name).suffix.lower())
    if claimed is None:
        raise WrongKind(f"“{name}”未上传：不接受这种文件。请上传 {TAKEN} 文件。", field="file")
    found = _sniff(name, data)
    if found is None:
        raise WrongKind(
            f"“{name}”未上传：扩展名是 {claimed.name}，内容却{_guess(data)}。请从原来的程序另存为 {TAKEN} 后再上传。",
            field="file",
        )
    if found is not claimed:
        raise WrongKind(
            f"“{name}”未上传：扩展名是 {claimed.name}，内容却是 {found.name}。请改正扩展名或选择正确的文件。",
            field="file",
        )
    return found


def _sniff(name: str, data: bytes) -> Kind | None:
    if data.startswith(b"%PDF-"):
        return _whole(name, Kind.PDF, b"%%EOF" in data[-2048:])
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(name, data)
    if data.startswith(b"\xff\xd8\xff"):
        return _whole(name, Kind.JPEG, b"\xff\xd9" in data[-65_536:])
    if data.startswith(b"PK\x03\x04"):
        return _package(name, data)
    return None


def _png(name: str, data: bytes) -> Kind:
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if width * height > MAX_PIXELS:
        raise Bomb(f"“{name}”未上传：图片有 {width}×{height} 像素，过大。请缩小后再上传。", field="file")
    return _whole(name, Kind.PNG, data[12:16] == b"IHDR" and width > 0 and height > 0 and b"IEND" in data[-64:])


def _whole(name: str, kind: Kind, is_whole: bool) -> Kind:
    if not is_whole:
        raise Damaged(
            f"“{name}”未上传：{kind.name} 文件不完整，可能没有传完或已损坏。请重新生成后再上传。", field="file"
        )
    return kind


def _package(name: str, data: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_size(name, package, len(data))
            return _package_kind(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError, OSError):
        # All of these zipfile raises for broken, encrypted or unknown packings.
        raise Damaged(f"“{name}”未上传：文件已损坏或加了密码，打不开。请重新生成后再上传。", field="file") from None


def _check_size(name: str, package: zipfile.ZipFile, packed: int) -> None:
    parts = package.infolist()
    claimed = sum(part.file_size for part in parts)
    honest = len(parts) <= MAX_PARTS and claimed <= MAX_UNPACKED and claimed <= packed * MAX_RATIO
    overlapping = sum(part.compress_size for part in parts) > packed
    if not honest or overlapping:
        raise Bomb(f"“{name}”未上传：文件解开后过大，疑似压缩炸弹。请重新生成后再上传。", field="file")
    for part in parts:
        _read_through(package, part)


def _read_through(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Prove that the claimed size and check sum are true; a part is never held in memory whole."""
    with package.open(part) as stream:
        size = sum(len(piece) for piece in iter(lambda: stream.read(65_536), b""))
    if size != part.file_size:
        raise zipfile.BadZipFile(part.filename)


def _package_kind(package: zipfile.ZipFile) -> Kind | None:
    names = set(package.namelist())
    recognise: list[tuple[str, Callable[[bytes], bool], Kind]] = [
        ("OFD.xml", _is_ofd, Kind.OFD),
        ("xl/workbook.xml", _is_xml, Kind.XLSX),
        ("word/document.xml", _is_xml, Kind.DOCX),
    ]
    for part, test, kind in recognise:
        if part in names and (kind is Kind.OFD or "[Content_Types].xml" in names) and test(package.read(part)):
            return kind
    return None


def _is_ofd(xml: bytes) -> bool:
    return _root(xml) == f"{{{OFD_NAMESPACE}}}OFD"


def _is_xml(xml: bytes) -> bool:
    return bool(_root(xml))


def _root(xml: bytes) -> str:
    """Return the name of the root element; empty when it is no XML or defines entities, which honest parts never do."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        return ""
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(xml), events=("start",)):
            return str(element.tag)
    except ElementTree.ParseError:
        return ""
    return ""


def _guess(data: bytes) -> str:
    try:
        return f"像是 {puremagic.from_string(data[:65_536]).lstrip('.').upper()}"
    except (puremagic.PureError, ValueError):
        return "不是这种格式"
