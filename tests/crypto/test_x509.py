"""Does a certificate of a key say what it should, to us and OpenSSL, and lead to a root only where every step holds?"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pem
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.crypto import profiles, x509
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Certified, Content, Name, NotRead, NotTrusted

START = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = Name("河北省电子证照根证书", "130000")
BODY = Name("河北省交通运输厅", "11130000000000013X")
BOTH = pytest.mark.parametrize("algorithm", list(Algorithm))


class Key:
    """A key pair and what it signs."""

    def __init__(self, algorithm: Algorithm) -> None:
        self.algorithm = algorithm
        self.private, self.public = profiles.generate(algorithm)

    def sign(self, message: bytes) -> bytes:
        return profiles.sign(self.algorithm, self.private, message)

    def certify(self, content: Content, *, by: Name, serial: int = 1) -> Certified:
        encoded = x509.issue(
            content, serial=serial, issuer=by, issuer_key=self.public, algorithm=self.algorithm, sign=self.sign
        )
        return x509.read(encoded)

    def content(self, subject: Name, *, authority: bool = False, days: int = 365) -> Content:
        return Content(subject, self.public, self.algorithm, START, START + timedelta(days=days), authority)


def pair(algorithm: Algorithm) -> tuple[Key, Key, Certified, Certified]:
    root, body = Key(algorithm), Key(algorithm)
    return (
        root,
        body,
        root.certify(root.content(ROOT, authority=True, days=3650), by=ROOT),
        root.certify(body.content(BODY), by=ROOT, serial=2),
    )


@BOTH
def test_what_was_written_is_read(algorithm: Algorithm) -> None:
    root, body, top, leaf = pair(algorithm)

    assert leaf.content == body.content(BODY)
    assert (leaf.issuer, leaf.serial, leaf.signature_algorithm) == (ROOT, 2, algorithm)
    assert (leaf.key_id, leaf.issuer_key_id) == (x509.key_id(body.public), x509.key_id(root.public))
    assert x509.chain(leaf, roots=[top], at=START) == (leaf, top)


@BOTH
def test_a_certificate_stands_from_its_first_instant_until_before_its_last(algorithm: Algorithm) -> None:
    _, _, top, leaf = pair(algorithm)
    end = START + timedelta(days=365)

    assert x509.chain(leaf, roots=[top], at=end - timedelta(seconds=1))
    for outside in (START - timedelta(seconds=1), end):
        with pytest.raises(NotTrusted, match=r"“河北省交通运输厅”在 202[57]-\d\d-\d\d 不在有效期内"):
            x509.chain(leaf, roots=[top], at=outside)


@BOTH
def test_years_of_two_and_of_four_digits_are_read_alike(algorithm: Algorithm) -> None:
    key = Key(algorithm)
    content = replace(key.content(ROOT, authority=True), valid_until=datetime(2051, 1, 1, tzinfo=UTC))

    assert key.certify(content, by=ROOT).content == content


@BOTH
def test_any_changed_byte_is_refused(algorithm: Algorithm) -> None:
    _, _, top, leaf = pair(algorithm)

    for place in range(len(leaf.encoded)):
        changed = bytearray(leaf.encoded)
        changed[place] ^= 0x01
        with pytest.raises((NotRead, NotTrusted)):
            x509.chain(x509.read(bytes(changed)), roots=[top], at=START)
    for cut_or_longer in (leaf.encoded[:-1], leaf.encoded + b"\x00", b"", leaf.encoded * 2):
        with pytest.raises(NotRead):
            x509.read(cut_or_longer)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_garbage_is_no_certificate(garbage: bytes) -> None:
    with pytest.raises(NotRead):
        x509.read(garbage)


def test_a_huge_file_is_not_even_looked_at() -> None:
    with pytest.raises(NotRead, match="16 KB"):
        x509.read(b"\x30" * (x509.LARGEST_BYTES + 1))


@BOTH
def test_a_leaf_certifies_nobody(algorithm: Algorithm) -> None:
    _, body, top, leaf = pair(algorithm)
    third = Key(algorithm)
    forged = body.certify(third.content(Name("冒名机关", "1")), by=BODY)

    with pytest.raises(NotTrusted, match="河北省交通运输厅”的密钥不得签发“冒名机关”"):
        x509.chain(forged, between=[leaf], roots=[top], at=START)


@BOTH
def test_an_authority_under_the_root_stands_too_far_from_a_leaf(algorithm: Algorithm) -> None:
    root, middle, top, _ = pair(algorithm)
    between = root.certify(middle.content(Name("下级", "2"), authority=True), by=ROOT)
    leaf = middle.certify(Key(algorithm).content(BODY), by=Name("下级", "2"))

    with pytest.raises(NotTrusted, match="不得签发"):
        x509.chain(leaf, between=[between], roots=[top], at=START)


@BOTH
def test_the_same_name_with_another_key_is_another_root(algorithm: Algorithm) -> None:
    _, _, _, leaf = pair(algorithm)
    other = Key(algorithm)
    impostor = other.certify(other.content(ROOT, authority=True), by=ROOT)

    with pytest.raises(NotTrusted, match="没有找到签发"):
        x509.chain(leaf, roots=[impostor], at=START)


@BOTH
def test_who_is_not_a_root_does_not_become_one_by_being_sent_along(algorithm: Algorithm) -> None:
    _, _, top, leaf = pair(algorithm)

    with pytest.raises(NotTrusted):
        x509.chain(leaf, between=[top], roots=[], at=START)


def test_two_that_certify_each_other_lead_nowhere() -> None:
    one, two = Key(Algorithm.ES256), Key(Algorithm.ES256)
    first, second = Name("甲", "1"), Name("乙", "2")
    a = two.certify(one.content(first, authority=True), by=second)
    b = one.certify(two.content(second, authority=True), by=first)

    with pytest.raises(NotTrusted):
        x509.chain(a, between=[a, b], roots=[], at=START)


@pytest.mark.parametrize("serial", [0, -1, 1 << 159])
def test_a_serial_number_is_positive_and_fits_twenty_bytes(serial: int) -> None:
    key = Key(Algorithm.ES256)
    with pytest.raises(ValueError, match="序列号"):
        key.certify(key.content(ROOT, authority=True), by=ROOT, serial=serial)


# --- OpenSSL, the second reader and writer ----------------------------------------------------------------------------

DISTID = {Algorithm.SM2SM3: ["distid:1234567812345678"], Algorithm.ES256: []}
CURVE = {Algorithm.SM2SM3: "SM2", Algorithm.ES256: "P-256"}
DIGEST = {Algorithm.SM2SM3: "-sm3", Algorithm.ES256: "-sha256"}


def openssl(*arguments: str | Path, folder: Path) -> None:
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def options(flag: str, values: Sequence[str]) -> list[str]:
    return [part for value in values for part in (flag, value)]


@BOTH
def test_openssl_accepts_our_certificate_and_chain(algorithm: Algorithm, tmp_path: Path) -> None:
    _, _, top, leaf = pair(algorithm)
    for name, certified in (("root.pem", top), ("leaf.pem", leaf)):
        (tmp_path / name).write_bytes(pem.armor("CERTIFICATE", certified.encoded))

    at = ["-attime", str(int(START.timestamp()))]
    distid = options("-vfyopt", DISTID[algorithm])
    openssl("verify", "-x509_strict", *distid, *at, "-CAfile", "root.pem", "leaf.pem", folder=tmp_path)


@BOTH
def test_we_accept_the_certificate_and_chain_of_openssl(algorithm: Algorithm, tmp_path: Path) -> None:
    distid, digest = DISTID[algorithm], DIGEST[algorithm]
    for name in ("root", "leaf"):
        curve = f"ec_paramgen_curve:{CURVE[algorithm]}"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", f"{name}.key", folder=tmp_path)
    openssl(
        *("req", "-x509", "-new", "-key", "root.key", digest, *options("-sigopt", distid), "-days", "30"),
        *("-utf8", "-subj", "/C=CN/CN=天津市根/organizationIdentifier=120000", "-out", "root.pem"),
        folder=tmp_path,
    )
    openssl(
        *("req", "-new", "-key", "leaf.key", digest, *options("-sigopt", distid)),
        *("-utf8", "-subj", "/C=CN/CN=天津市某局/organizationIdentifier=1112", "-out", "leaf.csr"),
        folder=tmp_path,
    )
    # OpenSSL 3.0 writes a certificate of version 1 where no extension is asked for.
    (tmp_path / "leaf.cnf").write_text("basicConstraints=CA:FALSE\nauthorityKeyIdentifier=keyid\n")
    openssl(
        *("x509", "-req", "-in", "leaf.csr", *options("-vfyopt", distid), digest, *options("-sigopt", distid)),
        *("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "10"),
        *("-extfile", "leaf.cnf", "-out", "leaf.pem"),
        folder=tmp_path,
    )
    root, leaf = (
        x509.read(pem.unarmor((tmp_path / name).read_bytes(), multiple=False)[2]) for name in ("root.pem", "leaf.pem")
    )

    assert leaf.content.subject == Name("天津市某局", "1112")
    assert x509.chain(leaf, roots=[root], at=leaf.content.valid_from) == (leaf, root)
