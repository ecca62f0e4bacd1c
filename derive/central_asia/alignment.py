"""Alignment of states with powers, and affinity between powers, from General Assembly roll calls."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from tightrope.votes.similarity import DISTANCES, pi

DRAWS = 400  # bootstrap draws over roll calls
RANGE = (5, 95)  # percentiles


def agreement(one: np.ndarray, other: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return Scott's pi between two states in each draw of weights, (draws, roll calls); absences count for nothing."""
    cast = [np.stack([votes == code for code in (1, 2, 3)], axis=-1).astype(float) for votes in (one, other)]
    return pi(np.einsum("dr,rk,rl->dkl", weight, *cast, optimize=True), DISTANCES["squared"])


def pair(votes: pd.DataFrame, one: list[str], other: list[str], weight: np.ndarray) -> np.ndarray:
    """Return agreement in each draw between two actors, each a list of states; a bloc counts as the mean over its members."""
    cells = [agreement(votes[a].to_numpy(), votes[b].to_numpy(), weight) for a in one for b in other if a != b]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a pair of which one never voted stays unknown
        return np.nanmean(np.stack(cells), axis=0)


def with_range(
    votes: pd.DataFrame, one: list[str], other: list[str], rng: np.random.Generator
) -> tuple[float, float, float, int]:
    """Return agreement, 5th and 95th percentile over bootstrapped roll calls, and the number of roll calls used."""
    used = int((votes[one].notna().any(axis=1) & votes[other].notna().any(axis=1)).sum())
    if not used:
        return float("nan"), float("nan"), float("nan"), 0
    value = float(pair(votes, one, other, np.ones((1, len(votes))))[0])
    draws = pair(
        votes, one, other, rng.multinomial(len(votes), np.full(len(votes), 1 / len(votes)), DRAWS).astype(float)
    )
    low, high = np.nanpercentile(draws, RANGE)
    return value, min(float(low), value), max(float(high), value), used


def alignments(votes: pd.DataFrame, states: list[str], powers: dict[str, list[str]], years: range) -> list[tuple]:
    """Return `(state, power, year, mean, low, high, roll calls)` for every year on the votes of that year alone."""
    rows = []
    for year in years:
        calls = votes[votes["year"] == year]
        for state in states:
            for power, members in powers.items():
                rng = np.random.default_rng([year, *map(ord, state + power)])
                found = with_range(calls, [state], members, rng)
                rows.append((state, power, year, *found))
    return rows


def affinities(votes: pd.DataFrame, powers: dict[str, list[str]], first: int, last: int) -> list[tuple]:
    """Return `(power, power, mean, low, high, roll calls)` over the years first..last pooled; both orders."""
    calls = votes[votes["year"].between(first, last)]
    rows = []
    names = list(powers)
    for i, one in enumerate(names):
        rows.append((one, one, 1.0, 1.0, 1.0, len(calls)))
        for other in names[i + 1 :]:
            rng = np.random.default_rng([*map(ord, one + other)])
            found = with_range(calls, powers[one], powers[other], rng)
            rows += [(one, other, *found), (other, one, *found)]
    return rows
