"""Ideal points fitted to votes drawn from the model: they come back, and intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from tightrope.votes.ideal import ideal_points
from tightrope.votes.simulated import simulated, standard


@pytest.mark.parametrize("dims", [1, 2])
def test_points_come_back(dims: int) -> None:
    votes, truth = simulated(11, states=60, sessions=4, rolls=120, dims=dims)
    found, true = ideal_points(votes, dims, absent="ignore").points, standard(truth)
    for t in range(4):
        # dimensions come back up to a turn: what they span together must be the same
        left = true[t] - found[t] @ np.linalg.lstsq(found[t], true[t], rcond=None)[0]
        assert 1 - (left**2).mean() > 0.95


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    scores = []
    for seed in range(40):
        votes, truth = simulated(seed)
        found, true = ideal_points(votes, absent="ignore"), standard(truth)
        sign = np.sign((found.points * true).sum())
        scores.append(((sign * true - found.points) / found.sd).ravel())
    score = np.concatenate(scores)
    # Standard normal if the intervals are right. Normal approximation costs about 5 %: see docs/explain/votes.md.
    assert np.mean(np.abs(score) < 0.674) == pytest.approx(0.50, abs=0.04)
    assert np.mean(np.abs(score) < 1.645) == pytest.approx(0.90, abs=0.04)
    assert np.mean(score) == pytest.approx(0, abs=0.05)
