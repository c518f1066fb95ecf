"""An application is what its events add up to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.applications import (
    NINE,
    REASON,
    accept,
    accepted,
    conclude,
    confirm,
    finish,
    give,
    handed_in,
    submitted,
)
from tests.domain.strategies import Spec
from tongban.domain.application import Application, CaseState, Confirmation, NoSuchCase, Opinion, fold, given_last
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import CertificateIssued, MaterialsSupplied, Outcome, SupplyCause, Verdict
from tongban.domain.materials import Basis, Supply, SupplySource

PARTNER = SubjectRole.COUNTERPARTY
SPECS = (Spec("a", opinion_desks=("甲岗", "乙岗")), Spec("b", needs=("a",), joint=(PARTNER,), materials=("id",)))


def test_an_application_begins_with_what_the_plan_says():
    event = submitted(SPECS)
    application = fold((event,))

    assert (application.id, application.number) == (event.application, event.number)
    assert (application.region, application.hall) == (event.region, event.hall)
    assert (application.supplies, application.form) == (event.supplies, event.form)
    assert [(c.index, c.matter, c.awaits, c.content, c.state) for c in application.cases] == [
        (1, "a", (), "a as applied for", CaseState.SUBMITTED),
        (2, "b", (1,), "b as applied for", CaseState.SUBMITTED),
    ]
    assert application.case(1).opinions == (Opinion("甲岗"), Opinion("乙岗"))
    assert application.case(2).confirmations == (Confirmation(PARTNER, f"party:{PARTNER}"),)
    assert application.closed_at is None


def test_a_confirmation_and_an_opinion_fill_their_own_places():
    application = accepted(SPECS)

    application = fold(confirm(application, 2, PARTNER), onto=application)
    application = fold(give(application, 1, "乙岗", verdict=Verdict.OBJECT), onto=application)

    assert application.case(2).confirmations == (Confirmation(PARTNER, f"party:{PARTNER}", "partner", "s", "k", NINE),)
    assert application.case(1).opinions == (Opinion("甲岗"), Opinion("乙岗", 1, Verdict.OBJECT, "first", REASON, NINE))
    assert application.case(1).missing_opinions == ("甲岗",)


def test_acceptance_tells_both_due_days_and_leaves_behind_who_is_not_ready():
    first = accepted(SPECS)
    second = fold(confirm(first, 2, PARTNER), onto=first)
    both = fold(accept(second, by="other"), onto=second)

    assert [case.state for case in first.cases] == [CaseState.ACCEPTED, CaseState.SUBMITTED]
    assert (first.case(1).promised_due_on, first.case(1).statutory_due_on) == (date(2026, 3, 9), date(2026, 3, 30))
    assert first.case(1).provisional is False
    assert [case.accepted_by for case in both.cases] == ["clerk", "other"]


def test_what_a_case_waits_for_is_what_has_no_certificate_yet():
    application = accepted((Spec("a"), Spec("b", needs=("a",))))
    assert application.waits_for(application.case(2)) == (application.case(1),)

    application = fold(conclude(application, 1, Outcome.APPROVED), onto=application)

    assert application.waits_for(application.case(2)) == ()


def test_a_certificate_stands_on_its_case():
    application = fold(finish(accepted((Spec("a"),))), onto=accepted((Spec("a"),)))

    issued = fold((CertificateIssued(1, "certificate", "digest", NINE),), onto=application)

    assert issued.case(1).certificate == "certificate"
    assert issued.closed_at == NINE


@pytest.mark.parametrize("index", [-1, 0, 3])
def test_a_case_that_is_not_there_is_refused(index):
    application = handed_in(SPECS)

    with pytest.raises(NoSuchCase, match=f"没有第 {index} 个办件，只有 2 个。请核对办件编号。"):
        application.case(index)


# --- what two nodes supply --------------------------------------------------------------------------------------------

SUPPLIES = st.builds(
    Supply,
    st.sampled_from(("id", "later")),
    st.just(SubjectRole.HOLDER),
    st.sampled_from((SupplySource.UPLOAD, SupplySource.CERTIFICATE)),
    st.sampled_from(("d-1", "d-2", "d-3")),
    st.just(Basis.GIVEN),
    st.sampled_from(("", "person:1")),
)
SUPPLIED = st.builds(
    MaterialsSupplied,
    st.lists(SUPPLIES, min_size=1, max_size=2).map(tuple),
    st.just(SupplyCause.CORRECTION),
    st.just("account:applicant"),
    st.integers(-1, 3).map(lambda minutes: NINE + timedelta(minutes=minutes)),
)
WRITTEN = st.lists(SUPPLIED, max_size=4)


def supply(reference: str, minutes: int) -> MaterialsSupplied:
    given = Supply("id", SubjectRole.HOLDER, SupplySource.UPLOAD, reference, Basis.GIVEN)
    at = NINE + timedelta(minutes=minutes)
    return MaterialsSupplied((given,), SupplyCause.CORRECTION, "account:applicant", at)


def stands(application: Application) -> list[object]:
    """Return what stands where and since when; the order of the places says nothing."""
    return sorted(zip(application.supplies, application.given_at, strict=True), key=repr)


@given(one=WRITTEN, other=WRITTEN, data=st.data())
def test_what_two_nodes_supply_stands_in_whichever_order_they_hear_of_each_other(
    one: Sequence[MaterialsSupplied], other: Sequence[MaterialsSupplied], data: st.DataObject
) -> None:
    handed = handed_in(SPECS)
    turns = data.draw(st.permutations([True] * len(one) + [False] * len(other)))
    ones, others = iter(one), iter(other)

    mixed = fold((next(ones if first else others) for first in turns), onto=handed)

    assert stands(mixed) == stands(fold((*one, *other), onto=handed))


@pytest.mark.parametrize(
    ("events", "reference"),
    [
        ((supply("first", 1), supply("second", 2)), "second"),
        ((supply("second", 2), supply("first", 1)), "second"),
        ((supply("a", 1), supply("b", 1)), "b"),
        ((supply("b", 1), supply("a", 1)), "b"),
        ((supply("before it was handed in, by a slow clock", -1),), "before it was handed in, by a slow clock"),
    ],
)
def test_of_one_place_stands_what_was_given_last(events: Sequence[MaterialsSupplied], reference: str) -> None:
    application = fold(events, onto=handed_in(SPECS))

    assert [one.reference for one in application.supplies if one.material == "id"] == [reference]


@pytest.mark.parametrize("minutes", [-2, 0, 1, 5])
def test_what_is_given_here_and_now_stands_whatever_the_clock_says(minutes: int) -> None:
    """The clock was fast, or two are given in the same instant."""
    application = fold((supply("z", 1),), onto=handed_in(SPECS))
    dated = given_last(application, supply("a", minutes))

    assert [one.reference for one in fold((dated,), onto=application).supplies if one.material == "id"] == ["a"]
    assert (dated.at == supply("a", minutes).at) == (minutes > 1)
