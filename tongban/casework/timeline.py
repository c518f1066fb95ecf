"""What has happened to an application, in sentences an applicant understands?

Each entry of the journal becomes one sentence with its instant, its actor and, where the act is the system's, the rule.
Automatic acts look different from people's (design, invariant 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.domain.events import (
    SYSTEM,
    ApplicationClosed,
    ApplicationSubmitted,
    CaseAccepted,
    CaseDecided,
    CertificateIssued,
    ConclusionReturned,
    DecisionSigned,
    Event,
    JointApplicantConfirmed,
    OpinionGiven,
    Outcome,
    ReturnCause,
    Verdict,
)
from tongban.journal.queries import Recorded


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline. `case` is None where the whole application is meant."""

    at: datetime
    actor: str
    sentence: str
    case: int | None
    automatic: bool
    article: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What codes are called: matters by case, and certificate types by case."""

    matters: Mapping[int, str]
    certificates: Mapping[int, str]


def tell(entries: Sequence[Recorded], names: Names) -> list[Step]:
    """Return the steps, oldest first."""
    return [_step(entry, names) for entry in entries]


def tell_together(entries: Sequence[Recorded], names: Names) -> list[Step]:
    """Return the steps of a whole application, oldest first: cases accepted by one act are one step."""
    steps: list[Step] = []
    for (at, actor, kind), group in groupby(entries, key=lambda entry: (entry.at, entry.actor, type(entry.event))):
        same = list(group)
        if kind is CaseAccepted and len(same) > 1:
            steps.append(Step(at, actor, _accepted_together([entry.event for entry in same]), None, False))
        else:
            steps += tell(same, names)
    return steps


def _accepted_together(events: Sequence[Any]) -> str:
    last = max(event.promised_due_on for event in events)
    return _("%(count)d 个办件同时受理，最迟 %(day)s 前办结。") % {"count": len(events), "day": date_format(last)}


def sentence(event: Event, names: Names) -> str:
    """Return one event as a sentence."""
    return _SENTENCES[type(event)](event, names)


def _step(entry: Recorded, names: Names) -> Step:
    event = entry.event
    case = getattr(event, "case", None)
    return Step(
        at=entry.at,
        actor=entry.actor,
        sentence=sentence(event, names),
        case=case,
        automatic=entry.actor == SYSTEM,
        article=_article(event) if entry.actor == SYSTEM else "",
    )


def _submitted(event: ApplicationSubmitted, names: Names) -> str:
    return _("申请已收到，共 %(count)d 个事项。") % {"count": len(event.plan.cases)}


def _confirmed(event: JointApplicantConfirmed, names: Names) -> str:
    return _("“%(matter)s”的共同申请人已确认并签名。") % {"matter": names.matters[event.case]}


def _accepted(event: CaseAccepted, names: Names) -> str:
    return _("“%(matter)s”已受理，承诺 %(day)s 前办结。") % {
        "matter": names.matters[event.case],
        "day": date_format(event.promised_due_on),
    }


def _opinion(event: OpinionGiven, names: Names) -> str:
    sentence = (
        _("“%(matter)s”：%(desk)s同意。") if event.verdict is Verdict.AGREE else _("“%(matter)s”：%(desk)s不同意。")
    )
    return sentence % {"matter": names.matters[event.case], "desk": event.desk}


def _signed(event: DecisionSigned, names: Names) -> str:
    sentence = (
        _("“%(matter)s”的审查结论已签署：批准。")
        if event.outcome is Outcome.APPROVED
        else _("“%(matter)s”的审查结论已签署：不予批准。")
    )
    return sentence % {"matter": names.matters[event.case]}


def _returned(event: ConclusionReturned, names: Names) -> str:
    sentence = (
        _("“%(matter)s”的结论退回岗位重新审查：“%(because)s”未获批准。")
        if event.cause is ReturnCause.AWAITED_DENIED
        else _("“%(matter)s”的结论退回岗位重新审查：“%(because)s”的决定改变了证照内容。")
    )
    return sentence % {"matter": names.matters[event.case], "because": names.matters[event.because]}


def _decided(event: CaseDecided, names: Names) -> str:
    sentence = _("“%(matter)s”已批准。") if event.outcome is Outcome.APPROVED else _("“%(matter)s”不予批准。")
    return sentence % {"matter": names.matters[event.case]}


def _issued(event: CertificateIssued, names: Names) -> str:
    return _("《%(certificate)s》已签发。") % {"certificate": names.certificates[event.case]}


def _closed(event: ApplicationClosed, names: Names) -> str:
    return _("全部事项已办结。")


_SENTENCES: dict[type[Event], Callable[[Any, Names], str]] = {
    ApplicationSubmitted: _submitted,
    JointApplicantConfirmed: _confirmed,
    CaseAccepted: _accepted,
    OpinionGiven: _opinion,
    DecisionSigned: _signed,
    ConclusionReturned: _returned,
    CaseDecided: _decided,
    CertificateIssued: _issued,
    ApplicationClosed: _closed,
}


def _article(event: Event) -> str:
    """Return the rule by which the system acted."""
    if isinstance(event, ConclusionReturned):
        return _("依据所等待证照的变化自动退回")
    return _("所需证照齐备，已签署的结论自动生效")
