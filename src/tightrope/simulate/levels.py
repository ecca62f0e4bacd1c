"""What a scenario says of the powers in a year, for measures taken outside a simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tightrope.base.estimate import Estimate

from .forcing import forcing
from .mechanisms import mechanisms

if TYPE_CHECKING:
    from tightrope.case import Case

__all__ = ["levels"]


def levels(case: Case, year: int, scenario: str = "history") -> dict[str, Estimate]:
    """Aggression, attention and capability of the powers at the end of a year.

    Parameters
    ----------
    case
        Any case.
    year
        The year; empty result where it lies outside the case's period.
    scenario
        Which of the case's scenarios; none of that name gives an empty result.

    Returns
    -------
    levels
        (power,) each, for `tightrope.measure.measures`.

    Assumes
    -------
    A year is judged by its last quarter.

    Source
    ------
    The scenario's shocks.
    """
    quarter = f"{year}Q4"
    if quarter not in case.quarters or scenario not in case.scenarios:
        return {}
    now = forcing(case, scenario, dict.fromkeys(mechanisms, 1.0))
    t = case.quarters.index(quarter)
    return {
        name: Estimate(x[t, :, 0], x[t, :, 1], x[t, :, 2], ("power",), "1", name)
        for name, x in (("aggression", now.aggression), ("attention", now.attention), ("capability", now.capability))
    }
