"""Equilibrium after changes of trade costs, for many scenarios at once, from the shares of a baseline matrix.

Arrays only. Countries are the first axis, scenarios the last. The unknown is x, the log change of each country's
factory-gate price; u = exp(-theta x).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from .books import books, certified
from .newton import jacobian, newton
from .world import Cells, World, cells_of, income, world

__all__ = ["prices", "trade_changes"]

Floats = NDArray[np.floating]


def trade_changes(
    flows: Floats, factor: Floats, *, sigma: float | Floats = 5.0, mode: str = "full", imbalance: str = "multiplicative"
) -> Floats:
    """How much every bilateral flow changes, for a batch of changes of trade costs.

    Parameters
    ----------
    flows
        Baseline, (exporter, importer), with domestic trade on the diagonal.
    factor
        (scenario, exporter, importer): what K = t^(1 - sigma) is multiplied by.
    sigma
        Elasticity of substitution, > 1: one, or one for each scenario.
    mode, imbalance
        As in `World`.

    Returns
    -------
    change
        (scenario, exporter, importer): new flow over old at the numeraire that keeps world output; where the old flow is
        0 it is what the flow would be multiplied by.

    Assumes
    -------
    One sector, goods that differ by origin, constant elasticity, fixed endowments.

    Source
    ------
    [DekleEatonKortum2008]_ for exact changes; the equations are (3) to (7) of `docs/trade.md`.

    Examples
    --------
    >>> x = np.array([[8.0, 1.0, 1.0], [1.0, 8.0, 1.0], [1.0, 1.0, 8.0]])
    >>> factor = np.ones((1, 3, 3))
    >>> factor[0, 0, 1] = factor[0, 1, 0] = 0.5
    >>> trade_changes(x, factor, sigma=5.0)[0].round(2)
    array([[1.05, 0.53, 1.03],
           [0.53, 1.05, 1.03],
           [1.03, 1.03, 1.  ]])
    """
    base = world(flows, mode=mode, imbalance=imbalance)
    cells = cells_of(np.asarray(factor, dtype=float))
    theta = np.broadcast_to(np.asarray(sigma, dtype=float) - 1, (cells.n,))
    found = certified(books(base, cells, theta, prices(base, cells, theta), keep_changes=True))
    assert found.changes is not None
    return found.changes


def prices(
    base: World,
    cells: Cells,
    theta: Floats,
    *,
    chunk: int = 128,
    tolerance: float = 3e-14,
    steps: int = 60,
) -> Floats:
    """Log changes of factory-gate prices, at the numeraire that keeps world output.

    Parameters
    ----------
    base
        Baseline.
    cells
        What changes in each scenario.
    theta
        (scenario,), sigma - 1 > 0.
    chunk
        Scenarios solved together: few enough for their arrays to stay in the cache.
    tolerance
        Largest relative gap between sales and output at which a scenario counts as solved.
    steps
        Steps with the baseline's Jacobian before Newton's method with the scenario's own takes over.

    Returns
    -------
    x
        (country, scenario).

    Raises
    ------
    RunError
        If a scenario has no equilibrium, or none is found.

    Source
    ------
    Newton's method on log changes, with the Jacobian at the baseline, which all scenarios of one elasticity share: one
    product of matrices for all of them. Large changes are finished one by one (`newton`). Ours.
    """
    n = len(base.output)
    found = np.empty((n, cells.n))
    # scenarios of like elasticity share a Jacobian
    order = np.argsort(theta, kind="stable")
    for first in range(0, cells.n, chunk):
        at = order[first : first + chunk]
        x, open_ = _shared_steps(base, cells.of(at), theta[at], tolerance, steps)
        found[:, at] = x
        for s in np.flatnonzero(open_):
            found[:, at[s]] = newton(base, *cells.dense(int(at[s]), n), float(theta[at[s]]))
    return found


def _shared_steps(
    base: World, cells: Cells, theta: Floats, tolerance: float, steps: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Steps with the shared Jacobian: x, and which scenarios are still open."""
    n, size = len(base.output), cells.n
    step_of = _solver(jacobian(base, base.shares, None, np.zeros(n), float(theta.mean())), size)
    x, left, open_ = np.zeros((n, size)), np.arange(size), np.ones(size, dtype=bool)
    least, gained = np.full(size, np.inf), np.zeros(size, dtype=int)
    for step in range(steps):
        some = cells if len(left) == size else cells.of(left)
        with np.errstate(all="ignore"):  # a step too far is noticed here and left to `newton`
            gap = _gap(base, some, theta[left], x[:, left])
            worst = np.nan_to_num(np.abs(gap).max(axis=0), nan=np.inf)
        open_[left] = worst > tolerance
        gained[left[worst < 0.7 * least[left]]] = step
        least[left] = np.minimum(worst, least[left])
        go = (worst > tolerance) & (worst < 50) & (step - gained[left] <= 3)
        left = left[go]
        if not len(left):
            break
        x[:, left] -= np.clip(step_of(gap[:, go]), -3.0, 3.0)
    return x - np.log(base.weight @ np.exp(x)), open_


def _solver(slope: Floats, size: int) -> Callable[[Floats], Floats]:
    """How to divide by the Jacobian: its inverse costs more to make, and less to use often or when it is small."""
    if size >= 32 or len(slope) <= 64:
        inverse = np.linalg.inv(slope)
        return lambda gap: inverse @ gap
    factors = lu_factor(slope, check_finite=False)
    return lambda gap: np.asarray(lu_solve(factors, gap, check_finite=False))


def _gap(base: World, cells: Cells, theta: Floats, x: Floats) -> Floats:
    """Log of sales over output at prices x, (country, scenario)."""
    n, size = x.shape
    u = np.exp(-theta * x)
    share = base.shares[cells.exporter, cells.importer]
    seller, buyer = cells.exporter * size + cells.scenario, cells.importer * size + cells.scenario
    offered = share * cells.factor * u.ravel()[seller]
    price = base.shares.T @ u
    price += np.bincount(buyer, offered - share * u.ravel()[seller], n * size).reshape(n, size)
    spent = income(base, x)
    if len(cells.taxed) and base.mode == "full":
        some = cells.taxed
        revenue = offered[some] * (1 - cells.keep[some]) / price.ravel()[buyer[some]]
        spent = spent / (1 - np.bincount(buyer[some], revenue, n * size).reshape(n, size))
    demand = spent / price
    weight = share * (cells.keep * cells.factor - 1) * demand.ravel()[buyer]
    sales = base.shares @ demand + np.bincount(seller, weight, n * size).reshape(n, size)
    gap: Floats = np.log(u * sales) - np.log(base.output)[:, None] - (x if base.mode == "full" else 0.0)
    return gap
