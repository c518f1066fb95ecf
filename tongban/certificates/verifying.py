"""Does this hold, in whichever form it is shown: the signed file, an OFD, a PDF, or the text of a QR code?

Paper is opened only as far as its signature reaches before anybody asks whose it is: nothing of a stranger's file is
unpacked. A certificate's state is what the newest status list of its region says.

Source: GB/T 36905-2018 (files of electronic certificates).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.domain import compact, verification
from tongban.domain.certificate import file_digest
from tongban.domain.regions import province_of
from tongban.domain.status import StatusList
from tongban.domain.trust import TrustList
from tongban.domain.verdict import Code, Verdict
from tongban.paper import pades
from tongban.paper.ofd import container, sealing

LARGEST_BYTES = max(container.LARGEST_BYTES, pades.LARGEST_BYTES)
_OFD, _PDF, _CODE = b"PK\x03\x04", b"%PDF-", compact.PREFIX.encode()
BEGINNINGS = {"ofd": _OFD, "pdf": _PDF, "code": _CODE}
"""How each form begins; everything else is taken for the signed file."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and of which certificate: empty where what was shown is not the issuer's.

    `digest` is that of the file, in hex; of a code it is the beginning only. `region` is the one whose status list
    speaks of it.
    """

    verdict: Verdict
    identifier: str = ""
    digest: str = ""
    region: str = ""


def judge(shown: bytes, *, trust: TrustList, statuses: Mapping[str, StatusList], today: date, now: datetime) -> Judged:
    """Say whether it holds on that day, by the lists alone; whether they are fresh is judged at the instant."""
    return with_state(genuine(shown, trust=trust, today=today), statuses, now=now)


def with_state(judged: Judged, statuses: Mapping[str, StatusList], *, now: datetime) -> Judged:
    """Say what a genuine certificate is worth by the list of its region, where there is one."""
    known = statuses.get(judged.region)
    if known is None or not judged.verdict.valid:
        return judged
    verdict = verification.against_list(
        judged.verdict,
        ended=known.ended.get(judged.identifier),
        issued_at=known.issued_at,
        next_at=known.next_at,
        now=now,
    )
    return replace(judged, verdict=verdict)


def genuine(shown: bytes, *, trust: TrustList, today: date) -> Judged:
    """Say whether it is its issuer's and in its term on that day; what became of it is not asked."""
    if shown.startswith(_CODE):
        return _judge_code(_text(shown), trust, today)
    try:
        verdict, document = _judge_file(shown, trust, today)
    except (sealing.NotOpened, pades.NotOpened) as wrong:
        code = Code.ALTERED if wrong.was_one else Code.UNREADABLE
        return Judged(verification.unreadable(code, trust=trust))
    said = verdict.certificate
    if said is None:
        return Judged(verdict)
    return Judged(verdict, said.identifier, file_digest(document), province_of(said.issuer.region))


def _judge_code(text: str, trust: TrustList, today: date) -> Judged:
    verdict = verification.judge_code(text, trust=trust, today=today)
    said = verdict.summary
    if said is None:
        return Judged(verdict)
    return Judged(verdict, said.identifier, said.digest.hex(), province_of(said.region))


def _judge_file(shown: bytes, trust: TrustList, today: date) -> tuple[Verdict, bytes]:
    """Return the verdict and the signed file, which may lie in a paper."""
    if shown.startswith(_OFD):
        opened = sealing.open_up(shown)
        inner, sealed = verification.judge(opened.attached, trust=trust, today=today), opened.sealed
        verdict = verification.judge_paper(
            inner, signer=sealed.signer, at=sealed.at, trust=trust, seal_maker=sealed.seal.maker
        )
        return verdict, opened.attached
    if shown.startswith(_PDF):
        signed = pades.open_up(shown)
        if stranger := verification.stranger(signed.signer, trust=trust):
            return stranger, b""
        document = pades.attached(shown)
        inner = verification.judge(document, trust=trust, today=today)
        return verification.judge_paper(inner, signer=signed.signer, at=signed.at, trust=trust), document
    return verification.judge(shown, trust=trust, today=today), shown


def _text(shown: bytes) -> str:
    """A code is read off with what a scanner or a terminal put behind it."""
    return shown.decode("ascii", errors="replace").rstrip("\r\n")
