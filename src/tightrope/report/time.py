"""Quarters and dates as points on an axis of years."""

from __future__ import annotations

import re

__all__ = ["quarter_of", "year_of"]

QUARTER = re.compile(r"(\d{4})Q([1-4])")
DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def year_of(period: str) -> float | None:
    """The middle of a quarter, month, day or year in years; of a span, its start.

    Examples
    --------
    >>> year_of("2022Q1"), year_of("2022-07"), year_of("2022"), year_of("always")
    (2022.125, 2022.5416666666667, 2022.5, None)
    """
    if quarter := QUARTER.match(period):
        return int(quarter[1]) + (int(quarter[2]) - 0.5) / 4
    if date := DATE.match(period):
        year, month, day = date.groups()
        if month is None:
            return int(year) + 0.5
        within = (int(day) - 0.5) / 31 if day else 0.5
        return int(year) + (int(month) - 1 + within) / 12
    return None


def quarter_of(period: str) -> str | None:
    """The quarter in which a period begins, None where it tells no month.

    Examples
    --------
    >>> quarter_of("2022-03-02"), quarter_of("2022Q1"), quarter_of("2022")
    ('2022Q1', '2022Q1', None)
    """
    if QUARTER.match(period):
        return period[:6]
    date = DATE.match(period)
    if not date or date[2] is None:
        return None
    return f"{date[1]}Q{(int(date[2]) + 2) // 3}"
