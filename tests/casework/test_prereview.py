"""What people do about pre-review, and what nobody may do; that handing in ends it, and that rows equal replay."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest

from tests.casework.asking import (
    CONDITION,
    NAME,
    PROOF,
    REMARKS,
    agent,
    answer,
    clerk,
    read,
    request,
    withdraw,
)
from tests.casework.conftest import DAY
from tests.casework.conftest import read as read_application
from tests.soundness import demand_sound
from tongban.casework import actions as casework
from tongban.casework import drafts, rules
from tongban.casework.models import Draft, PreReviewRound
from tongban.casework.prereview import actions, snapshot, storage
from tongban.casework.prereview.actions import NothingToReview, TooManyPreReviews, WordsMissing
from tongban.crypto import sm3
from tongban.domain.events import SYSTEM, PreReviewEnded, PreReviewProjected, Readiness, Target, TargetKind
from tongban.domain.materials import SupplySource
from tongban.domain.prereview import AlreadyOpen, Contradictory, NoSuchPreReview, NoTarget, NotOpen, State, TooOften
from tongban.journal import queries as journal
from tongban.journal.actions import NoSuchStream, OperationReused
from tongban.journal.models import Entry
from tongban.keys import actions as keys
from tongban.people import actions as people
from tongban.people.permissions import NotAllowed
from tongban.project import walk
from tongban.project.walk import AGENT, HOLDER, at, one_page_pdf, who


@pytest.fixture
def draft(house: walk.Walk) -> Draft:
    """A draft with a name and one file: much is missing."""
    one = drafts.start(actor=agent(), bundle="maritime", now=at(DAY, 9))
    drafts.fill(one, {"ship_name_cn": "渤远7", "contact_name": "林晓"}, today=DAY, now=at(DAY, 9))
    upload(one, "M_ACQ", "林晓的购船合同.pdf")
    return one


@pytest.fixture
def filled(drafted: Draft) -> Draft:
    """A draft in which nothing is missing."""
    return drafted


def upload(draft: Draft, material: str, name: str, text: str = "contract") -> None:
    content = one_page_pdf(text)
    drafts.upload(draft, material, name=name, stream=BytesIO(content), size=len(content), now=at(DAY, 9))


def submit(draft: Draft, **changes: Any) -> Any:
    asked: dict[str, Any] = {"operation": f"submit/{draft.id}", "actor": agent(), "now": at(DAY, 12)}
    return casework.submit(draft=draft.id, **(asked | changes))


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_reviewed_as_it_stands_and_not_as_it_became(draft: Draft) -> None:
    asked = request(draft)
    drafts.fill(draft, {"ship_name_cn": "渤远8"}, today=DAY, now=at(DAY, 11))
    upload(draft, "M_ACQ", "另一份.pdf", "another")

    assert asked == {"draft": draft.id, "number": 1, "due_on": "2026-03-04", "provisional": False}
    seen = snapshot.unseal(read(draft).last.snapshot)
    assert (seen.values["ship_name_cn"], seen.values["contact_name"]) == ("渤远7", "林晓")
    assert seen.values["holder_name"] == "河北渤远航运有限公司"
    assert seen.upload("M_ACQ") == sm3.digest(one_page_pdf("contract")).hex()
    assert seen.upload("M_LICENSE") == ""
    assert {supply.source for supply in seen.supplies} == {SupplySource.UPLOAD, SupplySource.REGISTRY}
    assert Draft.objects.get(pk=draft.id).submitted_at is None


def test_what_is_missing_stands_in_the_request(draft: Draft, filled: Draft) -> None:
    request(draft)
    request(filled)

    missing = read(draft).last.missing
    assert Target(TargetKind.ELEMENT, "imo_number") in missing
    assert Target(TargetKind.MATERIAL, "M_NAMES") in missing
    assert NAME not in missing and PROOF not in missing
    assert read(filled).last.missing == ()


def test_neither_rows_nor_journal_show_anything_in_the_clear(draft: Draft) -> None:
    request(draft)
    answer(draft, remarks=[(NAME, "渤远7与已登记船舶同音")])

    told = [entry.body for entry in Entry.objects.filter(stream_id=storage.stream_of(draft.id))]
    told += [json.dumps(list(row), default=str) for row in PreReviewRound.objects.values_list()]
    assert len(told) == 3
    assert not any(words in text for text in told for words in ("渤远", "林晓", "合同", "同音"))


def test_a_request_goes_to_the_hall_that_would_accept(draft: Draft) -> None:
    request(draft)

    asked = read(draft).last
    assert (asked.hall, asked.region, asked.requested_by) == ("cfd-hall", "130209", agent().id)


def test_asking_twice_has_one_effect_and_a_second_request_waits(draft: Draft) -> None:
    first, repeat = request(draft), request(draft, now=at(DAY, 11))

    assert first == repeat
    with pytest.raises(AlreadyOpen, match="正在预审，2026-03-04 前答复"):
        request(draft, operation="again")
    assert Draft.objects.get(pk=draft.id).pre_reviews == 1


def test_a_repeat_gets_its_first_answer_even_after_the_draft_was_handed_in(filled: Draft) -> None:
    first = request(filled)
    submit(filled)

    assert request(filled, now=at(DAY, 16)) == first
    with pytest.raises(drafts.DraftSubmitted, match="已经提交"):
        request(filled, operation="again")


def test_a_draft_without_content_is_not_reviewed(house: walk.Walk) -> None:
    empty = drafts.start(actor=agent(), bundle="maritime", now=at(DAY, 9))

    with pytest.raises(NothingToReview, match="还没有填写内容"):
        request(empty)
    assert storage.read(empty.id) is None


def test_a_draft_is_reviewed_three_times_at_most(draft: Draft) -> None:
    for number in (1, 2, 3):
        request(draft, operation=f"ask/{number}")
        answer(draft, number)

    with pytest.raises(TooOften, match="最多预审 3 次"):
        request(draft, operation="ask/4")


def test_the_region_says_by_when_and_how_often(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    own = replace(rules.of_region("130209"), pre_reviews=1)
    own = replace(own, pre_review=replace(own.pre_review, days=5))
    monkeypatch.setattr(rules, "of_region", lambda region: own)

    assert request(draft)["due_on"] == "2026-03-09"
    withdraw(draft)
    with pytest.raises(TooOften, match="最多预审 1 次"):
        request(draft, operation="again")


def test_one_party_asks_ten_times_a_day_at_most_for_all_its_drafts(house: walk.Walk) -> None:
    for place in range(10):
        one = drafts.start(actor=agent(), bundle="maritime", now=at(DAY, 9))
        drafts.fill(one, {"ship_name_cn": "渤远7"}, today=DAY, now=at(DAY, 9))
        request(one, now=at(DAY, 9, place))
    one = drafts.start(actor=agent(), bundle="maritime", now=at(DAY, 9))
    drafts.fill(one, {"ship_name_cn": "渤远7"}, today=DAY, now=at(DAY, 9))

    with pytest.raises(TooManyPreReviews, match="24 小时内已提请 10 次"):
        request(one, now=at(DAY, 16))
    assert request(one, now=at(DAY + timedelta(days=1), 9, 30))["number"] == 1


def test_nobody_asks_for_a_draft_of_others_or_beyond_his_mandate(draft: Draft) -> None:
    stranger = who("gaojianming", acting_for="org:91120116MA0TB3036L", today=DAY)
    partial = who("zhoumin", acting_for=HOLDER, today=DAY)

    with pytest.raises(drafts.NoSuchDraft):
        request(draft, actor=stranger)
    with pytest.raises(NotAllowed, match="您的授权不包括事项"):
        request(draft, actor=partial)
    with pytest.raises(drafts.NoSuchDraft):
        request(draft, actor=clerk())
    assert storage.read(draft.id) is None


# --- answering --------------------------------------------------------------------------------------------------------


def test_a_clerk_of_the_hall_answers_with_remarks(draft: Draft) -> None:
    request(draft)

    answered = answer(draft)

    assert answered == {"draft": draft.id, "number": 1, "readiness": "mend", "remarks": 2}
    last = read(draft).last
    assert (last.state, last.readiness, last.closed_by) == (State.ANSWERED, Readiness.MEND, clerk().id)
    words = [(remark.target, keys.unseal(remark.words).decode()) for remark in last.remarks]
    assert tuple(words) == REMARKS
    assert answer(draft) == answered
    demand_sound()


def test_a_draft_in_order_is_found_ready(filled: Draft) -> None:
    request(filled)

    assert answer(filled, readiness=Readiness.READY, remarks=())["readiness"] == "ready"


def test_ready_against_what_is_missing_is_refused(draft: Draft) -> None:
    request(draft)

    with pytest.raises(Contradictory, match="不能认定“可以提交”"):
        answer(draft, readiness=Readiness.READY, remarks=())
    assert read(draft).last.state is State.OPEN


@pytest.mark.parametrize(
    "target",
    [
        Target(TargetKind.MATERIAL, "M_CREWAPP"),  # of another bundle
        Target(TargetKind.CONDITION, "99", "HS-01"),
        Target(TargetKind.ELEMENT, ""),
        Target(TargetKind.ELEMENT, "ship_name_cn", "HS-01"),
    ],
)
def test_a_remark_must_point_at_what_the_version_in_force_asks(draft: Draft, target: Target) -> None:
    request(draft)

    with pytest.raises(NoTarget):
        answer(draft, remarks=[(target, "请改正")])


@pytest.mark.parametrize("words", ["", " \n", "长" * 501])
def test_a_remark_says_what_to_mend(draft: Draft, words: str) -> None:
    request(draft)

    with pytest.raises(WordsMissing, match="不超过 500 个字"):
        answer(draft, remarks=[(NAME, words)])


def test_only_the_clerk_of_the_hall_answers_and_nobody_his_own(draft: Draft) -> None:
    request(draft)
    elsewhere = replace(clerk(), duties=tuple(replace(duty, hall="other") for duty in clerk().duties))

    for actor in (who("zhaolei", today=DAY), who("hanlei", today=DAY), agent(), elsewhere):
        with pytest.raises(NotAllowed, match="未答复"):
            answer(draft, actor=actor)
    for interested in (replace(clerk(), id=agent().id), replace(clerk(), party=agent().party)):
        with pytest.raises(NotAllowed, match="您应当回避"):
            answer(draft, actor=interested)


def test_a_ship_mortgagee_does_not_answer_either(filled: Draft) -> None:
    request(filled)
    bank = who("sunli", acting_for="org:91130200MA0TB2025C", today=DAY)

    with pytest.raises(NotAllowed, match="您应当回避"):
        answer(filled, actor=replace(clerk(), party=bank.party), readiness=Readiness.READY, remarks=())


def test_an_answer_is_given_once_and_to_what_was_asked(draft: Draft) -> None:
    with pytest.raises(NoSuchStream):
        answer(draft)
    request(draft)
    with pytest.raises(NoSuchPreReview):
        answer(draft, 2)
    answer(draft)

    with pytest.raises(OperationReused):
        answer(draft, remarks=[(CONDITION, "另一个意思")])
    with pytest.raises(NotOpen, match="已经答复"):
        answer(draft, operation="second", actor=clerk("heping"))


# --- taking back ------------------------------------------------------------------------------------------------------


def test_the_applicant_takes_a_request_back_and_asks_anew(draft: Draft) -> None:
    request(draft)
    assert withdraw(draft) == {"draft": draft.id, "number": 1}

    with pytest.raises(NotOpen, match="申请人已撤回"):
        answer(draft)
    assert request(draft, operation="again")["number"] == 2
    with pytest.raises(NotOpen):
        withdraw(draft, operation="stale")
    demand_sound()


def test_nobody_else_takes_it_back(draft: Draft) -> None:
    request(draft)
    stranger = who("gaojianming", acting_for="org:91120116MA0TB3036L", today=DAY)

    for actor in (stranger, clerk()):
        with pytest.raises(NoSuchPreReview):
            withdraw(draft, actor=actor)
    with pytest.raises(NotAllowed):
        withdraw(draft, actor=who("zhoumin", acting_for=HOLDER, today=DAY))


def test_a_discarded_draft_takes_its_request_back(draft: Draft) -> None:
    request(draft)

    actions.discard(Draft.objects.get(pk=draft.id), actor=agent(), now=at(DAY, 11))

    assert not Draft.objects.filter(pk=draft.id).exists()
    assert read(draft).last.state is State.WITHDRAWN
    demand_sound()


def test_a_draft_for_which_somebody_just_asked_is_not_discarded_unseen(draft: Draft) -> None:
    stale = Draft.objects.get(pk=draft.id)
    request(draft)

    with pytest.raises(drafts.Overtaken, match="刚刚在别处提请了预审"):
        actions.discard(stale, actor=agent(), now=at(DAY, 11))
    assert read(draft).last.state is State.OPEN


# --- handing in -------------------------------------------------------------------------------------------------------


def test_handing_in_ends_what_is_open_in_the_same_effect(filled: Draft) -> None:
    request(filled)

    number = submit(filled)["number"]

    assert read_application(filled.id).number == number
    ended = read(filled).last
    assert (ended.state, ended.closed_at, ended.closed_by) == (State.ENDED, at(DAY, 12), "")
    *_, entry = journal.entries(storage.stream_of(filled.id))
    assert (entry.event, entry.actor) == (PreReviewEnded(1, filled.id, at(DAY, 12)), SYSTEM)
    with pytest.raises(NotOpen, match="申请已经提交"):
        answer(filled, readiness=Readiness.READY, remarks=())
    demand_sound()


@pytest.mark.parametrize("close", [answer, withdraw])
def test_handing_in_leaves_alone_what_is_closed(filled: Draft, close: Any) -> None:
    request(filled)
    close(filled)
    before = read(filled)

    submit(filled)

    assert read(filled) == before
    demand_sound()


def test_remarks_bind_nobody(filled: Draft, house: walk.Walk) -> None:
    request(filled)
    answer(filled)

    submit(filled)
    house.confirm(filled.id)
    house.accept(filled.id)

    assert all(case.accepted_at for case in read_application(filled.id).cases)


def test_a_refused_submission_leaves_the_request_open(draft: Draft) -> None:
    request(draft)

    with pytest.raises(Exception, match="还不能提交"):
        submit(draft)
    assert read(draft).last.state is State.OPEN


def test_a_request_between_look_up_and_lock_is_noticed(filled: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody of the same party asked just after the submission had looked the draft up."""
    submitting = import_module("tongban.casework.actions.submit")
    prepare = submitting.prepare

    def and_then_somebody_asks(*given: Any, **more: Any) -> Any:
        prepared = prepare(*given, **more)
        request(filled)
        return prepared

    monkeypatch.setattr(submitting, "prepare", and_then_somebody_asks)
    with pytest.raises(drafts.Overtaken, match="或者提请了预审"):
        submit(filled)
    monkeypatch.undo()

    assert submit(filled, operation="again")["number"]
    assert read(filled).last.state is State.ENDED


def test_a_draft_changed_between_look_up_and_lock_is_not_reviewed(
    draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = actions.prepare

    def and_then_somebody_writes(*given: Any, **more: Any) -> Any:
        prepared = prepare(*given, **more)
        drafts.fill(draft, {"ship_name_cn": "渤远9"}, today=DAY, now=at(DAY, 10))
        return prepared

    monkeypatch.setattr(actions, "prepare", and_then_somebody_writes)
    with pytest.raises(drafts.Overtaken, match="未提请预审"):
        request(draft)

    assert storage.read(draft.id) is None
    demand_sound()


# --- a calendar that came later ---------------------------------------------------------------------------------------


def test_a_notice_that_comes_late_moves_the_day_once(house: walk.Walk, published: Callable[[], None]) -> None:
    december = date(2026, 12, 31)
    draft = walk.Walk(house.catalogue, house.bundle, december, "december", lambda sentence: None).draft()
    assert request(draft, now=at(december, 10))["provisional"]
    published()

    moved = [actions.project_days(now=at(december, hour)) for hour in (12, 13)]

    asked = read(draft).last
    assert (moved, asked.due_on, asked.provisional) == ([1, 0], date(2027, 1, 5), False)
    *_, entry = journal.entries(storage.stream_of(draft.id))
    assert (type(entry.event), entry.actor) == (PreReviewProjected, SYSTEM)
    assert answer(draft, readiness=Readiness.READY, remarks=())["readiness"] == "ready"
    demand_sound()


# --- a stand-in -------------------------------------------------------------------------------------------------------


def test_a_stand_in_answers_under_his_own_name(draft: Draft) -> None:
    request(draft)
    absent, other = clerk(), who("zhaolei", today=DAY)
    people.name_stand_in(
        operation="stand in",
        actor=absent,
        absent=absent.id,
        account=other.id,
        valid_from=DAY,
        valid_until=DAY + timedelta(days=30),
        now=at(DAY, 8),
    )

    answer(draft, actor=clerk("zhaolei"))

    *_, entry = journal.entries(storage.stream_of(draft.id))
    assert entry.actor == f"{other.id} for {absent.id}"
    assert read(draft).last.closed_by == other.id


# --- the journal ------------------------------------------------------------------------------------------------------


def test_a_changed_row_is_found(draft: Draft) -> None:
    request(draft)
    PreReviewRound.objects.update(due_on=date(2026, 3, 9))

    assert [fault.stream for fault in journal.soundness().replay_faults] == [storage.stream_of(draft.id)]


def test_rows_without_entries_are_found(draft: Draft) -> None:
    request(draft)
    row = PreReviewRound.objects.get()
    row.pk = ("never", 1)
    row.save(force_insert=True)

    assert [fault.stream for fault in journal.soundness().replay_faults] == ["prereview/never"]


def test_an_erased_holder_is_unreadable_and_the_chain_whole(draft: Draft) -> None:
    request(draft)
    answer(draft)

    keys.erase(person=HOLDER, now=at(DAY, 15))

    with pytest.raises(keys.Erased):
        snapshot.unseal(read(draft).last.snapshot)
    demand_sound()


def test_the_agent_is_who_the_journal_says(draft: Draft) -> None:
    request(draft)
    answer(draft)

    actors = [entry.actor for entry in journal.entries(storage.stream_of(draft.id))]
    assert actors == [who(AGENT, today=DAY).id, clerk().id]
