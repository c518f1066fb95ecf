"""What an authority does with certificates: it makes ready to issue, and issues.

Issuing is part of a decision and not an act of its own: `issue_many` runs inside the action that decides, so that
decision, certificates and journal entries are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tongban.catalogue import calendars, templates
from tongban.certificates import statuses, storage
from tongban.certificates.models import Certificate
from tongban.crypto import profiles
from tongban.domain import certificate as kernel
from tongban.domain.certificate import Draft, Issuer, SignatureBlock, Status
from tongban.domain.clock import day_of
from tongban.domain.regions import province_of
from tongban.domain.trust import owner_of
from tongban.keys import actions as keys
from tongban.keys import trust
from tongban.keys.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Issued:
    """What the journal keeps of a certificate: its identifier and SM3 over its file."""

    identifier: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Signed:
    draft: Draft
    document: bytes
    key_id: str


def prepare_issuer(*, issuer: Issuer, now: datetime) -> None:
    """Give the issuer its keys with their certificates, and publish them in the trust list of the keys folder.

    It has a key of each algorithm that the machine knows: OFD is sealed with SM2, PDF is signed with P-256.
    """
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


def end(*, identifier: str, status: Status, article: str, now: datetime) -> None:
    """End a certificate that is in force, by that article; one that has ended stays as it is. One statement.

    Called inside the transaction of the act that decides so: withdrawn, revoked, annulled and cancelled are different
    ends, each with its own ground.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("certificates are ended inside a deciding action")
    Certificate.objects.filter(identifier=identifier, status=Status.IN_FORCE).update(
        status=status, ended_on=day_of(now), ended_by=article
    )


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
