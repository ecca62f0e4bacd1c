"""Decisions simulated from the model's own priors, to see whether a fit finds what they were made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .fit import Sampling, Sites, sampler

if TYPE_CHECKING:
    from .layers import Data

__all__ = ["ranks", "simulated", "uniformity"]


def simulated(data: Data, seed: int) -> tuple[Data, Sites]:
    """Answers to the same questions from weights drawn from the prior.

    Parameters
    ----------
    data
        Whose questions, and what was seen when they were asked. Without a panel.
    seed
        Same seed, same answers.

    Returns
    -------
    data, sites
        With other answers; and the weights that they were made with, by site.
    """
    import jax
    from numpyro import handlers

    from .model import decision_model, given

    seeded = handlers.seed(decision_model(data), jax.random.PRNGKey(seed))
    trace = handlers.trace(seeded).get_trace(given(data))
    sites = {
        name: np.asarray(site["value"])
        for name, site in trace.items()
        if site["type"] == "sample" and not site.get("is_observed")
    }
    odds = np.cumsum(np.asarray(trace["probability"]["value"], dtype=np.float64), axis=1)
    u = np.random.default_rng(seed).random((len(odds), 1)) * odds[:, -1:]
    return data._replace(decisions=data.decisions._replace(chosen=(u > odds).sum(axis=1))), sites


def ranks(data: Data, sets: int, *, sampling: Sampling | None = None, name: str = "mean") -> NDArray[np.float64]:
    """Where the truth lies among the draws of a fit, for data simulated again and again.

    Parameters
    ----------
    data
        Gives the questions.
    sets
        Data sets.
    sampling
        Of each fit.
    name
        Site whose truth is placed.

    Returns
    -------
    ranks
        (set, unknown): share of draws below the truth, uniform on 0 to 1 if intervals are right.

    Source
    ------
    Simulation-based calibration: [Talts2018]_.
    """
    from .model import given

    how = sampling or Sampling(chains=1, draws=200, warmup=200)
    sample, found = sampler(data, how), []
    for seed in range(sets):
        made, truth = simulated(data, seed)
        sites, _ = sample(given(made), how.seed + seed)
        # Thinned, because neighbouring draws are alike and would make ranks pile up at the ends.
        draws = sites[name].reshape(-1, *sites[name].shape[2:])[::4]
        found.append((draws < truth[name]).mean(axis=0).ravel())
    return np.array(found)


def uniformity(rank: NDArray[np.float64], bins: int = 5) -> float:
    """P value of the hypothesis that ranks of one unknown are uniform.

    Parameters
    ----------
    rank
        (set,), 0 to 1.
    bins
        Of equal width.

    Source
    ------
    Pearson's chi-square; [Talts2018]_ sec. 5.
    """
    from scipy.stats import chisquare

    return float(chisquare(np.histogram(rank, bins, (0, 1))[0]).pvalue)
