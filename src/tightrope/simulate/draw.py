"""Each history's own draw of the uncertain inputs."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.base.random import keys, uniform, within
from tightrope.decide.utility import COEFFICIENTS, Coefficients
from tightrope.measure.threat import nearness

from .inputs import STRENGTHS, Inputs
from .world import Member

__all__ = ["draw", "keyed"]


def keyed(inputs: Inputs, seed: int) -> dict[str, Any]:
    """Arrays of the inputs with the keys of their draws, ready for `draw`.

    Each input has a stream of its own, so that adding one leaves the draws of the others as they were.
    """
    ranges = {
        name: (item.value, item.low, item.high, keys(seed, f"input/{name}", *item.value.shape))
        for name, item in inputs.ranges.items()
    }
    count = len(COEFFICIENTS)
    return {
        "ranges": ranges,
        "mean": inputs.mean,
        "deviation": inputs.deviation,
        "spread": inputs.spread,
        "mean_key": keys(seed, "coefficient/mean", count),
        "state_key": np.stack([keys(seed, f"coefficient/{state}", count) for state in inputs.states], axis=1),
    }


def draw(source: dict[str, Any], numbers: Any) -> Member:
    """Draw the inputs of the members with these numbers.

    Parameters
    ----------
    source
        From `keyed`.
    numbers
        Member numbers, (member,), ``uint32``.

    Returns
    -------
    member
        One draw each. Shares of a channel that add up to more than one are scaled down to one; stakes are scaled to
        add up to one.

    Assumes
    -------
    Inputs are independent of each other.

    Source
    ------
    Ranges: `tightrope.base.random.within`. Coefficients: normal with a normal spread between states, docs/model.md
    eq. 7.
    """
    x = {
        name: within(uniform(key, numbers), value[..., None], low[..., None], high[..., None])
        for name, (value, low, high, key) in source["ranges"].items()
    }
    share = x["share"] / jnp.maximum(x["share"].sum(axis=2, keepdims=True), 1)
    stake = x["stake"] / x["stake"].sum(axis=0, keepdims=True)
    hold = stake * (1 - x["replaceability"])
    channels = range(share.shape[0])
    return Member(
        coefficients=_coefficients(source, numbers),
        share=tuple(share[c] for c in channels),
        rest=tuple(1 - share[c].sum(axis=1) for c in channels),
        hold=tuple(hold[c] for c in channels),
        capability=x["capability"],
        capability_state=x["capability_state"],
        nearness=nearness(x["distance"], x["distance_scale"]),
        alignment=x["alignment"],
        coethnic=x["coethnic"],
        asset=x["asset"],
        land=x["land"],
        language=x["language"],
        fear=x["fear"],
        own_cost=x["own_cost"],
        remittances_gdp=x["remittances_gdp"],
        trade_gdp=x["trade_gdp"],
        energy_exporter=x["energy_exporter"],
        food_import=x["food_import"],
        growth_trend=x["growth_trend"],
        credibility=x["credibility"],
        soft_power=x["soft_power"],
        reversion=tuple(x["reversion"][c] for c in channels),
        volatility=tuple(x["volatility"][c] for c in channels),
        strength={name: x[name] for name in STRENGTHS},
    )


def _normal(key: Any, numbers: Any) -> Any:
    return jax.lax.erf_inv(2 * uniform(key, numbers) - 1) * jnp.float32(2**0.5)


def _coefficients(source: dict[str, Any], numbers: Any) -> Coefficients:
    mean = source["mean"][:, None] + source["deviation"][:, None] * _normal(source["mean_key"], numbers)
    own = source["spread"][:, None, None] * _normal(source["state_key"], numbers)
    weight = mean[:, None] + own  # (coefficient, state, member)
    return Coefficients(*(weight[k] for k in range(len(COEFFICIENTS))))
