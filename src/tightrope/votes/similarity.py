"""How alike two states vote: four measures made of one table of how often each met each vote of the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Registry, TightropeError

from .ballots import ABSENT, ABSTAIN, NO, YES, Ballots

__all__ = ["ABSENCES", "DISTANCES", "Similarity", "kappa", "measures", "meetings", "pi", "s", "similarity", "tau_b"]

Array = NDArray[np.float64]
Measure = Callable[[Array, Array], Array]

_STEP = np.abs(np.subtract.outer(np.arange(3.0), np.arange(3.0)))
DISTANCES: dict[str, Array] = {"absolute": _STEP, "squared": _STEP**2, "nominal": (_STEP > 0).astype(float)}
"""Distance between yes, abstain and no: steps, steps squared, or 1 for any difference."""

ABSENCES = ("drop", "abstain")
"""What an absence is: no meeting of the two states on that roll call, or an abstention."""

measures: Registry[Measure] = Registry("measure of similarity")
"""Each takes how often votes met, (..., 3, 3), and the distance between votes, (3, 3)."""


def meetings(votes: NDArray[np.int8], *, absent: str = "drop", weight: Array | None = None) -> Array:
    """How often each vote of one state met each vote of another on the same roll call.

    Parameters
    ----------
    votes
        (roll, state), codes of [Voeten2013]_: 1 yes, 2 abstain, 3 no, 8 absent, 9 not known.
    absent
        `drop` leaves a roll call out of the pairs in which one was absent, `abstain` counts absence as abstention.
    weight
        Of each roll call, (roll,), unit 1; one each by default.

    Returns
    -------
    meetings
        (state, state, 3, 3), weight of the roll calls on which the first voted as the row says and the second as the
        column says. What is not known never meets anything.

    Examples
    --------
    >>> meetings(np.array([[1, 1], [1, 3], [2, 8]], dtype=np.int8))[0, 1].tolist()
    [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    if absent not in ABSENCES:
        raise TightropeError(f"`{absent}` is no way to treat absence. Use one of: {', '.join(ABSENCES)}.")
    n_rolls, n_states = votes.shape
    cast = np.where(votes == ABSENT, ABSTAIN, votes) if absent == "abstain" else votes
    one = np.stack([cast == code for code in (YES, ABSTAIN, NO)], axis=-1).reshape(n_rolls, -1).astype(float)
    other = one if weight is None else one * weight[:, None]
    return np.asarray((one.T @ other).reshape(n_states, 3, n_states, 3).swapaxes(1, 2))


@measures.register("s")
def s(met: Array, distance: Array) -> Array:
    """Signorino and Ritter's S: 1 less twice the mean distance between votes, relative to the largest.

    1 is the same vote always, -1 the opposite always. 0 is no benchmark of chance: two states that mostly vote yes, for
    reasons of their own, have a high S.

        S = 1 - 2 sum_j w_j d(a_j, b_j) / (d_max sum_j w_j)

    Parameters
    ----------
    met
        (..., 3, 3), weight of the roll calls with each pair of votes.
    distance
        (3, 3), between yes, abstain and no.

    Returns
    -------
    s
        (...), unit 1, within [-1, 1]; NaN where the two never met.

    Source
    ------
    [SignorinoRitter1999]_.

    Examples
    --------
    Ten roll calls: seven alike, two one step apart, one two steps apart: 1 - 2 (2 + 2) / (2 * 10).

    >>> met = np.array([[5.0, 2, 1], [0, 1, 0], [0, 0, 1]])
    >>> float(s(met, DISTANCES["absolute"]))
    0.6
    """
    return np.asarray(1 - 2 * (met * distance).sum((-2, -1)) / _divisor(met.sum((-2, -1)) * distance.max()))


def _divisor(x: Array) -> Array:
    return np.where(x > 1e-12, x, np.nan)


def _beyond_chance(met: Array, distance: Array, one: Array, other: Array) -> Array:
    total = _divisor(met.sum((-2, -1)))
    seen = (met * distance).sum((-2, -1)) / total
    expected = np.einsum("...k,kl,...l->...", one, distance, other) / total**2
    return np.asarray(1 - seen / _divisor(expected))


@measures.register("kappa")
def kappa(met: Array, distance: Array) -> Array:
    """Cohen's kappa: agreement beyond what the two states' own habits of voting would bring about by chance.

    1 is the same vote always; 0 is as much distance as two states with these habits would have if they did not look at
    the same question; below 0 they differ more than that.

        kappa = 1 - sum_kl d_kl p_kl / sum_kl d_kl p_k. p_.l

    Parameters
    ----------
    met
        (..., 3, 3), weight of the roll calls with each pair of votes.
    distance
        (3, 3), between yes, abstain and no.

    Returns
    -------
    kappa
        (...), unit 1, at most 1; NaN where the two never met, or each always cast one and the same vote.

    Source
    ------
    [Cohen1968]_, for foreign policy [Haege2011]_.

    Examples
    --------
    >>> met = np.array([[4.0, 0, 1], [0, 0, 0], [1, 0, 4]])
    >>> round(float(kappa(met, DISTANCES["nominal"])), 3)
    0.6
    """
    return _beyond_chance(met, distance, met.sum(-1), met.sum(-2))


@measures.register("pi")
def pi(met: Array, distance: Array) -> Array:
    """Scott's pi: agreement beyond what one habit of voting, common to the two, would bring about by chance.

    Read as kappa; here a difference between the two habits counts as disagreement.

        pi = 1 - sum_kl d_kl p_kl / sum_kl d_kl m_k m_l,   m_k = (p_k. + p_.k) / 2

    Parameters
    ----------
    met
        (..., 3, 3), weight of the roll calls with each pair of votes.
    distance
        (3, 3), between yes, abstain and no.

    Returns
    -------
    pi
        (...), unit 1, at most 1; NaN where the two never met, or both always cast one and the same vote.

    Source
    ------
    [Scott1955]_, for foreign policy [Haege2011]_.

    Examples
    --------
    Both yes on 2, one yes and other no on 2: distance 1/2; common habit 3/4 yes; chance 2 * 3/4 * 1/4 = 3/8.

    >>> met = np.array([[2.0, 0, 2], [0, 0, 0], [0, 0, 0]])
    >>> round(float(pi(met, DISTANCES["nominal"])), 3)
    -0.333
    """
    mean = (met.sum(-1) + met.sum(-2)) / 2
    return _beyond_chance(met, distance, mean, mean)


@measures.register("tau_b")
def tau_b(met: Array, distance: Array) -> Array:
    """Kendall's tau-b: whether two states order roll calls alike, from support to opposition.

    1 is the same order, -1 the opposite. It sees no difference of level: a state that abstains whenever the other
    votes yes, and votes no whenever it abstains, has 1.

        tau_b = (concordant - discordant) / sqrt((pairs - ties of a) (pairs - ties of b))

    Parameters
    ----------
    met
        (..., 3, 3), weight of the roll calls with each pair of votes.
    distance
        Not used: only the order of votes counts.

    Returns
    -------
    tau_b
        (...), unit 1, within [-1, 1]; NaN where one of the two always cast the same vote.

    Source
    ------
    [Kendall1945]_; for alliances [BuenoDeMesquita1975]_.

    Examples
    --------
    >>> met = np.array([[0.0, 3, 0], [0, 0, 2], [0, 0, 0]])
    >>> float(tau_b(met, DISTANCES["absolute"]))
    1.0
    """
    up = np.triu(np.ones((3, 3)), 1)
    concordant = np.einsum("...kl,km,ln,...mn->...", met, up, up, met, optimize=True)
    discordant = np.einsum("...kl,km,nl,...mn->...", met, up, up, met, optimize=True)
    square = met.sum((-2, -1)) ** 2
    free = [(square - (met.sum(axis) ** 2).sum(-1)) / 2 for axis in (-1, -2)]
    return np.asarray((concordant - discordant) / np.sqrt(_divisor(free[0]) * _divisor(free[1])))


@dataclass(frozen=True)
class Similarity:
    """A measure for every pair of states in each group of roll calls.

    Parameters
    ----------
    states
        ISO-3 codes.
    groups
        Session or year of each group; None is all roll calls together.
    value
        (group, state, state), unit 1; NaN where not defined.
    n
        (group, state, state), weight of the roll calls on which the two met.
    """

    states: tuple[str, ...]
    groups: tuple[int | None, ...]
    value: Array
    n: Array


def similarity(
    votes: Ballots,
    measure: str = "s",
    *,
    by: str | None = None,
    distance: str | None = None,
    absent: str = "drop",
    weight: Array | None = None,
) -> Similarity:
    """Similarity of each pair of states.

    Parameters
    ----------
    votes
        Who voted how.
    measure
        `s`, `kappa`, `pi` or `tau_b`.
    by
        `session` or `year`; all roll calls together by default.
    distance
        `absolute`, `squared` or `nominal`; by default absolute for S [SignorinoRitter1999]_ and squared for kappa and pi,
        as the weights of [Cohen1968]_ are.
    absent
        `drop` leaves a roll call out of the pairs in which one was absent, `abstain` counts absence as abstention.
    weight
        Of each roll call, (roll,), unit 1; one each by default.

    Returns
    -------
    similarity
        For every group, and every pair in both orders.

    Raises
    ------
    TightropeError
        If a name is not known, or there is only one state.
    """
    if by not in (None, "session", "year"):
        raise TightropeError(f"`{by}` is no way to group roll calls. Use session or year.")
    chosen = distance or ("absolute" if measure == "s" else "squared")
    if chosen not in DISTANCES:
        raise TightropeError(f"`{chosen}` is no distance between votes. Use one of: {', '.join(DISTANCES)}.")
    if len(votes.states) < 2:
        raise TightropeError(
            f"Similarity needs two states; the votes are of {', '.join(votes.states) or 'none'}. Give a file with more."
        )
    function = measures[measure]
    key = {"session": votes.sessions, "year": votes.years}.get(by or "")
    groups: list[int | None] = [None] if key is None else [int(k) for k in np.unique(key)]
    value, n = [], []
    for group in groups:
        rows = np.ones(len(votes.ids), dtype=bool) if key is None else key == group
        met = meetings(votes.votes[rows], absent=absent, weight=None if weight is None else weight[rows])
        value.append(function(met, DISTANCES[chosen]))
        n.append(met.sum((-2, -1)))
    return Similarity(votes.states, tuple(groups), np.stack(value), np.stack(n))
