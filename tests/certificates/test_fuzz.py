"""Whatever is shown for verification gets an answer within bounds, and only what the issuer made is valid.

`FUZZ_ROUNDS` sets how many spoilt copies of each form are tried (`make fuzz-verify`), `FUZZ_SEED` where they begin.
"""

from __future__ import annotations

import os
import sys
import tracemalloc
from collections.abc import Callable

import pytest

from tests.certificates import mutations
from tests.certificates.drafts import draft
from tongban.certificates import actions, editions, offline, queries, statuses, verifying
from tongban.crypto.profiles import Algorithm
from tongban.keys import trust
from tongban.paper.ofd import container

ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "150"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
FORMS = ("json", "ofd", "pdf", "code SM2", "code P-256")
EACH_BYTE = {"json": 1, "code SM2": 1, "code P-256": 1, "ofd": 211, "pdf": 211}
"""Which bytes are changed one by one: every one, or in CI every so many."""
MOST_CALLS = 3_000_000
MOST_MEMORY = 64 * 1024 * 1024

Judge = Callable[[bytes], verifying.Judged]


@pytest.fixture
def shown(issuer, now) -> dict[str, bytes]:
    (issued,) = actions.issue_many(stream="application:1", drafts=[draft()], now=now)
    document = queries.read(identifier=issued.identifier)
    return {
        "json": document,
        "ofd": editions.ofd(document, now=now),
        "pdf": editions.pdf(document, now=now),
        "code SM2": editions.code(document, now=now, algorithm=Algorithm.SM2SM3).encode(),
        "code P-256": editions.code(document, now=now, algorithm=Algorithm.ES256).encode(),
    }


@pytest.fixture
def judge(issuer, keys_dir, now, today) -> Judge:
    """The verification of the command and of the page, without reading the lists each time."""
    trusted = trust.load(keys_dir)
    known = statuses.load(keys_dir, trusted=trusted)
    return lambda given: verifying.judge(given, trust=trusted, statuses=known, today=today, now=now)


def same(form: str, given: bytes, original: bytes) -> bool:
    """What stands behind a code is a scanner's; everything else is the issuer's, byte for byte."""
    return given == original or (form.startswith("code") and given.rstrip(b"\r\n") == original)


@pytest.mark.parametrize("form", FORMS)
def test_spoilt_copies_get_an_answer_and_none_is_valid(form, shown, judge):
    for nth, given in mutations.spoilt(form, shown[form], rounds=ROUNDS, seed=SEED):
        try:
            verdict = judge(given).verdict
        except Exception as broken:
            pytest.fail(f"{form}, seed {SEED}, round {nth}: {broken!r}")
        assert verdict.message and verdict.message_en
        assert verdict.valid is same(form, given, shown[form]), f"{form}, seed {SEED}, round {nth}: {verdict.code}"


@pytest.mark.parametrize("form", FORMS)
def test_every_byte_is_covered(form, shown, judge):
    original = shown[form]
    step = 1 if ROUNDS > 10_000 else EACH_BYTE[form]

    for place in range(SEED % step, len(original), step):
        changed = bytearray(original)
        changed[place] ^= 0x01
        assert not judge(bytes(changed)).verdict.valid, f"{form}: byte {place}"


AROUND = [b"\x00", b" ", b"\t", b"%", b"PK\x05\x06" + bytes(18), b"\n%%EOF\n"]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_may_stand_before_or_behind(form, shown, judge):
    original = shown[form]

    assert judge(original).verdict.valid
    for added in AROUND:
        assert not judge(added + original).verdict.valid
        assert not judge(original + added).verdict.valid


# --- Work limits ------------------------------------------------------------------------------------------------------

HOSTILE = {
    "deep lists": b"[" * 250_000,
    "deep objects": b'{"certificate":' * 16_000,
    "many names": ("{" + ",".join(f'"{n}":0' for n in range(25_000)) + "}").encode(),
    "a long number": b'{"certificate":' + b"9" * 260_000,
    "an OFD of nothing": b"PK\x03\x04" + bytes(4 * 1024 * 1024 - 4),
    "a PDF of brackets": b"%PDF-1.7\n" + b"<<" * 2_000_000,
    "a PDF of ranges": b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3] " * 190_000,
    "a long code": b"TB1:" + b"0" * 4_000_000,
    "a code of lists": mutations.code(b"\x81" * 1_400),
    "a number of the code": mutations.code(b"\xc2\x59\x05\x00" + b"\xff" * 1_280),
    "zeros": bytes(4 * 1024 * 1024),
}


@pytest.mark.parametrize("given", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_no_more_than_its_size_allows(given, judge):
    calls = 0

    def count(frame, event, argument) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    judge(given)
    tracemalloc.start()
    sys.setprofile(count)
    try:
        verdict = judge(given).verdict
    finally:
        sys.setprofile(None)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert not verdict.valid
    assert calls < MOST_CALLS
    assert most < MOST_MEMORY


@pytest.mark.parametrize("name", ["trust.json", "status.json"])
def test_spoilt_lists_end_with_an_answer_too(name, shown, keys_dir, tmp_path, now, today):
    file, folder = tmp_path / "shown", tmp_path / "lists"
    file.write_bytes(shown["json"])
    folder.mkdir()
    for one in ("trust.json", "status.json"):
        (folder / one).write_bytes((keys_dir / one).read_bytes())
    original = (keys_dir / name).read_bytes()

    for nth, given in mutations.spoilt("list", original, rounds=max(ROUNDS // 3, 30), seed=SEED):
        (folder / name).write_bytes(given)
        finding = offline.verify(file, trust=folder, today=today, now=now)
        assert (finding.exit_code == offline.VALID) is finding.valid, nth
        assert finding.exit_code in (offline.VALID, offline.REFUSED, offline.NOT_READ), nth
        assert finding.message


def signature_place(pdf: bytes) -> int:
    """Where the signature of a PDF begins, in hexadecimal digits that no digest covers."""
    return pdf.rindex(b"/Contents <") + len(b"/Contents <")


def test_an_attribute_of_a_pdfs_signature_without_a_value_is_answered(shown, judge):
    """Found at random: seed 7, round 279."""
    original = shown["pdf"]
    message_digest = (
        bytes.fromhex("06092a864886f70d010904").hex().upper().encode()
    )  # its attribute in a set of one value
    place = original.index(message_digest, signature_place(original)) + len(message_digest)
    assert original[place : place + 8] == b"31220420"

    emptied = original[:place] + b"3100" + original[place + 4 :]

    assert judge(emptied).verdict.code == "altered"


def test_a_pdfs_signature_of_another_version_is_refused(shown, judge):
    """Found at random: seed 11, round 1584. The number changes nothing, and stands where no digest covers it."""
    original = shown["pdf"]
    place = original.index(b"020101310F", signature_place(original)) + len(b"0201")

    for version in (b"00", b"03", b"05", b"7F"):
        assert judge(original[:place] + version + original[place + 2 :]).verdict.code == "altered"


def test_every_digit_of_a_pdfs_signature_has_one_form(shown, judge):
    original = shown["pdf"]
    start = signature_place(original)
    used = len(original[start : original.index(b">", start)].rstrip(b"0"))

    for place in range(start + SEED % 7, start + used + 8, 1 if ROUNDS > 10_000 else 7):
        digit = b"%X" % ((int(original[place : place + 1], 16) + 1) % 16)
        assert not judge(original[:place] + digit + original[place + 1 :]).verdict.valid, place - start


def test_every_byte_of_the_seal_of_an_ofd_has_one_form(shown, judge):
    parts = container.unpack(shown["ofd"])
    seals = {name: part for name, part in parts.items() if "/Signs/" in name}

    assert any(name.endswith("SignedValue.dat") for name in seals)
    for name, part in seals.items():
        # What lies between is the picture of the seal.
        edges = [*range(SEED % 41, 600, 41), *range(max(600, len(part) - 1500), len(part), 41)]
        for place in range(len(part)) if ROUNDS > 10_000 else (each for each in edges if each < len(part)):
            spoilt = parts | {name: part[:place] + bytes([part[place] ^ 0x01]) + part[place + 1 :]}
            assert not judge(container.pack(spoilt)).verdict.valid, (name, place)
