"""What a package changes besides what it is meant to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .stage import Outlook, Stage

__all__ = ["Effect", "effects"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """One change.

    Parameters
    ----------
    measure
        `choice` (probability of an option), `room`, `dependence` or `threat`.
    state
        Whose.
    power
        On or from whom; None for room and choices.
    decision, option
        Of a choice; None for the others.
    before, after
        Means over members.
    low, high
        Of the change, the ends of the interval that holds 90% of the members.
    """

    measure: str
    state: str
    power: str | None
    decision: str | None
    option: str | None
    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """Mean change."""
        return self.after - self.before


def effects(
    stage: Stage, before: Outlook, after: Outlook, *, least: float = 1e-3
) -> tuple[list[Effect], dict[str, int]]:
    """What else changes, in the choices and the standing of all states.

    The odds of every option of the decision, of the same question to other states and of what else is asked in the quarter;
    room, dependence and threat of every state.

    Parameters
    ----------
    stage
        The decision.
    before, after
        Without and with the package, from `Stage.outlook`.
    least
        Mean changes smaller than this are counted, not listed.

    Returns
    -------
    effects, set_aside
        Largest first; and by reason how many changes were not listed.

    Assumes
    -------
    Effects are those in the quarter of the decision; what follows from the option then taken is left to simulation.
    """
    found = [*_choices(stage, before, after), *_measures(stage, before, after)]
    moved = [one for one in found if abs(one.change) >= least]
    none = sum(one.before == one.after for one in found)
    rest = len(found) - len(moved) - none
    set_aside = {"no change": none} | ({f"mean change below {least:g}": rest} if rest else {})
    return sorted(moved, key=lambda one: -abs(one.change)), set_aside


def _choices(stage: Stage, before: Outlook, after: Outlook) -> list[Effect]:
    found = []
    for id_, (_, slot, i) in stage.related.place.items():
        decision = stage.related.decisions[id_]
        for o, option in enumerate(decision.options):
            pair = before.odds[slot, o, i], after.odds[slot, o, i]
            found.append(_effect("choice", decision.state, None, id_, option, pair))
    return found


def _measures(stage: Stage, before: Outlook, after: Outlook) -> list[Effect]:
    found = []
    for i, state in enumerate(stage.case.states):
        found.append(_effect("room", state, None, None, None, (before.room[i], after.room[i])))
        for p, power in enumerate(stage.case.powers):
            for name in ("dependence", "threat"):
                pair = getattr(before, name)[i, p], getattr(after, name)[i, p]
                found.append(_effect(name, state, power, None, None, pair))
    return found


def _effect(
    measure: str, state: str, power: str | None, decision: str | None, option: str | None, pair: tuple[Any, Any]
) -> Effect:
    was, now = (np.asarray(x, dtype=np.float64) for x in pair)
    low, high = np.quantile(now - was, [0.05, 0.95])
    return Effect(
        measure, state, power, decision, option, float(was.mean()), float(now.mean()), float(low), float(high)
    )
