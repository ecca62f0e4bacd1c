"""Several powers at once, each with a package and a budget: equilibria, and how far from one a solution is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .finite import mixed_equilibrium
from .response import EDGE, Limits, Payoff, best, fitted, starts

__all__ = ["Game", "Mixture", "equilibria", "exploitability", "mixed", "settle"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Game:
    """Powers that each choose a package at the same time.

    Parameters
    ----------
    limits
        Of each player.
    payoff
        From a player's number and everybody's packages, (player, lever), to what the player gets, costs paid, and its
        gradient by its own package, (lever,).
    """

    limits: tuple[Limits, ...]
    payoff: Callable[[int, Array], tuple[float, Array]]

    @property
    def players(self) -> int:
        """How many."""
        return len(self.limits)

    @property
    def levers(self) -> int:
        """How many each has."""
        return len(self.limits[0].cost)


@dataclass(frozen=True)
class Mixture:
    """What each player does, and how well that holds.

    Parameters
    ----------
    packages
        Of each player those that it uses, (used, lever).
    weights
        How likely each is, (used,).
    gains
        What each player could gain by the best other package that was found, (player,), in units of cost.
    exploitability
        The largest gain as part of the player's budget.
    """

    packages: tuple[Array, ...]
    weights: tuple[Array, ...]
    gains: Array
    exploitability: float

    @property
    def is_pure(self) -> bool:
        """Whether each player does one thing."""
        return all(len(weight) == 1 for weight in self.weights)


def exploitability(
    game: Game, packages: Sequence[Array], weights: Sequence[Array], *, many: int = 3, seed: int = 0
) -> Mixture:
    """How much each player could gain by any other package, the others staying as they are.

    Parameters
    ----------
    game
        The game.
    packages, weights
        As in `Mixture`.
    many
        Random starts of each search, besides nothing, the best value for money, and what the player does now.
    seed
        Of the random starts.

    Returns
    -------
    mixture
        With gains. They are zero at an equilibrium; a better package that no search found would make them too small.

    Source
    ------
    Distance from a Nash equilibrium, [Nash1951]_, measured by best responses over all packages, not over a grid.
    """
    gains = np.zeros(game.players)
    for player, limits in enumerate(game.limits):
        payoff = _against(game, player, packages, weights)
        now = sum(w * payoff(x)[0] for x, w in zip(packages[player], weights[player], strict=True))
        slope = payoff(np.minimum(limits.most, EDGE))[1]
        begin = [*starts(limits, slope, many=many, seed=seed + player), *packages[player]]
        gains[player] = max(best(payoff, limits, begin)[1] - now, 0.0)
    relative = [gain / limits.budget for gain, limits in zip(gains, game.limits, strict=True) if limits.budget > 0]
    return Mixture(tuple(packages), tuple(weights), gains, float(max(relative, default=0.0)))


def _against(game: Game, player: int, packages: Sequence[Array], weights: Sequence[Array]) -> Payoff:
    """Payoff of a player's package while the others mix as they do."""
    others = [k for k in range(game.players) if k != player]
    cells = []
    for pick in product(*(range(len(weights[k])) for k in others)):
        profile = np.zeros((game.players, game.levers))
        for k, which in zip(others, pick, strict=True):
            profile[k] = packages[k][which]
        weight = float(np.prod([weights[k][which] for k, which in zip(others, pick, strict=True)]))
        cells.append((weight, profile))

    def payoff(x: Array) -> tuple[float, Array]:
        value, slope = 0.0, np.zeros(game.levers)
        for weight, profile in cells:
            if weight > 0:
                profile[player] = x
                one, gradient = game.payoff(player, profile)
                value, slope = value + weight * one, slope + weight * gradient
        return value, slope

    return payoff


def settle(
    game: Game, profile: Array, *, rounds: int = 40, tolerance: float = 2e-5, damping_after: int = 10
) -> tuple[Array, bool]:
    """Where best responses lead from a profile, the players moving in turn.

    Parameters
    ----------
    game
        The game.
    profile
        Where to start, (player, lever).
    rounds
        Turns of each player at most.
    tolerance
        Gain, as part of the budget, below which a player stays.
    damping_after
        Rounds after which players go only half of the way: a cycle around an equilibrium then becomes a spiral to it.

    Returns
    -------
    profile, is_settled
        The last profile, and whether every player stayed in the last round.

    Source
    ------
    Best replies in turn (diagonalisation): [HarkerPang1990]_.
    """
    now = profile.copy()
    for turn in range(rounds):
        moved = False
        for player, limits in enumerate(game.limits):
            payoff = _against(game, player, [x[None] for x in now], [np.ones(1)] * game.players)
            here = payoff(now[player])[0]
            begin = [now[player]]
            if turn == 0:
                slope = payoff(np.minimum(EDGE, limits.most))[1]
                begin += starts(limits, slope, many=0, seed=0)[:1]
            there, value = best(payoff, limits, begin)
            if value > here + tolerance * limits.budget:
                moved = True
                step = 1.0 if turn < damping_after else 0.5
                now[player] = (1 - step) * now[player] + step * there
        if not moved:
            return now, True
    return now, False


def equilibria(
    game: Game, *, begins: int = 5, seed: int = 0, tolerance: float = 1e-3, apart: float = 0.05
) -> list[tuple[Mixture, int]]:
    """Every distinct pure equilibrium to which best responses lead from many starts; a mixed one if there is none.

    Parameters
    ----------
    game
        The game.
    begins
        Starts: nobody does anything, everybody does all that helps at first sight, and random packages.
    seed
        Of the random ones.
    tolerance
        Exploitability below which a profile counts as an equilibrium.
    apart
        Equilibria closer than this part of the budgets, in what each player spends on each lever, count as one.

    Returns
    -------
    equilibria
        Each with the number of starts that led to it, the least exploitable first. If none is found, pure or mixed, the
        nearest that was, which says so by its exploitability.

    Assumes
    -------
    An equilibrium to which no start leads is not found, so the list may be too short.
    """
    settled: list[Array] = []
    count: list[int] = []
    last: list[Array] = []
    for profile in _profiles(game, begins, seed):
        ended, is_settled = settle(game, profile)
        last.append(ended)
        if not is_settled:
            continue
        same = [k for k, other in enumerate(settled) if _distance(game, other, ended) < apart]
        if same:
            count[same[0]] += 1
        else:
            settled.append(ended)
            count.append(1)
    checked = [exploitability(game, *_as_pure(x), seed=seed) for x in settled]
    good = [(one, n) for one, n in zip(checked, count, strict=True) if one.exploitability <= tolerance]
    if not good:
        good = [(min([*checked, mixed(game, last, seed=seed)], key=lambda one: one.exploitability), 0)]
    return sorted(good, key=lambda item: item[0].exploitability)


def _as_pure(profile: Array) -> tuple[list[Array], list[Array]]:
    return [x[None] for x in profile], [np.ones(1)] * len(profile)


def _distance(game: Game, one: Array, other: Array) -> float:
    parts = [
        float((limits.cost * np.abs(a - b)).sum()) / limits.budget
        for a, b, limits in zip(one, other, game.limits, strict=True)
        if limits.budget > 0
    ]
    return max(parts, default=0.0)


def _profiles(game: Game, begins: int, seed: int) -> list[Array]:
    nothing = np.zeros((game.players, game.levers))
    eager = np.stack(
        [
            starts(limits, game.payoff(k, np.full_like(nothing, EDGE))[1] + limits.cost, many=0, seed=0)[0]
            for k, limits in enumerate(game.limits)
        ]
    )
    random = np.random.default_rng(seed)
    some = [
        np.stack([fitted(random.random(game.levers) ** 2 * limits.most, limits) for limits in game.limits])
        for _ in range(max(begins - 2, 0))
    ]
    return [nothing, eager, *some][:begins]


def mixed(
    game: Game, profiles: Sequence[Array], *, rounds: int = 20, tolerance: float = 5e-4, seed: int = 0
) -> Mixture:
    """A mixed equilibrium over a set of packages that grows until nobody has a better one.

    Begins with the packages of some profiles, solves the game that has no others, adds each player's best response to the
    solution, and so on.

    Parameters
    ----------
    game
        The game.
    profiles
        Some packages of each player, (player, lever) each.
    rounds
        Times that packages are added, at most.
    tolerance
        Exploitability at which to stop.
    seed
        Of the searches.

    Returns
    -------
    mixture
        The least exploitable one met.

    Source
    ------
    Double oracle: [McMahan2003]_; over continuous strategies, [Adam2021]_.
    """
    sets = [_distinct([profile[k] for profile in profiles]) for k in range(game.players)]
    kept: Mixture | None = None
    for _ in range(rounds):
        mixes = mixed_equilibrium(_table(game, sets), seed=seed)
        used = [mix > 1e-3 for mix in mixes]
        packages = [
            np.stack([x for x, keep in zip(some, u, strict=True) if keep]) for some, u in zip(sets, used, strict=True)
        ]
        weights = [mix[u] / mix[u].sum() for mix, u in zip(mixes, used, strict=True)]
        now = exploitability(game, packages, weights, seed=seed)
        kept = now if kept is None or now.exploitability < kept.exploitability else kept
        if kept.exploitability <= tolerance:
            break
        sets = [_distinct([*some, _response(game, k, packages, weights, seed)]) for k, some in enumerate(sets)]
    assert kept is not None
    return kept


def _response(game: Game, player: int, packages: Sequence[Array], weights: Sequence[Array], seed: int) -> Array:
    limits, payoff = game.limits[player], _against(game, player, packages, weights)
    slope = payoff(np.minimum(limits.most, EDGE))[1]
    return best(payoff, limits, [*starts(limits, slope, many=3, seed=seed), *packages[player]])[0]


def _distinct(some: Sequence[Array]) -> list[Array]:
    found: list[Array] = []
    for x in some:
        if all(np.abs(x - y).max() > 1e-4 for y in found):
            found.append(x)
    return found


def _table(game: Game, sets: Sequence[Sequence[Array]]) -> Array:
    """Payoffs of every combination, (player, package of player 1, ...)."""
    table = np.zeros((game.players, *(len(some) for some in sets)))
    for cell in product(*(range(len(some)) for some in sets)):
        profile = np.stack([some[k] for some, k in zip(sets, cell, strict=True)])
        for player in range(game.players):
            table[(player, *cell)] = game.payoff(player, profile)[0]
    return table
