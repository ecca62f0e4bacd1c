"""Shares of the security, diplomacy and culture channels by written rules (politics.yaml), with a range by redrawing them.

Each share is a weighted mean of components. A component gives every power its part of points, with points of its own for
the state itself and for partners not listed, so that shares never reach one by lack of data. The range holds 90 % of
draws in which the weights follow a Dirichlet distribution around the written ones and counts follow the gamma
distribution that a count of a sample implies. A component of which nothing is known is left out and the others weigh more.
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
"""Shares (draw, power): one central draw without a generator, DRAWS with one; None where nothing is known."""


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
    known = {name: part for name, make in components.items() if (part := make(None)) is not None}
    base = np.array([weights[name] for name in known])
    base = base / base.sum()
    value = np.einsum("c,cp->p", base, np.stack([part[0] for part in known.values()]))
    rng = np.random.default_rng(seed)
    drawn = np.stack([np.broadcast_to(components[name](rng), (DRAWS, value.size)) for name in known])
    spread = np.einsum("dc,cdp->dp", rng.dirichlet(CONCENTRATION * base, DRAWS), drawn)
    low, high = np.percentile(spread, [5, 95], axis=0)
    return np.stack([value, np.minimum(low, value), np.maximum(high, value)])


def shares(points: np.ndarray, own: float) -> np.ndarray:
    """Return each power's part of all points, those of the state itself and of others included."""
    return points / (points.sum(axis=-1, keepdims=True) + own)


def redrawn(counts: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
    """Return the counts, or draws of what they could have been had the sample been taken again."""
    return counts[None] if rng is None else rng.gamma(np.broadcast_to(counts + 0.25, (DRAWS, counts.size)))


def scaled(points: np.ndarray, low: float, high: float, rng: np.random.Generator | None) -> np.ndarray:
    """Return the points, or draws of them times a uniform factor per power."""
    return points[None] if rng is None else points * rng.uniform(low, high, (DRAWS, points.size))


def within(low: float, value: float, high: float, rng: np.random.Generator | None) -> np.ndarray:
    """Return the value, or draws between low and high that favour it."""
    if rng is None or high <= low:
        return np.full(1 if rng is None else DRAWS, value)
    return rng.triangular(low, value, high, DRAWS)


def belongs(row: Any, year: int) -> bool:
    """Tell whether a membership holds at the end of the year; without a date it held before the period."""
    since, until = str(row.since), str(row.until)
    return row.status != "left" and not (since and int(since[:4]) > year) and not (until and int(until[:4]) <= year)


def allied(state: str, year: int, data: Data, rule: dict[str, Any]) -> bool:
    """Tell whether the state belongs to the organisation that holds an exercise every year."""
    named = data.memberships["organisation"] == rule["yearly"]["organisation"]
    rows = data.memberships[named & (data.memberships["actor"] == state)]
    return any(belongs(row, year) for row in rows.itertuples())


def security(state: str, year: int, data: Data, rule: dict[str, Any]) -> dict[str, Component]:
    """Return the components of the security channel: arms, guarantee, bases, exercises."""
    arms = data.deliveries[(data.deliveries["state"] == state) & (data.deliveries["year"] <= year)]
    bound = data.obligations[data.obligations["state"] == state].set_index("power")["kind"].to_dict()
    first = year - rule["window"] + 1
    held = data.exercises[(data.exercises["state"] == state) & data.exercises["year"].between(first, year)]
    yearly = rule["window"] if allied(state, year, data, rule) else 0

    def delivered(window: int) -> np.ndarray | None:
        recent = arms[arms["year"] > year - window]
        total = recent["tiv"].sum()
        by = recent.groupby("power")["tiv"].sum()
        return None if total <= 0 else np.array([by.get(power, 0.0) for power in data.powers]) / total

    def arms_part(rng: np.random.Generator | None) -> np.ndarray | None:
        central = delivered(rule["window"])
        if central is None or rng is None:
            return None if central is None else central[None]
        tables = [part for window in rule["windows"] if (part := delivered(window)) is not None]
        return np.stack(tables)[rng.integers(0, len(tables), DRAWS)]

    def guarantee(rng: np.random.Generator | None) -> np.ndarray:
        points = np.array([rule["guarantee"].get(bound.get(power, ""), 0.0) for power in data.powers])
        return shares(scaled(points, 0.5, 1.0, rng), rule["guarantee"]["own"])

    def bases(rng: np.random.Generator | None) -> np.ndarray:
        points = np.zeros((1 if rng is None else DRAWS, len(data.powers)))
        for site in rule["presence"]:
            if site["state"] == state and site["since"] <= year:
                points[:, data.powers.index(site["power"])] += within(site["low"], site["points"], site["high"], rng)
        return shares(points, rule["bases"]["own"])

    def exercises(rng: np.random.Generator | None) -> np.ndarray | None:
        counts = np.array([(held["power"] == power).sum() for power in data.powers], dtype=float)
        leader = data.powers.index(rule["yearly"]["leader"])
        counts[leader] = max(counts[leader], yearly)
        return shares(redrawn(counts, rng), rule["exercises"]["own"]) if counts.any() else None

    return {"arms": arms_part, "guarantee": guarantee, "bases": bases, "exercises": exercises}


def diplomacy(state: str, year: int, data: Data, rule: dict[str, Any]) -> dict[str, Component]:
    """Return the components of the diplomacy channel: organisations, meetings, events."""
    mine = data.memberships[data.memberships["actor"] == state]
    first = year - rule["window"] + 1
    met = data.meetings[data.meetings["state"].isin([state, "all"]) & data.meetings["year"].between(first, year)]
    latest = min(year, int(data.events["year"].max()))
    reported = data.events[(data.events["state"] == state) & (data.events["year"] == latest)].set_index("power")[
        "share"
    ]

    def organisations(rng: np.random.Generator | None) -> np.ndarray:
        points = np.zeros(len(data.powers))
        for row in (row for row in mine.itertuples() if belongs(row, year)):
            size = rule["format"] if row.organisation in rule["formats"] else rule["membership"][row.status]
            if row.status == "signed" and not row.since:
                size *= 0.5 * (year >= rule["signed_by"])
            leaders = row.led_by.split(";")
            for leader in leaders:
                points[data.powers.index(leader)] += size / len(leaders)
        return shares(scaled(points, 0.5, 1.5, rng), rule["own"])

    def meetings(rng: np.random.Generator | None) -> np.ndarray:
        counts = np.zeros(len(data.powers))
        for row in met.itertuples():
            counts[data.powers.index(row.power)] += rule["meeting"][row.rank]
        return shares(redrawn(counts, rng), rule["unseen"])

    def events(rng: np.random.Generator | None) -> np.ndarray:
        return scaled(np.array([reported.get(power, 0.0) for power in data.powers]), 0.7, 1.3, rng)

    return {"organisations": organisations, "meetings": meetings, "events": events}


def culture(state: str, powers: list[str], rules: dict[str, Any]) -> dict[str, Component]:
    """Return the components of the culture channel: language, study, presence; all rest on stated assumptions."""

    def language(rng: np.random.Generator | None) -> np.ndarray:
        known = [rules["shared_language"][state][power] for power in powers]
        return shares(np.stack([within(k["low"], k["value"], k["high"], rng) for k in known], axis=-1), 1.0)

    def table(name: str) -> Component:
        def part(rng: np.random.Generator | None) -> np.ndarray:
            known = [rules[name][state][power] for power in powers]
            parts = np.stack([within(low, value, high, rng) for value, low, high in known], axis=-1)
            return parts / np.maximum(1.0, parts.sum(axis=-1, keepdims=True))

        return part

    return {"language": language, "study": table("study"), "presence": table("presence")}
