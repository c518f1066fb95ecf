"""What may a region lay down itself, beside the law?

Where the law leaves room, each region fills it by rules of its own: limits that no law knows, and what follows from
acts that the law only names. They are values, read from data (`casework/rules.py`); a rule of the law is code and
stands in its own module, where no region can change it. Every value says where it comes from: an article of the
region's own rules, or composed for the demo (示例).
"""

from __future__ import annotations

from dataclasses import dataclass

from tongban.domain.catalogue import Source
from tongban.domain.clock import Limit
from tongban.domain.events import LapseConsequence


@dataclass(frozen=True, slots=True)
class CreditItem:
    """One item of the published list of conduct that is entered in the credit record (失信行为清单)."""

    code: str
    name: str
    source: Source
    stands_months: int
    """For how many months an entry bars commitments at most; it is repaired before, or over then."""


@dataclass(frozen=True, slots=True)
class RepairGround:
    """One ground of the published list upon which repair is applied for (信用修复)."""

    code: str
    name: str
    source: Source


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A matter for which no commitment is taken, and the field that the law keeps out."""

    matter: str
    ground: str
    source: Source


@dataclass(frozen=True, slots=True)
class RegionRules:
    """The rules of one region; `region` is the division (GB/T 2260) that lays them down."""

    region: str
    pre_review: Limit
    """Within how many days a request for pre-review (网上预审) is answered, from the day of the request."""
    pre_review_source: Source
    pre_reviews: int
    """How many times one draft may be pre-reviewed."""

    correction: Limit
    """Within how many days the applicant answers a notice of correction; unanswered, he counts as having withdrawn."""
    correction_source: Source
    confirmation: Limit
    """Within how many days co-applicants sign."""
    confirmation_source: Source
    deferral: Limit
    """Within how many days of acceptance a deferred material (容缺) follows, where the limit leaves that much."""
    deferral_source: Source
    deferral_reserve_days: int
    """How many working days of the statutory limit are kept for deciding."""
    deferral_remind_days: int
    """How many working days before the deadline the applicant is reminded."""
    deferral_pauses_promise: bool
    deferral_consequence: LapseConsequence
    urge_every_days: int
    """After how many natural days a case may be urged again."""
    verification: Limit
    """Within how many days of the decision a commitment is verified."""
    verification_source: Source
    verification_share: int
    """How many of a hundred commitments are verified, drawn by lot; 100: all."""
    order: Limit
    """Within how many days an order to correct is met."""
    order_source: Source
    statement: Limit
    """Within how many days the applicant or a third party states its case."""
    statement_source: Source
    spot_check: Limit
    """Within how many days of the draw a decision on the spot is checked."""
    spot_check_source: Source
    spot_check_share: int
    """How many of a hundred decisions on the spot of a month are checked, drawn by lot."""
    repair: Limit
    """Within how many days a request to repair a credit entry is answered."""
    repair_source: Source
    credit_items: tuple[CreditItem, ...] = ()
    repair_grounds: tuple[RepairGround, ...] = ()
    credit_regions: tuple[str, ...] = ()
    """Provinces whose credit entries bar commitments here: entries are recognised across regions (互认)."""
    exclusions: tuple[Exclusion, ...] = ()

    def excluded(self, matter: str) -> Exclusion | None:
        """Return why no commitment is taken for a matter; None where one is."""
        return next((one for one in self.exclusions if one.matter == matter), None)
