"""Equilibrium after changes of trade costs, for many scenarios at once, from the shares of a baseline matrix.

Arrays only. Countries are the first axis, scenarios the last. The unknown is x, the log change of each country's
factory-gate price; u = exp(-theta x).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve

from tightrope.base import RunError

__all__ = [
    "IMBALANCES",
    "MODES",
    "Cells",
    "World",
    "cells_of",
    "income",
    "prices",
    "trade_changes",
    "unsolved",
    "world",
]

Floats = NDArray[np.floating]
Ints = NDArray[np.int64]

MODES = ("full", "conditional")
IMBALANCES = ("multiplicative", "additive")


@dataclass(frozen=True)
class World:
    """A baseline matrix and what follows from it.

    Parameters
    ----------
    flows
        X, (exporter, importer), value, >= 0.
    shares
        Part of the importer's purchases, X / E, columns sum to 1.
    output, expenditure
        Y and E: row and column sums of X.
    mode
        `full`: output and expenditure follow prices. `conditional`: both are held.
    imbalance
        What happens to E - Y: `multiplicative` keeps E / Y up to one factor for all, `additive` keeps the difference as
        a part of world output.
    """

    flows: Floats
    shares: Floats
    output: Floats
    expenditure: Floats
    mode: str = "full"
    imbalance: str = "multiplicative"

    @property
    def weight(self) -> Floats:
        """Part of each country in world output."""
        part: Floats = self.output / self.output.sum()
        return part


def world(flows: Floats, *, mode: str = "full", imbalance: str = "multiplicative") -> World:
    """Baseline of a counterfactual.

    Parameters
    ----------
    flows
        (exporter, importer), any unit of value, with domestic trade on the diagonal. Not checked: see `flows`.
    mode, imbalance
        As in `World`.
    """
    x = np.ascontiguousarray(flows, dtype=float)
    expenditure = x.sum(axis=0)
    return World(x, x / expenditure, x.sum(axis=1), expenditure, mode, imbalance)


@dataclass(frozen=True)
class Cells:
    """The cells that change, as a list over all scenarios; every other cell stays.

    Parameters
    ----------
    scenario, exporter, importer
        Position of each change; no position twice.
    factor
        What K = t^(1 - sigma) is multiplied by; 0 is an embargo.
    keep
        Part of the buyer's payment that reaches the seller: 1 / (1 + tariff), else 1.
    n
        Number of scenarios.
    """

    scenario: Ints
    exporter: Ints
    importer: Ints
    factor: Floats
    keep: Floats
    n: int
    taxed: Ints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "taxed", np.flatnonzero(self.keep != 1))

    def of(self, scenarios: Ints) -> Cells:
        """The cells of some scenarios, which are numbered anew in the order given."""
        place = np.full(self.n, -1)
        place[scenarios] = np.arange(len(scenarios))
        at = np.flatnonzero(place[self.scenario] >= 0)
        moved = place[self.scenario[at]]
        return Cells(moved, self.exporter[at], self.importer[at], self.factor[at], self.keep[at], len(scenarios))

    def dense(self, scenario: int, size: int) -> tuple[Floats, Floats]:
        """Factor and part kept of one scenario, each (exporter, importer)."""
        factor, keep = np.ones((size, size)), np.ones((size, size))
        at = self.scenario == scenario
        factor[self.exporter[at], self.importer[at]] = self.factor[at]
        keep[self.exporter[at], self.importer[at]] = self.keep[at]
        return factor, keep


def cells_of(factor: Floats, keep: Floats | None = None) -> Cells:
    """Cells from arrays over all pairs.

    Parameters
    ----------
    factor
        (scenario, exporter, importer): what K is multiplied by, 1 where nothing changes.
    keep
        Same shape: part of the payment that reaches the seller; 1 if not given.
    """
    kept = np.ones_like(factor) if keep is None else keep
    at = np.nonzero((factor != 1) | (kept != 1))
    s, i, j = (index.astype(np.int64) for index in at)
    return Cells(s, i, j, factor[at], kept[at], len(factor))


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
    array([[1.04, 0.53, 1.1 ],
           [0.53, 1.04, 1.1 ],
           [1.04, 1.04, 0.99]])
    """
    from .books import books

    base = world(flows, mode=mode, imbalance=imbalance)
    cells = cells_of(np.asarray(factor, dtype=float))
    theta = np.broadcast_to(np.asarray(sigma, dtype=float) - 1, (cells.n,))
    found = books(base, cells, theta, prices(base, cells, theta), keep_changes=True)
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
            from .newton import newton

            found[:, at[s]] = newton(base, *cells.dense(int(at[s]), n), float(theta[at[s]]))
    return found


def _shared_steps(
    base: World, cells: Cells, theta: Floats, tolerance: float, steps: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Steps with the shared Jacobian: x, and which scenarios are still open."""
    from .newton import jacobian

    n, size = len(base.output), cells.n
    step_of = _solver(jacobian(base, base.shares, None, np.zeros(n), float(theta.mean())), size)
    x, left = np.zeros((n, size)), np.arange(size)
    gap_before, best = np.full(size, np.inf), np.zeros(size, dtype=int)
    for step in range(steps):
        some = cells if len(left) == size else cells.of(left)
        gap = _gap(base, some, theta[left], x[:, left])
        worst = np.abs(gap).max(axis=0)
        worst[np.isnan(worst)] = np.inf
        better = worst < 0.7 * gap_before[left]
        best[left[better]] = step
        gap_before[left] = np.minimum(worst, gap_before[left])
        done = worst <= tolerance
        hopeless = (step - best[left] > 3) | (worst > 50)
        go = ~(done | hopeless)
        if not go.any():
            left = left[~done]
            break
        x[:, left[go]] -= np.clip(step_of(gap[:, go]), -3.0, 3.0)
        # a scenario that stopped gaining stays open for `newton`
        closed = left[done]
        gap_before[closed] = 0.0
        left = left[go]
    open_ = gap_before > tolerance
    x -= _level(base, x)
    return x, open_


def _solver(slope: Floats, size: int) -> Callable[[Floats], Floats]:
    """How to divide by the Jacobian: its inverse costs more to make, and less to use on many scenarios."""
    if size >= 32:
        inverse = np.linalg.inv(slope)
        return lambda gap: inverse @ gap
    factors = lu_factor(slope, check_finite=False)
    return lambda gap: np.asarray(lu_solve(factors, gap, check_finite=False))


def _level(base: World, x: Floats) -> Floats:
    """Log of world output relative to the baseline."""
    level: Floats = np.log(base.weight @ np.exp(x))
    return level


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
    with np.errstate(invalid="ignore", divide="ignore"):
        gap: Floats = np.log(u * sales) - np.log(base.output)[:, None] - (x if base.mode == "full" else 0.0)
    return gap


def income(base: World, x: Floats) -> Floats:
    """Expenditure without revenue of tariffs at log prices x, (country, scenario)."""
    if base.mode == "conditional":
        return np.broadcast_to(base.expenditure[:, None], x.shape)
    w = np.exp(x)
    if base.imbalance == "additive":
        deficit = base.expenditure - base.output
        return base.output[:, None] * w + deficit[:, None] * (base.weight @ w)
    spent: Floats = base.expenditure[:, None] * w * (base.output @ w / (base.expenditure @ w))
    return spent


def unsolved(worst: float) -> RunError:
    """The error for a scenario that could not be solved."""
    return RunError(
        f"No equilibrium was found: sales and output still differ by {worst:.1e} of output. A country that loses every "
        "partner has no price relative to the others, and one whose deficit exceeds what it can earn has no "
        "equilibrium with additive imbalances. Use a small factor instead of 0, or --imbalance multiplicative."
    )
