"""CSV to rows, each with its line; every bad cell becomes a problem."""

from __future__ import annotations

import csv
import io
from typing import Any

from pydantic import ValidationError

from tightrope.base import Problem, suggestion

from .rows import MODELS, Row
from .schema import columns

__all__ = ["read_table"]


def read_table(text: str, table: str) -> tuple[tuple[Row, ...], list[Problem]]:
    """Read one table of a case.

    Parameters
    ----------
    text
        Contents of the CSV file.
    table
        Its name, one of `schema.TABLES`.

    Returns
    -------
    rows
        Those that could be read, in the order of the file.
    problems
        What was wrong with the others.
    """
    file = f"{table}.csv"
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    problems: list[Problem] = []
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _header_problems(header, table, problems):
            return (), problems
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row = _row(cells, header, table, line, problems)
                if row is not None:
                    rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            Problem(
                file,
                line,
                str(error),
                "comma-separated values",
                "Close every quote; double a quote inside quotes.",
                "row",
            )
        )
    return tuple(rows), problems


def _header_problems(header: list[str], table: str, problems: list[Problem]) -> bool:
    """Whether rows can be read under this header; says what is wrong with it."""
    file, known = f"{table}.csv", [column.name for column in columns(table)]
    before = len(problems)
    for name in dict.fromkeys(header):
        if name not in known:
            problems.append(
                Problem(file, 1, name or "empty", "a column of this table", suggestion(name, known), "header")
            )
        elif header.count(name) > 1:
            problems.append(Problem(file, 1, name, "each column once", "Delete one of the two.", "header"))
    for column in columns(table):
        if column.required and column.name not in header:
            remedy = f"Add a column `{column.name}`: {column.meaning}."
            problems.append(Problem(file, 1, "missing", f"a column `{column.name}`", remedy, "header"))
    return len(problems) == before


def _row(cells: list[str], header: list[str], table: str, line: int, problems: list[Problem]) -> Row | None:
    file = f"{table}.csv"
    if len(cells) != len(header):
        shown, wanted = f"{len(cells)} cells", f"{len(header)} cells, as the header has"
        problems.append(Problem(file, line, shown, wanted, "Quote a cell that holds a comma; keep empty cells.", "row"))
        return None
    given: dict[str, Any] = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        return MODELS[table](file=file, line=line, **given)
    except ValidationError as invalid:
        meanings = {column.name: column.meaning for column in columns(table)}
        for error in invalid.errors(include_url=False):
            name = str(error["loc"][0])
            if error["type"] == "missing":
                fault = ("empty", "a value", f"Fill in the {name}: {meanings[name]}.")
            else:
                context = error.get("ctx", {})
                fault = (
                    given[name][:80],
                    str(context.get("what", error["msg"])),
                    str(context.get("remedy", "Correct it.")),
                )
            problems.append(Problem(file, line, *fault, name))
        return None
