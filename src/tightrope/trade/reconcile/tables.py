"""Read the tidy tables of `tightrope trade reconcile`; every fault of every line is told at once."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

from tightrope.base import TightropeError

from .rows import Report, Total
from .sheet import Sheet, basis_of, code, money, number, sd_of, sheet_of, year_of

__all__ = ["read_pairs", "read_reports", "read_sizes", "read_totals"]


def read_reports(path: Path, *, blocs: Collection[str] = ()) -> tuple[tuple[Report, ...], dict[str, int]]:
    """Read reports of flows.

    Parameters
    ----------
    path
        CSV with the columns `reporter, exporter, importer, year, value, unit, basis` and perhaps `sd`.
    blocs
        Codes of sums that stand here for their members.

    Returns
    -------
    reports, set_aside
        The reports in the order of the file, and how many rows were not used for which reason.

    Raises
    ------
    TightropeError
        With every fault: sums among the countries, repeated rows, unknown units, parts of years, negative values.
    """
    needed = ("reporter", "exporter", "importer", "year", "value", "unit", "basis")
    sheet = sheet_of(path, needed, (*needed, "sd", "source"))
    aside: dict[str, int] = {}
    found: list[Report] = []
    for line, row in sheet.lines:
        before = len(sheet.problems)
        codes = [code(sheet, line, name, row[name], blocs) for name in ("reporter", "exporter", "importer")]
        year, value, basis = (
            year_of(sheet, line, row["year"]),
            money(sheet, line, row),
            basis_of(sheet, line, row["basis"]),
        )
        sd = sd_of(sheet, line, row)
        if codes[1] == codes[2]:
            remedy = "Leave it out; trade at home comes from --gdp."
            sheet.fault(line, "importer", codes[2], "another country than the exporter", remedy)
        if len(sheet.problems) > before:
            continue
        if value is None or year is None:
            aside["rows without a value"] = aside.get("rows without a value", 0) + 1
            continue
        found.append(Report(codes[0], codes[1], codes[2], year, value, basis, sd, line))
    _once(sheet, found)
    _no_sums(sheet, found)
    sheet.finish()
    if not found:
        raise TightropeError(f"{path} has no report with a value. Give at least one row below the header.")
    return tuple(found), aside


def _once(sheet: Sheet, reports: list[Report]) -> None:
    first: dict[tuple[str, str, str, int], int] = {}
    for r in reports:
        key = r.reporter, r.exporter, r.importer, r.year
        if key in first:
            said = f"each reporter, pair and year once; line {first[key]} has it"
            sheet.fault(r.line, "row", " ".join(map(str, key)), said, "Delete one of the two, or sum them.")
        first.setdefault(key, r.line)


def _no_sums(sheet: Sheet, reports: list[Report], near: float = 1e-5, fewest: int = 4) -> None:
    """A partner whose flow equals the sum of all others' is a total in disguise."""
    groups: dict[tuple[str, int, bool], list[Report]] = {}
    for r in reports:
        if r.reporter in (r.exporter, r.importer):
            groups.setdefault((r.reporter, r.year, r.reporter == r.exporter), []).append(r)
    for group in groups.values():
        largest, total = max(group, key=lambda r: r.value), math.fsum(r.value for r in group)
        if len(group) > fewest and abs(2 * largest.value - total) <= near * total:
            partner = largest.importer if largest.reporter == largest.exporter else largest.exporter
            said = f"{partner} {largest.value:g}, the sum of all other partners"
            sheet.fault(largest.line, "value", said, "countries only", "Move the total to --totals.")


def read_totals(path: Path) -> tuple[Total, ...]:
    """Read known sums of flows.

    Parameters
    ----------
    path
        CSV with `exporter, importer, year, value, unit` and perhaps `basis, sd, both, source`. A side is a code, codes
        joined by `+`, or `*` for every country that the other side does not name. `sd` is 0 for an exact sum; empty
        takes the estimated error of the exporters' own reports. `both` is `yes` for a turnover.

    Returns
    -------
    totals
        In the order of the file.

    Raises
    ------
    TightropeError
        With every fault.
    """
    needed = ("exporter", "importer", "year", "value", "unit")
    sheet = sheet_of(path, needed, (*needed, "basis", "sd", "both", "source"))
    found = []
    for line, row in sheet.lines:
        before = len(sheet.problems)
        sides = [
            () if row[n] == "*" else tuple(code(sheet, line, n, c.strip(), ()) for c in row[n].split("+"))
            for n in ("exporter", "importer")
        ]
        year, value = year_of(sheet, line, row["year"]), money(sheet, line, row)
        basis = basis_of(sheet, line, row.get("basis") or "fob")
        sd, both = sd_of(sheet, line, row), row.get("both", "") == "yes"
        if value is None and len(sheet.problems) == before:
            sheet.fault(line, "value", "", "a number", "A total without a value says nothing; delete the row.")
        if not any(sides):
            sheet.fault(line, "exporter", "*", "a code on one side at least", "Name the country.")
        if len(sheet.problems) == before and year is not None and value is not None:
            found.append(Total(sides[0], sides[1], year, value, basis, sd, both, line))
    sheet.finish()
    return tuple(found)


def read_sizes(path: Path) -> dict[tuple[str, int], float]:
    """Read gross domestic products.

    Parameters
    ----------
    path
        CSV with `country, year, value, unit`.

    Returns
    -------
    sizes
        Millions of the currency by (country, year).

    Raises
    ------
    TightropeError
        With every fault.
    """
    needed = ("country", "year", "value", "unit")
    sheet = sheet_of(path, needed, (*needed, "source"))
    found: dict[tuple[str, int], float] = {}
    for line, row in sheet.lines:
        before = len(sheet.problems)
        country, year = code(sheet, line, "country", row["country"], ("EU",)), year_of(sheet, line, row["year"])
        value = money(sheet, line, row)
        if value == 0 or (value is None and len(sheet.problems) == before):
            sheet.fault(line, "value", row["value"], "more than 0", "Delete the row of an unknown size.")
        if year is not None and (country, year) in found:
            sheet.fault(line, "row", f"{country} {year}", "each country and year once", "Delete one of the two.")
        if len(sheet.problems) == before and year is not None and value is not None:
            found[country, year] = value
    sheet.finish()
    return found


def read_pairs(path: Path) -> dict[str, dict[tuple[str, str], float]]:
    """Read what lies between two countries.

    Parameters
    ----------
    path
        CSV with `exporter, importer` and columns of numbers; the logarithm is taken of `distance`, and the others stand
        as they are, such as 0 and 1.

    Returns
    -------
    pairs
        By column and (exporter, importer).

    Raises
    ------
    TightropeError
        With every fault.
    """
    sheet = sheet_of(path, ("exporter", "importer"), None)
    names = [
        name for name in (sheet.lines[0][1] if sheet.lines else {}) if name not in ("exporter", "importer", "source")
    ]
    found: dict[str, dict[tuple[str, str], float]] = {name: {} for name in names}
    for line, row in sheet.lines:
        pair = row["exporter"], row["importer"]
        for name in names:
            value = number(sheet, line, name, row[name], least=-math.inf)
            if name == "distance" and value is not None and value <= 0:
                sheet.fault(line, name, row[name], "more than 0", "Give kilometres.")
            elif value is not None:
                found[name][pair] = math.log(value) if name == "distance" else value
    sheet.finish()
    return found
