"""Which codes are those of states."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

__all__ = ["states"]


@cache
def states() -> frozenset[str]:
    """Return the ISO-3 codes of states, those no longer in use among them; territories are not."""
    with (Path(__file__).parent / "state_codes.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["iso3"] for row in csv.DictReader(file))
