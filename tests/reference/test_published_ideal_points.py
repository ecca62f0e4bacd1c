"""Ideal points beside those that Bailey, Strezhnev and Voeten published in April 2020 (all votes)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from tightrope.app.ballots import read_ballots
from tightrope.votes.ideal import ideal_points


@pytest.mark.data
@pytest.mark.slow
def test_points_agree_with_the_published_ones(data: Path) -> None:
    votes = read_ballots(data / "unga_votes" / "bsv_rollcalls_wide_1991_2022.parquet")
    found = ideal_points(votes.on((votes.sessions >= 47) & (votes.sessions <= 74)))
    file = data / "bsv_idealpoints" / "idealpoints_all_apr2020_sessions.csv.gz"
    point = {(s, t): x for s, t, x in duckdb.sql(f"SELECT iso3c, session, IdealPoint FROM '{file}'").fetchall()}
    ours = found.points[:, :, 0]
    theirs = np.array([[point.get((s, t), np.nan) for s in found.states] for t in found.sessions.tolist()])
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    assert both.sum() > 5000
    within = [np.corrcoef(a[k], b[k])[0, 1] for a, b, k in zip(ours, theirs, both, strict=True)]
    assert np.mean(within) > 0.98
    assert np.min(within) > 0.96
    paths = []
    for points in (ours, theirs):
        known = np.where(both, points, np.nan)[:, both.any(axis=0)]
        paths.append((known - np.nanmean(known, axis=0))[both[:, both.any(axis=0)]])
    # A drift of 0.6 would give 0.87, but the votes themselves are against it: docs/explain/votes.md.
    assert np.corrcoef(*paths)[0, 1] > 0.82
