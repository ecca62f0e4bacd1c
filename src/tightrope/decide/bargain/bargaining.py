"""One bargain, round by round; and the same bargain many times over inputs that are not known exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError
from tightrope.base.random import keys, uniform, within

from .actors import Actors
from .contest import Table, medians
from .moves import move, offers
from .risk import risk_exponents
from .variants import VARIANTS, Rules

__all__ = ["Bargaining", "Ensemble", "Round", "bargain", "ensemble"]

Floats = NDArray[np.float64]
CELLS = 2_000_000
"""Cells of (member, voter, challenger, rival) computed at once, so that they stay in memory near the processor."""


@dataclass(frozen=True)
class Round:
    """Where all stand after a round, and how they came there.

    Parameters
    ----------
    position
        (actor,), on the scale of the issue.
    weighted_mean
        Mean of the positions by capability times salience.
    median
        Position that no other beats.
    kind
        (actor,), number in `moves.KINDS` of the offer that each took; 0 for none.
    rival
        (actor,), whose offer it was; -1 for none.
    """

    position: Floats
    weighted_mean: float
    median: float
    kind: NDArray[np.int8]
    rival: NDArray[np.intp]


@dataclass(frozen=True)
class Bargaining:
    """A bargain from start to stop.

    Parameters
    ----------
    actors
        Who bargained.
    rules
        How.
    rounds
        The start, and what came after each round.
    stop
        ``settled``: nobody would move any more; ``cycle``: the positions are those of an earlier round, so that the rounds
        between would repeat for ever; ``rounds``: as many rounds as were asked for.
    period
        Rounds in which the positions repeat; 0 unless they do.
    """

    actors: Actors
    rules: Rules
    rounds: tuple[Round, ...]
    stop: Literal["settled", "cycle", "rounds"]
    period: int = 0


@dataclass(frozen=True)
class Ensemble:
    """The outcome over inputs drawn from their ranges.

    Parameters
    ----------
    weighted_mean, median
        (round, member), on the scale of the issue; the start is the first.
    position
        (member, actor), where each stands at the end.
    spread
        How far the inputs were drawn from what is stated, as a part.
    seed
        Of the draws.
    """

    weighted_mean: Floats
    median: Floats
    position: Floats
    spread: float
    seed: int


def _after(table: Table, rules: Rules) -> tuple[Table, NDArray[np.int8], NDArray[np.intp]]:
    made = offers(table, risk_exponents(table, rules), rules)
    position, rival = move(table, made, rules)
    kind = np.take_along_axis(made.kind, np.maximum(rival, 0)[:, :, None], 2)[..., 0]
    return replace(table, position=position), np.where(rival >= 0, kind, 0).astype(np.int8), rival


def _means(table: Table) -> Floats:
    found: Floats = (table.weight * table.position).sum(axis=1) / table.weight.sum(axis=1)
    return found


def bargain(
    actors: Actors, *, rules: Rules = VARIANTS["scholz"], rounds: int = 10, tolerance: float = 1e-9
) -> Bargaining:
    """Let actors bargain.

    Parameters
    ----------
    actors
        Who wants what, how much they weigh and care.
    rules
        How they reckon; see `variants.VARIANTS`.
    rounds
        Most rounds, at least 0.
    tolerance
        Positions nearer than this part of the range count as the same.

    Returns
    -------
    bargaining
        Each round, and why it stopped.

    Assumes
    -------
    All actors move at once, look one round ahead, and neither learn nor tire.

    Source
    ------
    [BuenoDeMesquita1997]_; [Scholz2011]_.

    Examples
    --------
    >>> two = Actors(("A", "B"), np.array([2.0, 1.0]), np.array([0.0, 1.0]), np.array([0.9, 0.1]))
    >>> bargain(two, rounds=1).rounds[1].position
    array([0. , 0...])
    """
    if rounds < 0:
        raise TightropeError(f"rounds: {rounds}. Expected 0 or more.")
    table = Table(actors.position[None], actors.weight[None], actors.salience[None], np.array([actors.range]))
    none = np.zeros(len(actors.names), dtype=np.int8), np.full(len(actors.names), -1)
    found = [_round(table, *none)]
    near = tolerance * actors.range
    for _ in range(rounds):
        table, kind, rival = _after(table, rules)
        found.append(_round(table, kind[0], rival[0]))
        apart = [float(np.abs(before.position - found[-1].position).max()) for before in found[:-1]]
        if apart[-1] <= near:
            return Bargaining(actors, rules, tuple(found), "settled")
        same = [k for k, distance in enumerate(apart) if distance <= near]
        if same:
            return Bargaining(actors, rules, tuple(found), "cycle", len(found) - 1 - same[-1])
    return Bargaining(actors, rules, tuple(found), "rounds")


def _round(table: Table, kind: NDArray[np.int8], rival: NDArray[np.intp]) -> Round:
    median = medians(table.position, table.weight)
    return Round(table.position[0], float(_means(table)[0]), float(median[0]), kind, rival)


def ensemble(
    actors: Actors,
    *,
    rules: Rules = VARIANTS["scholz"],
    rounds: int = 10,
    members: int = 1000,
    spread: float = 0.1,
    seed: int = 7,
) -> Ensemble:
    """Bargain many times over, each time with inputs drawn near those stated.

    Rules that let actors jump make the outcome hang on small differences between them; one run on exact numbers hides that.

    Parameters
    ----------
    actors
        As stated.
    rules, rounds
        As of `bargain`; all members bargain for all rounds.
    members
        How many times. Members keep their draws whatever their number.
    spread
        Capability and salience are drawn from this part below to this part above what is stated, positions from this part
        of the range below to above; 0 to 1. Positions stay between the two most distant ones, saliences within 0 and 1.
    seed
        Of the draws.

    Returns
    -------
    ensemble
        The outcomes of all members.

    Assumes
    -------
    Errors of the inputs are independent and evenly spread; 0.1 is an assumption about analysts' codings, with no source.

    Source
    ------
    That outcomes hang on small changes of the inputs: [Scholz2011]_.
    """
    if members < 1 or rounds < 0 or not 0 <= spread <= 1:
        raise TightropeError(
            f"members {members}, rounds {rounds}, spread {spread:g}: expected at least 1, at least 0, and 0 to 1."
        )
    n = len(actors.names)
    means, middles = np.empty((rounds + 1, members)), np.empty((rounds + 1, members))
    ends = np.empty((members, n))
    for part in _parts(members, max(1, CELLS // n**3)):
        table = _drawn(actors, part, spread, seed)
        means[0, part], middles[0, part] = _means(table), medians(table.position, table.weight)
        for k in range(rounds):
            table, _, _ = _after(table, rules)
            means[k + 1, part], middles[k + 1, part] = _means(table), medians(table.position, table.weight)
        ends[part] = table.position
    return Ensemble(means, middles, ends, spread, seed)


def _parts(members: int, size: int) -> Iterator[NDArray[np.uint32]]:
    for first in range(0, members, size):
        yield np.arange(first, min(first + size, members), dtype=np.uint32)


def _drawn(actors: Actors, member: NDArray[np.uint32], spread: float, seed: int) -> Table:
    u = uniform(keys(seed, "bargain", 3, len(actors.names)), member).astype(np.float64).transpose(0, 2, 1)
    capability, salience = (
        within(u[k], x, x * (1 - spread), x * (1 + spread)) for k, x in enumerate((actors.capability, actors.salience))
    )
    x, reach = actors.position, spread * actors.range
    position = np.clip(within(u[2], x, x - reach, x + reach), x.min(), x.max())
    salience = np.minimum(salience, 1.0)
    return Table(position, capability * salience, salience, np.full(len(member), actors.range))
