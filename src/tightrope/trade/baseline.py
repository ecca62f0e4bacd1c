"""The matrix of trade that a case holds, as an array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["Baseline", "baseline"]


@dataclass(frozen=True, eq=False)
class Baseline:
    """Trade among all actors of a case's matrix in one year.

    Parameters
    ----------
    actors
        Labels, ascending.
    year
        The year.
    flows
        (exporter, importer), value, with domestic trade on the diagonal.
    """

    actors: tuple[str, ...]
    year: int
    flows: NDArray[np.float64]

    def at(self, some: tuple[str, ...]) -> NDArray[np.intp]:
        """Places of some actors."""
        return np.array([self.actors.index(actor) for actor in some], dtype=np.intp)


def baseline(case: Case, year: int) -> Baseline | None:
    """The newest matrix of trade.csv that is not later than a year.

    Parameters
    ----------
    case
        Any case.
    year
        The year.

    Returns
    -------
    baseline
        None if the case has no matrix of that year or before.

    Raises
    ------
    RunError
        If the matrix lacks a flow, or one of the case's states and powers; a flow that nobody knows is never zero.
    """
    rows = case.tables.get("trade", ())
    years = [int(row.year) for row in rows if int(row.year) <= year]
    if not years:
        return None
    newest = max(years)
    value = {(row.exporter, row.importer): row.value for row in rows if int(row.year) == newest}
    actors = tuple(sorted({actor for pair in value for actor in pair}))
    wanted = tuple(sorted({*actors, *case.states, *case.powers}))
    missing = [f"{i} to {j}" for i in wanted for j in wanted if value.get((i, j)) is None]
    if missing:
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise RunError(
            f"{case.name}: trade.csv lacks flows of {newest}: {', '.join(missing[:10])}{more}. General equilibrium needs every "
            "flow among all states and powers, domestic trade included. Add the rows (`tightrope trade reconcile` fills a "
            "matrix from reports), or delete trade.csv: then trade that is lost is diverted by a fixed part."
        )
    flows = np.array([[value[i, j] for j in actors] for i in actors], dtype=float)
    return Baseline(actors, newest, flows)
