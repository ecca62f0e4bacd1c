"""One scenario by Newton's method with its own Jacobian: for changes too large for the shared one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .hats import World, income, unsolved

__all__ = ["jacobian", "newton"]

Floats = NDArray[np.floating]


def newton(
    base: World,
    factor: Floats,
    keep: Floats,
    theta: float,
    *,
    tolerance: float = 3e-14,
    accept: float = 1e-12,
    steps: int = 100,
    sweeps: int = 200,
) -> Floats:
    """Log changes of factory-gate prices in one scenario, at the numeraire that keeps world output.

    Parameters
    ----------
    base
        Baseline.
    factor, keep
        (exporter, importer): what K is multiplied by; part of the payment that reaches the seller.
    theta
        sigma - 1.
    tolerance, accept
        Largest relative gap between sales and output: at which to stop, and which is good enough where rounding allows
        no less.
    steps, sweeps
        Newton steps at most; fixed-point sweeps before them, at most, which lead to where Newton converges fast.

    Returns
    -------
    x
        (country,).

    Raises
    ------
    RunError
        If the gap stays above `accept`.
    """
    x = np.zeros(len(base.output))
    state = _State(base, factor, keep, theta, x)
    pace = theta + (base.mode == "full")
    for _ in range(sweeps):
        if not np.isfinite(state.worst) or state.worst < 0.1:
            break
        state = _State(base, factor, keep, theta, state.x + state.gap / pace)
    for _ in range(steps):
        if state.worst <= tolerance or not np.isfinite(state.worst):
            break
        slope = jacobian(base, state.part, keep, state.x, theta, state.spent, state.sales)
        step = np.linalg.solve(slope, state.gap)
        tried = _shorter(state, step)
        if tried is None:
            break
        state = tried
    if not state.worst <= accept:
        raise unsolved(state.worst)
    level: Floats = state.x - np.log(base.weight @ np.exp(state.x))
    return level


class _State:
    """What follows from prices x: shares, expenditure, sales, and their gap to output."""

    def __init__(self, base: World, factor: Floats, keep: Floats, theta: float, x: Floats) -> None:
        self.given = (base, factor, keep, theta)
        self.x = x
        offered = base.flows * factor * np.exp(-theta * x)[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            self.part = offered / offered.sum(axis=0)
            self.spent = _spent(base, self.part, keep, x)
            self.sales = (self.part * keep) @ self.spent
            held = np.log(base.output) + (x if base.mode == "full" else 0.0)
            self.gap: Floats = np.log(self.sales) - held
        ok = np.isfinite(self.gap).all() and (self.spent > 0).all()
        self.worst = float(np.abs(self.gap).max()) if ok else np.inf


def _spent(base: World, part: Floats, keep: Floats, x: Floats) -> Floats:
    earned: Floats = income(base, x[:, None])[:, 0]
    if base.mode == "conditional":
        return earned
    spent: Floats = earned / (1 - (part * (1 - keep)).sum(axis=0))
    return spent


def _shorter(state: _State, step: Floats, halvings: int = 30) -> _State | None:
    """The longest of the halved steps that narrows the gap."""
    scale = min(1.0, 3.0 / max(float(np.abs(step).max()), 1e-300))
    for _ in range(halvings):
        tried = _State(*state.given, state.x - scale * step)
        if tried.worst < state.worst:
            return tried
        scale /= 2
    return None


def jacobian(
    base: World,
    part: Floats,
    keep: Floats,
    x: Floats,
    theta: float,
    spent: Floats | None = None,
    sales: Floats | None = None,
) -> Floats:
    """Derivative of log sales less log output by log prices, (country, country), with the numeraire pinned.

    Parameters
    ----------
    part
        Purchase shares at x, (exporter, importer).
    keep
        Part of each payment that reaches the seller.
    x
        Log changes of factory-gate prices.
    theta
        sigma - 1.
    spent, sales
        At x; those of the baseline if not given.

    Notes
    -----
    Prices are only relative: the derivative is singular along equal changes of all. Adding the matrix whose rows are the
    parts in world output removes that and leaves the step in every other direction as it is.
    """
    size = len(x)
    bought = base.expenditure if spent is None else spent
    sold = base.output if sales is None else sales
    w = np.exp(x)
    by = part * keep * (bought / sold[:, None])
    weight = base.weight
    if base.mode == "conditional":
        slope = theta * (by @ part.T)
        slope[np.diag_indices(size)] -= theta
        return np.asarray(slope + weight)
    leak = 1 - keep
    taxed = bool(leak.any())
    lost = (part * leak).sum(axis=0) if taxed else np.zeros(size)
    mix = part - part * (leak - lost) / (1 - lost) if taxed else part
    slope = theta * (by @ mix.T)
    earned = base.output * w
    if base.imbalance == "additive":
        income = bought * (1 - lost)
        slope += by * (earned / income)
        deficit = base.expenditure - base.output
        slope += np.outer(by @ (deficit / income), weight * w)
    else:
        slope += by
        held = base.expenditure * w
        slope += np.outer(by.sum(axis=1), earned / earned.sum() - held / held.sum())
    slope[np.diag_indices(size)] -= theta + 1
    return np.asarray(slope + weight)
