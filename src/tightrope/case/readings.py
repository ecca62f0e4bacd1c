"""Rows of a table by cell and time, and the one that holds in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tightrope.base import FrozenDict, period

from .rows import Row

__all__ = ["Readings"]

Cell = tuple[str, ...]

_YEAR = 360
"""Days from which a period stands for a whole year."""


@dataclass(frozen=True)
class Readings:
    """Chosen rows of each cell, from the one that holds least to the one that holds most recently.

    Parameters
    ----------
    rows
        By cell, sorted.
    """

    rows: Mapping[Cell, tuple[Row, ...]]

    @classmethod
    def of_ties(cls, rows: Iterable[Row]) -> Readings:
        """Ties by (state, power, channel); a share of part of a year may stand for the year.

        Parameters
        ----------
        rows
            Rows of ties.csv.

        Returns
        -------
        readings
            Of the chosen ones.
        """
        return cls._made(((row.state, row.power, row.channel), row) for row in rows if row.chosen == "yes")

    @classmethod
    def of_attributes(cls, rows: Iterable[Row]) -> Readings:
        """Attributes by (attribute, actor, partner).

        A number for part of a year is left out, because a flow of three months is not one of a year; a single
        day is kept, as the reading of a stock.

        Parameters
        ----------
        rows
            Rows of attributes.csv.

        Returns
        -------
        readings
            Of the chosen ones.
        """
        return cls._made(
            ((row.attribute, row.actor, row.partner), row)
            for row in rows
            if row.chosen == "yes" and (period(row.period).days >= _YEAR or period(row.period).days == 1)
        )

    @classmethod
    def _made(cls, pairs: Iterable[tuple[Cell, Row]]) -> Readings:
        groups: dict[Cell, list[Row]] = defaultdict(list)
        for cell, row in pairs:
            groups[cell].append(row)
        return cls(FrozenDict({cell: tuple(sorted(group, key=_order)) for cell, group in groups.items()}))

    def at(self, cell: Cell, year: int | None = None, *, carry: float = float("inf")) -> Row | None:
        """Row that holds for a cell in a year: the latest that is not later.

        Parameters
        ----------
        cell
            The cell.
        year
            None for the latest of all.
        carry
            Years that a row may be old.

        Returns
        -------
        row
            None where there is none; a static row where no dated one holds.
        """
        for row in reversed(self.rows.get(cell, ())):
            span = period(row.period)
            if span.is_static or year is None or year - carry <= span.year <= year:
                return row
        return None


def _order(row: Row) -> tuple[int, int, int, str]:
    """Static rows first, then by year; within a year the row nearest to a whole year last."""
    span = period(row.period)
    if span.is_static:
        return 0, 0, 0, ""
    return (span.year, -abs(span.days - 365), span.end.toordinal(), span.text)
