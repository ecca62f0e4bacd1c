"""The JSON that commands print. Its keys are a promise: docs/reference/json.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tightrope.base import Estimate
    from tightrope.case import Case
    from tightrope.result import Result

__all__ = ["measure_json", "newest_year", "run_json"]


def newest_year(result: Result) -> int:
    """The latest year in which every state's room is known, so that states can be compared."""
    known: dict[int, bool] = {}
    for row in result.table("room"):
        known[row["year"]] = known.get(row["year"], True) and row["mean"] is not None
    return max((year for year, whole in known.items() if whole), default=int(result.manifest["case"]["start"][:4]))


def run_json(result: Result) -> dict[str, Any]:
    """What `run --json` prints."""
    year = newest_year(result)
    return {
        "case": {"name": result.manifest["case"]["name"], "digest": result.manifest["case"]["digest"]},
        "seed": result.manifest["seed"],
        "members": result.manifest["members"],
        "year": year,
        "states": _states(result, year),
        "decisions": _decisions(result),
        "scenarios": _scenarios(result),
    }


def _triple(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"mean": row["mean"], "low": row["low"], "high": row["high"]}


def _states(result: Result, year: int) -> dict[str, Any]:
    states: dict[str, Any] = {}
    for row in result.table("room"):
        if row["year"] == year:
            states[row["state"]] = {
                "dependence": {}, "threat": {}, "leverage": {}, "room": _triple(row), "posture": {}
            }  # fmt: skip
    for row in result.table("measures"):
        if row["year"] == year and row["measure"] in ("dependence", "threat", "leverage"):
            states[row["state"]][row["measure"]][row["power"]] = _triple(row)
    for row in result.table("posture"):
        if row["basis"] == "simulated":
            states[row["state"]]["posture"][row["posture"]] = row["prob"]
    return states


def _decisions(result: Result) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in result.table("decisions"):
        one = found.setdefault(
            row["id"],
            {
                "id": row["id"],
                "state": row["state"],
                "date": row["date"],
                "options": {},
                "observed": None,
                "log_score": row["log_score"],
                "in_window": row["in_window"],
                "fitted": row["fitted"],
            },
        )
        one["options"][row["option"]] = row["prob"]
        if row["observed"]:
            one["observed"] = row["option"]
    return list(found.values())


def _scenarios(result: Result) -> dict[str, Any]:
    """Differences in the last quarter; outcomes between a state and a power carry the power's name."""
    last = max((row["quarter"] for row in result.table("scenarios")), default="")
    found: dict[str, Any] = {}
    for row in result.table("scenarios"):
        if row["quarter"] != last:
            continue
        state = found.setdefault(row["scenario"], {}).setdefault(row["state"], {})
        value = {"difference": row["difference"], "low": row["low"], "high": row["high"]}
        if row["power"] is None:
            state[row["outcome"]] = value
        else:
            state.setdefault(row["outcome"], {})[row["power"]] = value
    return found


def measure_json(case: Case, year: int, measures: Mapping[str, Estimate]) -> dict[str, Any]:
    """What `measure --json` prints: every measure as nested mappings of state, power and channel."""
    labels: dict[str, Sequence[str]] = {"state": case.states, "power": case.powers, "channel": case.channels}

    def nested(of: Estimate, at: tuple[int, ...]) -> Any:
        if len(at) < len(of.dims):
            return {label: nested(of, (*at, k)) for k, label in enumerate(labels[of.dims[len(at)]])}
        return {
            name: _known(getattr(of, key)[at]) for name, key in (("mean", "value"), ("low", "low"), ("high", "high"))
        }

    return {
        "case": {"name": case.name, "digest": case.digest},
        "year": year,
        "measures": {name: nested(of, ()) for name, of in measures.items()},
    }


def _known(x: Any) -> float | None:
    value = float(x)
    return None if value != value else value
