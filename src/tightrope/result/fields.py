"""What the columns of a result's tables mean, and the plain values that they hold.

`fields.csv` describes every table that a run writes; a new column is a new row there.
"""

from __future__ import annotations

import csv
import importlib.resources
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias

from tightrope.base import Problem

__all__ = ["Cell", "Field", "Record", "described_fields", "fields", "plain_table", "problem"]

Cell: TypeAlias = str | int | float | bool | None
Record: TypeAlias = dict[str, Any]

LARGEST = 2**63
NAMES = {bool: "boolean", int: "integer", float: "number", str: "string"}
"""Types of cells; a truth value is an integer too, so it comes first."""


@dataclass(frozen=True)
class Field:
    """One column of a result table; the one without a name describes the table itself."""

    name: str
    type: str
    unit: str = ""
    meaning: str = ""


@cache
def described_fields() -> Mapping[str, tuple[Field, ...]]:
    """The fields known for each table, as `fields.csv` lists them."""
    text = importlib.resources.files("tightrope.result").joinpath("fields.csv").read_text("utf-8")
    known: dict[str, list[Field]] = {}
    for row in csv.DictReader(text.splitlines()):
        about = Field(row["name"], row["type"], row["unit"], row["meaning"])
        known.setdefault(row["table"], []).append(about)
    return MappingProxyType({table: tuple(about) for table, about in known.items()})


def fields(table: str, rows: Sequence[Record]) -> list[Field]:
    """The columns of a table in their order, described where `fields.csv` knows them."""
    known = {f.name: f for f in described_fields().get(table, ()) if f.name}
    if not rows:
        return list(known.values())
    return [known.get(key) or Field(key, _column_type([row[key] for row in rows])) for key in rows[0]]


def plain_table(name: str, rows: Iterable[Mapping[str, Any]], problems: list[Problem]) -> list[Record]:
    """Records with the same keys in the same order; unfit columns are added to `problems`."""
    found = [{key: _plain(cell) for key, cell in row.items()} for row in rows]
    keys = list(dict.fromkeys(key for row in found for key in row))
    for key in keys:
        if not key.isprintable():  # a line break would end the header of the CSV
            problems.append(problem(f"table {name}", "column", repr(key), "a name on one line", "Rename the column."))
        problems += _mixed(name, key, [row.get(key) for row in found])
    return [{key: row.get(key) for key in keys} for row in found]


def problem(place: object, what: str, value: object, expected: str, remedy: str) -> Problem:
    """A problem of a file or table as a whole, its value cut to a readable length."""
    shown = str(value) if len(str(value)) <= 120 else f"{str(value)[:117]}..."
    return Problem(file=str(place), line=0, what=what, value=shown, expected=expected, remedy=remedy)


def _plain(cell: Any) -> Any:
    """A cell as Python's own type: numpy scalars unpacked, line breaks as one sort, NaN and empty text as None."""
    if type(cell) not in NAMES and type(cell).__module__ == "numpy" and getattr(cell, "ndim", None) == 0:
        cell = cell.item()
    if isinstance(cell, str):
        # CSV readers disagree on line breaks.
        return (cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell) or None
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def _mixed(table: str, column: str, cells: Sequence[Any]) -> list[Problem]:
    """What is wrong with the types of a column, nothing where they fit each other."""
    place, remedy = f"table {table}", "Give every row of the column the same type."
    kinds = set(map(type, cells))
    # Columns are long, and nearly all hold Python's own types.
    for number, cell in enumerate(cells if int in kinds or not kinds <= NAMES.keys() | {type(None)} else ()):
        if not _is_cell(cell):
            expected = "text, a number below 2^63, true, false or None"
            return [problem(place, f"{column}, row {number}", repr(cell), expected, remedy)]
    declared = {f.name: f.type for f in described_fields().get(table, ())}.get(column)
    seen = {_type(kind) for kind in kinds if kind is not type(None)}
    if declared and not seen <= ({"integer", "number"} if declared == "number" else {declared}):
        return [problem(place, column, " and ".join(sorted(seen)), declared, remedy)]
    if len(seen) > 1 and seen != {"integer", "number"}:
        return [problem(place, column, " and ".join(sorted(seen)), "one type", remedy)]
    return []


def _is_cell(cell: Any) -> bool:
    if isinstance(cell, int):
        return abs(cell) < LARGEST
    return cell is None or isinstance(cell, str | float)


def _type(kind: type) -> str:
    return next(name for own, name in NAMES.items() if issubclass(kind, own))


def _column_type(cells: Sequence[Cell]) -> str:
    seen = {_type(kind) for kind in set(map(type, cells)) if kind is not type(None)}
    return "number" if len(seen) > 1 else seen.pop() if seen else "string"
