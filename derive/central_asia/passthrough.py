"""What the case's own years up to its start say of the pass-through of remittances and trade into growth.

    python derive/central_asia/passthrough.py [--case FOLDER]

Prints estimates of `remittance_elasticity` and `trade_elasticity` and writes nothing. Growth of a year (per cent) is
regressed on the changes of remittances and of goods turnover on the year before, each in per cent of the output of the
year before, with a constant for each state, and with or without one for each year. That is eq. 13 of docs/model.md
without the parts that only war and sanctions bring.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tightrope.base import period
from tightrope.case import Case, load_case

CASE = Path(__file__).resolve().parents[2] / "src/tightrope/cases/central_asia"
ALL = "WLD"


@dataclass(frozen=True)
class Slope:
    """An estimate with its standard error; NaN where the rows cannot tell."""

    name: str
    value: float
    error: float


@dataclass(frozen=True)
class Fit:
    """One regression: how many rows, what is in it, and the slopes."""

    rows: int
    years: bool
    slopes: tuple[Slope, ...]


def figure(case: Case, name: str, state: str, year: int, partner: str = "") -> float:
    """The chosen figure of exactly this year; NaN where there is none."""
    row = case.reading(name, state, partner, year)
    known = row is not None and not period(row.period).is_static and period(row.period).year == year
    return float(row.value) if row is not None and known and row.value is not None else float("nan")


def received(case: Case, state: str, year: int) -> float:
    """Remittances of a year in millions of dollars: as given, else their part of output times output."""
    given = figure(case, "remittances", state, year, ALL)
    part = figure(case, "remittances_gdp", state, year) * figure(case, "gdp", state, year)
    return part if np.isnan(given) else given


def rows(case: Case) -> list[tuple[str, int, float, float, float]]:
    """State, year, growth, and the changes of remittances and of turnover in per cent of output; NaN where unknown."""
    found = []
    for state in case.states:
        for year in range(case.years[0], int(case.start[:4]) + 1):
            output = figure(case, "gdp", state, year - 1)
            sent = received(case, state, year) - received(case, state, year - 1)
            traded = figure(case, "turnover", state, year, ALL) - figure(case, "turnover", state, year - 1, ALL)
            growth = figure(case, "growth", state, year)
            found.append((state, year, growth, 100 * sent / output, 100 * traded / output))
    return found


def fit(case: Case, names: tuple[str, ...], *, years: bool) -> Fit:
    """Least squares on the rows in which all of `names` (remittances, trade) and growth are known."""
    place = {"remittances": 3, "trade": 4}
    wanted = [place[name] for name in names]
    used = [row for row in rows(case) if not np.isnan([row[k] for k in (2, *wanted)]).any()]
    # A state with one row tells nothing beside its own constant.
    count = [sum(other[0] == row[0] for other in used) for row in used]
    used = [row for row, n in zip(used, count, strict=True) if n > 1]
    y = np.array([row[2] for row in used])
    columns = [np.array([row[k] for row in used]) for k in wanted]
    columns += [np.array([float(row[0] == state) for row in used]) for state in sorted({row[0] for row in used})]
    if years:
        columns += [np.array([float(row[1] == year) for row in used]) for year in sorted({row[1] for row in used})[1:]]
    x = np.column_stack(columns)
    left = len(y) - int(np.linalg.matrix_rank(x))
    inverse = np.linalg.pinv(x.T @ x)
    slope = inverse @ x.T @ y
    variance = ((y - x @ slope) ** 2).sum() / left if left > 0 else np.nan
    error = np.sqrt(variance * np.diag(inverse))
    slopes = tuple(Slope(name, float(slope[k]), float(error[k])) for k, name in enumerate(names))
    return Fit(len(y), years, slopes)


def fits(case: Case) -> list[Fit]:
    """The regressions that are told of in docs/explain/dynamics.md."""
    ways = (("remittances",), ("trade",), ("remittances", "trade"))
    return [fit(case, names, years=years) for names in ways for years in (False, True)]


def line(one: Fit) -> str:
    """One regression as a row of a table: slopes with their errors in brackets."""
    given = {slope.name: f"{slope.value:.2f} ({slope.error:.2f})" for slope in one.slopes}
    cells = [str(one.rows), "yes" if one.years else "no", given.get("remittances", ""), given.get("trade", "")]
    return "| " + " | ".join(cells) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, default=CASE)
    case = load_case(parser.parse_args(arguments).case)
    for one in fits(case):
        print(line(one))


if __name__ == "__main__":
    main()
