"""`tightrope trade reconcile`: one matrix of trade from conflicting reports in files of the user's."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError, suggestion

from .trade import app

if TYPE_CHECKING:
    from tightrope.trade.reconcile import Cell, Matrix

__all__ = ["reconcile", "reconcile_json"]

ReportsFile = Annotated[
    Path,
    typer.Option(
        "--reports",
        help="CSV: reporter,exporter,importer,year,value,unit,basis (cif or fob) and perhaps sd.",
        show_default=False,
    ),
]
TotalsFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--totals", help="CSV of known sums: exporter,importer (`*` is all, `+` joins),year,value,unit,sd."),
]
GdpFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--gdp", help="CSV: country,year,value,unit. Guides flows that nobody reports."),
]
PairsFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--pairs", help="CSV: exporter,importer,distance and other numbers. Guides flows that nobody reports."
    ),
]
Output = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(help="Output of goods per GDP as VALUE,LOW,HIGH; adds each country's trade with itself. Needs --gdp."),
]


@app.command()
def reconcile(
    reports: ReportsFile,
    totals: TotalsFile = None,
    gdp: GdpFile = None,
    pairs: PairsFile = None,
    output_per_gdp: Output = None,
    fit_until: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="Last year whose reports may teach the model; later ones are only weighed with it."),
    ] = None,
    level: Annotated[float, typer.Option(help="Probability of the ranges.")] = 0.9,
    bloc: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Code of a sum, such as EU, that stands for its members; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    out: Annotated[Optional[Path], typer.Option(help="Folder for the matrix and the tables beside it.")] = None,  # noqa: UP045
) -> None:
    """Weigh mirror reports by their reliability, fill what nobody reports, balance to totals."""
    from tightrope.trade.reconcile import domestic, read_pairs, read_reports, read_sizes, read_totals
    from tightrope.trade.reconcile import reconcile as reconciled

    ratio = None if output_per_gdp is None else _ratio(output_per_gdp)
    if ratio is not None and gdp is None:
        raise TightropeError("--output-per-gdp needs --gdp: trade at home is output of goods less exports.")
    rows, aside = read_reports(reports, blocs=tuple(bloc or ()))
    _name_strangers({code for r in rows for code in (r.reporter, r.exporter, r.importer)} - {*(bloc or ()), REST})
    sizes = None if gdp is None else read_sizes(gdp)
    found = reconciled(
        rows,
        totals=() if totals is None else read_totals(totals),
        sizes=sizes,
        pairs=None if pairs is None else read_pairs(pairs),
        until=fit_until,
        level=level,
        set_aside=aside,
    )
    home: tuple[Cell, ...] = ()
    if ratio is not None and sizes is not None:
        home = domestic(sizes, found.exports(), output_per_gdp=ratio)
    answer = reconcile_json(found, home)
    if out is not None:
        _write(out, answer)
    if as_json:
        json.dump(answer, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
        return
    from .trade_reconcile_console import show

    show(found, answer)
    for reason, count in found.set_aside.items():
        print(f"set aside: {count:,} {reason}", file=sys.stderr)
    if out is not None:
        print(f"{out}: {len(answer['cells']):,} flows.", file=sys.stderr)


REST = "ROW"
"""Code that the documentation uses for the rest of the world."""


def _name_strangers(codes: set[str]) -> None:
    """Tell on standard error which codes are those of no state: territories are welcome, slips of the pen are not."""
    from tightrope.ingest.states import states

    known = sorted(states())
    for code in sorted(codes - states()):
        print(f"note: `{code}` is the code of no state. {suggestion(code, known)}", file=sys.stderr)


def _ratio(text: str) -> tuple[float, float, float]:
    try:
        value, low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise TightropeError(
            f"--output-per-gdp {text}: expected three numbers joined by commas, such as 0.8,0.5,1.2."
        ) from None
    return value, low, high


def reconcile_json(found: Matrix, home: Sequence[Cell] = ()) -> dict[str, Any]:
    """What `trade reconcile --json` prints."""
    from tightrope.trade.reconcile import conflicts

    fit = found.fit
    margin, margin_sd = (
        float(part[fit.columns["margin"]][0]) for part in (fit.coefficients, _deviations(fit.covariance))
    )
    gravity = zip(
        found.panel.covariates,
        fit.coefficients[fit.columns["gravity"]].tolist(),
        _deviations(fit.covariance)[fit.columns["gravity"]].tolist(),
        strict=True,
    )
    names = ("exporter", "importer", "year", "value", "low", "high", "before", "kind", "how")
    return {
        "countries": list(found.countries),
        "years": list(found.years),
        "level": found.level,
        "fitted_until": found.until,
        "margin_pct": _percent(margin),
        "margin_sd_pct": 100 * margin_sd,
        "lasting": fit.variances.lasting,
        "gravity": [{"name": n, "coefficient": c, "sd": s} for n, c, s in gravity],
        "reporters": [
            {
                "reporter": r.reporter,
                "direction": r.direction,
                "n": r.n,
                "mirrored": r.mirrored,
                "gap_pct": None if math.isnan(r.gap) else _percent(r.gap),
                "spread_pct": None if math.isnan(r.spread) else _percent(r.spread),
                "bias_pct": _percent(r.bias),
                "bias_sd_pct": 100 * r.bias_sd,
                "error_pct": 100 * r.error,
                "weight": r.weight,
            }
            for r in found.reporters
        ],
        "totals": [
            {
                "exporter": "+".join(t.total.exporters) or "*",
                "importer": "+".join(t.total.importers) or "*",
                "year": t.total.year,
                "both": t.total.both,
                "goal": t.goal,
                "sd_pct": 100 * t.sd,
                "before": t.before,
                "after": t.after,
            }
            for t in found.totals
        ],
        "conflicts": [
            {
                "reporter": c.reporter,
                "direction": c.direction,
                "exporter": c.cell.exporter,
                "importer": c.cell.importer,
                "year": c.cell.year,
                "report": c.value,
                "value": c.cell.value,
                "low": c.cell.low,
                "high": c.cell.high,
                "ratio": None if math.isinf(c.ratio) else c.ratio,
            }
            for c in conflicts(found)
        ],
        "certificate": {str(year): residual for year, residual in found.certificates.items()},
        "cells": [{name: getattr(cell, name) for name in names} for cell in (*found.cells, *home)],
        "set_aside": dict(found.set_aside),
    }


def _deviations(covariance: Any) -> Any:
    import numpy as np

    return np.sqrt(np.maximum(np.diag(covariance), 0.0))


def _percent(log: float) -> float:
    """A difference of logarithms as percent."""
    return 100 * math.expm1(log)


def _write(folder: Path, answer: Mapping[str, Any]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, key in _TABLES:
            _table(folder / f"{name}.csv", answer[key])
        with (folder / "reconcile.json").open("w", encoding="utf-8") as file:
            json.dump(answer, file, ensure_ascii=False, allow_nan=False)
    except OSError as error:
        raise TightropeError(f"{folder} cannot be written: {error.strerror}. Give --out another place.") from None


_TABLES = (("matrix", "cells"), ("reporters", "reporters"), ("totals", "totals"), ("conflicts", "conflicts"))
"""Files of the folder, and the keys that they hold."""


def _table(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["exporter", "importer", "year"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
