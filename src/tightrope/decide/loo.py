"""Leave-one-out from one fit, by Pareto-smoothed importance sampling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["elpd", "smoothed_weights"]

Array = NDArray[np.float64]


def smoothed_weights(log_likelihood: Array) -> tuple[Array, Array]:
    """Weights of draws that leave one observation out each.

    Parameters
    ----------
    log_likelihood
        (draw, observation); the ratios to be smoothed are its inverse.

    Returns
    -------
    weights, k
        (draw, observation), summing to one over draws; and the tail index of each, over 0.7 where the weights cannot be
        trusted, (observation,).

    Source
    ------
    [Vehtari2017]_, as ArviZ has it.
    """
    from arviz_stats import base

    stats: Any = base.array_stats  # type: ignore[attr-defined]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs, k = stats.psislw(log_likelihood.T, axis=-1)
    # Draws that all say the same leave no tail to be smoothed.
    logs = np.where(np.isfinite(logs).all(axis=1, keepdims=True), logs, -log_likelihood.T).T
    weights = np.exp(logs - logs.max(axis=0))
    return weights / weights.sum(axis=0), np.where(np.isnan(k), np.inf, k)


def elpd(log_likelihood: Array) -> tuple[Array, Array]:
    """Log probability of each observation, had it been left out.

    Parameters
    ----------
    log_likelihood
        (draw, observation).

    Returns
    -------
    elpd, k
        Each (observation,).

    Source
    ------
    [Vehtari2017]_.
    """
    weights, k = smoothed_weights(log_likelihood)
    return np.log((weights * np.exp(log_likelihood)).sum(axis=0)), k
