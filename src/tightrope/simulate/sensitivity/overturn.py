"""How far a number has to move to overturn a conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tightrope.case.numbers import Number

__all__ = ["Overturn", "between", "first_flip", "line", "overturn"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Overturn:
    """A value of a number that overturns a conclusion.

    Parameters
    ----------
    number
        Of the case.
    value
        The tried value nearest to the stated one at which the conclusion was false.
    margin
        What the conclusion rests on, at that value; its sign is other than at the stated value.
    part
        Way from the stated value over that to the end of the range on the same side; above 1 beyond the range.
    """

    number: Number
    value: float
    margin: float
    part: float

    @property
    def within(self) -> bool:
        """Whether the value lies within the number's range."""
        return self.number.low <= self.value <= self.number.high


def line(number: Number, side: int, *, inside: int = 2, beyond: Sequence[float] = (2.0, 3.0)) -> Array:
    """Values at which to try a number, from near the stated one outwards.

    Parameters
    ----------
    number
        With a range.
    side
        -1 towards its low end, 1 towards its high end.
    inside
        Even steps to the end of the range.
    beyond
        Further places, as multiples of the way to the end. What is never negative is divided by them instead, so that it
        never reaches 0, and not tried below 0.

    Returns
    -------
    values
        (step,), empty if the range has no such side. Values stop at 1 where the unit is 1 and the range lies within 0
        and 1: most such numbers are parts of a whole.
    """
    end = number.low if side < 0 else number.high
    if end == number.value:
        return np.empty(0)
    near = number.value + np.linspace(0, 1, inside + 1)[1:-1] * (end - number.value)
    if side < 0 and number.low >= 0:
        far = end / np.array(beyond)
    else:
        far = number.value + np.array(beyond) * (end - number.value)
    if number.unit == "1" and number.low >= 0 and number.high <= 1:
        far = np.minimum(far, 1.0)
    values = np.array([number.value, *near, end, *far])
    moved: Array = values[1:][np.diff(values) != 0]
    return moved


def first_flip(central: float, margins: Array) -> int | None:
    """Index of the first margin whose sign is not that of the central one; None if there is none.

    NaN, where a value lies so far out that the model has no answer, has no sign.
    """
    flipped = ((margins > 0) != (central > 0)) & ~np.isnan(margins)
    return int(flipped.argmax()) if flipped.any() else None


def between(held: float, broke: float, *, steps: int = 16) -> Array:
    """Values between one at which a conclusion held and one at which it broke, and the latter, (step,)."""
    return np.linspace(held, broke, steps + 1)[1:]


def overturn(number: Number, central: float, values: Array, margins: Array) -> Overturn | None:
    """The first of some values that overturns a conclusion.

    Parameters
    ----------
    number
        Whose values they are.
    central
        Margin of the conclusion at the stated value.
    values, margins
        Tried values, from near the stated one outwards, and the margin at each, (step,).

    Returns
    -------
    overturn
        None if none of them does.
    """
    k = first_flip(central, margins)
    if k is None:
        return None
    end = number.low if values[k] < number.value else number.high
    part = (values[k] - number.value) / (end - number.value)
    return Overturn(number, float(values[k]), float(margins[k]), float(part))
