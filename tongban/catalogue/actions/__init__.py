"""What is done to the catalogue."""

from tongban.catalogue.actions.load import Content, load
from tongban.catalogue.actions.ownership import KeptByAnother
from tongban.catalogue.actions.publish import GivenTwice, Holdings, NoStandard, Observations, observe, publish
from tongban.catalogue.storage import Observed

__all__ = [
    "Content",
    "GivenTwice",
    "Holdings",
    "KeptByAnother",
    "NoStandard",
    "Observations",
    "Observed",
    "load",
    "observe",
    "publish",
]
