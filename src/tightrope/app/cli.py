"""The command line. Each command reads, calls one engine, and prints; heavy libraries are imported where used."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn, Optional

import typer

from tightrope.base import TightropeError

from . import trade_gravity, trade_reconcile, trade_screen, votes_forecast  # noqa: F401  (they register commands)
from .backtest import backtest, theories
from .bargain import bargain
from .fit import fit
from .solve import solve
from .trade import app as trade
from .votes import app as votes

__all__ = ["app", "main"]

DONE, FAILED, BAD = 0, 1, 2
"""Exit codes: done; a check of the content failed; bad input or usage."""

app = typer.Typer(
    name="tightrope",
    help="Small states between larger powers: how bound, how much room, what they decide, what they would do.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(votes)
app.command()(bargain)
app.command()(fit)
app.command()(backtest)
app.command()(theories)
app.add_typer(trade)
app.command()(solve)

CaseName = Annotated[str, typer.Argument(help="Name of a built-in case, or a case folder.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Scenarios = Annotated[
    Optional[list[str]],  # noqa: UP045  (Typer reads it)
    typer.Option("--scenario", "-s", help="Scenario to run beside the history; may be repeated; `all` for every one."),
]
Members = Annotated[int, typer.Option(min=1, max=1_000_000, help="Histories of each scenario.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same answer.")]
Off = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--off", help="Mechanism to switch off, by name; may be repeated."),
]
Out = Annotated[Optional[Path], typer.Option(help="Folder for report, tables and arrays.")]  # noqa: UP045
DEFAULT_CASE = "central_asia"


def main() -> NoReturn:
    """Run the command line; whatever is wrong with the input ends in a message and exit code 2."""
    try:
        app(standalone_mode=True)
    except TightropeError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(BAD)
    except BrokenPipeError:
        sys.exit(DONE)
    sys.exit(DONE)


@app.command()
def run(
    case: CaseName = DEFAULT_CASE,
    scenario: Scenarios = None,
    members: Members = 2000,
    seed: Seed = 7,
    off: Off = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Measure a case, simulate it, judge its decisions and claims, and write the report."""
    from .execute import execute

    result = execute(
        case,
        scenario or [],
        members,
        seed,
        off or [],
        None if as_json and out is None else out or Path("out"),
        quiet=as_json,
    )
    if as_json:
        from .answer import run_json

        _print_json(run_json(result))
    else:
        from .console import show_run

        show_run(result, out or Path("out"))


@app.command()
def simulate(
    case: CaseName = DEFAULT_CASE,
    scenario: Scenarios = None,
    members: Members = 2000,
    seed: Seed = 7,
    off: Off = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Simulate scenarios and show how they differ from the history."""
    from .execute import execute

    result = execute(case, scenario or ["all"], members, seed, off or [], out, quiet=as_json)
    if as_json:
        from .answer import run_json

        _print_json(run_json(result))
    else:
        from .console import show_scenarios

        show_scenarios(result)


@app.command()
def account(
    case: CaseName = DEFAULT_CASE,
    scenario: Scenarios = None,
    members: Members = 1000,
    seed: Seed = 7,
    out: Annotated[Optional[Path], typer.Option(help="Folder for a page of each scenario.")] = None,  # noqa: UP045
    as_json: Json = False,
) -> None:
    """Account for scenarios: what changes for whom, how sure that is, and through what it comes about."""
    from tightrope.case import load_case

    from .accounts import account_rows, write_accounts
    from .execute import command_line, counting, keep_compiled

    loaded = load_case(case)
    keep_compiled()
    with counting(quiet=as_json) as progress:
        found = account_rows(
            loaded,
            scenarios=scenario or ["all"],
            members=members,
            seed=seed,
            command=command_line(),
            progress=progress,
        )
    if out:
        write_accounts(found, out)
    if as_json:
        _print_json(found)
    else:
        from tightrope.report.accounts import account_markdown

        print("\n".join(account_markdown(found, one) for one in found["accounts"]))


@app.command()
def sensitivity(
    case: CaseName = DEFAULT_CASE,
    scenario: Scenarios = None,
    method: Annotated[
        str, typer.Option(help="morris: effects of each assumption; sobol: shares of variance on top.")
    ] = "morris",
    top: Annotated[int, typer.Option(min=1, max=100, help="Strongest assumptions to try on each headline.")] = 12,
    trajectories: Annotated[int, typer.Option(min=2, max=1000, help="Paths of the screening.")] = 10,
    samples: Annotated[int, typer.Option(min=2, help="Base sample of sobol, a power of two.")] = 256,
    members: Annotated[int, typer.Option(min=1, max=100_000, help="Histories of each world that is tried.")] = 32,
    seed: Seed = 7,
    out: Annotated[Optional[Path], typer.Option(help="Folder for the page and the JSON.")] = None,  # noqa: UP045
    as_json: Json = False,
) -> None:
    """Find out which assumptions move the conclusions, and what would overturn them."""
    from tightrope.case import load_case

    from . import sensitivity as analysis
    from .execute import command_line, counting, keep_compiled

    loaded = load_case(case)
    keep_compiled()
    with counting(quiet=as_json) as progress:
        found = analysis.sensitivity(
            loaded,
            scenarios=scenario or ["all"],
            method=method,
            top=top,
            trajectories=trajectories,
            samples=samples,
            members=members,
            seed=seed,
            progress=progress,
        )
    written = analysis.write_sensitivity(found, out, command_line()) if out else []
    if as_json:
        _print_json(found)
    else:
        analysis.show_sensitivity(found)
        for path in written:
            print(f"Written: {path}", file=sys.stderr)


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(help="Folder that an earlier run wrote.")],
    b: Annotated[Path, typer.Argument(help="Another one.")],
    as_json: Json = False,
) -> None:
    """Show what differs between two runs."""
    from .compare import compare as compared

    found = compared(a, b)
    if as_json:
        _print_json(found)
    else:
        from .console import show_comparison

        show_comparison(found)


@app.command()
def measure(
    case: CaseName = DEFAULT_CASE,
    year: Annotated[Optional[int], typer.Option(help="Year; by default that of the period's start.")] = None,  # noqa: UP045
    as_json: Json = False,
) -> None:
    """Measure dependence, threat, leverage, room, concentration and influence capacity."""
    from tightrope.case import load_case
    from tightrope.measure import measures
    from tightrope.simulate import levels

    loaded = load_case(case)
    when = year or int(loaded.start[:4])
    if when not in loaded.years:
        raise TightropeError(
            f"--year {when}: {loaded.name} has data for {loaded.years[0]} to {loaded.years[-1]}. Ask for one of these."
        )
    found = measures(loaded, when, levels=levels(loaded, when))
    if as_json:
        from .answer import measure_json

        _print_json(measure_json(loaded, when, found))
    else:
        from .console import show_measures

        show_measures(loaded, when, found)


@app.command()
def audit(
    case: CaseName = DEFAULT_CASE,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if a claim is contradicted.")] = False,
    as_json: Json = False,
) -> None:
    """Check each claim of the case against the case's own data."""
    from tightrope.case import load_case
    from tightrope.measure.audit import audit as audited

    from .runner import audit_measures

    loaded = load_case(case)
    verdicts = [v.to_json() for v in audited(loaded, audit_measures(loaded))]
    if as_json:
        _print_json({"case": {"name": loaded.name, "digest": loaded.digest}, "claims": verdicts})
    else:
        from .console import show_audit

        show_audit(verdicts)
    if strict and any(v["verdict"] == "contradicted" for v in verdicts):
        raise typer.Exit(FAILED)


@app.command()
def sources(case: CaseName = DEFAULT_CASE, as_json: Json = False) -> None:
    """Show where every ledger id lives and how the case's numbers came to be."""
    from tightrope.case import load_case

    loaded = load_case(case)
    if as_json:
        _print_json({"ledger": loaded.places(), "numbers": loaded.numbers()})
    else:
        from .console import show_sources

        show_sources(loaded)


@app.command()
def check(folder: Annotated[str, typer.Argument(help="Case folder, or name of a built-in case.")]) -> None:
    """Check a case and list everything that is wrong with it."""
    from tightrope.case import load_case

    try:
        loaded = load_case(folder)
    except TightropeError as error:
        if not error.problems:
            raise
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    from .console import show_check

    show_check(loaded)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; must not exist or be empty.")],
    states: Annotated[str, typer.Option(help="Codes of the states, joined by commas.")],
    powers: Annotated[str, typer.Option(help="Codes of the powers, joined by commas.")],
) -> None:
    """Make a case that checks clean and runs, to be filled with figures."""
    from tightrope.case import new_case

    new_case(folder, _codes(states), _codes(powers))
    print(
        f"{folder}: made. Every number in it is assumed; replace them, then: tightrope check {folder}", file=sys.stderr
    )


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    sys.stdout.write("\n")
