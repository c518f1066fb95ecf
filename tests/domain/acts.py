"""Each act of a random history on the kernel, with what its actor says."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.domain.applications import CALENDAR
from tests.domain.histories import HOLDER, Act, History, Place, asks, lacking, targets
from tongban.domain import changes, intake, procedures, promises, review, spot_checks, watch
from tongban.domain.application import UNDER_REVIEW, CaseState
from tongban.domain.catalogue import Regime, SubjectRole
from tongban.domain.events import (
    CommitmentKind,
    Demand,
    DemandKind,
    Event,
    FollowUp,
    Means,
    Outcome,
    Procedure,
    RefusalGround,
    Side,
    SupplyCause,
    Verdict,
)
from tongban.domain.materials import Basis, Supply, SupplySource
from tongban.domain.sealed import Sealed

WORDS = Sealed(HOLDER, "words")


def upload(material: str) -> Supply:
    return Supply(material, SubjectRole.HOLDER, SupplySource.UPLOAD, "another", Basis.GIVEN)


def _accept(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return intake.accept(
        kept.current, by="clerk", rules=kept.rules, calendar=CALENDAR, today=h.today, at=h.now, lacking=lacking(kept)
    )


def _confirm(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    role = place.what
    return intake.confirm(
        h.kept[place.application].current,
        place.case,
        role=role,
        party=f"party:{role}",
        by="partner",
        signature="s",
        key="k",
        calendar=CALENDAR,
        at=h.now,
    )


def _ask_to_wait(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    return intake.ask_to_wait(application, wait=not application.together, by="applicant", calendar=CALENDAR, at=h.now)


def _ask_correction(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    known = targets(kept)
    possible = [
        Demand(case.index, kind, target, WORDS)
        for case in kept.current.cases
        if case.state is CaseState.SUBMITTED
        for kind, target in (
            *((DemandKind.MATERIAL, material) for material in sorted(known[case.index].materials)),
            (DemandKind.ELEMENT, f"detail {case.index}"),
            (DemandKind.CONDITION, "1"),
            *((DemandKind.CONFIRMATION, place.role.value) for place in case.confirmations if place.at is None),
        )
    ]
    chosen = data.draw(st.lists(st.sampled_from(possible), min_size=1, max_size=4, unique=True))
    return intake.ask_correction(
        kept.current,
        chosen,
        targets=known,
        lacking=lacking(kept),
        by="clerk",
        rules=kept.rules,
        calendar=CALENDAR,
        at=h.now,
    )


def _answer(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    waiting = [
        number
        for case in kept.current.cases
        if case.state is CaseState.CORRECTING
        for number in kept.current.open_demands(case.index)
    ]
    numbers = data.draw(st.lists(st.sampled_from(waiting), min_size=1, unique=True)) if waiting else []
    demands = [kept.current.demand(number) for number in numbers]
    supplies = {demand.target: upload(demand.target) for demand in demands if demand.kind is DemandKind.MATERIAL}
    elements = sorted({demand.target for demand in demands if demand.kind is DemandKind.ELEMENT})
    changed: tuple[Event, ...] = ()
    if elements:
        changed = changes.change(
            kept.current,
            elements,
            form=Sealed(HOLDER, "new form"),
            participants=kept.current.participants,
            asks=asks(kept.current),
            contents={case.index: case.content for case in kept.current.cases},
            cause=SupplyCause.CORRECTION,
            rules=kept.rules,
            calendar=CALENDAR,
            by="applicant",
            at=h.now,
        )
    return intake.answer(
        kept.current,
        supplies=tuple(supplies.values()),
        changes=changed,
        explanations={n: WORDS for n in numbers if kept.current.demand(n).kind is DemandKind.CONDITION},
        by="applicant",
        calendar=CALENDAR,
        at=h.now,
    )


def _on_the_spot(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    material = data.draw(st.sampled_from(sorted(targets(kept)[place.case].materials) or ["none"]))
    touched = [
        i for i, known in targets(kept).items() if material in known.materials and not kept.current.case(i).ended
    ]
    return intake.correct_on_the_spot(
        kept.current,
        supplies=(upload(material),),
        cases=touched or [place.case],
        by="clerk",
        calendar=CALENDAR,
        at=h.now,
    )


def _refuse(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    ground = data.draw(st.sampled_from(RefusalGround))
    return intake.refuse(
        h.kept[place.application].current,
        place.case,
        ground=ground,
        reason=WORDS,
        right_body="天津海事局",
        by="clerk",
        calendar=CALENDAR,
        at=h.now,
    )


def _withdraw(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return intake.withdraw(
        h.kept[place.application].current, [place.case], reason=None, by="applicant", calendar=CALENDAR, at=h.now
    )


def _urge(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return intake.urge(kept.current, place.case, rules=kept.rules, by="applicant", at=h.now)


def _defer(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    served = [
        i for i, known in targets(kept).items() if place.what in known.materials and not kept.current.case(i).ended
    ]
    return promises.defer(
        kept.current,
        material=place.what,
        name=place.what,
        about=SubjectRole.HOLDER,
        cases=served,
        deferrable=True,
        by="applicant",
        signature="s",
        key="k",
        at=h.now,
    )


def _meet(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    return promises.meet(application, [upload(place.what)], by="applicant", calendar=CALENDAR, today=h.today, at=h.now)


def _commit(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    case = kept.current.case(place.case)
    licence = case.regime is Regime.COMMITMENT
    materials = sorted(targets(kept)[place.case].materials)
    return promises.commit(
        kept.current,
        place.case,
        kind=CommitmentKind.LICENCE if licence else CommitmentKind.PROOF,
        materials=[] if licence else materials[:1],
        committable=materials,
        rules=kept.rules,
        barred=", ".join(h.credit),
        by="applicant",
        signature="s",
        key="k",
        at=h.now,
    )


def _take_back(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    commitment = application.case(place.case).proceedings.commitment
    assert commitment is not None
    supplies = [upload(material) for material in commitment.materials]
    return promises.take_back(application, place.case, supplies=supplies, by="applicant", at=h.now)


def _opinion(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    verdict = data.draw(st.sampled_from([Verdict.AGREE, Verdict.AGREE, Verdict.OBJECT]))
    return review.give_opinion(
        h.kept[place.application].current,
        place.case,
        desk=place.what,
        verdict=verdict,
        reason=WORDS,
        by=data.draw(st.sampled_from(["first", "second"])),
        at=h.now,
    )


def _send_back(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    case = h.kept[place.application].current.case(place.case)
    given = [opinion.desk for opinion in case.opinions if opinion.verdict]
    concluded = case.state is CaseState.CONCLUDED
    desks = data.draw(st.lists(st.sampled_from(given), min_size=0 if concluded else 1, unique=True)) if given else []
    return review.send_back(
        h.kept[place.application].current,
        place.case,
        desk=case.deciding_desk,
        desks=desks,
        reason=WORDS,
        by="second",
        at=h.now,
    )


def _conclude(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    case = application.case(place.case)
    hopeless = any(application.case(i).barren for i in case.awaits) or bool(application.deferred(case))
    outcome = Outcome.DENIED if hopeless else data.draw(st.sampled_from([*[Outcome.APPROVED] * 4, Outcome.DENIED]))
    fixes = outcome is Outcome.APPROVED and data.draw(st.integers(0, 4)) == 0
    contents = {
        other.index: f"{other.matter} with what {place.case} fixed"
        if fixes and (other.index == place.case or place.case in other.awaits)
        else other.content
        for other in application.cases
    }
    return review.conclude(
        application,
        place.case,
        desk=case.deciding_desk,
        outcome=outcome,
        contents=contents,
        reason=WORDS,
        by="clerk" if data.draw(st.integers(0, 9)) == 0 else "second",
        signature="s",
        key="k",
        at=h.now,
    )


def _change(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    element = data.draw(st.sampled_from(["name", *(f"detail {c.index}" for c in application.cases if not c.ended)]))
    reached = [index for index, known in asks(application).items() if element in known]
    contents = {
        case.index: f"{case.matter} changed at {h.minute}" if case.index in reached else case.content
        for case in application.cases
    }
    return changes.change(
        application,
        [element],
        form=Sealed(HOLDER, "changed form"),
        participants=application.participants,
        asks=asks(application),
        contents=contents,
        cause=SupplyCause.CHANGE,
        rules=h.kept[place.application].rules,
        calendar=CALENDAR,
        by="applicant",
        at=h.now,
    )


def _begin(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return procedures.begin(
        h.kept[place.application].current,
        place.case,
        kind=data.draw(st.sampled_from([kind for kind in Procedure if kind is not Procedure.HEARING])),
        expected_days=10,
        by="second",
        calendar=CALENDAR,
        at=h.now,
    )


def _end(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    lasting = [
        entry.kind
        for entry in application.case(place.case).ledger.procedures
        if entry.resumed_on is None and entry.kind is not Procedure.HEARING
    ]
    return procedures.end(
        application, place.case, kind=lasting[0], result=WORDS, by="second", calendar=CALENDAR, at=h.now
    )


def _extend(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return procedures.extend(
        h.kept[place.application].current,
        place.case,
        days=data.draw(st.integers(1, 10)),
        approver="局长",
        reason=WORDS,
        by="second",
        calendar=CALENDAR,
        at=h.now,
    )


def _check_site(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    chosen = [case.index for case in application.cases if case.state in UNDER_REVIEW]
    return procedures.check_site(
        application,
        data.draw(st.lists(st.sampled_from(chosen), min_size=1, unique=True)),
        officers=["first", "second"],
        passed=data.draw(st.booleans()),
        record=WORDS,
        by="first",
        at=h.now,
    )


def _tell(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return procedures.tell_interested(
        kept.current, place.case, party=WORDS, rules=kept.rules, calendar=CALENDAR, by="second", at=h.now
    )


def _state(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    application = h.kept[place.application].current
    told = application.case(place.case).proceedings.interested
    side = data.draw(st.sampled_from(Side)) if told else Side.APPLICANT
    return procedures.state(application, place.case, side=side, text=WORDS, by="somebody", at=h.now)


def _offer(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return procedures.offer_hearing(
        h.kept[place.application].current, place.case, calendar=CALENDAR, by="second", at=h.now
    )


def _request(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return procedures.request_hearing(
        h.kept[place.application].current,
        place.case,
        side=data.draw(st.sampled_from(Side)),
        calendar=CALENDAR,
        by="applicant",
        at=h.now,
    )


def _hold(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return procedures.hold_hearing(
        h.kept[place.application].current, place.case, record=WORDS, by="first", calendar=CALENDAR, at=h.now
    )


def _verify(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    keeps = data.draw(st.integers(0, 4)) == 0
    means = data.draw(st.sampled_from(Means))
    held = h.kept[place.application]
    return promises.verify(
        held.current,
        place.case,
        kept=keeps,
        means=means,
        shared=keeps if means is Means.SHARING else None,
        findings=WORDS,
        rules=held.rules,
        by="first",
        at=h.now,
    )


def _draw(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return promises.draw(
        h.kept[place.application].current, place.case, draw="draw/1", chosen=data.draw(st.integers(0, 3)) > 0, at=h.now
    )


def _order(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return promises.order(
        kept.current, place.case, reason=WORDS, rules=kept.rules, calendar=CALENDAR, by="first", at=h.now
    )


def _mend(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return promises.mend(h.kept[place.application].current, place.case, by="first", at=h.now)


def _notice(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return promises.notice_revocation(
        kept.current,
        place.case,
        reason=WORDS,
        hearing=data.draw(st.booleans()),
        rules=kept.rules,
        calendar=CALENDAR,
        by="first",
        at=h.now,
    )


def _revoke(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return promises.revoke(
        h.kept[place.application].current,
        place.case,
        reason=WORDS,
        article="行政许可法第六十九条",
        by="second",
        signature="s",
        key="k",
        at=h.now,
    )


def _credit(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return promises.enter_credit(
        kept.current,
        place.case,
        item=kept.rules.credit_items[0].code,
        entry="credit/1",
        party=HOLDER,
        rules=kept.rules,
        at=h.now,
    )


def _draw_spot(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return spot_checks.draw(kept.current, place.case, draw="draw/2", rules=kept.rules, calendar=CALENDAR, at=h.now)


def _check_spot(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    return spot_checks.record(
        h.kept[place.application].current,
        place.case,
        right=data.draw(st.booleans()),
        follow_up=data.draw(st.sampled_from(FollowUp)),
        finding=WORDS,
        by=data.draw(st.sampled_from(["first", "third"])),
        at=h.now,
    )


def _watch(h: History, place: Place, data: st.DataObject) -> tuple[Event, ...]:
    kept = h.kept[place.application]
    return watch.fall_due(
        kept.current, rules=kept.rules, calendar=CALENDAR, consents=kept.consents, today=h.today, at=h.now
    )


ACTS: dict[str, Act] = {
    "confirm": _confirm,
    "accept": _accept,
    "ask_to_wait": _ask_to_wait,
    "ask_correction": _ask_correction,
    "answer": _answer,
    "correct_on_the_spot": _on_the_spot,
    "refuse": _refuse,
    "withdraw": _withdraw,
    "urge": _urge,
    "defer": _defer,
    "meet": _meet,
    "commit": _commit,
    "take_back": _take_back,
    "give_opinion": _opinion,
    "send_back": _send_back,
    "conclude": _conclude,
    "change": _change,
    "begin_procedure": _begin,
    "end_procedure": _end,
    "extend": _extend,
    "check_site": _check_site,
    "tell_interested": _tell,
    "state": _state,
    "offer_hearing": _offer,
    "request_hearing": _request,
    "hold_hearing": _hold,
    "verify": _verify,
    "draw": _draw,
    "order": _order,
    "mend": _mend,
    "notice_revocation": _notice,
    "revoke": _revoke,
    "enter_credit": _credit,
    "draw_spot": _draw_spot,
    "check_spot": _check_spot,
    "watch": _watch,
}
