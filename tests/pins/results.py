"""Key results of the built-in case, as few numbers as show whether a change moved them.

Run this file to renew `central_asia.json` after a change that was meant to move them, and look at the difference:

    python tests/pins/results.py && git diff tests/pins
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tightrope.app.simulated import decisions, postures
from tightrope.case import Case, load_case
from tightrope.measure import measures
from tightrope.simulate import levels, simulate

PINNED = Path(__file__).with_name("central_asia.json")
MEMBERS, SEED, YEAR = 512, 7, 2021


def results(case: Case) -> dict[str, Any]:
    """What is pinned, rounded to four digits after the point."""
    measured = measures(case, YEAR, levels=levels(case, YEAR))
    histories = simulate(case, members=MEMBERS, seed=SEED)
    last = {name: x[-1].mean(axis=-1, dtype=np.float64) for name, x in histories.outcome.items() if name != "picks"}
    scores = {row["id"]: row["log_score"] for row in decisions(case, histories) if row["log_score"] is not None}
    taken = [row for row in postures(case, histories)["posture"] if row["basis"] == "simulated"]
    return {
        "about": f"{MEMBERS} members, seed {SEED}; measures of {YEAR}, outcomes of {case.end}",
        "room": _by(measured["room"].value, case.states),
        "dependence": _by(measured["dependence"].value, case.states, case.powers),
        "threat": _by(measured["threat"].value, case.states, case.powers),
        "simulated": {name: _by(last[name], case.states) for name in ("growth", "trade", "remittances", "evasion")}
        | {name: _by(last[name], case.states, case.powers) for name in ("dependence", "alignment")},
        "posture": {
            s: {row["posture"]: round(row["prob"], 4) for row in taken if row["state"] == s} for s in case.states
        },
        "decisions": {"answered": len(scores), "mean_log_score": round(float(np.mean(list(scores.values()))), 4)},
    }


def _by(x: Any, *labels: tuple[str, ...]) -> dict[str, Any]:
    if len(labels) == 1:
        return {name: round(float(value), 4) for name, value in zip(labels[0], x, strict=True)}
    return {name: _by(row, *labels[1:]) for name, row in zip(labels[0], x, strict=True)}


if __name__ == "__main__":
    PINNED.write_text(json.dumps(results(load_case("central_asia")), indent=1) + "\n", encoding="utf-8")
