"""What a scenario changes, and which parts of it and of the model the change goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tightrope.base import FrozenDict
from tightrope.decide import ANSWERS
from tightrope.measure.leverage import leverage

from .ensemble import Histories, simulate
from .mechanisms import mechanisms

if TYPE_CHECKING:
    from tightrope.case import Case, Shock

__all__ = ["ACTS", "EVERYTHING", "OUTCOMES", "Account", "Contribution", "accounts", "parts_of", "without"]

Array = NDArray[np.float64]
Ends = dict[str, Array]
"""Outcomes by name, (state, member) or (state, power, member)."""

OUTCOMES = ("room", "growth", "remittances", "trade", "dependence", "threat", "alignment", "evasion", "food_price")
"""Outcomes of the last quarter that accounts tell; those of pairs are dependence, threat and alignment."""

ACTS = tuple(answer for answer in ANSWERS if answer != "ignore")
"""What powers do: outcomes of pairs, in how many quarters of the period."""

EVERYTHING = "everything"
"""All shocks and questions that a scenario adds."""

QUESTIONS = "questions"


@dataclass(frozen=True, eq=False)
class Contribution:
    """How much of each difference is lost when a part of the scenario or a mechanism is taken away.

    Parameters
    ----------
    sort
        `mechanism`, `shock` or `questions`.
    name
        The mechanism, or the kind of shock and the power or corridor that it comes from.
    lost
        Difference with everything less difference without the part, in each history, by outcome as in `Account.change`.
    """

    sort: str
    name: str
    lost: Ends


@dataclass(frozen=True, eq=False)
class Account:
    """What a scenario changes: `OUTCOMES` in the last quarter, `ACTS` over the period.

    Parameters
    ----------
    scenario
        Its name.
    change
        Each history less the baseline's with the same dice, by outcome, (state, member) or (state, power, member).
    contributions
        Of mechanisms and of the scenario's own parts. They need not add up to the change: parts work through each other.
    odds
        Probability of each option of the scenario's decisions that the scenario moves or adds, and the baseline's.
    """

    scenario: str
    change: Ends
    contributions: tuple[Contribution, ...]
    odds: Mapping[str, tuple[Array, Array | None]]


def accounts(
    case: Case,
    baseline: str,
    scenarios: Sequence[str],
    *,
    members: int = 1000,
    seed: int = 7,
    progress: Callable[[str, int], None] = lambda stage, done: None,
) -> list[Account]:
    """Account for scenarios.

    Parameters
    ----------
    case
        Any case.
    baseline, scenarios
        Names; each scenario extends the baseline, so that its own shocks and questions are what it adds.
    members
        Histories of each ensemble. All ensembles draw the same numbers and meet the same dice.
    seed
        Of all draws.
    progress
        Called with the scenario and the number of histories done since the last call.

    Returns
    -------
    accounts
        In the order asked for.

    Assumes
    -------
    What a mechanism contributes is what the difference loses without it in both worlds: a difference of differences.

    Source
    ------
    Switching off one thing at a time, with common random numbers; ours.
    """

    def run(world: Case, scenario: str, off: Sequence[str] = ()) -> tuple[Histories, Ends]:
        histories = simulate(world, scenario, members=members, seed=seed, off=off)
        progress(scenario, members)
        return histories, _ends(histories)

    whole, base = run(case, baseline)
    able = [name for name in mechanisms if _can_act(case, (baseline, *scenarios), name)]
    base_off = {name: run(case, baseline, [name])[1] for name in able}
    found = []
    for scenario in scenarios:
        histories, there = run(case, scenario)
        change = _less(there, base)
        contributions = [
            Contribution("mechanism", name, _less(change, _less(run(case, scenario, [name])[1], base_off[name])))
            for name in able
            if _can_act(case, (baseline, scenario), name)
        ]
        parts = parts_of(case, scenario)
        for part in parts if len(parts) > 1 else ():
            rest = _less(run(without(case, scenario, part), scenario)[1], base)
            contributions.append(Contribution("questions" if part == QUESTIONS else "shock", part, _less(change, rest)))
        found.append(Account(scenario, change, tuple(contributions), _odds(histories, whole)))
    return found


def _ends(histories: Histories) -> Ends:
    last = {name: x[-1].astype(np.float64) for name, x in histories.outcome.items() if name in OUTCOMES}
    last["room"] = 1 - leverage(last["dependence"], last["threat"]).max(axis=1)
    for k, answer in enumerate(ANSWERS):
        if answer in ACTS:
            last[answer] = (histories.outcome["answer"] == k).sum(axis=0).astype(np.float64)
    return {name: last[name] for name in (*OUTCOMES, *ACTS)}


def _less(a: Ends, b: Ends) -> Ends:
    return {name: a[name] - b[name] for name in a}


def _odds(histories: Histories, baseline: Histories) -> dict[str, tuple[Array, Array | None]]:
    return {key: (odds, baseline.odds.get(key)) for key, odds in histories.odds.items()}


def _can_act(case: Case, scenarios: Sequence[str], mechanism: str) -> bool:
    """Whether a mechanism can act in any of the scenarios: one of routes needs a corridor of its own that some shock moves."""
    if "corridor" not in case.dimensions or mechanism not in case.dimensions.get("mechanism", ()):
        return True
    works = case.parameter("corridor_works_by", case.start).value[:, case.labels("mechanism").index(mechanism)]
    own = {corridor for corridor, weight in zip(case.labels("corridor"), works, strict=True) if weight == 1}
    moved = {shock.corridor for name in scenarios for shock in case.scenario(name).shocks if shock.what == "corridor"}
    return bool(own & moved)


def _part(shock: Shock) -> str:
    whence = shock.corridor or shock.power
    return f"{shock.what} {whence}"


def parts_of(case: Case, scenario: str) -> tuple[str, ...]:
    """What a scenario adds: its own kinds of shock by the power or corridor they come from, and its questions.

    Parameters
    ----------
    case
        Any case.
    scenario
        One of its scenarios.

    Returns
    -------
    parts
        Names such as `attention USA`, and `questions` where it puts any.
    """
    own = case.scenarios[scenario]
    parts = dict.fromkeys(_part(shock) for shock in own.shocks)
    return (*parts, *((QUESTIONS,) if own.decisions else ()))


def without(case: Case, scenario: str, part: str) -> Case:
    """The case in which a scenario lacks one of its parts.

    Parameters
    ----------
    case, scenario
        As in `parts_of`.
    part
        One of the parts, or `EVERYTHING`.

    Returns
    -------
    case
        All else as before, also its digest.
    """
    own = case.scenarios[scenario]
    kept = replace(
        own,
        shocks=() if part == EVERYTHING else tuple(shock for shock in own.shocks if _part(shock) != part),
        decisions=() if part in (EVERYTHING, QUESTIONS) else own.decisions,
    )
    return replace(case, scenarios=FrozenDict(dict(case.scenarios) | {scenario: kept}))
