"""What people do with an application.

Each action is one transaction in five beats: lock the stream, read the rows, ask whether one may, ask the kernel, store
what follows and append it to the journal. Page, JSON door and command call these and nothing else.
"""

from tongban.casework.actions.intake import accept, confirm
from tongban.casework.actions.promises import (
    enter_credit,
    hold_draw,
    mend,
    notice_revocation,
    order,
    repair_credit,
    revoke,
    state,
    supply,
    take_back,
    verify,
)
from tongban.casework.actions.review import CannotDetermine, conclude, give_opinion
from tongban.casework.actions.submit import PartyUnknown, Prepared, SameParty, prepare, submit
from tongban.casework.actions.watch import close_supervision

__all__ = [
    "CannotDetermine",
    "PartyUnknown",
    "Prepared",
    "SameParty",
    "accept",
    "close_supervision",
    "conclude",
    "confirm",
    "enter_credit",
    "give_opinion",
    "hold_draw",
    "mend",
    "notice_revocation",
    "order",
    "prepare",
    "repair_credit",
    "revoke",
    "state",
    "submit",
    "supply",
    "take_back",
    "verify",
]
