"""Expected-utility bargaining: in each round every actor weighs challenging every other, and moves by the offer it takes.

All arrays have the members of an ensemble first: (member, actor), (member, challenger, rival). Positions are told apart
by their distance as part of the range at the start, which stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .variants import Rules

__all__ = ["KINDS", "Offers", "Table", "chances", "expectations", "medians", "move", "offers", "risk_exponents"]

Floats = NDArray[np.float64]

KINDS = ("none", "confrontation", "compromise", "capitulation")
"""How an actor came to move, by number: it did not; it lost against a rival that expects more from the contest; it
gave way in part; it gave in."""


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


@dataclass(frozen=True)
class Offers:
    """What each actor could be brought to by each rival, (member, actor, rival).

    Parameters
    ----------
    kind
        Number in `KINDS`; 0 where there is no offer.
    position
        Where the actor would move; its own position where there is no offer.
    gain, rival_gain
        What the actor expects of challenging the rival, and of being challenged by it, as it sees both.
    """

    kind: NDArray[np.int8]
    position: Floats
    gain: Floats
    rival_gain: Floats


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


def _support(table: Table, exponent: Floats) -> tuple[Floats, Floats]:
    """Support that each voter lends the one against the other, and against it: (member, voter, one, other)."""
    distance = table.distance ** exponent[:, :, None]
    leaning = table.weight[:, :, None, None] * (distance[:, :, None, :] - distance[:, :, :, None])
    return np.maximum(leaning, 0), np.maximum(-leaning, 0)


def _divided(support: Floats, against: Floats, rules: Rules) -> Floats:
    total = support + against if rules.chance == "pair" else 2 * support.sum(axis=(1, 2), keepdims=True)
    found: Floats = np.divide(support, total, out=np.zeros_like(support), where=total > 0)
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
    support = _support(table, exponent)[0].sum(axis=1)
    return _divided(support, support.transpose(0, 2, 1), rules)


def _payoffs(distance: Floats, exponent: Floats) -> tuple[Floats, Floats, Floats]:
    """Of success, of failure, of nothing changed: from 2 (the best) to -2."""
    base = 0.5**exponent
    return (
        2 - 4 * base * (1 - distance) ** exponent,
        2 - 4 * base * (1 + distance) ** exponent,
        2 - 4 * base,
    )


def _challenge(chance: Floats, salience: Floats, success: Floats, failure: Floats, left: Floats) -> Floats:
    """A rival resists as far as it cares; otherwise the challenger has its way."""
    found: Floats = salience * (chance * success + (1 - chance) * failure) + (1 - salience) * success - left
    return found


def _left_alone(table: Table, distance: Floats, exponent: Floats, unchanged: Floats, rules: Rules) -> Floats:
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
    success, failure, unchanged = _payoffs(distance, own)
    left = _left_alone(table, distance, own, unchanged, rules)
    s = table.salience
    gain = _challenge(chance, s[:, None, :], success, failure, left)
    return gain, _challenge(chance.transpose(0, 2, 1), s[:, :, None], success, failure, left)


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
    lent, refused = _support(table, one)  # (member, voter, challenger, place)
    support, against = lent.sum(axis=1, keepdims=True), refused.sum(axis=1, keepdims=True)
    # An actor that moves to a place takes its own voice from where it was and stands by its new position in full.
    against = against - refused + table.weight[:, :, None, None] * distance[:, None, :, :]
    support = support - lent
    total = support + against
    chance = np.divide(support, total, out=np.zeros_like(support), where=total > 0)
    success, failure, unchanged = _payoffs(distance, one[:, :, None])
    left = _left_alone(table, distance, one[:, :, None], unchanged, rules)
    resist = s[:, :, None, None]  # (member, actor, challenger, place)
    gain = _challenge(chance, resist, success[:, None], failure[:, None], left[:, None])
    n = s.shape[1]
    gain[:, np.arange(n), np.arange(n), :] = 0.0  # nobody challenges itself
    found: Floats = gain.sum(axis=2)
    return found


def offers(table: Table, exponent: Floats, rules: Rules) -> Offers:
    """What each actor could be brought to by each rival.

    Parameters
    ----------
    table
        Who sits there.
    exponent
        (member, actor), risk exponent of each.
    rules
        Their `chance`, `stays` and `capitulates` are used.

    Returns
    -------
    offers
        Only from rivals at another position that gain by challenging.

    Source
    ------
    Kinds of outcome by the signs of what the two expect: [BuenoDeMesquita1997]_, [Scholz2011]_.
    """
    gain, rival_gain = expectations(table, exponent, rules)
    x = table.position
    apart = x[:, :, None] != x[:, None, :]
    threatened = apart & (rival_gain > 0)
    kind = np.zeros(gain.shape, dtype=np.int8)
    kind[threatened & (gain > 0) & (rival_gain > gain)] = 1
    kind[threatened & (gain < 0) & (rival_gain > -gain)] = 2
    if rules.capitulates:
        kind[threatened & (gain < 0) & (rival_gain <= -gain)] = 3
    part = np.where(kind == 2, np.divide(-gain, rival_gain, out=np.ones_like(gain), where=kind == 2), kind > 0)
    mine = np.broadcast_to(x[:, :, None], gain.shape)
    there = np.where(part == 1, x[:, None, :], mine + part * (x[:, None, :] - mine))
    return Offers(kind, there, gain, rival_gain)


def move(table: Table, made: Offers, rules: Rules) -> tuple[Floats, NDArray[np.intp]]:
    """Where each actor goes, and by whose offer.

    Parameters
    ----------
    table
        Who sits there.
    made
        From `offers`.
    rules
        Their `choice` says which offer is taken.

    Returns
    -------
    position
        (member, actor), new positions; all move at once.
    rival
        (member, actor), whose offer was taken; -1 where none was.

    Assumes
    -------
    Of offers that are as near, ``nearest`` takes the one whose maker gains more, then the lower one on the scale;
    ``ranked`` the first in the order of actors.
    """
    step = np.abs(made.position - table.position[:, :, None])
    none = made.kind == 0
    if rules.choice == "nearest":
        order = np.lexsort((made.position, -made.rival_gain, np.where(none, np.inf, step)), axis=-1)
        rival = order[..., 0]
    else:
        rank = np.where(none, 4, made.kind)
        best = rank == rank.min(axis=2, keepdims=True)
        x = table.position
        ours, theirs = np.abs(made.gain), np.abs(made.rival_gain)
        both = np.where(none, 1.0, ours + theirs)
        middle = (ours * x[:, :, None] + theirs * x[:, None, :]) / both
        key = np.where(made.kind == 2, middle, step)
        rival = np.argmin(np.where(best & ~none, key, np.inf), axis=2)
    place = rival[:, :, None]
    position = np.take_along_axis(made.position, place, 2)[..., 0]
    taken = np.take_along_axis(made.kind, place, 2)[..., 0] > 0
    return np.where(taken, position, table.position), np.where(taken, rival, -1)
