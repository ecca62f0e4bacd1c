"""Reports that the reconciled matrix does not follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .matrix import Cell, Matrix

__all__ = ["Conflict", "conflicts"]


@dataclass(frozen=True)
class Conflict:
    """A report outside the range of its flow.

    Parameters
    ----------
    reporter, direction
        Who, and `exports` or `imports`; empty where the user stated the error.
    cell
        The flow.
    value
        The report, freight taken out, millions.
    ratio
        Report over flow, unit 1; infinite where the flow is 0.
    """

    reporter: str
    direction: str
    cell: Cell
    value: float
    ratio: float


def conflicts(matrix: Matrix) -> tuple[Conflict, ...]:
    """Every report outside its flow's range, the largest difference in money first.

    Parameters
    ----------
    matrix
        Reconciled.

    Returns
    -------
    conflicts
        None where all reports agree. They are where to look next: the model holds that the reporter erred, but goods in
        transit, or a partner that does not see them, look the same.

    Assumes
    -------
    The freight margin of the model.

    Source
    ------
    Ours.
    """
    panel, fit = matrix.panel, matrix.fit
    margin = float(fit.coefficients[fit.columns["margin"]][0])
    pairs = len(panel.origin)
    found = []
    for p, k in zip(*np.nonzero(panel.there), strict=True):
        cell = matrix.cells[int(panel.when[p, k]) * pairs + int(p)]
        value = float(panel.value[p, k] * np.exp(-margin * panel.cif[p, k]))
        if cell.low <= value <= cell.high:
            continue
        who = panel.series[panel.of[p, k]] if panel.of[p, k] >= 0 else ("", "")
        ratio = value / cell.value if cell.value > 0 else float("inf")
        found.append(Conflict(who[0], who[1], cell, value, ratio))
    return tuple(
        sorted(found, key=lambda c: (-abs(c.value - c.cell.value), c.cell.exporter, c.cell.importer, c.cell.year))
    )
