"""A model of many worlds and a small study of the built-in case, and the same worlds the slow way: as cases of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from tightrope.app.simulated import postures
from tightrope.case import Case
from tightrope.case.numbers import Place, all_numbers, with_numbers
from tightrope.measure import POSTURES, leverage
from tightrope.simulate import simulate
from tightrope.simulate.draw import draw, keyed
from tightrope.simulate.inputs import inputs
from tightrope.simulate.sensitivity import Study, Summary, Wiring, Worlds, study, wiring, worlds

SCENARIOS = ("history", "cku_railway", "russia_wins")
MEMBERS = 8
OFF = ("food_prices",)


def _exactly(case: Case, values: Mapping[Place, float]) -> Case:
    """The case without any range, some numbers having other values."""
    chosen = {number.place: values.get(number.place, number.value) for number in all_numbers(case)}
    return with_numbers(case, {place: (x, x, x) for place, x in chosen.items()})


def _direct(case: Case, scenario: str, off: tuple[str, ...] = ()) -> Summary:
    """What becomes of a case without ranges, by the ordinary simulation: a summary of one world."""
    found = simulate(case, scenario, members=MEMBERS, off=off)
    force = leverage(found.outcome["dependence"], found.outcome["threat"])
    fields = {
        "dependence_start": found.outcome["dependence"][0],
        "room_start": 1 - force[0].max(axis=1),
        "leverage": force[-1],
        "room": 1 - force[-1].max(axis=1),
    }
    fields |= {name: found.outcome[name][-1] for name in ("dependence", "alignment", "growth", "remittances", "trade")}
    means = {name: x.mean(axis=-1, dtype=float)[None] for name, x in fields.items()}
    member = draw(keyed(inputs(case), 7), np.arange(1, dtype=np.uint32))
    means["contribution_start"] = np.asarray(member.hold[:, :, None] * member.share)[..., 0][None]
    shape = np.zeros((1, len(POSTURES), len(case.states)))
    for row in postures(case, found)["posture"]:
        if row["basis"] == "simulated":
            shape[0, POSTURES.index(row["posture"]), case.states.index(row["state"])] = row["prob"]
    return Summary(means | {"posture": shape}, {key: odds[None] for key, odds in found.odds.items()})


@pytest.fixture(scope="session")
def central_asia(central_asia: Case) -> Case:
    """The built-in case where no posterior is, so that its priors count: a posterior is of one case and no other."""
    return replace(central_asia, path=central_asia.path / "nowhere")


@pytest.fixture(scope="session")
def wired(central_asia: Case) -> Wiring:
    return wiring(central_asia, SCENARIOS)


@pytest.fixture(scope="session")
def model(wired: Wiring) -> Worlds:
    return worlds(wired, SCENARIOS, off=OFF)


@pytest.fixture(scope="session")
def found(central_asia: Case) -> Study:
    """With a mechanism off, so that some numbers cannot matter."""
    return study(central_asia, "history", ["russia_wins"], top=3, trajectories=2, members=MEMBERS, off=OFF)


@pytest.fixture(scope="session")
def exactly() -> Callable[[Case, Mapping[Place, float]], Case]:
    """Gives the case without any range, some numbers having other values."""
    return _exactly


@pytest.fixture(scope="session")
def direct() -> Callable[..., Summary]:
    """Gives what becomes of a case without ranges, by the ordinary simulation."""
    return _direct
