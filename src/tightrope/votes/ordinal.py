"""The likelihood of ordered votes (no < abstain < yes), its prior, and their first and second derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError

from .ballots import ABSTAIN, NO, YES, Ballots

__all__ = ["Derivatives", "Panel", "Prior", "derivatives", "log_posterior", "ordered_cuts", "panel", "precision"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Prior:
    """What is held to be likely before any vote is seen.

    Parameters
    ----------
    drift
        Standard deviation of a state's step from one session to the next, in units of `start`. Of those tried, the one under
        which the votes of the General Assembly of 1992 to 2020 are most probable in one dimension: docs/explain/votes.md.
    start
        Standard deviation of the points of states in the first session in which each votes.
    discrimination
        Standard deviation of how strongly a roll call divides states along the first dimension.
    shrink
        The same of each further dimension, relative to the one before; it makes the first dimension the one that divides most.
    middle
        Standard deviation of the middle of a roll call's two cut points.
    rate
        Of the gamma distribution (shape 2) of the distance between them.
    """

    drift: float = 0.2
    start: float = 1.0
    discrimination: float = 2.4
    shrink: float = 0.7
    middle: float = 5.0
    rate: float = 0.6

    def __post_init__(self) -> None:
        if wrong := [name for name, value in vars(self).items() if not 0 < value < np.inf]:
            raise TightropeError(f"Prior: {', '.join(wrong)} must be positive numbers.")

    @classmethod
    def usual(cls, dims: int, *, many: float = 0.4) -> Prior:
        """The prior to use where none is named.

        Parameters
        ----------
        dims
            Number of dimensions.
        many
            Drift in more than one dimension; of those tried in three, the one with the highest evidence.

        Returns
        -------
        prior
            For so many dimensions.
        """
        return cls() if dims == 1 else cls(drift=many)

    def slopes(self, dims: int) -> Array:
        """Standard deviation of the discrimination in each dimension, (dim,)."""
        return np.asarray(self.discrimination * self.shrink ** np.arange(dims))


@dataclass(frozen=True)
class Panel:
    """Votes laid out for the fit: roll calls in the order of their sessions, states that vote at least once.

    Parameters
    ----------
    states
        ISO-3 codes.
    order
        Position of each row in the ballots that the panel was made of.
    sessions
        (session,), ascending.
    bounds
        (session + 1,), first row of each session, and the number of rows.
    yes, abstain, no
        (roll, state), 1.0 where the vote was this.
    cast
        (session, state), whether the state voted in the session.
    linked
        (session - 1, state), whether the state's point in a session leads on to the next: from its first vote to its last.
    opened
        (session, state), whether the state's point starts afresh.
    gap
        (session - 1,), years from a session to the next.
    """

    states: tuple[str, ...]
    order: NDArray[np.int64]
    sessions: NDArray[np.int64]
    bounds: NDArray[np.int64]
    yes: Array
    abstain: Array
    no: Array
    cast: NDArray[np.bool_]
    linked: NDArray[np.bool_]
    opened: NDArray[np.bool_]
    gap: Array

    @cached_property
    def lower(self) -> Array:
        """Votes that the lower cut point has a say in, (roll, state): no and abstain."""
        return self.no + self.abstain

    @cached_property
    def upper(self) -> Array:
        """Votes that the upper cut point has a say in, (roll, state): abstain and yes."""
        return self.yes + self.abstain

    @cached_property
    def abstentions(self) -> Array:
        """How many abstained, (roll,)."""
        return np.asarray(self.abstain.sum(axis=1))

    def rows(self, t: int) -> slice:
        """Rows of a session."""
        return slice(int(self.bounds[t]), int(self.bounds[t + 1]))


def panel(votes: Ballots) -> Panel:
    """Lay votes out for the fit.

    Parameters
    ----------
    votes
        Who voted how.

    Returns
    -------
    panel
        Without states that never vote.

    Raises
    ------
    TightropeError
        If fewer than two states vote, or no roll call divides them.
    """
    voted = np.isin(votes.votes, (YES, ABSTAIN, NO))
    columns = np.flatnonzero(voted.any(axis=0))
    if len(columns) < 2:
        raise TightropeError(
            f"Ideal points need two states that vote; here {len(columns)} of {len(votes.states)} do. Give a file with more."
        )
    order = np.argsort(votes.sessions, kind="stable")
    cell = votes.votes[np.ix_(order, columns)]
    most, least = (np.where(voted[np.ix_(order, columns)], cell, fill) for fill in (0, 9))
    if not (most.max(axis=1) > least.min(axis=1)).any():
        raise TightropeError(
            f"All {len(order)} roll calls are unanimous among those who voted, so nothing tells the states apart. "
            "Give roll calls on which votes differ."
        )
    sessions, first = np.unique(votes.sessions[order], return_index=True)
    bounds = np.append(first, len(order)).astype(np.int64)
    cast = np.stack([(voted[np.ix_(order[a:z], columns)]).any(axis=0) for a, z in pairwise(bounds)])
    begin, end = cast.argmax(axis=0), len(sessions) - 1 - cast[::-1].argmax(axis=0)
    t = np.arange(len(sessions))[:, None]
    linked = (t[:-1] >= begin) & (t[1:] <= end)
    opened = np.ones(cast.shape, dtype=bool)
    opened[1:] = ~linked
    yes, abstain, no = ((cell == code).astype(float) for code in (YES, ABSTAIN, NO))
    states = tuple(votes.states[k] for k in columns)
    gap = np.diff(sessions).astype(float)
    return Panel(states, order, sessions, bounds, yes, abstain, no, cast, linked, opened, gap)


@dataclass(frozen=True)
class Derivatives:
    """Log posterior at a point, with its gradient and the parts of its negative Hessian.

    Parameters
    ----------
    log_likelihood, log_prior
        Natural logarithms.
    points, rolls
        Gradient, (session, state, dim) and (roll, dim + 2).
    points_by_points, rolls_by_rolls
        Blocks of the negative Hessian, (session, state, dim, dim) and (roll, dim + 2, dim + 2).
    residual
        (roll, state), derivative of the log likelihood with respect to the latent support of a vote.
    low, high
        (roll, state), curvature that comes from the lower and from the upper cut point.
    link
        (session - 1, state), precision of the step from a session to the next; 0 where there is none.
    """

    log_likelihood: float
    log_prior: float
    points: Array
    rolls: Array
    points_by_points: Array
    rolls_by_rolls: Array
    residual: Array
    low: Array
    high: Array
    link: Array


def _support(p: Panel, t: int, points: Array, rolls: Array) -> tuple[Array, Array]:
    """Latent support of each state for each roll call of a session, above the lower and above the upper cut point."""
    mine, dims = rolls[p.rows(t)], points.shape[2]
    support = mine[:, :dims] @ points[t].T
    return support - mine[:, dims, None], support - mine[:, dims + 1, None]


def _half(x: Array, said: Array, counted: Array, bend: Array, room: Array) -> tuple[float, Array]:
    """What the votes of a session say about one cut point: their log likelihood and its slope in the support x.

    `bend` receives minus its second derivative, `room` is (2, roll, state) to work in: new arrays would take longer than the
    arithmetic.
    """
    least, log = room
    np.exp(np.negative(np.abs(x, out=bend), out=bend), out=bend)
    np.add(bend, 1, out=least)
    np.log(least, out=log)
    height = -np.vdot(counted, log)
    np.maximum(x, 0, out=log)
    height += np.vdot(said, x) - np.vdot(counted, log)
    np.reciprocal(least, out=least)
    for factor in (least, least, counted):
        bend *= factor
    least -= 0.5
    np.copysign(least, x, out=least)
    least += 0.5
    least *= counted
    return float(height), said - least


def precision(p: Panel, prior: Prior) -> tuple[Array, Array]:
    """How tightly the prior holds the points.

    Parameters
    ----------
    p
        The votes.
    prior
        What is held to be likely before.

    Returns
    -------
    link, start
        Precision of the step from each session to the next, (session - 1, state), and of points that start afresh, (session,
        state); 0 where there is neither.
    """
    link = p.linked / (prior.drift**2 * p.gap[:, None])
    return link, p.opened / prior.start**2


def _log_prior(p: Panel, points: Array, rolls: Array, prior: Prior) -> float:
    dims = points.shape[2]
    link, start = precision(p, prior)
    low, high = rolls[:, dims], rolls[:, dims + 1]
    step = (link[:, :, None] * np.diff(points, axis=0) ** 2).sum() + (start[:, :, None] * points**2).sum()
    roll = ((rolls[:, :dims] / prior.slopes(dims)) ** 2).sum() + (((low + high) / 2 / prior.middle) ** 2).sum()
    return float(-(step + roll) / 2 + (np.log(high - low) - prior.rate * (high - low)).sum())


def _log_likelihood(p: Panel, points: Array, rolls: Array) -> float:
    # An abstention is sigma(lower) (1 - sigma(upper)) (1 - exp(-width)); log sigma(x) = x - max(x, 0) - log(1 + exp(-|x|)).
    total = 0.0
    for t in range(len(p.sessions)):
        rows = p.rows(t)
        lower, upper = _support(p, t, points, rolls)
        total += float(np.vdot(p.abstain[rows], lower) - np.vdot(p.lower[rows], _softplus(lower)))
        total += float(np.vdot(p.yes[rows], upper) - np.vdot(p.upper[rows], _softplus(upper)))
    return total + _between(p, rolls)


def _between(p: Panel, rolls: Array) -> float:
    return float((p.abstentions * np.log(-np.expm1(rolls[:, -2] - rolls[:, -1]))).sum())


def _softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x))))


def log_posterior(p: Panel, points: Array, rolls: Array, prior: Prior) -> float:
    """Logarithm of likelihood times prior, up to a constant.

    Parameters
    ----------
    p
        The votes.
    points
        (session, state, dim).
    rolls
        (roll, dim + 2): discrimination in each dimension, lower and upper cut point.
    prior
        What is held to be likely before.

    Returns
    -------
    log_posterior
        Natural logarithm.
    """
    return _log_likelihood(p, points, rolls) + _log_prior(p, points, rolls, prior)


def derivatives(p: Panel, points: Array, rolls: Array, prior: Prior) -> Derivatives:
    """Log posterior, gradient, and exact blocks of the negative Hessian.

    A vote of state i on roll call j is no below the lower cut point, yes above the upper, and abstain between:

        P(vote <= k) = sigma(cut[j, k] - b[j] . theta[i, t])

    Parameters
    ----------
    p
        The votes.
    points
        theta, (session, state, dim).
    rolls
        (roll, dim + 2): discrimination b in each dimension, lower and upper cut point.
    prior
        What is held to be likely before.

    Returns
    -------
    derivatives
        The cross blocks follow from `residual`, `low` and `high`: (low + high) b theta' - residual I with respect to b,
        and -low b and -high b with respect to the cut points.

    Source
    ------
    Ordered logit [McCullagh1980]_; random walk as in [MartinQuinn2002]_ and [BaileyStrezhnevVoeten2017]_. That an
    abstention splits into two binary logits and a term of the cut points alone is elementary.
    """
    dims = points.shape[2]
    b = rolls[:, :dims]
    link, start = precision(p, prior)
    d_points, h_points = np.empty_like(points), np.empty((*points.shape, dims))
    d_rolls, h_rolls = np.empty_like(rolls), np.zeros((*rolls.shape, dims + 2))
    residual, low, high = (np.empty(p.yes.shape) for _ in range(3))
    room = np.empty((2, np.diff(p.bounds).max(), p.yes.shape[1]))
    likelihood = _between(p, rolls)
    # Session by session, because arrays of this size stay in the processor's cache.
    for t in range(len(p.sessions)):
        rows, here = p.rows(t), points[t]
        halves = zip(_support(p, t, points, rolls), (p.abstain, p.yes), (p.lower, p.upper), (low, high), strict=True)
        residual[rows] = 0.0
        for k, (x, said, counted, bend) in enumerate(halves, dims):
            height, slope = _half(x, said[rows], counted[rows], bend[rows], room[:, : len(x)])
            likelihood += height
            residual[rows] += slope
            d_rolls[rows, k] = -slope.sum(axis=1)
            h_rolls[rows, :dims, k] = -bend[rows] @ here
            h_rolls[rows, k, k] = bend[rows].sum(axis=1)
        both = low[rows] + high[rows]
        d_rolls[rows, :dims] = residual[rows] @ here
        h_rolls[rows, :dims, :dims] = (both @ _squares(here)).reshape(-1, dims, dims)
        d_points[t] = residual[rows].T @ b[rows]
        h_points[t] = (both.T @ _squares(b[rows])).reshape(-1, dims, dims)
    h_rolls[:, dims, :dims], h_rolls[:, dims + 1, :dims] = h_rolls[:, :dims, dims], h_rolls[:, :dims, dims + 1]
    _add_cuts(p, rolls, prior, d_rolls, h_rolls)
    d_rolls[:, :dims] -= b / prior.slopes(dims) ** 2
    d_points -= start[:, :, None] * points
    pull = link[:, :, None] * np.diff(points, axis=0)
    d_points[:-1] += pull
    d_points[1:] -= pull
    own = start.copy()
    own[:-1] += link
    own[1:] += link
    e = np.arange(dims)
    h_points[:, :, e, e] += own[:, :, None]
    h_rolls[:, e, e] += prior.slopes(dims) ** -2
    before = _log_prior(p, points, rolls, prior)
    return Derivatives(likelihood, before, d_points, d_rolls, h_points, h_rolls, residual, low, high, link)


def _squares(x: Array) -> Array:
    return np.asarray((x[:, :, None] * x[:, None, :]).reshape(len(x), -1))


def _add_cuts(p: Panel, rolls: Array, prior: Prior, d_rolls: Array, h_rolls: Array) -> None:
    """Add what the distance between the two cut points and their prior contribute."""
    middle, width = (rolls[:, -1] + rolls[:, -2]) / 2, rolls[:, -1] - rolls[:, -2]
    away = p.abstentions / np.expm1(width) + 1 / width - prior.rate
    bend = p.abstentions * np.exp(-width) / np.expm1(-width) ** 2 + 1 / width**2
    flat = 1 / (4 * prior.middle**2)
    d_rolls[:, -2] -= away + middle * 2 * flat
    d_rolls[:, -1] += away - middle * 2 * flat
    h_rolls[:, -2, -2] += bend + flat
    h_rolls[:, -1, -1] += bend + flat
    h_rolls[:, -2, -1] = h_rolls[:, -1, -2] = flat - bend


def ordered_cuts(rolls: Array, old: Array, least: float = 0.1) -> Array:
    """Keep the upper cut point above the lower: a step may close at most nine tenths of their distance.

    Parameters
    ----------
    rolls, old
        (roll, dim + 2), after and before the step.
    least
        What must be left of the distance.

    Returns
    -------
    rolls
        The same, with the middle between the cut points where it was.
    """
    width = np.maximum(rolls[:, -1] - rolls[:, -2], least * (old[:, -1] - old[:, -2]))
    middle = (rolls[:, -1] + rolls[:, -2]) / 2
    return np.column_stack([rolls[:, :-2], middle - width / 2, middle + width / 2])
