"""Quarters, and periods written as text."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache

from .errors import TightropeError

__all__ = ["ALWAYS", "Period", "period", "quarter_index", "quarter_name", "quarters"]

ALWAYS = "always"
"""The period of a number that does not change with time."""

_FORM = re.compile(r"(\d{4})(?:Q([1-4])|-(\d\d)(?:-(\d\d))?)?")
_FORMS = "a year 2022, quarter 2022Q1, month 2022-03, day 2022-03-02, span 2018/2022 or `always`"


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included.

    Parameters
    ----------
    text
        As written.
    start, end
        First and last day.
    """

    text: str
    start: datetime.date
    end: datetime.date

    @property
    def is_static(self) -> bool:
        """Whether it is `always`."""
        return self.text == ALWAYS

    @property
    def days(self) -> int:
        """Number of days in it."""
        return (self.end - self.start).days + 1

    @property
    def year(self) -> int:
        """Year in which it ends."""
        return self.end.year

    @property
    def quarter(self) -> str:
        """Quarter of its middle day, such as `2022Q1`."""
        middle = self.start + (self.end - self.start) / 2
        return quarter_name(middle.year * 4 + (middle.month - 1) // 3)


@lru_cache(maxsize=4096)
def period(text: str) -> Period:
    """The period that a text names.

    Parameters
    ----------
    text
        A year, quarter, month, day, a span of two of them joined by `/`, or `always`.

    Returns
    -------
    period
        With its first and last day.

    Examples
    --------
    >>> period("2022Q1").end
    datetime.date(2022, 3, 31)
    >>> period("2018/2022").days
    1826
    """
    if text == ALWAYS:
        return Period(text, datetime.date.min, datetime.date.max)
    first, _, last = text.partition("/")
    start, end = _ends(first, text), _ends(last or first, text)
    if (text.endswith("/")) or end[1] < start[0]:
        raise TightropeError(f"`{text}` is not a period: write {_FORMS}, the earlier end first.")
    return Period(text, start[0], end[1])


def _ends(part: str, whole: str) -> tuple[datetime.date, datetime.date]:
    match = _FORM.fullmatch(part)
    if match is None or not match[0].isascii():
        raise TightropeError(f"`{whole}` is not a period: write {_FORMS}.")
    year, quarter, month, day = (int(group) if group else 0 for group in match.groups())
    first, last = (3 * quarter - 2, 3 * quarter) if quarter else (month or 1, month or 12)
    if (match[3] and not 1 <= month <= 12) or year < 1:
        raise TightropeError(f"`{whole}` is not a period: no month {match[3]} in a year {match[1]}.")
    length = monthrange(year, last)[1]
    if match[4] and not 1 <= day <= length:
        raise TightropeError(f"`{whole}` is not a period: {year}-{month:02} has {length} days.")
    return datetime.date(year, first, day or 1), datetime.date(year, last, day or length)


def quarter_index(quarter: str) -> int:
    """Number of quarters since year 0.

    Parameters
    ----------
    quarter
        Such as `2022Q1`.

    Returns
    -------
    index
        Four times the year, plus 0 to 3.

    Examples
    --------
    >>> quarter_index("2022Q1") - quarter_index("2021Q4")
    1
    """
    match = re.fullmatch(r"(\d{4})Q([1-4])", quarter, re.ASCII)
    if match is None:
        raise TightropeError(f"`{quarter}` is not a quarter: write it like 2022Q1.")
    return int(match[1]) * 4 + int(match[2]) - 1


def quarter_name(index: int) -> str:
    """Inverse of `quarter_index`.

    Parameters
    ----------
    index
        Number of quarters since year 0.

    Returns
    -------
    quarter
        Such as `2022Q1`.

    Examples
    --------
    >>> quarter_name(quarter_index("2022Q1"))
    '2022Q1'
    """
    return f"{index // 4:04}Q{index % 4 + 1}"


def quarters(first: str, last: str) -> tuple[str, ...]:
    """All quarters from first to last, both included.

    Parameters
    ----------
    first, last
        Such as `2021Q4` and `2026Q4`.

    Returns
    -------
    quarters
        None where last is before first.

    Examples
    --------
    >>> quarters("2021Q4", "2022Q2")
    ('2021Q4', '2022Q1', '2022Q2')
    """
    return tuple(quarter_name(index) for index in range(quarter_index(first), quarter_index(last) + 1))
