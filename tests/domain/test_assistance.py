"""Help at a window: who may allow it, how long it lasts, what is checked, and whose signature hands in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tongban.domain import assistance as kernel
from tongban.domain.acts import ReasonMissing
from tongban.domain.assistance import (
    HELPING,
    WAITING,
    Assistance,
    NoSuchAssistance,
    NotChecked,
    NotNowAssisted,
    NotTheApplicant,
    State,
)
from tongban.domain.events import Event, IntakeCheck, Way
from tongban.domain.offers import Entitlement, HandlingMode, ReceiptCounts
from tongban.domain.sealed import Sealed

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
UPON = Entitlement(HandlingMode.PROXY, ReceiptCounts.AT_ARRIVAL, "A-1")
CLERK, APPLICANT, PERSON, BODY = "account:clerk", "account:agent", "person:agent", "org:body"


def begun(**changes: Any) -> Event:
    asked = {
        "hall": "hall",
        "region": "130209",
        "bundle": "TB-075",
        "body": "1111",
        "upon": UPON,
        "person": PERSON,
        "holder": BODY,
        "key": "key",
        "by": CLERK,
        "clerk": "",
        "at": NOW,
    }
    return kernel.begin(**asked | changes)


def after(*events: Event) -> Assistance:
    found = kernel.fold(events)
    assert found is not None
    return found


def allowed(**changes: Any) -> Event:
    asked = {"draft": "draft", "person": PERSON, "holder": BODY, "way": Way.PIN, "by": APPLICANT, "at": NOW}
    return kernel.allow(after(begun()), **asked | changes)


def helped() -> Assistance:
    return after(begun(), allowed())


def checked(found: Assistance, *, revision: int = 3, **changes: Any) -> Event:
    asked = {"checked": frozenset(IntakeCheck), "remark": None, "revision": revision, "by": CLERK, "at": NOW}
    return kernel.check(found, **asked | changes)


def test_help_waits_stands_and_is_over() -> None:
    waiting, open_ = after(begun()), helped()

    assert [waiting.state(NOW), waiting.state(NOW + WAITING)] == [State.WAITING, State.LAPSED]
    assert [open_.state(NOW), open_.state(NOW + HELPING)] == [State.HELPED, State.OVER]
    ended = after(begun(), allowed(), kernel.end(open_, by=APPLICANT, at=NOW))
    assert ended.state(NOW) is State.OVER
    refused = after(begun(), kernel.refuse(waiting, person=PERSON, by=APPLICANT, at=NOW))
    assert refused.state(NOW) is State.REFUSED
    signed = after(begun(), allowed(), kernel.sign(open_, way=Way.SCAN, by=APPLICANT, at=NOW))
    assert (signed.state(NOW + HELPING), signed.application) == (State.SIGNED, "draft")
    with pytest.raises(NotNowAssisted):
        kernel.end(signed, by=CLERK, at=NOW)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": CLERK}, NotTheApplicant),
        ({"person": "person:other"}, NotTheApplicant),
        ({"holder": "org:other"}, NotTheApplicant),
        ({"at": NOW + WAITING}, NoSuchAssistance),
    ],
)
def test_only_the_applicant_himself_allows_and_signs(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        allowed(**changes)
    found = after(begun(), allowed(), checked(helped()))
    asked = {"person": PERSON, "holder": BODY, "revision": 3, "by": APPLICANT, "at": NOW}
    if "at" not in changes:
        with pytest.raises(refusal):
            kernel.demand_signable(found, **asked | changes)
    assert kernel.demand_signable(found, **asked) == found.check


def test_nobody_helps_himself_or_whom_he_is() -> None:
    for clerk in (PERSON, BODY):
        with pytest.raises(NotTheApplicant, match="不能为自己帮办"):
            begun(clerk=clerk)


def test_what_is_not_in_order_needs_words_and_a_private_person_has_no_agent_to_check() -> None:
    with pytest.raises(ReasonMissing):
        checked(helped(), checked=frozenset({IntakeCheck.IDENTITY}))
    said = checked(helped(), checked=frozenset({IntakeCheck.IDENTITY}), remark=Sealed(BODY, "words"))
    private = after(begun(holder=PERSON))

    assert said.checked == (IntakeCheck.IDENTITY,)
    assert IntakeCheck.AUTHORITY not in private.checks and IntakeCheck.AUTHORITY in helped().checks


def test_only_the_clerk_who_helps_checks_and_only_while_it_stands() -> None:
    for changes in ({"by": "account:other"}, {"at": NOW + HELPING}):
        with pytest.raises(NotNowAssisted):
            checked(helped(), **changes)


def test_a_draft_that_changed_since_is_not_signed() -> None:
    asked = {"person": PERSON, "holder": BODY, "by": APPLICANT, "at": NOW + timedelta(minutes=5)}
    with pytest.raises(NotChecked):
        kernel.demand_signable(helped(), revision=3, **asked)
    with pytest.raises(NotChecked):
        kernel.demand_signable(after(begun(), allowed(), checked(helped())), revision=4, **asked)
