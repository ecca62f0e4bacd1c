"""What comes out of a search for what would move a state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .effects import Effect
from .equilibrium import Game, Mixture
from .levers import Lever
from .stage import Stage

__all__ = ["Chance", "Item", "Solution", "Stability"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """One part of a package.

    Parameters
    ----------
    power, state
        Who does it to whom.
    lever
        What it does.
    amount
        How much, 0 to 1; `lever.unit` says of what.
    cost
        What it costs, in costs of a full offer made with the question.
    weight
        How likely the power is to do it: 1 but in a mixed equilibrium.
    """

    power: str
    state: str
    lever: Lever
    amount: float
    cost: float
    weight: float = 1.0


@dataclass(frozen=True)
class Chance:
    """Probability of the option before and after, mean over members.

    Parameters
    ----------
    before, before_low, before_high
        Without the package; the interval holds 90% of the members.
    after, low, high
        With it.
    replayed
        With it, when all that states choose and powers answer in the quarters on the way is made anew.
    backfires
        Part of the members in which the package makes the option less likely.
    """

    before: float
    before_low: float
    before_high: float
    after: float
    low: float
    high: float
    replayed: float
    backfires: float


@dataclass(frozen=True)
class Stability:
    """The cheapest package found again with other members and other costs from their ranges.

    Parameters
    ----------
    repeats
        How often.
    cost_low, cost_high
        Least and most that the packages cost, this solution among them.
    reached
        In how many repeats the target could be reached.
    amounts
        Lever with the least and the most of it, for every lever that was ever used.
    """

    repeats: int
    cost_low: float
    cost_high: float
    reached: int
    amounts: tuple[tuple[Lever, float, float], ...]


@dataclass(frozen=True)
class Solution:
    """What would move a state.

    Parameters
    ----------
    stage
        The decision and the world that leads to it.
    scenario, seed
        Of the world.
    option, target
        What was to be reached; no target among several powers.
    players
        Powers that act, those for the move first, and what each may spend.
    package
        What they do; of several equilibria, the one with the smallest exploitability.
    chance
        What comes of it.
    best
        The largest probability within reach; None among several powers.
    reachable
        Whether the target is; None among several powers.
    converged
        Whether the solution holds: one power's package comes within 0.001 of the target or of the best within reach; of
        several powers none could gain more than 0.001 of its budget.
    exploitability
        None for one power.
    equilibria
        All that were found, with what comes of each and how many starts led there.
    odds_before
        Of each option, nobody doing anything, (option,).
    odds
        Of each option under the package, or under each equilibrium, (equilibrium, option).
    side_effects, set_aside
        From `effects`.
    stability
        None among several powers.
    notes
        What the reader should know of this solution.
    game
        What the powers played; None for one power.
    """

    stage: Stage
    scenario: str
    seed: int
    option: str
    target: float | None
    players: dict[str, float]
    package: tuple[Item, ...]
    chance: Chance
    best: float | None
    reachable: bool | None
    converged: bool
    exploitability: float | None
    equilibria: tuple[tuple[Mixture, tuple[Item, ...], int], ...]
    odds_before: Array
    odds: Array
    side_effects: tuple[Effect, ...]
    set_aside: dict[str, int]
    stability: Stability | None
    notes: tuple[str, ...]
    game: Game | None = None

    @property
    def cost(self) -> float:
        """What all of it costs, weighed by how likely each part is."""
        return sum(item.cost * item.weight for item in self.package)
