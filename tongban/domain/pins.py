"""Is a wallet PIN (授权密码) hard enough to guess?

It is six to twelve digits, typed at a window where others stand by. Refused is what is tried first: one digit or a
short pattern over and over, a run up or down, and what stands in the holder's own document number or phone.

The rules are composed for this project.

>>> check("395817", known=["110101199003078515"])
'395817'
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tongban.domain.refused import Refused

SHORTEST, LONGEST = 6, 12
_RUNS = ("01234567890123456789", "98765432109876543210")
_DIGITS = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")
_OVER_AND_OVER = re.compile(r"(.{1,3})\1+")


class WeakPin(Refused):
    """A PIN that somebody would try first."""

    code = "weak_pin"


def check(pin: str, *, known: Iterable[str]) -> str:
    """Return the PIN when it may be set. `known` are numbers that belong to the holder. Raises WeakPin."""
    if not _DIGITS.fullmatch(pin):
        raise WeakPin(f"授权密码未设置：应为 {SHORTEST} 至 {LONGEST} 位数字。请重新输入。", field="pin")
    if _OVER_AND_OVER.fullmatch(pin) or any(pin in run for run in _RUNS):
        raise WeakPin("授权密码未设置：连号或重复的数字最容易被猜到。请换一组数字。", field="pin")
    if any(pin in number for number in known):
        raise WeakPin("授权密码未设置：不能用证件号码或电话号码中的数字。请换一组数字。", field="pin")
    return pin
