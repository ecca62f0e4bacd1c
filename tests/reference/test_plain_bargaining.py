"""Bargaining in arrays against the same model in plain Python, one equation at a time."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tightrope.decide.bargain import VARIANTS, Actors, Rules, bargain, condorcet

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
HOW = {
    **VARIANTS,
    "neutral": Rules(risk="neutral"),
    "drift": replace(VARIANTS["original"], stays=0.5),
    "drift, others": Rules(stays=0.3),
    "ranked": Rules(risk="own", choice="ranked"),
}


@pytest.fixture(scope="module")
def plain():
    sys.path.insert(0, str(BENCHMARKS))
    yield importlib.import_module("reference.bargaining")
    sys.path.remove(str(BENCHMARKS))


def made_up(seed: int) -> Actors:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    position = rng.choice([0.0, 2.0, 3.0, 7.0, 10.0], n) if seed % 2 else rng.normal(size=n)
    position[:2] = (0.0, 10.0)
    return Actors(tuple(f"A{k}" for k in range(n)), rng.uniform(0.1, 1, n), position, rng.uniform(0.05, 1, n))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", HOW)
def test_every_round_is_the_same(plain, name: str, seed: int) -> None:
    who, how = made_up(seed), HOW[name]
    rows = list(zip(who.capability.tolist(), who.position.tolist(), who.salience.tolist(), strict=True))
    theirs = plain.run(rows, 3, **how.as_dict())
    ours = bargain(who, rules=how, rounds=3, tolerance=0).rounds
    for one, (position, mean, median) in zip(ours, theirs, strict=False):
        assert one.position == pytest.approx(position, abs=1e-9)
        assert one.weighted_mean == pytest.approx(mean, abs=1e-9)
        assert one.median == pytest.approx(median, abs=1e-9)


def chain_by_steps(strength: np.ndarray, chance: np.ndarray, challenge) -> np.ndarray:
    """Long-run shares by stepping: favourite i meets challenger j, and the winner is the next favourite."""
    n = len(chance)
    p = np.full(n, 1 / n)
    for _ in range(20_000):
        new = np.zeros(n)
        for i in range(n):
            for j in range(n):
                meets = p[i] * challenge(j, i)
                new[i] += meets * chance[i, j]
                new[j] += meets * chance[j, i]
        if np.abs(new - p).max() < 1e-15:
            break
        p = (new + p) / 2
    return p


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("vote", ["binary", "proportional", "cubic"])
def test_elections_are_those_of_stepping_through_contests(seed: int, vote: str) -> None:
    who = made_up(seed)
    option = sorted(set(who.position.tolist()))
    n = len(option)
    span = who.range
    strength = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(len(who.names)):
                like = [1 - who.salience[k] * abs(who.position[k] - option[o]) / span for o in (i, j)]
                more = like[0] - like[1]
                strength[i, j] += who.capability[k] * max(
                    0.0, {"binary": min(more / 1e-8, 1.0), "proportional": more, "cubic": more**3}[vote]
                )
    strength += 1e-10 * who.capability.sum()
    chance = strength / (strength + strength.T)
    incentive = strength * chance + np.diag(np.full(n, 1e-10 * strength.max()))
    once = np.prod(chance, axis=1)
    wanted = {
        "conditional": once / once.sum(),
        "markov_uniform": chain_by_steps(strength, chance, lambda j, i: 1 / n),
        "markov_incentive": chain_by_steps(strength, chance, lambda j, i: incentive[j, i] / incentive[:, i].sum()),
    }
    for election, probability in wanted.items():
        found = condorcet(who, vote=vote, election=election).probability
        assert found == pytest.approx(probability, abs=1e-6), election
