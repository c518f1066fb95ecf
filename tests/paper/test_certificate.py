"""Does a certificate come out the same in OFD and PDF, sealed, and is every other byte refused?"""

from __future__ import annotations

import io
import random
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from tests.paper.keys import NOW
from tests.paper.sheets import ABOUT, ATTACHED, P_BODY, P_ROOT, SHEET, SM_BODY, SM_ROOT, ofd, pdf
from tongban.paper import certificate, pades, qr
from tongban.paper.certificate import Sheet
from tongban.paper.fonts import MissingGlyph
from tongban.paper.ofd import container, sealing


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def sealed_ofd(cache: Path) -> bytes:
    return ofd(cache)


@pytest.fixture(scope="module")
def signed_pdf(cache: Path) -> bytes:
    return pdf(cache)


# --- OFD --------------------------------------------------------------------------------------------------------------


def test_an_ofd_opens_with_its_certificate_seal_and_signer(sealed_ofd: bytes) -> None:
    opened = sealing.open_up(sealed_ofd)

    assert opened.attached == ATTACHED
    assert opened.sealed.signer == SM_BODY.certificate
    assert opened.sealed.signed_with(SM_BODY.public)
    assert opened.sealed.seal.maker == SM_ROOT.certificate
    assert opened.sealed.seal.made_with(SM_ROOT.public)
    assert opened.sealed.seal.content.users == (SM_BODY.certificate,)
    assert (opened.sealed.at, opened.sealed.seal.content.name) == (NOW, "曹妃甸海事局")


def test_any_changed_byte_of_an_ofd_is_refused(sealed_ofd: bytes) -> None:
    for place in random.Random(1).sample(range(len(sealed_ofd)), 600):
        changed = bytearray(sealed_ofd)
        changed[place] ^= 0x20
        with pytest.raises(sealing.NotOpened):
            sealing.open_up(bytes(changed))


@pytest.mark.parametrize(
    "added",
    [
        lambda file: file + b"\x00",
        lambda file: b"\x00" + file,
        lambda file: container.pack(container.unpack(file) | {"Doc_0/Pages/Page_9/Content.xml": b"<a/>"}),
        lambda file: container.pack(container.unpack(file) | {"Doc_0/Signs/Sign_1/Signature.xml": b"<a/>"}),
        lambda file: container.pack(dict(reversed(container.unpack(file).items()))),
        lambda file: packed(container.unpack(file)),
    ],
    ids=["a byte behind", "a byte before", "a page", "a second signature", "another order", "packed"],
)
def test_what_is_added_to_an_ofd_is_refused(sealed_ofd: bytes, added) -> None:
    with pytest.raises(sealing.NotOpened):
        sealing.open_up(added(sealed_ofd))


def packed(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def test_an_archive_that_explodes_is_not_unpacked() -> None:
    bomb = packed({"OFD.xml": bytes(64 * 1024 * 1024)})

    assert len(bomb) < 100_000
    with pytest.raises(sealing.NotOpened):
        sealing.open_up(bomb)


def test_a_long_certificate_runs_over_several_pages(cache: Path) -> None:
    long = replace(SHEET, lines=SHEET.lines + tuple((f"第{n}项", "内容" * 60) for n in range(20)))

    opened = sealing.open_up(ofd(cache, long))

    pages = [name for name in opened.parts if "/Pages/" in name]
    assert len(pages) == 4
    text = b"".join(opened.parts[name] for name in pages).decode()
    assert text.count("内容内容") > 0 and "第4页，共4页" in text
    # Every character of every line is there, however it was broken.
    drawn = "".join(part.split("</ofd:TextCode>")[0].split(">", 1)[1] for part in text.split("<ofd:TextCode")[1:])
    assert drawn.count("内容") + drawn.count("容内") >= 20 * 60


# --- PDF --------------------------------------------------------------------------------------------------------------


def test_a_pdf_opens_with_its_signer_and_then_its_certificate(signed_pdf: bytes) -> None:
    assert pades.open_up(signed_pdf) == pades.Opened(P_BODY.certificate, NOW)
    assert pades.attached(signed_pdf) == ATTACHED


def test_every_word_can_be_read_from_the_pdf(signed_pdf: bytes) -> None:
    (page,) = PdfReader(io.BytesIO(signed_pdf)).pages
    text = "".join(page.extract_text().split())

    for said in (SHEET.title, SHEET.number, SHEET.issuer, SHEET.day, *(value for _, value in SHEET.lines), *SHEET.foot):
        assert "".join(said.split()) in text


def test_the_library_of_others_finds_it_intact_and_whole(signed_pdf: bytes) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed_pdf)).embedded_signatures
    trusted = ValidationContext(
        trust_roots=[x509.Certificate.load(P_ROOT.certificate)], allow_fetching=False, moment=NOW
    )
    status = validate_pdf_signature(signature, trusted)

    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.self_reported_timestamp == NOW


def test_pdfsig_finds_the_signature_good_and_over_the_whole_file(signed_pdf: bytes, tmp_path: Path) -> None:
    said = pdfsig(signed_pdf, tmp_path)

    assert "Signer Certificate Common Name: 曹妃甸海事局" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Total document signed" in said
    assert "Signature Validation: Signature is Valid." in said
    assert "Signature Validation: Digest Mismatch." in pdfsig(signed_pdf.replace(b"/Author", b"/author"), tmp_path)


def pdfsig(file: bytes, folder: Path) -> str:
    """What poppler's own verifier says of a file."""
    (folder / "shown.pdf").write_bytes(file)
    command = ["pdfsig", "-nocert", "shown.pdf"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_any_changed_byte_of_a_pdf_is_refused(signed_pdf: bytes) -> None:
    signature = signed_pdf.rindex(b"/Contents <")
    places = random.Random(1).sample(range(len(signed_pdf)), 300) + list(range(signature, signature + 2000, 3))
    for place in places:
        changed = bytearray(signed_pdf)
        changed[place] ^= 0x01
        with pytest.raises(pades.NotOpened):
            pades.open_up(bytes(changed))


@pytest.mark.parametrize(
    "added",
    [lambda file: file + b"\n", lambda file: file + b"%%EOF\n", lambda file: b"\n" + file, lambda file: file[:-1]],
    ids=["a line behind", "an end behind", "a line before", "a byte less"],
)
def test_what_is_added_to_a_pdf_is_refused(signed_pdf: bytes, added) -> None:
    with pytest.raises(pades.NotOpened):
        pades.open_up(added(signed_pdf))


def test_a_second_revision_on_top_is_refused(signed_pdf: bytes) -> None:
    writer, written = IncrementalPdfFileWriter(io.BytesIO(signed_pdf)), io.BytesIO()
    writer.update_root()
    writer.write(written)

    assert written.getvalue().startswith(signed_pdf)
    with pytest.raises(pades.NotOpened):
        pades.open_up(written.getvalue())


# --- Both -------------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"%PDF-1.7 /ByteRange [0 9 9 9]"]))
def test_garbage_is_refused(garbage: bytes, beginning: bytes) -> None:
    with pytest.raises(sealing.NotOpened):
        sealing.open_up(beginning + garbage)
    with pytest.raises(pades.NotOpened):
        pades.open_up(beginning + garbage)


def test_the_same_certificate_gives_the_same_pages(cache: Path) -> None:
    def drawn(sheet: Sheet) -> dict[str, bytes]:
        return certificate.ofd_document(sheet, about=ABOUT, attached=ATTACHED, cache_folder=cache)[0].parts

    assert drawn(SHEET) == drawn(replace(SHEET))


@pytest.mark.parametrize("field", ["title", "issuer", "day"])
def test_a_character_the_font_lacks_is_refused_and_named(cache: Path, field: str) -> None:
    with pytest.raises(MissingGlyph, match="U\\+1F6A2"):
        ofd(cache, replace(SHEET, **{field: "渤远🚢"}))
    with pytest.raises(MissingGlyph, match="U\\+1F6A2"):
        pdf(cache, replace(SHEET, **{field: "渤远🚢"}))


def test_a_code_too_long_for_a_camera_is_refused(cache: Path) -> None:
    with pytest.raises(qr.TooLong):
        ofd(cache, replace(SHEET, compact="A" * 5000))
