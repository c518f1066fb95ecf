"""What does casework ask of the rooms above it? The roof brings the answers.

Which node speaks for a region, until when its word is here, and whether a case is handled in some other place as well:
a node that knows no others handles everything itself. And whom a clerk helps with a draft at his window (帮办): he
fills it in on the same pages as its applicant, which ask here. Without a room that helps, nobody does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from tongban.domain.application import Application, Case
from tongban.domain.refused import Refused
from tongban.domain.regions import province_of
from tongban.people.actor import Actor
from tongban.web.values import Link

Nodes = Callable[[str], str | None]
"""A division (GB/T 2260) to the name of the other node that speaks for it; None: none is known."""

Names = Callable[[str], str]
"""The name of a node to what people call it."""

Heard = Callable[[], Mapping[str, date]]
"""By node, the last day of which everything is here that it has told or asked."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What the sheet of a case says of another place in which it is handled, and where to read more."""

    title: str
    text: str
    href: str
    tone: str = ""


Asides = Callable[[Application, Case], Aside | None]

_nodes: list[tuple[Nodes, Names]] = []
_asides: list[Asides] = []
_heard: list[Heard] = []


class NoNode(Refused):
    """A region for which no node is known."""

    code = "no_node"


def install(*, nodes: Nodes, names: Names, aside: Asides | None = None, heard: Heard | None = None) -> None:
    _nodes[:] = [(nodes, names)]
    _asides[:] = [aside] if aside else []
    _heard[:] = [heard] if heard else []


def aside(application: Application, case: Case) -> Aside | None:
    """Return what there is to say of another place in which a case is handled; None where there is none."""
    return _asides[0](application, case) if _asides else None


def called(node: str) -> str:
    """Return what people call another node."""
    return _nodes[0][1](node) if _nodes else node


def heard() -> Mapping[str, date]:
    """Return by node the last day of which everything is here that it has told or asked; one that is left out has told
    nothing so far.
    """
    return _heard[0]() if _heard else {}


def ours(division: str) -> bool:
    """Whether this node speaks for a division."""
    return province_of(division) in {province_of(region) for region in settings.REGIONS}


def node_of(division: str) -> str:
    """Return the node that speaks for a division; empty where this one does. Raises NoNode."""
    if ours(division):
        return ""
    found = _nodes[0][0](division) if _nodes else None
    if found is None:
        raise NoNode("未提交：办理该事项的地区还没有与本节点联通，不能转交。请直接向该地区申请，或联系系统管理员。")
    return found


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody who helps: himself, for the party of this one draft and within its mandate; and where he came from."""

    actor: Actor
    window: tuple[Link, ...]
    """The way down to his page of this help; the last one is that page."""

    @property
    def href(self) -> str:
        return self.window[-1].href


Helper = Callable[[Actor, str, datetime], Helped | None]

_helpers: list[Helper] = []


def install_helper(helper: Helper) -> None:
    _helpers[:] = [helper]


def helped(actor: Actor, draft: str, *, now: datetime) -> Helped | None:
    """Return as whom the actor fills in a draft of somebody whom he helps now; None: he does not."""
    return next((found for helper in _helpers if (found := helper(actor, draft, now))), None)
