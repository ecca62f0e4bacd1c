"""Lines of a CSV file, and everything that is wrong with them."""

from __future__ import annotations

import csv
import gzip
import math
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tightrope.base import Problem, TightropeError, suggestion

from .units import per_million

__all__ = ["AGGREGATES", "Sheet", "basis_of", "code", "money", "number", "sd_of", "sheet_of", "year_of"]

AGGREGATES = frozenset(
    """ALL ASEAN BRICS CIS EA EA19 EA20 EA_CHANGING EAC EAEU EU EU27 EU27_2020 EU28 EU_CHANGING EU_V EXT_EU27_2020
    GCC MERCOSUR OECD SCO TOTAL W00 WLD WORLD""".split()  # noqa: SIM905  (read at a glance)
)
"""Codes under which publishers print sums over countries; a sum among the reporters would be counted twice."""

CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}")


@dataclass
class Sheet:
    """Lines of a file, and what is wrong with them.

    Parameters
    ----------
    path
        The file.
    lines
        Line number and cells by column.
    problems
        Found so far.
    currencies
        Each currency met, and the first line that has it.
    """

    path: Path
    lines: list[tuple[int, dict[str, str]]]
    problems: list[Problem] = field(default_factory=list)
    currencies: dict[str, int] = field(default_factory=dict)

    def fault(self, line: int, what: str, value: str, expected: str, remedy: str) -> None:
        """Note a fault of a line."""
        self.problems.append(Problem(self.path.name, line, value, expected, remedy, what))

    def finish(self) -> None:
        """Raise, if anything is wrong."""
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


def sheet_of(path: Path, needed: Collection[str], known: Collection[str] | None) -> Sheet:
    """Read a CSV file; `known` is None where other columns may stand in it too."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text, packed or plain"
        raise TightropeError(f"{path} cannot be read: {why}. Give a CSV or CSV.gz file.") from None
    reader = csv.reader(text.splitlines())
    header = [name.strip() for name in next(reader, [])]
    sheet = Sheet(path, [])
    for name in needed:
        if name not in header:
            sheet.fault(1, "header", "missing", f"a column `{name}`", f"The columns are {', '.join(needed)}.")
    for name in dict.fromkeys(header):
        if known is not None and name not in known:
            sheet.fault(1, "header", name, "a column of this table", suggestion(name, known) or "Delete it.")
        if header.count(name) > 1:
            sheet.fault(1, "header", name, "each column once", "Delete one of the two.")
    sheet.finish()
    try:
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                sheet.fault(
                    line, "row", f"{len(cells)} cells", f"{len(header)} cells", "Quote a cell that holds a comma."
                )
                continue
            sheet.lines.append((line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}))
    except csv.Error as error:
        sheet.fault(reader.line_num, "row", str(error), "comma-separated values", "Close every quote.")
    return sheet


def number(sheet: Sheet, line: int, name: str, text: str, *, least: float = 0.0) -> float | None:
    """A number of `least` or more; a fault and None otherwise."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        sheet.fault(line, name, text, "a number", "Write it with a point and without spaces; leave an unknown empty.")
        return None
    if value < least:
        sheet.fault(line, name, text, "0 or more", "A flow cannot be negative; a correction belongs into the flow.")
        return None
    return value


def year_of(sheet: Sheet, line: int, text: str) -> int | None:
    """A whole calendar year; a fault and None otherwise."""
    if not re.fullmatch(r"[12]\d{3}", text):
        remedy = "Sum months to whole years and leave out a year of which months are missing."
        sheet.fault(line, "year", text, "a whole calendar year such as 2021", remedy)
        return None
    return int(text)


def money(sheet: Sheet, line: int, row: Mapping[str, str]) -> float | None:
    """Value of a row in millions; None where it is empty or faulty."""
    unit = per_million(row["unit"])
    if unit is None:
        sheet.fault(line, "unit", row["unit"], "a currency with a scale such as USD m", "Say k, m or bn.")
        return None
    sheet.currencies.setdefault(unit[0], line)
    if not row["value"]:
        return None
    value = number(sheet, line, "value", row["value"])
    if value is not None and not math.isfinite(value * unit[1]):
        sheet.fault(line, "value", row["value"], "an amount of money", "Check the unit.")
        return None
    return None if value is None else value * unit[1]


def basis_of(sheet: Sheet, line: int, text: str) -> str:
    """`cif` or `fob`; a fault otherwise."""
    if text.lower() not in ("cif", "fob"):
        sheet.fault(line, "basis", text, "cif or fob", "Imports are mostly cif, exports fob; ask the reporter's notes.")
    return text.lower()


def code(sheet: Sheet, line: int, name: str, text: str, blocs: Collection[str]) -> str:
    """A code as it stands; a fault if it is that of a sum or no code."""
    if text in AGGREGATES and text not in blocs:
        remedy = f"Drop it, put it among the totals, or say --bloc {text} if its members are not there one by one."
        sheet.fault(line, name, text, "one country, no sum of several", remedy)
    elif not CODE.fullmatch(text):
        sheet.fault(line, name, text, "a code in capital letters such as KAZ", "Write the ISO-3 code; ROW is the rest.")
    return text


def sd_of(sheet: Sheet, line: int, row: Mapping[str, str]) -> float | None:
    """Relative standard error of a row; None where it is not said."""
    return number(sheet, line, "sd", row["sd"]) if row.get("sd") else None
