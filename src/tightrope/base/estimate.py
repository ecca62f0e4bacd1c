"""A labelled block of numbers with their range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import CaseError
from .frozen import Frozen, read_only

__all__ = ["Estimate"]


@dataclass(frozen=True, eq=False)
class Estimate(Frozen):
    """A value with a range for every cell; NaN where nothing is known.

    Parameters
    ----------
    value, low, high
        Arrays of one shape, low <= value <= high. Low and high equal the value where no range is given.
    dims
        Name of each dimension.
    unit
        Unit of the three arrays.
    meaning
        What the number says.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    dims: tuple[str, ...]
    unit: str
    meaning: str = ""

    def __post_init__(self) -> None:
        value = read_only(self.value)
        arrays = {"value": value}
        for name in ("low", "high"):
            given = read_only(getattr(self, name))
            if given.shape != value.shape:
                raise CaseError(f"Estimate: {name} has shape {given.shape}, value has {value.shape}; make them equal.")
            arrays[name] = read_only(np.where(np.isnan(given), value, given))
        if len(self.dims) != value.ndim:
            raise CaseError(f"Estimate: {len(self.dims)} dimension names {self.dims} for an array of {value.ndim}.")
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        object.__setattr__(self, "dims", tuple(self.dims))

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each dimension."""
        return self.value.shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Estimate):
            return NotImplemented
        return (self.dims, self.unit, self.meaning) == (other.dims, other.unit, other.meaning) and all(
            np.array_equal(getattr(self, name), getattr(other, name), equal_nan=True)
            for name in ("value", "low", "high")
        )

    __hash__ = None  # type: ignore[assignment]
