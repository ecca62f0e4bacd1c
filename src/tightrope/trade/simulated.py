"""Made-up trade for tests and benchmarks: matrices and panels drawn from the models that the engines assume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .panel import Panel

__all__ = ["simulated_flows", "simulated_panel"]

Floats = NDArray[np.floating]


def simulated_flows(n: int, seed: int, *, home: float = 0.5, balanced: bool = False) -> Floats:
    """A matrix of trade between countries of very unlike size.

    Parameters
    ----------
    n
        Countries.
    seed
        Same seed, same matrix.
    home
        Domestic sales, as a multiple of a country's size.
    balanced
        Whether every country exports as much as it imports.

    Returns
    -------
    flows
        (exporter, importer), > 0.
    """
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(0, 1.2, n))
    size /= size.sum()
    flows = np.outer(size * np.exp(rng.normal(0, 0.2, n)), size) * np.exp(-rng.uniform(0.8, 3.3, (n, n)))
    if balanced:
        flows = (flows + flows.T) / 2
    flows[np.diag_indices(n)] = home * size
    return np.asarray(1000 * flows)


def simulated_panel(
    n: int,
    years: int,
    seed: int,
    coefficients: tuple[float, ...] = (0.4, -0.2),
    *,
    spread: float = 1.0,
    unlike: float = 1.0,
) -> Panel:
    """Flows with planted coefficients: the first regressor begins once and stays, like an agreement, the others are normal.

    Parameters
    ----------
    n, years
        Countries and years.
    seed
        Same seed, same panel.
    coefficients
        Of the regressors `x1`, `x2`, ...
    spread
        Variance of the multiplicative error, whose mean is 1; a third of the flows are 0 besides.
    unlike
        Standard deviation of the logs of countries' sizes and of pairs' closeness.

    Returns
    -------
    panel
        Domestic trade included; about a third of the flows are 0.
    """
    rng = np.random.default_rng(seed)
    shape = (years, n, n)
    starts = np.where(rng.random((n, n)) < 0.4, rng.integers(1, max(years, 2), (n, n)), years)
    first = (np.arange(years)[:, None, None] >= starts).astype(float)
    columns = [first, *rng.normal(0, 1, (max(len(coefficients) - 1, 0), *shape))][: len(coefficients)]
    log = rng.normal(0, unlike, n) + 0.3 * rng.normal(0, 1, (years, n)).cumsum(axis=0)
    bought = rng.normal(0, unlike, n) + 0.3 * rng.normal(0, 1, (years, n)).cumsum(axis=0)
    log = log[:, :, None] + bought[:, None, :] + rng.normal(0, unlike, (n, n))
    log = log + sum(b * x for b, x in zip(coefficients, columns, strict=True))
    mean = np.exp(log)
    flow = mean * rng.gamma(1 / spread, spread, shape)
    # zeros that do not move the mean: what is dropped is made up for by the rest of the like flows
    trades = rng.random(shape) > 0.35
    flow = np.where(trades, flow / 0.65, 0.0)
    return Panel(
        tuple(f"C{k:03d}" for k in range(n)), tuple(range(2000, 2000 + years)), flow, np.ones(shape, dtype=bool),
        {f"x{k + 1}": column for k, column in enumerate(columns)},
    )  # fmt: skip
