"""What may happen while a case is reviewed, beside opinions and the conclusion.

The deciding desk conducts the review: it begins and ends special procedures, has the limit extended, tells third
parties and offers the hearing. Any desk of a case may look at the place. The applicant states his case and asks for the
hearing himself; for a third party the desk takes it down. Every word is sealed under the application's holder. Where
nothing else is said, an action answers {"case", "promised_due_on", "statutory_due_on"}, and what the applicant does
{"to": node} besides where another node has the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongban.casework import form
from tongban.casework.actions.beats import (
    ask_elsewhere,
    catalogue_of,
    demand,
    open_application,
    rules_of,
    stakes,
    store,
)
from tongban.catalogue import calendars
from tongban.domain import procedures
from tongban.domain.application import Application, Case, fold
from tongban.domain.clock import day_of
from tongban.domain.departments import Department
from tongban.domain.documents import delivery
from tongban.domain.events import AskedAct, DeliveryMeans, Event, Procedure, Side
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.journal.actions import Answer, LockedStream, Operation, action
from tongban.people import queries as people
from tongban.people.actor import Actor
from tongban.people.permissions import may, may_handle


class WordsMissing(Refused):
    """An act that is nothing without its words: a record, a statement, the name of a third party."""

    code = "words_missing"


class NotAnOfficer(Refused):
    """Somebody named as having looked at a place who does not review there, or has a stake in it."""

    code = "not_an_officer"


# --- time -------------------------------------------------------------------------------------------------------------


@action
def begin_procedure(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    kind: Procedure,
    expected_days: int,
    now: datetime,
) -> Answer:
    """Begin a special procedure; both limits stop.

    Raises NotNow, AlreadyGiven, TimeNotTold, NotAllowed.
    """
    stream, before, _ = _conducted(application, case, actor, operation)
    events = procedures.begin(
        before, case, kind=kind, expected_days=expected_days, by=actor.id, calendar=calendars.load(), at=now
    )
    return _stored(stream, before, events, case, now)


@action
def end_procedure(
    *, operation: Operation, actor: Actor, application: str, case: int, kind: Procedure, result: str, now: datetime
) -> Answer:
    """End a special procedure; the limits run again. Raises NotNow, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    sealed = form.seal_text(result, holder=before.holder)
    events = procedures.end(before, case, kind=kind, result=sealed, by=actor.id, calendar=calendars.load(), at=now)
    return _stored(stream, before, events, case, now)


@action
def extend_limit(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    days: int,
    approver: str,
    reason: str,
    now: datetime,
) -> Answer:
    """Take down that the head approved an extension.

    Raises ExtensionRefused, ReasonMissing, NotNow, NotAllowed.
    """
    stream, before, subject = _conducted(application, case, actor, operation)
    events = procedures.extend(
        before,
        case,
        days=days,
        approver=approver,
        reason=form.seal_text(reason, holder=before.holder),
        departments=_departments(before, subject),
        by=actor.id,
        calendar=calendars.load(),
        at=now,
    )
    return _stored(stream, before, events, case, now)


def _departments(application: Application, case: Case) -> list[Department]:
    """Return the body and those that handle the matter with it; one that nobody knows belongs to no government."""
    codes = {case.body, *catalogue_of(application).implementations[case.matter].partners}
    known = people.departments(usccs=codes) if len(codes) > 1 else {}
    return [Department(code, known[code].government if code in known else "") for code in sorted(codes)]


# --- looking ----------------------------------------------------------------------------------------------------------


@action
def check_site(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    cases: Sequence[int],
    officers: Sequence[str],
    passed: bool,
    record: str,
    now: datetime,
) -> Answer:
    """Record a look at the place, for one case or several at once; `officers` are accounts. Answers {"cases"}.

    Raises TooFewOfficers, NotAnOfficer, WordsMissing, NotNow, NotAllowed.
    """
    stream, before = open_application(application, operation)
    chosen = sorted(set(cases))
    for index in chosen:
        subject = before.case(index)
        demand(stream, before, actor, "look", department=subject.body, desks=desks_of(subject))
    _demand_officers(before, chosen, officers, now)
    events = procedures.check_site(
        before,
        chosen,
        officers=officers,
        passed=passed,
        record=_words(record, before, "未记录：没有写明核查情况。请填写后再提交。", "record"),
        by=actor.id,
        at=now,
    )
    answer: Answer = {"cases": chosen}
    store(stream, before, events, now=now, answer=answer)
    return answer


def desks_of(case: Case) -> set[str]:
    """Return the desks that have a word in a case."""
    return {case.deciding_desk, *(opinion.desk for opinion in case.opinions)}


def _demand_officers(application: Application, cases: Sequence[int], officers: Sequence[str], now: datetime) -> None:
    bodies = {application.case(index).body for index in cases}
    if not bodies:
        return  # the kernel says that no case was chosen
    known = {one.account: one for one in people.officers_of(departments=bodies, today=day_of(now))}
    for officer in officers:
        found = known.get(officer)
        if found is None:
            raise NotAnOfficer("未记录：所填核查人员不是办理部门的审查人员。请从名单中选择。", field="officers")
        if not may_handle(Actor(found.account, found.name, found.person), **stakes(application)):
            raise NotAnOfficer(
                f"未记录：{found.name}与这份申请有利害关系，应当回避。请另选核查人员。", field="officers"
            )


# --- listening --------------------------------------------------------------------------------------------------------


@action
def tell_interested(
    *, operation: Operation, actor: Actor, application: str, case: int, party: str, now: datetime
) -> Answer:
    """Take down that a third party was told (利害关系人). Raises WordsMissing, NotNow, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    events = procedures.tell_interested(
        before,
        case,
        party=_words(party, before, "未记录：没有写明利害关系人。请填写名称。", "party"),
        rules=rules_of(before),
        calendar=calendars.load(),
        by=actor.id,
        at=now,
    )
    return _stored(stream, before, events, case, now)


@action
def deliver_letter(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    letter: str,
    means: DeliveryMeans,
    now: datetime,
) -> Answer:
    """Take down how the letter to a third party reached it. Raises NotToSignFor, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    events = delivery.deliver_letter(before, case, letter, means=means, by=actor.id, at=now)
    return _stored(stream, before, events, case, now)


@action
def make_statement(
    *, operation: Operation, actor: Actor, application: str, case: int, text: str, now: datetime
) -> Answer:
    """The applicant states his case (陈述申辩). Raises WordsMissing, NotNow, NotAllowed."""
    stream, before = _own(application, case, actor, operation)
    events = _stated(before, case, Side.APPLICANT, text, actor, now)
    asked = _asked(stream, before, AskedAct.STATE, case, {"text": text}, now)
    return asked or _stored(stream, before, events, case, now)


@action
def record_statement(
    *, operation: Operation, actor: Actor, application: str, case: int, text: str, now: datetime
) -> Answer:
    """Take down what a third party stated. Raises WordsMissing, NotNow, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    return _stored(stream, before, _stated(before, case, Side.INTERESTED, text, actor, now), case, now)


def _stated(before: Application, case: int, side: Side, text: str, actor: Actor, now: datetime) -> tuple[Event, ...]:
    said = _words(text, before, "未记录：没有写明陈述的内容。请填写后再提交。", "text")
    return procedures.state(before, case, side=side, text=said, by=actor.id, at=now)


@action
def offer_hearing(*, operation: Operation, actor: Actor, application: str, case: int, now: datetime) -> Answer:
    """Tell of the right to a hearing (听证告知). Raises NotNow, AlreadyGiven, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    events = procedures.offer_hearing(before, case, calendar=calendars.load(), by=actor.id, at=now)
    return _stored(stream, before, events, case, now)


@action
def request_hearing(
    *,
    operation: Operation,
    actor: Actor,
    application: str,
    case: int,
    now: datetime,
    arrived: datetime | None = None,
) -> Answer:
    """The applicant asks for the hearing; no limit runs until it is held.

    Raises NotNow, AlreadyGiven, NotAllowed.
    """
    stream, before = _own(application, case, actor, operation)
    events = procedures.request_hearing(
        before,
        case,
        side=Side.APPLICANT,
        calendar=calendars.load(),
        by=actor.id,
        at=now,
        arrived_on=day_of(arrived) if arrived else None,
    )
    asked = _asked(stream, before, AskedAct.REQUEST_HEARING, case, {}, now)
    return asked or _stored(stream, before, events, case, now)


@action
def record_hearing_request(*, operation: Operation, actor: Actor, application: str, case: int, now: datetime) -> Answer:
    """Take down that a third party asks for the hearing. Raises NotNow, AlreadyGiven, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    events = procedures.request_hearing(
        before, case, side=Side.INTERESTED, calendar=calendars.load(), by=actor.id, at=now
    )
    return _stored(stream, before, events, case, now)


@action
def hold_hearing(
    *, operation: Operation, actor: Actor, application: str, case: int, record: str, now: datetime
) -> Answer:
    """Record the hearing (听证笔录); the limits run again. Raises WordsMissing, NotNow, AlreadyGiven, NotAllowed."""
    stream, before, _ = _conducted(application, case, actor, operation)
    events = procedures.hold_hearing(
        before,
        case,
        record=_words(record, before, "未记录听证：没有写明听证笔录。请填写后再提交。", "record"),
        by=actor.id,
        calendar=calendars.load(),
        at=now,
    )
    return _stored(stream, before, events, case, now)


# --- what they share --------------------------------------------------------------------------------------------------


def _conducted(
    application: str, case: int, actor: Actor, operation: Operation
) -> tuple[LockedStream, Application, Case]:
    """Open a case for its deciding desk."""
    stream, before = open_application(application, operation)
    subject = before.case(case)
    demand(stream, before, actor, "conduct", department=subject.body, desk=subject.deciding_desk)
    return stream, before, subject


def _own(application: str, case: int, actor: Actor, operation: Operation) -> tuple[LockedStream, Application]:
    """Open a case for its applicant."""
    stream, before = open_application(application, operation)
    may(actor, "act_for", party=before.holder, matters=[before.case(case).matter])
    return stream, before


def _words(text: str, application: Application, sentence: str, field: str) -> Sealed:
    sealed = form.seal_text(text, holder=application.holder)
    if sealed is None:
        raise WordsMissing(sentence, field=field)
    return sealed


def _asked(
    stream: LockedStream, before: Application, act: AskedAct, case: int, said: dict[str, Any], now: datetime
) -> Answer | None:
    """Let the node that has the case do what the applicant asks for; None where it is here."""
    return ask_elsewhere(stream, before, act, [case], said=said, answer=_due(before.case(case)), now=now)


def _stored(stream: LockedStream, before: Application, events: Sequence[Event], case: int, now: datetime) -> Answer:
    after = fold(events, onto=before)
    answer = _due(after.case(case))
    store(stream, before, events, after=after, now=now, answer=answer)
    return answer


def _due(case: Case) -> Answer:
    return {
        "case": case.index,
        "promised_due_on": case.promised_due_on.isoformat() if case.promised_due_on else None,
        "statutory_due_on": case.statutory_due_on.isoformat() if case.statutory_due_on else None,
    }
