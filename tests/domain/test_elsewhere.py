"""What a node knows of a certificate that another issued is what its issuer says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tongban.domain import elsewhere, ends
from tongban.domain.certificate import Status
from tongban.domain.elsewhere import EndedForGood, NotElsewhere, Word
from tongban.domain.ends import UNTOUCHED, Standing
from tongban.domain.verdict import Ended

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ARTICLE = "行政许可法第六十九条第二款"
IDENTIFIER = "1.2.156.3005.2.1"


def word(status: Status = Status.IN_FORCE, *, on: int = 2, article: str = "", hours: int = 0) -> Word:
    day = None if status is Status.IN_FORCE else date(2026, 3, on)
    return Word(status, day, article, NOW + timedelta(hours=hours))


def received() -> Standing:
    came = elsewhere.receive(IDENTIFIER, word(), digest="0" * 64, origin="tianjin", at=NOW)
    return ends.fold([came])


def after(*words: Word) -> Standing:
    standing = received()
    for one in words:
        standing = ends.fold(elsewhere.hear(standing, IDENTIFIER, one, at=NOW), onto=standing)
    return standing


def test_what_was_received_stands_as_its_issuer_says() -> None:
    assert received() == Standing(as_of=NOW)
    assert after(word(Status.SUSPENDED, hours=1)) == Standing(
        Status.SUSPENDED, date(2026, 3, 2), as_of=NOW + timedelta(hours=1)
    )


def test_what_is_suspended_is_restored_and_what_has_ended_is_not() -> None:
    suspended, restored = word(Status.SUSPENDED, hours=1), word(hours=2)
    annulled = word(Status.ANNULLED, article=ARTICLE, hours=3)

    assert after(suspended, restored) == Standing(as_of=NOW + timedelta(hours=2))
    with pytest.raises(EndedForGood, match="失效后不能恢复"):
        after(suspended, annulled, word(hours=4))


def test_the_same_word_again_changes_nothing() -> None:
    ended = after(word(Status.REVOKED, hours=1))

    assert elsewhere.hear(ended, IDENTIFIER, word(Status.REVOKED, hours=5), at=NOW) == ()
    assert elsewhere.hear(received(), IDENTIFIER, word(hours=5), at=NOW) == ()


def test_words_are_taken_in_the_order_in_which_they_come_whatever_their_clock_says() -> None:
    assert after(word(Status.SUSPENDED, hours=-48)).status is Status.SUSPENDED


def test_only_a_list_that_is_younger_than_the_last_word_counts() -> None:
    standing = after(word(Status.SUSPENDED, hours=2))
    lists = [elsewhere.listed(None, issued_at=NOW + timedelta(hours=hours)) for hours in (1, 2, 3)]

    assert [elsewhere.newer(standing, one) for one in lists] == [False, False, True]
    assert not elsewhere.newer(UNTOUCHED, lists[-1])


def test_a_list_says_what_a_word_says() -> None:
    ended = Ended(Status.ANNULLED, date(2026, 3, 2), ARTICLE)

    assert elsewhere.listed(ended, issued_at=NOW) == word(Status.ANNULLED, article=ARTICLE)
    assert elsewhere.listed(None, issued_at=NOW) == word()


def test_nobody_speaks_for_what_this_node_issued() -> None:
    with pytest.raises(NotElsewhere, match="由本节点签发"):
        elsewhere.hear(UNTOUCHED, IDENTIFIER, word(Status.REVOKED), at=NOW)


@pytest.mark.parametrize(("status", "on"), [(Status.REVOKED, None), (Status.IN_FORCE, date(2026, 3, 2))])
def test_what_does_not_count_has_its_day(status: Status, on: date | None) -> None:
    with pytest.raises(ValueError, match="has a day"):
        Word(status, on, "", NOW)
