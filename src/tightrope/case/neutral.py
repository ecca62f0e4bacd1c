"""Placeholders for the numbers of a new case, taken from the middle of an existing one.

They let a case run before its figures are known. Each is `assumed`, with the spread of the existing case as
its range, so that `tightrope sources` shows how much still has to be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tightrope.base import Estimate

from .case import Case
from .parameters import ALL

__all__ = ["REGIONAL", "neutral_attributes", "neutral_parameter", "neutral_ties", "text_of"]

REGIONAL = ("state", "power", "actor", "corridor")
"""Dimensions whose labels belong to one region; a number with none of them may serve another."""

WHY = "placeholder: middle and spread of the case {case}; replace it by a figure with a source"

Cells = dict[str, str]
Array = NDArray[np.float64]


def text_of(value: float) -> str:
    """A number as it is written in a file.

    Parameters
    ----------
    value
        The number.

    Returns
    -------
    text
        With six significant digits.
    """
    return f"{float(value):.6g}"


def neutral_ties(like: Case, states: Sequence[str], powers: Sequence[str], year: int) -> Iterator[Cells]:
    """Rows of ties.csv: every power has the same part of what powers have of a channel on average.

    Parameters
    ----------
    like
        Case that lends its middle.
    states, powers
        Of the new case.
    year
        Period of the rows.

    Yields
    ------
    row
        Cells by column.
    """
    share = like.share(int(like.start[:4]))
    total = share.value.sum(axis=1).mean(axis=0)  # (channel,)
    for place, channel in enumerate(like.channels):
        # rounded down, so that the shares of many powers still fit into one
        value = np.floor(float(total[place]) / len(powers) * 1e4) / 1e4
        low = min(value, float(np.nanmin(share.low[..., place])))
        high = max(value, float(np.nanmax(share.high[..., place])))
        for state in states:
            for power in powers:
                yield {
                    "state": state,
                    "power": power,
                    "channel": channel,
                    "period": str(year),
                    "chosen": "yes",
                    **_assumed(value, low, high, "1", like),
                }


def neutral_attributes(like: Case, states: Sequence[str], powers: Sequence[str], year: int) -> Iterator[Cells]:
    """Rows of attributes.csv: medians of what most states, powers or pairs of an existing case have.

    Parameters
    ----------
    like
        Case that lends its middle.
    states, powers
        Of the new case.
    year
        Period of the rows.

    Yields
    ------
    row
        Cells by column.
    """
    then = int(like.start[:4])
    for name, entry in like.attributes.items():
        groups: list[tuple[Estimate, list[tuple[str, str]]]] = []
        for actors, new in ((like.states, states), (like.powers, powers)):
            for partner in ("WLD",) if entry.partner else ("",):
                known = like.attribute(name, then, actors=actors, partner=partner)
                groups.append((known, [(actor, partner) for actor in new]))
        if entry.partner:
            groups.append((like.dyad(name, then), [(state, power) for state in states for power in powers]))
        for known, pairs in groups:
            if np.isfinite(known.value).mean() < 0.5:
                continue
            for actor, partner in pairs:
                yield {
                    "attribute": name,
                    "actor": actor,
                    "partner": partner,
                    "period": str(year),
                    "chosen": "yes",
                    **_assumed(*_middle(known.value, known.low, known.high), entry.unit, like),
                }


def neutral_parameter(
    like: Case, name: str, states: Sequence[str], powers: Sequence[str]
) -> list[tuple[list[str], Cells]]:
    """Rows of a parameter with regional dimensions: medians over them.

    Parameters
    ----------
    like
        Case that lends its middle.
    name
        The parameter.
    states, powers
        Of the new case.

    Returns
    -------
    rows
        Labels and cells; `all` stands for every state and power.
    """
    known = like.parameter(name)
    if name == "affinity":
        return _affinity(known, powers, like)
    if name == "stake" and known.dims == ("state", "channel"):
        return _stakes(known, like)
    regional = tuple(place for place, dim in enumerate(known.dims) if dim in REGIONAL)
    kept = [like.labels(dim) for dim in known.dims if dim not in REGIONAL]
    flat = [np.moveaxis(part, regional, range(len(regional))) for part in (known.value, known.low, known.high)]
    rows = []
    for index in np.ndindex(*(len(labels) for labels in kept)):
        cell = [part[(..., *index)] for part in flat]
        if not np.isfinite(cell[0]).any():
            continue
        inner = iter(labels[place] for labels, place in zip(kept, index, strict=True))
        at = [_label(dim) if dim in REGIONAL else next(inner) for dim in known.dims]
        rows.append((at, _assumed(*_middle(*cell), "", like)))
    return rows


def _label(dim: str) -> str:
    return "example_corridor" if dim == "corridor" else ALL


def _affinity(known: Estimate, powers: Sequence[str], like: Case) -> list[tuple[list[str], Cells]]:
    apart = ~np.eye(known.shape[0], dtype=bool)
    rows = []
    if apart.any():
        rows.append(([ALL, ALL], _assumed(*_middle(known.value[apart], known.low[apart], known.high[apart]), "", like)))
    elif len(powers) > 1:
        rows.append(([ALL, ALL], _assumed(0.0, -1.0, 1.0, "", like)))
    same = {"value": "1", "low": "1", "high": "1", "kind": "assumed", "why": "a power sees things as it does itself"}
    return rows + [([power, power], same) for power in powers]


def _stakes(known: Estimate, like: Case) -> list[tuple[list[str], Cells]]:
    mean = np.round(known.value.mean(axis=0), 4)
    mean[mean.argmax()] += 1 - mean.sum()  # rounding must not change the sum
    rows = []
    for place, channel in enumerate(like.labels("channel")):
        low, high = float(known.low[:, place].min()), float(known.high[:, place].max())
        value = float(mean[place])
        rows.append(([ALL, channel], _assumed(value, min(low, value), max(high, value), "", like)))
    return rows


def _middle(value: Array, low: Array, high: Array) -> tuple[float, float, float]:
    return float(np.nanmedian(value)), float(np.nanmin(low)), float(np.nanmax(high))


def _assumed(value: float, low: float, high: float, unit: str, like: Case) -> Cells:
    cells = {"value": text_of(value), "low": text_of(low), "high": text_of(high), "kind": "assumed"}
    return {**cells, **({"unit": unit} if unit else {}), "why": WHY.format(case=like.name)}
