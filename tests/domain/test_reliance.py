"""What the fate of a certificate means for the applications that relied on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.domain.applications import NINE, REASON, accept, conclude, received, submitted
from tests.domain.strategies import Spec
from tongban.domain import changes, reliance
from tongban.domain.acts import NotNow, ReasonMissing
from tongban.domain.application import Application, CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import (
    CertificateFateTold,
    CertificateIssued,
    ConclusionReturned,
    Fate,
    MaterialsSupplied,
    Outcome,
    ReturnCause,
    SupplyCause,
)
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.reliance import Became, EvidenceDoubted

ARTICLE = "行政许可法第六十九条第二款"
SPECS = (Spec("a", materials=("m",)), Spec("b", materials=("n",)), Spec("c", materials=("m",), needs=("b",)))
USES = {1: ("m",), 2: ("n",), 3: ("m",)}
LATER = NINE + timedelta(days=1)


def became(fate: Fate = Fate.ANNULLED, certificate: str = "t-1", on: date = date(2026, 3, 3)) -> Became:
    return Became(certificate, fate, "" if fate is Fate.IN_FORCE else ARTICLE, on)


def relying() -> Application:
    """Cases 1 and 3 go by the certificate t-1 in the place of the material m; 3 waits for the certificate of 2."""
    event = submitted(SPECS)
    supplies = tuple(
        replace(one, source=SupplySource.CERTIFICATE, reference="t-1", basis=Basis.DUTY) if one.material == "m" else one
        for one in event.supplies
    )
    return received(fold((replace(event, supplies=supplies),)))


def under_review() -> Application:
    application = relying()
    return fold(accept(application), onto=application)


def approve(application: Application, *cases: int) -> Application:
    for index in cases:
        application = fold(conclude(application, index, Outcome.APPROVED), onto=application)
    return application


def told(application: Application, *fates: Became) -> Application:
    for one in fates or (became(),):
        application = fold(reliance.tell(application, one, uses=USES, at=LATER), onto=application)
    return application


def settled(application: Application, index: int) -> Application:
    events = reliance.settle(application, index, certificate="t-1", uses=USES, finding=REASON, by="desk", at=LATER)
    return fold(events, onto=application)


def test_every_case_that_went_by_it_is_told_in_one_event_and_no_other():
    (event,) = reliance.tell(under_review(), became(), uses=USES, at=LATER)

    assert event == CertificateFateTold("t-1", "m", Fate.ANNULLED, ARTICLE, date(2026, 3, 3), (1, 3), LATER)


def test_an_end_that_is_known_is_told_once_and_a_worse_one_again():
    application = told(under_review(), became(Fate.SUSPENDED))

    assert reliance.tell(application, became(Fate.SUSPENDED), uses=USES, at=LATER) == ()
    worse = told(application, became(Fate.REVOKED))
    assert [one.fate for one in worse.case(1).doubts] == [Fate.REVOKED]


def test_what_is_open_is_not_approved_upon_it_but_may_be_denied():
    application = told(under_review())

    with pytest.raises(
        EvidenceDoubted, match=r"证照 t-1 已于 2026-03-03 撤销（行政许可法第六十九条第二款），不能再作为依据"
    ):
        conclude(application, 1, Outcome.APPROVED)
    assert conclude(application, 1, Outcome.DENIED)
    assert conclude(application, 2, Outcome.APPROVED)


def test_a_conclusion_that_waits_goes_back_to_its_desk():
    waiting = approve(under_review(), 3)

    events = reliance.tell(waiting, became(), uses=USES, at=LATER)
    after = fold(events, onto=waiting)

    assert [event for event in events if isinstance(event, ConclusionReturned)] == [
        ConclusionReturned(3, 3, ReturnCause.EVIDENCE_DOUBTED, LATER)
    ]
    assert (after.case(3).state, after.case(3).returned) == (CaseState.ACCEPTED, ReturnCause.EVIDENCE_DOUBTED)


def test_what_is_decided_stays_decided_and_is_considered():
    application = told(approve(under_review(), 1))

    case = application.case(1)
    assert (case.state, case.approved, len(case.doubts)) == (CaseState.DECIDED, True, 1)
    assert settled(application, 1).case(1).doubts == ()


def test_what_was_denied_feels_nothing():
    application = under_review()
    denied = fold(conclude(application, 1, Outcome.DENIED), onto=application)

    (event,) = reliance.tell(denied, became(), uses=USES, at=LATER)

    assert isinstance(event, CertificateFateTold) and event.cases == (3,)


def test_in_force_again_nothing_is_in_doubt():
    application = told(under_review(), became(Fate.SUSPENDED), became(Fate.IN_FORCE))

    assert [case.proceedings.doubts for case in application.cases] == [(), (), ()]
    assert reliance.tell(application, became(Fate.IN_FORCE), uses=USES, at=LATER) == ()


def test_the_applicant_gives_something_else_in_its_place():
    application = told(approve(under_review(), 1))
    given = Supply("m", SubjectRole.HOLDER, SupplySource.UPLOAD, "another", Basis.GIVEN)

    assert changes.lost(application, application.case(3)) == ("m",)
    after = fold(changes.in_place(application, [given], by="applicant", at=LATER), onto=application)

    assert after.case(3).doubts == ()
    assert len(after.case(1).doubts) == 1
    assert conclude(after, 3, Outcome.APPROVED)


def test_what_was_given_anew_is_not_in_doubt_whichever_one_hears_of_first():
    """The fate and the supply were told at the same moment by two nodes."""
    application = under_review()
    doubted = reliance.tell(application, became(), uses=USES, at=LATER)
    given = Supply("m", SubjectRole.HOLDER, SupplySource.UPLOAD, "another", Basis.GIVEN)
    supplied = MaterialsSupplied((given,), SupplyCause.CORRECTION, "applicant", LATER)

    found = [fold(events, onto=application) for events in ((*doubted, supplied), (supplied, *doubted))]

    assert found[0] == found[1]
    assert [case.proceedings.doubts for case in found[0].cases] == [(), (), ()]


def test_a_supply_that_does_not_count_answers_nothing():
    """An older one of another node, of which one hears after a newer certificate has taken its place."""
    newer = Supply("m", SubjectRole.HOLDER, SupplySource.CERTIFICATE, "t-2", Basis.DUTY)
    older = Supply("m", SubjectRole.HOLDER, SupplySource.UPLOAD, "another", Basis.GIVEN)
    last = MaterialsSupplied((newer,), SupplyCause.CORRECTION, "applicant", LATER)
    late = MaterialsSupplied((older,), SupplyCause.CORRECTION, "applicant", NINE)
    application = told(fold((last,), onto=under_review()), became(certificate="t-2"))
    assert len(application.case(1).doubts) == 1
    assert fold((late,), onto=application) == application


def test_something_else_stands_for_the_certificate_of_a_sister_case():
    application = approve(under_review(), 2)
    application = fold([CertificateIssued(2, "b-1", "digest", LATER)], onto=application)
    application = told(application, became(Fate.SUSPENDED, certificate="b-1"))
    given = Supply("C-b", SubjectRole.HOLDER, SupplySource.UPLOAD, "another", Basis.GIVEN)

    after = fold(changes.in_place(application, [given], by="applicant", at=LATER), onto=application)

    assert after.case(3).doubts == ()
    assert reliance.relied_on(after, after.case(3), USES[3]) == {"t-1": ("m",)}
    assert reliance.tell(after, became(Fate.REVOKED, certificate="b-1"), uses=USES, at=LATER) == ()


def test_the_same_certificate_again_answers_nothing():
    application = told(under_review())
    same = Supply("m", SubjectRole.HOLDER, SupplySource.CERTIFICATE, "t-1", Basis.DUTY)

    after = fold(changes.in_place(application, [same], by="applicant", at=LATER), onto=application)

    assert len(after.case(1).doubts) == 1


def test_the_desk_stands_by_the_case_with_its_reason():
    application = told(under_review())

    with pytest.raises(ReasonMissing):
        reliance.settle(application, 1, certificate="t-1", uses=USES, finding=None, by="desk", at=LATER)
    with pytest.raises(NotNow):
        reliance.settle(application, 2, certificate="t-1", uses=USES, finding=REASON, by="desk", at=LATER)
    after = settled(application, 1)
    assert conclude(after, 1, Outcome.APPROVED)
    with pytest.raises(EvidenceDoubted):
        conclude(after, 3, Outcome.APPROVED)


def test_what_a_sister_case_yielded_is_relied_on_by_whoever_waited_for_it():
    application = approve(under_review(), 2)
    application = fold([CertificateIssued(2, "b-1", "digest", LATER)], onto=application)

    (event,) = reliance.tell(application, became(certificate="b-1"), uses=USES, at=LATER)

    assert isinstance(event, CertificateFateTold)
    assert (event.material, event.cases) == ("C-b", (3,))


def test_a_term_that_is_over_is_told_by_the_desk_that_stands_by_the_case():
    application = under_review()
    over = became(Fate.EXPIRED)

    with pytest.raises(EvidenceDoubted, match="已于 2026-03-03 有效期届满"):
        reliance.demand_sound(application.case(1), [over])
    events = reliance.settle(
        application, 1, certificate="t-1", lapsed=[over], uses=USES, finding=REASON, by="desk", at=LATER
    )
    after = fold(events, onto=application)

    assert [type(event).__name__ for event in events] == ["CertificateFateTold", "DoubtSettled"]
    reliance.demand_sound(after.case(1), [over])
    with pytest.raises(EvidenceDoubted):
        reliance.demand_sound(after.case(3), [over])


def test_whoever_stands_by_a_case_tells_its_sisters_nothing():
    """Another case waits for the same certificate: its desk has not looked yet (invariant 6)."""
    specs = (Spec("a"), Spec("b", needs=("a",)), Spec("c", needs=("a",)))
    application = received(fold((submitted(specs),)))
    application = approve(fold(accept(application), onto=application), 1)
    application = fold((CertificateIssued(1, "a-1", "0" * 64, LATER),), onto=application)
    lapsed = became(Fate.EXPIRED, certificate="a-1")

    events = reliance.settle(
        application,
        2,
        certificate="a-1",
        lapsed=[lapsed],
        uses={1: (), 2: (), 3: ()},
        finding=REASON,
        by="desk",
        at=LATER,
    )

    after = fold(events, onto=application)
    assert after.case(3) == application.case(3)
    assert [one.open for one in after.case(2).proceedings.doubts] == [False]
