"""How does an applicant follow the pre-review of his draft: what was remarked, where, and has he mended it since?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.casework import reading, rules, words
from tongban.casework.filling import Filling
from tongban.casework.prereview import snapshot, storage
from tongban.casework.prereview.sheet import in_words
from tongban.casework.prereview.snapshot import Snapshot
from tongban.domain.events import (
    SYSTEM,
    Event,
    PreReviewAnswered,
    PreReviewEnded,
    PreReviewProjected,
    PreReviewRequested,
    PreReviewWithdrawn,
    Readiness,
    Target,
    TargetKind,
)
from tongban.domain.materials import certificates_needed
from tongban.domain.prereview import PreReview, Round
from tongban.domain.rules import RegionRules
from tongban.journal import queries as journal
from tongban.people import queries as people
from tongban.web.values import Act


@dataclass(frozen=True, slots=True)
class Advice:
    """One remark as the applicant reads it. `mended`: what it points at was changed since."""

    target: Target
    about: str
    words: str
    href: str
    mended: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """The pre-review of one draft, as far as there is any."""

    pre_review: PreReview | None = None
    advice: tuple[Advice, ...] = ()

    @property
    def open(self) -> Round | None:
        return self.pre_review.open if self.pre_review else None

    @property
    def to_mend(self) -> int:
        return sum(not one.mended for one in self.advice)

    def on(self, kind: TargetKind) -> dict[str, Advice]:
        """Return the remarks on data elements, or on materials, by code."""
        return {one.target.code: one for one in self.advice if one.target.kind is kind}


def read(one: Filling) -> Followed:
    """Return the remarks of the last answer. No statement for a draft that was never pre-reviewed, else one."""
    found = storage.read(one.draft.id) if one.draft.pre_reviews else None
    answered = found.answered if found else None
    if answered is None or not answered.remarks:
        return Followed(found)
    seen = snapshot.unseal(answered.snapshot)
    return Followed(
        found, tuple(_advice(one, seen, target, text) for target, text in in_words(answered.remarks).items())
    )


def _advice(one: Filling, seen: Snapshot, target: Target, text: str) -> Advice:
    """What the present answers no longer ask for needs no mending."""
    match target.kind:
        case TargetKind.ELEMENT:
            asked = {element.code: sheet.topic.code for sheet in one.sheets for element in sheet.elements}
            changed = one.values.get(target.code, "") != seen.values.get(target.code, "")
            return Advice(
                target,
                words.element(one.catalogue.elements[target.code]),
                text,
                _at_field(one, asked[target.code], target.code) if target.code in asked else "",
                changed or target.code not in asked,
            )
        case TargetKind.MATERIAL:
            asked_for = {ask.material for ask in one.planned.asks} | set(certificates_needed(one.planned.cases))
            changed = one.draft.uploads.get(target.code, {}).get("digest", "") != seen.upload(target.code)
            page = reverse("casework:materials", args=[one.draft.id])
            return Advice(
                target,
                f"《{words.material(one.catalogue, target.code)}》",
                text,
                f"{page}#material-{target.code}" if target.code in asked_for else "",
                changed or target.code not in asked_for,
            )
        case TargetKind.CONDITION:
            chosen = {case.matter for case in one.planned.cases}
            return Advice(target, _condition(one, target), text, "", target.matter not in chosen)


def _at_field(one: Filling, topic: str, code: str) -> str:
    """Return where a data element is filled in; what is known is only shown on its page."""
    page = reverse("casework:form", args=[one.draft.id, topic])
    if code in one.known:
        return page
    return f"{page}#id_{code}{'_0' if one.catalogue.elements[code].choices else ''}"


def _condition(one: Filling, target: Target) -> str:
    condition = one.catalogue.standards[target.matter].conditions[int(target.code) - 1]
    return _("{matter}：{condition}").format(
        matter=words.matter(one.catalogue, target.matter),
        condition=words.spoken(condition.text, condition.text_en),
    )


# --- the page of a draft's pre-review ---------------------------------------------------------------------------------


def about(one: Filling, followed: Followed, *, today: date) -> dict[str, Any]:
    """Return what the page says: where and by when it is answered, how often still, and what was answered."""
    implementation = one.catalogue.implementations[one.planned.cases[0].matter]
    region = rules.of_region(implementation.region)
    open_round, answered = followed.open, followed.pre_review.answered if followed.pre_review else None
    return {
        "hall": words.hall(people.hall(code=implementation.hall)),
        "limit": _limit(region),
        "left": region.pre_reviews - one.draft.pre_reviews,
        "waiting": open_round,
        "overdue": open_round is not None and today > open_round.due_on,
        "answered": answered,
        "ready": answered is not None and answered.readiness is Readiness.READY,
        "missing_then": len(answered.missing) if answered else 0,
        "advice": followed.advice,
        "lacking": len(one.missing_elements) + len(one.missing_materials),
        "acts": acts(followed),
    }


def _limit(region: RegionRules) -> str:
    return _("提请后 {limit}内（{source}）").format(
        limit=words.limit(region.pre_review), source=words.cited(region.pre_review_source)
    )


def acts(followed: Followed) -> list[Act]:
    """Return what happened, the newest first. Two statements, none where nothing did."""
    if followed.pre_review is None:
        return []
    entries = journal.entries(storage.stream_of(followed.pre_review.draft))
    names = reading.people_in_words({entry.actor for entry in entries})
    return [
        Act(
            entry.at,
            sentence(entry.event),
            names.get(entry.actor, ""),
            article=_("提交申请后预审自动结束") if isinstance(entry.event, PreReviewEnded) else "",
            automatic=entry.actor == SYSTEM,
        )
        for entry in reversed(entries)
    ]


def sentence(event: Event) -> str:
    """Return one event as a sentence."""
    return _SENTENCES[type(event)](event)


def _requested(event: PreReviewRequested) -> str:
    return _("第 %(number)d 次提请预审，%(day)s 前答复。") % {
        "number": event.number,
        "day": date_format(event.due_on),
    }


def _answered(event: PreReviewAnswered) -> str:
    if event.readiness is Readiness.READY:
        return _("预审答复：可以提交。")
    count = len(event.remarks)
    return ngettext(
        "预审答复：需修改后提交，%(count)d 条意见。", "预审答复：需修改后提交，%(count)d 条意见。", count
    ) % {"count": count}


def _projected(event: PreReviewProjected) -> str:
    return _("节假日安排公布，预审答复期限重新推算为 %(day)s。") % {"day": date_format(event.due_on)}


def _withdrawn(event: PreReviewWithdrawn) -> str:
    return _("预审已撤回。")


def _ended(event: PreReviewEnded) -> str:
    return _("申请已提交，预审随之结束。")


_SENTENCES: dict[type[Event], Callable[[Any], str]] = {
    PreReviewRequested: _requested,
    PreReviewAnswered: _answered,
    PreReviewWithdrawn: _withdrawn,
    PreReviewProjected: _projected,
    PreReviewEnded: _ended,
}
