"""The sampled posterior: calibrated by simulation, and next to the fast fit."""

from __future__ import annotations

import builtins
import sys

import numpy as np
import pytest

from tightrope.base import FitError, RunError
from tightrope.votes.bayes import posterior, posteriors
from tightrope.votes.calibration import uniformity
from tightrope.votes.ideal import ideal_points
from tightrope.votes.simulated import simulated, standard

numpyro = pytest.importorskip("numpyro", reason="the extra `bayes` is not installed")


@pytest.mark.slow
def test_ranks_of_the_truth_among_the_draws_are_uniform() -> None:
    """Simulation-based calibration [Talts2018]: with draws from the posterior, the truth's rank is any with equal chance."""
    made = [simulated(seed, states=7, sessions=2, rolls=8) for seed in range(60)]
    draws = posteriors([votes for votes, _ in made], warmup=200, draws=200, seed=1)
    assert draws.shape == (60, 200, 2, 7, 1)
    ranks = []
    for mine, (_, truth) in zip(draws, made, strict=True):
        true = standard(truth)
        sign = np.sign((true * mine.mean(axis=0)).sum())
        ranks.append((mine < sign * true).mean(axis=0).ravel())
    found = uniformity(np.array(ranks), bins=5)
    assert found.p > 0.001
    for promised, (share, error, _) in found.inside.items():
        assert abs(share - promised) < 3.3 * error


def test_files_of_different_shape_are_not_sampled_together() -> None:
    with pytest.raises(RunError, match="one shape"):
        posteriors([simulated(1, rolls=n)[0] for n in (5, 6)], seed=1)


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
