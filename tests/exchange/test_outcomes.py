"""What follows from a receipt is done once it has come, with the refusal where there was one, and only then."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.exchange.lines import Deliver, Line, ok, problem, write
from tests.exchange.others import NOW, Other
from tongban.domain.envelope import Message, Refusal
from tongban.exchange import outcomes
from tongban.exchange.inbox import GREETING


class Followed:
    """What followed, by number; breaks down at the numbers it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str]] = []
        self.breaks: set[int] = set()

    def __call__(self, message: Message, refused: Refusal | None, now: datetime) -> None:
        if message.sequence in self.breaks:
            raise RuntimeError
        self.seen.append((message.sequence, refused.words if refused else ""))


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Followed:
    made = Followed()
    monkeypatch.setattr(outcomes, "_outcomes", {GREETING: made})
    return made


def run() -> int:
    return outcomes.run(clock=lambda: NOW)


def test_an_outcome_waits_for_the_receipt_and_follows_once(
    line: Line, other: Other, deliver: Deliver, followed: Followed
) -> None:
    write({}, {}, {})
    line.answers = problem(503, code="not_now", detail="请稍后再送。", retry=True)
    deliver()
    assert run() == 0

    line.answers = ok(other, Refusal(2, "not_handed", "已经在别处。"))
    deliver(NOW.replace(hour=12))

    assert (run(), run()) == (3, 0)
    assert followed.seen == [(1, ""), (2, "已经在别处。"), (3, "")]


def test_one_that_fails_is_done_later_and_stops_no_other(line: Line, deliver: Deliver, followed: Followed) -> None:
    write({}, {})
    deliver()
    followed.breaks = {1}
    assert (run(), followed.seen) == (1, [(2, "")])

    followed.breaks.clear()

    assert (run(), followed.seen) == (1, [(2, ""), (1, "")])


def test_messages_of_which_nothing_follows_await_nothing(line: Line, deliver: Deliver) -> None:
    write({}, {})
    deliver()
    assert run() == 0
