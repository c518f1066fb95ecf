"""What people look up about certificates: the wallet, what is held for a subject, a line of the register, its file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from tongban.certificates import adapters, verifying
from tongban.certificates.adapters import Elsewhere
from tongban.certificates.models import Certificate, Reliance
from tongban.certificates.verifying import Judged
from tongban.domain import certificate as kernel
from tongban.domain import trust as kernel_trust
from tongban.domain import verification
from tongban.domain.certificate import Related, Relation, Status
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.domain.trust import TrustList
from tongban.domain.verdict import Code, Ended, Verdict
from tongban.keys import actions as keys
from tongban.keys import trust


class NoSuchCertificate(Refused):
    code = "not_found"
    status = 404

    @classmethod
    def numbered(cls) -> NoSuchCertificate:
        """It was asked for by its number."""
        return cls("没有找到这个编号的证照。请对照证照核对编号，逐位输入。", field="identifier")


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the register (目录信息)."""

    identifier: str
    stream: str
    type: str
    type_name: str
    type_name_en: str
    holder: str
    subject: str
    issuer: str
    issuer_name: str
    region: str
    issued_at: datetime
    issued_on: date
    valid_until: date | None
    status: Status
    digest: str
    related: Related | None = None
    """The certificate before it."""
    noted: bool = False
    """Its holder was told that something is to be done to it, or it is suspended or ended: reasons say why."""
    origin: str = ""
    """The node that sent it; empty: issued here."""

    @property
    def last_day(self) -> date | None:
        """The last day on which it counts; None: without end."""
        return None if self.valid_until is None else self.valid_until - timedelta(days=1)

    def counts(self, today: date) -> bool:
        """Whether it is in force and in its term on that day."""
        begun = self.issued_on <= today and (self.valid_until is None or today < self.valid_until)
        return begun and self.status is Status.IN_FORCE


def wallet(*, party: str, today: date) -> tuple[Registered, ...]:
    """Return all certificates of a holder: those that count today first, the newest first. One statement."""
    rows = Certificate.objects.filter(holder=party).defer("sealed").order_by("-issued_at", "identifier")
    held = [_registered(row) for row in rows]
    return tuple(sorted(held, key=lambda one: not one.counts(today)))


def held(
    *, holders: Collection[str], subjects: Collection[str], types: Collection[str], today: date
) -> dict[tuple[str, str], str]:
    """Return the identifier of the newest certificate that counts today, by type and subject. One statement."""
    rows = (
        Certificate.objects.filter(holder__in=holders, subject__in=subjects, type__in=types)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today), issued_on__lte=today, status=Status.IN_FORCE)
        .order_by("issued_at", "identifier")
        .values_list("type", "subject", "identifier")
    )
    return {(kind, subject): identifier for kind, subject, identifier in rows}


def before(*, type: str, holder: str, subject: str, relation: Relation, today: date) -> Related | None:
    """Return what a new certificate follows: the one of its type that its holder has today for the same subject.

    None: he has none. One statement.
    """
    found = held(holders=[holder], subjects=[subject], types=[type], today=today)
    return Related(found[type, subject], relation) if found else None


def of_holders(
    *, holders: Collection[str], types: Collection[str], subjects: Collection[str], outside: str
) -> tuple[Registered, ...]:
    """Return what these parties hold of these types for these subjects, and all that was issued outside a province.

    The newest first, ended ones too. One statement.
    """
    wanted = Q(type__in=types, subject__in=subjects) | ~Q(region__startswith=outside[:2])
    rows = Certificate.objects.filter(wanted, holder__in=holders).defer("sealed").order_by("-issued_at", "identifier")
    return tuple(_registered(row) for row in rows)


def verify_many(identifiers: Collection[str], *, now: datetime, today: date) -> dict[str, Verdict]:
    """Judge certificates of the register by their files, the trust lists and the register, by identifier.

    One whose file was erased cannot be read. Four statements, and one for the keys of holders not at hand.
    """
    if not identifiers:
        return {}
    known = _known(now)
    return {
        row.identifier: _judge_registered(row, known, today, now)
        for row in Certificate.objects.filter(identifier__in=identifiers)
    }


def _judge_registered(row: Certificate, known: Elsewhere, today: date, now: datetime) -> Verdict:
    try:
        document = keys.unseal(Sealed(person=row.holder, ciphertext=row.sealed))
    except keys.Erased:
        return verification.unreadable(Code.UNREADABLE, trust=known.trust)
    judged = verifying.genuine(document, trust=known.trust, today=today)
    if judged.identifier != row.identifier:
        return judged.verdict
    return _beside({name: getattr(row, name) for name in _STATE}, judged, known, today, now)


def _beside(row: Mapping[str, Any], judged: Judged, known: Elsewhere, today: date, now: datetime) -> Verdict:
    """Say what a genuine certificate is worth beside its line; of one that came from elsewhere the newest word counts,
    its node's or that of its region's list.
    """
    kept = {"ended": _ended(row), "registered": row["digest"], "digest": judged.digest}
    if not row["origin"]:
        return verification.against_register(judged.verdict, **kept, as_of=today)
    told = verification.against_word(judged.verdict, **kept, as_of=row["as_of"])
    listed = known.statuses.get(judged.region)
    newer = listed is not None and row["as_of"] < listed.issued_at and told.code is not Code.NOT_AS_REGISTERED
    return verifying.with_state(judged, known.statuses, now=now).verdict if newer else told


def of_stream(*, stream: str) -> tuple[Registered, ...]:
    """Return the certificates that one application yielded, in order of their issue. One statement."""
    rows = Certificate.objects.filter(stream_id=stream).defer("sealed").order_by("issued_at", "identifier")
    return tuple(_registered(row) for row in rows)


def issued_on(day: date, *, holder: str, type: str, issuer: str) -> tuple[Registered, ...]:
    """Return what a body issued to a holder on a day, of one type, the newest first. One statement."""
    rows = Certificate.objects.filter(holder=holder, type=type, issuer=issuer, issued_on=day).defer("sealed")
    return tuple(_registered(row) for row in rows.order_by("-issued_at", "identifier"))


def after(*, identifier: str) -> Registered | None:
    """Return the newest certificate of this register that took the place of that one."""
    rows = Certificate.objects.filter(related=identifier).exclude(related="").defer("sealed")
    row = rows.order_by("-issued_at", "identifier").first()
    return None if row is None else _registered(row)


@dataclass(frozen=True, slots=True)
class Relying:
    """Which stream has taken which certificate in the place of a material, and since when."""

    stream: str
    material: str
    subject: str
    certificate: str
    since: datetime


def relying(*, certificates: Collection[str]) -> tuple[Relying, ...]:
    """Return who has ever relied on these certificates, in order of their streams. One statement."""
    rows = Reliance.objects.filter(certificate__in=list(certificates)).order_by("stream_id", "material", "subject")
    return tuple(Relying(row.stream_id, row.material, row.subject, row.certificate, row.since) for row in rows)


def of_issuers(issuers: Collection[str], *, wanted: str, most: int) -> tuple[Registered, ...]:
    """Return certificates of these authorities, the newest first: one by its identifier or those of an organisation by
    its code; without either, what is under way or suspended. One statement.
    """
    chosen = Q(identifier=wanted) | Q(holder=f"org:{wanted}") if wanted else _UNDER_WAY
    rows = Certificate.objects.filter(chosen, issuer__in=list(issuers)).defer("sealed")
    return tuple(_registered(row) for row in rows.order_by("-issued_at", "identifier")[:most])


_UNDER_WAY = ~Q(intended="") | Q(status=Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Term:
    """How a certificate stands and until when: since when and by which article it does not count."""

    status: Status
    since: date | None
    article: str
    issued_on: date
    valid_until: date | None


def terms(*, identifiers: Collection[str]) -> dict[str, Term]:
    """Return how these certificates stand, by identifier; others than this register's are left out. One statement."""
    rows = Certificate.objects.filter(identifier__in=list(identifiers))
    fields = ("identifier", "status", "ended_on", "ended_by", "issued_on", "valid_until")
    return {
        identifier: Term(Status(status), since, article, issued_on, valid_until)
        for identifier, status, since, article, issued_on, valid_until in rows.values_list(*fields)
    }


def find(*, identifier: str) -> Registered:
    """Return one line of the register. Raises NoSuchCertificate."""
    return _registered(_row(identifier))


def read(*, identifier: str) -> bytes:
    """Return the file as it was issued. Raises NoSuchCertificate, Erased."""
    row = _row(identifier)
    return keys.unseal(Sealed(person=row.holder, ciphertext=row.sealed))


def content(*, identifier: str) -> kernel.Certificate:
    """Return what the file says. Raises NoSuchCertificate, Erased."""
    return kernel.open_up(read(identifier=identifier))[0]


def verify(document: bytes, *, now: datetime, today: date) -> Verdict:
    """Judge a file, its paper or its code by the lists that this node has, its own and those of other nodes; and by its
    register where the certificate is in it.
    """
    known = _known(now)
    judged = verifying.genuine(document, trust=known.trust, today=today)
    row = Certificate.objects.filter(identifier=judged.identifier).values(*_STATE).first()
    if judged.identifier and row is not None:
        return _beside(row, judged, known, today, now)
    return verifying.with_state(judged, known.statuses, now=now).verdict


def with_files(*, issuer: str = "", since: date) -> Iterator[tuple[Registered, kernel.Certificate | None]]:
    """Yield what was issued here with what each file says, None where it was erased, in order of its issue."""
    rows = Certificate.objects.filter(origin="", issued_on__gte=since, **({"issuer": issuer} if issuer else {}))
    for row in rows.order_by("issued_at", "identifier").iterator(chunk_size=500):
        try:
            document = keys.unseal(Sealed(person=row.holder, ciphertext=row.sealed))
        except keys.Erased:
            yield _registered(row), None
        else:
            yield _registered(row), kernel.open_up(document)[0]


def some_with_files(identifiers: Collection[str]) -> list[tuple[Registered, kernel.Certificate | None]]:
    """Return these lines of the register as `with_files` does, in order of their identifiers.

    Two statements at most, unless somebody's data were erased.
    """
    rows = list(Certificate.objects.filter(identifier__in=list(identifiers)).order_by("identifier"))
    files = [Sealed(person=row.holder, ciphertext=row.sealed) for row in rows]
    try:
        opened: list[bytes | None] = list(keys.unseal_many(files))
    except keys.Erased:
        opened = [_if_kept(file) for file in files]
    return [
        (_registered(row), None if document is None else kernel.open_up(document)[0])
        for row, document in zip(rows, opened, strict=True)
    ]


def _if_kept(file: Sealed) -> bytes | None:
    try:
        return keys.unseal(file)
    except keys.Erased:
        return None


_STATE = ("digest", "region", "origin", "as_of", "status", "ended_on", "ended_by")


def _ended(row: Mapping[str, Any]) -> Ended | None:
    status = Status(row["status"])
    return None if status is Status.IN_FORCE else Ended(status, row["ended_on"], row["ended_by"])


def trusted(*, now: datetime) -> TrustList:
    """Return the trust list as it stands on this node now, with those of other nodes."""
    return _known(now).trust


def _known(now: datetime) -> Elsewhere:
    """Three statements."""
    published = adapters.elsewhere()
    own = trust.current(now=now)
    ours = {one.region for one in own.lists}
    statuses = {region: one for region, one in published.statuses.items() if region not in ours}
    return replace(published, trust=kernel_trust.joined(own, [published.trust]), statuses=statuses)


def _row(identifier: str) -> Certificate:
    row = Certificate.objects.filter(identifier=identifier).first()
    if row is None:
        raise NoSuchCertificate.numbered()
    return row


def _registered(row: Certificate) -> Registered:
    return Registered(
        identifier=row.identifier,
        stream=row.stream_id,
        type=row.type,
        type_name=row.type_name,
        type_name_en=row.type_name_en,
        holder=row.holder,
        subject=row.subject,
        issuer=row.issuer,
        issuer_name=row.issuer_name,
        region=row.region,
        issued_at=row.issued_at,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        status=Status(row.status),
        digest=row.digest,
        noted=bool(row.intended) or row.status != Status.IN_FORCE,
        origin=row.origin,
        related=Related(row.related, Relation(row.relation)) if row.related else None,
    )
