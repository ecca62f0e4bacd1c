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

    Regret matching that forgets regrets below nothing, its plays averaged with a weight that grows with time. Between two
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
        One array for each player: the average over all plays with the smallest largest regret among those looked at.

    Source
    ------
    Regret matching: [HartMasColell2000]_; its plus form and weights: [Tammelin2014]_.
    """
    counts = payoffs.shape[1:]
    spread = max(float(np.ptp(payoffs)), 1e-300)
    random = np.random.default_rng(seed)
    owed = [random.random(count) for count in counts]
    mixes = [x / x.sum() for x in owed]
    sums = [np.zeros(count) for count in counts]
    found, least = mixes, np.inf
    for t in range(1, rounds + 1):
        for player in range(len(counts)):  # one after the other, each seeing what those before it now play
            worth = expected(payoffs, mixes)[player]
            owed[player] = np.maximum(owed[player] + worth - worth @ mixes[player], 0)
            whole = owed[player].sum()
            mixes[player] = owed[player] / whole if whole > 0 else np.full(counts[player], 1 / counts[player])
            sums[player] = sums[player] + t * mixes[player]
        if t % 50 == 0 or t == rounds:
            for candidate in ([x / x.sum() for x in sums], [x.copy() for x in mixes]):
                worst = float(regrets(payoffs, candidate).max())
                if worst < least:
                    found, least = candidate, worst
            if least <= enough * spread:
                break
    return found
