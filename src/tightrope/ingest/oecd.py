"""Read official development assistance as the OECD publishes it."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

__all__ = ["aid"]


def aid(*paths: Path) -> dict[tuple[str, int], float]:
    """Return net aid received from all official donors by (recipient, year), million US dollars at current prices."""
    found: dict[tuple[str, int], float] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["PRICE_BASE"] == "V" and row["ObsValue"]:
                    found[row["RECIPIENT"], int(row["TIME_PERIOD"])] = float(row["ObsValue"])
    return found
