"""Shares of the security, diplomacy and culture channels by written rules (politics.yaml), with a range by redrawing them.

Each share is a weighted mean of components. A component gives every power its part of points, with points of its own for
the state itself and for partners not listed, so that shares never reach one by lack of data. The range holds 90 % of
draws in which the weights follow a Dirichlet distribution around the written ones and counts follow the gamma
distribution that a count of a sample implies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

DRAWS = 2000
CONCENTRATION = 12.0  # of the Dirichlet weights: a weight of 0.3 mostly stays within 0.12 and 0.52

Component = Callable[[np.random.Generator | None], np.ndarray | None]
"""Gives the shares per power: the central ones without a generator, a draw with one; None where nothing is known."""


@dataclass(frozen=True)
class Data:
    """What the rules read."""

    powers: list[str]
    deliveries: pd.DataFrame  # state, power, year, tiv
    obligations: pd.DataFrame  # state, power, kind
    exercises: pd.DataFrame  # state, power, year
    meetings: pd.DataFrame  # state, power, year, rank
    memberships: pd.DataFrame  # actor, organisation, led_by, status, since, until
    events: pd.DataFrame  # state, power, year, share


def mixed(components: dict[str, Component], weights: dict[str, float], seed: list[int]) -> np.ndarray:
    """Return an array (3, power): value, low, high of the weighted mean of the components that are known."""

    def mean(rng: np.random.Generator | None) -> np.ndarray:
        parts = {name: part for name, make in components.items() if (part := make(rng)) is not None}
        base = np.array([weights[name] for name in parts])
        drawn = base / base.sum() if rng is None else rng.dirichlet(CONCENTRATION * base / base.sum())
        return np.asarray(sum(w * part for w, part in zip(drawn, parts.values(), strict=True)))

    rng = np.random.default_rng(seed)
    value = mean(None)
    low, high = np.percentile([mean(rng) for _ in range(DRAWS)], [5, 95], axis=0)
    return np.stack([value, np.minimum(low, value), np.maximum(high, value)])


def shares(points: np.ndarray, own: float) -> np.ndarray:
    """Return each power's part of all points, those of the state itself and of others included."""
    return points / (points.sum() + own)


def redrawn(counts: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
    """Return the counts, or a draw of what they could have been had the sample been taken again."""
    return counts if rng is None else rng.gamma(counts + 0.25)


def security(state: str, year: int, data: Data, rule: dict[str, Any]) -> dict[str, Component]:
    """Return the components of the security channel: arms, guarantee, bases, exercises."""
    arms = data.deliveries[(data.deliveries["state"] == state) & (data.deliveries["year"] <= year)]
    bound = data.obligations[data.obligations["state"] == state].set_index("power")["kind"].to_dict()
    held = data.exercises[(data.exercises["state"] == state) & data.exercises["year"].between(year - rule["window"] + 1, year)]

    def arms_part(rng: np.random.Generator | None) -> np.ndarray | None:
        window = rule["window"] if rng is None else rng.choice(rule["windows"])
        recent = arms[arms["year"] > year - window]
        total = recent["tiv"].sum()
        if total <= 0:
            return None
        by = recent.groupby("power")["tiv"].sum()
        return np.array([by.get(power, 0.0) for power in data.powers]) / total

    def guarantee(rng: np.random.Generator | None) -> np.ndarray:
        points = np.array([rule["guarantee"].get(bound.get(power, ""), 0.0) for power in data.powers])
        return shares(points if rng is None else points * rng.uniform(0.5, 1.0, points.shape), rule["guarantee"]["own"])

    def bases(rng: np.random.Generator | None) -> np.ndarray:
        points = np.zeros(len(data.powers))
        for site in rule["presence"]:
            if site["state"] == state and site["since"] <= year:
                here = site["points"] if rng is None else rng.triangular(site["low"], site["points"], site["high"] + 1e-9)
                points[data.powers.index(site["power"])] += here
        return shares(points, rule["bases"]["own"])

    def exercises(rng: np.random.Generator | None) -> np.ndarray | None:
        if held.empty:
            return None
        counts = np.array([(held["power"] == power).sum() for power in data.powers], dtype=float)
        return shares(redrawn(counts, rng), rule["exercises"]["own"])

    return {"arms": arms_part, "guarantee": guarantee, "bases": bases, "exercises": exercises}


def diplomacy(state: str, year: int, data: Data, rule: dict[str, Any]) -> dict[str, Component]:
    """Return the components of the diplomacy channel: organisations, meetings, events."""
    belongs = data.memberships[data.memberships["actor"] == state]
    met = data.meetings[
        data.meetings["state"].isin([state, "all"]) & data.meetings["year"].between(year - rule["window"] + 1, year)
    ]
    reported = data.events[(data.events["state"] == state) & (data.events["year"] == min(year, int(data.events["year"].max())))]

    def organisations(rng: np.random.Generator | None) -> np.ndarray:
        points = np.zeros(len(data.powers))
        for row in belongs.itertuples():
            if row.status == "left" or (row.since and int(row.since[:4]) > year) or (row.until and int(row.until[:4]) <= year):
                continue
            size = rule["format"] if row.organisation in rule["formats"] else rule["membership"][row.status]
            if row.status == "signed" and not row.since:
                size *= 0.5  # signed at some time before the period's end, year unknown
            leaders = row.led_by.split(";")
            for leader in leaders:
                points[data.powers.index(leader)] += size / len(leaders)
        return shares(points if rng is None else points * rng.uniform(0.5, 1.5, points.shape), rule["own"])

    def meetings(rng: np.random.Generator | None) -> np.ndarray:
        counts = np.zeros(len(data.powers))
        for row in met.itertuples():
            counts[data.powers.index(row.power)] += rule["meeting"][row.rank]
        return shares(redrawn(counts, rng), rule["unseen"])

    def events(rng: np.random.Generator | None) -> np.ndarray:
        by = reported.set_index("power")["share"]
        parts = np.array([by.get(power, 0.0) for power in data.powers])
        return parts if rng is None else parts * rng.uniform(0.7, 1.3, parts.shape)

    return {"organisations": organisations, "meetings": meetings, "events": events}


def culture(state: str, powers: list[str], rules: dict[str, Any]) -> dict[str, Component]:
    """Return the components of the culture channel: language, study, presence; all rest on stated assumptions."""

    def draw(low: float, value: float, high: float, rng: np.random.Generator | None) -> float:
        return value if rng is None or high <= low else float(rng.triangular(low, value, high))

    def language(rng: np.random.Generator | None) -> np.ndarray:
        known = rules["shared_language"][state]
        points = np.array([draw(known[p]["low"], known[p]["value"], known[p]["high"], rng) for p in powers])
        return shares(points, 1.0)

    def table(name: str) -> Component:
        def part(rng: np.random.Generator | None) -> np.ndarray:
            known = rules[name][state]
            parts = np.array([draw(known[p][1], known[p][0], known[p][2], rng) for p in powers])
            return parts / max(1.0, parts.sum())

        return part

    return {"language": language, "study": table("study"), "presence": table("presence")}
