from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from tightrope.votes.calibration import uniformity


def ranks(seed: int, sets: int = 150, each: int = 20) -> np.ndarray:
    """Uniform each, but alike within a set, as the points of one file are."""
    draw = np.random.default_rng(seed)
    return np.asarray(norm.cdf(0.7 * draw.normal(size=(sets, 1)) + np.sqrt(1 - 0.49) * draw.normal(size=(sets, each))))


def test_uniform_ranks_are_rejected_as_often_as_they_should_be_although_sets_are_alike() -> None:
    found = [uniformity(ranks(seed)).p for seed in range(60)]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.06)


@pytest.mark.parametrize("narrow", [0.8, 1.25])
def test_intervals_that_are_too_narrow_or_too_wide_are_found_out(narrow: float) -> None:
    wrong = norm.cdf(norm.ppf(np.random.default_rng(1).random((120, 30))) / narrow)
    found = uniformity(wrong)
    assert found.p < 0.001
    share, error, p = found.inside[0.5]
    assert (share < 0.5) == (narrow < 1)
    assert p < 0.001
    assert error < 0.02


def test_shares_sum_to_one() -> None:
    assert uniformity(ranks(0)).shares.sum() == pytest.approx(1)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(ValueError, match="more sets than bins"):
        uniformity(np.full((10, 3), 0.5))
    with pytest.raises(ValueError, match="outside"):
        uniformity(np.full((20, 3), 1.5))
