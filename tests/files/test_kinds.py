"""A file is what its content says; disguised, broken and exploding ones are refused, each with its sentence."""

from __future__ import annotations

import io
import itertools
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import samples
from tongban.domain.refused import Refused
from tongban.files.kinds import EXTENSIONS, MAX_PARTS, Bomb, Damaged, Kind, WrongKind, kind_of

CASES = list(itertools.product(samples.HONEST, samples.HONEST.items()))


@pytest.mark.parametrize(("name", "data"), samples.HONEST.items())
def test_an_honest_file_is_recognised(name: str, data: bytes) -> None:
    assert kind_of(name=name, data=data) is EXTENSIONS[name[1:]]


def test_capitals_in_the_extension_do_not_matter() -> None:
    assert kind_of(name="营业执照.PDF", data=samples.PDF) is Kind.PDF


@pytest.mark.parametrize(
    ("name", "data"),
    [(name, data) for name, (other, data) in CASES if EXTENSIONS[name[1:]] is not EXTENSIONS[other[1:]]],
)
def test_a_file_disguised_as_another_kind_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(WrongKind, match=rf"“{name}”未上传：扩展名是 .+，内容却是 .+。请改正扩展名或选择正确的文件。"):
        kind_of(name=name, data=data)


@pytest.mark.parametrize("name", ["a.exe", "a.svg", "a.html", "a.zip", "pdf", "a.pdf.js", "", "."])
def test_other_extensions_are_refused(name: str) -> None:
    with pytest.raises(WrongKind, match="不接受这种文件。请上传 PDF、OFD、PNG、JPG、XLSX、DOCX 文件。"):
        kind_of(name=name, data=samples.PDF)


@pytest.mark.parametrize(
    "data",
    [
        b"MZ" + bytes(200),
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x00",
        "我是文字".encode(),
        samples.package({"a.txt": b"plain zip"}),
        samples.package({"OFD.xml": b"<OFD/>"}),
        samples.package({"OFD.xml": b"not xml"}),
        samples.package({"word/document.xml": b"<document/>"}),
        samples.package({"OFD.xml": b'<!DOCTYPE x [<!ENTITY a "b">]>' + samples.OFD_XML}),
    ],
)
def test_content_of_no_taken_kind_is_refused(data: bytes) -> None:
    for name in ("a.pdf", "a.ofd", "a.docx"):
        with pytest.raises(WrongKind, match=r"^“a\..+”未上传：扩展名是 .+，内容却.+。请从原来的程序另存为"):
            kind_of(name=name, data=data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", samples.PDF[:-6]),
        ("a.png", samples.png()[:-20]),
        ("a.jpg", samples.JPEG[:-2]),
        ("a.ofd", samples.ofd()[:-10]),
        ("a.docx", samples.docx()[:60]),
        ("a.png", samples.png()[:12]),
    ],
)
def test_a_truncated_file_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Damaged, match="请重新生成后再上传"):
        kind_of(name=name, data=data)


def _with_claimed_size(data: bytes, size: int) -> bytes:
    """Change the claimed unpacked size of the first part, both in front of it and in the directory at the end."""
    place = data.index(b"PK\x01\x02")
    changed = bytearray(data)
    changed[22:26] = struct.pack("<I", size)
    changed[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(changed)


def _encrypted(data: bytes) -> bytes:
    place = data.index(b"PK\x01\x02")
    changed = bytearray(data)
    changed[6] |= 1
    changed[place + 8] |= 1
    return bytes(changed)


def test_a_package_that_unpacks_to_far_more_is_refused() -> None:
    bomb = samples.package({"OFD.xml": samples.OFD_XML, "x": bytes(10_000_000)})

    with pytest.raises(Bomb, match="疑似压缩炸弹"):
        kind_of(name="a.ofd", data=bomb)


def test_a_package_of_too_many_parts_is_refused() -> None:
    bomb = samples.package({"OFD.xml": samples.OFD_XML} | {f"{number}": b"" for number in range(MAX_PARTS)})

    with pytest.raises(Bomb):
        kind_of(name="a.ofd", data=bomb)


def test_parts_that_share_their_bytes_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("x", b"0" * 5_000)
        first = archive.infolist()[0]
        for number in range(100):
            again = zipfile.ZipInfo(f"x{number}")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.compress_size = again.file_size = first.file_size
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again

    with pytest.raises(Bomb):
        kind_of(name="a.ofd", data=stream.getvalue())


@pytest.mark.parametrize("size", [0, 1, 10_000])
def test_a_package_that_lies_about_its_size_is_refused(size: int) -> None:
    with pytest.raises((Damaged, Bomb)):
        kind_of(name="a.ofd", data=_with_claimed_size(samples.ofd(), size))


def test_an_encrypted_package_is_refused() -> None:
    with pytest.raises(Damaged, match="加了密码"):
        kind_of(name="a.ofd", data=_encrypted(samples.ofd()))


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    with pytest.raises(Bomb, match="60000×60000 像素"):
        kind_of(name="a.png", data=samples.png(60_000, 60_000))


@given(
    name=st.sampled_from(sorted(samples.HONEST)),
    data=st.one_of(
        st.binary(max_size=300),
        st.builds(
            bytes.__add__,
            st.sampled_from([b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"]),
            st.binary(),
        ),
    ),
)
def test_whatever_bytes_come_the_answer_is_a_kind_or_one_sentence(name: str, data: bytes) -> None:
    try:
        assert kind_of(name=name, data=data) is EXTENSIONS[name[1:]]
    except Refused as refused:
        assert str(refused).startswith(f"“{name}”未上传：")


@given(sample=st.sampled_from(sorted(samples.HONEST)), place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_changed_byte_never_crashes_the_check(sample: str, place: int, byte: int) -> None:
    data = bytearray(samples.HONEST[sample])
    data[place % len(data)] = byte
    try:
        assert kind_of(name=sample, data=bytes(data)) is EXTENSIONS[sample[1:]]
    except Refused as refused:
        assert str(refused).endswith("。")
