from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongban.catalogue import queries


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Versions that a test puts into force are undone after it; the process must not remember them."""
    queries.forget()
    yield
    queries.forget()
