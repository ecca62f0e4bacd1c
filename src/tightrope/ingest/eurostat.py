"""Read exports of the European Union as Eurostat publishes them, in euro."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

__all__ = ["annual_exports", "monthly_exports", "monthly_imports"]

MILLION = 1e6
AGGREGATES = {"EU27_2020", "EU_CHANGING", "EA20", "EA_CHANGING"}


def annual_exports(*paths: Path) -> dict[tuple[str, int], float]:
    """Return exports of the 27 members together by (partner, year), million euro."""
    found: dict[tuple[str, int], float] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["partner_iso3"] and row["VALUE_IN_EUR"]:
                    found[row["partner_iso3"], int(row["year"])] = float(row["VALUE_IN_EUR"]) / MILLION
    return found


def _monthly(paths: tuple[Path, ...], flow: str) -> dict[tuple[str, str, str], float]:
    found: dict[tuple[str, str, str], float] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["flow"] == flow and row["reporter_code"] not in AGGREGATES and row["VALUE_IN_EUR"]:
                    key = row["reporter_code"], row["partner_iso3"], row["period_iso"]
                    found[key] = float(row["VALUE_IN_EUR"]) / MILLION
    return found


def monthly_exports(*paths: Path) -> dict[tuple[str, str, str], float]:
    """Return exports by (member, partner, month such as `2022-03`), million euro; an absent month is no trade reported."""
    return _monthly(paths, "EXPORT")


def monthly_imports(*paths: Path) -> dict[tuple[str, str, str], float]:
    """Return imports by (member, partner, month), million euro; an absent month is no trade reported."""
    return _monthly(paths, "IMPORT")
