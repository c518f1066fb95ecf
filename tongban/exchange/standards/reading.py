"""How is a message about the catalogue read? Strictly: every member that is expected, of its form, and no other.

The kernel's values travel in their plain form (`domain/codec.py`); what does not equal its own plain form is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from tongban.domain.codec import from_plain, to_plain
from tongban.domain.envelope import Message
from tongban.domain.refused import Refused

DIGEST = re.compile(r"[0-9a-f]{64}")
CLOCKS_DIFFER = timedelta(minutes=1)
"""At most; what is told of a later instant has not happened."""
HIGHEST = 2**31 - 1

Read = TypeVar("Read")


class NotReadable(Refused):
    """A message about the catalogue that is not in its form."""

    code = "not_readable"


@dataclass(frozen=True, slots=True)
class Told:
    """A message with its body, as a handler reads it."""

    message: Message
    body: dict[str, Any]
    now: datetime

    @property
    def operation(self) -> str:
        return f"told/{self.message.source}/{self.message.id}"

    def text(self, name: str) -> str:
        return self._read(name, lambda value: _demand(value, str))

    def number(self, name: str) -> int:
        """A version or serial: from 1 on."""
        return self._read(name, _number)

    def digest(self, name: str) -> str:
        return self._read(name, lambda value: _demand(value, str, DIGEST.fullmatch(str(value)) is not None))

    def day(self, name: str) -> date:
        return self._read(name, lambda value: _value(value, date))

    def at(self, name: str = "at") -> datetime:
        """An instant that has come."""
        instant: datetime = self._read(name, lambda value: _value(value, datetime))
        return self.past(instant)

    def past(self, instant: datetime) -> datetime:
        if instant > self.now + CLOCKS_DIFFER:
            raise NotReadable(f"未接收：所说的时间 {instant.isoformat()} 还没有到。请双方核对时钟。")
        return instant

    def value(self, name: str, kind: Any) -> Any:
        """A value of the kernel in its plain form."""
        return self._read(name, lambda value: _value(value, kind))

    def plain(self, name: str, read: Callable[[Any], Read]) -> Read:
        """What `read` makes of a member."""
        return self._read(name, read)

    def _read(self, name: str, read: Callable[[Any], Read]) -> Read:
        try:
            return read(self.body[name])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
            raise NotReadable(f"未接收：“{name}”一项的写法不对。请对方核对程序版本。") from wrong


def told(message: Message, body: Any, now: datetime, *members: str) -> Told:
    """Return a message whose body has just these members. Raises NotReadable."""
    if not isinstance(body, dict) or body.keys() != set(members):
        raise NotReadable(f"未接收：应有且只有 {'、'.join(members)} 各项。请对方核对程序版本。")
    return Told(message, body, now)


def _value(plain: Any, kind: Any) -> Any:
    value = from_plain(plain, kind)
    if to_plain(value, kind) != plain:
        raise ValueError("not its own plain form")
    return value


def _number(value: Any) -> int:
    number: int = _demand(value, int)
    if not 1 <= number <= HIGHEST:
        raise ValueError(number)
    return number


def _demand(value: Any, kind: type, right: bool = True) -> Any:
    if type(value) is not kind or not right:
        raise TypeError(kind.__name__)
    return value
