"""Made-up trade for tests and benchmarks: matrices and panels drawn from the models that the engines assume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .panel import Panel

__all__ = ["NOISES", "noisy_panel", "simulated_flows", "simulated_panel"]

Floats = NDArray[np.floating]

NOISES = ("additive", "poisson", "multiplicative", "uneven")


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


def noisy_panel(
    n: int,
    years: int,
    seed: int,
    coefficient: float = 1.0,
    *,
    noise: str = "additive",
    unlike: float = 1 / 16,
    home: float = 0.0,
    zeros: float = 0.0,
) -> Panel:
    """Flows whose coefficient is estimated with bias: the regressor goes with the effects, disturbances last.

    Parameters
    ----------
    n, years
        Countries and years.
    seed
        Same seed, same panel.
    coefficient
        Of the regressor `x1`.
    noise
        Variance of a flow: `additive` is 1, `poisson` the mean, `multiplicative` its square; `uneven` is between the last two
        and largest where the regressor is.
    unlike
        Standard deviation of the effects, in logs.
    home
        Domestic flows as a multiple of a foreign flow of like size; 0 for none.
    zeros
        Share of flows that are 0, at random; the others make up for them.

    Returns
    -------
    panel
        Disturbances are lognormal, and those of a pair correlate by 0.3 from year to year.

    Source
    ------
    The simulations of [WeidnerZylkin2021]_, with `unlike` 1 / 16; `home` and `zeros` are ours.
    """
    rng = np.random.default_rng(seed)
    sells, buys, close = (rng.normal(0, 1, shape) for shape in ((years, n, 1), (years, 1, n), (1, n, n)))
    effects = sells + buys + close
    x, last = np.zeros((years, n, n)), rng.normal(0, 0.5, (n, n))
    shock, log = np.zeros((years, n, n)), rng.normal(0, 1, (n, n))
    for t in range(years):
        x[t] = last = last / 2 + effects[t] / 16 + rng.normal(0, 0.5, (n, n))
        shock[t] = log = 0.3 * log + np.sqrt(1 - 0.3**2) * rng.normal(0, 1, (n, n))
    mean = np.exp(coefficient * x + unlike * effects)
    relative = {
        "additive": mean**-2,
        "poisson": 1 / mean,
        "multiplicative": np.ones_like(mean),
        "uneven": 0.5 / mean + 0.5 * np.exp(2 * x),
    }[noise]
    wide = np.log1p(relative)
    flow = mean * np.exp(np.sqrt(wide) * shock - wide / 2)
    flow = np.where(rng.random(flow.shape) < zeros, 0.0, flow / (1 - zeros))
    at = np.arange(n)
    flow[:, at, at] *= home
    there = np.ones(flow.shape, dtype=bool)
    there[:, at, at] = home > 0
    return Panel(
        tuple(f"C{k:03d}" for k in range(n)),
        tuple(range(2000, 2000 + years)),
        flow,
        there,
        {"x1": np.where(there, x, 0.0)},
    )
