"""How the timeline tells of a case that goes to another node, and of what is asked of it there."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tongban.casework import adapters, words
from tongban.casework.timeline.names import Names, Sentences, cases_of
from tongban.domain.events import (
    ActAsked,
    ActRefused,
    CasesHandedOver,
    CasesTakenOver,
    HandOverReceipted,
    HandOverRefused,
    RecallAsked,
    RecallRefused,
)


def _handed_over(event: CasesHandedOver, names: Names) -> str:
    return _("%(cases)s已移交%(node)s，签收之前双方都不办理。") % _travelling(event.cases, event.to, names)


def _hand_over_receipted(event: HandOverReceipted, names: Names) -> str:
    return _("%(node)s已签收%(cases)s，由其办理。") % _travelling(event.cases, event.to, names)


def _hand_over_refused(event: HandOverRefused, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"words": event.words}
    return _("%(node)s没有接收%(cases)s：%(words)s") % said


def _taken_over(event: CasesTakenOver, names: Names) -> str:
    return _("收到%(node)s移交的%(cases)s，由本地办理。") % _travelling(event.cases, event.sender, names)


def _recall_asked(event: RecallAsked, names: Names) -> str:
    return _("已向%(node)s申请撤回移交%(cases)s。") % _travelling(event.cases, event.to, names)


def _recall_refused(event: RecallRefused, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"words": event.words}
    return _("%(node)s没有退回%(cases)s：%(words)s") % said


def _act_asked(event: ActAsked, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"act": words.ASKED[event.act]}
    return _("您对%(cases)s的%(act)s已转交%(node)s。") % said


def _act_refused(event: ActRefused, names: Names) -> str:
    said = _travelling(event.cases, event.to, names) | {"act": words.ASKED[event.act], "words": event.words}
    return _("%(node)s没有办理您对%(cases)s的%(act)s：%(words)s") % said


def _travelling(cases: Sequence[int], node: str, names: Names) -> dict[str, str]:
    return {"cases": cases_of(cases, names), "node": adapters.called(node)}


SENTENCES: Sentences = {
    ActAsked: _act_asked,
    ActRefused: _act_refused,
    CasesHandedOver: _handed_over,
    HandOverReceipted: _hand_over_receipted,
    HandOverRefused: _hand_over_refused,
    CasesTakenOver: _taken_over,
    RecallAsked: _recall_asked,
    RecallRefused: _recall_refused,
}
