"""`tightrope backtest` and `tightrope theories`: what the model foretells, and which theory foretells best."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from tightrope.base import TightropeError

from .fit import Until, several_devices

if TYPE_CHECKING:
    from tightrope.decide.evidence import Evidence
    from tightrope.decide.layers import Data

__all__ = ["backtest", "theories"]

CaseName = Annotated[str, typer.Argument(help="Name of a built-in case, or a case folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Chains = Annotated[int, typer.Option(min=1, max=16, help="Chains of each fit.")]
Draws = Annotated[int, typer.Option(min=10, help="Draws of each chain, after as many to warm up.")]
Seed = Annotated[int, typer.Option(min=0, help="Same seed, same draws on the same machine.")]


def backtest(
    case: CaseName = "central_asia",
    by: Annotated[str, typer.Option(help="What to hold out: state, time (each year in turn) or decision.")] = "state",
    until: Until = None,
    chains: Chains = 2,
    draws: Draws = 300,
    seed: Seed = 7,
    histories: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            min=2, help="Score so many simulated histories against what happened to ties, growth and votes instead."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold decisions out, fit to the others, and score what is said of them."""
    if histories is not None:
        _hindsight(case, histories, seed, as_json)
        return
    several_devices(chains)
    from tightrope.decide.backtest import backtest as tested
    from tightrope.decide.backtest import report
    from tightrope.decide.fit import Sampling

    if by not in ("state", "time", "decision"):
        raise TightropeError(f"--by {by}: hold out by state, time or decision.")
    learned, evidence, days = _prepared(case, until)
    more: dict[str, Any] = {} if by == "decision" else {"progress": _progress(as_json)}
    found = report(tested(learned, evidence, by, days, sampling=Sampling(chains, draws, draws, seed), **more), by)
    if as_json:
        _print(found)
    else:
        from .backtest_console import show_backtest

        show_backtest(found)


def theories(
    case: CaseName = "central_asia",
    by: Annotated[str, typer.Option(help="What to hold out: decision (each alone), state or time.")] = "decision",
    until: Until = None,
    chains: Chains = 2,
    draws: Draws = 300,
    seed: Seed = 7,
    as_json: Json = False,
) -> None:
    """Fit rival theories, which admit some considerations and not others, and rank them by what they foretell."""
    several_devices(chains)
    from tightrope.decide.backtest import FOLDS
    from tightrope.decide.fit import Sampling
    from tightrope.decide.theories import compared, ranked

    if by not in ("state", "time", "decision"):
        raise TightropeError(f"--by {by}: hold out by decision, state or time.")
    learned, evidence, days = _prepared(case, until)
    folds = [] if by == "decision" else FOLDS[by](evidence, days)
    found = compared(learned, folds=folds, sampling=Sampling(chains, draws, draws, seed), progress=_progress(as_json))
    rows = ranked(found, evidence.questions)
    told = {"by": by, "n": len(evidence), "theories": rows, "coefficients": _coefficients(found)}
    if as_json:
        _print(told)
    else:
        from .backtest_console import show_theories

        show_theories(told)


def _hindsight(case: str, members: int, seed: int, as_json: bool) -> None:
    from tightrope.case import load_case
    from tightrope.simulate import simulate
    from tightrope.simulate.hindsight import hindsight
    from tightrope.simulate.weights import weights

    from .hindsight_console import show_hindsight

    loaded = load_case(case)
    lived = simulate(loaded, members=members, seed=seed, shares=True)
    found = hindsight(loaded, lived, fitted=weights(loaded).basis == "posterior")
    if as_json:
        _print(found)
    else:
        show_hindsight(found)


def _prepared(case: str, until: Optional[str]) -> tuple[Data, Evidence, list[str]]:  # noqa: UP045
    from tightrope.case import load_case
    from tightrope.decide.evidence import evidence
    from tightrope.simulate.observed import observed
    from tightrope.simulate.weights import fit_data, roll_days

    loaded = load_case(case)
    return fit_data(loaded, until), evidence(loaded, observed(loaded), until=until), roll_days(loaded, until)


def _coefficients(found: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    from tightrope.decide.utility import COEFFICIENTS

    told: dict[str, Any] = {}
    for theory, item in found.items():
        low, high = np.quantile(item["coefficients"], (0.05, 0.95), axis=0)
        mean = item["coefficients"].mean(axis=0)
        told[theory] = {
            name: {"mean": float(mean[k]), "low": float(low[k]), "high": float(high[k])}
            for k, name in enumerate(COEFFICIENTS)
            if low[k] != 0 or high[k] != 0
        }
    return told


def _progress(quiet: bool) -> Callable[[str], None]:
    return lambda name: None if quiet else print(f"fitting: {name}", file=sys.stderr, flush=True)


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, allow_nan=False, indent=1)
    sys.stdout.write("\n")
