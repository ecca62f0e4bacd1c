"""What the case's reconciled table of trade says of exports, imports and turnover."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .claim import parts
from .evidence import WORLD, Evidence, Figure
from .verdict import MATRIX
from .weighing import summed

__all__ = ["books", "is_within_flows", "reconciled"]

FLOWS = {"exports": ("out",), "imports": ("in",), "turnover": ("out", "in")}
"""Series that the table tells of too, and which ways the goods go."""

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
        `exports`, `imports` or `turnover`; the table knows no other.
    actor, partner
        Whose trade, and with whom; `WLD` for all partners. A member is part of its bloc and not counted again.

    Returns
    -------
    figures
        Empty where the case has no table. A year in which one of the flows is unknown is left out.

    Assumes
    -------
    The range of a sum is the widest that those of its flows allow, as if all erred the same way.

    Source
    ------
    The table is made by `tightrope.trade.reconcile`; the sums are ours.
    """
    years: dict[str, dict[tuple[str, str], Any]] = {}
    for row in evidence.case.tables.get("trade", ()) if measure in FLOWS and partner else ():
        years.setdefault(str(row.year), {})[row.exporter, row.importer] = row
    figures = []
    for year, rows in years.items():
        what = f"{measure} of {actor} with {partner}"
        told = [
            evidence.told(rows[pair], year, what, MATRIX) if pair in rows else None
            for pair in _pairs(evidence, measure, actor, partner, {code for pair in rows for code in pair})
        ]
        known = [one for one in told if one is not None]
        if known and len(known) == len(told):
            figures.append(Figure(summed(known, year, what), chosen=True))
    return figures


def is_within_flows(part: str, whole: str) -> bool:
    """Whether the flows of one series are among those of another, as imports are in turnover."""
    return part in FLOWS and set(FLOWS[part]) <= set(FLOWS.get(whole, ()))


def _pairs(evidence: Evidence, measure: str, actor: str, partner: str, codes: set[str]) -> Iterator[tuple[str, str]]:
    """Exporter and importer of every flow that the series is made of."""
    members = {
        member for code in codes & set(evidence.case.actors) for member in parts(evidence.case.actors[code].members)
    }
    for other in sorted(codes - members - {actor}) if partner == WORLD else (partner,):
        for way in FLOWS[measure]:
            yield (actor, other) if way == "out" else (other, actor)
