"""Cases go to a department's own system and what is decided there comes back, whatever that system does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from pytest_django import Settings

from tests.casework.conftest import DAY, REGISTRAR, conclude, read
from tests.exchange import systems as scene
from tests.exchange.departmental import Pen, Simulated, answering, written
from tests.exchange.systems import NOW, connect, follow, later, number, placed, states, work
from tests.soundness import demand_sound
from tongban.casework import actions as casework
from tongban.casework import queries
from tongban.certificates import queries as certificates
from tongban.crypto import sm3
from tongban.crypto.profiles import Algorithm
from tongban.domain.application import CaseState
from tongban.domain.events import (
    CaseDecided,
    CaseEnteredSystem,
    Event,
    Outcome,
    SystemFilledIn,
    SystemState,
    SystemTold,
    Verdict,
)
from tongban.domain.refused import Refused
from tongban.domain.review import ReasonMissing
from tongban.exchange import actions as exchange
from tongban.exchange.systems import actions, comparing, working
from tongban.exchange.systems.actions import CannotConnect, NotInSystem
from tongban.exchange.systems.models import Answer, PlacedCase, System, SystemMatter
from tongban.files import actions as files
from tongban.files.models import Blob
from tongban.journal.models import Errand
from tongban.keys import actions as keys
from tongban.people.permissions import NotAllowed
from tongban.project.walk import AGENT, at, one_page_pdf, who
from tongban.web import clock


@pytest.fixture
def there(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulated]:
    """The department's system answers, and both know each other."""
    settings.NODE = "beijing"
    settings.DEMO = True
    exchange.prepare_node(now=NOW)
    system = Simulated(NOW)
    monkeypatch.setattr(clock, "now", lambda: system.now)
    with answering(system):
        yield system


@pytest.fixture
def known(there: Simulated, opined: str) -> System:
    return connect(there)


@pytest.fixture
def entered(known: System, there: Simulated, opined: str) -> str:
    """Three cases of an application whose desks have spoken are in the system, which had their files already."""
    follow(opined)
    holder = read(opined).holder
    for blob in Blob.objects.filter(party=holder):
        there.files[blob.digest] = bytearray(files.open_file(party=holder, digest=blob.digest))
    work()
    there.asked.clear()
    return opined


def happened(application: str, *kinds: type[Event]) -> list[Event]:
    return [one.event for one in queries.history(read(application)) if isinstance(one.event, kinds)]


def tick(there: Simulated, **by: float) -> datetime:
    """Let time pass on both sides."""
    there.now = later(there.now, **by)
    return there.now


# --- going there ------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_placed_with_its_files_and_nothing_else(
    known: System, there: Simulated, opined: str
) -> None:
    application = read(opined)

    follow(opined)
    work()

    assert sorted(there.cases) == [number(application, case) for case in (1, 2, 12)]
    told = there.cases[number(application, 1)]
    assert (told["matter"], told["desk"], told["state"]) == ("HS-01", "船舶登记岗", "accepted")
    assert {one["code"] for one in told["elements"]} >= {"ship_name_cn"}
    named = {one["file"]["digest"] for case in there.cases.values() for one in case["materials"] if one["file"]}
    assert set(there.files) == named
    assert {digest: sm3.digest(bytes(data)).hex() for digest, data in there.files.items()} == {d: d for d in named}
    assert [event.case for event in happened(opined, CaseEnteredSystem)] == [1, 2, 12]
    assert placed(opined).their_number == there.numbers[number(application, 1)]


def test_what_a_clock_two_days_fast_put_off_is_done_once_it_is_right(
    known: System, there: Simulated, opined: str
) -> None:
    fast = later(there.now, days=2)
    follow(opined)
    PlacedCase.objects.update(due_at=fast)
    System.objects.update(due_at=fast, compare_at=fast + comparing.EVERY)

    work()

    assert sorted(there.cases) == [number(read(opined), case) for case in (1, 2, 12)]
    assert comparing.run(now=there.now) == 1
    System.objects.update(compare_at=there.now + comparing.EVERY)
    assert comparing.run(now=there.now) == 0


def test_acceptance_asks_for_it_through_the_corridor(known: System, accepted: str) -> None:
    assert Errand.objects.filter(subject=actions.SUBJECT).count() > 0


def test_a_case_that_is_not_accepted_goes_nowhere(there: Simulated, confirmed: str) -> None:
    connect(there)

    follow(confirmed)

    assert PlacedCase.objects.count() == 0


def test_each_thing_happens_once_however_often_it_is_asked_for(entered: str, there: Simulated) -> None:
    follow(entered)
    follow(entered)
    work()

    assert set(there.asked) <= {"GET /answers"}
    assert len(happened(entered, CaseEnteredSystem)) == 3


def test_a_system_that_fails_is_told_again_later(known: System, there: Simulated, opined: str) -> None:
    follow(opined)
    for there.always in ("cut", "garbage", "error", "elsewhere", "stored"):
        work(tick(there, minutes=1), rounds=1)
        assert placed(opined).failure != "", there.always
    assert happened(opined, CaseEnteredSystem) == []
    assert placed(opined).attempts == 5

    there.always = ""
    work(tick(there, minutes=5))

    assert placed(opined).failure == ""
    assert len(happened(opined, CaseEnteredSystem)) == 3
    assert len(there.cases) == 3


def test_the_wait_grows_with_each_failure(known: System, there: Simulated, opined: str) -> None:
    there.always = "error"
    follow(opined)
    waits = []
    for _ in range(4):
        row = placed(opined)
        there.now = max(there.now, row.due_at)
        working.tell(lambda: there.now)
        waits.append((placed(opined).due_at - there.now).total_seconds())

    assert placed(opined).attempts == 4
    assert [wait >= 2 ** (n + 1) for n, wait in enumerate(waits)] == [True] * 4
    assert max(waits) <= 24


def test_a_file_goes_on_from_where_it_broke_off(
    known: System, there: Simulated, opined: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PIECE_BYTES", 200)
    follow(opined)
    there.broken = ["", "", "cut"]  # the case, the first piece, and no more
    working.tell(lambda: NOW)
    (half,) = [data for data in there.files.values() if len(data) == 200]

    work(tick(there, minutes=1))

    assert len(half) > 200
    assert (
        sum(path.startswith("PUT /files") for path in there.asked)
        == sum(-(-len(data) // 200) for data in there.files.values()) + 1
    )


def test_a_system_that_wants_another_file_gets_nothing(known: System, there: Simulated, opined: str) -> None:
    whole = there.put_case

    def greedy(name: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        _, told = whole(name, said)
        told["acknowledgement"]["missing"] = [{"digest": "ab" * 32, "have": 0}]
        return 200, there.signed("acknowledgement", told["acknowledgement"])

    there.put_case = greedy  # type: ignore[method-assign]
    follow(opined)
    work()

    assert "不属于这个办件" in placed(opined).failure
    assert there.files == {}


def test_what_was_changed_on_the_way_counts_for_nothing(known: System, there: Simulated, opined: str) -> None:
    whole = there.put_case

    def altered(name: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        _, told = whole(name, said)
        told["acknowledgement"]["missing"] = []
        return 200, told

    there.put_case = altered  # type: ignore[method-assign]
    follow(opined)
    work()

    assert "签名不成立" in placed(opined).failure
    assert placed(opined).told_at is None


def test_an_acknowledgement_that_is_not_its_own_counts_for_nothing(
    known: System, there: Simulated, opined: str
) -> None:
    there.pen = Pen()
    follow(opined)
    work()

    assert "没有登记" in placed(opined).failure
    assert placed(opined).told_at is None


def test_a_case_it_does_not_take_says_why_and_holds_up_no_other(known: System, there: Simulated, opined: str) -> None:
    there.refuses[number(read(opined), 1)] = (422, "unknown_matter", "没有这个事项", False)
    follow(opined)
    work()

    assert placed(opined, 1).failure == "unknown_matter：没有这个事项"
    assert (placed(opined, 2).told, placed(opined, 12).told) == (1, 1)


def test_what_changes_is_told_anew_and_what_ended_says_no_word_about_anybody(entered: str, there: Simulated) -> None:
    casework.withdraw(
        operation="withdraw",
        actor=who(AGENT, acting_for=read(entered).holder, today=DAY),
        application=entered,
        cases=(12,),
        reason="不办了",
        now=NOW,
    )
    follow(entered)
    work()

    told = there.cases[number(read(entered), 12)]
    assert told["state"] == "ended"
    assert told.keys() == {
        "type", "node", "system", "case", "body", "matter", "state", "outcome", "certificate", "revision",
    }  # fmt: skip
    assert placed(entered, 12).ended_at == NOW


# --- coming back ------------------------------------------------------------------------------------------------------


def test_what_it_says_stands_in_the_journal_and_its_conclusion_is_one_here(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    there.say(name, "reviewing")
    work(tick(there, minutes=1))
    there.say(name, "approved", officer="王芳", determined={"ship_name_cn": "渤远二号"}, reason="同意")
    work(tick(there, minutes=1))

    case = read(entered).case(1)
    assert (case.state, case.outcome) == (CaseState.DECIDED, Outcome.APPROVED)
    assert case.conclusion is not None
    assert case.conclusion.by == System.objects.get().account
    assert "渤远二号" in certificates.read(identifier=case.certificate).decode()
    told = happened(entered, SystemTold)
    assert [event.said for event in told] == [SystemState.REVIEWING, SystemState.APPROVED]
    assert keys.unseal(told[-1].officer).decode() == "王芳"
    assert states() == [(1, "done", ""), (2, "done", "")]
    demand_sound()


def test_it_learns_of_the_certificate_that_was_issued_here(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    there.say(name, "approved")
    work(tick(there, minutes=1))
    follow(entered)
    work(there.now)

    assert there.cases[name]["outcome"] == "approved"
    assert there.cases[name]["certificate"] == read(entered).case(1).certificate


def test_a_denial_carries_its_reason(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    there.say(name, "denied")
    there.say(name, "denied", reason="与已登记船舶同名")
    work(tick(there, minutes=1))

    assert states() == [(1, "refused", "reason_missing"), (2, "done", "")]
    assert read(entered).case(1).outcome is Outcome.DENIED


def test_what_the_system_waits_for_stops_no_clock_here(entered: str, there: Simulated) -> None:
    before = read(entered).case(1)
    for state in ("suspended", "asking"):
        there.say(number(read(entered), 1), state, reason="等待检验报告")
        work(tick(there, minutes=1))

    assert read(entered).case(1) == before
    assert [event.said for event in happened(entered, SystemTold)] == [SystemState.SUSPENDED, SystemState.ASKING]


def test_answers_told_twice_have_one_effect(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    there.say(name, "approved")
    there.say(name, "approved")
    there.broken = ["", "from the beginning"]
    work(tick(there, minutes=1))
    there.broken = ["from the beginning"]
    work(tick(there, minutes=1))

    assert states() == [(1, "done", ""), (2, "nothing", "")]
    assert len(happened(entered, CaseDecided)) == 1


def test_answers_in_the_wrong_order_do_not_turn_anything_back(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    there.say(name, "reviewing", at=written(later(minutes=2)))
    there.say(name, "received", at=written(later(minutes=1)))
    work(tick(there, minutes=3))
    there.say(name, "approved", at=written(later(minutes=2)))
    there.say(name, "suspended", at=written(later(minutes=1)))
    work(tick(there, minutes=3))

    assert [state for _, state, _ in states()] == ["done", "nothing", "done", "nothing"]
    assert placed(entered).said == "approved"
    assert read(entered).case(1).state is CaseState.DECIDED


def test_a_conclusion_waits_for_opinions_that_are_still_missing(there: Simulated, accepted: str) -> None:
    connect(there)
    follow(accepted)
    work()
    there.say(number(read(accepted), 12), "approved")
    work(tick(there, minutes=1))
    assert states() == [(1, "waiting", "not_now")]
    assert happened(accepted, SystemTold) == []

    casework.give_opinion(
        operation="opinion",
        actor=who("weidong", today=DAY),
        application=accepted,
        case=12,
        desk="法规审核岗",
        verdict=Verdict.AGREE,
        reason="",
        now=NOW,
    )
    work(tick(there, minutes=11))

    assert states() == [(1, "done", "")]
    assert read(accepted).case(12).outcome is Outcome.APPROVED


def test_a_conclusion_takes_effect_with_the_certificate_it_waits_for(entered: str, there: Simulated) -> None:
    there.say(number(read(entered), 2), "approved")
    work(tick(there, minutes=1))
    assert read(entered).case(2).state is CaseState.CONCLUDED

    there.say(number(read(entered), 1), "approved")
    work(tick(there, minutes=1))

    assert [read(entered).case(index).state for index in (1, 2)] == [CaseState.DECIDED] * 2


def test_a_conclusion_that_came_back_is_open_there_again(entered: str, there: Simulated) -> None:
    second = number(read(entered), 2)
    there.say(second, "approved")
    work(tick(there, minutes=1))
    there.say(number(read(entered), 1), "approved", determined={"ship_name_cn": "渤远二号"})
    work(tick(there, minutes=1))
    assert read(entered).case(2).state is CaseState.ACCEPTED

    follow(entered)
    work(there.now)
    assert there.cases[second]["state"] == "accepted"
    there.say(second, "approved")
    work(tick(there, minutes=1))

    assert read(entered).case(2).state is CaseState.DECIDED
    assert [state for _, state, _ in states()] == ["done"] * 3


REFUSED: dict[str, list[dict[str, Any]]] = {
    "officer_missing": [{"officer": ""}],
    "same_eyes": [{"officer": "刘 芳"}],
    "unknown_state": [{"state": "99"}],
    "from_the_future": [{"at": written(later(days=1))}],
    "not_as_seen": [{"seen": "ab" * 32}],
    "cannot_determine": [{"determined": {"imo_number": "9000000"}}],
    "not_placed_there": [{"case": "110000-20260302-000001X-0001"}, {"system": "other"}],
    "not_an_answer": [{"more": 1}, {"case": None}, {"determined": "x"}],
}


def test_what_cannot_be_taken_over_is_for_people_and_holds_up_nothing(entered: str, there: Simulated) -> None:
    first, second = (number(read(entered), index) for index in (1, 2))
    wrong = [(code, changes) for code, many in REFUSED.items() for changes in many]
    for _, changes in wrong:
        there.say(first, "approved", **changes)
    there.say(second, "reviewing")
    work(tick(there, minutes=1))

    assert [code for _, state, code in states()[:-1] if state == "refused"] == [code for code, _ in wrong]
    assert states()[-1] == (len(wrong) + 1, "done", "")
    assert read(entered).case(1).state is CaseState.ACCEPTED
    assert all(row.words.startswith("未") for row in Answer.objects.filter(state="refused"))


def test_two_conclusions_that_differ_are_for_people(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    there.say(name, "approved")
    there.say(name, "denied", reason="同名")
    work(tick(there, minutes=1))

    assert states() == [(1, "done", ""), (2, "refused", "contradicts")]
    assert read(entered).case(1).outcome is Outcome.APPROVED


def test_whoever_speaks_in_its_name_is_not_heard_and_nothing_behind_is_lost(entered: str, there: Simulated) -> None:
    name, own = number(read(entered), 1), there.pen
    there.say(name, "reviewing")
    there.pen = Pen()
    there.say(name, "denied", reason="伪造")
    there.pen = own
    work(tick(there, minutes=1))
    assert states() == [(1, "done", "")]
    assert "没有登记" in System.objects.get().failure

    del there.feed[-1]
    there.say(name, "approved")
    work(tick(there, minutes=15))

    assert states() == [(1, "done", ""), (2, "done", "")]
    assert System.objects.get().failure == ""


def test_a_system_that_is_down_is_asked_again(entered: str, there: Simulated) -> None:
    there.say(number(read(entered), 1), "approved")
    for there.always in ("cut", "garbage", "error", "elsewhere"):
        work(tick(there, minutes=1), rounds=1)
    assert (states(), System.objects.get().attempts) == ([], 4)

    there.always = ""
    work(tick(there, minutes=1))

    assert states() == [(1, "done", "")]


def test_a_system_that_answers_too_slowly_is_asked_again(
    entered: str, there: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.exchange.systems.http.ANSWER_WITHIN_SECONDS", 0.2)
    there.slow_seconds = 0.5
    work(tick(there, minutes=1), rounds=1)

    assert "没有连上" in System.objects.get().failure


def test_long_answers_come_in_parts(entered: str, there: Simulated) -> None:
    name = number(read(entered), 1)
    for index in range(45):
        there.say(name, "asking", at=written(later(seconds=index)))
    work(tick(there, minutes=1), rounds=5)

    assert [state for _, state, _ in states()] == ["done"] * 45


def test_a_system_may_sign_with_sm2_and_with_a_new_key(entered: str, there: Simulated) -> None:
    there.pen = Pen(Algorithm.SM2SM3)
    system = System.objects.get()
    name = actions.add_key(system=system, encoded=there.pen.spki, now=NOW)
    there.say(number(read(entered), 1), "approved")
    work(tick(there, minutes=1))
    assert states() == [(1, "done", "")]

    actions.end_key(system=system, key=name, now=there.now)
    there.say(number(read(entered), 2), "approved")
    work(tick(there, minutes=1))

    assert states() == [(1, "done", "")]
    assert "没有登记" in System.objects.get().failure


def test_words_of_its_own_are_read_by_a_table_that_has_a_version(there: Simulated, opined: str) -> None:
    connect(there)
    table = actions.StateTable("2026-1", {"10": SystemState.RECEIVED, "80": SystemState.APPROVED})
    actions.register(scene.describe(there, table=table), valid_from=DAY, now=NOW)
    follow(opined)
    work()
    there.say(number(read(opined), 1), "80")
    work(tick(there, minutes=1))

    assert read(opined).case(1).outcome is Outcome.APPROVED
    other = actions.StateTable("2026-1", {"80": SystemState.DENIED})
    with pytest.raises(CannotConnect, match="新的版本号"):
        actions.register(scene.describe(there, table=other), valid_from=DAY, now=NOW)


# --- killed in the middle ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    """A worker that ends where it stands."""


def killed_in(monkeypatch: pytest.MonkeyPatch, place: object, name: str, *, when: datetime) -> None:
    """Let a worker die as it comes to a function, and another one live."""

    def die(*args: Any, **kwargs: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(place, name, die)
        with pytest.raises(Killed):
            work(when)


def test_a_worker_that_dies_after_the_system_has_a_case_changes_nothing(
    known: System, there: Simulated, opined: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(opined)
    for place, name in ((working, "_hand_over"), (actions, "entered"), (actions, "store")):
        killed_in(monkeypatch, place, name, when=tick(there, minutes=3))
    assert happened(opined, CaseEnteredSystem) == []

    work(tick(there, minutes=3))

    assert len(happened(opined, CaseEnteredSystem)) == 3
    assert set(there.numbers.values()) == {"HS-1", "HS-2", "HS-3"}


def test_of_two_workers_one_gets_each_case_and_each_answer(
    known: System, there: Simulated, opined: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beside(place: Any, name: str, step: Any) -> None:
        """Let another worker take the same step while one is in the middle of it."""
        real = getattr(place, name)
        monkeypatch.setattr(place, name, lambda *args, **kwargs: (step(lambda: NOW), real(*args, **kwargs))[1])

    beside(working, "_bring", working.tell)
    beside(actions, "take_over", working.weigh)
    follow(opined)
    working.tell(lambda: NOW)
    there.say(number(read(opined), 1), "approved")
    working.listen(lambda: NOW)
    working.weigh(lambda: NOW)

    assert [there.asked.count(f"PUT /cases/{name}") for name in there.cases] == [2, 2, 2], "before and after its files"
    assert len(happened(opined, CaseEnteredSystem)) == 3
    assert len(happened(opined, CaseDecided)) == 1


def test_a_worker_that_dies_over_an_answer_leaves_it_to_the_next(
    entered: str, there: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.say(number(read(entered), 1), "approved")
    killed_in(monkeypatch, working, "_keep", when=tick(there, minutes=3))
    assert states() == []
    for place, name in ((actions, "take_over"), (actions, "store"), (casework, "conclude")):
        killed_in(monkeypatch, place, name, when=tick(there, minutes=3))
        assert states() == [(1, "waiting", "")]
    assert happened(entered, SystemTold) == []

    work(tick(there, minutes=3))

    assert states() == [(1, "done", "")]
    assert len(happened(entered, SystemTold)) == len(happened(entered, CaseDecided)) == 1


# --- its certificate --------------------------------------------------------------------------------------------------


def certify(there: Simulated, application: str, *, keeps: bytes | None = None, **changes: Any) -> str:
    """Let it approve with a certificate of its own; `keeps`: the bytes that it gives out."""
    data = one_page_pdf("SHIP NAME 17")
    digest = sm3.digest(data).hex()
    there.files[digest] = bytearray(data if keeps is None else keeps)
    file = {"digest": digest, "size": len(data), "name": "船名核准.pdf"} | changes
    there.say(number(read(application), 1), "approved", certificate={"number": "津海 2026-17", "file": file})
    return digest


def test_the_certificate_keeps_its_number_there_and_its_file_is_fetched_in_ranges(
    entered: str, there: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PIECE_BYTES", 100)
    digest = certify(there, entered)
    work(tick(there, minutes=1))

    row = placed(entered)
    assert (row.certificate, row.file, row.file_due_at) == ("津海 2026-17", digest, None)
    assert files.open_file(party=row.holder, digest=digest) == bytes(there.files[digest])
    assert there.asked.count(f"GET /files/{digest}") > 3
    assert [event.certificate for event in happened(entered, SystemTold)] == ["津海 2026-17"]
    assert read(entered).case(1).certificate != ""


@pytest.mark.parametrize(("keeps", "said"), [(b"", "比所说的短"), (b"%PDF-1.4 something else" * 100, "摘要不符")])
def test_a_file_that_is_not_what_was_signed_is_not_kept(
    entered: str, there: Simulated, keeps: bytes, said: str
) -> None:
    digest = certify(there, entered, keeps=keeps)
    work(tick(there, minutes=1))

    row = placed(entered)
    assert said in row.file_failure
    assert not files.holds(party=row.holder, digest=digest)
    assert read(entered).case(1).outcome is Outcome.APPROVED, "the conclusion does not wait for a file"


# --- by hand ----------------------------------------------------------------------------------------------------------


def fill_in(application: str, case: int = 1, *, by: str = REGISTRAR, **changes: Any) -> Any:
    asked: dict[str, Any] = {
        "operation": "fill-in",
        "actor": who(by, today=DAY),
        "case": number(read(application), case),
        "said": SystemState.REVIEWING,
        "number": "HS-77",
        "certificate": "",
        "reason": "",
        "determined": {},
        "why": "部门系统停机检修",
        "now": NOW,
    }
    return actions.fill_in(**(asked | changes))


def test_somebody_at_the_desk_fills_in_what_he_read_there(entered: str) -> None:
    fill_in(entered)

    (event,) = happened(entered, SystemFilledIn)
    assert isinstance(event, SystemFilledIn)
    assert (event.said, event.number, event.by) == (SystemState.REVIEWING, "HS-77", who(REGISTRAR, today=DAY).id)
    assert keys.unseal(event.reason).decode() == "部门系统停机检修"
    assert (placed(entered).by_hand, placed(entered).said) == (True, "reviewing")


def test_a_conclusion_filled_in_is_signed_by_him_and_the_system_confirms_it_later(
    entered: str, there: Simulated
) -> None:
    there.say(number(read(entered), 1), "approved", officer="")
    work(tick(there, minutes=1))

    first = fill_in(entered, said=SystemState.APPROVED)
    again = fill_in(entered, said=SystemState.APPROVED)

    assert first == again
    case = read(entered).case(1)
    assert case.conclusion is not None
    assert (case.outcome, case.conclusion.by) == (Outcome.APPROVED, who(REGISTRAR, today=DAY).id)
    assert states() == [(1, "settled", "officer_missing")]
    there.say(number(read(entered), 1), "approved")
    there.say(number(read(entered), 1), "denied", reason="同名")
    work(tick(there, minutes=1))
    assert states()[1:] == [(2, "nothing", ""), (3, "refused", "contradicts")]


def test_nobody_else_fills_in_and_nobody_without_a_reason(entered: str) -> None:
    with pytest.raises(NotAllowed):
        fill_in(entered, by="limei")
    with pytest.raises(ReasonMissing):
        fill_in(entered, why=" ")
    with pytest.raises(NotInSystem):
        fill_in(entered, case=3)
    fill_in(entered, said=SystemState.APPROVED)
    with pytest.raises(Refused, match="已经作出决定"):
        fill_in(entered, said=SystemState.DENIED, reason="同名", operation="other")
    assert len(happened(entered, SystemFilledIn)) == 1


def test_a_refused_conclusion_by_hand_leaves_no_trace(entered: str) -> None:
    with pytest.raises(ReasonMissing):
        fill_in(entered, said=SystemState.DENIED)

    assert happened(entered, SystemFilledIn) == []
    assert not placed(entered).by_hand


def test_what_was_refused_is_weighed_again_once_the_cause_is_mended(entered: str, there: Simulated) -> None:
    system = System.objects.get()
    own = system.account
    system.account = who("limei", today=DAY).id
    system.save()
    name = number(read(entered), 1)
    there.say(name, "approved")
    work(tick(there, minutes=1))
    assert states() == [(1, "refused", "not_allowed")]

    system.account = own
    system.save()
    with pytest.raises(NotAllowed):
        actions.weigh_again(actor=who("limei", today=DAY), case=name, now=there.now)
    actions.weigh_again(actor=who(REGISTRAR, today=DAY), case=name, now=there.now)
    work(there.now)

    assert states() == [(1, "done", "")]


def test_a_conclusion_signed_here_is_confirmed_there(entered: str, there: Simulated) -> None:
    conclude(entered, 1)
    there.say(number(read(entered), 1), "approved")
    work(tick(there, minutes=1))

    assert states() == [(1, "done", "")]
    assert len(happened(entered, CaseDecided)) == 1


# --- comparing --------------------------------------------------------------------------------------------------------


def compared(**changes: Any) -> tuple[int, int, list[tuple[str, str, str]], str]:
    found = comparing.compare(System.objects.get(), now=changes.get("now", NOW))
    kinds = [(one["kind"], one["here"], one["there"]) for one in found.differences]
    return found.here, found.there, kinds, found.failure


def test_both_sides_agree_once_everything_was_told(entered: str, there: Simulated) -> None:
    assert compared() == (3, 3, [], "")


def test_what_the_system_lost_is_told_again(entered: str, there: Simulated) -> None:
    there.forget()

    here, elsewhere, kinds, _ = compared()
    work(tick(there, minutes=1))

    assert (here, elsewhere, [kind for kind, _, _ in kinds]) == (3, 0, ["not_there"] * 3)
    assert len(there.cases) == 3
    assert there.files != {}


def test_differences_are_told_case_by_case(entered: str, there: Simulated) -> None:
    names = [number(read(entered), index) for index in (1, 2, 12)]
    there.say(names[0], "approved", officer="")
    work(tick(there, minutes=1))
    there.states[names[1]] = ("reviewing", there.now)
    there.states[names[2]] = ("received", there.now)
    there.states["999999-1"] = ("received", there.now)

    here, elsewhere, kinds, _ = compared()

    assert (here, elsewhere) == (3, 4)
    assert kinds == [
        ("not_taken", "", "approved"),
        ("behind", "", "reviewing"),
        ("not_here", "", "received"),
    ]


def test_a_comparison_that_fails_says_so_and_comes_again_within_the_hour(entered: str, there: Simulated) -> None:
    there.always = "garbage"
    assert comparing.run(now=there.now) == 0
    assert "不是 JSON" in System.objects.get().comparisons.get().failure
    assert comparing.run(now=there.now) == 0

    there.always = ""
    assert comparing.run(now=tick(there, hours=1)) == 1
    assert comparing.run(now=tick(there, hours=23)) == 0
    assert comparing.run(now=tick(there, hours=1)) == 1


def test_an_old_list_is_not_taken_for_a_new_one(entered: str, there: Simulated) -> None:
    _, old = there.list_cases("", "yesterday")
    there.list_cases = lambda after, nonce: (200, old)  # type: ignore[method-assign]

    assert "不是为这次对账开列的" in compared()[3]


# --- who decides where ------------------------------------------------------------------------------------------------


def test_a_matter_is_decided_here_again_from_a_day_on(known: System, there: Simulated, opined: str) -> None:
    for matter in scene.MATTERS[:2]:
        actions.decide_here(system=known, matter=matter, valid_until=DAY)

    follow(opined)

    assert list(PlacedCase.objects.values_list("case", flat=True)) == [12]


def test_a_matter_is_decided_in_one_system_only(known: System, there: Simulated) -> None:
    with pytest.raises(CannotConnect, match="已在“cfd-msa”中办理"):
        actions.register(scene.describe(there, name="second", key=Pen().spki), valid_from=DAY, now=NOW)
    assert SystemMatter.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "A B"}, "不能作名称"),
        ({"department": "x"}, "没有统一社会信用代码"),
        ({"address": "ftp://x"}, "应以 https"),
        ({"desks": ()}, "请补全"),
        ({"kind": "soap"}, "没有名为“soap”的适配器"),
    ],
)
def test_a_system_that_cannot_be_known_is_refused(
    there: Simulated, maritime: None, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(CannotConnect, match=said):
        actions.register(scene.describe(there, **changes), valid_from=DAY, now=NOW)


def test_an_open_line_is_for_demonstrations_only(there: Simulated, maritime: None, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CannotConnect, match="个人信息"):
        actions.register(scene.describe(there), valid_from=DAY, now=at(DAY, 8))
