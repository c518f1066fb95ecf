"""How do certificates and verdicts read on a page, in the reader's language?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.catalogue import labels, words
from tongban.catalogue.recognised import Rule
from tongban.certificates.counting import Answered
from tongban.certificates.queries import Registered
from tongban.domain.certificate import Certificate, Relation, Status
from tongban.domain.identifiers import DocumentType
from tongban.domain.recognition import Reason
from tongban.domain.verdict import NOT_READ, Code, Verdict
from tongban.people.forms import DOCUMENTS

SHOWN_DIGITS = 16
"""How much of the digest the QR code carries: enough that nobody finds a second file to it."""
SEAL_DIGITS = 12


class Named(Protocol):
    @property
    def type_name(self) -> str: ...
    @property
    def type_name_en(self) -> str: ...


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def name_of(one: Named) -> str:
    return one.type_name_en if in_english() and one.type_name_en else one.type_name


def state(one: Registered, today: date) -> tuple[str, str]:
    """Return the state in a word or two, and the tone to show it in."""
    ends = {
        Status.SUSPENDED: _("已暂停"),
        Status.WITHDRAWN: _("已撤回"),
        Status.REVOKED: _("已吊销"),
        Status.ANNULLED: _("已撤销"),
        Status.CANCELLED: _("已注销"),
    }
    if one.status in ends:
        return ends[one.status], "bad"
    if one.counts(today):
        return (_("有效，拟作处理"), "attention") if one.noted else (_("有效"), "good")
    return (_("尚未生效"), "quiet") if today < one.issued_on else (_("已过期"), "quiet")


def about(one: Registered) -> str:
    """Return the number of the ship or body the certificate is about, when that is not its holder."""
    return "" if one.subject == one.holder else one.subject.partition(":")[2]


@dataclass(frozen=True, slots=True)
class WalletRow:
    identifier: str
    counts: bool
    href: str
    name: str
    about: str
    issuer: str
    issued_on: date
    last_day: date | None
    state: str
    tone: str


def wallet_rows(held: Sequence[Registered], today: date) -> list[WalletRow]:
    return [
        WalletRow(
            one.identifier,
            one.counts(today),
            reverse("certificates:certificate", args=[one.identifier]),
            name_of(one),
            about(one),
            one.issuer_name,
            one.issued_on,
            one.last_day,
            *state(one, today),
        )
        for one in held
    ]


def seal_code(digest: str) -> str:
    """Return what the drawn seal and the page of the register both show, for people to compare."""
    shown = digest[:SEAL_DIGITS].upper()
    return "-".join(shown[start : start + 4] for start in range(0, SEAL_DIGITS, 4))


def verification_path(one: Registered) -> str:
    """Return the public address of the certificate, with the part of its digest that the QR code carries."""
    return f"{reverse('certificates:state', args=[one.identifier])}?{urlencode({'d': one.digest[:SHOWN_DIGITS]})}"


def sentence(verdict: Verdict) -> str:
    return verdict.message_en if in_english() else verdict.message


@dataclass(frozen=True, slots=True)
class Result:
    """A verdict as a page shows it: a headline, the sentence, and how it looks."""

    title: str
    sentence: str
    tone: str
    code: str
    as_of: date | None
    state: str
    """By what the certificate's state is known; empty where nobody asks."""


def result(verdict: Verdict) -> Result:
    match verdict.code:
        case Code.VALID:
            title, tone = _("核验通过"), "success"
        case Code.EXPIRED | Code.NOT_YET_VALID | Code.SUSPENDED:
            title, tone = _("签名真实，但今天不能用"), "warning"
        case code if code in NOT_READ:
            title, tone = _("没有核验"), "warning"
        case _code:
            title, tone = _("核验不通过"), "error"
    return Result(
        title,
        sentence(verdict),
        tone,
        verdict.code.value,
        verdict.status_as_of,
        verdict.state[1 if in_english() else 0],
    )


def follows(certificate: Certificate) -> str:
    """Return which certificate stood before this one, and what became of it; empty: none."""
    if certificate.related is None:
        return ""
    words = {
        Relation.REPLACEMENT: _("换证"),
        Relation.RENEWAL: _("延续"),
        Relation.CHANGE: _("变更"),
        Relation.TRANSFER: _("从其他地区迁入"),
    }
    return _("%(identifier)s（%(relation)s）") % {
        "identifier": certificate.related.identifier,
        "relation": words[certificate.related.relation],
    }


def number_label(certificate: Certificate) -> str:
    """Return what the holder's number is called."""
    match certificate.holder_document:
        case DocumentType.USCC:
            return _("统一社会信用代码")
        case None:
            return _("证件号码")
        case document:
            return _("%(document)s号码") % {"document": dict(DOCUMENTS)[document]}


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether a certificate counts somewhere, as a page tells it."""

    title: str
    question: str
    message: str
    """Why not; empty where it counts."""
    rule: str
    """Where the rule stands that came nearest."""
    evidence: Sequence[Rule]
    effect: Sequence[Rule]


def counted(answered: Answered) -> Counted:
    certificate, judgement = words.told(answered.certificate, "name"), answered.judgement
    as_what = _("算数：可以直接用") if answered.effect else _("算数：可以作为材料")
    at_home = judgement.reason is Reason.AT_HOME
    title = _("算数：在签发的地方不用互认") if at_home else as_what if answered.counts else _("不算数")
    question = _("%(from)s签发的《%(certificate)s》，在%(here)s用") % {
        "from": labels.place(answered.issued_in),
        "certificate": certificate,
        "here": labels.place(answered.here),
    }
    rule = judgement.rule
    return Counted(
        title,
        question,
        "" if answered.counts else judgement.message_en if in_english() else judgement.message,
        reverse("catalogue:recognition_rule", args=[rule.code]) if rule else "",
        answered.evidence,
        answered.effect,
    )
