"""Scores of ensembles: by hand, by brute force, and by the closed form of a normal distribution."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from tightrope.simulate.ensemble_scores import bounds, crps, normal_members

NUMBERS = st.floats(-100, 100)
ENSEMBLES = arrays(np.float64, st.integers(2, 12), elements=NUMBERS)


def normal_crps(mean: float, sd: float, y: float) -> float:
    """Closed form of the score of a normal forecast (Gneiting and Raftery 2007, p. 367)."""
    z = (y - mean) / sd
    return float(sd * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi)))


@given(ENSEMBLES, NUMBERS, st.booleans())
def test_it_is_the_mean_distance_less_half_that_between_members(x, y, fair):
    n = len(x)
    near = sum(abs(a - y) for a in x) / n
    pairs = sum(abs(a - b) for a in x for b in x) / (2 * (n * (n - 1) if fair else n * n))
    assert crps(x, np.array(y), fair=fair) == pytest.approx(near - pairs, abs=1e-9)


@given(ENSEMBLES, NUMBERS)
def test_it_is_the_integral_of_squared_distance_between_distribution_and_step(x, y):
    ends = np.sort(np.append(x, y))
    middle = (ends[1:] + ends[:-1]) / 2
    distribution = (x[None, :] <= middle[:, None]).mean(axis=1)
    area = ((distribution - (middle >= y)) ** 2 * np.diff(ends)).sum()
    assert crps(x, np.array(y), fair=False) == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize("y", [-2.0, 0.5, 1.0, 4.0])
def test_many_quantiles_of_a_normal_score_as_the_normal(y):
    x = normal_members(1.0, 1.5, log=False, n=4000)
    assert crps(x, np.array(y), fair=False) == pytest.approx(normal_crps(1.0, 1.5, y), abs=2e-3)


def test_a_fair_score_does_not_depend_on_how_many_members_there_are():
    draws = np.random.default_rng(1)
    few, y = draws.normal(size=(40_000, 3)), draws.normal(size=40_000)
    wanted = 1 / np.sqrt(np.pi)  # of a standard normal forecast of its own kind
    found = crps(few, y)
    assert found.mean() == pytest.approx(wanted, abs=4 * found.std() / 200)
    assert crps(few, y, fair=False).mean() > wanted + 0.1


def test_unknown_stays_unknown_and_one_member_has_no_fair_score():
    assert np.isnan(crps(np.array([1.0, np.nan]), np.array(1.0)))
    assert np.isnan(crps(np.array([1.0, 2.0]), np.array(np.nan)))
    assert np.isnan(crps(np.array([1.0]), np.array(1.0)))
    assert crps(np.array([1.0]), np.array(3.0), fair=False) == 2


def test_an_interval_holds_its_part_of_the_members():
    x = np.random.default_rng(2).normal(size=(3, 1001))
    for level in (0.5, 0.9):
        low, high = bounds(x, level)
        np.testing.assert_allclose(((x >= low[:, None]) & (x <= high[:, None])).mean(axis=1), level, atol=2e-3)


def test_quantiles_of_a_lognormal_have_its_median_and_spread():
    x = normal_members(2.0, 0.3, log=True)
    assert np.median(x) == pytest.approx(2.0, rel=1e-3)
    assert np.log(x).std() == pytest.approx(0.3, rel=1e-2)
    assert (np.diff(x) > 0).all()
