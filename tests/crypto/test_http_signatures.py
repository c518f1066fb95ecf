"""A signed request is believed whole, from whom it says, while its window lasts, and not otherwise."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tongban.crypto import http_signatures, profiles
from tongban.crypto.http_signatures import Key, NotSigned, OutsideWindow, Request
from tongban.crypto.profiles import Algorithm

NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
ADDRESS = "https://tianjin.example/exchange/messages?after=7"
PAIRS = {algorithm: profiles.generate(algorithm) for algorithm in Algorithm}
BOTH = pytest.mark.parametrize("algorithm", list(Algorithm))


def signed(algorithm: Algorithm, body: bytes = b'{"a":1}') -> Request:
    request = Request("POST", ADDRESS, body, {"Content-Type": "application/json", "Tongban-Head": "7:ab"})
    http_signatures.sign(
        request,
        key="beijing-1",
        pen=lambda message: profiles.sign(algorithm, PAIRS[algorithm][0], message),
        also=["tongban-head"],
        now=NINE,
        until=NINE + FIVE_MINUTES,
    )
    return request


def known(algorithm: Algorithm) -> Callable[[str], Key | None]:
    return {"beijing-1": Key(algorithm, PAIRS[algorithm][1])}.get


def verify(request: Request, algorithm: Algorithm, now: datetime = NINE) -> http_signatures.Proof:
    return http_signatures.verify(request, key_of=known(algorithm), also=["tongban-head"], now=now)


@BOTH
def test_the_proof_stands_by_itself(algorithm: Algorithm) -> None:
    proof = verify(signed(algorithm), algorithm)

    assert (proof.key, proof.created, proof.expires) == ("beijing-1", NINE, NINE + FIVE_MINUTES)
    assert profiles.verify(algorithm, PAIRS[algorithm][1], proof.base, proof.signature)
    lines = proof.base.decode().splitlines()
    assert lines[:5] == [
        '"@method": POST',
        '"@authority": tianjin.example',
        '"@path": /exchange/messages',
        '"@query": ?after=7',
        '"tongban-head": 7:ab',
    ]
    assert lines[5].startswith('"content-digest": sha-')
    assert lines[6].startswith('"@signature-params": (')


@BOTH
@pytest.mark.parametrize("body", [b"", b'{"a":1}', bytes(range(256))])
def test_any_content_is_covered(algorithm: Algorithm, body: bytes) -> None:
    request = signed(algorithm, body)

    verify(request, algorithm)
    with pytest.raises(NotSigned):
        verify(replace(request, body=body + b" "), algorithm)


@BOTH
@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, url=ADDRESS.replace("tianjin", "hebei")),
        lambda request: replace(request, url=ADDRESS.replace("messages", "files")),
        lambda request: replace(request, url=ADDRESS.replace("7", "8")),
        lambda request: replace(request, url=ADDRESS.split("?")[0]),
        lambda request: with_header(request, "Tongban-Head", "8:ab"),
        lambda request: with_header(request, "Tongban-Head", None),
        lambda request: with_header(request, "Content-Digest", None),
        lambda request: with_header(request, "Content-Digest", "sha-256=:YQ==:"),
        lambda request: with_header(request, "Signature", None),
        lambda request: with_header(request, "Signature", "tongban=:YWJj:"),
        lambda request: with_header(request, "Signature", "garbage"),
        lambda request: with_header(request, "Signature-Input", None),
        lambda request: with_header(request, "Signature-Input", "tongban=()"),
        lambda request: edited(request, "beijing-1", "beijing-2"),
        lambda request: edited(request, f"expires={int(NINE.timestamp()) + 300}", "expires=99999999999"),
        lambda request: edited(request, '"@method" ', ""),
        lambda request: edited(request, '"tongban-head"', '"content-type"'),
        lambda request: edited(request, 'tag="tongban-exchange"', 'tag="other"'),
        lambda request: edited(request, ";created=", ';alg="hmac-sha256";created='),
    ],
)
def test_nothing_that_is_covered_can_be_changed(algorithm: Algorithm, change: Callable[[Request], Request]) -> None:
    with pytest.raises(NotSigned, match="请求的签名不成立"):
        verify(change(signed(algorithm)), algorithm)


@BOTH
def test_every_changed_byte_of_the_signature_is_noticed(algorithm: Algorithm) -> None:
    request = signed(algorithm)
    good = base64.b64decode(request.headers["Signature"].split(":")[1])

    for at in range(len(good)):
        changed = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        with pytest.raises(NotSigned):
            verify(with_header(request, "Signature", f"tongban=:{base64.b64encode(changed).decode()}:"), algorithm)


@BOTH
@pytest.mark.parametrize(
    ("now", "counts"),
    [
        (NINE - timedelta(seconds=31), False),
        (NINE - timedelta(seconds=30), True),
        (NINE, True),
        (NINE + FIVE_MINUTES + timedelta(seconds=29), True),
        (NINE + FIVE_MINUTES + timedelta(seconds=30), False),
        (NINE + timedelta(days=2), False),
    ],
)
def test_a_signature_counts_within_its_window(algorithm: Algorithm, now: datetime, counts: bool) -> None:
    request = signed(algorithm)
    if counts:
        verify(request, algorithm, now)
    else:
        with pytest.raises(OutsideWindow, match="请重新签名"):
            verify(request, algorithm, now)


@BOTH
def test_a_window_is_bounded_and_never_missing(algorithm: Algorithm) -> None:
    def of(until: datetime) -> Request:
        request = Request("GET", ADDRESS)
        pen = lambda message: profiles.sign(algorithm, PAIRS[algorithm][0], message)  # noqa: E731
        http_signatures.sign(request, key="beijing-1", pen=pen, now=NINE, until=until)
        return request

    with pytest.raises(NotSigned, match="超过 10 分钟"):
        http_signatures.verify(of(NINE + timedelta(minutes=11)), key_of=known(algorithm), now=NINE)
    endless = edited(of(NINE + FIVE_MINUTES), ";expires=", ';nonce="x";until=')
    with pytest.raises(NotSigned, match="window"):
        http_signatures.verify(endless, key_of=known(algorithm), now=NINE)


def test_the_other_profile_does_not_verify() -> None:
    with pytest.raises(NotSigned):
        verify(signed(Algorithm.ES256), Algorithm.SM2SM3)


def with_header(request: Request, name: str, value: str | None) -> Request:
    headers = {key: kept for key, kept in request.headers.items() if key != name}
    return replace(request, headers=headers if value is None else headers | {name: value})


def edited(request: Request, old: str, new: str) -> Request:
    given = request.headers["Signature-Input"]
    assert old in given
    return with_header(request, "Signature-Input", given.replace(old, new))
