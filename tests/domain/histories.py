"""Random histories of applications on the kernel: who may do what, on whose days, and what must hold after each step.

A history is a handful of applications that live side by side while days pass. A step is one act of an applicant, a
clerk, a desk, an officer or the watcher, chosen among those that have something to do; now and then one that has
nothing to do is tried as well, and must be refused with a sentence. Every event goes through its bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.domain.applications import CALENDAR
from tests.domain.strategies import Spec, build
from tongban.casework import rules
from tongban.crypto import canonical
from tongban.domain import intake, promises, regimes, review, spot_checks, watch
from tongban.domain.application import UNACCEPTED, UNDER_REVIEW, Application, Case, CaseState, fold
from tongban.domain.catalogue import MatterType, Regime, SubjectRole
from tongban.domain.clock import BEIJING_TIME
from tongban.domain.events import (
    ApplicationSubmitted,
    CaseDecided,
    Event,
    Participant,
    Procedure,
    decode,
    encode,
)
from tongban.domain.intake import Targets
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.plan import Plan, derive
from tongban.domain.rules import RegionRules
from tongban.domain.sealed import Sealed

HOLDER = "org:holder"
REGIONS = ("110105", "120116", "130209")
DESKS = ("甲岗", "乙岗", "丙岗")
STARTS = (date(2026, 2, 9), date(2026, 4, 27), date(2026, 9, 21), date(2026, 12, 14))
"""Before Spring Festival, before Labour Day, before Mid-Autumn and the National Day, before the calendar ends."""

ARTICLE = "行政许可法第五十条"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act may happen: an application, and the case or the argument it is about."""

    application: int
    case: int = 0
    what: Any = None


@dataclass(slots=True)
class Kept:
    """An application with its log and what the shell would know of it beside."""

    current: Application
    log: list[Event]
    actors: list[str]
    plan: Plan
    rules: RegionRules
    consents: dict[int, str]
    given: frozenset[str]


Act = Callable[["History", Place, st.DataObject], tuple[Event, ...]]


class History:
    """Applications that live side by side; `today` passes for all of them."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.today = STARTS[0]
        self.minute = 0
        self.credit: set[str] = set()

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(9), BEIJING_TIME).astimezone(UTC) + timedelta(minutes=self.minute)

    # --- what there is to do ------------------------------------------------------------------------------------------

    def places(self, name: str) -> list[Place]:
        """Return where an act has something to do."""
        return [place for number, kept in enumerate(self.kept) for place in WHERE[name](kept.current, self, number)]

    def do(self, act: Act, place: Place, data: st.DataObject) -> tuple[Event, ...]:
        """Do it; what happened is written down and read back. Raises Refused."""
        self.minute += 1
        kept = self.kept[place.application]
        happened = act(self, place, data)
        after = fold(happened, onto=kept.current)
        decided = [event for event in happened if isinstance(event, CaseDecided)]
        happened += promises.after_decisions(after, decided, rules=kept.rules, calendar=CALENDAR, at=self.now)
        after = fold(happened, onto=kept.current)
        happened += review.close(after, at=self.now)
        self.keep(kept, happened)
        return happened

    def keep(self, kept: Kept, happened: Sequence[Event]) -> None:
        read = [through_bytes(event) for event in happened]
        assert read == list(happened)
        kept.current = fold(read, onto=kept.current)
        kept.log += read

    def hand_in(
        self, specs: Sequence[Spec], kinds: Sequence[tuple[Regime, MatterType]], region: str, missing: int
    ) -> Kept:
        """Hand in an application, some of whose materials may be missing."""
        event = submission(specs, kinds, region, number=len(self.kept) + 1, at=self.now, missing=missing)
        law = rules.of_region(region)
        application = fold([event])
        received = intake.receive(application, rules=law, calendar=CALENDAR, at=self.now)
        consents = {case.index: ARTICLE for case in application.cases if regimes.ROUTES[case.regime].consent_by_silence}
        kept = Kept(application, [event], [], event.plan, law, consents, frozenset())
        self.kept.append(kept)
        self.keep(kept, received)
        return kept


def through_bytes(event: Event) -> Event:
    kind, version, body = encode(event)
    return decode(kind, version, canonical.decode(canonical.encode(body)))


def submission(
    specs: Sequence[Spec],
    kinds: Sequence[tuple[Regime, MatterType]],
    region: str,
    *,
    number: int,
    at: datetime,
    missing: int = 0,
) -> ApplicationSubmitted:
    plan = derive(*build(specs), {})
    cases = tuple(
        replace(
            case,
            regime=regime,
            matter_type=matter_type,
            steps=tuple(1 + (n > 0) for n, _ in enumerate(case.opinion_desks)),
        )
        for case, (regime, matter_type) in zip(plan.cases, kinds, strict=True)
    )
    plan = replace(plan, cases=cases)
    return ApplicationSubmitted(
        application=f"application-{number}",
        number=f"{region}-20260302-{number:06d}X",
        region=region,
        hall="hall",
        holder=HOLDER,
        applicant="applicant",
        participants=tuple(Participant(role, f"party:{role}") for role in SubjectRole),
        plan=plan,
        supplies=tuple(
            Supply(ask.material, ask.about, SupplySource.UPLOAD, "digest", Basis.GIVEN) for ask in plan.asks[missing:]
        ),
        form=Sealed(HOLDER, "form"),
        contents=tuple(f"{case.matter} as applied for" for case in plan.cases),
        at=at,
    )


def lacking(kept: Kept) -> dict[int, tuple[str, ...]]:
    """By case, what nobody supplied, deferred or promised."""
    there = {supply.material for supply in kept.current.supplies}
    there |= {deferral.material for deferral in kept.current.deferrals if deferral.open}
    return {
        case.index: tuple(
            ask.material for ask in kept.plan.asks if case.matter in ask.matters and ask.material not in there
        )
        for case in kept.current.cases
    }


def targets(kept: Kept) -> dict[int, Targets]:
    return {
        case.index: Targets(
            materials=frozenset(ask.material for ask in kept.plan.asks if case.matter in ask.matters),
            elements=frozenset({"name", f"detail {case.index}"}),
            conditions=2,
        )
        for case in kept.current.cases
    }


def asks(application: Application) -> dict[int, frozenset[str]]:
    return {case.index: frozenset({"name", f"detail {case.index}"}) for case in application.cases}


# --- where there is something to do -----------------------------------------------------------------------------------


def cases(choose: Callable[[Application, Case, History], bool]) -> Callable[..., list[Place]]:
    return lambda application, history, number: [
        Place(number, case.index) for case in application.cases if choose(application, case, history)
    ]


def whole(choose: Callable[[Application, History], bool]) -> Callable[..., list[Place]]:
    return lambda application, history, number: [Place(number)] if choose(application, history) else []


def _to_confirm(application: Application, history: History, number: int) -> list[Place]:
    return [
        Place(number, case.index, confirmation.role)
        for case in application.cases
        if not case.ended
        for confirmation in case.confirmations
        if confirmation.at is None
    ]


def _to_opine(application: Application, history: History, number: int) -> list[Place]:
    return [
        Place(number, case.index, desk)
        for case in application.cases
        if case.state is CaseState.ACCEPTED and not case.on_the_spot
        for desk in case.asked_opinions
    ]


def _in_time(kept_on: date | None, history: History) -> bool:
    return kept_on is None or history.today <= kept_on


def _commitment(case: Case) -> Any:
    return case.proceedings.commitment


def _hearing_open(application: Application, case: Case, history: History) -> bool:
    hearing = case.proceedings.hearing
    return (
        hearing is not None
        and hearing.requested_by is None
        and history.today <= hearing.request_due_on
        and (
            not case.ended
            or (_commitment(case) is not None and _commitment(case).noticed_at is not None and not case.revoked)
        )
    )


def _may_conclude(application: Application, case: Case, history: History) -> bool:
    return case.state is CaseState.ACCEPTED and not case.paused and (case.on_the_spot or not case.missing_opinions)


def _deferrals(application: Application, history: History, number: int) -> list[Place]:
    return [
        Place(number, 0, deferral.material)
        for deferral in application.deferrals
        if deferral.open and _in_time(deferral.due_on, history)
    ]


def _deferrable(application: Application, history: History, number: int) -> list[Place]:
    kept = history.kept[number]
    missing = {material for materials in lacking(kept).values() for material in materials}
    return [
        Place(number, 0, material)
        for material in sorted(missing)
        if all(
            case.state in UNACCEPTED for case in application.cases if material in targets(kept)[case.index].materials
        )
    ]


def _revoking(application: Application, case: Case, history: History) -> bool:
    commitment = _commitment(case)
    return commitment is not None and commitment.broken and case.approved


WHERE: dict[str, Callable[..., list[Place]]] = {
    "confirm": _to_confirm,
    "accept": whole(lambda a, h: bool(intake.ready_to_accept(a))),
    "ask_to_wait": whole(lambda a, h: any(case.state in UNACCEPTED for case in a.cases)),
    "ask_correction": whole(lambda a, h: not a.notices and any(case.state is CaseState.SUBMITTED for case in a.cases)),
    "answer": whole(
        lambda a, h: (
            any(h.today <= notice.answer_due_on for notice in a.notices)
            and any(case.state is CaseState.CORRECTING for case in a.cases)
        )
    ),
    "correct_on_the_spot": cases(lambda a, case, h: case.state in UNACCEPTED),
    "refuse": cases(lambda a, case, h: case.state in UNACCEPTED),
    "withdraw": cases(lambda a, case, h: not case.ended),
    "urge": cases(lambda a, case, h: not case.ended and case.state is not CaseState.CORRECTING),
    "defer": _deferrable,
    "meet": _deferrals,
    "commit": cases(lambda a, case, h: case.state is CaseState.SUBMITTED and _commitment(case) is None),
    "take_back": cases(lambda a, case, h: case.state in UNDER_REVIEW | UNACCEPTED and _commitment(case) is not None),
    "give_opinion": _to_opine,
    "send_back": cases(
        lambda a, case, h: (
            case.state in UNDER_REVIEW
            and (case.state is CaseState.CONCLUDED or any(opinion.verdict for opinion in case.opinions))
        )
    ),
    "conclude": cases(_may_conclude),
    "change": whole(lambda a, h: any(not case.ended for case in a.cases)),
    "begin_procedure": cases(lambda a, case, h: case.state in UNDER_REVIEW),
    "end_procedure": cases(
        lambda a, case, h: (
            not case.ended
            and any(e.resumed_on is None and e.kind is not Procedure.HEARING for e in case.ledger.procedures)
        )
    ),
    "extend": cases(
        lambda a, case, h: (
            case.state in UNDER_REVIEW
            and case.ledger.extension is None
            and case.matter_type is MatterType.LICENCE
            and _in_time(case.statutory_due_on, h)
        )
    ),
    "check_site": cases(lambda a, case, h: case.state in UNDER_REVIEW),
    "tell_interested": cases(lambda a, case, h: case.state in UNDER_REVIEW),
    "state": cases(lambda a, case, h: case.state in UNDER_REVIEW or _revoking(a, case, h)),
    "offer_hearing": cases(lambda a, case, h: case.state in UNDER_REVIEW and case.proceedings.hearing is None),
    "request_hearing": cases(_hearing_open),
    "hold_hearing": cases(
        lambda a, case, h: case.proceedings.hearing is not None and case.proceedings.hearing.outstanding
    ),
    "verify": cases(
        lambda a, case, h: (
            _commitment(case) is not None
            and _commitment(case).kept is None
            and _commitment(case).chosen is not False
            and (case.approved or not case.ended)
        )
    ),
    "draw": cases(
        lambda a, case, h: _commitment(case) is not None and _commitment(case).to_verify and not _commitment(case).draw
    ),
    "order": cases(lambda a, case, h: _revoking(a, case, h) and _commitment(case).mend_by_on is None),
    "mend": cases(lambda a, case, h: _revoking(a, case, h) and _commitment(case).mend_by_on is not None),
    "notice_revocation": cases(
        lambda a, case, h: (
            _revoking(a, case, h)
            and _commitment(case).mend_by_on is not None
            and h.today > _commitment(case).mend_by_on
            and _commitment(case).noticed_at is None
        )
    ),
    "revoke": cases(
        lambda a, case, h: (
            _revoking(a, case, h)
            and _commitment(case).noticed_at is not None
            and (case.proceedings.hearing is None or not case.proceedings.hearing.outstanding)
            and h.today > _commitment(case).statement_due_on
        )
    ),
    "enter_credit": cases(
        lambda a, case, h: (
            _commitment(case) is not None
            and _commitment(case).kept is False
            and (case.revoked or case.denied)
            and not _commitment(case).credit_entry
        )
    ),
    "draw_spot": cases(
        lambda a, case, h: spot_checks.decided_at(case) is not None and case.proceedings.spot_check is None
    ),
    "check_spot": cases(lambda a, case, h: spot_checks.due(case) is not None),
    "watch": whole(lambda a, h: (day := watch.wakes_on(a)) is not None and day <= h.today),
}
