"""Read tables of trade between countries from CSV, CSV.gz or Parquet: labels as text, amounts as numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict, Problem, TightropeError, suggestion

__all__ = ["ALIASES", "TradeTable", "aggregates", "trade_table"]

ALIASES: Mapping[str, tuple[str, ...]] = FrozenDict(
    {
        "exporter": ("exporter", "exp_iso3", "iso3_o", "iso_o", "origin"),
        "importer": ("importer", "imp_iso3", "iso3_d", "iso_d", "destination"),
        "value": ("value", "trade", "flow", "trade_value"),
        "year": ("year", "time", "period"),
    }
)
"""What columns go by in one release or another, the best first."""


@cache
def aggregates() -> Mapping[str, str]:
    """Codes that hold several countries, and what they are called."""
    with (Path(__file__).parent / "trade_aggregates.csv").open(encoding="utf-8", newline="") as file:
        return FrozenDict({row["code"]: row["meaning"] for row in csv.DictReader(file)})


@dataclass(frozen=True)
class TradeTable:
    """Columns of a file.

    Parameters
    ----------
    path
        The file.
    text
        Labels by name, without spaces around them; empty where the cell is.
    numbers
        Amounts by name; NaN where the cell is empty or no number.
    written
        What stands in the cells of `numbers`, for messages.
    """

    path: Path
    text: Mapping[str, NDArray[np.str_]]
    numbers: Mapping[str, NDArray[np.float64]]
    written: Mapping[str, NDArray[np.str_]]

    def __len__(self) -> int:
        return len(next(iter(self.text.values())))

    def line(self, row: int) -> int:
        """Line of a row in the file; in Parquet, its number."""
        return int(row) + (1 if self.path.suffix == ".parquet" else 2)

    def problem(self, row: int, what: str, value: str, expected: str, remedy: str) -> Problem:
        """What is wrong with one cell."""
        return Problem(str(self.path), self.line(row), value, expected, remedy, what)

    def only(self, rows: NDArray[np.bool_]) -> tuple[TradeTable, NDArray[np.int64]]:
        """Some of the rows, and their positions in this table."""
        at = np.flatnonzero(rows)
        text, written = ({name: column[at] for name, column in of.items()} for of in (self.text, self.written))
        numbers = {name: column[at] for name, column in self.numbers.items()}
        return TradeTable(self.path, text, numbers, written), at


def trade_table(
    path: Path,
    *,
    text: Sequence[str],
    numbers: Sequence[str],
    optional: Iterable[str] = (),
    expected: str,
) -> TradeTable:
    """Read the named columns.

    Parameters
    ----------
    path
        CSV, CSV.gz or Parquet; names of columns in any case, with the variants in `ALIASES`.
    text, numbers
        Columns to read as labels and as numbers. A number written with a decimal comma or a thousands separator is no
        number here.
    optional
        Those of them that the file may lack.
    expected
        What the file should hold, for messages.

    Returns
    -------
    table
        The columns that are there.

    Raises
    ------
    TightropeError
        If the file cannot be read, lacks a column, has no row, or has lines that are no row of the table.
    """
    if not path.is_file():
        raise _refused(path, 0, "file", "no such file", expected, "Check the path.")
    with duckdb.connect() as database:
        try:
            names = _load(database, path)
        except duckdb.Error as error:
            remedy = "Save it again as UTF-8 CSV, CSV.gz or Parquet."
            raise _refused(path, 0, "file", str(error).splitlines()[0], "a table", remedy) from None
        _refuse_bad_lines(database, path)
        found = _named(path, names, [*text, *numbers], set(optional), expected)
        labels = {name: _text(database, found[name]) for name in text if name in found}
        written = {name: _text(database, found[name]) for name in numbers if name in found}
        values = {name: _number(database, found[name]) for name in numbers if name in found}
    if not len(next(iter(labels.values()))):
        raise _refused(path, 1, "rows", "none", "at least one row", "Check that the export was not empty.")
    return TradeTable(path, FrozenDict(labels), FrozenDict(values), FrozenDict(written))


def _refused(path: Path, line: int, what: str, value: str, expected: str, remedy: str) -> TightropeError:
    return TightropeError(f"{path.name} cannot be read.", [Problem(str(path), line, value, expected, remedy, what)])


def _load(database: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Make the table `given`; names of its columns."""
    if path.suffix == ".parquet":
        source = "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)"
    else:
        source = "SELECT * FROM read_csv(?, all_varchar=true, header=true, store_rejects=true, delim=',')"
    database.execute("SET threads = 1")  # rows stay in the order of the file
    database.execute(f"CREATE TEMP TABLE given AS {source}", [str(path)])
    return [row[0] for row in database.execute("DESCRIBE given").fetchall()]


def _refuse_bad_lines(database: duckdb.DuckDBPyConnection, path: Path) -> None:
    if path.suffix == ".parquet":
        return
    bad = database.execute("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()
    if bad:
        problems = [
            Problem(str(path), int(line), "a line of another shape", "as many cells as there are columns",
                    "Correct or delete the line.", "line")
            for (line,) in bad[:20]
        ]  # fmt: skip
        raise TightropeError(f"{path.name}: {len(bad)} lines are no rows of the table.", problems)


def _named(
    path: Path, names: Sequence[str], wanted: Sequence[str], optional: set[str], expected: str
) -> dict[str, str]:
    lower = {name.strip().lower(): name for name in reversed(names)}
    found: dict[str, str] = {}
    problems = []
    for name in wanted:
        known = [lower[one] for one in ALIASES.get(name, (name.lower(),)) if one in lower]
        if known:
            found[name] = known[0]
        elif name not in optional:
            remedy = f"Name a column `{name}`. {suggestion(name, names)}"
            problems.append(Problem(str(path), 1, ", ".join(names), expected, remedy, f"column {name}"))
    if problems:
        raise TightropeError(f"{path.name} cannot be read.", problems)
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(database: duckdb.DuckDBPyConnection, name: str) -> NDArray[np.str_]:
    column = database.execute(f"SELECT coalesce(trim({_quoted(name)}), '') AS x FROM given").fetchnumpy()["x"]
    return np.asarray(column).astype(str)


def _number(database: duckdb.DuckDBPyConnection, name: str) -> NDArray[np.float64]:
    query = f"SELECT coalesce(TRY_CAST(trim({_quoted(name)}) AS DOUBLE), 'nan'::DOUBLE) AS x FROM given"
    return np.asarray(database.execute(query).fetchnumpy()["x"], dtype=float)
