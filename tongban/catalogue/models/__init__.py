"""What the catalogue keeps: what matters and their versions say, and what regions put their names to."""

from tongban.catalogue.models.calendar import HolidayNotice
from tongban.catalogue.models.entries import Entry
from tongban.catalogue.models.joint import Agreement, Batch, BatchAct, JointMeeting, RecognitionRule
from tongban.catalogue.models.raw import RawItem
from tongban.catalogue.models.versions import (
    Bundle,
    CertificateType,
    Delegation,
    Departure,
    Draft,
    Element,
    Extension,
    Implementation,
    Material,
    Matter,
    Observation,
    Offer,
    Reform,
    Standard,
    Validity,
    Version,
)

__all__ = [
    "Agreement",
    "Batch",
    "BatchAct",
    "Bundle",
    "CertificateType",
    "Delegation",
    "Departure",
    "Draft",
    "Element",
    "Entry",
    "Extension",
    "HolidayNotice",
    "Implementation",
    "JointMeeting",
    "Material",
    "Matter",
    "Observation",
    "Offer",
    "RawItem",
    "RecognitionRule",
    "Reform",
    "Standard",
    "Validity",
    "Version",
]
