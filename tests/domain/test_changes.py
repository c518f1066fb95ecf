"""What changing data after submission reaches: what is reviewed anew, what goes back, and what forbids it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.domain.applications import CALENDAR, NINE, RULES, accept, accepted, conclude, confirm, give, handed_in
from tests.domain.strategies import Spec
from tongban.domain import changes, intake, review
from tongban.domain.acts import NotNow
from tongban.domain.application import Application, CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.changes import Reach
from tongban.domain.clock import day_of
from tongban.domain.events import CaseAccepted, ConclusionReturned, Event, Outcome, SupplyCause
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.sealed import Sealed

PARTNER = SubjectRole.COUNTERPARTY
SPECS = (
    Spec("a", elements=("name",), opinion_desks=("甲岗",)),
    Spec("b", needs=("a",)),
    Spec("c", elements=("tonnage",)),
    Spec("d", elements=("name",)),
)
ASKS = {1: ("name",), 2: (), 3: ("tonnage",), 4: ("name",)}
OLD = {index: f"{matter} as applied for" for index, matter in enumerate("abcd", start=1)}


def change(
    application: Application, *elements: str, contents: Mapping[int, str] = {}, at: datetime = NINE
) -> tuple[Event, ...]:
    return changes.change(
        application,
        elements,
        form=Sealed("org:holder", "new"),
        participants=application.participants,
        asks=ASKS,
        contents=OLD | dict(contents),
        cause=SupplyCause.CHANGE,
        rules=RULES,
        calendar=CALENDAR,
        by="applicant",
        at=at,
    )


def under_review() -> Application:
    """One opinion is given, and every conclusion but that of the first case is signed upon it."""
    application = accepted(SPECS)
    application = fold(give(application, 1, "甲岗"), onto=application)
    return fold(conclude(application, 2, Outcome.APPROVED), onto=application)


@pytest.mark.parametrize(
    ("elements", "contents", "reached"),
    [
        (("name",), {1: "new", 4: "new"}, Reach((1, 4), (1, 4), (2,), (), ())),
        (("name",), {}, Reach((1, 4), (1, 4), (), (), ())),  # asked, but no certificate says it
        (("tonnage",), {}, Reach((3,), (3,), (), (), ())),
        (("other",), {1: "new"}, Reach((1,), (1,), (2,), (), ())),  # a certificate says what its form does not ask
        (("other",), {}, Reach((), (), (), (), ())),
    ],
)
def test_a_change_reaches_who_asks_it_and_whose_certificate_would_say_it(elements, contents, reached) -> None:
    assert changes.reach(under_review(), elements, asks=ASKS, contents=OLD | contents) == reached


def test_what_was_opined_on_old_data_is_asked_again_and_what_relied_on_it_goes_back() -> None:
    application = under_review()

    events = change(application, "name", contents={1: "new", 4: "new"})
    application = fold(events, onto=application)

    assert [event.case for event in events if isinstance(event, ConclusionReturned)] == [2]
    assert application.case(1).missing_opinions == ("甲岗",)
    assert (application.case(1).content, application.case(3).content) == ("new", OLD[3])
    assert [case.state for case in application.cases] == [CaseState.ACCEPTED] * 4


def test_before_acceptance_nothing_follows() -> None:
    application = handed_in(SPECS)

    events = change(application, "name", contents={1: "new", 4: "new"})

    assert [type(event).__name__ for event in events] == ["FormChanged"]
    assert fold(events, onto=application).case(1).state is CaseState.SUBMITTED


def test_what_is_decided_forbids_the_change_and_what_has_ended_does_not_feel_it() -> None:
    application = under_review()
    application = fold(conclude(application, 1, Outcome.APPROVED), onto=application)
    with pytest.raises(NotNow, match="第 1 个办件已经作出决定"):
        change(application, "name", contents={4: "new"})

    application = handed_in(SPECS)
    gone = intake.withdraw(application, (1,), reason=None, by="applicant", calendar=CALENDAR, at=NINE)
    application = fold(gone, onto=application)
    application = fold(change(application, "name", contents={1: "new", 4: "new"}), onto=application)
    assert [case.content for case in application.cases] == [OLD[1], OLD[2], OLD[3], "new"]


@pytest.mark.parametrize(
    ("elements", "words"), [((), "没有改动任何填报内容"), (("other",), "不属于任何还在办理的办件")]
)
def test_what_is_no_change(elements: tuple[str, ...], words: str) -> None:
    with pytest.raises(NotNow, match=words):
        change(under_review(), *elements)


def test_whom_the_application_is_about_does_not_change() -> None:
    application = handed_in(SPECS)
    other = tuple(replace(one, id=f"other:{one.role}") for one in application.participants)

    with pytest.raises(changes.WhomItIsAbout, match="不能更改"):
        changes.change(
            application,
            ["name"],
            form=application.form,
            participants=other,
            asks=ASKS,
            contents=OLD,
            cause=SupplyCause.CHANGE,
            rules=RULES,
            calendar=CALENDAR,
            by="applicant",
            at=NINE,
        )


# --- what a co-applicant signed ---------------------------------------------------------------------------------------

JOINT = (Spec("a", elements=("name",), joint=(PARTNER,)), *SPECS[1:])


def signed(specs: Sequence[Spec] = JOINT) -> Application:
    """A co-applicant has signed the first case."""
    application = handed_in(specs)
    return fold(confirm(application, 1, PARTNER), onto=application)


def test_what_a_co_applicant_signed_is_signed_anew_when_it_changes() -> None:
    application = signed()

    events = change(application, "name", contents={1: "new", 4: "new"})
    application = fold(events, onto=application)

    case = application.case(1)
    assert (case.confirmed, case.received_on, case.answer_due_on) == (False, None, None)
    assert case.confirm_by_on is not None
    assert application.case(4).received_on is not None
    assert 1 not in {event.case for event in accept(application) if isinstance(event, CaseAccepted)}
    application = fold(confirm(application, 1, PARTNER), onto=application)
    assert (application.case(1).confirmed, application.case(1).received_on) == (True, day_of(NINE))


def test_a_signature_stands_while_what_was_signed_stays_as_it_was() -> None:
    application = signed()

    application = fold(change(application, "name"), onto=application)

    assert application.case(1).confirmed
    assert application.case(1).received_on == day_of(NINE)


def test_under_review_nothing_is_approved_until_the_new_content_is_signed() -> None:
    application = signed()
    application = fold(accept(application), onto=application)
    application = fold(change(application, "name", contents={1: "new"}), onto=application)

    assert application.case(1).received_on == day_of(NINE)
    with pytest.raises(NotNow, match="还没有重新签名"):
        conclude(application, 1, Outcome.APPROVED)
    application = fold(confirm(application, 1, PARTNER), onto=application)
    application = fold(conclude(application, 1, Outcome.APPROVED), onto=application)
    assert application.case(1).approved


def test_what_silence_has_accepted_already_is_not_received_anew() -> None:
    application = signed()

    with pytest.raises(NotNow, match="自收到之日起即为受理"):
        change(application, "name", contents={1: "new"}, at=NINE + timedelta(days=30))


def test_nobody_signs_what_changed_after_it_was_shown() -> None:
    application = signed()
    application = fold(change(application, "name", contents={1: "new"}), onto=application)
    shown = review.shown(application, 1)
    changed = fold(change(application, "name", contents={1: "newer"}), onto=application)

    with pytest.raises(review.NotAsSeen, match="刚刚改动过"):
        confirm(changed, 1, PARTNER, seen=shown)
    assert fold(confirm(application, 1, PARTNER, seen=shown), onto=application).case(1).confirmed


def test_a_preview_tells_whose_signature_is_asked_for_anew() -> None:
    reached = changes.reach(signed(), ["name"], asks=ASKS, contents=OLD | {1: "new", 4: "new"})

    assert reached.signed_anew == (1,)


def certificate(code: str, source: SupplySource = SupplySource.UPLOAD) -> Supply:
    return Supply(code, SubjectRole.HOLDER, source, "digest", Basis.GIVEN)


def test_a_certificate_stands_in_the_place_of_one_that_will_not_come() -> None:
    application = accepted((Spec("a"), Spec("b", needs=("a",))))
    application = fold(conclude(application, 1, Outcome.DENIED), onto=application)
    assert changes.lost(application, application.case(2)) == ("C-a",)

    events = changes.in_place(application, [certificate("C-a")], by="applicant", at=NINE)
    application = fold(events, onto=application)

    assert application.case(2).awaits == ()
    assert changes.lost(application, application.case(2)) == ()
    application = fold(conclude(application, 2, Outcome.APPROVED), onto=application)
    assert application.case(2).state is CaseState.DECIDED


@pytest.mark.parametrize(
    ("supplies", "ended"),
    [
        ([certificate("C-a")], False),  # it will still come
        ([certificate("C-b")], True),  # nobody waits for it
        ([certificate("C-a", SupplySource.REGISTRY)], True),
        ([], True),
    ],
)
def test_what_stands_in_no_place(supplies: list[Supply], ended: bool) -> None:
    application = handed_in((Spec("a"), Spec("b", needs=("a",))))
    application = fold(accept(application), onto=application)
    if ended:
        application = fold(conclude(application, 1, Outcome.DENIED), onto=application)

    with pytest.raises(NotNow, match="没有办件在等这份证照"):
        changes.in_place(application, supplies, by="applicant", at=NINE)
