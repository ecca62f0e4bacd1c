"""From rows to labelled blocks of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from tightrope.base import Estimate

from .readings import Readings
from .rows import Row

__all__ = ["attribute", "dyad", "share"]


def share(
    readings: Readings, year: int, *, states: Sequence[str], powers: Sequence[str], carry: Mapping[str, float]
) -> Estimate:
    """Share of each power in each channel of each state in a year.

    The chosen row of the year, else the latest earlier one within the channel's carry, never a later one; NaN
    where there is none.

    Parameters
    ----------
    readings
        Chosen ties.
    year
        The year.
    states, powers
        Labels.
    carry
        Years that a share stands for, by channel; its order is that of the channels.

    Returns
    -------
    share
        (state, power, channel), unit 1.

    Assumes
    -------
    A share holds until a later one is known, for as many years as its channel allows.

    Source
    ------
    The rows of ties.csv, each with its own.
    """
    rows = [
        readings.at((state, power, channel), year, carry=years)
        for state, power, (channel, years) in product(states, powers, carry.items())
    ]
    shape = (len(states), len(powers), len(carry))
    return _estimate(rows, shape, ("state", "power", "channel"), "1", f"share of the state's channel in {year}")


def attribute(
    readings: Readings,
    name: str,
    year: int | None,
    *,
    actors: Sequence[str],
    dim: str,
    partner: str,
    unit: str,
    meaning: str,
) -> Estimate:
    """An attribute of some actors.

    Parameters
    ----------
    readings
        Chosen attributes.
    name
        The attribute.
    year
        The latest row not later than it is used; None for the latest of all.
    actors
        Labels.
    dim
        Name of the dimension.
    partner
        Towards whom; empty for none.
    unit, meaning
        Of the attribute.

    Returns
    -------
    attribute
        (dim,), NaN where nothing is known.
    """
    rows = [readings.at((name, actor, partner), year) for actor in actors]
    return _estimate(rows, (len(actors),), (dim,), unit, meaning)


def dyad(
    readings: Readings,
    name: str,
    year: int | None,
    *,
    states: Sequence[str],
    powers: Sequence[str],
    unit: str,
    meaning: str,
) -> Estimate:
    """An attribute of states towards powers.

    Parameters
    ----------
    readings
        Chosen attributes.
    name
        The attribute.
    year
        The latest row not later than it is used; None for the latest of all.
    states, powers
        Labels.
    unit, meaning
        Of the attribute.

    Returns
    -------
    dyad
        (state, power), NaN where nothing is known.
    """
    rows = [readings.at((name, state, power), year) for state, power in product(states, powers)]
    return _estimate(rows, (len(states), len(powers)), ("state", "power"), unit, meaning)


def _estimate(
    rows: Sequence[Row | None], shape: tuple[int, ...], dims: tuple[str, ...], unit: str, meaning: str
) -> Estimate:
    block = np.full((3, len(rows)), np.nan)
    for place, row in enumerate(rows):
        if row is not None and row.value is not None:
            block[0, place] = row.value
            block[1, place] = row.value if row.low is None else row.low
            block[2, place] = row.value if row.high is None else row.high
    value, low, high = block.reshape(3, *shape)
    return Estimate(value, low, high, dims, unit, meaning)
