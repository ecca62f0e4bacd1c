"""What would move a state: the cheapest package of one power, and what several powers do against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError
from tightrope.base.nearest import suggestion

from .effects import effects
from .equilibrium import Game, Mixture, equilibria
from .levers import STANDING, Prices, levers, prices
from .question import budgets, moved
from .response import Limits, Package, cheapest
from .solution import Chance, Item, Solution, Stability
from .stage import Outlook, Stage, stage

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["solve"]

Array = NDArray[np.float64]

LEAST = 1e-4
"""Amounts of a lever below this are not spoken of."""


def solve(
    case: Case,
    move: str,
    *,
    for_: Sequence[str],
    against: Sequence[str] = (),
    target: float = 0.5,
    budget: str | None = None,
    scenario: str = "history",
    lead: int = 4,
    members: int = 512,
    seed: int = 7,
    repeats: int = 2,
    begins: int = 5,
) -> Solution:
    """What one power would have to do to move a state, or what several do against each other.

    One power: the cheapest package of offers and pressures that brings the option to the target probability. Several: a
    Nash equilibrium of packages, each power getting what it wants of the options (its stance) less what it pays.

    Parameters
    ----------
    case
        Any case that declares the parameters of `tightrope.solve.levers.PARAMETERS`.
    move
        `STATE:QUESTION=OPTION`, see `tightrope.solve.question.moved`.
    for_, against
        Powers that act. One power alone is solved for cost, several as a game.
    target
        Probability to be reached by one power, 0 to 1.
    budget
        See `tightrope.solve.question.budgets`. One power without one may spend without limit.
    scenario
        In whose world.
    lead
        Quarters before the decision in which packages are already in force.
    members
        Draws over which probabilities are averaged.
    seed
        Same seed, same answer.
    repeats
        Other sets of members and costs for which one power's package is found again.
    begins
        Starts from which equilibria are searched.

    Returns
    -------
    solution
        With everything that was found.

    Raises
    ------
    RunError
        If the move, powers, target or budgets make no sense, or the case does not say what things cost.

    Assumes
    -------
    Costs are paid whatever the state then does. Powers know the model and its uncertainty, not which member is true.

    Source
    ------
    Common agency: [BernheimWhinston1986]_; paying for policy: [GrossmanHelpman1994]_. The choice of the state is
    docs/model.md eq. 5 and 6, its ties eq. 9 and 10.
    """
    players = _players(case, for_, against)
    if not 0 < target < 1:
        raise RunError(f"--to {target:g}: expected a probability above 0 and below 1.")
    case.scenario(scenario)
    decision, option = moved(case, move, scenario)
    price = prices(case, decision.quarter)
    alone = len(players) == 1
    usual = {power: float("inf") if alone else float(price.budget[case.powers.index(power)]) for power in players}
    spend = budgets(budget, players, usual)
    here = stage(case, decision, scenario=scenario, members=members, seed=seed, lead=lead)
    task = _Task(case, here, price, option, spend, scenario, seed, tuple(for_))
    return _one(task, target, repeats) if alone else _several(task, begins)


def _players(case: Case, for_: Sequence[str], against: Sequence[str]) -> tuple[str, ...]:
    wrong = [
        f"`{power}` is no power of {case.name}. {suggestion(power, case.powers)}"
        for power in (*for_, *against)
        if power not in case.powers
    ]
    wrong += [f"{power} is named both --for and --against." for power in dict.fromkeys(for_) if power in against]
    if not for_:
        wrong.append("Nobody is named --for the move.")
    if wrong:
        raise RunError("Who acts is not clear:\n  " + "\n  ".join(wrong))
    return tuple(dict.fromkeys((*for_, *against)))


@dataclass(frozen=True)
class _Task:
    case: Case
    stage: Stage
    price: Prices
    option: str
    budgets: dict[str, float]
    scenario: str
    seed: int
    for_: tuple[str, ...]

    @property
    def wanted(self) -> int:
        return self.stage.decision.options.index(self.option)

    def power(self, name: str) -> int:
        return self.case.powers.index(name)

    def limits(self, name: str, cost: Array | None = None) -> Limits:
        """What a power may do: what exists, and is not already in full use."""
        known = levers(self.case)
        most = self.price.usable.astype(float)
        most[0] = max(1 - float(self.stage.decision.offers[self.power(name)]), 0.0)
        standing = np.array([one.name == STANDING for one in known])
        return Limits(self.price.cost if cost is None else cost, most, self.budgets[name], standing)

    def packages(self, rows: dict[str, Array]) -> Array:
        whole = np.zeros((len(self.case.powers), len(self.price.cost)))
        for name, amounts in rows.items():
            whole[self.power(name)] = amounts
        return whole

    def items(self, name: str, amounts: Array, weight: float = 1.0) -> list[Item]:
        return [
            Item(name, self.stage.decision.state, lever, float(x), float(x * cost), weight)
            for lever, x, cost in zip(levers(self.case), amounts, self.price.cost, strict=True)
            if x >= LEAST
        ]

    def chance_of(self, before: Array, after: Array, replayed: float) -> Chance:
        was, now = before[self.wanted], after[self.wanted]
        low, high = np.quantile(was, [0.05, 0.95]), np.quantile(now, [0.05, 0.95])
        # Less likely by more than rounding.
        worse = float((now < was - 1e-6).mean())
        return Chance(
            float(was.mean()), float(low[0]), float(low[1]), float(now.mean()), float(high[0]), float(high[1]),
            replayed, worse,
        )  # fmt: skip

    def notes(self) -> list[str]:
        decision, found = self.stage.decision, []
        if decision.quarter not in self.case.quarters:
            found.append(
                f"{decision.date} lies before the period, so the world is that of {self.case.start}, and packages have no "
                "time to act on ties."
            )
        stance = self.stage.stance
        for name in self.budgets:
            own = stance[:, self.power(name)]
            if not own.any():
                found.append(f"{name} has no stance on any option: in the model what it offers moves nothing here.")
            elif name in self.for_ and own[self.wanted] < own.max():
                liked = decision.options[int(own.argmax())]
                found.append(f"{name} is coded to prefer `{liked}` to `{self.option}`.")
        return found


def _one(task: _Task, target: float, repeats: int) -> Solution:
    (name,) = task.budgets
    found = _cheapest(task, task.stage, name, task.limits(name), target)
    packages = task.packages({name: found.amounts})
    nothing = np.zeros_like(packages)
    before, after = task.stage.outlook(nothing), task.stage.outlook(packages)
    odds = [task.stage.of_decision(x) for x in (before, after)]
    replayed = float(task.stage.replayed(packages)[task.wanted].mean())
    side, aside = effects(task.stage, before, after)
    own = (task.stage.decision.id, task.option)
    chance = task.chance_of(odds[0], odds[1], replayed)
    notes = task.notes()
    if not found.reachable:
        notes.append(
            f"{name} cannot bring `{task.option}` to {target:.3g}: within the levers"
            f"{'' if task.budgets[name] == float('inf') else ' and the budget'} the best is {found.best:.3f}."
        )
    return Solution(
        stage=task.stage,
        scenario=task.scenario,
        seed=task.seed,
        option=task.option,
        target=target,
        players=task.budgets,
        package=tuple(task.items(name, found.amounts)),
        chance=chance,
        best=found.best,
        reachable=found.reachable,
        converged=found.value >= min(target, found.best) - 1e-3,
        exploitability=None,
        equilibria=(),
        odds_before=odds[0].mean(axis=1),
        odds=odds[1].mean(axis=1)[None],
        side_effects=tuple(one for one in side if (one.decision, one.option) != own),
        set_aside=aside,
        stability=_stability(task, name, found, target, repeats),
        notes=tuple(notes),
    )


def _cheapest(
    task: _Task, here: Stage, name: str, limits: Limits, target: float, *, begin: Array | None = None
) -> Package:
    weight = np.zeros(len(here.decision.options))
    weight[task.wanted] = 1

    def chance(x: Array) -> tuple[float, Array]:
        value, slope = here.score(weight, task.packages({name: x}))
        return value, slope[task.power(name)]

    return cheapest(chance, limits, target, begin=begin)


def _stability(task: _Task, name: str, found: Package, target: float, repeats: int) -> Stability:
    """Solve again from the solution, each time with other members and with costs drawn from their ranges."""
    random = np.random.default_rng(task.seed)
    all_, reached = [found], 0
    for k in range(1, repeats + 1):
        here = stage(
            task.case, task.stage.decision, scenario=task.scenario, members=task.stage.members,
            seed=task.seed + k, lead=task.stage.lead,
        )  # fmt: skip
        cost = task.price.cost_low + random.random(len(task.price.cost)) * (task.price.cost_high - task.price.cost_low)
        limits = task.limits(name, np.where(task.price.usable, cost, 0.0))
        again = _cheapest(task, here, name, limits, target, begin=found.amounts)
        reached += again.reachable
        all_.append(again)
    amounts = np.stack([one.amounts for one in all_])
    return Stability(
        repeats,
        min(one.cost for one in all_),
        max(one.cost for one in all_),
        reached,
        tuple(
            (lever, float(x.min()), float(x.max()))
            for lever, x in zip(levers(task.case), amounts.T, strict=True)
            if x.max() >= LEAST
        ),
    )


def _several(task: _Task, begins: int) -> Solution:
    names = list(task.budgets)
    stance, worth = task.stage.stance, task.price.worth
    limits = tuple(task.limits(name) for name in names)

    def payoff(player: int, profile: Array) -> tuple[float, Array]:
        p = task.power(names[player])
        wants = worth[p] * stance[:, p]
        value, slope = task.stage.score(wants, task.packages(dict(zip(names, profile, strict=True))))
        return value - limits[player].spent(profile[player]), slope[p] - limits[player].cost

    game = Game(limits, payoff)
    found = equilibria(game, begins=begins, seed=task.seed)
    listed = tuple((one, tuple(_played(task, names, one)), n) for one, n in found)
    outlooks = [_expected(task, names, one, task.stage.outlook) for one, _ in found]
    before = task.stage.outlook(task.packages({}))
    side, aside = effects(task.stage, before, outlooks[0])
    own = (task.stage.decision.id, task.option)
    odds = [task.stage.of_decision(x) for x in outlooks]
    first = found[0][0]
    replayed = _expected(task, names, first, lambda x: (task.stage.replayed(x),))[0]
    return Solution(
        stage=task.stage,
        scenario=task.scenario,
        seed=task.seed,
        option=task.option,
        target=None,
        players=task.budgets,
        package=listed[0][1],
        chance=task.chance_of(task.stage.of_decision(before), odds[0], float(replayed[task.wanted].mean())),
        best=None,
        reachable=None,
        converged=first.exploitability <= 1e-3,
        exploitability=first.exploitability,
        equilibria=listed,
        odds_before=task.stage.of_decision(before).mean(axis=1),
        odds=np.stack([x.mean(axis=1) for x in odds]),
        side_effects=tuple(one for one in side if (one.decision, one.option) != own),
        set_aside=aside,
        stability=None,
        notes=tuple(task.notes()),
        game=game,
    )


def _played(task: _Task, names: Sequence[str], one: Mixture) -> list[Item]:
    return [
        item
        for name, packages, weights in zip(names, one.packages, one.weights, strict=True)
        for x, weight in zip(packages, weights, strict=True)
        for item in task.items(name, x, float(weight))
    ]


def _expected(task: _Task, names: Sequence[str], one: Mixture, function: Callable[[Array], Any]) -> Any:
    """Mean of a record of arrays over what the players may do."""
    total: Any = None
    for pick in product(*(range(len(weights)) for weights in one.weights)):
        weight = float(np.prod([w[k] for w, k in zip(one.weights, pick, strict=True)]))
        rows = {name: x[k] for name, x, k in zip(names, one.packages, pick, strict=True)}
        part = function(task.packages(rows))
        scaled = [weight * x for x in part]
        total = scaled if total is None else [a + b for a, b in zip(total, scaled, strict=True)]
    return Outlook(*total) if len(total) == len(Outlook._fields) else total
