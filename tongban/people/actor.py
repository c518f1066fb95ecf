"""Who is acting, for whom, and in which duties?

An actor (办理人) is a frozen value made anew for each request, so that a mandate that was revoked a second ago no
longer counts. Permission predicates look at this value only; they ask no database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tongban.domain.identifiers import DocumentType
from tongban.people.roles import Role

NODE = "node:"
"""Begins the name of another node that acts by a message: for the regions it speaks for, as their steward."""
FOR = " for "
"""Parts, in the journal, who acts from whose duty it is."""
SIGNED_IN_AT = "@"
"""Parts, in the journal, who acts here from the other node where he is signed in; that one knows him."""


class PartyKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Party:
    """Who applies. `id` is `person:<id>` or `org:<uscc>`, which is also the name of its data key."""

    id: str
    kind: PartyKind
    name: str
    number: str
    """The unified social credit code, or the number of the person's document; personal data for a person."""
    document: DocumentType = DocumentType.USCC
    """Of what kind the number is."""


@dataclass(frozen=True, slots=True)
class Absent:
    """Whose duty it is that another does today (代岗)."""

    id: str
    """`account:<uuid>`."""
    name: str
    person: str = ""
    """`person:<id>`; empty for staff without a person of their own."""


@dataclass(frozen=True, slots=True)
class DutyValue:
    """One duty that stands today; an empty text means the duty is not tied to such a place.

    A hall and a desk stand by their codes, a department by its unified social credit code.
    """

    role: Role
    region: str
    hall: str = ""
    department: str = ""
    desk: str = ""
    absent: Absent | None = None
    """For whom the actor does it; None: it is his own."""


@dataclass(frozen=True, slots=True)
class Actor:
    id: str
    """`account:<uuid>`, `node:<name>`, or `system`."""
    name: str
    person: str = ""
    """`person:<id>`; empty for staff without a person of their own."""
    party: Party | None = None
    """For whom the actor acts now: himself or an organisation he represents."""
    mandate_matters: frozenset[str] | None = None
    """The matters the mandate covers; None: all."""
    duties: tuple[DutyValue, ...] = ()

    def has(self, role: Role) -> bool:
        return any(duty.role is role for duty in self.duties)

    def signs(self, absent: Absent | None) -> str:
        """Return as whom the journal names the actor: himself, or himself for whose duty he does."""
        return f"{self.id}{FOR}{absent.id}" if absent else self.id


SYSTEM = Actor(id="system", name="系统")


def node(name: str, *, speaks_for: Iterable[tuple[str, str]] = ()) -> Actor:
    """Return another node as who acts by its messages: the steward of the regions and bodies it speaks for."""
    duties = (DutyValue(Role.STEWARD, region, department=body) for region, body in speaks_for)
    return Actor(id=NODE + name, name=name, duties=tuple(duties))
