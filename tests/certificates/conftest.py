from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.certificates.drafts import ISSUER
from tongban.certificates import actions


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def today() -> date:
    return date(2026, 3, 2)


@pytest.fixture(params=["sm", "intl"])
def profile(settings, request) -> str:
    settings.CRYPTO = request.param
    return request.param


@pytest.fixture
def keys_dir(settings, tmp_path: Path) -> Path:
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


@pytest.fixture
def issuer(db, keys_dir, now, django_capture_on_commit_callbacks):
    """An issuer with its key, in the trust list of the keys folder."""
    with django_capture_on_commit_callbacks(execute=True):
        actions.prepare_issuer(issuer=ISSUER, now=now)
    return ISSUER
