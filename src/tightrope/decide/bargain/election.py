"""How likely each position is to win when positions are voted on two at a time and strength decides by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tightrope.base import Registry, TightropeError

from .actors import Actors

__all__ = ["Election", "chain", "coalitions", "condorcet", "elections", "stationary", "victories", "victory", "voting"]

Floats = NDArray[np.float64]

voting: Registry[Callable[[Floats], Floats]] = Registry("voting rule")
"""How much of its weight an actor throws in, given how much more it likes the one than the other, -1 to 1."""

victory: Registry[Callable[[Floats, Floats], Floats]] = Registry("victory model")
"""Chance that the one coalition beats the other, given the strengths of both."""

elections: Registry[Callable[[Floats, Floats], Floats]] = Registry("election")
"""Chance that each option wins over all, given the strengths of coalitions and the chances of each against each."""


@voting.register("binary")
def _binary(more: Floats, *, sharp: float = 1e-8) -> Floats:
    return np.clip(more / sharp, -1.0, 1.0)


@voting.register("proportional_binary")
def _proportional_binary(more: Floats, *, part: float = 0.2) -> Floats:
    return (1 - part) * more + part * _binary(more)


@voting.register("proportional")
def _proportional(more: Floats) -> Floats:
    return more


@voting.register("proportional_cubic")
def _proportional_cubic(more: Floats, *, part: float = 0.5) -> Floats:
    return (1 - part) * more + part * more**3


@voting.register("cubic")
def _cubic(more: Floats) -> Floats:
    return more**3


def _power(exponent: int) -> Callable[[Floats, Floats], Floats]:
    def chance(one: Floats, other: Floats) -> Floats:
        # The quotient first: strengths to the eighth power would leave the range of floats.
        ratio = np.minimum(one, other) / np.maximum(one, other)
        weaker = ratio**exponent / (1 + ratio**exponent)
        return np.where(one < other, weaker, 1 - weaker)

    return chance


for _name, _exponent in (("linear", 1), ("square", 2), ("quartic", 4), ("octic", 8)):
    victory.register(_name)(_power(_exponent))


@victory.register("binary")
def _decisive(one: Floats, other: Floats, *, lead: float = 1.1, least: float = 1e-6) -> Floats:
    found = (one / (one + other) * (lead + 1) - 1) / (lead - 1)
    return np.clip(found, least / (1 + least), 1 / (1 + least))


@elections.register("conditional")
def _conditional(strength: Floats, chance: Floats) -> Floats:
    log = np.log(chance).sum(axis=1)
    weight = np.exp(log - log.max())
    found: Floats = weight / weight.sum()
    return found


@elections.register("markov_uniform")
def _markov_uniform(strength: Floats, chance: Floats) -> Floats:
    return stationary(chain(chance, np.full(chance.shape, 1 / len(chance))))


@elections.register("markov_incentive")
def _markov_incentive(strength: Floats, chance: Floats, *, idle: float = 1e-10) -> Floats:
    incentive = strength * chance
    np.fill_diagonal(incentive, np.diagonal(incentive) + idle * strength.max())
    return stationary(chain(chance, incentive / incentive.sum(axis=0)))


@dataclass(frozen=True)
class Election:
    """How likely each option is to win.

    Parameters
    ----------
    position
        (option,), ascending, on the scale of the issue.
    probability
        (option,), sums to 1.
    backers
        For each option the actors whose position it is.
    pairwise
        (option, option), chance of the first against the second; 0.5 against itself.
    """

    position: Floats
    probability: Floats
    backers: tuple[tuple[str, ...], ...]
    pairwise: Floats

    @property
    def mean(self) -> float:
        """Expected position."""
        return float(self.position @ self.probability)

    @property
    def sd(self) -> float:
        """Standard deviation of the position."""
        return float(np.sqrt(((self.position - self.mean) ** 2) @ self.probability))


def coalitions(utility: Floats, capability: Floats, rule: str = "proportional", *, least: float = 1e-10) -> Floats:
    """Strength of those who back one option against another.

    Parameters
    ----------
    utility
        (actor, option), 0 to 1.
    capability
        (actor,), any unit.
    rule
        Name in `voting`.
    least
        Strength of a coalition of nobody, as a part of all capability.

    Returns
    -------
    coalitions
        (option, option), of the first against the second, unit of capability.

    Source
    ------
    [KTAB2019]_, class Model, whose least strength is 1e-8 in the unit of capability.
    """
    more = utility[:, :, None] - utility[:, None, :]
    vote = voting[rule](more) * capability[:, None, None]
    found: Floats = np.maximum(vote, 0).sum(axis=0) + least * capability.sum()
    return found


def victories(strength: Floats, model: str = "linear") -> Floats:
    """Chance that one option beats another.

    Parameters
    ----------
    strength
        (option, option), from `coalitions`.
    model
        Name in `victory`: ``linear``, ``square``, ``quartic`` and ``octic`` are a strength's share after raising both to the
        power 1, 2, 4 or 8; ``binary`` is certain from a lead of a tenth on and linear below it.

    Returns
    -------
    chances
        (option, option); that of one against another and its reverse sum to 1.

    Source
    ------
    [KTAB2019]_, class Model.
    """
    found = victory[model](strength, strength.T)
    np.fill_diagonal(found, 0.5)
    return found


def chain(chance: Floats, challenge: Floats) -> Floats:
    """Chances of passing from one favourite to another.

    Parameters
    ----------
    chance
        (option, option), of the first to beat the second.
    challenge
        (option, option), chance that the first is put up while the second is the favourite; columns sum to 1.

    Returns
    -------
    chain
        (to, from); columns sum to 1. A favourite stays if it is put up itself or beats whatever is.

    Source
    ------
    [KTAB2019]_: Markov voting with uniform challenges, and with challenges by incentive.
    """
    passed = chance * challenge
    np.fill_diagonal(passed, 0.0)
    np.fill_diagonal(passed, 1 - passed.sum(axis=0))
    return passed


def stationary(passed: Floats) -> Floats:
    """Part of the time that a chain spends in each state in the long run.

    Parameters
    ----------
    passed
        (to, from); columns sum to 1; every state leads to every other.

    Returns
    -------
    stationary
        (state,), sums to 1. Exact to rounding, whatever the size of the smallest chance: nothing is subtracted.

    Source
    ------
    [Grassmann1985]_.

    Examples
    --------
    >>> stationary(np.array([[0.9, 0.3], [0.1, 0.7]]))
    array([0.75, 0.25])
    """
    p = passed.T.copy()  # (from, to)
    n = len(p)
    for k in range(n - 1, 0, -1):
        p[:k, k] /= p[k, :k].sum()
        p[:k, :k] += np.outer(p[:k, k], p[k, :k])
    found = np.ones(n)
    for k in range(1, n):
        found[k] = found[:k] @ p[:k, k]
    found /= found.sum()
    return found


def condorcet(
    actors: Actors,
    option: ArrayLike | None = None,
    *,
    vote: str = "proportional",
    win: str = "linear",
    election: str = "conditional",
) -> Election:
    """How likely each option is to win.

    Parameters
    ----------
    actors
        Who votes, each by its own position.
    option
        (option,), positions that can be put up, on the scale of the issue; those that actors hold if not said.
    vote
        Name in `voting`.
    win
        Name in `victory`.
    election
        Name in `elections`. ``conditional``: the chance of beating every other, given that some option does.
        ``markov_uniform``: the time that each is the favourite, if every option is as likely to be put up.
        ``markov_incentive``: the same, if options are put up by the strength of their backers times their chance.

    Returns
    -------
    election
        The chance of each.

    Assumes
    -------
    An actor likes an option by how near it is to what it wants: utility 1 - salience x distance / range. Contests are
    independent.

    Source
    ------
    Probabilistic Condorcet election: [KTAB2019]_, whose defaults these are; risk attitudes and third parties that weigh
    joining are left out.

    Examples
    --------
    >>> three = Actors(("A", "B", "C"), np.ones(3), np.array([0.0, 1.0, 2.0]), np.ones(3))
    >>> condorcet(three).probability.round(3)
    array([0.214, 0.571, 0.214])
    """
    place = np.unique(np.asarray(actors.position if option is None else option, dtype=np.float64))
    if not place.size or not np.isfinite(place).all():
        raise TightropeError("option: expected at least one position, all of them known.")
    distance = np.abs(actors.position[:, None] - place) / actors.range
    strength = coalitions(1 - actors.salience[:, None] * distance, actors.capability, vote)
    chance = victories(strength, win)
    backers = tuple(tuple(n for n, x in zip(actors.names, actors.position, strict=True) if x == at) for at in place)
    probability = elections[election](strength, chance) if len(place) > 1 else np.ones(1)
    return Election(place, probability, backers, chance)
