"""What actors are offered, and where they go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .contest import Table, expectations
from .variants import Rules

__all__ = ["KINDS", "Offers", "move", "offers"]

Floats = NDArray[np.float64]

KINDS = ("none", "confrontation", "compromise", "capitulation")
"""How an actor came to move, by number: it did not; it lost against a rival that expects more from the contest; it
gave way in part; it gave in."""


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
