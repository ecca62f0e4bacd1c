"""The weights that a simulation of a case draws from: fitted where the case has a posterior, else its priors."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tightrope.base import period, quarter_index
from tightrope.decide.draws import Draws, prior_draws
from tightrope.decide.evidence import evidence
from tightrope.decide.layers import Data, data
from tightrope.decide.panel import panel
from tightrope.decide.posterior import POSTERIOR, as_draws, load_posterior, until_of

from .forcing import forcing
from .mechanisms import mechanisms
from .observed import observed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tightrope.case import Case

__all__ = ["fit_data", "roll_days", "weights"]


def fit_data(case: Case, until: str | None = None) -> Data:
    """All that the decision model of a case is fitted to.

    Parameters
    ----------
    case
        Any case. Without votes of all states it has one layer.
    until
        Last day of the decisions and votes used; all by default.

    Returns
    -------
    data
        The coded decisions with what the states saw, and the votes of all states where the list of them is complete.

    Raises
    ------
    FitError
        If no decision can be used.
    """
    coded = evidence(case, observed(case), until=until)
    days = _rolls(case, until)
    if not days:
        return data(case, coded)
    scale = float(case.parameter("capacity_scale").value)
    return data(case, coded, panel(case, rolls=list(days), aggression=_aggression(case, days)), capacity_scale=scale)


def roll_days(case: Case, until: str | None = None) -> list[str]:
    """Day of each roll call in the fit, in the order of the panel.

    Parameters
    ----------
    case, until
        As in `fit_data`.
    """
    return list(_rolls(case, until).values())


def _rolls(case: Case, until: str | None) -> dict[str, str]:
    """Day of each roll call of all states by id, in the order of the panel.

    Lists that lack states are left out: who is named in a partial list is named for how it voted.
    """
    last = None if until is None else period(until).end
    rows = case.tables.get("peer_votes", ())
    size = Counter(row.question for row in rows)
    days = {row.question: row.date for row in rows if size[row.question] == max(size.values())}
    kept = [(day, name) for name, day in days.items() if last is None or period(day).end <= last]
    return {name: day for day, name in sorted(kept)}


def _aggression(case: Case, days: dict[str, str]) -> dict[str, NDArray[np.float64]]:
    """Aggression that the history gives the powers on the days of votes within the period, by roll call."""
    name = "history" if "history" in case.scenarios else next(iter(case.scenarios))
    level = forcing(case, name, dict.fromkeys(mechanisms, 1.0)).aggression[..., 0]
    place = {roll: quarter_index(period(day).quarter) - quarter_index(case.start) for roll, day in days.items()}
    return {roll: level[t] for roll, t in place.items() if 0 <= t < len(level)}


def weights(case: Case) -> Draws:
    """Draws of the decision model's weights.

    Parameters
    ----------
    case
        Any case.

    Returns
    -------
    draws
        Of the case's posterior if it has one, else of its priors.

    Raises
    ------
    FitError
        If the posterior was fitted to other data than the case has now.
    """
    path = case.path / POSTERIOR
    if not path.exists():
        return prior_draws(case)
    return _fitted(case, path)


# Cases are equal if their data are, wherever they lie, so the path is part of the key.
@lru_cache(maxsize=8)
def _fitted(case: Case, path: Path) -> Draws:
    learned = fit_data(case, until_of(path))
    return as_draws(case, learned, load_posterior(path, learned))
