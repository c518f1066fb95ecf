"""Random histories through the shell: the real actions, the real people, the rows and the journal.

Up to three applications live side by side in two halls (`two_halls`) while days pass. Where an act has something to do
is asked of the kernel's histories, which know nothing of the shell; who does it, and what he says, stands in `acts`.
"""

from __future__ import annotations

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
from tongban.casework.models import Draft
from tongban.casework.prereview import storage as prereviews
from tongban.catalogue import queries as catalogue_queries
from tongban.domain import changes
from tongban.domain.application import UNACCEPTED, Application, Case, CaseState, IssuedDocument
from tongban.domain.catalogue import Catalogue, ElementKind
from tongban.domain.clock import Unit
from tongban.domain.events import CreditRepairAsked, CreditRepairDenied
from tongban.domain.plan import Plan
from tongban.domain.prereview import PreReview
from tongban.domain.regimes import consent_article
from tongban.domain.rules import RegionRules
from tongban.domain.workdays import Calendar
from tongban.journal import chain
from tongban.journal import queries as journal
from tongban.journal.outbox import Errand
from tongban.people.actor import Actor
from tongban.people.models import Account, Duty
from tongban.people.roles import Role
from tongban.project.walk import AGENT, CLERK, HOLDER, at, who

STARTS = (date(2026, 2, 9), date(2026, 4, 27), date(2026, 9, 21), date(2026, 12, 14))
"""Before Spring Festival, before Labour Day, before Mid-Autumn and the National Day, before the calendar ends."""
STRANGER = "wangjianguo"
"""A person who applies for himself, elsewhere: none of this is his to do."""
HEBEI, TIANJIN = "cfd-hall", "tj-hall"
CLERKS = {HEBEI: CLERK, TIANJIN: two_halls.TIANJIN_CLERK}
WORDS = "依据核查情况，船东李某某的说法属实。"
"""What people say of somebody: it may stand nowhere in clear."""
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


Act = Callable[["History", Place, st.DataObject], Call]


class History:
    """Applications that live side by side; `today` passes for all of them, and each act has a minute of its own."""

    def __init__(self, house: House, start: date) -> None:
        self.house = house
        self.kept: list[Kept] = []
        self.drafts: list[Drafted] = []
        self.certified: set[tuple[date, Certified]] = set()
        """Who was certified what on which day: asked again that day he gets the same."""
        self.ended: set[str] = set()
        """The certificates that their authority cancelled."""
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

    def call(self, act: Act, place: Place, data: st.DataObject) -> Call:
        self.minute += 1
        return act(self, place, data)

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


def _certified_for_others(application: Application, history: History, number: int) -> list[Place]:
    """The certificates that other cases of the application went by."""
    awaited = {index for case in application.cases if not case.barren for index in case.awaits}
    return [
        Place(number, index, certificate)
        for index in sorted(awaited)
        if (certificate := application.case(index).certificate)
        and certificate not in history.ended
        and not application.case(index).revoked
    ]


def _documents(choose: Callable[[IssuedDocument], bool]) -> Where:
    return lambda application, history, number: [
        Place(number, what=one) for one in application.documents if choose(one)
    ]


def _to_sign_for(one: IssuedDocument) -> bool:
    return one.kind.signed_for and one.delivered_at is None


def _entered(case: Case) -> bool:
    """Whether an entry in the credit record stands for a case."""
    return _made(case) is not None and bool(_made(case).credit_entry) and _made(case).repaired_at is None


def _repairs(*, asked: bool) -> Where:
    """Where an entry stands whose repair is asked for and not answered yet, or where it is not."""

    def open_in(history: History, number: int, case: int) -> bool:
        events = [one.event for one in history.kept[number].log]
        of_repair = [e for e in events if isinstance(e, CreditRepairAsked | CreditRepairDenied) and e.case == case]
        return bool(of_repair) and isinstance(of_repair[-1], CreditRepairAsked)

    return lambda application, history, number: [
        Place(number, case.index)
        for case in application.cases
        if _entered(case) and open_in(history, number, case.index) is asked
    ]


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
    "ask_repair": _repairs(asked=False),
    "deny_repair": _repairs(asked=True),
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
    "repair_credit": _cases(lambda a, case, h: _entered(case)),
    "sign_for": _documents(_to_sign_for),
    "end_certificate": _certified_for_others,
    "stand_by": lambda application, history, number: [
        Place(number, case.index, doubt.certificate) for case in application.cases for doubt in case.doubts
    ],
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
