"""Ideal points beside the published ones, the scales of their prior, and the calibration of their intervals.

    python benchmarks/votes_ideal.py fit --dims 1 3        time, convergence, correlation with the published points
    python benchmarks/votes_ideal.py scales --dims 1       the drift under which the votes are most probable
    python benchmarks/votes_ideal.py drift --dims 1        evidence, held-out votes and correlations over a range of drifts
    python benchmarks/votes_ideal.py calibrate             whether intervals of the fast fit hold the truth as they promise
    python benchmarks/votes_ideal.py calibrate --estimate  the same with the drift estimated from each set; slower
    python benchmarks/votes_ideal.py sample --sets 100     simulation-based calibration of the NumPyro sample

The data folder is TIGHTROPE_DATA, or shared/data beside the checkout.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from tightrope.app.ballots import read_ballots
from tightrope.votes import Ballots
from tightrope.votes.bayes import posteriors
from tightrope.votes.calibration import uniformity
from tightrope.votes.chain import covariances
from tightrope.votes.evidence import estimated, log_evidence
from tightrope.votes.ideal import IdealPoints, ideal_points, maximum, standardised
from tightrope.votes.ordinal import Panel, Prior, panel
from tightrope.votes.simulated import simulated, standard
from tightrope.votes.threads import one_thread

DATA = Path(os.environ.get("TIGHTROPE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
PANELS = (
    (1, 20, 4, 30, 200),
    (1, 60, 8, 60, 60),
    (2, 30, 4, 40, 60),
    (2, 80, 6, 80, 24),
    (3, 40, 4, 60, 60),
    (3, 100, 6, 90, 24),
)
DRIFTS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8)


def record() -> Ballots:
    """Sessions 47 to 74: 1992 to January 2020."""
    votes = read_ballots(DATA / "unga_votes" / "bsv_rollcalls_wide_1991_2022.parquet")
    return votes.on((votes.sessions >= 47) & (votes.sessions <= 74))


def published(found: IdealPoints) -> np.ndarray:
    return published_of(found.states, found.sessions)


def published_of(states: tuple[str, ...], sessions: np.ndarray) -> np.ndarray:
    """The authors' points of April 2020, all votes, (session, state)."""
    table = pd.read_csv(DATA / "bsv_idealpoints" / "idealpoints_all_apr2020_sessions.csv.gz")
    point = dict(zip(zip(table["iso3c"], table["session"], strict=True), table["IdealPoint"], strict=True))
    return np.array([[point.get((s, int(t)), np.nan) for s in states] for t in sessions])


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


def fit(dims: list[int], drift: float | None) -> None:
    votes = record()
    print(f"{len(votes.states)} states, {len(votes.ids)} roll calls, sessions 47 to 74")
    for d in dims:
        prior = Prior.usual(d) if drift is None else replace(Prior.usual(d), drift=drift)
        cpu = time.process_time()
        found = ideal_points(votes, d, prior=prior)
        cpu = time.process_time() - cpu
        print(f"{d}-D: {found.fit.seconds:.2f} s wall, {cpu:.2f} s CPU, {prior}, {found.fit}", flush=True)
        if d == 1:
            for name, value in agreement(found.points[:, :, 0], published(found)).items():
                print(f"  {name}: {value:.4f}")


def scales(dims: list[int]) -> None:
    p = panel(record())
    for d in dims:
        cpu = time.process_time()
        found = estimated(p, d)
        cpu = time.process_time() - cpu
        print(
            f"{d}-D: {found.prior}, log evidence {found.log_evidence:.1f}, {found.rounds} drifts tried, {cpu:.1f} s CPU",
            flush=True,
        )


def hidden(votes: Ballots, seed: int = 1) -> tuple[Ballots, np.ndarray]:
    """The same without a random tenth of the votes, and which these are, (roll, state)."""
    some = (votes.votes <= 3) & (np.random.default_rng(seed).random(votes.votes.shape) < 0.1)
    return replace(votes, votes=np.where(some, 9, votes.votes).astype(np.int8)), some


def log_loss(p: Panel, points: np.ndarray, rolls: np.ndarray, votes: Ballots, some: np.ndarray) -> float:
    """Mean minus log probability of the hidden votes."""
    columns = [votes.state(state) for state in p.states]
    cast, some = votes.votes[np.ix_(p.order, columns)], some[np.ix_(p.order, columns)]
    dims, session = points.shape[2], np.repeat(np.arange(len(p.sessions)), np.diff(p.bounds))
    support = np.einsum("jd,jid->ji", rolls[:, :dims], points[session])
    below, above = (expit(rolls[:, dims + k, None] - support) for k in (0, 1))
    chance = np.select([cast == 1, cast == 2, cast == 3], [1 - above, above - below, below], 1.0)
    return float(-np.log(np.maximum(chance[some], 1e-12)).mean())


def drifts(dims: int) -> None:
    """Nothing is chosen here by the last two columns: they are what a choice by the first two costs or gains."""
    votes = record()
    seen, some = hidden(votes)
    p, less = panel(votes), panel(seen)
    print("drift | log evidence | log loss of hidden votes | within session | from session to session, around the mean")
    with one_thread():
        for drift in DRIFTS:
            prior = replace(Prior.usual(dims), drift=drift)
            peak, partly = maximum(p, dims, prior), maximum(less, dims, prior)
            shown, _ = standardised(p, peak.points, covariances(peak.factor))
            same = agreement(shown[:, :, 0], published_of(p.states, p.sessions))
            print(
                f"{drift} | {log_evidence(p, peak, prior):.1f} | {log_loss(less, partly.points, partly.rolls, votes, some):.5f} | "
                f"{same['within session, mean']:.3f} | {same['within state, from session to session']:.3f}, "
                f"{same['within state, around its mean']:.3f}",
                flush=True,
            )


def calibrate(dims: list[int], sets_at_most: int, estimate: bool) -> None:
    for d, states, sessions, rolls, sets in PANELS:
        if d not in dims:
            continue
        ranks = []
        for seed in range(min(sets, sets_at_most)):
            votes, truth = simulated(seed, states=states, sessions=sessions, rolls=rolls, dims=d)
            prior = estimated(panel(votes), d).prior if estimate else None
            found, true = ideal_points(votes, d, prior=prior, absent="ignore"), standard(truth)
            sign = np.sign((found.points * true).sum(axis=(0, 1)))
            ranks.append(norm.cdf((sign * true - found.points) / found.sd).ravel())
        told(f"{d}-D, {states} states x {sessions} sessions x {rolls} roll calls", np.array(ranks))


def sample(sets: int, dims: list[int]) -> None:
    for d in dims:
        made = [simulated(seed, states=7, sessions=2, rolls=8, dims=d) for seed in range(sets)]
        draws = posteriors([votes for votes, _ in made], d, warmup=200, draws=200, seed=1)
        ranks = []
        for mine, (_, truth) in zip(draws, made, strict=True):
            true = standard(truth)
            sign = np.sign((true * mine.mean(axis=0)).sum(axis=(0, 1)))
            ranks.append((mine < sign * true).mean(axis=0).ravel())
        told(f"{d}-D sample, 7 states x 2 sessions x 8 roll calls", np.array(ranks))


def told(what: str, ranks: np.ndarray) -> None:
    found = uniformity(ranks)
    print(f"{what}, {len(ranks)} sets")
    print("  ranks of the truth in ten equal bins, percent:", np.round(100 * found.shares, 1))
    print(f"  uniform over sets: F = {found.statistic:.2f}, p = {found.p:.3f}")
    for promised, (share, error, p) in found.inside.items():
        print(f"  inside {promised:.0%}: {share:.3f} +- {error:.3f}, p = {p:.3f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fit", "scales", "drift", "calibrate", "sample"))
    parser.add_argument("--dims", type=int, nargs="+")
    parser.add_argument("--drift", type=float)
    parser.add_argument("--sets", type=int, help="At most; 100 for sample, more for small files of calibrate.")
    parser.add_argument("--estimate", action="store_true")
    asked = parser.parse_args()
    if asked.what == "fit":
        fit(asked.dims or [1, 3], asked.drift)
    elif asked.what == "scales":
        scales(asked.dims or [1])
    elif asked.what == "drift":
        drifts((asked.dims or [1])[0])
    elif asked.what == "calibrate":
        calibrate(asked.dims or [1, 2, 3], asked.sets or 200, asked.estimate)
    else:
        sample(asked.sets or 100, asked.dims or [1])
