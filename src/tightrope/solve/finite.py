"""Games in which each player has a few strategies: payoffs as a table, pure and mixed equilibria."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["expected", "mixed_equilibrium", "pure_equilibria", "regrets"]

Array = NDArray[np.float64]


def expected(payoffs: Array, mixes: Sequence[Array]) -> list[Array]:
    """What each strategy of each player pays while the others mix.

    Parameters
    ----------
    payoffs
        (player, strategy of player 1, strategy of player 2, ...).
    mixes
        Probability of each strategy, one array for each player.

    Returns
    -------
    expected
        One array for each player, (strategy,).

    Examples
    --------
    >>> pennies = np.array([[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    >>> expected(pennies, [np.array([1.0, 0]), np.array([0.5, 0.5])])
    [array([0., 0.]), array([-1.,  1.])]
    """
    found = []
    for player, table in enumerate(payoffs):
        # From the last axis on, so that the axes before keep their places.
        for other in reversed(range(len(mixes))):
            if other != player:
                table = np.tensordot(table, mixes[other], axes=(other, 0))
        found.append(table)
    return found


def regrets(payoffs: Array, mixes: Sequence[Array]) -> Array:
    """What each player could gain by another strategy, (player,); all zero at an equilibrium."""
    return np.array([x.max() - x @ mix for x, mix in zip(expected(payoffs, mixes), mixes, strict=True)])


def pure_equilibria(payoffs: Array, *, slack: float = 0.0) -> list[tuple[int, ...]]:
    """Every combination of strategies at which no player gains by another one.

    Parameters
    ----------
    payoffs
        (player, strategy of player 1, ...).
    slack
        Gain that is overlooked.

    Returns
    -------
    equilibria
        Number of each player's strategy; possibly none.

    Source
    ------
    [Nash1951]_, by looking at every cell.

    Examples
    --------
    >>> pure_equilibria(np.array([[[3.0, 0], [5, 1]], [[3, 5], [0, 1]]]))
    [(1, 1)]
    """
    stays = np.ones(payoffs.shape[1:], dtype=bool)
    for player, table in enumerate(payoffs):
        stays &= table >= table.max(axis=player, keepdims=True) - slack
    return [tuple(int(k) for k in cell) for cell in np.argwhere(stays)]


def mixed_equilibrium(payoffs: Array, *, rounds: int = 20_000, enough: float = 1e-6, seed: int = 0) -> list[Array]:
    """Mixes at which no player gains much by another strategy.

    Regret matching that forgets regrets below nothing, its plays averaged with a weight that grows with time; of two
    players' averages, also the mixes that make each indifferent between what it then uses. Between two
    players of whom one wins what the other loses, apart from what each pays for its own package, the averages approach an
    equilibrium. In other games they need not: look at `regrets` of what comes back.

    Parameters
    ----------
    payoffs
        (player, strategy of player 1, ...).
    rounds
        Plays at most.
    enough
        Stops once no player could gain more than this part of the spread of payoffs.
    seed
        Of the mixes with which play begins.

    Returns
    -------
    mixes
        One array for each player: those with the smallest largest regret among all looked at.

    Source
    ------
    Regret matching: [HartMasColell2000]_; its plus form and weights: [Tammelin2014]_.
    """
    counts = payoffs.shape[1:]
    spread = max(float(np.ptp(payoffs)), 1e-300)
    random = np.random.default_rng(seed)
    owed: list[Array] = [random.random((count,)) for count in counts]
    mixes: list[Array] = [x / x.sum() for x in owed]
    sums: list[Array] = [np.zeros(count) for count in counts]
    found, least = mixes, np.inf
    for t in range(1, rounds + 1):
        for player in range(len(counts)):  # one after the other, each seeing what those before it now play
            worth = expected(payoffs, mixes)[player]
            owed[player] = np.maximum(owed[player] + worth - worth @ mixes[player], 0)
            whole = owed[player].sum()
            mixes[player] = owed[player] / whole if whole > 0 else np.full(counts[player], 1 / counts[player])
            sums[player] = sums[player] + t * mixes[player]
        if t % 50 == 0 or t == rounds:
            averages: list[Array] = [x / x.sum() for x in sums]
            for candidate in (averages, [x.copy() for x in mixes], _indifferent(payoffs, averages)):
                worst = float(regrets(payoffs, candidate).max())
                if worst < least:
                    found, least = candidate, worst
            if least <= enough * spread:
                break
    return found


def _indifferent(payoffs: Array, mixes: Sequence[Array], *, used: float = 1e-2) -> list[Array]:
    """The mixes of two players over what each uses that leave the other no preference among what it uses."""
    if len(mixes) != 2:
        return list(mixes)
    own = [np.flatnonzero(mix > used) for mix in mixes]
    found = []
    for player, other in ((0, 1), (1, 0)):
        table = payoffs[other] if other == 1 else payoffs[other].T  # (player's strategy, other's strategy)
        block = table[np.ix_(own[player], own[other])].T
        # Each row: what a strategy of the other pays, less what its first one pays; the last: probabilities sum to one.
        rows = np.vstack([block[1:] - block[:1], np.ones((1, len(own[player])))])
        right = np.append(np.zeros(len(block) - 1), 1.0)
        weights = np.maximum(np.linalg.lstsq(rows, right, rcond=None)[0], 0)
        mix = np.zeros(len(mixes[player]))
        mix[own[player]] = weights / weights.sum() if weights.sum() > 0 else mixes[player][own[player]]
        found.append(mix / mix.sum())
    return found
