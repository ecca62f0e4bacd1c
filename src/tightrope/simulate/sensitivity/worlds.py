"""Histories of many worlds, each with numbers of its own, under common dice."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tightrope.base.random import uniform
from tightrope.case.numbers import all_numbers, with_numbers
from tightrope.decide.draws import prior_draws, usual_names
from tightrope.decide.utility import Agenda, Coefficients
from tightrope.measure.leverage import leverage
from tightrope.measure.posture import Acts, posture

from ..draw import keyed, member_of
from ..ensemble import Plan, odds_before, planned, rolled
from ..inputs import inputs
from ..mechanisms import mechanisms
from ..step import begin, quarter
from ..world import Forcing
from .wiring import Wiring

if TYPE_CHECKING:
    from tightrope.case import Case, Decision

__all__ = ["DICE", "Summary", "Worlds", "worlds"]

DICE = 8
"""Histories of a world that are computed side by side; more come in further batches of as many."""

BATCH = 64
"""Worlds computed side by side: with `DICE` as many lanes as an ensemble has."""

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Summary:
    """What became of each of many worlds in one scenario: means over its histories.

    Parameters
    ----------
    fields
        By name, (world, ...): at the first quarter ``dependence_start``, ``leverage_start`` (state, power), ``room_start``
        (state), ``contribution_start`` (channel, state, power); in the last ``dependence``, ``leverage``, ``alignment``
        (state, power), ``room``, ``growth``, ``remittances``, ``trade`` (state); over the period ``posture``
        (posture, state).
    odds
        Probability of each option by decision id, (world, option).

    NaN where the numbers of a world lie so far out that the model has no answer.
    """

    fields: dict[str, Array]
    odds: dict[str, Array]

    def of(self, worlds: NDArray[np.intp]) -> Summary:
        """The same of some of the worlds, by their places."""
        return Summary(*({name: x[worlds] for name, x in part.items()} for part in (self.fields, self.odds)))


@dataclass(frozen=True, eq=False)
class Worlds:
    """A model that gives the outcome of any vector of numbers. Made by `worlds`."""

    wiring: Wiring
    seed: int
    plans: dict[str, Plan]
    settings: dict[str, Any]

    def outcome(
        self,
        scenario: str,
        values: Array,
        *,
        dice: int = DICE,
        workers: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Summary:
        """Simulate worlds.

        Parameters
        ----------
        scenario
            One of those that were wired.
        values
            Of the numbers of the wiring, (number, world), each in its unit.
        dice
            Histories of each world, rounded up to whole batches of `DICE`; the same dice in every world and scenario.
        workers
            Threads; by default as many as there are processors.
        progress
            Called with the number of histories done since the last call.

        Returns
        -------
        summary
            Means over the histories of each world.
        """
        rounds = -(-dice // DICE)
        starts = range(0, values.shape[1], BATCH)

        def work(start: int) -> tuple[dict[str, Array], int]:
            some = values[:, start : start + BATCH]
            size = some.shape[1]
            some = np.pad(some, ((0, 0), (0, BATCH - size)), mode="edge")
            made = self._made(scenario, some)
            parts = [
                _block(self.settings[scenario], *made, np.arange(k * DICE, (k + 1) * DICE, dtype=np.uint32))
                for k in range(rounds)
            ]
            total = {
                name: np.sum([np.asarray(part[name], float) for part in parts], axis=0)[:size] for name in parts[0]
            }
            if progress is not None:
                progress(size * rounds * DICE)
            return total, size

        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            done = [total for total, _ in pool.map(work, starts)]
        sums = {name: np.concatenate([total[name] for total in done]) for name in done[0]}
        return self._summary(scenario, sums, rounds * DICE)

    def _made(self, scenario: str, values: Array) -> tuple[Any, ...]:
        wired = self.wiring
        levels = wired.levels(scenario, values)
        weight, spread, habits = _weights(wired, values)
        return (
            wired.inputs(values).T,
            jax.tree.map(lambda x: np.ascontiguousarray(np.moveaxis(x, -1, 0), dtype=np.float32), levels),
            weight,
            spread,
            habits,
        )

    def _summary(self, scenario: str, sums: dict[str, Array], members: int) -> Summary:
        plan = self.plans[scenario]
        known = np.maximum(sums.pop("decided"), 1)
        shape = sums.pop("posture") / known[:, None]
        odds = {}
        for counts, table in ((sums.pop("inside"), plan.inside), (sums.pop("outside")[:, None], plan.outside)):
            for key, where in table.place.items():
                weight = counts[(slice(None), *where)][:, : len(table.decisions[key].options)]
                whole = weight.sum(axis=1, keepdims=True)
                odds[key] = np.divide(weight, whole, out=np.full_like(weight, np.nan), where=whole > 0)
        return Summary({name: x / members for name, x in sums.items()} | {"posture": shape}, odds)

    def decisions(self, scenario: str) -> dict[str, Decision]:
        """Every decision of a scenario by its id."""
        plan = self.plans[scenario]
        return plan.outside.decisions | plan.inside.decisions


def worlds(wiring: Wiring, scenarios: Sequence[str], *, seed: int = 7, off: Sequence[str] = ()) -> Worlds:
    """Prepare the model of a case for many worlds.

    Parameters
    ----------
    wiring
        Of the case.
    scenarios
        Names.
    seed
        Of the dice; a history meets those of the member of the same number in `tightrope.simulate.simulate`.
    off
        Mechanisms to switch off.

    Returns
    -------
    worlds
        All scenarios with arrays of one shape, so that the model is compiled once.
    """
    case = wiring.case
    given = inputs(case, wiring.draws)
    plans = {name: planned(case, name, given, seed) for name in scenarios}
    slots = max(plan.inside.agenda.open.shape[1] for plan in plans.values())
    options = max(plan.inside.agenda.open.shape[-1] for plan in plans.values())
    shared = {
        "source": keyed(given, seed),
        "own": _own(case) if wiring.draws is None else np.zeros_like(given.draws.coefficients),
        "dice": rolled(given, len(case.quarters), seed),
        "on": {name: np.float32(name not in off) for name in mechanisms},
    }
    settings = {
        name: jax.device_put(
            shared
            | {
                "agenda": _padded(plan.inside.agenda, slots, options),
                "outside": jax.tree.map(lambda x: x[0], plan.outside.agenda),
                "asked": _asked(case, plan),
            }
        )
        for name, plan in plans.items()
    }
    return Worlds(wiring, seed, plans, settings)


def _own(case: Case) -> NDArray[np.float32]:
    """How far each state's weights lie from the mean in each draw of the priors, in spreads, (coefficient, state, draw)."""
    ends = {"coefficient": (0.0, 0.0, 0.0), "coefficient_spread": (1.0, 1.0, 1.0)}
    standard = {n.place: ends[n.place[1]] for n in all_numbers(case) if n.place[1] in ends}
    return prior_draws(with_numbers(case, standard)).coefficients


def _weights(wired: Wiring, values: Array) -> tuple[NDArray[np.float32], ...]:
    """Weights of each world: (world, coefficient, state), their spread (world, coefficient), habits (world, habit)."""
    if wired.draws is None:
        mean, spread = (values[index].T.astype(np.float32) for index in (wired.mean, wired.spread))
        habits = np.zeros((len(mean), len(usual_names(wired.case))), np.float32)
        return np.repeat(mean[:, :, None], len(wired.case.states), axis=2), spread, habits
    which = values[-1].astype(int)

    def taken(draws: NDArray[np.float32]) -> NDArray[np.float32]:
        # The means stand after the last draw, where MEANS points to.
        whole = np.concatenate([draws, draws.mean(axis=-1, keepdims=True)], axis=-1)
        found: NDArray[np.float32] = np.moveaxis(whole[..., which], -1, 0)
        return found

    weight = taken(wired.draws.coefficients)
    return weight, np.zeros(weight.shape[:2], np.float32), taken(wired.draws.habits)


def _asked(case: Case, plan: Plan) -> NDArray[np.float32]:
    asked = np.zeros(len(case.states), np.float32)
    for d in plan.inside.decisions.values():
        asked[case.states.index(d.state)] += 1
    return asked


WITH_OPTIONS = (
    "stance",
    "degree",
    "regime",
    "norm",
    "statusquo",
    "isolation",
    "placate",
    "evasion",
    "admission",
    "turnout",
    "habit",
    "open",
)


def _padded(agenda: Agenda, slots: int, options: int) -> Agenda:
    """The agenda with empty slots and options that are not open, so that all scenarios have one shape."""

    def padded(name: str, x: NDArray[Any]) -> NDArray[Any]:
        wanted = list(x.shape)
        wanted[1] = slots
        if name in WITH_OPTIONS:
            wanted[3] = options
        return np.pad(x, [(0, w - n) for w, n in zip(wanted, x.shape, strict=True)])

    return Agenda(**{name: padded(name, x) for name, x in agenda._asdict().items()})


@jax.jit
def _block(
    setting: dict[str, Any], values: Any, levels: Any, weight: Any, spread: Any, habits: Any, numbers: Any
) -> Any:
    """Sums over the histories of each world, (world, ...).

    From values (world, input), levels (world, quarter, ...), weights as from `_weights`, and dice (member,).
    """
    return jax.vmap(partial(_world, setting, numbers))(values, levels, weight, spread, habits)


def _world(
    setting: dict[str, Any], numbers: Any, values: Any, levels: Forcing, weight: Any, spread: Any, habits: Any
) -> Any:
    size = len(numbers)
    # Which of the joint draws a history takes is one of its dice, as in `draw`.
    which = (uniform(setting["source"]["draw_key"], numbers) * setting["own"].shape[-1]).astype(jnp.int32)
    weights = weight[..., None] + spread[:, None, None] * setting["own"][..., which]
    member = member_of(
        setting["source"],
        jnp.broadcast_to(values[:, None], (*values.shape, size)),
        Coefficients(*weights),
        jnp.broadcast_to(habits[:, None], (*habits.shape, size)),
    )
    live = jnp.ones(size, bool)
    # States judge options by the stakes of their world, as a case with these numbers would have it.
    hold = member.hold[..., 0]
    agenda, outside = setting["agenda"], setting["outside"]
    agenda = agenda._replace(reach=jnp.einsum("ci,qscip->qsip", hold, agenda.ties))
    outside = outside._replace(reach=jnp.einsum("ci,scip->sip", hold, outside.ties))
    start = begin(member)

    def wide(now: Forcing) -> Forcing:
        """The levels of a quarter for each history; made quarter by quarter, as all at once would fill the cache."""
        return Forcing(*(jnp.broadcast_to(x[..., None], (*x.shape, size)) for x in now))

    def step(world: Any, x: Any) -> Any:
        now, asked, dice = x
        return quarter(world, member, wide(now), asked, dice, setting["on"], numbers, live)

    first = wide(jax.tree.map(lambda x: x[0], levels))
    before = odds_before(start, member, first, setting | {"outside": outside}, live)
    last, outcome = jax.lax.scan(step, start, (levels, agenda, setting["dice"]))
    strength = leverage(outcome.dependence, outcome.threat)
    acts = Acts(last.toward, last.away, last.quiet, last.regime, setting["asked"][:, None] + 0 * last.quiet)
    shape = posture(acts, outcome.threat.mean(axis=0))
    kept = {
        "dependence_start": outcome.dependence[0],
        "leverage_start": strength[0],
        "room_start": 1 - strength[0].max(axis=1),
        "contribution_start": member.hold[:, :, None] * member.share,
        "dependence": outcome.dependence[-1],
        "leverage": strength[-1],
        "room": 1 - strength[-1].max(axis=1),
        "alignment": outcome.alignment[-1],
        "growth": outcome.growth[-1],
        "remittances": outcome.remittances[-1],
        "trade": outcome.trade[-1],
        "posture": jnp.nan_to_num(shape),
        "decided": 1.0 - jnp.isnan(shape[0]),
    }
    return {name: x.sum(axis=-1) for name, x in kept.items()} | {"inside": outcome.odds, "outside": before}
