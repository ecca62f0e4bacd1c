"""From a case to the numbers that a simulation draws from: one value and range for each input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError
from tightrope.base.estimate import Estimate

from .trade_shocks import TRADE_PARAMETERS
from .weights import weights
from .world import STRENGTHS, channels

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.decide.draws import Draws

__all__ = ["STRENGTHS", "Inputs", "Range", "inputs", "refuse_incomplete"]

PARAMETERS = (
    *("stake", "replaceability", "reversion", "volatility", "asset", "radicalism_fear", "growth_trend", "credibility"),
    *("soft_power", "aggression", "attention", "coefficient", "coefficient_spread", "re_export_size"),
    *STRENGTHS,
)
ATTRIBUTES = (
    *("gdp", "turnover", "exports", "imports", "capability", "distance", "alignment", "coethnic", "land_route"),
    *("shared_language", "remittances_gdp", "trade_gdp", "energy_exporter", "food_import", "absence"),
)
"""What measures and simulation read, by the names that a case has to declare."""

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Range:
    """An input with its range, without a member axis."""

    value: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Inputs:
    """Everything that a history draws once.

    Parameters
    ----------
    states, powers
        Labels of the axes.
    ranges
        Each input by name; axes as in `tightrope.simulate.world.Member`, with the channel first where it has one.
    draws
        Weights of the decision model, of which each history takes one draw.
    """

    states: tuple[str, ...]
    powers: tuple[str, ...]
    ranges: dict[str, Range]
    draws: Draws


def inputs(case: Case, draws: Draws | None = None) -> Inputs:
    """Inputs of a case at the start of its period.

    Parameters
    ----------
    case
        Any case.
    draws
        Weights of the decision model; those of the case's posterior, or else of its priors, by default.

    Returns
    -------
    inputs
        Values and ranges; figures are the latest at or before the start, never later ones.

    Raises
    ------
    RunError
        If something that the model needs is unknown, with a list of all that is missing.
    """
    year = int(case.start[:4])
    found = _tables(case, year) | _parameters(case)
    missing = [
        f"{name} is unknown for {', '.join(cells)}" for name, item in found.items() if (cells := _unknown(case, item))
    ]
    if missing:
        raise RunError(
            f"{case.name}: the simulation needs figures for {year} that the case lacks:\n  "
            + "\n  ".join(missing)
            + "\nAdd a row to ties.csv, attributes.csv or parameters/; kind `assumed` with a range and a reason will do."
        )
    return Inputs(
        states=case.states,
        powers=case.powers,
        ranges={name: _range(item) for name, item in found.items()},
        draws=weights(case) if draws is None else draws,
    )


def refuse_incomplete(case: Case) -> None:
    """Refuse a case that does not declare what the model reads, with everything that is missing.

    Parameters
    ----------
    case
        Any case. It may be sound as data, and still too little to be run.

    Raises
    ------
    RunError
        Naming each parameter and attribute that is not declared.
    """
    needed = (*PARAMETERS, *(TRADE_PARAMETERS if case.tables.get("trade") else ()))
    lacking = [f"parameter {name} (parameters/*.yaml)" for name in needed if name not in case.parameters]
    lacking += [f"attribute {name} (case.yaml, attributes.csv)" for name in ATTRIBUTES if name not in case.attributes]
    if lacking:
        raise RunError(
            f"{case.name}: the model reads what the case does not declare:\n  "
            + "\n  ".join(lacking)
            + "\n`tightrope new` writes a case that has them all, each assumed with a range; copy from there."
        )


def _range(item: Estimate) -> Range:
    return Range(*(np.asarray(x, dtype=np.float32) for x in (item.value, item.low, item.high)))


def _unknown(case: Case, item: Estimate) -> list[str]:
    labels = {"state": case.states, "power": case.powers, "channel": channels(case)}
    where = np.argwhere(np.isnan(item.value))
    return [
        "/".join(labels[dim][k] for dim, k in zip(item.dims, cell, strict=True)) or "all"
        for cell in where[:10].tolist()
    ]


def _by_channel(case: Case, estimate: Estimate, absent: float) -> Estimate:
    """Move the channel to the front, in the order of `channels`; those that the case lacks are `absent`."""
    axis = estimate.dims.index("channel")
    kept = channels(case)
    result = []
    for array in (estimate.value, estimate.low, estimate.high):
        moved = np.moveaxis(array, axis, 0)
        full = np.full((len(kept), *moved.shape[1:]), absent)
        for k, channel in enumerate(kept):
            if channel in case.channels:
                full[k] = moved[case.channels.index(channel)]
        result.append(full)
    dims = tuple(dim for dim in estimate.dims if dim != "channel")
    return Estimate(result[0], result[1], result[2], ("channel", *dims), estimate.unit, estimate.meaning)


def _tables(case: Case, year: int) -> dict[str, Estimate]:
    def of_states(name: str) -> Estimate:
        return case.attribute(name, year, actors=case.states)

    def of_pairs(name: str) -> Estimate:
        return case.dyad(name, year)

    gdp = case.attribute("gdp", year, actors=case.powers).value
    # An unknown trade is small trade: the power would not feel it.
    cost = np.nan_to_num(case.dyad("turnover", year).value / gdp)
    return {
        "share": _by_channel(case, case.share(year), 0.0),
        "capability": case.attribute("capability", year, actors=case.powers),
        "capability_state": of_states("capability"),
        "distance": of_pairs("distance"),
        "alignment": of_pairs("alignment"),
        "coethnic": of_pairs("coethnic"),
        "land": of_pairs("land_route"),
        "language": of_pairs("shared_language"),
        "own_cost": Estimate(cost, cost, cost, ("state", "power"), "1"),
        "remittances_gdp": of_states("remittances_gdp"),
        "trade_gdp": of_states("trade_gdp"),
        "energy_exporter": of_states("energy_exporter"),
        "food_import": of_states("food_import"),
    }


def _parameters(case: Case) -> dict[str, Estimate]:
    def parameter(name: str) -> Estimate:
        return case.parameter(name, case.start)

    named = {
        "stake": _by_channel(case, case.parameter("stake", case.start), 0.0),
        "replaceability": _by_channel(case, case.parameter("replaceability", case.start), 1.0),
        "reversion": _by_channel(case, case.parameter("reversion", case.start), 0.0),
        "volatility": _by_channel(case, case.parameter("volatility", case.start), 0.0),
        "asset": parameter("asset"),
        "fear": parameter("radicalism_fear"),
        "growth_trend": parameter("growth_trend"),
        "credibility": parameter("credibility"),
        "soft_power": parameter("soft_power"),
        "re_export_size": parameter("re_export_size"),
    }
    return named | {name: parameter(name) for name in STRENGTHS}
