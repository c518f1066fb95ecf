"""What is left when forty people and two workers act in the same instant, at midnight, when limits end?

Applicants, a co-applicant, clerks, reviewers and the supervisor act on ten applications, most of them on what others
act on, too; some press twice, some have no say. Meanwhile two workers issue documents and wake what falls due. What was
answered stands in the journal once, what was refused not at all; every document has one number, and no number is left
out; rows equal replay. Who wins is chance.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pytest

from bench import journey
from tests.casework import seventeen
from tests.casework.before_acceptance import MISSING, act, file, lacking
from tests.casework.conftest import DAY, read
from tests.casework.test_promises import BODY, OWNERSHIP, stored
from tests.own_database import OwnDatabase
from tests.soundness import demand_sound
from tongban.casework import actions, assignments, drafts, storage
from tongban.casework.actions import watch
from tongban.casework.assignments import Line
from tongban.casework.documents import delivering
from tongban.casework.models import Application, Assignment, Document, DocumentCounter, Draft
from tongban.catalogue import queries as catalogue
from tongban.domain import events as kernel
from tongban.domain.application import CaseState
from tongban.domain.documents.kinds import DocumentKind
from tongban.domain.events import Means, Outcome, Procedure, RefusalGround, SupervisionRule, Verdict
from tongban.domain.refused import Refused
from tongban.journal import outbox
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people.actor import Actor
from tongban.people.models import Duty
from tongban.people.roles import Role
from tongban.project import walk
from tongban.project.walk import COUNTERPARTY_AGENT, HOLDER, at, who

EARLY, LAST, NEXT = date(2026, 2, 24), date(2026, 3, 9), date(2026, 3, 10)
"""On 3 March answers to what was handed in on the first are due, on 9 March those to what was on the 2nd."""
EVENING, MIDNIGHT = at(LAST, 23, 59), at(NEXT, 0)
PEOPLE, WORKERS = 40, 2


@dataclass(frozen=True)
class Hall:
    """The applications, each at another place of its way."""

    overdue: str
    silent: tuple[str, str]
    unconfirmed: str
    lacks: str
    asked: str
    deferred: str
    open: str
    concluding: str
    decided: str

    @property
    def all(self) -> list[str]:
        return list(Application.objects.order_by("id").values_list("id", flat=True))


@pytest.fixture
def hall(maritime_database: OwnDatabase) -> Iterator[Hall]:
    house = seventeen.seated()

    def on(day: date) -> walk.Walk:
        return walk.Walk(house.catalogue, house.bundle, day, f"on {day}", lambda sentence: None)

    filled = iter(journey.drafts(house, 10))

    def hand_in(day: date, *, lacks: str = "", promises: bool = False, confirmed: bool = True) -> str:
        draft = Draft.objects.get(pk=next(filled))
        if lacks:
            drafts.remove_upload(draft, lacks, now=at(DAY, 9, 20))
        if promises:
            for material in ("M_PHOTO", "M_GA"):
                drafts.defer(draft, material, now=at(DAY, 9, 15))
            drafts.commit(draft, "M_NOMORT", now=at(DAY, 9, 15))
        agent = who("linxiao", acting_for=HOLDER, today=day)
        actions.submit(operation=draft.id, actor=agent, draft=draft.id, now=at(day, 9, 30), incomplete=bool(lacks))
        if confirmed:
            on(day).confirm(draft.id)
        return draft.id

    overdue = hand_in(EARLY)
    watch.fall_due(now=at(date(2026, 3, 4), 1))
    found = Hall(
        overdue=overdue,
        silent=(hand_in(DAY), hand_in(DAY)),
        unconfirmed=hand_in(DAY, confirmed=False),
        lacks=hand_in(DAY, lacks=MISSING),
        asked=hand_in(DAY, lacks=MISSING),
        deferred=hand_in(DAY, promises=True),
        open=hand_in(LAST),
        concluding=hand_in(LAST),
        decided=hand_in(DAY, promises=True),
    )
    act("ask_correction", found.asked, demands=lacking(found.asked))
    for application in (found.deferred, found.decided):
        on(DAY).accept(application)
        supply(application, "M_PHOTO")
    for application in (found.open, found.concluding):
        on(LAST).accept(application)
    on(LAST).opinions(found.concluding)
    supply(found.decided, "M_GA")
    on(DAY).opinions(found.decided)
    for case in (1, OWNERSHIP):
        on(DAY).conclude_one(found.decided, case, day=DAY)
    keys.checkpoint(now=at(DAY, 15, 30))
    actions.hold_draw(operation="draw", actor=who("hanlei", today=DAY), region="130209", body=BODY, now=at(DAY, 15, 40))
    while outbox.run(clock=lambda: at(LAST, 20)):
        pass
    yield found
    catalogue.forget()


def supply(application: str, material: str) -> None:
    agent = who("linxiao", acting_for=HOLDER, today=DAY)
    actions.supply(
        operation=f"{material}/{application}",
        actor=agent,
        application=application,
        uploads={material: stored(material)},
        now=at(DAY, 10, 30),
    )


# --- who does what ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """What somebody tries, and the event it leaves for each of the `things` in its answer; empty: for the one.

    `application` empty: for several. Marks on worklists leave no event.
    """

    by: str
    operation: str
    application: str
    event: type[kernel.Event] | None
    things: str
    run: Callable[[], Any]


def deed(by: Actor, verb: Any, application: str, event: type[kernel.Event], *, things: str = "", **asked: Any) -> Deed:
    operation = f"{verb.__name__}/{application}/{asked.get('case', '')}"
    asked = {"operation": operation, "actor": by, "application": application, "now": EVENING} | asked
    return Deed(by.id, operation, application, event, things, lambda: verb(**asked))


def people(hall: Hall) -> list[list[Deed]]:
    """Return what each of forty people does, one thing after the other."""
    found = [*reviewers(hall), *desk_of_registration(hall), *clerks(hall), *applicants(hall)]
    supervisor = who("hanlei", today=LAST)
    overdue = next(case.index for case in read(hall.overdue).cases if case.proceedings.supervision)
    closing = deed(
        supervisor,
        actions.close_supervision,
        hall.overdue,
        kernel.SupervisionClosed,
        case=overdue,
        rule=SupervisionRule.ANSWER_OVERDUE,
        finding="人手不足，已增派人员。",
    )
    bank = who(COUNTERPARTY_AGENT, acting_for=confirmation_of(hall.unconfirmed)[1], today=LAST)
    confirming = deed(
        bank,
        actions.confirm,
        hall.unconfirmed,
        kernel.JointApplicantConfirmed,
        case=confirmation_of(hall.unconfirmed)[0],
    )
    stranger = who("maqiang", today=LAST)
    return [*found, [closing], [closing], [confirming], [withdrawal(stranger, hall.silent[0], 17)]]


def confirmation_of(application: str) -> tuple[int, str]:
    return next((case.index, one.party) for case in read(application).cases for one in case.confirmations)


def withdrawal(by: Actor, application: str, case: int) -> Deed:
    return deed(by, actions.withdraw, application, kernel.CaseWithdrawn, things="cases", cases=(case,), reason="")


def reviewers(hall: Hall) -> Iterator[list[Deed]]:
    """Seventeen who conclude one case each, and ten at other desks who conclude all of theirs and give opinions."""
    cases = read(hall.concluding).cases
    for case in cases:
        yield [conclusion(seventeen.reviewer_of(case.index), hall, case.index, case.deciding_desk)]
    for username, desk in colleagues():
        reviewer = who(username, today=LAST)
        opinions = [
            deed(
                reviewer,
                actions.give_opinion,
                hall.open,
                kernel.OpinionGiven,
                case=case.index,
                desk=desk,
                verdict=Verdict.AGREE,
                reason="",
            )
            for case in read(hall.open).cases
            if desk in case.asked_opinions
        ]
        yield [
            *opinions,
            *(conclusion(reviewer, hall, case.index, desk) for case in cases if case.deciding_desk == desk),
        ]


def conclusion(by: Actor, hall: Hall, case: int, desk: str) -> Deed:
    return deed(
        by,
        actions.conclude,
        hall.concluding,
        kernel.DecisionSigned,
        case=case,
        desk=desk,
        outcome=Outcome.APPROVED,
        reason="",
        determined={},
    )


def colleagues() -> list[tuple[str, str]]:
    """Return the reviewers of the department but for its registrars and the seventeen."""
    duties = Duty.objects.filter(role=Role.REVIEWER, department__code="cfd-msa").exclude(desk__code=REGISTRATION)
    known = duties.exclude(account__username__startswith="seventeen")
    return list(known.order_by("account__username").values_list("account__username", "desk__code"))


REGISTRATION = "船舶登记岗"


def desk_of_registration(hall: Hall) -> Iterator[list[Deed]]:
    """Two registrars who conduct the same cases, and each finds something else about the commitment."""
    for place, username in enumerate(("zhaolei", "qianying")):
        registrar = who(username, today=LAST)
        officers = [who(one, today=LAST).id for one in ("zhaolei", "chenbin")]
        deeds = [
            deed(
                registrar,
                actions.begin_procedure,
                hall.open,
                kernel.ProcedureBegun,
                case=2,
                kind=Procedure.APPRAISAL,
                expected_days=5,
            ),
            deed(
                registrar,
                actions.extend_limit,
                hall.open,
                kernel.LimitExtended,
                case=3,
                days=5,
                approver="海事局局长",
                reason="案情复杂",
            ),
            deed(registrar, actions.offer_hearing, hall.open, kernel.HearingOffered, case=4),
            deed(registrar, actions.tell_interested, hall.open, kernel.InterestedTold, case=1, party="养殖户"),
            deed(
                registrar,
                actions.check_site,
                hall.open,
                kernel.SiteChecked,
                cases=[1, 3],
                officers=officers,
                passed=True,
                record="船舶在港，铭牌与申请一致",
            ),
            deed(
                registrar,
                actions.verify,
                hall.decided,
                kernel.CommitmentVerified,
                case=OWNERSHIP,
                kept=bool(place),
                means=Means.DOCUMENT,
                findings="登记簿载明",
            ),
            marking(registrar, assignments.take, hall, (1, 3)),
            marking(registrar, assignments.assign, hall, (2, 4), to=who(("qianying", "zhaolei")[place], today=LAST).id),
        ]
        yield deeds[::-1] if place else deeds


def marking(by: Actor, verb: Any, hall: Hall, cases: Sequence[int], **asked: Any) -> Deed:
    lines = [Line(hall.open, case, REGISTRATION) for case in cases]
    return Deed(by.id, verb.__name__, hall.open, None, "", lambda: verb(actor=by, lines=lines, now=EVENING, **asked))


def clerks(hall: Hall) -> Iterator[list[Deed]]:
    """Two who answer the same applications, all at once and one by one."""
    for place, username in enumerate(("liufang", "heping")):
        clerk = who(username, today=LAST)
        deeds = [
            accepting(clerk, hall),
            deed(
                clerk,
                actions.refuse,
                hall.silent[1],
                kernel.AcceptanceRefused,
                case=6,
                ground=RefusalGround.NOT_NEEDED,
                reason="不需要取得许可",
                right_body="",
            ),
            deed(
                clerk,
                actions.ask_correction,
                hall.lacks,
                kernel.CorrectionAsked,
                demands=lacking(hall.lacks),
            ),
            deed(clerk, mend_with_a_file, hall.asked, kernel.MaterialsSupplied, values={}),
        ]
        yield deeds[::-1] if place else deeds


def accepting(by: Actor, hall: Hall) -> Deed:
    """Accept several applications at once."""

    def run() -> Any:
        accepted = actions.accept_each(
            operation="bulk",
            actor=by,
            applications=[*hall.silent, hall.unconfirmed, hall.overdue],
            now=EVENING,
        )
        return {"accepted": [case for one in accepted for case in range(one.cases)]}

    return Deed(by.id, "bulk", "", kernel.CaseAccepted, "accepted", run)


def answer_with_a_file(**asked: Any) -> Any:
    return actions.answer_correction(files={MISSING: file()}, **asked)


def mend_with_a_file(**asked: Any) -> Any:
    return actions.correct_on_the_spot(files={MISSING: file()}, **asked)


def applicants(hall: Hall) -> Iterator[list[Deed]]:
    """The agent and the owner, who press twice, and a colleague who may act in three matters only."""
    approvals = [one.number for one in read(hall.decided).documents if one.kind is DocumentKind.APPROVAL]
    file_of = stored("M_GA", LAST)
    for place, username in enumerate(("linxiao", "chenhaisheng", "zhoumin")):
        actor = who(username, acting_for=HOLDER, today=LAST)
        deeds = [
            withdrawal(actor, hall.silent[0], 3),
            deed(actor, actions.supply, hall.deferred, kernel.DeferralMet, uploads={"M_GA": file_of}),
            deed(actor, answer_with_a_file, hall.asked, kernel.MaterialsSupplied, values={}, explanations={}),
            deed(actor, delivering.sign_for, hall.decided, kernel.DocumentsDelivered, documents=tuple(approvals)),
            deed(actor, actions.make_statement, hall.open, kernel.StatementMade, case=1, text=f"{username} 说明"),
            deed(actor, actions.urge, hall.open, kernel.CaseUrged, case=3),
        ]
        for _ in range(1 if username == "zhoumin" else 2):
            yield deeds[::-1] if place else deeds


# --- what comes of it -------------------------------------------------------------------------------------------------


def test_forty_people_and_two_workers_at_midnight_lose_and_double_nothing(
    hall: Hall, maritime_database: OwnDatabase
) -> None:
    before = {application: len(entries(application)) for application in hall.all}
    everybody = people(hall)
    left: list[str] = []

    def act_in_turn(deeds: Sequence[Deed]) -> list[tuple[Deed, Any]]:
        told = [(one, tried(one)) for one in deeds]
        left.append(deeds[0].by)
        return told

    def work() -> list[tuple[Deed, Any]]:
        """Do what a worker does until everybody has left and nothing is to be done any more."""
        while True:
            over = len(left) == PEOPLE
            done = watch.fall_due(now=MIDNIGHT) + outbox.run(clock=lambda: MIDNIGHT)
            if over and not done:
                return []

    told = maritime_database.together(*(partial(act_in_turn, deeds) for deeds in everybody), *[work] * WORKERS)

    assert len(everybody) == PEOPLE
    assert [one for one in told if isinstance(one, Exception)] == []
    assert (outbox.waiting(), watch.fall_due(now=MIDNIGHT)) == (0, 0)
    pairs = [pair for one in told if isinstance(one, list) for pair in one]
    happened = {application: entries(application)[before[application] :] for application in hall.all}
    what_was_answered_happened(pairs, happened)
    what_happens_once_happened_once(hall)
    marks_are_as_told(pairs)
    documents_are_there_once(hall)
    demand_sound()


def entries(application: str) -> list[Recorded]:
    return journal.entries(storage.stream_of(application))


def tried(one: Deed) -> Any:
    try:
        return one.run()
    except Refused as refused:
        return refused


def what_was_answered_happened(told: list[tuple[Deed, Any]], happened: dict[str, list[Recorded]]) -> None:
    """For each thing that people were told was done there is one event, and none for what was refused."""
    answered: dict[tuple[str, str], tuple[Deed, Any]] = {}
    for one, answer in told:
        if one.event and not isinstance(answer, Refused):
            assert answered.setdefault((one.by, one.operation), (one, answer))[1] == answer
    expected: Counter[tuple[str, str]] = Counter()
    for one, answer in answered.values():
        assert one.event
        expected[one.application, one.event.__name__] += len(answer[one.things]) if one.things else 1
    tried_for = {(one.application, one.event) for one, _ in told if one.event}
    found = {
        (application, event.__name__): sum(
            isinstance(entry.event, event) and entry.actor != kernel.SYSTEM
            for one in ([application] if application else happened)
            for entry in happened[one]
        )
        for application, event in tried_for
    }
    assert {key: many for key, many in found.items() if many} == dict(expected)


ONCE = (
    kernel.ApplicationClosed,
    kernel.CaseAccepted,
    kernel.CaseDecided,
    kernel.CaseUrged,
    kernel.CaseWithdrawn,
    kernel.AcceptanceRefused,
    kernel.CertificateIssued,
    kernel.CommitmentVerified,
    kernel.CorrectionAsked,
    kernel.DecisionSigned,
    kernel.DeferralLapsed,
    kernel.DeferralMet,
    kernel.DocumentsDelivered,
    kernel.HearingOffered,
    kernel.JointApplicantConfirmed,
    kernel.LimitExtended,
    kernel.OpinionGiven,
    kernel.ProcedureBegun,
    kernel.SupervisionClosed,
    kernel.SupervisionOpened,
)
_WHAT = ("case", "desk", "material", "rule")


def what_happens_once_happened_once(hall: Hall) -> None:
    for application in hall.all:
        many = Counter(
            (type(entry.event).__name__, *(getattr(entry.event, name, "") for name in _WHAT))
            for entry in entries(application)
            if isinstance(entry.event, ONCE)
        )
        assert {what: times for what, times in many.items() if times > 1} == {}
    rivals = {
        (hall.silent[0], kernel.CaseWithdrawn): 1,
        (hall.unconfirmed, kernel.JointApplicantConfirmed): 1,
        (hall.overdue, kernel.SupervisionClosed): 1,
        (hall.open, kernel.ProcedureBegun): 1,
        (hall.open, kernel.LimitExtended): 1,
        (hall.open, kernel.HearingOffered): 1,
        (hall.concluding, kernel.DecisionSigned): 17,
        (hall.concluding, kernel.CertificateIssued): 17,
        (hall.concluding, kernel.ApplicationClosed): 1,
        (hall.decided, kernel.CommitmentVerified): 1,
        (hall.decided, kernel.DocumentsDelivered): 1,
        (hall.deferred, (kernel.DeferralMet, kernel.DeferralLapsed)): 2,
    }
    found = {
        (application, kinds): sum(isinstance(entry.event, kinds) for entry in entries(application))
        for application, kinds in rivals
    }
    assert found == rivals
    for application in hall.silent:
        assert {case.state for case in read(application).cases} <= {
            CaseState.ACCEPTED,
            CaseState.WITHDRAWN,
            CaseState.REFUSED,
        }


def marks_are_as_told(told: list[tuple[Deed, Any]]) -> None:
    """Each line is whose it was told to be: of two who take it one has it, and what is assigned twice is the last's."""
    marks = {(one.case, one.account) for one in Assignment.objects.all()}
    taken = [
        (line.case, one.by)
        for one, outcomes in told
        if one.operation == "take"
        for line, refused in outcomes.items()
        if not refused
    ]
    assert sorted(case for case, _ in taken) == [1, 3]
    assert set(taken) <= marks
    assert sorted(case for case, _ in marks) == [1, 2, 3, 4]


def documents_are_there_once(hall: Hall) -> None:
    """Numbers run from one without a gap, and what calls for a document is told by one."""
    serials: dict[tuple[str, str], list[int]] = {}
    for body, kind, number in Document.objects.values_list("body", "kind", "number"):
        serials.setdefault((body, kind), []).append(int(re.findall(r"〔2026〕(\d+)号", number)[0]))
    assert {key: sorted(found) for key, found in serials.items()} == {
        (one.body, one.kind): list(range(1, one.last + 1)) for one in DocumentCounter.objects.all()
    }
    for application in hall.all:
        told: dict[str, list[int]] = {}
        for kind, cases in Document.objects.filter(application_id=application).values_list("kind", "cases"):
            told.setdefault(kind, []).extend(json.loads(cases))
        for kind, event in TOLD.items():
            called = [entry.event.case for entry in entries(application) if isinstance(entry.event, event)]
            assert sorted(told.get(kind, [])) == sorted(called), (application, kind)


TOLD: dict[DocumentKind, type[Any]] = {
    DocumentKind.ACCEPTANCE: kernel.CaseAccepted,
    DocumentKind.APPROVAL: kernel.CaseDecided,
    DocumentKind.EXTENSION: kernel.LimitExtended,
    DocumentKind.HEARING: kernel.HearingOffered,
    DocumentKind.LAPSE: kernel.CaseLapsed,
    DocumentKind.PROCEDURE: kernel.ProcedureBegun,
    DocumentKind.REFUSAL: kernel.AcceptanceRefused,
    DocumentKind.STATEMENT: kernel.StatementMade,
}
