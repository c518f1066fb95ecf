"""Does one failing task of the worker leave the others, and the node, alone?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from tongban.domain.events import ApplicationClosed
from tongban.journal import actions as journal
from tongban.journal import outbox
from tongban.keys.models import Checkpoint
from tongban.project import corridor
from tongban.project.management.commands import worker

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def something_happens() -> None:
    stream = journal.lock("thing/1", journal.Operation("one", "account:1", "0" * 64), create=True)
    journal.append(stream, [ApplicationClosed(at=NOW)], at=NOW, answer={})


@pytest.mark.django_db
def test_a_round_signs_what_moved() -> None:
    something_happens()

    call_command("worker", once=True)

    assert Checkpoint.objects.count() == 1


@pytest.mark.django_db
def test_the_worker_does_what_the_outbox_asks_for() -> None:
    done: list[str] = []
    journal.subscribe(at_once={}, afterwards={ApplicationClosed: ["mail"]})
    outbox.install({"mail": lambda errand, now: done.append(errand.stream)})
    something_happens()

    call_command("worker", once=True)
    corridor.install()

    assert (done, outbox.waiting()) == (["thing/1"], 0)


@pytest.mark.django_db
def test_a_task_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails(now: datetime) -> None:
        raise ValueError("坏事件")

    monkeypatch.setattr(worker, "TASKS", {"坏": fails, "好": lambda now: done.append("好")})
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    call_command("worker", once=True)

    assert done == ["好"]
    assert "后台任务“坏”这一轮没有完成" in caplog.text
