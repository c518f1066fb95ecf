"""The same file given many times in one instant is one file."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from pytest_django import Settings

from tests.files import samples
from tests.own_database import OwnDatabase
from tongban.files.actions import StoredFile, open_file, store
from tongban.files.models import Blob

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_the_same_file_in_the_same_instant_is_one_file(
    own_database: OwnDatabase, settings: Settings, tmp_path: Path
) -> None:
    settings.FILES_DIR = tmp_path / "files"

    def put() -> StoredFile:
        return store(party="org:1", name="a.pdf", stream=io.BytesIO(samples.PDF), now=NOW)

    answers = own_database.together(*[put] * 6)

    assert answers == [answers[0]] * 6
    assert (Blob.objects.count(), len([one for one in tmp_path.rglob("*") if one.is_file()])) == (1, 1)
    assert open_file(party="org:1", digest=answers[0].digest) == samples.PDF
