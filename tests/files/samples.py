"""Small honest files of every taken kind, made here so that every byte of them is known."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

OFD_XML = b'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"/>'
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def png(width: int = 2, height: int = 2) -> bytes:
    rows = b"".join(b"\x00" + b"\x00\x00\x00" * 2 for _ in range(2))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def package(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def ofd() -> bytes:
    return package({"OFD.xml": OFD_XML, "Doc_0/Document.xml": b"<x/>"})


def xlsx() -> bytes:
    return package({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


def docx() -> bytes:
    return package({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})


HONEST = {
    "a.pdf": PDF,
    "a.png": png(),
    "a.jpg": JPEG,
    "a.jpeg": JPEG,
    "a.ofd": ofd(),
    "a.xlsx": xlsx(),
    "a.docx": docx(),
}
