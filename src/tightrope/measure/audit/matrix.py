"""What the case's reconciled matrix of trade says of exports, imports and turnover."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .evidence import Evidence, Figure
from .verdict import MATRIX
from .weighing import summed

__all__ = ["books", "reconciled"]

FLOWS = {"exports": ("out",), "imports": ("in",), "turnover": ("out", "in")}
"""Series that the tables tell of too, and which ways the goods go."""

TABLES = ("trade", "trade_readings")
"""The matrix, and what else is read from it: sums over all partners, and flows of a bloc's members."""

Series = Callable[[str, str, str], list[Figure]]


def books(evidence: Evidence) -> tuple[Series, Series]:
    """The two readers of a series: what sources report, and what was made of conflicting reports.

    Parameters
    ----------
    evidence
        The case, seen from one claim.

    Returns
    -------
    books
        Each from a measure, an actor and a partner to figures. Figures of one are not to be mixed with those of the other.
    """
    return evidence.figures, lambda measure, actor, partner: reconciled(evidence, measure, actor, partner)


def reconciled(evidence: Evidence, measure: str, actor: str, partner: str) -> list[Figure]:
    """A series out of the case's table of trade, one figure a year.

    Parameters
    ----------
    evidence
        The case, seen from one claim.
    measure
        `exports`, `imports` or `turnover`; the tables know no other.
    actor, partner
        Whose trade, and with whom; `WLD` for all partners.

    Returns
    -------
    figures
        Empty where the case has no matrix. A year in which a flow is unknown, or not there, is left out.

    Assumes
    -------
    The range of a turnover is the widest that those of its two flows allow, as if both erred the same way.

    Source
    ------
    The tables are made by `tightrope.trade.reconcile`; the sum is ours.
    """
    years: dict[str, dict[tuple[str, str], Any]] = {}
    rows = [row for name in TABLES for row in evidence.case.tables.get(name, ())] if measure in FLOWS else []
    for row in rows:
        if {row.exporter, row.importer} == {actor, partner}:
            years.setdefault(str(row.year), {})[row.exporter, row.importer] = row
    ways = {"out": (actor, partner), "in": (partner, actor)}
    what = f"{measure} of {actor} with {partner}"
    figures = []
    for year, cells in years.items():
        flows = [cells[ways[way]] for way in FLOWS[measure] if ways[way] in cells]
        known = [found for row in flows if (found := evidence.told(row, year, what, MATRIX)) is not None]
        if len(known) == len(FLOWS[measure]):
            figures.append(Figure(summed(known, year, what), chosen=True))
    return figures
