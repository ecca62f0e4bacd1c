"""`tightrope trade`: what shocks to trade costs do, and what gravity says of flows, from files of the user's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

from .votes import write_json

if TYPE_CHECKING:
    from tightrope.trade.shock import Shock

__all__ = ["app", "print_notes", "shock", "shock_json"]

app = typer.Typer(
    name="trade", help="Sanctions and trade: shocks in general equilibrium, and gravity.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Out = Annotated[Optional[Path], typer.Option(help="Folder for the tables as CSV.")]  # noqa: UP045
Year = Annotated[Optional[int], typer.Option(help="Year to use, where the file has several.")]  # noqa: UP045


@app.command()
def shock(
    flows: Annotated[
        Path, typer.Option(help="Baseline: exporter,importer,value with domestic trade; CSV, CSV.gz or Parquet.")
    ],
    changes: Annotated[
        Path,
        typer.Option(
            help="What changes: exporter,importer and one of trade_cost_factor, cost_percent, tariff, or coefficient and "
            "amount; scenario names several."
        ),
    ],
    sigma: Annotated[float, typer.Option(help="Elasticity of substitution, above 1.")] = 5.0,
    mode: Annotated[
        str, typer.Option(help="full: prices feed back. conditional: output and expenditure are held.")
    ] = "full",
    imbalance: Annotated[str, typer.Option(help="multiplicative, or additive.")] = "multiplicative",
    baseline: Annotated[str, typer.Option(help="observed flows, or fitted to --costs.")] = "observed",
    costs: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="With --baseline fitted: exporter,importer,log_k, the log of t^(1-sigma)."),
    ] = None,
    reference: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Country whose consumer price is the unit of account; world output if not said."),
    ] = None,
    missing: Annotated[str, typer.Option(help="What a foreign pair without a row is: refuse, or zero.")] = "refuse",
    blocs: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Codes of groups that stand for one country, such as EU; joined by commas."),
    ] = None,
    year: Year = None,
    draws: Annotated[int, typer.Option(min=0, max=100_000, help="Draws for intervals.")] = 0,
    sigma_range: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="Ends between which sigma is drawn, such as 4,8."),
    ] = None,
    gravity: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="What `trade gravity --json` printed: estimates of the coefficients in --changes."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same draws.")] = 7,
    as_json: Json = False,
    out: Out = None,
) -> None:
    """Solve what a change of trade costs does to every country and every flow."""
    from tightrope.trade.shock import draws as drawn
    from tightrope.trade.shock import shock as solved
    from tightrope.trade.shocks import shocks

    from .trade_files import codes, read_changes, read_costs, read_estimates, read_flows, write_tables

    if (baseline == "fitted") != (costs is not None) or baseline not in ("observed", "fitted"):
        raise TightropeError(f"--baseline {baseline}: expected observed, or fitted together with --costs.")
    names, estimates, covariance = read_estimates(gravity) if gravity else ((), None, None)
    ends = _ends(sigma_range)
    if draws and ends is None and gravity is None:
        raise TightropeError("--draws needs something to draw: give --sigma-range or --gravity.")
    drawn(0, sigma, sigma_range=ends)  # refuses a bad sigma before anything is read
    matrix = read_flows(flows, year=year, missing=missing, blocs=codes(blocs))
    given = shocks(read_changes(changes), matrix, names)
    used = [names.index(name) for name in given.coefficients]
    found = solved(
        matrix,
        given,
        drawn(
            draws,
            sigma,
            sigma_range=ends,
            estimates=None if estimates is None else estimates[used],
            covariance=None if covariance is None else covariance[used][:, used],
            seed=seed,
        ),
        mode=mode,
        imbalance=imbalance,
        reference=reference,
        log_costs=None if costs is None else read_costs(costs, matrix, year=year),
    )
    if out is not None:
        write_tables(out, _tables(found))
    if as_json:
        asked = {"mode": mode, "imbalance": imbalance, "baseline": baseline, "sigma": sigma, "reference": reference}
        write_json(shock_json(found, asked, matrix.notes))
        return
    from .trade_console import show_shock

    show_shock(found, mode)
    print_notes(matrix.notes)
    if out is not None:
        print(f"{out}: bilateral.csv and countries.csv written.", file=sys.stderr)


def _ends(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise TightropeError(f"--sigma-range {text}: expected two numbers joined by a comma, such as 4,8.") from None
    return low, high


def shock_json(found: Shock, asked: Mapping[str, Any], notes: Mapping[str, int]) -> dict[str, Any]:
    """What `trade shock --json` prints; several scenarios stand under `scenarios`."""
    told: dict[str, Any] = {**asked, "certificate": _certificate(found, slice(None)), "notes": dict(notes)}
    if found.n_draws:
        told["draws"] = found.n_draws
    parts = [_scenario(found, s) for s in range(len(found.scenarios))]
    if found.scenarios == ("",):
        return {**told, **parts[0]}
    return {**told, "scenarios": dict(zip(found.scenarios, parts, strict=True))}


def _certificate(found: Shock, at: slice | int) -> dict[str, float]:
    import numpy as np

    ends = {"residual": found.residual, "clearing": found.clearing, "revalued_gap": found.revalued_gap}
    return {name: float(np.max(of[at])) for name, of in ends.items()}


def _scenario(found: Shock, s: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "certificate": _certificate(found, s),
        "countries": {
            code: {name: _known(of[s, k]) for name, of in found.measures.items()}
            for k, code in enumerate(found.countries)
        },
    }
    if found.n_draws:
        told["intervals"] = {
            code: {
                name: {"low": _known(found.low[name][s, k]), "high": _known(found.high[name][s, k])}
                for name in found.measures
            }
            for k, code in enumerate(found.countries)
        }
    return told


def _known(x: float) -> float | None:
    return None if x != x else float(x)


def _tables(found: Shock) -> dict[str, Any]:
    """`bilateral.csv` and `countries.csv`; several scenarios have a first column for their name."""
    several = found.scenarios != ("",)
    head = ["scenario"] if several else []
    measures = [name + end for name in found.measures for end in (("", "_low", "_high") if found.n_draws else ("",))]
    tables = {"": found.measures, "_low": found.low, "_high": found.high}

    def countries() -> Any:
        for s, scenario in enumerate(found.scenarios):
            for k, code in enumerate(found.countries):
                row = [
                    tables[end][name][s, k] for name in found.measures for end in ("", "_low", "_high") if tables[end]
                ]
                yield [*([scenario] if several else []), code, *map(float, row)]

    def bilateral() -> Any:
        for s, scenario in enumerate(found.scenarios):
            for i, exporter in enumerate(found.countries):
                for j, importer in enumerate(found.countries):
                    old, new = float(found.baseline[i, j]), float(found.counterfactual[s, i, j])
                    pct = 100 * (new / old - 1) if old else None
                    yield [*([scenario] if several else []), exporter, importer, old, new, pct]

    return {
        "bilateral.csv": ([*head, "exporter", "importer", "baseline", "counterfactual", "pct"], bilateral()),
        "countries.csv": ([*head, "country", *measures], countries()),
    }


def print_notes(notes: Mapping[str, int]) -> None:
    """Tell on standard error what a reader should know of the input, and how often."""
    for what, count in notes.items():
        print(f"note: {count:,} {what}" if count > 1 else f"note: {what}", file=sys.stderr)
