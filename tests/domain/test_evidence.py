"""One node gives another what a rule lets count there, and writes every question down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.domain.recognitions import RULE
from tests.domain.regions_together import AGREEMENT
from tongban.domain import evidence
from tongban.domain.batch import Signature
from tongban.domain.events import Answer, EvidenceGiven
from tongban.domain.evidence import MOST_A_DAY, NO_RULE, TOO_MANY, WAITS, AlreadyAsked, NoSuchQuestion, Question
from tongban.domain.evidence import TooManyAsked as TooMany
from tongban.domain.joint import Effect
from tongban.domain.recognition import Recognition

NOW = datetime(2026, 4, 2, 1, tzinfo=UTC)
HOLDER = "org:91120116MA0TB7079Y"


def asked(*before: Question, at: datetime = NOW, **changes: Any) -> Question:
    about = {"holder": HOLDER, "node": "tianjin", "rule": RULE, "purpose": "餐饮店开办", "by": "account:1"} | changes
    question = evidence.fold([evidence.ask(before, at=at, **about)])
    assert question is not None
    return question


def answered(question: Question | None = None, **changes: Any) -> Question:
    said = {"node": "tianjin", "said": Answer.FOUND, "reason": "", "certificates": ["1.2"], "at": NOW} | changes
    found = question or asked()
    return evidence.apply(found, evidence.answer(found, **said))


def given(**changes: Any) -> EvidenceGiven:
    about = {
        "holder": HOLDER,
        "node": "beijing",
        "type": "C_BUSINESS",
        "rule": "HR-1",
        "basis": "清单第 1 项",
        "purpose": "餐饮店开办",
        "permitted": True,
        "before": 0,
        "held": ["1.2"],
        "at": NOW,
    }
    return evidence.give(**(about | changes))


def test_a_question_names_the_rule_and_what_it_rests_on() -> None:
    question = asked()

    assert (question.type, question.rule, question.basis) == ("C_BUSINESS", "HR-1", "清单第 1 项")
    assert question.waits(NOW)


def test_what_waits_is_not_asked_twice_but_for_another_type_or_node() -> None:
    before = asked()

    with pytest.raises(AlreadyAsked, match="不必等待"):
        asked(before)
    assert asked(before, node="hebei").waits(NOW)
    assert asked(before, rule=replace(RULE, certificate="C_ROAD")).waits(NOW)


def test_what_nobody_answered_is_asked_again_a_day_later() -> None:
    assert asked(asked(), at=NOW + WAITS).at == NOW + WAITS
    assert not asked().waits(NOW + WAITS)


def test_not_more_than_so_many_in_a_day() -> None:
    before = [answered(replace(asked(), at=NOW - timedelta(hours=1))) for _ in range(MOST_A_DAY)]

    with pytest.raises(TooMany, match="明天再试"):
        asked(*before)
    assert asked(*before, at=NOW + WAITS).waits(NOW + WAITS)


def test_an_answer_ends_the_waiting() -> None:
    one = answered()

    assert (one.answer, one.certificates, one.waits(NOW)) == (Answer.FOUND, ("1.2",), False)


def test_a_find_of_which_nothing_came_is_none() -> None:
    assert answered(certificates=[]).answer is Answer.NONE


@pytest.mark.parametrize(("found", "node"), [(None, "tianjin"), (asked(), "hebei"), (answered(), "tianjin")])
def test_only_who_was_asked_answers_and_once(found: Question | None, node: str) -> None:
    with pytest.raises(NoSuchQuestion):
        evidence.answer(found, node=node, said=Answer.NONE, reason="", certificates=[], at=NOW)


def test_what_is_held_is_given_by_a_rule() -> None:
    assert (given().answer, given().certificates) == (Answer.FOUND, ("1.2",))
    assert (given(held=[]).answer, given(held=[]).certificates) == (Answer.NONE, ())


def test_without_a_rule_or_too_often_nothing_is_given_and_it_is_written_down() -> None:
    refused, often = given(permitted=False), given(before=MOST_A_DAY)

    assert (refused.answer, refused.reason, refused.certificates) == (Answer.REFUSED, NO_RULE, ())
    assert (often.answer, often.reason, often.certificates) == (Answer.REFUSED, TOO_MANY, ())
    assert (refused.holder, refused.node, refused.purpose) == (HOLDER, "beijing", "餐饮店开办")


def test_a_rule_is_a_ground_in_its_days_for_its_type_and_as_evidence() -> None:
    one = Recognition(RULE, Signature("110000", "b", "d", "k", "SM2-SM3", "p", "v", NOW))

    def holds(found: Recognition | None, *, type: str = "C_BUSINESS", today: date = date(2026, 4, 2)) -> bool:
        return evidence.holds(found, AGREEMENT, type=type, today=today)

    assert holds(one)
    assert not holds(None)
    assert not holds(one, type="C_ROAD")
    assert not holds(one, today=date(2026, 3, 31))
    assert not holds(replace(one, rule=replace(RULE, effect=Effect.LICENCE)))
    assert not evidence.holds(one, None, type="C_BUSINESS", today=date(2026, 4, 2))
