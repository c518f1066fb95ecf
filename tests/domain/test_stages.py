"""At which stage a case stands and by when it is due, all through its life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.domain.applications import CALENDAR, NINE, accepted, conclude, confirm, give, handed_in
from tests.domain.strategies import Spec
from tongban.domain import procedures, stages
from tongban.domain.application import Application, CaseState, fold
from tongban.domain.catalogue import SubjectRole
from tongban.domain.events import Demand, DemandKind, Event, Outcome, Procedure
from tongban.domain.proceedings import Notice
from tongban.domain.stages import Stage

OPINED = Spec("A", opinion_desks=("会审岗",))
ANSWER, PROMISE = date(2026, 3, 9), date(2026, 3, 9)


def first(application: Application, *events: Event) -> tuple[Stage | None, date | None]:
    """Return where the first case stands after these events, and its day."""
    after = fold(events, onto=application)
    return stages.stage(after.case(1)), stages.due_on(after, after.case(1))


def test_a_case_waits_for_signature_answer_opinions_conclusion_and_certificates() -> None:
    joint = handed_in([Spec("A", joint=(SubjectRole.COUNTERPARTY,))])
    opinions = accepted([OPINED])
    awaiting = accepted([Spec("A", needs=("B",)), Spec("B")])
    approved = {case.matter: case.index for case in awaiting.cases}

    assert first(joint)[0] is Stage.CONFIRM
    assert first(joint, *confirm(joint, 1, SubjectRole.COUNTERPARTY)) == (Stage.ACCEPT, ANSWER)
    assert first(handed_in([OPINED])) == (Stage.ACCEPT, ANSWER)
    assert first(opinions) == (Stage.OPINIONS, PROMISE)
    assert first(opinions, *give(opinions, 1, "会审岗")) == (Stage.CONCLUDE, PROMISE)
    concluded = fold(conclude(awaiting, approved["A"], Outcome.APPROVED), onto=awaiting)
    assert stages.stage(concluded.case(approved["A"])) is Stage.CERTIFICATES
    assert first(accepted([Spec("A")]), *conclude(accepted([Spec("A")]), 1, Outcome.APPROVED)) == (None, None)


def test_while_a_special_procedure_lasts_no_day_is_set() -> None:
    application = accepted([OPINED])
    begun = procedures.begin(
        application, 1, kind=Procedure.TEST, expected_days=5, by="first", calendar=CALENDAR, at=NINE
    )

    assert first(application, *begun) == (Stage.PAUSED, None)


def test_a_conclusion_that_came_back_stands_apart() -> None:
    application = accepted([Spec("A", needs=("B",)), Spec("B")])
    case = {one.matter: one.index for one in application.cases}
    signed = fold(conclude(application, case["A"], Outcome.APPROVED), onto=application)

    returned = fold(conclude(signed, case["B"], Outcome.DENIED), onto=signed)

    assert stages.stage(returned.case(case["A"])) is Stage.RETURNED


def test_a_case_to_be_corrected_is_due_with_its_notice() -> None:
    application = handed_in([OPINED])
    correcting = replace(
        application,
        cases=(replace(application.case(1), state=CaseState.CORRECTING, received_on=None),),
        notices=(Notice(1, (Demand(1, DemandKind.MATERIAL, "x"),), date(2026, 3, 30), "clerk", NINE),),
    )

    assert first(correcting) == (Stage.CORRECT, date(2026, 3, 30))
    assert first(replace(correcting, notices=())) == (Stage.CORRECT, None)


@pytest.mark.parametrize("state", [CaseState.DECIDED, CaseState.REFUSED, CaseState.WITHDRAWN, CaseState.LAPSED])
def test_what_has_ended_stands_nowhere(state: CaseState) -> None:
    application = accepted([OPINED])
    ended = replace(application, cases=(replace(application.case(1), state=state),))

    assert first(ended) == (None, None)


def test_an_application_is_due_with_the_first_of_its_cases() -> None:
    application = handed_in([Spec("A"), Spec("B")])
    later = replace(
        application, cases=(replace(application.case(1), answer_due_on=date(2026, 3, 11)), application.case(2))
    )

    assert stages.first_due(later, Stage.ACCEPT) == ANSWER
    assert stages.first_due(later, Stage.CORRECT) is None
