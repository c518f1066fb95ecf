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


@dataclass(frozen=True, slots=True)
class RegionRules:
    """The rules of one region; `region` is the division (GB/T 2260) that lays them down."""

    region: str
    pre_review: Limit
    """Within how many days a request for pre-review (网上预审) is answered, from the day of the request."""
    pre_review_source: Source
    pre_reviews: int
    """How many times one draft may be pre-reviewed."""
