"""What does the proof of delivery (送达回证) say? Who received which documents, how and when."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tongban.domain.documents.content import Table, day
from tongban.domain.documents.texts.facts import Facts, Text
from tongban.domain.events import DeliveryMeans

BEIJING = ZoneInfo("Asia/Shanghai")

_MEANS = {
    DeliveryMeans.ELECTRONIC: "电子送达：受送达人登录平台签收",
    DeliveryMeans.WINDOW: "直接送达：受送达人在窗口领取",
    DeliveryMeans.POST: "邮寄送达",
}
_LETTER_MEANS = {DeliveryMeans.WINDOW: "直接送达：受送达人当面签收", DeliveryMeans.POST: "邮寄送达"}


def letter_proof(facts: Facts) -> Text:
    """How the letter reached the third party, and who took it down."""
    event, (case,) = facts.event, facts.cases
    letters = facts.application.letters(case)
    place = next(place for place, one in enumerate(letters) if one.number == event.number)
    party = "，".join(facts.words(case.proceedings.interested[place].party))
    at = event.at.astimezone(BEIJING)
    rows = (
        ("受送达人", party),
        ("送达文书", f"《{letters[place].title}》（{event.number}）"),
        ("送达方式", _LETTER_MEANS[event.means]),
        ("送达人", facts.names.get(event.by, "")),
        ("送达时间", f"{day(at.date())}{at:%H:%M}"),
    )
    return Text("送达回证", opening=(f"下列文书已经送达{party}。",), table=Table((), rows, (0, 1)))


def proof(facts: Facts) -> Text:
    """The form that lists what was delivered."""
    event = facts.event
    at = event.at.astimezone(BEIJING)
    received = [
        f"《{document.title}》（{document.number}）"
        for document in facts.application.documents
        if document.number in event.numbers and document.body == facts.called.issuer.code
    ]
    rows = [
        ("受送达人", facts.holder),
        *(("送达文书", one) for one in received),
        ("送达方式", _MEANS[event.means]),
        ("签收人", facts.names.get(event.by, facts.holder if event.means is DeliveryMeans.ELECTRONIC else "")),
        ("送达时间", f"{day(at.date())}{at:%H:%M}"),
    ]
    return Text(
        "送达回证",
        opening=(f"下列文书已经送达{facts.holder}。",),
        table=Table((), tuple(rows), (0, 1)),
    )
