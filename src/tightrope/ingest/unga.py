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


def agreement(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return agreement per roll call: 1 same vote, 0 one step apart, -1 yes against no, NaN if either is absent.

    The mean over roll calls is the similarity S with equal weights and absolute distances [SignorinoRitter1999]_.

    >>> agreement(np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 0.0, -1.0]
    """
    return np.asarray(1.0 - np.abs(one - other))
