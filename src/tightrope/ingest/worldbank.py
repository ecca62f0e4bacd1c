"""Read tables of the World Bank: development indicators, bilateral matrices of migrants and remittances."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["indicator", "migrants", "quarterly_remittances", "remittance_share", "remittances"]


def _lines(paths: Iterable[Path]) -> list[dict[str, str]]:
    found = []
    for path in paths:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        found += list(csv.DictReader(io.StringIO(text, newline="")))
    return found


def indicator(*paths: Path) -> dict[tuple[str, int], float]:
    """Return one development indicator by (ISO-3 code, year); a cell without a value is not there."""
    return {(row["Country Code"], int(row["Year"])): float(row["Value"]) for row in _lines(paths) if row["Value"]}


def remittance_share(*paths: Path) -> dict[tuple[str, int], float]:
    """Return remittances received as part of GDP (unit 1) by (ISO-3 code, year)."""
    return {(r["iso3c"], int(r["year"])): float(r["remit_gdp"]) / 100 for r in _lines(paths) if r["remit_gdp"]}


def quarterly_remittances(*paths: Path) -> list[dict[str, Any]]:
    """Return remittances received as rows `country, quarter, value`, million US dollars a quarter."""
    return [
        {
            "country": row["country"],
            "quarter": f"{row['date'][:4]}Q{(int(row['date'][5:7]) + 2) // 3}",
            "value": float(row["USD_Million"]),
        }
        for row in _lines(paths)
        if row["frequency"] == "quarterly" and row["USD_Million"]
    ]


def _matrix(path: Path, origin: str, destination: str, value: str) -> dict[tuple[str, str], float]:
    cells: dict[tuple[str, str], float] = {}
    for row in _lines([path]):
        # The row of totals has no code; its name differs in case between the two files.
        partner = "WLD" if row[destination].upper() == "WORLD" else row[destination.replace("country", "iso3")]
        actor = row[origin.replace("country", "iso3")]
        if actor and partner:
            cells[actor, partner] = float(row[value])
    return cells


def remittances(path: Path) -> dict[tuple[str, str], float]:
    """Return estimated remittances by (receiver, sender), million US dollars; a pair that is not there is zero in the matrix.

    Source: Ratha and Shaw's method: estimates from migrant stocks and incomes, not reports.
    """
    return _matrix(path, "receiving_country", "sending_country", "remittance_musd")


def migrants(path: Path) -> dict[tuple[str, str], float]:
    """Return estimated migrant stocks by (origin, destination), persons; a pair that is not there is zero in the matrix."""
    return _matrix(path, "origin_country", "destination_country", "migrants")
