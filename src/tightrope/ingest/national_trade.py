"""Read goods trade by partner as national statistics offices publish it, in million US dollars.

Every reader returns dictionaries with `year, partner, label, exports, imports`: `partner` is an ISO-3 code, `WLD` for the
total or empty for an aggregate or an unknown territory; `label` is the office's own name of the partner. A flow that the
office does not list is None where the year lists others only.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["armenia", "kazakhstan", "kyrgyzstan", "russia", "uzbekistan"]

THOUSAND = 1000.0
# Labels that the compiler of the sheets left without a code.
UNCODED = {"Республика Латвия": "LVA"}


def _lines(paths: Iterable[Path]) -> list[dict[str, str]]:
    found = []
    for path in paths:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        found += list(csv.DictReader(io.StringIO(text, newline="")))
    return found


def _amount(cell: str | None) -> float | None:
    return float(cell) / THOUSAND if cell else None


def kazakhstan(*paths: Path) -> list[dict[str, Any]]:
    """Return the Bureau of National Statistics' table in the latest edition of each year, in the order of the sheet."""
    rows = [row for row in _lines(paths) if row["latest_edition"] == "True"]
    return [
        {
            "year": int(row["year"]),
            "partner": "WLD"
            if row["partner_ru"].startswith("Всего")
            else row["partner_iso3"] or UNCODED.get(row["partner_ru"], ""),
            "label": row["partner_ru"],
            "exports": _amount(row["export_kusd"]),
            "imports": _amount(row["import_kusd"]),
        }
        for row in rows
    ]


def _by_flow(rows: list[dict[str, str]], label: str, total: str) -> list[dict[str, Any]]:
    """Join export and import lines of one partner and year; `total` is the label of the sum, if there is one."""
    cells: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        partner = "WLD" if row[label] == total else row["partner_iso3"]
        year = int(row["year"])
        cell = cells.setdefault(
            (year, partner or row[label]),
            {"year": year, "partner": partner, "label": row[label], "exports": None, "imports": None},
        )
        if row["value_kusd"]:
            cell[row["flow"] + "s"] = float(row["value_kusd"]) / THOUSAND
    return list(cells.values())


def kyrgyzstan(*paths: Path) -> list[dict[str, Any]]:
    """Return the National Statistical Committee's tables of exports and imports by partner."""
    return _by_flow(_lines(paths), "partner_en", "Total")


def uzbekistan(*paths: Path) -> list[dict[str, Any]]:
    """Return the Statistics Agency's tables; the table has no total line, so the sum of its lines is added as `WLD`."""
    rows = _by_flow(_lines(paths), "Klassifikator_en", "")
    for year in sorted({row["year"] for row in rows}):
        of_year = [row for row in rows if row["year"] == year]
        total = {flow: sum(row[flow] or 0.0 for row in of_year) for flow in ("exports", "imports")}
        rows.append({"year": year, "partner": "WLD", "label": "sum of the lines", **total})
    return rows


def russia(*paths: Path) -> list[dict[str, Any]]:
    """Return the Federal Customs Service's months summed over whole years; a year with a missing month is left out."""
    months: dict[tuple[int, str], dict[str, list[float]]] = {}
    for row in _lines(paths):
        flows = months.setdefault((int(row["year"]), row["partner_iso3"]), {"export": [], "import": []})
        if row["value_musd"]:
            flows[row["flow"]].append(float(row["value_musd"]))
    return [
        {
            "year": year,
            "partner": partner,
            "label": "",
            "exports": sum(flows["export"]),
            "imports": sum(flows["import"]),
        }
        for (year, partner), flows in sorted(months.items())
        if len(flows["export"]) == len(flows["import"]) == 12
    ]


def armenia(*paths: Path, codes: Mapping[str, str], imports: str = "import_origin") -> list[dict[str, Any]]:
    """Return the Statistical Committee's months summed over whole years; a year of which a month is missing is left out.

    `codes` are ISO-3 codes by the office's names of partners; `imports` is `import_origin` or `import_consignment`: the country
    where the goods were made, or from which they were sent. A month in which a partner is not listed is no trade; a partner
    whose name has no code is a line without one; the sum of all lines is added as `WLD`.
    """
    rows = _lines(paths)
    months: dict[int, set[str]] = {}
    cells: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        year, name = int(row["year"]), row["country"]
        months.setdefault(year, set()).add(row["month"])
        empty = {"year": year, "partner": codes.get(name, ""), "label": name, "exports": 0.0, "imports": 0.0}
        cell = cells.setdefault((year, name), empty)
        cell["exports"] += float(row["export"]) / THOUSAND
        cell["imports"] += float(row[imports]) / THOUSAND
    whole = [cell for (year, _), cell in sorted(cells.items()) if len(months[year]) == 12]
    for year in sorted({cell["year"] for cell in whole}):
        of_year = [cell for cell in whole if cell["year"] == year]
        total = {flow: sum(cell[flow] for cell in of_year) for flow in ("exports", "imports")}
        whole.append({"year": year, "partner": "WLD", "label": "sum of the lines", **total})
    return whole
