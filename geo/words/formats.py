"""Numbers, shares, changes and days as the reader's language writes them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import SupportsFloat

import pandas as pd
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from geo.view import Period
from geo.words import gettext as _
from geo.words import language

__all__ = [
    "MISSING",
    "WITHHELD",
    "change_text",
    "count_text",
    "day_text",
    "decimal_text",
    "is_missing",
    "month_text",
    "period_text",
    "share_text",
]

#: Stands where there is no value, and where one is withheld and there is no room to say so in words.
MISSING, WITHHELD = "–", "\N{MULTIPLICATION SIGN}"
_MINUS = "\N{MINUS SIGN}"


def is_missing(value: object) -> bool:
    """Tell whether there is no value, as None, NaN or NA."""
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def count_text(value: SupportsFloat | None) -> str:
    """Write a count with thousands marks.

    Examples
    --------
    >>> count_text(51200), count_text(None)
    ('51,200', '–')
    """
    return MISSING if value is None or is_missing(value) else _decimal(round(float(value)), "#,##0")


def decimal_text(value: SupportsFloat | None, *, digits: int = 1) -> str:
    """Write a number with a fixed count of decimals.

    Examples
    --------
    >>> decimal_text(3.14159, digits=2)
    '3.14'
    """
    if value is None or is_missing(value):
        return MISSING
    return _decimal(float(value), "#,##0." + "0" * digits if digits else "#,##0")


def share_text(value: SupportsFloat | None, *, digits: int = 0) -> str:
    r"""Write a share from 0 to 1 in per cent; what is not quite all is never written as 100.

    Examples
    --------
    >>> share_text(0.864), share_text(0.9991), share_text(1.0)
    ('86\u202f%', '99.9\u202f%', '100\u202f%')
    """
    if value is None or is_missing(value):
        return MISSING
    percent = 100 * float(value)
    if percent in (0, 100):
        digits = 0
    while digits < 3 and percent != round(percent) and round(percent, digits) in (0, 100):
        digits += 1
    return decimal_text(percent, digits=digits) + _percent_sign()


def change_text(value: SupportsFloat | None, *, digits: int = 0) -> str:
    r"""Write a relative change with its sign.

    Examples
    --------
    >>> change_text(-0.062), change_text(0.1), change_text(0.0)
    ('−6\u202f%', '+10\u202f%', '±0\u202f%')
    """
    if value is None or is_missing(value):
        return MISSING
    percent = round(100 * float(value), digits)
    sign = "±" if percent == 0 else "+" if percent > 0 else _MINUS
    return sign + decimal_text(abs(percent), digits=digits) + _percent_sign()


def day_text(day: date) -> str:
    """Write a day.

    Examples
    --------
    >>> day_text(date(2025, 12, 31))
    '31 December 2025'
    """
    return str(format_date(day, "long" if language() == "zh_CN" else "d MMMM y", locale=language()))


def month_text(day: date, *, short: bool = False) -> str:
    """Write the month of a day: ``March 2025``, or ``Mar 2025`` where there is little room."""
    return str(format_skeleton("yMMM" if short else "yMMMM", day, locale=language()))


def period_text(period: Period) -> str:
    """Write a period.

    Examples
    --------
    >>> [period_text(Period(text)) for text in ("2025", "2025-Q1", "2025-03", "2017..2019")]
    ['2025', 'Q1 2025', 'March 2025', '2017–2019']
    """
    first, _to, last = period.text.partition("..")
    if last:
        return f"{period_text(Period(first))}–{period_text(Period(last))}"
    if period.is_week:
        return _("{first} to {last}").format(first=day_text(period.start), last=day_text(period.last_day))
    if "Q" in first:
        return _("Q{quarter} {year}").format(quarter=first[-1], year=first[:4])
    return month_text(period.start) if "-" in first else _("{year}").format(year=first)


def _decimal(value: float, pattern: str) -> str:
    return _written(value + 0.0, pattern, language())  # minus zero is zero


@lru_cache(maxsize=16_384)
def _written(value: float, pattern: str, lang: str) -> str:
    """Write a number; a page writes some four hundred, most of them small ones that it wrote before."""
    return str(format_decimal(value, pattern, locale=lang)).replace("-", _MINUS)


def _percent_sign() -> str:
    return "%" if language() == "zh_CN" else "\N{NARROW NO-BREAK SPACE}%"
