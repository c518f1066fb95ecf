from datetime import UTC, datetime
from pathlib import Path

import pytest


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def keys_dir(settings, tmp_path: Path) -> Path:
    """A keys folder for this test alone."""
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR
