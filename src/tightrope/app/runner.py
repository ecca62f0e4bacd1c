"""The main job: a case and its scenarios in, a Result out."""

from __future__ import annotations

import datetime
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from tightrope.base import Estimate, RunError
from tightrope.decide import COEFFICIENTS
from tightrope.measure.audit import MATRIX, audit
from tightrope.measure.posture import MEANINGS
from tightrope.result import Result
from tightrope.simulate import simulate
from tightrope.simulate.inputs import refuse_incomplete
from tightrope.simulate.weights import weights

from . import picture, simulated

if TYPE_CHECKING:
    import xarray as xr

    from tightrope.case import Case

__all__ = ["BASELINE", "audit_measures", "run", "wanted_scenarios"]

BASELINE = "history"
"""Scenario that the others are compared with."""

Progress = Callable[[str, int], None]
Row = dict[str, Any]


def wanted_scenarios(case: Case, asked: Sequence[str]) -> tuple[str, ...]:
    """Scenarios to simulate, the baseline first.

    Parameters
    ----------
    case
        Any case.
    asked
        Names, or `all`; the baseline alone if empty.

    Raises
    ------
    ScenarioError
        If a name is unknown.
    """
    names = list(case.scenarios) if "all" in asked else list(asked)
    base = BASELINE if BASELINE in case.scenarios else next(iter(case.scenarios), "")
    if not base:
        raise RunError(f"{case.name} has no scenario. Add scenarios/{BASELINE}.yaml; it may hold no shock at all.")
    for name in names:
        case.scenario(name)
    return (base, *(name for name in dict.fromkeys(names) if name != base))


def run(
    case: Case,
    *,
    scenarios: Sequence[str] = (),
    members: int = 2000,
    seed: int = 7,
    off: Sequence[str] = (),
    command: str = "",
    progress: Progress = lambda stage, done: None,
) -> Result:
    """Measure a case, simulate its scenarios, judge its decisions and its claims.

    Parameters
    ----------
    case
        Any case.
    scenarios
        Names, or `all`; the baseline is always simulated.
    members
        Histories of each scenario.
    seed
        Of all draws.
    off
        Mechanisms to switch off.
    command
        How the run was asked for; kept in the manifest.
    progress
        Called with the scenario and the number of histories done since the last call.

    Returns
    -------
    result
        Tables as in docs/reference/results.md, quantiles of every outcome as datasets, and a manifest.
    """
    began = time.perf_counter()
    refuse_incomplete(case)
    names = wanted_scenarios(case, scenarios)
    tables: dict[str, list[Row]] = {"actors": picture.actors(case)}
    years = picture.by_year(case)
    tables |= picture.measured(case, years)
    tables |= _simulated(case, names, members, seed, off, progress)
    tables |= _audited(case, years)
    tables |= {
        "events": picture.events(case),
        "sources": picture.sources(case),
        "numbers": picture.numbers(case),
        "inputs": picture.inputs(case),
        "coefficients": _coefficients(case),
        "outcomes": [
            {"outcome": name, "title": title, "unit": unit, "meaning": meaning}
            for name, (title, unit, meaning) in simulated.OUTCOMES.items()
        ],
    }
    return Result(
        datasets={"quantiles": _dataset(case, names, tables["paths"])},
        tables=tables,
        manifest=_manifest(case, names, members, seed, off, command, time.perf_counter() - began),
    )


def _simulated(
    case: Case, names: Sequence[str], members: int, seed: int, off: Sequence[str], progress: Progress
) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {"paths": [], "scenarios": [], "votes_in_scenarios": []}
    baseline: simulated.Series = {}
    odds: Mapping[str, Any] = {}
    for name in names:
        histories = simulate(case, name, members=members, seed=seed, off=off, progress=partial(progress, name))
        found = simulated.series(histories)
        tables["paths"] += simulated.paths(case, name, found)
        if not baseline:
            baseline, odds = found, histories.odds
            tables |= simulated.postures(case, histories)
            tables["decisions"] = simulated.decisions(case, histories, weights(case).fitted)
        else:
            tables["scenarios"] += simulated.differences(case, name, found, baseline)
            tables["votes_in_scenarios"] += simulated.votes(case, name, histories, odds)
    return tables


def audit_measures(case: Case, years: Mapping[int, Mapping[str, Estimate]] | None = None) -> Mapping[str, Estimate]:
    """Measures that the audit of claims may ask for, at the start of the case's period."""
    start = int(case.start[:4])
    return (years or picture.by_year(case)).get(start) or {}


def _audited(case: Case, years: Mapping[int, Mapping[str, Estimate]]) -> dict[str, list[Row]]:
    verdicts = [v.to_json() for v in audit(case, audit_measures(case, years))]
    rows = [
        {
            "id": v["id"],
            "verdict": v["verdict"],
            "text": v["text"],
            "asserted": _asserted(v["asserted"]),
            "found": "; ".join(_found(x) for x in v["found"][:6]),
            "why": v["why"],
            "sources": ";".join(v["sources"]),
            "ledger": ";".join(v["ledger"]),
        }
        for v in verdicts
    ]
    rankings = [
        {key: row[key] for key in ("id", "text", "verdict", "why", "sources")} | {"probability": v["probability"]}
        for row, v in zip(rows, verdicts, strict=True)
        if v["probability"] is not None or any(mark.startswith("Q") for mark in v["ledger"])
    ]
    return {"audit": rows, "rankings": rankings}


def _asserted(x: Mapping[str, Any]) -> str:
    """What is claimed, as words: relation, number with its unit, time."""
    if x["relation"] in ("lowest", "highest"):
        return f"{x['relation']} {'; '.join(x['period'])}".strip()
    unit = "" if x["unit"] in (None, "1") else str(x["unit"])
    relation = str(x["relation"]).replace("_", " ")
    return " ".join(part for part in (relation, _shown(x["value"]), unit, "; ".join(x["period"])) if part)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return "" if value is None else str(value)


def _found(x: Mapping[str, Any]) -> str:
    unit = "" if x.get("unit") in (None, "1") else str(x["unit"])
    basis = "by the matrix" if x.get("basis") == MATRIX else ""
    return " ".join(part for part in (_shown(x.get("value")), unit, str(x.get("period") or ""), basis) if part)


def _coefficients(case: Case) -> list[Row]:
    """Table `coefficients`: what the histories drew from, mean over states first, then each state where it was fitted."""
    drawn, meaning = weights(case), case.parameter("coefficient").meaning
    if drawn.basis == "prior":
        return _priors(case)
    rows: list[Row] = []
    for k, name in enumerate(COEFFICIENTS):
        cells = [(None, drawn.coefficients[k].mean(axis=0)), *zip(case.states, drawn.coefficients[k], strict=True)]
        for state, x in cells:
            low, high = (float(q) for q in np.quantile(x, (0.05, 0.95)))
            told: Row = {"name": name, "state": state, "mean": float(x.mean()), "low": low, "high": high}
            rows.append(told | {"meaning": meaning, "basis": "posterior", "kind": "estimated", "source": "", "why": ""})
    return rows


def _priors(case: Case) -> list[Row]:
    prior = case.parameter("coefficient")
    kinds = {row.at[0]: row for rows in case.parameters["coefficient"].values.values() for row in rows}
    return [
        {
            "name": name,
            "state": None,
            "mean": float(prior.value[k]),
            "low": float(prior.low[k]),
            "high": float(prior.high[k]),
            "meaning": prior.meaning,
            "basis": "prior",
            "kind": kinds[name].kind,
            "source": ";".join(kinds[name].source),
            "why": kinds[name].why,
        }
        for k, name in enumerate(case.labels("coefficient"))
    ]


def _dataset(case: Case, names: Sequence[str], rows: Sequence[Row]) -> xr.Dataset:
    """Table `paths` as labelled arrays (scenario, quantile, quarter, state[, power])."""
    import xarray as xr

    quantiles = ["mean", *simulated.QUANTILES]
    at = {name: k for k, name in enumerate(names)}
    t = {quarter: k for k, quarter in enumerate(case.quarters)}
    i = {state: k for k, state in enumerate(case.states)}
    p = {power: k for k, power in enumerate(case.powers)}
    arrays: dict[str, Any] = {}
    for row in rows:
        pair = row["power"] is not None
        shape = (len(names), len(quantiles), len(t), len(i)) + ((len(p),) if pair else ())
        array = arrays.setdefault(row["outcome"], np.full(shape, np.nan))
        cell = (at[row["scenario"]], slice(None), t[row["quarter"]], i[row["state"]]) + (
            (p[row["power"]],) if pair else ()
        )
        array[cell] = [row[q] for q in quantiles]
    dims = ("scenario", "quantile", "quarter", "state", "power")
    return xr.Dataset(
        {
            name: xr.Variable(
                dims[: x.ndim],
                x,
                {"unit": simulated.OUTCOMES[name][1], "long_name": simulated.OUTCOMES[name][2]},
            )
            for name, x in arrays.items()
        },
        coords={
            "scenario": list(names),
            "quantile": quantiles,
            "quarter": list(case.quarters),
            "state": list(case.states),
            "power": list(case.powers),
        },
    )


def _manifest(
    case: Case, names: Sequence[str], members: int, seed: int, off: Sequence[str], command: str, seconds: float
) -> dict[str, Any]:
    drawn = weights(case)
    packages = ("tightrope", "jax", "numpy", "xarray", "altair")
    return {
        "case": {
            "name": case.name,
            "title": case.title,
            "about": case.about,
            "digest": case.digest,
            "start": case.start,
            "end": case.end,
            "channels": [{"id": c.id, "title": c.title, "meaning": c.meaning} for c in case.channel_entries],
            "postures": MEANINGS,
        },
        "seed": seed,
        "members": members,
        "baseline": names[0],
        "scenarios": list(names),
        "parameters": {"coefficients": drawn.basis, "digest": drawn.digest, "until": drawn.until, "off": list(off)},
        "warnings": [f"The coefficients come from a bad fit: {mark}." for mark in drawn.marks],
        "versions": {name: version(name) for name in packages} | {"python": platform.python_version()},
        "time": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": command,
        "seconds": round(seconds, 3),
    }
