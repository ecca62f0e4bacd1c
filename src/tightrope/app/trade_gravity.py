"""`tightrope trade gravity`: what explains trade, by PPML."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

from .trade import Json, Out, app, print_notes
from .votes import print_set_aside, write_json

if TYPE_CHECKING:
    from tightrope.trade.bias import Bias
    from tightrope.trade.gravity import Gravity
    from tightrope.trade.panel import Panel

__all__ = ["gravity", "gravity_json", "read_panel"]


@app.command()
def gravity(
    flows: Annotated[
        Path,
        typer.Option(help="Flows over years: exporter,importer,year,value and regressors; CSV, CSV.gz or Parquet."),
    ],
    on: Annotated[str, typer.Option(help="Regressors: columns joined by commas; log(dist) takes the logarithm.")],
    pairs: Annotated[
        str, typer.Option(help="Pair effects: directed, symmetric (one for both directions), or none.")
    ] = "directed",
    cluster: Annotated[
        str, typer.Option(help="Of the errors: pair (as --pairs), symmetric, exporter or importer.")
    ] = "pair",
    errors: Annotated[
        str, typer.Option(help="plain, or corrected for how strongly each pair pulls the fit (directed pairs only).")
    ] = "plain",
    years: Annotated[Optional[str], typer.Option(help="Only these years, joined by commas.")] = None,  # noqa: UP045
    domestic: Annotated[bool, typer.Option("--domestic/--no-domestic", help="Keep trade within countries.")] = True,
    borders: Annotated[bool, typer.Option("--borders", help="Add a border effect for each year but the last.")] = False,
    blocs: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Codes of groups that stand for one country, such as EU; joined by commas."),
    ] = None,
    engine: Annotated[str, typer.Option(help="own, or pyfixest: the same by another program.")] = "own",
    bias: Annotated[
        str, typer.Option(help="Bias of the coefficients: none is taken off, or jackknife, or analytical.")
    ] = "none",
    splits: Annotated[int, typer.Option(help="Random halves of the countries for --bias jackknife.")] = 10,
    seed: Annotated[int, typer.Option(help="Same seed, same halves.")] = 7,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Estimate gravity by PPML, with exporter-year, importer-year and pair effects and clustered errors."""
    from tightrope.trade.bias import Bias
    from tightrope.trade.gravity import gravity as estimated

    from .trade_files import codes, write_tables

    corrected = Bias(bias, splits, seed)
    panel = read_panel(flows, on, years=years, blocs=codes(blocs))
    if not domestic:
        panel = panel.abroad()
    if borders:
        panel = panel.with_borders()
    found = estimated(panel, pairs=pairs, cluster=cluster, errors=errors, engine=engine, bias=corrected)
    told = gravity_json(found, {"pairs": pairs, "cluster": cluster, "errors": errors, "engine": engine}, corrected)
    if out is not None:
        write_tables(out, _tables(found, panel))
    if as_json:
        write_json(told)
        return
    from .trade_console import show_gravity

    show_gravity(told)
    print_set_aside(told["set_aside"])
    print_notes(told["notes"])
    if out is not None:
        print(f"{out}: coefficients.csv and fitted.csv written.", file=sys.stderr)


def read_panel(path: Path, on: str, *, years: str | None = None, blocs: Iterable[str] = ()) -> Panel:
    """Read flows over years with regressors.

    Parameters
    ----------
    path
        Columns `exporter, importer, year, value` and the regressors; a file without years is one year.
    on
        Regressors joined by commas; `log(name)` takes the logarithm.
    years
        Only these, joined by commas.
    blocs
        Codes of groups that stand for one country.
    """
    import numpy as np

    from tightrope.ingest.trade_tables import aggregates, trade_table
    from tightrope.trade.flows import Rows
    from tightrope.trade.panel import panel

    asked = [part.strip() for part in on.split(",") if part.strip()]
    logs = {found[1] for part in asked if (found := re.fullmatch(r"log\((.+)\)", part))}
    names = list(dict.fromkeys(re.sub(r"^log\((.+)\)$", r"\1", part) for part in asked))
    if len(names) < len(asked):
        raise TightropeError(f"--on {on}: a column is named twice.")
    table = trade_table(
        path, text=("exporter", "importer"), numbers=("value", "year", *names), optional=("year",),
        expected="a table exporter,importer,year,value and the regressors",
    )  # fmt: skip
    year = table.numbers.get("year", np.zeros(len(table)))
    at = np.arange(len(table))
    if bad := [int(k) for k in np.flatnonzero(~np.isfinite(year) | (year != np.floor(year)))[:20]]:
        problems = [table.problem(k, "year", str(table.written["year"][k]), "a year", "Fill it in.") for k in bad]
        raise TightropeError(f"{path.name} cannot be used.", problems)
    if years is not None:
        wanted = _years(years)
        if lacking := sorted(set(wanted) - {int(y) for y in set(year.tolist())}):
            raise TightropeError(f"--years {years}: {path.name} has no rows of {lacking[0]}.")
        table, at = table.only(np.isin(year, wanted))
        year = year[at]
    of = table.numbers
    lines = np.array([table.line(int(k)) for k in at], dtype=np.int64)
    rows = Rows(path.name, lines, table.text["exporter"], table.text["importer"], of["value"])
    return panel(
        rows, year.astype(np.int64), {name: of[name] for name in names}, logs=logs, blocs=set(blocs),
        aggregates=aggregates(),
    )  # fmt: skip


def _years(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise TightropeError(f"--years {text}: expected years joined by commas, such as 2018,2022.") from None


def gravity_json(found: Gravity, asked: dict[str, Any], bias: Bias) -> dict[str, Any]:
    """What `trade gravity --json` prints; `bias` only if one was taken off."""
    from tightrope.trade.gravity import p_value

    fit, errors = found.fit, found.errors
    wide = 1.6448536269514722  # of the normal distribution, 5 % lie beyond it on either side
    coefficients = {
        name: {
            "estimate": float(b), "error": float(e), "z": float(b / e), "p": p_value(float(b / e)),
            "low": float(b - wide * e), "high": float(b + wide * e),
        }
        for name, b, e in zip(found.names, fit.coefficients, errors, strict=True)
    }  # fmt: skip
    covariance = {
        a: {b: float(fit.covariance[i, j]) for j, b in enumerate(found.names)} for i, a in enumerate(found.names)
    }
    return {
        **asked,
        "coefficients": coefficients,
        "covariance": covariance,
        **_bias_json(found, bias),
        "n": fit.n,
        "clusters": fit.clusters,
        "fit": {"deviance": fit.deviance, "iterations": fit.iterations, "moments": fit.moments},
        "set_aside": dict(found.set_aside),
        "notes": dict(found.notes),
    }


def _bias_json(found: Gravity, bias: Bias) -> dict[str, Any]:
    if found.bias is None:
        return {}
    drawn = {"splits": bias.splits, "seed": bias.seed} if bias.how == "jackknife" else {}
    off = {name: float(b) for name, b in zip(found.names, found.bias, strict=True)}
    return {"bias": {"how": bias.how, **drawn, "taken_off": off}}


def _tables(found: Gravity, panel: Panel) -> dict[str, Any]:
    """`coefficients.csv`, and `fitted.csv` with the log of K up to terms of exporter and importer."""
    import numpy as np

    errors = found.errors
    coefficients = [
        (name, float(b), float(e)) for name, b, e in zip(found.names, found.fit.coefficients, errors, strict=True)
    ]

    def fitted() -> Any:
        for t, year in enumerate(panel.years):
            for i, exporter in enumerate(panel.countries):
                for j, importer in enumerate(panel.countries):
                    if not panel.there[t, i, j]:
                        continue
                    # left out: an effect of minus infinity fits 0
                    mu = float(np.nan_to_num(found.fit.fitted[t, i, j]))
                    log_k = float(np.log(mu)) if mu > 0 else -np.inf
                    yield exporter, importer, year, float(panel.value[t, i, j]), mu, log_k

    return {
        "coefficients.csv": (["name", "estimate", "error"], coefficients),
        "fitted.csv": (["exporter", "importer", "year", "value", "fitted", "log_k"], fitted()),
    }
