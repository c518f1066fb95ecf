"""May one node ask another for somebody's certificates (调取), and what does it get?

Who applies in one region has proofs in another. He lets that region's node be asked, for one type and upon one rule of
recognition that lets it count where he applies; nobody asks about anybody else. The node that is asked looks for itself
whether the rule holds and is the asker's, gives what its own authorities have issued to him and what counts today, and
writes down every question, also those that it refuses: the holder reads there who asked, for what and on which ground.
Nobody waits for an answer: until it comes, and where none comes, he hands in the material himself.

Source: State Council provisions on online government services, arts. 7, 10; Personal Information Protection Law, arts.
6, 13 (no more than the purpose needs, with a ground). The figures are composed for this project.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tongban.domain import recognition
from tongban.domain.agreements import Agreement
from tongban.domain.events import Event
from tongban.domain.events.evidence import Answer, EvidenceAnswered, EvidenceAsked, EvidenceGiven
from tongban.domain.joint import RecognitionRule
from tongban.domain.recognition import AS_EVIDENCE, Reason, Recognition
from tongban.domain.refused import Refused

WAITS = timedelta(days=1)
"""After so long without an answer the same may be asked again."""
MOST_A_DAY = 20
"""Questions about one holder, of one node."""

NO_RULE = "no_rule"
TOO_MANY = "too_many"


class AlreadyAsked(Refused):
    """The same question again, before it was answered or a day has passed."""

    code = "already_asked"


class TooManyAsked(Refused):
    """More questions about one holder than a day admits."""

    code = "too_many_asked"


class NoSuchQuestion(Refused):
    """An answer to what was not asked, or not there."""

    code = "not_found"
    status = 404


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and what was answered; `answer` None: nothing yet."""

    holder: str
    node: str
    type: str
    rule: str
    basis: str
    purpose: str
    by: str
    at: datetime
    answer: Answer | None = None
    reason: str = ""
    certificates: tuple[str, ...] = ()
    answered_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        return self.answer is None and now < self.at + WAITS


def ask(
    before: Sequence[Question],
    *,
    holder: str,
    node: str,
    rule: RecognitionRule,
    purpose: str,
    by: str,
    at: datetime,
) -> EvidenceAsked:
    """Return what asking means; `before` is what was asked for this holder. Raises AlreadyAsked, TooManyAsked."""
    if any(one.waits(at) and (one.node, one.type) == (node, rule.certificate) for one in before):
        raise AlreadyAsked("未询问：已经询问过，正在等待答复。不必等待，可以先自己上传。")
    if sum(at - WAITS < one.at for one in before) >= MOST_A_DAY:
        raise TooManyAsked(f"未询问：一天最多向其他地区询问 {MOST_A_DAY} 次。请明天再试，或自己上传。")
    return EvidenceAsked(holder, node, rule.certificate, rule.code, basis(rule), purpose, by, at)


def basis(rule: RecognitionRule) -> str:
    """Return on what a rule rests, in words."""
    return f"{rule.document}{rule.article}"


def answer(
    found: Question | None, *, node: str, said: Answer, reason: str, certificates: Sequence[str], at: datetime
) -> EvidenceAnswered:
    """Return what an answer means; one that names nothing that came is no find. Raises NoSuchQuestion."""
    if found is None or found.node != node or found.answer is not None:
        raise NoSuchQuestion("未采用：本节点没有向贵方问过，或已经得到答复。请对方核对。")
    if said is Answer.FOUND and not certificates:
        said = Answer.NONE
    return EvidenceAnswered(said, reason, tuple(certificates), at)


def holds(one: Recognition | None, agreement: Agreement | None, *, type: str, today: date) -> bool:
    """Whether a rule is a ground to ask for certificates of a type today."""
    if one is None or one.rule.certificate != type or one.rule.effect not in AS_EVIDENCE:
        return False
    return recognition.standing(one, agreement, today=today) is Reason.COUNTS


def give(
    *,
    holder: str,
    node: str,
    type: str,
    rule: str,
    basis: str,
    purpose: str,
    permitted: bool,
    before: int,
    held: Sequence[str],
    at: datetime,
) -> EvidenceGiven:
    """Return what a node answers: `permitted` by a rule, after so many questions of that node about him in a day."""
    said, reason = (Answer.FOUND, "") if held else (Answer.NONE, "")
    if before >= MOST_A_DAY:
        said, reason = Answer.REFUSED, TOO_MANY
    elif not permitted:
        said, reason = Answer.REFUSED, NO_RULE
    given = tuple(held) if said is Answer.FOUND else ()
    return EvidenceGiven(holder, node, type, rule, basis, purpose, said, reason, given, at)


def apply(found: Question | None, event: Event) -> Question:
    """Return the question after the event; None before it was asked."""
    match found, event:
        case None, EvidenceAsked():
            return Question(
                event.holder, event.node, event.type, event.rule, event.basis, event.purpose, event.by, event.at
            )
        case Question(answer=None), EvidenceAnswered():
            return replace(
                found,
                answer=event.answer,
                reason=event.reason,
                certificates=event.certificates,
                answered_at=event.at,
            )
    raise ValueError(f"{type(event).__name__} does not belong to the stream of a question")


def fold(events: Iterable[Event]) -> Question | None:
    found = None
    for event in events:
        found = apply(found, event)
    return found
