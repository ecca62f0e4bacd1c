"""Many histories at once: blocks of members, run by threads, each keyed by its number."""

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

from tightrope.base.errors import RunError
from tightrope.base.nearest import suggestion
from tightrope.base.random import keys, uniform
from tightrope.decide.utility import probabilities, pull, utilities

from .agenda import Timetable, timetable
from .draw import draw, keyed
from .forcing import forced, forcing, forcing_keys
from .inputs import Inputs, inputs
from .mechanisms import mechanisms
from .step import Dice, begin, look, quarter, whole
from .world import Outcome

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.decide.draws import Draws

__all__ = ["LANES", "Histories", "Plan", "odds_before", "planned", "rolled", "simulate"]

LANES = 512
"""Members computed side by side: few enough for a core's cache, enough to keep its lanes busy. Member n always runs in
lane n mod 512 of the same compiled code, which is why no chunking can change the last bit of its history."""


@dataclass(frozen=True)
class Histories:
    """An ensemble of histories of one scenario.

    Parameters
    ----------
    case_name, digest, scenario, seed
        What was run.
    states, powers, quarters
        Labels of the axes.
    outcome
        Arrays by the field names of `tightrope.simulate.world.Outcome` without the odds: (quarter, state, power, member)
        or (quarter, state, member); `share`, if it was asked for, (quarter, channel, state, power, member).
    odds
        Probability of each option, mean over members, by decision id.
    timetable
        Where each decision lies in `outcome["picks"]`.
    acts
        Sums over the whole period by name (toward, away: (state, power, member); quiet, regime: (state, member)).
    """

    case_name: str
    digest: str
    scenario: str
    seed: int
    states: tuple[str, ...]
    powers: tuple[str, ...]
    quarters: tuple[str, ...]
    outcome: dict[str, NDArray[Any]]
    odds: dict[str, NDArray[np.float64]]
    timetable: Timetable
    acts: dict[str, NDArray[np.float32]]

    @property
    def members(self) -> int:
        """Number of histories."""
        return int(self.outcome["growth"].shape[-1])


def simulate(
    case: Case,
    scenario: str = "history",
    *,
    members: int = 2000,
    seed: int = 7,
    off: Sequence[str] = (),
    shares: bool = False,
    draws: Draws | None = None,
    first: int = 0,
    chunk: int = LANES,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Histories:
    """Simulate an ensemble of histories of a scenario.

    Parameters
    ----------
    case
        Any case.
    scenario
        Name of one of its scenarios.
    members
        How many histories.
    seed
        Same seed, same histories, to the last bit, whatever `chunk` and `workers`; member 17 is the same history in
        every ensemble, and meets the same dice in every scenario.
    off
        Mechanisms to switch off, by name.
    shares
        Whether to keep the share of every tie in every quarter too; it takes more memory than all else together.
    draws
        Weights of the decision model; those of the case's posterior, or else of its priors, by default.
    first
        Number of the first member.
    chunk
        Members that a worker takes at a time; rounded up to whole groups of `LANES`.
    workers
        Threads; by default as many as there are processors.
    progress
        Called with the number of members done since the last call.

    Returns
    -------
    histories
        All members' outcomes.

    Raises
    ------
    RunError
        If a mechanism or the number of members is wrong, or the case lacks an input.
    """
    unknown = sorted(set(off) - set(mechanisms))
    if unknown:
        raise RunError(" ".join(f"Unknown mechanism `{name}`. {suggestion(name, mechanisms)}" for name in unknown))
    if members < 1:
        raise RunError(f"Members are {members}. Ask for at least one history.")
    if not 0 <= first <= 2**32 - members - LANES:
        raise RunError(f"The first member is {first}. Member numbers run from 0 to {2**32 - LANES - 1}.")
    case.scenario(scenario)
    switches = {name: float(name not in off) for name in mechanisms}
    given = inputs(case, draws)
    plan = planned(case, scenario, given, seed)
    levels = forcing(case, scenario, switches)
    setting = {
        "source": keyed(given, seed),
        "levels": jax.tree.map(np.float32, levels),
        "places": forcing_keys(seed),
        "agenda": plan.inside.agenda,
        "outside": jax.tree.map(lambda x: x[0], plan.outside.agenda),
        "dice": rolled(given, len(case.quarters), seed),
        "on": {name: np.float32(value) for name, value in switches.items()},
    }
    setting = jax.device_put(setting)
    starts = range(first - first % LANES, first + members, LANES)
    groups = max(1, -(-chunk // LANES))

    def work(some: range) -> list[Any]:
        done = []
        for start in some:
            numbers = np.arange(start, start + LANES, dtype=np.uint32)
            live = (numbers >= first) & (numbers < first + members)
            outcome, acts, before = _block(setting, numbers, live, shares=shares)
            keep = slice(int(live.argmax()), int(live.argmax()) + int(live.sum()))
            odds = np.asarray(outcome.pop("odds")).astype(np.int64), np.asarray(before).astype(np.int64)
            arrays = {name: np.asarray(x)[..., keep] for name, x in (outcome | acts).items() if x is not None}
            done.append((arrays, odds))
            if progress is not None:
                progress(int(live.sum()))
        return done

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        tasks = [starts[k : k + groups] for k in range(0, len(starts), groups)]
        blocks = [part for done in pool.map(work, tasks) for part in done]
    return _gather(case, scenario, seed, plan, blocks)


@dataclass(frozen=True)
class Plan:
    """Decisions within the period, and those before it, which are judged by the world at its start."""

    inside: Timetable
    outside: Timetable
    hold: NDArray[np.float32]
    """Stake less what could be replaced at its central value, (channel, state), unit 1."""


def planned(case: Case, scenario: str, given: Inputs, seed: int) -> Plan:
    """What a scenario puts to the states.

    Parameters
    ----------
    case, scenario
        Any case, and one of its scenarios.
    given
        From `inputs`.
    seed
        Of the draws that decide.
    """
    stake, kept = given.ranges["stake"].value, 1 - given.ranges["replaceability"].value
    hold = stake / stake.sum(axis=0, keepdims=True) * kept
    everything, quarters = case.scenario(scenario).decisions, case.quarters
    inside = [d for d in everything if d.quarter in quarters]
    outside = [d for d in everything if d.quarter not in quarters]
    return Plan(timetable(case, inside, quarters, hold, seed), timetable(case, outside, quarters[:1], hold, seed), hold)


def rolled(given: Inputs, size: int, seed: int) -> Dice:
    """Keys of the draws of every quarter, leading axis (quarter), but for those that decide, which agendas hold.

    Parameters
    ----------
    given
        From `inputs`.
    size
        Number of quarters.
    seed
        Same seed, same keys.
    """
    n, m, c = len(given.states), len(given.powers), len(given.ranges["share"].value)
    return Dice(
        answer=keys(seed, "answer", size, n, m),
        common=keys(seed, "tie/common", size, m + c),
        own=keys(seed, "tie/own", size, n, m + c),
    )


@partial(jax.jit, static_argnames="shares")
def _block(setting: dict[str, Any], numbers: Any, live: Any, *, shares: bool) -> Any:
    member = draw(setting["source"], numbers)
    side = 2 * uniform(jnp.stack(list(setting["places"].values())), numbers) - 1
    place = {name: (jnp.minimum(side[k], 0), jnp.maximum(side[k], 0)) for k, name in enumerate(setting["places"])}
    world = begin(member)

    def step(world: Any, x: Any) -> Any:
        levels, agenda, dice = x
        return quarter(world, member, forced(levels, place), agenda, dice, setting["on"], numbers, live, shares=shares)

    before = odds_before(world, member, forced(jax.tree.map(lambda x: x[0], setting["levels"]), place), setting, live)
    last, outcome = jax.lax.scan(step, world, (setting["levels"], setting["agenda"], setting["dice"]))
    acts = {"toward": last.toward, "away": last.away, "quiet": last.quiet, "regime": last.regime}
    return outcome._asdict(), acts, before


def odds_before(world: Any, member: Any, now: Any, setting: dict[str, Any], live: Any) -> Any:
    """Odds of the decisions before the period, judged by the world at its start, (slot, state, option)."""
    sight = look(world, member, now, setting["on"])
    wanted = pull(
        member.coefficients,
        dependence=sight.dependence,
        threat=sight.threat,
        offer=sight.offer,
        alignment=world.alignment,
    )
    calm = jnp.ones_like(member.growth_trend)
    cost = setting["on"]["exporters_openness"] * member.strength["exporters_openness_size"] * member.energy_exporter

    def odds(slot: Any) -> Any:
        worth = utilities(
            slot,
            member.coefficients,
            wanted,
            dependence=sight.dependence,
            threat=sight.threat,
            credibility=sight.credibility,
            stress=calm,
            isolation_cost=cost,
            habits=member.habits,
        )
        return whole(probabilities(slot, worth), live)

    return jax.lax.map(odds, setting["outside"])


def _gather(case: Case, scenario: str, seed: int, plan: Plan, blocks: list[Any]) -> Histories:
    names = blocks[0][0]
    arrays = {name: np.concatenate([part[name] for part, _ in blocks], axis=-1) for name in names}
    odds = {}
    for counts, table in (
        (sum(inside for _, (inside, _) in blocks), plan.inside),
        (sum(before for _, (_, before) in blocks)[None], plan.outside),
    ):
        for key, where in table.place.items():
            weight = counts[where][: len(table.decisions[key].options)].astype(float)
            odds[key] = weight / weight.sum()
    return Histories(
        case_name=case.name,
        digest=case.digest,
        scenario=scenario,
        seed=seed,
        states=case.states,
        powers=case.powers,
        quarters=tuple(case.quarters),
        outcome={name: arrays[name] for name in Outcome._fields if name != "odds" and name in arrays},
        odds=odds,
        timetable=plan.inside,
        acts={name: arrays[name] for name in ("toward", "away", "quiet", "regime")},
    )
