"""The sampled posterior: calibrated by simulation, and next to the fast fit."""

from __future__ import annotations

import builtins
import sys

import numpy as np
import pytest

from tightrope.base import FitError, RunError
from tightrope.votes.bayes import posterior
from tightrope.votes.ideal import ideal_points
from tightrope.votes.simulated import simulated, standard

numpyro = pytest.importorskip("numpyro", reason="the extra `bayes` is not installed")


@pytest.mark.slow
def test_ranks_of_the_truth_among_the_draws_are_uniform() -> None:
    """Simulation-based calibration [Talts2018]: with draws from the posterior, the truth's rank is any with equal chance."""
    ranks = []
    for seed in range(24):
        votes, truth = simulated(seed, states=7, sessions=2, rolls=8)
        found = posterior(votes, warmup=250, draws=200, chains=1, worst=1.2, seed=seed)
        true = standard(truth)
        sign = np.sign((true * ideal_points(votes, absent="ignore").points).sum())
        ranks.append((found.draws < sign * true).mean(axis=0).ravel())
    rank = np.concatenate(ranks)
    assert rank.mean() == pytest.approx(0.5, abs=0.06)
    inside = (np.abs(rank - 0.5) < 0.45).mean()
    assert inside == pytest.approx(0.9, abs=0.05)
    assert (np.abs(rank - 0.5) < 0.25).mean() == pytest.approx(0.5, abs=0.08)


@pytest.mark.slow
def test_the_fast_fit_is_close_to_the_sample() -> None:
    votes, _ = simulated(3, states=12, sessions=2, rolls=25)
    fast = ideal_points(votes, absent="ignore")
    slow = posterior(votes, warmup=250, draws=400, chains=1, worst=1.1, seed=1)
    mean, sd = slow.draws.mean(axis=0), slow.draws.std(axis=0)
    assert np.corrcoef(mean.ravel(), fast.points.ravel())[0, 1] > 0.99
    assert np.median(fast.sd / sd) == pytest.approx(1, abs=0.15)


def test_a_sample_that_is_too_short_is_refused() -> None:
    votes, _ = simulated(3, states=7, sessions=2, rolls=8)
    with pytest.raises(FitError, match="R-hat"):
        posterior(votes, warmup=2, draws=10, chains=1, seed=0)


def test_without_numpyro_the_reader_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: object) -> object:
        if name.startswith("numpyro"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    for name in [name for name in sys.modules if name.startswith("numpyro")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    votes, _ = simulated(3, states=7, sessions=2, rolls=8)
    with pytest.raises(RunError, match="bayes"):
        posterior(votes, seed=0)
