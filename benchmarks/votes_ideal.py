"""Ideal points beside the published ones, and the calibration of their intervals.

    python benchmarks/votes_ideal.py fit --dims 1 3        time, convergence, correlation with the published points
    python benchmarks/votes_ideal.py calibrate             how often intervals of the fast fit hold the truth
    python benchmarks/votes_ideal.py sample --sets 100     simulation-based calibration of the NumPyro sample

The data folder is TIGHTROPE_DATA, or shared/data beside the checkout.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tightrope.app.ballots import read_ballots
from tightrope.votes.bayes import posterior
from tightrope.votes.ideal import IdealPoints, ideal_points
from tightrope.votes.ordinal import Prior
from tightrope.votes.simulated import simulated, standard

DATA = Path(os.environ.get("TIGHTROPE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
PANELS = (
    (1, 20, 4, 30, 100),
    (1, 60, 8, 60, 20),
    (2, 30, 4, 40, 40),
    (2, 80, 6, 80, 10),
    (3, 40, 4, 60, 20),
    (3, 100, 6, 90, 5),
)


def published(found: IdealPoints) -> np.ndarray:
    """The authors' points of April 2020, all votes, (session, state)."""
    table = pd.read_csv(DATA / "bsv_idealpoints" / "idealpoints_all_apr2020_sessions.csv.gz")
    point = dict(zip(zip(table["iso3c"], table["session"], strict=True), table["IdealPoint"], strict=True))
    return np.array([[point.get((s, int(t)), np.nan) for s in found.states] for t in found.sessions])


def agreement(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """Correlations over the points that both have: pooled, within sessions, of changes and of paths."""
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    within = [np.corrcoef(a[k], b[k])[0, 1] for a, b, k in zip(ours, theirs, both, strict=True)]
    change, other = np.diff(ours, axis=0), np.diff(theirs, axis=0)
    moved = ~np.isnan(change) & ~np.isnan(other)
    mean = [np.where(both, x, 0).sum(axis=0) / np.maximum(both.sum(axis=0), 1) for x in (ours, theirs)]
    path = [(x - m)[both] for x, m in zip((ours, theirs), mean, strict=True)]
    return {
        "n": float(both.sum()),
        "pooled": np.corrcoef(ours[both], theirs[both])[0, 1],
        "within session, mean": float(np.mean(within)),
        "within session, least": float(np.min(within)),
        "within state, from session to session": np.corrcoef(change[moved], other[moved])[0, 1],
        "within state, around its mean": np.corrcoef(*path)[0, 1],
    }


def fit(dims: list[int], drift: float) -> None:
    votes = read_ballots(DATA / "unga_votes" / "bsv_rollcalls_wide_1991_2022.parquet")
    votes = votes.on((votes.sessions >= 47) & (votes.sessions <= 74))
    print(f"{len(votes.states)} states, {len(votes.ids)} roll calls, sessions 47 to 74, drift {drift}")
    for d in dims:
        cpu = time.process_time()
        found = ideal_points(votes, d, prior=Prior(drift=drift))
        cpu = time.process_time() - cpu
        print(f"{d}-D: {found.fit.seconds:.2f} s wall, {cpu:.2f} s CPU, {found.fit}")
        if d == 1:
            for name, value in agreement(found.points[:, :, 0], published(found)).items():
                print(f"  {name}: {value:.4f}")


def calibrate() -> None:
    print("dims states sessions rolls sets | rms score, cover 50 %, 90 %, 95 %")
    for dims, states, sessions, rolls, sets in PANELS:
        scores = []
        for seed in range(sets):
            votes, truth = simulated(seed, states=states, sessions=sessions, rolls=rolls, dims=dims)
            found, true = ideal_points(votes, dims, absent="ignore"), standard(truth)
            sign = np.sign((found.points * true).sum(axis=(0, 1)))
            scores.append(((sign * true - found.points) / found.sd).ravel())
        z = np.abs(np.concatenate(scores))
        cover = " ".join(f"{np.mean(z < limit):.3f}" for limit in (0.6745, 1.6449, 1.96))
        print(f"{dims} {states} {sessions} {rolls} {sets} | {np.sqrt((z**2).mean()):.3f} {cover}", flush=True)


def sample(sets: int) -> None:
    ranks = []
    for seed in range(sets):
        votes, truth = simulated(seed, states=10, sessions=3, rolls=15)
        found, true = posterior(votes, chains=1, worst=1.2, seed=seed), standard(truth)
        sign = np.sign((true * found.draws.mean(axis=0)).sum())
        ranks.append((found.draws < sign * true).mean(axis=0).ravel())
        if seed % 10 == 9:
            told(np.concatenate(ranks))


def told(rank: np.ndarray) -> None:
    print("ranks of the truth in ten equal bins, percent:", np.histogram(rank, 10, (0, 1))[0] * 100 // len(rank))
    print("cover 50 %, 90 %:", (np.abs(rank - 0.5) < 0.25).mean(), (np.abs(rank - 0.5) < 0.45).mean(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fit", "calibrate", "sample"))
    parser.add_argument("--dims", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--drift", type=float, default=Prior().drift)
    parser.add_argument("--sets", type=int, default=100)
    asked = parser.parse_args()
    if asked.what == "fit":
        fit(asked.dims, asked.drift)
    elif asked.what == "calibrate":
        calibrate()
    else:
        sample(asked.sets)
