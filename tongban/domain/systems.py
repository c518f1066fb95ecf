"""A department decides a case in a system of its own: what does that system say of it, and what follows here?

The words of each system are translated by a *table of states*, which has a version. An answer that is older than what
is known, or that says the same again, moves nothing: answers may come twice and in any order. What is said for good is
said once: a second conclusion that differs is no conclusion but something for people to clear up. A conclusion names
the officer who made it there; who accepted the case here does not decide it there either. Nothing that a system says
stops a clock: what does is a special procedure, which the deciding desk begins here, by the law's closed list.

Source: Administrative Licensing Law, arts. 26 (one authority accepts and answers for all its parts), 38 (a written
decision, with reasons where it denies), 45 (time that does not count); design, invariants 3 and 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from tongban.domain.acts import ENDED_AS, ReasonMissing, SameEyes, open_case
from tongban.domain.answers import Listed, Said
from tongban.domain.application import Application, Case, CaseState
from tongban.domain.events import Outcome, SystemState
from tongban.domain.refused import Refused

FINAL = {SystemState.APPROVED: Outcome.APPROVED, SystemState.DENIED: Outcome.DENIED}
"""What is said for good, and the outcome it is."""
FOR_PEOPLE = frozenset({SystemState.SUSPENDED, SystemState.ASKING, SystemState.DECLINED, SystemState.ENDED})
"""What the deciding desk has to do something about."""
LEEWAY = timedelta(minutes=5)
"""So far may a system's clock be ahead."""


class UnknownState(Refused):
    """A word that the system's table of states does not have."""

    code = "unknown_state"


class NotPlacedThere(Refused):
    """An answer about a case that this system was not given."""

    code = "not_placed_there"


class FromTheFuture(Refused):
    """An answer that says it was given later than now."""

    code = "from_the_future"


class OfficerMissing(Refused):
    """A conclusion that nobody answers for."""

    code = "officer_missing"


class Contradicts(Refused):
    """A conclusion against one that was given already."""

    code = "contradicts"


class EndedHere(Refused):
    """A conclusion on a case that came to its end otherwise."""

    code = "ended_here"


@dataclass(frozen=True, slots=True)
class StateTable:
    """What the words of a system mean. A table never changes: a new one has a new version."""

    version: str
    states: Mapping[str, SystemState]

    def meaning(self, word: str) -> SystemState:
        """Raises UnknownState."""
        if word not in self.states:
            raise UnknownState(f"未采用：状态对照表第 {self.version} 版中没有“{word}”。请核对后登记新版对照表。")
        return self.states[word]


STANDARD = StateTable("1", {state.value: state for state in SystemState})
"""The words of the reference adapter."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was last taken over of what a system said about a case."""

    system: str
    title: str
    said: SystemState | None = None
    at: datetime | None = None
    number: str = ""


class Weight(StrEnum):
    """What an answer comes to."""

    NOTHING = "nothing"
    """Said before, or overtaken."""
    NOTE = "note"
    """Told, and people read it."""
    CONCLUDE = "conclude"
    """Told, and it is the department's conclusion."""


def weigh(
    case: Case, known: Known, said: Said, meaning: SystemState, *, accepted_by: str = "", now: datetime
) -> Weight:
    """Say what an answer comes to. `accepted_by`: what the person is called who accepted the case here.

    Raises NotPlacedThere, FromTheFuture, OfficerMissing, SameEyes, Contradicts, EndedHere.
    """
    if said.system != known.system:
        raise NotPlacedThere(f"未采用：这个办件没有送交“{said.system}”。请核对系统名称。")
    if said.at > now + LEEWAY:
        raise FromTheFuture(f"未采用：{known.title}答复的时间晚于现在。请核对对方时钟。")
    outcome = FINAL.get(meaning)
    if outcome is None:
        return _note(case, known, said, meaning)
    if known.said in FINAL:
        return _again(known, known.said is meaning)
    if case.conclusion is not None and case.state in (CaseState.CONCLUDED, CaseState.DECIDED):
        _again(known, case.conclusion.outcome is outcome)
        return Weight.NOTE
    if case.ended:
        raise EndedHere(f"未采用：第 {case.index} 个办件在这里{ENDED_AS[case.state]}。请与{known.title}核对。")
    if not said.officer.strip():
        raise OfficerMissing(f"未采用：{known.title}的结论没有写明由谁作出。请对方补全后重新答复。")
    if accepted_by and _same(said.officer, accepted_by):
        raise SameEyes(f"未采用：第 {case.index} 个办件由{accepted_by}受理，受理人不能作决定。请由另一人作出结论。")
    return Weight.CONCLUDE


def demand_reason(reason: str) -> str:
    """Return why something is filled in by hand (补录). Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing("未补录：必须写明为什么用手工补录。请填写原因后再提交。", field="why")
    return reason.strip()


def fill_in(application: Application, index: int, said: SystemState) -> bool:
    """Say whether what is filled in by hand is a conclusion to be signed now. Raises NotNow, Contradicts."""
    case = open_case(application, index, "补录")
    outcome = FINAL.get(said)
    if outcome is None or case.conclusion is None or case.state is not CaseState.CONCLUDED:
        return outcome is not None
    if case.conclusion.outcome is not outcome:
        raise Contradicts(f"未补录：第 {index} 个办件已经签署了另一个结论。需要更正的，请先收回再补录。")
    return False


def _again(known: Known, same: bool) -> Weight:
    if not same:
        raise Contradicts(f"未采用：{known.title}的结论与已有的结论不同。请与部门核实后，依法另行处理。")
    return Weight.NOTHING


def _note(case: Case, known: Known, said: Said, meaning: SystemState) -> Weight:
    overtaken = known.at is not None and said.at <= known.at
    same = known.said is meaning and meaning not in FOR_PEOPLE and known.number == said.number
    if case.ended or known.said in FINAL or overtaken or same:
        return Weight.NOTHING
    return Weight.NOTE


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


# --- comparing --------------------------------------------------------------------------------------------------------


class DifferenceKind(StrEnum):
    """In what the two sides differ on a case."""

    NOT_THERE = "not_there"
    """Handed over from here, and not in the system's list: it is sent again."""
    NOT_HERE = "not_here"
    """In the system's list, and never handed over from here."""
    BEHIND = "behind"
    """The system lists another state than it has told."""
    CONTRADICTS = "contradicts"
    """Two conclusions that differ."""
    OPEN_THERE = "open_there"
    """It came to its end here, and goes on there."""
    NOT_TAKEN = "not_taken"
    """The system's conclusion is here and could not be taken over."""
    UNREADABLE = "unreadable"
    """The system lists a state that its table does not have."""


@dataclass(frozen=True, slots=True)
class Here:
    """A case that a system has acknowledged. `refused`: an answer is here that could not be taken over."""

    said: SystemState | None
    outcome: Outcome | None
    ended: bool
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """`here` and `there` are states in the words of each side; empty: the case is not there."""

    kind: DifferenceKind
    case: str
    here: str = ""
    there: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many cases each side has, and in what they differ, in the order of their numbers."""

    here: int
    there: int
    differences: tuple[Difference, ...] = field(default=())

    @property
    def agreed(self) -> bool:
        return not self.differences


def compare(here: Mapping[str, Here], there: Mapping[str, Listed], table: StateTable) -> Compared:
    """Compare what both sides have, case by case."""
    found = []
    for case in sorted({*here, *there}):
        difference = _difference(case, here.get(case), there.get(case), table)
        if difference is not None:
            found.append(difference)
    return Compared(len(here), len(there), tuple(found))


def _difference(case: str, here: Here | None, there: Listed | None, table: StateTable) -> Difference | None:
    if here is None:
        return Difference(DifferenceKind.NOT_HERE, case, there=there.state if there else "")
    own = here.outcome.value if here.outcome else here.said.value if here.said else ""
    if there is None:
        # What ended here may have left the system's list.
        return None if here.ended else Difference(DifferenceKind.NOT_THERE, case, own)
    meaning = table.states.get(there.state)
    if meaning is None:
        return Difference(DifferenceKind.UNREADABLE, case, own, there.state)
    kind = _kind(here, meaning)
    return Difference(kind, case, own, there.state) if kind else None


def _kind(here: Here, meaning: SystemState) -> DifferenceKind | None:
    outcome = FINAL.get(meaning)
    if here.outcome is not None and outcome is not None:
        return None if here.outcome is outcome else DifferenceKind.CONTRADICTS
    if here.ended:
        return None if meaning in (SystemState.ENDED, SystemState.DECLINED) else DifferenceKind.OPEN_THERE
    if outcome is not None and here.refused:
        return DifferenceKind.NOT_TAKEN
    # It acknowledged the case: that it has received it is no news.
    return None if (here.said or SystemState.RECEIVED) is meaning else DifferenceKind.BEHIND
