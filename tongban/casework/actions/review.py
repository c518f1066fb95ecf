"""What desks do with an accepted case: give an opinion, send it back, sign a conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from tongban.casework import form, refunding, reliance, relocating
from tongban.casework.actions import issuing
from tongban.casework.actions.beats import catalogue_of, demand, heard_until, open_application, sign, store
from tongban.domain import elements, review
from tongban.domain.application import Application, Case, fold
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import day_of
from tongban.domain.events import SYSTEM, CaseDecided, ConclusionReturned, Event, Outcome, Verdict
from tongban.domain.refused import Refused
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, Operation, action
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor


class CannotDetermine(Refused):
    """A conclusion that wants to fix a data element its matter does not determine."""

    code = "cannot_determine"


@action
def give_opinion(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    desk: str,
    verdict: Verdict,
    reason: str,
    now: datetime,
    seen: str = "",
) -> Answer:
    """Take down one desk's opinion; answers {"case", "desk", "verdict"}.

    `seen` is what `review.shown` gave with the page that is answered. Raises NotAsSeen, NotYourDesk, NotNow,
    AlreadyGiven, ReasonMissing, NotAllowed.
    """
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "give_opinion", department=before.case(case).body, desk=desk)
    sealed = form.seal_text(reason, holder=before.holder)
    events = review.give_opinion(
        before, case, desk=desk, verdict=verdict, reason=sealed, seen=seen, by=actor.id, at=now
    )
    answer = {"case": case, "desk": desk, "verdict": verdict.value}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def send_back(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    desks: Sequence[str],
    reason: str,
    now: datetime,
) -> Answer:
    """Open opinions of one's own branch again, or take one's waiting conclusion back; answers {"case", "desks"}.

    Raises NotYourDesk, NotNow, ReasonMissing, NotAllowed.
    """
    stream, before = open_application(application, operation)
    subject = before.case(case)
    demand(stream, before, actor, "conduct", department=subject.body, desk=subject.deciding_desk)
    events = review.send_back(
        before,
        case,
        desk=subject.deciding_desk,
        desks=desks,
        reason=form.seal_text(reason, holder=before.holder),
        by=actor.id,
        at=now,
    )
    answer = {"case": case, "desks": list(dict.fromkeys(desks))}
    store(stream, before, events, now=now, answer=answer)
    return answer


@action
def conclude(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    desk: str,
    outcome: Outcome,
    reason: str,
    determined: Mapping[str, str],
    now: datetime,
    seen: str = "",
) -> Answer:
    """Sign the deciding desk's conclusion; answers {"case", "decided": [indexes], "returned": [...], "closed"}.

    `determined` fixes data elements otherwise than applied for; `seen` is what `review.shown` gave with the page that
    is answered. Raises NotAsSeen, NotYourDesk, NotNow, AlreadyGiven, SameEyes,
    AwaitedDenied, ReasonMissing, CannotDetermine, InvalidElement, NotAllowed.
    """
    stream, before = open_application(application, operation)
    subject = before.case(case)
    demand(
        stream,
        before,
        actor,
        "conclude",
        department=subject.body,
        desk=desk,
        accepted_by=subject.kept_from_deciding,
        taken_in_by=subject.taken_in_by,
    )
    catalogue = catalogue_of(before)
    filled = form.unseal(before.form)
    fixed = _determined(catalogue, subject, determined, day_of(now)) if outcome is Outcome.APPROVED else {}
    if outcome is Outcome.APPROVED:
        relocating.demand_ready(before, subject, catalogue=catalogue, filled=filled, now=now)
        refunding.demand_ready(before, subject, catalogue=catalogue, filled=filled)
    contents = _contents(catalogue, before, subject, filled, fixed)
    lapsed = reliance.lapsed(catalogue, before, subject, today=day_of(now)) if outcome is Outcome.APPROVED else ()
    said = review.statement(before, case, outcome=outcome, contents=contents, by=actor.id, at=now)
    signature = sign(actor, Purpose.CONCLUSION, said, now)
    events = review.conclude(
        before,
        case,
        desk=desk,
        outcome=outcome,
        contents=contents,
        reason=form.seal_text(reason, holder=before.holder),
        determined=form.seal_determined(fixed, holder=before.holder),
        seen=seen,
        lapsed=lapsed,
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        at=now,
        heard_until=heard_until(before) if subject.proceedings.hearing else None,
    )
    decided = [event for event in events if isinstance(event, CaseDecided)]
    after = fold(events, onto=before)
    with journal_storage.together():
        following = issuing.following(stream, after, events, catalogue=catalogue, filled=filled, now=now)
        events, after = events + following, fold(following, onto=after)
        answer = {
            "case": case,
            "decided": [event.case for event in decided],
            "returned": [event.case for event in events if isinstance(event, ConclusionReturned)],
            "closed": after.closed_at is not None,
        }
        actors = [stream.signer if _own(event, case) else SYSTEM for event in events]
        store(stream, before, events, after=after, now=now, answer=answer, actors=actors)
    return answer


def _determined(catalogue: Catalogue, case: Case, given: Mapping[str, str], today: date) -> dict[str, str]:
    allowed = catalogue.standards[case.matter].determines
    fixed = {}
    for code, text in given.items():
        if code not in allowed:
            raise CannotDetermine(f"未签署：第 {case.index} 个办件的结论不能改动“{code}”。请去掉这一项。", field=code)
        value = elements.check(catalogue.elements[code], text, today=today)
        if value:
            fixed[code] = value
    return fixed


def _contents(
    catalogue: Catalogue, application: Application, subject: Case, filled: form.Form, fixed: Mapping[str, str]
) -> dict[int, str]:
    """Return the digest of each case's content, as this conclusion on `subject` leaves it.

    Only a conclusion that fixes something, or one signed anew after it came back, can make them differ.
    """
    if not fixed and not subject.proceedings.returns:
        return {case.index: case.content for case in application.cases}
    return form.contents(catalogue, application, filled, fixed=fixed, by=subject)


def _own(event: Event, case: int) -> bool:
    """Whether an event is the reviewer's own act; what it sets free or sends back is the system's."""
    return not isinstance(event, ConclusionReturned) and getattr(event, "case", case) == case
