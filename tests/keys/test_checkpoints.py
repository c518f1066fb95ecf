"""Signed checkpoints: what was signed cannot be rewritten, cut short or signed by a stranger."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.own_database import OwnDatabase
from tongban.crypto import sm3
from tongban.journal.models import Stream
from tongban.keys import actions
from tongban.keys.actions import checkpoints
from tongban.keys.models import Checkpoint, SignedHead, SigningKey
from tongban.keys.vault import FileVault

ENTRY = "INSERT INTO journal_entry (stream_id, seq, type, version, at, actor, operation, body, hash)"


def hash_of(stream: str, seq: int) -> str:
    return sm3.digest(f"{stream}#{seq}".encode()).hex()


def write(now, stream: str, upto: int) -> None:
    """Let a stream grow to `upto` entries. Their hashes are the journal's affair; here any text stands for one."""
    row, _ = Stream.objects.get_or_create(id=stream)
    with connection.cursor() as cursor:
        for seq in range(row.seq + 1, upto + 1):
            values = [stream, seq, "T", 1, now, "a", f"{stream}{seq}", "{}", hash_of(stream, seq)]
            cursor.execute(f"{ENTRY} VALUES ({', '.join(['%s'] * 9)})", values)
    Stream.objects.filter(id=stream).update(seq=upto, head=hash_of(stream, upto))


@pytest.fixture
def signed(db, now):
    """Three streams, two checkpoints, one of which moved between them."""
    for stream in ("app:乙", "app:甲", "person:1"):
        write(now, stream, 2)
    first = actions.checkpoint(now=now)
    write(now, "app:甲", 5)
    second = actions.checkpoint(now=now + timedelta(hours=1))
    return first, second


def test_an_empty_journal_has_no_checkpoint(db, now):
    Stream.objects.create(id="not yet written")

    assert actions.checkpoint(now=now) is None
    assert actions.verify_checkpoints() == actions.Findings(0, 0, ())


def test_a_checkpoint_signs_what_moved_and_follows_the_one_before(signed):
    first, second = signed

    assert [(one.number, one.streams, one.heads.count()) for one in signed] == [(1, 3, 3), (2, 3, 1)]
    assert (first.previous, second.previous) == ("0" * 64, checkpoints._digest(first))
    assert actions.verify_checkpoints() == actions.Findings(2, 4, ())


def test_where_nothing_moved_the_last_checkpoint_stands(signed, now):
    assert actions.checkpoint(now=now + timedelta(days=1)).number == 2
    assert Checkpoint.objects.count() == 2


def test_a_journal_that_goes_on_still_verifies(signed, now):
    write(now, "app:乙", 9)
    write(now, "app:丙", 1)

    assert actions.verify_checkpoints().problems == ()
    assert actions.checkpoint(now=now).streams == 4
    assert actions.verify_checkpoints() == actions.Findings(3, 6, ())


def test_many_streams_are_signed_in_parts(db, now, monkeypatch):
    monkeypatch.setattr(checkpoints, "AT_ONCE", 2)
    for number in range(5):
        write(now, f"app:{number}", 1)

    last = actions.checkpoint(now=now)

    assert (last.number, last.streams) == (3, 5)
    assert actions.verify_checkpoints() == actions.Findings(3, 5, ())


def test_a_rewritten_stream_is_found(signed):
    # The database refuses to change an entry; a head signed over another hash is the same finding from the other side.
    SignedHead.objects.filter(stream_id="app:乙").update(head="f" * 64)

    assert actions.verify_checkpoints().problems == (
        "检查点 1 所签的链头清单被改动。",
        "日志“app:乙”的第 2 条与检查点 1 所签不符，日志被改写。",
    )


def test_a_shortened_or_deleted_stream_is_found(signed):
    Stream.objects.filter(id="app:甲").update(seq=4)
    Stream.objects.filter(id="person:1").delete()

    assert actions.verify_checkpoints().problems == (
        "日志“person:1”的第 2 条已经签署，现在却缺失，日志被截短或删除。",
        "日志“app:甲”的第 5 条已经签署，现在却缺失，日志被截短或删除。",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"root": "0" * 64},
        {"streams": 9},
        {"at": "2026-03-03T00:00:00Z"},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    ],
)
def test_a_changed_checkpoint_is_found(signed, change):
    Checkpoint.objects.filter(number=1).update(**change)

    assert "检查点 1 的签名不符，检查点被改动。" in actions.verify_checkpoints().problems


def test_a_deleted_checkpoint_is_found(signed):
    SignedHead.objects.filter(checkpoint_id=1).delete()
    assert "1 个检查点没有所签的链头清单，记录被删除。" in actions.verify_checkpoints().problems

    Checkpoint.objects.filter(number=1).delete()
    assert actions.verify_checkpoints().problems == ("检查点 2 与前一个检查点不衔接，中间有检查点被删除或改动。",)


def test_a_key_that_this_node_did_not_make_is_found(signed):
    stranger = FileVault(bytes(32))
    key = SigningKey.objects.get()
    public_key, wrapped = stranger.generate(algorithm=checkpoints.Algorithm(key.algorithm))
    SigningKey.objects.filter(id=key.id).update(public_key=public_key, wrapped_private=wrapped)
    for one in Checkpoint.objects.select_related("key"):
        value = stranger.sign(
            algorithm=checkpoints.Algorithm(key.algorithm),
            public_key=public_key,
            wrapped_private=wrapped,
            message=checkpoints._body(one),
        )
        Checkpoint.objects.filter(number=one.number).update(signature=value)

    assert actions.verify_checkpoints().problems == tuple(
        f"检查点 {number} 的密钥 {key.id} 不是本节点的密钥。" for number in (1, 2)
    )


def test_verifying_asks_the_database_a_fixed_number_of_times(signed, now, django_assert_num_queries):
    with django_assert_num_queries(2):
        actions.verify_checkpoints()
    write(now, "app:甲", 9)
    actions.checkpoint(now=now)
    with django_assert_num_queries(2):
        actions.verify_checkpoints()


def test_checkpoints_signed_at_once_stay_one_chain(own_database: OwnDatabase, now):
    for number in range(20):
        write(now, f"app:{number}", 1)

    answers = own_database.together(*[lambda: actions.checkpoint(now=now)] * 4)

    assert {type(answer) for answer in answers} <= {Checkpoint, actions.CheckpointRace}
    assert actions.verify_checkpoints() == actions.Findings(1, 20, ())
