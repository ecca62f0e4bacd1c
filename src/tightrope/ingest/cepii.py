"""Read what lies between two countries: distance, common border, language and past, from CEPII's GeoDist."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

__all__ = ["between"]


def between(path: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Return `distance, contiguity, language, past` by (origin, destination), in CEPII's own country codes.

    `distance` is that between the largest cities, km. The others are 0 or 1: a common land border; a language that is official
    in both or spoken by a ninth of both; one state, one ruler after 1945, or one the ruler of the other after 1945.
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["iso_o"], row["iso_d"]] = {
                "distance": float(row["dist"]),
                "contiguity": float(row["contig"]),
                "language": max(float(row["comlang_off"]), float(row["comlang_ethno"])),
                "past": max(float(row["comcol"]), float(row["col45"]), float(row["smctry"])),
            }
    return found
