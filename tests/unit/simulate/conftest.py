"""One quarter of 512 histories that have run for four years, to be lived through with any mechanism on or off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tightrope.base.random import keys
from tightrope.case import Case
from tightrope.simulate import mechanisms
from tightrope.simulate.agenda import timetable
from tightrope.simulate.draw import draw, keyed
from tightrope.simulate.forcing import forced, forcing
from tightrope.simulate.inputs import inputs
from tightrope.simulate.step import Dice, begin, quarter
from tightrope.simulate.world import CHANNELS, Forcing, Member, World

SCENARIO, NOW = "iran_corridor", "2026Q1"
"""In this quarter of this scenario there are war, sanctions, offers, a withdrawal, and corridors of every mechanism."""

ASKED = "2022Q3"
"""The questions of this quarter, the busiest one, touch every flag; they are put to the later world."""

MEMBERS = 512
Fields = dict[str, np.ndarray]


def fields(world: Any, outcome: Any) -> Fields:
    """Every array of a world and an outcome by its name, the channels of `volume` apart."""
    found: Fields = {}
    for prefix, record in (("world", world), ("outcome", outcome)):
        for name, x in record._asdict().items():
            if name == "volume":
                found |= {
                    f"{prefix}.{name}.{channel}": np.asarray(part) for channel, part in zip(CHANNELS, x, strict=True)
                }
            elif isinstance(x, tuple):
                found |= {f"{prefix}.{name}.{k}": np.asarray(part) for k, part in enumerate(x)}
            else:
                found[f"{prefix}.{name}"] = np.asarray(x)
    return found


@dataclass(frozen=True)
class Stage:
    """A quarter that can be lived through again and again."""

    case: Case
    member: Member
    world: World
    agenda: Any
    nothing: Any
    """An agenda of the same shape on which nothing stands."""
    dice: Dice
    live: Any

    def forcing(self, off: tuple[str, ...] = ()) -> Forcing:
        """What drives the quarter, at the stated values of all shocks."""
        levels = forcing(self.case, SCENARIO, switches(off))
        at = self.case.quarters.index(NOW)
        return forced(jax.tree.map(lambda x: jnp.float32(x[at]), levels), middle())

    def strength(self, name: str) -> np.ndarray:
        """A scalar parameter as each history drew it, (member,)."""
        return np.asarray(self.member.strength[name])

    def quarter(
        self, *, off: tuple[str, ...] = (), asked: bool = False, world: World | None = None, now: Forcing | None = None
    ) -> Fields:
        """All that comes of the quarter, with some mechanisms off and with or without questions."""
        return fields(
            *one_quarter(
                self.world if world is None else world,
                self.member,
                self.forcing(off) if now is None else now,
                self.agenda if asked else self.nothing,
                self.dice,
                {name: jnp.float32(on) for name, on in switches(off).items()},
                jnp.arange(MEMBERS, dtype=jnp.uint32),
                self.live,
            )
        )


one_quarter = jax.jit(quarter)


def switches(off: tuple[str, ...]) -> dict[str, float]:
    return {name: float(name not in off) for name in mechanisms}


def middle() -> dict[str, Any]:
    """Every shock at its stated value in every history."""
    return dict.fromkeys(Forcing._fields, (jnp.zeros(MEMBERS), jnp.zeros(MEMBERS)))


@pytest.fixture(scope="session")
def stage(central_asia: Case) -> Stage:
    """The quarter, after those before it were lived through with all their questions."""
    case, seed = central_asia, 7
    given = inputs(case)
    n, m, c = len(case.states), len(case.powers), len(CHANNELS)
    stake, kept = given.ranges["stake"].value, 1 - given.ranges["replaceability"].value
    asked = [d for d in case.scenario(SCENARIO).decisions if d.quarter in case.quarters]
    agenda = timetable(case, asked, case.quarters, stake / stake.sum(axis=0) * kept, seed).agenda
    levels = forcing(case, SCENARIO, switches(()))
    numbers, live = jnp.arange(MEMBERS, dtype=jnp.uint32), jnp.ones(MEMBERS, bool)
    member = jax.jit(draw)(keyed(given, seed), numbers)
    world = begin(member)
    on = {name: jnp.float32(1) for name in mechanisms}
    dice = Dice(
        answer=keys(seed, "answer", len(case.quarters), n, m),
        common=keys(seed, "tie/common", len(case.quarters), m + c),
        own=keys(seed, "tie/own", len(case.quarters), n, m + c),
    )

    def at(t: int, tree: Any) -> Any:
        return jax.tree.map(lambda x: jnp.asarray(x[t]), tree)

    last = case.quarters.index(NOW)
    for t in range(last):
        now = forced(jax.tree.map(jnp.float32, at(t, levels)), middle())
        world, _ = one_quarter(world, member, now, at(t, agenda), at(t, dice), on, numbers, live)
    put = at(case.quarters.index(ASKED), agenda)
    return Stage(case, member, world, put, jax.tree.map(jnp.zeros_like, put), at(last, dice), live)
