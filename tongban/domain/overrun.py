"""Who holds a case, and to whom are days beyond the limit charged?

A case lies with the desks whose opinion is asked, then with the deciding desk; one that is concluded and waits for a
certificate lies with whoever holds the awaited case. So an overrun that another desk caused is charged to that desk.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.domain.application import Application, Case, CaseState


@dataclass(frozen=True, slots=True)
class Holder:
    """The case on which it depends, and the desk that has the next word there."""

    case: int
    desk: str


def holder(application: Application, case: Case) -> Holder:
    """Return with whom a case lies now; the first desk of those asked side by side."""
    if case.state is CaseState.CONCLUDED:
        waiting = [awaited for awaited in application.waits_for(case) if not awaited.ended]
        if waiting:
            latest = max(waiting, key=lambda one: (one.state is not CaseState.CONCLUDED, -one.index))
            return holder(application, latest)
    if not case.on_the_spot and case.state is CaseState.ACCEPTED and case.asked_opinions:
        return Holder(case.index, case.asked_opinions[0])
    return Holder(case.index, case.deciding_desk)
