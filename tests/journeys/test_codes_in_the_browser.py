"""Does a browser judge the code on a sheet, and the lists it judges by, as we do? Many of both are shown to both."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import base45
import cbor2
import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page

from tests.certificates.regions import START, Key, Root, status_file, status_key, summary, trust_file
from tests.verifying import asked, modules
from tongban.certificates import speech, verifying
from tongban.crypto import cose, p256, signature_der
from tongban.crypto.profiles import Algorithm
from tongban.domain import compact, status, trust
from tongban.domain.certificate import Status
from tongban.domain.clock import day_of
from tongban.domain.verdict import Ended, Verdict

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SM2, ES256 = Algorithm.SM2SM3, Algorithm.ES256

HEBEI = [Root.made("130000", algorithm) for algorithm in (SM2, ES256)]
TIANJIN = Root.made("120000", ES256)
BODY = "11130200MA0TB0011Q"
KEYS = {root.algorithm: Key(root, BODY, f"k-{root.algorithm}", root.algorithm) for root in HEBEI}
FORMER = Key(HEBEI[0], BODY, "k-former", SM2, changes={"retired_at": START + timedelta(days=30)})
LATER = Key(HEBEI[0], BODY, "k-later", SM2, changes={"valid_from": START + timedelta(days=90)})
BATCHES = Key(HEBEI[0], BODY, "k-batch", SM2, purpose="batch")
NEIGHBOUR = Key(TIANJIN, "11120000MA0TB0022X", "k-tianjin", ES256)
STATUS = status_key(HEBEI[0])
TRUST = trust_file((HEBEI, [*KEYS.values(), FORMER, LATER, BATCHES, STATUS]), ([TIANJIN], [NEIGHBOUR]))
PINNED = [HEBEI[0].certified.encoded, TIANJIN.certified.encoded]
STRANGE = "某\x1b[31m\u202e机关\u200b \u3000" * 9
ARTICLE = "《中华人民共和国行政许可法》第六十九条"
ENDS = {
    summary(10 + place).identifier: Ended(one, date(2026, 3, 2), ARTICLE if place % 2 else "")
    for place, one in enumerate(one for one in Status if one is not Status.IN_FORCE)
}
STATUSES = status_file((STATUS, ENDS))

JUDGE = """
async ({ place, trust, statuses, pinned, texts, now, speech, states }) => {
  const [trusts, lists, { judge }, { sentence, state }, { fromHex }] = await Promise.all(
    ["trust", "status", "verification", "sentences", "bytes"].map((name) => import(`${place}/${name}.js`)));
  const trusted = await trusts.parse(trust, pinned.map(fromHex));
  const known = await lists.parse(statuses, trusted, states);
  const found = [];
  for (const text of texts) {
    const verdict = await judge(text, { trust: trusted, statuses: known, now });
    const told = speech.flatMap((one) => [sentence(one, verdict), state(one, verdict)]);
    found.push([verdict.code, ...told, verdict.summary && verdict.summary.holderNumber]);
  }
  return found;
}"""
PARSE = """
async ({ place, files, pinned, states }) => {
  const [trusts, statuses, { fromHex }] = await Promise.all(
    ["trust", "status", "bytes"].map((name) => import(`${place}/${name}.js`)));
  const taken = [];
  for (const [trust, status] of files) {
    try {
      const trusted = await trusts.parse(trust, pinned.map(fromHex));
      await statuses.parse(status, trusted, states);
      taken.push(true);
    } catch { taken.push(false); }
  }
  return taken;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with modules(browser) as page:
        yield page


def codes() -> dict[str, str]:
    """A code for every finding, in both profiles where the profile matters."""
    found: dict[str, str] = {}
    for algorithm, key in KEYS.items():
        said = summary()
        found |= {
            f"{algorithm} valid": key.code(said),
            f"{algorithm} without end": key.code(replace(said, valid_until=None)),
            f"{algorithm} with a line behind": key.code(said) + "\r\n",
            f"{algorithm} expired": key.code(summary(valid_until=date(2026, 3, 2), valid_from=date(2026, 2, 1))),
            f"{algorithm} expired today": key.code(summary(valid_until=day_of(NOW), valid_from=date(2026, 2, 1))),
            f"{algorithm} last day": key.code(summary(valid_until=date(2026, 3, 3))),
            f"{algorithm} not yet": key.code(summary(valid_from=date(2026, 3, 9))),
            f"{algorithm} before the key": key.code(summary(valid_from=date(2025, 12, 31))),
            f"{algorithm} unknown key": key.code(said, key_id="k-9"),
            f"{algorithm} unknown issuer": key.code(summary(issuer_code="X", issuer=STRANGE), key_id="k-9"),
            f"{algorithm} issuer of another key": key.code(replace(said, issuer_code="X")),
            f"{algorithm} another region": key.code(replace(said, region="120000")),
            f"{algorithm} another region's key": key.code(said, key_id=NEIGHBOUR.key_id),
            f"{algorithm} signed by somebody": key.code(said, sign=Key(key.root, BODY, "x", algorithm).sign),
            f"{algorithm} of the other profile": key.code(said, key_id=KEYS[ES256 if algorithm is SM2 else SM2].key_id),
            f"{algorithm} nothing": compact.PREFIX,
            f"{algorithm} ends before it begins": key.code(summary(valid_until=date(1, 1, 1))),
        }
    for number in range(10, 10 + len(ENDS)):
        found[f"ended {number}"] = KEYS[SM2].code(summary(number))
    found |= {
        "the second form of a signature": KEYS[ES256].code(summary(), sign=lambda it: _high(KEYS[ES256].sign(it))),
        "a former key": FORMER.code(summary(valid_from=date(2026, 1, 15))),
        "a former key on its last day": FORMER.code(summary(valid_from=date(2026, 1, 31))),
        "a former key after": FORMER.code(summary(valid_from=date(2026, 2, 1))),
        "a key before its time": LATER.code(summary()),
        "a key for batches": BATCHES.code(summary()),
        "a region without a status list": NEIGHBOUR.code(summary(issuer_code=NEIGHBOUR.owner, region="120101")),
        "a holder with a strange name": KEYS[SM2].code(summary(holder=STRANGE, issuer="\ufeff龘\U00030000é")),
        "empty": "",
        "an address": "https://example.test/verify/1/?d=0",
        "small letters": KEYS[SM2].code(summary()).lower(),
        "a longer one": compact.PREFIX + "A" * 4095,
    }
    return found


def _high(signature: bytes) -> bytes:
    r, s = signature_der.numbers(signature)
    return signature_der.encode(r, p256.ORDER - s)


def changed(texts: list[str], chance: random.Random) -> Iterator[str]:
    """The same codes with a character, or a byte below the characters, another than it was."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    for text in texts:
        for _ in range(8):
            place = chance.randrange(len(text))
            yield text[:place] + chance.choice(letters) + text[place + 1 :]
            yield text[:place] + text[place + 1 :]
        message = bytearray(base45.b45decode(text.removeprefix(compact.PREFIX)))
        for place in (*range(14), *chance.sample(range(len(message)), 40)):
            other = bytes([*message[:place], message[place] ^ (1 << chance.randrange(8)), *message[place + 1 :]])
            yield compact.PREFIX + base45.b45encode(other).decode()


def rewritten() -> Iterator[str]:
    """Codes that a key has signed, but written as nobody of us writes them."""
    key = KEYS[SM2]
    plain = compact._plain(summary())
    for payload in (
        plain | {9: b"short"},
        plain | {9: 7},
        plain | {11: "more"},
        {number: value for number, value in plain.items() if number != 3},
        plain | {7: "2026-3-2"},
        plain | {7: "20260302"},
        plain | {7: "2026-02-30"},
        plain | {8: "2026-03-02"},
        plain | {2: 5},
        [],
        "text",
    ):
        yield _sealed(cbor2.dumps(payload, canonical=True), key)
    yield _sealed(cbor2.dumps({float(number): value for number, value in plain.items()}, canonical=True), key)
    yield _sealed(cbor2.dumps(dict(reversed(plain.items()))), key)
    yield _sealed(cbor2.dumps(plain, canonical=True) + b"\x00", key)
    yield _sealed(b"\xbf" + cbor2.dumps(plain, canonical=True)[1:] + b"\xff", key)
    yield _sealed(b"\x81" * 900, key)


def _sealed(payload: bytes, key: Key) -> str:
    message = cose.seal_up(payload, key_id=key.key_id, algorithm=key.algorithm, sign=key.sign)
    return compact.PREFIX + base45.b45encode(message).decode()


def _told(shown: str, trusted: trust.TrustList, known: Any, now: datetime) -> list[Any]:
    # Whatever is no code of ours is not taken for a file: the page has codes only.
    code = shown if shown.startswith(compact.PREFIX) else compact.PREFIX
    judged = verifying.judge(code.encode(), trust=trusted, statuses=known, today=day_of(now), now=now)
    verdict: Verdict = judged.verdict
    chinese, english = verdict.state
    number = verdict.summary.holder_number if verdict.summary else None
    return [verdict.code.value, verdict.message, chinese, verdict.message_en, english, number]


def _speech() -> list[dict[str, Any]]:
    with translation.override("zh-hans"):
        chinese = speech.speech()
    with translation.override("en"):
        return [chinese, speech.speech()]


@pytest.mark.parametrize("now", [NOW, NOW + timedelta(days=2)], ids=["fresh lists", "an old status list"])
def test_the_browser_says_of_every_code_what_we_say(page: Page, now: datetime) -> None:
    chance = random.Random(now.day)
    whole = codes()
    good = [whole[f"{algorithm} valid"] for algorithm in KEYS]
    texts = [*whole.values(), *rewritten(), *changed(good, chance)]
    trusted = trust.parse(TRUST, pinned=PINNED)
    known = status.parse(STATUSES, trust=trusted)

    ours = [_told(text, trusted, known, now) for text in texts]
    theirs = asked(
        page,
        JUDGE,
        trust=TRUST,
        statuses=STATUSES,
        pinned=[root.hex() for root in PINNED],
        texts=texts,
        now=int(now.timestamp() * 1_000_000),
        speech=_speech(),
        states=speech.states(),
    )

    assert len(texts) > 200
    assert {one[0] for one in ours} >= {
        *("valid", "unreadable_code", "altered", "unknown_issuer", "unknown_key", "key_not_for_issuer", "wrong_key"),
        *("key_out_of_validity", "not_yet_valid", "expired", "ended", "suspended"),
    }
    assert [text for text, our, their in zip(texts, ours, theirs, strict=True) if our != their] == []


def _list(change: Callable[[dict[str, Any]], None]) -> Callable[[], tuple[Any, Any]]:
    """Change the trust list of Hebei; its signature is the old one."""

    def changed() -> tuple[Any, Any]:
        file = deepcopy(TRUST)
        change(file["lists"][0])
        return file, STATUSES

    return changed


def lists() -> dict[str, tuple[Any, Any]]:
    """Lists as they should be, and as they should not."""
    strangers = [Root.made("130000", algorithm) for algorithm in (SM2, ES256)]
    uncertified = Key(HEBEI[0], BODY, "k-x", SM2, changes={"certificate": b""})
    of_another = Key(HEBEI[0], BODY, "k-x", SM2, changes={"certificate": KEYS[SM2].listed.certificate})
    by_stranger = Key(strangers[0], BODY, "k-x", SM2)
    twice = replace(KEYS[SM2], root=HEBEI[0])
    renewed, of_both = Root.made("130000", SM2), Key(TIANJIN, BODY, "k-x", ES256)
    trusts = {
        "as they are": TRUST,
        "a new root beside the old": trust_file(([*HEBEI, renewed], [*KEYS.values(), STATUS])),
        "only a new root": trust_file(([renewed], [STATUS])),
        "roots of a stranger": trust_file((strangers, [by_stranger])),
        "a key without a certificate": trust_file((HEBEI, [uncertified, STATUS])),
        "a key with the certificate of another": trust_file((HEBEI, [of_another, STATUS])),
        "a key certified by a stranger": trust_file((HEBEI, [by_stranger, STATUS])),
        "a key twice": trust_file((HEBEI, [twice, twice, STATUS])),
        "a region twice": TRUST | {"lists": TRUST["lists"] * 2},
        "an authority of two regions": trust_file((HEBEI, [KEYS[SM2], STATUS]), ([TIANJIN], [of_both])),
        "another version": TRUST | {"version": 3},
        "after the root": trust_file((HEBEI, [STATUS]), issued_at=START + timedelta(days=4000)),
        "no list": TRUST | {"lists": []},
    }
    found = {name: (file, STATUSES) for name, file in trusts.items()}
    found["no list at all"] = ({}, {})
    found["no status"] = (TRUST, status_file())
    for name, change in {
        "another day": lambda one: one["list"].update(next_at="2027-01-01T00:00:00+00:00"),
        "another key": lambda one: one["list"]["keys"][0].update(public_key=one["list"]["keys"][1]["public_key"]),
        "more in it": lambda one: one["list"].update(more=1),
        "no signature": lambda one: one.update(signatures=[]),
        "the signature of the other root alone": lambda one: one.update(signatures=one["signatures"][1:]),
        "a signature more": lambda one: one["signatures"].insert(0, {"root": "00", "value": "AA"}),
        "another signature": lambda one: one["signatures"][0].update(value=one["signatures"][1]["value"]),
    }.items():
        found[name] = _list(change)()
    stranger = Key(HEBEI[0], STATUS.owner, STATUS.key_id, SM2, purpose="status")
    for name, file in {
        "a status list of a stranger": status_file((stranger, ENDS)),
        "a status list by a key for certificates": status_file((KEYS[SM2], ENDS)),
        "a status list before its key": status_file((STATUS, ENDS), issued_at=START - timedelta(days=1)),
        "a status list twice": STATUSES | {"lists": STATUSES["lists"] * 2},
        "a status list in another version": STATUSES | {"version": 2},
    }.items():
        found[name] = (TRUST, file)
    for name, change in {
        "an end left out": lambda one: one["list"]["ended"].pop(),
        "another state": lambda one: one["list"]["ended"][0].update(status="fine"),
        "another day in it": lambda one: one["list"]["ended"][0].update(on="2026-3-2"),
    }.items():
        file = deepcopy(STATUSES)
        change(file["lists"][0])
        found[name] = (TRUST, file)
    return found


def test_the_browser_takes_the_lists_that_we_take(page: Page) -> None:
    given = lists()

    ours = {name: _taken(*files) for name, files in given.items()}
    pinned = [root.hex() for root in PINNED]
    theirs = asked(page, PARSE, files=list(given.values()), pinned=pinned, states=speech.states())

    assert dict(zip(given, theirs, strict=True)) == ours
    assert sorted(name for name, taken in ours.items() if taken) == sorted(
        ["as they are", "a new root beside the old", "no status", "a signature more"]
    )


def _taken(trust_lists: Any, status_lists: Any) -> bool:
    try:
        status.parse(status_lists, trust=trust.parse(trust_lists, pinned=PINNED))
    except (trust.Unreadable, status.Unreadable):
        return False
    return True
