"""Which documents (文书) does the procedure know, and how are they numbered?

The set is closed: every kind has its Chinese name and a code word for its number. A number (文号) is the abbreviation
of the body in whose name the document speaks (机关代字), the code word with 字, the year in brackets, and a serial of
that body, kind and year, from 1:

    >>> number(abbreviation="曹海", kind=DocumentKind.ACCEPTANCE, year=2026, serial=12)
    '曹海受字〔2026〕12号'

A body without an abbreviation is named in full. The year is that of the day the document bears, not of the day on which
it was printed. Serials are not promised to be without gaps; none is given twice.

Source: GB/T 9704-2012, 7.2.5 (number: code of the organ, year, serial); Administrative Licensing Law, art. 32 (2)
(acceptance and refusal in writing, sealed and dated).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DocumentKind(StrEnum):
    """A kind of document."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    CORRECTION = "correction"
    PROCEDURE = "procedure"
    EXTENSION = "extension"
    HEARING = "hearing"
    APPROVAL = "approval"
    DENIAL = "denial"
    LAPSE = "lapse"
    ORDER = "order"
    REVOCATION_NOTICE = "revocation_notice"
    REVOCATION = "revocation"
    COMMITMENT = "commitment"
    STATEMENT = "statement"
    DELIVERY = "delivery"
    LETTER = "letter"
    """To a third party whose interests the decision touches (利害关系人)."""
    LETTER_DELIVERY = "letter_delivery"
    THIRD_STATEMENT = "third_statement"
    """What that third party said."""

    @property
    def label(self) -> str:
        return _SPECIFICATIONS[self].name

    @property
    def word(self) -> str:
        """The code word in its number."""
        return _SPECIFICATIONS[self].word

    @property
    def signed_for(self) -> bool:
        """Whether its receipt is proved (送达回证): it begins a term or a right of the applicant."""
        return _SPECIFICATIONS[self].signed_for

    @property
    def for_applicant(self) -> bool:
        """Whether the applicant reads it; what is said to a third party, and by it, is for the desk alone."""
        return self not in {DocumentKind.LETTER, DocumentKind.LETTER_DELIVERY, DocumentKind.THIRD_STATEMENT}


@dataclass(frozen=True, slots=True)
class _Specification:
    name: str
    word: str
    signed_for: bool = False


_SPECIFICATIONS = {
    DocumentKind.RECEIPT: _Specification("收件凭证", "收"),
    DocumentKind.ACCEPTANCE: _Specification("受理通知书", "受"),
    DocumentKind.REFUSAL: _Specification("不予受理决定书", "不受", signed_for=True),
    DocumentKind.CORRECTION: _Specification("补正告知书", "补", signed_for=True),
    DocumentKind.PROCEDURE: _Specification("特别程序告知书", "特"),
    DocumentKind.EXTENSION: _Specification("延期告知书", "延"),
    DocumentKind.HEARING: _Specification("听证告知书", "听", signed_for=True),
    DocumentKind.APPROVAL: _Specification("准予决定书", "准", signed_for=True),
    DocumentKind.DENIAL: _Specification("不予批准决定书", "不准", signed_for=True),
    DocumentKind.LAPSE: _Specification("终止办理告知书", "终", signed_for=True),
    DocumentKind.ORDER: _Specification("责令限期整改通知书", "责", signed_for=True),
    DocumentKind.REVOCATION_NOTICE: _Specification("撤销事先告知书", "撤告", signed_for=True),
    DocumentKind.REVOCATION: _Specification("撤销决定书", "撤", signed_for=True),
    DocumentKind.COMMITMENT: _Specification("告知承诺书", "诺"),
    DocumentKind.STATEMENT: _Specification("陈述申辩记录", "陈"),
    DocumentKind.DELIVERY: _Specification("送达回证", "送"),
    DocumentKind.LETTER: _Specification("利害关系人告知书", "利"),
    DocumentKind.LETTER_DELIVERY: _Specification("利害关系人送达回证", "利送"),
    DocumentKind.THIRD_STATEMENT: _Specification("利害关系人陈述记录", "利陈"),
}


def number(*, abbreviation: str, kind: DocumentKind, year: int, serial: int) -> str:
    """Return the number of a document."""
    return f"{abbreviation}{kind.word}字〔{year}〕{serial}号"
