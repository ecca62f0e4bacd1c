"""Every measure of a case in a year, with the range that follows from the ranges of its figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base.estimate import Estimate
from tightrope.base.random import keys, uniform, within

from .capacity import bandwidth, capacity, one_sidedness
from .concentration import concentration, trade_dependence
from .dependence import contribution
from .leverage import leverage, room
from .threat import capability_ratio, exposure, nearness, threat

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["DRAWS", "central", "measures"]

DRAWS = 2000
"""Draws from which ranges are made: a 5% quantile is then sure to about half a per cent of probability."""

Array = NDArray[np.float64]

PAIR = ("state", "power")
MEANING: dict[str, tuple[tuple[str, ...], str]] = {
    "dependence": (PAIR, "part of its stakes that the power could take away and nobody replace within a year"),
    "contribution": ((*PAIR, "channel"), "part of the dependence that each channel carries"),
    "threat": (PAIR, "harm that the power could and might do"),
    "leverage": (PAIR, "what the power can do by ties and threat together"),
    "room": (("state",), "part of its stakes that no single power can take away"),
    "concentration": (
        ("state", "channel"),
        "Herfindahl-Hirschman index of ties; high gives all that is unknown to one",
    ),
    "export_dependence": (PAIR, "part of exports that goes to the power"),
    "import_dependence": (PAIR, "part of imports that comes from the power"),
    "export_gdp": (PAIR, "exports to the power as part of output"),
    "import_gdp": (PAIR, "imports from the power as part of output"),
    "bandwidth": (PAIR, "volume of contact relative to the widest pair of the case"),
    "one_sidedness": (PAIR, "part of its stakes that passes through the power, replaceable or not"),
    "capacity": (PAIR, "influence capacity in the manner of FBIC: bandwidth times one-sidedness"),
}


def measures(
    case: Case, year: int | None = None, *, levels: Mapping[str, Estimate] | None = None, seed: int = 0
) -> dict[str, Estimate]:
    """Every measure of a case in a year.

    Parameters
    ----------
    case
        Any case.
    year
        By default the year in which the case's period starts.
    levels
        Aggression, attention and capability multipliers of the powers, (power,), where a scenario has moved them; by
        default the case's parameters.
    seed
        Of the draws from the ranges.

    Returns
    -------
    measures
        By name. ``value`` comes from the central figures, ``low`` and ``high`` are the 5% and 95% quantiles over draws
        from the ranges of all figures. NaN where a figure is unknown.

    Assumes
    -------
    Figures err independently of each other. Shares that add up to more than one in a draw are scaled down.

    Source
    ------
    Each measure's own function.
    """
    year = year or int(case.start[:4])
    inputs = _inputs(case, year, levels or {})
    middle = _measures({name: x.value[..., None] for name, x in inputs.items()})
    drawn = _measures({name: _draw(name, x, seed) for name, x in inputs.items()})
    result = {}
    for name, (dims, meaning) in MEANING.items():
        value = middle[name][0][..., 0] if name == "concentration" else middle[name][..., 0]
        if name == "concentration":
            low, high = (_quantile(side, q) for side, q in zip(drawn[name], (0.05, 0.95), strict=True))
        else:
            low, high = (_quantile(drawn[name], q) for q in (0.05, 0.95))
        result[name] = Estimate(value, np.fmin(low, value), np.fmax(high, value), dims, "1", meaning)
    return result


def central(case: Case, year: int, *, levels: Mapping[str, Estimate] | None = None) -> dict[str, Array]:
    """Dependence, threat and room of a year from the central figures alone.

    Parameters
    ----------
    case, year, levels
        As in `measures`.

    Returns
    -------
    central
        `dependence` and `threat`, (state, power), and `room`, (state,); unit 1. NaN where a figure is unknown.

    Assumes
    -------
    As `measures`.

    Source
    ------
    As `measures`.
    """
    found = _measures({name: x.value[..., None] for name, x in _inputs(case, year, levels or {}).items()})
    return {name: found[name][..., 0] for name in ("dependence", "threat", "room")}


def _quantile(drawn: Array, q: float) -> Array:
    # Rows with NaN stay NaN without a warning
    result: Array = np.quantile(drawn, q, axis=-1)
    return result


def _draw(name: str, x: Estimate, seed: int) -> Array:
    numbers = np.arange(DRAWS, dtype=np.uint32)
    u = uniform(keys(seed, f"measure/{name}", *x.value.shape), numbers).astype(float)
    drawn: Array = within(u, x.value[..., None], x.low[..., None], x.high[..., None])
    return drawn


def _inputs(case: Case, year: int, levels: Mapping[str, Estimate]) -> dict[str, Estimate]:
    at = f"{year}Q4"
    named = {name: levels.get(name) or case.parameter(name, at) for name in ("aggression", "attention")}
    if "capability" in levels:
        named["capability_multiplier"] = levels["capability"]
    return (
        named
        | {
            "share": case.share(year),
            "stake": case.parameter("stake", at),
            "replaceability": case.parameter("replaceability", at),
            "capability": case.attribute("capability", year, actors=case.powers),
            "capability_state": case.attribute("capability", year, actors=case.states),
            "distance": case.dyad("distance", year),
            "coethnic": case.dyad("coethnic", year),
            "land": case.dyad("land_route", year),
            "asset": case.parameter("asset", at),
            "exports": case.dyad("exports", year),
            "imports": case.dyad("imports", year),
            "all_exports": case.attribute("exports", year, actors=case.states, partner="WLD"),
            "all_imports": case.attribute("imports", year, actors=case.states, partner="WLD"),
            "gdp": case.attribute("gdp", year, actors=case.states),
        }
        | {
            name: case.parameter(name, at)
            for name in ("distance_scale", "exposure_base", "exposure_coethnic", "exposure_asset", "exposure_border")
        }
    )


def _measures(x: dict[str, Array]) -> dict[str, Array]:
    share = x["share"] / np.fmax(x["share"].sum(axis=1, keepdims=True), 1)
    stake = x["stake"] / x["stake"].sum(axis=1, keepdims=True)
    parts = contribution(share, stake, x["replaceability"])
    bound = parts.sum(axis=2)
    menace = threat(
        capability_ratio(x["capability"] * x.get("capability_multiplier", 1.0), x["capability_state"]),
        nearness(x["distance"], x["distance_scale"]),
        x["aggression"],
        exposure(
            base=x["exposure_base"],
            coethnic_weight=x["exposure_coethnic"],
            coethnic=x["coethnic"],
            asset_weight=x["exposure_asset"],
            asset=x["asset"],
            border_weight=x["exposure_border"],
            border=x["land"],
        ),
        x["attention"],
    )
    hold = leverage(bound, menace)
    exports = trade_dependence(x["exports"], x["all_exports"], x["gdp"])
    imports = trade_dependence(x["imports"], x["all_imports"], x["gdp"])
    wide = bandwidth(share, stake * x["gdp"][:, None])
    need = one_sidedness(share, stake)
    return {
        "dependence": bound,
        "contribution": parts,
        "threat": menace,
        "leverage": hold,
        "room": room(hold),
        "concentration": concentration(share),
        "export_dependence": exports[0],
        "import_dependence": imports[0],
        "export_gdp": exports[1],
        "import_gdp": imports[1],
        "bandwidth": wide,
        "one_sidedness": need,
        "capacity": capacity(wide, need),
    }
