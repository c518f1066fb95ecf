"""Until when is everything here that a peer has written, and as of when counts what is done there?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.exchange.others import NOW, Other
from tongban.crypto import canonical
from tongban.domain.clock import day_of
from tongban.domain.trust import written
from tongban.exchange import heard
from tongban.exchange.models import Peer, Reconciliation
from tongban.web import clock

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def say(other: Other, *, at: datetime, arrives: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the peer write by its clock, and this node store it by its own."""
    monkeypatch.setattr(clock, "now", lambda: arrives)
    other.writer.since = at - timedelta(seconds=other.writer.link.sequence + 1)
    other.now = arrives
    assert other.send(other.write()).status_code == 200


def compared(sent: int, *, at: datetime) -> None:
    theirs = canonical.encode({"standing": {"at": written(at), "sent": {"written": sent}}, "signature": {}}).decode()
    Reconciliation.objects.create(peer=Peer.objects.get(), tried_at=at, compared_at=at, theirs=theirs)


def test_nothing_is_known_of_who_has_said_nothing(other: Other) -> None:
    assert (heard.until("tianjin"), heard.days()) == (None, {})
    assert heard.as_of("tianjin", NOW - DAY, now=NOW) == NOW


def test_a_message_says_that_all_before_it_is_here(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    say(other, at=NOW, arrives=NOW + 5 * HOUR, monkeypatch=monkeypatch)

    assert heard.until("tianjin") == NOW - heard.WRITTEN_WITHIN
    assert heard.days() == {"tianjin": day_of(NOW) - DAY}
    assert heard.as_of("tianjin", NOW + HOUR, now=NOW + 5 * HOUR) == NOW + HOUR
    assert heard.as_of("tianjin", NOW - 9 * HOUR, now=NOW + 5 * HOUR) == NOW - heard.WRITTEN_WITHIN
    assert heard.as_of("tianjin", NOW + 9 * HOUR, now=NOW + 5 * HOUR) == NOW + 5 * HOUR


def test_what_a_wrong_clock_dates_into_the_future_counts_as_of_its_arrival(
    other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(other, at=NOW + 2 * DAY, arrives=NOW, monkeypatch=monkeypatch)

    assert heard.until("tianjin") == NOW - heard.WRITTEN_WITHIN


def test_a_comparison_says_it_where_nothing_more_was_written(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    say(other, at=NOW, arrives=NOW, monkeypatch=monkeypatch)
    compared(2, at=NOW + DAY)
    assert heard.until("tianjin") == NOW - heard.WRITTEN_WITHIN, "something is still on its way"

    say(other, at=NOW, arrives=NOW, monkeypatch=monkeypatch)

    assert heard.until("tianjin") == NOW + DAY - heard.WRITTEN_WITHIN
