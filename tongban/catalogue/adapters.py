"""What does the catalogue need to know from above? With which keys regions sign that sign on nodes of their own.

The roof installs who knows; without it only the keys of this node count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongban.domain.trust import TrustedKey
from tongban.keys.purposes import Purpose

KeysElsewhere = Callable[[Purpose], Mapping[str, TrustedKey]]
"""The keys of one purpose that other nodes publish for their own regions, by id."""

_keys: list[KeysElsewhere] = [lambda purpose: {}]


def install(*, keys: KeysElsewhere) -> None:
    _keys[0] = keys


def keys_elsewhere(purpose: Purpose) -> Mapping[str, TrustedKey]:
    return _keys[0](purpose)
