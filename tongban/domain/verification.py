"""Does what somebody shows still hold: the file of a certificate, its paper, the code on it?

`judge` asks of the file in order: is it readable, unchanged, signed by a key that the trust list knows, a key of this
issuer and for certificates, in the time of that key, and does the certificate count today? It needs the lists and no
database; what happened to the certificate after the date of the lists is not known to it, hence `status_as_of`.
`judge_code` asks the same of the code on a sheet, `judge_paper` asks who sealed the paper around a file.

Source: Electronic Signature Law, arts. 5, 13, 14; GB/T 36904-2018; RFC 5280, 6.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tongban.crypto import profiles, x509
from tongban.crypto.profiles import Algorithm
from tongban.crypto.x509 import Certified
from tongban.domain import certificate as certificates
from tongban.domain import compact
from tongban.domain.certificate import FORMAT, LARGEST_BYTES, Certificate, NotOpened, SignatureBlock, Status
from tongban.domain.clock import day_of
from tongban.domain.regions import province_of
from tongban.domain.trust import TrustedKey, TrustList
from tongban.domain.verdict import ENDS, Code, Ended, Known, Verdict, phrase, shown, told

PURPOSE = "certificate"


@dataclass(frozen=True, slots=True)
class _Claim:
    """What file and code both claim: who issued, when, for how long, signed by which key."""

    issuer: str
    issuer_code: str
    region: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    key: str
    algorithm: str
    covered: bytes
    signature: bytes

    @property
    def last_day(self) -> date | None:
        return None if self.valid_until is None else self.valid_until - timedelta(days=1)


# --- File -------------------------------------------------------------------------------------------------------------


def judge(document: bytes, *, trust: TrustList, today: date) -> Verdict:
    """Say whether the file holds on that day, by the trust list alone."""
    try:
        certificate, signature, signed = certificates.open_up(document)
    except NotOpened as wrong:
        return unreadable(Code(wrong.damage.value), trust=trust, format=wrong.format)
    verdict = _judge(_of_file(certificate, signature, signed), trust, today)
    return verdict if verdict.code in _UNTRUSTED else replace(verdict, certificate=certificate)


def unreadable(code: Code, *, trust: TrustList, format: str = "") -> Verdict:
    words = {"limit": str(LARGEST_BYTES // 1024), "known": FORMAT, "format": shown(format)}
    return told(code, _day(trust.as_of("")), words)


def _of_file(certificate: Certificate, signature: SignatureBlock, signed: bytes) -> _Claim:
    return _Claim(
        issuer=certificate.issuer.name,
        issuer_code=certificate.issuer.code,
        region=certificate.issuer.region,
        issued_on=certificate.issued_on,
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        key=signature.key,
        algorithm=signature.algorithm,
        covered=signed,
        signature=signature.value,
    )


# --- Code on a sheet --------------------------------------------------------------------------------------------------


def judge_code(text: str, *, trust: TrustList, today: date) -> Verdict:
    """Say whether the code on a sheet holds on that day; its summary names less than the file."""
    try:
        said, signed = compact.open_up(text)
    except compact.NotRead:
        return unreadable(Code.UNREADABLE_CODE, trust=trust)
    claim = _Claim(
        issuer=said.issuer,
        issuer_code=said.issuer_code,
        region=said.region,
        issued_on=said.valid_from,
        valid_from=said.valid_from,
        valid_until=said.valid_until,
        key=signed.key_id,
        algorithm=signed.algorithm,
        covered=signed.covered,
        signature=signed.signature,
    )
    verdict = _judge(claim, trust, today)
    return verdict if verdict.code in _UNTRUSTED else replace(verdict, summary=said)


# --- Paper around a file ----------------------------------------------------------------------------------------------


def judge_paper(
    inner: Verdict, *, signer: bytes, at: datetime, trust: TrustList, seal_maker: bytes | None = None
) -> Verdict:
    """Say whether the paper around a judged file was sealed by the same issuer, at an instant of its key.

    `signer` and `seal_maker` are the certificates (DER) whose signatures were found good.
    """
    if inner.certificate is None:
        return inner
    issuer = inner.certificate.issuer
    words = {"issuer": shown(issuer.name), "issuer_code": shown(issuer.code)}
    as_of = inner.status_as_of
    try:
        certified = x509.read(signer)
    except x509.NotRead:
        return told(Code.PAPER_NOT_BY_ISSUER, as_of, words)
    # The region's list vouches for the key; its certificate may be one of a licensed authority, for others to read.
    key = _held_by(certified, trust)
    if key is None or not _is_of(key, issuer.code, issuer.region):
        return told(Code.PAPER_NOT_BY_ISSUER, as_of, words)
    if certified.content.subject.number != issuer.code or not certified.stands(at):
        return told(Code.PAPER_NOT_BY_ISSUER, as_of, words)
    roots = [root for root in trust.roots if root.content.subject.number == key.region]
    if seal_maker is not None and seal_maker not in {root.encoded for root in roots}:
        return told(Code.PAPER_NOT_BY_ISSUER, as_of, words)
    first, last = _days(key)
    sealed_on = day_of(at)
    if sealed_on < first or (last is not None and sealed_on > last):
        return told(Code.KEY_OUT_OF_VALIDITY, as_of, words | _key_words(key) | {"issued_on": sealed_on.isoformat()})
    return inner


def stranger(signer: bytes, *, trust: TrustList) -> Verdict | None:
    """Tell of a paper whose signer (certificate, DER) the trust lists do not name: its content is not to be opened.

    None: they name the key, whichever certificate it had when it signed.
    """
    try:
        certified = x509.read(signer)
    except x509.NotRead:
        return unreadable(Code.ALTERED, trust=trust)
    if _held_by(certified, trust) is not None:
        return None
    named = certified.content.subject
    words = {"issuer": shown(named.common), "issuer_code": shown(named.number)}
    return told(Code.UNKNOWN_ISSUER, _day(trust.as_of("")), words)


def _is_of(key: TrustedKey, issuer: str, region: str) -> bool:
    """Whether it is the issuer's key for certificates, and its own region vouches for it."""
    return (key.owner, key.purpose, key.region) == (issuer, PURPOSE, province_of(region))


def _held_by(certified: Certified, trust: TrustList) -> TrustedKey | None:
    return next((key for key in trust.keys if key.public_key == certified.content.public_key), None)


# --- State ------------------------------------------------------------------------------------------------------------


def against_register(verdict: Verdict, *, ended: Ended | None, registered: str, digest: str, as_of: date) -> Verdict:
    """Say what a genuine certificate is worth beside its line in the issuer's register, as of that day.

    `registered` is the digest of the file in the register, `digest` that of what was shown, or its beginning.
    """
    if not registered.startswith(digest):
        words = {"issuer": shown(_issuer(verdict))}
        return told(Code.NOT_AS_REGISTERED, as_of, words, certificate=verdict.certificate, summary=verdict.summary)
    return replace(_with_state(verdict, ended, as_of), known=Known.REGISTER)


def against_list(
    verdict: Verdict, *, ended: Ended | None, issued_at: datetime, next_at: datetime, now: datetime
) -> Verdict:
    """Say what a genuine certificate is worth by the status list of its region, to be renewed by `next_at`."""
    known = Known.LIST if now < next_at else Known.OLD_LIST
    return replace(_with_state(verdict, ended, day_of(issued_at)), known=known, due_on=day_of(next_at))


def against_word(verdict: Verdict, *, ended: Ended | None, registered: str, digest: str, as_of: datetime) -> Verdict:
    """Say what a genuine certificate is worth by what the node of its issuer has told of it, as of that instant.

    `registered` is the digest of the file that came from there, `digest` that of what was shown, or its beginning.
    """
    judged = against_register(verdict, ended=ended, registered=registered, digest=digest, as_of=day_of(as_of))
    return judged if judged.code is Code.NOT_AS_REGISTERED else replace(judged, known=Known.WORD)


def _with_state(verdict: Verdict, ended: Ended | None, as_of: date) -> Verdict:
    if ended is None:
        return replace(verdict, status_as_of=as_of)
    words = {
        "issuer": shown(_issuer(verdict)),
        "on": ended.on.isoformat(),
        **(phrase("by", "by", article=ended.article) if ended.article else {"by": "", "by_en": ""}),
    }
    code = Code.SUSPENDED
    if ended.status is not Status.SUSPENDED:
        code = Code.ENDED
        words["end"], words["end_en"] = ENDS[ended.status]
    return told(code, as_of, words, certificate=verdict.certificate, summary=verdict.summary)


def _issuer(verdict: Verdict) -> str:
    if verdict.certificate is not None:
        return verdict.certificate.issuer.name
    return "" if verdict.summary is None else verdict.summary.issuer


# --- What both ask ----------------------------------------------------------------------------------------------------

_UNTRUSTED = frozenset({Code.ALTERED, Code.UNKNOWN_ISSUER, Code.UNKNOWN_KEY, Code.KEY_NOT_FOR_ISSUER, Code.WRONG_KEY})


def _judge(claim: _Claim, trust: TrustList, today: date) -> Verdict:
    key = next((key for key in trust.keys if key.key_id == claim.key), None)
    code = _code(claim, key, trust, today)
    words = _words(claim, today) | ({} if key is None else _key_words(key))
    return told(code, _day(trust.as_of(claim.key)), words)


def _code(claim: _Claim, key: TrustedKey | None, trust: TrustList, today: date) -> Code:
    if key is None:
        known = any((one.owner, one.purpose) == (claim.issuer_code, PURPOSE) for one in trust.keys)
        return Code.UNKNOWN_KEY if known else Code.UNKNOWN_ISSUER
    if not _is_of(key, claim.issuer_code, claim.region):
        return Code.KEY_NOT_FOR_ISSUER
    if key.algorithm != claim.algorithm or not key.verify(claim.covered, claim.signature):
        return Code.WRONG_KEY
    if not profiles.is_only_form(Algorithm(key.algorithm), claim.signature):
        return Code.ALTERED
    first, last = _days(key)
    if claim.issued_on < first or (last is not None and claim.issued_on > last):
        return Code.KEY_OUT_OF_VALIDITY
    if today < claim.valid_from:
        return Code.NOT_YET_VALID
    if claim.valid_until is not None and today >= claim.valid_until:
        return Code.EXPIRED
    return Code.VALID


def _words(claim: _Claim, today: date) -> dict[str, str]:
    last_day = claim.last_day
    return {
        "today": today.isoformat(),
        "issuer": shown(claim.issuer),
        "issuer_code": shown(claim.issuer_code),
        "key": shown(claim.key),
        "issued_on": claim.issued_on.isoformat(),
        "valid_from": claim.valid_from.isoformat(),
        "last_day": "" if last_day is None else last_day.isoformat(),
        **phrase("term", "without_end" if last_day is None else "until", last_day=last_day),
    }


def _key_words(key: TrustedKey) -> dict[str, str]:
    first, last = _days(key)
    return {
        "key": shown(key.key_id),
        **phrase("key_term", "key_from" if last is None else "key_span", first=first, last=last),
    }


def _days(key: TrustedKey) -> tuple[date, date | None]:
    """Return the first and the last day on which the key signs; a certificate names a day only, not an hour."""
    ends = [end for end in (key.valid_until, key.retired_at) if end is not None]
    last = min(ends) - timedelta(microseconds=1) if ends else None
    return day_of(key.valid_from), None if last is None else day_of(last)


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else day_of(instant)
