"""Is what the chain hashes canonical, and does every changed part change the hash?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tongban.crypto import canonical
from tongban.journal import chain

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ENTRY = {
    "stream": "application/1",
    "seq": 1,
    "type": "CaseAccepted",
    "version": 1,
    "at": NOW,
    "actor": "account:1",
    "operation": "op",
    "body": "{}",
}
words = st.text(st.characters(exclude_categories=["Cs"]))
codes = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1)
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words,
    lambda inner: st.lists(inner) | st.dictionaries(codes, inner),
    max_leaves=20,
)


@given(bodies)
def test_the_text_of_a_body_is_rfc_8785(body: object) -> None:
    assert chain.text(body).encode() == canonical.encode(body)


def test_every_part_of_an_entry_is_hashed() -> None:
    whole = chain.link(chain.GENESIS, **ENTRY)
    changes = {
        "stream": "application/2",
        "seq": 2,
        "type": "CaseDecided",
        "version": 2,
        "at": NOW + timedelta(microseconds=1),
        "actor": "system",
        "operation": "other",
        "body": "[]",
    }

    hashes = {chain.link(chain.GENESIS, **(ENTRY | {name: value})) for name, value in changes.items()}
    hashes.add(chain.link("1" * 64, **ENTRY))

    assert len(hashes) == len(changes) + 1
    assert whole not in hashes


def test_the_same_instant_in_another_zone_hashes_the_same() -> None:
    elsewhere = ENTRY | {"at": NOW.astimezone(ZoneInfo("Asia/Shanghai"))}

    assert chain.link(chain.GENESIS, **ENTRY) == chain.link(chain.GENESIS, **elsewhere)
