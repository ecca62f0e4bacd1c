"""The conditional logit finds what choices were made up from, as often as its intervals say."""

from __future__ import annotations

import numpy as np

from tightrope.decide.conditional import conditional_logit

B = np.array([0.8, -0.4, 0.0])


def zs(n_clusters: int, size: int, shared: float, robust: bool, times: int = 300) -> np.ndarray:
    """(time, feature), errors of the estimate in standard errors; choices of a cluster share a taste."""
    found = []
    for seed in range(times):
        rng = np.random.default_rng(seed)
        label = np.repeat(np.arange(n_clusters), size)
        x = rng.normal(size=(len(label), 3, 3))
        x[..., 2] += 1.0 * rng.normal(size=(n_clusters, 3))[label]  # alike within a cluster
        taste = shared * rng.normal(size=(n_clusters, 3))[label]
        y = (x @ B + taste + rng.gumbel(size=x.shape[:2])).argmax(axis=1)
        fit = conditional_logit(x, y, clusters=label)
        error = fit.robust_error if robust else fit.error
        found.append((fit.coefficients - B) / error)
    return np.array(found)


def test_nine_of_ten_intervals_hold_the_truth() -> None:
    inside = np.abs(zs(50, 6, 0.0, robust=False)) < 1.645
    # 900 intervals: 0.90 with a standard deviation of 0.01.
    assert 0.86 < inside.mean() < 0.94


def test_choices_that_depend_on_each_other_need_the_clustered_errors() -> None:
    # Shared tastes dampen the first two coefficients; the third is 0 either way, so its intervals can be judged.
    plain, clustered = (np.abs(zs(60, 8, 1.0, robust)[:, 2]) < 1.645 for robust in (False, True))
    assert plain.mean() < 0.84
    assert clustered.mean() > plain.mean() + 0.03
    assert clustered.mean() > 0.84
