"""Dynamic ideal points from ordered votes, fitted by Newton steps on all points and roll calls at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, TightropeError

from .absence import Absence, absence
from .ballots import Ballots
from .chain import Factor, covariances, factored, solved
from .ordinal import Derivatives, Panel, Prior, derivatives, log_posterior, ordered_cuts, panel
from .quasi import approached
from .threads import one_thread

__all__ = ["MOST_DIMS", "Fit", "IdealPoints", "Peak", "ideal_points", "maximum", "standardised"]

Array = NDArray[np.float64]

MOST_DIMS = 5
ANCHORS = ("USA", "RUS")
"""The first dimension grows from the second of these states to the first, where both vote."""


@dataclass(frozen=True)
class Fit:
    """How the fit went.

    Parameters
    ----------
    converged
        Whether the last Newton step promised less than the tolerance. A fit that did not is an error, so this is always true.
    iterations
        Steps on everything at once: quasi-Newton and Newton.
    seconds
        Wall-clock time.
    log_likelihood
        Of yes, abstain and no at the solution, natural logarithm.
    gain
        What the last Newton step promised to add to the log posterior.
    """

    converged: bool
    iterations: int
    seconds: float
    log_likelihood: float
    gain: float


@dataclass(frozen=True)
class IdealPoints:
    """Where each state stood in each session.

    Parameters
    ----------
    states, sessions
        Labels of the arrays.
    points, sd
        (session, state, dim), unit: standard deviations between the states that voted in the session, whose mean is 0;
        standard deviation of the posterior. NaN where the state cast no vote.
    rolls
        (roll, dim + 2), discrimination and cut points of each roll call on the scale of `raw`, in the order of `ids`.
    ids
        Of the roll calls.
    raw
        (session, state, dim), points on the scale of the model.
    absence
        The model of absence, unless it was left out.
    fit
        How the fit went.
    prior
        What was held to be likely before.
    """

    states: tuple[str, ...]
    sessions: NDArray[np.int64]
    points: Array
    sd: Array
    rolls: Array
    ids: tuple[str, ...]
    raw: Array
    absence: Absence | None
    fit: Fit
    prior: Prior


def ideal_points(
    votes: Ballots,
    dims: int = 1,
    *,
    prior: Prior | None = None,
    absent: str = "model",
    tolerance: float = 1e-6,
    most: int = 1000,
) -> IdealPoints:
    """Ideal points of states that move by random walk from session to session.

    Two states close to each other support and oppose the same questions. Distances compare states within a session;
    since every session is put on the same scale, a move is a move relative to the other states.

    Parameters
    ----------
    votes
        Who voted how.
    dims
        Number of dimensions, 1 to 5.
    prior
        What is held to be likely before any vote is seen; `Prior.usual` if not named. `evidence.estimated` asks the votes.
    absent
        `model` fits a logit of absence beside the points, `ignore` leaves absences out.
    tolerance
        Converged means that a Newton step promises to raise the log posterior by less.
    most
        Steps after which the fit has failed.

    Returns
    -------
    ideal_points
        With standard deviations from the inverse of the whole negative Hessian, so the uncertainty of the roll calls is
        in them.

    Raises
    ------
    TightropeError
        If there is nothing to fit.
    FitError
        If the fit does not converge. No fit that stopped early is ever returned.

    Assumes
    -------
    Absence says nothing about the point (given the state, session and roll call). The posterior near its maximum is close
    to normal: docs/explain/votes.md tells how far simulation bears this out.

    Source
    ------
    [MartinQuinn2002]_, [BaileyStrezhnevVoeten2017]_; the fit on all parameters at once is ours.
    """
    if not 1 <= dims <= MOST_DIMS:
        raise TightropeError(f"{dims} dimensions: expected 1 to {MOST_DIMS}.")
    if absent not in ("model", "ignore"):
        raise TightropeError(f"`{absent}` is no way to treat absence here. Use model or ignore.")
    began = time.perf_counter()
    p = panel(votes)
    if len(p.states) <= dims:
        raise TightropeError(f"{len(p.states)} states vote; {dims} dimensions need more than that. Ask for fewer.")
    prior = prior or Prior.usual(dims)
    with one_thread():
        peak = maximum(p, dims, prior, tolerance=tolerance, most=most)
        shown, sd = standardised(p, peak.points, covariances(peak.factor))
        away = absence(votes, p) if absent == "model" else None
    rolls = peak.rolls[np.argsort(p.order)]
    fit = Fit(True, peak.iterations, time.perf_counter() - began, peak.at.log_likelihood, peak.gain)
    return IdealPoints(p.states, p.sessions, shown, sd, rolls, votes.ids, peak.points, away, fit, prior)


@dataclass(frozen=True)
class Peak:
    """A maximum of the posterior.

    Parameters
    ----------
    points, rolls
        (session, state, dim) and (roll, dim + 2).
    factor
        Of the negative Hessian there, in double precision.
    at
        Log posterior and derivatives there.
    iterations
        Steps taken, of limited memory and of Newton.
    gain
        What a Newton step from there promises to add to the log posterior.
    """

    points: Array
    rolls: Array
    factor: Factor
    at: Derivatives
    iterations: int
    gain: float


def maximum(
    p: Panel,
    dims: int,
    prior: Prior,
    *,
    start: tuple[Array, Array] | None = None,
    tolerance: float = 1e-6,
    most: int = 1000,
) -> Peak:
    """Points and roll calls that maximise the posterior.

    Parameters
    ----------
    p
        The votes.
    dims
        Number of dimensions.
    prior
        What is held to be likely before.
    start
        Points and roll calls to start from, such as the maximum under another prior; else principal axes of the votes.
    tolerance
        Largest promised gain of the last step.
    most
        Steps after which the fit has failed.

    Returns
    -------
    peak
        At which the negative Hessian is positive definite.

    Raises
    ------
    FitError
        If the fit does not converge.

    Notes
    -----
    The log posterior is concave in points and in roll calls but not in both. Limited memory climbs until it promises little,
    Newton steps do the rest; where the Hessian turns out to be indefinite, limited memory goes on to a tenth of the promise.
    """
    (points, rolls), count = start or _start(p, prior), 0
    if start is None and dims > 1:
        points, rolls, count = approached(p, points, rolls, prior, promise=10.0, most=50)
        points, rolls = _grown(p, points, rolls, prior, dims)
    promise = 30.0 if dims == 1 and start is None else 0.1
    while count < most:
        points, rolls, more = approached(p, points, rolls, prior, promise=promise, most=most - count)
        found = _newton(p, points, rolls, prior, tolerance, most - (count := count + more), exact=promise < 1e-3)
        if isinstance(found, Peak):
            return replace(found, iterations=count + found.iterations)
        points, rolls, more = found
        count, promise = count + more, promise / 10
    raise FitError(
        f"The ideal points did not converge within {most} steps. Ask for fewer dimensions, or leave out states "
        "that hardly vote."
    )


def _newton(
    p: Panel, points: Array, rolls: Array, prior: Prior, tolerance: float, most: int, *, exact: bool
) -> Peak | tuple[Array, Array, int]:
    """Newton steps to the peak, or to where the Hessian is not positive definite. Single precision will do but at the end."""
    kind: type[np.floating[Any]] = np.float64 if exact else np.float32
    for count in range(most):
        at = derivatives(p, points, rolls, prior)
        step = _newton_step(p, points, rolls, at, kind)
        if step is not None and step.gain < tolerance and kind is np.float32:
            kind = np.float64
            step = _newton_step(p, points, rolls, at, kind)
        if step is None:
            return points, rolls, count
        if step.gain < tolerance:
            return Peak(points, rolls, step.factor, at, count + 1, step.gain)
        points, rolls = _line(p, points, rolls, prior, step, at)
    return points, rolls, most


@dataclass(frozen=True)
class _Step:
    points: Array
    rolls: Array
    factor: Factor
    gain: float


def _newton_step(p: Panel, points: Array, rolls: Array, at: Derivatives, kind: type[np.floating[Any]]) -> _Step | None:
    """A step and what it promises; None where the matrix is not positive definite."""
    root, through = _curvature(p, points, rolls, at, kind)
    factor = factored(at.points_by_points, through, at.link, single=kind is np.float32)
    if factor is None:
        return None
    n_sessions, _, dims = points.shape
    rolled = np.einsum("jab,jb->ja", root, at.rolls)
    right = np.stack([at.points[t].ravel() - through[t] @ rolled[p.rows(t)].ravel() for t in range(n_sessions)])
    step = solved(factor, right)
    rest = [rolled[p.rows(t)] - (through[t].T @ step[t]).reshape(-1, dims + 2) for t in range(n_sessions)]
    point_step, roll_step = step.reshape(points.shape), np.einsum("jba,jb->ja", root, np.concatenate(rest))
    return _Step(point_step, roll_step, factor, float((at.points * point_step).sum() + (at.rolls * roll_step).sum()))


def _curvature(
    p: Panel, points: Array, rolls: Array, at: Derivatives, kind: type[np.floating[Any]]
) -> tuple[Array, list[NDArray[Any]]]:
    """R of each roll call such that R'R inverts its block, and for each session the cross block times R'.

    The second, (state * dim, roll * (dim + 2)), is what roll calls take away from the curvature of the points.
    """
    root = np.linalg.inv(np.linalg.cholesky(at.rolls_by_rolls))
    _, n_states, dims = points.shape
    found = []
    for t in range(len(p.sessions)):
        rows = p.rows(t)
        b, turn = rolls[rows, :dims].astype(kind), root[rows].astype(kind)
        low, high, residual = (x[rows].T.astype(kind) for x in (at.low, at.high, at.residual))
        seen = np.einsum("nd,jkd->njk", points[t].astype(kind), turn[:, :, :dims], optimize=True)
        seen *= (low + high)[:, :, None]
        seen -= low[:, :, None] * turn[:, :, dims] + high[:, :, None] * turn[:, :, dims + 1]
        g = np.empty((n_states, dims, len(b), dims + 2), dtype=kind)
        for d in range(dims):
            np.multiply(seen, b[:, d, None], out=g[:, d])
            g[:, d] -= residual[:, :, None] * turn[:, :, d]
        found.append(g.reshape(n_states * dims, -1))
    return root, found


def _line(p: Panel, points: Array, rolls: Array, prior: Prior, step: _Step, at: Derivatives) -> tuple[Array, Array]:
    length, before = 1.0, at.log_likelihood + at.log_prior
    while True:
        new = points + length * step.points
        turned = ordered_cuts(rolls + length * step.rolls, rolls)
        enough = before + 1e-4 * length * step.gain
        if step.gain < 1e-6 or length < 1e-4 or log_posterior(p, new, turned, prior) > enough:
            return new, turned
        length /= 2


def _start(p: Panel, prior: Prior) -> tuple[Array, Array]:
    """First principal axis of the votes, the same in every session, and roll calls that fit it."""
    voted = p.yes + p.abstain + p.no
    score = p.yes - p.no
    mean = score.sum(axis=1) / np.maximum(voted.sum(axis=1), 1)
    left = np.where(voted > 0, score - mean[:, None], 0.0)
    together = (left.T @ left) / np.maximum(voted.T @ voted, 1)
    axis = np.linalg.eigh(together)[1][:, -1]
    spread = axis.std()
    one = np.clip(axis / (spread if spread > 0 else 1.0), -3, 3)[:, None]
    points = np.repeat(one[None], len(p.sessions), axis=0)
    rolls = np.tile([0.0, -2.5, -1.0], (len(score), 1))
    return points, _roll_step(p, points, rolls, prior, turns=5)


def _roll_step(p: Panel, points: Array, rolls: Array, prior: Prior, *, turns: int) -> Array:
    for _ in range(turns):
        at = derivatives(p, points, rolls, prior)
        step = np.clip(np.linalg.solve(at.rolls_by_rolls, at.rolls[:, :, None])[:, :, 0], -2, 2)
        rolls = ordered_cuts(rolls + step, rolls, 0.2)
    return rolls


def _grown(p: Panel, points: Array, rolls: Array, prior: Prior, dims: int) -> tuple[Array, Array]:
    """Add dimensions: the principal axes of what the votes hold beyond the first."""
    left = derivatives(p, points, rolls, prior).residual
    axes = np.linalg.eigh(left.T @ left)[1][:, ::-1][:, : dims - 1]
    more = np.clip(axes * np.sqrt(left.shape[1]), -2.5, 2.5)
    points = np.concatenate([points, np.repeat(more[None], len(points), axis=0)], axis=2)
    rolls = np.concatenate([rolls[:, :1], np.zeros((len(rolls), dims - 1)), rolls[:, 1:]], axis=1)
    return points, _roll_step(p, points, rolls, prior, turns=3)


def standardised(p: Panel, points: Array, covariance: list[Array]) -> tuple[Array, Array]:
    """Points with mean 0 and standard deviation 1 over the states that voted in each session, and a fixed sign.

    Parameters
    ----------
    p
        The votes.
    points
        (session, state, dim), on the scale of the model.
    covariance
        For each session, (state * dim, state * dim).

    Returns
    -------
    points, sd
        (session, state, dim); NaN where the state cast no vote. The sd takes into account that mean and spread are
        estimated too (delta method). In the first dimension the USA are above Russia on average, where both vote; in any
        other, and where they do not, the longer tail points up.
    """
    n_sessions, n_states, dims = points.shape
    shown, sd = np.full_like(points, np.nan), np.full_like(points, np.nan)
    for t in range(n_sessions):
        here = np.flatnonzero(p.cast[t])
        if len(here) < 2:
            continue
        for d in range(dims):
            x = points[t, here, d]
            spread = x.std()
            z = (x - x.mean()) / spread
            turn = (np.eye(len(here)) - 1 / len(here) - np.outer(z, z) / len(here)) / spread
            block = covariance[t].reshape(n_states, dims, n_states, dims)[:, d, :, d][np.ix_(here, here)]
            shown[t, here, d] = z
            sd[t, here, d] = np.sqrt(np.maximum(((turn @ block) * turn).sum(axis=1), 0))
    return shown * _signs(p, shown), sd


def _signs(p: Panel, shown: Array) -> Array:
    signs = np.where(np.nansum(shown**3, axis=(0, 1)) < 0, -1.0, 1.0)
    if set(ANCHORS) <= set(p.states):
        above, below = (shown[:, p.states.index(state), 0] for state in ANCHORS)
        both = ~np.isnan(above - below)
        if both.any():
            signs[0] = -1.0 if (above - below)[both].sum() < 0 else 1.0
    return signs
