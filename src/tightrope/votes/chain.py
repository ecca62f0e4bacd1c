"""Newton steps and covariances of points that form a chain over sessions, with roll calls within each session.

The negative Hessian of such a model is block-tridiagonal once the roll calls of each session are eliminated: dense within a
session, since the states share its roll calls, and diagonal between one session and the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

__all__ = ["Factor", "covariances", "factored", "solved"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Factor:
    """What the forward pass leaves.

    Parameters
    ----------
    inverse
        For each session, (state * dim, state * dim): the covariance of its points given all sessions up to it.
    link
        (session - 1, state * dim), precision of the step to the next session.
    """

    inverse: tuple[NDArray[Any], ...]
    link: Array


def factored(own: Array, through: Sequence[NDArray[Any]], link: Array, *, single: bool = False) -> Factor | None:
    """Eliminate the sessions one after the other.

    Parameters
    ----------
    own
        (session, state, dim, dim), blocks of the negative Hessian of each point.
    through
        For each session, (state * dim, anything): G such that G G' is what the roll calls take away from the blocks.
    link
        (session - 1, state), precision of the step from one session to the next.
    single
        Whether to calculate in single precision, which is enough far from the solution.

    Returns
    -------
    factor
        None if the matrix is not positive definite.
    """
    n_sessions, n_states, dims, _ = own.shape
    kind = np.float32 if single else np.float64
    cholesky, inverse = (lapack.spotrf, lapack.spotri) if single else (lapack.dpotrf, lapack.dpotri)
    steps: Any = np.repeat(link, dims, axis=1).astype(kind)
    at = np.arange(n_states)
    done: list[NDArray[Any]] = []
    for t in range(n_sessions):
        g: Any = np.asarray(through[t], dtype=kind)
        block: Any = -(g @ g.T)
        block.reshape(n_states, dims, n_states, dims)[at, :, at, :] += own[t]
        if t:
            block -= steps[t - 1][:, None] * done[-1] * steps[t - 1]
        lower, failed = cholesky(block.T, lower=1, overwrite_a=1)
        if failed:
            return None
        half, _ = inverse(lower, lower=1, overwrite_c=1)
        whole = np.tril(half)
        whole += np.tril(half, -1).T
        done.append(whole)
    return Factor(tuple(done), np.repeat(link, dims, axis=1))


def solved(factor: Factor, right: Array) -> Array:
    """Solve for the points.

    Parameters
    ----------
    factor
        From `factored`.
    right
        (session, state * dim).

    Returns
    -------
    step
        (session, state * dim).
    """
    forward = [right[0]]
    for t in range(1, len(right)):
        forward.append(right[t] + factor.link[t - 1] * (factor.inverse[t - 1] @ forward[-1]))
    step = np.empty_like(right)
    step[-1] = factor.inverse[-1] @ forward[-1]
    for t in range(len(right) - 2, -1, -1):
        step[t] = factor.inverse[t] @ (forward[t] + factor.link[t] * step[t + 1])
    return step


def covariances(factor: Factor) -> list[Array]:
    """Covariance of the points of each session given all votes, (state * dim, state * dim) per session.

    Parameters
    ----------
    factor
        From `factored`, in double precision.

    Returns
    -------
    covariances
        The diagonal blocks of the inverse of the whole matrix: the uncertainty of the roll calls is in it.
    """
    found = [np.asarray(factor.inverse[-1])]
    for t in range(len(factor.inverse) - 2, -1, -1):
        gain = factor.inverse[t] * factor.link[t]
        found.append(factor.inverse[t] + gain @ found[-1] @ gain.T)
    return found[::-1]
