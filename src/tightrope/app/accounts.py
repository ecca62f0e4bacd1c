"""`tightrope account`: a page for each scenario, as rows that text and JSON are made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tightrope.base import RunError
from tightrope.simulate.accounts import ACTS, accounts
from tightrope.simulate.inputs import refuse_incomplete

from .runner import wanted_scenarios
from .simulated import OUTCOMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tightrope.case import Case
    from tightrope.simulate.accounts import Account

__all__ = ["account_rows", "write_accounts"]

Row = dict[str, Any]


def account_rows(
    case: Case,
    *,
    scenarios: Sequence[str],
    members: int = 1000,
    seed: int = 7,
    command: str = "",
    progress: Callable[[str, int], None] = lambda stage, done: None,
) -> Row:
    """Account for scenarios, with the keys of docs/reference/json.md.

    Parameters
    ----------
    case
        Any case.
    scenarios
        Names, or `all`; they are held against the baseline.
    members
        Histories of each ensemble.
    seed
        Of all draws.
    command
        How it was asked for.
    progress
        Called with the scenario and the number of histories done since the last call.

    Raises
    ------
    RunError
        If no scenario beside the baseline is asked for.
    """
    refuse_incomplete(case)
    baseline, *others = wanted_scenarios(case, scenarios)
    if not others:
        raise RunError(f"There is no scenario beside `{baseline}` to account for. Name one with --scenario, or `all`.")
    found = accounts(case, baseline, others, members=members, seed=seed, progress=progress)
    return {
        "case": {"name": case.name, "digest": case.digest},
        "baseline": baseline,
        "quarter": case.end,
        "seed": seed,
        "members": members,
        "command": command,
        "names": {actor: str(row.name) for actor, row in case.actors.items()},
        "accounts": [_account(case, one) for one in found],
    }


SCALES = {"1": 1.0, "quarters": 10.0, "%/yr": 10.0, "%": 100.0}
"""By unit, the change that counts as whole when changes of several outcomes are put in one order."""


def _account(case: Case, one: Account) -> Row:
    about = case.scenarios[one.scenario]
    changes = _changes(case, one)
    # Of each outcome the largest change, wherever it falls
    largest = list({row["outcome"]: row for row in reversed(changes) if row["size"] > 0}.values())
    largest.sort(key=lambda row: -row["size"])
    return {
        "scenario": one.scenario,
        "title": about.title,
        "asks": about.asks,
        "changes": changes,
        "contributions": [row for change in largest for row in _parts(case, one, change)],
        "options": _options(case, one),
    }


def _changes(case: Case, one: Account) -> list[Row]:
    """Every outcome's change, the largest on its scale first."""
    rows = []
    for outcome, change in one.change.items():
        for cell in np.ndindex(change.shape[:-1]):
            x = change[cell]
            low, high = np.quantile(x, (0.05, 0.95))
            rows.append(
                _cell(case, outcome, cell)
                | _mean(x)
                | {
                    "low": float(low),
                    "high": float(high),
                    "higher": float((x > 0).mean()),
                    "lower": float((x < 0).mean()),
                    "size": abs(float(x.mean())) / SCALES[_unit(outcome)],
                }
            )
    return sorted(rows, key=lambda row: -row["size"])


def _unit(outcome: str) -> str:
    return "quarters" if outcome in ACTS else OUTCOMES[outcome][1]


def _cell(case: Case, outcome: str, cell: tuple[int, ...]) -> Row:
    return {
        "state": case.states[cell[0]],
        "power": case.powers[cell[1]] if len(cell) > 1 else None,
        "outcome": outcome,
        "unit": _unit(outcome),
    }


def _mean(x: NDArray[np.float64]) -> Row:
    """Mean and its standard error over the histories."""
    return {"mean": float(x.mean()), "error": float(x.std(ddof=1) / np.sqrt(len(x))) if len(x) > 1 else None}


def _parts(case: Case, one: Account, change: Row) -> list[Row]:
    """What carries a change, the largest first; what carries nothing of it is left out."""
    cell: tuple[int, ...] = (case.states.index(change["state"]),)
    if change["power"] is not None:
        cell = (*cell, case.powers.index(change["power"]))
    rows = []
    for part in one.contributions:
        lost = part.lost[change["outcome"]][cell]
        if lost.any():
            rows.append(
                {key: change[key] for key in ("state", "power", "outcome")}
                | {"sort": part.sort, "name": part.name}
                | _mean(lost)
                | {"without": change["mean"] - float(lost.mean())}
            )
    return sorted(rows, key=lambda row: -abs(row["mean"]))


def _options(case: Case, one: Account, least: float = 0.05) -> list[Row]:
    """Options that the scenario adds or whose probability it moves by at least `least`."""
    rows = []
    for d in case.scenario(one.scenario).decisions:
        odds, before = one.odds[d.id]
        for k, option in enumerate(d.options):
            was = None if before is None else float(before[k])
            if was is None or abs(float(odds[k]) - was) >= least:
                rows.append(
                    {
                        "id": d.id,
                        "state": d.state,
                        "question": d.question.text,
                        "option": option,
                        "baseline": was,
                        "prob": float(odds[k]),
                    }
                )
    return rows


def write_accounts(found: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write a page for each scenario, and the rows as JSON, into a folder.

    Parameters
    ----------
    found
        From `account_rows`.
    folder
        Made if it does not exist.
    """
    from tightrope.report.accounts import account_markdown

    pages = {f"{one['scenario']}.md": account_markdown(found, one) for one in found["accounts"]}
    pages["accounts.json"] = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(f"--out {folder}: cannot be written ({error.strerror}). Name another folder.") from error
    return [folder / name for name in pages]
