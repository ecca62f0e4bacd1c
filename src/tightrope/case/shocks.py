"""The sorts of shock that a scenario may hold."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tightrope.base import FrozenDict

__all__ = ["OPERATIONS", "SHOCKS", "Shock", "ShockRule"]

OPERATIONS = ("set", "multiply", "add")
"""What a shock may do to the level that it touches."""


@dataclass(frozen=True)
class ShockRule:
    """What a sort of shock needs and admits.

    Parameters
    ----------
    needs
        Keys that say whom it touches.
    least, most
        Bounds of a level that is set.
    meaning
        For readers.
    """

    needs: tuple[str, ...]
    least: float
    most: float
    meaning: str


SHOCKS: FrozenDict[str, ShockRule] = FrozenDict(
    {
        "invasion": ShockRule(("power",), 0, 1, "the power attacks a neighbour"),
        "sanctions": ShockRule(("power", "target"), 0, 1, "the power puts sanctions on the target"),
        "extension": ShockRule(("power", "state"), 0, 1, "the power extends its sanctions to firms of the state"),
        "barrier": ShockRule(("power", "state"), 0, 1, "share of the state's trade with the power that is stopped"),
        "remittance_cut": ShockRule(("power", "state"), 0, 1, "share of the remittances from the power that is cut"),
        "expulsion": ShockRule(("power", "state"), 0, 1, "share of the state's migrants whom the power sends home"),
        "attention": ShockRule(("power",), 0, 1, "attention that the power has to spare"),
        "aggression": ShockRule(("power",), 0, math.inf, "aggression that the power has shown"),
        "capability": ShockRule(("power",), 0, math.inf, "multiple of the power's capability"),
        "corridor": ShockRule(("corridor",), 0, 1, "how far a corridor is open"),
        "offer": ShockRule(("power", "state", "channel"), 0, 1, "size of a standing offer by the power"),
        "withdrawal": ShockRule(("power",), 0, 1, "how far the power withdraws from the region"),
    }
)
"""Sorts of shock by name."""


@dataclass(frozen=True)
class Shock:
    """A change of the world in a scenario.

    Parameters
    ----------
    what
        One of `SHOCKS`.
    operation
        One of `OPERATIONS`.
    value, low, high
        Level, factor or summand; low and high equal the value where no range is given.
    start, until
        First and last quarter.
    power, state, channel, target, corridor
        Whom it touches; empty where the sort needs none, `all` for every state or power.
    kind, source, how, why, note
        Where the number is from.
    event
        Id of the event that it stands for.
    scenario
        Name of the scenario that holds it.
    ledger
        Ledger ids that it is the place of.
    file, line
        Where it stands.
    """

    what: str
    operation: str
    value: float
    low: float
    high: float
    start: str
    until: str
    power: str = ""
    state: str = ""
    channel: str = ""
    target: str = ""
    corridor: str = ""
    kind: str = ""
    source: tuple[str, ...] = ()
    how: str = ""
    why: str = ""
    note: str = ""
    event: str = ""
    scenario: str = ""
    ledger: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
