"""Take exporter-year, importer-year and pair effects out of variables on a panel of trade, by weighted least squares.

Arrays only; a panel is a block (year, exporter, importer) whose cells without an observation have weight 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

__all__ = ["PAIRS", "Within", "explained", "fold"]

Floats = NDArray[np.floating]

PAIRS = ("none", "directed", "symmetric")


def fold(over_pairs: Floats, pairs: str) -> Floats:
    """Sums over pairs, (..., exporter, importer), with both directions of a pair added up where they share an effect.

    >>> fold(np.array([[1.0, 2.0], [3.0, 4.0]]), "symmetric")
    array([[1., 5.],
           [5., 4.]])
    """
    if pairs != "symmetric":
        return over_pairs
    both: Floats = over_pairs + np.swapaxes(over_pairs, -1, -2)
    at = np.arange(over_pairs.shape[-1])
    both[..., at, at] /= 2
    return both


class Within:
    """Projection off the effects for one set of weights.

    Parameters
    ----------
    weight
        (year, exporter, importer), >= 0.
    pairs
        `none`, `directed`, or `symmetric`: one effect for both directions.

    Notes
    -----
    Pair effects are eliminated exactly. What is left is solved by conjugate gradients, preconditioned by the exact
    solution of each year by itself: pair effects tie the years together only through what does not change over time, which
    the exporter and importer effects cannot carry, so few steps are needed. Without pair effects the first is exact.
    """

    def __init__(self, weight: Floats, pairs: str) -> None:
        self.w, self.pairs = weight, pairs
        self.rows, self.columns = weight.sum(axis=2), weight.sum(axis=1)
        # an exporter or importer without observations in a year has no effect there
        self.safe_rows = np.where(self.rows > 0, self.rows, 1.0)
        safe_columns = np.where(self.columns > 0, self.columns, 1.0)
        scaled = weight / self.safe_rows[:, :, None]
        left = -np.einsum("tij,tik->tjk", weight, scaled, optimize=True)
        at = np.arange(weight.shape[2])
        left[:, at, at] += safe_columns
        # one importer effect a year follows from the others: pin their weighted mean
        total = np.maximum(self.columns.sum(axis=1), 1e-300)
        left += self.columns[:, :, None] * self.columns[:, None, :] / total[:, None, None]
        self.inverse = np.linalg.inv(left)
        if pairs != "none":
            together = fold(weight.sum(axis=0), pairs)
            self.over_pairs = np.divide(1.0, together, out=np.zeros_like(together), where=together > 0)

    def _alone(self, r: Floats, c: Floats) -> tuple[Floats, Floats]:
        """Solve every year by itself; (column, year, country) each."""
        scaled = r / self.safe_rows
        left = c - np.matmul(scaled[:, :, None, :], self.w)[:, :, 0, :]
        importer = np.matmul(left[:, :, None, :], self.inverse)[:, :, 0, :]
        exporter = (r - np.matmul(self.w, importer[:, :, :, None])[..., 0]) / self.safe_rows
        return exporter, importer

    def _normal(self, a: Floats, b: Floats) -> tuple[Floats, Floats]:
        """Normal equations at exporter effects a and importer effects b, pair effects eliminated."""
        r = self.rows * a + np.matmul(self.w, b[..., None])[..., 0]
        c = self.columns * b + np.matmul(a[:, :, None, :], self.w)[:, :, 0, :]
        if self.pairs == "none":
            return r, c
        both = np.einsum("tij,kti->kij", self.w, a) + np.einsum("tij,ktj->kij", self.w, b)
        mean = fold(both, self.pairs) * self.over_pairs
        return r - np.einsum("tij,kij->kti", self.w, mean), c - np.einsum("tij,kij->ktj", self.w, mean)

    def _pair_mean(self, weighted: Floats) -> Floats:
        return fold(weighted.sum(axis=-3), self.pairs) * self.over_pairs

    def off(
        self, v: Floats, start: tuple[Floats, Floats] | None = None, *, tolerance: float = 1e-12, steps: int = 2000
    ) -> tuple[Floats, tuple[Floats, Floats]]:
        """What of the variables the effects do not explain.

        Parameters
        ----------
        v
            (column, year, exporter, importer).
        start
            Exporter and importer effects to start from.
        tolerance
            Size of the last correction relative to the variable, in the norm of the weights.
        steps
            At most; more is an error.

        Returns
        -------
        residual, effects
            Residual as `v`; exporter and importer effects, (column, year, country) each.
        """
        left = v * self.w
        if self.pairs != "none":
            left -= self.w * self._pair_mean(left)[:, None]
        r, c = left.sum(axis=3), left.sum(axis=2)
        scale = np.sqrt(np.einsum("ktij,ktij->k", left, v))
        if start is None:
            a, b = np.zeros_like(r), np.zeros_like(c)
        else:
            a, b = (of.copy() for of in start)
            at = self._normal(a, b)
            r, c = r - at[0], c - at[1]
        self._conjugate(a, b, r, c, np.maximum(scale, 1e-300), tolerance, steps)
        fitted = a[..., None] + b[:, :, None, :]
        rest: Floats = v - fitted
        if self.pairs != "none":
            rest -= self._pair_mean(rest * self.w)[:, None]
        return rest, (a, b)

    def _conjugate(
        self, a: Floats, b: Floats, r: Floats, c: Floats, scale: Floats, tolerance: float, steps: int
    ) -> None:
        """Conjugate gradients for all columns at once; changes a and b."""
        za, zb = self._alone(r, c)
        pa, pb = za.copy(), zb.copy()
        size = _dot(r, za) + _dot(c, zb)
        for _ in range(steps):
            live = np.sqrt(np.maximum(size, 0)) > tolerance * scale
            if not live.any():
                return
            qa, qb = self._normal(pa, pb)
            bend = _dot(pa, qa) + _dot(pb, qb)
            step = np.where(live & (bend > 0), size / np.where(bend > 0, bend, 1), 0.0)[:, None, None]
            a += step * pa
            b += step * pb
            r, c = r - step * qa, c - step * qb
            za, zb = self._alone(r, c)
            fresh = _dot(r, za) + _dot(c, zb)
            turn = np.where(size > 0, fresh / np.where(size > 0, size, 1), 0.0)[:, None, None]
            pa, pb = za + turn * pa, zb + turn * pb
            size = fresh
        raise FitError(
            f"The effects could not be taken out in {steps} steps. The panel may fall into parts that share few pairs: "
            "drop countries with few observations."
        )


def explained(x: Floats, there: NDArray[np.bool_], pairs: str) -> NDArray[np.bool_]:
    """Which regressors, (regressor, year, exporter, importer), the effects explain where there are observations."""
    rest, _ = Within(there.astype(float), pairs).off(np.where(there, x, 0.0), tolerance=1e-9)
    spread = np.sqrt((rest[:, there] ** 2).mean(axis=1))
    found: NDArray[np.bool_] = spread <= 1e-7 * np.abs(x[:, there]).max(axis=1, initial=0.0)
    return found


def _dot(a: Floats, b: Floats) -> Floats:
    found: Floats = np.einsum("ktn,ktn->k", a, b)
    return found
