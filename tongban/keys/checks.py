"""Can this machine sign by its profile? Asked before every command that starts or changes a node."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tongban.crypto import profiles, selftest
from tongban.crypto.unavailable import Unavailable


@register
def algorithms_pass_their_known_answers(**asked: Any) -> list[CheckMessage]:
    """Run the known-answer tests of the profile's algorithms (GB/T 32918.5, 32905, 32907)."""
    try:
        selftest.run(profiles.for_profile(settings.CRYPTO))
    except Unavailable as lacking:
        return [Error(str(lacking), id="keys.E001")]
    return []
