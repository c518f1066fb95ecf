"""How does the applicant sign for documents (签收)? On his own page, or at the window, where the clerk notes it.

Documents that begin a term or a right are signed for; the proof of delivery (送达回证) follows from the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongban.casework.actions import beats
from tongban.domain.application import Application
from tongban.domain.documents import delivery
from tongban.domain.events import DeliveryMeans
from tongban.journal.actions import Answer, Operation, action
from tongban.people.actor import Actor
from tongban.people.permissions import may, may_take_in


@action
def sign_for(
    *, operation: Operation, actor: Actor, application: str, documents: Sequence[str], now: datetime
) -> Answer:
    """The applicant signs for documents, by their numbers; answers {"documents"}. Raises NotAllowed, NotToSignFor."""
    stream, before = beats.open_application(application, operation)
    may(actor, "act_for", party=before.holder, matters=_matters(before, documents))
    events = delivery.deliver(before, documents, means=DeliveryMeans.ELECTRONIC, by=actor.id, at=now)
    answer = {"documents": list(documents)}
    beats.store(stream, before, events, now=now, answer=answer)
    return answer


@action
def hand_over(
    *, operation: Operation, actor: Actor, application: str, documents: Sequence[str], now: datetime
) -> Answer:
    """A clerk notes that papers were fetched at the window: of the competent hall, or of that which took it in.

    Answers {"documents"}. Raises NotAllowed, NotToSignFor.
    """
    stream, before = beats.open_application(application, operation)
    beats.demand(stream, before, actor, "accept", hall=_window(before, actor))
    events = delivery.deliver(before, documents, means=DeliveryMeans.WINDOW, by=actor.id, at=now)
    answer = {"documents": list(documents)}
    beats.store(stream, before, events, now=now, answer=answer)
    return answer


def _window(application: Application, actor: Actor) -> str:
    there = application.intake.hall if application.intake else ""
    return there if may_take_in(actor, hall=there) else application.hall


def _matters(application: Application, documents: Sequence[str]) -> list[str]:
    cases = {case for one in application.documents if one.number in documents for case in one.cases}
    return [case.matter for case in application.cases if case.index in cases]
