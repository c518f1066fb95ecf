"""Which bytes are signed when a certificate is issued, and does a file that somebody shows still hold?

A certificate (电子证照) is one canonical JSON text: the content that is signed, the signature with the name of its key,
and a check over both. `seal_up` writes it and `open_up` reads it. The file must equal its own canonical bytes, so that
no byte of it stands outside what is judged. The check is there to tell a damaged file from one signed by somebody
else; trust rests on the signature alone.

`judge` asks in order: is it readable, unchanged, signed by a key that the trust list knows, a key of this issuer and
for certificates, in the time of that key, and does the certificate count today? It needs the trust list and no
database; what happened to the certificate after the date of the list is not known to it, hence `status_as_of`.

Periods are half-open: `valid_until` is the first day on which the certificate no longer counts.

Source: GB/T 36904-2018 (identifier); RFC 8785 (canonical JSON); Electronic Signature Law, arts. 5, 13, 14; Civil Code,
arts. 200–203 (periods of months); Administrative Licensing Law, arts. 39, 50 (certificates and their term).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Protocol

from tongban.crypto import base64url, canonical, profiles, sm3
from tongban.crypto.profiles import Algorithm
from tongban.domain.catalogue import CertificateType
from tongban.domain.identifiers import CertificateIdentifier, InvalidIdentifier
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of

FORMAT = "tongban-certificate/1"
LARGEST_BYTES = 256 * 1024
PURPOSE = "certificate"
CHINA = timezone(timedelta(hours=8))
LONGEST_SHOWN = 60
_BEGINNING = b'{"certificate":{'
_MARK = b"tongban-certificate/"


class Status(StrEnum):
    """What has become of a certificate: in force, or one of the ends that an authority decides."""

    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds it. `party` (`org:<uscc>` or `person:<id>`) names the data key and is not in the file."""

    party: str
    kind: str
    """`organisation` or `person`."""
    name: str
    number: str


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
    holder_name: str
    holder_number: str
    subject_role: str
    subject: str
    content: tuple[Line, ...]
    issued_on: date
    valid_from: date
    valid_until: date | None

    @property
    def last_day(self) -> date | None:
        """The last day on which it counts; None: without end."""
        return None if self.valid_until is None else self.valid_until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Who signed, how, and the signature (DER)."""

    key: str
    algorithm: str
    value: bytes


class NotIssued(Refused):
    """A draft that no certificate can be made of."""

    code = "certificate_not_issued"


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
    return {
        "format": FORMAT,
        "identifier": draft.identifier,
        "type": {"code": draft.type.code, "name": draft.type.name, "name_en": draft.type.name_en},
        "issuer": {"code": draft.issuer.code, "name": draft.issuer.name, "region": draft.issuer.region},
        "holder": {"kind": draft.holder.kind, "name": draft.holder.name, "number": draft.holder.number},
        "subject": {"role": draft.type.about.value, "id": draft.subject},
        "content": [{"code": code, "label": label, "value": value} for code, label, value in draft.fields],
        "issued_on": draft.issued_on.isoformat(),
        "valid_from": draft.issued_on.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
    }


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


class Code(StrEnum):
    """What a verification found."""

    VALID = "valid"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNKNOWN_FORMAT = "unknown_format"
    ALTERED = "altered"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_KEY = "unknown_key"
    KEY_NOT_FOR_ISSUER = "key_not_for_issuer"
    WRONG_KEY = "wrong_key"
    KEY_OUT_OF_VALIDITY = "key_out_of_validity"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    ENDED = "ended"
    NOT_AS_REGISTERED = "not_as_registered"


NOT_READ = frozenset({Code.TOO_LARGE, Code.UNREADABLE, Code.UNKNOWN_FORMAT})
"""Findings about a file that is no certificate to begin with."""

SENTENCES: dict[Code, tuple[str, str]] = {
    Code.VALID: (
        "有效：由“{issuer}”签发，内容与签发时一致，{term}。",
        "Valid: issued by “{issuer}”, unchanged since, {term_en}.",
    ),
    Code.TOO_LARGE: (
        "无法核验：文件超过 {limit} KB，不会是电子证照文件。请选择下载证照时得到的 .tongban.json 文件。",
        "Not verified: the file is larger than {limit} KB and cannot be a certificate file. "
        "Choose the .tongban.json file that was downloaded.",
    ),
    Code.UNREADABLE: (
        "无法核验：这不是电子证照文件，或已严重损坏。请选择下载证照时得到的 .tongban.json 文件。",
        "Not verified: this is no certificate file, or it is badly damaged. "
        "Choose the .tongban.json file that was downloaded.",
    ),
    Code.UNKNOWN_FORMAT: (
        "无法核验：证照文件的格式是“{format}”，本程序只认识“{known}”。请升级程序，或到签发机关的网站核验。",
        "Not verified: the file has the format “{format}”, this software knows “{known}”. "
        "Upgrade it, or verify on the site of the issuing authority.",
    ),
    Code.ALTERED: (
        "无效：文件与签发时不一致，有内容被改动、增加或丢失。请勿采信，并向持证人索取签发机关给出的原文件。",
        "Refused: the file is not as it was issued; something was changed, added or lost. "
        "Do not rely on it; ask the holder for the file as the authority gave it.",
    ),
    Code.UNKNOWN_ISSUER: (
        "无效：信任列表中没有签发机关“{issuer}”（{issuer_code}）。请勿采信；如信任列表不是最新的，请更新后再核验。",
        "Refused: the trust list does not name the issuer “{issuer}” ({issuer_code}). "
        "Do not rely on it; if your trust list is old, renew it and verify again.",
    ),
    Code.UNKNOWN_KEY: (
        "无效：信任列表中有签发机关“{issuer}”，但没有它的密钥“{key}”。请更新信任列表后再核验，仍不通过则不要采信。",
        "Refused: the trust list names the issuer “{issuer}”, but not its key “{key}”. "
        "Renew the list and verify again; if it fails still, do not rely on the certificate.",
    ),
    Code.KEY_NOT_FOR_ISSUER: (
        "无效：签名密钥“{key}”不是签发机关“{issuer}”用来签发证照的密钥。请勿采信，并告知该机关。",
        "Refused: the key “{key}” is not one with which “{issuer}” issues certificates. "
        "Do not rely on it, and tell that authority.",
    ),
    Code.WRONG_KEY: (
        "无效：签名不是用所标明的密钥“{key}”作出的，不是“{issuer}”签发的。请勿采信，并告知该机关。",
        "Refused: the signature was not made with the key “{key}” that it names; “{issuer}” did not issue this. "
        "Do not rely on it, and tell that authority.",
    ),
    Code.KEY_OUT_OF_VALIDITY: (
        "无效：证照标明 {issued_on} 签发，这一天签名密钥“{key}”不在有效期内（{key_term}）。请向“{issuer}”核实。",
        "Refused: the certificate says it was issued on {issued_on}, outside the time of the key “{key}” "
        "({key_term_en}). Ask “{issuer}”.",
    ),
    Code.NOT_YET_VALID: (
        "尚未生效：证照自 {valid_from} 起有效，核验日是 {today}。请在生效后使用。",
        "Not yet valid: the certificate counts from {valid_from}; the day of verification is {today}. Use it then.",
    ),
    Code.EXPIRED: (
        "已过期：证照有效期至 {last_day}，核验日是 {today}。请向持证人索取延续或换发后的证照。",
        "Expired: the certificate counted until {last_day}; the day of verification is {today}. "
        "Ask the holder for its renewal.",
    ),
    Code.ENDED: (
        "已失效：签发机关“{issuer}”已{end}这张证照。请勿采信；有疑问的，向该机关核实。",
        "No longer in force: “{issuer}” has {end_en} this certificate. Do not rely on it; if in doubt, ask it.",
    ),
    Code.NOT_AS_REGISTERED: (
        "无效：这份文件与签发机关“{issuer}”登记的不是同一份。请勿采信，并告知该机关。",
        "Refused: this is not the file that “{issuer}” has in its register. "
        "Do not rely on it, and tell that authority.",
    ),
}

ENDS: dict[Status, tuple[str, str]] = {
    Status.WITHDRAWN: ("撤回", "withdrawn"),
    Status.REVOKED: ("吊销", "revoked"),
    Status.ANNULLED: ("撤销", "annulled"),
    Status.CANCELLED: ("注销", "cancelled"),
}
"""Four ends by an authority: Administrative Licensing Law, arts. 8, 69, 70; Administrative Penalty Law, art. 9."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `status_as_of` is the day of the trust list; later changes are not known to it."""

    code: Code
    message: str
    message_en: str
    status_as_of: date | None
    certificate: Certificate | None = None
    """What the file says: only when its signature holds."""

    @property
    def valid(self) -> bool:
        return self.code is Code.VALID

    @property
    def read(self) -> bool:
        """Whether the file was one that can be judged at all."""
        return self.code not in NOT_READ


class TrustedKey(Protocol):
    """A key of the trust list: whose it is, for what, and since when until when it signs."""

    @property
    def key_id(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def algorithm(self) -> str: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_until(self) -> datetime | None: ...
    @property
    def retired_at(self) -> datetime | None: ...
    @property
    def region(self) -> str:
        """The province whose list names the key."""

    def verify(self, message: bytes, signature: bytes) -> bool: ...


class Trust(Protocol):
    """The trust lists (信任列表) of all regions that are known."""

    @property
    def keys(self) -> Sequence[TrustedKey]: ...
    def as_of(self, key_id: str) -> datetime | None:
        """The instant of the list that names the key, or of the oldest where none does; None: there is no list."""


class NotOpened(ValueError):
    """A file that does not hold a certificate as it was issued; `code` says in which way."""

    def __init__(self, code: Code, *, format: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.format = format


def open_up(document: bytes) -> tuple[Certificate, SignatureBlock, bytes]:
    """Return what the file says, its signature and the bytes that the signature must cover. Raises NotOpened."""
    if len(document) > LARGEST_BYTES:
        raise NotOpened(Code.TOO_LARGE)
    parts = _parts(document)
    content, block = parts["certificate"], parts["signature"]
    if content.get("format") != FORMAT:
        raise NotOpened(Code.UNKNOWN_FORMAT, format=str(content.get("format")))
    try:
        signature = SignatureBlock(_text(block["key"]), _text(block["algorithm"]), base64url.decode(block["value"]))
        return _certificate(content), signature, canonical.encode(content)
    except (KeyError, TypeError, ValueError, OverflowError, InvalidIdentifier):
        raise NotOpened(Code.UNREADABLE) from None


def judge(document: bytes, *, trust: Trust, today: date) -> Verdict:
    """Say whether the file holds on that day, by the trust list alone."""
    try:
        certificate, signature, signed = open_up(document)
    except NotOpened as wrong:
        return _verdict(wrong.code, trust.as_of(""), today, format=_shown(wrong.format))
    key = next((key for key in trust.keys if key.key_id == signature.key), None)
    code = _code(certificate, signature, signed, key, trust, today)
    trusted = certificate if code not in _UNTRUSTED else None
    as_of = trust.as_of(signature.key)
    return _verdict(code, as_of, today, certificate=trusted, **_words(certificate, signature, key))


def against_register(verdict: Verdict, *, status: Status, digest: str, document: bytes, as_of: date) -> Verdict:
    """Say what a verified file is worth beside its line in the issuer's register, as of that day."""
    if verdict.certificate is None:
        return verdict
    issuer = verdict.certificate.issuer.name
    if digest != file_digest(document):
        return _said(Code.NOT_AS_REGISTERED, as_of, {"issuer": issuer}, verdict.certificate)
    if status is not Status.IN_FORCE:
        end, end_en = ENDS[status]
        return _said(Code.ENDED, as_of, {"issuer": issuer, "end": end, "end_en": end_en}, verdict.certificate)
    return replace(verdict, status_as_of=as_of)


_UNTRUSTED = frozenset({Code.ALTERED, Code.UNKNOWN_ISSUER, Code.UNKNOWN_KEY, Code.KEY_NOT_FOR_ISSUER, Code.WRONG_KEY})


def _code(
    certificate: Certificate,
    signature: SignatureBlock,
    signed: bytes,
    key: TrustedKey | None,
    trust: Trust,
    today: date,
) -> Code:
    if key is None:
        known = any((one.owner, one.purpose) == (certificate.issuer.code, PURPOSE) for one in trust.keys)
        return Code.UNKNOWN_KEY if known else Code.UNKNOWN_ISSUER
    vouched_for = key.region == province_of(certificate.issuer.region)
    if (key.owner, key.purpose) != (certificate.issuer.code, PURPOSE) or not vouched_for:
        return Code.KEY_NOT_FOR_ISSUER
    if key.algorithm != signature.algorithm or not key.verify(signed, signature.value):
        return Code.WRONG_KEY
    if not profiles.is_only_form(Algorithm(key.algorithm), signature.value):
        return Code.ALTERED
    first, last = _days(key)
    if certificate.issued_on < first or (last is not None and certificate.issued_on > last):
        return Code.KEY_OUT_OF_VALIDITY
    if today < certificate.valid_from:
        return Code.NOT_YET_VALID
    if certificate.valid_until is not None and today >= certificate.valid_until:
        return Code.EXPIRED
    return Code.VALID


def _parts(document: bytes) -> dict[str, dict[str, Any]]:
    """Return content and signature of a file that is as it was written. Raises NotOpened."""
    damaged = NotOpened(Code.ALTERED if _was_one(document) else Code.UNREADABLE)
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
        raise NotOpened(Code.ALTERED)
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
    until = content["valid_until"]
    return Certificate(
        identifier=str(identifier),
        type_code=_text(kind["code"]),
        type_name=_text(kind["name"]),
        type_name_en=_text(kind["name_en"]),
        issuer=Issuer(_text(issuer["code"]), _text(issuer["name"]), _text(issuer["region"])),
        holder_kind=_text(holder["kind"]),
        holder_name=_text(holder["name"]),
        holder_number=_text(holder["number"]),
        subject_role=_text(subject["role"]),
        subject=_text(subject["id"]),
        content=tuple((_text(line["code"]), _text(line["label"]), _text(line["value"])) for line in content["content"]),
        issued_on=date.fromisoformat(content["issued_on"]),
        valid_from=date.fromisoformat(content["valid_from"]),
        valid_until=None if until is None else date.fromisoformat(until),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text is demanded, {type(value).__name__} was given")
    return value


def _days(key: TrustedKey) -> tuple[date, date | None]:
    """Return the first and the last day on which the key signs; a certificate names a day only, not an hour."""
    ends = [end for end in (key.valid_until, key.retired_at) if end is not None]
    last = min(ends) - timedelta(microseconds=1) if ends else None
    return key.valid_from.astimezone(CHINA).date(), None if last is None else last.astimezone(CHINA).date()


# --- What is said -----------------------------------------------------------------------------------------------------


def _verdict(
    code: Code, as_of: datetime | None, today: date, *, certificate: Certificate | None = None, **words: str
) -> Verdict:
    known = {"limit": str(LARGEST_BYTES // 1024), "known": FORMAT, "today": today.isoformat()}
    return _said(code, None if as_of is None else as_of.astimezone(CHINA).date(), known | words, certificate)


def _said(code: Code, as_of: date | None, words: Mapping[str, str], certificate: Certificate | None) -> Verdict:
    chinese, english = SENTENCES[code]
    return Verdict(code, chinese.format_map(words), english.format_map(words), as_of, certificate)


def _words(certificate: Certificate, signature: SignatureBlock, key: TrustedKey | None) -> dict[str, str]:
    last_day = certificate.last_day
    words = {
        "issuer": _shown(certificate.issuer.name),
        "issuer_code": _shown(certificate.issuer.code),
        "key": _shown(signature.key),
        "issued_on": certificate.issued_on.isoformat(),
        "valid_from": certificate.valid_from.isoformat(),
        "last_day": "" if last_day is None else last_day.isoformat(),
        "term": "长期有效" if last_day is None else f"有效期至 {last_day}",
        "term_en": "without end" if last_day is None else f"valid until {last_day}",
    }
    if key is not None:
        first, last = _days(key)
        words["key_term"] = f"{first} 起" if last is None else f"{first} 至 {last}"
        words["key_term_en"] = f"from {first}" if last is None else f"{first} to {last}"
    return words


def printable(text: str) -> str:
    """Text of unproven origin without anything that could command a terminal or break an encoding."""
    return "".join(each for each in text if each.isprintable())


def _shown(text: str) -> str:
    return printable(text)[:LONGEST_SHOWN]


def _digest(value: object) -> str:
    return sm3.digest(canonical.encode(value)).hex()
