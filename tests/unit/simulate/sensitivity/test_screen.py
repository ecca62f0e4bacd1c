"""Effects and shares of functions for which they are known."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.test_functions import Ishigami, Sobol_G

from tightrope.base import RunError
from tightrope.simulate.sensitivity import elementary_effects, variance_shares


def linear(points, _):
    """Three outcomes; the last two do not depend on the third factor, the last on none."""
    return np.stack([points @ [3.0, -2.0, 0.5], points[:, 0], 0 * points[:, 0]], axis=1)


def test_effects_of_a_linear_function_are_its_slopes():
    found = elementary_effects(["a", "b", "c"], linear, trajectories=4)
    np.testing.assert_allclose(found.mean, [[3, 1, 0], [-2, 0, 0], [0.5, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(found.mean_size, np.abs(found.mean), atol=1e-12)
    np.testing.assert_allclose(found.deviation, 0, atol=1e-12)


def test_a_factor_that_works_through_another_has_spread_effects():
    found = elementary_effects(["a", "b"], lambda p, _: (p[:, 0] * p[:, 1])[:, None], trajectories=50)
    assert (found.deviation > 0.2).all()
    assert found.mean == pytest.approx(np.full((2, 1), 0.5), abs=0.15)


def test_the_function_is_told_the_trajectory_of_each_point():
    seen = []

    def function(points, trajectory):
        seen.append((points, trajectory))
        return points[:, :1]

    elementary_effects(["a", "b", "c"], function, trajectories=5)
    points, trajectory = seen[0]
    assert points.shape == (20, 3)
    for k in range(5):
        path = points[trajectory == k]
        np.testing.assert_allclose(np.sort(np.abs(np.diff(path, axis=0)).sum(axis=1)), 2 / 3)


def test_shares_of_ishigamis_function_are_the_analytic_ones():
    # a = 7, b = 0.1: variances of the parts from the integrals
    a, b = 7, 0.1
    one = (1 + b * np.pi**4 / 5) ** 2 / 2
    two, three = a**2 / 8, b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + three
    found = variance_shares(
        ["x", "y", "z"], lambda p, _: Ishigami.evaluate(2 * np.pi * p - np.pi, a, b)[:, None], samples=2048
    )
    np.testing.assert_allclose(found.first[:, 0], np.array([one, two, 0]) / whole, atol=0.03)
    np.testing.assert_allclose(found.total[:, 0], np.array([one + three, two, three]) / whole, atol=0.03)
    exact = np.array([one, two, 0]) / whole
    assert (np.abs(found.first[:, 0] - exact) < 2 * found.first_half_width[:, 0] + 1e-3).all()


def test_shares_of_sobols_function_are_the_analytic_ones():
    weight = np.array([0.0, 1.0, 4.5, 99.0])
    part = 1 / (3 * (1 + weight) ** 2)
    found = variance_shares(list("abcd"), lambda p, _: Sobol_G.evaluate(p, a=weight)[:, None], samples=1024)
    np.testing.assert_allclose(found.first[:, 0], part / (np.prod(1 + part) - 1), atol=0.03)


def test_an_outcome_that_does_not_vary_has_no_shares():
    found = variance_shares(["a", "b"], lambda p, _: np.stack([p[:, 0], 0 * p[:, 0] + 0.3], axis=1), samples=64)
    assert np.isnan(found.total[:, 1]).all()
    assert found.total[:, 0] == pytest.approx([1, 0], abs=0.1)


def test_sizes_that_the_designs_do_not_know_are_refused():
    with pytest.raises(RunError, match="power of two, such as 128"):
        variance_shares(["a"], linear, samples=100)
    with pytest.raises(RunError, match="at least two"):
        elementary_effects(["a"], linear, trajectories=1)
