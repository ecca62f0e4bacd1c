"""How bold actors are, from how safe their positions are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .contest import Table, challenge, expectations, left_alone, payoffs, support
from .variants import Rules

__all__ = ["risk_exponents"]

Floats = NDArray[np.float64]


def risk_exponents(table: Table, rules: Rules, *, boldness: float = 3.0) -> Floats:
    """Exponent that bends each actor's utility, from how safe its position is.

    Parameters
    ----------
    table
        Who sits there.
    rules
        Their `risk` says what safety is compared with.
    boldness
        R is divided by this; 3 keeps the exponent between 0.5 and 2.

    Returns
    -------
    exponents
        (member, actor), between 0.5 and 2: 2 where no position would be safer, 0.5 where none would be less safe; 1 where
        all are as safe.

    Source
    ------
    [BuenoDeMesquita1985]_: R = (2 D - max D - min D) / (max D - min D), r = (1 - R/3) / (1 + R/3), where D sums what the
    others expect of challenging the actor, at an exponent of 1.
    """
    one = np.ones_like(table.position)
    if rules.risk == "neutral":
        return one
    if rules.risk == "others":
        gain, _ = expectations(table, one, rules)
        danger = _without_self(gain).sum(axis=1)
        low, high = danger.min(axis=1, keepdims=True), danger.max(axis=1, keepdims=True)
    else:
        dangers = _dangers_elsewhere(table, one, rules)
        danger = np.einsum("mii->mi", dangers)
        low, high = dangers.min(axis=2), dangers.max(axis=2)
    spread = high - low
    ratio = np.divide(2 * danger - high - low, spread, out=np.zeros_like(danger), where=spread > 1e-12)
    found: Floats = (1 - ratio / boldness) / (1 + ratio / boldness)
    return found


def _without_self(gain: Floats) -> Floats:
    away: Floats = gain * (1 - np.eye(gain.shape[1]))
    return away


def _dangers_elsewhere(table: Table, one: Floats, rules: Rules) -> Floats:
    """Danger of each actor if it held the position of each, (member, actor, place)."""
    distance, s = table.distance, table.salience
    lent, refused = support(table, one)  # (member, voter, challenger, place)
    backing, against = lent.sum(axis=1, keepdims=True), refused.sum(axis=1, keepdims=True)
    # An actor that moves to a place takes its own voice from where it was and stands by its new position in full.
    against = against - refused + table.weight[:, :, None, None] * distance[:, None, :, :]
    backing = backing - lent
    total = backing + against
    chance = np.divide(backing, total, out=np.zeros_like(backing), where=total > 0)
    success, failure, unchanged = payoffs(distance, one[:, :, None])
    left = left_alone(table, distance, one[:, :, None], unchanged, rules)
    resist = s[:, :, None, None]  # (member, actor, challenger, place)
    gain = challenge(chance, resist, success[:, None], failure[:, None], left[:, None])
    n = s.shape[1]
    gain[:, np.arange(n), np.arange(n), :] = 0.0  # nobody challenges itself
    found: Floats = gain.sum(axis=2)
    return found
