"""Read General Assembly roll calls in the wide format of the Bailey-Strezhnev-Voeten data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["absences", "roll_calls"]


def roll_calls(path: Path) -> pd.DataFrame:
    """Return one row per roll call: `year` and one column per ISO-3 state.

    Votes are 1 yes, 2 abstain, 3 no; NaN where the state cast none or was no member.
    """
    wide = pd.read_parquet(path)
    states = [name for name in wide.columns if len(name) == 3 and name.isupper()]
    votes = wide[states].astype(float).replace({8.0: np.nan, 9.0: np.nan})
    votes.insert(0, "year", pd.to_datetime(wide["date"]).dt.year.to_numpy())
    return votes


def absences(path: Path, states: list[str]) -> pd.DataFrame:
    """Return `(year, state)` rows: roll calls that the state missed as a member, and all roll calls while it was one."""
    wide = pd.read_parquet(path, columns=["date", *states])
    year = pd.to_datetime(wide["date"]).dt.year.rename("year")
    missed, member = wide[states].eq(8).groupby(year).sum(), wide[states].ne(9).groupby(year).sum()
    return pd.DataFrame({"missed": missed.stack(), "all": member.stack()})
