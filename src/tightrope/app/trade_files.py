"""Files of the trade commands: flows, changes and costs are read here, results written."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tightrope.base import Problem, TightropeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tightrope.ingest.trade_tables import TradeTable
    from tightrope.trade.flows import Flows
    from tightrope.trade.shocks import ChangeRows

__all__ = ["codes", "of_year", "read_changes", "read_costs", "read_estimates", "read_flows", "write_tables"]


def codes(text: str | None) -> list[str]:
    """The codes in a text that joins them by commas."""
    return [code.strip() for code in (text or "").split(",") if code.strip()]


def read_flows(path: Path, *, year: int | None = None, missing: str = "refuse", blocs: Iterable[str] = ()) -> Flows:
    """Read a baseline matrix: `exporter, importer, value`, domestic trade included.

    Parameters
    ----------
    path
        CSV, CSV.gz or Parquet. May also have `year`, and `output` and `expenditure` of exporter and importer.
    year
        Year to use, where the file has several.
    missing
        What a foreign pair without a row is: `refuse`, or `zero`.
    blocs
        Codes of groups that stand for one country.
    """
    import numpy as np

    from tightrope.ingest.states import states
    from tightrope.ingest.trade_tables import aggregates, trade_table
    from tightrope.trade.flows import Rows, flows

    table = trade_table(
        path,
        text=("exporter", "importer"),
        numbers=("value", "year", "output", "expenditure"),
        optional=("year", "output", "expenditure"),
        expected="a table exporter,importer,value with domestic trade",
    )
    table, at = of_year(table, year)
    lines = np.array([table.line(row) for row in at], dtype=np.int64)
    of = table.numbers
    rows = Rows(
        path.name, lines, table.text["exporter"], table.text["importer"], of["value"], of.get("output"),
        of.get("expenditure"),
    )  # fmt: skip
    return flows(rows, missing=missing, blocs=set(blocs), aggregates=aggregates(), known=states())


def of_year(table: TradeTable, year: int | None) -> tuple[TradeTable, NDArray[np.int64]]:
    """The rows of one year, and their positions; all rows of a table without years."""
    import numpy as np

    if "year" not in table.numbers:
        if year is not None:
            raise TightropeError(f"--year {year}: {table.path.name} has no column `year`.")
        return table, np.arange(len(table))
    there = table.numbers["year"]
    years = sorted({int(y) for y in there[np.isfinite(there)]})
    if year is None and len(years) == 1 and np.isfinite(there).all():
        return table, np.arange(len(table))
    if year not in years:
        shown = ", ".join(map(str, years))
        said = "no year is asked for" if year is None else f"--year {year}"
        raise TightropeError(f"{said}, and {table.path.name} has {shown}. Name one of these as --year.")
    return table.only(there == year)


def read_changes(path: Path) -> ChangeRows:
    """Read changes of trade costs: `exporter, importer` and one of `trade_cost_factor, cost_percent, tariff, amount`."""
    import numpy as np

    from tightrope.ingest.trade_tables import trade_table
    from tightrope.trade.shocks import ONE_OF, ChangeRows

    table = trade_table(
        path,
        text=("exporter", "importer", "scenario", "coefficient"),
        numbers=ONE_OF,
        optional=("scenario", "coefficient", *ONE_OF),
        expected=f"a table exporter,importer and one of {', '.join(ONE_OF)}",
    )
    if not table.numbers:
        problem = Problem(str(path), 1, "no column", f"one of {', '.join(ONE_OF)}", "Add one.", "columns")
        raise TightropeError(f"{path.name} cannot be used.", [problem])
    _refuse_words(table)
    blank = np.full(len(table), "")
    lines = np.array([table.line(row) for row in range(len(table))], dtype=np.int64)
    of = table.text
    return ChangeRows(
        path.name, lines, of.get("scenario", blank), of["exporter"], of["importer"], table.numbers,
        of.get("coefficient", blank),
    )  # fmt: skip


def _refuse_words(table: TradeTable) -> None:
    """Refuse cells that should be numbers and are not."""
    import numpy as np

    problems = [
        table.problem(int(row), name, str(written[row]), "a number", "Write it with a decimal point.")
        for name, written in table.written.items()
        for row in np.flatnonzero(~np.isfinite(table.numbers[name]) & (written != ""))
    ]
    if problems:
        raise TightropeError(f"{table.path.name} cannot be used.", problems[:20])


def read_costs(path: Path, flows: Flows, *, year: int | None = None) -> NDArray[np.floating]:
    """Read the log of K = t^(1 - sigma) for every pair: `exporter, importer, log_k`, also from `fitted.csv`."""
    import numpy as np

    from tightrope.ingest.trade_tables import trade_table

    expected = "a table exporter,importer,log_k with a row for every pair of the flows"
    table = trade_table(
        path, text=("exporter", "importer"), numbers=("log_k", "year"), optional=("year",), expected=expected
    )
    table, at = of_year(table, year if "year" in table.numbers else None)
    found = np.full((len(flows.countries),) * 2, np.nan)
    place = {code: k for k, code in enumerate(flows.countries)}
    problems, seen = [], set()
    for row, pair in enumerate(zip(table.text["exporter"].tolist(), table.text["importer"].tolist(), strict=True)):
        if not set(pair) <= set(place):
            continue
        value = float(table.numbers["log_k"][row])
        own = pair[0] == pair[1]
        if pair in seen or not (np.isfinite(value) or (value == -np.inf and not own)):
            said = "a second row" if pair in seen else table.written["log_k"][row]
            problems.append(table.problem(int(at[row]), "log_k", str(said), "one number for each pair", "Correct it."))
        seen.add(pair)
        found[place[pair[0]], place[pair[1]]] = value
    lacking = [] if problems else np.argwhere(np.isnan(found)).tolist()
    problems += [
        Problem(str(path), 0, "no row", expected, "Add it.", f"{flows.countries[i]} to {flows.countries[j]}")
        for i, j in lacking
    ]
    if problems:
        raise TightropeError(f"{path.name} cannot be used: {len(problems)} cells.", problems[:20])
    return found


def read_estimates(path: Path) -> tuple[tuple[str, ...], NDArray[np.floating], NDArray[np.floating]]:
    """Read coefficients and their covariance from what `tightrope trade gravity --json` printed."""
    import numpy as np

    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        names = tuple(told["coefficients"])
        estimates = np.array([told["coefficients"][name]["estimate"] for name in names], dtype=float)
        covariance = np.array([[told["covariance"][a][b] for b in names] for a in names], dtype=float)
    except OSError as error:
        raise TightropeError(f"{path} cannot be read: {error.strerror}. Check the path.") from None
    except (ValueError, KeyError, TypeError):
        raise TightropeError(
            f"{path} is not what `tightrope trade gravity --json` prints: it lacks `coefficients` with `estimate`, or "
            "`covariance`."
        ) from None
    return names, estimates, covariance


def write_tables(folder: Path, tables: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]) -> None:
    """Write tables as CSV files, each of them whole or not at all.

    Parameters
    ----------
    folder
        Made if it is not there; other files in it stay.
    tables
        By file name: header and rows. None and NaN become empty cells.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new.", dir=folder) as fresh:
            for name, (header, rows) in tables.items():
                with (Path(fresh) / name).open("w", encoding="utf-8", newline="") as file:
                    out = csv.writer(file, lineterminator="\n")
                    out.writerow(header)
                    out.writerows([["" if x is None or x != x else x for x in row] for row in rows])
            for name in tables:
                os.replace(Path(fresh) / name, folder / name)
    except OSError as error:
        raise TightropeError(f"{folder} cannot be written: {error.strerror}. Give --out another place.") from None
