"""What choices can tell about coefficients: columns that say the same, and directions in which no choice speaks against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["collinear", "separated"]

Floats = NDArray[np.float64]


def collinear(gram: Floats, *, tolerance: float = 1e-10) -> tuple[list[int], list[list[int]]]:
    """Columns without variation, and groups of columns of which one is a combination of the others.

    Parameters
    ----------
    gram
        (feature, feature), cross products of the features' differences within choices.
    tolerance
        Eigenvalue of the scaled cross products, of which the mean is 1, at which a combination counts as constant.

    Returns
    -------
    constant, groups
        Places of columns that never differ between the options of a choice; and one list of places for each combination
        of the others that does not.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0, 0.0], [3.0, 6.0, 0.0]])
    >>> collinear(x.T @ x)
    ([2], [[0, 1]])
    """
    size = np.sqrt(np.diagonal(gram))
    used = np.flatnonzero(size > 0)
    scaled = gram[np.ix_(used, used)] / np.outer(size[used], size[used])
    left, groups = used, []
    while left.size:
        values, vectors = np.linalg.eigh(scaled)
        if values[0] > tolerance:
            break
        load = np.abs(vectors[:, 0])
        group = np.flatnonzero(load > 1e-3 * load.max())
        groups.append([int(k) for k in left[group]])
        keep = np.delete(np.arange(left.size), group[-1])  # without one of them, look for the next combination
        left, scaled = left[keep], scaled[np.ix_(keep, keep)]
    return [int(k) for k in np.flatnonzero(size == 0)], groups


def separated(blocks: Sequence[Floats], scale: Floats) -> list[int]:
    """Features along which a coefficient can grow for ever without making any choice less likely.

    Parameters
    ----------
    blocks
        Differences of features, those of an option not taken less those of the one taken, (feature, row).
    scale
        (feature,), typical size of each feature; > 0.

    Returns
    -------
    features
        Places of a smallest set of features that separates; empty if none does, and the likelihood has a maximum.

    Assumes
    -------
    The differences are not collinear. A direction counts as separating if it violates no row by more than 1e-6 of the
    features' scale.

    Source
    ------
    Existence of the maximum: [AlbertAnderson1984]_. Detection by linear programming: [Konis2007]_. Adding rows as they are
    violated is ours.
    """
    free = np.ones(len(scale), dtype=bool)
    if not _direction(blocks, scale, free):
        return []
    for k in range(len(scale)):  # leave out what is not needed
        free[k] = False
        free[k] = not (free.any() and _direction(blocks, scale, free))
    return [int(k) for k in np.flatnonzero(free)]


def _direction(blocks: Sequence[Floats], scale: Floats, free: NDArray[np.bool_], *, tolerance: float = 1e-6) -> bool:
    """Whether some direction among the free features lowers no row's odds and raises some."""
    from scipy.optimize import linprog

    total = sum(block[free].sum(axis=1) for block in blocks) / scale[free]
    size = 20 * len(scale) + 200
    rows = np.concatenate([block[free, : max(size // len(blocks), 1)].T for block in blocks]) / scale[free]
    while True:
        found = linprog(total / max(np.abs(total).max(), 1e-300), A_ub=rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1))
        d = found.x
        if d is None or np.abs(d).max() < 0.5:  # a separating direction could be lengthened to the edge of the box
            return False
        worst = [(d / scale[free]) @ block[free] for block in blocks]
        if max(float(w.max()) for w in worst) <= tolerance:
            return min(float(w.min()) for w in worst) < -tolerance
        more = [block[free][:, np.argsort(w)[-20:]].T for block, w in zip(blocks, worst, strict=True) if w.max() > 0]
        rows = np.concatenate([rows, np.concatenate(more) / scale[free]])
