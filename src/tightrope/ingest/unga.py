"""Read General Assembly roll calls in the wide format of the Bailey-Strezhnev-Voeten data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["agreement", "roll_calls"]

VOTES = {1: 1.0, 2: 2.0, 3: 3.0}  # yes, abstain, no; 8 (absent) and 9 (not a member) are no vote


def roll_calls(path: Path) -> pd.DataFrame:
    """Return one row per roll call: `year` and one column per ISO-3 state.

    Votes are 1 yes, 2 abstain, 3 no; NaN where the state cast none or was no member.
    """
    wide = pd.read_parquet(path)
    states = [name for name in wide.columns if len(name) == 3 and name.isupper()]
    votes = wide[states].astype(float).replace({8.0: np.nan, 9.0: np.nan})
    votes.insert(0, "year", pd.to_datetime(wide["date"]).dt.year.to_numpy())
    return votes


def agreement(one: np.ndarray, other: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Return Scott's pi between two states' votes: agreement beyond what their common habit of voting brings about.

    1 is the same vote always, 0 as much agreement as chance would give two states that vote as these two do on average,
    below 0 less than that. Most texts of the Assembly pass with most states in favour, so plain agreement makes nearly
    every pair look close; correcting for chance takes that out [Haege2011]_. Disagreement grows with the square of the
    distance between yes (1), abstain (2) and no (3). Roll calls in which either was absent do not count; NaN where the
    two never disagreed because neither ever voted differently from a single answer.

    `weight` holds how often each roll call counts, (draws, roll calls), for the bootstrap; one draw of ones by default.

    >>> agreement(np.array([1.0, 1.0, 3.0, 3.0]), np.array([1.0, 1.0, 3.0, 3.0])).tolist()
    [1.0]
    >>> agreement(np.array([1.0, 1.0, 3.0, 3.0]), np.array([3.0, 3.0, 1.0, 1.0])).tolist()
    [-1.0]
    """
    both = ~(np.isnan(one) | np.isnan(other))
    if weight is None:
        weight = np.ones((1, len(one)))
    weight, one, other = weight[:, both], one[both], other[both]
    count = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        seen = weight @ ((one - other) ** 2) / count
        share = [weight @ ((one == v).astype(float) + (other == v)) / (2 * count) for v in VOTES.values()]
        pairs = [(a, b) for a in range(3) for b in range(3)]
        chance = sum(share[a] * share[b] * (a - b) ** 2 for a, b in pairs)
        return np.asarray(1.0 - seen / chance)
