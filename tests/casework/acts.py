"""Each act of a random history through the shell: who does it, and what he says."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.casework import two_halls
from tests.casework.histories import CLERKS, WORDS, Act, Call, History, changeable
from tests.casework.two_halls import MARITIME
from tests.domain.histories import Place
from tongban.casework import actions, form, supplies
from tongban.casework.actions import File, Wrong, intake
from tongban.casework.documents import delivering, issuing, reading
from tongban.casework.prereview import actions as prereview
from tongban.certificates import ending
from tongban.domain import review
from tongban.domain.application import UNDER_REVIEW, CaseState
from tongban.domain.catalogue import DataElement, ElementKind
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
from tongban.keys import actions as keys
from tongban.people.actor import SYSTEM, Actor
from tongban.project.walk import COUNTERPARTY_AGENT, one_page_pdf

PAPER = one_page_pdf("evidence")
Who = Callable[[History, Place], Actor]


def a_file() -> File:
    return File("材料.pdf", io.BytesIO(PAPER), len(PAPER))


def otherwise(element: DataElement, minute: int) -> str:
    """Return a well-formed value that nobody filled in before."""
    if element.kind is ElementKind.TEXT:
        return f"{element.example}{minute}"
    return str(int(float(element.example or 1)) + minute)


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
    waiting = [
        number
        for case in kept.current.cases
        if case.state is CaseState.CORRECTING
        for number in kept.current.open_demands(case.index)
        if kept.current.demand(number).kind in _ANSWERED
    ]
    numbers = data.draw(st.lists(st.sampled_from(waiting), min_size=1, unique=True)) if waiting else []
    demands = {number: kept.current.demand(number) for number in numbers}
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
    incomplete = application.notice_of(place.case) is not None and h.case(place).state is not CaseState.CORRECTING
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


def _end_certificate(h: History, place: Place, data: st.DataObject) -> Call:
    """Its holder asked for it: nobody need be heard."""
    asked = {"certificate": place.what or "1.2.156.3005.2.none", "ground": "holder_asked", "reason": WORDS}
    return Call(ending.decide, _desk(h, place), lambda: asked)


def _stand_by(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(
        h, place, actions.stand_by, _desk(h, place), case=place.case, certificate=place.what or "", finding=WORDS
    )


def _supply(h: History, place: Place, data: st.DataObject) -> Call:
    return _about(h, place, actions.supply, h.applicant, uploads={place.what or "M_NAMES": h.digest()})


def _take_back(h: History, place: Place, data: st.DataObject) -> Call:
    made = h.case(place).proceedings.commitment
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
    made = h.case(place).proceedings.commitment
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
    "ask_repair": _of_case(actions.ask_repair, _applicant, ground="CORRECTED", reason=WORDS),
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
    "deny_repair": _of_case(actions.deny_repair, _desk, reason=WORDS),
    "end_procedure": _end,
    "end_certificate": _end_certificate,
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
    "stand_by": _stand_by,
    "supply": _supply,
    "supply_in_place": _supply_in_place,
    "take_back": _take_back,
    "tell_interested": _of_case(actions.tell_interested, _desk, party=WORDS),
    "urge": _of_case(actions.urge, _applicant),
    "verify": _verify,
    "withdraw": _withdraw,
    "withdraw_pre_review": _withdraw_pre_review,
}
