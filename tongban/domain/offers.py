"""Who may take in what for whom, and in which reform mode does a matter stand?

An offer (跨省通办清单项) has a direction: a province lets the halls of others take in one of its matters, in one
handling mode, and says from when receipt counts. An extended hall (延伸服务) serves the matters of another region, at
any level. The reform mode (证照分离) says what became of an approval, by matter, region and date. All rest on a
document, and an offer or extension stops with the agreement it rests on.

Source: 国办发〔2020〕35号 (three handling modes); 国发〔2021〕7号 (证照分离, four modes); design, invariant 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.catalogue import Source, SourceKind

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
