"""Which acts of the applicant are on their way to the node that has his cases, and how does a page say so?

He acts where he applied. What another node has goes there (`ActAsked`) and comes to something later: that node tells
back what it did in his name, or refuses it (`ActRefused`). Until then a page says so in the place of what would ask for
the same a second time. He may urge, and state his case, as often as he likes; a second rating is refused in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongban.casework import adapters, supplies, words
from tongban.casework.storage import stream_of
from tongban.crypto import canonical
from tongban.domain.application import Application, Case
from tongban.domain.catalogue import Catalogue
from tongban.domain.events import (
    AT,
    ActAsked,
    ActRefused,
    AskedAct,
    CaseWithdrawn,
    CommitmentWithdrawn,
    CreditRepairAsked,
    DemandKind,
    DemandsAnswered,
    Event,
    FormChanged,
    HearingRequested,
    MaterialsSupplied,
    StatementMade,
    SupplyCause,
    TogetherAsked,
)
from tongban.domain.materials import place
from tongban.journal import queries as journal
from tongban.journal.queries import Recorded
from tongban.keys import actions as keys
from tongban.people.actor import SIGNED_IN_AT

_EFFECTS: Mapping[tuple[type[Event], SupplyCause | None], AskedAct] = {
    (DemandsAnswered, None): AskedAct.ANSWER,
    (CaseWithdrawn, None): AskedAct.WITHDRAW,
    (MaterialsSupplied, SupplyCause.DEFERRAL): AskedAct.SUPPLY,
    (FormChanged, SupplyCause.CHANGE): AskedAct.CHANGE,
    (CommitmentWithdrawn, None): AskedAct.TAKE_BACK,
    (MaterialsSupplied, SupplyCause.CHANGE): AskedAct.REPLACE,
    (TogetherAsked, None): AskedAct.WAIT,
    (StatementMade, None): AskedAct.STATE,
    (HearingRequested, None): AskedAct.REQUEST_HEARING,
    (CreditRepairAsked, None): AskedAct.ASK_REPAIR,
}
"""What is told back, by its kind and cause, when an act was done; acts that are not here are never shown."""
_KINDS = sorted({kind.__name__ for kind, _cause in _EFFECTS} | {ActAsked.__name__, ActRefused.__name__})


@dataclass(frozen=True, slots=True)
class Underway:
    """What was asked of other nodes and has not come to anything yet, the oldest first."""

    asked: tuple[ActAsked, ...] = ()

    def of(self, act: AskedAct, case: int = 0) -> list[ActAsked]:
        """Return the acts of one kind; upon one case, where it is named."""
        return [one for one in self.asked if one.act is act and (not case or case in one.cases)]

    def told(self, act: AskedAct, case: int = 0) -> str:
        """Say that acts of one kind are on their way; empty where none is."""
        nodes = dict.fromkeys(one.to for one in self.of(act, case))
        if not nodes:
            return ""
        said = {"act": words.ASKED[act], "node": words.listed([adapters.called(node) for node in nodes])}
        if act is AskedAct.STATE:
            return _("您的%(act)s已转交%(node)s，正等待其答复，还可以补充陈述。") % said
        return _("您的%(act)s已转交%(node)s，正等待其答复，不用再次提交。") % said

    @property
    def all_told(self) -> list[str]:
        """One sentence for each kind."""
        return [self.told(act) for act in dict.fromkeys(one.act for one in self.asked)]

    def cases(self, act: AskedAct) -> frozenset[int]:
        return frozenset(index for one in self.of(act) for index in one.cases)

    def places(self, act: AskedAct) -> frozenset[str]:
        """Return the places of the materials for which files are on their way."""
        return frozenset(where for one in self.of(act) for where, _digest in one.files)

    def answered(self, application: Application, catalogue: Catalogue) -> frozenset[int]:
        """Return the numbers of the demands to which an answer is on its way."""
        found: set[int] = set()
        for one in self.of(AskedAct.ANSWER):
            said, files = canonical.decode(keys.unseal(one.said)), dict(one.files)
            for number, demand in application.demands.items():
                case = application.case(demand.case)
                given = str(number) in said["explanations"]
                if demand.kind is DemandKind.MATERIAL:
                    given = place(demand.target, supplies.subject_in(catalogue, case, demand.target)) in files
                elif demand.kind is DemandKind.ELEMENT:
                    given = given or demand.target in said["values"]
                if given and case.index in one.cases:
                    found.add(number)
        return frozenset(found)


NOTHING = Underway()


def of(application: Application, shown: Iterable[Case]) -> Underway:
    """Return what is on its way about these cases. One statement, where the application ever left this node."""
    if not application.peers:
        return NOTHING
    asked: list[ActAsked] = []
    for entry in journal.of_kinds(*_KINDS, streams=[stream_of(application.id)]):
        if isinstance(entry.event, ActAsked):
            asked.append(entry.event)
        elif met := next((one for one in asked if _comes_of(entry, one)), None):
            asked.remove(met)
    indexes, acts = {case.index for case in shown}, set(_EFFECTS.values())
    return Underway(tuple(one for one in asked if one.act in acts and not indexes.isdisjoint(one.cases)))


def _comes_of(entry: Recorded, asked: ActAsked) -> bool:
    """Whether an entry is what an act came to: refused there, or done there by who is signed in here."""
    event = entry.event
    if isinstance(event, ActRefused):
        return (event.act, event.to, event.cases) == (asked.act, asked.to, asked.cases)
    done_there = entry.actor.startswith(f"{asked.to}{AT}") and SIGNED_IN_AT in entry.actor
    act = _EFFECTS.get((type(event), getattr(event, "cause", None)))
    return done_there and act is asked.act and getattr(event, "case", asked.cases[0]) in asked.cases
