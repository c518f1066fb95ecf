"""What people do before acceptance: co-applicants sign, clerks accept."""

from __future__ import annotations

from datetime import datetime

from tongban.casework.actions.beats import demand, open_application, rules_of, sign, store
from tongban.catalogue import calendars
from tongban.domain import intake
from tongban.domain.acts import NotNow
from tongban.domain.clock import day_of
from tongban.domain.events import CaseAccepted
from tongban.journal.actions import Answer, Operation, action
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.permissions import may


@action
def confirm(*, operation: Operation, actor: Actor, application: str, case: int, now: datetime) -> Answer:
    """A co-applicant confirms and signs a case; answers {"case"}. Raises NotNow, AlreadyGiven, NotAllowed."""
    stream, before = open_application(application, operation)
    subject = before.case(case)
    place = next((c for c in subject.confirmations if actor.party and c.party == actor.party.id), None)
    if place is None:
        raise NotNow(f"第 {case} 个办件不需要您确认：您不是该办件的共同申请人。请核对通知中的办件编号。")
    may(actor, "act_for", party=place.party, matters=[subject.matter])
    said = {"application": before.number, "case": case, "matter": subject.matter, "content": subject.content}
    signature = sign(actor, Purpose.CONFIRMATION, {**said, "at": now.isoformat()}, now)
    events = intake.confirm(
        before,
        case,
        role=place.role,
        party=place.party,
        by=actor.id,
        signature=signature.value.hex(),
        key=signature.key_id,
        calendar=calendars.load(),
        at=now,
    )
    store(stream, before, events, now=now, answer={"case": case})
    return {"case": case}


@action
def accept(*, operation: Operation, actor: Actor, application: str, now: datetime) -> Answer:
    """Accept every complete case at the same time; answers {"accepted": [indexes]}. Raises NotNow, NotAllowed."""
    stream, before = open_application(application, operation)
    demand(stream, before, actor, "accept", hall=before.hall)
    events = intake.accept(
        before, by=actor.id, rules=rules_of(before), calendar=calendars.load(), today=day_of(now), at=now
    )
    answer = {"accepted": [event.case for event in events if isinstance(event, CaseAccepted)]}
    store(stream, before, events, now=now, answer=answer)
    return answer
