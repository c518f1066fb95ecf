"""What is not in a version that is known is refused as the document says, and what is older is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.domain.test_events import EXAMPLES
from tests.exchange import worked
from tests.exchange.others import Other
from tongban.crypto import canonical
from tongban.domain import envelope, reconciliation, trust
from tongban.domain.envelope import NotAMessage
from tongban.domain.reconciliation import NotAStanding
from tongban.exchange.cases.types import TOLD

_, FILES = worked.kept()
MESSAGE = FILES["messages"]["tianjin to beijing"]["messages"][0]["travels"]
RECEIPT = FILES["answers"]["receipt tianjin to beijing"]["answer"]["receipt"]
STANDING = FILES["answers"]["standing tianjin to beijing"]["answer"]["standing"]
LIST = FILES["trust"]["tianjin"]["trust.json"]


@pytest.mark.parametrize(
    ("read", "said", "version", "error"),
    [
        (envelope.disclose, MESSAGE, {"specversion": "1.1"}, NotAMessage),
        (envelope.read_receipt, RECEIPT, {"type": "tongban-receipt/2"}, NotAMessage),
        (reconciliation.read, STANDING, {"type": "tongban-standing/2"}, NotAStanding),
        (trust.parse, LIST, {"version": 3}, trust.Unreadable),
    ],
    ids=["message", "receipt", "standing", "trust list"],
)
def test_a_form_of_another_version_is_none(
    read: Callable[[Any], Any], said: dict[str, Any], version: dict[str, Any], error: type[Exception]
) -> None:
    read(said)

    with pytest.raises(error):
        read(said | version)


@pytest.mark.parametrize(
    ("read", "said", "error"),
    [
        (envelope.disclose, MESSAGE, NotAMessage),
        (envelope.read_receipt, RECEIPT, NotAMessage),
        (reconciliation.read, STANDING, NotAStanding),
    ],
    ids=["message", "receipt", "standing"],
)
def test_no_member_is_ignored(read: Callable[[Any], Any], said: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        read(said | {"more": "1"})


def told(other: Other, version: int, *, example: int, **more: Any) -> str:
    """Let a node tell an event that it says to be of a version; return with which code it is refused."""
    event = canonical.decode(EXAMPLES["MaterialsSupplied", example].read_bytes()) | more
    entry = {"actor": "account:1", "type": "MaterialsSupplied", "version": version, "event": event}
    body = {"application": worked.APPLICATION, "entries": [entry], "files": []}
    answer = other.send(other.write(kind=TOLD, subject=f"application:{worked.APPLICATION}:1", body=body))
    code: str = answer.json()["receipt"]["refused"][0]["code"]
    return code


def test_an_older_event_is_read_and_a_newer_one_is_refused(other: Other) -> None:
    """What is read is refused for what it says: nobody here knows the application."""
    assert told(other, 2, example=2) == "not_understood"
    assert told(other, 1, example=1) == "not_understood"
    assert told(other, 3, example=2) == "not_readable"
    assert told(other, 1, example=1, more=1) == "not_readable"
