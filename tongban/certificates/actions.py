"""What an authority does with certificates: it makes ready to issue, and issues. What it does to them later: `ending`.

Issuing is part of a decision and not an act of its own: `issue_many` runs inside the action that decides, so that
decision, certificates and journal entries are written together or not at all. Only what an authority certifies of its
own motion, from its records, is an act of its own (`issue_from_record`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tongban.catalogue import calendars, here, templates
from tongban.certificates import statuses, storage
from tongban.certificates.models import Reliance
from tongban.crypto import profiles
from tongban.domain import certificate as kernel
from tongban.domain.certificate import Draft, Issuer, SignatureBlock, Status
from tongban.domain.events import CertificatesIssuedFromRecord
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.domain.trust import owner_of
from tongban.journal.actions import Answer, Operation, action, append, lock
from tongban.keys import actions as keys
from tongban.keys import trust
from tongban.keys.purposes import Purpose
from tongban.people.actor import Actor
from tongban.people.ids import uuid7
from tongban.people.permissions import may


@dataclass(frozen=True, slots=True)
class Issued:
    """What the journal keeps of a certificate: its identifier and SM3 over its file."""

    identifier: str
    digest: str


class NothingToIssue(Refused):
    """An issue from records that holds nothing, or certificates of several kinds."""

    code = "nothing_to_issue"


@dataclass(frozen=True, slots=True)
class _Signed:
    draft: Draft
    document: bytes
    key_id: str


def prepare_issuer(*, issuer: Issuer, now: datetime) -> None:
    """Give the issuer its keys with their certificates, and publish them in the trust list of the keys folder.

    It has a key of each algorithm that the machine knows: OFD is sealed with SM2, PDF is signed with P-256. A body of
    which this node has only a copy signs where it is. Raises SpokenForElsewhere.
    """
    here.demand([issuer.region])
    region = province_of(issuer.region)
    region_name = calendars.divisions().name(region)
    certify = partial(keys.ensure_certified, region=region, region_name=region_name, now=now)
    for algorithm in keys.algorithms():
        certify(owner=issuer.code, name=issuer.name, purpose=Purpose.CERTIFICATE, algorithm=algorithm)
    certify(
        owner=owner_of(region),
        name=f"{region_name}电子证照状态列表",
        purpose=Purpose.STATUS,
        algorithm=profiles.for_profile(settings.CRYPTO),
    )
    transaction.on_commit(lambda: publish(now=now))


def publish(*, now: datetime) -> None:
    """Write the lists by which anybody verifies offline into the keys folder."""
    trust.write_trust_list(Path(settings.KEYS_DIR), now=now)
    statuses.write_status_lists(Path(settings.KEYS_DIR), now=now)


def issue_many(*, stream: str, drafts: Sequence[Draft], now: datetime) -> tuple[Issued, ...]:
    """Sign, seal and register certificates, in the order of the drafts and in one statement.

    Called inside the transaction of the deciding action. Raises NotIssued, InvalidIdentifier, and NoKey when the
    issuer was not prepared.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("certificates are issued inside a deciding action")
    if not drafts:
        return ()
    signed = [_sign(draft, now) for draft in drafts]
    sealed = keys.seal_many([(one.draft.holder.party, one.document) for one in signed])
    rows = [_row(stream, one, seal.ciphertext, now) for one, seal in zip(signed, sealed, strict=True)]
    storage.insert(rows)
    return tuple(Issued(row.identifier, row.digest) for row in rows)


@action
def issue_from_record(
    *, operation: Operation, actor: Actor, source: str, drafts: Sequence[Draft], now: datetime
) -> Answer:
    """Issue certificates of one authority and one type of its own motion, from its records; answers {"issued"}.

    `source` names the record: a register that is converted (存量证照转换), the rating of a year. The serial of each
    draft is the record's own, so that nothing is converted twice. All in one operation, in one statement; the
    identifiers come in the order of the drafts. Raises NothingToIssue, NotAllowed, NotIssued, InvalidIdentifier, NoKey.
    """
    kinds = {(draft.issuer.code, draft.type.code) for draft in drafts}
    if len(kinds) != 1:
        raise NothingToIssue("未签发：一次只能签发同一机关、同一类型的证照，且至少一张。请分开办理。")
    ((issuer, kind),) = kinds
    absent = may(actor, "issue_from_record", department=issuer)
    issuance = str(uuid7(now=now))
    stream = lock(f"{storage.ISSUANCE}{issuance}", operation, create=True)
    stream.acting = actor.signs(absent)
    issued = issue_many(stream=stream.id, drafts=drafts, now=now)
    named = tuple((one.identifier, one.digest) for one in issued)
    answer = {"issued": [one.identifier for one in issued]}
    event = CertificatesIssuedFromRecord(issuance, issuer, kind, source, named, actor.id, now)
    append(stream, [event], at=now, answer=answer)
    return answer


@dataclass(frozen=True, slots=True)
class Use:
    """A certificate in the place of a material; `subject` is whose that is, empty where all cases share it."""

    material: str
    subject: str
    certificate: str


def rely(*, stream: str, uses: Sequence[Use], now: datetime) -> None:
    """Keep that the application of this stream takes certificates in the place of materials. At most one statement.

    Called inside the act that takes them; a use that is known already stays as it is.
    """
    if not uses:
        return
    rows = [
        Reliance(stream_id=stream, material=use.material, subject=use.subject, certificate=use.certificate, since=now)
        for use in uses
    ]
    Reliance.objects.bulk_create(rows, ignore_conflicts=True)


def _sign(draft: Draft, now: datetime) -> _Signed:
    message = kernel.message(kernel.payload(replace(draft, face=templates.face(draft.type))))
    signature = keys.sign(owner=draft.issuer.code, purpose=Purpose.CERTIFICATE, message=message, now=now)
    block = SignatureBlock(signature.key_id, signature.algorithm.value, signature.value)
    return _Signed(draft, kernel.seal_up(message, block), signature.key_id)


def _row(stream: str, signed: _Signed, sealed: str, now: datetime) -> storage.Row:
    draft = signed.draft
    return storage.Row(
        stream_id=stream,
        identifier=draft.identifier,
        type=draft.type.code,
        type_name=draft.type.name,
        type_name_en=draft.type.name_en,
        holder=draft.holder.party,
        subject=draft.subject,
        issuer=draft.issuer.code,
        issuer_name=draft.issuer.name,
        region=draft.issuer.region,
        issued_at=now,
        issued_on=draft.issued_on,
        valid_until=draft.valid_until,
        status=Status.IN_FORCE.value,
        digest=kernel.file_digest(signed.document),
        sealed=sealed,
        key_id=signed.key_id,
        related=draft.related.identifier if draft.related else "",
        relation=draft.related.relation.value if draft.related else "",
    )
