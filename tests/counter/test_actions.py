"""A clerk helps, the applicant signs: who may what, what is journalled, and where the application goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.counter import helped
from tests.counter.helped import BODY, HALL, MATTER, agent, begin, clerk, read
from tests.worlds import DAY
from tongban.casework import adapters, drafts, queries, storage
from tongban.casework.storage import stream_of
from tongban.catalogue import actions as catalogue
from tongban.catalogue import standing
from tongban.catalogue.queries import NotInCatalogue
from tongban.counter import actions
from tongban.counter.storage import STREAM
from tongban.domain.acts import ReasonMissing
from tongban.domain.assistance import (
    HELPING,
    WAITING,
    NoSuchAssistance,
    NotChecked,
    NotNowAssisted,
    NotTheApplicant,
    State,
)
from tongban.domain.events import ApplicationSubmitted, ApplicationTakenIn, CasesReceived, IntakeCheck
from tongban.domain.offers import HandlingMode, NotTakenInHere, ReceiptCounts
from tongban.journal import queries as journal
from tongban.journal.models import Read
from tongban.people.actor import SYSTEM
from tongban.people.permissions import NotAllowed
from tongban.project import travelling
from tongban.project.walk import who

pytestmark = pytest.mark.usefixtures("at_window")


def test_what_a_clerk_prepared_and_the_applicant_signed_goes_to_the_competent_hall(now):
    number = helped.taken_in(now)

    found = storage.read(queries.id_of(number))
    assert found is not None and found.intake is not None
    assert (found.hall, found.region, found.applicant) == ("bj-hall", "110000", agent().id)
    assert (found.intake.hall, found.intake.region, found.intake.by) == (HALL, "130209", clerk().id)
    assert (found.intake.mode, found.intake.receipt_counts) == (HandlingMode.PROXY, ReceiptCounts.AT_ARRIVAL)
    assert found.intake.agreement == "JJJ-2022-01" and found.intake.checked == tuple(IntakeCheck)
    assert found.cases[0].received_on == DAY and found.cases[0].taken_in_by == clerk().id
    assert number.startswith("130209-")


def test_every_step_is_journalled_with_clerk_and_applicant(now):
    number = helped.taken_in(now)

    application = storage.read(queries.id_of(number))
    assert application is not None and application.intake is not None
    steps = [
        (entry.event.__class__.__name__, entry.actor)
        for entry in journal.entries(STREAM + application.intake.assistance)
    ]
    assert steps == [
        ("AssistanceBegun", clerk().id),
        ("AssistanceAllowed", agent().id),
        ("IntakeChecked", clerk().id),
        ("AssistanceSigned", agent().id),
    ]
    entries = journal.entries(stream_of(application.id))
    events = [entry.event for entry in entries]
    assert [type(event) for event in events] == [ApplicationSubmitted, ApplicationTakenIn, CasesReceived]
    assert [entry.actor for entry in entries] == [agent().id, clerk().id, agent().id]


@pytest.mark.parametrize(
    ("changes", "refusal", "sentence"),
    [
        ({"by": clerk, "hall": "bj-hall"}, NotAllowed, "您不是这个大厅的窗口人员"),
        ({"bundle": "TB-142"}, NotTakenInHere, "没有有效的跨省通办清单或延伸服务"),
        ({"bundle": "TB-999"}, NotInCatalogue, "没有编号为"),
        ({"number": "120116199005123021"}, NotTheApplicant, "没有用这个证件登记的账户"),
        ({"organisation": "org:91130209MA0TB10143"}, NotTheApplicant, "没有代表这个单位的有效授权"),
    ],
)
def test_help_that_cannot_be_is_not_begun(now, changes: dict[str, Any], refusal, sentence):
    if by := changes.pop("by", None):
        changes["by"] = by()
    with pytest.raises(refusal, match=sentence):
        begin(now, **changes)


def test_when_the_offer_is_over_nothing_is_taken_in_not_even_what_is_prepared(now):
    id = helped.begun_and_allowed(now)
    helped.fill_in(id, now)
    helped.check(id, now)
    (offer,) = (one for one in standing.offers([MATTER], today=DAY) if one.province == "110000")
    over = catalogue.Holdings(offers=(replace(offer, until_on=DAY),))
    catalogue.publish(operation="over", actor=SYSTEM, holdings=over, now=now)

    with pytest.raises(NotTakenInHere):
        helped.sign(id, now)
    with pytest.raises(NotTakenInHere):
        begin(now)


def test_only_whose_document_the_clerk_saw_allows_it_and_for_that_party(now):
    id = begin(now)
    other = who("dengyue", acting_for=travelling.HOLDER, today=DAY)
    for actor, sentence in ((other, "证件与窗口登记的不一致"), (who("luoyi", today=DAY), "代表的一方")):
        with pytest.raises(NotTheApplicant, match=sentence):
            helped.allow(id, now, by=actor)
    with pytest.raises(NotTheApplicant, match="窗口人员不能代申请人"):
        helped.allow(id, now, by=clerk())
    with pytest.raises(NoSuchAssistance):
        helped.allow(id, now + WAITING)
    assert read(id).state(now) is State.WAITING


def test_the_clerk_fills_in_that_draft_and_no_other_while_it_stands(now):
    theirs = drafts.start_alone(actor=agent(), matter=MATTER, by=BODY, now=now)
    id = begin(now)
    assert adapters.helped(clerk(), theirs.id, now=now) is None
    helped.allow(id, now)
    draft = read(id).draft

    found = adapters.helped(clerk(), draft, now=now)
    assert found is not None and found.actor.party is not None
    assert (found.actor.id, found.actor.party.id) == (clerk().id, travelling.HOLDER)
    assert drafts.open_draft(draft, actor=found.actor).party == travelling.HOLDER
    assert Read.objects.filter(about=travelling.HOLDER, what=STREAM + id).count() == 1
    assert adapters.helped(clerk(), theirs.id, now=now) is None
    assert adapters.helped(clerk("heping"), draft, now=now) is None
    assert adapters.helped(clerk(), draft, now=now + HELPING) is None
    actions.end(operation="end", actor=agent(), assistance=id, now=now)
    assert adapters.helped(clerk(), draft, now=now) is None


def test_what_changed_after_the_check_is_checked_anew(now):
    id = helped.begun_and_allowed(now)
    with pytest.raises(NotChecked):
        helped.sign(id, now)
    helped.fill_in(id, now)
    helped.check(id, now)
    helped.fill_in(id, now)

    with pytest.raises(NotChecked, match="还没有核对现在的内容"):
        helped.sign(id, now)


def test_nobody_checks_who_has_not_seen_the_document(now):
    id = helped.begun_and_allowed(now)
    helped.fill_in(id, now)

    with pytest.raises(NoSuchAssistance):
        helped.check(id, now, actor=replace(clerk(), id="account:another"))


def test_what_is_not_in_order_is_said_in_words_and_sealed(now):
    id = helped.begun_and_allowed(now)
    helped.fill_in(id, now)
    with pytest.raises(ReasonMissing):
        helped.check(id, now, [IntakeCheck.IDENTITY])
    helped.check(id, now, [IntakeCheck.IDENTITY, IntakeCheck.FORM], remark="委托书没有写期限。")

    check = read(id).check
    assert check is not None and check.remark is not None
    assert check.checked == (IntakeCheck.IDENTITY, IntakeCheck.FORM)
    assert "委托书" not in check.remark.ciphertext


def test_nobody_but_the_applicant_signs_and_the_clerk_least(now):
    id = helped.begun_and_allowed(now)
    helped.fill_in(id, now)
    helped.check(id, now)
    found = adapters.helped(clerk(), read(id).draft, now=now)
    assert found is not None

    for actor in (found.actor, who("dengyue", acting_for=travelling.HOLDER, today=DAY)):
        with pytest.raises(NotTheApplicant):
            helped.sign(id, now, actor=actor)
    with pytest.raises(NotNowAssisted):
        helped.sign(id, now + HELPING)


def test_signing_twice_has_one_effect(now):
    id = helped.begun_and_allowed(now)
    helped.fill_in(id, now)
    helped.check(id, now)
    seen = helped.draft_of(id).revision
    first = helped.sign(id, now, operation="once", seen=seen)

    assert helped.sign(id, now + timedelta(seconds=1), operation="once", seen=seen) == first
    assert read(id).state(now) is State.SIGNED


def test_a_clerk_does_not_help_himself(now):
    with pytest.raises(NotTheApplicant, match="不能为自己帮办"):
        begin(now, by=replace(clerk(), person=agent().person))


def test_of_the_window_only_its_hall_follows(now):
    number = helped.taken_in(now)

    assert queries.at_window(number, actor=clerk()).number == number
    with pytest.raises(queries.NoSuchApplication):
        queries.at_window(number, actor=who("shilei", today=DAY))
    with pytest.raises(queries.NoSuchApplication):
        queries.application(number, actor=clerk())
    total, lines = queries.taken_in(HALL, start=0, size=20)
    assert (total, [line.listed.number for line in lines], lines[0].hall) == (1, [number], "bj-hall")
