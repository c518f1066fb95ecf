"""Which bytes are signed when a certificate is issued, and what does a file say that is as it was issued?

A certificate (电子证照) is one canonical JSON text: the content that is signed, the signature with the name of its key,
and a check over both. `seal_up` writes it and `open_up` reads it. The file must equal its own canonical bytes, so that
no byte of it stands outside what is judged. The check is there to tell a damaged file from one signed by somebody
else; trust rests on the signature alone, and `verification` judges that.

Periods are half-open: `valid_until` is the first day on which the certificate no longer counts. A certificate that
takes the place of another names it and says in which way (关联证照). Files of the first format name neither that nor
the kind of the holder's document; they are read as they were written.

Source: GB/T 36904-2018 (identifier); GB/T 36902-2018, 36903-2018 (directory, metadata); RFC 8785 (canonical JSON);
Electronic Signature Law, arts. 5, 13, 14; Civil Code, arts. 200–203 (periods of months); Administrative Licensing Law,
arts. 39, 50 (certificates and their term).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tongban.crypto import base64url, canonical, sm3
from tongban.domain import masks
from tongban.domain.catalogue import CertificateType
from tongban.domain.identifiers import CertificateIdentifier, DocumentType, InvalidIdentifier
from tongban.domain.refused import Refused

FORMAT = "tongban-certificate/2"
FIRST_FORMAT = "tongban-certificate/1"
LARGEST_BYTES = 256 * 1024
_BEGINNING = b'{"certificate":{'
_MARK = b"tongban-certificate/"


class Status(StrEnum):
    """What has become of a certificate: in force, suspended for a time, or one of the ends an authority decides."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"


class Relation(StrEnum):
    """In which way a certificate follows another: 换证, 延续, 变更, 迁入 (from another region)."""

    REPLACEMENT = "replacement"
    RENEWAL = "renewal"
    CHANGE = "change"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        return RELATIONS[self]


RELATIONS = {
    Relation.REPLACEMENT: "换证",
    Relation.RENEWAL: "延续",
    Relation.CHANGE: "变更",
    Relation.TRANSFER: "迁入",
}


@dataclass(frozen=True, slots=True)
class Related:
    """The certificate before this one (关联证照标识), of this region or another, and what became of it (操作类型)."""

    identifier: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on its face beside the fields, from the template of its type (证照模板)."""

    statement: str = ""
    """A sentence below the fields; empty: none."""
    endless: str = "长期有效"
    """What its term is called when it has no end."""
    seal: str = "电子证照专用章"
    """What the seal is for."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds it. `party` (`org:<uscc>` or `person:<id>`) names the data key and is not in the file."""

    party: str
    document: DocumentType
    """Of what kind the number is."""
    name: str
    number: str

    @property
    def kind(self) -> str:
        """`organisation` or `person`."""
        return _kind(self.document)


@dataclass(frozen=True, slots=True)
class Issuer:
    """The authority in whose name it is issued, by its unified social credit code and its region."""

    code: str
    name: str
    region: str


Line = tuple[str, str, str]
"""One line of the content: code of the data element, label, value."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate before it is signed. `serial` is the case's number without hyphens, `subject` an opaque id."""

    type: CertificateType
    holder: Holder
    subject: str
    fields: tuple[Line, ...]
    issuer: Issuer
    serial: str
    issued_on: date
    related: Related | None = None
    face: Face = Face()

    @property
    def identifier(self) -> str:
        """电子证照标识. Raises InvalidIdentifier."""
        return str(CertificateIdentifier(self.type.type_code, self.issuer.code, self.serial, 1))

    @property
    def valid_until(self) -> date | None:
        return valid_until(issued_on=self.issued_on, months=self.type.valid_months)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate file says."""

    identifier: str
    type_code: str
    type_name: str
    type_name_en: str
    issuer: Issuer
    holder_kind: str
    holder_document: DocumentType | None
    """None: a person's, in a file of the first format."""
    holder_name: str
    holder_number: str
    subject_role: str
    subject: str
    content: tuple[Line, ...]
    issued_on: date
    valid_from: date
    valid_until: date | None
    related: Related | None = None
    face: Face = Face()

    @property
    def last_day(self) -> date | None:
        """The last day on which it counts; None: without end."""
        return None if self.valid_until is None else self.valid_until - timedelta(days=1)

    @property
    def number_label(self) -> str:
        """What the holder's number is called."""
        if self.holder_document is None:
            return "证件号码"
        return f"{self.holder_document.label}号码" if self.holder_document.personal else self.holder_document.label

    @property
    def masked_number(self) -> str:
        """The holder's number as a stranger may see it: a person's is hidden in its middle."""
        return masks.number(self.holder_document or DocumentType.PASSPORT, self.holder_number)

    @property
    def masked_name(self) -> str:
        """The holder's name as a stranger may see it who knows the number of the certificate."""
        return masks.body(self.holder_name) if self.holder_kind == "organisation" else masks.person(self.holder_name)


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Who signed, how, and the signature (DER)."""

    key: str
    algorithm: str
    value: bytes


class NotIssued(Refused):
    """A draft that no certificate can be made of."""

    code = "certificate_not_issued"


NAMED = (
    ("变更", Relation.CHANGE),
    ("延续", Relation.RENEWAL),
    ("换发", Relation.REPLACEMENT),
    ("补发", Relation.REPLACEMENT),
    ("补领", Relation.REPLACEMENT),
)


def relation_named(matter: str) -> Relation | None:
    """Return in which way what a matter yields follows the certificate before it, by its official name; None: in none.

    >>> relation_named("食品经营许可变更").label, relation_named("食品经营许可")
    ('变更', None)
    """
    return next((relation for word, relation in NAMED if word in matter), None)


# --- What is signed ---------------------------------------------------------------------------------------------------


def content_digest(*, certificate_type: str, fields: Mapping[str, str], salt: str) -> str:
    """Return SM3 in hex over type, content and salt: equal exactly for equal content, and silent about it.

    The salt is secret to the application; without it nobody can try out what the content may have been.
    """
    return _digest({"type": certificate_type, "fields": dict(fields), "salt": salt})


def valid_until(*, issued_on: date, months: int | None) -> date | None:
    """Return the day after the last day of the term; None: without end.

    The last day is the day of the same number, or the last of a month that has none (Civil Code, art. 202).
    """
    if months is None:
        return None
    year, month = divmod(issued_on.year * 12 + issued_on.month - 1 + months, 12)
    try:
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(issued_on.day, last)) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise NotIssued(f"证照未签发：有效期 {months} 个月超出了日历。请改正证照类型的有效期。") from None


def payload(draft: Draft) -> dict[str, Any]:
    """Return the values that are signed. Raises InvalidIdentifier, NotIssued."""
    until = draft.valid_until
    if draft.related:
        _demand_another(draft.related, CertificateIdentifier.parse(draft.identifier))
    return {
        "format": FORMAT,
        "identifier": draft.identifier,
        "type": {"code": draft.type.code, "name": draft.type.name, "name_en": draft.type.name_en},
        "issuer": {"code": draft.issuer.code, "name": draft.issuer.name, "region": draft.issuer.region},
        "holder": {
            "kind": draft.holder.kind,
            "document": draft.holder.document.value,
            "name": draft.holder.name,
            "number": draft.holder.number,
        },
        "subject": {"role": draft.type.about.value, "id": draft.subject},
        "content": [{"code": code, "label": label, "value": value} for code, label, value in draft.fields],
        "issued_on": draft.issued_on.isoformat(),
        "valid_from": draft.issued_on.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "related": draft.related and {"identifier": draft.related.identifier, "relation": draft.related.relation.value},
        "face": {"statement": draft.face.statement, "endless": draft.face.endless, "seal": draft.face.seal},
    }


def _demand_another(related: Related, own: CertificateIdentifier) -> None:
    """The certificate before is another one, and one of another authority when it came from another region."""
    before = CertificateIdentifier.parse(related.identifier)
    if before == own:
        raise NotIssued("证照未签发：关联证照标识就是这张证照自己的标识。请填写原证照的标识。", field="related")
    if related.relation is Relation.TRANSFER and before.issuer == own.issuer:
        raise NotIssued(
            "证照未签发：关联方式是“迁入”，原证照却是本机关签发的。请核对原证照的标识，或改选换证、延续、变更。",
            field="related",
        )


def message(content: Mapping[str, Any]) -> bytes:
    """Return the bytes that the signature covers."""
    return canonical.encode(dict(content))


def seal_up(signed: bytes, signature: SignatureBlock) -> bytes:
    """Return the bytes of the file around the `message` that was signed.

    The three members stand in their canonical order, so the file is put together from canonical pieces and its content
    is encoded once only. Raises NotIssued when it would be too large for anybody to verify.
    """
    block = canonical.encode(
        {"key": signature.key, "algorithm": signature.algorithm, "value": base64url.encode(signature.value)}
    )
    check = sm3.digest(b'{"certificate":%b,"signature":%b}' % (signed, block)).hex().encode()
    document = b'{"certificate":%b,"check":"%b","signature":%b}' % (signed, check, block)
    if len(document) > LARGEST_BYTES:
        raise NotIssued(
            f"证照未签发：证照内容超过 {LARGEST_BYTES // 1024} KB。请缩短证照内容，或把附表另作材料。", field="content"
        )
    return document


def file_digest(document: bytes) -> str:
    """Return SM3 in hex over the whole file, which journal, register and QR code carry."""
    return sm3.digest(document).hex()


def file_name(identifier: str) -> str:
    return f"{identifier}.tongban.json"


# --- What is read -----------------------------------------------------------------------------------------------------


class Damage(StrEnum):
    """Why a file does not hold a certificate as it was issued."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNKNOWN_FORMAT = "unknown_format"
    ALTERED = "altered"


class NotOpened(ValueError):
    """A file that does not hold a certificate as it was issued; `damage` says in which way."""

    def __init__(self, damage: Damage, *, format: str = "") -> None:
        super().__init__(damage.value)
        self.damage = damage
        self.format = format


def open_up(document: bytes) -> tuple[Certificate, SignatureBlock, bytes]:
    """Return what the file says, its signature and the bytes that the signature must cover. Raises NotOpened."""
    if len(document) > LARGEST_BYTES:
        raise NotOpened(Damage.TOO_LARGE)
    parts = _parts(document)
    content, block = parts["certificate"], parts["signature"]
    if content.get("format") not in (FORMAT, FIRST_FORMAT):
        raise NotOpened(Damage.UNKNOWN_FORMAT, format=str(content.get("format")))
    try:
        signature = SignatureBlock(_text(block["key"]), _text(block["algorithm"]), base64url.decode(block["value"]))
        return _certificate(content), signature, canonical.encode(content)
    except (KeyError, TypeError, ValueError, OverflowError, InvalidIdentifier):
        raise NotOpened(Damage.UNREADABLE) from None


def _parts(document: bytes) -> dict[str, dict[str, Any]]:
    """Return content and signature of a file that is as it was written. Raises NotOpened."""
    damaged = NotOpened(Damage.ALTERED if _was_one(document) else Damage.UNREADABLE)
    try:
        read = canonical.decode(document)
    except canonical.NotCanonical:
        raise damaged from None
    if not isinstance(read, dict) or read.keys() != {"certificate", "signature", "check"}:
        raise damaged
    check = read.pop("check")
    if not all(isinstance(part, dict) for part in read.values()) or check != _digest(read):
        raise damaged
    if canonical.encode(read | {"check": check}) != document:
        raise NotOpened(Damage.ALTERED)
    return read


def _was_one(document: bytes) -> bool:
    """Whether a file that cannot be read was once a certificate file."""
    return document.startswith(_BEGINNING) or _MARK in document


def _certificate(content: Mapping[str, Any]) -> Certificate:
    """Raises KeyError, TypeError, ValueError or InvalidIdentifier for what is none."""
    kind, issuer, holder, subject = content["type"], content["issuer"], content["holder"], content["subject"]
    identifier = CertificateIdentifier.parse(_text(content["identifier"]))
    if identifier.issuer != issuer["code"]:
        raise ValueError("the identifier names another issuer")
    valid_from, until = date.fromisoformat(content["valid_from"]), content["valid_until"]
    if until is not None and date.fromisoformat(until) <= valid_from:
        raise ValueError("it would end before it begins")
    return Certificate(
        identifier=str(identifier),
        type_code=_text(kind["code"]),
        type_name=_text(kind["name"]),
        type_name_en=_text(kind["name_en"]),
        issuer=Issuer(_text(issuer["code"]), _text(issuer["name"]), _text(issuer["region"])),
        holder_kind=_text(holder["kind"]),
        holder_document=_document(holder, said=content["format"] != FIRST_FORMAT),
        holder_name=_text(holder["name"]),
        holder_number=_text(holder["number"]),
        subject_role=_text(subject["role"]),
        subject=_text(subject["id"]),
        content=tuple((_text(line["code"]), _text(line["label"]), _text(line["value"])) for line in content["content"]),
        issued_on=date.fromisoformat(content["issued_on"]),
        valid_from=valid_from,
        valid_until=None if until is None else date.fromisoformat(until),
        related=None if content["format"] == FIRST_FORMAT else _related(content["related"], identifier),
        face=Face() if content["format"] == FIRST_FORMAT else _face(content["face"]),
    )


def _document(holder: Mapping[str, Any], *, said: bool) -> DocumentType | None:
    """Of what kind the holder's number is; the first format said so of organisations alone."""
    if not said:
        return DocumentType.USCC if holder["kind"] == _kind(DocumentType.USCC) else None
    document = DocumentType(_text(holder["document"]))
    if holder["kind"] != _kind(document):
        raise ValueError("the document is not one of such a holder")
    return document


def _related(related: Mapping[str, Any] | None, own: CertificateIdentifier) -> Related | None:
    if related is None:
        return None
    before = CertificateIdentifier.parse(_text(related["identifier"]))
    if before == own:
        raise ValueError("no certificate comes before itself")
    return Related(str(before), Relation(_text(related["relation"])))


def _face(face: Mapping[str, Any]) -> Face:
    return Face(_text(face["statement"]), _text(face["endless"]), _text(face["seal"]))


def _kind(document: DocumentType) -> str:
    return "person" if document.personal else "organisation"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text is demanded, {type(value).__name__} was given")
    return value


def _digest(value: object) -> str:
    return sm3.digest(canonical.encode(value)).hex()
