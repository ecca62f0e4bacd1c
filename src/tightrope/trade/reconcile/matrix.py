"""The reconciled matrix: every flow with its range and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, TightropeError

from .balance import Errors
from .disagreement import Disagreement
from .panel import Panel
from .reliability import Fit
from .rows import Total

__all__ = ["Cell", "Matrix", "TotalMet", "ranges"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """One flow of one year.

    Parameters
    ----------
    exporter, importer, year
        Which.
    value, low, high
        Millions of the currency at the exporter's border (f.o.b.); the range has the probability that the matrix names.
    before
        Value before totals were imposed.
    kind
        `mirrored` with two reports of the year or more, `single` with one, `other years` with reports of other years only,
        `gravity` with none, `domestic` from output.
    how
        Weights: which reports of the year, its other years, gravity.
    """

    exporter: str
    importer: str
    year: int
    value: float
    low: float
    high: float
    before: float
    kind: str
    how: str


@dataclass(frozen=True)
class TotalMet:
    """A total and what the matrix makes of it.

    Parameters
    ----------
    total
        As given.
    before, after
        Sum of its flows before and after, millions, f.o.b.
    goal, sd
        The total at the exporter's border, millions, and its relative standard error.
    """

    total: Total
    before: float
    after: float
    goal: float
    sd: float


@dataclass(frozen=True)
class Matrix:
    """A reconciled matrix of trade.

    Parameters
    ----------
    countries, years
        In order.
    cells
        By year, exporter and importer.
    reporters
        How far each disagrees.
    totals
        How each was met.
    fit
        The model of reports.
    panel
        The reports.
    errors
        Of the flows of each year, so that sums of flows can have a range.
    certificates
        By year: the largest violation of the balancing equations, in parts of the largest total.
    level
        Probability of the ranges.
    until
        Last year that the model was fitted on; None for all.
    set_aside
        Reason and count of what was not used.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    cells: tuple[Cell, ...]
    reporters: tuple[Disagreement, ...]
    totals: tuple[TotalMet, ...]
    fit: Fit
    panel: Panel
    errors: tuple[Errors, ...]
    certificates: Mapping[int, float]
    level: float
    until: int | None
    set_aside: Mapping[str, int] = field(default_factory=FrozenDict)

    def value(self, exporter: str, importer: str, year: int) -> Cell:
        """One cell.

        Parameters
        ----------
        exporter, importer, year
            Which.

        Returns
        -------
        cell
            Always there.

        Raises
        ------
        TightropeError
            If the matrix has no such country or year.
        """
        found = next((c for c in self.cells if (c.exporter, c.importer, c.year) == (exporter, importer, year)), None)
        if found is None:
            raise TightropeError(f"The matrix has no flow {exporter} to {importer} in {year}.")
        return found

    def exports(self) -> dict[tuple[str, int], float]:
        """Exports to all others by (country, year).

        Returns
        -------
        exports
            Millions of the currency.
        """
        found = dict.fromkeys(((c, y) for c in self.countries for y in self.years), 0.0)
        for cell in self.cells:
            found[cell.exporter, cell.year] += cell.value
        return found


def ranges(value: Floats, sd: Floats, level: float, shift: float) -> tuple[Floats, Floats]:
    """Ends of the ranges of flows with relative errors `sd`."""
    deviations = NormalDist().inv_cdf(0.5 + level / 2)
    low, high = ((value + shift) * np.exp(side * deviations * sd) - shift for side in (-1, 1))
    return np.minimum(np.maximum(low, 0.0), value), np.maximum(high, value)
