"""Likelihood of a conditional logit, block by block, and the way to its top.

The choice is the last axis of every array, so that each operation runs over many choices at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "Block", "Sums", "blocks_of", "climb", "clustered", "sums_at"]

Floats = NDArray[np.float64]
BLOCK = 2048
"""Choices computed at once: few enough that their features stay in the processor's cache."""


@dataclass(frozen=True)
class Block:
    """Some choices: features of each option not taken less those of the one taken."""

    difference: Floats  # (feature, other option, choice)
    closed: Floats | None  # (other option, choice), minus infinity where it cannot be taken; None if all can

    @property
    def rows(self) -> Floats:
        """(feature, row), only what can be taken."""
        flat = self.difference.reshape(len(self.difference), -1)
        return flat if self.closed is None else flat[:, self.closed.ravel() == 0]


@dataclass(frozen=True)
class Sums:
    """What a step needs to know of the choices at some coefficients.

    Parameters
    ----------
    value
        Log likelihood.
    slope
        (feature,), its gradient.
    curve
        (feature, feature), minus its second derivatives.
    meat
        (feature, feature), cross products of the choices' own gradients.
    """

    value: float
    slope: Floats
    curve: Floats
    meat: Floats


def blocks_of(x: Floats, y: NDArray[np.intp], open_: NDArray[np.bool_] | None, used: NDArray[np.intp]) -> list[Block]:
    """Choices in blocks, less the option taken.

    Parameters
    ----------
    x
        (choice, option, feature).
    y
        (choice,), place of the option taken.
    open_
        (choice, option), what can be taken; None if all can.
    used
        Places of the choices to use.

    Returns
    -------
    blocks
        In the order of ``used``.
    """
    whole = len(used) == len(x)
    found = []
    for first in range(0, len(used), BLOCK):
        at = slice(first, first + BLOCK) if whole else used[first : first + BLOCK]
        some, took = x[at], y[at]
        row = np.arange(len(took))
        # The first option takes the place of the one taken, which the others are compared with: nothing to gather.
        rest = some[:, 1:].copy()
        moved = row[took > 0]
        rest[moved, took[moved] - 1] = some[moved, 0]
        rest -= some[row, took][:, None]
        closed = None
        if open_ is not None and not open_[at].all():
            can = open_[at][:, 1:].copy()
            can[moved, took[moved] - 1] = open_[at][moved, 0]
            rest[~can] = 0.0
            closed = np.where(can, 0.0, -np.inf).T
        found.append(Block(np.ascontiguousarray(rest.transpose(2, 1, 0)), closed))
    return found


def _shares(block: Block, b: Floats) -> tuple[Floats, Floats]:
    """Probability of each option not taken, and log probability of the one taken."""
    n_features, n_others, n = block.difference.shape
    utility = (b @ block.difference.reshape(n_features, -1)).reshape(n_others, n)
    if block.closed is not None:
        utility += block.closed
    top = np.maximum(utility.max(axis=0), 0.0)  # the one taken has utility 0
    weight = np.exp(utility - top)
    own = np.exp(-top)
    total = weight.sum(axis=0) + own
    return weight / total, -top - np.log(total)


def sums_at(blocks: Sequence[Block], b: Floats) -> Sums:
    """Log likelihood, slope, minus curvature, and cross products of the choices' slopes."""
    n_features = len(b)
    value, slope = 0.0, np.zeros(n_features)
    curve = np.zeros((n_features, n_features))
    meat = np.zeros_like(curve)
    for block in blocks:
        share, log_p = _shares(block, b)
        weighted = block.difference * share
        mean = weighted.sum(axis=1)
        cross = mean @ mean.T
        value += float(log_p.sum())
        slope -= mean.sum(axis=1)
        curve += weighted.reshape(n_features, -1) @ block.difference.reshape(n_features, -1).T - cross
        meat += cross
    return Sums(value, slope, curve, meat)


def climb(
    blocks: Sequence[Block],
    b: Floats,
    penalty: Floats,
    tolerance: float,
    most_steps: int,
) -> tuple[Floats, Sums, int, float]:
    """Newton steps to the top, or as far as they go: where, the sums there, how many, and the length of the last."""
    sums = sums_at(blocks, b)
    left = np.inf
    for step in range(1, most_steps + 1):
        height = sums.value - 0.5 * float(penalty @ b**2)
        curve = sums.curve + np.diag(penalty)
        direction = np.asarray(np.linalg.solve(curve, sums.slope - penalty * b), dtype=np.float64)
        left = float(np.sqrt(direction @ curve @ direction))
        if left < tolerance:
            return b + direction, sums, step, left
        size = 1.0
        while True:
            trial = b + size * direction
            new = sums_at(blocks, trial)
            if new.value - 0.5 * float(penalty @ trial**2) >= height - 1e-9 * abs(height) or size < 1e-6:
                break
            size /= 2
        b, sums = trial, new
    return b, sums, most_steps, left


def clustered(blocks: Sequence[Block], b: Floats, label: NDArray[np.intp]) -> tuple[Floats, int]:
    """Cross products of the clusters' slopes, and the number of clusters."""
    code = np.unique(label, return_inverse=True)[1]
    n = int(code.max()) + 1
    slope = np.zeros((len(b), n))
    first = 0
    for block in blocks:
        share, _ = _shares(block, b)
        mean = (block.difference * share).sum(axis=1)
        here = code[first : first + mean.shape[1]]
        first += mean.shape[1]
        for k, row in enumerate(mean):
            slope[k] -= np.bincount(here, row, n)
    return slope @ slope.T, n
