"""Read a table of collected facts: one published figure per row, with the source that states it."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

__all__ = ["economic", "period"]

QUARTERS = {("01", "03"): 1, ("04", "06"): 2, ("07", "09"): 3, ("10", "12"): 4}


def period(year: str) -> str:
    """Write the period of a fact as the case writes periods.

    Examples
    --------
    >>> [period(p) for p in ("2022", "2022-01/03", "2022-01/11", "2016/2023-06", "2022-06/2024")]
    ['2022', '2022Q1', '2022-01/2022-11', '2016-01/2023-06', '2022-06/2024-12']
    """
    if found := re.fullmatch(r"(\d{4})-(\d\d)/(\d\d)", year):
        y, first, last = found.groups()
        quarter = QUARTERS.get((first, last))
        return f"{y}Q{quarter}" if quarter else f"{y}-{first}/{y}-{last}"
    if found := re.fullmatch(r"(\d{4})/(\d{4}-\d\d)", year):
        return f"{found[1]}-01/{found[2]}"
    if found := re.fullmatch(r"(\d{4}-\d\d)/(\d{4})", year):
        return f"{found[1]}/{found[2]}-12"
    return year


def economic(path: Path) -> list[dict[str, Any]]:
    """Return the economic facts, one dictionary per row, in the order of the file.

    Keys: `actor, partner, measure, period, value, low, high, unit, title, publisher, date, where, note`. A bound that the
    source does not give is None. Partner `WLD` is all partners together.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {
                "actor": row["state"],
                "partner": row["power"],
                "measure": row["indicator"],
                "period": period(row["year"]),
                "value": float(row["value"]),
                "low": float(row["low"]) if row["low"] else None,
                "high": float(row["high"]) if row["high"] else None,
                "unit": row["unit"],
                "title": row["source_title"],
                "publisher": row["publisher"],
                "date": row["source_date"],
                "where": row["where"],
                "note": row["note"],
            }
            for row in csv.DictReader(file)
        ]
