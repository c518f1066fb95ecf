"""What people do with an application.

Each action is one transaction in five beats: lock the stream, read the rows, ask whether one may, ask the kernel, store
what follows and append it to the journal. Page, JSON door and command call these and nothing else.
"""

from tongban.casework.actions.bulk import accept_each
from tongban.casework.actions.certify import certify
from tongban.casework.actions.changes import File, NotInTheForm, change, supply_in_place
from tongban.casework.actions.intake import (
    Wrong,
    accept,
    answer_correction,
    ask_correction,
    ask_to_wait,
    confirm,
    correct_on_the_spot,
    notice,
    refuse,
    urge,
    withdraw,
)
from tongban.casework.actions.procedures import (
    NotAnOfficer,
    WordsMissing,
    begin_procedure,
    check_site,
    deliver_letter,
    end_procedure,
    extend_limit,
    hold_hearing,
    make_statement,
    offer_hearing,
    record_hearing_request,
    record_statement,
    request_hearing,
    tell_interested,
)
from tongban.casework.actions.promises import (
    ask_repair,
    deny_repair,
    enter_credit,
    hold_draw,
    mend,
    notice_revocation,
    order,
    repair_credit,
    revoke,
    supply,
    take_back,
    verify,
)
from tongban.casework.actions.reliance import stand_by
from tongban.casework.actions.review import CannotDetermine, conclude, give_opinion, send_back
from tongban.casework.actions.satisfaction import rate
from tongban.casework.actions.spot_checks import AlreadyDrawn, check, draw_month
from tongban.casework.actions.submit import NotConfirmed, PartyUnknown, Prepared, SameParty, prepare, submit
from tongban.casework.actions.watch import close_supervision

__all__ = [
    "AlreadyDrawn",
    "CannotDetermine",
    "File",
    "NotAnOfficer",
    "NotConfirmed",
    "NotInTheForm",
    "PartyUnknown",
    "Prepared",
    "SameParty",
    "WordsMissing",
    "Wrong",
    "accept",
    "accept_each",
    "answer_correction",
    "ask_correction",
    "ask_repair",
    "ask_to_wait",
    "begin_procedure",
    "certify",
    "change",
    "check",
    "check_site",
    "close_supervision",
    "conclude",
    "confirm",
    "correct_on_the_spot",
    "deliver_letter",
    "deny_repair",
    "draw_month",
    "end_procedure",
    "enter_credit",
    "extend_limit",
    "give_opinion",
    "hold_draw",
    "hold_hearing",
    "make_statement",
    "mend",
    "notice",
    "notice_revocation",
    "offer_hearing",
    "order",
    "prepare",
    "rate",
    "record_hearing_request",
    "record_statement",
    "refuse",
    "repair_credit",
    "request_hearing",
    "revoke",
    "send_back",
    "stand_by",
    "submit",
    "supply",
    "supply_in_place",
    "take_back",
    "tell_interested",
    "urge",
    "verify",
    "withdraw",
]
