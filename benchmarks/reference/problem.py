"""What a simulation starts from, as flat arrays: what the other implementations of the model are given.

Everything is read through the public functions of `tightrope.simulate`; nothing of its step is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.random import keys
from tightrope.case import Case
from tightrope.decide.utility import Agenda
from tightrope.simulate.agenda import Timetable, timetable
from tightrope.simulate.forcing import forcing, forcing_keys
from tightrope.simulate.inputs import inputs
from tightrope.simulate.mechanisms import mechanisms
from tightrope.simulate.world import channels

__all__ = ["Problem", "decision_list", "decision_order", "problem"]

Floats = NDArray[np.float32]
Words = NDArray[np.uint32]


@dataclass(frozen=True)
class Problem:
    """A case and scenario as flat arrays; all mechanisms are on.

    `inputs` and `levels` say where each named block lies in `ranges` and in the second axis of `forced`, and its shape.
    """

    scenario: str
    states: tuple[str, ...]
    powers: tuple[str, ...]
    quarters: tuple[str, ...]
    inputs: dict[str, tuple[int, tuple[int, ...]]]
    ranges: Floats
    """Value, low, high of every input, (input, 3)."""
    range_keys: Words
    coefficients: Floats
    """Draws of the weights, (coefficient, state, draw)."""
    habits: Floats
    """Draws of what is usual on each kind of question, (habit, draw)."""
    draw_key: Words
    """Of the one draw that says which of these a member takes, (1, 2)."""
    levels: dict[str, tuple[int, tuple[int, ...]]]
    forced: Floats
    """Value, low, high of every level, (quarter, level, 3)."""
    place_keys: Words
    """One for each name in `levels`, in its order."""
    common_keys: Words
    own_keys: Words
    answer_keys: Words
    inside: Timetable
    outside: Timetable

    @property
    def sizes(self) -> dict[str, int]:
        """Constants of the compiled version."""
        agenda = self.inside.agenda
        start = {f"X_{name.upper()}": at for name, (at, _) in self.inputs.items()}
        start |= {f"F_{name.upper()}": at for name, (at, _) in self.levels.items()}
        return start | {
            "STATES": len(self.states),
            "POWERS": len(self.powers),
            "CHANNELS": agenda.ties.shape[2],
            "QUARTERS": len(self.quarters),
            "INPUTS": len(self.ranges),
            "LEVELS": self.forced.shape[1],
            "FIELDS": len(self.levels),
            "SLOTS": agenda.degree.shape[1],
            "OPTIONS": agenda.degree.shape[3],
            "DRAWS": self.habits.shape[1],
        }


def problem(case: Case, scenario: str, seed: int) -> Problem:
    """Flatten a case and one of its scenarios."""
    given = inputs(case)
    where, rows, row_keys = {}, [], []
    for name, item in given.ranges.items():
        where[name] = (sum(map(len, rows)), item.value.shape)
        rows.append(np.stack([item.value, item.low, item.high], axis=-1).reshape(-1, 3))
        row_keys.append(keys(seed, f"input/{name}", *item.value.shape).reshape(-1, 2))
    at, cells = _levels(case, scenario)
    n, m, c, t = len(case.states), len(case.powers), len(channels(case)), len(case.quarters)
    inside, outside = _decisions(case, scenario, given, seed)
    return Problem(
        scenario=scenario,
        states=case.states,
        powers=case.powers,
        quarters=tuple(case.quarters),
        inputs=where,
        ranges=np.concatenate(rows),
        range_keys=np.concatenate(row_keys),
        coefficients=given.draws.coefficients,
        habits=given.draws.habits,
        draw_key=keys(seed, "coefficient/draw", 1),
        levels=at,
        forced=cells,
        place_keys=np.stack([forcing_keys(seed)[name] for name in at]),
        common_keys=keys(seed, "tie/common", t, m + c),
        own_keys=keys(seed, "tie/own", t, n, m + c),
        answer_keys=keys(seed, "answer", t, n, m),
        inside=inside,
        outside=outside,
    )


def _levels(case: Case, scenario: str) -> tuple[dict[str, tuple[int, tuple[int, ...]]], Floats]:
    where: dict[str, tuple[int, tuple[int, ...]]] = {}
    blocks: list[Any] = []
    for name, x in forcing(case, scenario, dict.fromkeys(mechanisms, 1.0))._asdict().items():
        block = np.stack(x, axis=1) if isinstance(x, tuple) else x
        where[name] = (sum(b.shape[1] for b in blocks), block.shape[1:-1])
        blocks.append(block.reshape(len(block), -1, 3))
    return where, np.concatenate(blocks, axis=1).astype(np.float32)


def _decisions(case: Case, scenario: str, given: Any, seed: int) -> tuple[Timetable, Timetable]:
    stake, kept = given.ranges["stake"].value, 1 - given.ranges["replaceability"].value
    hold = stake / stake.sum(axis=0, keepdims=True) * kept
    everything = case.scenario(scenario).decisions
    inside = [d for d in everything if d.quarter in case.quarters]
    outside = [d for d in everything if d.quarter not in case.quarters]
    return (
        timetable(case, inside, case.quarters, hold, seed),
        timetable(case, outside, case.quarters[:1], hold, seed),
    )


def decision_order(table: Timetable) -> list[str]:
    """Ids of the decisions, sorted by quarter, state and slot."""
    return sorted(table.place, key=lambda key: (table.place[key][0], table.place[key][2], table.place[key][1]))


def decision_list(table: Timetable) -> NDArray[Any]:
    """Decisions in `decision_order`, as records that C can read."""
    agenda = table.agenda
    shapes = {name: x.shape[3:] for name, x in agenda._asdict().items()}
    shapes["ties"] = (agenda.ties.shape[2], agenda.ties.shape[4])
    numbers = ["quarter", "slot", "state", "options"]
    floats = [name for name in Agenda._fields if name not in ("key", "open", "habit")]
    record = np.dtype(
        [(name, "<i4") for name in numbers]
        + [("key", "<u4", 2), ("habit", "<i4", shapes["habit"])]
        + [(name, "<f4", shapes[name]) for name in floats]
    )
    order = decision_order(table)
    found = np.zeros(len(order), record)
    for k, (t, s, i) in enumerate(table.place[key] for key in order):
        found[k]["quarter"], found[k]["slot"], found[k]["state"] = t, s, i
        found[k]["options"] = int(agenda.open[t, s, i].sum())
        found[k]["key"] = agenda.key[t, s, i]
        for name in ("habit", *floats):
            x = getattr(agenda, name)
            found[k][name] = x[t, s, :, i] if name == "ties" else x[t, s, i]
    return found
