"""Random histories through the shell: the real actions, the real people, the rows and the journal.

Up to three applications live side by side in two halls (`two_halls`) while days pass. Where an act has something to do
is asked of the kernel's histories, which know nothing of the shell; who does it, and what he says, stands here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from tests.casework import two_halls
from tests.casework.two_halls import CERTIFIED, COMPOSED, MARITIME, Certified
from tests.domain.histories import WHERE, Place
from tests.worlds import DAY
from tongban.casework import actions, drafts, form, promising, rules, storage, supplies
from tongban.casework.actions import File, Wrong, intake
from tongban.casework.documents import delivering, issuing, reading
from tongban.casework.models import Draft
from tongban.casework.prereview import actions as prereview
from tongban.casework.prereview import storage as prereviews
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import changes, review
from tongban.domain.application import UNACCEPTED, UNDER_REVIEW, Application, Case, CaseState, IssuedDocument
from tongban.domain.catalogue import Catalogue, DataElement, ElementKind
from tongban.domain.clock import Unit
from tongban.domain.events import (
    DeliveryMeans,
    DemandKind,
    FollowUp,
    Means,
    Outcome,
    Procedure,
    Readiness,
    RefusalGround,
    Target,
    TargetKind,
    Verdict,
)
from tongban.domain.plan import Plan
from tongban.domain.prereview import PreReview
from tongban.domain.regimes import consent_article
from tongban.domain.rules import RegionRules
from tongban.domain.workdays import Calendar
from tongban.journal import chain
from tongban.journal import queries as journal
from tongban.journal.outbox import Errand
from tongban.keys import actions as keys
from tongban.people.actor import SYSTEM, Actor
from tongban.people.models import Account, Duty
from tongban.people.roles import Role
from tongban.project.walk import AGENT, CLERK, COUNTERPARTY_AGENT, HOLDER, at, one_page_pdf, who

STARTS = (date(2026, 2, 9), date(2026, 4, 27), date(2026, 9, 21), date(2026, 12, 14))
"""Before Spring Festival, before Labour Day, before Mid-Autumn and the National Day, before the calendar ends."""
STRANGER = "wangjianguo"
"""A person who applies for himself, elsewhere: none of this is his to do."""
HEBEI, TIANJIN = "cfd-hall", "tj-hall"
CLERKS = {HEBEI: CLERK, TIANJIN: two_halls.TIANJIN_CLERK}
WORDS = "依据核查情况，船东李某某的说法属实。"
"""What people say of somebody: it may stand nowhere in clear."""
PAPER = one_page_pdf("evidence")
FEWER = {"mortgage": "no", "navigation": "coastal", "cargo": "small", "agreement": "no", "books": "none"}
"""Answers that leave eight of the seventeen maritime matters."""
MOST_APPLICATIONS = 3
MOST_DRAFTS = 2


@dataclass(slots=True)
class Kept:
    """An application as its rows say, and what the kernel's places ask beside."""

    current: Application
    plan: Plan
    rules: RegionRules
    catalogue: Catalogue
    consents: Mapping[int, str]
    seq: int = 0
    head: str = chain.GENESIS
    log: list[journal.Recorded] = field(default_factory=list)
    waiting: list[Errand] = field(default_factory=list)
    """Acts whose documents nobody has issued yet."""

    @property
    def stream(self) -> str:
        return storage.stream_of(self.current.id)


@dataclass(slots=True)
class Drafted:
    """A draft that is not handed in yet, with what was asked of the hall about it."""

    id: str
    kind: str
    asked: PreReview | None = None
    seq: int = 0
    head: str = chain.GENESIS

    @property
    def stream(self) -> str:
        return prereviews.stream_of(self.id)


@dataclass(frozen=True, slots=True)
class Call:
    """One act as its client asks for it; `asked` says it anew each time, for a stream is read but once.

    `operated`: its client makes an operation id. What the worker and the watcher do makes its own.
    """

    act: Callable[..., Any]
    actor: Actor
    asked: Callable[[], dict[str, Any]]
    operated: bool = True

    def __call__(self, *, operation: str, now: datetime, **other: Any) -> Any:
        asked = self.asked() | other
        if self.operated:
            asked |= {"operation": operation, "actor": self.actor}
        return self.act(now=now, **asked)


class House:
    """What all histories of a run share: the catalogues, a filled draft of each bundle, who people are."""

    def __init__(self) -> None:
        self.catalogues = {MARITIME: two_halls.maritime_routes()[0], COMPOSED: two_halls.composed_in_tianjin()[0]}
        self.filled = {one.bundle: one for one in Draft.objects.filter(submitted_at=None)}
        self.actors: dict[tuple[str, str], Actor] = {}
        self.calendars: dict[str, Calendar] = {}

    def person(self, username: str, acting_for: str = "") -> Actor:
        """Return a demo person; duties and mandates stand throughout, so a value once made serves."""
        key = (username, acting_for)
        if key not in self.actors:
            self.actors[key] = who(username, acting_for=acting_for, today=DAY)
        return self.actors[key]

    @cached_property
    def reviewers(self) -> dict[tuple[str, str], list[str]]:
        """By department and desk who sits there, clerks last."""
        found: dict[tuple[str, str], list[str]] = {}
        duties = Duty.objects.filter(role=Role.REVIEWER).order_by("account__username")
        for body, desk, name in duties.values_list("department__uscc", "desk__code", "account__username"):
            found.setdefault((body, desk), []).append(name)
        return {place: sorted(names, key=lambda name: name in CLERKS.values()) for place, names in found.items()}

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """Texts that may stand in no entry: names of people and what was filled in and said."""
        examples = {
            element.example
            for kinds in self.catalogues.values()
            for element in kinds.elements.values()
            if element.kind is ElementKind.TEXT and element.identifies is None and len(element.example) > 3
        }
        names = {self.person(name).name for name in Account.objects.values_list("username", flat=True)} - {""}
        return (WORDS, "李某某", *sorted(examples), *sorted(names))


class History:
    """Applications that live side by side; `today` passes for all of them, and each act has a minute of its own."""

    def __init__(self, house: House, start: date) -> None:
        self.house = house
        self.kept: list[Kept] = []
        self.drafts: list[Drafted] = []
        self.certified: set[tuple[date, Certified]] = set()
        """Who was certified what on which day: asked again that day he gets the same."""
        self.today = start
        self.minute = 0
        self.acts = 0
        self.hurried = False
        self._places: dict[int, tuple[object, dict[str, list[Place]]]] = {}

    @property
    def now(self) -> datetime:
        return at(self.today, 9) + timedelta(minutes=self.minute)

    def days_pass(self, days: int) -> None:
        if days:
            self.today, self.minute = self.today + timedelta(days=days), 0

    # --- what there is to do ------------------------------------------------------------------------------------------

    def places(self, name: str) -> list[Place]:
        """Return where an act has something to do."""
        if name in ELSEWHERE:
            return ELSEWHERE[name](self)
        return [place for number in range(len(self.kept)) for place in self.of(number)[name]]

    def of(self, number: int) -> dict[str, list[Place]]:
        """Return all places of one application; they are looked for anew when it has changed, or the day."""
        kept = self.kept[number]
        known = (kept.current, self.today, len(kept.waiting))
        if number not in self._places or self._places[number][0] != known:
            found = {name: where(kept.current, self, number) for name, where in PLACES.items()}
            self._places[number] = (known, found)
        return self._places[number][1]

    def call(self, name: str, place: Place, data: st.DataObject) -> Call:
        self.minute += 1
        return ACTS[name](self, place, data)

    def operation(self) -> str:
        self.acts += 1
        return f"step/{self.acts}"

    # --- handing in ---------------------------------------------------------------------------------------------------

    def draft(self, kind: str) -> Drafted:
        """Begin a draft that is filled in; it is taken along as `drafts.divide` would."""
        one = Drafted(two_halls.copy(self.house.filled[kind], now=self.now).id, kind)
        self.drafts.append(one)
        return one

    def complete(self, one: Drafted, data: st.DataObject, *, whole: bool) -> Call:
        """Choose what is handed in, what is promised and, unless it is to be `whole`, what is missing."""
        self.minute += 1
        draft = Draft.objects.get(pk=one.id)
        catalogue = self.house.catalogues[one.kind]
        if one.kind == MARITIME and data.draw(st.integers(0, 3)):
            drafts.answer(draft, FEWER, now=self.now)
        planned = drafts.derive(draft)
        for material in _some(data, sorted(promising.deferrable(planned, catalogue)), often=2):
            drafts.defer(draft, material, now=self.now)
        if not self.barred:
            for material in _some(data, sorted(promising.committable(planned, catalogue)), often=4):
                drafts.commit(draft, material, now=self.now)
            for matter in _some(data, sorted(promising.by_choice(planned, catalogue)), often=4):
                drafts.choose_route(draft, matter, by_commitment=True, now=self.now)
        given = sorted(set(draft.uploads) & {ask.material for ask in planned.asks})
        for material in data.draw(st.lists(st.sampled_from(given), max_size=0 if whole else 2, unique=True)):
            drafts.remove_upload(draft, material, now=self.now)
        return Call(actions.submit, self.applicant, lambda: {"draft": one.id, "incomplete": True})

    @property
    def barred(self) -> bool:
        """Whether a broken commitment stands in the applicant's credit record."""
        return any(
            (made := case.proceedings.commitment) is not None and made.credit_entry and made.repaired_at is None
            for kept in self.kept
            for case in kept.current.cases
        )

    def keep(self, one: Drafted) -> Kept:
        """Begin to watch an application that was handed in."""
        found = storage.read(one.id)
        assert found is not None
        catalogue, _ = catalogue_queries.catalogue_of(found.bundle, found.bundle_version)
        kept = Kept(
            current=found,
            plan=drafts.derive(Draft.objects.get(pk=one.id)),
            rules=rules.of_region(found.region),
            catalogue=catalogue,
            consents={case.index: consent_article(catalogue.standards[case.matter]) for case in found.cases},
        )
        self.kept.append(kept)
        self.drafts.remove(one)
        return kept

    # --- who acts -----------------------------------------------------------------------------------------------------

    def person(self, username: str, acting_for: str = "") -> Actor:
        return self.house.person(username, acting_for)

    @property
    def applicant(self) -> Actor:
        return self.person(AGENT, HOLDER)

    def clerk(self, application: Application) -> Actor:
        return self.person(CLERKS[application.hall])

    def reviewer(self, body: str, desk: str, *, other_than: str = "") -> Actor:
        """Somebody of the desk, and somebody else than `other_than`."""
        people = [self.person(name) for name in self.house.reviewers[body, desk]]
        return next(one for one in people if one.id != other_than)

    def deciding(self, place: Place, *, other_than: str = "") -> Actor:
        case = self.case(place)
        return self.reviewer(case.body, case.deciding_desk, other_than=other_than)

    def at(self, place: Place) -> Application:
        return self.kept[place.application].current

    def case(self, place: Place) -> Case:
        return self.at(place).case(place.case)

    def digest(self) -> str:
        """The digest of a file that the applicant has stored."""
        uploads = self.house.filled[COMPOSED].uploads
        return str(next(iter(uploads.values()))["digest"])


def _some(data: st.DataObject, among: Sequence[str], *, often: int) -> list[str]:
    """Each of these, `often` times as likely as not."""
    return [one for one in among if data.draw(st.integers(0, often))]


def a_file() -> File:
    return File("材料.pdf", io.BytesIO(PAPER), len(PAPER))


def otherwise(element: DataElement, minute: int) -> str:
    """Return a well-formed value that nobody filled in before."""
    if element.kind is ElementKind.TEXT:
        return f"{element.example}{minute}"
    return str(int(float(element.example or 1)) + minute)


def changeable(kept: Kept, case: Case) -> list[str]:
    """The data elements of a case's form to which another value is easily given."""
    kinds = (ElementKind.TEXT, ElementKind.INTEGER)
    codes = form.changeable(kept.catalogue, [case])
    return [code for code in codes if kept.catalogue.elements[code].kind in kinds]


# --- where there is something to do -----------------------------------------------------------------------------------

Where = Callable[[Application, History, int], list[Place]]


def _cases(choose: Callable[[Application, Case, History], bool]) -> Where:
    return lambda application, history, number: [
        Place(number, case.index) for case in application.cases if choose(application, case, history)
    ]


def _made(case: Case) -> Any:
    return case.proceedings.commitment


def _to_mend_at_once(application: Application, history: History, number: int) -> list[Place]:
    kept = history.kept[number]
    needed = {case.index: supplies.needed_by(kept.catalogue, application, case) for case in application.cases}
    closed = {code for case in application.cases if case.state not in UNACCEPTED for code in needed[case.index]}
    open_cases = [case for case in application.cases if case.state in UNACCEPTED]
    return [Place(number, case.index, code) for case in open_cases for code in needed[case.index] if code not in closed]


def _to_change(application: Application, history: History, number: int) -> list[Place]:
    kept = history.kept[number]
    fixed = {
        code
        for case in application.cases
        if case.state is CaseState.DECIDED
        for code in (
            *kept.catalogue.standards[case.matter].elements,
            *(kept.catalogue.certificate_types[case.yields].fields if case.yields else ()),
        )
    }
    return [
        Place(number, case.index, code)
        for case in application.cases
        if not case.ended
        for code in changeable(kept, case)
        if code not in fixed
    ]


def _outstanding(case: Case) -> bool:
    return case.proceedings.hearing is not None and case.proceedings.hearing.outstanding


def _to_follow(application: Application, history: History, number: int) -> list[Place]:
    return [
        Place(number, what=one.material)
        for one in application.deferrals
        if one.open and (one.due_on is None or history.today <= one.due_on)
        if any(not application.case(index).ended for index in one.cases)
    ]


def _lost(application: Application, history: History, number: int) -> list[Place]:
    codes = {code for case in application.cases for code in changes.lost(application, case)}
    return [Place(number, what=code) for code in sorted(codes)]


def _to_extend(application: Application, history: History, number: int) -> list[Place]:
    places: list[Place] = WHERE["extend"](application, history, number)
    return [place for place in places if application.case(place.case).statutory.unit is Unit.WORKING]


def _verifiable(application: Application, case: Case, history: History) -> bool:
    made = _made(case)
    if made is None or made.kept is not None or made.chosen is False or (case.ended and not case.approved):
        return False
    drawn = rules.of_region(application.region).verification_share == 100 or made.verify_by_on is None
    return drawn or made.chosen is True


def _supervised(application: Application, history: History, number: int) -> list[Place]:
    return [
        Place(number, case.index, one.rule)
        for case in application.cases
        for one in case.proceedings.supervision
        if one.closed_at is None
    ]


def _documents(choose: Callable[[IssuedDocument], bool]) -> Where:
    return lambda application, history, number: [
        Place(number, what=one) for one in application.documents if choose(one)
    ]


def _to_sign_for(one: IssuedDocument) -> bool:
    return one.kind.signed_for and one.delivered_at is None


PLACES: dict[str, Where] = {
    **{
        name: WHERE[name]
        for name in (
            *("accept", "ask_correction", "ask_to_wait", "begin_procedure", "check_site", "conclude", "confirm"),
            *("end_procedure", "enter_credit", "give_opinion", "mend", "notice_revocation"),
            *("offer_hearing", "order", "refuse", "request_hearing", "revoke", "send_back", "tell_interested"),
            *("check_spot", "urge", "withdraw"),
        )
    },
    "answer_correction": WHERE["answer"],
    "change": _to_change,
    "close_supervision": _supervised,
    "correct_on_the_spot": _to_mend_at_once,
    "deliver_letter": lambda application, history, number: [
        Place(number, case.index, one.number)
        for case in application.cases
        for one in application.letters(case)
        if one.delivered_at is None
    ],
    "extend_limit": _to_extend,
    "hand_over": _documents(_to_sign_for),
    "hold_hearing": _cases(lambda a, case, h: _outstanding(case) and (case.revoking or not case.ended)),
    "issue": lambda application, history, number: [
        Place(number, what=errand) for errand in history.kept[number].waiting[-3:]
    ],
    "make_statement": WHERE["state"],
    "print_again": _documents(lambda one: True),
    "record_hearing_request": _cases(
        lambda a, case, h: case.may_ask_for_hearing(h.today) and bool(case.proceedings.interested or case.revoking)
    ),
    "record_statement": _cases(lambda a, case, h: case.may_state and bool(case.proceedings.interested)),
    "repair_credit": _cases(
        lambda a, case, h: _made(case) is not None and _made(case).credit_entry and _made(case).repaired_at is None
    ),
    "sign_for": _documents(_to_sign_for),
    "supply": _to_follow,
    "supply_in_place": _lost,
    "take_back": _cases(
        lambda a, case, h: (
            _made(case) is not None and case.state in {CaseState.ACCEPTED, *UNACCEPTED} and _made(case).kept is None
        )
    ),
    "verify": _cases(_verifiable),
}
"""By act, where one application has something to do."""


def _anything_to_accept(history: History) -> list[Place]:
    return [Place(-1)] if history.places("accept") else []


def _to_draw(history: History) -> list[Place]:
    """Where a commitment that was approved waits for the lot: the department's, in its region."""
    waiting = {
        (kept.current.region, case.body)
        for kept in history.kept
        if kept.rules.verification_share < 100
        for case in kept.current.cases
        if _made(case) is not None and _made(case).to_verify and _made(case).chosen is None and case.approved
    }
    return [Place(-1, what=one) for one in sorted(waiting)]


def _pre_reviews(choose: Callable[[Drafted, RegionRules], bool]) -> Callable[[History], list[Place]]:
    def where(history: History) -> list[Place]:
        law = {MARITIME: rules.of_region("130209"), COMPOSED: rules.of_region("120000")}
        return [Place(-1, number) for number, one in enumerate(history.drafts) if choose(one, law[one.kind])]

    return where


ELSEWHERE: dict[str, Callable[[History], list[Place]]] = {
    "accept_each": _anything_to_accept,
    "answer_pre_review": _pre_reviews(lambda one, law: one.asked is not None and one.asked.open is not None),
    "certify": lambda history: [
        Place(-1, what=one) for one in CERTIFIED if (history.today, one) not in history.certified
    ],
    "hold_draw": _to_draw,
    "request_pre_review": _pre_reviews(
        lambda one, law: one.asked is None or (one.asked.open is None and len(one.asked.rounds) < law.pre_reviews)
    ),
    "withdraw_pre_review": _pre_reviews(lambda one, law: one.asked is not None and one.asked.open is not None),
}
"""By act that is about no one application, where there is something to do; `case` is the place of a draft."""


# --- how it is done ---------------------------------------------------------------------------------------------------

Act = Callable[[History, Place, st.DataObject], Call]
Who = Callable[[History, Place], Actor]


def _applicant(h: History, place: Place) -> Actor:
    return h.applicant


def _desk(h: History, place: Place) -> Actor:
    return h.deciding(place)


def _about(h: History, place: Place, act: Callable[..., Any], actor: Actor, **asked: Any) -> Call:
    """An act on an application, with what it says beside."""
    application = h.at(place).id
    return Call(act, actor, lambda: {"application": application, **asked})


def _of_case(act: Callable[..., Any], actor: Who, **asked: Any) -> Act:
    return lambda h, place, data: _about(h, place, act, actor(h, place), case=place.case, **asked)


def _accept(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, actions.accept, h.clerk(h.at(place)))


def _accept_each(h: History, place: Place, data: st.DataObject) -> Call:
    clerk = h.clerk(h.at(h.places("accept")[0]))
    applications = [kept.current.id for kept in h.kept]
    return Call(actions.accept_each, clerk, lambda: {"applications": applications})


def _confirm(h: History, place: Place, data: st.DataObject) -> Call:
    case = h.case(place)
    party = next((one.party for one in case.confirmations if one.role is place.what), f"org:{two_halls.BANK}")
    return _about(h, place, actions.confirm, h.person(COUNTERPARTY_AGENT, party), case=place.case)


def _ask_to_wait(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, actions.ask_to_wait, h.applicant, wait=not h.at(place).together)


def _ask_correction(h: History, place: Place, data: st.DataObject) -> Call:
    """Demand all that is missing, and one thing or another that is there, in words."""
    kept = h.kept[place.application]
    application = kept.current
    missing = supplies.lacking(kept.catalogue, application, form.unseal(application.form))
    told = {
        (index, DemandKind.MATERIAL if code not in kept.catalogue.elements else DemandKind.ELEMENT, code): ""
        for index, codes in missing.items()
        for code in codes
    }
    known = intake.targets(kept.catalogue, application)
    possible = [
        (case.index, kind, target)
        for case in application.cases
        if case.state is CaseState.SUBMITTED
        for kind, target in (
            *((DemandKind.MATERIAL, code) for code in sorted(known[case.index].materials)),
            *((DemandKind.ELEMENT, code) for code in changeable(kept, case)),
            *((DemandKind.CONDITION, str(n + 1)) for n in range(known[case.index].conditions)),
        )
    ]
    if possible:
        chosen = data.draw(st.lists(st.sampled_from(possible), min_size=0 if told else 1, max_size=3, unique=True))
        told |= dict.fromkeys(chosen, WORDS)
    demands = tuple(Wrong(*one, words) for one, words in told.items())
    return _about(h, place, actions.ask_correction, h.clerk(application), demands=demands)


def _answer_correction(h: History, place: Place, data: st.DataObject) -> Call:
    kept = h.kept[place.application]
    notice = kept.current.notice
    waiting = [
        number
        for case in kept.current.cases
        if notice is not None and case.state is CaseState.CORRECTING
        for number in notice.open_demands(case.index)
        if notice.demands[number - 1].kind in _ANSWERED
    ]
    numbers = data.draw(st.lists(st.sampled_from(waiting), min_size=1, unique=True)) if waiting else []
    demands = {number: notice.demands[number - 1] for number in numbers} if notice else {}
    materials = sorted({one.target for one in demands.values() if one.kind is DemandKind.MATERIAL})
    elements = sorted({one.target for one in demands.values() if one.kind is DemandKind.ELEMENT})
    values = {
        code: otherwise(kept.catalogue.elements[code], h.minute)
        for code in elements
        if kept.catalogue.elements[code].kind in (ElementKind.TEXT, ElementKind.INTEGER)
    }
    said = {n: WORDS for n, one in demands.items() if one.kind is DemandKind.CONDITION or one.target not in values}
    explanations = {n: words for n, words in said.items() if demands[n].kind is not DemandKind.MATERIAL}
    application = kept.current.id
    return Call(
        actions.answer_correction,
        h.applicant,
        lambda: {
            "application": application,
            "files": {code: a_file() for code in materials},
            "values": values,
            "explanations": explanations,
        },
    )


_ANSWERED = (DemandKind.MATERIAL, DemandKind.ELEMENT, DemandKind.CONDITION)


def _correct_on_the_spot(h: History, place: Place, data: st.DataObject) -> Call:
    application, code = h.at(place), place.what
    return Call(
        actions.correct_on_the_spot,
        h.clerk(application),
        lambda: {"application": application.id, "files": {code: a_file()} if code else {}, "values": {}},
    )


def _refuse(h: History, place: Place, data: st.DataObject) -> Call:
    application = h.at(place)
    told = application.notice is not None and place.case in application.notice.cases()
    incomplete = told and h.case(place).state is not CaseState.CORRECTING
    grounds = [one for one in RefusalGround if incomplete or one is not RefusalGround.INCOMPLETE]
    ground = data.draw(st.sampled_from(grounds))
    asked = {"ground": ground, "reason": WORDS, "right_body": "11130000MA0TB1292C"}
    return _about(h, place, actions.refuse, h.clerk(application), case=place.case, **asked)


def _withdraw(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, actions.withdraw, h.applicant, cases=(place.case,), reason=WORDS)


def _change(h: History, place: Place, data: st.DataObject) -> Call:
    code = place.what or changeable(h.kept[place.application], h.case(place))[0]
    element = h.kept[place.application].catalogue.elements[code]
    return _about(h, place, actions.change, h.applicant, values={code: otherwise(element, h.minute)})


def _supply_in_place(h: History, place: Place, data: st.DataObject) -> Call:
    application, code = h.at(place).id, place.what
    return Call(
        actions.supply_in_place,
        h.applicant,
        lambda: {"application": application, "files": {code: a_file()} if code else {}, "held": []},
    )


def _supply(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, actions.supply, h.applicant, uploads={place.what or "M_NAMES": h.digest()})


def _take_back(h: History, place: Place, data: st.DataObject) -> Call:
    made = _made(h.case(place))
    uploads = {code: h.digest() for code in (made.materials if made else ())}
    return _about(h, place, actions.take_back, h.applicant, case=place.case, uploads=uploads)


def _opinion(h: History, place: Place, data: st.DataObject) -> Call:
    verdict = Verdict.AGREE if h.hurried else data.draw(st.sampled_from([Verdict.AGREE, Verdict.AGREE, Verdict.OBJECT]))
    reviewer = h.reviewer(h.case(place).body, place.what)
    asked = {"desk": place.what, "verdict": verdict, "reason": WORDS}
    return _about(h, place, actions.give_opinion, reviewer, case=place.case, **asked)


def _send_back(h: History, place: Place, data: st.DataObject) -> Call:
    case = h.case(place)
    given = [opinion.desk for opinion in case.opinions if opinion.verdict]
    concluded = case.state is CaseState.CONCLUDED
    desks = data.draw(st.lists(st.sampled_from(given), min_size=0 if concluded else 1, unique=True)) if given else []
    return _about(h, place, actions.send_back, h.deciding(place), case=place.case, desks=desks, reason=WORDS)


def _conclude(h: History, place: Place, data: st.DataObject) -> Call:
    """Approve or deny; now and then with something fixed otherwise, or by the clerk who accepted the case."""
    application, case = h.at(place), h.case(place)
    hopeless = any(application.case(i).barren for i in case.awaits) or bool(application.deferred(case))
    favourable = h.hurried or data.draw(st.integers(0, 4)) > 0
    outcome = Outcome.APPROVED if favourable and not hopeless else Outcome.DENIED
    determines = h.kept[place.application].catalogue.standards[case.matter].determines
    fixes = not h.hurried and determines and data.draw(st.booleans())
    actor = h.deciding(place)
    if not h.hurried and data.draw(st.integers(0, 9)) == 0:
        actor = h.clerk(application)
    asked = {
        "desk": case.deciding_desk,
        "outcome": outcome,
        "reason": WORDS,
        "determined": {determines[0]: f"渤远{h.minute}"} if fixes else {},
        "seen": review.shown(application, case.index),
    }
    return _about(h, place, actions.conclude, actor, case=place.case, **asked)


def _begin(h: History, place: Place, data: st.DataObject) -> Call:
    kind = data.draw(st.sampled_from([kind for kind in Procedure if kind is not Procedure.HEARING]))
    asked = {"kind": kind, "expected_days": 10}
    return _about(h, place, actions.begin_procedure, h.deciding(place), case=place.case, **asked)


def _end(h: History, place: Place, data: st.DataObject) -> Call:
    kinds = [
        one.kind
        for one in h.case(place).ledger.procedures
        if one.resumed_on is None and one.kind is not Procedure.HEARING
    ]
    asked = {"kind": kinds[0] if kinds else Procedure.TEST, "result": WORDS}
    return _about(h, place, actions.end_procedure, h.deciding(place), case=place.case, **asked)


def _extend(h: History, place: Place, data: st.DataObject) -> Call:
    asked = {"days": data.draw(st.integers(1, 10)), "approver": "局长", "reason": WORDS}
    return _about(h, place, actions.extend_limit, h.deciding(place), case=place.case, **asked)


def _check_site(h: History, place: Place, data: st.DataObject) -> Call:
    """Somebody of the deciding desk looks, with a colleague; at other cases of his too, where there are any."""
    application, case = h.at(place), h.case(place)
    names = h.house.reviewers[case.body, case.deciding_desk]
    officers = [h.person(name).id for name in names if name not in CLERKS.values()][:2]
    others = [
        one.index
        for one in application.cases
        if one.state in UNDER_REVIEW and (one.body, one.deciding_desk) == (case.body, case.deciding_desk)
    ]
    cases = sorted({place.case, *data.draw(st.lists(st.sampled_from(others or [place.case]), max_size=2))})
    asked = {"cases": cases, "officers": officers, "passed": data.draw(st.booleans()), "record": WORDS}
    return _about(h, place, actions.check_site, h.deciding(place), **asked)


def _verify(h: History, place: Place, data: st.DataObject) -> Call:
    keeps = not h.hurried and data.draw(st.integers(0, 3)) == 0
    means = data.draw(st.sampled_from([Means.DOCUMENT, Means.SITE]))
    asked = {"kept": keeps, "means": means, "findings": WORDS}
    return _about(h, place, actions.verify, h.deciding(place), case=place.case, **asked)


def _notice_revocation(h: History, place: Place, data: st.DataObject) -> Call:
    hearing = not h.hurried and data.draw(st.booleans())
    asked = {"reason": WORDS, "hearing": hearing}
    return _about(h, place, actions.notice_revocation, h.deciding(place), case=place.case, **asked)


def _deliver_letter(h: History, place: Place, data: st.DataObject) -> Call:
    means = data.draw(st.sampled_from([DeliveryMeans.WINDOW, DeliveryMeans.POST]))
    asked = {"letter": place.what or "", "means": means}
    return _about(h, place, actions.deliver_letter, h.deciding(place), case=place.case, **asked)


def _revoke(h: History, place: Place, data: st.DataObject) -> Call:
    made = _made(h.case(place))
    other = h.deciding(place, other_than=made.verified_by if made else "")
    return _about(h, place, actions.revoke, other, case=place.case, reason=WORDS)


def _close_supervision(h: History, place: Place, data: st.DataObject) -> Call:
    supervisor = h.person(two_halls.SUPERVISOR)
    asked = {"rule": place.what, "finding": WORDS}
    return _about(h, place, actions.close_supervision, supervisor, case=place.case, **asked)


def _check_spot(h: History, place: Place, data: st.DataObject) -> Call:
    """The supervisor, who had no part in it; now and then who decided it, and is refused."""
    case = h.case(place)
    actor = h.deciding(place) if data.draw(st.integers(0, 9)) == 0 else h.person(two_halls.SUPERVISOR)
    right = data.draw(st.booleans())
    asked = {"right": right, "follow_up": None if right else FollowUp.CORRECT, "finding": WORDS}
    return _about(h, place, actions.check, actor, case=case.index, **asked)


def _hold_draw(h: History, place: Place, data: st.DataObject) -> Call:
    """Once the journal's heads are signed: what was decided before is on the list."""
    keys.checkpoint(now=h.now)
    h.minute += 1
    region, body = place.what
    return Call(actions.hold_draw, h.person(two_halls.SUPERVISOR), lambda: {"region": region, "body": body})


def _certify(h: History, place: Place, data: st.DataObject) -> Call:
    one = place.what
    return Call(
        actions.certify,
        h.person(one.username, one.acting_for),
        lambda: {"matter": one.matter, "answers": {}, "place": ""},
    )


def _request_pre_review(h: History, place: Place, data: st.DataObject) -> Call:
    draft = h.drafts[place.case].id
    return Call(prereview.request, h.applicant, lambda: {"draft": draft})


def _answer_pre_review(h: History, place: Place, data: st.DataObject) -> Call:
    one = h.drafts[place.case]
    assert one.asked is not None
    code = "ship_name_cn" if one.kind == MARITIME else "name"
    remarks = ((Target(TargetKind.ELEMENT, code), WORDS),)
    asked = {"draft": one.id, "number": one.asked.last.number, "readiness": Readiness.MEND, "remarks": remarks}
    return Call(prereview.answer, h.person(CLERKS[one.asked.last.hall]), lambda: asked)


def _withdraw_pre_review(h: History, place: Place, data: st.DataObject) -> Call:
    one = h.drafts[place.case]
    assert one.asked is not None
    number = one.asked.last.number
    return Call(prereview.withdraw, h.applicant, lambda: {"draft": one.id, "number": number})


def _issue(h: History, place: Place, data: st.DataObject) -> Call:
    return Call(issuing.issue, SYSTEM, lambda: {"errand": place.what}, operated=False)


def _sign_for(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, delivering.sign_for, h.applicant, documents=[place.what.number])


def _hand_over(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, delivering.hand_over, h.clerk(h.at(place)), documents=[place.what.number])


def _print_again(h: History, place: Place, data: st.DataObject) -> Call:
    application = h.at(place)
    asked = {"application": application, "one": place.what, "actor": h.clerk(application)}
    return Call(reading.print_again, asked["actor"], lambda: asked, operated=False)


ACTS: dict[str, Act] = {
    "accept": _accept,
    "accept_each": _accept_each,
    "answer_correction": _answer_correction,
    "answer_pre_review": _answer_pre_review,
    "ask_correction": _ask_correction,
    "ask_to_wait": _ask_to_wait,
    "begin_procedure": _begin,
    "certify": _certify,
    "change": _change,
    "check_site": _check_site,
    "check_spot": _check_spot,
    "close_supervision": _close_supervision,
    "conclude": _conclude,
    "confirm": _confirm,
    "correct_on_the_spot": _correct_on_the_spot,
    "deliver_letter": _deliver_letter,
    "end_procedure": _end,
    "enter_credit": _of_case(actions.enter_credit, _desk, item="FALSE-COMMITMENT"),
    "extend_limit": _extend,
    "give_opinion": _opinion,
    "hand_over": _hand_over,
    "hold_draw": _hold_draw,
    "hold_hearing": _of_case(actions.hold_hearing, _desk, record=WORDS),
    "issue": _issue,
    "make_statement": _of_case(actions.make_statement, _applicant, text=WORDS),
    "mend": _of_case(actions.mend, _desk),
    "notice_revocation": _notice_revocation,
    "offer_hearing": _of_case(actions.offer_hearing, _desk),
    "order": _of_case(actions.order, _desk, reason=WORDS),
    "print_again": _print_again,
    "record_hearing_request": _of_case(actions.record_hearing_request, _desk),
    "record_statement": _of_case(actions.record_statement, _desk, text=WORDS),
    "refuse": _refuse,
    "repair_credit": _of_case(actions.repair_credit, _desk, reason=WORDS),
    "request_hearing": _of_case(actions.request_hearing, _applicant),
    "request_pre_review": _request_pre_review,
    "revoke": _revoke,
    "send_back": _send_back,
    "sign_for": _sign_for,
    "supply": _supply,
    "supply_in_place": _supply_in_place,
    "take_back": _take_back,
    "tell_interested": _of_case(actions.tell_interested, _desk, party=WORDS),
    "urge": _of_case(actions.urge, _applicant),
    "verify": _verify,
    "withdraw": _withdraw,
    "withdraw_pre_review": _withdraw_pre_review,
}
