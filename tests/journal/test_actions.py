"""Does something happen once, and does an act that fails leave nothing?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tests.own_database import OwnDatabase
from tongban.domain.events import ApplicationClosed, PersonRegistered
from tongban.domain.refused import Refused
from tongban.domain.sealed import Sealed
from tongban.journal import actions, queries
from tongban.journal.models import Entry, Read, Stream
from tongban.journal.models import Operation as OperationRow

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Somebody:
    id: str = "account:1"


@actions.action
def close(*, operation: actions.Operation, actor: Somebody, stream: str, fail: bool, now: datetime) -> actions.Answer:
    locked = actions.lock(stream, operation, create=True)
    seq = locked.seq + 1
    actions.append(locked, [ApplicationClosed(at=now)], at=now, answer={"seq": seq})
    if fail:
        raise Refused("不行。")
    return {"seq": seq}


def act(operation: str = "one", *, stream: str = "thing/1", fail: bool = False) -> actions.Answer:
    return close(operation=operation, actor=Somebody(), stream=stream, fail=fail, now=NOW)


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_adds_nothing() -> None:
    assert act("one") == {"seq": 1}
    assert act("two") == {"seq": 2}

    assert act("one") == {"seq": 1}

    assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_the_same_id_with_other_content_is_refused() -> None:
    act("one")

    with pytest.raises(actions.OperationReused, match="刷新页面后重试"):
        act("one", stream="thing/2")

    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("operation", ["", "x" * 121, "a\0b"])
def test_an_operation_id_that_no_client_makes_is_refused(operation: str) -> None:
    with pytest.raises(actions.InvalidOperation):
        act(operation)


@pytest.mark.django_db
def test_an_act_that_is_refused_at_its_end_leaves_nothing() -> None:
    with pytest.raises(Refused, match="不行"):
        act("one", fail=True)

    assert (Entry.objects.count(), OperationRow.objects.count(), Stream.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_a_stream_that_is_not_there_is_refused_unless_it_is_to_begin() -> None:
    operation = actions.Operation("x", "account:1", "0" * 64)

    with transaction.atomic(), pytest.raises(actions.NoSuchStream):
        actions.lock("thing/none", operation)


@pytest.mark.django_db
def test_personal_data_without_a_seal_are_refused() -> None:
    sealed = Sealed("person:1", "AAAA")
    with pytest.raises(TypeError, match="seal"), transaction.atomic():
        locked = actions.lock("person:1", actions.Operation("x", "account:1", "0" * 64), create=True)
        event = PersonRegistered("person:1", "passport", "EA1234567", sealed, sealed, at=NOW)  # type: ignore[arg-type]
        actions.append(locked, [event], at=NOW, answer={})


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["journal_entry", "journal_read"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_itself_refuses_to_change_the_journal(table: str, verb: str) -> None:
    act("one")
    actions.record_reads(actor="account:1", about=["person:1"], what="form", at=NOW)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))

    assert (Entry.objects.count(), Read.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["journal_entry", "journal_read"])
def test_a_row_cannot_be_put_in_place_of_another(table: str) -> None:
    act()
    actions.record_reads(actor="account:1", about=["org:1"], what="somewhere", at=NOW)
    key = {"journal_entry": "stream_id, seq", "journal_read": "id"}[table]
    columns = [field.column for field in {"journal_entry": Entry, "journal_read": Read}[table]._meta.concrete_fields]
    names = ", ".join(columns)
    values = ", ".join("'account:2'" if column == "actor" else column for column in columns)
    statement = {
        "sqlite": f"INSERT OR REPLACE INTO {table} ({names}) SELECT {values} FROM {table}",
        "postgresql": f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {table} "
        f"ON CONFLICT ({key}) DO UPDATE SET actor = excluded.actor",
    }[connection.vendor]

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_whoever_rewrites_the_journal_behind_its_back_is_found() -> None:
    for operation in ("one", "two", "three"):
        act(operation)
    assert queries.soundness().journal_ok

    for change, where in (
        ("UPDATE journal_entry SET actor = 'account:2' WHERE seq = 2", 2),
        ("DELETE FROM journal_entry WHERE seq = 2", 2),
        ("DELETE FROM journal_entry WHERE seq = 3", 3),
    ):
        with transaction.atomic():
            _without_triggers(change)
            (fault,) = queries.soundness().chain_faults[:1]
            transaction.set_rollback(True)
        assert (fault.stream, fault.seq) == ("thing/1", where)


@pytest.mark.django_db
def test_a_stream_that_cannot_be_folded_is_a_fault_and_no_crash() -> None:
    act("one", stream="application/1")

    (fault,) = queries.soundness().replay_faults

    assert (fault.stream, "无法重放" in fault.sentence) == ("application/1", True)


def test_twins_in_the_same_instant_get_the_same_answer(own_database: OwnDatabase) -> None:
    answers = own_database.together(*[act] * 8)

    assert answers == [{"seq": 1}] * 8
    assert Entry.objects.count() == 1


def test_strangers_in_the_same_instant_queue_up(own_database: OwnDatabase) -> None:
    answers = own_database.together(*[lambda i=i: act(f"op{i}") for i in range(8)])

    assert sorted(answer["seq"] for answer in answers) == list(range(1, 9))
    assert queries.soundness().journal_ok


def _without_triggers(change: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER journal_entry_no_UPDATE")
            cursor.execute("DROP TRIGGER journal_entry_no_DELETE")
        cursor.execute(change)
