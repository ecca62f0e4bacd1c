"""What actors expect of challenging each other, when everybody takes sides in every contest.

All arrays have the members of an ensemble first: (member, actor), (member, challenger, rival). Positions are told apart
by their distance as part of the range at the start, which stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .variants import Rules

__all__ = ["Table", "challenge", "chances", "expectations", "left_alone", "medians", "payoffs", "support"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Who sits at the table in one round.

    Parameters
    ----------
    position
        (member, actor), where each stands now.
    weight
        (member, actor), capability times salience.
    salience
        (member, actor), 0 to 1.
    range
        (member,), distance between the most distant positions at the start; > 0.
    """

    position: Floats
    weight: Floats
    salience: Floats
    range: Floats

    @property
    def distance(self) -> Floats:
        """(member, actor, actor), as part of the range."""
        x = self.position
        found: Floats = np.abs(x[:, :, None] - x[:, None, :]) / self.range[:, None, None]
        return found


def medians(position: Floats, weight: Floats) -> Floats:
    """Position that no other beats when every actor votes its weight for the nearer of two.

    Parameters
    ----------
    position, weight
        (member, actor).

    Returns
    -------
    medians
        (member,), on the scale of the positions; midway where two positions beat all others and not each other.

    Source
    ------
    Median voter: [Black1948]_.

    Examples
    --------
    >>> medians(np.array([[4.0, 7.0, 10.0]]), np.array([[1.0, 1.0, 1.5]]))
    array([7.])
    """
    order = np.argsort(position, axis=1, kind="stable")
    x, w = np.take_along_axis(position, order, 1), np.take_along_axis(weight, order, 1)
    share = np.cumsum(w, axis=1) / w.sum(axis=1, keepdims=True)
    low = np.argmax(share >= 0.5 - 1e-12, axis=1)
    high = np.argmax(share > 0.5 + 1e-12, axis=1)
    at = np.arange(len(x))
    found: Floats = (x[at, low] + x[at, high]) / 2
    return found


def support(table: Table, exponent: Floats) -> tuple[Floats, Floats]:
    """Support that each voter lends the one against the other, and against it: (member, voter, one, other)."""
    distance = table.distance ** exponent[:, :, None]
    leaning = table.weight[:, :, None, None] * (distance[:, :, None, :] - distance[:, :, :, None])
    return np.maximum(leaning, 0), np.maximum(-leaning, 0)


def _divided(lent: Floats, against: Floats, rules: Rules) -> Floats:
    total = lent + against if rules.chance == "pair" else 2 * lent.sum(axis=(1, 2), keepdims=True)
    found: Floats = np.divide(lent, total, out=np.zeros_like(lent), where=total > 0)
    return found


def chances(table: Table, exponent: Floats, rules: Rules) -> Floats:
    """Chance that a challenger beats a rival, when all take sides by how much nearer the one stands to them.

    Parameters
    ----------
    table
        Who sits there.
    exponent
        (member, actor), risk exponent of each voter.
    rules
        Their `chance` says what support is divided by.

    Returns
    -------
    chances
        (member, challenger, rival), 0 to 1; 0 between actors at one position.

    Source
    ------
    [BuenoDeMesquita1997]_, [Scholz2011]_: P = sum of c s max(u(x_i) - u(x_j), 0) over that of c s |u(x_i) - u(x_j)|, with
    u = 1 - 2 d^r.
    """
    lent = support(table, exponent)[0].sum(axis=1)
    return _divided(lent, lent.transpose(0, 2, 1), rules)


def payoffs(distance: Floats, exponent: Floats) -> tuple[Floats, Floats, Floats]:
    """Of success, of failure, of nothing changed: from 2 (the best) to -2."""
    base = 0.5**exponent
    return (
        2 - 4 * base * (1 - distance) ** exponent,
        2 - 4 * base * (1 + distance) ** exponent,
        2 - 4 * base,
    )


def challenge(chance: Floats, salience: Floats, success: Floats, failure: Floats, left: Floats) -> Floats:
    """A rival resists as far as it cares; otherwise the challenger has its way."""
    found: Floats = salience * (chance * success + (1 - chance) * failure) + (1 - salience) * success - left
    return found


def left_alone(table: Table, distance: Floats, exponent: Floats, unchanged: Floats, rules: Rules) -> Floats:
    """What an actor expects of not challenging, (member, actor, rival)."""
    if rules.stays == 1:
        return np.broadcast_to(unchanged, distance.shape)
    centre = np.abs(table.position - medians(table.position, table.weight)[:, None]) / table.range[:, None]
    # A rival left alone drifts to the median, which is an improvement for whoever stands nearer to the median than to it.
    side = np.where(centre[:, :, None] < distance, -1.0, 1.0)
    drift = 2 - 4 * (0.5 + side * 0.25 * (centre[:, :, None] + distance)) ** exponent
    found: Floats = rules.stays * unchanged + (1 - rules.stays) * drift
    return found


def expectations(table: Table, exponent: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """What each actor expects of challenging each rival, and of being challenged by it, both in its own eyes.

    Parameters
    ----------
    table
        Who sits there.
    exponent
        (member, actor), risk exponent of each.
    rules
        Their `chance` and `stays` are used.

    Returns
    -------
    gain, rival_gain
        (member, actor, rival), from -4 to 4 against leaving things as they are.

    Assumes
    -------
    An actor takes rivals to be as bold as itself. What a rival loses by not challenging is reckoned as the actor's own.

    Source
    ------
    [BuenoDeMesquita1997]_, [Scholz2011]_: E = s_j (P U_success + (1 - P) U_failure) + (1 - s_j) U_success - Q U_unchanged -
    (1 - Q) (T U_better + (1 - T) U_worse). They leave Q and T open; that T is 1 where the actor stands nearer to the median
    than to the rival, and 0 elsewhere, is ours.
    """
    own, distance = exponent[:, :, None], table.distance
    chance = chances(table, exponent, rules)
    success, failure, unchanged = payoffs(distance, own)
    left = left_alone(table, distance, own, unchanged, rules)
    s = table.salience
    gain = challenge(chance, s[:, None, :], success, failure, left)
    return gain, challenge(chance.transpose(0, 2, 1), s[:, :, None], success, failure, left)
