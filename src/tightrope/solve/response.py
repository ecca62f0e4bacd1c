"""The best that one power can do within its budget: maxima and cheapest packages by exact gradients from many starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["Limits", "Package", "Payoff", "best", "cheapest", "fitted", "starts"]

Array = NDArray[np.float64]
Payoff = Callable[[Array], tuple[float, Array]]
"""From the amounts of the levers, (lever,), to a number and its gradient, (lever,)."""

EDGE = 1e-5
"""Amounts are searched from just above nothing, where derivatives from the right are what they seem: at nothing a kink
of the model has none."""


@dataclass(frozen=True)
class Limits:
    """What a power may do.

    Parameters
    ----------
    cost
        Of a full amount of each lever, (lever,), above 0.
    most
        Largest amount of each lever, (lever,); 0 where the lever does not exist.
    budget
        Most that all of it may cost.
    """

    cost: Array
    most: Array
    budget: float

    def spent(self, amounts: Array) -> float:
        """What a package costs."""
        return float(self.cost @ amounts)

    @property
    def is_idle(self) -> bool:
        """Whether nothing can be done."""
        return self.budget <= float(self.cost @ np.minimum(self.most, EDGE)) or not self.most.any()


@dataclass(frozen=True)
class Package:
    """The cheapest package that reaches a target, or the one that comes nearest.

    Parameters
    ----------
    amounts
        (lever,), 0 to 1.
    cost
        What it costs.
    value
        What it reaches.
    best
        The most that can be reached within the limits.
    reachable
        Whether the target can be.
    """

    amounts: Array
    cost: float
    value: float
    best: float
    reachable: bool


def fitted(amounts: Array, limits: Limits) -> Array:
    """The package nearest in kind that the limits allow: cut to what there is of each lever, then scaled to the budget."""
    inside = np.clip(amounts, 0, limits.most)
    spent = limits.spent(inside)
    return inside if spent <= limits.budget else inside * (limits.budget / spent)


def starts(limits: Limits, slope: Array, *, many: int, seed: int) -> list[Array]:
    """Where searches begin: nothing, all that helps at first sight, the best value for money, and random packages.

    Parameters
    ----------
    limits
        Of the power.
    slope
        Gradient at nothing, (lever,).
    many
        Number of random ones.
    seed
        Of the random ones.
    """
    value = np.where(limits.most > 0, slope / limits.cost, -np.inf)
    greedy, left = np.zeros_like(slope), limits.budget
    for k in np.argsort(-value):
        if value[k] <= 0 or left <= 0:
            break
        greedy[k] = min(limits.most[k], left / limits.cost[k])
        left -= greedy[k] * limits.cost[k]
    random = np.random.default_rng(seed).random((many, len(slope))) ** 2 * limits.most
    return [fitted(x, limits) for x in (np.zeros_like(slope), greedy, limits.most * (slope > 0), *random)]


def best(payoff: Payoff, limits: Limits, begin: Sequence[Array], *, tolerance: float = 1e-7) -> tuple[Array, float]:
    """Package with the highest payoff within the limits.

    Parameters
    ----------
    payoff
        To be maximised.
    limits
        Of the power.
    begin
        Packages from which to search; the best end of all searches counts. Doing nothing is always tried too.
    tolerance
        Gain below which a search stops.

    Returns
    -------
    amounts, value
        (lever,), and its payoff.

    Assumes
    -------
    The payoff is smooth but for kinks; a maximum to which no search leads is not found.

    Source
    ------
    Sequential least squares quadratic programming, [Kraft1988]_.
    """
    nothing = np.zeros(len(limits.cost))
    found = [(payoff(nothing)[0], nothing)]
    if not limits.is_idle:
        for start in begin:
            end = _search(lambda x: _negative(payoff(x)), start, limits, tolerance, _affordable(limits))
            found.append((payoff(end)[0], end))
    value, amounts = max(found, key=lambda item: item[0])
    return amounts, value


def cheapest(
    chance: Payoff, limits: Limits, target: float, *, many: int = 3, seed: int = 0, tolerance: float = 1e-4
) -> Package:
    """The cheapest package with which a probability reaches a target.

    Parameters
    ----------
    chance
        The probability.
    limits
        Of the power.
    target
        To be reached, 0 to 1.
    many
        Number of random starts besides the considered ones.
    seed
        Of the random starts.
    tolerance
        How far below the target counts as reached.

    Returns
    -------
    package
        If the target cannot be reached, the cheapest package that comes as near to it as any that was found.

    Assumes
    -------
    As in `best`.

    Source
    ------
    Least cost under a constraint on what is reached, as in the theory of the second mover's participation in
    [GrossmanHelpman1994]_; solved as in `best`.
    """
    nothing = np.zeros(len(limits.cost))
    now, slope = chance(np.minimum(limits.most, EDGE))
    now = chance(nothing)[0]
    if now >= target:
        return Package(nothing, 0.0, now, now, True)
    begin = starts(limits, slope, many=many, seed=seed)
    top, most = best(chance, limits, begin)
    reachable = most >= target - tolerance
    wanted = min(target, most - tolerance / 10)
    enough = {"type": "ineq", "fun": lambda x: chance(x)[0] - wanted, "jac": lambda x: chance(x)[1]}
    scale = max(float(np.abs(slope).max()), 1e-9)
    enough = {k: (v if k == "type" else (lambda x, v=v: v(x) / scale)) for k, v in enough.items()}
    found = [(limits.spent(top), top)]
    for start in (top, 0.5 * top, *begin[1:]):
        end = _search(
            lambda x: (limits.spent(x), limits.cost), start, limits, 1e-6, [*_affordable(limits), enough]
        )
        if chance(end)[0] >= wanted - tolerance / 2:
            found.append((limits.spent(end), end))
    cost, amounts = min(found, key=lambda item: item[0])
    return Package(amounts, cost, chance(amounts)[0], most, reachable)


def _negative(pair: tuple[float, Array]) -> tuple[float, Array]:
    return -pair[0], -pair[1]


def _affordable(limits: Limits) -> list[dict[str, object]]:
    if limits.budget >= float(limits.cost @ limits.most):
        return []
    return [{"type": "ineq", "fun": lambda x: limits.budget - limits.cost @ x, "jac": lambda x: -limits.cost}]


def _search(
    objective: Payoff, start: Array, limits: Limits, tolerance: float, constraints: Sequence[dict[str, object]]
) -> Array:
    """Where a descent from a start ends; amounts next to nothing are nothing."""
    low = np.minimum(EDGE, limits.most)
    found = minimize(
        objective,
        np.clip(start, low, limits.most),
        jac=True,
        bounds=list(zip(low, limits.most, strict=True)),
        constraints=list(constraints),
        method="SLSQP",
        options={"ftol": tolerance, "maxiter": 60},
    )
    return fitted(np.where(found.x <= 2 * EDGE, 0.0, found.x), limits)
