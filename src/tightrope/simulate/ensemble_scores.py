"""How good an ensemble was: the ranked probability score, and whether intervals held what happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

__all__ = ["bounds", "crps", "normal_members"]

Floats = NDArray[np.float64]


def crps(members: Floats, observed: Floats, *, fair: bool = True) -> Floats:
    """Continuous ranked probability score of ensembles; lower is better, 0 is a sure and right forecast.

    In the unit of what is forecast: the mean distance to what happened less half the mean distance between members. For
    a forecast of one number it is the distance.

    Parameters
    ----------
    members
        (..., member), any unit.
    observed
        (...), same unit.
    fair
        Distances between members are averaged over pairs of different members, so that the expected score does not
        depend on how many members there are. False for members that are not random draws but quantiles.

    Returns
    -------
    crps
        (...), same unit; NaN where anything is. With `fair` and one member NaN.

    Assumes
    -------
    With `fair`, members are independent draws; the score of a good small ensemble may then be slightly negative.

    Source
    ------
    [GneitingRaftery2007]_ eq. 21; the fair form is [Ferro2014]_ section 3.

    Examples
    --------
    >>> crps(np.array([0.0, 1.0]), np.array(0.5), fair=False)
    array(0.25)
    """
    x = np.sort(np.asarray(members, dtype=np.float64), axis=-1)
    n = x.shape[-1]
    near = np.abs(x - np.asarray(observed, dtype=np.float64)[..., None]).mean(axis=-1)
    # Sum over pairs i < j of x_j - x_i: each sorted member counts once for every one below it and less for those above.
    pairs = (x * (2 * np.arange(n) - n + 1)).sum(axis=-1)
    weight = n * (n - 1) if fair else n * n
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(near - pairs / np.float64(weight))


def bounds(members: Floats, level: float) -> tuple[Floats, Floats]:
    """Ends of the central interval that holds a part of the members.

    Parameters
    ----------
    members
        (..., member).
    level
        Part of the members within, 0 to 1.

    Returns
    -------
    low, high
        (...), unit of the members; linear between members.

    Source
    ------
    Quantiles at (1 - level)/2 and (1 + level)/2.

    Examples
    --------
    >>> [float(x) for x in bounds(np.linspace(0.0, 1.0, 101), 0.5)]
    [0.25, 0.75]
    """
    low, high = np.quantile(np.asarray(members, dtype=np.float64), [(1 - level) / 2, (1 + level) / 2], axis=-1)
    return low, high


def normal_members(centre: float, deviation: float, *, log: bool, n: int = 400) -> Floats:
    """Quantiles of a normal distribution in the middle of n equal parts, as an ensemble that no chance touches.

    Parameters
    ----------
    centre
        Median.
    deviation
        Standard deviation; of the natural logarithm with `log`.
    log
        Whether the logarithm is normal.
    n
        How many; 400 put both ends of a 90% interval between members.

    Returns
    -------
    members
        (n,), rising.

    Source
    ------
    The normal distribution.

    Examples
    --------
    >>> normal_members(2.0, 0.0, log=True, n=2)
    array([2., 2.])
    """
    z = ndtri((np.arange(n) + 0.5) / n)
    return np.asarray(centre * np.exp(deviation * z) if log else centre + deviation * z)
