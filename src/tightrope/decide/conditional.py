"""Conditional logit by maximum likelihood: which option is taken, given features of the options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tightrope.base import FitError

from .identified import collinear, separated
from .likelihood import Block, blocks_of, climb, clustered, sums_at

__all__ = ["ConditionalLogit", "conditional_logit"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ConditionalLogit:
    """A fitted conditional logit.

    Parameters
    ----------
    names
        One for each feature.
    coefficients
        (feature,), log odds for one unit of the feature.
    covariance
        (feature, feature), inverse of the observed information.
    robust_covariance
        (feature, feature), holds where choices of one cluster depend on each other, or the model is not quite right.
    log_likelihood, null_log_likelihood
        Natural logarithm, without the prior; the second of even odds.
    n
        Choices used.
    n_clusters
        Clusters among them; the choices themselves if none were given.
    set_aside
        Choices not used, by reason.
    iterations
        Newton steps over all choices.
    last_step
        Length of the last step, in standard errors; what is left after it is about its square.
    marks
        What is wrong with the fit, in sentences; empty if nothing is.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    robust_covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    n: int
    n_clusters: int
    set_aside: Mapping[str, int]
    iterations: int
    last_step: float
    marks: tuple[str, ...]

    @property
    def error(self) -> Floats:
        """(feature,), standard errors."""
        found: Floats = np.sqrt(np.diagonal(self.covariance))
        return found

    @property
    def robust_error(self) -> Floats:
        """(feature,), standard errors from the robust covariance."""
        found: Floats = np.sqrt(np.diagonal(self.robust_covariance))
        return found

    def probabilities(self, features: ArrayLike, available: ArrayLike | None = None) -> Floats:
        """Probability of each option of new choices.

        Parameters
        ----------
        features
            (choice, option, feature).
        available
            (choice, option), False for what cannot be taken; all can if not said.

        Returns
        -------
        probabilities
            (choice, option); a choice sums to 1. NaN where a feature of an available option is not known.
        """
        utility = np.asarray(features, dtype=np.float64) @ self.coefficients
        if available is not None:
            utility = np.where(available, utility, -np.inf)
        weight = np.exp(utility - utility.max(axis=-1, keepdims=True))
        found: Floats = weight / weight.sum(axis=-1, keepdims=True)
        return found


def conditional_logit(
    features: ArrayLike,
    chosen: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    available: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    ridge: ArrayLike = 0.0,
    tolerance: float = 1e-6,
    most_steps: int = 50,
) -> ConditionalLogit:
    """Fit by exact Newton steps; the problem is concave, so the answer does not depend on where it starts.

    Parameters
    ----------
    features
        (choice, option, feature), what speaks for each option, any unit. A choice with an unknown (NaN) feature of an
        available option is set aside.
    chosen
        (choice,), place of the option taken; a choice with -1, not known, is set aside.
    names
        One for each feature, for messages; ``x0``, ``x1`` and so on if not said.
    available
        (choice, option), False for what cannot be taken; all can if not said. A choice with one option is set aside.
    clusters
        (choice,), labels of choices that may depend on each other, such as those of one state; each for itself if not said.
    ridge
        One number or (feature,): inverse variance of a normal prior around 0; 0 for none.
    tolerance
        Length of a step, in standard errors, after which no further is taken.
    most_steps
        Steps after which the fit is given up.

    Returns
    -------
    fit
        Converged. With a ridge on every feature, collinear or separating features are told in `marks`.

    Raises
    ------
    FitError
        Without it, naming the features: constant within choices, collinear, or separating. Also for arrays that do not fit
        each other, a choice of what is not available, or no choice that can be used.

    Assumes
    -------
    Options that are not taken stand in proportion to each other whatever else is on offer. Robust errors are biased down
    if clusters are few.

    Source
    ------
    [McFadden1974]_. Sandwich covariance with G / (G - 1) for G clusters: [White1982]_, [LiangZeger1986]_.

    Examples
    --------
    >>> fit = conditional_logit([[[0.0], [1.0]]] * 4, [1, 1, 1, 0])
    >>> fit.coefficients.round(4), fit.error.round(4)
    (array([1.0986]), array([1.1547]))
    """
    x, y, open_, label = _checked(features, chosen, available, clusters)
    n_features = x.shape[2]
    called = tuple(names) if names is not None else tuple(f"x{k}" for k in range(n_features))
    if len(called) != n_features:
        raise FitError(f"{len(called)} names for {n_features} features; give one each.")
    penalty = np.broadcast_to(np.asarray(ridge, dtype=np.float64), (n_features,))
    if not (np.isfinite(penalty).all() and (penalty >= 0).all()):
        raise FitError("ridge: expected numbers of at least 0, the inverse variances of the prior.")
    used, aside = _usable(x, y, open_)
    blocks = blocks_of(x, y, open_, used)
    at_zero = sums_at(blocks, np.zeros(n_features))
    marks = _problems(blocks, at_zero.curve, called)
    if marks and not (penalty > 0).all():
        raise FitError(" ".join(marks) + " Leave features out, or give every one a ridge.")
    part = blocks[: len(blocks) // 8]
    start = np.zeros(n_features)
    if part:  # most of the way on an eighth of the choices; harmless if that part alone cannot be fitted
        start = climb(part, start, penalty + 1e-3 * np.diagonal(at_zero.curve) / 8, 1e-2, 12)[0]
    b, sums, steps, left = climb(blocks, start, penalty, tolerance, most_steps)
    if left >= tolerance:
        raise FitError(
            f"The logit did not converge: {left:.3g} standard errors from the top after {steps} steps. "
            "A ridge makes it easier."
        )
    covariance = np.asarray(np.linalg.inv(sums.curve + np.diag(penalty)), dtype=np.float64)
    meat, groups = sums.meat, len(used)
    if label is not None:
        meat, groups = clustered(blocks, b, label[used])
    robust: Floats = covariance @ meat @ covariance * (groups / max(groups - 1, 1))
    return ConditionalLogit(
        called, b, covariance, robust, sums.value, at_zero.value, len(used), groups, aside, steps, left, marks
    )


def _checked(
    features: ArrayLike, chosen: ArrayLike, available: ArrayLike | None, clusters: ArrayLike | None
) -> tuple[Floats, NDArray[np.intp], NDArray[np.bool_] | None, NDArray[np.intp] | None]:
    x = np.asarray(features, dtype=np.float64)
    if x.ndim != 3 or 0 in x.shape:
        raise FitError(f"features: shape {x.shape}. Expected (choice, option, feature), none of them empty.")
    n_choices, n_options, _ = x.shape
    y = np.asarray(chosen)
    if y.shape != (n_choices,) or not np.issubdtype(y.dtype, np.integer):
        raise FitError(
            f"chosen: {y.dtype} of shape {y.shape}. Expected {n_choices} whole numbers, one for each choice."
        )
    wrong = np.flatnonzero((y < -1) | (y >= n_options))
    if wrong.size:
        k = int(wrong[0])
        raise FitError(f"chosen: {y[k]} in choice {k}. Expected 0 to {n_options - 1}, or -1 where it is not known.")
    open_ = None if available is None else np.asarray(available, dtype=bool)
    if open_ is not None:
        if open_.shape != (n_choices, n_options):
            raise FitError(f"available: shape {open_.shape}. Expected {(n_choices, n_options)}.")
        closed = np.flatnonzero((y >= 0) & ~open_[np.arange(n_choices), y])
        if closed.size:
            k = int(closed[0])
            raise FitError(f"Choice {k} took option {y[k]}, which is not available ({closed.size} such choices).")
    label = None if clusters is None else np.asarray(clusters)
    if label is not None and label.shape != (n_choices,):
        raise FitError(f"clusters: shape {label.shape}. Expected one label for each of {n_choices} choices.")
    code = None if label is None else np.unique(label, return_inverse=True)[1]
    return x, y.astype(np.intp), open_, code


def _usable(x: Floats, y: NDArray[np.intp], open_: NDArray[np.bool_] | None) -> tuple[NDArray[np.intp], dict[str, int]]:
    """Choices to use, and how many are not, by the first reason that holds."""
    total = x.sum(axis=(1, 2))
    unknown = ~np.isfinite(total)  # the usual case costs one pass
    odd = np.flatnonzero(unknown)
    seen = np.ones((len(odd), x.shape[1]), dtype=bool) if open_ is None else open_[odd]
    if (np.isinf(x[odd]).any(axis=2) & seen).any():
        raise FitError("features: some are infinite. Expected numbers, or NaN where not known.")
    unknown[odd] = (np.isnan(x[odd]).any(axis=2) & seen).any(axis=1)
    count = np.full(len(x), x.shape[1]) if open_ is None else open_.sum(axis=1)
    left = np.ones(len(x), dtype=bool)
    aside = {}
    for reason, is_so in (
        ("choices whose outcome is not known", y < 0),
        ("choices with fewer than two options", count < 2),
        ("choices with an unknown feature", unknown),
    ):
        if hit := int((left & is_so).sum()):
            aside[reason] = hit
        left &= ~is_so
    if not left.any():
        raise FitError(f"No choice can be used: {', '.join(f'{n} {reason}' for reason, n in aside.items())}.")
    return np.flatnonzero(left), aside


def _problems(blocks: Sequence[Block], curve: Floats, names: Sequence[str]) -> tuple[str, ...]:
    constant, groups = collinear(curve)
    found = []
    if constant:
        found.append(f"The same for all options of every choice: {', '.join(names[k] for k in constant)}.")
    found += [f"Collinear within choices: {', '.join(names[k] for k in group)}." for group in groups]
    if not found:
        n = sum(block.difference.shape[2] for block in blocks)
        apart = separated([block.rows for block in blocks], np.sqrt(np.diagonal(curve) / n))
        if apart:
            found.append(f"Separated, so that the likelihood rises without end: {', '.join(names[k] for k in apart)}.")
    return tuple(found)
