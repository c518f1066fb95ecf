"""What an application does when a certificate that it relied on is suspended, restored or ended.

Each application that relied on it is told by an act on its own stream, whichever region handles it; the deciding desk
then looks at the cases concerned.
"""

from __future__ import annotations

from datetime import datetime

from tongban.casework import form, reliance, storage
from tongban.casework.actions.beats import by_rule, catalogue_of, demand, open_application, store
from tongban.certificates import queries as certificates
from tongban.certificates.storage import STREAM
from tongban.crypto import sm3
from tongban.domain import reliance as kernel
from tongban.domain.clock import day_of
from tongban.domain.events import Fate
from tongban.domain.reliance import Became
from tongban.journal.actions import Answer, Operation, action
from tongban.journal.outbox import Errand
from tongban.people.actor import SYSTEM, Actor

SUBJECT = "reliance"


def tell(errand: Errand, now: datetime) -> None:
    """Tell every application that relied on a certificate how it stands now, and the one that yielded it.

    The newest state is told, whichever act asked for the errand: told late it is still true.
    """
    identifier = errand.stream.removeprefix(STREAM)
    line = certificates.find(identifier=identifier)
    streams = {one.stream for one in certificates.relying(certificates=[identifier])}
    # Which case yielded what another node issued is for that node to say.
    streams |= set() if line.origin else {line.stream}
    prefix = storage.stream_of("")
    for stream in sorted(one for one in streams if one.startswith(prefix)):
        application = stream.removeprefix(prefix)
        _tell(
            operation=f"fate/{sm3.digest(identifier.encode()).hex()[:16]}#{errand.seq}/{application}",
            actor=SYSTEM,
            application=application,
            certificate=identifier,
            now=now,
        )


@action
def _tell(*, operation: Operation, actor: Actor, application: str, certificate: str, now: datetime) -> Answer:
    stream, before = open_application(application, operation)
    term = certificates.terms(identifiers=[certificate])[certificate]
    became = Became(certificate, Fate(term.status.value), term.article, term.since or day_of(now))
    uses = reliance.uses(catalogue_of(before), before)
    events = kernel.tell(before, became, uses=uses, at=now)
    answer = {"fate": became.fate.value}
    if events:
        store(stream, before, events, now=now, answer=answer, actors=by_rule(stream, events))
    return answer


@action
def stand_by(
    *, operation: Operation, actor: Actor, application: str, case: int, certificate: str, finding: str, now: datetime
) -> Answer:
    """Stand by a case in spite of what became of a certificate, and say why; answers {"case", "certificate"}.

    Raises NotNow, ReasonMissing, NotAllowed, NoSuchCase.
    """
    stream, before = open_application(application, operation)
    subject = before.case(case)
    demand(stream, before, actor, "follow_up", department=subject.body, desk=subject.deciding_desk)
    catalogue = catalogue_of(before)
    events = kernel.settle(
        before,
        case,
        certificate=certificate,
        lapsed=reliance.lapsed(catalogue, before, subject, today=day_of(now)),
        uses=reliance.uses(catalogue, before),
        finding=form.seal_text(finding, holder=before.holder),
        by=actor.id,
        at=now,
    )
    answer = {"case": case, "certificate": certificate}
    store(stream, before, events, now=now, answer=answer, actors=by_rule(stream, events))
    return answer
