"""What an applicant says of how his case was handled."""

from __future__ import annotations

from datetime import datetime

from tongban.casework import form
from tongban.casework.actions.beats import ask_elsewhere, open_application, store
from tongban.domain import satisfaction
from tongban.domain.events import AskedAct, Channel
from tongban.journal.actions import Answer, Operation, action
from tongban.people.actor import Actor
from tongban.people.permissions import may


@action
def rate(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    level: int,
    channel: Channel,
    words: str,
    now: datetime,
) -> Answer:
    """Rate a case (好差评); answers {"case", "level"}, and {"to": node} where another node decided it.

    Raises NoSuchLevel, NotNow, AlreadyGiven, NoSuchCase, NotAllowed.
    """
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder, matters=[before.case(case).matter])
    sealed = form.seal_text(words, holder=before.holder)
    events = satisfaction.rate(before, case, level=level, channel=channel, words=sealed, by=actor.id, at=now)
    answer = {"case": case, "level": level}
    said = {"level": level, "channel": channel.value, "words": words}
    asked = ask_elsewhere(stream, before, AskedAct.RATE, [case], said=said, answer=answer, now=now)
    if asked is not None:
        return asked
    store(stream, before, events, now=now, answer=answer)
    return answer
