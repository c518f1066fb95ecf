"""Who says that this public key is whose? X.509 certificates of keys, in both profiles, written, read and chained.

A region signs a root for itself and, with it, the certificates of its issuing authorities; whoever trusts the root
trusts what they sign. `issue` writes one certificate, `read` takes one only in the one form that DER allows, and
`chain` says whether a certificate leads to a trusted root at an instant, or in one sentence why not.

The library `cryptography` refuses SM2 keys, so certificates are put together and taken apart by `asn1crypto`, and
signed and verified by `profiles`. A certificate of another curve, algorithm or version is not one of ours.

Source: RFC 5280, 4.1, 4.2 and 6.1 (profile and path validation); GM/T 0015-2012 (SM2 in X.509: 1.2.156.10197.1.501);
RFC 5758, 3.2 (ecdsa-with-SHA256); RFC 2986 (requests); GB/T 35276-2017 (identity 1234567812345678).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import csr, keys, x509

from tongban.crypto import profiles
from tongban.crypto.profiles import Algorithm

LARGEST_BYTES = 16 * 1024
LONGEST_CHAIN = 4
_COUNTRY = "CN"
_SECOND = timedelta(seconds=1)
_UTC_TIME_UNTIL = 2050
"""From this year on a time is written with four digits of the year (RFC 5280, 4.1.2.5)."""

# SubjectPublicKeyInfo of each curve up to the point itself: id-ecPublicKey with its named curve.
_SPKI = {
    Algorithm.SM2SM3: bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200"),
    Algorithm.ES256: bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
}
_SIGNED_BY = {Algorithm.SM2SM3: "1.2.156.10197.1.501", Algorithm.ES256: "1.2.840.10045.4.3.2"}
_UNDERSTOOD = {"basic_constraints", "key_usage", "key_identifier", "authority_key_identifier"}

Sign = Callable[[bytes], bytes]
"""Signs a message with the issuer's key and returns the signature in DER."""


class NotRead(ValueError):
    """Bytes that are no certificate of ours; `str(error)` says why."""


class NotTrusted(ValueError):
    """A certificate that leads to no trusted root; `str(error)` says where the chain breaks."""


@dataclass(frozen=True, slots=True)
class Name:
    """Whose key: a body by its name and unified social credit code, or a region by its name and division code."""

    common: str
    number: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a certificate says before it is signed. `authority`: whether its key may sign certificates."""

    subject: Name
    public_key: bytes
    algorithm: Algorithm
    valid_from: datetime
    valid_until: datetime
    """The first instant at which it no longer counts; in seconds."""
    authority: bool = False


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate that was read: its content, who signed it, and the bytes as they came."""

    content: Content
    issuer: Name
    serial: int
    subject_bytes: bytes
    issuer_bytes: bytes
    key_id: bytes
    issuer_key_id: bytes
    """Empty where the certificate does not name its issuer's key."""
    longest_way: int | None
    """How many authorities may stand between this one and a leaf; None: any number."""
    signed: bytes
    signature: bytes
    signature_algorithm: Algorithm
    encoded: bytes

    def stands(self, at: datetime) -> bool:
        return self.content.valid_from <= at < self.content.valid_until

    def signed_with(self, public_key: bytes) -> bool:
        return profiles.verify(self.signature_algorithm, public_key, self.signed, self.signature)


def key_id(public_key: bytes) -> bytes:
    """Return the 20 bytes by which a certificate names its key (RFC 7093, 2, method 1: SHA-256 cut to 160 bits)."""
    return hashlib.sha256(public_key).digest()[:20]


def issue(content: Content, *, serial: int, issuer: Name, issuer_key: bytes, algorithm: Algorithm, sign: Sign) -> bytes:
    """Return a certificate in DER, signed by `sign` with the key whose public half is `issuer_key` (65 bytes)."""
    if not 0 < serial < 1 << 159:
        raise ValueError("证书序列号必须是正数，且不超过 20 个字节。")
    identifier = x509.SignedDigestAlgorithm({"algorithm": _SIGNED_BY[algorithm]})
    signed = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": identifier,
            "issuer": _name(issuer),
            "validity": {
                "not_before": _time(content.valid_from),
                "not_after": _time(content.valid_until - _SECOND),
            },
            "subject": _name(content.subject),
            "subject_public_key_info": keys.PublicKeyInfo.load(_SPKI[content.algorithm] + content.public_key),
            "extensions": _extensions(content, key_id(issuer_key)),
        }
    )
    encoded: bytes = x509.Certificate(
        {"tbs_certificate": signed, "signature_algorithm": identifier, "signature_value": sign(signed.dump())}
    ).dump()
    return encoded


def request(subject: Name, public_key: bytes, *, algorithm: Algorithm, sign: Sign) -> bytes:
    """Return a certificate signing request in DER (PKCS #10), by which another authority certifies the key."""
    asked = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": _name(subject),
            "subject_pk_info": keys.PublicKeyInfo.load(_SPKI[algorithm] + public_key),
            "attributes": [],
        }
    )
    identifier = x509.SignedDigestAlgorithm({"algorithm": _SIGNED_BY[algorithm]})
    encoded: bytes = csr.CertificationRequest(
        {"certification_request_info": asked, "signature_algorithm": identifier, "signature": sign(asked.dump())}
    ).dump()
    return encoded


def read(encoded: bytes) -> Certified:
    """Read one certificate in DER. Raises NotRead."""
    if len(encoded) > LARGEST_BYTES:
        raise NotRead(f"证书超过 {LARGEST_BYTES // 1024} KB。")
    try:
        whole = x509.Certificate.load(encoded, strict=True)
        # Only what asn1crypto writes again to the same bytes has one reading.
        if whole.copy().dump(force=True) != encoded:
            raise NotRead("证书不是 DER 编码。")
        return _certified(whole, encoded)
    except NotRead:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as broken:
        raise NotRead("不是 X.509 证书，或已损坏。") from broken


def chain(
    leaf: Certified, *, between: Sequence[Certified] = (), roots: Sequence[Certified], at: datetime
) -> tuple[Certified, ...]:
    """Return the way from a certificate to a trusted root, both included. Raises NotTrusted.

    Each is signed by the next, the next is allowed to sign certificates so far down, and all stand at that instant.
    """
    way = [leaf]
    trusted = {root.encoded for root in roots}
    while True:
        last = way[-1]
        if not last.stands(at):
            raise NotTrusted(f"证书“{last.content.subject.common}”在 {at:%Y-%m-%d} 不在有效期内。")
        if last.encoded in trusted:
            return tuple(way)
        if len(way) == LONGEST_CHAIN:
            raise NotTrusted(f"证书链超过 {LONGEST_CHAIN} 级。")
        way.append(_signer(last, [*roots, *between], below=len(way) - 1))


def _signer(certified: Certified, candidates: Sequence[Certified], *, below: int) -> Certified:
    """Return the candidate that signed; `below` authorities stand between it and the leaf."""
    subject, issuer = certified.content.subject.common, certified.issuer.common
    named = [
        each
        for each in candidates
        if each.subject_bytes == certified.issuer_bytes and certified.issuer_key_id in (b"", each.key_id)
    ]
    if not named:
        raise NotTrusted(f"没有找到签发“{subject}”证书的“{issuer}”的证书。")
    signer = next((each for each in named if certified.signed_with(each.content.public_key)), None)
    if signer is None:
        raise NotTrusted(f"“{subject}”的证书不是用“{issuer}”的密钥签的。")
    if not signer.content.authority or (signer.longest_way is not None and signer.longest_way < below):
        raise NotTrusted(f"“{issuer}”的密钥不得签发“{subject}”的证书。")
    return signer


# --- Writing ----------------------------------------------------------------------------------------------------------


def _name(name: Name) -> x509.Name:
    return x509.Name.build(
        {"country_name": _COUNTRY, "organization_identifier": name.number, "common_name": name.common},
        use_printable=False,
    )


def _time(at: datetime) -> x509.Time:
    at = at.astimezone(UTC).replace(microsecond=0)
    return x509.Time({"utc_time" if at.year < _UTC_TIME_UNTIL else "general_time": at})


def _extensions(content: Content, issuer_key_id: bytes) -> list[dict[str, Any]]:
    """An authority signs certificates and signs under no other authority; all others sign what they issue."""
    usage = {"key_cert_sign", "crl_sign"} if content.authority else {"digital_signature", "non_repudiation"}
    basic = {"ca": True, "path_len_constraint": 0} if content.authority else {"ca": False}
    return [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": basic},
        {"extn_id": "key_usage", "critical": True, "extn_value": usage},
        {"extn_id": "key_identifier", "critical": False, "extn_value": key_id(content.public_key)},
        {
            "extn_id": "authority_key_identifier",
            "critical": False,
            "extn_value": {"key_identifier": issuer_key_id},
        },
    ]


# --- Reading ----------------------------------------------------------------------------------------------------------


def _certified(whole: x509.Certificate, encoded: bytes) -> Certified:
    signed = whole["tbs_certificate"]
    if signed["version"].native != "v3":
        raise NotRead("证书不是第 3 版。")
    if signed["signature"].dump() != whole["signature_algorithm"].dump():
        raise NotRead("证书内外标明的签名算法不一致。")
    extensions = {one["extn_id"].native: one for one in signed["extensions"]}
    if len(extensions) < len(signed["extensions"]):
        raise NotRead("证书有重复的扩展项。")
    strange = [name for name, one in extensions.items() if one["critical"].native and name not in _UNDERSTOOD]
    if strange:
        raise NotRead(f"证书有不认识的关键扩展项 {strange[0]}。")
    said = {name: extensions[name]["extn_value"].parsed for name in _UNDERSTOOD & set(extensions)}
    algorithm, public_key = public_key_of(signed["subject_public_key_info"].dump())
    basic = said.get("basic_constraints")
    authority = basic is not None and bool(basic["ca"].native)
    if authority and "key_usage" in said and "key_cert_sign" not in said["key_usage"].native:
        authority = False
    until = signed["validity"]["not_after"].native + _SECOND
    named_issuer = said.get("authority_key_identifier")
    return Certified(
        content=Content(
            subject=_read_name(signed["subject"]),
            public_key=public_key,
            algorithm=algorithm,
            valid_from=signed["validity"]["not_before"].native,
            valid_until=until,
            authority=authority,
        ),
        issuer=_read_name(signed["issuer"]),
        serial=signed["serial_number"].native,
        subject_bytes=signed["subject"].dump(),
        issuer_bytes=signed["issuer"].dump(),
        key_id=said["key_identifier"].native if "key_identifier" in said else key_id(public_key),
        issuer_key_id=(named_issuer["key_identifier"].native or b"") if named_issuer is not None else b"",
        longest_way=basic["path_len_constraint"].native if basic is not None else None,
        signed=signed.dump(),
        signature=whole["signature_value"].native,
        signature_algorithm=_algorithm(whole["signature_algorithm"]["algorithm"].dotted),
        encoded=encoded,
    )


def public_key_of(spki: bytes) -> tuple[Algorithm, bytes]:
    """Return algorithm and point of a public key as certificates and PEM files hold it. Raises NotRead."""
    for algorithm, prefix in _SPKI.items():
        if spki.startswith(prefix + b"\x04") and len(spki) == len(prefix) + 65:
            return algorithm, spki[len(prefix) :]
    raise NotRead("公钥不是 SM2 或 P-256 的。")


def _algorithm(dotted: str) -> Algorithm:
    for algorithm, known in _SIGNED_BY.items():
        if dotted == known:
            return algorithm
    raise NotRead(f"证书的签名算法 {dotted} 不是 SM2-SM3 或 ES256。")


def _read_name(name: x509.Name) -> Name:
    said = name.native
    return Name(common=_text(said.get("common_name")), number=_text(said.get("organization_identifier")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
