"""The best that one power can do within its budget: maxima and cheapest packages by exact gradients from many starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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
    together
        Levers whose amounts may add up to one at most, (lever,).
    """

    cost: Array
    most: Array
    budget: float
    together: NDArray[np.bool_]

    def spent(self, amounts: Array) -> float:
        """What a package costs."""
        return float(self.cost @ amounts)

    @property
    def is_idle(self) -> bool:
        """Whether nothing can be done."""
        return self.budget <= 2 * EDGE * float(self.cost.sum()) or not self.most.any()


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
    """A package as the limits allow it: cut to what there is of each lever, then scaled to what may be had and paid."""
    inside = np.clip(amounts, 0, limits.most)
    inside = np.where(limits.together, inside / max(float(inside[limits.together].sum()), 1.0), inside)
    return inside * min(1.0, limits.budget / max(limits.spent(inside), 1e-300))


def starts(limits: Limits, slope: Array, *, many: int, seed: int) -> list[Array]:
    """Where searches begin: the best value for money at first sight, nothing, and random packages.

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
    random = np.random.default_rng(seed).random((many, len(slope))) ** 2 * limits.most
    return [_greedy(limits, slope), np.zeros_like(slope), *(fitted(x, limits) for x in random)]


def _greedy(limits: Limits, slope: Array) -> Array:
    """Lever by lever, the best value for money first; the best there is where effects add up."""
    found, left, shared = np.zeros_like(slope), limits.budget, 1.0
    for k in np.argsort(-slope / limits.cost):
        if slope[k] > 0 and left > 0:
            room = min(limits.most[k], shared) if limits.together[k] else limits.most[k]
            found[k] = min(room, left / limits.cost[k])
            left -= found[k] * limits.cost[k]
            shared -= found[k] * limits.together[k]
    return found


def best(payoff: Payoff, limits: Limits, begin: Sequence[Array], *, tolerance: float = 1e-5) -> tuple[Array, float]:
    """Package with the highest payoff within the limits.

    Parameters
    ----------
    payoff
        To be maximised.
    limits
        Of the power.
    begin
        Packages from which to search; the best point met by any search counts. Doing nothing is always tried too.
    tolerance
        Gain below which a search stops, in parts of the steepest slope at its start.

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
            for point in (start, _search(payoff, start, limits, tolerance, None)):
                found.append((payoff(point)[0], point))
    value, amounts = max(found, key=lambda item: item[0])
    return amounts, value


def cheapest(
    chance: Payoff,
    limits: Limits,
    target: float,
    *,
    begin: Array | None = None,
    many: int = 1,
    seed: int = 0,
    tolerance: float = 1e-4,
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
    begin
        A package that solves a problem much like this one; the search then starts from it and from the best value for
        money alone.
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
    Solved as in `best`. The problem is that of one lobby without rivals in [BernheimWhinston1986]_: pay the agent just
    enough.
    """
    chance = _remembered(chance)
    nothing = np.zeros(len(limits.cost))
    now = chance(nothing)[0]
    if now >= target:
        return Package(nothing, 0.0, now, now, True)
    slope = chance(np.minimum(limits.most, EDGE))[1]
    greedy, *others = starts(limits, slope, many=many, seed=seed)
    known = [greedy, *others] if begin is None else [fitted(begin, limits), greedy]
    top, most = best(chance, limits, known, tolerance=1e-4)
    reachable = most >= target - tolerance
    wanted = min(target, most - tolerance / 10)
    scale = max(float(np.abs(slope).max()), 1e-9)

    def enough(x: Array) -> tuple[float, Array]:
        value, gradient = chance(x)
        return (value - wanted) / scale, gradient / scale

    found = [(limits.spent(top), top)]
    for start in (0.5 * top, known[0]) if top.any() else ():
        end = _search(lambda x: (-limits.spent(x), -limits.cost), start, limits, 1e-4, enough)
        if chance(end)[0] >= wanted - tolerance / 2:
            found.append((limits.spent(end), end))
    # Once more from the cheapest, and finer: a search that stopped early is a per cent too dear.
    if reachable:
        end = _search(
            lambda x: (-limits.spent(x), -limits.cost), min(found, key=lambda item: item[0])[1], limits, 1e-6, enough
        )
        if chance(end)[0] >= wanted - tolerance / 2:
            found.append((limits.spent(end), end))
    cost, amounts = min(found, key=lambda item: item[0])
    return Package(amounts, cost, chance(amounts)[0], most, reachable)


def _remembered(payoff: Payoff) -> Payoff:
    """The same, without computing a point twice in a row: value and slope are asked for apart."""
    last: list[Any] = [None, None]

    def recall(x: Array) -> tuple[float, Array]:
        if last[0] is None or not np.array_equal(last[0], x):
            last[:] = [x.copy(), payoff(x)]
        pair: tuple[float, Array] = last[1]
        return pair

    return recall


def _constraints(limits: Limits, enough: Payoff | None) -> list[dict[str, Any]]:
    found = []
    if limits.budget < float(limits.cost @ limits.most):
        found.append({"type": "ineq", "fun": lambda x: limits.budget - limits.cost @ x, "jac": lambda x: -limits.cost})
    if (limits.together & (limits.most > 0)).sum() > 1:
        share = limits.together.astype(float)
        found.append({"type": "ineq", "fun": lambda x: 1 - share @ x, "jac": lambda x: -share})
    if enough is not None:
        found.append({"type": "ineq", "fun": lambda x: enough(x)[0], "jac": lambda x: enough(x)[1]})
    return found


def _search(payoff: Payoff, start: Array, limits: Limits, tolerance: float, enough: Payoff | None) -> Array:
    """Where an ascent from a start ends; amounts next to nothing are nothing."""
    low = np.minimum(EDGE, limits.most)
    begin = np.clip(start, low, limits.most)
    payoff = _remembered(payoff)
    scale = max(float(np.abs(payoff(begin)[1]).max()), 1e-9)
    found = minimize(
        lambda x: -payoff(x)[0] / scale,
        begin,
        jac=lambda x: -payoff(x)[1] / scale,
        bounds=list(zip(low, limits.most, strict=True)),
        constraints=_constraints(limits, None if enough is None else _remembered(enough)),
        method="SLSQP",
        options={"ftol": tolerance, "maxiter": 30},
    )
    return fitted(np.where(found.x <= 2 * EDGE, 0.0, found.x), limits)
