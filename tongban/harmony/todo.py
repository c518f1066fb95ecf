"""What waits for a steward, and in which order?

Findings of all regions, departures that all regions see, drafts of one's own region, and proposals that no batch holds
yet, and batches to sign. What is broken stands first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue import conformance
from tongban.catalogue.queries import batches, stewards
from tongban.domain.conformance import Weight
from tongban.harmony import words
from tongban.harmony.names import bodies
from tongban.people import queries as people
from tongban.people.actor import Actor


class Kind(StrEnum):
    PUBLISHED = "published"
    OBSERVED = "observed"
    DEPARTURE = "departure"
    BATCH = "batch"
    PROPOSAL = "proposal"
    DRAFT = "draft"


KINDS: dict[str, str | Promise] = {
    Kind.PUBLISHED.value: gettext_lazy("公布清单的差异"),
    Kind.OBSERVED.value: gettext_lazy("系统显示的差异"),
    Kind.DEPARTURE.value: gettext_lazy("因法律变化的偏离"),
    Kind.BATCH.value: gettext_lazy("待签批次"),
    Kind.PROPOSAL.value: gettext_lazy("待列入批次的修订"),
    Kind.DRAFT.value: gettext_lazy("我的草稿"),
}

_ORDER = [Weight.BROKEN.value, "", Weight.UNDETERMINED.value, Weight.BETTER.value, Weight.NOTE.value]
"""What is broken first, then what has no weight because it is simply to do."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the list. `weight` is empty for what is no finding."""

    kind: Kind
    title: str
    said: str
    href: str
    who: str = ""
    weight: str = ""
    state: str = ""
    tone: str = ""
    sector: str = ""
    mine: bool = False

    @property
    def kind_label(self) -> str:
        return str(KINDS[self.kind.value])


def everything(*, actor: Actor, today: date) -> list[Waiting]:
    """Return all that waits, what is broken first, one's own region before others; constant statements."""
    drafts = stewards.drafts(actor=actor)
    departures = stewards.departures()
    # What a region keeps alone is compared with nobody else's: its thousands of matters would only cost time.
    found = conformance.findings(matters=stewards.joint_in_force(today=today), today=today)
    spoken_of = [each.body for each in departures] + [each.body for each in found] + [each.body for each in drafts]
    named = bodies(set(spoken_of) - {""})
    waiting = [
        *_batches(batches.signings(actor=actor)),
        *_findings(found, named, actor),
        *_departures(departures, named, actor),
        *_proposals(today),
        *_drafts(drafts, named),
    ]
    kinds = list(Kind)
    return sorted(waiting, key=lambda each: (_ORDER.index(each.weight), kinds.index(each.kind), not each.mine))


def _findings(found: Sequence[conformance.Found], named: Mapping[str, str], actor: Actor) -> Iterator[Waiting]:
    sectors = stewards.sectors_of({each.matter for each in found})
    for each in found:
        observed = each.kind is conformance.Kind.OBSERVED
        if each.departure and not observed:
            # It stands on the list once, as the departure.
            continue
        href = reverse("harmony:standard", args=[each.matter]) + f"?with={each.body}"
        yield Waiting(
            kind=Kind.OBSERVED if observed else Kind.PUBLISHED,
            title=each.matter_name,
            said=each.finding.sentence,
            href=href + ("&shown=observed" if observed else ""),
            who=named[each.body],
            weight=each.finding.weight.value,
            state=str(words.WEIGHTS[each.finding.weight]),
            tone=words.TONES[each.finding.weight],
            sector=sectors.get(each.matter, ""),
            mine=_mine(actor, each.region),
        )


def _departures(departures: Sequence[stewards.Departed], named: Mapping[str, str], actor: Actor) -> Iterator[Waiting]:
    for each in departures:
        yield Waiting(
            kind=Kind.DEPARTURE,
            title=each.name,
            said=_("依据：%(article)s") % {"article": each.article},
            href=reverse("harmony:standard", args=[each.matter]),
            who=named[each.body],
            state=_("偏离标准"),
            tone="attention",
            sector=each.sector,
            mine=_mine(actor, each.region),
        )


def _batches(signings: Sequence[batches.Signing]) -> Iterator[Waiting]:
    """What the actor may sign off or sign now, or will once the departments have signed off."""
    for each in signings:
        if each.departments:
            said = _("%(count)d 个部门等您会签") % {"count": len(each.departments)}
        elif each.sign:
            said = _("各部门已会签，等您代表本地区签署")
        else:
            said = _("等 %(count)d 个部门会签后由您签署") % {"count": len(each.waits_for)}
        acts = bool(each.departments) or each.sign
        yield Waiting(
            kind=Kind.BATCH,
            title=each.act.content.title,
            said=said,
            href=reverse("harmony:batch", args=[each.batch.code]),
            who=words.province(each.region),
            state=_("待签") if acts else _("等待会签"),
            tone="active" if acts else "quiet",
            mine=True,
        )


def _proposals(today: date) -> Iterator[Waiting]:
    for each in stewards.proposals(today=today):
        yield Waiting(
            kind=Kind.PROPOSAL,
            title=each["name"],
            said=_("第 %(version)d 版已提出，还没有列入批次") % {"version": each["newest"]},
            href=reverse("harmony:versions", args=[each["code"]]),
            who=_("三地共同"),
            state=_("待列入批次"),
            tone="active",
            sector=each["sector"],
        )


def _drafts(drafts: Sequence[stewards.Drafted], named: Mapping[str, str]) -> Iterator[Waiting]:
    authors = people.names_of({each.editor for each in drafts})
    matters = stewards.names_of_matters({each.matter for each in drafts})
    for each in drafts:
        saved = date_format(localtime(each.updated_at), "DATETIME_FORMAT")
        yield Waiting(
            kind=Kind.DRAFT,
            title=matters.get(each.matter, each.matter),
            said=_("%(who)s 保存于 %(saved)s") % {"who": authors.get(each.editor, each.editor), "saved": saved},
            href=reverse("harmony:draft", args=[each.id]),
            who=named[each.body] if each.body else _("标准"),
            state=_("草稿"),
            tone="quiet",
            mine=True,
        )


def _mine(actor: Actor, region: str) -> bool:
    return any(region.startswith(own[:2]) for own in stewards.own_regions(actor))
