"""Simulated histories held against what happened: scores, coverage and sharpness, beside two plain forecasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.base.errors import RunError

from .asserted import asserted
from .chosen import chosen
from .ensemble_scores import bounds, crps, normal_members
from .happened import FLOWS, Fact, Happened, circular, happened, is_log, outcomes
from .world import channels

if TYPE_CHECKING:
    from tightrope.case import Case

    from .ensemble import Histories

__all__ = ["BASELINES", "hindsight", "of_year"]

Floats = NDArray[np.float64]
Cell = dict[str, Any]

BASELINES = ("no_change", "random_walk")
LEVELS = {"50": 0.5, "90": 0.9}


def hindsight(case: Case, histories: Histories, *, fitted: bool = False, least_changes: int = 5) -> dict[str, Any]:
    """Hold an ensemble of histories against what the case's own rows say happened.

    Parameters
    ----------
    case
        The case that was simulated.
    histories
        Of a scenario that says what the powers did, as `history`; simulated with `shares=True`, else shares are set
        aside.
    fitted
        Whether the weights of the decision model were fitted to the decisions; their scores are then marked.
    least_changes
        Yearly changes before the start that a baseline needs; the error of its spread is then a third or less.

    Returns
    -------
    hindsight
        Ready for JSON; keys are told in docs/explain/hindsight.md: `outcomes` with scores overall, by state and by year;
        `cells`, one for each figure; `decisions`; `claims`; `set_aside`, the number of comparisons not made by reason.
        Unknown is None, never 0.

    Assumes
    -------
    A year's share of a flow (trade, energy, remittances), a total, growth and alignment are means over its quarters; a
    share of any other channel is that of its last quarter. Figures are held to be exact, though many have ranges.

    Source
    ------
    CRPS: [GneitingRaftery2007]_, in its fair form [Ferro2014]_. Calibration and sharpness: [Gneiting2007]_.

    Raises
    ------
    RunError
        If the histories are of another case, or too few.
    """
    if histories.states != case.states or histories.powers != case.powers:
        raise RunError(
            f"The histories are of {histories.case_name}, with states {', '.join(histories.states)}; the case is {case.name}."
        )
    if histories.members < 2:
        raise RunError(f"There is {histories.members} history; scores of an ensemble need at least two.")
    years = whole_years(case, histories)
    known = happened(case, years)
    aside = Counter(known.set_aside)
    judged = []
    for fact in known.facts:
        members = _simulated(case, histories, fact)
        if members is None:
            aside[f"{fact.outcome}: shares were not kept, simulate with shares=True"] += 1
        else:
            judged.append(_cell(fact, members, _baselines(case, fact, known, least_changes)))
    why = circular(case)
    return {
        "case": {"name": case.name, "digest": histories.digest},
        "scenario": histories.scenario,
        "seed": histories.seed,
        "members": histories.members,
        "years": list(years),
        "outcomes": {
            name: _report([cell for cell in judged if cell["outcome"] == name], why.get(name, ""))
            for name in outcomes(case)
            if any(cell["outcome"] == name for cell in judged)
        },
        "changes_before": {name: len(known.changes.get(name, ())) for name in outcomes(case)},
        "decisions": chosen(case, histories, fitted=fitted, aside=aside),
        "claims": asserted(case, histories, aside=aside),
        "cells": judged,
        "set_aside": dict(sorted(aside.items())),
    }


def whole_years(case: Case, histories: Histories) -> tuple[int, ...]:
    """Years after the start's of which every quarter was simulated.

    Parameters
    ----------
    case, histories
        As in `hindsight`.
    """
    count = Counter(int(quarter[:4]) for quarter in histories.quarters)
    return tuple(year for year in sorted(count) if count[year] == 4 and year > int(case.start[:4]))


def of_year(histories: Histories, x: NDArray[Any], year: int, *, last: bool = False) -> Floats:
    """Mean of a year's quarters, or its last quarter.

    Parameters
    ----------
    histories
        Whose quarters they are.
    x
        (quarter, ..., member).
    year
        A year of which every quarter was simulated.
    last
        Take the last quarter instead of the mean.

    Returns
    -------
    of_year
        (..., member), unit of `x`.

    Source
    ------
    A mean.
    """
    at = [t for t, quarter in enumerate(histories.quarters) if quarter.startswith(f"{year}Q")]
    found: Floats = x[at[-1]].astype(np.float64) if last else x[at].mean(axis=0, dtype=np.float64)
    return found


def _simulated(case: Case, histories: Histories, fact: Fact) -> Floats | None:
    """The members' own values of a fact, (member,); None where the histories did not keep them."""
    i = case.states.index(fact.state)
    p = None if fact.power is None else case.powers.index(fact.power)
    if fact.outcome.startswith("share/"):
        if "share" not in histories.outcome:
            return None
        channel = fact.outcome.removeprefix("share/")
        share = histories.outcome["share"][:, channels(case).index(channel), i, p]
        return of_year(histories, share, fact.year, last=channel not in FLOWS)
    x = histories.outcome[fact.outcome]
    return of_year(histories, x[:, i] if p is None else x[:, i, p], fact.year)


def _baselines(case: Case, fact: Fact, known: Happened, least: int) -> dict[str, Floats | None]:
    """Members of the two plain forecasts; None where too little is known before the start."""
    past = np.array(known.changes.get(fact.outcome, ()))
    if len(past) < least or np.isnan(fact.base):
        return dict.fromkeys(BASELINES)
    spread = float(np.sqrt((past**2).mean()))
    ahead = fact.year - int(case.start[:4])
    wide = {"no_change": spread, "random_walk": spread * ahead**0.5}
    found = {name: normal_members(fact.base, width, log=is_log(fact.outcome)) for name, width in wide.items()}
    # A share is at most one, and alignment lies between -1 and 1, by definition.
    if fact.outcome.startswith("share/"):
        return {name: np.minimum(x, 1.0) for name, x in found.items()}
    return {name: np.clip(x, -1.0, 1.0) if fact.outcome == "alignment" else x for name, x in found.items()}


def _cell(fact: Fact, members: Floats, rivals: dict[str, Floats | None]) -> Cell:
    return asdict(fact) | {
        "base": None if np.isnan(fact.base) else fact.base,
        "model": _scores(fact, members, fair=True),
        "baselines": {name: None if x is None else _scores(fact, x, fair=False) for name, x in rivals.items()},
    }


def _scores(fact: Fact, members: Floats, *, fair: bool) -> Cell:
    scores: Cell = {
        "crps": float(crps(members, np.array(fact.value), fair=fair)),
        "mean": float(members.mean()),
        "error": float(members.mean()) - fact.value,
    }
    for name, level in LEVELS.items():
        low, high = (float(x) for x in bounds(members, level))
        scores |= {f"low{name}": low, f"high{name}": high, f"within{name}": low <= fact.value <= high}
        scores[f"meets{name}"] = low <= fact.high and fact.low <= high
    return scores


def _report(cells: list[Cell], why: str) -> Cell:
    return {
        "circular": bool(why),
        "why": why,
        "overall": _summary(cells),
        "by_state": _by(cells, lambda cell: str(cell["state"])),
        "by_year": _by(cells, lambda cell: str(cell["year"])),
        "by_kind": _by(cells, lambda cell: str(cell["kind"])),
    }


def _by(cells: list[Cell], key: Callable[[Cell], str]) -> dict[str, Cell]:
    return {name: _summary([cell for cell in cells if key(cell) == name]) for name in sorted({key(c) for c in cells})}


def _summary(cells: list[Cell]) -> Cell:
    """Means over cells; each baseline with the model's own score on the cells that the baseline can tell."""
    found = {"n": len(cells), **_means(cell["model"] for cell in cells), "baselines": {}}
    for name in BASELINES:
        told = [cell for cell in cells if cell["baselines"][name] is not None]
        if not told:
            found["baselines"][name] = None
            continue
        model = _means(cell["model"] for cell in told)
        found["baselines"][name] = {
            "n": len(told),
            **_means(cell["baselines"][name] for cell in told),
            "model_crps": model["crps"],
        }
    return found


def _means(scores: Iterable[Cell]) -> Cell:
    rows = list(scores)

    def mean(values: Iterable[float]) -> float:
        return float(np.mean(list(values)))

    found = {"crps": mean(row["crps"] for row in rows), "error": mean(row["error"] for row in rows)}
    for name in LEVELS:
        found[f"coverage_{name}"] = mean(row[f"within{name}"] for row in rows)
        found[f"reached_{name}"] = mean(row[f"meets{name}"] for row in rows)
        found[f"width_{name}"] = mean(row[f"high{name}"] - row[f"low{name}"] for row in rows)
    return found
