"""Dynamic ideal points from ordered votes, fitted by Newton steps on all points and roll calls at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError, TightropeError

from .absence import Absence, absence
from .ballots import Ballots
from .chain import Factor, covariances, factored, solved
from .ordinal import Derivatives, Panel, Prior, derivatives, log_posterior, panel

__all__ = ["MOST_DIMS", "Fit", "IdealPoints", "ideal_points", "maximum", "standardised"]

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
        Newton steps on everything at once.
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


def ideal_points(
    votes: Ballots,
    dims: int = 1,
    *,
    prior: Prior | None = None,
    absent: str = "model",
    tolerance: float = 1e-6,
    most: int = 200,
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
        What is held to be likely before any vote is seen.
    absent
        `model` fits a logit of absence beside the points, `ignore` leaves absences out.
    tolerance
        Converged means that a Newton step promises to raise the log posterior by less.
    most
        Newton steps after which the fit has failed.

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
    prior = prior or Prior()
    points, rolls, factor, at, iterations, gain = maximum(p, dims, prior, tolerance=tolerance, most=most)
    shown, sd = standardised(p, points, covariances(factor))
    away = absence(votes, p) if absent == "model" else None
    order = np.argsort(p.order)
    fit = Fit(True, iterations, time.perf_counter() - began, at.log_likelihood, gain)
    return IdealPoints(p.states, p.sessions, shown, sd, rolls[order], votes.ids, points, away, fit)


def maximum(
    p: Panel, dims: int, prior: Prior, *, tolerance: float = 1e-6, most: int = 200
) -> tuple[Array, Array, Factor, Derivatives, int, float]:
    """Points and roll calls that maximise the posterior.

    Parameters
    ----------
    p
        The votes.
    dims
        Number of dimensions.
    prior
        What is held to be likely before.
    tolerance
        Largest promised gain of the last step.
    most
        Newton steps after which the fit has failed.

    Returns
    -------
    points, rolls, factor, derivatives, iterations, gain
        (session, state, dim), (roll, dim + 2), and what belongs to them.

    Raises
    ------
    FitError
        If the fit does not converge.
    """
    points, rolls = _start(p, prior)
    if dims > 1:
        for state in _steps(p, points, rolls, prior, tolerance=400.0, most=10):
            points, rolls = state[0], state[1]
        points, rolls = _grown(p, points, rolls, prior, dims)
        for turn in range(20):
            rolls = _roll_step(p, points, rolls, prior, turns=3 if turn == 0 else 1)
            points = _point_step(p, points, rolls, prior)
            points, rolls = _turned(points, rolls)
    last = None
    for count, state in enumerate(_steps(p, points, rolls, prior, tolerance=tolerance, most=most), 1):
        last = (*state, count)
    if last is None or last[4] > tolerance:
        raise FitError(
            f"The ideal points did not converge within {most} Newton steps. Ask for fewer dimensions, or leave out states "
            "that hardly vote."
        )
    points, rolls, factor, at, gain, count = last
    return points, rolls, factor, at, count, gain


def _steps(
    p: Panel, points: Array, rolls: Array, prior: Prior, *, tolerance: float, most: int
) -> Iterator[tuple[Array, Array, Factor, Derivatives, float]]:
    """Newton steps; what comes last has converged, unless `most` ran out.

    The log posterior is concave in points and in roll calls but not in both: far from the maximum, part of the Hessian that
    mixes them (`share` of the residuals) is left out, which keeps the matrix positive definite.
    """
    share, damping = 0.0, 0.0
    for _ in range(most):
        at = derivatives(p, points, rolls, prior)
        root = np.linalg.inv(np.linalg.cholesky(at.rolls_by_rolls))
        single = share < 1
        while True:
            through = _through(p, points, rolls, at, root, share, np.float32 if single else np.float64)
            own = at.points_by_points * (1 + damping * np.eye(points.shape[2]))
            factor = factored(own, through, at.link, single=single)
            if factor is not None:
                break
            if share > 0:
                share = max(share - 0.15, 0.0)
            elif single:
                single = False
            else:
                damping = max(4 * damping, 1e-3)
        point_step, roll_step = _newton(p, at, root, through, factor)
        gain = float((at.points * point_step).sum() + (at.rolls * roll_step).sum())
        if gain < tolerance and share == 1 and not damping:
            yield points, rolls, factor, at, gain
            return
        points, rolls, length = _line(
            p, points, rolls, prior, point_step, roll_step, at.log_likelihood + at.log_prior, gain
        )
        yield points, rolls, factor, at, max(gain, 2 * tolerance)
        if gain < tolerance and tolerance > 1:
            return
        share = _next_share(share, gain, length, points.shape[2])
        damping = damping / 8 if damping > 2e-3 else 0.0


def _next_share(share: float, gain: float, length: float, dims: int) -> float:
    if gain < (300 if dims == 1 else 1):
        return 1.0
    if dims == 1:
        return 0.0
    return min(share + 0.15, 1.0) if length == 1 else max(share - 0.15, 0.0)


def _through(
    p: Panel, points: Array, rolls: Array, at: Derivatives, root: Array, share: float, kind: type[np.floating[Any]]
) -> list[NDArray[Any]]:
    """What the roll calls of each session take away from the curvature of its points, (state * dim, roll * (dim + 2))."""
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
            if share:
                g[:, d] -= kind(share) * residual[:, :, None] * turn[:, :, d]
        found.append(g.reshape(n_states * dims, -1))
    return found


def _newton(p: Panel, at: Derivatives, root: Array, through: list[NDArray[Any]], factor: Factor) -> tuple[Array, Array]:
    n_sessions, n_states, dims = at.points.shape
    rolled = np.einsum("jab,jb->ja", root, at.rolls)
    right = np.stack([at.points[t].ravel() - through[t] @ rolled[p.rows(t)].ravel() for t in range(n_sessions)])
    step = solved(factor, right)
    rest = [rolled[p.rows(t)] - (through[t].T @ step[t]).reshape(-1, dims + 2) for t in range(n_sessions)]
    return step.reshape(n_sessions, n_states, dims), np.einsum("jba,jb->ja", root, np.concatenate(rest))


def _ordered_cuts(rolls: Array, old: Array, least: float = 0.1) -> Array:
    """Keep the upper cut point above the lower: a step may close at most nine tenths of their distance."""
    width = np.maximum(rolls[:, -1] - rolls[:, -2], least * (old[:, -1] - old[:, -2]))
    middle = (rolls[:, -1] + rolls[:, -2]) / 2
    return np.column_stack([rolls[:, :-2], middle - width / 2, middle + width / 2])


def _line(
    p: Panel,
    points: Array,
    rolls: Array,
    prior: Prior,
    point_step: Array,
    roll_step: Array,
    before: float,
    gain: float,
) -> tuple[Array, Array, float]:
    length = 1.0
    while True:
        new = points + length * point_step
        turned = _ordered_cuts(rolls + length * roll_step, rolls)
        if gain < 1e-6 or length < 1e-4 or log_posterior(p, new, turned, prior) > before + 1e-4 * length * gain:
            return new, turned, length
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
        rolls = _ordered_cuts(rolls + step, rolls, 0.2)
    return rolls


def _point_step(p: Panel, points: Array, rolls: Array, prior: Prior) -> Array:
    """One Newton step of every state's path, the roll calls held: a banded solve per state."""
    at = derivatives(p, points, rolls, prior)
    kept, right = [np.linalg.inv(at.points_by_points[0])], [at.points[0]]
    for t in range(1, len(points)):
        link = at.link[t - 1][:, None]
        kept.append(np.linalg.inv(at.points_by_points[t] - (link**2)[:, :, None] * kept[-1]))
        right.append(at.points[t] + link * np.einsum("nab,nb->na", kept[-2], right[-1]))
    step = np.empty_like(points)
    step[-1] = np.einsum("nab,nb->na", kept[-1], right[-1])
    for t in range(len(points) - 2, -1, -1):
        step[t] = np.einsum("nab,nb->na", kept[t], right[t] + at.link[t][:, None] * step[t + 1])
    length, before = 1.0, at.log_likelihood + at.log_prior
    while length > 1e-3 and log_posterior(p, points + length * step, rolls, prior) < before:
        length /= 2
    return np.asarray(points + length * step)


def _grown(p: Panel, points: Array, rolls: Array, prior: Prior, dims: int) -> tuple[Array, Array]:
    """Add dimensions: the principal axes of what the votes hold beyond the first."""
    left = derivatives(p, points, rolls, prior).residual
    axes = np.linalg.eigh(left.T @ left)[1][:, ::-1][:, : dims - 1]
    more = np.clip(axes * np.sqrt(left.shape[1]), -2.5, 2.5)
    points = np.concatenate([points, np.repeat(more[None], len(points), axis=0)], axis=2)
    return points, np.concatenate([rolls[:, :1], np.zeros((len(rolls), dims - 1)), rolls[:, 1:]], axis=1)


def _turned(points: Array, rolls: Array) -> tuple[Array, Array]:
    """Turn to the principal axes of discrimination, which of all turns the prior likes best."""
    b = rolls[:, :-2]
    axes = np.linalg.eigh(b.T @ b)[1][:, ::-1]
    return points @ axes, np.concatenate([b @ axes, rolls[:, -2:]], axis=1)


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
