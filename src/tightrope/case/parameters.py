"""Values of a parameter in force on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base import TightropeError, period

from .documents import ParameterEntry, ParameterRow

__all__ = ["ALL", "cells", "dated_rows", "in_force"]

ALL = "all"
"""Stands for every label of a dimension, and for every state or power of a shock."""

Array = NDArray[np.float64]


def dated_rows(entry: ParameterEntry) -> list[tuple[datetime.date, str, ParameterRow]]:
    """Rows of a parameter in the order in which later ones override earlier ones.

    By the day from which they hold, then from general to specific; among equally specific ones the row that
    fixes an earlier dimension wins.

    Parameters
    ----------
    entry
        The parameter.

    Returns
    -------
    rows
        First day, the text that named it, and the row. Texts that are no period are left out.
    """
    rows = []
    for text, group in entry.values.items():
        try:
            day = period(text).start
        except TightropeError:
            continue  # `case.checks.parameters` says so
        rows += [(day, text, row) for row in group]
    return sorted(rows, key=lambda item: (item[0], _specific(item[2])))


def _specific(row: ParameterRow) -> tuple[int, tuple[bool, ...]]:
    fixed = tuple(label != ALL for label in row.at)
    return sum(fixed), fixed


def cells(row: ParameterRow, labels: Sequence[Sequence[str]]) -> Iterator[tuple[int, ...]]:
    """Indices of the cells that a row fills.

    Parameters
    ----------
    row
        The row.
    labels
        Labels of each dimension.

    Yields
    ------
    index
        One per cell.
    """
    yield from product(
        *(
            range(len(known)) if label == ALL else (known.index(label),)
            for label, known in zip(row.at, labels, strict=True)
        )
    )


def in_force(
    entry: ParameterEntry, labels: Mapping[str, Sequence[str]], day: datetime.date
) -> tuple[Array, Array, Array]:
    """Value, low and high of every cell on a day.

    NaN where no row holds yet; low and high equal the value where a row gives none.

    Parameters
    ----------
    entry
        The parameter.
    labels
        Labels of each dimension by its name.
    day
        The day.

    Returns
    -------
    value, low, high
        Arrays with the dimensions of the parameter.
    """
    known = [labels[dim] for dim in entry.dims]
    block = np.full((3, *(len(one) for one in known)), np.nan)
    for start, _, row in dated_rows(entry):
        if start <= day:
            low = row.value if row.low is None else row.low
            high = row.value if row.high is None else row.high
            for index in cells(row, known):
                place: tuple[Any, ...] = (slice(None), *index)
                block[place] = row.value, low, high
    if entry.symmetric and len(known) == 2:
        block = np.where(np.isnan(block), block.swapaxes(1, 2), block)
    return block[0, ...], block[1, ...], block[2, ...]
