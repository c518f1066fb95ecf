"""What goes along when a company moves its seat to another province (跨省迁移), and what is it there?

A tax authority keeps a record of each company: when it was registered first, how it was rated each year
(纳税信用级别), what is still open, and how much input tax is retained (留抵税额). A relocation carries all of it over,
so that the company is in the new region what it was in the old one: an old taxpayer with its rating, not a new
enterprise with none. The record that was left keeps its history and shows where everything went; nothing stands in two
places and nothing in none.

What is open either goes along or must be settled first. Which is which is data (`OpenKind`), published beforehand.

Ratings are never changed, only added: A, B, C and D follow from a year's assessment, M is for who has had none yet. Who
was ever assessed is no new enterprise, wherever that was.

Source: mission row A12 (纳税信用评级异地互认; 跨省迁移后不再视为新办企业); the rules are composed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tongban.domain.catalogue import Standard
from tongban.domain.refused import Refused

CONFIRMATION = "C_TAXMOVE"
"""Type of the certificate by which the region that is left lets go (跨省迁移涉税事项确认书)."""
RATING = "C_TAXCREDIT"
"""Type of the certificate of the yearly rating (纳税信用级别证明)."""

RETAINED = "retained_tax"
"""The data element of the retained input tax."""

SHOWN = 10
"""How many ratings a certificate shows: what is older stands in the record."""


class Level(StrEnum):
    """Tax credit rating (纳税信用级别)."""

    A = "A"
    B = "B"
    M = "M"  # a new enterprise, not assessed yet
    C = "C"
    D = "D"


class NotMovable(Refused):
    """A company that cannot be moved as things stand."""

    code = "not_movable"


class AlreadyRated(Refused):
    """A rating for a year that has one, or that lies before the newest."""

    code = "already_rated"


class NotAnAmount(Refused):
    """An amount of money that is none."""

    code = "not_an_amount"


@dataclass(frozen=True, slots=True, order=True)
class Yuan:
    """An amount of money, kept in fen, never negative.

    >>> str(Yuan.of("12.50") + Yuan.of("0.5"))
    '13.00'
    """

    fen: int

    def __post_init__(self) -> None:
        if self.fen < 0:
            raise NotAnAmount(f"金额有误：{self.fen} 分。请写成不带符号的数。")

    @classmethod
    def of(cls, text: str) -> Yuan:
        """Read an amount in yuan. Raises NotAnAmount."""
        try:
            fen = Decimal(text) * 100
            if fen.is_finite() and fen == int(fen):
                return cls(int(fen))
        except ArithmeticError:
            pass
        raise NotAnAmount(f"金额有误：“{text}”。请写成不带符号、至多两位小数的数，单位为元。")

    @property
    def amount(self) -> Decimal:
        """In yuan."""
        return Decimal(self.fen).scaleb(-2)

    def __add__(self, other: Yuan) -> Yuan:
        return Yuan(self.fen + other.fen)

    def __str__(self) -> str:
        return f"{self.amount:.2f}"


NOTHING = Yuan(0)


@dataclass(frozen=True, slots=True)
class Rating:
    """How a company was rated for a year, by the authority of which region; `certificate` shows it, empty: none."""

    year: int
    level: Level
    region: str
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Something not settled (未办结涉税事项): its number, its kind, since when, and in which region it arose."""

    number: str
    kind: str
    since: date
    region: str


@dataclass(frozen=True, slots=True)
class OpenKind:
    """Whether open matters of a kind go along, or block a relocation until they are settled."""

    code: str
    name: str
    name_en: str
    blocks: bool


Kinds = Mapping[str, OpenKind]


@dataclass(frozen=True, slots=True)
class Move:
    """One relocation: by which confirmation, and how much retained input tax went along."""

    left: str
    reached: str
    on: date
    confirmation: str
    retained: Yuan


@dataclass(frozen=True, slots=True)
class TaxRecord:
    """What the tax authority of one region keeps of a company. `registered_on` is its first registration anywhere."""

    region: str
    registered_on: date
    ratings: tuple[Rating, ...] = ()
    """In the order of their years."""
    open: tuple[OpenMatter, ...] = ()
    retained: Yuan = NOTHING
    moves: tuple[Move, ...] = ()
    """All relocations of the company up to now, the first first."""

    @property
    def stands(self) -> bool:
        """Whether the company is here now; otherwise it moved away."""
        return not self.moves or self.moves[-1].reached == self.region

    @property
    def rating(self) -> Rating | None:
        """The newest rating; None: it was never rated."""
        return self.ratings[-1] if self.ratings else None

    @property
    def level(self) -> Level:
        return self.rating.level if self.rating else Level.M

    @property
    def new_enterprise(self) -> bool:
        """Whether it counts as a new enterprise (新办企业): nobody has ever assessed it."""
        return all(rating.level is Level.M for rating in self.ratings)

    def years(self, today: date) -> int:
        """Return the whole years since its first registration."""
        begun = (today.month, today.day) < (self.registered_on.month, self.registered_on.day)
        return max(today.year - self.registered_on.year - begun, 0)


def is_arrival(standard: Standard) -> bool:
    """Whether a matter is that of the region reached: its decision carries the record over."""
    return CONFIRMATION in standard.needs and standard.yields == RATING


def is_departure(standard: Standard) -> bool:
    """Whether a matter is that of the region left: its decision lets the company go."""
    return standard.yields == CONFIRMATION


def is_refund(standard: Standard) -> bool:
    """Whether a matter pays out retained input tax: it is a condition that some is retained."""
    return any(RETAINED in condition.expression for condition in standard.conditions)


def standing(records: Iterable[TaxRecord]) -> TaxRecord | None:
    """Return the record of the region where a company is now; None: nobody keeps one."""
    return next((record for record in records if record.stands), None)


def kind_of(one: OpenMatter, kinds: Kinds) -> OpenKind:
    """Return the kind of an open matter; one of which nobody has said that it may go along does not."""
    return kinds.get(one.kind) or OpenKind(one.kind, one.kind, one.kind, blocks=True)


def blocking(record: TaxRecord, kinds: Kinds) -> tuple[OpenMatter, ...]:
    """Return what must be settled before the company can move."""
    return tuple(one for one in record.open if kind_of(one, kinds).blocks)


def demand_movable(record: TaxRecord, kinds: Kinds) -> None:
    """Raise NotMovable while something stands open that does not go along."""
    if open_matters := blocking(record, kinds):
        named = "、".join(f"{kind_of(one, kinds).name}（{one.number}）" for one in open_matters)
        raise NotMovable(
            f"不能迁出：还有 {len(open_matters)} 项须先办结的涉税事项：{named}。请向主管税务机关办结后再迁移；"
            "其他未办结事项随企业一并迁移，不用先办。"
        )


def move(
    record: TaxRecord, there: TaxRecord | None, *, reached: str, confirmation: str, kinds: Kinds, on: date
) -> tuple[TaxRecord, TaxRecord]:
    """Return what stands in the region left and in the region reached afterwards.

    `there` is what the region reached keeps of an earlier time; None: the company was never there. Raises NotMovable.
    """
    if not record.stands or record.region == reached:
        raise NotMovable("不能迁移：企业的税务档案现在不在迁出地，或者已经在迁入地。请刷新后核对迁出地和迁入地。")
    if there is not None and there.stands:
        raise NotMovable("不能迁移：迁入地已有这家企业的税务档案。请先由两地税务机关核对。")
    demand_movable(record, kinds)
    moved = Move(record.region, reached, on, confirmation, record.retained)
    moves = (*record.moves, moved)
    earlier = there or TaxRecord(reached, record.registered_on)
    return (
        replace(record, open=(), retained=NOTHING, moves=moves),
        TaxRecord(
            region=reached,
            registered_on=min(earlier.registered_on, record.registered_on),
            ratings=_all(earlier.ratings, record.ratings),
            open=(*earlier.open, *record.open),
            retained=earlier.retained + record.retained,
            moves=moves,
        ),
    )


def _all(*histories: Sequence[Rating]) -> tuple[Rating, ...]:
    """Join histories: what both tell stands once, in the order of the years."""
    joined = dict.fromkeys(rating for history in histories for rating in history)
    return tuple(sorted(joined, key=lambda rating: rating.year))


def rate(record: TaxRecord, rating: Rating) -> TaxRecord:
    """Add the rating of a year; what was rated before stays as it is. Raises NotMovable, AlreadyRated."""
    if not record.stands:
        raise NotMovable("未评定：企业已经迁往其他地区。请由企业现在所在地区的税务机关评定。")
    if any(one.year >= rating.year for one in record.ratings):
        raise AlreadyRated(f"未评定：{rating.year} 年度或以后年度的纳税信用级别已经评定。请按复评程序办理。")
    return replace(record, ratings=(*record.ratings, rating))


def refund(record: TaxRecord) -> TaxRecord:
    """Return what stands once all retained input tax was paid out."""
    return replace(record, retained=NOTHING)


TOLD = frozenset(
    (
        "credit_level",
        "credit_year",
        "credit_history",
        "new_taxpayer",
        "registered_on",
        "taxpayer_years",
        "retained_tax",
        "open_tax_matters",
        "blocking_tax_matters",
    )
)
"""The data elements that a tax record tells."""


def told(record: TaxRecord, *, kinds: Kinds, today: date) -> dict[str, str]:
    """Return by data element what a tax record tells, as `elements.check` keeps values."""
    rating = record.rating
    return {
        "credit_level": record.level.value,
        "credit_year": str(rating.year) if rating else "",
        "new_taxpayer": "yes" if record.new_enterprise else "no",
        "registered_on": record.registered_on.isoformat(),
        "taxpayer_years": str(record.years(today)),
        "retained_tax": str(record.retained),
        "open_tax_matters": str(len(record.open)),
        "blocking_tax_matters": str(len(blocking(record, kinds))),
        "credit_history": "；".join(f"{one.year} 年 {one.level.value} 级" for one in record.ratings[-SHOWN:]),
    }
