"""What does an application for one matter alone ask for?

Every application is made from a bundle. Whoever asks for one matter only (单独办理) asks for a bundle of one: that
matter, with the questions of its own standard. Its code is the matter's; no other bundle bears it.
"""

from __future__ import annotations

from tongban.domain.catalogue import Bundle, Category, Implementation, Inconsistent, Item, Standard
from tongban.domain.codes import Channel
from tongban.domain.consistency import ONLINE
from tongban.domain.refused import Refused

CATEGORY = Category("单独办理", "On its own")


class NotOnline(Refused):
    """A matter that the body takes in at its windows or by post only."""

    code = "not_online"


def bundle(standard: Standard) -> Bundle:
    """Return the bundle of just this matter."""
    return Bundle(
        code=standard.matter,
        name=standard.name,
        name_en=standard.name_en,
        items=(Item(standard.matter, CATEGORY.name),),
        questions=standard.questions,
        categories=(CATEGORY,),
    )


def online(implementation: Implementation) -> bool:
    """Whether the body takes the matter in by computer or phone."""
    return not ONLINE.isdisjoint(implementation.channels)


def demand_online(standard: Standard, implementation: Implementation) -> None:
    """Raise NotOnline when the matter cannot be applied for here."""
    if not online(implementation):
        ways = "快递" if Channel.POST in implementation.channels else "窗口"
        raise NotOnline(f"不能在网上申请：“{standard.name}”目前只能{ways}办理。请按办事指南中的地址办理。")


def demand_at_window(standard: Standard, implementation: Implementation) -> None:
    """Raise NotOnline when the matter is taken in neither at a window nor, with a clerk's help, by computer."""
    if Channel.WINDOW not in implementation.channels and not online(implementation):
        raise NotOnline(f"不能在窗口收件：“{standard.name}”目前只能快递办理。请按办事指南中的地址办理。")


def demand_own_code(code: str, matters: set[str]) -> None:
    """Refuse a bundle that bears the code of a matter: it would be taken for that matter alone. Raises Inconsistent."""
    if code in matters:
        raise Inconsistent(f"集成办理未装载：代码 {code} 是一个事项的编号。请为集成办理另起代码。")
