"""What is done about shares: the holder makes one and takes it back; whoever has the link opens it.

Each share is a stream. An opening is counted on it under its lock, once for each operation: the page that was opened
can be asked for again without counting anew, for a sitting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tongban.certificates import queries
from tongban.certificates.models import Share as ShareRow
from tongban.certificates.wallet import secrets, storage
from tongban.domain import sharing, showing
from tongban.domain.clock import day_of
from tongban.domain.events import Selection
from tongban.domain.sharing import NoSuchShare, Share
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.people.permissions import may

LONGEST_RECIPIENT = 60
LONGEST_PURPOSE = 100

Chosen = Mapping[str, Sequence[str]]
"""By identifier of a certificate the codes of the facts that are to show."""


@action
def share(
    *,
    operation: Operation,
    actor: Actor,
    holder: str,
    chosen: Chosen,
    recipient: str,
    purpose: str,
    until: datetime | timedelta,
    uses: int,
    now: datetime,
) -> Answer:
    """Show chosen facts to a named recipient; answers {"share": id}. The link is made of the id (`secrets`).

    `until` may say how long from now: whoever clicks twice asks for the same, a second later.
    Raises NotAllowed, NoSuchCertificate, NoFactsChosen, InvalidShare, Erased.
    """
    id = str(uuid7(now=now))
    stream = lock(storage.SHARE + id, operation, create=True)
    may(actor, "give_out", party=holder)
    recipient, purpose = _words(recipient, "recipient"), _words(purpose, "purpose")
    recipient_seal, purpose_seal = keys.seal_many([(holder, recipient.encode()), (holder, purpose.encode())])
    event = sharing.share(
        holder=holder,
        key=secrets.key_of_token(secrets.token_of(id)),
        selections=select(holder, chosen, now=now),
        recipient=recipient_seal,
        purpose=purpose_seal,
        until=now + until if isinstance(until, timedelta) else until,
        uses=uses,
        by=actor.id,
        at=now,
    )
    storage.write_share(id, None, sharing.apply(None, event))
    answer = {"share": id}
    append(stream, [event], at=now, answer=answer)
    return answer


def select(holder: str, chosen: Chosen, *, now: datetime) -> list[Selection]:
    """Return the choice as the certificates allow it: they are the holder's and count today."""
    selections = []
    for identifier, facts in chosen.items():
        line = queries.find(identifier=identifier)
        if line.holder != holder:
            raise sharing.InvalidShare("未出示：所选证照不属于您现在代表的一方。请刷新页面后重新选择。")
        if not line.counts(day_of(now)):
            raise sharing.InvalidShare(f"未出示：《{line.type_name}》今天不能用。请取消选择这张证照。")
        selections.append(showing.select(queries.content(identifier=identifier), facts))
    return selections


def _words(text: str, field: str) -> str:
    words = " ".join(text.split())
    longest = LONGEST_RECIPIENT if field == "recipient" else LONGEST_PURPOSE
    if not 0 < len(words) <= longest:
        what = "出示给谁" if field == "recipient" else "用来做什么"
        raise sharing.InvalidShare(f"未出示：“{what}”应为 1 至 {longest} 个字。请填写后再试。", field=field)
    return words


@action
def withdraw(*, operation: Operation, actor: Actor, share: str, now: datetime) -> Answer:
    """Take a share back at once; answers {"share": id}. Raises NoSuchStream, NotAllowed, InvalidShare."""
    stream = lock(storage.SHARE + share, operation)
    before = _read(share)
    may(actor, "give_out", party=before.holder)
    event = sharing.withdraw(before, by=actor.id, at=now)
    storage.write_share(share, before, sharing.apply(before, event))
    answer = {"share": share}
    append(stream, [event], at=now, answer=answer)
    return answer


def open_up(*, operation: str, token: str, now: datetime) -> Answer:
    """Let in whoever has the link, and count it; answers {"share": id, "number": which opening}. Raises NoSuchShare."""
    share = find(token)
    return _open_up(operation=operation, actor=Actor(id=f"bearer:{share}", name=""), share=share, now=now)


@action
def _open_up(*, operation: Operation, actor: Actor, share: str, now: datetime) -> Answer:
    stream = lock(storage.SHARE + share, operation)
    before = _read(share)
    event = sharing.open_up(before, at=now)
    storage.write_share(share, before, sharing.apply(before, event))
    answer = {"share": share, "number": event.number}
    append(stream, [event], at=now, answer=answer)
    return answer


def find(token: str) -> str:
    """Return the id of the share that a link names, whatever its state. Raises NoSuchShare."""
    key = secrets.key_of_token(token)
    id = ShareRow.objects.filter(key=key).values_list("pk", flat=True).first() if key else None
    if id is None:
        raise NoSuchShare
    return id


def _read(id: str) -> Share:
    found = storage.read_share(id)
    if found is None:
        raise NoSuchShare
    return found
