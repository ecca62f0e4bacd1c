"""Read daily tie scores made of GDELT events (one row per day, state and partner)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

__all__ = ["cooperation"]


def cooperation(path: Path) -> pd.DataFrame:
    """Return rows `state, partner, year, score`: the sum of the positive daily scores of the pair in the year.

    The score mixes the Goldstein value of events with the volume of reports on them and has no direction.
    Days with a negative sum (conflict) are left out. The state's events at home are left out too.
    """
    daily = pd.read_parquet(path)
    daily = daily[(daily["edge"] > 0) & (daily["country"] != daily["partner"])]
    daily = daily.assign(year=daily["date"].astype(str).str[:4].astype(int))
    yearly = daily.groupby(["country", "partner", "year"], as_index=False)["edge"].sum()
    return yearly.rename(columns={"country": "state", "edge": "score"})
