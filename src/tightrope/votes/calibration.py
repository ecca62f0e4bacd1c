"""Whether intervals hold what they promise: a test of the ranks of simulated truths, sound although ranks come in sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["Uniformity", "uniformity"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Uniformity:
    """How far ranks are from uniform.

    Parameters
    ----------
    shares
        (bin,), part of the ranks in each of equal bins.
    statistic, p
        Hotelling's T squared over sets, as an F, and the probability of one as large if ranks are uniform.
    inside
        For each promised part of 50, 90 and 95 %: the part of truths inside the central interval, its standard error over
        sets, and the probability of a deviation as large if intervals are right.
    """

    shares: Array
    statistic: float
    p: float
    inside: dict[float, tuple[float, float, float]]


def uniformity(ranks: Array, *, bins: int = 10) -> Uniformity:
    """Test whether ranks of truths among draws are uniform.

    Ranks of one simulated data set depend on one another, sets do not: what varies from set to set is the yardstick. A test
    that takes all ranks as independent rejects far too often.

    Parameters
    ----------
    ranks
        (set, quantity), part of the posterior below the truth, within [0, 1].
    bins
        Number of equal bins; there must be more sets than bins.

    Returns
    -------
    uniformity
        A small p speaks against calibration; a large one only says that so many sets show nothing against it.

    Raises
    ------
    ValueError
        If there are not more sets than bins, or a rank is outside [0, 1].

    Assumes
    -------
    Sets are independent and many enough for their mean to be normal.

    Source
    ------
    Simulation-based calibration [Talts2018]_; [Hotelling1931]_ for the test.

    Examples
    --------
    >>> even = np.random.default_rng(1).random((200, 5))
    >>> uniformity(even).p > 0.05, uniformity(even**1.3).p < 0.001
    (True, True)
    """
    n = len(ranks)
    if n <= bins:
        raise ValueError(f"{n} sets for {bins} bins: give more sets than bins.")
    if not ((ranks >= 0) & (ranks <= 1)).all():
        raise ValueError("Ranks outside [0, 1]: give the part of the draws below the truth.")
    part = np.stack([np.histogram(row, bins, (0, 1))[0] / row.size for row in ranks])
    away, free = part.mean(axis=0)[:-1] - 1 / bins, bins - 1
    covariance = np.atleast_2d(np.cov(part[:, :-1].T))
    squared = n * float(away @ np.linalg.pinv(covariance) @ away)
    statistic = squared * (n - free) / (free * (n - 1))
    inside = {promised: _inside(ranks, promised) for promised in (0.5, 0.9, 0.95)}
    return Uniformity(part.mean(axis=0), statistic, float(stats.f.sf(statistic, free, n - free)), inside)


def _inside(ranks: Array, promised: float) -> tuple[float, float, float]:
    share = (np.abs(ranks - 0.5) < promised / 2).mean(axis=1)
    error = float(share.std(ddof=1) / np.sqrt(len(share)))
    away = abs(float(share.mean()) - promised)
    p = float(2 * stats.t.sf(away / error, len(share) - 1)) if error > 0 else float(away == 0)
    return float(share.mean()), error, p
