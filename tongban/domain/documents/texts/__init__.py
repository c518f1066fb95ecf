"""What does each kind of document say? One function for each, from the facts of the act to its text."""

from __future__ import annotations

from collections.abc import Callable

from tongban.domain.documents.content import DocumentContent
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.documents.texts import afterwards, delivery, intake, review
from tongban.domain.documents.texts.facts import Facts, Text

_TEXTS: dict[DocumentKind, Callable[[Facts], Text]] = {
    DocumentKind.RECEIPT: intake.receipt,
    DocumentKind.CORRECTION: intake.correction,
    DocumentKind.REFUSAL: intake.refusal,
    DocumentKind.ACCEPTANCE: intake.acceptance,
    DocumentKind.LAPSE: intake.lapse,
    DocumentKind.PROCEDURE: review.procedure,
    DocumentKind.EXTENSION: review.extension,
    DocumentKind.HEARING: review.hearing,
    DocumentKind.LETTER: review.letter,
    DocumentKind.STATEMENT: review.statement,
    DocumentKind.THIRD_STATEMENT: review.statement,
    DocumentKind.APPROVAL: review.approval,
    DocumentKind.DENIAL: review.denial,
    DocumentKind.COMMITMENT: afterwards.commitment,
    DocumentKind.ORDER: afterwards.order,
    DocumentKind.REVOCATION_NOTICE: afterwards.revocation_notice,
    DocumentKind.REVOCATION: afterwards.revocation,
    DocumentKind.DELIVERY: delivery.proof,
    DocumentKind.LETTER_DELIVERY: delivery.letter_proof,
}
_OWN_PAPERS = {
    DocumentKind.STATEMENT,
    DocumentKind.THIRD_STATEMENT,
    DocumentKind.DELIVERY,
    DocumentKind.LETTER_DELIVERY,
    DocumentKind.COMMITMENT,
}
"""Kept by the body as proof, and addressed to nobody."""


def compose(facts: Facts, *, number: str) -> DocumentContent:
    """Return what the document says that the act calls for; it bears the day of the act."""
    called = facts.called
    text = _TEXTS[called.kind](facts)
    return DocumentContent(
        kind=called.kind,
        title=text.title,
        number=number,
        body=called.issuer.name,
        seal=called.issuer.seal,
        addressee="" if called.kind in _OWN_PAPERS else facts.holder if text.addressee is None else text.addressee,
        application=facts.application.number,
        cases=called.cases,
        opening=text.opening,
        table=text.table,
        closing=text.closing,
        reasons=text.reasons,
        remedy=text.remedy,
        articles=text.articles,
        dated_on=facts.dated_on,
    )
