"""Three logits with ridge penalties: of several options, of one option against the rest, and of ordered options."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax

from tightrope.base import FitError

__all__ = ["Ordinal", "binary", "multinomial", "ordinal"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 2000
"""Steps after which a fit has failed."""

LEAST = 1e-12
"""Probability below which a logarithm is not taken."""


def _solved(objective: Any, start: Array, what: str) -> Array:
    found = minimize(
        objective, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST, "maxfun": 2 * MOST, "gtol": 1e-4}
    )
    if not found.success or not np.isfinite(found.fun):
        raise FitError(f"The {what} logit did not converge: {found.message}. Raise the penalties.")
    return np.asarray(found.x)


def multinomial(x: Array, y: Ints, weight: Array, penalty: Array, options: int, start: Array | None = None) -> Array:
    """Coefficients of each option that maximise the weighted log likelihood less the ridge penalty.

    Parameters
    ----------
    x
        (row, column), with a column of ones for each intercept.
    y
        (row,), number of the option that came true.
    weight
        (row,), how much each row counts.
    penalty
        (column,), at least 0: half of it times the squares of the column's coefficients is taken off.
    options
        How many there are.
    start
        (column, option), from which to climb; zeros by default.

    Returns
    -------
    coefficients
        (column, option). Probabilities are the softmax of `x @ coefficients`.

    Raises
    ------
    FitError
        If the fit does not converge.

    Source
    ------
    [McFadden1974]_ with the penalty of [HoerlKennard1970]_; all options have coefficients, which the penalty identifies.

    Examples
    --------
    >>> b = multinomial(np.ones((4, 1)), np.array([0, 0, 0, 1]), np.ones(4), np.array([1e-6]), 2)
    >>> softmax(b[0]).round(3)
    array([0.75, 0.25])
    """
    shape, at = (x.shape[1], options), np.arange(len(y))

    def objective(flat: Array) -> tuple[float, Array]:
        b = flat.reshape(shape)
        u = x @ b
        left = softmax(u, axis=1)
        left[at, y] -= 1
        worth = -(weight * log_softmax(u, axis=1)[at, y]).sum() + (penalty[:, None] * b**2).sum() / 2
        return float(worth), (x.T @ (left * weight[:, None]) + penalty[:, None] * b).ravel()

    return _solved(objective, np.zeros(shape).ravel() if start is None else start.ravel(), "multinomial").reshape(shape)


def binary(x: Array, y: Array, weight: Array, penalty: Array, start: Array | None = None) -> Array:
    """Coefficients of the log odds of one outcome.

    Parameters
    ----------
    x, weight, penalty
        As in `multinomial`.
    y
        (row,), 1 where it came true, 0 where not.
    start
        (column,).

    Returns
    -------
    coefficients
        (column,).

    Raises
    ------
    FitError
        If the fit does not converge.

    Source
    ------
    As `multinomial`.
    """

    def objective(b: Array) -> tuple[float, Array]:
        u = x @ b
        worth = (weight * (np.logaddexp(0, u) - y * u)).sum() + (penalty * b**2).sum() / 2
        return float(worth), x.T @ (weight * (expit(u) - y)) + penalty * b

    return _solved(objective, np.zeros(x.shape[1]) if start is None else start, "binary")


class Ordinal(NamedTuple):
    """An ordered logit of three options."""

    slope: Array
    """(column,): the higher `x @ slope`, the higher the option."""
    cut: Array
    """(group, 2): log odds of the lowest option, and of the lower two, where `x` is 0."""

    def probability(self, x: Array, group: int) -> Array:
        """Probability of the three options, lowest first.

        Parameters
        ----------
        x
            (row, column).
        group
            Whose cuts to use.

        Returns
        -------
        probability
            (row, 3).
        """
        below = expit(self.cut[group] - (x @ self.slope)[:, None])
        return np.stack([below[:, 0], below[:, 1] - below[:, 0], 1 - below[:, 1]], axis=1)


def ordinal(
    x: Array,
    group: Ints,
    y: Ints,
    weight: Array,
    penalty: Array,
    *,
    cut_penalty: float = 0.05,
    width: float = 1.0,
    width_penalty: float = 0.5,
    start: Ordinal | None = None,
) -> Ordinal:
    """Ordered logit of three options with common slopes and cuts for each group.

    Parameters
    ----------
    x, weight, penalty
        As in `multinomial`, without a column of ones.
    group
        (row,), whose cuts the row uses, numbered from 0.
    y
        (row,), 0, 1 or 2.
    cut_penalty
        Of the square of the lower cut.
    width, width_penalty
        The log of the distance between the cuts is drawn to the first with the second; a distance of e leaves the middle
        option .59 at its best.
    start
        From which to climb.

    Returns
    -------
    ordinal
        Slopes and cuts.

    Raises
    ------
    FitError
        If the fit does not converge.

    Source
    ------
    [McCullagh1980]_; penalties as in `multinomial`.
    """
    p, n = x.shape[1], int(group.max()) + 1

    def objective(flat: Array) -> tuple[float, Array]:
        b, low, gap = flat[:p], flat[p : p + n], np.exp(flat[p + n :])
        e = x @ b
        one, two = expit(low[group] - e), expit((low + gap)[group] - e)
        seen = np.maximum(np.choose(y, [one, two - one, 1 - two]), LEAST)
        d_one = np.choose(y, [1.0, -1.0, 0.0]) * one * (1 - one) * weight / seen
        d_two = np.choose(y, [0.0, 1.0, -1.0]) * two * (1 - two) * weight / seen
        worth = -(weight * np.log(seen)).sum() + (penalty * b**2).sum() / 2 + cut_penalty * (low**2).sum() / 2
        worth += width_penalty * ((flat[p + n :] - width) ** 2).sum() / 2
        d_low = cut_penalty * low - np.bincount(group, d_one + d_two, minlength=n)
        d_gap = width_penalty * (flat[p + n :] - width) - gap * np.bincount(group, d_two, minlength=n)
        return float(worth), np.concatenate([x.T @ (d_one + d_two) + penalty * b, d_low, d_gap])

    begin = np.concatenate([np.zeros(p), np.full(n, 0.5), np.full(n, width)])
    if start is not None:
        begin = np.concatenate([start.slope, start.cut[:, 0], np.log(start.cut[:, 1] - start.cut[:, 0])])
    flat = _solved(objective, begin, "ordered")
    low = flat[p : p + n]
    return Ordinal(flat[:p], np.stack([low, low + np.exp(flat[p + n :])], axis=1))
