from __future__ import annotations

import numpy as np
import pytest

from tightrope.base import FitError
from tightrope.trade.within import PAIRS, Within, fold


def panel(seed: int = 0, holes: bool = True) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    weight = rng.gamma(0.5, 1.0, (4, 6, 6))
    if holes:
        weight[rng.random(weight.shape) < 0.2] = 0
        weight[2, 3] = 0  # an exporter that is not there in one year
    return weight, rng.normal(0, 1, (2, 4, 6, 6))


def by_dummies(v: np.ndarray, weight: np.ndarray, pairs: str) -> np.ndarray:
    """Residual of one variable on a column for every effect, by least squares."""
    t, i, j = (at.ravel() for at in np.indices(weight.shape))
    groups = [t * 6 + i, 100 + t * 6 + j]
    if pairs != "none":
        groups.append(1000 + (np.minimum(i, j) * 6 + np.maximum(i, j) if pairs == "symmetric" else i * 6 + j))
    columns = [(g[:, None] == np.unique(g)).astype(float) for g in groups]
    x, root = np.hstack(columns), np.sqrt(weight.ravel())[:, None]
    return v.ravel() - x @ np.linalg.lstsq(x * root, v.ravel() * root[:, 0], rcond=None)[0]


@pytest.mark.parametrize("pairs", PAIRS)
def test_residuals_are_those_of_a_regression_on_dummies(pairs: str) -> None:
    weight, v = panel()
    rest, _ = Within(weight, pairs).off(v)
    at = weight.ravel() > 0
    for k in range(2):
        np.testing.assert_allclose(rest[k].ravel()[at], by_dummies(v[k], weight, pairs)[at], atol=1e-9)


@pytest.mark.parametrize("pairs", PAIRS)
def test_residuals_sum_to_zero_over_every_group(pairs: str) -> None:
    weight, v = panel(1)
    rest, _ = Within(weight, pairs).off(v)
    left = rest * weight
    np.testing.assert_allclose(left.sum(axis=3), 0, atol=1e-10)
    np.testing.assert_allclose(left.sum(axis=2), 0, atol=1e-10)
    if pairs != "none":
        np.testing.assert_allclose(fold(left.sum(axis=1), pairs), 0, atol=1e-10)


def test_a_start_saves_steps_and_changes_nothing() -> None:
    weight, v = panel(2)
    within = Within(weight, "directed")
    cold, effects = within.off(v)
    warm, _ = within.off(v, effects, steps=3)
    np.testing.assert_allclose(warm, cold, atol=1e-10)
    with pytest.raises(FitError, match="in 1 steps"):
        within.off(v, steps=1)
