"""The model as a function of what the powers do before one decision: odds of its options, and their gradient."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError
from tightrope.base.random import uniform
from tightrope.decide.utility import probabilities, pull, utilities
from tightrope.measure.leverage import leverage, room
from tightrope.simulate.agenda import Timetable, timetable
from tightrope.simulate.draw import draw, keyed
from tightrope.simulate.ensemble import planned, rolled
from tightrope.simulate.forcing import forced, forcing, forcing_keys
from tightrope.simulate.inputs import inputs
from tightrope.simulate.mechanisms import mechanisms
from tightrope.simulate.mechanisms.trade import exporters_openness
from tightrope.simulate.step import act, begin, follow, look

from .levers import levers, packaged
from .narrow import narrow

if TYPE_CHECKING:
    from tightrope.case import Case, Decision

__all__ = ["Outlook", "Stage", "stage"]

Array = NDArray[np.float64]


class Outlook(NamedTuple):
    """What the packages lead to in the quarter of the decision."""

    odds: Any
    """Probability of each option of each question, (slot, option, state, member)."""
    room: Any
    """(state, member)."""
    dependence: Any
    threat: Any
    """(state, power, member)."""


@dataclass(frozen=True)
class Stage:
    """One decision, with the world as it led up to it in every member.

    Parameters
    ----------
    case
        The case.
    decision
        Which decision is to be moved.
    related
        The decision itself, the same question to other states, and what else is asked in the quarter.
    at
        Number of the decision's quarter; 0 if it lies before the period.
    lead
        Quarters before the decision during which packages are in force.
    members
        How many draws of the uncertain inputs and of chance.
    story
        Arrays of the whole history, to live through it anew.
    setting
        Arrays of the quarters in which packages are in force, with what was done in them.
    narrow
        The same for the one state and question.
    """

    case: Case
    decision: Decision
    related: Timetable
    at: int
    lead: int
    members: int
    story: dict[str, Any]
    setting: dict[str, Any]
    narrow: dict[str, Any]

    @property
    def place(self) -> tuple[int, int]:
        """Slot and state of the decision."""
        _, slot, state = self.related.place[self.decision.id]
        return slot, state

    @property
    def stance(self) -> Array:
        """How each power sees each option, (option, power), -1 to 1."""
        return np.asarray(self.decision.stance)

    def score(self, weight: Array, packages: Array) -> tuple[float, Array]:
        """Weighted sum of the options' mean probabilities, and its gradient.

        Parameters
        ----------
        weight
            (option,), such as 1 for one option and 0 for the others.
        packages
            (power, lever).

        Returns
        -------
        score, gradient
            A number, and (power, lever). Choices and answers in the quarters before are held as they were.
        """
        whole = np.zeros(self.setting["agenda"].open.shape[-1], dtype=np.float32)
        whole[: len(weight)] = weight
        value, slope = _score(self.narrow, whole, np.asarray(packages, dtype=np.float32))
        return float(value), np.asarray(slope, dtype=np.float64)

    def odds(self, packages: Array) -> Array:
        """Probability of each option in each member, (option, member)."""
        return self.of_decision(self.outlook(packages))

    def outlook(self, packages: Array) -> Outlook:
        """Everything that the packages lead to, for all states and questions of the quarter."""
        return _told(self.setting, packages, self.place)

    def replayed(self, packages: Array) -> Array:
        """As `odds`, with every choice and answer on the way made anew in the world with the packages."""
        given = np.asarray(packages, dtype=np.float32)
        lived = _lived(self.story, self.setting["numbers"], self.at, self.lead, given, self.place[1])
        anew = jax.tree.map(lambda x: np.asarray(x)[self.at - self.lead : self.at], lived["acted"])
        return self.of_decision(_told(self.setting | {"acted": anew}, packages, self.place))

    def of_decision(self, outlook: Outlook) -> Array:
        """Probability of each option of the decision in each member, (option, member)."""
        slot, state = self.place
        return np.asarray(outlook.odds[slot, : len(self.decision.options), state], dtype=np.float64)


def stage(case: Case, decision: Decision, *, scenario: str, members: int, seed: int, lead: int) -> Stage:
    """Live through the quarters before a decision, and keep what is needed to live through them again with packages.

    Parameters
    ----------
    case, scenario
        Whose world.
    decision
        One of the scenario's. If it lies before the case's period, it is judged by the world at its start.
    members
        How many.
    seed
        Same seed, same draws as those of `tightrope.simulate.simulate`.
    lead
        Quarters during which packages are in force before the one of the decision; fewer if the period starts later.

    Returns
    -------
    stage
        Ready to be evaluated.

    Raises
    ------
    RunError
        If the number of members or quarters makes no sense, or the case lacks an input.
    """
    if members < 1 or lead < 0:
        raise RunError(f"Members are {members} and the lead {lead}. Ask for at least 1 member and 0 quarters.")
    given = inputs(case)
    everything = case.scenario(scenario).decisions
    related = [d for d in everything if d.quarter == decision.quarter or d.question.id == decision.question.id]
    at = case.quarters.index(decision.quarter) if decision.quarter in case.quarters else 0
    plan = planned(case, scenario, given, seed)
    table = timetable(case, related, (decision.quarter,), plan.hold, seed)
    _, slot, state = table.place[decision.id]
    lead = min(lead, at)
    switches = dict.fromkeys(mechanisms, 1.0)
    story = {
        "source": keyed(given, seed),
        "levels": jax.tree.map(np.float32, forcing(case, scenario, switches)),
        "places": forcing_keys(seed),
        "agenda": plan.inside.agenda,
        "dice": rolled(given, len(case.quarters), seed),
        "on": {name: np.float32(value) for name, value in switches.items()},
    }
    numbers = np.arange(members, dtype=np.uint32)
    nothing = np.zeros((len(case.powers), len(levers(case))), dtype=np.float32)
    lived = jax.tree.map(np.asarray, _lived(story, numbers, at, lead, nothing, state))
    before = slice(at - lead, at)
    ready = {
        "member": lived["member"],
        "world": jax.tree.map(lambda x: x[at - lead], lived["world"]),
        "now": jax.tree.map(lambda x: x[at], lived["then"]),
        "then": jax.tree.map(lambda x: x[before], lived["then"]),
        "acted": jax.tree.map(lambda x: x[before], lived["acted"]),
        "put": jax.tree.map(lambda x: x[before], story["agenda"]),
        "dice": jax.tree.map(lambda x: x[before], story["dice"]),
        "agenda": jax.tree.map(lambda x: x[0], table.agenda),
        "on": story["on"],
        "numbers": numbers,
    }
    return Stage(case, decision, table, at, lead, members, story, ready, jax.device_put(_narrowed(ready, slot, state)))


@jax.jit
def _lived(story: dict[str, Any], numbers: Any, at: Any, lead: Any, packages: Any, state: Any) -> dict[str, Any]:
    """The histories: what each quarter began with, what drove it before packages, and what was done in it."""
    member = draw(story["source"], numbers)
    side = 2 * uniform(jnp.stack(list(story["places"].values())), numbers) - 1
    place = {name: (jnp.minimum(side[k], 0), jnp.maximum(side[k], 0)) for k, name in enumerate(story["places"])}
    live = jnp.ones(numbers.shape, bool)

    def step(world: Any, x: Any) -> Any:
        t, levels, agenda, dice = x
        then = forced(levels, place)
        now = packaged(then, packages * ((t >= at - lead) & (t < at)), state, member.strength["penalty_trade"])
        sight = look(world, member, now, story["on"])
        acted = act(world, member, now, agenda, sight, dice, story["on"], numbers, live)
        after, _ = follow(world, member, now, agenda, sight, acted, dice, story["on"], numbers)
        return after, (world, then, acted)

    quarters = jnp.arange(len(story["levels"].attention))
    driven = (quarters, story["levels"], story["agenda"], story["dice"])
    _, (world, then, acted) = jax.lax.scan(step, begin(member), driven)
    return {"member": member, "world": world, "then": then, "acted": acted}


def _seen(setting: dict[str, Any], packages: Any, state: Any) -> tuple[Any, Any]:
    """World and what is seen of it in the quarter of the decision, after the quarters in which packages are in force."""
    member, on = setting["member"], setting["on"]
    lost = member.strength["penalty_trade"]

    def step(world: Any, x: Any) -> Any:
        then, agenda, dice, acted = x
        now = packaged(then, packages, state, lost)
        sight = look(world, member, now, on)
        return follow(world, member, now, agenda, sight, acted, dice, on, setting["numbers"])[0], None

    before = (setting["then"], setting["put"], setting["dice"], setting["acted"])
    world, _ = jax.lax.scan(step, setting["world"], before)
    return world, look(world, member, packaged(setting["now"], packages, state, lost), on)


def _odds(setting: dict[str, Any], world: Any, sight: Any, question: Any) -> Any:
    """Probability of each option of one slot, (option, state, member)."""
    member, on, k = setting["member"], setting["on"], setting["member"].strength
    wanted = pull(
        member.coefficients,
        dependence=sight.dependence,
        threat=sight.threat,
        offer=sight.offer,
        alignment=world.alignment,
    )
    worth = utilities(
        question,
        member.coefficients,
        wanted,
        dependence=sight.dependence,
        threat=sight.threat,
        credibility=sight.credibility,
        stress=1 + k["food_stress"] * world.food / 100,
        isolation_cost=exporters_openness(
            on["exporters_openness"], k["exporters_openness_size"], member.energy_exporter
        ),
        habits=member.habits,
    )
    return probabilities(question, worth)


def _offered(agenda: Any, packages: Any, at: Any) -> Any:
    return agenda._replace(offers=jnp.minimum(agenda.offers.at[at].add(packages[:, 0]), 1))


def _told(setting: dict[str, Any], packages: Array, place: tuple[int, int]) -> Outlook:
    given = np.asarray(packages, dtype=np.float32)
    return Outlook(*(np.asarray(x) for x in _outlook(setting, given, *place)))


# It runs a few times only, and takes longer to compile than to run.
@partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
def _outlook(setting: dict[str, Any], packages: Any, slot: Any, state: Any) -> Outlook:
    world, sight = _seen(setting, packages, state)
    agenda = _offered(setting["agenda"], packages, (slot, state))
    return Outlook(
        jax.lax.map(lambda question: _odds(setting, world, sight, question), agenda),
        room(leverage(sight.dependence, sight.threat)),
        sight.dependence,
        sight.threat,
    )


@jax.jit
def _score(setting: dict[str, Any], weight: Any, packages: Any) -> Any:
    """Of a setting narrowed to one state and one question."""

    def score(x: Any) -> Any:
        world, sight = _seen(setting, x, 0)
        question = _offered(jax.tree.map(lambda x: x[0], setting["agenda"]), x, 0)
        return (weight @ _odds(setting, world, sight, question)[:, 0]).mean()

    return jax.value_and_grad(score)(packages)


def _narrowed(ready: dict[str, Any], slot: int, state: int) -> dict[str, Any]:
    """Arrays of the one state and the one question that are to be moved."""
    quarterly = {name: narrow(ready[name], state, leading=1) for name in ("then", "acted", "put", "dice")}
    once = {name: narrow(ready[name], state) for name in ("member", "world", "now", "agenda")}
    once["agenda"] = jax.tree.map(lambda x: x[slot : slot + 1], once["agenda"])
    return ready | quarterly | once
