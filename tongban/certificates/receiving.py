"""What does a node do with a certificate that another node sent, and with that node's words on how it stands?

It keeps the signed file as it came, and the forms that only its issuer can sign. Whether sender and signature are good
was judged before; here it is asked whether it is known already. Nothing of it can be changed here: the issuer's node
tells, and everything that listens to the end of a certificate hears of it as of one of this node's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tongban.certificates import storage
from tongban.certificates.models import Paper
from tongban.certificates.queries import NoSuchCertificate
from tongban.certificates.storage import Kept
from tongban.domain import elsewhere, ends
from tongban.domain.certificate import Certificate, file_digest
from tongban.domain.elsewhere import Word
from tongban.domain.refused import Refused
from tongban.journal.actions import LockedStream, Operation, Repeated, append, lock
from tongban.keys import actions as keys
from tongban.people.actor import SYSTEM


class AnotherFile(Refused):
    """A certificate that is known already, with another content or from another node."""

    code = "another_file"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A certificate as it came. `type`, `holder` and `subject` are what this node calls them; `stream`: where it came
    from here, an application of this node; empty: from nothing of this node.
    """

    document: bytes
    said: Certificate
    type: str
    holder: str
    subject: str
    origin: str
    key_id: str
    papers: Mapping[str, bytes]
    stream: str = ""

    @property
    def digest(self) -> str:
        return file_digest(self.document)


def receive(arrived: Arrived, *, word: Word, now: datetime) -> bool:
    """Keep a certificate; say whether it was new. Raises AnotherFile, Erased.

    Called inside the transaction that takes the message; a repeat changes nothing.
    """
    identifier = arrived.said.identifier
    try:
        stream, kept = _open(identifier, f"received/{arrived.digest}")
    except Repeated:
        return False
    if kept is not None:
        if (kept.digest, kept.origin) != (arrived.digest, arrived.origin):
            raise AnotherFile(f"未接收：证照 {identifier} 已有另一份，或来自别的节点。请双方核对。")
        return False
    event = elsewhere.receive(identifier, word, digest=arrived.digest, origin=arrived.origin, at=now)
    texts = [(arrived.holder, content) for content in (arrived.document, *arrived.papers.values())]
    file, *papers = keys.seal_many(texts)
    storage.insert([_row(arrived, word, file.ciphertext, now)])
    Paper.objects.bulk_create(
        Paper(certificate=identifier, form=form, sealed=sealed.ciphertext)
        for form, sealed in zip(arrived.papers, papers, strict=True)
    )
    append(stream, [event], at=now, answer={"certificate": identifier})
    return True


def hear(identifier: str, word: Word, *, origin: str, operation: str, now: datetime) -> bool:
    """Take the word of the node that sent a certificate; say whether it changed anything.

    Called inside a transaction. Raises NoSuchCertificate, NotElsewhere, EndedForGood.
    """
    try:
        stream, kept = _open(identifier, operation)
    except Repeated:
        return False
    if kept is None or kept.origin != origin:
        raise NoSuchCertificate("未采用：本节点没有收到过贵方的这张证照。请核对证照标识。")
    events = elsewhere.hear(kept.standing, identifier, word, at=now)
    if not events:
        return False
    storage.write(identifier, ends.fold(events, onto=kept.standing))
    append(stream, events, at=now, answer={"certificate": identifier})
    return True


def _open(identifier: str, operation: str) -> tuple[LockedStream, Kept | None]:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("certificates are received inside the act that takes the message")
    one = Operation(operation, SYSTEM.id, "")
    stream = lock(storage.stream_of(identifier), one, create=True, reading=storage.reading(identifier))
    return stream, storage.understood(stream.found)


def _row(arrived: Arrived, word: Word, sealed: str, now: datetime) -> storage.Row:
    said = arrived.said
    return storage.Row(
        stream_id=arrived.stream or storage.stream_of(said.identifier),
        identifier=said.identifier,
        type=arrived.type,
        type_name=said.type_name,
        type_name_en=said.type_name_en,
        holder=arrived.holder,
        subject=arrived.subject,
        issuer=said.issuer.code,
        issuer_name=said.issuer.name,
        region=said.issuer.region,
        issued_at=now,
        issued_on=said.issued_on,
        valid_until=said.valid_until,
        status=word.status.value,
        digest=arrived.digest,
        sealed=sealed,
        key_id=arrived.key_id,
        related=said.related.identifier if said.related else "",
        relation=said.related.relation.value if said.related else "",
        ended_on=word.on,
        ended_by=word.article,
        origin=arrived.origin,
        as_of=word.as_of,
    )
