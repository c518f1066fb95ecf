"""What is done about requests at a window: a clerk asks, the holder allows or refuses, either ends it.

Each request is a stream. What the holder allows by scanning and by PIN is the same act; by PIN it is he who acts, too,
whoever is signed in at the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from tongban.certificates import queries
from tongban.certificates.models import Asking as AskingRow
from tongban.certificates.queries import Registered
from tongban.certificates.wallet import secrets, storage
from tongban.certificates.wallet.sharing import Chosen
from tongban.domain import asking as kernel
from tongban.domain import showing
from tongban.domain.asking import Asking, Held, NoSuchAsking
from tongban.domain.certificate import Certificate
from tongban.domain.clock import day_of
from tongban.domain.events import Event, Need, Selection, Way
from tongban.journal.actions import Answer, LockedStream, Operation, action, append, lock
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.people.permissions import NotAllowed, may


class Scope(StrEnum):
    """What a PIN shows of each certificate."""

    EVERYTHING = "everything"
    """Every fact; a person's number masked."""
    STATE = "state"
    """Whose it is and how long it counts."""


@action
def ask(
    *,
    operation: Operation,
    actor: Actor,
    hall: str,
    types: Sequence[str],
    subject: str,
    need: Need,
    matter: str,
    now: datetime,
) -> Answer:
    """Ask whoever stands at the window for certificates of these types; answers {"asking": id}.

    Raises NotAllowed, InvalidAsking.
    """
    id = str(uuid7(now=now))
    stream = lock(storage.ASKING + id, operation, create=True)
    stream.acting = actor.signs(may(actor, "take_in", hall=hall))
    event = kernel.ask(
        hall=hall,
        types=types,
        subject=subject,
        need=need,
        matter=matter,
        key=secrets.key_of_code(secrets.code_of(id)),
        by=actor.id,
        at=now,
    )
    return _store(stream, id, None, event, now)


@action
def allow(*, operation: Operation, actor: Actor, asking: str, chosen: Chosen, now: datetime) -> Answer:
    """Let the window see chosen facts, by one's own phone; answers {"asking": id}.

    Raises NotAllowed, NoSuchAsking, InvalidAsking, NoFactsChosen, NoSuchCertificate, Erased.
    """
    stream, before, holder = _open(operation, actor, asking)
    lines = [queries.find(identifier=identifier) for identifier in chosen]
    if any(line.holder != holder for line in lines):
        raise kernel.InvalidAsking("未授权：所选证照不属于您现在代表的一方。请刷新页面后重新选择。", field="selections")
    selections = [
        showing.select(queries.content(identifier=line.identifier), chosen[line.identifier]) for line in lines
    ]
    return _allowed(stream, asking, before, actor, holder, selections, lines, Way.SCAN, now)


@action
def allow_by_pin(
    *, operation: Operation, actor: Actor, asking: str, types: Sequence[str], scope: Scope, now: datetime
) -> Answer:
    """Let the window see the newest certificate of each of these types; `actor` is the holder who proved his PIN.

    Answers {"asking": id}. Raises NotAllowed, NoSuchAsking, InvalidAsking, Erased.
    """
    stream, before, holder = _open(operation, actor, asking)
    lines = [line for line in queries.wallet(party=holder, today=day_of(now)) if line.type in types]
    newest = kernel.newest(_held(lines, now), before).values()
    contents = [queries.content(identifier=one.identifier) for one in newest]
    selections = [showing.select(content, _facts(content, scope)) for content in contents]
    return _allowed(stream, asking, before, actor, holder, selections, lines, Way.PIN, now)


@action
def refuse(*, operation: Operation, actor: Actor, asking: str, now: datetime) -> Answer:
    """Refuse what a window asks for; answers {"asking": id}. Raises NotAllowed, NoSuchAsking, InvalidAsking."""
    stream, before, holder = _open(operation, actor, asking)
    return _store(stream, asking, before, kernel.refuse(before, holder=holder, by=actor.id, at=now), now)


@action
def end(*, operation: Operation, actor: Actor, asking: str, now: datetime) -> Answer:
    """End a request, or what it shows, before its time: the clerk who asked, or the holder's side.

    Answers {"asking": id}. Raises NoSuchStream, NotAllowed, InvalidAsking.
    """
    stream = lock(storage.ASKING + asking, operation)
    before = _read(asking)
    if actor.id != before.by:
        may(actor, "give_out", party=before.holder, matter=before.matter)
    return _store(stream, asking, before, kernel.end(before, by=actor.id, at=now), now)


def find(code: str) -> str:
    """Return the id of the request that a code names, whatever its state. Raises NoSuchAsking."""
    key = secrets.key_of_code(code)
    id = AskingRow.objects.filter(key=key).values_list("pk", flat=True).first() if key else None
    if id is None:
        raise NoSuchAsking
    return id


def _open(operation: Operation, actor: Actor, asking: str) -> tuple[LockedStream, Asking, str]:
    """Lock a request for whoever answers it; return it with the party he acts for. Raises NotAllowed, NoSuchAsking."""
    stream = lock(storage.ASKING + asking, operation)
    before = _read(asking)
    if actor.party is None:
        raise NotAllowed("未授权：您的账户没有关联申请人身份，没有可以出示的证照。请持证人用自己的账户登录。")
    may(actor, "give_out", party=actor.party.id, matter=before.matter)
    return stream, before, actor.party.id


def _read(id: str) -> Asking:
    found = storage.read_asking(id)
    if found is None:
        raise NoSuchAsking
    return found


def _allowed(
    stream: LockedStream,
    id: str,
    before: Asking,
    actor: Actor,
    holder: str,
    selections: Sequence[Selection],
    lines: Iterable[Registered],
    way: Way,
    now: datetime,
) -> Answer:
    event = kernel.allow(
        before, holder=holder, selections=selections, held=_held(lines, now), way=way, by=actor.id, at=now
    )
    return _store(stream, id, before, event, now)


def _store(stream: LockedStream, id: str, before: Asking | None, event: Event, now: datetime) -> Answer:
    storage.write_asking(id, kernel.apply(before, event))
    answer = {"asking": id}
    append(stream, [event], at=now, answer=answer)
    return answer


def _held(lines: Iterable[Registered], now: datetime) -> list[Held]:
    return [
        Held(line.identifier, line.holder, line.type, line.subject, counts=line.counts(day_of(now))) for line in lines
    ]


def _facts(content: Certificate, scope: Scope) -> list[str]:
    if scope is Scope.STATE:
        return [showing.HOLDER_NAME, showing.LAST_DAY]
    codes = [fact.code for fact in showing.facts(content)]
    return [code for code in codes if code != showing.HOLDER_NUMBER or showing.MASKED_NUMBER not in codes]
