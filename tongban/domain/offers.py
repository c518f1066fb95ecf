"""Who may take in what for whom, and in which reform mode does a matter stand?

An offer (跨省通办清单项) has a direction: a province lets the halls of others take in one of its matters, in one
handling mode, and says from when receipt counts. An extended hall (延伸服务) serves the matters of another region, at
any level. The reform mode (证照分离) says what became of an approval, by matter, region and date. All rest on a
document, and an offer or extension stops with the agreement it rests on.

Source: 国办发〔2020〕35号 (three handling modes); 国发〔2021〕7号 (证照分离, four modes); design, invariant 15.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.catalogue import Implementation, Source, SourceKind
from tongban.domain.refused import Refused
from tongban.domain.regions import lies_in, province_of

COMPOSED = Source(SourceKind.COMPOSED)


class HandlingMode(StrEnum):
    """Handling mode (办理模式)."""

    ONLINE = "online"  # 全程网办
    PROXY = "proxy"  # 异地代收代办
    JOINT = "joint"  # 多地联办


class ReceiptCounts(StrEnum):
    """From when receipt counts for the clock of acceptance."""

    AT_INTAKE = "at_intake"  # 收件大厅收到之日
    AT_ARRIVAL = "at_arrival"  # 主管部门收到之日


class ReformMode(StrEnum):
    """What became of an approval (证照分离改革方式)."""

    ABOLISHED = "abolished"  # 直接取消审批
    FILING = "filing"  # 审批改为备案
    COMMITMENT = "commitment"  # 实行告知承诺
    IMPROVED = "improved"  # 优化审批服务


@dataclass(frozen=True, slots=True)
class Offer:
    """`matter` (a handling item) of `province` may be handed in at halls of `to`. Days are half-open; None: no end."""

    matter: str
    province: str
    to: tuple[str, ...]
    mode: HandlingMode
    agreement: str
    from_on: date
    until_on: date | None = None
    receipt_counts: ReceiptCounts = ReceiptCounts.AT_ARRIVAL
    territory: str = ""
    """A functional zone or division to which it is limited; empty: the whole of `to`."""
    source: Source = COMPOSED


@dataclass(frozen=True, slots=True)
class Extension:
    """A hall serves the matters of `region` at the named levels of exercise (延伸服务)."""

    hall: str
    hall_name: str
    hall_region: str
    region: str
    levels: tuple[int, ...]
    agreement: str
    from_on: date
    until_on: date | None = None
    hall_name_en: str = ""
    source: Source = COMPOSED


@dataclass(frozen=True, slots=True)
class Reform:
    """The reform mode of a matter in a region since a day (证照分离)."""

    matter: str
    region: str
    mode: ReformMode
    from_on: date
    measures: str = ""
    source: Source = COMPOSED


def stands(*, from_on: date, until_on: date | None, today: date) -> bool:
    """Whether something valid in a half-open span counts today (design, invariant 15)."""
    return from_on <= today and (until_on is None or today < until_on)


# --- at a window ------------------------------------------------------------------------------------------------------


class NotTakenInHere(Refused):
    """A matter that this hall may not take in: it is another hall's, and nothing that stands today offers it."""

    code = "not_taken_in_here"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Why a hall may take a matter in, and what follows from that. `mode` None: it is the hall's own matter."""

    mode: HandlingMode | None
    receipt_counts: ReceiptCounts
    agreement: str = ""


OWN = Entitlement(None, ReceiptCounts.AT_INTAKE)


def entitled(
    implementation: Implementation,
    *,
    hall: str,
    hall_region: str,
    offers: Iterable[Offer],
    extensions: Iterable[Extension],
) -> Entitlement | None:
    """Return by what a hall may take in what a body offers; None where nothing allows it.

    Its own matters it takes in without anything; those of another province where that one offers them to the halls of
    its own; those of a region that it is extended to at their level, where receipt counts when the competent department
    has it, for an extension says nothing else. `offers` and `extensions` are those that stand today.
    """
    if implementation.hall == hall:
        return OWN
    for one in offers:
        given = (one.matter, one.province) == (implementation.matter, province_of(implementation.region))
        if given and province_of(hall_region) in one.to and _within(hall_region, one.territory):
            return Entitlement(one.mode, one.receipt_counts, one.agreement)
    for each in extensions:
        if (each.hall, each.region) == (hall, implementation.region) and implementation.level in each.levels:
            return Entitlement(HandlingMode.PROXY, ReceiptCounts.AT_ARRIVAL, each.agreement)
    return None


def _within(region: str, territory: str) -> bool:
    """Whether a hall lies in the division to which an offer is limited; none is known to lie in a functional zone."""
    return not territory or (territory.isdigit() and lies_in(region, territory))
