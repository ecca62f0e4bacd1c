"""A partially pooled conditional logit: every state has its own coefficients, drawn towards those of all states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

__all__ = ["PooledLogit", "fit_pooled_logit", "log_probabilities"]

Array = NDArray[np.floating]


@dataclass(frozen=True)
class PooledLogit:
    """Coefficients of a fitted conditional logit.

    Parameters
    ----------
    common
        (term,), the coefficients that all states share, log odds.
    own
        (state, term), each state's deviation from them.
    error
        (state, term), standard error of ``common + own``, from the curvature of the penalised likelihood.
    iterations
        Newton steps taken.
    gradient
        Largest absolute slope left.
    """

    common: Array
    own: Array
    error: Array
    iterations: int
    gradient: float

    @property
    def coefficients(self) -> Array:
        """(state, term): common and own together."""
        return self.common + self.own


def log_probabilities(terms: Array, coefficients: Array) -> Array:
    """Log probability of each option.

    Parameters
    ----------
    terms
        (state, roll, option, term).
    coefficients
        (state, term).

    Returns
    -------
    log_probabilities
        (state, roll, option).
    """
    n_states, n_rolls, n_options, n_terms = terms.shape
    utility = (terms.reshape(n_states, -1, n_terms) @ coefficients[:, :, None]).reshape(n_states, n_rolls, n_options)
    utility = utility - utility.max(axis=-1, keepdims=True)
    found: Array = utility - np.log(np.exp(utility).sum(axis=-1, keepdims=True))
    return found


def fit_pooled_logit(
    terms: Array,
    chosen: NDArray[np.integer],
    weight: Array,
    *,
    common_penalty: Array,
    own_penalty: Array,
    tolerance: float = 1e-3,
    most_steps: int = 60,
) -> PooledLogit:
    """Fit by exact Newton steps; the problem is convex, so the answer does not depend on where it starts.

    Each state's block is eliminated before the common coefficients are solved for, so a step costs one small solve for
    each state.

    Parameters
    ----------
    terms
        (state, roll, option, term), what speaks for each option, any unit.
    chosen
        (state, roll), place of the option taken; anything where the weight is 0.
    weight
        (state, roll), at least 0; 0 leaves a cell out.
    common_penalty, own_penalty
        (term,), inverse prior variances of the common coefficient and of a state's deviation from it; > 0.
    tolerance
        Largest slope of the penalised log likelihood at which the fit counts as converged.
    most_steps
        Steps after which it is given up.

    Returns
    -------
    fit
        Converged; else `FitError`.

    Assumes
    -------
    Normal priors, centred on 0 for the common coefficients and on those for each state's. Choices are independent
    given the terms.

    Source
    ------
    Conditional logit: [McFadden1974]_. Normal random coefficients by penalised likelihood: [BreslowClayton1993]_.
    """
    n_states, _, n_options, n_terms = terms.shape
    rows = np.ascontiguousarray(terms).reshape(n_states, -1, n_terms)
    taken = (chosen[..., None] == np.arange(n_options)) * weight[..., None]
    common, own = np.zeros(n_terms), np.zeros((n_states, n_terms))

    def value(common: Array, own: Array) -> tuple[float, Array]:
        log_p = log_probabilities(terms, (common + own).astype(terms.dtype))
        fit = float((taken * log_p).sum(dtype=np.float64))
        return fit - 0.5 * float((common_penalty * common**2).sum() + (own_penalty * own**2).sum()), log_p

    best, log_p = value(common, own)
    for step in range(most_steps):
        p = np.exp(log_p)
        slope = (rows.transpose(0, 2, 1) @ (taken - weight[..., None] * p).reshape(n_states, -1, 1)).astype(float)[
            ..., 0
        ]
        slope_own = slope - own_penalty * own
        slope_common = slope.sum(axis=0) - common_penalty * common
        curve = _curvature(terms, p, weight)
        inverse = np.linalg.inv(curve + np.diag(own_penalty))
        # Schur complement: what the states' own coefficients cannot take up.
        carried = inverse @ curve
        left = curve.sum(axis=0) - np.einsum("sij,sik->jk", curve, carried) + np.diag(common_penalty)
        right = slope_common - np.einsum("sij,si->j", carried, slope_own)
        steepest = float(max(np.abs(slope_own).max(), np.abs(slope_common).max()))
        if steepest < tolerance:
            error = _errors(inverse, carried, np.linalg.inv(left))
            return PooledLogit(common, own, error, step, steepest)
        by_common = np.linalg.solve(left, right)
        by_own = (inverse @ slope_own[..., None])[..., 0] - carried @ by_common
        size = 1.0
        while True:
            trial, trial_log_p = value(common + size * by_common, own + size * by_own)
            if trial >= best - 1e-9 * abs(best) or size < 1e-6:
                break
            size /= 2
        common, own, best, log_p = common + size * by_common, own + size * by_own, trial, trial_log_p
    raise FitError(
        f"The logit did not converge: slope {steepest:.3g} after {most_steps} steps, {tolerance:.3g} wanted. "
        "A larger penalty makes it easier; a term that is not a number makes it impossible."
    )


def _curvature(terms: Array, p: Array, weight: Array) -> Array:
    n_states, _, _, n_terms = terms.shape
    found = np.empty((n_states, n_terms, n_terms))
    for state in range(n_states):  # one state at a time: the whole would not fit in a small machine's memory
        used = weight[state] > 0
        these, share = terms[state][used], p[state][used]
        centred = these - (share[..., None] * these).sum(axis=1, keepdims=True)
        centred = centred.reshape(-1, n_terms)
        scale = (weight[state][used][:, None] * share).reshape(-1, 1)
        found[state] = centred.T @ (centred * scale)
    return found


def _errors(inverse: Array, carried: Array, common_covariance: Array) -> Array:
    # theta_s = common + own_s; own_s = own_s | common has covariance `inverse` and slope -carried on common.
    rest = np.eye(inverse.shape[-1]) - carried
    variance = np.einsum("sii->si", inverse) + np.einsum("sij,jk,sik->si", rest, common_covariance, rest)
    found: Array = np.sqrt(variance)
    return found
