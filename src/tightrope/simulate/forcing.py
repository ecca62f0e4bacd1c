"""From the shocks of a scenario to what the world does to the states, quarter by quarter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.random import keys
from tightrope.base.time import quarter_index

from .mechanisms import mechanisms
from .trade_shocks import trade_levels
from .world import Forcing, channels

if TYPE_CHECKING:
    from tightrope.case import Case, Shock

__all__ = ["Reading", "forced", "forcing", "forcing_keys", "read_levels"]

Array = NDArray[np.float64]

OF_POWER = ("aggression", "attention", "capability", "invasion", "withdrawal")
OF_PAIR = ("extension", "barrier", "remittance_cut", "expulsion")
OF_SANCTIONS = ("sanctioned", "sanctioner", "trade_change")


@dataclass(frozen=True)
class Reading:
    """How levels are read off a case: every number as an array over a last axis.

    Parameters
    ----------
    size
        Length of the last axis.
    parameter
        Of a parameter by name and quarter, its dimensions and the last axis.
    shock
        Of a shock, the last axis.
    of_ends
        Whether the last axis is value, low and high; otherwise it counts worlds, each with a number of its own.
    """

    size: int
    parameter: Callable[[str, str], Array]
    shock: Callable[[Shock], Array]
    of_ends: bool


def forcing(case: Case, scenario: str, switches: dict[str, float]) -> Forcing:
    """Levels of every kind of shock in every quarter, with their ranges.

    Parameters
    ----------
    case
        Any case.
    scenario
        Name of one of its scenarios; what it extends comes first.
    switches
        Of each mechanism, 0 or 1; those of routes act here, and what `sanctions_spillover` and `balancing_cost` do to trade.

    Returns
    -------
    forcing
        Each field (quarter, ..., 3), the last axis value, low, high.

    Assumes
    -------
    Shocks of a scenario apply in the order in which they are written; a shock without `until` lasts to the end.
    """

    def parameter(name: str, at: str) -> Array:
        found = case.parameter(name, at)
        return np.stack([found.value, found.low, found.high], axis=-1)

    def shock(one: Shock) -> Array:
        return np.array([one.value, one.low, one.high])

    return read_levels(case, scenario, switches, Reading(3, parameter, shock, of_ends=True))


def read_levels(case: Case, scenario: str, switches: dict[str, float], reading: Reading) -> Forcing:
    """Levels of every kind of shock in every quarter, as read.

    Parameters
    ----------
    case, scenario, switches
        As in `forcing`.
    reading
        Gives the numbers.

    Returns
    -------
    levels
        Each field (quarter, ..., size).
    """
    size = len(case.quarters)
    n, m, c = len(case.states), len(case.powers), len(channels(case))
    level: dict[str, Array] = {name: np.zeros((size, m, reading.size)) for name in OF_POWER}
    level |= {name: np.zeros((size, n, m, reading.size)) for name in OF_PAIR}
    level["capability"] += 1
    for name in ("aggression", "attention"):
        for t, quarter in enumerate(case.quarters):
            level[name][t] = reading.parameter(name, quarter)
    level["sanctions"] = np.zeros((size, m, m, reading.size))
    level["offer"] = np.zeros((size, n, m, c, reading.size))
    corridors = case.dimensions.get("corridor", ())
    level["corridor"] = np.zeros((size, len(corridors), reading.size))
    if corridors:
        level["corridor"][:] = reading.parameter("corridor_open", case.start)
    for shock in case.scenario(scenario).shocks:
        _apply(level, case, corridors, shock, reading.shock(shock))
    sanctions = np.clip(level["sanctions"], 0, 1)
    trade_change, stopped = trade_levels(case, level, switches, reading)
    return Forcing(
        aggression=np.maximum(level["aggression"], 0),
        attention=np.clip(level["attention"], 0, 1),
        capability=np.maximum(level["capability"], 0),
        invasion=np.clip(level["invasion"], 0, 1),
        # Several powers' sanctions on one target close gaps that each leaves open.
        sanctioned=1 - np.prod(1 - sanctions, axis=1),
        sanctioner=sanctions.max(axis=2),
        withdrawal=np.clip(level["withdrawal"], 0, 1),
        extension=np.clip(level["extension"], 0, 1),
        trade_change=trade_change,
        barrier=stopped,
        remittance_cut=np.clip(level["remittance_cut"], 0, 1),
        expulsion=np.clip(level["expulsion"], 0, 1),
        offer=np.moveaxis(np.clip(level["offer"], 0, 1), 3, 1),
        corridor=np.moveaxis(_corridors(case, corridors, level["corridor"], switches, reading), 3, 1),
    )


def _apply(level: dict[str, Array], case: Case, corridors: tuple[str, ...], shock: Shock, change: Array) -> None:
    first = max(quarter_index(shock.start) - quarter_index(case.start), 0)
    last = quarter_index(shock.until) - quarter_index(case.start)
    when = slice(first, last + 1)
    cells = _cells(case, corridors, shock)
    now = level[shock.what][(when, *cells)]
    level[shock.what][(when, *cells)] = {"set": 0 * now + change, "add": now + change, "multiply": now * change}[
        shock.operation
    ]


def _cells(case: Case, corridors: tuple[str, ...], shock: Shock) -> tuple[Any, ...]:
    def at(labels: tuple[str, ...], given: str) -> slice:
        if given in ("", "all"):
            return slice(None)
        k = labels.index(given)
        return slice(k, k + 1)

    if shock.what in OF_POWER:
        return (at(case.powers, shock.power),)
    if shock.what == "corridor":
        return (at(corridors, shock.corridor),)
    if shock.what == "sanctions":
        return at(case.powers, shock.power), at(case.powers, shock.target)
    pair = at(case.states, shock.state), at(case.powers, shock.power)
    return (*pair, at(channels(case), shock.channel)) if shock.what == "offer" else pair


def _corridors(
    case: Case, corridors: tuple[str, ...], level: Array, switches: dict[str, float], reading: Reading
) -> Array:
    """Change of ties by corridors, (quarter, state, power, channel, size), share points."""
    total = np.zeros((len(level), len(case.states), len(case.powers), len(channels(case)), reading.size))
    if not corridors:
        return total
    effect = np.nan_to_num(reading.parameter("corridor_effect", case.start))
    works = case.parameter("corridor_works_by", case.start)
    by_channel = [case.channels.index(c) if c in case.channels else -1 for c in channels(case)]
    for k, _ in enumerate(corridors):
        bounds = np.stack([effect[k, :, :, c] if c >= 0 else 0 * effect[k, :, :, 0] for c in by_channel], axis=2)
        start = level[:1, k, :1] if reading.of_ends else level[:1, k]
        activity = level[:, k] - start
        for name, weight in zip(case.labels("mechanism"), works.value[k], strict=True):
            if weight == 1:
                activity = mechanisms[name].function(switches[name], level[:, k], start)
        total += _product(activity[:, None, None, None], bounds, reading.of_ends)
    return total


def _product(x: Array, y: Array, of_ends: bool) -> Array:
    """Product of two numbers along the last axis; of two with ranges, its value, low and high."""
    if not of_ends:
        return x * y
    corners = [x[..., a] * y[..., b] for a, b in product((1, 2), repeat=2)]
    return np.stack([x[..., 0] * y[..., 0], np.min(corners, axis=0), np.max(corners, axis=0)], axis=-1)


def forcing_keys(seed: int) -> dict[str, Any]:
    """Key of the one draw that each kind of shock makes for a history: its place within the stated ranges.

    What sanctions do to trade is drawn with how strong they are.
    """
    return {name: keys(seed, f"shock/{'sanctions' if name in OF_SANCTIONS else name}") for name in Forcing._fields}


def forced(levels: Forcing, place: dict[str, Any]) -> Forcing:
    """Levels of a quarter for each member.

    Parameters
    ----------
    levels
        One quarter of `forcing`, each field (..., 3).
    place
        For each field the draws below and above the stated value, two (member,) arrays in [-1, 0] and [0, 1].

    Returns
    -------
    forced
        Each field (..., member).

    Source
    ------
    `tightrope.base.random.within`, with the draw made once for a history.
    """

    def at(name: str, x: Any) -> Any:
        below, above = place[name]
        value, low, high = (x[..., b, None] for b in range(3))
        return value + below * (value - low) + above * (high - value)

    return Forcing(**{name: at(name, x) for name, x in levels._asdict().items()})
