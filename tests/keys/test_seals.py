"""Is an operator's e-seal service found by its name?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tongban.keys import seals
from tongban.project import protocols


class CitySeals:
    def stamp(self, *, paper: bytes, body: str, seal: str, signature: str) -> bytes:
        return paper


@pytest.fixture
def afterwards_none() -> Iterator[None]:
    yield
    seals.install(None)


def test_the_service_of_the_settings_is_installed_at_start(settings: Settings, afterwards_none: None) -> None:
    assert seals.installed() is None

    settings.SEAL_SERVICE = f"{__name__}.CitySeals"
    protocols.install()

    assert type(seals.installed()).__name__ == "CitySeals"


def test_a_service_that_is_not_there_is_told_at_start(settings: Settings) -> None:
    settings.SEAL_SERVICE = "seals.nowhere.service"

    with pytest.raises(ImportError):
        protocols.install()
