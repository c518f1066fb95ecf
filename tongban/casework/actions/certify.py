"""A certificate on the spot (即办): asked for, accepted, decided, issued and closed in one act.

The registries are asked before, by `certifying`. All but the asking is done by the system; nobody weighed anything, so
there are no four eyes. Such certificates are sampled later. Whoever asks again on the same day for what has not changed
gets the certificate that is there: nothing happens, and nothing is written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongban.casework import certifying, form, rules, storage
from tongban.casework.actions import issuing
from tongban.casework.certifying import Prepared
from tongban.casework.numbers import query_code
from tongban.catalogue import calendars
from tongban.domain import instant, intake
from tongban.domain.application import fold
from tongban.domain.clock import day_of
from tongban.domain.events import SYSTEM, ApplicationSubmitted
from tongban.journal import storage as journal_storage
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import Actor


def certify(
    *, operation: str, actor: Actor, matter: str, answers: Mapping[str, str], place: str, now: datetime
) -> Answer:
    """Certify what a registry holds of the party one acts for.

    `place` is a province whose registry alone is asked; empty: all. Answers {"application", "number", "query_code",
    "certificate"}, those of today's certificate where it says the same. Raises what `certifying.prepare` raises, and
    NoKey.
    """
    holder = certifying.demand_party(actor)
    # A repeat gets its first answer, whatever registries say now.
    repeated = journal_storage.operation_exists(actor.id, operation)
    prepared = (
        None if repeated else certifying.prepare(actor=actor, matter=matter, answers=answers, place=place, now=now)
    )
    if prepared is not None and (standing := certifying.standing(prepared, today=day_of(now))):
        return {
            "application": standing.application,
            "number": standing.number,
            "query_code": query_code(standing.number),
            "certificate": standing.certificate,
        }
    return _certify(
        operation=operation,
        actor=actor,
        holder=holder.id,
        matter=matter,
        answers=tuple(sorted(answers.items())),
        place=place,
        prepared=prepared,
        now=now,
    )


@action
def _certify(
    *,
    operation: Operation,
    actor: Actor,
    holder: str,
    matter: str,
    answers: tuple[tuple[str, str], ...],
    place: str,
    prepared: Prepared | None,
    now: datetime,
) -> Answer:
    stream = lock(storage.stream_of(prepared.application if prepared else ""), operation, create=prepared is not None)
    assert prepared is not None  # `lock` answered the repeat
    asked = ApplicationSubmitted(
        application=prepared.application,
        number=prepared.number,
        region=prepared.region,
        hall=prepared.hall,
        holder=holder,
        applicant=actor.id,
        participants=prepared.participants,
        plan=prepared.plan,
        supplies=prepared.supplies,
        form=form.seal(prepared.form, holder=holder),
        contents=(prepared.content,),
        at=now,
    )
    calendar = calendars.load()
    submitted = fold([asked])
    received = intake.receive(submitted, rules=rules.of_region(prepared.region), calendar=calendar, at=now)
    decided = instant.decide(fold(received, onto=submitted), calendar=calendar, at=now)
    after = fold((*received, *decided), onto=submitted)
    with journal_storage.together():
        following = issuing.following(
            stream, after, decided, catalogue=prepared.catalogue, filled=prepared.form, now=now
        )
        after = fold(following, onto=after)
        answer = {
            "application": prepared.application,
            "number": prepared.number,
            "query_code": query_code(prepared.number),
            "certificate": after.cases[0].certificate,
        }
        storage.write(None, after)
        own, systems = (asked, *received), (*decided, *following)
        actors = [actor.id] * len(own) + [SYSTEM] * len(systems)
        append(stream, (*own, *systems), at=now, answer=answer, actors=actors)
    return answer
