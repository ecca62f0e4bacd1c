"""How far states move from session to session, asked of the votes themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar

from tightrope.base import FitError

from .ideal import Peak, maximum
from .ordinal import Panel, Prior, precision
from .threads import one_thread

__all__ = ["Scales", "estimated", "log_evidence"]


@dataclass(frozen=True)
class Scales:
    """A prior whose drift was estimated.

    Parameters
    ----------
    prior
        The estimate.
    peak
        Of the posterior under it.
    log_evidence
        Under it.
    rounds
        Drifts that were tried.
    """

    prior: Prior
    peak: Peak
    log_evidence: float
    rounds: int


def log_evidence(p: Panel, peak: Peak, prior: Prior) -> float:
    """Logarithm of the probability of the votes, points and roll calls integrated out (Laplace's approximation).

    Of two priors, the one under which it is higher foretold the votes better. A difference of 3 is strong.

    Parameters
    ----------
    p
        The votes.
    peak
        Of the posterior under `prior`.
    prior
        What was held to be likely before.

    Returns
    -------
    log_evidence
        Natural logarithm.

    Assumes
    -------
    The posterior is normal about one peak. What mirrored and permuted peaks would add is the same under every prior.

    Source
    ------
    Laplace's approximation [TierneyKadane1986]_.
    """
    n_rolls, dims = len(peak.rolls), peak.points.shape[2]
    link, start = precision(p, prior)
    normal = dims * (np.log(link[link > 0]).sum() + np.log(start[start > 0]).sum()) / 2
    normal -= n_rolls * (np.log(prior.slopes(dims)).sum() + np.log(prior.middle) - 2 * np.log(prior.rate))
    # Every parameter brings log(2 pi) / 2, and every normal prior takes it away: the distances of cut points have none.
    normal += n_rolls * np.log(2 * np.pi) / 2
    bend = np.linalg.slogdet(peak.at.rolls_by_rolls)[1].sum()
    bend -= sum(np.linalg.slogdet(block)[1] for block in peak.factor.inverse)
    return float(peak.at.log_likelihood + peak.at.log_prior + normal - bend / 2)


def estimated(
    p: Panel,
    dims: int = 1,
    *,
    prior: Prior | None = None,
    between: tuple[float, float] = (0.02, 2.0),
    closeness: float = 0.03,
) -> Scales:
    """The drift under which the votes are most probable, points and roll calls integrated out (empirical Bayes).

    Parameters
    ----------
    p
        The votes.
    dims
        Number of dimensions.
    prior
        All scales but the drift.
    between
        Where to look.
    closeness
        Of the logarithm of the drift to that of the best one, at which the search ends.

    Returns
    -------
    scales
        With the drift estimated.

    Raises
    ------
    FitError
        If a fit does not converge, the file has one session, or the best drift is where the search ends.

    Assumes
    -------
    All states and sessions share a drift. In small files Laplace's approximation favours drifts that are too large where the
    true one is small: docs/explain/votes.md has figures.

    Source
    ------
    Type II maximum likelihood [Good1965]_; bounded search for a minimum [Brent1973]_.
    """
    prior = prior or Prior.usual(dims)
    if len(p.sessions) < 2:
        raise FitError(
            "The file has one session, so nothing is known of how far states move. Name a drift, or leave it out."
        )
    seen: dict[float, Scales] = {}

    def lost(log_drift: float) -> float:
        here = replace(prior, drift=float(np.exp(log_drift)))
        peak = maximum(p, dims, here)
        seen[log_drift] = Scales(here, peak, log_evidence(p, peak, here), len(seen) + 1)
        return -seen[log_drift].log_evidence

    with one_thread():
        minimize_scalar(lost, bounds=np.log(between), method="bounded", options={"xatol": closeness})
    best = max(seen, key=lambda x: seen[x].log_evidence)
    if min(abs(best - end) for end in np.log(between)) < 3 * closeness:
        raise FitError(
            f"The votes ask for a drift of {np.exp(best):.3g}, where the search from {between[0]:g} to {between[1]:g} ends: "
            "states move too little or too much to say how far. Name a drift, or leave it out."
        )
    return replace(seen[best], rounds=len(seen))
