"""The way to a peak of the posterior from far away: many cheap steps of limited memory, without a dense matrix."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ordinal import Derivatives, Panel, Prior, derivatives, ordered_cuts

__all__ = ["approached"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Near:
    """Inverse of the curvature without what points and roll calls share: chains of each state, and each roll call."""

    points: list[Array]
    rolls: Array
    link: Array

    def solved(self, right: Array) -> Array:
        n = self.link.shape[1] * self.points[0].shape[-1] * len(self.points)
        at = right[:n].reshape(len(self.points), self.link.shape[1], -1)
        rolls = (self.rolls @ right[n:].reshape(len(self.rolls), -1, 1)).ravel()
        return np.concatenate([self._chained(at).ravel(), rolls])

    def _chained(self, right: Array) -> Array:
        forward = [right[0]]
        for t in range(1, len(right)):
            forward.append(right[t] + self.link[t - 1][:, None] * _times(self.points[t - 1], forward[-1]))
        step = np.empty_like(right)
        step[-1] = _times(self.points[-1], forward[-1])
        for t in range(len(right) - 2, -1, -1):
            step[t] = _times(self.points[t], forward[t] + self.link[t][:, None] * step[t + 1])
        return step


def _times(blocks: Array, vectors: Array) -> Array:
    return np.asarray((blocks @ vectors[:, :, None])[:, :, 0])


def _near(at: Derivatives) -> _Near:
    kept = [np.linalg.inv(at.points_by_points[0])]
    for t in range(1, len(at.points)):
        kept.append(np.linalg.inv(at.points_by_points[t] - at.link[t - 1][:, None, None] ** 2 * kept[-1]))
    return _Near(kept, np.asarray(np.linalg.inv(at.rolls_by_rolls), dtype=np.float64), at.link)


def _flat(points: Array, rolls: Array) -> Array:
    return np.concatenate([points.ravel(), rolls.ravel()])


def approached(
    p: Panel,
    points: Array,
    rolls: Array,
    prior: Prior,
    *,
    promise: float,
    most: int = 400,
    memory: int = 20,
    again: int = 4,
) -> tuple[Array, Array, int]:
    """Climb until a step promises less than asked.

    Parameters
    ----------
    p
        The votes.
    points, rolls
        Where to start, (session, state, dim) and (roll, dim + 2).
    prior
        What is held to be likely before.
    promise
        Enough is reached when the gradient along the step, what it would add to the log posterior, is less.
    most
        Steps after which to stop in any case: whether this is a peak is for the caller to see.
    memory
        Number of past steps that the curvature is learnt from.

    Returns
    -------
    points, rolls, steps
        Nearer to a peak, and how many steps it took.

    Source
    ------
    Limited-memory quasi-Newton [LiuNocedal1989]_; its first guess of the curvature is the exact one of each state's path
    and of each roll call, without what they share.
    """
    past: deque[tuple[Array, Array, float]] = deque(maxlen=memory)
    at, cut = derivatives(p, points, rolls, prior), points.size
    for count in range(1, most + 1):
        slope = _flat(at.points, at.rolls)
        step = _step(slope, past, _near(at))
        gain = float(slope @ step)
        length, before = 1.0, at.log_likelihood + at.log_prior
        while True:
            new = points + length * step[:cut].reshape(points.shape)
            turned = ordered_cuts(rolls + length * step[cut:].reshape(rolls.shape), rolls)
            at = derivatives(p, new, turned, prior)
            if at.log_likelihood + at.log_prior > before + 1e-4 * length * gain or length < 1e-4:
                break
            length /= 2
        moved, bent = _flat(new - points, turned - rolls), slope - _flat(at.points, at.rolls)
        if (shared := float(moved @ bent)) > 0:
            past.append((moved, bent, 1 / shared))
        points, rolls = new, turned
        if gain < promise:
            return points, rolls, count
    return points, rolls, most


def _step(slope: Array, past: deque[tuple[Array, Array, float]], near: _Near) -> Array:
    """The two loops of limited memory."""
    left, weights = slope.copy(), []
    for moved, bent, share in reversed(past):
        weights.append(share * (moved @ left))
        left -= weights[-1] * bent
    step = near.solved(left)
    for (moved, bent, share), weight in zip(past, reversed(weights), strict=True):
        step += (weight - share * (bent @ step)) * moved
    return step
