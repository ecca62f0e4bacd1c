"""How wide the prior of ideal points should be, asked of the votes themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

from .chain import covariances, steps
from .ideal import Peak, curvature, maximum
from .ordinal import Panel, Prior, precision
from .threads import one_thread

__all__ = ["Scales", "estimated", "log_evidence"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scales:
    """A prior whose scales were estimated.

    Parameters
    ----------
    prior
        The estimate.
    peak
        Of the posterior under it.
    log_evidence
        Under it.
    rounds
        How often the scales were set anew.
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
    p: Panel, dims: int = 1, *, prior: Prior | None = None, closeness: float = 0.002, most: int = 60
) -> Scales:
    """The prior under which the votes are most probable, points and roll calls integrated out (empirical Bayes).

    Parameters
    ----------
    p
        The votes.
    dims
        Number of dimensions.
    prior
        Where to start. `start` stays as it is, since points have no unit of their own, and so does `shrink`, which
        only tells the dimensions apart.
    closeness
        The estimate is done when no scale would change by a larger part of itself.
    most
        Rounds after which the estimate has failed.

    Returns
    -------
    scales
        With drift, discrimination, middle and rate estimated.

    Raises
    ------
    FitError
        If the scales do not settle.

    Assumes
    -------
    The posterior is normal about its peak, and that peak moves little with the scales. All states and sessions share a drift.

    Source
    ------
    Expectation-maximisation [DempsterLairdRubin1977]_, the expectations from the normal approximation. Each scale becomes
    the root mean square that it is the scale of, under the posterior. Rounds
    are combined as in [WalkerNi2011]_.
    """
    prior, peak = prior or Prior.usual(dims), None
    at: list[Array] = []
    change: list[Array] = []
    with one_thread():
        for count in range(1, most + 1):
            start = None if peak is None else (peak.points, peak.rolls)
            peak = maximum(p, dims, prior, start=start)
            at.append(_logs(prior))
            change.append(_logs(_again(p, peak, prior)) - at[-1])
            if np.abs(change[-1]).max() < closeness:
                return Scales(prior, peak, log_evidence(p, peak, prior), count)
            next_ = np.exp(_combined(at, change))
            prior = replace(prior, **dict(zip(NAMES, next_.tolist(), strict=True)))
    raise FitError(
        f"The scales of the prior did not settle within {most} rounds: the last would have changed one by "
        f"{np.abs(change[-1]).max():.1%}. Give them yourself."
    )


NAMES = ("drift", "discrimination", "middle", "rate")


def _logs(prior: Prior) -> Array:
    return np.log([getattr(prior, name) for name in NAMES])


def _combined(at: list[Array], change: list[Array], *, memory: int = 4, furthest: float = 0.5) -> Array:
    """Where the changes seen so far let the next vanish (Anderson): the linear map through the last few rounds."""
    if len(at) == 1:
        return at[0] + change[0]
    moved, bent = (np.diff(np.array(x[-memory:]), axis=0).T for x in (at, change))
    weights = np.linalg.lstsq(bent, change[-1], rcond=1e-6)[0]
    step = change[-1] - (moved + bent) @ weights
    return np.asarray(at[-1] + step * min(1.0, furthest / np.abs(step).max()))


def _again(p: Panel, peak: Peak, prior: Prior) -> Prior:
    """Set every scale to what points and roll calls have under the posterior."""
    dims = peak.points.shape[2]
    whole = covariances(peak.factor)
    spread = steps(peak.factor, whole).reshape(len(whole) - 1, -1, dims)
    moved = (np.diff(peak.points, axis=0) ** 2 + spread) / p.gap[:, None, None]
    drift = np.sqrt(moved[p.linked].mean()) if p.linked.any() else prior.drift
    rolls = _roll_covariances(p, peak, whole)
    e = np.arange(dims)
    slope = (peak.rolls[:, :dims] ** 2 + rolls[:, e, e]).mean(axis=0)
    middle = peak.rolls[:, dims:].mean(axis=1) ** 2 + rolls[:, dims:, dims:].mean(axis=(1, 2))
    width = peak.rolls[:, -1] - peak.rolls[:, -2]
    return replace(
        prior,
        drift=float(drift),
        discrimination=float(np.sqrt((slope / prior.shrink ** (2 * e)).mean())),
        middle=float(np.sqrt(middle.mean())),
        rate=float(2 / width.mean()),
    )


def _roll_covariances(p: Panel, peak: Peak, whole: list[Array]) -> Array:
    """Posterior covariance of the parameters of each roll call, (roll, dim + 2, dim + 2)."""
    root, through = curvature(p, peak.points, peak.rolls, peak.at, np.float64)
    found = np.empty_like(root)
    for t, (g, block) in enumerate(zip(through, whole, strict=True)):
        rows, size = p.rows(t), root.shape[1]
        mine = g.reshape(len(g), -1, size)
        spread = np.einsum("ija,ijb->jab", mine, (block @ g).reshape(mine.shape), optimize=True)
        found[rows] = np.swapaxes(root[rows], 1, 2) @ (np.eye(size) + spread) @ root[rows]
    return found
