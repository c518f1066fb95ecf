"""Does the code on a sheet say what the certificate says, no more than needed, in one form?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import base45
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_certificate import DRAFT, TODAY, Key, issued, trusting
from tongban.crypto import cose, profiles
from tongban.crypto.profiles import Algorithm
from tongban.domain import certificate, compact, verification
from tongban.domain.certificate import Holder
from tongban.domain.compact import NotRead, Summary
from tongban.domain.identifiers import DocumentType
from tongban.domain.verdict import Code

KEYS = {algorithm: profiles.generate(algorithm) for algorithm in Algorithm}
BOTH = pytest.mark.parametrize("algorithm", list(Algorithm))
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
summaries = st.builds(
    Summary,
    identifier=texts,
    type_name=texts,
    holder=texts,
    holder_number=texts,
    issuer=texts,
    issuer_code=texts,
    region=texts,
    valid_from=st.dates(max_value=date(2100, 1, 1)),
    valid_until=st.none() | st.dates(min_value=date(2100, 1, 2)),
    digest=st.binary(min_size=16, max_size=16),
)


def code(said: Summary, algorithm: Algorithm = Algorithm.SM2SM3) -> str:
    private, _ = KEYS[algorithm]
    return compact.seal_up(
        said, key_id="k-1", algorithm=algorithm, sign=lambda it: profiles.sign(algorithm, private, it)
    )


@BOTH
@settings(max_examples=40, deadline=None)
@given(said=summaries)
def test_what_was_sealed_up_is_read_and_verifies(algorithm: Algorithm, said: Summary) -> None:
    read, signed = compact.open_up(code(said, algorithm))

    assert read == said
    assert profiles.verify(algorithm, KEYS[algorithm][1], signed.covered, signed.signature)


def test_it_sums_up_a_certificate() -> None:
    document = issued()
    content, _, _ = certificate.open_up(document)
    digest = certificate.file_digest(document)

    assert compact.summary(content, digest) == Summary(
        identifier=content.identifier,
        type_name="船舶国籍证书",
        holder="河北渤远航运有限公司",
        holder_number="91130209MA0TB10143",
        issuer="曹妃甸海事局",
        issuer_code="11130200MA0TB0011Q",
        region="130209",
        valid_from=date(2026, 3, 2),
        valid_until=date(2031, 3, 3),
        digest=bytes.fromhex(digest)[:16],
    )


@pytest.mark.parametrize(("region", "code_"), [("130000", Code.VALID), ("120000", Code.KEY_NOT_FOR_ISSUER)])
def test_only_the_issuers_region_vouches_for_the_key(region: str, code_: Code) -> None:
    private, public = KEYS[Algorithm.SM2SM3]
    text = code(compact.summary(certificate.open_up(issued())[0], "00" * 32))

    verdict = verification.judge_code(text, trust=trusting(Key(private, public, region=region)), today=TODAY)

    assert verdict.code is code_
    assert (verdict.summary is None) is (code_ is not Code.VALID)


def test_the_number_of_a_person_is_masked() -> None:
    holder = Holder("person:1", DocumentType.PASSPORT, "王建国", "E12345678")
    content, _, _ = certificate.open_up(issued(replace(DRAFT, holder=holder)))

    assert compact.summary(content, "00" * 32).holder_number == "E1*****78"


def test_a_qr_code_holds_it_in_its_compact_mode() -> None:
    text = code(compact.summary(certificate.open_up(issued())[0], "00" * 32))

    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert len(text) < 600


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_a_changed_character_is_refused(place: int) -> None:
    text = code(compact.summary(certificate.open_up(issued())[0], "00" * 32))
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    try:
        _, signed = compact.open_up(changed)
    except NotRead:
        return
    assert signed.key_id != "k-1" or not profiles.verify(
        signed.algorithm, KEYS[Algorithm.SM2SM3][1], signed.covered, signed.signature
    )


@pytest.mark.parametrize(
    "payload", [b"", b"\xa0", b"\x80", b"\x01", b"\xa1\x01\x01", b"\x81" * 500, b"\xbf\xff", b"\xf6"]
)
def test_a_signed_message_that_is_no_summary_is_refused(payload: bytes) -> None:
    private, _ = KEYS[Algorithm.ES256]
    message = cose.seal_up(
        payload,
        key_id="k-1",
        algorithm=Algorithm.ES256,
        sign=lambda it: profiles.sign(Algorithm.ES256, private, it),
    )
    with pytest.raises(NotRead):
        compact.open_up(compact.PREFIX + base45.b45encode(message).decode())


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": date(1, 1, 1)},
        {"valid_until": date(2026, 3, 2)},
        {"digest": b"1" * 15},
        {"digest": 1},
    ],
    ids=["before all days", "no day", "short", "no bytes"],
)
def test_a_summary_that_no_certificate_has_is_refused_whoever_signed_it(changes: dict[str, Any]) -> None:
    said = compact.summary(certificate.open_up(issued())[0], "00" * 32)

    with pytest.raises(NotRead):
        compact.open_up(code(replace(said, **changes)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_garbage_is_refused(garbage: str) -> None:
    for text in (garbage, compact.PREFIX + garbage):
        with pytest.raises(NotRead):
            compact.open_up(text)
