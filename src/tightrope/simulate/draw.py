"""Each history's own draw of the uncertain inputs."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tightrope.base.arrays import kept, total
from tightrope.base.random import keys, uniform, within
from tightrope.decide.utility import COEFFICIENTS, Coefficients
from tightrope.measure.threat import nearness

from .inputs import Inputs
from .world import STRENGTHS, Member

__all__ = ["draw", "keyed", "member_of", "normal"]


@jax.tree_util.register_static
@dataclass(frozen=True)
class Layout:
    """Where each input lies among the rows of the flat arrays, and its shape."""

    shapes: tuple[tuple[str, tuple[int, ...]], ...]

    def split(self, flat: Any) -> dict[str, Any]:
        """Each input by name, from (input, member) to its own shape with the member as last axis."""
        ends = np.cumsum([prod(shape) for _, shape in self.shapes])
        parts = jnp.split(flat, ends[:-1].tolist())
        return {name: x.reshape(*shape, -1) for (name, shape), x in zip(self.shapes, parts, strict=True)}


def keyed(inputs: Inputs, seed: int) -> dict[str, Any]:
    """Arrays of the inputs with the keys of their draws, ready for `draw`.

    Each input has a stream of its own, so that adding one leaves the draws of the others as they were.
    """
    ranges = inputs.ranges
    flat = {
        part: np.concatenate([getattr(item, part).ravel() for item in ranges.values()])
        for part in ("value", "low", "high")
    }
    streams = [keys(seed, f"input/{name}", *item.value.shape).reshape(-1, 2) for name, item in ranges.items()]
    count = len(COEFFICIENTS)
    return {
        "layout": Layout(tuple((name, item.value.shape) for name, item in ranges.items())),
        "range": flat,
        "range_key": np.concatenate(streams),
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
    ends = {name: x[:, None] for name, x in source["range"].items()}
    return member_of(source, within(uniform(source["range_key"], numbers), **ends), _coefficients(source, numbers))


def member_of(source: dict[str, Any], values: Any, coefficients: Coefficients) -> Member:
    """The members whose inputs have these values.

    Parameters
    ----------
    source
        From `keyed`.
    values
        Of every input before scaling, (input, member), in the order of the source's rows.
    coefficients
        Each (state, member).

    Returns
    -------
    member
        As from `draw`.
    """
    x = source["layout"].split(kept(values))
    share = x["share"] / jnp.maximum(total(x["share"], 2, keepdims=True), 1)
    stake = x["stake"] / total(x["stake"], 0, keepdims=True)
    return Member(
        coefficients=coefficients,
        share=share,
        rest=1 - total(share, 2),
        hold=stake * (1 - x["replaceability"]),
        nearness=nearness(x["distance"], x["distance_scale"]),
        strengths=jnp.stack([x[name] for name in STRENGTHS]),
        **{name: x[name] for name in Member._fields if name in x and name != "share"},
    )


def normal(key: Any, numbers: Any) -> Any:
    """Standard normal draws, (..., member), by the inverse of the distribution.

    Parameters
    ----------
    key, numbers
        As in `tightrope.base.random.uniform`.
    """
    # The inverse error function is a logarithm and a polynomial; sines and cosines cost several times as much.
    return jax.lax.erf_inv(2 * uniform(key, numbers) - 1) * jnp.float32(2**0.5)


def _coefficients(source: dict[str, Any], numbers: Any) -> Coefficients:
    mean = source["mean"][:, None] + source["deviation"][:, None] * normal(source["mean_key"], numbers)
    own = source["spread"][:, None, None] * normal(source["state_key"], numbers)
    weight = mean[:, None] + own  # (coefficient, state, member)
    return Coefficients(*(weight[k] for k in range(len(COEFFICIENTS))))
