"""Which documents may be signed for (签收)?

Those that begin a term or a right of the applicant, once each; from then on they count as delivered (送达). A letter to
a third party is no paper of the applicant's: the desk that wrote it takes down how it reached that party.

Source: Administrative Licensing Law, art. 44 (delivery of the decision).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongban.domain.application import Application
from tongban.domain.events import DeliveryMeans, DocumentsDelivered, Event, LetterDelivered
from tongban.domain.refused import Refused


class NotToSignFor(Refused):
    """A number that is not that of a document waiting for a signature."""

    code = "not_to_sign_for"


def deliver(
    application: Application, documents: Sequence[str], *, means: DeliveryMeans, by: str, at: datetime
) -> tuple[Event, ...]:
    """Deliver documents, by their numbers, all at once. Raises NotToSignFor."""
    open_numbers = {one.number for one in application.documents if one.kind.signed_for and one.delivered_at is None}
    if not documents:
        raise NotToSignFor("未签收：没有选择文书。请在文书列表中选择后再签收。")
    for number in documents:
        if number not in open_numbers:
            raise NotToSignFor(f"未签收：“{number}”不在待签收的文书中，可能已经签收。请刷新页面后核对。")
    return (DocumentsDelivered(tuple(dict.fromkeys(documents)), means, by, at),)


def deliver_letter(
    application: Application, index: int, number: str, *, means: DeliveryMeans, by: str, at: datetime
) -> tuple[Event, ...]:
    """A letter to a third party reached it, by hand or by post. Raises NotToSignFor."""
    letter = next((one for one in application.letters(application.case(index)) if one.number == number), None)
    if letter is None or letter.delivered_at is not None:
        raise NotToSignFor(f"未记录：“{number}”不是本办件待送达的利害关系人告知书，可能已经送达。请刷新页面后核对。")
    if means is DeliveryMeans.ELECTRONIC:
        raise NotToSignFor("未记录：利害关系人不在本平台签收。请选择直接送达或者邮寄送达。")
    return (LetterDelivered(index, number, means, by, at),)
