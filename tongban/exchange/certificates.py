"""How does a certificate come to another node, and how does that node hear what becomes of it?

`send` marks it, inside the act that has issued it; a worker renders the forms that only this node can sign and writes
the message. Whoever has got one is told every change, in order. The receiver believes nothing that the issuer's region
has not signed: the file and each form are verified by the trust list of the peer that speaks for it. What it names
people by is found again by their documents, for ids of persons mean nothing elsewhere.

Source: GB/T 36904-2018 (verification); State Council provisions on online government services, art. 10 (mutual trust).
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from tongban.casework import storage as applications
from tongban.catalogue.queries import recognition as catalogue
from tongban.certificates import editions, queries, receiving, verifying
from tongban.certificates.models import Certificate
from tongban.certificates.queries import Registered, Term
from tongban.certificates.receiving import Arrived
from tongban.certificates.storage import STREAM
from tongban.crypto import base64url
from tongban.domain import certificate as kernel
from tongban.domain import identifiers, showing
from tongban.domain.certificate import Certificate as Content
from tongban.domain.certificate import Status
from tongban.domain.elsewhere import Word
from tongban.domain.envelope import Message
from tongban.domain.identifiers import CertificateIdentifier, DocumentType, InvalidIdentifier
from tongban.domain.refused import Refused
from tongban.domain.trust import read_instant, written
from tongban.domain.verdict import Code
from tongban.exchange import actions, inbox, peers
from tongban.exchange.models import Peer, Sent
from tongban.journal import backoff
from tongban.journal.outbox import Errand
from tongban.keys import actions as keys
from tongban.people import queries as people

LOG = logging.getLogger(__name__)

ISSUED = "cn.tongban.certificates.issued.v1"
STATUS = "cn.tongban.certificates.status.v1"
SUBJECT = "certificates elsewhere"
AT_ONCE = 20
WAIT = timedelta(minutes=5)
LONGEST_ARTICLE = 200
_SPACE = uuid.UUID("0192a3b4-0000-7000-8000-000000000002")
_ID = re.compile(r"[a-z]+:[0-9A-Za-z-]{1,80}")
TYPE = re.compile(r"[A-Za-z0-9_-]{1,40}")


class NotACertificate(Refused):
    """A message about a certificate that is not in the form of the protocol."""

    code = "not_a_certificate"


class NotTrusted(Refused):
    """A certificate that its issuer's region has not signed, or that is not the sender's to send."""

    code = "not_trusted"


# --- sending ----------------------------------------------------------------------------------------------------------


def send(*, to: str, identifier: str, now: datetime) -> None:
    """Let a peer have a certificate of this node; one that it gets already stays as it is, and one that came from
    elsewhere is not this node's to send.

    Called inside the transaction of what caused it.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("certificates are sent inside the act that causes it")
    if not Certificate.objects.filter(identifier=identifier, origin="").exists():
        return
    Sent.objects.get_or_create(certificate=identifier, peer_id=to, defaults={"due_at": now})


def deliver(*, to: str, identifier: str, now: datetime) -> None:
    """Write a certificate to a peer at once, unless it has got it. Raises NoKey, MissingGlyph, Erased."""
    with transaction.atomic():
        send(to=to, identifier=identifier, now=now)
    _write(identifier, to, now)


def run(*, clock: Callable[[], datetime]) -> int:
    """Write the certificates that wait for a peer; return how many. One that cannot be rendered is tried later."""
    waiting = Sent.objects.filter(backoff.is_due(clock(), longest=WAIT), written_at=None).order_by("due_at")
    return sum(_try(row.certificate, row.peer_id, clock()) for row in list(waiting[:AT_ONCE]))


def _try(identifier: str, to: str, now: datetime) -> bool:
    waiting = Sent.objects.filter(certificate=identifier, peer_id=to)
    try:
        return _write(identifier, to, now)
    except keys.Erased:
        waiting.delete()
    except Exception:  # whatever it is: one certificate must not stop the others
        LOG.exception("没有把证照 %s 写给%s，过一会儿再写", identifier, to)
        if not connection.in_atomic_block:
            connection.close()
        waiting.update(due_at=now + WAIT)
    return False


def _write(identifier: str, to: str, now: datetime) -> bool:
    document = queries.read(identifier=identifier)
    line = queries.find(identifier=identifier)
    papers = editions.travelling(document, now=now) if line.status is Status.IN_FORCE else {}
    with transaction.atomic():
        row = Sent.objects.select_for_update().get(certificate=identifier, peer_id=to)
        if row.written_at is not None:
            return False
        # Behind the lock: whoever tells of a change waits for it, or has told before.
        term = queries.terms(identifiers=[identifier])[identifier]
        actions.write(
            to=to,
            id=_id(f"{to} issued {identifier}"),
            type=ISSUED,
            subject=f"certificate:{line.digest}",
            body={
                "about": _about(line),
                "application": line.stream,
                "file": base64url.encode(document),
                "papers": {form: base64url.encode(content) for form, content in papers.items()},
                "word": _plain(term, now),
            },
            now=now,
        )
        Sent.objects.filter(certificate=identifier, peer_id=to).update(written_at=now)
    return True


def tell(errand: Errand, now: datetime) -> None:
    """Tell every peer that has got a certificate how it stands now, whichever act asked for the errand."""
    identifier = errand.stream.removeprefix(STREAM)
    for to in sorted(Sent.objects.filter(certificate=identifier).values_list("peer_id", flat=True)):
        with transaction.atomic():
            row = Sent.objects.select_for_update().get(certificate=identifier, peer_id=to)
            if row.written_at is None:
                continue
            term = queries.terms(identifiers=[identifier])[identifier]
            actions.write(
                to=to,
                id=_id(f"{to} {errand.stream}#{errand.seq}"),
                type=STATUS,
                subject=f"certificate:{queries.find(identifier=identifier).digest}",
                body={"certificate": identifier, "word": _plain(term, now)},
                now=now,
            )


def _id(cause: str) -> str:
    return str(uuid.uuid5(_SPACE, f"{settings.NODE} {cause}"))


def _plain(term: Term, now: datetime) -> dict[str, Any]:
    on = term.since.isoformat() if term.since else None
    return {"status": term.status.value, "on": on, "by": term.article, "as_of": written(now)}


def _about(line: Registered) -> dict[str, str] | None:
    """Return by which document a person whom it is about is found elsewhere; None: the file itself says whom."""
    if not line.subject.startswith("person:") or line.subject == line.holder:
        return None
    found = people.parties(ids=[line.subject]).get(line.subject)
    return {"document": found.document.value, "number": found.number} if found else None


# --- receiving --------------------------------------------------------------------------------------------------------


def hear_issued(message: Message, body: Any, now: datetime) -> None:
    """Keep a certificate of a peer. Raises NotACertificate, NotTrusted, AnotherFile, Later."""
    told = _read(body, {"about", "application", "file", "papers", "word"})
    document, word = _bytes(told["file"]), _word(told["word"])
    if message.subject != f"certificate:{kernel.file_digest(document)}":
        raise NotACertificate("未接收：消息所称的证照与文件不是同一份。请对方核对。")
    peer = Peer.objects.get(pk=message.source)
    said = _genuine(document, peer, message, now)
    papers = _papers(told["papers"], said, document, peer, now)
    _, signature, _ = kernel.open_up(document)
    _demand_storable(said, signature.key)
    holder = party(said.holder_document, said.holder_number, now)
    arrived = Arrived(
        document=document,
        said=said,
        type=_type(said),
        holder=holder,
        subject=_subject(told["about"], said, holder, now),
        origin=peer.name,
        key_id=signature.key,
        papers=papers,
        stream=_stream(told["application"], holder, peer),
    )
    receiving.receive(arrived, word=word, now=now)


def hear_status(message: Message, body: Any, now: datetime) -> None:
    """Take a peer's word on a certificate that came from there. Raises NotACertificate, NotFound, EndedForGood."""
    told = _read(body, {"certificate", "word"})
    identifier, word = _text(told["certificate"]), _word(told["word"])
    operation = f"told/{message.source}/{message.sequence}"
    receiving.hear(identifier, word, origin=message.source, operation=operation, now=now)


HANDLERS: Mapping[str, inbox.Handler] = {ISSUED: hear_issued, STATUS: hear_status}


def _genuine(document: bytes, peer: Peer, message: Message, now: datetime) -> Content:
    """Return what a file says that an authority of the peer's regions has signed. Raises NotTrusted, Later."""
    judged = verifying.genuine(document, trust=peers.listed(peer), today=localdate(now))
    verdict = judged.verdict
    if verdict.code in (Code.UNKNOWN_ISSUER, Code.UNKNOWN_KEY) and peers.older(peer, message, now=now):
        raise inbox.Later(f"第 {message.sequence} 号证照的签发密钥不在已有的信任列表中，正在更新列表。请稍后再送。")
    said = verdict.certificate
    if said is None or verdict.code not in showing.AUTHENTIC:
        raise NotTrusted(f"未接收：证照没有通过核验。{verdict.message}")
    if not peers.speaks_for(peer, said.issuer.region):
        raise NotTrusted(f"未接收：签发机关在地区 {said.issuer.region}，不由{peer.name}代表。请对方核对。")
    return said


def _demand_storable(said: Content, key: str) -> None:
    """What an authority has signed may still be longer than a register's line. Raises NotACertificate."""
    lines = [
        (said.type_name, 200),
        (said.type_name_en, 200),
        (said.issuer.name, 200),
        (said.issuer.region, 6),
        (key, 18),
    ]
    if not all(len(text) <= most and text.isprintable() for text, most in lines):
        raise NotACertificate("未接收：证照的名称、签发机关或密钥名称过长，或有不能显示的字符。请对方核对。")


def _papers(told: Any, said: Content, document: bytes, peer: Peer, now: datetime) -> dict[str, bytes]:
    """Return the forms that came with a file, each verified. Raises NotACertificate, NotTrusted."""
    if not isinstance(told, dict) or not told.keys() <= {editions.CODE, *editions.FORMS}:
        raise NotACertificate("未接收：证照带有本节点不认识的版式。请双方核对版本。")
    digest = kernel.file_digest(document)
    papers = {form: _bytes(content) for form, content in told.items()}
    for form, content in papers.items():
        judged = verifying.genuine(content, trust=peers.listed(peer), today=localdate(now))
        same = judged.identifier == said.identifier and bool(judged.digest) and digest.startswith(judged.digest)
        if not same or _form(content) != form:
            raise NotTrusted(f"未接收：证照的 {form} 版没有通过核验，或不是同一张证照。请对方核对。")
    return papers


def _form(content: bytes) -> str:
    return next((form for form, begins in verifying.BEGINNINGS.items() if content.startswith(begins)), "")


def party(document: DocumentType | None, number: str, now: datetime) -> str:
    """Return by which id this node knows the party with a document, registered or not. Raises NotACertificate."""
    if document is None:
        raise NotACertificate("未接收：证照没有写明持证人证件的种类，无法找到持证人。请对方换发新格式的证照。")
    try:
        checked = identifiers.check(document, number, today=localdate(now))
    except InvalidIdentifier as wrong:
        raise NotACertificate(f"未接收：{wrong}") from None
    return people.id_of(document_type=document, number=checked)


def _subject(about: Any, said: Content, holder: str, now: datetime) -> str:
    if about is not None:
        told = _read(about, {"document", "number"})
        try:
            return party(DocumentType(_text(told["document"])), _text(told["number"]), now)
        except ValueError:
            raise NotACertificate("未接收：证照所涉的人的证件种类无法识别。请双方核对版本。") from None
    if said.subject.startswith("person:"):
        return holder
    if not _ID.fullmatch(said.subject):
        raise NotACertificate("未接收：证照所涉的对象无法识别。请双方核对版本。")
    return said.subject


def _stream(told: Any, holder: str, peer: Peer) -> str:
    """Return the stream of the application it came from: one of its holder that is known here, in which the peer has a
    part, by what it told of it or because it decides a case of it.
    """
    prefix = applications.stream_of("")
    stream = _text(told)
    found = applications.read(stream.removeprefix(prefix)) if stream.startswith(prefix) else None
    if found is None:
        return ""
    if peer.name not in found.peers and peer not in peers.deciding(found, cases=range(1, len(found.cases) + 1)):
        return ""
    return stream if holder in {found.holder, *(case.subject for case in found.cases)} else ""


def _type(said: Content) -> str:
    """Return the code of the type in the catalogue; what is unknown here keeps its code and stands for nothing."""
    code = said.type_code
    if not TYPE.fullmatch(code):
        raise NotACertificate("未接收：证照类型的编号无法识别。请双方核对版本。")
    known = catalogue.type_code(code)
    if known not in ("", CertificateIdentifier.parse(said.identifier).type_code):
        raise NotACertificate(f"未接收：证照类型 {code} 在本节点是另一种证照（{known}）。请双方核对目录。")
    return code


# --- strict reading ---------------------------------------------------------------------------------------------------


def _read(said: Any, members: set[str]) -> dict[str, Any]:
    if not isinstance(said, dict) or said.keys() != members:
        raise NotACertificate("未接收：消息的内容不全或有多余。请双方核对版本。")
    return said


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotACertificate("未接收：消息中应为文本的内容不是文本。请双方核对版本。")
    return value


def _bytes(value: Any) -> bytes:
    try:
        return base64url.decode(_text(value))
    except ValueError:
        raise NotACertificate("未接收：消息中的文件无法读取。请双方核对版本。") from None


def _word(said: Any) -> Word:
    told = _read(said, {"status", "on", "by", "as_of"})
    try:
        on = None if told["on"] is None else date.fromisoformat(_text(told["on"]))
        word = Word(Status(_text(told["status"])), on, _text(told["by"]), read_instant(_text(told["as_of"])))
    except (ValueError, OverflowError):
        raise NotACertificate("未接收：证照的状态无法识别。请双方核对版本。") from None
    if len(word.article) > LONGEST_ARTICLE:
        raise NotACertificate("未接收：证照状态的依据过长。请双方核对版本。")
    return word
