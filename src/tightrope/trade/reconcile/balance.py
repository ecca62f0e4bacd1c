"""Make flows add up to known totals with the least information added."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FitError

__all__ = ["Balanced", "Errors", "balance"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Errors:
    """Errors of cells after balancing, to first order; n cells, k totals.

    With relative errors V = diag(own) + shared shared', totals' errors S and B = sums diag(x), a balance that answers a gap
    of the totals with `gain` leaves (I - gain B) V (I - gain B)' + gain S gain'.

    Parameters
    ----------
    x
        Cells, (n,).
    own, shared
        Relative variance of each cell by itself, (n,), and loadings on errors in common, (n, q).
    sums, step_sd
        Coefficients of the totals, (k, n), and their standard errors in the unit of the cells, (k,).
    gain
        Relative answer of each cell to a gap in each total, (n, k), per unit.
    """

    x: Floats
    own: Floats
    shared: Floats
    sums: Floats
    step_sd: Floats
    gain: Floats

    def of_sums(self, groups: Floats) -> Floats:
        """Standard errors of sums of cells.

        Parameters
        ----------
        groups
            Coefficients, (g, n).

        Returns
        -------
        sd
            (g,), in the unit of the cells.
        """
        h, b = groups * self.x, self.sums * self.x
        answer = h @ self.gain
        to_totals = (h * self.own) @ b.T + (h @ self.shared) @ (b @ self.shared).T
        between = (b * self.own) @ b.T + (b @ self.shared) @ (b @ self.shared).T + np.diag(self.step_sd**2)
        variance = (
            (h**2) @ self.own
            + ((h @ self.shared) ** 2).sum(axis=1)
            - 2 * (answer * to_totals).sum(axis=1)
            + ((answer @ between) * answer).sum(axis=1)
        )
        made: Floats = np.sqrt(np.maximum(variance, 0.0))
        return made

    def of_cells(self) -> Floats:
        """Relative standard error of each cell, (n,)."""
        b = self.sums * self.x
        to_totals = (b * self.own).T + self.shared @ (b @ self.shared).T
        between = (b * self.own) @ b.T + (b @ self.shared) @ (b @ self.shared).T + np.diag(self.step_sd**2)
        variance = (
            self.own
            + (self.shared**2).sum(axis=1)
            - 2 * (self.gain * to_totals).sum(axis=1)
            + ((self.gain @ between) * self.gain).sum(axis=1)
        )
        made: Floats = np.sqrt(np.maximum(variance, 0.0))
        return made


@dataclass(frozen=True)
class Balanced:
    """A balanced vector of cells.

    Parameters
    ----------
    value
        Cells, (n,), in the unit of the input.
    errors
        Their errors.
    multipliers
        Of the totals, (k,).
    misfit
        What each total still lacks, in parts of it, (k,): 0 for exact ones.
    residual
        Largest violation of the equations that define the solution, in parts of the largest total: the certificate.
    iterations
        Newton steps.
    """

    value: Floats
    errors: Errors
    multipliers: Floats
    misfit: Floats
    residual: float
    iterations: int


def balance(
    value: Floats,
    sd: Floats,
    sums: Floats,
    totals: Floats,
    totals_sd: Floats,
    *,
    shared: Floats | None = None,
    tolerance: float = 1e-10,
    iterations: int = 200,
) -> Balanced:
    """Change cells as little as possible, each by its uncertainty, until they add up.

    Minimises the cross-entropy to what was known before, weighted with variances,

        sum_c (x_c ln(x_c / x0_c) - x_c + x0_c) / sd_c^2  +  sum_k (sums_k x - totals_k)^2 / (2 S_k),

    whose solution is x_c = x0_c exp(sd_c^2 sums_c' lambda): a total moves every cell in it by the same factor but for its
    variance, and no cell below zero. With equal variances and exact totals this is biproportional scaling (RAS). The dual is
    concave and solved by Newton steps. An inexact total is met in part: S_k is such that a total alone is trusted against
    the sum of its cells in proportion to their relative variances.

    Parameters
    ----------
    value
        Cells before, (n,), 0 or more; a cell that is 0 stays 0.
    sd
        Relative standard error of each, (n,); a cell without error stays as it is.
    sums
        Coefficients of the totals, (k, n).
    totals
        What they should be, (k,), in the unit of the cells.
    totals_sd
        Relative standard error of each, (k,); 0 is exact.
    shared
        Loadings of the cells' errors on errors that they have in common, (n, q), part of `sd`. They do not move the cells;
        the errors of the result know them.
    tolerance
        Largest residual that is accepted.
    iterations
        Most Newton steps.

    Returns
    -------
    balanced
        With its certificate.

    Assumes
    -------
    Cells move as if their errors were independent of each other.

    Source
    ------
    Adjustment by variances: [Stone1942]_. Scaling with conflicting and inexact totals: [Lenzen2009]_. This weighting of the
    cross-entropy, and S_k, are ours.

    Raises
    ------
    FitError
        If totals contradict each other or the cells that cannot change.

    Examples
    --------
    >>> x = balance(np.array([1.0, 3.0]), np.array([0.1, 0.2]), np.ones((1, 2)), np.array([4.4]), np.zeros(1))
    >>> x.value.round(2), round(float(x.value.sum()), 9)
    (array([1.03, 3.37]), 4.4)
    """
    loadings = np.zeros((len(value), 0)) if shared is None else shared
    own = np.maximum(sd**2 - (loadings**2).sum(axis=1), 0.0)
    if not len(totals):
        errors = Errors(value, own, loadings, np.zeros((0, len(value))), np.zeros(0), np.zeros((len(value), 0)))
        return Balanced(value.copy(), errors, np.zeros(0), np.zeros(0), 0.0, 0)
    # in parts of the largest total, so that nothing depends on the unit
    unit = float(np.abs(totals).max()) or 1.0
    x0, goal = value / unit, totals / unit
    free = sd**2
    soft = _softness(x0, own, loadings, sums, goal, totals_sd)
    lam = np.zeros(len(goal))

    def state(lam: Floats) -> tuple[Floats, Floats, float]:
        with np.errstate(over="ignore", invalid="ignore"):
            x = x0 * np.exp(np.minimum(free * (sums.T @ lam), 700.0))
            gain = lam @ goal - _over(x - x0, free).sum() - 0.5 * (soft * lam**2).sum()
        return x, goal - sums @ x - soft * lam, float(gain)

    x, slope, gain = state(lam)
    count = 0
    while np.abs(slope).max() > 0.01 * tolerance and count < iterations:
        count += 1
        curve = (sums * (x * free)) @ sums.T + np.diag(soft)
        direction = np.linalg.lstsq(curve, slope, rcond=1e-13)[0]
        length = 1.0
        for _ in range(60):
            trial = state(lam + length * direction)
            # near the end the gain drowns in rounding, and the slope alone can tell
            rises = trial[2] >= gain + 1e-4 * length * (slope @ direction)
            if np.isfinite(trial[2]) and (rises or np.abs(trial[1]).max() <= 0.5 * np.abs(slope).max()):
                break
            length *= 0.5
        else:
            break
        lam = lam + length * direction
        x, slope, gain = trial
    residual = float(np.abs(slope).max())
    if not residual <= tolerance:
        raise FitError(
            f"The totals cannot be met: after {count} steps the worst is off by {residual:.2g} of the largest total. Totals that "
            "contradict each other, or sums of flows that are all zero or exact, need a standard error (column `sd`)."
        )
    misfit = _over(goal - sums @ x, np.abs(goal))
    middle = (sums * (x * free)) @ sums.T + np.diag(soft)
    answer = (sums * free).T @ np.linalg.pinv(middle, rcond=1e-12, hermitian=True) / unit
    errors = Errors(x * unit, own, loadings, sums, totals_sd * np.abs(totals), answer)
    return Balanced(x * unit, errors, lam, misfit, residual, count)


def _softness(x0: Floats, own: Floats, shared: Floats, sums: Floats, goal: Floats, goal_sd: Floats) -> Floats:
    """S_k of each total: 0 if exact; else its variance over that of its cells' sum, both in parts, times their pull."""
    before = sums @ x0
    variance = (sums * x0) ** 2 @ own + (((sums * x0) @ shared) ** 2).sum(axis=1)
    pull = (sums * x0) @ (own + (shared**2).sum(axis=1)) * _over(goal, before)
    # cells without error cannot give way, so their total is left unmet at no cost
    made: Floats = np.where(
        variance > 0, goal_sd**2 * pull * _over(before**2, variance), goal_sd**2 * np.maximum(goal, 1e-3)
    )
    return made


def _over(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
