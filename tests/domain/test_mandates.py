"""Who may act for an organisation: the representative always, an agent within his mandates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.domain import mandates
from tongban.domain.events import ApplicationClosed, Event, MandateRevoked, OrganisationRegistered
from tongban.domain.mandates import InvalidMandate, Mandate, Organisation

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
REGISTERED = OrganisationRegistered("91130209MA0TB10143", "河北渤远航运有限公司", "130209", "person:0", AT)
COMPANY = mandates.apply(None, REGISTERED)
DAYS = st.integers(-5, 5).map(lambda days: TODAY + timedelta(days=days))
MATTERS = st.lists(st.sampled_from(["HS-01", "HS-02", "HS-03"]), max_size=3)


def grant(organisation: Organisation, number: int, **changes: object) -> Organisation:
    asked = {"agent": "person:1", "matters": ["HS-01"], "valid_from": TODAY, "valid_until": date(2026, 4, 1)}
    event = mandates.grant(organisation, mandate=f"m{number}", by="person:0", at=AT, today=TODAY, **(asked | changes))
    return mandates.apply(organisation, event)


@pytest.mark.parametrize(
    ("day", "matters"),
    [
        (date(2026, 3, 1), frozenset()),
        (date(2026, 3, 2), frozenset({"HS-01"})),
        (date(2026, 3, 31), frozenset({"HS-01"})),
        (date(2026, 4, 1), frozenset()),
    ],
)
def test_a_mandate_counts_from_its_first_day_until_the_day_that_no_longer_does(
    day: date, matters: frozenset[str]
) -> None:
    assert mandates.covered(grant(COMPANY, 1), person="person:1", today=day) == matters


def test_the_representative_may_do_everything_on_every_day() -> None:
    assert mandates.covered(COMPANY, person="person:0", today=date(1990, 1, 1)) is None


def test_no_matters_mean_all() -> None:
    assert mandates.covered(grant(COMPANY, 1, matters=[]), person="person:1", today=TODAY) is None


def test_matters_named_twice_count_once() -> None:
    assert grant(COMPANY, 1, matters=["HS-02", "HS-01", "HS-02"]).mandates[0].matters == ("HS-01", "HS-02")


def test_a_revoked_mandate_covers_nothing_at_once() -> None:
    organisation = grant(COMPANY, 1)

    revoked = mandates.apply(organisation, mandates.revoke(organisation, mandate="m1", by="person:0", at=AT))

    assert mandates.covered(revoked, person="person:1", today=TODAY) == frozenset()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agent": "person:0"}, "法定代表人本人不需要授权。请填写受托人的证件。"),
        ({"valid_until": TODAY}, "截止日早于开始日。请改正授权期限。"),
        ({"valid_from": date(2026, 1, 1), "valid_until": TODAY}, "截止日已经过去。请填写今天或以后的日期。"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidMandate, match=sentence):
        grant(COMPANY, 1, **changes)


@pytest.mark.parametrize("mandate", ["m1", "m2"])
def test_what_is_revoked_or_unknown_cannot_be_revoked(mandate: str) -> None:
    organisation = grant(COMPANY, 1)
    revoked = mandates.apply(organisation, mandates.revoke(organisation, mandate="m1", by="person:0", at=AT))

    with pytest.raises(InvalidMandate, match=r"授权未撤销：.+。"):
        mandates.revoke(revoked, mandate=mandate, by="person:0", at=AT)


@pytest.mark.parametrize(
    ("organisation", "event"),
    [(None, MandateRevoked("m1", "person:0", AT)), (COMPANY, REGISTERED), (COMPANY, ApplicationClosed(AT))],
)
def test_a_stream_that_tells_nonsense_is_refused(organisation: Organisation | None, event: Event) -> None:
    with pytest.raises(ValueError, match="does not belong to the stream of an organisation"):
        mandates.apply(organisation, event)


@given(
    granted=st.lists(
        st.tuples(st.sampled_from(["person:1", "person:2"]), MATTERS, DAYS, DAYS, st.booleans()), max_size=6
    ),
    day=DAYS,
)
def test_several_mandates_add_up_and_nobody_gains_by_anothers(
    granted: list[tuple[str, list[str], date, date, bool]], day: date
) -> None:
    held = tuple(Mandate(f"m{n}", who, tuple(what), a, b, off) for n, (who, what, a, b, off) in enumerate(granted))
    organisation = replace(COMPANY, mandates=held)

    standing = [what for who, what, a, b, off in granted if who == "person:1" and a <= day < b and not off]

    expected = None if [] in standing else {matter for what in standing for matter in what}
    assert mandates.covered(organisation, person="person:1", today=day) == expected


def test_folding_its_events_gives_the_organisation() -> None:
    first = mandates.grant(
        COMPANY,
        mandate="m1",
        agent="person:1",
        matters=[],
        valid_from=TODAY,
        valid_until=date(2026, 4, 1),
        by="person:0",
        at=AT,
        today=TODAY,
    )
    revoked = MandateRevoked("m1", "person:0", AT)

    folded = mandates.fold([REGISTERED, first, revoked])

    assert folded == replace(COMPANY, mandates=(Mandate("m1", "person:1", (), TODAY, date(2026, 4, 1), revoked=True),))
