"""Read the tidy tables of `tightrope trade reconcile`; every fault of every line is told at once."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tightrope.base import Problem, TightropeError, suggestion

from .units import per_million

__all__ = ["AGGREGATES", "Report", "Total", "read_pairs", "read_reports", "read_sizes", "read_totals"]

AGGREGATES = frozenset(
    """ALL ASEAN BRICS CIS EA EA19 EA20 EA_CHANGING EAC EAEU EU EU27 EU27_2020 EU28 EU_CHANGING EU_V EXT_EU27_2020
    GCC MERCOSUR OECD SCO TOTAL W00 WLD WORLD""".split()  # noqa: SIM905  (read at a glance)
)
"""Codes under which publishers print sums over countries; a sum among the reporters would be counted twice."""

CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")


@dataclass(frozen=True)
class Report:
    """What one reporter says about one flow in one year.

    Parameters
    ----------
    reporter, exporter, importer
        Codes; the reporter is usually one of the two.
    year
        Calendar year.
    value
        Millions of the currency; 0 is a report of no trade.
    basis
        `fob`, the value at the exporter's border, or `cif`, with freight and insurance to the importer's.
    sd
        Relative standard error that the user states; None where it is to be estimated; 0 is exact.
    line
        Where it stands.
    """

    reporter: str
    exporter: str
    importer: str
    year: int
    value: float
    basis: str
    sd: float | None = None
    line: int = 0


@dataclass(frozen=True)
class Total:
    """A sum of flows that is known.

    Parameters
    ----------
    exporters, importers
        Codes; empty is every country but those on the other side.
    year
        Calendar year.
    value
        Millions of the currency.
    basis
        `fob` or `cif`.
    sd
        Relative standard error; 0 is exact; None takes it from the reporters on the exporters' side.
    both
        Whether the flows the other way are in the sum too, as in a turnover.
    line
        Where it stands.
    """

    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    year: int
    value: float
    basis: str = "fob"
    sd: float | None = 0.0
    both: bool = False
    line: int = 0


@dataclass
class _Sheet:
    """Lines of a file, and what is wrong with them."""

    path: Path
    lines: list[tuple[int, dict[str, str]]]
    problems: list[Problem] = field(default_factory=list)
    currencies: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, what: str, value: str, expected: str, remedy: str) -> None:
        self.problems.append(Problem(self.path.name, line, value, expected, remedy, what))

    def finish(self) -> None:
        if len(self.currencies) > 1:
            first, *others = self.currencies
            for other in others:
                self.fault(
                    self.currencies[other], "unit", other, f"{first}, as above", "Convert all values to one currency."
                )
        if self.problems:
            count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
            raise TightropeError(f"{count} in {self.path}:", sorted(self.problems)[:_MOST])


_MOST = 200


def _sheet(path: Path, needed: Collection[str], known: Collection[str] | None) -> _Sheet:
    """Read a CSV file; `known` is None where other columns may stand in it too."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TightropeError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}. Give a CSV file."
        ) from None
    reader = csv.reader(text.splitlines())
    header = [name.strip() for name in next(reader, [])]
    sheet = _Sheet(path, [])
    for name in needed:
        if name not in header:
            sheet.fault(1, "header", "missing", f"a column `{name}`", f"The columns are {', '.join(needed)}.")
    for name in dict.fromkeys(header):
        if known is not None and name not in known:
            sheet.fault(1, "header", name, "a column of this table", suggestion(name, known) or "Delete it.")
        if header.count(name) > 1:
            sheet.fault(1, "header", name, "each column once", "Delete one of the two.")
    sheet.finish()
    for cells in reader:
        line = reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            sheet.fault(line, "row", f"{len(cells)} cells", f"{len(header)} cells", "Quote a cell that holds a comma.")
            continue
        sheet.lines.append((line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
    return sheet


def _number(sheet: _Sheet, line: int, name: str, text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        sheet.fault(line, name, text, "a number", "Write it with a point and without spaces; leave an unknown empty.")
        return None
    if value < 0:
        sheet.fault(line, name, text, "0 or more", "A flow cannot be negative; a correction belongs into the flow.")
        return None
    return value


def _year(sheet: _Sheet, line: int, text: str) -> int | None:
    if not re.fullmatch(r"[12]\d{3}", text):
        remedy = "Sum months to whole years and leave out a year of which months are missing."
        sheet.fault(line, "year", text, "a whole calendar year such as 2021", remedy)
        return None
    return int(text)


def _money(sheet: _Sheet, line: int, row: Mapping[str, str]) -> float | None:
    """Value of a row in millions; None where it is empty or faulty."""
    unit = per_million(row["unit"])
    if unit is None:
        sheet.fault(line, "unit", row["unit"], "a currency with a scale such as USD m", "Say k, m or bn.")
        return None
    sheet.currencies.setdefault(unit[0], line)
    if not row["value"]:
        return None
    value = _number(sheet, line, "value", row["value"])
    return None if value is None else value * unit[1]


def _basis(sheet: _Sheet, line: int, text: str) -> str:
    if text.lower() not in ("cif", "fob"):
        sheet.fault(line, "basis", text, "cif or fob", "Imports are mostly cif, exports fob; ask the reporter's notes.")
    return text.lower()


def _code(sheet: _Sheet, line: int, name: str, text: str, blocs: Collection[str]) -> str:
    if text in AGGREGATES and text not in blocs:
        remedy = f"Drop it, put it among the totals, or say --bloc {text} if its members are not there one by one."
        sheet.fault(line, name, text, "one country, no sum of several", remedy)
    elif not CODE.fullmatch(text):
        sheet.fault(line, name, text, "a code in capital letters such as KAZ", "Write the ISO-3 code; ROW is the rest.")
    return text


def _sd(sheet: _Sheet, line: int, row: Mapping[str, str]) -> float | None:
    return _number(sheet, line, "sd", row["sd"]) if row.get("sd") else None


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
    sheet = _sheet(path, needed, (*needed, "sd", "source"))
    aside: dict[str, int] = {}
    found: list[Report] = []
    for line, row in sheet.lines:
        before = len(sheet.problems)
        codes = [_code(sheet, line, name, row[name], blocs) for name in ("reporter", "exporter", "importer")]
        year, value, basis = (
            _year(sheet, line, row["year"]),
            _money(sheet, line, row),
            _basis(sheet, line, row["basis"]),
        )
        sd = _sd(sheet, line, row)
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


def _once(sheet: _Sheet, reports: list[Report]) -> None:
    first: dict[tuple[str, str, str, int], int] = {}
    for r in reports:
        key = r.reporter, r.exporter, r.importer, r.year
        if key in first:
            said = f"each reporter, pair and year once; line {first[key]} has it"
            sheet.fault(r.line, "row", " ".join(map(str, key)), said, "Delete one of the two, or sum them.")
        first.setdefault(key, r.line)


def _no_sums(sheet: _Sheet, reports: list[Report], near: float = 1e-5, fewest: int = 4) -> None:
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
    sheet = _sheet(path, needed, (*needed, "basis", "sd", "both", "source"))
    found = []
    for line, row in sheet.lines:
        before = len(sheet.problems)
        sides = [
            () if row[n] == "*" else tuple(_code(sheet, line, n, c.strip(), ()) for c in row[n].split("+"))
            for n in ("exporter", "importer")
        ]
        year, value = _year(sheet, line, row["year"]), _money(sheet, line, row)
        basis = _basis(sheet, line, row.get("basis") or "fob")
        sd, both = _sd(sheet, line, row), row.get("both", "") == "yes"
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
    sheet = _sheet(path, needed, (*needed, "source"))
    found: dict[tuple[str, int], float] = {}
    for line, row in sheet.lines:
        before = len(sheet.problems)
        code, year = _code(sheet, line, "country", row["country"], ("EU",)), _year(sheet, line, row["year"])
        value = _money(sheet, line, row)
        if value == 0 or (value is None and len(sheet.problems) == before):
            sheet.fault(line, "value", row["value"], "more than 0", "Delete the row of an unknown size.")
        if year is not None and (code, year) in found:
            sheet.fault(line, "row", f"{code} {year}", "each country and year once", "Delete one of the two.")
        if len(sheet.problems) == before and year is not None and value is not None:
            found[code, year] = value
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
    sheet = _sheet(path, ("exporter", "importer"), None)
    names = [
        name for name in (sheet.lines[0][1] if sheet.lines else {}) if name not in ("exporter", "importer", "source")
    ]
    found: dict[str, dict[tuple[str, str], float]] = {name: {} for name in names}
    for line, row in sheet.lines:
        pair = row["exporter"], row["importer"]
        for name in names:
            value = _number(sheet, line, name, row[name])
            if name == "distance" and value == 0:
                sheet.fault(line, name, row[name], "more than 0", "Give kilometres.")
            elif value is not None:
                found[name][pair] = math.log(value) if name == "distance" else value
    sheet.finish()
    return found
