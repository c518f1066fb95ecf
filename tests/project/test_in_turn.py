"""`tongban in-turn`: commands of standard input one after the other, and none after one that failed."""

from __future__ import annotations

import io
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError


def run(monkeypatch: pytest.MonkeyPatch, lines: str) -> str:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    try:
        call_command("in_turn", stdout=said)
    except CommandError as failed:
        said.write(f"! {failed}")
    return said.getvalue()


def test_commands_run_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(monkeypatch, "check-id imo 9074729  # a ship\n\ndue 2026-02-10 '20' --unit working\n")

    assert [line[:2] for line in said.splitlines()] == ["有效", "最迟"]


@pytest.mark.parametrize("failing", ["keys export-root 120000", "due 'unfinished"])
def test_what_comes_after_one_that_failed_is_not_done(monkeypatch: pytest.MonkeyPatch, db: None, failing: str) -> None:
    said = run(monkeypatch, f"check-id imo 9074729\n{failing}\ndue 2026-02-10 20 --unit working\n")

    assert said.startswith("有效") and "\n! " in said
    assert "最迟" not in said
