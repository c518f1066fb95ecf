"""A matter that somebody asks for alone is written down as a bundle of one, as it is offered today.

A case keeps the version it began with, of the standard, of the implementation and of every description they name. A
bundle of one holds all of them; it is written when it is first asked for, by the system, and never changes. What is
offered in the same words again is the same bundle, whoever asks.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from tongban.catalogue import body, models, storage
from tongban.catalogue.body import Body
from tongban.catalogue.queries import Alone
from tongban.domain import alone
from tongban.domain.catalogue import check
from tongban.domain.events import BundlePutInForce
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.people.actor import SYSTEM, Actor


def write_alone(one: Alone, *, now: datetime) -> tuple[str, int]:
    """Return code and version of the bundle that says just this; it is written where there is none yet.

    Raises Inconsistent, Circular.
    """
    made = alone.bundle(one.standard)
    check(one.catalogue, made)
    matter, offer = one.standard.matter, one.implementation
    plain = storage.bundle_body(one.catalogue, made, {matter: (one.standard.version, offer.body, offer.version)})
    digest = body.digest(plain)
    return matter, kept(plain, code=matter, digest=digest, operation="bundle-of-one", now=now)


def kept(plain: Body, *, code: str, digest: str, operation: str, now: datetime) -> int:
    """Return the version under which a bundle stands that says just this, written where there is none yet."""
    known = models.Bundle.objects.filter(code=code, digest=digest).values_list("version", flat=True).first()
    if known is not None:
        return known
    operation = f"{operation}/{code}/{digest[:32]}"
    answer = _write(operation=operation, actor=SYSTEM, code=code, prepared=(plain, digest), now=now)
    return int(answer["version"])


@action
def _write(*, operation: Operation, actor: Actor, code: str, prepared: tuple[Body, str], now: datetime) -> Answer:
    stream = lock(storage.STREAM, operation, create=True)
    plain, digest = prepared
    newest: int | None = models.Bundle.objects.filter(code=code).aggregate(newest=Max("version"))["newest"]
    event = BundlePutInForce(code, (newest or 0) + 1, digest, now)
    storage.write_versions({event: plain})
    answer = {"version": event.version}
    append(stream, [event], at=now, answer=answer)
    return answer
