"""Tables of a Result that come from simulated histories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.decide import ANSWERS, record
from tightrope.measure import POSTURES, Acts, leverage, posture, spectrum

if TYPE_CHECKING:
    from tightrope.case import Case, Decision
    from tightrope.simulate import Histories

__all__ = ["OUTCOMES", "Series", "decisions", "differences", "paths", "postures", "series", "votes"]

Row = dict[str, Any]
Array = NDArray[np.float32]

OUTCOMES = {
    "dependence": ("Dependence", "1", "part of its stakes that the power could take away"),
    "threat": ("Threat", "1", "harm that the power could and might do"),
    "leverage": ("Leverage", "1", "what the power can do by ties and threat together"),
    "alignment": ("Alignment", "1", "-1 opposed to 1 at one with the power"),
    "room": ("Room to manoeuvre", "1", "part of its stakes that no single power can take away"),
    "growth": ("Growth", "%/yr", "real growth of the economy"),
    "remittances": ("Remittances", "1", "relative to the start"),
    "trade": ("Trade", "1", "relative to the start"),
    "food_price": ("Food prices", "%", "rise over the path without war and sanctions"),
    "evasion": ("Evasion", "1", "re-exports to sanctioned powers, in parts of trade with them at the start"),
    "reward": ("Rewards", "1", "part of the last four quarters in which the power rewarded the state"),
    "barrier": ("Trade barriers", "1", "part of the last four quarters in which the power put up a new barrier"),
    "migrants": ("Harsh treatment of migrants", "1", "part of the last four quarters with new measures"),
    "extend": ("Sanctions extended", "1", "part of the last four quarters in which the power listed firms"),
}
"""Title, unit and meaning of each outcome."""

QUANTILES = {"low90": 0.05, "low50": 0.25, "high50": 0.75, "high90": 0.95}

Series = dict[str, Array]


def series(histories: Histories) -> Series:
    """Every outcome of an ensemble, (quarter, state, power, member) or (quarter, state, member)."""
    found = dict(histories.outcome)
    hold = leverage(found["dependence"], found["threat"])
    # The kernels keep state and power first; here the quarter leads.
    found["leverage"] = hold
    found["room"] = 1 - hold.max(axis=2)
    for k, answer in enumerate(ANSWERS):
        if k:
            found[answer] = _last_year(found["answer"] == k)
    return {name: found[name] for name in OUTCOMES}


def _last_year(happened: NDArray[np.bool_]) -> Array:
    """Mean over the last four quarters, or as many as there are."""
    total = np.cumsum(happened, axis=0, dtype=np.float32)
    before = np.concatenate([np.zeros((min(4, len(total)), *total.shape[1:]), np.float32), total[:-4]])
    count = np.minimum(np.arange(1, len(total) + 1), 4).reshape(-1, *(1,) * (total.ndim - 1))
    result: Array = ((total - before[: len(total)]) / count).astype(np.float32)
    return result


def _cells(case: Case, x: Array) -> list[tuple[str, str | None, Any]]:
    """Each state, and power where there is one, with the index of its cell."""
    pairs = x.ndim == 4
    return [
        (state, power, (i, p) if pairs else (i,))
        for i, state in enumerate(case.states)
        for p, power in enumerate(case.powers if pairs else (None,))
    ]


def paths(case: Case, scenario: str, found: Series) -> list[Row]:
    """Table `paths`: mean and intervals of every outcome in every quarter."""
    rows = []
    for name, x in found.items():
        mean = x.mean(axis=-1, dtype=np.float64)
        bounds = dict(zip(QUANTILES, np.quantile(x, list(QUANTILES.values()), axis=-1), strict=True))
        for state, power, at in _cells(case, x):
            for t, quarter in enumerate(case.quarters):
                rows.append(
                    {
                        "scenario": scenario,
                        "state": state,
                        "power": power,
                        "quarter": quarter,
                        "outcome": name,
                        "mean": float(mean[(t, *at)]),
                    }
                    | {bound: float(values[(t, *at)]) for bound, values in bounds.items()}
                )
    return rows


def differences(case: Case, scenario: str, found: Series, baseline: Series) -> list[Row]:
    """Table `scenarios`: each history less the baseline's history with the same dice, at the end of each year."""
    about = case.scenarios[scenario]
    rows = []
    quarters = [t for t, q in enumerate(case.quarters) if q.endswith("Q4")][1:] or [len(case.quarters) - 1]
    for name, x in found.items():
        change = x[quarters] - baseline[name][quarters]
        mean = change.mean(axis=-1, dtype=np.float64)
        low, high = np.quantile(change, (0.05, 0.95), axis=-1)
        for state, power, at in _cells(case, x):
            for k, t in enumerate(quarters):
                rows.append(
                    {
                        "scenario": scenario,
                        "title": about.title,
                        "asks": about.asks,
                        "state": state,
                        "power": power,
                        "outcome": name,
                        "quarter": case.quarters[t],
                        "difference": float(mean[(k, *at)]),
                        "low": float(low[(k, *at)]),
                        "high": float(high[(k, *at)]),
                    }
                )
    return rows


def postures(case: Case, histories: Histories) -> dict[str, list[Row]]:
    """Tables `posture` and `spectrum`, of the simulated histories and of what was really done."""
    asked = np.zeros(len(case.states))
    for d in histories.timetable.decisions.values():
        asked[case.states.index(d.state)] += 1
    threat = histories.outcome["threat"].mean(axis=0)
    acts = Acts(**histories.acts, count=asked[:, None] + 0 * histories.acts["quiet"])
    done = record(case)
    central = threat.mean(axis=-1, keepdims=True)
    shapes: list[Row] = []
    places: list[Row] = []
    for basis, some, menace in (("simulated", acts, threat), ("observed", done, central)):
        degree, place = posture(some, menace), spectrum(some, menace)
        for i, state in enumerate(case.states):
            for k, name in enumerate(POSTURES):
                shapes.append({"state": state, "posture": name} | _spread(degree[k, i], "prob") | {"basis": basis})
            places.append({"state": state} | _spread(place[i], "position") | {"basis": basis})
    return {"posture": shapes, "spectrum": places}


def _spread(x: Array, name: str) -> Row:
    x = x[~np.isnan(x)]  # a history in which nothing was decided has no posture
    if not x.size:
        return {name: None, "low": None, "high": None}
    low, high = np.quantile(x, (0.05, 0.95))
    return {name: float(x.mean(dtype=np.float64)), "low": float(low), "high": float(high)}


def decisions(case: Case, histories: Histories, fitted: frozenset[str] = frozenset()) -> list[Row]:
    """Table `decisions`: the probability of every option, what was chosen, and whether the model was fitted to it."""
    rows = []
    for d in case.scenario(histories.scenario).decisions:
        odds = histories.odds[d.id]
        score = log_score(d, odds)
        for option, prob in zip(d.options, odds, strict=True):
            rows.append(
                {
                    "id": d.id,
                    "state": d.state,
                    "date": d.date,
                    "quarter": d.quarter,
                    "kind": d.question.kind,
                    "question": d.question.text,
                    "option": option,
                    "prob": float(prob),
                    "observed": option == d.chosen,
                    "log_score": score,
                    "in_window": d.quarter in case.quarters,
                    "fitted": d.id in fitted,
                    "sources": ";".join(d.sources),
                    "ledger": ";".join((*d.ledger, *d.question.ledger)),
                }
            )
    return rows


def log_score(d: Decision, odds: NDArray[np.float64]) -> float | None:
    """Natural logarithm of the probability of what was chosen; None where that is not known."""
    if d.chosen is None:
        return None
    # Odds are whole numbers of 2**-16: an option that none of them reached has at most that.
    return float(np.log(max(odds[d.options.index(d.chosen)], 2.0**-16)))


def votes(
    case: Case,
    scenario: str,
    histories: Histories,
    baseline: Mapping[str, NDArray[np.float64]],
    least: float = 0.05,
) -> list[Row]:
    """Table `votes_in_scenarios`: options whose probability a scenario moves by at least `least`, and those it adds."""
    rows = []
    for d in histories.timetable.decisions.values():
        before = baseline.get(d.id)
        for k, option in enumerate(d.options):
            prob = float(histories.odds[d.id][k])
            was = None if before is None else float(before[k])
            if was is None or abs(prob - was) >= least:
                rows.append(
                    {
                        "scenario": scenario,
                        "id": d.id,
                        "state": d.state,
                        "question": d.question.text,
                        "option": option,
                        "baseline": was,
                        "prob": prob,
                    }
                )
    return rows
