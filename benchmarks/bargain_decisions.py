"""Bargaining beside the logit on the coded decisions of the built-in case, as far as each option goes.

    python benchmarks/bargain_decisions.py [--members 200] [--rounds 10] [--case central_asia]

Each decision is an issue: its options lie on a line by their degree, how far each goes, from -1 to 1. The parties are fixed by
rule, before any outcome is looked at, from what the case holds:

- each power that is not indifferent wants the option of which it thinks best; it cares by half the distance between its
  best and its worst stance; its capability is its leverage over the state in the year of the decision, or the nearest in
  which the case knows that of all;
- the state wants what changes least (the option with the highest status-quo flag), cares fully, and its capability is its
  room.

The logit is the case's own decision model. Options of one degree count as one. Prints the means of both scores, with
differences clustered by question. Nothing is tuned.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

import tightrope as tr
from tightrope.base import TightropeError
from tightrope.case import Case, Decision, load_case
from tightrope.decide.bargain import (
    VARIANTS,
    Actors,
    Forecast,
    beside,
    condorcet,
    ensemble,
    of_members,
    of_options,
)
from tightrope.measure import measures
from tightrope.simulate import levels

Weights = Callable[[int], tuple[np.ndarray, np.ndarray]]


def weights(case: Case) -> Weights:
    """Leverage (state, power) and room (state,) in the year nearest to one asked for in which all are known."""
    every = {year: measures(case, year, levels=levels(case, year)) for year in case.years}
    known = {
        year: (found["leverage"].value, found["room"].value)
        for year, found in every.items()
        if np.isfinite(found["leverage"].value).all() and np.isfinite(found["room"].value).all()
    }
    return lambda year: known[min(known, key=lambda y: abs(y - year))]


def parties(case: Case, decision: Decision, of: Weights) -> Actors:
    """Who bargains over a decision; an error if nobody has anything to bargain over."""
    leverage, room = (x[case.states.index(decision.state)] for x in of(int(decision.date[:4])))
    spread = np.ptp(decision.stance, axis=0)
    party = np.flatnonzero(spread > 0)
    quiet = decision.flags[:, case.labels("flag").index("statusquo")].argmax()
    return Actors(
        (decision.state, *(case.powers[p] for p in party)),
        np.array([room, *leverage[party]]),
        decision.degree[[quiet, *decision.stance[:, party].argmax(axis=0)]],
        np.array([1.0, *spread[party] / 2]),
    )


def merged(decision: Decision, probability: dict[str, float]) -> Forecast:
    """The logit's probabilities by degree."""
    told = np.array([probability[option] for option in decision.options])
    return of_options(decision.degree, told / told.sum())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--case", default="central_asia")
    asked.add_argument("--members", type=int, default=200)
    asked.add_argument("--rounds", type=int, default=10)
    args = asked.parse_args()
    case = load_case(args.case)
    logit: dict[str, dict[str, float]] = {}
    for row in tr.run(case, members=32, seed=7).table("decisions"):
        logit.setdefault(row["id"], {})[row["option"]] = row["prob"]
    of = weights(case)
    made: dict[str, list[Forecast]] = {name: [] for name in ("logit", "condorcet", *VARIANTS, "even odds")}
    outcomes, options, questions, aside = [], [], [], {}
    for decision in case.decisions:
        place = np.unique(decision.degree)
        if decision.chosen is None or len(place) < 2:
            continue
        try:
            actors = parties(case, decision, of)
        except TightropeError as error:
            reason = str(error).split(":")[-1].strip() if ":" in str(error) else str(error)
            aside[reason] = aside.get(reason, 0) + 1
            continue
        outcomes.append(float(decision.degree[decision.options.index(decision.chosen)]))
        options.append(place)
        questions.append(decision.question.id)
        made["logit"].append(merged(decision, logit[decision.id]))
        elected = condorcet(actors, place)
        made["condorcet"].append(of_options(elected.position, elected.probability))
        for name, how in VARIANTS.items():
            end = ensemble(actors, rules=how, rounds=args.rounds, members=args.members).median[-1]
            made[name].append(of_members(end))
        made["even odds"].append(of_options(place, np.full(len(place), 1 / len(place))))
    found = beside(made, outcomes, options, clusters=questions)
    print(f"{found['n']} decisions on {len(set(questions))} questions; not bargained over: {aside or 0}")
    print("| | log score | logit less this | CRPS | logit less this |\n| --- | --- | --- | --- | --- |")
    for name, of_name in found["scores"].items():
        cells = [name.replace("_", " ")]
        for score in ("log_score", "crps"):
            cells.append(f"{of_name[score]:.3f}")
            apart = found["difference"].get(name, {}).get(score)
            cells.append(f"{apart['mean']:+.3f} ± {apart['error']:.3f}" if apart else "")
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
