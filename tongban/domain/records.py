"""What does a registry's record say of a person or company, over which months?

A record (登记记录) becomes a certificate by an *extract*: the values of the data elements that the certificate shows,
with the registry they stand in, the place they belong to (insured place, tax seat, registered seat, fund centre) and
what finds them there. Competent to certify them is the body of that place.

A period is made of whole calendar months, because contributions and taxes are booked by month. The month of today is
not over: what was paid in it is booked later, so "the last twelve months" ends with the month before.

    >>> period(Span.LAST_12, today=date(2026, 3, 2)).text
    '2025-03 至 2026-02'
    >>> period(Span.WHOLE, today=date(2026, 3, 2)) is None
    True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongban.crypto import canonical, sm3
from tongban.domain.refused import Refused

QUESTION = "period"
"""Code of the question by which an applicant chooses the months; its choices are the members of `Span`."""


class Span(StrEnum):
    """Which months an extract is about."""

    LAST_6 = "last_6"
    LAST_12 = "last_12"
    LAST_24 = "last_24"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"
    WHOLE = "whole"


class InvalidPeriod(Refused):
    """A period that ends before it begins, or is not made of whole months."""

    code = "invalid_period"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, half-open: the first day of the first month, and the first day after the last."""

    from_on: date
    until_on: date

    def __post_init__(self) -> None:
        if self.from_on.day != 1 or self.until_on.day != 1 or self.from_on >= self.until_on:
            raise InvalidPeriod(
                f"期间有误：{self.from_on} 至 {self.until_on} 不是完整的月份。请从起始月的 1 日写到截止月次月的 1 日。"
            )

    @property
    def text(self) -> str:
        """The first and the last month, both counted in."""
        return f"{self.from_on:%Y-%m} 至 {_months_on(self.until_on, -1):%Y-%m}"


def period(span: Span, *, today: date) -> Period | None:
    """Return the months a span means on a day; None: the whole record."""
    this_month = today.replace(day=1)
    match span:
        case Span.LAST_6 | Span.LAST_12 | Span.LAST_24:
            return Period(_months_on(this_month, -int(span.removeprefix("last_"))), this_month)
        case Span.THIS_YEAR:
            return Period(date(today.year, 1, 1), _months_on(this_month, 1))
        case Span.LAST_YEAR:
            return Period(date(today.year - 1, 1, 1), date(today.year, 1, 1))
        case Span.WHOLE:
            return None


def _months_on(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True, slots=True)
class Extract:
    """What a registry says of one number. `kind` is the type of the certificate that is made of it."""

    kind: str
    number: str
    registry: str
    """The registry as people are told it was asked."""
    region: str
    """The division (GB/T 2260) to which the record belongs: by it the competent body is found."""
    reference: str
    content: Mapping[str, str]
    """Data element to its value, as `elements.check` keeps values."""
    digest: str
    """`digest_of` the content, as the registry computed it: what was lost or changed on the way is noticed."""


def digest_of(content: Mapping[str, str]) -> str:
    """Return SM3 in hexadecimal over the canonical JSON of a content.

    >>> digest_of({"insured": "yes"})[:16]
    'fff0de7f0b49753f'
    """
    return sm3.digest(canonical.encode(dict(content))).hex()
