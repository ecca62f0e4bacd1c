"""Votes drawn from the model of ideal points itself, to see whether a fit gets back what made them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .ballots import ABSENT, ABSTAIN, NO, YES, Ballots
from .ordinal import Prior

__all__ = ["simulated", "standard"]

Array = NDArray[np.float64]


def simulated(
    seed: int,
    *,
    states: int = 20,
    sessions: int = 4,
    rolls: int = 30,
    dims: int = 1,
    absent: float = 0.0,
    prior: Prior | None = None,
) -> tuple[Ballots, Array]:
    """Draw points and roll calls from the prior, and votes from the likelihood.

    Parameters
    ----------
    seed
        Same seed, same votes.
    states, sessions, rolls, dims
        How many; roll calls are per session.
    absent
        Probability that a vote is an absence instead.
    prior
        What to draw from.

    Returns
    -------
    ballots, points
        The votes, and the true points (session, state, dim).

    Examples
    --------
    >>> votes, points = simulated(1, states=3, sessions=2, rolls=5)
    >>> votes.votes.shape, points.shape
    ((10, 3), (2, 3, 1))
    """
    draw, prior = np.random.default_rng(seed), prior or Prior.usual(dims)
    first = draw.normal(0, prior.start, (1, states, dims))
    points = np.cumsum(np.concatenate([first, draw.normal(0, prior.drift, (sessions - 1, states, dims))]), axis=0)
    n = sessions * rolls
    b = draw.normal(0, 1, (n, dims)) * prior.slopes(dims)
    middle, width = draw.normal(0, prior.middle, (n, 1)), draw.gamma(2, 1 / prior.rate, (n, 1))
    session = np.repeat(np.arange(sessions), rolls)
    support = np.einsum("jd,jnd->jn", b, points[session]) + draw.logistic(size=(n, states))
    votes = np.where(support < middle - width / 2, NO, np.where(support < middle + width / 2, ABSTAIN, YES))
    if absent:
        votes[draw.random(votes.shape) < absent] = ABSENT
    text = ("",) * n
    made = Ballots(
        states=tuple(f"S{k:03}" for k in range(states)),
        ids=tuple(map(str, range(n))),
        dates=np.datetime64("2000-10-01", "D") + 365 * session,
        sessions=55 + session,
        votes=votes.astype(np.int8),
        resolutions=text,
        titles=text,
        items=text,
        issues=text,
        parts=np.zeros(n, dtype=bool),
    )
    return made, points


def standard(points: Array) -> Array:
    """Points with mean 0 and standard deviation 1 in every session and dimension, as fits give them.

    Parameters
    ----------
    points
        (session, state, dim).

    Returns
    -------
    standard
        The same shape.
    """
    return np.asarray((points - points.mean(axis=1, keepdims=True)) / points.std(axis=1, keepdims=True))
