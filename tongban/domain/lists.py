"""On which public lists does a matter stand?

Each list (清单) is one predicate over what a standard, an implementation and the offers of its province say, never
typed by hand: whoever changes an attribute has changed the list. The reform mode (证照分离) of a matter is the newest
one that its region, or a division above it, has set by the day.

Source: 国办发〔2018〕45号 (一网、一门、一次: 网上办, 一次办, 最多跑一次, 一次不用跑); Administrative Licensing Law,
art. 29 (electronic application); 国办发〔2020〕42号 (证明事项告知承诺); 国发〔2021〕7号 (证照分离). What sets 一次办
apart from 最多跑一次 is this project's reading: the first is about the procedure, the second about the way to the hall.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.domain.catalogue import Implementation, Regime, Standard
from tongban.domain.codes import Channel, Device, Necessity
from tongban.domain.offers import HandlingMode, Reform

ONLINE_CHANNELS = frozenset({Channel.COMPUTER, Channel.MOBILE})


class ListKind(StrEnum):
    """A public list of matters, in the order in which pages show them."""

    ONLINE = "online"  # 网上办
    ONCE = "once"  # 一次办
    ONE_VISIT = "one_visit"  # 最多跑一次
    NO_VISIT = "no_visit"  # 一次不用跑
    INSTANT = "instant"  # 即办
    DEFERRABLE = "deferrable"  # 容缺
    COMMITMENT = "commitment"  # 承诺
    ZONE = "zone"  # 京津冀一网通办专区
    TERMINAL = "terminal"  # 自助终端


@dataclass(frozen=True, slots=True)
class Offered:
    """How one body offers a matter today: `modes` are those in which its province lets halls of others take it in."""

    standard: Standard
    implementation: Implementation
    modes: frozenset[HandlingMode] = frozenset()


def _once(each: Offered) -> bool:
    return each.implementation.visits <= 1 and not each.standard.special_procedures and not each.standard.intermediary


PREDICATES: dict[ListKind, Callable[[Offered], bool]] = {
    ListKind.ONLINE: lambda each: not ONLINE_CHANNELS.isdisjoint(each.implementation.channels),
    ListKind.ONCE: _once,
    ListKind.ONE_VISIT: lambda each: each.implementation.visits <= 1,
    ListKind.NO_VISIT: lambda each: each.implementation.visits == 0,
    ListKind.INSTANT: lambda each: each.standard.regime is Regime.INSTANT or each.implementation.promised.days == 0,
    ListKind.DEFERRABLE: lambda each: any(r.necessity is Necessity.DEFERRABLE for r in each.standard.requirements),
    ListKind.COMMITMENT: lambda each: (
        each.standard.regime is Regime.COMMITMENT or any(r.commitment for r in each.standard.requirements)
    ),
    ListKind.ZONE: lambda each: HandlingMode.ONLINE in each.modes,
    ListKind.TERMINAL: lambda each: Device.TERMINAL in each.implementation.devices,
}


def of(offered: Offered) -> frozenset[ListKind]:
    """Return the lists on which a matter stands where one body offers it."""
    return frozenset(kind for kind, holds in PREDICATES.items() if holds(offered))


def reform(reforms: Iterable[Reform], *, matter: str, regions: Collection[str], today: date) -> Reform | None:
    """Return the newest reform mode of a matter that has begun; None before there is any.

    `regions` are the division asked for and those above it: what a province sets counts in its counties.
    """
    begun = [each for each in reforms if each.matter == matter and each.region in regions and each.from_on <= today]
    return max(begun, key=lambda each: (each.from_on, each.region), default=None)
