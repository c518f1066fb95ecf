"""What does a process keep beside its database, and is it after a test what it was before?

The language in which it speaks stays that of the last reader. Blocks of numbers, published calendars, connected
registries and the like stand in the modules of the house, in lists and dictionaries with private names in small letters
(`_reserved`). What a test writes in its database is undone; what it leaves in these would be found by whichever test
comes next.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.utils import translation

from tongban.catalogue import queries as catalogue

KEPT = re.compile(r"_[a-z][a-z_]*")


@contextmanager
def as_before() -> Iterator[None]:
    before = [_copy(one) for one in _kept()]
    yield
    for one, was in zip(_kept(), before, strict=True):
        one.clear()
        one.extend(was) if isinstance(one, list) else one.update(was)
    catalogue.forget()
    translation.deactivate()


@cache
def _kept() -> list[Any]:
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("tongban.")]
    return [
        value
        for module in modules
        for name, value in vars(module).items()
        if KEPT.fullmatch(name) and type(value) in {list, dict}
    ]


def _copy(value: Any) -> Any:
    """Copy lists and dictionaries all the way down; what stands in them stays the same."""
    if isinstance(value, list):
        return [_copy(one) for one in value]
    return {key: _copy(one) for key, one in value.items()} if isinstance(value, dict) else value
