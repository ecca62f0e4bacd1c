"""Countries taken together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from tightrope.base import TightropeError

from .matrix import Cell, Matrix, ranges

__all__ = ["grouped"]


def grouped(matrix: Matrix, groups: Mapping[str, Collection[str]]) -> tuple[Cell, ...]:
    """The matrix with some countries taken together; the flows among them are left out.

    Parameters
    ----------
    matrix
        Single countries.
    groups
        Members of each group by its code; a country in no group stands for itself.

    Returns
    -------
    cells
        By year, exporter and importer. The range of a sum knows what the errors of its flows have in common and which
        totals tie them. `kind` and `how` are those of the single flow, or the parts of the sum by kind.

    Raises
    ------
    TightropeError
        If a member is not in the matrix or in two groups.
    """
    of = {c: c for c in matrix.countries}
    for code, members in groups.items():
        for member in members:
            if of.get(member) != member:
                raise TightropeError(f"{code}: `{member}` is not in the matrix, or in another group too.")
            of[member] = code
    names = [
        (of[matrix.countries[o]], of[matrix.countries[d]])
        for o, d in zip(matrix.panel.origin, matrix.panel.destination, strict=True)
    ]
    keys = sorted({pair for pair in names if pair[0] != pair[1]})
    at = {pair: k for k, pair in enumerate(keys)}
    belongs = np.zeros((len(keys), len(names)))
    for p, pair in enumerate(names):
        if pair in at:
            belongs[at[pair], p] = 1.0
    cells = []
    for t in range(len(matrix.years)):
        of_year = matrix.cells[t * len(names) : (t + 1) * len(names)]
        value = belongs @ matrix.errors[t].x
        sd = matrix.errors[t].of_sums(belongs)
        relative = np.divide(sd, value, out=np.zeros_like(sd), where=value > 0)
        low, high = ranges(value, relative, matrix.level, 0.0)
        for k, (exporter, importer) in enumerate(keys):
            parts = [c for c, b in zip(of_year, belongs[k], strict=True) if b]
            if len(parts) == 1:
                cells.append(parts[0])
                continue
            numbers = (float(value[k]), float(low[k]), float(high[k]), sum(c.before for c in parts))
            cells.append(Cell(exporter, importer, matrix.years[t], *numbers, "sum", _kinds(parts)))
    return tuple(cells)


def _kinds(parts: Sequence[Cell]) -> str:
    """How much of a sum is of which kind."""
    whole = sum(c.value for c in parts) or 1.0
    by_kind = {kind: sum(c.value for c in parts if c.kind == kind) / whole for kind in sorted({c.kind for c in parts})}
    return f"sum of {len(parts)} flows: " + "; ".join(f"{kind} ({share:.2f})" for kind, share in by_kind.items())
