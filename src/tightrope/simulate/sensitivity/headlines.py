"""What the model says of a case: numbers that assumptions can move, and conclusions that they can overturn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tightrope.measure.posture import POSTURES

from ..step import ODDS_UNIT
from ..world import channels
from .worlds import Summary, Worlds

if TYPE_CHECKING:
    from tightrope.case import Case
    from tightrope.case.rows import Row

__all__ = ["DIFFERENCES", "Headline", "headlines"]

Array = NDArray[np.float64]

Outcomes = Mapping[str, Summary]
"""What became of the same worlds, by scenario."""

Value = Callable[[Outcomes], Array]

DIFFERENCES = {"room": "1", "growth": "%/yr", "dependence": "1", "alignment": "1"}
"""Outcomes, with their units, of which each scenario's largest difference is a headline."""

LEAST = {"1": 0.001, "%/yr": 0.01}
"""By unit, the smallest difference that is one: less than the two digits that the report shows."""


@dataclass(frozen=True, eq=False)
class Headline:
    """A number that the model gives, and what is concluded from it.

    Parameters
    ----------
    name
        Topic and whom it is about, such as `room:KAZ`.
    says
        In words, at the stated values of all numbers.
    quantity, unit
        What the number is.
    scenario
        The scenario that it needs beside the baseline; empty for none.
    value
        The number in each world, (world,).
    is_conclusion
        Whether the sentence turns false when the number changes its sign. Otherwise it only tells the number.
    """

    name: str
    says: str
    quantity: str
    unit: str
    scenario: str
    value: Value
    is_conclusion: bool = True


def headlines(model: Worlds, baseline: str, scenarios: Sequence[str], central: Outcomes) -> tuple[Headline, ...]:
    """Headlines of a case.

    Parameters
    ----------
    model
        Of the case.
    baseline
        Scenario that tells what happened.
    scenarios
        The others.
    central
        What became of the one world in which every number has its stated value.

    Returns
    -------
    headlines
        Room of each state and the power that limits it, who has more room, claims about ranks, likeliest postures, the
        powers in the order of dependence on them, the score of the decisions, and the largest differences of scenarios.

    Assumes
    -------
    What is said of the start is what `tightrope measure` says of the year; what is said of the end is of the last quarter.
    """
    case = model.wiring.case
    told = (
        _rooms(case, baseline, central),
        _limits(case, baseline, central),
        _ranking(case, baseline, central),
        _claims(case, baseline, central),
        _postures(case, baseline, central),
        _powers(case, baseline, central),
        _score(model, baseline, central),
        *(_differences(case, baseline, name, central) for name in scenarios),
    )
    return tuple(headline for some in told for headline in some)


def _name(case: Case, actor: str) -> str:
    return str(case.actors[actor].name)


def _field(scenario: str, name: str, *at: Any) -> Value:
    return lambda outcomes: outcomes[scenario].fields[name][(slice(None), *at)]


def _lead(value: Value, first: int) -> Value:
    """How far one column is ahead of the largest of the others."""

    def lead(outcomes: Outcomes) -> Array:
        x = value(outcomes)
        margin: Array = x[:, first] - np.delete(x, first, axis=1).max(axis=1)
        return margin

    return lead


def _between(value: Value, a: int, b: int) -> Value:
    def between(outcomes: Outcomes) -> Array:
        x = value(outcomes)
        margin: Array = x[:, a] - x[:, b]
        return margin

    return between


def _falling(value: Value, central: Outcomes) -> list[int]:
    """Columns from the largest to the smallest at stated values."""
    return [int(k) for k in np.argsort(-value(central)[0], kind="stable")]


def _rooms(case: Case, baseline: str, central: Outcomes) -> Iterator[Headline]:
    for field, when in (("room_start", case.start), ("room", case.end)):
        for i, state in enumerate(case.states):
            value = _field(baseline, field, i)
            said = f"{_name(case, state)} has {value(central)[0]:.2f} of room in {when}."
            yield Headline(f"{field}:{state}", said, f"room in {when}", "1", "", value, is_conclusion=False)


def _limits(case: Case, baseline: str, central: Outcomes) -> Iterator[Headline]:
    if len(case.powers) < 2:
        return
    for i, state in enumerate(case.states):
        value = _field(baseline, "leverage", i)
        first, second = (_name(case, case.powers[k]) for k in _falling(value, central)[:2])
        yield Headline(
            f"limiting_power:{state}",
            f"{first} is the power that limits the room of {_name(case, state)} in {case.end}.",
            f"leverage of {first} less the largest of the others, at stated values {second}'s",
            "1",
            "",
            _lead(value, _falling(value, central)[0]),
        )


def _ranking(case: Case, baseline: str, central: Outcomes) -> Iterator[Headline]:
    value = _field(baseline, "room")
    order = _falling(value, central)
    for a, b in pairwise(order):
        one, two = case.states[a], case.states[b]
        says = f"{_name(case, one)} has more room than {_name(case, two)} in {case.end}."
        yield Headline(f"more_room:{one}:{two}", says, "difference of room", "1", "", _between(value, a, b))


def _claims(case: Case, baseline: str, central: Outcomes) -> Iterator[Headline]:
    """Claims of the case that say who comes first by a measure at the start."""
    for claim in case.claims:
        lead = _claimed(case, baseline, claim)
        if lead is None:
            continue
        holds = bool(lead(central)[0] > 0)
        verdict = "The figures bear out" if holds else "The figures do not bear out"
        yield Headline(
            f"claim:{claim.id}",
            f"{verdict} {claim.id}: {claim.text}.",
            f"lead by {claim.measure} that the claim needs, in {case.start}",
            "1",
            "",
            lead,
        )


def _claimed(case: Case, baseline: str, claim: Row) -> Value | None:
    """How far what a claim puts first is ahead; None for a claim that is not about ranks in what the model keeps."""
    if claim.check not in ("rank", "ahead") or claim.relation not in ("highest", "lowest") or claim.period:
        return None
    if claim.check == "rank" and len(case.states) < 2:
        return None
    if claim.check == "rank" and claim.value not in ("", "1"):
        return None
    sign = 1 if claim.relation == "highest" else -1
    measure, _, parts = str(claim.measure).partition(":")
    power = case.powers.index(claim.object[0]) if claim.object and claim.object[0] in case.powers else None
    if claim.check == "ahead" and measure == "dependence" and power is not None:
        pair = _field(baseline, "dependence_start")
        return _between(lambda outcomes: sign * pair(outcomes).mean(axis=1), case.powers.index(claim.subject[0]), power)
    if claim.check == "ahead":
        return None
    if measure == "room":
        value = _field(baseline, "room_start")
    elif measure == "dependence" and power is not None:
        value = _field(baseline, "dependence_start", slice(None), power)
    elif measure == "contribution" and power is not None and set(parts.split("+")) <= set(channels(case)):
        kept = [channels(case).index(channel) for channel in parts.split("+")]
        each = _field(baseline, "contribution_start", slice(None), slice(None), power)
        value = lambda outcomes: each(outcomes)[:, kept].sum(axis=1)  # noqa: E731
    else:
        return None
    return _lead(lambda outcomes: sign * value(outcomes), case.states.index(claim.subject[0]))


def _postures(case: Case, baseline: str, central: Outcomes) -> Iterator[Headline]:
    for i, state in enumerate(case.states):
        value = _field(baseline, "posture", slice(None), i)
        if not value(central).any():  # nothing was decided
            continue
        first, second = _falling(value, central)[:2]
        yield Headline(
            f"posture:{state}",
            f"The likeliest posture of {_name(case, state)} is to {POSTURES[first]}."
            if POSTURES[first] != "neutral"
            else f"The likeliest posture of {_name(case, state)} is neutral.",
            f"degree of {POSTURES[first]} less the largest of the others, at stated values {POSTURES[second]}",
            "1",
            "",
            _lead(value, first),
        )


def _powers(case: Case, baseline: str, central: Outcomes) -> Iterator[Headline]:
    if len(case.powers) < 2:
        return
    for i, state in enumerate(case.states):
        value = _field(baseline, "dependence", i)
        first, second = _falling(value, central)[:2]
        yield Headline(
            f"first_power:{state}",
            f"{_name(case, state)} depends most on {_name(case, case.powers[first])} in {case.end}.",
            f"dependence on it less the largest of the others, at stated values on {_name(case, case.powers[second])}",
            "1",
            "",
            _lead(value, first),
        )
    every = _field(baseline, "dependence")

    def mean(outcomes: Outcomes) -> Array:
        averaged: Array = every(outcomes).mean(axis=1)
        return averaged

    order = _falling(mean, central)
    for a, b in pairwise(order):
        one, two = case.powers[a], case.powers[b]
        says = f"On average the states depend more on {_name(case, one)} than on {_name(case, two)} in {case.end}."
        yield Headline(
            f"more_dependence:{one}:{two}", says, "difference of mean dependence", "1", "", _between(mean, a, b)
        )


def _score(model: Worlds, baseline: str, central: Outcomes) -> Iterator[Headline]:
    draws = model.wiring.draws
    # Answers that the weights were fitted to show fit, not foresight.
    seen = frozenset() if draws is None else draws.fitted
    answered = [d for d in model.decisions(baseline).values() if d.chosen is not None and d.id not in seen]
    if not answered:
        return
    guess = -sum(math.log(len(d.options)) for d in answered) / len(answered)

    def score(outcomes: Outcomes) -> Array:
        odds = outcomes[baseline].odds
        each = [np.log(np.maximum(odds[d.id][:, d.options.index(str(d.chosen))], ODDS_UNIT)) for d in answered]
        mean: Array = np.mean(each, axis=0) - guess
        return mean

    better = "better" if score(central)[0] > 0 else "worse"
    yield Headline(
        "log_score",
        f"The model forecasts the {len(answered)} answers that it was not fitted to {better} than guessing all options alike."
        if seen
        else f"The model forecasts the {len(answered)} answered questions {better} than guessing all options alike.",
        "mean log score less that of guessing",
        "1",
        "",
        score,
    )


def _differences(case: Case, baseline: str, scenario: str, central: Outcomes) -> Iterator[Headline]:
    """Of each outcome the cell that a scenario moves most."""
    title = case.scenarios[scenario].title
    for outcome, unit in DIFFERENCES.items():
        moved = central[scenario].fields[outcome][0] - central[baseline].fields[outcome][0]
        cell = np.unravel_index(int(np.abs(moved).argmax()), moved.shape)
        size = float(moved[cell])
        if abs(size) < LEAST[unit]:
            continue
        state, power = case.states[cell[0]], case.powers[cell[1]] if moved.ndim == 2 else ""
        whom = {"dependence": " on ", "alignment": " with "}.get(outcome, "") + (_name(case, power) if power else "")
        verb = "raises" if size > 0 else "lowers"
        yield Headline(
            ":".join(part for part in ("difference", scenario, outcome, state, power) if part),
            f"“{title}” {verb} {_name(case, state)}'s {outcome}{whom} by {case.end}.",
            f"difference of {outcome}{whom}",
            unit,
            scenario,
            _change(_field(scenario, outcome, *cell), _field(baseline, outcome, *cell)),
        )


def _change(here: Value, there: Value) -> Value:
    def change(outcomes: Outcomes) -> Array:
        difference: Array = here(outcomes) - there(outcomes)
        return difference

    return change
