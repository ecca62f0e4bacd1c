"""One scenario by Newton's method with its own Jacobian: for changes too large for the shared one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tightrope.base import RunError

from .world import World, income

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
    taxed = None if (keep == 1).all() else keep
    for _ in range(sweeps):
        if not np.isfinite(state.worst) or state.worst < 0.1:
            break
        state = _State(base, factor, keep, theta, state.x + state.gap / pace)
    for _ in range(steps):
        if state.worst <= tolerance or not np.isfinite(state.worst):
            break
        slope = jacobian(base, state.part, taxed, state.x, theta, state.spent, state.sales)
        step = np.linalg.solve(slope, state.gap)
        tried = _shorter(state, step)
        if tried is None:
            break
        state = tried
    if not state.worst <= accept:
        raise _unsolved(state.worst)
    level: Floats = state.x - np.log(base.weight @ np.exp(state.x))
    return level


class _State:
    """What follows from prices x: shares, expenditure, sales, and their gap to output."""

    def __init__(self, base: World, factor: Floats, keep: Floats, theta: float, x: Floats) -> None:
        self.given = (base, factor, keep, theta)
        self.x = x
        with np.errstate(all="ignore"):
            offered = base.flows * factor * np.exp(-theta * x)[:, None]
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
    keep: Floats | None,
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
        Part of each payment that reaches the seller; None where all of it does.
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
    bought = base.expenditure if spent is None else spent
    sold = base.output if sales is None else sales
    diagonal = np.diag_indices(len(x))
    sold_to = part * bought
    sold_to /= sold[:, None]
    mix, lost = part, 0.0
    if keep is not None:
        sold_to *= keep
        lost = (part * (1 - keep)).sum(axis=0)
        mix = part - part * (1 - keep - lost) / (1 - lost) if base.mode == "full" else part
    # how each buyer's spending per unit of its price index moves with each price, seen by its sellers
    spends = theta * mix.T
    if base.mode == "full":
        own, others, along = _income_slope(base, np.exp(x), bought * (1 - lost))
        spends[diagonal] += own
        spends += np.outer(others, along)
    slope: Floats = sold_to @ spends
    slope[diagonal] -= theta + (base.mode == "full")
    slope += base.weight
    return slope


def _income_slope(base: World, w: Floats, earned: Floats) -> tuple[Floats | float, Floats, Floats]:
    """Derivative of log income by log prices: what to add on the diagonal, and two vectors whose product to add."""
    made = base.output * w
    if base.imbalance == "additive":
        return made / earned, (base.expenditure - base.output) / earned, base.weight * w
    held = base.expenditure * w
    return 1.0, np.ones(len(w)), made / made.sum() - held / held.sum()


def _unsolved(worst: float) -> RunError:
    """The error for a scenario that could not be solved."""
    return RunError(
        f"No equilibrium was found: sales and output still differ by {worst:.1e} of output. A country that loses every "
        "partner has no price relative to the others, and one whose deficit exceeds what it can earn has no "
        "equilibrium with additive imbalances. Use a small factor instead of 0, or --imbalance multiplicative."
    )
