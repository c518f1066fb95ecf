"""What do the pages of following up show: of a list, of one application, of a co-applicant's case, to the public?

A co-applicant sees the content he signs for and the materials of his case. The public look-up shows states and days,
and no name in full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tongban.casework import adapters, correction, form, proceedings, queries, reading, repeating, words
from tongban.casework.forms.satisfaction import RatingForm
from tongban.casework.models import Draft
from tongban.casework.prereview import queries as prereview
from tongban.casework.reading import Topic
from tongban.casework.satisfaction import Told, told
from tongban.casework.storage import stream_of
from tongban.casework.underway import NOTHING, Underway
from tongban.casework.words import Names, Standing
from tongban.catalogue import queries as catalogue_queries
from tongban.certificates.queries import Registered
from tongban.domain import changes, masks
from tongban.domain.application import UNACCEPTED, Application, Case, CaseState
from tongban.domain.catalogue import Catalogue
from tongban.domain.clock import day_of
from tongban.domain.events import (
    AskedAct,
    CasesTakenOver,
    Channel,
    HandOverRefused,
)
from tongban.domain.satisfaction import may_rate
from tongban.domain.workdays import Calendar
from tongban.journal import queries as journal
from tongban.keys import actions as keys
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.web.values import Answer

# --- lists ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DraftLine:
    id: str
    name: str
    changed_at: datetime
    uploads: int
    pre_reviewed_by: date | None
    """By when the hall answers that is asked for pre-review; None while none is."""


def drafts(found: Sequence[Draft]) -> list[DraftLine]:
    """Return the lines of these drafts; one statement where any was ever pre-reviewed."""
    asked = [one.id for one in found if one.pre_reviews]
    waiting = prereview.open_of(asked) if asked else {}
    return [
        DraftLine(
            one.id, _bundle(one.bundle, one.bundle_version), one.changed_at, len(one.uploads), waiting.get(one.id)
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    number: str
    name: str
    submitted_at: datetime
    state: str
    tone: str
    cases: int
    decided: int
    due_on: date | None
    closed_at: datetime | None
    repeatable: bool


def listed(one: queries.Listed) -> ApplicationLine:
    state, tone = _state(one)
    return ApplicationLine(
        number=one.number,
        name=_bundle(one.bundle, one.bundle_version),
        submitted_at=one.submitted_at,
        state=state,
        tone=tone,
        cases=one.cases,
        decided=one.decided,
        due_on=one.due_on,
        closed_at=one.closed_at,
        repeatable=repeating.repeatable(one.bundle, one.bundle_version),
    )


def _state(one: queries.Listed) -> tuple[str, str]:
    if one.closed_at:
        return _("已办结"), "good"
    if one.due_on is None and not one.decided:
        return (_("等待受理"), "") if one.to_accept else (_("等待确认"), "attention")
    return _("办理中"), "active"


@dataclass(frozen=True, slots=True)
class ToConfirm:
    number: str
    case: int
    matter: str
    holder: str
    submitted_at: datetime
    confirmed_at: datetime | None


def to_confirm(party: str) -> list[ToConfirm]:
    """Return what this party signs or has signed. One statement, and one for the names where there is any."""
    found = queries.to_confirm(party)
    names = people.names_of({one.holder for one in found}) if found else {}
    return [
        ToConfirm(
            number=one.number,
            case=one.case,
            matter=words.matter(_catalogue(one.bundle, one.bundle_version), one.matter),
            holder=reading.party(one.holder, names.get(one.holder, "")),
            submitted_at=one.submitted_at,
            confirmed_at=one.confirmed_at,
        )
        for one in found
    ]


# --- one application --------------------------------------------------------------------------------------------------


def joint(application: Application) -> set[str]:
    """Return the ids of all co-applicants."""
    return {one.party for case in application.cases for one in case.confirmations}


def facts(application: Application, names: Names, *, today: date) -> list[Answer]:
    decided = sum(case.ended for case in application.cases)
    open_days = [case.promised_due_on for case in application.cases if case.promised_due_on and not case.ended]
    shown = [
        Answer(_("申请人"), names.get(application.holder, "")),
        Answer(
            _("进度"), _("{cases} 个办件，已办结 {decided} 个").format(cases=len(application.cases), decided=decided)
        ),
    ]
    if open_days:
        shown.append(Answer(_("全部办结不晚于"), date_format(max(open_days))))
    return shown


@dataclass(frozen=True, slots=True)
class Line:
    """One case as its applicant reads it."""

    index: int
    matter: str
    standing: Standing
    due_on: date | None
    provisional: bool
    reason: str
    certificate: str
    certificate_href: str
    of_person: bool
    """It is held by the person on the roster that the case is about."""
    opinions: list[str]
    told: list[Answer]
    """What its notices said: time that does not count, an extension, the right to a hearing."""
    reach: str
    """What its end without a certificate means for others."""
    heard_href: str
    """Where he states his case; empty when it is not the time for it."""
    hearing_until: date | None
    """Until when a hearing may be asked for."""
    hearing_asked: str
    """That a request for one is on its way to another node."""
    demands: bool
    """Whether its applicant is to correct something."""
    urgeable: bool
    recallable: bool
    """It went to another node, where nobody has accepted it."""
    sent_back: bool
    """Another node decides it and did not keep it."""
    sent_back_because: str
    rating: Told | None
    """How its applicant rated it here; None: not yet."""
    rating_form: RatingForm | None
    """Where it may be rated now."""


def cases(
    application: Application,
    shown: Iterable[Case],
    catalogue: Catalogue,
    names: Names,
    issued: Mapping[str, Registered],
    *,
    calendar: Calendar,
    today: date,
    away: Underway = NOTHING,
) -> list[Line]:
    """`away`: what the applicant did that is on its way to other nodes; none where it is not he who reads."""
    sent = away.answered(application, catalogue)
    return [_line(application, case, catalogue, names, issued, calendar, today, away, sent) for case in shown]


def _line(
    application: Application,
    case: Case,
    catalogue: Catalogue,
    names: Names,
    issued: Mapping[str, Registered],
    calendar: Calendar,
    today: date,
    away: Underway,
    sent: Collection[int],
) -> Line:
    certificate = issued.get(case.certificate)
    own = certificate is not None and certificate.holder in (application.holder, case.subject)
    return Line(
        index=case.index,
        matter=words.case(catalogue, case, names),
        standing=words.standing(application, case, catalogue, names, calendar=calendar, today=today),
        due_on=None if case.ended else case.promised_due_on,
        provisional=case.provisional,
        reason=_reason(case),
        certificate=words.certificate(catalogue, case.yields) if certificate else "",
        certificate_href=reverse("certificates:certificate", args=[case.certificate]) if own else "",
        of_person=bool(case.subject),
        opinions=[opinion.desk for opinion in case.opinions if opinion.verdict is not None],
        told=proceedings.told(case, calendar=calendar),
        reach=proceedings.reach_of_barren(application, case, catalogue),
        heard_href=reverse("casework:heard", args=[application.number, case.index]) if case.may_state else "",
        hearing_until=_hearing_until(case, today),
        hearing_asked=away.told(AskedAct.REQUEST_HEARING, case.index),
        demands=not case.ended
        and (notice := application.notice_of(case.index)) is not None
        and notice.asks_of(case.index, but=sent),
        urgeable=not case.ended and case.confirmed and case.state is not CaseState.CORRECTING,
        recallable=_recallable(case),
        sent_back=_sent_back(catalogue, case),
        sent_back_because=_why_back(application, case) if _sent_back(catalogue, case) else "",
        rating=told(case.proceedings.ratings[-1]) if case.proceedings.ratings else None,
        rating_form=RatingForm(auto_id=f"id_rate_{case.index}_%s")
        if may_rate(application, case.index, channel=Channel.ONLINE)
        else None,
    )


def _recallable(case: Case) -> bool:
    holding = case.holding
    away = holding is not None and not case.here and bool(holding.turn) and not holding.recalled
    return away and case.state is CaseState.SUBMITTED


def _sent_back(catalogue: Catalogue, case: Case) -> bool:
    back = case.holding is not None and case.here and not case.ended
    return back and not adapters.ours(catalogue.implementations[case.matter].region)


def _why_back(application: Application, case: Case) -> str:
    """Return what the other node said when it gave a case back, or did not take it; empty where it said nothing."""
    told = journal.of_kinds("CasesTakenOver", "HandOverRefused", streams=[stream_of(application.id)])
    events = [one.event for one in told if isinstance(one.event, CasesTakenOver | HandOverRefused)]
    last = next((event for event in reversed(events) if case.index in event.cases), None)
    match last:
        case HandOverRefused(words=words):
            return words
        case CasesTakenOver(reason=reason) if reason is not None:
            return keys.unseal(reason).decode()
    return ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that its applicant must not let pass, and where he does it."""

    title: str
    text: str
    href: str
    link: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """What its applicant is asked to do, and may do: how many demands are left, certificates that will not come."""

    asked: list[Asked]
    notices: list[correction.Given]
    """The notices of which something is left to answer."""
    away: list[str]
    """What he did that is on its way to other nodes, so that nothing is to be done about it now."""
    lost: str
    doubted: str
    """Materials whose certificates do not count any more."""
    may_change: bool
    may_withdraw: bool
    may_wait: bool
    operation: str


def to_do(
    application: Application, shown: Iterable[Case], catalogue: Catalogue, *, away: Underway, operation: str
) -> ToDo:
    covered, sent = list(shown), away.answered(application, catalogue)
    given = correction.given(catalogue, application, people={}, cases=[case.index for case in covered], sent=sent)
    open_cases = {case.index for case in covered if not case.ended}
    unaccepted = [case for case in covered if case.state in UNACCEPTED]
    replaced = away.places(AskedAct.REPLACE)
    lost = dict.fromkeys(code for case in covered for code in changes.lost(application, case) if code not in replaced)
    doubted = {doubt.material for case in covered for doubt in case.doubts}
    return ToDo(
        asked=[
            *_to_answer_for(application, covered, catalogue),
            *_to_supply(application, open_cases, catalogue, sent=away.places(AskedAct.SUPPLY)),
        ],
        notices=[one for one in given if one.left],
        away=away.all_told,
        lost=_named(catalogue, [code for code in lost if code not in doubted]),
        doubted=_named(catalogue, [code for code in lost if code in doubted]),
        may_change=not open_cases <= away.cases(AskedAct.CHANGE),
        may_withdraw=not open_cases <= away.cases(AskedAct.WITHDRAW),
        may_wait=len(covered) == len(application.cases) and len(unaccepted) > 1 and not away.of(AskedAct.WAIT),
        operation=operation,
    )


def _named(catalogue: Catalogue, codes: Iterable[str]) -> str:
    return words.listed([f"《{words.material(catalogue, code)}》" for code in codes])


def _to_answer_for(application: Application, cases: Iterable[Case], catalogue: Catalogue) -> Iterator[Asked]:
    """Tell what is to be done about each broken commitment: mend it, then state one's case."""
    for case in cases:
        commitment = case.proceedings.commitment
        if commitment is None or not commitment.broken:
            continue
        about = {"matter": words.matter(catalogue, case.matter)}
        href = reverse("casework:commitment", args=[application.number, case.index])
        if commitment.noticed_at is not None and commitment.statement_due_on is not None:
            text = _("可以在 %(day)s 前陈述申辩；告知书写明可以申请听证的，也可以申请听证。") % {
                "day": date_format(commitment.statement_due_on)
            }
            yield Asked(_("拟撤销“%(matter)s”的批准") % about, text, href, _("作陈述申辩"))
        elif commitment.mend_by_on is not None:
            text = _(
                "承诺经核查不实或者没有履行。请在 %(day)s 前按《责令限期整改通知书》整改；"
                "逾期不整改的，将撤销批准并记入信用记录。"
            ) % {"day": date_format(commitment.mend_by_on)}
            yield Asked(_("责令整改“%(matter)s”") % about, text, href, _("查看承诺"))


def _to_supply(
    application: Application, open_cases: set[int], catalogue: Catalogue, *, sent: Collection[str]
) -> Iterator[Asked]:
    """Tell which materials are to follow, and by when, but for those that are on their way."""
    for deferral in application.deferrals:
        if not deferral.open or deferral.due_on is None or open_cases.isdisjoint(deferral.cases):
            continue
        if deferral.material in sent:
            continue
        about = {"material": words.material(catalogue, deferral.material), "day": date_format(deferral.due_on)}
        yield Asked(
            _("请补交《%(material)s》") % about,
            _("请在 %(day)s 前补交；逾期不补交的，按本地区规定视为撤回申请或者撤销受理。") % about,
            reverse("casework:supply", args=[application.number]),
            _("补交材料"),
        )


def _hearing_until(case: Case, today: date) -> date | None:
    hearing = case.proceedings.hearing
    return hearing.request_due_on if hearing is not None and case.may_ask_for_hearing(today) else None


def _reason(case: Case) -> str:
    """Return the reasons of a decision; of a denial they are due (Administrative Licensing Law, art. 38)."""
    refusal = case.proceedings.refusal
    if refusal is not None and refusal.reason is not None:
        return keys.unseal(refusal.reason).decode()
    if case.state is not CaseState.DECIDED or case.conclusion is None or case.conclusion.reason is None:
        return ""
    return keys.unseal(case.conclusion.reason).decode()


def filled_in(application: Application, shown: Iterable[Case], catalogue: Catalogue) -> list[Topic]:
    """Return what the applicant wrote into the form for these cases, with what conclusions have fixed since."""
    filled = form.unseal(application.form)
    settled = form.settled(application, filled)
    fixed = {code: value for code, value in settled.items() if value != filled.values.get(code)}
    return reading.of_application(catalogue, tuple(shown), filled, in_clear=True, fixed=fixed)


# --- a co-applicant's case --------------------------------------------------------------------------------------------


def confirmation(application: Application, index: int, actor: Actor) -> dict[str, Any]:
    """Return what a co-applicant signs for: the content to be certified, and the materials of that case."""
    case, catalogue = application.case(index), _catalogue(application.bundle, application.bundle_version)
    filled = form.unseal(application.form)
    own = next(one for one in case.confirmations if actor.party and one.party == actor.party.id)
    return {
        "number": application.number,
        "case": case,
        "matter": words.matter(catalogue, case.matter),
        "certificate": words.certificate(catalogue, case.yields) if case.yields else "",
        "content": reading.certificate_content(catalogue, case, form.settled(application, filled), in_clear=True),
        "piles": reading.piles(catalogue, application, [case]),
        "holder_name": filled.names.get(application.holder, ""),
        "party": actor.party,
        "confirmed_at": own.at,
    }


# --- the public look-up -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicLine:
    index: int
    matter: str
    standing: Standing
    due_on: date | None


def in_public(application: Application, *, calendar: Calendar, today: date) -> dict[str, object]:
    """Return what whoever knows number and code may see: no name in full, no content, no certificate."""
    catalogue, bundle = catalogue_queries.catalogue_of(application.bundle, application.bundle_version)
    bodies = people.names_of({f"org:{case.body}" for case in application.cases} | {application.holder})
    return {
        "application": application,
        "name": words.bundle(bundle),
        "holder_name": _masked(application.holder, bodies.pop(application.holder, "")),
        "submitted_on": day_of(application.submitted_at),
        "cases": [
            PublicLine(
                case.index,
                words.matter(catalogue, case.matter),
                words.standing(application, case, catalogue, bodies, calendar=calendar, today=today),
                case.promised_due_on,
            )
            for case in application.cases
        ],
    }


def _masked(party: str, name: str) -> str:
    return masks.person(name) if party.startswith("person:") else masks.body(name)


def _catalogue(bundle: str, version: int) -> Catalogue:
    return catalogue_queries.catalogue_of(bundle, version)[0]


def _bundle(bundle: str, version: int) -> str:
    return words.bundle(catalogue_queries.catalogue_of(bundle, version)[1])
