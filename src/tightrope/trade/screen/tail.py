"""How unusual a flow is: Tweedie deviance residuals of sums over months.

Monthly values of one product are sparse, overdispersed and autocorrelated. A compound Poisson-gamma (Tweedie) law has a
lump at zero and a long right tail, and its deviance residual is a closed form. The dispersion is estimated on sums over
the same number of months as the sums that it is used for, so autocorrelation within them is in it.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .panel import Array

__all__ = ["deviance_root", "dispersion", "mean_known", "surprise", "trailing"]


def mean_known(flow: Array) -> Array:
    """Mean over the last axis of what is known, with that axis kept; NaN where nothing is."""
    known = ~np.isnan(flow)
    count = known.sum(axis=-1, keepdims=True)
    total = np.where(known, flow, 0.0).sum(axis=-1, keepdims=True)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def trailing(flow: Array, months: int) -> Array:
    """Sum over each month and those before it, same shape; shorter at the start of the series.

    NaN months count as nothing; the sum is NaN if all of them are.

    >>> trailing(np.array([1.0, 2.0, 3.0, 4.0]), 3)
    array([1., 3., 6., 9.])
    """
    pad = np.full((*flow.shape[:-1], months - 1), np.nan)
    window = sliding_window_view(np.concatenate([pad, flow], axis=-1), months, axis=-1)
    total: Array = np.nansum(window, axis=-1)
    return np.where(np.isnan(window).all(axis=-1), np.nan, total)


def deviance_root(flow: Array, expected: Array, *, power: float = 1.5) -> Array:
    """Signed root of the Tweedie deviance of a flow from what is expected, before division by the dispersion.

    Positive where there is more than expected. Unit: currency to the power ``1 - power / 2``. NaN where either is.

    Parameters
    ----------
    flow, expected
        Same shape, same currency; `expected` above 0.
    power
        Variance is dispersion times mean to this power; between 1 and 2. 1.5 is the middle of the compound
        Poisson-gamma family, for which the root is ``2 (sqrt(y) - sqrt(m)) / m^(1/4)``.

    Assumes
    -------
    A flow of a month is a Poisson number of shipments of gamma value.

    Source
    ------
    [Jorgensen1987]_ (deviance of the exponential dispersion models with power variance).

    Examples
    --------
    >>> float(deviance_root(np.array(9.0), np.array(1.0)).round(3))
    4.0
    """
    one, two = 1 - power, 2 - power
    deviance = 2 * (flow**two / (one * two) - flow * expected**one / one + expected**two / two)
    return np.asarray(np.sign(flow - expected) * np.sqrt(np.maximum(deviance, 0)))


def dispersion(root: Array, *, prior: float = 8.0) -> Array:
    """Dispersion of each series, drawn towards that of its hub; shape without the last axis.

    Parameters
    ----------
    root
        `deviance_root` in the months before the event, (hub, product, month); NaN is left out.
    prior
        Weight of the hub's median, in months. Eight keeps a series of two years mostly its own.

    Source
    ------
    Mean squared deviance residual; the shrinkage is ours.
    """
    known = ~np.isnan(root)
    square = np.where(known, root, 0.0) ** 2
    total, count = square.sum(-1), known.sum(-1)
    own = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    lively = np.where(own > 0, own, np.nan)
    pooled = _median(lively)
    floor = 1e-6 * pooled
    return np.asarray(np.maximum((total + prior * pooled) / (count + prior), floor))


def _median(own: Array) -> Array:
    """Median over products, of all where a hub has none known, as a column."""
    here = [np.median(row[~np.isnan(row)]) if (~np.isnan(row)).any() else np.nan for row in own]
    known = [value for value in here if not np.isnan(value)]
    rest = float(np.median(known)) if known else 1.0
    return np.array([rest if np.isnan(value) else value for value in here])[:, None]


def surprise(flow: Array, expected: Array, event: int, months: int, *, power: float = 1.5) -> Array:
    """How far the sum over some months lies from what is expected, in units of what is usual for the series.

    About normal where nothing happened, up to the tail of the data. (hub, product, month), unit 1.

    Parameters
    ----------
    flow, expected
        (hub, product, month), the file's currency.
    event
        Position of the first month that does not count as usual.
    months
        Length of the sums, the month itself and those before it.
    """
    usual = np.where(np.isnan(flow), np.nan, expected)
    root = deviance_root(trailing(flow, months), np.maximum(trailing(usual, months), 1e-9), power=power)
    spread = dispersion(root[..., min(months - 1, event - 1) : event])
    return root / np.sqrt(spread)[..., None]
