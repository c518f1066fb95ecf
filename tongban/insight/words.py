"""How is a measure said: its number, unit, what it was divided by, and the period?

A number is never made to look better than it is: a share is rounded down, so that 100% means all; a mean that was
rounded shows its decimal even where that is 0.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.catalogue.words import told
from tongban.domain.measures import Figure, MeasureUnit, Period
from tongban.domain.workdays import ONE_DAY

UNITS: dict[str, str | Promise] = {
    "matters": gettext_lazy("个办件"),
    "categories": gettext_lazy("类"),
    "certificates_issued": gettext_lazy("张证照"),
}
MATERIALS = gettext_lazy("份")
NOTHING = "—"


def whole(number: int) -> str:
    """Return a whole number with its thousands parted.

    >>> whole(12345)
    '12,345'
    """
    return f"{number:,}"


def mean(value: Fraction) -> str:
    """Return a mean with one decimal, rounded half up; without decimal when it is exact.

    >>> mean(Fraction(10)), mean(Fraction(1001, 100)), mean(Fraction(2, 3))
    ('10', '10.0', '0.7')
    """
    if value.denominator == 1:
        return whole(value.numerator)
    return _tenths(floor(value * 10 + Fraction(1, 2)))


def percent(value: Fraction) -> str:
    """Return a share in percent, rounded down to one decimal.

    >>> percent(Fraction(1)), percent(Fraction(9999, 10000)), percent(Fraction(35, 61)), percent(Fraction(-1, 80))
    ('100', '99.9', '57.3', '-1.3')
    """
    if (value * 100).denominator == 1:
        return whole((value * 100).numerator)
    return _tenths(floor(value * 1000))


def _tenths(tenths: int) -> str:
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10:,}.{abs(tenths) % 10}"


def value(figure: Figure) -> str:
    if figure.value is None:
        return NOTHING
    match figure.measure.unit:
        case MeasureUnit.COUNT:
            return whole(figure.number)
        case MeasureUnit.WORKING_DAYS:
            return mean(figure.value)
        case MeasureUnit.SHARE:
            return percent(figure.value)


def unit(figure: Figure) -> str:
    match figure.measure.unit:
        case MeasureUnit.COUNT:
            return str(UNITS.get(figure.measure.code, MATERIALS))
        case MeasureUnit.WORKING_DAYS:
            return _("个工作日")
        case MeasureUnit.SHARE:
            return "%"


def denominator(figure: Figure) -> str:
    """Say what was divided by what; for a sum, over what it goes."""
    values = {
        "number": whole(figure.number),
        "of": whole(figure.denominator),
        "over": over(figure),
    }
    match figure.measure.unit:
        case MeasureUnit.COUNT:
            return _("%(of)s 件申请合计") % values
        case MeasureUnit.WORKING_DAYS:
            return _("合计 %(number)s 个工作日 ÷ %(of)s（%(over)s）") % values
        case MeasureUnit.SHARE:
            return _("%(number)s ÷ %(of)s（%(over)s）") % values


def period(value: Period) -> str:
    return _("%(since)s 至 %(until)s") % {
        "since": date_format(value.since),
        "until": date_format(value.before - ONE_DAY),
    }


def name(figure: Figure) -> str:
    return told(figure.measure, "name")


def over(figure: Figure) -> str:
    """Say what the denominator counts."""
    return told(figure.measure, "over")


def definition(figure: Figure) -> str:
    return told(figure.measure, "definition")
