"""Migrations tell their purpose by their name and are complete."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

from tests.plugin import ROOT

MIGRATIONS = sorted(ROOT.glob("tongban/*/migrations/[0-9]*.py"))


def test_every_migration_has_a_name_that_tells_its_purpose() -> None:
    telling_nothing = [path.name for path in MIGRATIONS if re.search(r"_(auto|initial|alter|update)(_|\.)", path.name)]

    assert len(MIGRATIONS) > 0
    assert telling_nothing == []


@pytest.mark.django_db
def test_no_model_has_a_change_without_a_migration(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", dry_run=True)

    assert capsys.readouterr().out == "No changes detected\n"
