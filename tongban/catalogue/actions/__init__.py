"""What is done to the catalogue."""

from tongban.catalogue.actions.agreements import close_action, end_agreement, record_agreement, record_meeting
from tongban.catalogue.actions.alone import write_alone
from tongban.catalogue.actions.batches import (
    amend_batch,
    draft_batch,
    propose_batch,
    recall_proposal,
    sign_batch,
    sign_off,
    widen_batch,
    withdraw_batch,
)
from tongban.catalogue.actions.calendar import publish_calendar, take_calendar
from tongban.catalogue.actions.coherent import BodyElsewhere
from tongban.catalogue.actions.copies import keep_copy, keep_description
from tongban.catalogue.actions.departures import DepartsFromStandard, NoArticle
from tongban.catalogue.actions.load import Content, load
from tongban.catalogue.actions.ownership import DescriptionInUse, KeptByAnother
from tongban.catalogue.actions.publish import GivenTwice, Holdings, NoStandard, Observations, observe, publish
from tongban.catalogue.actions.received import StandardDiffers, take_bundle, told_of
from tongban.catalogue.actions.recognition import end_recognition, record_recognition, take_recognition
from tongban.catalogue.actions.refresh import refresh, refresh_daily
from tongban.catalogue.actions.told import (
    LedByAnother,
    ToldOtherwise,
    TooEarly,
    take_proposal,
    take_recall,
    take_sign_off,
    take_signature,
)
from tongban.catalogue.storage import Observed

__all__ = [
    "BodyElsewhere",
    "Content",
    "DepartsFromStandard",
    "DescriptionInUse",
    "GivenTwice",
    "Holdings",
    "KeptByAnother",
    "LedByAnother",
    "NoArticle",
    "NoStandard",
    "Observations",
    "Observed",
    "StandardDiffers",
    "ToldOtherwise",
    "TooEarly",
    "amend_batch",
    "close_action",
    "draft_batch",
    "end_agreement",
    "end_recognition",
    "keep_copy",
    "keep_description",
    "load",
    "observe",
    "propose_batch",
    "publish",
    "publish_calendar",
    "recall_proposal",
    "record_agreement",
    "record_meeting",
    "record_recognition",
    "refresh",
    "refresh_daily",
    "sign_batch",
    "sign_off",
    "take_bundle",
    "take_calendar",
    "take_proposal",
    "take_recall",
    "take_recognition",
    "take_sign_off",
    "take_signature",
    "told_of",
    "widen_batch",
    "withdraw_batch",
    "write_alone",
]
