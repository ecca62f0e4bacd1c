"""What the case holds about a claim, without the claim's own source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tightrope.base.estimate import Estimate
from tightrope.base.time import Period, period

from .claim import parts
from .derived import OPENNESS, derived, tables_of
from .verdict import REPORT, Found

__all__ = ["Evidence", "Figure", "is_within", "is_year", "same_stretch"]

WORLD = "WLD"
"""Partner that stands for all partners together."""

TIE = "share:"
"""Prefix of a measure that is a channel of the table of ties."""


@dataclass(frozen=True)
class Figure:
    """A number of the case and whether the case itself uses it."""

    found: Found
    chosen: bool

    @property
    def period(self) -> Period:
        """Time that it stands for."""
        return period(self.found.period)


@dataclass(frozen=True)
class Evidence:
    """The case as a witness about one claim.

    A text cannot bear itself out: rows that rest on the claim's own sources alone are left out, and so are rows of
    kind `assumed`, which rest on no source.

    Parameters
    ----------
    case
        With `series`, `tables`, `decisions`, `states`, `powers` and `actors`.
    measures
        Measures of the case by name, over (state,) or (state, power).
    own
        Keys of the sources that make the claim.
    """

    case: Any
    measures: Mapping[str, Estimate]
    own: frozenset[str]

    def independent(self, source: Any) -> tuple[str, ...]:
        """Those of the keys that do not make the claim themselves."""
        return tuple(key for key in parts(source) if key not in self.own)

    def rows(self, table: str) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """Rows of a table with their independent sources, where there are any."""
        for row in self.case.tables.get(table, ()):
            source = self.independent(row.source)
            if source:
                yield row, source

    def figures(self, measure: str, actor: str, partner: str = "") -> list[Figure]:
        """Every independent number of a series, chosen or not, in the order of the file.

        Parameters
        ----------
        measure
            Name of an attribute, or `share:` and a channel for the ties.
        actor, partner
            Whose number, and towards whom; no partner for a number that is about one actor.

        Returns
        -------
        figures
            Empty where the case knows nothing.
        """
        if measure.startswith(TIE):
            channel = measure.removeprefix(TIE)
            rows: Any = (
                row
                for row in self.case.tables["ties"]
                if (row.state, row.power, row.channel) == (actor, partner, channel)
            )
        else:
            rows = self.case.series(measure, actor, partner or None)
        of_whom = f"{measure} of {actor}" + (f" with {partner}" if partner else "")
        return [
            Figure(found, row.chosen in (True, "yes"))
            for row in rows
            if (found := self.told(row, str(row.period), of_whom)) is not None
        ]

    def told(self, row: Any, when: str, what: str, basis: str = REPORT) -> Found | None:
        """The number in a row of any table; None where the row is no evidence, or tells no number."""
        source = self.independent(row.source)
        if row.value is None or row.kind == "assumed" or not source:
            return None
        low, high = row.low, row.high
        if low is None and high is None:
            low = high = row.value
        return Found(
            value=float(row.value),
            unit=row.unit,
            period=when,
            where=(f"{row.file}:{row.line}",),
            source=source,
            what=what,
            low=low,
            high=high,
            basis=basis,
            how=str(row.how or ""),
        )

    def estimate(self, name: str) -> Estimate | None:
        """A measure handed to the audit, or one that the audit derives from the case's tables; None if neither.

        `name:trade+finance` is the sum of a measure over those channels.
        """
        whole, _, channels = name.partition(":")
        if channels and whole in self.measures:
            return _over_channels(self.measures[whole], [self.case.channels.index(one) for one in channels.split("+")])
        if name in self.measures:
            return self.measures[name]
        return derived[name](self) if name in derived else None

    def sources_of(self, measure: str, state: str) -> tuple[str, ...]:
        """Independent sources of the rows about a state that a measure is made of: its ties, or the tables counted."""
        if measure not in tables_of:
            rows = [row for row in self.case.tables["ties"] if row.state == state and row.chosen in (True, "yes")]
        else:
            rows = [
                row
                for table in tables_of[measure]
                for row in self.case.tables.get(table, ())
                if (row.state == state if table == "votes" else state in parts(row.actor))
                and getattr(row, "attribute", OPENNESS) == OPENNESS
            ]
        return tuple(dict.fromkeys(key for row in rows for key in self.independent(row.source)))

    def is_attribute(self, name: str) -> bool:
        """Whether a name is that of a series of the case: an attribute or a channel of the ties."""
        return name.startswith(TIE) or name in self.case.attributes

    def is_bloc(self, actor: str) -> bool:
        """Whether an actor stands for several: a bloc, or all partners together."""
        known = self.case.actors.get(actor)
        return actor == WORLD or (known is not None and bool(parts(known.members)))


def is_year(stretch: Period) -> bool:
    """Whether a period is one whole calendar year."""
    return (stretch.start.timetuple().tm_yday, stretch.start.year) == (1, stretch.end.year) and (
        stretch.end.month,
        stretch.end.day,
    ) == (12, 31)


def same_stretch(stretch: Period, asked: Period) -> bool:
    """Whether a figure for one period answers for another: the same days, or one whole year of several.

    What adds up over time (trade of eleven months) cannot stand for what adds up over another.

    Examples
    --------
    >>> same_stretch(period("2022"), period("2021/2023")), same_stretch(period("2022-01/2022-11"), period("2022"))
    (True, False)
    """
    if (stretch.start, stretch.end) == (asked.start, asked.end):
        return True
    many_years = asked.start.strftime("%m-%d") == "01-01" and asked.end.strftime("%m-%d") == "12-31"
    return many_years and is_year(stretch) and is_within(stretch, asked)


def is_within(stretch: Period, asked: Period) -> bool:
    """Whether a period lies inside another; a number that holds always lies in any.

    Examples
    --------
    >>> is_within(period("2023-07"), period("2023")), is_within(period("2022"), period("2023"))
    (True, False)
    """
    return stretch.is_static or (asked.start <= stretch.start and stretch.end <= asked.end)


def _over_channels(measure: Estimate, places: list[int]) -> Estimate:
    axis = measure.dims.index("channel")
    value, low, high = (array.take(places, axis).sum(axis) for array in (measure.value, measure.low, measure.high))
    dims = tuple(dim for dim in measure.dims if dim != "channel")
    return Estimate(value, low, high, dims, measure.unit, measure.meaning)
