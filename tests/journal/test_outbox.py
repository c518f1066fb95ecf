"""Is what an act asks for done once and never lost, by however many workers?"""

from __future__ import annotations

import doctest
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.journal.test_actions import act
from tests.own_database import OwnDatabase
from tongban.domain.events import ApplicationClosed
from tongban.domain.refused import Refused
from tongban.journal import actions, outbox, queries
from tongban.journal.models import Entry, Errand
from tongban.journal.outbox import FIRST_WAIT, LEASE
from tongban.project import corridor

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def done() -> Iterator[list[str]]:
    """The streams of errands in the order in which they were run; every closed application asks for one."""
    done: list[str] = []
    actions.subscribe(at_once={}, afterwards={ApplicationClosed: ["mail"]})
    outbox.install({"mail": lambda errand, now: done.append(errand.stream)})
    yield done
    corridor.install()


def fails(errand: outbox.Errand, now: datetime) -> None:
    raise Refused("邮件未发出：没有地址。请补充地址。")


@pytest.mark.django_db
def test_an_errand_is_there_exactly_when_its_act_is(done: list[str]) -> None:
    act("one")
    with pytest.raises(Refused):
        act("two", fail=True)
    act("one")

    assert outbox.run(clock=at(NOW)) == 1
    assert (done, Errand.objects.count()) == (["thing/1"], 0)
    assert outbox.run(clock=at(NOW)) == 0


@pytest.mark.django_db
def test_acts_ask_for_the_same_one_after_the_other_also_where_all_of_one_happened_elsewhere(done: list[str]) -> None:
    act("one")
    one = {"at": NOW, "answer": {}, "also": ["tell"]}
    for name, events, elsewhere in (("told", 2, 2), ("told and done", 2, 1), ("nothing", 0, 0), ("done", 1, 0)):
        stream = actions.lock("thing/1", actions.Operation(name, "account:1", "0" * 64))
        actions.append(stream, [ApplicationClosed(at=NOW)] * events, elsewhere=elsewhere, **one)

    rows = Errand.objects.filter(subject="tell").order_by("seq").values_list("seq", "last_seq")

    assert list(rows) == [(2, 3), (5, 5), (6, 6)]


@pytest.mark.django_db
def test_an_act_asks_once_for_each_subject_and_names_its_entries(done: list[str]) -> None:
    actions.subscribe(at_once={}, afterwards={ApplicationClosed: ["mail", "paper"]})
    act("one")
    stream = actions.lock("thing/1", actions.Operation("two", "account:1", "0" * 64))
    actions.append(stream, [ApplicationClosed(at=NOW)] * 3, at=NOW, answer={})

    rows = Errand.objects.order_by("seq", "subject").values_list("subject", "seq", "last_seq")

    assert list(rows) == [("mail", 1, 1), ("paper", 1, 1), ("mail", 2, 4), ("paper", 2, 4)]


@pytest.mark.django_db
def test_the_outbox_costs_no_statement_on_postgresql_and_one_on_sqlite(done: list[str]) -> None:
    with CaptureQueriesContext(connection) as with_errand:
        act("one")
    actions.subscribe(at_once={}, afterwards={})
    with CaptureQueriesContext(connection) as without:
        act("two")

    more = {"sqlite": 1, "postgresql": 0}[connection.vendor]
    assert len(with_errand) - len(without) == more


@pytest.mark.django_db
def test_a_handler_hears_of_the_event_in_the_same_transaction() -> None:
    heard: list[tuple[str, int, datetime]] = []
    handler: actions.Handler = lambda stream, event, at: heard.append((stream.id, Entry.objects.count(), at))  # noqa: E731
    actions.subscribe(at_once={ApplicationClosed: [handler]}, afterwards={})

    act("one")
    corridor.install()

    assert heard == [("thing/1", 0, NOW)]


@pytest.mark.django_db
def test_what_fails_is_noted_and_tried_again_after_longer_and_longer_waits(done: list[str]) -> None:
    act("one")
    outbox.install({"mail": fails})

    assert outbox.run(clock=at(NOW)) == 1
    assert outbox.run(clock=at(NOW + FIRST_WAIT - timedelta(seconds=1))) == 0
    assert outbox.run(clock=at(NOW + FIRST_WAIT)) == 1

    (failed,) = outbox.failures(stream="thing/1")
    assert failed == outbox.Failed(
        outbox.Errand("thing/1", 1, 1, "mail"),
        attempts=2,
        failure="邮件未发出：没有地址。请补充地址。",
        failed_at=NOW + FIRST_WAIT,
        due_at=NOW + FIRST_WAIT * 3,
    )


def test_the_waits() -> None:
    assert doctest.testmod(outbox).failed == 0


@pytest.mark.django_db
def test_one_that_fails_stops_no_other_and_says_nothing_of_its_content(
    done: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fails_once(errand: outbox.Errand, now: datetime) -> None:
        if errand.stream == "thing/1":
            raise ValueError("王小明")
        done.append(errand.stream)

    outbox.install({"mail": fails_once})
    act("one")
    act("two", stream="thing/2")

    assert outbox.run(clock=at(NOW)) == 2
    assert done == ["thing/2"]
    assert [one.failure for one in outbox.failures()] == ["ValueError"]
    assert "第 1 次未完成" in caplog.text


@pytest.mark.django_db
def test_an_errand_nobody_here_knows_is_left_to_those_who_do(done: list[str]) -> None:
    act("one")
    outbox.install({})

    assert outbox.run(clock=at(NOW)) == 0

    assert outbox.waiting() == 1


@pytest.mark.django_db
def test_an_errand_of_a_worker_that_died_is_due_again_when_its_lease_is_over(done: list[str]) -> None:
    def dies(errand: outbox.Errand, now: datetime) -> None:
        raise KeyboardInterrupt

    act("one")
    outbox.install({"mail": dies})
    with pytest.raises(KeyboardInterrupt):
        outbox.run(clock=at(NOW))
    outbox.install({"mail": lambda errand, now: done.append(errand.stream)})

    assert outbox.run(clock=at(NOW + LEASE - timedelta(seconds=1))) == 0
    assert outbox.run(clock=at(NOW + LEASE)) == 1
    assert (done, outbox.waiting()) == (["thing/1"], 0)


@pytest.mark.django_db
def test_an_errand_that_a_wrong_clock_put_off_is_due_once_the_clock_is_right(done: list[str]) -> None:
    act("one")
    Errand.objects.update(due_at=NOW + timedelta(days=2))

    assert outbox.run(clock=at(NOW)) == 1

    assert done == ["thing/1"]


@pytest.mark.django_db
def test_a_worker_that_was_too_slow_does_not_take_away_what_another_took_up(done: list[str]) -> None:
    def slow(errand: outbox.Errand, now: datetime) -> None:
        outbox.install({"mail": fails})
        outbox.run(clock=at(NOW + LEASE))

    act("one")
    outbox.install({"mail": slow})

    outbox.run(clock=at(NOW))

    assert [one.attempts for one in outbox.failures()] == [2]


def test_of_many_workers_at_once_one_runs_each_errand(own_database: OwnDatabase, done: list[str]) -> None:
    for number in range(20):
        act(f"act{number}", stream=f"thing/{number:02}")

    def work() -> SimpleNamespace:
        ran = 0
        while outbox.waiting():
            ran += outbox.run(clock=at(NOW), most=7)
        return SimpleNamespace(ran=ran, thread=threading.get_ident())

    answers = own_database.together(*[work] * 4)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(answer.ran for answer in answers if isinstance(answer, SimpleNamespace)) == 20
    assert sorted(done) == [f"thing/{number:02}" for number in range(20)]
    assert queries.soundness().journal_ok


@pytest.mark.django_db
def test_the_command_tells_what_failed_and_lets_it_be_tried_again(
    done: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    act("one")
    outbox.install({"mail": fails})
    outbox.run(clock=at(datetime.now(UTC)))

    call_command("journal_outbox")
    told = capsys.readouterr().out
    call_command("journal_outbox", json=True, again=True)
    report = json.loads(capsys.readouterr().out)

    assert "mail thing/1#1：邮件未发出：没有地址。请补充地址。" in told
    assert "待办 1 件，其中 1 件曾经失败。" in told
    assert (report["waiting"], report["failed"][0]["attempts"]) == (1, 1)
    assert outbox.run(clock=at(datetime.now(UTC))) == 1
