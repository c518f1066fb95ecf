"""What happened to an application? Its acts as steps, oldest first, each with a sentence and its documents."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongban.casework.timeline import documents, intake, procedures, promises, review, systems, travelling
from tongban.casework.timeline.intake import accepted_together
from tongban.casework.timeline.names import Names, Sentences
from tongban.casework.timeline.procedures import no_time_runs, time_runs
from tongban.casework.timeline.review import issued
from tongban.domain.events import (
    SYSTEM,
    ApplicationClosed,
    CaseAccepted,
    CaseDecided,
    CaseEnteredSystem,
    CaseLapsed,
    CertificateFateTold,
    CertificateIssued,
    ConclusionReturned,
    ConsentDeemed,
    DaysProjected,
    DecisionSigned,
    DeferralGranted,
    DeferralLapsed,
    DeferralMet,
    DeferralPromised,
    DeferralReminded,
    DemandsAnswered,
    DocumentIssued,
    Event,
    HearingHeld,
    HearingOffered,
    HearingRequested,
    MaterialsSupplied,
    Procedure,
    ProcedureBegun,
    ProcedureEnded,
    RetainedTaxRefunded,
    ReturnCause,
    SupervisionOpened,
    SupplyCause,
    TaxRecordCarried,
    automatic,
)
from tongban.domain.materials import place
from tongban.domain.times import ANSWER_ARTICLE
from tongban.domain.watch import HEARING_ARTICLE
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
    documents: tuple[DocumentIssued, ...] = ()


def concerns(event: Event, cases: Collection[int]) -> bool:
    """Whether an event is about one of these cases, or about the application as a whole."""
    about = {getattr(event, "case", None), *getattr(event, "cases", ())} - {None}
    about |= {demand.case for demand in getattr(event, "demands", ())}
    return not about or not about.isdisjoint(cases)


_DEFERRALS = (DeferralPromised, DeferralGranted, DeferralReminded, DeferralMet, DeferralLapsed)


def of_materials(entries: Iterable[Recorded], places: Collection[str]) -> list[Recorded]:
    """Return the entries for a reader who may know of these materials only (`place`); of others nothing is said."""
    found = []
    for entry in entries:
        if isinstance(entry.event, MaterialsSupplied):
            supplies = tuple(one for one in entry.event.supplies if place(one.material, one.subject) in places)
            found += [replace(entry, event=replace(entry.event, supplies=supplies))] if supplies else []
        elif not isinstance(entry.event, _DEFERRALS) or place(entry.event.material, entry.event.subject) in places:
            found.append(entry)
    return found


def tell(entries: Sequence[Recorded], names: Names) -> list[Step]:
    """Return the steps, oldest first."""
    return [_step(entry, names) for entry in entries]


def tell_together(entries: Sequence[Recorded], names: Names, *, about: Collection[int] | None = None) -> list[Step]:
    """Return the acts upon an application, oldest first, each with its documents; `about`: those upon these cases."""
    acts: list[list[Recorded]] = []
    for entry in entries:
        if isinstance(entry.event, DocumentIssued):
            continue
        if acts and acts[-1][-1].at == entry.at:
            acts[-1].append(entry)
        else:
            acts.append([entry])
    begins = [act[0].seq for act in acts]
    papers: dict[int, list[Recorded]] = {}
    for entry in entries:
        if isinstance(entry.event, DocumentIssued) and _is_about(entry, about):
            # What tells of an act that is not here stands with what happened before it.
            told_of = entry.event.act or entry.seq
            papers.setdefault(bisect_right(begins, told_of) - 1, []).append(entry)
    return [
        step
        for number, act in enumerate(acts)
        for step in _of_act([entry for entry in act if _is_about(entry, about)], papers.get(number, []), names)
    ]


def _is_about(entry: Recorded, cases: Collection[int] | None) -> bool:
    return cases is None or concerns(entry.event, cases)


def _of_act(act: Sequence[Recorded], papers: Sequence[Recorded], names: Names) -> list[Step]:
    """Tell one act: cases accepted together are one step, and so is what one event means for another of its case.

    A document of one case stands with the step that tells of it, any other with the first.
    """
    accepted = [entry for entry in act if isinstance(entry.event, CaseAccepted) and not automatic(entry.actor)]
    steps: list[Step] = []
    if len(accepted) > 1:
        first, events = accepted[0], [entry.event for entry in accepted]
        steps.append(Step(first.at, first.actor, accepted_together(events), None, False))
        act = [entry for entry in act if not isinstance(entry.event, CaseAccepted) or automatic(entry.actor)]
    for entry in act:
        if not _told_by_another(entry, act):
            more = [adds(other.event, names) for other in act if (adds := _adds(entry.event, other.event))]
            step = _step(entry, names)
            steps.append(replace(step, sentence="".join([step.sentence, *more])))
    for paper in (entry.event for entry in papers if steps and isinstance(entry.event, DocumentIssued)):
        number = next((number for number, step in enumerate(steps) if paper.cases == (step.case,)), 0)
        steps[number] = replace(steps[number], documents=(*steps[number].documents, paper))
    return steps


def _told_by_another(entry: Recorded, act: Sequence[Recorded]) -> bool:
    return any(_adds(other.event, entry.event) for other in act)


Adds = Callable[[Any, Names], str]


def _adds(event: Event, other: Event) -> Adds | None:
    """Return what another event of the act adds to the sentence of this one; None where it is a step of its own."""
    match event, other:
        case CaseDecided(), DecisionSigned() if event.case == other.case:
            return _nothing
        case CaseDecided(), CertificateIssued() if event.case == other.case:
            return issued
        case CaseLapsed(), DeferralLapsed() if event.because == other.material:
            return _nothing
        case MaterialsSupplied(cause=SupplyCause.DEFERRAL), DeferralMet():
            return _nothing
        case HearingRequested(), ProcedureBegun(kind=Procedure.HEARING) if event.case == other.case:
            return no_time_runs
        case HearingHeld(), ProcedureEnded(kind=Procedure.HEARING) if event.case == other.case:
            return time_runs
        case _:
            return None


def _nothing(event: Event, names: Names) -> str:
    return ""


SENTENCES: Sentences = {
    **travelling.SENTENCES,
    **intake.SENTENCES,
    **promises.SENTENCES,
    **review.SENTENCES,
    **procedures.SENTENCES,
    **systems.SENTENCES,
    **documents.SENTENCES,
}


def sentence(event: Event, names: Names) -> str:
    """Return one event as a sentence."""
    return SENTENCES[type(event)](event, names)


def _step(entry: Recorded, names: Names) -> Step:
    event = entry.event
    case = getattr(event, "case", None)
    by_rule = automatic(entry.actor) or getattr(event, "released_by", "") == SYSTEM
    if isinstance(event, DocumentIssued) and len(event.cases) == 1:
        (case,) = event.cases
    return Step(
        at=entry.at,
        actor=SYSTEM if by_rule else entry.actor,
        sentence=sentence(event, names),
        case=case,
        automatic=by_rule,
        article=_article(event, names) if by_rule else _cited(event),
    )


_ON_THE_SPOT = (CaseAccepted, CaseDecided, CertificateIssued, ApplicationClosed)
"""What the system does in the act that asks for a certificate on the spot."""


def _cited(event: Event) -> str:
    """Return the article upon which somebody's act says that it rests."""
    match event:
        case HearingOffered() | HearingRequested() | HearingHeld():
            return HEARING_ARTICLE
        case _:
            return str(getattr(event, "article", ""))


def _article(event: Event, names: Names) -> str:
    """Return the rule by which the system acted."""
    if isinstance(event, _ON_THE_SPOT) and names.articles:
        return names.articles.get(getattr(event, "case", 0)) or next(iter(names.articles.values()))
    match event:
        case ConclusionReturned(cause=ReturnCause.EVIDENCE_DOUBTED):
            return _("依据所用证照的变化自动退回")
        case ConclusionReturned():
            return _("依据所等待证照的变化自动退回")
        case CertificateFateTold():
            return event.article or _("签发机关的决定（示例，未引用条文）")
        case CaseAccepted():
            return _("%(article)s：逾期不告知的，自收到申请材料之日起即为受理") % {"article": ANSWER_ARTICLE}
        case CaseLapsed() | DeferralLapsed() | SupervisionOpened() | ConsentDeemed():
            return event.article or _("本地区办理规则（示例）")
        case CaseDecided() | CertificateIssued() | RetainedTaxRefunded() | TaxRecordCarried():
            return _("所需证照齐备，已签署的结论自动生效")
        case DemandsAnswered():
            return _("依据所等待办件的变化自动更新")
        case DocumentIssued():
            return _("所记载的办理一经生效即制发")
        case CaseEnteredSystem():
            return _("这一事项由部门在自己的业务系统中办理")
        case DaysProjected():
            return _("国务院办公厅公布的节假日安排")
        case _:
            return _("本地区办理规则（示例）")
