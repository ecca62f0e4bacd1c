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
from tightrope.decide.utility import Coefficients
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
    return {
        "layout": Layout(tuple((name, item.value.shape) for name, item in ranges.items())),
        "range": flat,
        "range_key": np.concatenate(streams),
        "coefficients": inputs.draws.coefficients,
        "habits": inputs.draws.habits,
        "draw_key": keys(seed, "coefficient/draw"),
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
    Inputs are independent of each other, but for the weights of the decision model, which come from one draw of their
    joint distribution.

    Source
    ------
    Ranges: `tightrope.base.random.within`. Weights: docs/model.md eq. 7.
    """
    ends = {name: x[:, None] for name, x in source["range"].items()}
    which = (uniform(source["draw_key"], numbers) * source["habits"].shape[-1]).astype(jnp.int32)
    return member_of(
        source,
        within(uniform(source["range_key"], numbers), **ends),
        Coefficients(*source["coefficients"][..., which]),
        source["habits"][..., which],
    )


def member_of(source: dict[str, Any], values: Any, coefficients: Coefficients, habits: Any) -> Member:
    """The members whose inputs have these values.

    Parameters
    ----------
    source
        From `keyed`.
    values
        Of every input before scaling, (input, member), in the order of the source's rows.
    coefficients
        Each (state, member).
    habits
        (habit, member).

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
        habits=habits,
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
